"""What is to be loaded: the graphs of a file, each laid down as N-Triples with a tally of what it holds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..store import quads
from .sheaves import Sheaf
from .tallies import Tally, has_blank_nodes, named, part, tally

Name: TypeAlias = str | None
"""The IRI of a graph; None is the default graph."""

_AT_ONCE: Final = 64 << 20
"""Bytes of a graph among which repeated lines are looked for at once."""


@dataclass(frozen=True)
class Cargo:
    """A graph to be loaded: its name, the file of N-Triples that holds it, and its tally.

    `unnamed` tells how many of its triples have blank nodes; they stand at the end of the file.
    """

    name: Name
    path: Path = field(repr=False)
    tally: Tally = field(repr=False)
    unnamed: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def lines(self) -> Iterator[bytes]:
        """Its triples as canonical lines."""
        with self.path.open("rb") as file:
            for line in file:
                yield line[:-3]

    def key(self) -> str:
        """A short name for what it holds under which name."""
        told = f"{self.name} {self.tally.count} {sum(self.tally.sums):x}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def shown(name: Name) -> str:
    """How a graph is called in a sentence."""
    return "the default graph" if name is None else f"the graph <{name}>"


@contextmanager
def unpacked(path: Path) -> Iterator[list[Cargo]]:
    """The graphs of a file, the default graph first, then by name, for as long as they are needed.

    The file is read once, and no graph is held in memory. Raises `NotFound` or `BadGraph`.
    """
    with TemporaryDirectory(prefix="terril-") as place:
        folder = Path(place)
        numbers: dict[Name, int] = {}
        sheaf = Sheaf(folder)
        for quad in quads(path):
            graph, triple = quad.graph_name, quad.triple
            name = None if isinstance(graph, ox.DefaultGraph) else graph.value
            number = numbers.setdefault(name, len(numbers))
            line = str(triple)
            # Looking at the terms of every triple would take longer than all the rest.
            is_unnamed = (line[0] == "_" or " _:" in line) and has_blank_nodes(triple)
            sheaf.add(2 * number + is_unnamed, line.encode())
        sheaf.flush()
        order = sorted(numbers, key=lambda name: name or "")
        yield [_laid_down(name, sheaf, 2 * numbers[name]) for name in order]


def _laid_down(name: Name, sheaf: Sheaf, number: int) -> Cargo:
    """A graph without repeated lines, and with its blank nodes named."""
    path = sheaf.folder / f"{number}.nt"
    unnamed = list(named(quad.triple for quad in _parsed(sheaf.path(number + 1))))

    def written() -> Iterator[bytes]:
        for line in chain(_distinct(sheaf.path(number)), unnamed):
            file.write(line + b" .\n")
            yield line

    with path.open("wb") as file:
        found = tally(written())
    sheaf.path(number).unlink(missing_ok=True)
    return Cargo(name, path, found, len(unnamed))


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if path.exists():
        statements = b"".join(line + b" .\n" for line in path.read_bytes().splitlines())
        yield from ox.parse(statements, ox.RdfFormat.N_TRIPLES)


def _distinct(path: Path) -> Iterator[bytes]:
    """The different lines of a file, by groups that fit into memory."""
    if not path.exists():
        return
    groups = 1 + path.stat().st_size // _AT_ONCE
    if groups == 1:
        yield from _once(path)
        return
    sheaf = Sheaf(path.with_suffix(""))
    with path.open("rb") as file:
        for line in file:
            sheaf.add(part(line) % groups, line[:-1])
    sheaf.flush()
    for number in range(groups):
        if sheaf.path(number).exists():
            yield from _once(sheaf.path(number))
            sheaf.path(number).unlink()


def _once(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from dict.fromkeys(file.read().split(b"\n")[:-1])
