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


class Stated(NamedTuple):
    """A triple, whether the default graph holds it, and the named graphs that say it, in order."""

    triple: ox.Triple
    is_fact: bool
    graphs: tuple[ox.NamedNode | ox.BlankNode, ...]


@dataclass(frozen=True)
class Graph:
    """A graph: asked in `store`, read in order from two files of N-Quads, sorted by triple and by named graph.

    Its facts are the triples of the default graph, or of all graphs if that one is empty. `kinds` gives the named
    graphs that are passages, quotations, readings and reference files.
    """

    store: Embedded
    itself: Itself
    by_triple: Path
    by_graph: Path
    is_union: bool
    kinds: dict[str, frozenset[ox.NamedNode]]

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
        for word in ("passage", "reference"):
            if any(graph in self.kinds[word] for graph in graphs):
                return {"passage": "stated"}.get(word, word)
        if ox.NamedNode(ONTOLOGY) in graphs:
            return "ontology"
        if any(graph in self.kinds["reading"] for graph in graphs):
            return "reading"
        return "inferred" if ox.NamedNode(INFERRED) in graphs else "other"


def sorted_in(store: Embedded, folder: Path) -> Graph:
    """Sort a graph into a folder for drafts. Raises `BadGraph` for terms that RDF 1.1 does not have."""
    by_triple, by_graph = folder / "by-triple.nq", folder / "by-graph.nq"
    with by_triple.open("wb") as file:
        file.writelines(dumps.lines(store.graph, folder))
    with by_triple.open("rb") as lines, by_graph.open("wb") as file:
        quads = ox.parse(path=by_triple, format=ox.RdfFormat.N_QUADS)
        named = (_graph_first(quad, line) for quad, line in zip(quads, lines, strict=True))
        file.writelines(line.partition(b"\t")[2] for line in dumps.in_order(named, folder))
    kinds = {word: frozenset(_instances(store.graph, name)) for word, name in _KINDS.items()}
    return Graph(store, Itself.of(store), by_triple, by_graph, has_only_named_graphs(store.graph), kinds)


def _graph_first(quad: ox.Quad, line: bytes) -> bytes:
    if isinstance(quad.object, ox.Triple):
        raise BadGraph("The graph holds triples about triples (RDF 1.2). Release it without them.")
    is_default = isinstance(quad.graph_name, ox.DefaultGraph)
    return (b"" if is_default else str(quad.graph_name).encode()) + b"\t" + line


def _instances(graph: ox.Store, name: str) -> Iterator[ox.NamedNode]:
    for quad in graph.quads_for_pattern(None, TYPE, ox.NamedNode(expand(f"terril:{name}")), None):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject
