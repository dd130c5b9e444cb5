"""Places that answer SPARQL: a graph in this process, or an endpoint elsewhere; `connect` decides which."""

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeAlias, cast

import pyoxigraph as ox

from . import keeping
from .engine import one_line, result
from .errors import BadGraph, BadQuery, NotFound
from .home import Home
from .results import Result, Solutions, Store, Term, labelled
from .syntax import check, syntax_error

if TYPE_CHECKING:
    import rdflib

Where: TypeAlias = "str | Path | Store | ox.Store | rdflib.Graph | None"
"""Where a question is asked: an endpoint's URL, a graph file, a store, or (None) the built graph.

An endpoint that wants credentials or another limit of time is a store of its own: `Endpoint(url, token=…)`."""


def query(sparql: str, *, at: Where = None, lang: str = "en") -> Result:
    """Run a SPARQL query: SELECT gives `Solutions`, ASK `Truth`, CONSTRUCT and DESCRIBE `Triples`.

    Solutions get a column `?xLabel` after every column `?x` of IRIs, in the language `lang` where there is one.
    Raises `BadQuery`, and what `connect` raises; at an endpoint also `EndpointFailed`.
    """
    store = connect(at)
    answer = store.query(sparql)
    return labelled(answer, store, lang) if isinstance(answer, Solutions) else answer


def connect(at: Where = None, *, home: Home | str | Path | None = None) -> Store:
    """Open a place that answers SPARQL.

    None is the built graph of the project `home`, which is built first if it is missing or outdated; text with http://
    or https:// is an endpoint; other text or a path is a file of RDF (.nq .trig .ttl .nt .jsonld .rdf, each also with
    .gz); an `rdflib.Graph` or a `pyoxigraph.Store` is asked in this process; a store is itself. Raises `NotFound` for a
    missing file, `BadGraph` for an unreadable one.

    >>> graph = ox.Store()
    >>> graph.add(ox.Quad(*[ox.NamedNode("https://example.org/a")] * 3))
    >>> connect(graph).query("ASK { ?s ?p ?s }")
    Truth(value=True)
    """
    rdflib = sys.modules.get("rdflib")
    if at is None:
        from .pipeline import ensure

        return _open(ensure(home))
    if isinstance(at, str) and is_address(at):
        from .endpoint import Endpoint

        return Endpoint(at)
    if isinstance(at, str | Path):
        return _open(graph_file(at))
    if isinstance(at, ox.Store):
        return Embedded(at)
    if rdflib is not None and isinstance(at, rdflib.Graph):
        return Embedded(_from_rdflib(at))
    return at  # type: ignore[return-value]


def is_address(at: str) -> bool:
    """Whether text names an endpoint, not a file."""
    return bool(re.match(r"https?://", at, re.IGNORECASE))


# A graph in this process


@dataclass(frozen=True)
class Embedded:
    """A graph held in this process, asked with Oxigraph's engine. A query never changes it.

    `path` is the file that it was read from, if it was.
    """

    graph: ox.Store
    path: Path | None = field(default=None, compare=False)

    def query(self, sparql: str) -> Result:
        """Answer a query. Raises `BadQuery` if it is no SPARQL, or may not be run."""
        checked = check(sparql)
        union = not checked.names_dataset and has_only_named_graphs(self.graph)
        try:
            return result(self.graph.query(sparql, use_default_graph_as_union=union))
        except SyntaxError:
            raise syntax_error(sparql) from None
        except (RuntimeError, ValueError, OSError) as error:
            reason = one_line(str(error))
        # Outside the handler: the engine's answer, which the error would keep, must be freed in this very thread.
        raise BadQuery(f"The query cannot be run: {reason}.")


