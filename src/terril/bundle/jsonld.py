"""The whole graph as JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), compact by the context of its ontology.

A node stands on a line of its own, so that the file can be read and written without holding it in memory.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import compress
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Final, NamedTuple

from .. import contexts
from ..errors import UnknownFormat
from ..names import compact, expand
from .graph import Graph
from .parts import NODES, Said, Stated
from .syntaxes import Run, Writer
from .things import Value, value
from .triples import TYPE

_STRING: Final = expand("xsd:string")
_DIRECTED: Final = expand("rdf:dirLangString")
_INTEGER: Final = expand("xsd:integer")
_BOOLEAN: Final = expand("xsd:boolean")
_SAFE: Final = 2**53
"""Whole numbers below it are the same in every JSON reader."""


class JsonLd(Writer):
    """The default graph's nodes, and each named graph with its own.

    Raises `UnknownFormat` for an IRI that the context would read as a short name, and for a text with a direction.
    """

    between, tail = b",\n", b"\n]}\n"

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        self.terms = Terms(contexts.context(graph.store)["@context"])
        self._read: tuple[Stated | None, list[_Member]] = None, []
        self.head = contexts.as_json(graph.store).rstrip().removesuffix(b"}") + b', "@graph": [\n'

    def stated(self, part: Stated) -> bytes:
        if self.graph.is_union:
            return b""
        read = list(compress(self._members(part), part.holds))
        self._read = None, []
        subjects = part.facts.subjects
        return ",\n".join(
            [_node(self.terms.reference(subjects[start]), read[start:end]) for start, end in part.facts.runs()]
        ).encode()

    def _members(self, part: Stated) -> "list[_Member]":
        """All triples as members of nodes: a part is read once."""
        if self._read[0] is not part:
            self.terms.learn(part.turtle)
            self._read = part, self.terms.members(list(zip(*part.triples[1:], strict=True)))
        return self._read[1]

    column = NODES

    def sayings(self, part: Stated) -> Iterator[bytes]:
        read = self._members(part)
        references = list(map(self.terms.reference, part.triples.subjects))
        for _, rows in part.sayings:
            if len(rows) == 1:
                yield f'{{"id": {references[rows[0]]}, {read[rows[0]].whole}}}'.encode()
            else:
                yield _node(references[rows[0]], [read[row] for row in rows]).encode()

    def said(self, part: Said) -> Run | None:
        return self.run(
            (name, f'{{"id": {self.terms.reference(name)}, "@graph": [\n'.encode(), text, b"\n]}")
            for name, text in part.each(NODES, b",\n")
        )


class _Member(NamedTuple):
    """A property and a value as the member of a node, `key` and `text`; `language` if the value stands under one."""

    key: str
    language: str
    text: str
    whole: str


def _node(reference: str, members: list[_Member]) -> str:
    if len({member.key for member in members}) == len(members):
        return f'{{"id": {reference}, {", ".join([member.whole for member in members])}}}'
    found: dict[str, list[_Member]] = {}
    for member in members:
        found.setdefault(member.key, []).append(member)
    told = [some[0].whole if len(some) == 1 else f"{key}: {_values(some)}" for key, some in found.items()]
    return f'{{"id": {reference}, {", ".join(told)}}}'


def _values(members: list[_Member]) -> str:
    """Several values of a property, by language if they have some."""
    if not members[0].language:
        return _alone([member.text for member in members])
    texts: dict[str, list[str]] = {}
    for member in members:
        texts.setdefault(member.language, []).append(member.text)
    return "{" + ", ".join([f"{language}: {_alone(some)}" for language, some in texts.items()]) + "}"


def _alone(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


_json = encode_basestring


class _Key(NamedTuple):
    """How a property is read: the key of its word, or nothing; a key that is no word, so that values are read as they
    stand; and what the word takes its values for: the IRI of a datatype, `@id`, `@language`, or nothing.
    """

    word: str
    plain: str
    kind: str


class Terms:
    """The terms of a context: by IRI, the word for it and how the context reads its values."""

    def __init__(self, context: dict[str, Any]) -> None:
        told = {word: each for word, each in context.items() if isinstance(each, dict)}
        self._words = {expand(each["@id"]): (word, each) for word, each in told.items()}
        self._taken = frozenset(context)
        self._references: dict[bytes, str] = {}
        self._keys: dict[bytes, _Key] = {}
        self._read: dict[tuple[bytes, bytes], _Member] = {}

    def learn(self, words: Mapping[bytes, bytes]) -> None:
        """Get to know nodes by their names in Turtle, where JSON-LD has the same."""
        self._references = {term: f'"{word.decode()}"' for term, word in words.items() if _SHORT.fullmatch(word)}

    def reference(self, node: bytes) -> str:
        """A node as the value of `id`, short where its IRI has a prefix."""
        if node not in self._references:
            if len(self._references) > _KNOWN:
                self._references.clear()
            iri = node.decode()
            self._references[node] = f'"{self._short(iri[1:-1]) if iri.startswith("<") else iri}"'
        return self._references[node]

    def members(self, pairs: list[tuple[bytes, bytes]]) -> list[_Member]:
        """Properties and values as members, under the word for a property if the context reads it rightly there."""
        known = self._read
        if len(known) > _KNOWN:
            known.clear()
        for pair in pairs:
            if pair not in known:
                known[pair] = self._member(*pair)
        return list(map(known.__getitem__, pairs))

    def _member(self, name: bytes, term: bytes) -> _Member:
        key = self._keys.get(name) or self._key(name)
        if not term.startswith(b'"'):
            word, text = self._node(key, name, term)
        else:
            word, language, text = self._literal(key, term)
            if language:
                return _Member(word, language, text, f"{word}: {{{language}: {text}}}")
        return _Member(word, "", text, f"{word}: {text}")

    def _node(self, key: _Key, name: bytes, term: bytes) -> tuple[str, str]:
        if name == TYPE and term.startswith(b"<"):
            iri = term[1:-1].decode()
            return '"type"', _json(self._words[iri][0]) if iri in self._words else self.reference(term)
        if key.kind == "@id":
            return key.word, self.reference(term)
        return key.plain if key.kind else key.word or key.plain, f'{{"id": {self.reference(term)}}}'

    def _literal(self, key: _Key, term: bytes) -> tuple[str, str, str]:
        found = value(term)
        if found.datatype == _DIRECTED:
            raise UnknownFormat(
                f"JSON-LD would lose which way a text is written, {term.decode()}. Take another format."
            )
        if key.kind == "@language" and found.language:
            return key.word, _json(found.language), _json(found.text)
        if key.kind == found.datatype and not found.language:
            return key.word, "", _native(found)
        return key.plain if key.kind else key.word or key.plain, "", self._full(found)

    def _key(self, name: bytes) -> _Key:
        iri = name[1:-1].decode()
        word, reads = self._words.get(iri, ("", {}))
        plain = self._short(iri)
        kind = "@language" if "@container" in reads else expand(reads.get("@type", ""))
        self._keys[name] = _Key(word and _json(word), _json(iri if plain in self._taken else plain), kind)
        return self._keys[name]

    def _short(self, iri: str) -> str:
        name = compact(iri)
        local = name.partition(":")[2]
        if name != iri and local and not local.startswith("//"):
            return name
        scheme, _, rest = iri.partition(":")
        if scheme in self._taken and not rest.startswith("//"):
            raise UnknownFormat(f"JSON-LD would read <{iri}> as a short name. Rename it, or take another format.")
        return iri

    def _full(self, found: Value) -> str:
        """A literal that says by itself what it is."""
        if found.language:
            return f'{{"@value": {_json(found.text)}, "@language": {_json(found.language)}}}'
        if found.datatype == _STRING:
            return _json(found.text)
        return f'{{"@value": {_json(found.text)}, "@type": {_json(self._short(found.datatype))}}}'


_SHORT: Final = re.compile(rb"[a-z][a-z0-9]*:[A-Za-z0-9_-]+")
"""A short name that Turtle and JSON-LD have alike."""
_KNOWN: Final = 1 << 14
"""Nodes, and values of properties, that are kept, since they come again."""


def _native(found: Value) -> str:
    """A number or truth value as JSON has it, if nothing is lost by it; else its text."""
    told = found.text
    if found.datatype == _BOOLEAN and told in ("true", "false"):
        return told
    if found.datatype == _INTEGER and told.removeprefix("-").isascii() and told.removeprefix("-").isdigit():
        return told if str(int(told)) == told and abs(int(told)) < _SAFE else _json(told)
    return _json(told)
