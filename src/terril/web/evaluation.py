"""Evaluation: a query run over a dataset, or a graph of it written out, as the bytes of a whole answer."""

import gzip
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from ..engine import one_line
from ..errors import BadQuery, Outrun
from ..names import PREFIXES
from ..syntax import Checked, Token, check, syntax_error, tokens
from .current import Dataset
from .negotiation import media_type
from .protocol import Operation
from .responses import Problem

ROWS: Final[dict[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
"""Media types in which the rows of SELECT and the truth of ASK are to be had, the first by default."""
TRIPLES: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
}
"""Media types in which triples are to be had."""

_ROW_TYPES: Final = tuple(ROWS)
_TRIPLE_TYPES: Final = tuple(TRIPLES)
_VARYING: Final = ("NOW", "RAND", "UUID")
_SMALL: Final = 1000
"""Bytes below which an answer is not worth packing."""
_LARGE: Final = 256 << 10
"""Bytes from which on packing takes so long that it is done where the answer is made, wanted or not."""


@dataclass(frozen=True)
class Content:
    """A whole answer as it may be kept: its bytes, and a tag that tells it from others (an ETag).

    `lasting` says that the same request gets the same answer while the graph does not change.
    """

    media_type: str
    plain: bytes
    tag: str
    lasting: bool = True

    @cached_property
    def packed(self) -> bytes | None:
        """The bytes packed with gzip, if that is worth it."""
        return gzip.compress(self.plain, compresslevel=3, mtime=0) if len(self.plain) >= _SMALL else None

    @property
    def weight(self) -> int:
        """Bytes of memory that it takes at most, or nearly so."""
        return 500 + 2 * len(self.plain)


def content(media_type: str, plain: bytes, *, lasting: bool = True) -> Content:
    """An answer with its tag; the same bytes for the same answer."""
    tag = hashlib.blake2b(plain, digest_size=12, key=media_type.encode()[:64]).hexdigest()
    made = Content(media_type, plain, f'"{tag}"', lasting)
    if len(plain) >= _LARGE:
        made.packed  # noqa: B018 - it is remembered
    return made


@dataclass(frozen=True)
class Bounds:
    """When an answer must be there (by `time.monotonic`), and how many bytes it may have."""

    deadline: float
    size: int


def answer(operation: Operation, accept: str | None, dataset: Dataset, bounds: Bounds) -> Content:
    """The answer to a query in the media type that its asker likes best.

    Raises `BadQuery` for one that cannot or may not be run, `Outrun`, and `Problem` for media types that are not to be
    had (406) and graphs that the dataset does not hold (400).
    """
    text = operation.text
    checked = check(text)
    kind = chosen(accept, _ROW_TYPES if checked.form in ("SELECT", "ASK") else _TRIPLE_TYPES)
    output = _Output(bounds)
    try:
        found: Any = dataset.store.query(text, base_iri=dataset.base, **_graphs(operation, checked, dataset))
        if isinstance(found, ox.QueryTriples):
            ox.serialize(found, output, TRIPLES[kind], prefixes=_used(text))  # type: ignore[arg-type]
        else:
            found.serialize(output, ROWS[kind])
    except SyntaxError:
        raise syntax_error(text, dataset.base) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise BadQuery(f"The query cannot be run: {one_line(str(error))}.") from None
    return content(kind, output.content(), lasting=_is_lasting(text))


def few_rows(text: str, accept: str | None, dataset: Dataset, bounds: Bounds) -> Content:
    """The answer to a SELECT or an ASK that is known to be harmless. Raises `BadQuery`, `Outrun`, `Problem` 406."""
    kind = chosen(accept, _ROW_TYPES)
    output = _Output(bounds)
    try:
        found: Any = dataset.store.query(text, base_iri=dataset.base, use_default_graph_as_union=dataset.union)
        found.serialize(output, ROWS[kind])
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        raise BadQuery(one_line(str(error))) from None
    return content(kind, output.content())


def graph(name: str | None, accept: str | None, dataset: Dataset, bounds: Bounds) -> Content:
    """A named graph, or the default graph, written out. Raises `Problem` 404 or 406, and `Outrun`."""
    if name is not None and name not in dataset.graphs:
        raise Problem(404, f"There is no graph <{name[:200]}> here.")
    kind = chosen(accept, tuple(TRIPLES))
    output = _Output(bounds)
    which = ox.DefaultGraph() if name is None else ox.NamedNode(name)
    quads = dataset.store.quads_for_pattern(None, None, None, which)
    ox.serialize((quad.triple for quad in quads), output, TRIPLES[kind], prefixes=PREFIXES)  # type: ignore[arg-type]
    return content(kind, output.content())


def chosen(accept: str | None, offers: tuple[str, ...]) -> str:
    """The media type that an Accept header likes best. Raises `Problem` 406."""
    kind = media_type(accept, offers)
    if kind is None:
        raise Problem(406, f"The answer is to be had as {', '.join(offers)}. Accept one of these.")
    return kind


def _is_lasting(text: str) -> bool:
    """Whether a query asks neither for the time nor for chance; one that only seems to is just not kept."""
    upper = text.upper()
    return not any(word in upper for word in _VARYING)


class _Output:
    """Takes the bytes of an answer until they are too many, or it is too late."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, piece: bytes) -> int:
        self._size += len(piece)
        if self._size > self._bounds.size:
            raise Outrun(f"The answer has more than {self._bounds.size:,} bytes. Ask for less: add a LIMIT.")
        if time.monotonic() > self._bounds.deadline:
            raise Outrun("The time for this answer is over. Ask for less: name the things, add a LIMIT.")
        self._pieces.append(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def content(self) -> bytes:
        return b"".join(self._pieces)


def _graphs(operation: Operation, checked: Checked, dataset: Dataset) -> dict[str, Any]:
    """The graphs that a query is asked of. Those that the request names take the place of those in its text."""
    if operation.default_graphs or operation.named_graphs:
        check_graphs((*operation.default_graphs, *operation.named_graphs), dataset)
        return {
            "default_graph": [ox.NamedNode(name) for name in operation.default_graphs],
            "named_graphs": [ox.NamedNode(name) for name in operation.named_graphs],
        }
    if checked.names_dataset:
        check_graphs(named_in(operation.text, dataset.base), dataset)
    return {"use_default_graph_as_union": dataset.union and not checked.names_dataset}


def check_graphs(names: Sequence[str], dataset: Dataset) -> None:
    """Raise `Problem` 400 for a graph that the dataset does not hold."""
    for name in names:
        if name not in dataset.graphs:
            raise Problem(400, f"This service holds no graph <{name[:200]}>, and fetches none from elsewhere.")


def named_in(text: str, base: str | None = None) -> list[str]:
    """The graphs that FROM and FROM NAMED name in a query, written out; relative ones as from its own BASE, or `base`.

    >>> named_in("PREFIX e: <http://example.org/> SELECT * FROM e:a FROM NAMED <http://example.org/b> { ?s ?p ?o }")
    ['http://example.org/a', 'http://example.org/b']
    >>> named_in("BASE <http://example.org/> SELECT * FROM <a> { ?s ?p ?o }")
    ['http://example.org/a']
    """
    found = list(tokens(text))
    for word, iri in pairwise(found):
        if word.kind == "word" and word.text.upper() == "BASE" and iri.kind == "iri":
            base = urljoin(base or "", iri.text[1:-1])
    prefixes = {
        name.text: urljoin(base or "", iri.text[1:-1])
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.kind == "word" and word.text.upper() == "PREFIX" and iri.kind == "iri"
    }
    after = [token for before, token in pairwise(found) if before.kind == "word" and before.text.upper() in _FROM]
    return [_written_out(token, prefixes, base) for token in after if token.kind in ("iri", "name")]


_FROM: Final = ("FROM", "NAMED")


def _written_out(token: Token, prefixes: dict[str, str], base: str | None) -> str:
    if token.kind == "iri":
        return urljoin(base or "", token.text[1:-1])
    prefix, colon, local = token.text.partition(":")
    return prefixes.get(prefix + colon, "") + local


def _used(text: str) -> dict[str, str]:
    """Our prefixes that a query writes, for an answer in Turtle that reads like it."""
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"{prefix}:" in text}
