"""Boosted decision trees: small trees, each of which adds something to a score by what features it finds.

Trees are of one depth and lie as heaps do: the branches of place n are at 2n + 1 and 2n + 2 (J. W. J. Williams, 1964).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NEVER = ""
"""The feature of a branching at which nothing is asked, so that all goes left."""


@dataclass(frozen=True)
class Tree:
    """What each branching asks: whether a feature is above a cut; and what is added at each end."""

    names: Sequence[str]
    cuts: Sequence[float]
    leaves: Sequence[float]

    def value(self, features: Mapping[str, float]) -> float:
        """What is added for some features; those that are not given are 0.

        >>> Tree(["near"], [0.5], [-1.0, 1.0]).value({"near": 0.9})
        1.0
        """
        place, inner = 0, len(self.names)
        while place < inner:
            above = features.get(self.names[place], 0.0) > self.cuts[place]
            place = 2 * place + 1 + above
        return self.leaves[place - inner]


def total(trees: Iterable[Tree], features: Mapping[str, float]) -> float:
    """What all trees add together."""
    return sum(tree.value(features) for tree in trees)


def kept(trees: Iterable[Tree]) -> list[list[Sequence[Any]]]:
    """Trees as plain values, to be kept."""
    return [[tree.names, tree.cuts, tree.leaves] for tree in trees]


def restored(values: Iterable[Sequence[Sequence[Any]]]) -> tuple[Tree, ...]:
    """The trees that were kept."""
    return tuple(Tree(*value) for value in values)
