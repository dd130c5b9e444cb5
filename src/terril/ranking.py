"""Which candidate answers a question best, and how sure that is.

The features of a candidate are weighed by weights, and judged by small decision trees, that were learned from questions
with known answers, some of which the documents do not answer (`tests/learn.py`): first to order the candidates, then to
tell how likely the best one is right, also by how far the next one lies behind.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final

from . import trees
from .candidates import PATTERN, Candidate
from .clues import Asked
from .trees import Tree

CERTAIN: Final = 0.6
"""How likely the best candidate must be right for it to be an answer."""

_AGAINST: Final = frozenset(
    (
        *("alien", "number: long one missing", "date: of another kind", "agent: not followed", "negation: unheeded"),
        "post: of a part",
        "answers: a number said",
    )
)
"""Features that rule an answer out: a name that nothing knows, another year or kind of date, who did it another; a not
that is lost; who leads no more than a part; a number that the question gives itself."""

FOREMOST: Final = 20
"""How many candidates are looked at closely: those that are heaviest by the weights alone."""

_FAR: Final = 3.0
_MARGIN: Final = 5.0
_MARKS: Final = (
    *("since", "most", "fewest", "all", "more", "first", "than", "meaning", "called", "other", "only", "last"),
    *("exact", "or", "rank"),
)


@dataclass(frozen=True)
class Weights:
    """What each feature weighs in ordering candidates, and in being certain of the best; and the trees for each."""

    order: Mapping[str, float] = field(repr=False)
    certainty: Mapping[str, float] = field(repr=False)
    bias: float
    order_trees: Sequence[Tree] = field(default=(), repr=False)
    certainty_trees: Sequence[Tree] = field(default=(), repr=False)

    def weight(self, features: Mapping[str, float]) -> float:
        """How well a candidate answers, compared with others for the same question, by the weights alone."""
        return sum(self.order.get(name, 0.0) * value for name, value in features.items() if value)

    def score(self, features: Mapping[str, float]) -> float:
        """How well a candidate answers, compared with others for the same question."""
        return self.weight(features) + trees.total(self.order_trees, features)

    def likelihood(self, features: Mapping[str, float]) -> float:
        """How likely a candidate is right, from 0 to 1."""
        weighed = sum(self.certainty.get(name, 0.0) * value for name, value in features.items() if value)
        total = self.bias + weighed + trees.total(self.certainty_trees, features)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True)
class Ranked:
    """Candidates for a question, the best first, each set of answers once; and how likely the best is right."""

    candidates: Sequence[Candidate]
    likelihood: float

    @property
    def certain(self) -> Candidate | None:
        """The best candidate, if it is likely enough to be right and nothing rules it out."""
        best = self.candidates[0] if self.candidates and self.likelihood >= CERTAIN else None
        return None if best is None or ruled_out(best) else best


def ruled_out(one: Candidate) -> bool:
    """Whether something rules a candidate out as an answer, however likely it is."""
    return any(one.features.get(name) for name in _AGAINST)


@lru_cache(maxsize=1)
def learned() -> Weights:
    """The weights that come with the package."""
    kept = json.loads((files("terril") / "weights.json").read_text("utf-8"))
    grown = (trees.restored(kept[f"{name} trees"]) for name in ("order", "certainty"))
    return Weights(kept["order"], kept["certainty"], kept["bias"], *grown)


def rank(asked: Asked, found: Sequence[Candidate], weights: Weights | None = None) -> Ranked:
    """Order candidates, and tell how likely the best is right."""
    weights = weights or learned()
    ordered = order(found, weights)
    if not ordered:
        return Ranked((), 0.0)
    return Ranked([one for _, one in ordered], weights.likelihood(doubts(asked, ordered)))


def foremost(found: Sequence[Candidate], weights: Weights) -> list[Candidate]:
    """The heaviest candidates, of those with the same answers only one."""
    weighed = ((weights.weight(one.features), n, one) for n, one in enumerate(found))
    distinct: dict[frozenset[object], Candidate] = {}
    for _, _, one in sorted(weighed, key=lambda item: (-round(item[0], 9), item[1])):
        distinct.setdefault(one.answers, one)
    return list(distinct.values())[:FOREMOST]


def order(found: Sequence[Candidate], weights: Weights) -> list[tuple[float, Candidate]]:
    """The foremost candidates with their scores, the best first."""
    scored = [(weights.score(one.features), one) for one in foremost(found, weights)]
    return sorted(scored, key=lambda item: -round(item[0], 9))


def doubts(asked: Asked, ordered: Sequence[tuple[float, Candidate]]) -> dict[str, float]:
    """The features of the best candidate, and what else makes it more or less likely to be right: how far others lie
    behind, those that give more, less or partly the same, and those that give something else. Which relation it is says
    what people ask for, not whether they ask for it here.
    """
    score, best = ordered[0]
    behind = ordered[1][0] if len(ordered) > 1 else score - _FAR
    alike = (other for other, one in ordered[1:] if not one.answers.isdisjoint(best.answers))
    apart = (other for other, one in ordered[1:] if one.answers.isdisjoint(best.answers))
    told = {
        "score": score,
        "ahead": min(score - behind, _MARGIN),
        "ahead of its like": min(score - next(alike, score - _MARGIN), _MARGIN),
        "ahead of others": min(score - next(apart, score - _MARGIN), _MARGIN),
        "share of likelihood": 1 / sum(math.exp(other - score) for other, _ in ordered),
        "shared with others": _agreement(ordered),
        "clues": float(len(asked.clues)),
        "puzzle": float(asked.form == "puzzle"),
        "no name": float(not any(clue.role == "name" for clue in asked.clues)),
    }
    own = {name: value for name, value in best.features.items() if not name.startswith(PATTERN)}
    marks = {f"mark: {mark}": float(mark in asked.marks) for mark in _MARKS}
    return {**own, **told, **marks, **_uncovered(asked, best), f"form: {asked.form}": 1.0}


def _agreement(ordered: Sequence[tuple[float, Candidate]]) -> float:
    """How much the answers of the best have in common with those of all, by how likely each is (Jaccard index)."""
    score, best = ordered[0]
    odds = [(math.exp(other - score), one.answers) for other, one in ordered]
    common = sum(odd * len(best.answers & one) / len(best.answers | one) for odd, one in odds)
    return common / sum(odd for odd, _ in odds)


def _uncovered(asked: Asked, best: Candidate) -> dict[str, float]:
    """How much of a question the best candidate does not account for, in all rather than as a share."""
    if len(best.shares) != len(asked.clues) or not asked.clues:
        return {}
    return {
        "clues: least covered": min(share.covered for share in best.shares),
        "clues: least covered anywhere": min(share.anywhere for share in best.shares),
        "clues: weight left": sum(c.weight * (1 - s.covered) for c, s in zip(asked.clues, best.shares, strict=True)),
    }
