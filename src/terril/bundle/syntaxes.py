"""A graph in the syntaxes of RDF that hold it as it is: N-Quads, TriG, Turtle, and N-Triples graph by graph."""

import csv
import hashlib
import re
import shutil
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from itertools import chain, compress
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from ..dumps import compressed
from ..names import ID, PREFIXES
from .graph import Graph
from .parts import Said, Stated
from .things import Thing
from .triples import prefixed, turtle

_PREFIXES: Final = dict(PREFIXES)
INDEX: Final = "index.csv"


class Writer:
    """What writes a format, part by part: first all triples, then what named graphs say, then things.

    Raises `BadOntology` or `UnknownFormat` for what the format cannot say.
    """

    def __init__(self, graph: Graph, path: Path) -> None:
        self.graph, self.path = graph, path
        self.files = ExitStack()

    def stated(self, part: Stated) -> None:
        """Write what there is to write of a part of the triples."""

    def said(self, part: Said) -> None:
        """Write what there is to write of a part of the named graphs."""

    def things(self, part: list[Thing]) -> None:
        """Write what there is to write of some things."""

    def finish(self) -> None:
        """Write the end."""
        self.files.close()


class Text(Writer):
    """A writer of one file, packed if its name says so."""

    head = b""
    tail = b""

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        self.file = self.files.enter_context(opened(path))
        self.file.write(self.head)

    def finish(self) -> None:
        self.file.write(self.tail)
        super().finish()


def opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    """A file to write to, compressed if its name says so."""
    return compressed(path) if path.suffix == ".gz" else path.open("wb")


def write_rdf(quads: Iterable[ox.Quad] | Iterable[ox.Triple], path: Path, format: ox.RdfFormat) -> None:
    """Write quads or triples to a file, with the project's prefixes where the format has prefixes."""
    with opened(path) as file:
        ox.serialize(quads, file, format=format, prefixes=_PREFIXES if format != ox.RdfFormat.N_QUADS else None)


def joined(whole: Path, *parts: Path) -> None:
    """Write packed files one after the other, which is a packed file again (RFC 1952, section 2.2)."""
    with whole.open("wb") as file:
        for part in parts:
            with part.open("rb") as member:
                shutil.copyfileobj(member, file)


FACTS: Final = "facts.ttl.gz"
"""Where the facts are packed in Turtle."""
PREFIXED: Final = prefixed(_PREFIXES)
"""The head of a file in Turtle or TriG."""


class NQuads(Text):
    """All quads, sorted."""

    def stated(self, part: Stated) -> None:
        self.file.write(b"".join(part.lines))


class Union(Text):
    """The named graphs, and of the default graph only what none of them says.

    For stores whose default graph is the union of all: there each triple is matched once for each graph that holds it.
    """

    def stated(self, part: Stated) -> None:
        following = chain(part.lines[1:], (b"",))
        kept = (not after.startswith(line[:-2]) for line, after in zip(part.lines, following, strict=True))
        self.file.write(b"".join(compress(part.lines, kept)))


class Turtle(Text):
    """The facts, without who says them."""

    head = PREFIXED

    def stated(self, part: Stated) -> None:
        self.file.write(part.facts_in_turtle)


class TriG(Text):
    """All graphs, one block for each."""

    head = PREFIXED

    def stated(self, part: Stated) -> None:
        if not self.graph.is_union:
            self.file.write(part.facts_in_turtle)

    def said(self, part: Said) -> None:
        for name, triples, goes_on in part.each():
            if not goes_on:
                self.file.write(self.tail + part.turtle[name] + b" {\n")
            self.file.write(b"".join(turtle(triples, part.turtle, b"\t")))
            self.tail = b"}\n"


class NTriples(Text):
    """The facts, a line for each."""

    def stated(self, part: Stated) -> None:
        self.file.write(b"".join(compress(part.plain, part.holds)))


class EachGraph(Writer):
    """A file of N-Triples for each named graph, and a table that tells which file holds which graph."""

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        path.mkdir()
        table = self.files.enter_context((path / INDEX).open("w", encoding="utf-8", newline=""))
        self.rows = csv.writer(table, lineterminator="\n")
        self.rows.writerow(("file", "graph", "triples"))
        self.open: tuple[str, str, int] | None = None

    def said(self, part: Said) -> None:
        for name, triples, goes_on in part.each():
            if name.startswith(b"<"):
                before = self.open[2] if goes_on and self.open else 0
                if not goes_on:
                    self._listed()
                iri = name[1:-1].decode()
                self.open = f"{slug(iri)}.nt", iri, before + len(triples.subjects)
                with (self.path / self.open[0]).open("ab" if goes_on else "wb") as file:
                    file.write(b"".join(map(b"%b %b %b .\n".__mod__, zip(*triples, strict=True))))

    def _listed(self) -> None:
        if self.open:
            self.rows.writerow(self.open)

    def finish(self) -> None:
        self._listed()
        super().finish()


def slug(iri: str) -> str:
    """A file's name for an IRI, the same each time and another for each IRI.

    >>> slug("https://w3id.org/terril/id/passage/namur-clusters/573-669")
    'passage--namur-clusters--573-669'
    >>> slug("https://example.org/a")
    'example-org-a-b5b10dd0429e69ac'
    """
    inside = re.fullmatch(re.escape(ID) + r"((?:[a-z0-9]+(?:-[a-z0-9]+)*/?)+)", iri)
    if inside and len(iri) < 150 and not iri.endswith("/"):
        return inside[1].replace("/", "--")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", iri.partition("://")[2] or iri).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"


def text(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text, in UTF-8, each with its end."""
    with opened(path) as file:
        file.writelines(line.encode() for line in lines)
