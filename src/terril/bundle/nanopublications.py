"""Passages and readings as nanopublications, unsigned (https://nanopub.net/guidelines/working_draft/).

Each has four graphs: the head, what is asserted, where that comes from, and who publishes it. There is no date, for the
same graph gives the same bytes; whoever signs and publishes one adds it.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..metadata import NAMES
from ..names import BASE, ID, NANOPUBLICATION, PREFIXES
from .evidence import DERIVED, QUOTED
from .graph import SPOKEN, Graph
from .parts import BLOCKS, Said
from .syntaxes import Run, Writer
from .triples import TYPE, Triples, Turtle, node, prefixed, turtle

_NP: Final = "http://www.nanopub.org/nschema#"
_PREFIXES: Final = {**PREFIXES, "np": _NP}
_ATTRIBUTED: Final = node("prov:wasAttributedTo")
_Row = tuple[bytes, bytes, bytes]


class Nanopublications(Writer):
    """A nanopublication for each passage and reading that supports facts."""

    head = prefixed(_PREFIXES)

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        publishers = list(_publishers(graph))
        words = Turtle(_PREFIXES)
        words.learn(filter(None, chain(_NAMES, *publishers)))
        words.update(zip(_MARKS, _MARKS, strict=True))
        self.opening = _pattern(_block(_MARKS.head, _head(_MARKS), words) + _MARKS.assertion + b" {\n")
        self.information = _pattern(_block(_MARKS.pubinfo, _information(_MARKS.this, publishers), words))

    def said(self, part: Said) -> Run | None:
        words = Turtle(_PREFIXES)
        found = {
            name: (_Names.of(name), text)
            for name, text in part.each(BLOCKS)
            if name.startswith(b"<") and self.graph.is_source(name)
        }
        told = chain.from_iterable(part.told.get(name, ()) for name in found)
        words.learn(chain(_NAMES, found, *(names for names, _ in found.values()), *told))
        return self.run(self._each(name, *rest, part, words) for name, rest in found.items())

    def _each(
        self, name: bytes, names: "_Names", text: bytes, part: Said, words: Turtle
    ) -> tuple[bytes, bytes, bytes, bytes]:
        told = _provenance(name in self.graph.kinds["quotation"], names, name, part.told.get(name, ()))
        provenance = _block(names.provenance, told, words)
        called = dict(zip(_MARKS, map(words.__getitem__, names), strict=True))
        return name, self.opening % called, text, b"}\n" + provenance + self.information % called


class _Names(NamedTuple):
    """The names of a nanopublication and of its graphs."""

    this: bytes
    head: bytes
    assertion: bytes
    provenance: bytes
    pubinfo: bytes

    @classmethod
    def of(cls, source: bytes) -> "_Names":
        this = named(ox.NamedNode(source[1:-1].decode()))
        return cls(node(this), *(node(f"{this}#{part}") for part in cls._fields[1:]))


_MARKS: Final = _Names(*(f"\0{field}\0".encode() for field in _Names._fields))
"""What stands for the names where those are still open."""


def _pattern(text: bytes) -> bytes:
    """A text in which marks stand, as a pattern for any names."""
    return re.sub(b"(\0[a-z]+\0)", rb"%(\1)b", text.replace(b"%", b"%%"))


def named(source: ox.NamedNode) -> str:
    """The name of the nanopublication of what a graph says.

    >>> named(ox.NamedNode("https://w3id.org/terril/id/passage/namur-clusters/573-669"))
    'https://w3id.org/terril/id/nanopublication/passage/namur-clusters/573-669'
    """
    inside = source.value.startswith(ID) and "#" not in source.value
    return NANOPUBLICATION + (
        source.value.removeprefix(ID) if inside else str(uuid.uuid5(uuid.NAMESPACE_URL, source.value))
    )


def _block(graph: bytes, rows: Iterable[_Row], words: Turtle) -> bytes:
    """A graph in TriG."""
    triples = Triples(*map(list, zip(*rows, strict=True)))
    return b"".join((words[graph], b" {\n", *turtle(triples, words, b"\t"), b"}\n"))


def _head(names: _Names) -> list[_Row]:
    parts = (names.assertion, names.provenance, names.pubinfo)
    return [(names.this, TYPE, _KIND), *((names.this, has, part) for has, part in zip(_HAS, parts, strict=True))]


_KIND: Final = node(f"{_NP}Nanopublication")
_HAS: Final = tuple(node(f"{_NP}has{part}") for part in ("Assertion", "Provenance", "PublicationInfo"))


def _provenance(is_quoted: bool, names: _Names, source: bytes, told: Iterable[_Row]) -> Iterator[_Row]:
    """Where the assertion comes from: the passage, its place in its document, its sense, and who speaks there."""
    yield names.assertion, QUOTED if is_quoted else DERIVED, source
    for row in sorted(told, key=lambda row: row[0] != source):
        yield row
        if row[1] == SPOKEN:
            yield names.assertion, _ATTRIBUTED, row[2]


def _publishers(graph: Graph) -> Iterator[_Row]:
    """Who publishes, under which licence, as the graph says of itself; its own node is left open."""
    itself = graph.itself
    creators = itself.iris("dcterms:creator") or [ox.NamedNode(BASE)]
    for name, values in (("dcterms:creator", creators), ("dcterms:license", itself.iris("dcterms:license"))):
        yield from ((b"", node(name), str(value).encode()) for value in values)
    for creator in creators:
        for called in itself.texts(*NAMES, of=creator.value):
            yield str(creator).encode(), node("foaf:name"), str(called).encode()


def _information(this: bytes, publishers: Iterable[_Row]) -> list[_Row]:
    return [(subject or this, name, value) for subject, name, value in publishers]


_NAMES: Final = (_KIND, *_HAS, QUOTED, DERIVED, _ATTRIBUTED)
