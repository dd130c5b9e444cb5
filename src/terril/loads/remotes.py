"""A store elsewhere: how many triples its graphs have, what is in one, and how one is replaced, moved or removed.

Graphs are read and written by the SPARQL 1.1 Graph Store HTTP Protocol (W3C, 21 March 2013), or, where a store has
none, by SPARQL 1.1 Query and Update.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, Final, cast
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from ..endpoint import Endpoint
from ..engine import one_line
from ..errors import EndpointFailed
from ..transport import MAX_BYTES, Body, Passing
from .cargoes import Cargo
from .graphs import Name, shown
from .kinds import Kind
from .lines import Part, statements, triples
from .tallies import Tally, tally
from .wire import Refused, Wire

_ACCEPT: Final = "application/n-triples, text/turtle;q=0.5"
_ACCEPT_ROWS: Final = "application/sparql-results+json"
_GRAPH_TYPE: Final = "application/n-triples"
_UPDATE_TYPE: Final = "application/sparql-update"
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_CHUNK: Final = 1 << 20
"""Bytes of triples in one update."""


@dataclass(frozen=True)
class Remote:
    """A store: its kind, its address with whoever asks there, and the addresses of its services."""

    kind: Kind
    endpoint: Endpoint
    graphs: str | None
    query: str
    update: str

    @property
    def wire(self) -> Wire:
        """How it is spoken to."""
        return Wire(self.endpoint, self.kind.wants_digest)

    # What is there

    def counts(self) -> dict[Name, int]:
        """How many triples each graph has that has any; the default graph only if it is no union of others. Raises
        `EndpointFailed`."""
        doing = "count its triples"
        query = _NAMED if self.kind.has_union else _COUNTS
        body = self.wire.read(f"{self.query}?{urlencode({'query': query})}", _ACCEPT_ROWS, doing)
        try:
            pairs = _pairs(body)
        except (SyntaxError, ValueError, AssertionError, KeyError) as error:
            failure: EndpointFailed = self._odd(body, str(error))
        except (HTTPException, OSError) as error:
            failure = self.wire.silence(error, doing)
        else:
            return _counted(pairs)
        raise failure

    def _odd(self, body: Body, reason: str) -> EndpointFailed:
        said = self.endpoint.words(body.end)
        return EndpointFailed(
            f"{self.endpoint.name} was asked to count its triples, and sent no table ({one_line(reason)}): {said} "
            "Check the address, and the kind of store (--store)."
        )

    def tally(self, name: Name, expected: int = 0) -> Tally:
        """What a graph holds, where so many bytes are expected; read once and not held. Raises as `lines`."""
        return tally(self.lines(name, expected))

    def lines(self, name: Name, expected: int = 0) -> Iterator[bytes]:
        """The triples of a graph as canonical lines; none of one that is not there. Raises `EndpointFailed`."""
        whole = self._paged if self.kind.page else self._whole
        return triples(whole(name, expected))

    def _whole(self, name: Name, expected: int) -> Iterator[Part]:
        return self._read(self._source(name), name, expected)

    def _paged(self, name: Name, expected: int) -> Iterator[Part]:
        """A graph page by page: of how many triples, the store's settings have the last word."""
        start, count = 0, -1
        while count:
            count = 0
            for rows, parsed in self._read(self._query(name, f"LIMIT {self.kind.page} OFFSET {start}"), name, expected):
                others = list(parsed)
                count += len(rows) + len(others)
                yield rows, others
            start += count

    def _read(self, url: str, name: Name, expected: int) -> Iterator[Part]:
        doing = f"give {shown(name)}"
        try:
            body = self.wire.read(url, _ACCEPT, doing, MAX_BYTES + 8 * expected)
        except Refused as refusal:
            if refusal.status == 404 and self.graphs:
                return
            raise
        media_type = str(body.headers.get("Content-Type") or "")
        form = ox.RdfFormat.from_media_type(media_type)
        if form is None:
            raise EndpointFailed(f"{self.endpoint.name} did not {doing}: it sent {one_line(media_type) or 'no type'}.")
        try:
            yield from statements(body, form, _BASE)
        except (SyntaxError, ValueError) as error:
            failure: EndpointFailed = Passing(
                f"{self.endpoint.name} sent {shown(name)} damaged or cut short: {one_line(str(error))}."
            )
        except (HTTPException, OSError) as error:
            failure = self.wire.silence(error, doing)
        else:
            return
        finally:
            body.close()
        raise failure

    # What is changed there

    def put(self, cargo: Cargo, name: Name, *, is_new: bool = False) -> None:
        """Replace a graph by another; one that is new there may be loaded in a quicker way, which shows parts of it
        meanwhile. Raises `Refused`, or `Passing` for what may be tried again."""
        if self.graphs is None:
            self._insert(cargo, name)
        else:
            address = self._address(name) + f"&{self.kind.bulk}" * (is_new and bool(self.kind.bulk))
            self.wire.write("PUT", address, cargo.path, _GRAPH_TYPE, f"take {shown(cargo.name)}")

    def move(self, source: str, target: Name) -> None:
        """Let a graph take the place of another, in one step."""
        to = "DEFAULT" if target is None else f"GRAPH <{target}>"
        self._run(f"MOVE GRAPH <{source}> TO {to}", f"move {shown(target)} to its place")

    def remove(self, name: Name) -> None:
        """Remove a graph; that it is not there is well."""
        if self.graphs is None:
            self._run(f"DROP SILENT {_target(name)}", f"remove {shown(name)}")
            return
        try:
            self.wire.write("DELETE", self._address(name), None, "", f"remove {shown(name)}")
        except Refused as refusal:
            if refusal.status != 404:
                raise

    def _insert(self, cargo: Cargo, name: Name) -> None:
        """Replace a graph by updates, which hold a part of it each; all with blank nodes are in the last one."""
        doing = f"take {shown(cargo.name)}"
        self._run(f"DROP SILENT {_target(name)}", doing)
        for part in _parts(cargo):
            triples = b" .\n".join(part).decode()
            self._run(f"INSERT DATA {{ {_within(name, triples)} }}", doing)

    def _run(self, update: str, doing: str) -> None:
        if self.kind.sends_forms:
            sent, media_type = urlencode({"update": update}).encode(), _FORM_TYPE
        else:
            sent, media_type = update.encode(), _UPDATE_TYPE
        self.wire.write("POST", self.update, sent, media_type, doing)

    # Addresses

    def _address(self, name: Name) -> str:
        return f"{self.graphs}?default" if name is None else f"{self.graphs}?graph={quote(name, safe='')}"

    def _source(self, name: Name) -> str:
        """Where a graph is read."""
        return self._query(name) if self.graphs is None else self._address(name)

    def _query(self, name: Name, part: str = "") -> str:
        pattern = _within(name, "?s ?p ?o")
        return f"{self.query}?{urlencode({'query': f'CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }} {part}'})}"


