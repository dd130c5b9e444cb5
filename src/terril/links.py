"""Links: what leads from one thing to another by the relations of a policy, fetched for many things at once.

A link is a stated triple between two IRIs, followed in either direction: one that only a reasoner adds says nothing
that its premises do not. A store that tells of no triple who states it is walked as it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, TypeVar

import pyoxigraph as ox

from . import names
from .results import Result, Solutions, Store, Term, Truth, is_true


class Link(NamedTuple):
    """One triple as it is met from one of its ends: its relation, whether it starts there, and what is at the other.

    `is_reading` tells that only readers state it, between the lines of a source.
    """

    is_reading: bool
    relation: ox.NamedNode
    forward: bool
    other: ox.NamedNode


Links: TypeAlias = Mapping[ox.NamedNode, Sequence[Link]]

BATCH: Final = 500
"""Things that one query asks about."""
COUNTED: Final = 1_000_000
"""Links that one query counts, at most; if there are more, those of the widest things hide the others."""


@dataclass(frozen=True)
class Network:
    """The links of a store by certain relations; `is_sourced` tells whether the store says who states them."""

    store: Store
    relations: frozenset[ox.NamedNode]
    is_sourced: bool

    def links(
        self, things: Sequence[ox.NamedNode], most: int
    ) -> tuple[dict[ox.NamedNode, list[Link]], set[ox.NamedNode]]:
        """The links of each thing, sorted; and those things that have more than `most`, whose links are not fetched.

        For each 500 things it asks once, and twice more if some have too many.
        """
        found: dict[ox.NamedNode, list[Link]] = {}
        wide: set[ox.NamedNode] = set()
        for part in _parts(things):
            rows = self._rows(part, 2 * most * len(part) + 1)
            if len(rows) > 2 * most * len(part):
                wide |= {thing for thing, links in _sorted(part, rows).items() if len(links) > most}
                wide |= self._wide([thing for thing in part if thing not in wide], most)
                rows = self._rows([thing for thing in part if thing not in wide], None)
            found |= _sorted(part, rows)
        wide |= {thing for thing, links in found.items() if len(links) > most}
        return {thing: links for thing, links in found.items() if thing not in wide}, wide

    def links_to(self, things: Sequence[ox.NamedNode], end: ox.NamedNode) -> dict[ox.NamedNode, list[Link]]:
        """The links of each thing with one other, however many that one has."""
        found: dict[ox.NamedNode, list[Link]] = {}
        for part in _parts(things):
            found |= _sorted(part, self._rows(part, None, end))
        return found

    def linked(self, pairs: Sequence[tuple[ox.NamedNode, ox.NamedNode]]) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
        """Those of pairs of things that are linked, in either direction, however many other links they have."""
        found = set()
        for part in _parts(pairs):
            data = " ".join(f"({one} {other})" for one, other in part)
            ways = (self._way(triple, "true", f"VALUES (?thing ?other) {{ {data} }}", False) for triple, _ in _WAYS)
            union = " UNION ".join(f"{{ {way} }}" for way in ways)
            found |= set(_select(self.store, f"SELECT DISTINCT ?thing ?other WHERE {{ {union} }}"))
        return [pair for pair in pairs if pair in found]

    def kinds(
        self, things: Sequence[ox.NamedNode], classes: Collection[ox.NamedNode]
    ) -> dict[ox.NamedNode, set[ox.NamedNode]]:
        """Which of certain classes each thing is in. Asks once for each 500 things."""
        found: dict[ox.NamedNode, set[ox.NamedNode]] = {thing: set() for thing in things}
        if not classes:
            return found
        one_of = ", ".join(sorted(map(str, classes)))
        for part in _parts(things):
            pattern = f"VALUES ?thing {{ {_spaced(part)} }} ?thing a ?class FILTER(?class IN ({one_of}))"
            for thing, kind in _select(self.store, f"SELECT DISTINCT ?thing ?class WHERE {{ {pattern} }}"):
                if isinstance(thing, ox.NamedNode) and isinstance(kind, ox.NamedNode):
                    found.setdefault(thing, set()).add(kind)
        return found

    def _rows(
        self, things: Sequence[ox.NamedNode], limit: int | None, end: ox.NamedNode | None = None
    ) -> list[tuple[Term, ...]]:
        if not things:
            return []
        bound = "" if limit is None else f" LIMIT {limit}"
        head = "SELECT DISTINCT ?thing ?reading ?relation ?forward ?other"
        return _select(self.store, f"{head} WHERE {{ {self._pattern(things, end)} }}{bound}")

    def _wide(self, things: Sequence[ox.NamedNode], most: int) -> set[ox.NamedNode]:
        """Those of things that have more links than `most`."""
        if not things:
            return set()
        links = self._pattern(things, with_readings=False)
        each = f"SELECT DISTINCT ?thing ?relation ?forward ?other WHERE {{ {links} }} LIMIT {COUNTED}"
        rows = _select(self.store, f"SELECT ?thing (COUNT(?other) AS ?links) WHERE {{ {each} }} GROUP BY ?thing")
        counts = {
            thing: int(number.value)
            for thing, number in rows
            if isinstance(number, ox.Literal) and number.value.isdecimal()
        }
        wide = {thing for thing in things if counts.get(thing, 0) > most}
        if wide and sum(counts.values()) >= COUNTED:
            return wide | self._wide([thing for thing in things if thing not in wide], most)
        return wide

    def _pattern(
        self, things: Sequence[ox.NamedNode], end: ox.NamedNode | None = None, *, with_readings: bool = True
    ) -> str:
        # The data stand in each branch, since a join with a UNION may be planned as two whole scans.
        data = f"VALUES ?thing {{ {_spaced(things)} }}"
        if end is not None:
            data = f"VALUES (?thing ?other) {{ {' '.join(f'({thing} {end})' for thing in things)} }}"
        return " UNION ".join(f"{{ {self._way(triple, forward, data, with_readings)} }}" for triple, forward in _WAYS)

    def _way(self, triple: str, forward: str, data: str, with_readings: bool) -> str:
        one_of = ", ".join(sorted(map(str, self.relations)))
        stated = f"GRAPH ?graph {{ {triple} }} FILTER(?graph != {_INFERRED})" if self.is_sourced else triple
        filters = f"FILTER(?relation IN ({one_of})) FILTER(isIRI(?other)) BIND({forward} AS ?forward)"
        if not with_readings:
            return f"{data} {stated} {filters}"
        is_reading = f"OPTIONAL {{ ?graph a ?kind FILTER(?kind = {_READING}) }} BIND(BOUND(?kind) AS ?reading)"
        return f"{data} {stated} {filters} {is_reading if self.is_sourced else 'BIND(false AS ?reading)'}"


def network(store: Store, relations: frozenset[ox.NamedNode]) -> Network:
    """The links of a store by certain relations. Asks the store once, and again if it has named graphs."""
    named = f"GRAPH ?graph {{ ?s ?p ?o }} FILTER(?graph != {_INFERRED})"
    pattern = f"VALUES ?relation {{ {_spaced(sorted(relations, key=str))} }} GRAPH ?graph {{ ?thing ?relation ?other }}"
    # Without a named graph the second question would make an engine look through all links of the store.
    questions = (f"ASK {{ {named} }}", f"ASK {{ {pattern} FILTER(?graph != {_INFERRED}) }}")
    return Network(store, relations, all(_is_true(store.query(question)) for question in questions))


def _is_true(answer: Result) -> bool:
    return isinstance(answer, Truth) and answer.value


_WAYS: Final = (("?thing ?relation ?other", "true"), ("?other ?relation ?thing", "false"))
_INFERRED: Final = ox.NamedNode(names.INFERRED)
_READING: Final = ox.NamedNode(names.expand("terril:Reading"))


_Piece = TypeVar("_Piece")


def _parts(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    for start in range(0, len(pieces), BATCH):
        yield pieces[start : start + BATCH]


def _spaced(things: Sequence[ox.NamedNode]) -> str:
    return " ".join(map(str, things))


def _select(store: Store, sparql: str) -> list[tuple[Term, ...]]:
    answer = store.query(sparql)
    rows = answer.rows if isinstance(answer, Solutions) else ()
    bound = (tuple(term for term in row if term is not None) for row in rows)
    return [row for row, given in zip(bound, rows, strict=True) if len(row) == len(given)]


def _sorted(things: Sequence[ox.NamedNode], rows: Sequence[tuple[Term, ...]]) -> dict[ox.NamedNode, list[Link]]:
    """The links in rows, by thing; of a triple that both words and readers state, the words."""
    found: defaultdict[Term, dict[tuple[Term, ...], bool]] = defaultdict(dict)
    for thing, reading, *triple in rows:
        is_reading = is_true(reading)
        found[thing][tuple(triple)] = is_reading and found[thing].get(tuple(triple), True)
    return {thing: sorted(_links(found[thing]), key=_order) for thing in things}


def _links(found: Mapping[tuple[Term, ...], bool]) -> Iterator[Link]:
    for (relation, forward, other), is_reading in found.items():
        if isinstance(relation, ox.NamedNode) and isinstance(forward, ox.Literal) and isinstance(other, ox.NamedNode):
            yield Link(is_reading, relation, is_true(forward), other)


def _order(link: Link) -> tuple[str, bool, str, bool]:
    return link.other.value, link.is_reading, link.relation.value, not link.forward
