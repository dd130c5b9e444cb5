"""Dumps: the whole graph as files, sorted, so that the same graph gives the same bytes; also one larger than memory."""

import gzip
import heapq
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from . import listings
from .catalogue import Question
from .home import Home
from .names import PREFIXES

_CHUNK: Final = 200_000
"""Lines that are sorted at once."""
_BUFFER: Final = 1 << 16


def graph(store: ox.Store, folder: Path) -> dict[str, Path]:
    """Write the graph into a folder for drafts: as N-Quads, and its triples as Turtle, both compressed."""
    quads, turtle = folder / "graph.nq.gz", folder / "graph.ttl.gz"
    with compressed(quads) as file:
        file.writelines(lines(store, folder))
    with gzip.open(quads, "rb") as source, compressed(turtle) as file:
        triples = _triples(ox.parse(cast(IO[bytes], source), format=ox.RdfFormat.N_QUADS))
        ox.serialize(triples, file, format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    return {quads.name: quads, turtle.name: turtle}


def lines(store: ox.Store, folder: Path) -> Iterator[bytes]:
    """The quads of a store as sorted lines of N-Quads, blank nodes under canonical names (RDFC-1.0); drafts lie in a
    folder.

    A store names blank nodes at random when it reads a file, so the names are made from what is said of the nodes.
    """
    dump = folder / "dump.nq"
    with dump.open("wb") as file:
        store.dump(file, format=ox.RdfFormat.N_QUADS)
    try:
        with dump.open("rb") as file:
            yield from in_order(_canonical(file), folder)
    finally:
        dump.unlink()


def _canonical(found: Iterable[bytes]) -> Iterator[bytes]:
    """The same lines with canonical blank nodes; their names depend only on the quads that hold blank nodes."""
    blank = []
    for line in found:
        if b"_:" in line:
            blank.append(line)
        else:
            yield line
    quads = ox.Dataset(ox.parse(b"".join(blank), format=ox.RdfFormat.N_QUADS))
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    yield from (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)


SHAPES: Final = "shapes.ttl"
QUESTIONS: Final = "questions.ttl"


def texts(home: Home, questions: Mapping[str, Question]) -> dict[str, bytes]:
    """The ontology, the shapes and the questions, as Turtle."""
    return {
        "ontology.ttl": _joined(home.ontology),
        SHAPES: _joined(home.shapes),
        QUESTIONS: listings.as_turtle(questions).encode(),
    }


def _joined(paths: Iterable[Path]) -> bytes:
    """Turtle files one after the other, which is Turtle again."""
    return b"\n".join(path.read_bytes().rstrip() + b"\n" for path in paths)


@contextmanager
def compressed(path: Path) -> Iterator[IO[bytes]]:
    """A file to write compressed to, with neither its name nor the time in it."""
    with (
        path.open("wb") as whole,
        gzip.GzipFile("", "wb", 6, whole, mtime=0) as packed,
        io.BufferedWriter(cast(io.RawIOBase, packed), _BUFFER) as file,  # packing line by line takes twice the time
    ):
        yield file


def in_order(found: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """Lines in order: sorted part by part, and the parts, which lie in a folder meanwhile, merged."""
    rest = iter(found)
    with ExitStack() as parts:
        files: list[IO[bytes]] = []
        while chunk := sorted(islice(rest, _CHUNK)):
            part = parts.enter_context(tempfile.TemporaryFile(dir=folder))
            part.writelines(chunk)
            part.seek(0)
            files.append(part)
        yield from heapq.merge(*files)


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """The triples of sorted quads, each once: those of one triple follow each other."""
    before = None
    for quad in quads:
        if quad.triple != before:
            before = quad.triple
            yield before
