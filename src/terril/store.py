"""Places that answer SPARQL: a graph in this process, or an endpoint elsewhere; `connect` decides which.

Query text is checked before an engine sees it: deep nesting and long chains of operators bring the engine's parser down
with the whole process, and SERVICE makes it call other machines. What passes `check` only reads, and only this store.
"""

import re
import sys
from ast import literal_eval
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from .errors import BadGraph, BadQuery, EndpointFailed, NotFound
from .home import Home
from .names import PREFIXES
from .results import Result, Solutions, Store, Term, Triples, Truth, labelled

if TYPE_CHECKING:
    import rdflib
    from SPARQLWrapper import SPARQLWrapper

__all__ = [
    "DataBlock", "Embedded", "Endpoint", "Store", "Token", "Where", "check", "check_syntax", "connect", "data_blocks",
    "query", "tokens",
]  # fmt: skip

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
            raise _syntax_error(sparql) from None
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
    if path.is_dir():
        raise BadGraph(f"{path} is a folder. Name a graph file: {_FILE_NAMES}.")
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
        form = check(sparql).form
        media_type, body = self._send(sparql, form)
        try:
            return self._read(form, media_type, body)
        except (SyntaxError, ValueError) as error:
            reason = _one_line(str(error))
        raise EndpointFailed(
            f"{self._name} sent an answer that is damaged or cut short: {reason}. It ends: …{_words(body[-120:])}"
        )

    def _send(self, sparql: str, form: str) -> tuple[str, bytes]:
        """The media type and the body of the answer."""
        from http.client import HTTPException

        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        if self._name != self.url:
            raise EndpointFailed(f"{self._name} is given with a user name in it. Send credentials as headers instead.")
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
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            return EndpointFailed(f"{self._name} did not answer: {reason}. Check the address and that it is running.")
        if refusal.code == 400:
            check_syntax(sparql)
        # SPARQLWrapper has read the body already and keeps it only as a bytes literal at the end of its message.
        _, told, literal = str(error).partition("Response:\n")
        words = _words(literal_eval(literal) if told else refusal.read())
        return EndpointFailed(f"{self._name} refused the query with HTTP status {refusal.code}: {words}")

    def _read(self, form: str, media_type: str, body: bytes) -> Result:
        if form in _GRAPH_FORMS and (rdf := ox.RdfFormat.from_media_type(media_type)):
            return _triples(quad.triple for quad in ox.parse(body, rdf, base_iri=self.url))
        rows = ox.QueryResultsFormat.from_media_type(media_type)
        if form not in _GRAPH_FORMS and rows not in (None, ox.QueryResultsFormat.CSV):
            result = _result(ox.parse_query_results(body, rows))
            if isinstance(result, Truth) == (form == "ASK"):
                return result
        raise EndpointFailed(f"{self._name} answered a {form} with {media_type or 'nothing known'}: {_words(body)}")

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
    return " ".join(text.split())


# Query text, before an engine sees it

MAX_SIZE: Final = 1_000_000
"""Longest query, in bytes of UTF-8."""
MAX_DEPTH: Final = 128
"""Deepest nesting of brackets, braces and parentheses."""
MAX_TOKENS: Final = 2_000
"""Most tokens besides the terms in VALUES blocks: the engine's stack ends at chains of about 4,500."""

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_PROLOGUE: Final = ("BASE", "PREFIX", "VERSION")


class Token(NamedTuple):
    """A piece of a query: its kind (iri, string, variable, name, word, number, tag or sign), text and offset."""

    kind: str
    text: str
    start: int


