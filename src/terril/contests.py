"""Questions which of several things has more, comes first, lasts longer or ranks better, or by how much.

What is compared stands apart in a question: on either side of an or, or a than, or in a list. Where each of its sides
has a figure or a date of its own, and these tell one from the others, that one is the answer; where not, there is none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from . import spelling
from .clues import Asked, Clue
from .facts import things
from .features import FIGURE_ABOUT
from .lexicon import Step
from .matching import TIMES, Value
from .measures import Measure, best_measure, measures_of
from .memory import Group
from .names import expand
from .search import Search
from .verdicts import own_groups

_START: Final = expand("terril:periodStart")
_END: Final = expand("terril:periodEnd")
_EVENT: Final = expand("terril:Event")


def _phrases(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(spelling.words(text)) for text in texts)


_WAYS: Final = {
    "more": _phrases(
        *("more", "most", "larger", "largest", "bigger", "biggest", "higher", "highest", "greater", "greatest"),
        *("plus", "davantage", "plus grand", "plus grande", "plus élevé", "plus élevée", "plus nombreux"),
        *("plus nombreuses", "dépasse", "exceed", "exceeds", "most numerous", "more numerous", "excède", "outnumber"),
    ),
    "fewer": _phrases(
        *("fewer", "fewest", "less", "least", "smaller", "smallest", "lower", "lowest"),
        *("moins", "plus petit", "plus petite", "plus faible", "plus bas", "moins nombreux", "moins nombreuses"),
    ),
    "first": _phrases(
        *("older", "oldest", "earlier", "earliest", "sooner", "soonest", "came first", "comes first", "first"),
        *("plus ancien", "plus ancienne", "plus vieux", "plus vieille", "plus tôt", "en premier", "d abord"),
        *("more ancient", "le premier", "la première", "plus proche", "nearer", "more urgent"),
    ),
    "last": _phrases(
        *("newer", "newest", "later", "latest", "more recent", "most recent", "younger", "last", "further off"),
        *("plus récent", "plus récente", "plus tard", "plus loin", "plus lointain", "plus lointaine", "en dernier"),
        *("plus éloigné", "plus éloignée", "plus jeune", "furthest", "farther", "further away", "more distant"),
    ),
    "longer": _phrases(
        *("longer", "longest", "plus long", "plus longue", "plus longtemps", "dure plus", "dure le plus"),
        *("plus longue durée", "greater length of time", "plus durable"),
    ),
    "shorter": _phrases("shorter", "shortest", "briefer", "plus court", "plus courte", "moins longtemps", "dure moins"),
    "better": _phrases(
        *("better", "best", "mieux", "meilleur", "meilleure", "rank higher", "ranks higher", "ranked higher"),
        *("mieux classé", "mieux placé", "mieux classée", "mieux placée", "higher rank", "outrank", "outranks"),
    ),
    "worse": _phrases("worse", "worst", "pire", "moins bien", "rank lower", "ranks lower", "ranked lower"),
}
"""How things are compared, by the words that say so; the longest phrase counts."""

_LOWEST: Final = frozenset(["fewer", "first", "shorter", "better"])
_PARTING: Final = frozenset(["or", "ou", "and", "et", "than", "que", "qu", "celui", "celle", "ceux", "celles"])
_SIGNS: Final = frozenset(",:;?–")
_BY_HOW_MANY: Final = _phrases("how many", "how much", "by how many", "by how much", "combien", "de combien")


@dataclass(frozen=True)
class Contest:
    """What is compared, each with what it is compared by, and which of it wins; or by how much it does."""

    winner: Value
    passages: tuple[str, ...]


@dataclass(frozen=True)
class _Side:
    thing: str
    number: float
    passages: frozenset[str]


def contest(search: Search) -> Contest | None:
    """Which of what a question compares wins, or by how many."""
    asked = search.asked
    way = _way(asked)
    if not way or asked.polar or asked.negated or any(clue.role == "alien" for clue in asked.clues):
        return None
    parts = list(_parts(asked))
    words = tuple(token.word for token in asked.tokens)
    sides = [one for one in (_side(search, part, way) for part in parts) if one is not None]
    if len({side.thing for side in sides}) < _FEWEST:
        return _most_placed(search)
    differs = any(words[n : n + len(p)] == p for p in _BY_HOW_MANY for n in range(len(words)))
    if differs:
        return _difference(sides) if way in ("more", "fewer") else None
    ranked = sorted(sides, key=lambda side: side.number, reverse=way not in _LOWEST)
    if ranked[0].number == ranked[1].number:
        return None
    return Contest(_answer(search, ranked[0].thing), _told(ranked))


_FEWEST: Final = 2
_TERRITORY: Final = expand("terril:Territory")
_LYING: Final = frozenset(Step(expand(f"terril:{name}"), inverse=True) for name in ("locatedIn", "basedAt", "heldIn"))
_MOST: Final = {
    **dict.fromkeys(_phrases("most", "the most", "greatest number of", "largest number of", "highest number of"), True),
    **dict.fromkeys(_phrases("le plus de", "le plus d", "le plus grand nombre de", "le plus grand nombre d"), True),
    **dict.fromkeys(_phrases("fewest", "the fewest", "smallest number of", "le moins de", "le moins d"), False),
}
"""What stands before what is counted, and whether the place with most of it is asked for."""


def _most_placed(search: Search) -> Contest | None:
    """Which place of the kind asked for has most things of a kind, or fewest: which city has the most initiatives."""
    asked = search.asked
    words = tuple(token.word for token in asked.tokens)
    nouns = [clue for clue in asked.clues if clue.noun.classes]
    counted = [(phrase, one) for one in nouns[1:] for phrase in _MOST if words[: one.start][-len(phrase) :] == phrase]
    if not counted:
        return None
    facts, (phrase, noun) = search.memory.facts, counted[0]
    members = frozenset[str]().union(*(facts.members.get(one, ()) for one in nouns[0].noun.classes))
    places = sorted(one for one in members if search.is_of(one, frozenset({_TERRITORY})))
    sides = [side for one in places if (side := _placed(search, one, noun)) is not None]
    ranked = sorted(sides, key=lambda side: side.number, reverse=_MOST[phrase])
    if len(ranked) < _FEWEST or ranked[0].number == ranked[1].number:
        return None
    return Contest(ranked[0].thing, tuple(sorted(ranked[0].passages)))


def _placed(search: Search, place: str, counted: Clue) -> _Side | None:
    """How many things of a kind lie in a place, if any."""
    found = {
        value: passages
        for group in own_groups(search, place)
        for value, passages in group.told.items()
        if group.step in _LYING and passages and search.is_of(value, counted.noun.classes)
    }
    return _Side(place, len(found), frozenset().union(*found.values())) if found else None


def _told(sides: Sequence[_Side]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(min(side.passages) for side in sides))


def _difference(sides: Sequence[_Side]) -> Contest | None:
    if len(sides) != _FEWEST:
        return None
    return Contest(ox.Literal(int(abs(sides[0].number - sides[1].number))), _told(sides))


def _way(asked: Asked) -> str:
    """How a question compares, by the longest words that say so."""
    words = tuple(token.word for token in asked.tokens)
    found = [
        (len(phrase), way)
        for way, phrases in _WAYS.items()
        for phrase in phrases
        for n in range(len(words))
        if words[n : n + len(phrase)] == phrase
    ]
    return max(found, default=(0, ""))[1]


def _parts(asked: Asked) -> Iterator[list[Clue]]:
    """The clues that stand together, apart from others."""
    part: list[Clue] = []
    for clue in asked.clues:
        before = range(part[-1].end if part else 0, clue.start + 1)
        parts = any(asked.tokens[n].word in _PARTING and n < clue.start for n in before)
        if part and (parts or any(_SIGNS & set(asked.tokens[n].before) for n in before)):
            yield part
            part = []
        part.append(clue)
    if part:
        yield part


def _side(search: Search, part: Sequence[Clue], way: str) -> _Side | None:
    """What one side of a comparison is compared by."""
    find: dict[str, Callable[[Search, Sequence[Clue]], _Side | None]] = {
        "first": _dated,
        "last": _dated,
        "longer": _lasting,
        "shorter": _lasting,
        "better": _ranked,
        "worse": _ranked,
    }
    return find.get(way, _counted)(search, part)


# Numbers


def _counted(search: Search, part: Sequence[Clue]) -> _Side | None:
    hubs = [clue for clue in search.asked.clues if clue.things & search.memory.hubs and clue not in part]
    plain = [clue for clue in part if not _compares(clue)]
    measure = best_measure(search, [*plain, *hubs]) if any(clue.role == "word" for clue in plain) else None
    return _of_measure(measure) if measure is not None else None


def _compares(clue: Clue) -> bool:
    words = tuple(spelling.words(clue.text))
    return any(words == phrase or words == phrase[-len(words) :] for phrases in _WAYS.values() for phrase in phrases)


def _of_measure(measure: Measure) -> _Side:
    return _Side(measure.matter.thing, round(measure.range.least), measure.matter.passages)


def _ranked(search: Search, part: Sequence[Clue]) -> _Side | None:
    """The rank that most of one side tells."""
    plain = [clue for clue in part if not _compares(clue)]
    ranks = [one for one in measures_of(search, plain) if one.rank]
    told = [sum(bool(search.comparison.match(clue, one.matter.words)) for clue in plain) for one in ranks]
    most = max(told, default=0)
    if most < _FEWEST or told.count(most) > 1:
        return None
    best = ranks[told.index(most)]
    return _Side(best.matter.thing, best.range.most, best.matter.passages)


def _answer(search: Search, thing: str) -> str:
    """What a figure is about, if that is named and no hub; else the figure, or what is dated."""
    known = search.memory
    named = (one for one in things(known.facts.out.get(thing, {}).get(FIGURE_ABOUT, ())) if one in search.asked.named)
    return next((one for one in named if one not in known.hubs), thing)


# Times


def _dated(search: Search, part: Sequence[Clue]) -> _Side | None:
    """What a side names that is dated, or has to do with an event that is, and its first date."""
    for clue in part:
        for thing in sorted(clue.things - search.memory.hubs):
            groups = _times(search, thing) or [g for event in _events(search, thing) for g in _times(search, event)]
            dates = [(_stamp(v.value), g) for g in groups for v in g.told if isinstance(v, ox.Literal) and _is_whole(v)]
            if dates:
                number, group = min(dates, key=lambda date: date[0])
                return _Side(thing, number, group.passages)
    return None


def _times(search: Search, thing: str) -> list[Group]:
    return [g for g in own_groups(search, thing) if g.step.property in TIMES and g.passages and not g.narrow]


def _events(search: Search, thing: str) -> Iterator[str]:
    for group in own_groups(search, thing):
        if group.step.inverse:
            yield from (v for v in group.told if isinstance(v, str) and search.is_of(v, frozenset({_EVENT})))


def _is_whole(value: ox.Literal) -> bool:
    return value.value[:4].isdecimal()


def _stamp(value: str) -> float:
    return float(value[:10].replace("-", "").ljust(8, "0"))


def _lasting(search: Search, part: Sequence[Clue]) -> _Side | None:
    """What a side names that begins and ends in a year, and how long it lasts."""
    for clue in part:
        for thing in sorted(clue.things):
            years = {g.step.property: g for g in own_groups(search, thing) if not g.narrow and not g.step.inverse}
            if _START in years and _END in years and years[_START].passages:
                first, last = (_stamp(next(_values(years[p]))) // 10000 for p in (_START, _END))
                return _Side(thing, last - first, years[_START].passages)
    return None


def _values(group: Group) -> Iterator[str]:
    return (value.value for value in group.told if isinstance(value, ox.Literal))
