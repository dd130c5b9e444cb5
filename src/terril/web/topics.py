"""Topic pages: who works on a topic, region beside cluster beside strategy, and the topics around it."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from ..names import expand
from .graph import Fact, Graph
from .narrator import Narrator, by_text
from .records import Group, Item, Link

_COLUMNS: Final = (
    ("regions", ("terril:Place", "terril:Territory")),
    ("clusters", ("terril:Cluster",)),
    ("strategies", ("terril:PolicyInstrument",)),
    ("ecosystems", ("terril:InnovationEcosystem",)),
    ("organisations", ("org:Organization", "foaf:Agent")),
    ("priorities", ("terril:ThematicArea",)),
)
"""The columns of a comparison, and the classes of what stands in them; a thing stands in the first that fits."""
_CLASSES: Final = tuple((title, frozenset(map(expand, kinds))) for title, kinds in _COLUMNS)
_ALWAYS: Final = 3
"""Columns that stand there even if they are empty: that no strategy takes a topic up is worth knowing."""


def comparison(incoming: Sequence[Fact], narrator: Narrator, limit: int) -> tuple[Group, ...]:
    """What deals with a topic, each thing once with its strongest fact, in columns."""
    columns: dict[str, dict[ox.NamedNode, Fact]] = {title: {} for title, _ in _COLUMNS}
    for fact in sorted(incoming, key=lambda fact: (fact.is_inferred, fact.relation.value, fact.subject.value)):
        title = _column(narrator.graph.types(fact.subject))
        if title:
            columns[title].setdefault(fact.subject, fact)
    return tuple(
        Group(narrator.words[title], _items(facts.values(), narrator, limit), max(len(facts) - limit, 0))
        for number, (title, facts) in enumerate(columns.items())
        if facts or number < _ALWAYS
    )


def _column(types: Iterable[str]) -> str | None:
    known = set(types)
    return next((title for title, kinds in _CLASSES if known & kinds), None)


def _items(facts: Iterable[Fact], narrator: Narrator, limit: int) -> tuple[Item, ...]:
    shown = sorted(facts, key=lambda fact: (fact.is_inferred, fact.subject.value))[:limit]
    return tuple(by_text(narrator.item(fact, fact.subject, explained=False) for fact in shown))


def around(topic: ox.NamedNode, narrator: Narrator, limit: int) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The broader and the narrower topics, by name."""
    graph: Graph = narrator.graph
    broader = [term for term in graph.values(topic, "skos:broader") if isinstance(term, ox.NamedNode)]
    narrower = sorted(graph.subjects("skos:broader", topic), key=lambda thing: thing.value)[:limit]
    wide, narrow = (
        sorted(map(narrator.link, some), key=lambda link: link.text.casefold()) for some in (broader, narrower)
    )
    return tuple(wide), tuple(narrow)


def within(place: ox.NamedNode, narrator: Narrator) -> tuple[Link, ...]:
    """The places around a place, the widest first; each lies in all before it, what lies beside them is left out."""
    around = {term: _around(term, narrator.graph) for term in _around(place, narrator.graph)}
    chain: list[ox.NamedNode] = []
    for wide in sorted(around, key=lambda wide: (-len(around[wide]), wide.value)):
        if all(wide in around[narrower] for narrower in chain):
            chain.append(wide)
    return tuple(narrator.link(wide) for wide in reversed(chain))


def _around(place: ox.NamedNode, graph: Graph) -> set[ox.NamedNode]:
    return {term for term in graph.values(place, "terril:within") if isinstance(term, ox.NamedNode) and term != place}
