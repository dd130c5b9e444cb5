"""Downloads from a server: dumps of the current version, written when they are first asked for, and files of ours."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from .. import dumps
from ..catalogue import questions
from ..home import Home
from .current import Current, Dataset
from .evaluators import Evaluators
from .exchange import OPEN, Receive, Scope, Send, respond
from .hosts import POLICY, TYPES
from .responses import Problem, of_problem

FOLDER: Final = Path(__file__).parent / "static"
_GRAPHS: Final = ("graph.nq.gz", "graph.ttl.gz")
_TEXTS: Final = ("ontology.ttl", "shapes.ttl", "questions.ttl")
NAMES: Final = (*_GRAPHS, *_TEXTS)


@dataclass(frozen=True)
class Downloads:
    """An ASGI application for `/downloads/…`."""

    current: Current
    evaluators: Evaluators
    home: Path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix("/downloads/")
        if name not in NAMES or scope["method"] not in ("GET", "HEAD"):
            nothing = Problem(404, f"There is no such download. There are: {', '.join(NAMES)}.")
            await respond(send, of_problem(nothing), scope["method"])
            return
        path = await self.evaluators.run(partial(self._made, name, self.current.dataset()))
        kind = TYPES[name.rpartition(".")[2]]
        await FileResponse(path, media_type=kind, headers=OPEN, filename=name)(scope, receive, send)

    def _made(self, name: str, dataset: Dataset, deadline: float) -> Path:
        """The file, after all of a version have been written if that was not done before."""
        folder = self.current.versions.folder / f"new-downloads-{dataset.version}"
        if not folder.is_dir():
            drafts = Path(tempfile.mkdtemp(prefix="new-", dir=self.current.versions.folder))
            dumps.graph(dataset.store, drafts)
            for each, text in dumps.texts(Home(self.home), questions(home=self.home)).items():
                (drafts / each).write_bytes(text)
            try:
                os.rename(drafts, folder)  # noqa: PTH104 - whichever process comes first
            except OSError:
                shutil.rmtree(drafts, ignore_errors=True)
        return folder / name


def static() -> StaticFiles:
    """An ASGI application for `/static/…`, and nothing outside that folder."""
    return _Static(directory=FOLDER)


class _Static(StaticFiles):
    def file_response(self, *arguments: object, **options: object):  # type: ignore[no-untyped-def]
        response = super().file_response(*arguments, **options)  # type: ignore[arg-type]
        for name, value in {**OPEN, "content-security-policy": POLICY}.items():
            response.headers[name] = value
        return response
