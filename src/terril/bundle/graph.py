"""A graph to write out: its quads sorted on disk, so that writers read them in order and need little memory."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from .. import dumps
from ..errors import BadGraph
from ..metadata import Itself
from ..names import INFERRED, ONTOLOGY, expand
from ..store import Embedded, has_only_named_graphs

TYPE: Final = ox.NamedNode(expand("rdf:type"))
_DEFAULT: Final = ox.DefaultGraph()
_KINDS: Final = {"quotation": "Quotation", "passage": "Passage", "reading": "Reading", "reference": "ReferenceFile"}
_BASES: Final = {
    "passage": "stated",
    "reference": "reference",
    "header": "header",
    "ontology": "ontology",
    "reading": "reading",
    "inferred": "inferred",
}
"""What a fact may rest on: by the kind of graph that says it, the strongest first, the word for it."""


class Stated(NamedTuple):
    """A triple, whether the default graph holds it, and the named graphs that say it, in order."""

    triple: ox.Triple
    is_fact: bool
    graphs: tuple[ox.NamedNode | ox.BlankNode, ...]


@dataclass(frozen=True)
class Graph:
    """A graph: asked in `store`, read in order from two files of N-Quads, sorted by triple and by named graph.

    Its facts are the triples of the default graph, or of all graphs if that one is empty. `kinds` gives the named
    graphs that are passages, quotations, readings, reference files, headers of documents, the ontology, and what was
    inferred.
    """

    store: Embedded
    itself: Itself
    by_triple: Path
    by_graph: Path
    is_union: bool
    kinds: dict[str, frozenset[object]]

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, those of one triple one after the other."""
        yield from ox.parse(path=self.by_triple, format=ox.RdfFormat.N_QUADS)

    def graphs(self) -> Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, Iterator[ox.Quad]]]:
        """The default graph, then the named graphs in the order of their names, each with its quads."""
        found = ox.parse(path=self.by_graph, format=ox.RdfFormat.N_QUADS)
        yield from groupby(found, key=lambda quad: quad.graph_name)

    def stated(self) -> Iterator[Stated]:
        """Every triple once, with who says it."""
        for triple, quads in groupby(self.quads(), key=lambda quad: quad.triple):
            names = [quad.graph_name for quad in quads]
            named = tuple(name for name in names if not isinstance(name, ox.DefaultGraph))
            yield Stated(triple, self.is_union or _DEFAULT in names, named)

    def facts(self) -> Iterator[ox.Triple]:
        """The triples that hold, each once."""
        return (stated.triple for stated in self.stated() if stated.is_fact)

    def basis(self, graphs: Collection[ox.NamedNode | ox.BlankNode]) -> str:
        """In a word, what a fact that these graphs say rests on; the strongest first."""
        found = (word for kind, word in _BASES.items() if not self.kinds[kind].isdisjoint(graphs))
        return next(found, "other")


def sorted_in(store: Embedded, folder: Path) -> Graph:
    """Sort a graph into a folder for drafts. Raises `BadGraph` for terms that RDF 1.1 does not have."""
    by_triple, by_graph = folder / "by-triple.nq", folder / "by-graph.nq"
    with by_triple.open("wb") as file:
        file.writelines(dumps.lines(store.graph, folder))
    with by_triple.open("rb") as lines, by_graph.open("wb") as file:
        quads = ox.parse(path=by_triple, format=ox.RdfFormat.N_QUADS)
        named = (_graph_first(quad, line) for quad, line in zip(quads, lines, strict=True))
        file.writelines(line.partition(b"\t")[2] for line in dumps.in_order(named, folder))
    kinds = _kinds(store.graph)
    return Graph(store, Itself.of(store), by_triple, by_graph, has_only_named_graphs(store.graph), kinds)


def _graph_first(quad: ox.Quad, line: bytes) -> bytes:
    if isinstance(quad.object, ox.Triple):
        raise BadGraph("The graph holds triples about triples (RDF 1.2). Release it without them.")
    is_default = isinstance(quad.graph_name, ox.DefaultGraph)
    return (b"" if is_default else str(quad.graph_name).encode()) + b"\t" + line


def _kinds(graph: ox.Store) -> dict[str, frozenset[object]]:
    kinds: dict[str, frozenset[object]]
    kinds = {word: frozenset(quad.subject for quad in _typed(graph, name)) for word, name in _KINDS.items()}
    headers = (quad.graph_name for quad in _typed(graph, "Document"))
    kinds["header"] = frozenset(name for name in headers if isinstance(name, ox.NamedNode)) - {_INFERRED}
    return {**kinds, "ontology": frozenset([_ONTOLOGY]), "inferred": frozenset([_INFERRED])}


def _typed(graph: ox.Store, name: str) -> Iterator[ox.Quad]:
    return graph.quads_for_pattern(None, TYPE, ox.NamedNode(expand(f"terril:{name}")), None)


_INFERRED: Final = ox.NamedNode(INFERRED)
_ONTOLOGY: Final = ox.NamedNode(ONTOLOGY)
