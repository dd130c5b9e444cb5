"""Things as tables tell of them: what they are called and what they are; and values as texts."""

import json
from collections.abc import Iterable, Iterator
from itertools import compress, groupby
from typing import Final, NamedTuple

from ..languages import distance
from ..names import PREFIXES, compact, expand
from .triples import TYPE, Triples, node

_LABELS: Final = tuple(map(node, ("skos:prefLabel", "foaf:name", "dcterms:title", "rdfs:label")))
_SCHEMA: Final = tuple(f"<{PREFIXES[prefix]}".encode() for prefix in ("owl", "rdf", "rdfs"))
_TONGUES: Final = ("en", "fr")


class Value(NamedTuple):
    """A literal: its text, and its language or else the IRI of its datatype."""

    text: str
    language: str
    datatype: str


def value(term: bytes) -> Value:
    r"""Read a literal as the serialiser writes it in N-Triples.

    >>> value(b'"caf\\u00E9\\n"@fr')
    Value(text='café\n', language='fr', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString')
    """
    end = term.rfind(b'"')
    text = json.loads(term[: end + 1]) if b"\\" in term else term[1:end].decode()
    mark = term[end + 1 : end + 2]
    if mark == b"@":
        language = term[end + 2 :].decode()
        return Value(text, language, _DIRECTED if "--" in language else _TEXT)
    return Value(text, "", term[end + 4 : -1].decode() if mark else _STRING)


_TEXT: Final = expand("rdf:langString")
_DIRECTED: Final = expand("rdf:dirLangString")
_STRING: Final = expand("xsd:string")


class About(NamedTuple):
    """From where to where the triples about a subject stand, and of one that has an IRI and is no class nor property,
    `is_thing`; its names in English and French, as literals in N-Triples or nothing, and its classes by short names.
    """

    start: int
    end: int
    is_thing: bool
    labels: tuple[bytes, bytes]
    kinds: str


def about(triples: Triples) -> Iterator[About]:
    """What is said of each subject."""
    subjects, predicates, objects = triples
    rows = compress(range(len(predicates)), map(_TOLD.__contains__, predicates))
    row = next(rows, len(predicates))
    classes: dict[tuple[bytes, ...], tuple[bool, str]] = {}
    for start, end in triples.runs():
        found: dict[bytes, list[bytes]] = {}
        while row < end:
            found.setdefault(predicates[row], []).append(objects[row])
            row = next(rows, len(predicates))
        types = tuple(term for term in found.get(TYPE, ()) if term.startswith(b"<"))
        if types not in classes:
            classes[types] = _classes(types)
        of_schema, kinds = classes[types]
        yield About(start, end, subjects[start].startswith(b"<") and not of_schema, _called(found), kinds)


_TOLD: Final = frozenset((TYPE, *_LABELS))


def _classes(types: tuple[bytes, ...]) -> tuple[bool, str]:
    """Whether some of these are classes of classes and properties, and all by their short names."""
    kinds = sorted(compact(kind[1:-1].decode()) for kind in types)
    return any(kind.startswith(_SCHEMA) for kind in types), ";".join(kinds)


def _called(found: dict[bytes, list[bytes]]) -> tuple[bytes, bytes]:
    """What a thing is called in English and in French; a name in one language also serves for the other."""
    for name in _LABELS:
        if texts := [term for term in found.get(name, ()) if term.startswith(b'"')]:
            if len(texts) == 1:
                return texts[0], texts[0]
            told = [(value(term).language, term) for term in texts]
            english, french = (min((distance(lang, tag), term) for lang, term in told)[1] for tag in _TONGUES)
            return english, french
    return b"", b""


# Things in a file, sorted by their IRIs


class Thing(NamedTuple):
    """A thing that a fact is about or that a relation leads to: its IRI, its names in English and French, and its
    classes, with semicolons between.
    """

    iri: str
    label: str
    label_fr: str
    kinds: str


def told(iri: bytes, about: About, is_node: bool) -> bytes:
    """A line that tells of a subject."""
    kinds = about.kinds.encode()
    return b"\t".join((iri[1:-1], _NODE if is_node else _OTHER, *about.labels, kinds)) + b"\n"


def reached(iri: bytes) -> bytes:
    """A line that tells that a relation leads to a thing."""
    return iri[1:-1] + b"\t" + _END + b"\n"


_NODE, _OTHER, _END = b"node", b"other", b"end"


def things(lines: Iterable[bytes]) -> Iterator[Thing]:
    """The things that lines in order tell of."""
    for iri, some in groupby((line[:-1].split(b"\t") for line in lines), key=lambda cells: cells[0]):
        cells = list(some)
        if any(mark != _OTHER for _, mark, *_ in cells):
            label, label_fr, kinds = next((rest for _, _, *rest in cells if rest), (b"", b"", b""))
            english = value(label).text if label else ""
            french = english if label_fr == label else value(label_fr).text
            yield Thing(iri.decode(), english, french, kinds.decode())
