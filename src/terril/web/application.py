"""The application: which address of the server is answered by what."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException

from .cache import Cache
from .current import Current
from .downloads import Downloads, static
from .evaluation import Content
from .evaluators import Evaluators
from .exchange import Receive, Scope, Send, respond
from .graph_store import PATH as STORE
from .graph_store import GraphStore
from .isolation import Isolation
from .quick import Quick
from .resources import Resources
from .responses import Problem, of_problem
from .service import Service
from .settings import TOKEN, Settings
from .versions import Versions
from .writing import Writing

_CACHE: Final = 64 << 20


class Application:
    """An ASGI application for one worker; `retire` is called when its process ought to end soon."""

    def __init__(self, settings: Settings, retire: Callable[[], None]) -> None:
        limits, folder, home = settings.limits, Path(settings.folder), Path(settings.home)
        cache = Cache[Content](_CACHE)
        evaluators, isolation, writing = Evaluators(limits, retire), Isolation(folder, limits), _writing(settings)
        current = Current(
            Versions(folder), cache.clear, evaluators.rest, not settings.writable, f"{settings.base}sparql"
        )
        current.dataset()  # a graph that cannot be opened is told of before anybody asks
        pages = Resources(current, evaluators, limits.size, cache, home, settings.base, writable=settings.writable)
        self._pages = pages
        self._sparql = Service(current, evaluators, isolation, limits.size, cache, writing, pages.service)
        self.quick = Quick(current, cache, limits.size)
        self._data = GraphStore(current, evaluators, limits.size, writing, settings.base)
        self._downloads = Downloads(current, evaluators, home)
        self._static = static()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/sparql":
            await self._sparql(scope, receive, send)
        elif path == STORE or path.startswith(f"{STORE}/"):
            await self._data(scope, receive, send)
        elif path.startswith("/static/"):
            await self._file(scope, receive, send)
        elif path.startswith("/downloads/"):
            await self._downloads(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _file(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._static({**scope, "path": scope["path"].removeprefix("/static")}, receive, send)
        except HTTPException as error:
            await respond(send, of_problem(Problem(error.status_code, "There is no such file here.")), scope["method"])


def _writing(settings: Settings) -> Writing | None:
    if not settings.writable:
        return None
    return Writing(settings.folder, os.environ[TOKEN], settings.home if settings.gated else None, settings.limits)
