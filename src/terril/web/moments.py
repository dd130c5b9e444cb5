"""Moments: what of a thing's facts lies in time, as far as the documents date it."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup

from ..names import expand
from . import charts
from .graph import Fact
from .narrator import Narrator
from .records import Moment

_DATED: Final = tuple(
    expand(f"terril:{name}")
    for name in ("on", "startsOn", "endsOn", "inYear", "periodStart", "periodEnd", "targetYear", "editionYear")
)
_SAID_BY_THE_DATE: Final = (expand("terril:on"), expand("terril:inYear"))
"""Relations of which a reader needs no name."""
_EVENT: Final = expand("terril:Event")


def of(outgoing: Sequence[Fact], incoming: Sequence[Fact], narrator: Narrator, limit: int) -> tuple[Moment, ...]:
    """The dates of a thing and those of the events that it is part of, in order; undated ones come last."""
    found = [moment(fact, narrator) for fact in outgoing if fact.relation.value in _DATED]
    others = [fact for fact in incoming if not fact.is_inferred]
    for thing in dict.fromkeys(fact.subject for fact in others[: 20 * limit]):
        types = narrator.graph.types(thing)
        if _EVENT in types:
            found += event(thing, narrator)
    return in_order(found)[: 2 * limit]


def event(thing: ox.NamedNode, narrator: Narrator) -> list[Moment]:
    """The moments of an event; one without a date is one all the same."""
    dated = [fact for fact in narrator.graph.outgoing(thing) if fact.relation.value in _DATED]
    found = [moment(fact, narrator) for fact in dated]
    return found or [Moment("", narrator.words["undated"], narrator.link(thing))]


def moment(fact: Fact, narrator: Narrator) -> Moment:
    """A fact that dates a thing, as a moment; it says what then happens unless the date alone says it."""
    what = "" if fact.relation.value in _SAID_BY_THE_DATE else narrator.relation(fact.relation).text
    date = fact.object.value if isinstance(fact.object, ox.Literal) else ""
    return Moment(date, shown(date, narrator), narrator.link(fact.subject), what)


def in_order(found: Iterable[Moment]) -> tuple[Moment, ...]:
    """Moments by date, those of no known year last, each once."""
    return tuple(
        sorted(dict.fromkeys(found), key=lambda each: (not each.date, each.date.startswith("--"), *_key(each)))
    )


def _key(moment: Moment) -> tuple[str, str, str]:
    return moment.date, moment.link.text.casefold(), moment.what


def shown(date: str, narrator: Narrator) -> str:
    """A date as a reader writes it; a day whose year no source states says so."""
    months = narrator.words["months"].split()
    if match := re.fullmatch(r"(?:(-?\d{4,})|-)-(\d\d)-(\d\d)Z?", date):
        year, month, day = match[1] or "", int(match[2]), int(match[3])
        if 1 <= month <= 12:
            text = f"{day} {months[month - 1]} {year}".rstrip()
            return text if year else f"{text} ({narrator.words['year_unknown']})"
    if (match := re.fullmatch(r"(-?\d{4,})-(\d\d)", date)) and 1 <= int(match[2]) <= 12:
        return f"{months[int(match[2]) - 1]} {match[1]}"
    return date


def chart(found: Iterable[Moment], label: str) -> Markup | None:
    """The years of moments on a line, if there are at least two."""
    years = [int(match[0]) for each in found if (match := re.match(r"\d{4}(?!\d)", each.date))]
    return charts.timeline(years, label) if len(set(years)) > 1 else None


def own(outgoing: Iterable[Fact], narrator: Narrator) -> tuple[Moment, ...]:
    """The dates that a thing itself has."""
    return in_order(moment(fact, narrator) for fact in outgoing if fact.relation.value in _DATED)


def period(outgoing: Iterable[Fact]) -> str:
    """From which year to which year a thing lasts."""
    years = {fact.relation.value: fact.object.value for fact in outgoing if isinstance(fact.object, ox.Literal)}
    start, end = (years.get(expand(f"terril:period{name}"), "") for name in ("Start", "End"))
    return f"{start}–{end}" if start or end else ""
