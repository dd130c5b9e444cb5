"""A graph file as versions: what is served follows the file. A folder that stays spares the next start the reading."""

import json
import logging
import os
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import keeping
from ..engine import one_line
from ..errors import BadGraph, BadValue, NotWritten, TerrilError
from ..store import load
from .versions import MADE, Versions, clone, open_version

_log: Final = logging.getLogger("terril")
_ORIGIN: Final = "origin.json"


@dataclass(frozen=True)
class _Origin:
    """Of which file a version is, in which state."""

    file: str
    size: int
    modified: int

    @classmethod
    def of(cls, file: Path) -> "_Origin | None":
        """A file as it is now, if it is there."""
        try:
            status = file.stat()
        except OSError:
            return None
        return cls(str(file.resolve()), status.st_size, status.st_mtime_ns)


class Follower:
    """Makes a further version each time a file has changed, in a thread of its own, since a large one takes long.

    A version that is there already and is of the file as it is now is served as it is. Raises `BadValue` for a folder
    that is for something else, and what `load` raises.
    """

    def __init__(self, file: Path, versions: Versions) -> None:
        self._file, self._versions = file, versions
        self._state = _Origin.of(file)
        self._thread: threading.Thread | None = None
        claim(versions, str(file.resolve()))
        current = versions.current()
        if current is None or self._noted() != self._told(current) or not _opens(current):
            self._keep()

    def look(self) -> None:
        """Have a further version made if the file has changed."""
        state = _Origin.of(self._file)
        if state in (self._state, None) or (self._thread is not None and self._thread.is_alive()):
            return
        self._state = state
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        try:
            self._keep()
            _log.warning("%s has changed. It is served as it is now.", self._file)
        except TerrilError as error:
            _log.warning("%s The graph is served as it was before.", error)

    def _keep(self) -> None:
        """Have a version made, and note what it is of; a file that changes meanwhile is read anew at the next look."""
        told = self._told(self._versions.keep(copier(self._file)))
        new = self._versions.folder / f".{_ORIGIN}-{os.getpid()}"
        with suppress(OSError):  # without the note, the next server reads the file anew
            new.write_text(json.dumps(told), encoding="utf-8")
            new.replace(self._versions.folder / _ORIGIN)

    def _told(self, version: Path) -> dict[str, object]:
        return {**asdict(self._state), "version": version.name} if self._state else {}

    def _noted(self) -> object:
        """What was noted of the last version."""
        try:
            return json.loads((self._versions.folder / _ORIGIN).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None


def _opens(version: Path) -> bool:
    """Whether a version can be read; one that was damaged is made anew."""
    try:
        next(open_version(version).quads_for_pattern(None, None, None, None), None)
    except (BadGraph, OSError, RuntimeError):
        return False
    return True


def claim(versions: Versions, purpose: str) -> None:
    """Make a folder the place of versions for one purpose, which is a file to follow or `WRITTEN`, for good.

    Raises `BadValue` for a folder that is for another purpose or holds what no server has put there, and `NotWritten`.
    """
    path = versions.folder / _PURPOSE
    try:
        versions.folder.mkdir(parents=True, exist_ok=True)
        strange = next((each.name for each in versions.folder.iterdir() if not _OURS.fullmatch(each.name)), None)
        if strange is not None:
            raise BadValue(f"{versions.folder} holds {strange}, which no server has put there. Name an empty folder.")
        if versions.current() is not None and not path.exists() and purpose != WRITTEN:
            raise BadValue(f"{versions.folder} holds what was written to a server. Name another folder for {purpose}.")
        _write_once(path, purpose)
        told = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotWritten(f"{versions.folder} cannot be used: {error.strerror}. Name another folder.") from None
    if told != purpose:
        what = "what was written to a server" if told == WRITTEN else f"copies of {one_line(told) or 'another file'}"
        raise BadValue(f"{versions.folder} holds {what}. Name another folder for {purpose}.")


def _write_once(path: Path, text: str) -> None:
    """Write a file whole, unless it is there: of several who do, one is the first."""
    new = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8")
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # this file system knows no links
        with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
            file.write(text)
    finally:
        new.unlink(missing_ok=True)


WRITTEN: Final = "what is written"
_PURPOSE: Final = "purpose"
_OURS: Final = re.compile(rf"lock|\.?(?:purpose|current|origin\.json)(?:-\d+)?|{MADE.pattern}")


def copier(file: Path) -> Callable[[Path], None]:
    """What fills a folder with the graph of a file."""

    def fill(folder: Path) -> None:
        kept = keeping.copy_of(file)
        if kept is not None:
            clone(kept, folder)
            return
        new = ox.Store(str(folder))
        load(file, new)
        new.flush()

    return fill
