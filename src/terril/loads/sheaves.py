"""Lines laid aside in files, so many of them that memory would not hold them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..errors import NotWritten

_REMEDY: Final = "Make room for temporary files, or name another folder for them in TMPDIR."
_HELD: Final = 16 << 20
"""Bytes held before they are written."""


class Sheaf:
    """Files of lines in a folder, each with a number; at most 16 MB of them are in memory at a time.

    `end` is what each line ends with. What is added raises `NotWritten` if there is no room for it.
    """

    def __init__(self, folder: Path, end: bytes = b"\n") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._end = folder, end
        self._held: dict[int, list[bytes]] = {}
        self._size = 0

    def add(self, number: int, line: bytes) -> None:
        """Add a line, without its end, to a file."""
        self.write(number, line + self._end)

    def write(self, number: int, text: bytes) -> None:
        """Add whole lines to a file."""
        self._held.setdefault(number, []).append(text)
        self._size += len(text)
        if self._size > _HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is held. Files are opened one at a time: there may be more than a process may have open."""
        try:
            for number, texts in self._held.items():
                with self.path(number).open("ab") as file:
                    file.write(b"".join(texts))
        except OSError as error:
            reason = error.strerror or error
            raise NotWritten(f"{self.folder}: graphs cannot be laid down there: {reason}. {_REMEDY}") from None
        self._held, self._size = {}, 0

    def path(self, number: int) -> Path:
        """Where a file lies."""
        return self.folder / f"{number}.lines"

    def lines(self, number: int) -> Iterator[bytes]:
        """The lines of a file, without their ends."""
        self.flush()
        if not self.path(number).exists():
            return
        with self.path(number).open("rb") as file:
            for line in file:
                yield line[: -len(self._end)]