_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s++|\#[^\r\n]*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
        | "(?!"")(?:[^"\\\r\n]|\\.)*+" | '(?!'')(?:[^'\\\r\n]|\\.)*+')
    | (?P<unclosed>["'])
    | (?P<variable>[?$]\w++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<name>(?:[^\W\d](?:[\w\u00B7-]|\.++(?=[\w-]))*+)?+:(?:[\w\u00B7:%-]|\\.|\.++(?=[\w:%\\-]))*+)
    | (?P<word>[^\W\d](?:[\w\u00B7-]|\.++(?=[\w-]))*+)
    | (?P<number>(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+)
    | (?P<sign>&&|\|\||\^\^|!=|<=|>=|<<|>>|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(sparql: str) -> Iterator[Token]:
    """Cut a query into tokens, without white space and comments.

    Raises `BadQuery` for a string that is never closed.

    >>> [token.text for token in tokens("ASK { ?s rdfs:label 'a } # b' } # c")]
    ['ASK', '{', '?s', 'rdfs:label', "'a } # b'", '}']
    """
    for match in _TOKEN.finditer(sparql):
        kind = match.lastgroup or "sign"
        if kind == "unclosed":
            raise _located(sparql, match.start(), "a string begins here and is never closed")
        if kind != "space":
            yield Token(kind, match.group(), match.start())


class DataBlock(NamedTuple):
    """A VALUES block: its variables, whether in brackets, the offsets of its braces, the number of tokens between."""

    variables: tuple[str, ...]
    bracketed: bool
    opening: int
    closing: int
    size: int


def data_blocks(found: Sequence[Token]) -> Iterator[DataBlock]:
    """The VALUES blocks among the tokens of a query."""
    for i, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "VALUES":
            continue
        brace = _skip(found, i + 1, lambda t: t.kind == "variable" or t.text in ("(", ")"))
        end = _skip(found, brace + 1, lambda t: t.text not in ("{", "}"))
        if end < len(found) and found[brace].text == "{" and found[end].text == "}":
            variables = tuple(t.text[1:] for t in found[i + 1 : brace] if t.kind == "variable")
            bracketed = found[i + 1].text == "("
            yield DataBlock(variables, bracketed, found[brace].start, found[end].start, end - brace - 1)


def _skip(found: Sequence[Token], start: int, passes: Callable[[Token], bool]) -> int:
    while start < len(found) and passes(found[start]):
        start += 1
    return start


class Checked(NamedTuple):
    """A query that may be run: its form, and whether FROM names its dataset."""

    form: str
    names_dataset: bool


def check(sparql: str) -> Checked:
    """Refuse a query that is too large or too deep for a parser, that updates, or that reaches out to other machines.

    Says nothing of its syntax otherwise. Raises `BadQuery`.

    >>> check("SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }")
    Traceback (most recent call last):
    terril.errors.BadQuery: SERVICE is refused: a query may not call another endpoint. Ask that endpoint by itself.
    """
    _check_size(sparql)
    found = list(tokens(sparql))
    _check_nesting(sparql, found)
    _check_length(found)
    words = [token.text.upper() for token in found if token.kind == "word"]
    form = next((word for word in words if word not in _PROLOGUE), "")
    updates = [word for word in (form, *words) if word in _UPDATES]
    if updates:
        raise BadQuery(f"{updates[0]} is an update, and a query may only read. {_ASK_WITH}")
    if form not in _FORMS:
        raise BadQuery(f"This is no SPARQL query: it begins with {_begin(found)}. {_ASK_WITH}")
    if _calls_service(found):
        raise BadQuery("SERVICE is refused: a query may not call another endpoint. Ask that endpoint by itself.")
    return Checked(form, "FROM" in words)


_ASK_WITH: Final = "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE."


def _begin(found: Sequence[Token]) -> str:
    return repr(found[0].text[:40]) if found else "nothing"


def _check_size(sparql: str) -> None:
    try:
        size = len(sparql.encode())
    except UnicodeEncodeError as error:
        raise BadQuery(f"The query is no UTF-8 text: character {error.start + 1} is half of a pair.") from None
    if size > MAX_SIZE:
        raise BadQuery(f"The query has {size:,} bytes; at most {MAX_SIZE:,} are read. Ask in smaller parts.")


def _check_nesting(sparql: str, found: Sequence[Token]) -> None:
    opened: list[str] = []
    before = Token("sign", "", 0)
    for token in found:
        # Within an expression `?a<b(c>` may be a comparison: there, what looks like an IRI is searched too.
        hidden = token.kind == "iri" and before.kind != "sign" and opened[-1:] == ["("]
        for part in token.text if hidden else (token.text,):
            if part in _CLOSED_BY:
                opened.append(part)
            elif part in _CLOSED_BY.values() and opened:
                opened.pop()
            if len(opened) > MAX_DEPTH:
                reason = f"brackets are nested more than {MAX_DEPTH} deep here, which is refused"
                raise _located(sparql, token.start, reason)
        before = token


_CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "<<": ">>"}


def _check_length(found: Sequence[Token]) -> None:
    length = len(found) - sum(block.size for block in data_blocks(found))
    if length > MAX_TOKENS:
        raise BadQuery(
            f"The query has {length:,} tokens besides the terms in VALUES blocks; at most {MAX_TOKENS:,} are read. "
            "Put lists of terms into a VALUES block, or ask in smaller parts."
        )


def _calls_service(found: Sequence[Token]) -> bool:
    """Whether a SERVICE clause may be read from this; engines also accept the keyword without white space after it."""
    for before, token, after in zip((found[0], *found), found, (*found[1:], found[-1]), strict=False):
        if "SERVICE" in token.text.upper() and (
            token.kind == "word"
            or (token.kind == "name" and after.text == "{" and before.text.upper() not in ("GRAPH", "FROM", "NAMED"))
        ):
            return True
    return False


def check_syntax(sparql: str) -> None:
    """Raise `BadQuery` if this is no SPARQL. To be called on what `check` lets through."""
    try:
        ox.Store().query(sparql)  # an empty graph answers without work
    except SyntaxError:
        raise _syntax_error(sparql) from None


def _syntax_error(sparql: str) -> BadQuery:
    if unknown := _undeclared(sparql):
        prefix = unknown.text.partition(":")[0]
        space = PREFIXES.get(prefix, "…")
        return _located(sparql, unknown.start, f"the prefix {prefix}: is not declared; add PREFIX {prefix}: <{space}>")
    try:
        # The parser says where it stopped reading, after a keyword's length of text: there must be enough of that.
        ox.Store().query(f"{sparql}\n{' ' * 40}")
    except SyntaxError as error:
        line, column, expected = re.split(r"[: ]+", str(error).removeprefix("error at "), maxsplit=2)
    lines = sparql.splitlines(keepends=True)
    offset = sum(map(len, lines[: int(line) - 1])) + int(column) - 1
    wanted = re.sub("expected (one of )?", "", expected).split(", ")
    if all(re.fullmatch("[A-Z_]+", word) for word in wanted):
        offset -= min(map(len, wanted))
    # It lists every token that it could have gone on with; only what it says in words is of use.
    told = re.search(r"(?:^|, )([A-Z]\w*(?: \w+)* [a-z]+(?: \w+)*)", ", ".join(wanted))
    reason = told.group(1).replace("IRI parsing failed", "an IRI is relative or malformed") if told else None
    return _located(sparql, offset, reason) if reason else _unexpected(sparql, offset)


def _unexpected(sparql: str, offset: int) -> BadQuery:
    found = list(tokens(sparql))
    token = next((token for token in found if token.start + len(token.text) > offset), None)
    if token:
        return _located(sparql, token.start, f"{token.text[:40]!r} is not expected here")
    opened, closed = (sum(token.text in brackets for token in found) for brackets in ("([{", ")]}"))
    end = found[-1].start + len(found[-1].text)
    return _located(sparql, end, "the query ends too early" if opened > closed else "something before this is wrong")


def _undeclared(sparql: str) -> Token | None:
    """The first prefixed name whose prefix no PREFIX declares."""
    declared = {"_"}
    before = ""
    for token in tokens(sparql):
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and before == "PREFIX":
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            return token
        before = token.text.upper()
    return None


def _located(sparql: str, offset: int, reason: str) -> BadQuery:
    """The error with line and column, and the line itself with a caret under the place."""
    offset = min(offset, len(sparql.rstrip()))
    before, _, _ = sparql[:offset].rpartition("\n")
    start = len(before) + 1 if "\n" in sparql[:offset] else 0
    column = offset - start
    line = sparql[start:].partition("\n")[0].replace("\t", " ").rstrip("\r")
    first = max(0, column - 60)
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line[first : column + 40])
    return BadQuery(
        f"The query cannot be read: line {sparql[:offset].count(chr(10)) + 1}, column {column + 1}: {reason}.\n"
        f"  {shown}\n  {' ' * (column - first)}^"
    )
