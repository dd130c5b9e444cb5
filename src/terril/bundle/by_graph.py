"""Each named graph as a file of N-Triples, all in one archive: in a folder they would be a hundred thousand.

The archive is as `tar` makes it (POSIX.1-2001). A graph that may be cut lies apart, in fragments, until all are there;
it comes behind the others, before the table that tells which file holds which graph.
"""

import csv
import gzip
import hashlib
import io
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tarfile import BLOCKSIZE, PAX_FORMAT, TarInfo
from typing import Final

from ..names import ID
from .packing import Archive, unpacked_size
from .parts import LINE_END, LINES, Said, Stated
from .syntaxes import Run, Writer

_FOLDER: Final = "graphs"
"""What the archive unpacks to."""
_INDEX: Final = "index.csv"


class EachGraph(Writer):
    """A file for each named graph that has an IRI, and a table of them."""

    @property
    def place(self) -> Path:
        return self.path.with_name(f"alone-{self.path.name}")

    column = LINES

    def sayings(self, part: Stated) -> Iterator[bytes]:
        lines = [line[:-1] + LINE_END for line in part.plain]
        for _, rows in part.sayings:
            yield b"".join([lines[row] for row in rows]) if len(rows) > 1 else lines[rows[0]]

    def said(self, part: Said) -> Run | None:
        found = [(name[1:-1].decode(), text) for name, text in part.each(LINES) if name.startswith(b"<")]
        files = [f"{slug(iri)}.nt" for iri, _ in found]
        self._lay(_INDEX, part.number, _rows(zip(files, found, strict=True)))
        whole: list[bytes] = []
        for place, (file, (_, text)) in enumerate(zip(files, found, strict=True)):
            if place in (0, len(found) - 1):
                self._lay(file, part.number, text)
            else:
                whole += (_head(file, len(text)), text, _fill(len(text)))
        return self.run([(b"", b"", b"".join(whole), b"")])

    @property
    def _apart(self) -> Path:
        return self.path.with_name(_FOLDER)

    def _lay(self, file: str, number: int, text: bytes) -> None:
        """Lay a fragment of a file apart."""
        self._apart.mkdir(exist_ok=True)
        with Archive(self._apart / f"{file}~{number:08}.gz") as fragment:
            fragment.write(text)

    def finish(self) -> None:
        with Archive(self.path) as whole:
            if self.place.exists():
                whole.extend(self.place)
                self.place.unlink()
            files = groupby(sorted(self._apart.glob("*.nt~*")), lambda path: path.name.partition("~")[0])
            for file, fragments in files:
                _join(file, list(fragments), whole)
            index = _whole_rows(gzip.decompress(path.read_bytes()) for path in sorted(self._apart.glob(f"{_INDEX}~*")))
            whole.write(_head(_INDEX, len(index)) + index + _fill(len(index)) + _END)
        shutil.rmtree(self._apart)


def _join(file: str, fragments: list[Path], archive: Archive) -> None:
    """Write a file that lies in fragments."""
    size = sum(map(unpacked_size, fragments))
    archive.write(_head(file, size))
    for fragment in fragments:
        archive.extend(fragment)
    archive.write(_fill(size))


def _head(file: str, size: int) -> bytes:
    """What stands before a file: its name and size, and no time or owner, which would differ from run to run."""
    told = TarInfo(f"{_FOLDER}/{file}")
    told.size = size
    return told.tobuf(PAX_FORMAT)


def _fill(size: int) -> bytes:
    """What stands behind a file of so many bytes, up to the next block."""
    return bytes(-size % BLOCKSIZE)


_END: Final = bytes(2 * BLOCKSIZE)


# The table


def _rows(found: Iterable[tuple[str, tuple[str, bytes]]]) -> bytes:
    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n").writerows((file, iri, text.count(b"\n")) for file, (iri, text) in found)
    return rows.getvalue().encode()


def _whole_rows(fragments: Iterable[bytes]) -> bytes:
    """The table, in which a graph that was cut stands once."""
    rows = (row.rpartition(b",") for row in b"".join(fragments).splitlines())
    graphs = groupby(rows, lambda row: row[0])
    told = (b"%b,%d\n" % (graph, sum(int(count) for *_, count in some)) for graph, some in graphs)
    return b"file,graph,triples\n" + b"".join(told)


def slug(iri: str) -> str:
    """A file's name for an IRI, the same each time and another for each IRI.

    >>> slug("https://w3id.org/terril/id/passage/namur-clusters/573-669")
    'passage--namur-clusters--573-669'
    >>> slug("https://example.org/a")
    'example-org-a-b5b10dd0429e69ac'
    """
    inside = _NAMED.fullmatch(iri)
    if inside and len(iri) < 150:
        return inside[1].replace("/", "--")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", iri.partition("://")[2] or iri).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(iri.encode()).hexdigest()[:16]}"


_SEGMENT: Final = r"[a-z0-9]++(?:-[a-z0-9]++)*+"
_NAMED: Final = re.compile(rf"{re.escape(ID)}({_SEGMENT}(?:/{_SEGMENT})*+)")
