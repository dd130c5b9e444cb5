"""The two sides of a comparison: a graph file, a release, a project, an endpoint or a graph in memory, opened alike."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import catalogue, listings, pipeline
from ..catalogue import Question
from ..documents import parse, place
from ..dumps import QUESTIONS, SHAPES
from ..endpoint import Endpoint
from ..errors import BadGraph, BadValue
from ..home import Home, find_home, is_home
from ..loads.checks import again
from ..loads.finding import remote
from ..loads.remotes import Remote
from ..names import expand
from ..store import Embedded, Where, connect, is_address, load
from ..store import quads as read
from .quads import lines

GRAPH: Final = "graph.nq.gz"
"""The file of a release that holds its graph."""

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_RETRIES: Final = 3


@dataclass(frozen=True)
class Side:
    """One side: what it is called, its graph to be asked, its shapes and its questions, None where it holds none.

    `file` is where its quads stand as they were written; without one, they are those of the store.
    """

    name: str
    store: Embedded
    file: Path | None = field(default=None, repr=False)
    shapes: ox.Store | None = field(default=None, repr=False)
    questions: Mapping[str, Question] | None = field(default=None, repr=False)

    def lines(self) -> Iterator[bytes]:
        """Its quads, one line each."""
        return lines(self.store.graph if self.file is None else read(self.file))


@contextmanager
def opened(at: "Where | Home") -> Iterator[Side]:
    """Open a side, for as long as its quads are to be read.

    A folder is a project or a release; text with http:// or https://, or an `Endpoint`, is copied from there once, and
    asked here; anything else is as `connect` takes it. Raises `NotFound`, `BadGraph`, `EndpointFailed`, and for a
    project `BadSource` or `BadOntology`.
    """
    with tempfile.TemporaryDirectory(prefix="terril-") as folder:
        copy = Path(folder) / "graph.nq"
        if isinstance(at, Endpoint) or (isinstance(at, str) and is_address(at)):
            yield _copied(at, copy)
        elif isinstance(at, Home):
            yield _project(at, copy)
        elif isinstance(at, str | Path) and str(at).strip() and _is_folder(Path(at)):
            yield _folder(Path(at), copy)
        else:
            yield _plain(at)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no name that a file may have
        return False


def _plain(at: Where) -> Side:
    if at is None:
        raise BadValue("A comparison has two sides. Name both: a graph file, a release, a project or an endpoint.")
    store = connect(at)
    if not isinstance(store, Embedded):
        raise BadValue(f"A {type(store).__name__} does not give its graph as one. Name a graph file or an endpoint.")
    name = str(store.path) if store.path else "a graph in memory"
    return Side(name, store, store.path, _shapes_in(store.graph))


def _folder(folder: Path, copy: Path) -> Side:
    if is_home(folder):
        return _project(find_home(folder), copy)
    if not (folder / GRAPH).is_file():
        raise BadGraph(
            f"{folder} is neither a project, with ontology/terril.ttl, nor a release, with {GRAPH}. Name one of these, "
            "a graph file or an endpoint."
        )
    shapes, questions = folder / SHAPES, folder / QUESTIONS
    side = _plain(folder / GRAPH)
    return replace(
        side,
        name=str(folder),
        shapes=_together([shapes]) if shapes.is_file() else None,
        questions=listings.from_turtle(questions.read_bytes()) if questions.is_file() else None,
    )


def _project(home: Home, copy: Path) -> Side:
    copy.write_bytes(pipeline.composed(home))
    return Side(str(home.path), _loaded(copy), copy, _together(home.shapes), catalogue.questions(home=home))


def _loaded(file: Path) -> Embedded:
    graph = ox.Store()
    load(file, graph)
    return Embedded(graph)


def _together(files: Iterable[Path]) -> ox.Store:
    """Files of shapes as one graph, the blank nodes of each kept apart."""
    shapes = ox.Store()
    shapes.bulk_extend(chain.from_iterable(map(parse, files)))
    return shapes


def _shapes_in(graph: ox.Store) -> ox.Store | None:
    """The graph itself, if it holds shapes."""
    kinds = (ox.NamedNode(expand(f"sh:{name}")) for name in ("NodeShape", "PropertyShape"))
    return graph if any(True for kind in kinds for _ in graph.quads_for_pattern(None, _TYPE, kind, None)) else None


# Endpoints


def _copied(at: str | Endpoint, copy: Path) -> Side:
    found = remote(at)
    counts = again(found.counts, _RETRIES)
    with copy.open("wb") as file:
        for name in sorted(filter(None, counts)):
            file.writelines(line + b" .\n" for line in _graph(found, name))
        if not found.kind.has_union:
            file.writelines(line + b" .\n" for line in _graph(found, None))
    if not copy.stat().st_size:
        return Side(found.endpoint.name, Embedded(ox.Store()))
    store = _loaded(copy)
    return Side(found.endpoint.name, store, copy, _shapes_in(store.graph))


def _graph(store: Remote, name: str | None) -> list[bytes]:
    """A graph of a store elsewhere; where its default graph is the union of all, each triple stands there, too."""
    statements = b"".join(line + b" .\n" for line in again(lambda: list(store.lines(name)), _RETRIES))
    triples = [quad.triple for quad in ox.parse(statements, format=ox.RdfFormat.N_TRIPLES)]
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [ox.NamedNode(name) if name else ox.DefaultGraph()]
    graphs += [ox.DefaultGraph()] if store.kind.has_union else []
    return list(lines(place(triple, graph) for graph in graphs for triple in triples))
