"""Dumps: the whole graph as files, sorted, so that the same graph gives the same bytes; also one larger than memory."""

import gzip
import io
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph as ox
from zlib_ng.gzip_ng import GzipNGFile

from . import listings
from .catalogue import Question
from .home import Home
from .names import PREFIXES
from .ntriples import whole_lines
from .sorting import Stretches, stretches

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_BUFFER: Final = 1 << 17
"""Bytes that are packed at once, however they were written: other packers than that of the standard library may give
other bytes for other portions."""
LEVEL: Final = 5
"""Smaller than the standard library's 6, in less than half of the time."""
_BLOCK: Final = 1 << 23
"""Bytes of lines that are laid aside at once."""
_AHEAD: Final = 2
"""Pieces that may wait to be packed."""


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
    found = by_subject(dump)
    try:
        yield from chain.from_iterable(found)
    finally:
        shutil.rmtree(found.folder)


def by_subject(path: Path) -> Stretches:
    """The lines of a file of N-Quads, which is gone then, in stretches: all lines about a thing are in the same one.

    Blank nodes get canonical names.
    """
    found = stretches(path, subject)
    blank: list[bytes] = []
    with path.open("rb") as file:
        for text in whole_lines(file, _BLOCK):
            lines, some = apart(text.splitlines(keepends=True), text)
            found.lay(lines)
            blank += some
    path.unlink()
    found.lay(canonical(blank))
    return found


def subject(line: bytes, _before: bytes = b"") -> bytes:
    """The subject of a line of N-Quads, and the space behind it."""
    return line[: line.index(b" ") + 1]


def apart(lines: list[bytes], text: bytes) -> tuple[list[bytes], list[bytes]]:
    """Lines without blank nodes, and those with some, of the lines of a text."""
    if b"_:" not in text:
        return lines, []
    return [line for line in lines if b"_:" not in line], [line for line in lines if b"_:" in line]


def canonical(found: Iterable[bytes]) -> list[bytes]:
    """Lines with blank nodes, these under canonical names, which depend on no other lines."""
    quads = ox.Dataset(ox.parse(b"".join(found), format=ox.RdfFormat.N_QUADS))
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)


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
    with path.open("wb") as whole:
        packed: gzip.GzipFile = GzipNGFile("", "wb", LEVEL, whole, mtime=0)  # type: ignore[no-untyped-call]
        with packed, Packed(packed) as file:
            yield cast(IO[bytes], file)


class Packed(io.BufferedIOBase):
    """A file that another thread writes, which takes its time to pack, while the writer goes on."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._held: list[bytes] = []
        self._size = 0
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def writable(self) -> bool:
        return True

    def write(self, data: "Buffer", /) -> int:
        """Write bytes. Raises what went wrong when former ones were written."""
        piece = bytes(data)
        self._held.append(piece)
        self._size += len(piece)
        if self._size > _BUFFER:
            self._pass_on(_AHEAD)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            try:
                self._pass_on(0, whole=True)
            finally:
                self._thread.shutdown(cancel_futures=True)
                super().close()

    def _pass_on(self, ahead: int, *, whole: bool = False) -> None:
        """Pass on what is held, in full portions or whole, and wait until no more than so many pieces are waiting."""
        held = b"".join(self._held)
        end = len(held) if whole else len(held) // _BUFFER * _BUFFER
        self._waiting.append(self._thread.submit(self._pack, memoryview(held)[:end]))
        self._held, self._size = [held[end:]], len(held) - end
        while len(self._waiting) > ahead:
            self._waiting.popleft().result()

    def _pack(self, piece: memoryview) -> None:
        for start in range(0, len(piece), _BUFFER):
            self._file.write(piece[start : start + _BUFFER])


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """The triples of sorted quads, each once: those of one triple follow each other."""
    before = None
    for quad in quads:
        if quad.triple != before:
            before = quad.triple
            yield before
