"""Gradient boosting: trees that each lessen what the ones before leave of a loss (J. H. Friedman, 2001; T. Chen and
C. Guestrin, 2016, for the second-order gain). Features are cut into a few bins first, so that splits are found by
counting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from terril.trees import NEVER, Tree

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Loss = Callable[[Array], tuple[Array, Array]]
"""The first and the second derivative of a loss for each row, by the rows' scores."""

BINS = 16
DEPTH = 3
LEAST = 8
"""Rows on each side of a split."""
PENALTY = 2.0
TRIED = 0.3
"""The share of the features that each tree may ask for."""
NEVER_ABOVE = 1e9


@dataclass(frozen=True)
class Table:
    """Rows of features by name."""

    x: Array
    names: Sequence[str]

    @cached_property
    def cuts(self) -> list[Array]:
        """Where each feature is cut: between its values, or the quantiles of those that are not 0, if they are many."""
        return [_cuts(column) for column in self.x.T]

    @cached_property
    def bins(self) -> Places:
        """The bin of each value."""
        return np.column_stack(
            [np.searchsorted(cuts, column) for cuts, column in zip(self.cuts, self.x.T, strict=True)]
        )


def _cuts(column: Array) -> Array:
    values = np.unique(column)
    if len(values) > BINS:
        values = np.unique([0.0, *np.quantile(column[column != 0], np.linspace(0, 1, BINS - 1))])
    return (values[1:] + values[:-1]) / 2


def boosted(table: Table, loss: Loss, count: int, rate: float) -> list[Tree]:
    """So many trees, each scaled by a rate, for rows that all begin with a score of 0; the same ones every time."""
    chance, score, trees = np.random.default_rng(0), np.zeros(len(table.x)), []
    for _ in range(count):
        tried = np.sort(chance.permutation(len(table.names))[: max(1, int(TRIED * len(table.names)))])
        grown = _Growth(table, *loss(score), tried)
        score += rate * grown.gains[grown.place]
        trees.append(grown.tree(rate))
    return trees


def _worth(slope: Array, bend: Array) -> Array:
    """How much rows lessen the loss if they are given one step of their own."""
    return np.asarray(slope**2 / (bend + PENALTY))


@dataclass
class _Growth:
    """One tree while it grows, a level at a time; `place` is where each row has come to in the lowest level."""

    table: Table
    slope: Array
    bend: Array
    tried: Places
    asked: list[int] = field(default_factory=list)
    bins: list[int] = field(default_factory=list)
    place: Places = field(init=False)

    def __post_init__(self) -> None:
        self.place = np.zeros(len(self.slope), dtype=np.int64)
        for level in range(DEPTH):
            best = self._best(2**level)
            self.asked += [feature for feature, _ in best]
            self.bins += [cut for _, cut in best]
            feature, cut = np.array(best).T[:, self.place]
            above = (feature >= 0) & (self.table.bins[np.arange(len(feature)), np.maximum(feature, 0)] > cut)
            self.place = 2 * self.place + above

    def _best(self, width: int) -> list[tuple[int, int]]:
        """For each place of a level the feature and bin to split at, or -1 if no split gains anything."""
        gain = self._gain(width).reshape(width, -1)
        found = [(int(row.argmax()), float(row.max())) for row in gain]
        return [(int(self.tried[k // (BINS + 1)]), k % (BINS + 1)) if most > 1e-6 else (-1, 0) for k, most in found]

    def _gain(self, width: int) -> Array:
        """What each split gains in the loss, to second order."""
        cells = self.place[:, None] * len(self.tried) + np.arange(len(self.tried))
        keys = (cells * (BINS + 1) + self.table.bins[:, self.tried]).ravel()
        shape = (width, len(self.tried), BINS + 1)

        def below(each: Array) -> Array:
            counted = np.bincount(keys, np.repeat(each, len(self.tried)), int(np.prod(shape)))
            return np.asarray(counted.reshape(shape).cumsum(2))

        slope, bend, many = map(below, (self.slope, self.bend, np.ones(len(self.slope))))
        whole = _worth(slope[..., -1:], bend[..., -1:])
        gain = _worth(slope, bend) + _worth(slope[..., -1:] - slope, bend[..., -1:] - bend) - whole
        return np.where((many < LEAST) | (many[..., -1:] - many < LEAST), 0.0, gain)

    @cached_property
    def gains(self) -> Array:
        """What is added at each end of the tree: a step of Newton's method."""
        slope, bend = (np.bincount(self.place, one, 2**DEPTH) for one in (self.slope, self.bend))
        return np.asarray(-slope / (bend + PENALTY))

    def tree(self, rate: float) -> Tree:
        """The tree by the names of its features."""
        named = [self.table.names[n] if n >= 0 else NEVER for n in self.asked]
        cuts = [self._cut(n, cut) for n, cut in zip(self.asked, self.bins, strict=True)]
        return Tree(named, cuts, [round(float(rate * gain), 4) for gain in self.gains])

    def _cut(self, feature: int, cut: int) -> float:
        cuts = self.table.cuts[feature] if feature >= 0 else ()
        return round(float(cuts[cut]), 4) if cut < len(cuts) else NEVER_ABOVE
