"""Questions that say not: what there is to choose from, without what the same question gives if it does not say not."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .benches import NOBODY
from .candidates import BUT_NOT, Candidate, Share
from .clues import Asked, Clue
from .lexicon import Step
from .matching import Value
from .memory import Group, Memory
from .names import expand
from .ranking import learned, order
from .search import Search, candidates

TYPE: Final = expand("rdf:type")
_MOST: Final = 4
_UNSAID: Final = Share(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_SAID: Final = Share(1.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class _Part:
    """Things that one part of a question gives, how much likelier they are than what else it gives, and why."""

    found: Candidate
    share: float
    clues: Sequence[Clue]


def exceptions(memory: Memory, asked: Asked) -> Iterator[Candidate]:
    """What is said before the not, but for what is said after it; nothing where none of it is excepted.

    The documents need not tell all, so that what is left is what they do not say it of.
    """
    said, denied = _parted(asked)
    if not said or not denied or asked.wants_number or asked.form == "truth":
        return
    whole = Search(memory, asked)
    among = _parts(memory, replace(asked, clues=said, nots=()))
    options = whole.options()
    if options is not None:
        among = [_Part(options, 1.0, asked.clues), *among]
    those = _parts(memory, replace(asked, clues=_with_noun(asked, denied), nots=()))
    found = {}
    for one in among:
        for other in (*those, *_of_kinds(whole, one, denied)):
            rest = one.found.answers - other.found.answers
            if rest and rest != one.found.answers and rest not in found:
                found[rest] = _candidate(whole, one, other, rest)
    yield from found.values()


def _parted(asked: Asked) -> tuple[tuple[Clue, ...], tuple[Clue, ...]]:
    """The clues before the first not of a question, and those after it."""
    place = asked.nots[0] if asked.nots else len(asked.tokens)
    before = tuple(clue for clue in asked.clues if clue.start < place)
    return before, tuple(clue for clue in asked.clues if clue.start >= place)


def _with_noun(asked: Asked, clues: tuple[Clue, ...]) -> tuple[Clue, ...]:
    return clues if asked.noun is None or asked.noun in clues else (asked.noun, *clues)


def _parts(memory: Memory, asked: Asked) -> list[_Part]:
    """The things that most likely answer a part of a question."""
    if not any(clue.role in ("name", "word") for clue in asked.clues):
        return []
    things = [one for one in candidates(memory, asked, ()) if _is_of_things(one)]
    best = order(asked, things, learned(), NOBODY)[:_MOST]
    total = sum(math.exp(score - best[0][0]) for score, _ in best)
    return [_Part(one, math.exp(score - best[0][0]) / total, asked.clues) for score, one in best]


def _of_kinds(whole: Search, one: _Part, denied: Sequence[Clue]) -> Iterator[_Part]:
    """Those of some things that are of a kind that is denied."""
    for clue in denied:
        for kind in sorted(clue.noun.classes):
            told = {
                thing: passages for thing, passages in one.found.told.items() if whole.is_of(thing, frozenset({kind}))
            }
            if told:
                group = Group(kind, Step(TYPE, inverse=True), told)
                yield _Part(Candidate(told, {}, group, shares=(_SAID,)), 1.0, (clue,))


def _is_of_things(one: Candidate) -> bool:
    return one.group is not None and all(isinstance(value, str) for value in one.told)


def _candidate(whole: Search, one: _Part, other: _Part, rest: frozenset[Value]) -> Candidate:
    shares = tuple(_share(clue, one, other) for clue in whole.asked.clues)
    group = one.found.group or other.found.group
    assert group is not None
    told = {
        value: passages | other.found.told.get(value, frozenset())
        for value, passages in one.found.told.items()
        if value in rest
    }
    named = ", of those named" if one.found.group is None else ""
    features = whole.features(group, told, shares, [f"{BUT_NOT} in one{named}"])
    many = str(len(one.found.told))
    said = {whole.asked.number, whole.asked.of} - {""}
    features["excepted: likely"] = one.share * other.share
    features["excepted: as many as said"] = many in said
    features["excepted: not as many"] = bool(said) and many not in said
    features["excepted: all the rest"] = other.found.answers <= one.found.answers
    return Candidate(told, features, group, shares=shares, other=other.found.group)


def _share(clue: Clue, one: _Part, other: _Part) -> Share:
    """How much of a clue either part accounts for."""
    shares = [
        part.found.shares[n]
        for part in (one, other)
        for n, c in enumerate(part.clues)
        if c == clue and n < len(part.found.shares)
    ]
    return Share(*map(max, *shares)) if len(shares) > 1 else shares[0] if shares else _UNSAID