def _pairs(body: Body) -> list[tuple[object, object]]:
    # Apart, since a parser's answer must be freed in the thread that read it, and errors keep what stands beside them.
    solutions = ox.parse_query_results(cast("IO[bytes]", body), ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    return [(row["g"], row["n"]) for row in solutions]


def _counted(pairs: list[tuple[object, object]]) -> dict[Name, int]:
    counts = {
        graph.value if isinstance(graph, ox.NamedNode) else None: int(count.value)
        for graph, count in pairs
        if (graph is None or isinstance(graph, ox.NamedNode)) and isinstance(count, ox.Literal)
    }
    return {name: count for name, count in counts.items() if count}


def _parts(cargo: Cargo) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size, left = 0, cargo.tally.count
    for line in cargo.lines():
        if size > _CHUNK and left >= cargo.unnamed:
            yield part
            part, size = [], 0
        part.append(line)
        size, left = size + len(line), left - 1
    if part:
        yield part


def _within(name: Name, triples: str) -> str:
    return triples if name is None else f"GRAPH <{name}> {{ {triples} }}"


def _target(name: Name) -> str:
    return "DEFAULT" if name is None else f"GRAPH <{name}>"


_NAMED: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_DEFAULT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_COUNTS: Final = f"SELECT ?g ?n WHERE {{ {{ {_NAMED} }} UNION {{ {_DEFAULT} }} }}"
_BASE: Final = "http://base.invalid/"
