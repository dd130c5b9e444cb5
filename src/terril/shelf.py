"""A folder that a verb writes: files are written whole or not at all, only if they change, and only its own are ever
touched.

A list of what was written lies in the folder. It holds one line for each page, with the endings of its files, so that a
site of a hundred thousand things fits into memory.
"""

import errno
import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .errors import NotWritten

_BEGUN: Final = ".begun"


class Shelf:
    """A folder that holds what a verb writes and nothing else, or a former state of it.

    `record` is the file in it that names the others. Raises `NotWritten` for a folder with other things in it, and
    whenever a file cannot be written.
    """

    def __init__(self, folder: Path, verb: str = "publish", record: str = ".terril-site") -> None:
        self.folder = folder
        self._verb, self._list, self._begun = verb, record, record + _BEGUN
        self._head = f"files written by terril {verb}\n"
        self.written = self.unchanged = self.removed = 0
        self._before = self._former()
        self._now: dict[str, str] = {}
        self._folders: set[str] = set()

    # What was there

    def _former(self) -> dict[str, str]:
        """The files of former runs, finished or not."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            entries = os.listdir(self.folder)  # noqa: PTH208  # of a Path it would be in no better order
            lists = [self.folder / name for name in (self._list, self._begun) if name in entries]
            if entries and not lists:
                told = f"{self.folder} holds files that `terril {self._verb}` did not write"
                raise NotWritten(f"{told}, such as {min(entries)}. Name an empty folder, or one that it wrote.")
            return dict(line for path in lists for line in self._lines(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise _failure(self.folder, error) from error

    def _lines(self, text: str) -> Iterable[tuple[str, str]]:
        for line in text.removeprefix(self._head).splitlines():
            name, tab, endings = line.partition("\t")
            parts = Path(name).parts
            if tab and parts and not Path(name).is_absolute() and ".." not in parts:  # it may have been tampered with
                yield name, endings

    # What is to be there

    def begin(self, entries: Iterable[tuple[str, str]]) -> None:
        """Tell which files are about to be written, so that a run that is cut short can be cleared up."""
        found = list(entries)
        known = (self._before, self._now)
        new = [(name, endings) for name, endings in found if endings not in (each.get(name) for each in known)]
        self._now.update(found)
        if new:
            path = self.folder / self._begun
            try:
                with path.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{name}\t{endings}\n" for name, endings in new))
            except OSError as error:
                raise _failure(path, error) from error

    def put(self, name: str, content: bytes | Path, entry: str) -> bool:
        """Write a file, if it is new or changed; tell whether it was. `entry` is what `begin` called it.

        The content may be that of another file, which is moved.
        """
        path = f"{self.folder}/{name}"
        try:
            if self._is_there(path, entry, content):
                return False
            _replace(path, content, self._folders)
        except OSError as error:
            raise _failure(path, error) from error
        return True

    def add(self, name: str, content: bytes | Path) -> None:
        """Announce a file and write it."""
        self.begin([(name, "")])
        if self.put(name, content, name):
            self.written += 1
        else:
            self.unchanged += 1

    def keep(self, folder: str) -> bool:
        """Leave the files of a folder as a former run wrote them; False if there are none, or one is missing."""
        kept = [(name, endings) for name, endings in self._before.items() if name.startswith(f"{folder}/")]
        if not kept or not all((self.folder / name).is_file() for name, _ in kept):
            return False
        self.begin(kept)
        self.unchanged += len(kept)
        return True

    def _is_there(self, path: str, entry: str, content: bytes | Path) -> bool:
        try:
            is_same = _is_same(path, content)
        except FileNotFoundError:
            return False
        # Further pages of a thing are announced once they are written; nobody else gives a file such a name.
        if entry not in self._before and not is_same and "/~facts-" not in entry:
            raise NotWritten(f"{path} was not written by `terril {self._verb}`. Move it away, or name another folder.")
        return is_same

    # What is no longer to be there

    def finish(self) -> None:
        """Remove what former runs wrote and this one did not, and write the list anew."""
        try:
            for name, endings in self._before.items():
                now = self._now.get(name)
                kept = set() if now is None else set(_files(name, now))
                for file in _files(name, endings):
                    if file not in kept:
                        self._remove(self.folder / file)
            text = self._head + "".join(f"{name}\t{endings}\n" for name, endings in sorted(self._now.items()))
            path = self.folder / self._list
            if not path.is_file() or path.read_text("utf-8") != text:
                _replace(str(path), text.encode(), self._folders)
            (self.folder / self._begun).unlink(missing_ok=True)
        except OSError as error:
            raise _failure(self.folder, error) from error

    def _remove(self, path: Path) -> None:
        if path.is_file():
            path.unlink()
            self.removed += 1
        for folder in path.parents:
            if folder == self.folder or not folder.is_dir() or any(folder.iterdir()):
                return
            folder.rmdir()


def _files(name: str, endings: str) -> list[str]:
    return [f"{name}.{ending}" for ending in endings.split(" ")] if endings else [name]


# A `Path` and a file object for each file would take longer than writing it, so that here paths are texts, and files
# are numbers.

_BINARY: Final = getattr(os, "O_BINARY", 0)
"""On Windows, what keeps line ends as they are."""


def _is_same(path: str, content: bytes | Path) -> bool:
    if isinstance(content, Path):
        return filecmp.cmp(path, content, shallow=False)
    file = os.open(path, os.O_RDONLY | _BINARY)
    try:
        if os.fstat(file).st_size != len(content):
            return False
        return os.read(file, len(content) + 1) == content
    finally:
        os.close(file)


def _replace(path: str, content: bytes | Path, known: set[str]) -> None:
    """Put a file into its place in one step: whoever reads it gets the old one or the new one, whole."""
    folder, _, name = path.rpartition("/")
    if folder not in known:
        Path(folder).mkdir(parents=True, exist_ok=True)
        known.add(folder)
    draft = f"{folder}/.{name[:200]}.draft"
    try:
        if isinstance(content, Path):
            try:
                os.replace(content, path)  # noqa: PTH105
                return
            except OSError as error:
                if error.errno != errno.EXDEV:  # it lies on another disk
                    raise
            shutil.move(content, draft)
        else:
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
            try:
                _write(file, content)
            finally:
                os.close(file)
        os.replace(draft, path)  # noqa: PTH105
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _write(file: int, content: bytes) -> None:
    """Write all of it: one call may write less."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _failure(path: str | Path, error: OSError | UnicodeDecodeError) -> NotWritten:
    reason = error.strerror if isinstance(error, OSError) else "it is no text"
    return NotWritten(f"{path} could not be written: {reason}. Make room, or name another folder.")
