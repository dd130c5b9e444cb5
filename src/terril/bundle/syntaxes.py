"""A graph in the syntaxes of RDF that hold it as it is: N-Quads, TriG, Turtle, and N-Triples graph by graph."""

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, compress, groupby
from pathlib import Path
from typing import IO, Final, NamedTuple

import pyoxigraph as ox

from ..dumps import LEVEL, compressed
from ..names import ID, PREFIXES
from .graph import Graph
from .parts import BLOCKS, LINE_END, LINES, Said, Stated
from .things import Thing
from .triples import TYPE, prefixed
from .triples import Turtle as Words

_PREFIXES: Final = dict(PREFIXES)
INDEX: Final = "index.csv"


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
    level = LEVEL
    """How much is done to pack it."""
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
        following = chain(part.lines[1:], (b"",))
        kept = (not after.startswith(line[:-2]) for line, after in zip(part.lines, following, strict=True))
        return b"".join(compress(part.lines, kept))


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


class EachGraph(Writer):
    """A file of N-Triples for each named graph, and a table that tells which file holds which graph.

    A graph that may be cut is written in fragments, which are joined when all are there.
    """

    head = b"file,graph,triples\n"

    @property
    def place(self) -> Path:
        return self.path / INDEX

    column = LINES

    def sayings(self, part: Stated) -> Iterator[bytes]:
        lines = [line[:-1] + LINE_END for line in part.plain]
        for _, rows in part.sayings:
            yield b"".join([lines[row] for row in rows]) if len(rows) > 1 else lines[rows[0]]

    def said(self, part: Said) -> Run | None:
        found = [(name, text) for name, text in part.each(LINES) if name.startswith(b"<")]
        rows = io.StringIO()
        table = csv.writer(rows, lineterminator="\n")
        for place, (name, text) in enumerate(found):
            iri = name[1:-1].decode()
            file = f"{slug(iri)}.nt"
            may_be_cut = place in (0, len(found) - 1)
            path = f"{self.path}/{file}" + (f"{_FRAGMENT}{part.number:08}" if may_be_cut else "")
            with open(path, "wb") as each:  # noqa: PTH123  # there may be very many
                each.write(text)
            table.writerow((file, iri, text.count(b"\n")))
        return self.run([(b"", b"", rows.getvalue().encode(), b"")]) if found else None

    def finish(self) -> None:
        for name in sorted(name for name in os.listdir(self.path) if _FRAGMENT in name):  # noqa: PTH208
            fragment, whole = self.path / name, self.path / name.partition(_FRAGMENT)[0]
            with fragment.open("rb") as part, whole.open("ab") as file:
                shutil.copyfileobj(part, file)
            fragment.unlink()
        lines = self.place.read_bytes().splitlines()
        with self.place.open("wb") as table:
            for of, rows in groupby((line.rpartition(b",") for line in lines), key=lambda row: row[0]):
                counts = [count for *_, count in rows]
                table.write(b"%b,%b\n" % (of, b"%d" % sum(map(int, counts)) if len(counts) > 1 else counts[0]))


_FRAGMENT: Final = "~"


def slug(iri: str) -> str:
    """A file's name for an IRI, the same each time and another for each IRI.

    >>> slug("https://w3id.org/terril/id/passage/namur-clusters/573-669")
    'passage--namur-clusters--573-669'
    >>> slug("https://example.org/a")
    'example-org-a-b5b10dd0429e69ac'
    """
    inside = _NAMED.fullmatch(iri)
    if inside and len(iri) < 150 and not iri.endswith("/"):
        return inside[1].replace("/", "--")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", iri.partition("://")[2] or iri).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"


_NAMED: Final = re.compile(re.escape(ID) + r"((?:[a-z0-9]+(?:-[a-z0-9]+)*/?)+)")


def text(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text, in UTF-8, each with its end."""
    with opened(path) as file:
        file.writelines(line.encode() for line in lines)
