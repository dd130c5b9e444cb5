"""What a graph holds, as a number that does not depend on the order of its triples.

A triple is one line of N-Triples as the parser's own serialiser writes it, and the number is the sum of the lines'
hashes; it is kept in 256 parts, so that where two graphs differ is known to 1/256 of them. Blank nodes are named by
RDFC-1.0 (W3C Recommendation, 21 May 2024), so that a graph has the same lines wherever it was read. Language tags are
compared without regard to case (RDF 1.1 Concepts, section 3.3): the parser writes them in lower case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import pyoxigraph as ox

PARTS: Final = 256
_BYTES: Final = 16


@dataclass(frozen=True)
class Tally:
    """How many triples a graph holds, and the sums of their hashes, part by part."""

    count: int
    sums: tuple[int, ...]

    def parts_unlike(self, other: "Tally") -> frozenset[int]:
        """The parts in which two graphs differ."""
        return frozenset(part for part in range(PARTS) if self.sums[part] != other.sums[part])


def tally(lines: Iterable[bytes]) -> Tally:
    """Add up the lines of a graph.

    >>> tally([b"a", b"b"]) == tally([b"b", b"a"]) != tally([b"a", b"a"])
    True
    """
    count, sums = 0, [0] * PARTS
    for line in lines:
        number = _number(line)
        sums[number % PARTS] += number
        count += 1
    return Tally(count, tuple(sums))


NOTHING: Final = Tally(0, (0,) * PARTS)
"""The tally of an empty graph."""


def part(line: bytes) -> int:
    """The part that a line belongs to."""
    return _number(line) % PARTS


def _number(line: bytes) -> int:
    return int.from_bytes(blake2b(line, digest_size=_BYTES).digest(), "little")


def lines(triples: Iterable[ox.Triple]) -> Iterator[bytes]:
    """Triples as canonical lines, without the full stop; those with blank nodes come last, under their RDFC-1.0 names.

    Only triples with blank nodes are held: the names depend on no others.
    """
    unnamed = []
    for triple in triples:
        if has_blank_nodes(triple):
            unnamed.append(triple)
        else:
            yield str(triple).encode()
    yield from named(unnamed)


def has_blank_nodes(triple: ox.Triple) -> bool:
    """Whether a triple's subject or object has no name."""
    return type(triple.object) is ox.BlankNode or type(triple.subject) is ox.BlankNode


def named(triples: Iterable[ox.Triple]) -> Iterator[bytes]:
    """Triples as lines in which blank nodes have their RDFC-1.0 names."""
    dataset = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in dataset:
        yield str(quad.triple).encode()
