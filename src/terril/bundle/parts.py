"""Parts of a graph, in order and small enough for memory: what all formats are written from."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from itertools import chain, compress
from operator import not_
from typing import Final, TypeAlias

import numpy as np

from ..errors import BadGraph
from ..names import BASE
from .things import About, about
from .triples import TYPE, Triples, Turtle, runs, turtle

Saying: TypeAlias = tuple[bytes, list[int]]
"""What a named graph says of a thing: the graph, and the places of the triples."""


@dataclass(frozen=True)
class Stated:
    """All that is said of some things: their triples, each once, whether they hold, and the named graphs that say them.

    `lines` are all quads in N-Quads, `plain` the triples in N-Triples.
    """

    lines: list[bytes]
    plain: list[bytes]
    triples: Triples
    holds: list[bool]
    graphs: list[tuple[bytes, ...]]

    @classmethod
    def of(cls, lines: list[bytes], is_union: bool) -> "Stated":
        """Take sorted lines apart. Raises `BadGraph` for triples about triples."""
        found = cls(lines, [], Triples([], [], []), [], [])
        (subjects, predicates, objects), plain, graphs = found.triples, found.plain, found.graphs
        properties: dict[bytes, bytes] = {}
        before, head = b"", b"\n"
        for line in lines:
            if line.startswith(head):
                graphs[-1] += (line[len(head) : -3],)
                continue
            subject, predicate, rest = line.split(b" ", 2)
            value, names = (rest[:-3], ()) if rest.find(b" ") == len(rest) - 3 else _parted(rest)
            before = subject if subject != before else before  # terms that are one object are found sooner
            subjects.append(before)
            predicates.append(properties.setdefault(predicate, predicate))
            objects.append(value)
            head = b"%b %b %b " % (subject, predicate, value) if names else line[:-2]
            plain.append(head + b".\n" if names else line)
            graphs.append(names)
            found.holds.append(is_union or not names)
        return found

    @cached_property
    def voices(self) -> tuple[list[tuple[bytes, ...]], list[int]]:
        """The different sets of graphs that say a triple, and for each triple the place of its set among them."""
        places: dict[tuple[bytes, ...], int] = {}
        found = [places.setdefault(graphs, len(places)) for graphs in self.graphs]
        return list(places), found

    @cached_property
    def facts(self) -> Triples:
        """The triples that hold."""
        return self.triples.only(self.holds)

    @cached_property
    def facts_in_turtle(self) -> bytes:
        """The triples that hold, as Turtle without its head."""
        return b"".join(turtle(self.facts, self.turtle))

    @cached_property
    def things(self) -> list[About]:
        """What is said of each subject, with the place of its triples."""
        return list(about(self.triples))

    @cached_property
    def of_things(self) -> list[bool]:
        """Which triples are facts about things."""
        holds = self.holds.copy()
        for each in self.things:
            if not each.is_thing:
                holds[each.start : each.end] = [False] * (each.end - each.start)
        return holds

    @cached_property
    def relations(self) -> tuple[Triples, list[int]]:
        """The facts that lead from things to things, and the places of the graphs that say them, among all `voices`."""
        lead = [
            is_fact and term.startswith(b"<") and name != TYPE
            for is_fact, name, term in zip(self.of_things, self.triples.predicates, self.triples.objects, strict=True)
        ]
        return self.triples.only(lead), list(compress(self.voices[1], lead))

    @cached_property
    def names(self) -> list[bytes]:
        """The names of the triples as things, which explanations give them, too (UUIDs of version 5, RFC 9562)."""
        digests = [sha1(_CLAIMED + line[:-3], usedforsecurity=False).digest() for line in self.plain]
        octets = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 20)[:, :16].copy()
        octets[:, 6] = octets[:, 6] & 0x0F | 0x50
        octets[:, 8] = octets[:, 8] & 0x3F | 0x80
        digits = np.frombuffer(octets.tobytes().hex().encode(), np.uint8).reshape(-1, 32)
        told = np.tile(np.frombuffer(_NAMED, np.uint8), (len(digests), 1))
        told[:, _DIGITS] = digits
        return told.view(f"S{len(_NAMED)}").ravel().tolist()

    @cached_property
    def sayings(self) -> list[Saying]:
        """What each named graph says of each thing."""
        found: list[Saying] = []
        for start, end in self.triples.runs():
            if end - start == 1:
                found += [(name, [start]) for name in self.graphs[start]]
                continue
            rows: dict[bytes, list[int]] = {}
            for row in range(start, end):
                for name in self.graphs[row]:
                    if name in rows:
                        rows[name].append(row)
                    else:
                        rows[name] = [row]
            found += rows.items()
        return found

    def laid(self, columns: Sequence[Iterable[bytes]]) -> list[bytes]:
        """Lines to lay aside: for each saying its graph, its thing, and the text that each format has for it."""
        subjects = self.triples.subjects
        heads = [b"%b %b " % (name, subjects[rows[0]]) for name, rows in self.sayings]
        return [CELL.join(cells) + b"\n" for cells in zip(heads, *columns, strict=True)]

    @cached_property
    def turtle(self) -> Turtle:
        """The terms of the triples, and the graphs, in Turtle."""
        words = Turtle()
        words.learn(chain(*self.triples, *self.voices[0]))
        return words

    @cached_property
    def words(self) -> tuple[list[bytes], list[bytes]]:
        """The subjects and the objects in Turtle."""
        subjects, _, objects = self.triples
        return list(map(self.turtle.__getitem__, subjects)), list(map(self.turtle.__getitem__, objects))


_CLAIMED: Final = uuid.NAMESPACE_URL.bytes + f"{BASE}statement ".encode()
_NAMED: Final = b"<urn:uuid:00000000-0000-0000-0000-000000000000>"
_DIGITS: Final = np.flatnonzero(np.frombuffer(_NAMED, np.uint8) == ord("0"))


def _parted(rest: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The object, and the graph if one is named, in what follows the predicate of a line."""
    if rest.startswith(b"<<"):
        raise BadGraph("The graph holds triples about triples (RDF 1.2). Release it without them.")
    head, _, last = rest[:-3].rpartition(b" ")
    return (head, (last,)) if head and b'"' not in last else (rest[:-3], ())


