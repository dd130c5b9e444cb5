"""Facts about things as tables and as GraphML, for spreadsheets, Gephi and property-graph stores.

Left out is what the ontology says of its own classes and properties, and what has no name of its own.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, compress, repeat
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ..names import compact
from .graph import BASES
from .parts import Stated
from .short import legible
from .syntaxes import Writer
from .things import Thing, value

NODES: Final = ("Id", "Label", "LabelFr", "Kinds")
EDGES: Final = ("Source", "Target", "Type", "Property", "Label", "Basis", "Evidence")
VALUES: Final = ("Id", "Property", "Value", "Language", "Datatype")


class Nodes(Writer):
    """Every thing: its IRI, its names in English and French, and its classes with semicolons between."""

    head = b",".join(name.encode() for name in NODES) + b"\n"

    def things(self, part: list[Thing]) -> bytes:
        return "".join(",".join(map(_cell, row)) + "\n" for row in part).encode()


class Edges(Writer):
    """Every relation between two things: what it is, what it rests on, and the graphs that say it."""

    head = b",".join(name.encode() for name in EDGES) + b"\n"

    def stated(self, part: Stated) -> bytes:
        edges, voices = part.relations
        cells = {iri: _cell_of(iri[1:-1]) for iri in {*edges.subjects, *edges.objects}}
        called = self.graph.properties(edges.predicates)
        names = {name: ",".join(map(_cell, called[name])) for name in dict.fromkeys(edges.predicates)}
        words = {word: word.encode() for word in BASES}
        sets = part.voices[0]
        told = {
            voice: b"%b,%b\n" % (words[self.graph.basis(sets[voice])], _cell_of(_evidence(sets[voice])))
            for voice in dict.fromkeys(voices)
        }
        pieces = zip(
            map(cells.__getitem__, edges.subjects),
            repeat(b","),
            map(cells.__getitem__, edges.objects),
            repeat(b",Directed,"),
            map({name: text.encode() + b"," for name, text in names.items()}.__getitem__, edges.predicates),
            map(told.__getitem__, voices),
        )
        return b"".join(chain.from_iterable(pieces))


def _evidence(graphs: Iterable[bytes]) -> bytes:
    return b";".join([name[1:-1] for name in graphs if name.startswith(b"<")])


class Values(Writer):
    """Every name, number, date and other literal of a thing."""

    head = b",".join(name.encode() for name in VALUES) + b"\n"

    def stated(self, part: Stated) -> bytes:
        subjects: dict[bytes, bytes] = {}
        names = {name: _cell(compact(name[1:-1].decode())).encode() for name in dict.fromkeys(part.triples.predicates)}
        kinds: dict[bytes, bytes] = {}
        lines = []
        for subject, name, term in compress(zip(*part.triples, strict=True), part.of_things):
            if term.startswith(b'"'):
                end = term.rindex(b'"') + 1
                text, kind = term[:end], term[end:]
                if subject not in subjects:
                    subjects[subject] = _cell_of(subject[1:-1])
                if kind not in kinds:
                    _, language, datatype = value(b'""' + kind)
                    kinds[kind] = f"{language},{_cell(compact(datatype))}\n".encode()
                lines.append(b"%b,%b,%b,%b" % (subjects[subject], names[name], _cell_with(text), kinds[kind]))
        return b"".join(lines)


def _cell_with(text: bytes) -> bytes:
    """A cell with a text in quotation marks, as N-Triples have it."""
    return _cell(value(text).text).encode() if b"\\" in text or b"," in text else text[1:-1]


def _cell_of(iris: bytes) -> bytes:
    """A cell with IRIs, which hold neither quotation marks nor line ends."""
    return b'"%b"' % iris if b"," in iris else iris


def _cell(text: str) -> str:
    """A cell of a table as RFC 4180 has it."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


_QUOTED: Final = re.compile('[",\r\n]')


# GraphML

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
_NODE_KEYS: Final = {"label": "Label", "label_fr": "LabelFr", "kinds": "Kinds"}
_EDGE_KEYS: Final = {"property": "Property", "label_of": "Label", "basis": "Basis"}
"""What GraphML tells of nodes and of edges: the names of keys, and the columns of tables that say the same."""


def _keys() -> Iterator[str]:
    for what, keys in {"node": _NODE_KEYS, "edge": _EDGE_KEYS}.items():
        for key in keys:
            yield f'<key id="{key}" for="{what}" attr.name="{key.removesuffix("_of")}" attr.type="string"/>\n'


class GraphML(Writer):
    """Things and relations in GraphML (http://graphml.graphdrawing.org/specification.html)."""

    head = f'{_HEAD}{"".join(_keys())}<graph edgedefault="directed">\n'.encode()
    tail = b"</graph>\n</graphml>\n"
    things_first = True

    def stated(self, part: Stated) -> bytes:
        edges, voices = part.relations
        ids = {iri: _id(iri) for iri in {*edges.subjects, *edges.objects}}
        called = self.graph.properties(edges.predicates)
        names = {name: _data(_EDGE_KEYS, called[name]) for name in dict.fromkeys(edges.predicates)}
        words = {word: _data(("basis",), (word,)) for word in BASES}
        sets = part.voices[0]
        bases = {voice: words[self.graph.basis(sets[voice])] for voice in dict.fromkeys(voices)}
        pieces = zip(
            repeat(b"<edge source="),
            map(ids.__getitem__, edges.subjects),
            repeat(b" target="),
            map(ids.__getitem__, edges.objects),
            repeat(b">"),
            map(names.__getitem__, edges.predicates),
            map(bases.__getitem__, voices),
            repeat(b"</edge>\n"),
        )
        return b"".join(chain.from_iterable(pieces))

    def things(self, part: list[Thing]) -> bytes:
        return b"".join(
            b"<node id=%b>%b</node>\n" % (_attribute(iri).encode(), _data(_NODE_KEYS, row)) for iri, *row in part
        )


def _data(keys: Iterable[str], row: Iterable[str]) -> bytes:
    told = [f'<data key="{key}">{_text(text)}</data>' for key, text in zip(keys, row, strict=False) if text]
    return "".join(told).encode()


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else escape(legible(text))


def _id(iri: bytes) -> bytes:
    """An IRI as N-Triples have it, as an attribute."""
    return b'"%b"' % iri[1:-1] if iri.isascii() and b"&" not in iri else _attribute(iri[1:-1].decode()).encode()


def _attribute(text: str) -> str:
    return f'"{text}"' if _PLAIN.fullmatch(text) else quoteattr(legible(text))


_PLAIN: Final = re.compile(r"[\w :/.,;'()#?=%+~-]*+")
"""A text that XML holds as it is: most are, and looking takes less time than writing them anew."""
