"""The verb `serve`: a graph behind an address, for programs and for people."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import BadValue, NotInstalled
from ..home import Home, find_home
from ..pipeline import ensure
from ..store import is_address
from .following import WRITTEN, Follower, claim, copier
from .limits import Limits
from .settings import TOKEN, Settings
from .site import address_of
from .supervisor import Supervisor, listen
from .versions import Versions

_LOOPBACK: Final = "127.0.0.1"


def serve(
    *,
    at: str | Path | None = None,
    host: str = _LOOPBACK,
    port: int = 7878,
    base: str | None = None,
    writable: bool = False,
    empty: bool = False,
    store: str | Path | None = None,
    workers: int | None = None,
    seconds: float = 20.0,
    memory: int = 1024,
    home: Home | str | Path | None = None,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the built graph, or the graph file `at`, until the process is told to end (SIGINT or SIGTERM).

    `ready` is called with the address once it answers; `port` 0 takes one that is free; `base` is the address under
    which others see it, if that is another. A query may take `seconds`, and all that run in one of the `workers`
    (processes; one per processor by default) `memory` in megabytes. When the file changes, what it holds then is
    served, each answer from one state.

    In the folder `store` a copy of the file is kept, so that a server of a large one starts at once the next time.
    `writable` gives leave to write to whoever brings the token in TERRIL_TOKEN: what is written is kept in that folder,
    if it passes the project's shapes; with `empty` the graph is empty at first, and anything passes.

    Raises `NotInstalled` without the libraries of the extra `server`, `BadValue` for settings that do not fit, and what
    `connect` raises for a graph that cannot be read.
    """
    _check_installed()
    project = find_home(home)
    _check(at, writable, empty, store)
    public = address_of(base)
    listener = listen(host, port)
    address = f"http://{_in_address(host)}:{listener.getsockname()[1]}/"
    with _versions(at, project, writable, empty, Path(store) if store is not None else None) as (versions, refresh):
        settings = Settings(
            str(versions.folder.resolve()),
            str(project.path.resolve()),
            public or address,
            writable=writable,
            gated=not empty,
            limits=Limits(seconds=seconds, memory=memory << 20),
        )
        Supervisor(settings, listener, workers or os.cpu_count() or 1).run(lambda: ready(address), refresh)


def _check_installed() -> None:
    missing = [
        name for name in ("httptools", "jinja2", "python_multipart", "starlette", "uvicorn") if find_spec(name) is None
    ]
    if missing:
        raise NotInstalled(f"Serving needs {', '.join(missing)}. Install it with: pip install 'terril[server]'")


def _check(at: str | Path | None, writable: bool, empty: bool, store: str | Path | None) -> None:
    if isinstance(at, str) and is_address(at):
        raise BadValue(f"{at} is a server already. Name a graph file to serve, or nothing for the built graph.")
    if empty and not writable:
        raise BadValue("An empty graph is of use only to a server that is writable.")
    if store is not None and not str(store):
        raise BadValue("The folder for what is kept has no name. Name one, or leave --store out.")
    if empty and at is not None:
        raise BadValue("A server begins empty or with a graph file, not both.")
    if writable and not os.environ.get(TOKEN):
        raise BadValue(f"Who may write must bring a token. Put a long random one into the environment as {TOKEN}.")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# What is served


@contextmanager
def _versions(
    at: str | Path | None, project: Home, writable: bool, empty: bool, store: Path | None
) -> Iterator[tuple[Versions, Callable[[], None]]]:
    """The versions of what is served, and what to do now and then to keep them up to date."""
    if writable and not (empty and store is None):
        versions = Versions(store or project.graph.parent / "served")
        claim(versions, WRITTEN)
        if versions.current() is None:
            versions.keep(_nothing if empty else copier(_file(at, project)))
        yield versions, lambda: None
        return
    with _folder(store) as folder:
        versions = Versions(folder)
        if empty:
            versions.keep(_nothing)
            yield versions, lambda: None
        else:
            yield versions, Follower(_file(at, project), versions).look


@contextmanager
def _folder(store: Path | None) -> Iterator[Path]:
    """A folder that stays, if one is named, or one that goes."""
    if store:
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="terril-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _file(at: str | Path | None, project: Home) -> Path:
    return ensure(project) if at is None else Path(at)


def _nothing(folder: Path) -> None:
    ox.Store(str(folder)).flush()
