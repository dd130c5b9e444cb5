"""Which candidate answers a question best, and how sure that is.

Everything that is weighed of a candidate (`traits`) has a weight, learned from questions with known answers, some of
which the documents do not answer (`tests/learn.py`). The weights add up to a score, as in a conditional logit with an
outside option (D. McFadden, 1974), by which candidates are ordered; how likely the foremost are right is then judged by
how they stand beside each other (`certainty`).
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from . import certainty
from .benches import Bench, bench
from .candidates import Candidate
from .cautions import CAUTION
from .certainty import Trees, standings
from .clues import Asked
from .traits import Traits

WEIGHTS: Final = "weights.json"
CERTAIN: Final = 0.65
"""How likely the best candidate must be right for it to be an answer."""

_AGAINST: Final = frozenset(
    (
        *("alien", "number: long one missing", "ordinal: missing", "date: of another kind", "agent: gone"),
        *("negation: unheeded", "post: of a part", "answers: a number said"),
    )
)
"""Features that rule an answer out: a name that nothing knows, another year, place in a row or kind of date, who did it
another; a not that is lost; who leads no more than a part; a number that the question gives itself."""

FOREMOST: Final = 20
"""How many candidates have a share: those with the highest scores."""


@dataclass(frozen=True)
class Weights:
    """What each trait weighs, by its name."""

    each: Mapping[str, float] = field(repr=False)

    def score(self, traits: Mapping[str, float]) -> float:
        """How well a candidate answers, against 0 for no answer at all."""
        return sum(self.each.get(name, 0.0) * value for name, value in traits.items() if value)


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
    return any(value and (name in _AGAINST or name.startswith(CAUTION)) for name, value in one.features.items())


@lru_cache(maxsize=2)
def learned(name: str = WEIGHTS) -> Weights:
    """Weights that come with the package: those of candidates, or of another file."""
    return Weights(json.loads((files("terril") / name).read_text("utf-8")))


def rank(asked: Asked, found: Sequence[Candidate], judge: "Judge | None" = None) -> Ranked:
    """Order candidates as what comes with the package judges them, or another judge, and tell how likely the best is
    right.
    """
    judge = judge or Judge(learned(), certainty.learned(), bench(asked))
    ordered = order(asked, found, judge.weights, judge.bench)
    likely = [judge.trees.likelihood(traits) for traits in standing_traits(asked, ordered, judge.bench)]
    foremost = sorted(zip(likely, ordered, strict=False), key=lambda pair: -round(pair[0], 9))
    rest = [one for _, one in ordered[len(likely) :]]
    return Ranked([*(one for _, (_, one) in foremost), *rest], max(likely, default=0.0))


class Judge(NamedTuple):
    """What candidates for a question are judged by: weights for their order, trees for how likely they are right, and
    the precedents.
    """

    weights: Weights
    trees: Trees
    bench: Bench


def standing_traits(asked: Asked, ordered: Sequence[tuple[float, Candidate]], bench: Bench) -> list[dict[str, float]]:
    """All that is weighed of each of the foremost candidates, and how it stands among them."""
    traits, stand = Traits(asked, bench), standings([score for score, _ in ordered])
    return [{**traits.of(one), **at} for (_, one), at in zip(ordered, stand, strict=False)]


def order(asked: Asked, found: Sequence[Candidate], weights: Weights, bench: Bench) -> list[tuple[float, Candidate]]:
    """The foremost candidates with their scores, the best first; of those with the same answers the best one, with a
    score for all of them: what several relations lead to is likelier right.
    """
    traits = Traits(asked, bench)
    scored = [(weights.score(traits.of(one)), one) for one in found]
    alike: defaultdict[frozenset[object], list[tuple[float, Candidate]]] = defaultdict(list)
    for score, one in sorted(scored, key=lambda item: -round(item[0], 9)):
        alike[one.answers].append((score, one))
    ordered = [(_together([score for score, _ in those]), those[0][1]) for those in alike.values()]
    return sorted(ordered, key=lambda item: -round(item[0], 9))[:FOREMOST]


def _together(scores: Sequence[float]) -> float:
    """The score of several candidates as one, whose share is the sum of theirs."""
    most = max(scores)
    return most + math.log(sum(math.exp(score - most) for score in scores))
