"""The writer: a process of its own that makes one change to a served graph, kept whole or not at all.

Compiled code cannot be stopped from within, so the process is ended from outside if it takes too long; what it has not
kept by then is as if it had never been begun.
"""

import fcntl
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..engine import one_line
from ..errors import BadQuery, NotWritten
from ..home import Home
from ..syntax import check_update, update_error
from .gate import Explained, Refused, settle
from .limits import Limits, limit_memory
from .responses import Problem
from .versions import Versions

_FORMATS: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
DATA_TYPES: Final = tuple(_FORMATS)


File: TypeAlias = tuple[str, str]
"""Where data lies, and of which media type it is."""


@dataclass(frozen=True)
class Change:
    """One change: an `update` with its text, or a PUT, POST or DELETE of a graph (None is the default one), with
    the files in which its data lies. Relative IRIs in it are relative to `base`.
    """

    kind: str
    folder: str
    home: str | None
    text: str = ""
    graph: str | None = None
    files: Sequence[File] = ()
    base: str | None = None

    def as_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Change":
        return cls(**json.loads(text))


def apply(change: Change) -> int:
    """Make a change, and tell with which status of HTTP it is done. Raises `Problem`.

    Changes of several processes are made one after the other.
    """
    versions = Versions(Path(change.folder))
    status = 204

    def make(store: ox.Store) -> None:
        nonlocal status
        explained = Explained.of(store) if change.home else None
        status = _changed(store, change)
        if explained is not None and change.home:
            settle(store, explained, Home(Path(change.home)))

    with _alone(versions.folder):
        try:
            versions.change(make)
        except Refused as error:
            raise Problem(422, str(error)) from None
        except NotWritten as error:
            raise Problem(507, str(error)) from None
    return status


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _changed(store: ox.Store, change: Change) -> int:
    if change.kind == "update":
        return _updated(store, change.text, change.base)
    graph = ox.NamedNode(change.graph) if change.graph is not None else ox.DefaultGraph()
    known = change.graph is None or store.contains_named_graph(graph)
    if change.kind == "DELETE":
        if not known:
            raise Problem(404, f"There is no graph <{change.graph}> here.")
        store.remove_graph(graph)
        return 204
    if change.kind == "PUT":
        store.clear_graph(graph)
    if change.graph is not None:
        store.add_graph(graph)  # a graph that was given nothing to hold is a graph all the same
    for file in change.files:
        _load(store, file, graph, change.base)
    return 204 if known else 201


def _updated(store: ox.Store, text: str, base: str | None) -> int:
    try:
        check_update(text)
        store.update(text, base_iri=base)
    except BadQuery as error:
        raise Problem(400, str(error)) from None
    except SyntaxError as error:
        raise Problem(400, str(update_error(text, str(error)))) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise Problem(400, f"The update cannot be made: {one_line(str(error))}.") from None
    return 204


def _load(store: ox.Store, file: File, graph: ox.NamedNode | ox.DefaultGraph, base: str | None) -> None:
    path, media_type = file
    form = _FORMATS[media_type]
    try:
        store.load(path=path, format=form, to_graph=graph, base_iri=base)
    except SyntaxError as error:
        reason = re.sub(r"^Parser error at line .*?: ", "", str(error.msg))
        where = f" in line {error.lineno}" if error.lineno else ""
        raise Problem(400, f"This is no {form.name}{where}: {one_line(reason)}.") from None
    except ValueError as error:
        raise Problem(400, f"This cannot be read as {form.name}: {one_line(str(error))}.") from None


def main() -> None:
    """Read changes from standard input, one a line, make each, and write what came of it to standard output."""
    limit_memory(Limits())
    for line in sys.stdin:
        print(json.dumps(outcome(Change.from_text(line))), flush=True)


def outcome(change: Change) -> dict[str, object]:
    """Make a change, and tell its status of HTTP and what is to be said of it."""
    try:
        return {"status": apply(change), "detail": ""}
    except Problem as problem:
        return {"status": problem.status, "detail": problem.detail}
    except MemoryError:
        return {"status": HTTPStatus.INSUFFICIENT_STORAGE, "detail": "This change needs more memory than it may take."}


if __name__ == "__main__":
    main()
