"""Linked data: names lead to pages (303), pages come in the form and language that a reader likes, or as data."""

import re
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import contexts, datasets, listings, portals, results
from ..catalogue import questions
from ..names import AUTH, BASE, CATALOG, EXAMPLES, ID, ONTOLOGY, VOID
from ..results import Triples
from ..store import Embedded
from . import evaluation
from .addresses import CONTEXT, LANGUAGES, iri_of, path_of
from .cache import Cache
from .current import Current, Dataset
from .data import node
from .evaluation import Bounds, Content, chosen, content
from .evaluators import Evaluators
from .exchange import Receive, Scope, Send, handle, of_content
from .hosts import POLICY
from .negotiation import language, media_type
from .pages import Pages
from .protocol import parameters
from .responses import PROBLEM, Problem, Response
from .site import names_index

HTML: Final = "text/html"
_ENDINGS: Final = {
    "html": HTML,
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
_ENDING_OF: Final = {kind: ending for ending, kind in _ENDINGS.items()}
_DATA_TYPES: Final = tuple(kind for kind in _ENDINGS.values() if kind != HTML)
_FILE: Final = re.compile(rf"(?P<page>.*?)(?:\.(?P<lang>{'|'.join(LANGUAGES)}))?\.(?P<ending>{'|'.join(_ENDINGS)})")
_WITH_PARAMETERS: Final = ("questions/", "search", "sparql")
_MOST: Final = 1_000_000
"""Statements of a graph that is held in memory for its pages."""
_SAFE: Final = {"content-security-policy": POLICY, "referrer-policy": "no-referrer"}
_SEARCH: Final = {"/search.json": "en", "/search.fr.json": "fr"}
_METHODS: Final = "GET, HEAD, OPTIONS"


@dataclass(frozen=True)
class Asked:
    """What a request wants: a page by its path, perhaps in one form (a media type) and one language."""

    path: str
    kind: str | None = None
    lang: str | None = None


def asked(path: str) -> Asked:
    """The page, form and language that an address names.

    >>> asked("/doc/strand/x.fr.html")
    Asked(path='doc/strand/x', kind='text/html', lang='fr')
    >>> asked("/doc/strand/x")
    Asked(path='doc/strand/x', kind=None, lang=None)
    """
    path = path.lstrip("/")
    match = _FILE.fullmatch(path)
    if match is None or (match["lang"] and match["ending"] != "html"):
        return Asked(path or "index")
    kind = _ENDINGS[match["ending"]]
    return Asked(match["page"], kind, (match["lang"] or LANGUAGES[0]) if kind == HTML else None)


@dataclass
class Resources:
    """An ASGI application for all that is neither a query nor a file: names, pages, descriptions of the whole."""

    current: Current
    evaluators: Evaluators
    size: int
    cache: Cache[Content]
    home: Path
    base: str
    writable: bool
    _pages: tuple[str, Pages] | None = field(default=None, init=False)
    _making: threading.Lock = field(default_factory=threading.Lock, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await handle(scope, receive, send, partial(self._respond, scope["path"]))

    async def _respond(
        self, path: str, method: str, query_string: bytes, headers: Mapping[str, str], receive: Receive
    ) -> Response:
        if method == "OPTIONS":
            return Response(204, headers={"allow": _METHODS})
        if method not in ("GET", "HEAD"):
            raise Problem(405, f"{method[:20]} has no meaning here. Read with GET.", Allow=_METHODS)
        if path in _SEARCH:
            return await self._names(_SEARCH[path], headers)
        if path == f"/{CONTEXT}":
            return await self._context(headers)
        name = BASE + path.lstrip("/")
        if name.startswith((ID, AUTH)):
            return await self._elsewhere(name)
        given = {key: values[0] for key, values in parameters(query_string).items()}
        try:
            return await self._page(asked(path), given, headers)
        except Problem as problem:
            if problem.status == 404 and media_type(headers.get("accept"), (PROBLEM, HTML)) == HTML:
                return await self._missing(path, headers)
            raise

    async def _elsewhere(self, name: str) -> Response:
        """The way from the name of a thing to the page that describes it."""
        path, iri = path_of(name), node(name)
        held = iri is not None and next(self.current.dataset().store.quads_for_pattern(iri, None, None), None)
        if path is None or not held:
            raise _nothing(name)
        return Response(303, headers={"location": self.base + path, "vary": "Accept"})

    async def _page(self, wanted: Asked, given: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """A page, or the data beside it."""
        described = self._described(wanted.path)
        offers = (*_DATA_TYPES,) if described else (HTML, *_DATA_TYPES) if _has_data(wanted.path) else (HTML,)
        kind = wanted.kind or chosen(headers.get("accept"), offers)
        lang = wanted.lang or language(headers.get("accept-language"), LANGUAGES)
        dataset = self.current.dataset()
        words = tuple(sorted(given.items())) if wanted.path.startswith(_WITH_PARAMETERS) and kind == HTML else ()
        make = described or (self._html if kind == HTML else self._data)
        found = await self._kept(
            (dataset.version, wanted.path, kind, lang, words),
            partial(make, wanted.path, kind, lang, dict(words), dataset),
        )
        return self._told(wanted.path, kind, lang, of_content(found, headers))

    async def _missing(self, path: str, headers: Mapping[str, str]) -> Response:
        """What a reader sees who came to an address where nothing is."""
        lang, pages = language(headers.get("accept-language"), LANGUAGES), self.pages(self.current.dataset())
        html = await self.evaluators.run(lambda _: pages.missing(path.lstrip("/"), lang))
        told = {"content-type": f"{HTML}; charset=utf-8", "content-language": lang, "vary": "Accept, Accept-Language"}
        return Response(404, html.encode("utf-8", "replace"), {**told, **_SAFE})

    def _told(self, path: str, kind: str, lang: str, response: Response) -> Response:
        """A response with what else is to be known: other forms, the policy of a page, its language."""
        further = {"vary": "Accept, Accept-Encoding, Accept-Language", "link": ", ".join(self._links(path, kind))}
        if kind == HTML:
            further |= {**_SAFE, "content-language": lang}
        return Response(response.status, response.body, {**response.headers, **further})

    def _links(self, path: str, kind: str) -> list[str]:
        found = [f'<{self.base}{"" if path == "index" else path}>; rel="canonical"']
        if _has_data(path):
            others = [other for other in _ENDINGS.values() if other != kind]
            found += [f'<{self.base}{path}.{_ENDING_OF[other]}>; rel="alternate"; type="{other}"' for other in others]
        iri = iri_of(path)
        if iri:
            found.append(f'<{iri}>; rel="describes"')
        return [*found, f'<{self.base}.well-known/void>; rel="describedby"']

    async def _names(self, lang: str, headers: Mapping[str, str]) -> Response:
        """The index of names by which a browser completes what is typed."""
        dataset = self.current.dataset()
        found = await self._kept((dataset.version, "names", lang), partial(self._index, lang, dataset))
        return of_content(found, headers)

    def _index(self, lang: str, dataset: Dataset, deadline: float) -> Content:
        return content("application/json", names_index(self.pages(dataset), lang))

    async def _context(self, headers: Mapping[str, str]) -> Response:
        """The context by which others write JSON-LD in the terms of the ontology."""
        dataset = self.current.dataset()
        kind, store = _ENDINGS["jsonld"], Embedded(dataset.store)
        return of_content(
            await self._kept((dataset.version, CONTEXT), lambda _: content(kind, contexts.as_json(store))), headers
        )

    # Making

    def pages(self, dataset: Dataset) -> Pages:
        """The pages of a version, made when they are first asked for."""
        if len(dataset.store) > _MOST:
            raise Problem(503, f"Pages are made of graphs of {_MOST:,} statements at most. Ask the endpoint.")
        with self._making:
            if self._pages is None or self._pages[0] != dataset.version:
                store = Embedded(dataset.store)
                self._pages = dataset.version, Pages(store, self.home, served=True, base=self.base)
            return self._pages[1]

    def _html(
        self, path: str, kind: str, lang: str, given: dict[str, str], dataset: Dataset, deadline: float
    ) -> Content:
        text = self.pages(dataset).render(path, lang, given)
        if text is None:
            raise _nothing(self.base + path)
        return content(kind, text.encode("utf-8", "replace"))

    def _data(
        self, path: str, kind: str, lang: str, given: dict[str, str], dataset: Dataset, deadline: float
    ) -> Content:
        if path == "ns":
            return evaluation.graph(ONTOLOGY, kind, dataset, Bounds(deadline, self.size))
        text = self.pages(dataset).data(path, _ENDING_OF[kind])
        if text is None:
            raise _nothing(self.base + path)
        return content(kind, text.encode())

    # What the whole is

    def _described(self, path: str) -> Callable[..., Content] | None:
        """What describes the whole, if that is what a path names."""
        describes: dict[str, Callable[..., Content]] = {
            EXAMPLES.removeprefix(BASE): self._examples,
            VOID: partial(self._description, datasets.void),
            CATALOG: partial(self._description, portals.dcat),
        }
        return describes.get(path)

    def _description(
        self,
        describe: Callable[..., Triples],
        path: str,
        kind: str,
        lang: str,
        given: object,
        dataset: Dataset,
        _: float,
    ) -> Content:
        return content(kind, written(describe(Embedded(dataset.store), self.base, f"{self.base}sparql"), kind))

    def _examples(self, path: str, kind: str, lang: str, given: object, dataset: Dataset, _: float) -> Content:
        text = listings.as_turtle(questions(home=self.home), f"{self.base}sparql")
        return content(kind, converted(text.encode(), kind))

    async def service(self, headers: Mapping[str, str]) -> Response:
        """What kind of service the endpoint is: as data, or for a reader the page with the editor."""
        kind = chosen(headers.get("accept"), (*_DATA_TYPES, HTML))
        if kind == HTML:
            return Response(303, headers={"location": f"{self.base}sparql.html", "vary": "Accept"})
        dataset = self.current.dataset()
        found = await self._kept((dataset.version, "service", kind), partial(self._service, kind, dataset))
        return of_content(found, headers)

    def _service(self, kind: str, dataset: Dataset, deadline: float) -> Content:
        address = f"{self.base}sparql"
        told = datasets.service_description(Embedded(dataset.store), address, writable=self.writable)
        return content(kind, written(told, kind))

    async def _kept(self, key: Hashable, make: Callable[[float], Content]) -> Content:
        """What was made before, or is made now."""
        found = self.cache.get(key)
        if found is None:
            found = await self.evaluators.run(make)
            self.cache.put(key, found, found.weight)
        return found


def written(triples: Triples, kind: str) -> bytes:
    """Triples in a media type."""
    return converted(results.write(triples, "turtle").encode(), kind)


def converted(turtle: bytes, kind: str) -> bytes:
    """Turtle in another format of RDF."""
    if kind == "text/turtle":
        return turtle
    triples = (quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE))
    return ox.serialize(triples, format=evaluation.TRIPLES[kind]) or b""


def _has_data(path: str) -> bool:
    return path == "ns" or iri_of(path) is not None


def _nothing(name: str) -> Problem:
    return Problem(404, f"There is nothing called {name[:200]!r} here.")
