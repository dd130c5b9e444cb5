"""A graph in the syntaxes of RDF that hold it as it is: N-Quads, TriG, Turtle, and N-Triples."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import compress
from pathlib import Path
from typing import IO, Final, NamedTuple

import numpy as np
import pyoxigraph as ox

from ..dumps import compressed
from ..names import PREFIXES
from .graph import Graph
from .parts import BLOCKS, Said, Stated
from .things import Thing
from .triples import TYPE, prefixed
from .triples import Turtle as Words

_PREFIXES: Final = dict(PREFIXES)


class Run(NamedTuple):
    """The text for some named graphs in their order.

    The first may have begun in the part before, where what opens and closes it was known, and the last may go on in the
    next. So what opens and closes these stands apart, as does the text of the first from that of `more`.
    """

    first: bytes
    opening: bytes
    text: bytes
    closing: bytes
    more: bytes
    last: bytes
    last_closing: bytes


class Writer:
    """How a format is written, part by part: first all triples, then what named graphs say, then things.

    It makes texts of the parts, which others join: with the head before and the tail behind, and `between` what is not
    empty. What is not written that way makes its own files at `path`. Raises `BadOntology` or `UnknownFormat` for what
    the format cannot say.
    """

    head = between = tail = b""
    things_first = False
    """Whether what is written of things comes before all else."""

    def __init__(self, graph: Graph, path: Path) -> None:
        self.graph, self.path = graph, path

    @property
    def place(self) -> Path | None:
        """The file of the texts, if there are any."""
        return self.path

    def stated(self, part: Stated) -> bytes:
        """What there is to write of a part of the triples."""
        return b""

    column: int | None = None
    """Where, in what is laid aside by graph, the texts of the format are."""

    def sayings(self, part: Stated) -> Iterable[bytes]:
        """What there is to write, later, of each saying of a part of the triples."""
        return ()

    def said(self, part: Said) -> Run | None:
        """What there is to write of a part of the named graphs."""
        return None

    def things(self, part: list[Thing]) -> bytes:
        """What there is to write of some things."""
        return b""

    def finish(self) -> None:
        """Do what is left to do when all texts are written."""

    def run(self, found: Iterable[tuple[bytes, bytes, bytes, bytes]]) -> Run | None:
        """One text of the texts for graphs, each with its graph, what opens it, and what closes it."""
        each = list(found)
        if not each:
            return None
        first, opening, text, closing = each[0]
        more, before = [], b""
        for _, opens, says, closes in each[1:]:
            more += [before, self.between if before else b"", opens, says]
            before = closes
        return Run(first, opening, text, closing, b"".join(more), each[-1][0], before or closing)


def opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    """A file to write to, compressed if its name says so."""
    return compressed(path) if path.suffix == ".gz" else path.open("wb")


def write_rdf(quads: Iterable[ox.Quad] | Iterable[ox.Triple], path: Path, format: ox.RdfFormat) -> None:
    """Write quads or triples to a file, with the project's prefixes where the format has prefixes."""
    with opened(path) as file:
        ox.serialize(quads, file, format=format, prefixes=_PREFIXES if format != ox.RdfFormat.N_QUADS else None)


FACTS: Final = "facts.ttl.gz"
"""Where the facts are packed in Turtle."""
PREFIXED: Final = prefixed(_PREFIXES)
"""The head of a file in Turtle or TriG."""


class NQuads(Writer):
    """All quads, sorted."""

    def stated(self, part: Stated) -> bytes:
        return b"".join(part.lines)


class Union(Writer):
    """The named graphs, and of the default graph only what none of them says.

    For stores whose default graph is the union of all: there each triple is matched once for each graph that holds it.
    """

    def stated(self, part: Stated) -> bytes:
        if self.graph.is_union:
            return b"".join(part.lines)
        said, holds = np.fromiter(map(len, part.graphs), np.int64, len(part.graphs)), np.array(part.holds, bool)
        ends = np.cumsum(said + holds)  # of the lines for each triple, of which the first is that it holds
        kept = np.ones(len(part.lines), bool)
        kept[(ends - said - 1)[holds & (said > 0)]] = False
        return b"".join(compress(part.lines, kept.tolist()))


class Turtle(Writer):
    """The facts, without who says them."""

    head = PREFIXED

    def stated(self, part: Stated) -> bytes:
        return part.facts_in_turtle


class TriG(Writer):
    """All graphs, one block for each."""

    head = PREFIXED

    def stated(self, part: Stated) -> bytes:
        return b"" if self.graph.is_union else part.facts_in_turtle

    column = BLOCKS

    def sayings(self, part: Stated) -> Iterator[bytes]:
        (subjects, objects), predicates = part.words, part.triples.predicates
        verbs = {name: b"a " if name == TYPE else part.turtle[name] + b" " for name in dict.fromkeys(predicates)}
        for _, rows in part.sayings:
            if len(rows) == 1:
                row = rows[0]
                yield b"\t%b %b%b .\xff" % (subjects[row], verbs[predicates[row]], objects[row])
                continue
            before, pieces = b"", [b"\t", subjects[rows[0]]]
            for row in rows:
                name = predicates[row]
                if name == before:
                    pieces += (b" , ", objects[row])
                else:
                    pieces += (b" ;\xff\t\t" if before else b" ", verbs[name], objects[row])
                before = name
            pieces.append(b" .\xff")
            yield b"".join(pieces)

    def said(self, part: Said) -> Run | None:
        words = Words()
        words.learn(part.graphs)
        return self.run((name, words[name] + b" {\n", text, b"}\n") for name, text in part.each(BLOCKS))


class NTriples(Writer):
    """The facts, a line for each."""

    def stated(self, part: Stated) -> bytes:
        return b"".join(compress(part.plain, part.holds))


def text(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text, in UTF-8, each with its end."""
    with opened(path) as file:
        file.writelines(line.encode() for line in lines)
