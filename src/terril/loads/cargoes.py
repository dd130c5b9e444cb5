"""What is to be loaded: the graphs of a file, each laid down as N-Triples with a tally of what it holds."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import numpy as np
import pyoxigraph as ox

from ..errors import BadGraph
from ..store import opened, quads
from .graphs import Name
from .lines import Row, canonical, has_blank_nodes, named, statements
from .sheaves import Sheaf
from .tallies import Hashes, Tally, hashes, part, summed, tally

_AT_ONCE: Final = 64 << 20
"""Bytes of a graph among which repeated lines are looked for at once."""
_END: Final = b" .\n"


class _Held(NamedTuple):
    """What a file of triples holds, and whether some stand there more than once."""

    tally: Tally
    has_repeats: bool


@dataclass(frozen=True)
class Cargo:
    """A graph to be loaded: its name and the file of N-Triples that holds it.

    A triple may stand there more than once. `unnamed` tells how many have blank nodes; they stand at the end.
    """

    name: Name
    path: Path = field(repr=False)
    unnamed: int = 0
    _held: "Future[_Held]" = field(repr=False, compare=False, default_factory=Future)

    @property
    def tally(self) -> Tally:
        """What it holds, once that is counted."""
        return self._held.result().tally

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def lines(self) -> Iterator[bytes]:
        """Its triples as canonical lines, each once."""
        return _distinct(self.path) if self._held.result().has_repeats else _lines(self.path)

    def key(self) -> str:
        """A short name for what it holds under which name."""
        told = f"{self.name} {self.tally.count} {self.tally.sums}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@contextmanager
def unpacked(path: Path) -> Iterator[list[Cargo]]:
    """The graphs of a file, the default graph first, then by name, for as long as they are needed.

    The file is read once, and no graph is held in memory. What each holds is counted meanwhile. Raises `NotFound` or
    `BadGraph`.
    """
    with TemporaryDirectory(prefix="terril-") as place, ThreadPoolExecutor(1) as counting:
        sheaf = Sheaf(Path(place), _END)
        numbers = _read(path, sheaf)
        order = sorted(numbers, key=lambda name: name or "")
        cargoes = [_laid_down(name, sheaf, 2 * numbers[name]) for name in order]
        try:
            yield [replace(cargo, _held=counting.submit(_counted, cargo.path)) for cargo in cargoes]
        finally:
            counting.shutdown(cancel_futures=True)


def _read(path: Path, sheaf: Sheaf) -> dict[Name, int]:
    """Lay the triples of graph n into file 2n, and those of them with blank nodes into file 2n + 1; the n by names."""
    numbers: dict[Name, int] = {}
    try:
        with opened(path) as (file, form):
            for rows, others in statements(file, form, path.resolve().as_uri()):
                for graph, lines in _by_graph(rows):
                    sheaf.extend(2 * numbers.setdefault(graph, len(numbers)), lines)
                for quad in others:
                    graph, triple = _name(quad), quad.triple
                    number = numbers.setdefault(graph, len(numbers))
                    sheaf.add(2 * number + has_blank_nodes(triple), canonical(triple))
    except BadGraph:
        # The parts of the file do not know where they stand in it: reading the whole tells the line.
        for _ in quads(path):
            pass
        raise
    sheaf.flush()
    return numbers


def _by_graph(rows: list[Row]) -> Iterator[tuple[Name, list[bytes]]]:
    lines = defaultdict(list)
    for line, graph in rows:
        lines[graph].append(line)
    for graph, found in lines.items():
        yield graph[1:-1].decode() or None, found


def _name(quad: ox.Quad) -> Name:
    return None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _laid_down(name: Name, sheaf: Sheaf, number: int) -> Cargo:
    """A graph, to whose file those of its triples are added that have blank nodes, which are named."""
    unnamed = list(named(quad.triple for quad in _parsed(sheaf.path(number + 1))))
    sheaf.extend(number, unnamed)
    sheaf.flush()
    return Cargo(name, sheaf.path(number), len(unnamed))


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if path.exists():
        yield from ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)


def _counted(path: Path) -> _Held:
    """Count a graph. Whether a triple comes twice is told by the first words of the hashes, of which 8 bytes are held
    for each triple."""
    firsts = []

    def seen() -> Iterator[Hashes]:
        for some in hashes(_lines(path)):
            firsts.append(some[:, 0].copy())
            yield some

    found = summed(seen())
    words = np.concatenate([*firsts, np.zeros(0, np.uint64)])
    firsts.clear()
    words.sort()
    if (words[1:] == words[:-1]).any():
        return _Held(tally(_distinct(path)), True)
    return _Held(found, False)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line[: -len(_END)]


def _distinct(path: Path) -> Iterator[bytes]:
    """The different lines of a file, by groups that fit into memory."""
    groups = 1 + path.stat().st_size // _AT_ONCE
    if groups == 1:
        yield from dict.fromkeys(_lines(path))
        return
    with TemporaryDirectory(prefix="terril-") as place:
        sheaf = Sheaf(Path(place))
        for line in _lines(path):
            sheaf.add(part(line) % groups, line)
        for number in range(groups):
            yield from dict.fromkeys(sheaf.lines(number))