def has_only_named_graphs(graph: ox.Store) -> bool:
    """Whether a plain query must look into the named graphs, because the default graph holds nothing.

    So a TriG file answers too that has no triples outside its blocks; the built graph has all in its default graph.
    """
    return next(graph.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None


def _open(path: Path) -> Embedded:
    status = _checked(path)
    return _load(path, status.st_size, status.st_mtime_ns)


def graph_file(at: str | Path) -> Path:
    """The path of a graph file that text or a path names. Raises `NotFound`, and `BadGraph` for what is none."""
    if isinstance(at, str) and not at.strip():
        raise NotFound("The place to ask has an empty name. Name a graph file or a SPARQL endpoint.")
    if isinstance(at, str) and "://" in at:
        raise NotFound(f"{at} is neither a file nor an http address. Name a graph file or a SPARQL endpoint.")
    path = Path(at)
    _checked(path)
    _format(path)
    return path


def _checked(path: Path) -> os.stat_result:
    """What the system tells of a graph file. Raises `NotFound`, and `BadGraph` for what is no file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise NotFound(f"There is no graph file {str(path)[:200]!r}. Check the name, or run `terril build`.") from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise BadGraph(f"{path} is {kind}. Name a graph file: {_FILE_NAMES}.")
    return status


_FORMATS: Final = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_FILE_NAMES: Final = ", ".join(_FORMATS) + ", each also with .gz"


@lru_cache(maxsize=4)
def _load(path: Path, _size: int, _modified: int) -> Embedded:
    """Read a file once for each of its states: size and time of change are part of the cache's key."""
    kept = keeping.open_copy(path)
    if kept is not None:
        return Embedded(kept, path)
    graph = ox.Store()
    load(path, graph)
    keeping.keep_copy(path)
    return Embedded(graph, path)


def load(path: Path, graph: ox.Store) -> None:
    """Read a graph file, of a format that its name tells, into a store. Raises `NotFound` or `BadGraph`."""
    _checked(path)
    format = _format(path)
    try:
        graph.bulk_load(input=_bytes(path), format=format, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise BadGraph(_damage(path, format, error)) from None
    if not len(graph):
        raise BadGraph(f"{path} is empty: it holds no triple. {_REMEDY}")


def quads(path: Path) -> Iterator[ox.Quad]:
    """Read a graph file quad by quad, as it stands there, without holding it. Raises `NotFound` or `BadGraph`."""
    with opened(path) as (file, format):
        yield from ox.parse(file, format, base_iri=path.resolve().as_uri())


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], ox.RdfFormat]]:
    """A graph file to be read, unpacked, and its format. Raises `NotFound` or `BadGraph`, also for what comes to light
    while it is read."""
    import zlib

    _checked(path)
    format = _format(path)
    try:
        with _unpacked(path) as file:
            yield file, format
    except SyntaxError as error:
        raise BadGraph(_damage(path, format, error)) from None
    except (OSError, EOFError, zlib.error) as error:
        if getattr(error, "errno", None) in _NO_ROOM:  # for what is written meanwhile
            raise
        raise BadGraph(f"{path} cannot be read to its end: {one_line(str(error))}. {_REMEDY}") from None


_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def diagnosis(path: Path, fault: Exception) -> BadGraph:
    """What is wrong with a graph file of which a part could not be read: reading the whole tells the line."""
    try:
        for _ in quads(path):
            pass
    except BadGraph as found:
        return found
    return BadGraph(f"{path} cannot be read: {one_line(str(fault))}. {_REMEDY}")


def _unpacked(path: Path) -> IO[bytes]:
    import gzip

    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _format(path: Path) -> ox.RdfFormat:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    format = _FORMATS.get(suffixes[-1] if suffixes else "")
    if format is None:
        raise BadGraph(f"{path} does not say what kind of graph it is. Its name must end in {_FILE_NAMES}.")
    return format


_REMEDY: Final = "Get a whole copy of it, or run `terril build` if it is the built graph."


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return _decompressed(path, data) if path.suffix.lower() == ".gz" else data
    except OSError as error:
        raise BadGraph(f"{path} cannot be read: {error.strerror}. Check who may read it.") from error
    except MemoryError:
        raise BadGraph(f"{path} does not fit into memory. Load it into an endpoint, and ask that.") from None


def _decompressed(path: Path, data: bytes) -> bytes:
    import gzip
    import zlib

    try:
        return gzip.decompress(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadGraph(f"{path} is damaged or cut short ({error}). {_REMEDY}") from error


def _damage(path: Path, format: ox.RdfFormat, error: SyntaxError) -> str:
    where = f", line {error.lineno}, column {error.offset}" if error.lineno else ""
    reason = re.sub(r"^Parser error at line .*?: | \(line \d+\)$", "", str(error.msg))
    return f"{path}{where}: this is no {format.name}: {one_line(reason)}. {_REMEDY}"


def _from_rdflib(graph: "rdflib.Graph") -> ox.Store:
    default: rdflib.Graph = getattr(graph, "default_graph", None) or getattr(graph, "default_context", None) or graph
    quads = graph.quads() if hasattr(graph, "quads") else ((*triple, None) for triple in graph)
    copy = ox.Store()
    try:
        copy.bulk_extend(_quad(*quad, default=default.identifier) for quad in quads)
    except (ValueError, TypeError) as error:
        raise BadGraph(f"The rdflib graph holds a term that is no RDF: {error}. Correct that term.") from None
    return copy


def _quad(s: object, p: object, o: object, context: object, *, default: object) -> ox.Quad:
    name = getattr(context, "identifier", context)
    graph = ox.DefaultGraph() if name in (None, default) else _term(name)
    return ox.Quad(_term(s), _term(p), _term(o), graph)  # type: ignore[arg-type]


def _term(term: object) -> Term:
    from rdflib import BNode, Literal, URIRef

    match term:
        case URIRef():
            return ox.NamedNode(str(term))
        case BNode():
            return ox.BlankNode(str(term))
        case Literal() if term.language:
            return ox.Literal(str(term), language=term.language)
        case Literal():
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
    raise TypeError(f"{term!r} of type {type(term).__name__}")