@dataclass(frozen=True)
class Said:
    """What some named graphs say, as formats write it: for each thing that a graph says something of, the graph, and a
    text in each of some columns. `told` is what is told of the graphs themselves.

    `number` tells which part it is. A large graph may be cut, so the first one may have begun in a part before.
    """

    number: int
    graphs: list[bytes]
    columns: list[list[bytes]]
    told: dict[bytes, list[tuple[bytes, bytes, bytes]]]

    @classmethod
    def of(cls, lines: list[bytes], number: int) -> "Said":
        """Take sorted lines apart, as they were laid aside."""
        cells = b"".join(lines).replace(b"\n", CELL).split(CELL)
        heads, *columns = (cells[start :: COLUMNS + 1] for start in range(COLUMNS + 1))
        del heads[len(lines) :]
        told: dict[bytes, list[tuple[bytes, bytes, bytes]]] = {}
        are_sayings = list(map(bool, columns[0]))
        for head in compress(heads, map(not_, are_sayings)):
            name, subject, predicate, rest = head.split(b" ", 3)
            told.setdefault(name, []).append((subject[1:], predicate, rest[:-2]))
        graphs = [head[: head.index(b" ")] for head in compress(heads, are_sayings)]
        return cls(number, graphs, [list(compress(column, are_sayings)) for column in columns], told)

    def each(self, column: int, between: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The graphs, and what a format writes of each."""
        for start, end in runs(self.graphs):
            yield self.graphs[start], between.join(self.columns[column][start:end]).replace(LINE_END, b"\n")


TOLD: Final = b"!"
"""What stands before the subject on a line that tells of a graph, so that it comes before what the graph says."""
CELL: Final = b"\xfe"
"""What stands between texts that are laid aside: no text in UTF-8 has such a byte."""
LINE_END: Final = b"\xff"
"""A line end in such a text."""
COLUMNS: Final = 3
LINES, BLOCKS, NODES = range(COLUMNS)
"""The columns: triples in N-Triples, triples in a block of TriG, and a node in JSON-LD."""
