"""How likely each of the foremost candidates is right, beside the others: by boosted trees (J. H. Friedman, 2001).

The weights of `ranking` add up, whatever else is so; here it counts what comes together: that a candidate is well
ahead of the next one, and yet a number is missing from it. The trees were learned from how candidates stood whose
question had no part in their weights (`tests/learn.py`).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

TREES: Final = "trees.json"
MOST: Final = 6
"""How many candidates are judged: those with the highest scores."""

Node = Any
"""A leaf, which is a number, or a trait by its place, a threshold, and the nodes for what is at most that and more."""


@dataclass(frozen=True)
class Trees:
    """Trees over some traits, whose leaves add up to log odds."""

    traits: Sequence[str]
    roots: Sequence[Node] = field(repr=False)

    def likelihood(self, traits: Mapping[str, float]) -> float:
        """How likely a candidate with these traits is right.

        >>> Trees(["good"], [[0, 0.5, -2.0, 2.0]]).likelihood({"good": 1.0}) > 0.8
        True
        """
        values = [traits.get(name, 0.0) for name in self.traits]
        return 1 / (1 + math.exp(-sum(_leaf(root, values) for root in self.roots)))

    @classmethod
    def parse(cls, text: str) -> "Trees":
        """The trees of a text that `str` gave."""
        return cls(**json.loads(text))

    def __str__(self) -> str:
        roots = ",\n".join(json.dumps(root, separators=(",", ":")) for root in self.roots)
        return f'{{"traits": {json.dumps(self.traits, ensure_ascii=False)},\n"roots": [\n{roots}\n]}}\n'


def _leaf(node: Node, values: Sequence[float]) -> float:
    """Where some values lead."""
    while isinstance(node, list):
        trait, threshold, lower, higher = node
        node = lower if values[trait] <= threshold else higher
    return float(node)


@lru_cache(maxsize=1)
def learned() -> Trees:
    """The trees that come with the package."""
    return Trees.parse((files("terril") / TREES).read_text("utf-8"))


def standings(scores: Sequence[float]) -> list[dict[str, float]]:
    """How each of the foremost of some candidates stands among all, by their scores, the highest first: its share, what
    is left for none of them, its place, how far it lies behind the first, and the share of the second.

    >>> standings([1.0, 0.0])[0]["standing: share"] > standings([1.0, 0.9])[0]["standing: share"]
    True
    """
    most = max([0.0, *scores])
    none, odds = math.exp(-most), [math.exp(score - most) for score in scores]
    total = none + sum(odds)
    shares = [one / total for one in odds]
    second = shares[1] if len(shares) > 1 else 0.0
    return [
        {
            "standing: share": share,
            "standing: none": none / total,
            "standing: score": score,
            "standing: place": float(place),
            "standing: behind": shares[0] - share,
            "standing: second": second,
        }
        for place, (share, score) in enumerate(zip(shares[:MOST], scores, strict=False))
    ]
