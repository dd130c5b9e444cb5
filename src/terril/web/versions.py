"""Versions: the states that a served graph has been in, each a store in a folder, of which one is the current one.

A version is written whole before a pointer is turned to it, by one rename, and never changed again. So a reader has
exactly one state before it, a change is kept whole or not at all, and a server that is killed half way finds the last
whole state when it starts anew.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import BadGraph, NotWritten

_POINTER: Final = "current"
_KEPT: Final = 120
"""Seconds for which a version stays after another took its place, since a long query may still read it."""


@dataclass(frozen=True)
class Versions:
    """The folder in which the versions of a graph lie."""

    folder: Path

    def current(self) -> Path | None:
        """The folder of the current version, if there is one."""
        try:
            name = (self.folder / _POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self.folder / name
        return path if name and path.parent == self.folder and path.is_dir() else None

    def state(self) -> tuple[int, int] | None:
        """What tells one state of the pointer from any other, at the price of one call of the system."""
        try:
            status = os.stat(self.folder / _POINTER)  # noqa: PTH116 - asked for by each request
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def keep(self, make: Callable[[Path], None]) -> Path:
        """Have a further version made, in a folder that is named, and turn the pointer to it. Raises `NotWritten`.

        What `make` raises leaves everything as it was.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
            with _removed_unless_kept(new) as kept:
                make(new)
                version = new.rename(self.folder / f"version-{time.time_ns()}")
                kept.append(version)
                former = self.current()
                self._point_to(version)
        except OSError as error:
            raise NotWritten(f"No further version of the graph could be written in {self.folder}: {error}.") from error
        if former is not None:
            _mark(former)
        self._sweep(version)
        return version

    def change(self, change: Callable[[ox.Store], None]) -> Path:
        """Keep a version that differs from the current one by a change."""
        former = self.current()

        def make(folder: Path) -> None:
            if former is not None:
                clone(former, folder)
            store = ox.Store(str(folder))
            change(store)
            store.flush()

        return self.keep(make)

    def _point_to(self, version: Path) -> None:
        new = self.folder / f".{_POINTER}-{os.getpid()}"
        with new.open("w", encoding="ascii") as file:
            file.write(version.name)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / _POINTER)

    def _sweep(self, current: Path) -> None:
        """Remove what nobody reads any more, and what was left half made."""
        for path in self.folder.iterdir():
            if path != current and MADE.fullmatch(path.name) and _age(path) > _KEPT:
                shutil.rmtree(path, ignore_errors=True)


MADE: Final = re.compile(r"version-\d{15,}|new-\w{8}")
"""What versions are called, and what is not one yet."""


@contextmanager
def _removed_unless_kept(folder: Path) -> Iterator[list[Path]]:
    kept: list[Path] = []
    try:
        yield kept
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _mark(path: Path) -> None:
    """Have the age of a version that is no longer the current one count from now."""
    with suppress(OSError):
        os.utime(path)


def _age(path: Path) -> float:
    """Seconds for which nothing has been new in a folder."""
    with suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def clone(store: Path, folder: Path) -> None:
    """Copy a store that nobody writes to; its tables, which never change, by links, so a large one costs little."""
    for file in store.iterdir():
        if file.name == "LOCK":
            continue
        if file.suffix != ".sst" or not _linked(file, folder / file.name):
            shutil.copy2(file, folder / file.name)


def _linked(file: Path, name: Path) -> bool:
    try:
        os.link(file, name)
    except OSError:  # this file system knows no links
        return False
    return True


def open_version(folder: Path) -> ox.Store:
    """Open a version for reading. Raises `BadGraph`."""
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise BadGraph(f"The store in {folder} cannot be opened: {error}. Remove the folder, and serve anew.") from None
