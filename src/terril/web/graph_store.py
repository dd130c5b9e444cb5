"""SPARQL 1.1 Graph Store HTTP Protocol: whole graphs read, put, added to and removed (W3C, 21 March 2013)."""

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import pyoxigraph as ox

from .current import Current
from .evaluation import Bounds, graph
from .evaluators import Evaluators
from .exchange import Receive, Scope, Send, body_of, handle, of_content, preflight
from .multipart import MULTIPART, Part, media_type_of, parts_of
from .protocol import parameters
from .responses import Problem, Response
from .writer import DATA_TYPES, Change
from .writing import Writing

PATH: Final = "/data"
METHODS: Final = "DELETE, GET, HEAD, OPTIONS, POST, PUT"
_MOST: Final = 256 << 20
"""Bytes of a graph that is put here."""


@dataclass(frozen=True)
class GraphStore:
    """An ASGI application that reads whole graphs, and writes them where it may.

    `?default` names the default graph, `?graph=IRI` a named one; the address of a graph under this one names it, too:
    `base` with that address. A POST that names none makes a graph under this address, and tells its name.
    """

    current: Current
    evaluators: Evaluators
    size: int
    writing: Writing | None
    base: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await handle(scope, receive, send, partial(self._respond, scope["path"]))

    async def _respond(
        self, path: str, method: str, query_string: bytes, headers: Mapping[str, str], receive: Receive
    ) -> Response:
        if method == "OPTIONS":
            return preflight(METHODS)
        if method not in METHODS.split(", "):
            raise Problem(405, f"{method[:20]} has no meaning here. {_HOW}", Allow=METHODS)
        given = parameters(query_string)
        if path != PATH:
            given = {**given, "graph": [f"{self.base}{path[1:]}", *given.get("graph", [])]}
        if method == "POST" and not given:
            return await self._write("POST", f"{self.base}{PATH[1:]}/{uuid.uuid4()}", headers, receive)
        name = _named(given)
        if method in ("GET", "HEAD"):
            accept, dataset = headers.get("accept"), self.current.dataset()
            bounds = partial(Bounds, size=self.size)
            found = await self.evaluators.run(lambda deadline: graph(name, accept, dataset, bounds(deadline)))
            return of_content(found, headers)
        return await self._write(method, name, headers, receive)

    async def _write(self, method: str, name: str | None, headers: Mapping[str, str], receive: Receive) -> Response:
        if self.writing is None:
            raise Problem(403, "This service only reads. Ask whoever runs it for one that may be written to.")
        self.writing.check(headers)
        change = partial(Change, method, self.writing.folder, self.writing.home, graph=name)
        if method == "DELETE":
            return await self.writing.make(change())
        parts = await _sent(headers, receive)
        with ExitStack() as stack:
            files = [(stack.enter_context(_laid_down(part.content)), part.media_type) for part in parts]
            made = await self.writing.make(change(files=files, base=name or f"{self.base}{PATH[1:]}?default"))
        return Response(made.status, headers={"location": name}) if made.status == 201 and name else made


async def _sent(headers: Mapping[str, str], receive: Receive) -> list[Part]:
    """The graphs that a request carries: its body, or the files in it. Raises `Problem` 400, 408, 413 or 415."""
    header = headers.get("content-type", "")
    kind = media_type_of(header)
    if kind not in (*DATA_TYPES, MULTIPART):
        raise _of_no_type()
    body = await body_of(receive, headers, _MOST)
    parts = await parts_of(header, body) if kind == MULTIPART else [Part(kind, body)]
    if any(part.media_type not in DATA_TYPES for part in parts):
        raise _of_no_type()
    return parts


def _of_no_type() -> Problem:
    types = ", ".join(DATA_TYPES)
    return Problem(
        415, f"A graph is of type {types}, or files of these in {MULTIPART}. Name what it is as its Content-Type."
    )


_HOW: Final = "Read a graph with GET, replace it with PUT, add to it with POST, remove it with DELETE."


@contextmanager
def _laid_down(body: bytes) -> Iterator[str]:
    """A file that holds a body, for the process that reads it. Raises `Problem` 507."""
    try:
        file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - it is closed below
        file.write(body)
        file.flush()
    except OSError as error:
        raise Problem(507, f"There is no room here for what was sent: {error.strerror}.") from None
    with file:
        yield file.name


def _named(given: Mapping[str, list[str]]) -> str | None:
    """The graph that a request is about, None for the default one. Raises `Problem` 400."""
    names = given.get("graph", [])
    if set(given) - {"graph", "default"} or len(names) + ("default" in given) != 1:
        raise Problem(400, "Name one graph: ?default for the default graph, or ?graph= with its IRI.")
    if not names:
        return None
    try:
        return ox.NamedNode(names[0]).value
    except ValueError:
        raise Problem(400, f"{names[0][:200]!r} is no IRI. Name the graph by a whole one.") from None
