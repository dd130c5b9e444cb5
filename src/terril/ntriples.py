"""N-Triples and N-Quads by the block: where the terms of each line stand, and which of them are alike.

A line in plain form says what it says in one way only: single spaces, no escapes, and IRIs whose syntax is plain. Only
such lines are taken apart here; all others are left to a parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from .errors import BadSource

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

BLOCK: Final = 1 << 21
"""Bytes read at a time; larger blocks fall out of the processor's cache."""

_PATH: Final = rb"[A-Za-z0-9._~:@!$&'()*+,;=/?-]*+"
IRI: Final = rb"<[a-z]++:(?://[A-Za-z0-9.-]++(?=[/?#>])|(?!/))" + _PATH + rb"(?:#" + _PATH + rb")?>"
_NODE: Final = rb"(?:" + IRI + rb"|_:[A-Za-z0-9]++)"
_UNWRITTEN: Final = rb"<http://www\.w3\.org/(?:2001/XMLSchema#string|1999/02/22-rdf-syntax-ns#(?:l|dirL)angString)>"
LITERAL: Final = rb'"[^"\\\x00-\x1f\x7f]*+"(?:@[a-z]{2,3}|\^\^(?!' + _UNWRITTEN + rb")" + IRI + rb")?"
SUBJECT: Final = re.compile(_NODE)
PREDICATE: Final = re.compile(IRI)
_OBJECT: Final = rb"(" + _NODE + rb"|" + LITERAL + rb")"
TRIPLE_END: Final = re.compile(_OBJECT + rb" \.\r?")
"""What follows the predicate in N-Triples: the object and the full stop."""
QUAD_END: Final = re.compile(_OBJECT + rb"(?: " + _NODE + rb")? \.\r?")
"""What follows the predicate in N-Quads, where a graph name may stand before the full stop."""

PLAIN_QUAD: Final = re.compile(
    rb"^" + IRI + rb" " + IRI + rb" (?:" + IRI + rb"|" + LITERAL + rb")(?: " + IRI + rb")?+ \.\n", re.MULTILINE
)
"""A line of N-Quads in plain form, without blank nodes."""


@dataclass(frozen=True)
class Spans:
    """Pieces of a text: where each starts, and how many bytes it has."""

    starts: Places
    lengths: Places

    def __len__(self) -> int:
        return len(self.starts)

    def pick(self, at: Places | Mask) -> "Spans":
        return Spans(self.starts[at], self.lengths[at])

    def cut(self, text: bytes) -> list[bytes]:
        ends = (self.starts + self.lengths).tolist()
        return [text[start:end] for start, end in zip(self.starts.tolist(), ends, strict=True)]


@dataclass(frozen=True)
class Block:
    """Some lines of a file; `first` is the number of the first one, from 1."""

    text: bytes
    first: int

    @cached_property
    def octets(self) -> npt.NDArray[np.uint8]:
        return np.frombuffer(self.text + b"\0" * 8, np.uint8)

    @cached_property
    def words(self) -> Words:
        """The eight bytes at each place of the text, as a number."""
        return as_strided(self.octets[:8].view(np.uint64), (len(self.text),), (1,))

    @cached_property
    def lines(self) -> Spans:
        """The lines, without their ends."""
        ends = np.flatnonzero(self.octets == ord("\n"))
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
        return Spans(starts, ends - starts)

    @cached_property
    def parts(self) -> tuple[Places, Spans, Spans, Spans]:
        """The lines with two spaces or more, by number, and what stands before, between and behind the first two."""
        spaces = np.append(np.flatnonzero(self.octets == ord(" ")), [len(self.text)] * 2)
        starts = self.lines.starts
        ends = starts + self.lines.lengths
        at = np.searchsorted(spaces[:-2], starts)
        one, two = spaces[at], spaces[at + 1]
        rows = np.flatnonzero(two < ends)
        starts, one, two, ends = starts[rows], one[rows], two[rows], ends[rows]
        return rows, Spans(starts, one - starts), Spans(one + 1, two - one - 1), Spans(two + 1, ends - two - 1)

    def distinct(self, spans: Spans) -> tuple[list[bytes], Places]:
        """The different pieces, and for each piece the place of its like among them.

        Pieces of about the same length are laid out as columns of words and sorted by a hash; neighbours that are equal
        word for word are one. Where different pieces share a hash, a piece may come twice, which does no harm.
        """
        heads, places, size = [np.zeros(0, np.int64)], np.empty(len(spans), np.int64), 0
        eights = (spans.lengths + 7) >> 3
        for width in np.flatnonzero(np.bincount(eights)).tolist():
            rows = np.flatnonzero(eights == width)
            table = self._table(spans.pick(rows), width)
            order = np.argsort(_hashes(table))
            table = table.take(order, axis=1)
            fresh = np.append(True, (table[:, 1:] != table[:, :-1]).any(axis=0))
            places[rows[order]] = np.cumsum(fresh) - 1 + size
            heads.append(rows[order[fresh]])
            size += len(heads[-1])
        return spans.pick(np.concatenate(heads)).cut(self.text), places

    def _table(self, spans: Spans, width: int) -> Words:
        """Pieces as columns: their length, and their words, of which the last ends where the piece does."""
        table = np.empty((width + 1, len(spans)), np.uint64)
        table[0] = spans.lengths
        for row in range(1, width):
            table[row] = self.words[spans.starts + 8 * (row - 1)]
        if width > 1:
            table[width] = self.words[spans.starts + spans.lengths - 8]
        elif width:
            table[1] = self.words[spans.starts] & _TAILS[spans.lengths]
        return table


def _hashes(table: Words) -> Words:
    """A number for each column that is different for different columns, nearly always."""
    hashes: Words = table[0].copy()
    for row in table[1:]:
        hashes *= _FACTOR
        hashes ^= row
    hashes *= _FACTOR
    return hashes


_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_TAILS: Final = np.frombuffer(b"".join(b"\xff" * n + b"\0" * (8 - n) for n in range(9)), np.uint64)
"""What to keep of a word of which n bytes count."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


def whole_lines(file: Readable, size: int) -> Iterator[bytes]:
    """What is read of a file, so many bytes at once, in whole lines; only the last one may have no end."""
    rest: list[bytes] = []
    while text := file.read(size):
        end = text.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, text[:end]])
            rest = []
        rest.append(text[end:])
    if left := b"".join(rest):
        yield left


def blocks(path: Path) -> Iterator[Block]:
    """The lines of a file, block by block. Raises `BadSource` with line and column if it is not in UTF-8."""
    first = 1
    with path.open("rb") as file:
        for text in whole_lines(file, BLOCK):
            _check_encoding(text, path, first)
            yield (block := Block(text if text.endswith(b"\n") else text + b"\n", first))
            first += len(block.lines)


def _check_encoding(text: bytes, path: Path, first: int) -> None:
    if text.isascii():
        return
    try:
        text.decode()
    except UnicodeDecodeError as fault:
        line = first + text.count(b"\n", 0, fault.start)
        column = fault.start - text.rfind(b"\n", 0, fault.start)
        raise BadSource(f"{path}, line {line}, column {column}: this is not UTF-8. Save the file as UTF-8.") from None
