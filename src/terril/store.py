"""Places that answer SPARQL: a graph in this process, or an endpoint elsewhere; `connect` decides which."""

import re
import stat
import sys
from ast import literal_eval
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from .errors import BadGraph, BadQuery, EndpointFailed, NotFound
from .home import Home
from .results import Result, Solutions, Store, Term, Triples, Truth, labelled, plain
from .syntax import Checked, check, check_syntax, syntax_error

if TYPE_CHECKING:
    import rdflib
    from SPARQLWrapper import SPARQLWrapper

Where: TypeAlias = "str | Path | Store | ox.Store | rdflib.Graph | None"
"""Where a question is asked: an endpoint's URL, a graph file, a store, or (None) the built graph."""


def query(sparql: str, *, at: Where = None, lang: str = "en") -> Result:
    """Run a SPARQL query: SELECT gives `Solutions`, ASK `Truth`, CONSTRUCT and DESCRIBE `Triples`.

    Solutions get a column `?xLabel` after every column `?x` of IRIs, in the language `lang` where there is one.
    Raises `BadQuery`, and what `connect` raises; at an endpoint also `EndpointFailed`.
    """
    store = connect(at)
    result = store.query(sparql)
    return labelled(result, store, lang) if isinstance(result, Solutions) else result


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
    if isinstance(at, str) and not at.strip():
        raise NotFound("The place to ask has an empty name. Name a graph file or a SPARQL endpoint.")
    if isinstance(at, str) and re.match(r"https?://", at, re.IGNORECASE):
        return Endpoint(at)
    if isinstance(at, str) and "://" in at:
        raise NotFound(f"{at} is neither a file nor an http address. Name a graph file or a SPARQL endpoint.")
    if isinstance(at, str | Path):
        return _open(Path(at))
    if isinstance(at, ox.Store):
        return Embedded(at)
    if rdflib is not None and isinstance(at, rdflib.Graph):
        return Embedded(_from_rdflib(at))
    return at  # type: ignore[return-value]


# A graph in this process


@dataclass(frozen=True)
class Embedded:
    """A graph held in this process, asked with Oxigraph's engine. A query never changes it."""

    graph: ox.Store

    def query(self, sparql: str) -> Result:
        """Answer a query. Raises `BadQuery` if it is no SPARQL, or may not be run."""
        checked = check(sparql)
        union = not checked.names_dataset and _has_only_named_graphs(self.graph)
        try:
            return _result(self.graph.query(sparql, use_default_graph_as_union=union))
        except SyntaxError:
            raise syntax_error(sparql) from None
        except (RuntimeError, ValueError, OSError) as error:
            reason = _one_line(str(error))
        # Outside the handler: the engine's answer, which the error would keep, must be freed in this very thread.
        raise BadQuery(f"The query cannot be run: {reason}.")


