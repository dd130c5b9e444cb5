"""Overviews: the home page, the kinds of thing that there are, and the list of each kind, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup

from ..names import AUTH, SCHEMES, expand
from . import moments
from .graph import Graph
from .narrator import Narrator
from .records import Item, Link, Moment
from .words import number

PER_PAGE: Final = 150
"""Things on one page of a list."""
_NEAR: Final = 3
"""Pages of a list before and after one to which that one links."""
_TOPICS: Final = 16
_EVENTS: Final = 300
"""Events that the list of events puts on a timeline."""
_HUBS: Final = 5000
"""Topics that the home page looks through for those most shared."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: the link to its list, and how many there are."""

    link: Link
    number: str


@dataclass(frozen=True, slots=True)
class Row:
    """A thing in a list: its kind, and a few words on it."""

    link: Link
    kind: str
    note: Link | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list of a kind of thing, of so many; `pages` link by number to those that a reader may go to next:
    the first, the last and those near by.
    """

    title: str
    rows: tuple[Row, ...]
    page: int
    count: int
    pages: tuple[tuple[int, Link], ...]
    moments: tuple[Moment, ...]
    years: Markup | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the home page shows."""

    numbers: str
    groups: tuple[tuple[str, Link, tuple[Item, ...]], ...]
    topics: tuple[tuple[Link, int], ...]
    documents: tuple[Link, ...]


def list_paths(kind: str, count: int) -> Iterator[str]:
    """The paths of the pages of a list."""
    for page in range(1, max(-(-count // PER_PAGE), 1) + 1):
        yield _list_path(kind, page)


def _list_path(kind: str, page: int) -> str:
    return f"doc/{kind}/index-{page}" if page > 1 else f"doc/{kind}/index"


def kinds(narrator: Narrator) -> tuple[Kind, ...]:
    """All kinds of thing, by name."""
    found = [
        Kind(Link(kind_name(kind, narrator), narrator.page(f"doc/{kind}/index")), number(len(things), narrator.lang))
        for kind, things in narrator.graph.things.items()
    ]
    return tuple(sorted(found, key=lambda each: each.link.text.casefold()))


def kind_name(kind: str, narrator: Narrator) -> str:
    """What a folder of things is called: its scheme's title, or the class that most of the first things are of."""
    graph, lang = narrator.graph, narrator.lang
    if f"kind_{kind}" in narrator.words:
        return narrator.words[f"kind_{kind}"]
    if kind in SCHEMES:
        scheme = ox.NamedNode(AUTH + kind)
        if graph.value(scheme, "dcterms:title", lang) or graph.value(scheme, "skos:prefLabel", lang):
            return graph.label(scheme, lang)
    return kind


def listing(kind: str, page: int, narrator: Narrator) -> Listing | None:
    """A page of the list of a kind; None if there is no such page."""
    things = narrator.graph.things.get(kind, [])
    count = -(-len(things) // PER_PAGE)
    if not things or page > count:
        return None
    shown = things[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = sorted(
        (row(thing, narrator) for thing in shown), key=lambda each: (each.link.text.casefold(), each.link.href or "")
    )
    near = sorted({1, count, *range(max(page - _NEAR, 1), min(page + _NEAR, count) + 1)}) if count > 1 else ()
    pages = tuple((number, Link(str(number), narrator.page(_list_path(kind, number)))) for number in near)
    when = _moments(shown, narrator) if kind == "event" else ()
    years = moments.chart(when, narrator.words["timeline"])
    return Listing(kind_name(kind, narrator), tuple(rows), page, count, pages, when, years)


_NOTES: Final = (
    *("terril:within", "terril:locatedIn", "terril:operatesIn", "terril:heldIn", "terril:figureAbout"),
    *("terril:appliesTo", "terril:governs", "skos:broader", "terril:addresses", "org:postIn", "terril:inDocument"),
)  # fmt: skip
"""What says most about a thing in a list: where it is, of what it is a part."""


def row(thing: ox.NamedNode, narrator: Narrator) -> Row:
    """A thing as a list shows it."""
    kind = narrator.kind(thing)
    for relation in _NOTES:
        for other in narrator.graph.values(thing, relation)[:1]:
            return Row(narrator.link(thing), kind, narrator.link(other))
    return Row(narrator.link(thing), kind)


def _moments(things: Sequence[ox.NamedNode], narrator: Narrator) -> tuple[Moment, ...]:
    found = (each for thing in things[:_EVENTS] for each in moments.event(thing, narrator))
    return moments.in_order(each for each in found if each.date)


def welcome(narrator: Narrator) -> Welcome:
    """The home page: how much there is, and the main things to start from."""
    graph, lang = narrator.graph, narrator.lang
    passages = len(graph.things.get("passage", ()))
    numbers = narrator.words["home_numbers"].format(
        things=number(sum(map(len, graph.things.values())) - passages, lang),
        facts=number(graph.size, lang),
        passages=number(passages, lang),
        documents=number(len(graph.things.get("document", ())), lang),
    )
    groups = (
        ("home_regions", "territory", "terril:Region"),
        ("clusters", "organisation", "terril:Cluster"),
        ("strategies", "initiative", "terril:PolicyInstrument"),
        ("ecosystems", "ecosystem", "terril:InnovationEcosystem"),
    )
    return Welcome(
        numbers,
        tuple(_group(title, kind, name, narrator) for title, kind, name in groups if kind in graph.things),
        _most_shared(narrator),
        tuple(narrator.link(document) for document in graph.things.get("document", ())[:12]),
    )


def _group(title: str, kind: str, name: str, narrator: Narrator) -> tuple[str, Link, tuple[Item, ...]]:
    found = [narrator.link(thing) for thing in narrator.graph.of_class(name)[:8]]
    items = tuple(Item(link) for link in sorted(found, key=lambda link: link.text.casefold()))
    every = Link(narrator.words["all_of"].format(kind_name(kind, narrator)), narrator.page(f"doc/{kind}/index"))
    return narrator.words[title], every, items


def _most_shared(narrator: Narrator) -> tuple[tuple[Link, int], ...]:
    """The topics that most things address."""
    graph: Graph = narrator.graph
    addresses = expand("terril:addresses")
    counted = [
        (sum(1 for _ in graph.subjects(addresses, topic)), topic) for topic in graph.things.get("topic", ())[:_HUBS]
    ]
    best = sorted(counted, key=lambda each: (-each[0], each[1].value))[:_TOPICS]
    return tuple((narrator.link(topic), count) for count, topic in best if count)
