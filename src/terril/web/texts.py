"""Documents and their passages on pages: which stretches of a text are encoded, and what each of them states.

A page never holds the text itself, only addresses in it and its sense in other words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup

from ..names import expand
from . import charts
from .narrator import Narrator
from .records import Link, Saying, Statement, Stretch
from .words import number

_QUOTATION: Final = expand("terril:Quotation")
_NO_CLAIM: Final = expand("terril:NoClaim")
_READING: Final = expand("terril:Reading")
_STATED: Final = 120
"""Facts of one passage that its page lists."""


@dataclass(frozen=True, slots=True)
class Text:
    """What the page of a document shows of its text."""

    lead: str
    strip: Markup
    stretches: tuple[Stretch, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the page of a passage shows: where it stands, what it means, what it states, what readers conclude."""

    document: Link
    place: str
    strip: Markup | None
    gist: str
    coreference: str
    reason: str
    speakers: tuple[Link, ...]
    statements: tuple[Statement, ...]
    readings: tuple[tuple[Link, str, tuple[Statement, ...]], ...]
    previous: Link | None
    following: Link | None


def text(document: ox.NamedNode, narrator: Narrator, limit: int) -> Text:
    """What a document's page shows, with at most `limit` passages one by one."""
    graph, lang = narrator.graph, narrator.lang
    found = list(graph.passages(document))
    ranges = [graph.range(passage) for passage in found]
    length = max(graph.number(document, "terril:characters"), max((end for _, end in ranges), default=0))
    shown = [_stretch(passage, narrator) for passage in found[:limit]]
    covered = sum(max(end - max(start, done), 0) for (start, end), done in zip(ranges, _furthest(ranges), strict=True))
    strip = charts.stretches(
        ((each.start, each.end, each.kind, each.link.href or "", each.link.text) for each in shown),
        length,
        narrator.words["encoded"],
    )
    lead = narrator.words["encoded_lead"].format(*(number(n, lang) for n in (covered, length, len(found))))
    return Text(lead, strip, tuple(shown), max(len(found) - limit, 0))


def _furthest(ranges: Sequence[tuple[int, int]]) -> list[int]:
    """How far the text is covered before each passage."""
    before, furthest = [], 0
    for _, end in ranges:
        before.append(furthest)
        furthest = max(furthest, end)
    return before


def _stretch(passage: ox.NamedNode, narrator: Narrator) -> Stretch:
    graph = narrator.graph
    start, end = graph.range(passage)
    gist = graph.value(passage, "terril:gist", narrator.lang)
    types = graph.types(passage)
    kind = "quotation" if _QUOTATION in types else "claimless" if _NO_CLAIM in types else "says"
    return Stretch(
        Link(f"{number(start, narrator.lang)}–{number(end, narrator.lang)}", narrator.address(passage)),
        start,
        end,
        gist or graph.value(passage, "terril:reason", narrator.lang),
        kind,
        _speakers(passage, narrator),
        sum(1 for _ in graph.store.quads_for_pattern(None, None, None, passage)),
        sum(1 for _ in graph.subjects("terril:ofPassage", passage)),
    )


def said(passage: ox.NamedNode, narrator: Narrator) -> Said:
    """What the page of a passage, or of a reading of one, shows."""
    graph, lang = narrator.graph, narrator.lang
    of = graph.values(passage, "terril:ofPassage") if _READING in graph.types(passage) else []
    base = of[0] if of and isinstance(of[0], ox.NamedNode) else passage
    start, end = graph.range(base)
    documents = [term for term in graph.values(base, "terril:inDocument") if isinstance(term, ox.NamedNode)]
    place = narrator.words["characters"].format(number(start, lang), number(end, lang))
    length = max(graph.number(documents[0], "terril:characters") if documents else 0, end)
    before, after = _neighbours(base, documents, narrator)
    return Said(
        narrator.link(documents[0]) if documents else Link(""),
        place,
        charts.here(start, end, length, place) if documents else None,
        graph.value(base, "terril:gist", lang),
        graph.value(base, "terril:coreferenceNote", lang),
        graph.value(base, "terril:reason", lang),
        _speakers(base, narrator),
        _statements(base, narrator),
        tuple(_reading(each, narrator) for each in sorted(graph.subjects("terril:ofPassage", base), key=str)),
        before,
        after,
    )


def _reading(reading: ox.NamedNode, narrator: Narrator) -> tuple[Link, str, tuple[Statement, ...]]:
    note = narrator.graph.value(reading, "terril:interpretationNote", narrator.lang)
    return narrator.link(reading), note, _statements(reading, narrator)


def _neighbours(
    passage: ox.NamedNode, documents: Iterable[ox.NamedNode], narrator: Narrator
) -> tuple[Link | None, Link | None]:
    for document in documents:
        places = narrator.graph.passages(document)
        if passage in places:
            at, order = places[passage], list(places)
            near = [order[i] if 0 <= i < len(order) else None for i in (at - 1, at + 1)]
            before, after = (narrator.link(each) if each else None for each in near)
            return before, after
    return None, None


def _statements(graph: ox.NamedNode, narrator: Narrator) -> tuple[Statement, ...]:
    found = {quad.triple for quad in narrator.graph.store.quads_for_pattern(None, None, None, graph)}
    told = map(narrator.statement, sorted(found, key=str)[:_STATED])
    return tuple(sorted(told, key=lambda each: (each.subject.text.casefold(), each.relation.text.casefold())))


def _speakers(passage: ox.NamedNode, narrator: Narrator) -> tuple[Link, ...]:
    return tuple(map(narrator.link, narrator.graph.values(passage, "terril:spokenBy")))


def statements_of(person: ox.NamedNode, narrator: Narrator, limit: int) -> tuple[Saying, ...]:
    """What a person says in the documents, as they stand there."""
    said = sorted(narrator.graph.subjects("terril:spokenBy", person), key=lambda passage: passage.value)[:limit]
    return tuple(
        Saying(
            narrator.link(documents[0])
            if (documents := narrator.graph.values(passage, "terril:inDocument"))
            else Link(""),
            Link(narrator.place(narrator.graph.source(passage, narrator.lang)), narrator.address(passage)),
            narrator.graph.value(passage, "terril:gist", narrator.lang),
        )
        for passage in said
    )
