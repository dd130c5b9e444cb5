"""A graph in the syntaxes of RDF that hold it as it is: N-Quads, TriG, Turtle, and N-Triples graph by graph."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from ..dumps import compressed
from ..names import ID, PREFIXES
from .graph import Graph, Stated

_PREFIXES: Final = dict(PREFIXES)
INDEX: Final = "index.csv"


def opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    """A file to write to, compressed if its name says so."""
    return compressed(path) if path.suffix == ".gz" else path.open("wb")


def write_rdf(quads: Iterable[ox.Quad] | Iterable[ox.Triple], path: Path, format: ox.RdfFormat) -> None:
    """Write quads or triples to a file, with the project's prefixes where the format has prefixes."""
    with opened(path) as file:
        ox.serialize(quads, file, format=format, prefixes=_PREFIXES if format != ox.RdfFormat.N_QUADS else None)


def n_quads(graph: Graph, path: Path) -> None:
    """All quads, sorted."""
    with opened(path) as file, graph.by_triple.open("rb") as lines:
        file.writelines(lines)


def union(graph: Graph, path: Path) -> None:
    """The named graphs, and of the default graph only what none of them says.

    For stores whose default graph is the union of all: there each triple is matched once for each graph that holds it.
    """
    write_rdf(chain.from_iterable(map(_in_named, graph.stated())), path, ox.RdfFormat.N_QUADS)


def _in_named(stated: Stated) -> Iterator[ox.Quad]:
    for graph in stated.graphs or (ox.DefaultGraph(),):
        yield ox.Quad(stated.triple.subject, stated.triple.predicate, stated.triple.object, graph)


def trig(graph: Graph, path: Path) -> None:
    """All graphs, one block for each."""
    write_rdf(chain.from_iterable(quads for _, quads in graph.graphs()), path, ox.RdfFormat.TRIG)


def turtle(graph: Graph, path: Path) -> None:
    """The facts, without who says them."""
    write_rdf(graph.facts(), path, ox.RdfFormat.TURTLE)


def n_triples(graph: Graph, path: Path) -> None:
    """The facts, a line for each."""
    write_rdf(graph.facts(), path, ox.RdfFormat.N_TRIPLES)


def each_graph(graph: Graph, folder: Path) -> None:
    """A file of N-Triples for each named graph, and a table that tells which file holds which graph."""
    with (folder / INDEX).open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(("file", "graph", "triples"))
        for name, quads in graph.graphs():
            if isinstance(name, ox.NamedNode):
                triples = [quad.triple for quad in quads]
                file = f"{slug(name.value)}.nt"
                write_rdf(triples, folder / file, ox.RdfFormat.N_TRIPLES)
                rows.writerow((file, name.value, len(triples)))


def slug(iri: str) -> str:
    """A file's name for an IRI, the same each time and another for each IRI.

    >>> slug("https://w3id.org/terril/id/passage/namur-clusters/573-669")
    'passage--namur-clusters--573-669'
    >>> slug("https://example.org/a")
    'example-org-a-b5b10dd0429e69ac'
    """
    inside = re.fullmatch(re.escape(ID) + r"((?:[a-z0-9]+(?:-[a-z0-9]+)*/?)+)", iri)
    if inside and len(iri) < 150 and not iri.endswith("/"):
        return inside[1].replace("/", "--")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", iri.partition("://")[2] or iri).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"


def text(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text, in UTF-8, each with its end."""
    with opened(path) as file:
        file.writelines(line.encode() for line in lines)
