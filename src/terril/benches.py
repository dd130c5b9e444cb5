"""What precedents say to what may answer a question.

A precedent never gives an answer. It speaks for those of the candidates, which are all found in the graph with their
passages, that answered a question like this one, or for none of them, if the documents did not answer that.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from .clues import Asked
from .gists import Gist
from .precedents import ANSWERED, MOST, POLAR, SILENT, Likeness, Precedent, Precedents, kinds_for, learned


def bench(asked: Asked, precedents: Precedents | None = None) -> "Bench":
    """The precedents that are most like a question, of those that come with the package if none are given."""
    known, gist = learned() if precedents is None else precedents, Gist.of(asked)
    stated = known.stated(gist, negated=asked.negated) if asked.polar else {}
    return Bench(known.like(gist, kinds_for(asked)), stated)


class Bench:
    """The precedents that are most like a question, and what they say to what may answer it."""

    def __init__(self, found: Sequence[Likeness], stated: Mapping[bool, float] | None = None) -> None:
        self._answered = [one for one in found if one.precedent.kind == ANSWERED]
        self._polar = [one for one in found if one.precedent.kind == POLAR]
        self._stated = stated or {}
        self._silent = [one.likely for one in found if one.precedent.kind == SILENT]
        self._alike = sum(one.alike for one in self._answered) or 1.0
        self._known: dict[frozenset[str], dict[str, float]] = {}

    def features(self, answers: frozenset[str], relation: str) -> dict[str, float]:
        """What precedents say to some answers to which a relation leads."""
        if not self._answered and not self._silent:
            return {}
        return {**self._of_all, **self._of_answers(answers), **self._of_relation(relation)}

    def verdict(self, *, truth: bool) -> dict[str, float]:
        """What precedents say to a yes, or to a no."""
        word = "yes" if truth else "no"
        answer = frozenset([word])
        same = [one.likely for one in self._polar if answer in one.precedent.answers]
        others = [one.likely for one in self._polar if answer not in one.precedent.answers]
        silent, stated = max(self._silent, default=0.0), self._stated
        for_it, against = stated.get(truth, 0.0), stated.get(not truth, 0.0)
        return {
            "precedent: silent": silent,
            "precedent: silent, odds": _odds(silent),
            "precedent: any silent": _any(self._silent),
            "precedent: same": max(same, default=0.0),
            "precedent: other": max(others, default=0.0),
            "precedent: any same": _any(same),
            "precedent: any other": _any(others),
            "precedent: share": len(self._polar) / MOST,
            f"precedent: states {word}": for_it,
            f"precedent: states another than {word}": against,
            **{f"precedent: states it from {cut}": 1.0 for cut in _CLOSE if for_it >= cut},
            **{f"precedent: states another from {cut}": 1.0 for cut in _CLOSE if against >= cut},
        }

    @cached_property
    def _of_all(self) -> dict[str, float]:
        """What they say of the question, whatever its answer."""
        silent = max(self._silent, default=0.0)
        return {
            "precedent: silent": silent,
            "precedent: silent, odds": _odds(silent),
            "precedent: any silent": _any(self._silent),
            "precedent: answered": max((one.likely for one in self._answered), default=0.0),
            "precedent: share": len(self._answered) / MOST,
        }

    def _of_answers(self, answers: frozenset[str]) -> dict[str, float]:
        """What those say that had these answers, or others."""
        if answers not in self._known:
            same = [one.likely for one in self._answered if answers in one.precedent.answers]
            others = [one for one in self._answered if answers not in one.precedent.answers]
            most, other = max(same, default=0.0), max((one.likely for one in others), default=0.0)
            self._known[answers] = {
                "precedent: same": most,
                "precedent: same, odds": _odds(most),
                "precedent: some same": float(bool(same)),
                "precedent: any same": _any(same),
                "precedent: partly": max(
                    (one.likely * _overlap(answers, one.precedent) for one in others), default=0.0
                ),
                "precedent: other": other,
                "precedent: any other": _any([one.likely for one in others]),
                "precedent: ahead": most - other,
                **{f"precedent: same from {cut}": 1.0 for cut in _CUTS if most >= cut},
                **{f"precedent: other from {cut}": 1.0 for cut in _CUTS if other >= cut},
            }
        return self._known[answers]

    def _of_relation(self, relation: str) -> dict[str, float]:
        """What those say that the same relation answered."""
        same = [one for one in self._answered if relation in one.precedent.relations]
        return {
            "precedent: relation": sum(one.alike for one in same) / self._alike,
            "precedent: relation at most": max((one.likely for one in same), default=0.0),
        }


_CUTS: Final = (0.2, 0.4, 0.6, 0.8)
_CLOSE: Final = (0.5, 0.65, 0.8, 0.9)


def _any(likely: Iterable[float]) -> float:
    """How likely at least one of some is so, if each is so by itself."""
    return 1 - math.prod(1 - one for one in likely)


def _odds(likely: float) -> float:
    return math.log((likely + _SMALL) / (1 - likely + _SMALL))


_SMALL: Final = 0.01


def _overlap(answers: frozenset[str], one: Precedent) -> float:
    """How much some answers and those of a precedent share of all of them."""
    return max(len(answers & other) / len(answers | other) for other in one.answers)


NOBODY: Final = Bench(())
"""No precedents at all."""
