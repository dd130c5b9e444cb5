"""Lines larger than memory, in order: laid aside in files, each for a stretch of the order, and sorted file by file.

Where a stretch ends is found out from a sample of the lines. So every line is written once and read once, and nothing
is merged.
"""

import os
from bisect import bisect, bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import eq
from pathlib import Path
from typing import Final

from zlib_ng.zlib_ng import crc32

_SIZE: Final = 4 << 20
"""Bytes of lines that are sorted at once."""
_SAMPLES: Final = 24
"""Lines looked at for each stretch."""
_APPENDING: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_LINE: Final = 160
"""Bytes of a line, about."""


@dataclass(frozen=True)
class Stretches:
    """Lines by where they stand in order: those of a stretch come after those of the stretch before.

    `bounds` are the starts of all stretches but the first. Several processes may lay lines at a time, each under a name
    of its own.
    """

    folder: Path
    bounds: list[bytes]

    def __iter__(self) -> Iterator[list[bytes]]:
        """The lines in order, each once, a stretch at a time."""
        return map(self.sorted, range(len(self)))

    def __len__(self) -> int:
        return len(self.bounds) + 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing was laid aside."""
        return not self.folder.exists()

    def sorted(self, number: int) -> list[bytes]:
        """The lines of a stretch in order, each once."""
        found = sorted(self._lines(number))
        return list(dict.fromkeys(found)) if True in map(eq, found, islice(found, 1, None)) else found

    def remove(self, number: int) -> None:
        """Remove the lines of a stretch, which is not asked for again."""
        for path in self._paths(number):
            path.unlink()

    def lay(self, lines: Iterable[bytes], who: str = "", heads: Iterable[bytes] | None = None) -> None:
        """Lay lines aside, each with its end. `heads` are what they start with, if many start alike."""
        held: list[list[bytes]] = [[] for _ in range(len(self))]
        bounds = self.bounds
        if heads is None:
            for line in lines:
                held[bisect(bounds, line)].append(line)
        else:
            known: dict[bytes, int | None] = {}
            for line, head in zip(lines, heads, strict=True):
                if head not in known:
                    known[head] = self._stretch_of(head)
                number = known[head]
                held[bisect(bounds, line) if number is None else number].append(line)
        for number, some in enumerate(held):
            if some:
                self._append(number, who, b"".join(some))

    def _stretch_of(self, head: bytes) -> int | None:
        """The stretch of all lines that start with a text, if it is one."""
        first, last = bisect(self.bounds, head), bisect(self.bounds, head + b"\xff")
        return first if first == last else None

    def _append(self, number: int, who: str, text: bytes) -> None:
        """Write to a file of a stretch, which is opened each time: there may be more than may be open.

        (A file object for each would take longer than writing.)
        """
        path = f"{self.folder}/{number}/{who}.lines"
        try:
            file = os.open(path, _APPENDING, 0o666)
        except FileNotFoundError:
            os.makedirs(f"{self.folder}/{number}", exist_ok=True)  # noqa: PTH103
            file = os.open(path, _APPENDING, 0o666)
        try:
            left = memoryview(text)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)

    def starting(self, heads: Iterable[bytes]) -> Iterator[bytes]:
        """The lines that start with one of some texts, none of which is cut off from its lines by a bound."""
        wanted: dict[int, list[bytes]] = {}
        for head in heads:
            wanted.setdefault(bisect(self.bounds, head), []).append(head)
        for number, some in wanted.items():
            lines = sorted(self._lines(number))
            for head in some:
                place = bisect_left(lines, head)
                while place < len(lines) and lines[place].startswith(head):
                    yield lines[place]
                    place += 1

    def _lines(self, number: int) -> list[bytes]:
        return [line for path in self._paths(number) for line in path.read_bytes().splitlines(keepends=True)]

    def _paths(self, number: int) -> list[Path]:
        return list((self.folder / str(number)).glob("*.lines"))


def stretches(path: Path, heads: Callable[[bytes, bytes], bytes]) -> Stretches:
    """Stretches of about a size for the lines of a file, which still are to be laid into them; they lie beside it."""
    return Stretches(path.with_suffix(".stretches"), bounds(sample(path), heads))


def bounds(lines: Iterable[bytes], heads: Callable[[bytes, bytes], bytes], growth: int = 1) -> list[bytes]:
    """Where stretches start, by a sample of their lines, as `sample` or `chosen` takes it.

    `heads` tells, of a line and of the one for which the stretch before starts, where one may start: at a text that the
    line starts with. `growth` tells how many times longer than these the lines are that will be laid aside.
    """
    found: list[bytes] = []
    before, step = b"", _SAMPLES // growth
    for line in sorted(lines)[step::step]:
        bound = heads(line, before)
        if not found or bound > found[-1]:
            found.append(bound)
            before = line
    return found


def share() -> int:
    """Of how many lines one is enough to find bounds."""
    return max(1, _SIZE // _SAMPLES // _LINE)


def chosen(lines: list[bytes], share: int) -> list[bytes]:
    """One in so many lines: whichever file they stand in, and in which order, the same ones."""
    return [line for line, number in zip(lines, map(crc32, lines), strict=True) if not number % share]


def sample(path: Path) -> list[bytes]:
    """Lines from all over a file, so many for each stretch that it will be cut into."""
    size = path.stat().st_size
    count = size // _SIZE * _SAMPLES
    found = []
    with path.open("rb") as file:
        for number in range(count):
            file.seek(size * number // count)
            file.readline()
            if line := file.readline():
                found.append(line)
    return found
