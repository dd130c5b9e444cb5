"""Lines larger than memory, in order: laid aside in files, each for a stretch of the order, and sorted file by file.

Where a stretch ends is found out from a sample of the lines. So every line is written once and read once, and nothing
is merged.
"""

from bisect import bisect, bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

_SIZE: Final = 8 << 20
"""Bytes of lines that are sorted at once."""
_BLOCK: Final = 1 << 23
_SAMPLES: Final = 24
"""Lines looked at for each stretch."""


@dataclass(frozen=True)
class Stretches:
    """Lines by where they stand in order: those of a file come after those of the file before.

    `bounds` are the starts of all stretches but the first.
    """

    folder: Path
    bounds: list[bytes]

    def __iter__(self) -> Iterator[list[bytes]]:
        """The lines in order, each once, a stretch at a time."""
        for number in range(len(self)):
            yield [line for line, _ in groupby(sorted(self._lines(number)))]

    def __len__(self) -> int:
        return len(self.bounds) + 1

    def lay(self, lines: Iterable[bytes]) -> None:
        """Lay lines aside, each with its end."""
        held: list[list[bytes]] = [[] for _ in range(len(self))]
        bounds = self.bounds
        for line in lines:
            held[bisect(bounds, line)].append(line)
        for number, some in enumerate(held):
            if some:
                with self._path(number).open("ab") as file:  # one at a time: there may be more than may be open
                    file.write(b"".join(some))

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
        path = self._path(number)
        return path.read_bytes().splitlines(keepends=True) if path.exists() else []

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.lines"


def stretches(path: Path, heads: Callable[[bytes, bytes], bytes]) -> Stretches:
    """Stretches of about a size for the lines of a file, which still are to be laid into them; they lie beside it.

    A stretch starts where `heads` says, of a line and of the start of the stretch before: at a text that this line
    starts with.
    """
    folder = path.with_suffix(".stretches")
    folder.mkdir()
    bounds: list[bytes] = []
    wanted = path.stat().st_size // _SIZE
    for line in sorted(_sample(path, wanted * _SAMPLES))[_SAMPLES::_SAMPLES]:
        bound = heads(line, bounds[-1] if bounds else b"")
        if not bounds or bound > bounds[-1]:
            bounds.append(bound)
    return Stretches(folder, bounds)


def blocks(path: Path) -> Iterator[bytes]:
    """A file, whole lines at a time, some megabytes each."""
    with path.open("rb") as file:
        while text := file.read(_BLOCK):
            yield text + file.readline()


def _sample(path: Path, count: int) -> Iterator[bytes]:
    """Lines of a file from all over it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for number in range(count):
            file.seek(size * number // count)
            file.readline()
            if line := file.readline():
                yield line
