"""A graph file as versions: what is served follows the file. A folder that stays spares the next start the reading."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import keeping
from ..errors import BadValue, TerrilError
from ..store import load
from .versions import Versions, clone

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
    that holds versions of something else, and what `load` raises.
    """

    def __init__(self, file: Path, versions: Versions) -> None:
        self._file, self._versions = file, versions
        self._state = _Origin.of(file)
        self._thread: threading.Thread | None = None
        current, kept = versions.current(), origin(versions)
        if current and (kept is None or self._state is None or kept["file"] != self._state.file):
            what = f"copies of {kept['file']}" if kept else "what was written to a server"
            raise BadValue(f"{versions.folder} holds {what}. Name another folder for {file}.")
        if current is None or kept != self._told(current):
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
        if told:
            new = self._versions.folder / f".{_ORIGIN}"
            new.write_text(json.dumps(told), encoding="utf-8")
            new.replace(self._versions.folder / _ORIGIN)

    def _told(self, version: Path) -> dict[str, object]:
        return {**asdict(self._state), "version": version.name} if self._state else {}


def origin(versions: Versions) -> dict[str, object] | None:
    """Of which file, in which state, the last version is that a follower made in a folder, if one did."""
    try:
        told = json.loads((versions.folder / _ORIGIN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "file" in told else None


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
