"""What was worked out from a built graph, kept beside it for the next process: a copy that opens at once, and words.

What is kept is named for the size and the time of change of the graph, so that it is never used for another one; and it
can be made anew at any time, so what cannot be read or written is left alone. Of pickles only plain values and this
package's own records are read.
"""

import gc
import pickle
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from . import __version__
from .home import index_of

_VERSION: Final = (__version__, ox.__version__, sys.version_info[:3])
_LARGEST: Final = 1 << 26
"""How many bytes a graph may have to be copied: a larger one takes longer to copy than to read a few times."""

_IN_USE: Final = 600
"""For how many seconds what was kept for a former graph stays, since a process may still read it."""

_SAFE: Final = frozenset(
    {
        *(("builtins", name) for name in ("frozenset", "set", "dict", "list")),
        *(("collections", name) for name in ("Counter", "defaultdict")),
        *(("pyoxigraph", name) for name in ("NamedNode", "Literal")),
    }
)


def state(graph: Path) -> str:
    """What tells a built graph from any other one in its place; nothing for a file that is no built graph."""
    try:
        status = graph.stat()
        built = graph.suffix == ".nq" and index_of(graph).is_file()
        return f"{status.st_size}-{status.st_mtime_ns}" if built else ""
    except OSError:
        return ""


# A copy that opens at once


def open_copy(graph: Path) -> ox.Store | None:
    """The copy of a built graph on disk, if there is one."""
    folder = _place(graph, "store")
    if folder is None or not folder.is_dir():
        return None
    import shutil

    try:
        copy = ox.Store.read_only(str(folder))
        len(copy)  # reads it through, so that a spoilt copy is not met by a query
    except (OSError, RuntimeError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return copy


def copy_of(graph: Path) -> Path | None:
    """The folder of the copy of a built graph, made if need be; None for other files and if it cannot be written."""
    if open_copy(graph) is None:
        keep_copy(graph)
    folder = _place(graph, "store")
    return folder if folder is not None and folder.is_dir() else None


def keep_copy(graph: Path) -> None:
    """Write a copy of a built graph of some 60 MB at most on disk, if it can be written; those of former graphs go."""
    import shutil
    import tempfile

    folder = _place(graph, "store")
    if folder is None or graph.stat().st_size > _LARGEST:
        return
    try:
        new = Path(tempfile.mkdtemp(prefix="new-", dir=graph.parent))
    except OSError:
        return
    try:
        store = ox.Store(str(new))
        store.bulk_load(path=str(graph), format=ox.RdfFormat.N_QUADS)
        store.flush()
        del store
        new.rename(folder)
    except (OSError, RuntimeError):
        shutil.rmtree(new, ignore_errors=True)
        return
    _remove_others(folder, "store-*")


# Words


class _Reader(pickle.Unpickler):
    """Reads plain values and records, and nothing that could do anything else."""

    def __init__(self, file: IO[bytes], records: Iterable[type]) -> None:
        super().__init__(file)
        self._records = {(one.__module__, one.__qualname__): one for one in records}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._records:
            return self._records[module, name]
        if (module, name) in _SAFE:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not what is kept here")


def recall(graph: Path, name: str, records: Iterable[type]) -> Any:
    """What was kept under a name for a built graph, made of these records; None if nothing was."""
    path = _place(graph, name)
    if path is None or not path.is_file():
        return None
    enabled = gc.isenabled()
    gc.disable()  # there is nothing to collect while so many objects are made, and looking takes twice the time
    try:
        with path.open("rb") as file:
            made_by, kept = _Reader(file, records).load()
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, LookupError, TypeError, ValueError):
        return None
    finally:
        if enabled:
            gc.enable()
    return kept if made_by == _maker(records) else None


def keep(graph: Path, name: str, value: object, records: Iterable[type] = ()) -> None:
    """Keep a value, made of these records, under a name for a built graph, if it can be written; those of former graphs
    go.
    """
    import tempfile

    path = _place(graph, name)
    if path is None:
        return
    try:
        with tempfile.NamedTemporaryFile(prefix="new-", dir=graph.parent, delete=False) as file:
            pickle.dump((_maker(records), value), file, protocol=5)
        Path(file.name).replace(path)
    except OSError:
        return
    _remove_others(path, f"{name}-*")


def _maker(records: Iterable[type]) -> tuple[object, ...]:
    """What wrote a value: the versions, and what its records are made of, which may change between versions."""
    return *_VERSION, *((one.__qualname__, *getattr(one, "__match_args__", ())) for one in records)


def _place(graph: Path, name: str) -> Path | None:
    key = state(graph)
    return graph.with_name(f"{name}-{key}") if key else None


def _remove_others(kept: Path, pattern: str) -> None:
    import shutil

    for path in kept.parent.glob(pattern):
        if path != kept and time.time() - path.stat().st_mtime > _IN_USE:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