def _has_only_named_graphs(graph: ox.Store) -> bool:
    """Whether a plain query must look into the named graphs, because the default graph holds nothing.

    So a TriG file answers too that has no triples outside its blocks; the built graph has all in its default graph.
    """
    return next(graph.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None


def _result(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Result:
    match answer:
        case ox.QueryBoolean():
            return Truth(bool(answer))
        case ox.QuerySolutions():
            variables = tuple(variable.value for variable in answer.variables)
            rename = _Renaming()
            return Solutions(variables, tuple(tuple(map(rename, solution)) for solution in answer))
    return _triples(answer)


def _triples(triples: Iterable[ox.Triple]) -> Triples:
    ordered = sorted(set(triples), key=lambda triple: (re.sub(r"_:\w+", "_:", str(triple)), str(triple)))
    rename = _Renaming()
    return Triples(
        tuple(ox.Triple(rename(t.subject), t.predicate, rename(t.object)) for t in ordered)  # type: ignore[arg-type]
    )


class _Renaming(dict[ox.BlankNode, ox.BlankNode]):
    """Blank nodes by order of appearance, b0, b1, ...: an engine's own names differ from run to run."""

    def __call__(self, term: Term | None) -> Term | None:
        if isinstance(term, ox.BlankNode):
            return self.setdefault(term, ox.BlankNode(f"b{len(self)}"))
        return term


def _open(path: Path) -> Embedded:
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise NotFound(f"There is no graph file {str(path)[:200]!r}. Check the name, or run `terril build`.") from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise BadGraph(f"{path} is {kind}. Name a graph file: {_FILE_NAMES}.")
    return _load(path, status.st_size, status.st_mtime_ns)


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
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    format = _FORMATS.get(suffixes[-1] if suffixes else "")
    if format is None:
        raise BadGraph(f"{path} does not say what kind of graph it is. Its name must end in {_FILE_NAMES}.")
    graph = ox.Store()
    try:
        graph.bulk_load(input=_bytes(path), format=format, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise BadGraph(_damage(path, format, error)) from None
    if not len(graph):
        raise BadGraph(f"{path} is empty: it holds no triple. {_REMEDY}")
    return Embedded(graph)


_REMEDY: Final = "Get a whole copy of it, or run `terril build` if it is the built graph."


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadGraph(f"{path} cannot be read: {error.strerror}. Check who may read it.") from error
    return _decompressed(path, data) if path.suffix.lower() == ".gz" else data


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
    return f"{path}{where}: this is no {format.name}: {_one_line(reason)}. {_REMEDY}"


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


# An endpoint elsewhere


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 endpoint reached over HTTP; `timeout` is in seconds, `headers` are sent with every query."""

    url: str
    timeout: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def query(self, sparql: str) -> Result:
        """Answer a query.

        Raises `BadQuery` if it is no SPARQL or may not be run, `EndpointFailed` if the endpoint cannot be reached,
        refuses, or answers with anything but a whole result of the kind asked for.
        """
        checked = check(sparql)
        media_type, body = self._send(sparql, checked.form)
        try:
            return self._read(checked, media_type, body)
        except (SyntaxError, ValueError) as error:
            reason = _one_line(str(error))
        end = f"It ends: …{_words(body[-120:])}" if body.strip() else "It is empty."
        raise EndpointFailed(f"{self._name} sent an answer that is damaged or cut short: {reason}. {end}")

    def _send(self, sparql: str, form: str) -> tuple[str, bytes]:
        """The media type and the body of the answer."""
        from http.client import HTTPException

        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        if self._name != self.url:
            raise EndpointFailed(
                f"{self._name} is given with a user name in it. Leave it out; from Python, credentials go into the "
                "headers of terril.Endpoint."
            )
        try:
            response = self._request(sparql, form).query().response
            return response.headers.get("Content-Type") or "", response.read()
        except (SPARQLWrapperException, HTTPException, OSError, ValueError) as error:
            raise self._failure(sparql, error) from error

    def _request(self, sparql: str, form: str) -> "SPARQLWrapper":
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        graph = form in _GRAPH_FORMS
        request = SPARQLWrapper(self.url)
        request.setMethod(POST)
        request.setQuery(sparql)
        request.queryType = form  # its own reading of the query guesses, and takes what it does not know for a SELECT
        request.setReturnFormat(TURTLE if graph else JSON)
        request.setOnlyConneg(True)
        request.setTimeout(max(1, round(self.timeout)))
        for name, value in {"Accept": _ACCEPT_GRAPH if graph else _ACCEPT_ROWS, **self.headers}.items():
            request.addCustomHttpHeader(name, value)
        return request

    def _failure(self, sparql: str, error: Exception) -> EndpointFailed | BadQuery:
        from urllib.error import HTTPError

        refusal = error if isinstance(error, HTTPError) else error.__context__
        if not isinstance(refusal, HTTPError):
            reason = _one_line(str(getattr(error, "reason", None) or error)) or type(error).__name__
            return EndpointFailed(f"{self._name} did not answer: {reason}. Check the address and that it is running.")
        if refusal.code == 400:
            check_syntax(sparql)
        # SPARQLWrapper has read the body already and keeps it only as a bytes literal at the end of its message.
        _, told, literal = str(error).partition("Response:\n")
        words = _words(literal_eval(literal) if told else refusal.read())
        return EndpointFailed(f"{self._name} refused the query with HTTP status {refusal.code}: {words}")

    def _read(self, checked: Checked, media_type: str, body: bytes) -> Result:
        form = checked.form
        if form in _GRAPH_FORMS and (rdf := ox.RdfFormat.from_media_type(media_type)):
            return _triples(quad.triple for quad in ox.parse(body, rdf, base_iri=self.url))
        rows = ox.QueryResultsFormat.from_media_type(media_type)
        if form not in _GRAPH_FORMS and rows not in (None, ox.QueryResultsFormat.CSV):
            result = _result(ox.parse_query_results(body, rows))
            if isinstance(result, Solutions):
                self._check_columns(result, checked.columns)
            if isinstance(result, Truth) == (form == "ASK"):
                return result
        told = _one_line(media_type) or "nothing known"
        raise EndpointFailed(f"{self._name} answered a {form} with {told}: {_words(body)}")

    def _check_columns(self, solutions: Solutions, columns: tuple[str, ...]) -> None:
        if columns and solutions.variables != columns:
            asked, given = (_one_line(" ".join(names)) for names in (columns, solutions.variables))
            raise EndpointFailed(
                f"{self._name} was asked for the columns {asked}, and answered with {given or 'none'}."
            )

    @property
    def _name(self) -> str:
        """The address as it may be shown: without a password."""
        return re.sub(r"//[^/]*@", "//", self.url)


_ACCEPT_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_ACCEPT_GRAPH: Final = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")


def _words(body: bytes, length: int = 300) -> str:
    """What a server says, without its HTML, on one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", body.decode(errors="replace"), flags=re.DOTALL)
    return _one_line(text)[:length] or "it gave no reason."


def _one_line(text: str) -> str:
    return plain(" ".join(text.split()))
