"""What a graph holds, as a number that does not depend on the order of its triples.

A triple is a canonical line (`lines`), and the number is the sum of the lines' hashes, in two words of 64 bits that
are added apart. It is kept in 256 parts, so that where two graphs differ is known to 1/256 of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Hashes: TypeAlias = "npt.NDArray[np.uint64]"
"""Two words for each line, one line a row."""

PARTS: Final = 256
_BYTES: Final = 16
_AT_ONCE: Final = 1 << 14


@dataclass(frozen=True)
class Tally:
    """How many triples a graph holds, and the sums of their hashes, part by part."""

    count: int
    sums: tuple[tuple[int, ...], ...]

    def parts_unlike(self, other: "Tally") -> frozenset[int]:
        """The parts in which two graphs differ."""
        return frozenset(part for part in range(PARTS) if self.sums[part] != other.sums[part])


def tally(lines: Iterable[bytes]) -> Tally:
    """Add up the lines of a graph.

    >>> tally([b"a", b"b"]) == tally([b"b", b"a"]) != tally([b"a", b"a"])
    True
    """
    return summed(hashes(lines))


def hashes(lines: Iterable[bytes]) -> Iterator[Hashes]:
    """The hashes of lines, many at a time."""
    import numpy as np

    left = iter(lines)
    while some := b"".join([_digest(line) for line in islice(left, _AT_ONCE)]):
        yield np.frombuffer(some, "<u8").reshape(-1, 2)


def summed(parts: Iterable[Hashes]) -> Tally:
    """Add up hashes."""
    import numpy as np

    count, sums = 0, np.zeros((PARTS, 2), np.uint64)
    for some in parts:
        np.add.at(sums, some[:, 0] % np.uint64(PARTS), some)
        count += len(some)
    return Tally(count, tuple(map(tuple, sums.tolist())))


def part(line: bytes) -> int:
    """The part that a line belongs to: the lowest byte of its hash."""
    return _digest(line)[0]


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=_BYTES).digest()
