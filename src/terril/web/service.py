"""The SPARQL endpoint: queries and updates in, whole answers out, without a framework, since it must be quick."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from ..syntax import check_update
from .cache import Cache
from .current import Current, Dataset
from .evaluation import Bounds, Content, answer, check_graphs
from .evaluators import Evaluators
from .exchange import Receive, Scope, Send, body_of, handle, of_content, preflight
from .isolation import Isolation, needs_isolation
from .protocol import METHODS, Operation, operation
from .responses import Problem, Response
from .updates import using
from .writer import Change
from .writing import Writing

_MOST: Final = 4 << 20
"""Bytes of a request's body: a query may have a million, and an escaped one three times as many."""


@dataclass(frozen=True)
class Service:
    """An ASGI application that answers queries of the current version of a graph, and makes updates where it may.

    `about` gives what a plain GET asks for: what kind of service this is, in the media type that the client likes.
    """

    current: Current
    evaluators: Evaluators
    isolation: Isolation
    size: int
    cache: Cache[Content]
    writing: Writing | None
    about: Callable[[Mapping[str, str]], Awaitable[Response]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await handle(scope, receive, send, self._respond)

    async def _respond(
        self, method: str, query_string: bytes, headers: Mapping[str, str], receive: Receive
    ) -> Response:
        if method == "OPTIONS":
            return preflight(METHODS)
        body = await body_of(receive, headers, _MOST) if method == "POST" else b""
        asked = operation(method, query_string, headers.get("content-type"), body)
        if asked is None:
            return await self.about(headers)
        if asked.is_update:
            return await self._update(asked, headers)
        return of_content(await self._answer(asked, headers.get("accept")), headers)

    async def _answer(self, asked: Operation, accept: str | None) -> Content:
        dataset = self.current.dataset()
        key = (dataset.version, asked, accept)
        found = self.cache.get(key)
        if found is None:
            found = await self.evaluators.run(partial(self._evaluated, asked, accept, dataset))
            if found.lasting:
                self.cache.put(key, found, found.weight + len(asked.text))
        return found

    def _evaluated(self, asked: Operation, accept: str | None, dataset: Dataset, deadline: float) -> Content:
        if needs_isolation(asked.text):
            return self.isolation.answer(asked, accept, dataset)
        return answer(asked, accept, dataset, Bounds(deadline, self.size))

    async def _update(self, asked: Operation, headers: Mapping[str, str]) -> Response:
        if self.writing is None:
            raise Problem(403, "This service only reads. Ask whoever runs it for one that may be written to.")
        self.writing.check(headers)
        check_update(asked.text)
        text = asked.text
        if asked.default_graphs or asked.named_graphs:
            check_graphs((*asked.default_graphs, *asked.named_graphs), self.current.dataset())
            text = using(text, asked.default_graphs, asked.named_graphs)
        change = Change("update", self.writing.folder, self.writing.home, text=text, base=self.current.base)
        return await self.writing.make(change)
