"""What is to be loaded: the graphs of a file, each laid down as N-Triples with a tally of what it holds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final, NamedTuple

import numpy as np
import pyoxigraph as ox

from ..crews import apart
from ..errors import BadGraph, TerrilError
from ..store import diagnosis, opened
from .graphs import Name
from .lines import END, by_graph, canonical, has_blank_nodes, statements, triples
from .sheaves import Sheaf
from .tallies import Hashes, Tally, hashes, part, summed, tally

_LARGE: Final = 32 << 20
"""Bytes of a graph that a process is worth that counts it."""
_AT_ONCE: Final = 64 << 20
"""Bytes of a graph among which repeated lines are looked for at once."""


class _Held(NamedTuple):
    """What a file of triples holds, and whether some stand there more than once."""

    tally: Tally
    has_repeats: bool


@dataclass(frozen=True)
class Cargo:
    """A graph to be loaded: its name, and the file of N-Triples that holds it, which was cut out of `source`.

    A triple may stand there more than once, and not in its canonical form. `unnamed` tells how many have blank nodes;
    they stand at the end.
    """

    name: Name
    path: Path = field(repr=False)
    source: Path = field(repr=False)
    unnamed: int = 0

    @property
    def tally(self) -> Tally:
        """What it holds, which is counted once. Raises `BadGraph`."""
        return self._held.tally

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what it holds meanwhile, if it is large and that is not known yet: a store, which is waited for, leaves
        a processor free for it."""
        if self.size < _LARGE:
            yield
            return
        counting = Thread(target=self._count)
        counting.start()
        try:
            yield
        finally:
            counting.join()

    def _count(self) -> None:
        with suppress(TerrilError, OSError):  # whoever asks for the tally is told
            assert self._held

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def lines(self) -> Iterator[bytes]:
        """Its triples as canonical lines, each once. Raises `BadGraph`."""
        return _distinct(self.canonical(), self.size) if self._held.has_repeats else self.canonical()

    def key(self) -> str:
        """A short name for what it holds under which name."""
        told = f"{self.name} {self.tally.count} {self.tally.sums}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @cached_property
    def _held(self) -> _Held:
        return _counted(self) if self.size < _LARGE else apart(_counted, self)

    def canonical(self) -> Iterator[bytes]:
        """Its triples as canonical lines, some perhaps more than once. Raises `BadGraph`."""
        try:
            with self.path.open("rb") as file:
                yield from triples(statements(file, ox.RdfFormat.N_TRIPLES, ""))
        except (SyntaxError, ValueError) as error:
            raise diagnosis(self.source, error) from None


@contextmanager
def unpacked(path: Path) -> Iterator[list[Cargo]]:
    """The graphs of a file, the default graph first, then by name, for as long as they are needed.

    The file is read once, and no graph is held in memory. Raises `NotFound`, `BadGraph`, also for a file that holds no
    triple, or `NotWritten`; what is wrong within a term is found when a graph is counted.
    """
    with TemporaryDirectory(prefix="terril-") as place:
        sheaf = Sheaf(Path(place), END)
        numbers = _cut(path, sheaf)
        if not numbers:
            raise BadGraph(f"{path} is empty: it holds no triple. Get a whole copy of it.")
        yield [
            _laid_down(name, sheaf, 2 * numbers[name], path) for name in sorted(numbers, key=lambda name: name or "")
        ]


def _cut(path: Path, sheaf: Sheaf) -> dict[Name, int]:
    """Lay the triples of graph n into file 2n, and those of them with blank nodes into file 2n + 1; the n by names."""
    numbers: dict[Name, int] = {}
    nameless: set[str] = set()
    try:
        with opened(path) as (file, form):
            for graphs, others in by_graph(file, form, path.resolve().as_uri()):
                for node, lines in graphs.items():
                    graph = node[1:-1].decode() or None
                    sheaf.write(2 * numbers.setdefault(graph, len(numbers)), lines)
                for quad in others:
                    if isinstance(quad.graph_name, ox.BlankNode):
                        nameless.add(str(quad.graph_name))
                        continue
                    graph, triple = _name(quad), quad.triple
                    number = numbers.setdefault(graph, len(numbers))
                    sheaf.add(2 * number + has_blank_nodes(triple), canonical(triple))
    except BadGraph as error:
        raise diagnosis(path, error) from None
    if nameless:
        told = ", ".join(sorted(nameless)[:3])
        raise BadGraph(f"{path} has graphs without names, such as {told}: no store can be asked for them. Name them.")
    sheaf.flush()
    return numbers


def _name(quad: ox.Quad) -> Name:
    return None if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _laid_down(name: Name, sheaf: Sheaf, number: int, source: Path) -> Cargo:
    """A graph, to whose file those of its triples are added that have blank nodes."""
    unnamed = list(sheaf.lines(number + 1))
    for line in unnamed:
        sheaf.add(number, line)
    sheaf.flush()
    return Cargo(name, sheaf.path(number), source, len(unnamed))


def _counted(cargo: Cargo) -> _Held:
    """Count a graph. Whether a triple comes twice is told by the first words of the hashes, of which 8 bytes are held
    for each triple."""
    firsts = []

    def seen() -> Iterator[Hashes]:
        for some in hashes(cargo.canonical()):
            firsts.append(some[:, 0].copy())
            yield some

    found = summed(seen())
    words = np.concatenate([*firsts, np.zeros(0, np.uint64)])
    firsts.clear()
    words.sort()
    if (words[1:] == words[:-1]).any():
        return _Held(tally(_distinct(cargo.canonical(), cargo.size)), True)
    return _Held(found, False)


def _distinct(lines: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The different ones of lines of so many bytes, by groups that fit into memory."""
    groups = 1 + size // _AT_ONCE
    with TemporaryDirectory(prefix="terril-") as place:
        sheaf = Sheaf(Path(place))
        for line in lines:
            sheaf.add(part(line) % groups, line)
        for number in range(groups):
            yield from dict.fromkeys(sheaf.lines(number))
