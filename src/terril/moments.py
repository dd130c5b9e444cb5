"""Questions of yes or no that give a date: whether what they speak of is dated so, or otherwise."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from . import spelling
from .clues import Clue
from .comparison import HUB, IN_NAMES
from .matching import TIMES
from .mentions import Token
from .names import expand
from .search import Search
from .verdicts import Judgement, Matter, own_groups, unsaid

_MONTHS: Final = {
    word: n
    for months in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for n, word in enumerate(spelling.words(months), 1)
}
_YEAR: Final = re.compile(r"(19|20)\d\d")
_DAY: Final = re.compile(r"(\d{1,2})(st|nd|rd|th|er)?")
_STARTS: Final = frozenset(expand(f"terril:{name}") for name in ("startsOn", "periodStart"))
_ENDS: Final = frozenset(expand(f"terril:{name}") for name in ("endsOn", "periodEnd"))
_STARTING: Final = frozenset(
    spelling.words("from start starts started starting begin begins began since depuis commence debute debut des")
)
_ENDING: Final = frozenset(
    spelling.words("until till end ends ended ending through finish finishes jusqu jusque fin finit termine acheve")
)
_ORDER: Final = {"before": -1, "avant": -1, "after": 1, "apres": 1}


@dataclass(frozen=True)
class Moment:
    """The year, month and day of a date, as far as they are said, and the places of the words that say them."""

    parts: Mapping[str, int]
    places: frozenset[int]

    def agrees(self, told: Mapping[str, int]) -> bool | None:
        """Whether a date is this one: no if a part differs, nothing if a part is not told."""
        if any(part in told and told[part] != value for part, value in self.parts.items()):
            return False
        return True if self.parts.keys() <= told.keys() else None


def by_date(search: Search) -> Judgement | None:
    """What the date of that which a question speaks of says to the date that it gives."""
    asked = search.asked
    moment = _moment(asked.tokens, frozenset(n for c in asked.clues if c.role == "name" for n in range(c.start, c.end)))
    clues = [c for c in asked.clues if not moment.places.intersection(range(c.start, c.end))]
    if not moment.parts or asked.negated or any(clue.role in ("number", "alien") for clue in clues):
        return None
    told = dict(sorted(_told(search, moment, clues)))
    if len({truth for truth in told.values() if truth is not None}) != 1:
        return None
    return next(Judgement(passage, truth) for passage, truth in told.items() if truth is not None)


def _told(search: Search, moment: Moment, clues: Sequence[Clue]) -> Iterator[tuple[str, bool | None]]:
    """What each dated thing that a question speaks of says, with the passage that dates it."""
    for thing in sorted(_dated(search, clues)):
        times = [group for group in own_groups(search, thing) if group.step.property in TIMES and not group.narrow]
        for group in times:
            matter = Matter(thing, group.passages, search.memory.relations.get(group.step.property, frozenset()))
            if group.passages and not unsaid(search, matter, clues) and _is_tied(search, matter, clues):
                values = [_parts(value.value) for value in group.told if isinstance(value, ox.Literal)]
                yield min(group.passages), _says(search.asked.tokens, moment, group.step.property, values)


def _dated(search: Search, clues: Sequence[Clue]) -> set[str]:
    """What is named or tied to it, and is dated; events alone, if there are any."""
    known = search.memory
    named = frozenset[str]().union(*(clue.things for clue in clues)) - known.hubs
    beside = {v for thing in named for group in own_groups(search, thing) for v in group.told if isinstance(v, str)}
    dated = {thing for thing in named | beside if any(time in known.facts.out.get(thing, {}) for time in TIMES)}
    events = {thing for thing in dated if _EVENT in known.facts.types.get(thing, frozenset())}
    return events or dated


_EVENT: Final = expand("terril:Event")


def _is_tied(search: Search, matter: Matter, clues: Sequence[Clue]) -> bool:
    """Whether all that is named is the thing, or is told by what dates it."""
    told = search.comparison.told_by
    named = [clue for clue in clues if clue.role == "name"]
    least = [HUB if clue.things & search.memory.hubs else IN_NAMES for clue in named]
    return all(
        matter.thing in clue.things or max(told(clue, passage) for passage in matter.passages) >= enough
        for clue, enough in zip(named, least, strict=True)
    )


def _says(tokens: Sequence[Token], moment: Moment, time: str, values: Sequence[Mapping[str, int]]) -> bool | None:
    """Whether dates are the one that is asked about, or on the side of it that is asked about."""
    before = {tokens[n - 1].word for n in moment.places if n} | {tokens[n - 2].word for n in moment.places if n > 1}
    words = {token.word for token in tokens}
    if (words & _STARTING and time in _ENDS) or (words & _ENDING and time in _STARTS):
        return None
    order = next((_ORDER[word] for word in sorted(before) if word in _ORDER), 0)
    if order:
        years = {value.get("year") for value in values}
        year, asked = years.pop(), moment.parts.get("year")
        return None if years or None in (year, asked) or year == asked else (year > asked) == (order > 0)  # type: ignore[operator]
    said = [moment.agrees(value) for value in values]
    if time in _STARTS | _ENDS and not words & (_STARTING | _ENDING):
        return None
    return True if True in said else (False if all(one is False for one in said) else None)


def _parts(value: str) -> dict[str, int]:
    """The parts of a date of XML Schema: 2021-03-19, --04-02, 2024."""
    found = re.fullmatch(r"(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?", value)
    names = zip(("year", "month", "day"), found.groups() if found else (), strict=False)
    return {name: int(part) for name, part in names if part and part != "-"}


def _moment(tokens: Sequence[Token], taken: frozenset[int]) -> Moment:
    """The date that the words of a question give, those of names aside."""
    parts: dict[str, int] = {}
    places: set[int] = set()
    words = [token.word if n not in taken else "" for n, token in enumerate(tokens)]
    for n, word in enumerate(words):
        month = _MONTHS.get(word)
        if _YEAR.fullmatch(word):
            parts["year"], places = int(word), places | {n}
        elif month is not None and "month" not in parts and _is_month(words, n):
            parts["month"], places = month, places | {n}
            for near in (n - 1, n + 1, n - 2):
                day = _DAY.fullmatch(words[near]) if 0 <= near < len(words) else None
                if day and (near != n - 2 or words[n - 1] == "of"):
                    parts["day"], places = int(day[1]), places | {near}
                    break
    return Moment(parts, frozenset(places))


def _is_month(words: Sequence[str], place: int) -> bool:
    """Whether a word for a month is meant as one: may and march are verbs as well."""
    near = [*words[max(0, place - 1) : place], *words[place + 1 : place + 2]]
    return words[place] not in ("may", "march", "mars") or any(_DAY.fullmatch(w) or w in _BY_MONTHS for w in near if w)


_BY_MONTHS: Final = frozenset(["in", "of", "en", "de", "the", "th", "since", "until", "before", "after"]) | frozenset(
    map(str, range(1990, 2100))
)
