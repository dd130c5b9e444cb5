"""The whole graph as JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), compact by the context of its ontology.

A node stands on a line of its own, so that the file can be read and written without holding it in memory.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from .. import contexts
from ..errors import UnknownFormat
from ..names import compact, expand
from .graph import Graph
from .parts import Said, Stated
from .syntaxes import Run, Writer
from .things import Value, value
from .triples import TYPE, Triples

_STRING: Final = expand("xsd:string")
_INTEGER: Final = expand("xsd:integer")
_BOOLEAN: Final = expand("xsd:boolean")
_SAFE: Final = 2**53
"""Whole numbers below it are the same in every JSON reader."""


class JsonLd(Writer):
    """The default graph's nodes, and each named graph with its own.

    Raises `UnknownFormat` for an IRI that the context would read as a short name.
    """

    between, tail = b",\n", b"\n]}\n"

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        self.terms = Terms(contexts.context(graph.store)["@context"])
        self.head = contexts.as_json(graph.store).rstrip().removesuffix(b"}") + b', "@graph": [\n'

    def stated(self, part: Stated) -> bytes:
        return b"" if self.graph.is_union else self._text(part.facts)

    def said(self, part: Said) -> Run | None:
        return self.run(
            (name, f'{{"id": {self.terms.reference(name)}, "@graph": [\n'.encode(), self._text(triples), b"\n]}")
            for name, triples in part.each()
        )

    def _text(self, triples: Triples) -> bytes:
        return ",\n".join(_nodes(triples, self.terms)).encode()


def _nodes(triples: Triples, terms: "Terms") -> Iterator[str]:
    read = terms.read
    for start, end in triples.runs():
        node: dict[str, list[str]] = {}
        in_languages: dict[str, dict[str, list[str]]] = {}
        for pair in zip(triples.predicates[start:end], triples.objects[start:end], strict=True):
            key, language, text = read(pair)
            if language:
                node[key] = []
                in_languages.setdefault(key, {}).setdefault(language, []).append(text)
            elif key in node:
                node[key].append(text)
            else:
                node[key] = [text]
        told = {key: _alone(texts) for key, texts in node.items()}
        told |= {
            key: _object({lang: _alone(some) for lang, some in texts.items()}) for key, texts in in_languages.items()
        }
        yield _object({'"id"': terms.reference(triples.subjects[start]), **told})


def _object(members: dict[str, str]) -> str:
    return "{" + ", ".join([f"{key}: {text}" for key, text in members.items()]) + "}"


def _alone(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


_json = json.JSONEncoder(ensure_ascii=False).encode


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
        self._read: dict[tuple[bytes, bytes], tuple[str, str, str]] = {}

    def reference(self, node: bytes) -> str:
        """A node as the value of `id`, short where its IRI has a prefix."""
        if node not in self._references:
            if len(self._references) > _KNOWN:
                self._references.clear()
            iri = node.decode()
            self._references[node] = _json(self._short(iri[1:-1]) if iri.startswith("<") else iri)
        return self._references[node]

    def read(self, pair: tuple[bytes, bytes]) -> tuple[str, str, str]:
        """A property and a value as a key, the language if it stands under one, and the value: under the word for the
        property if the context reads it rightly there.
        """
        if found := self._read.get(pair):
            return found
        if len(self._read) > _KNOWN:
            self._read.clear()
        key = self._keys.get(pair[0]) or self._key(pair[0])
        found = self._literal(key, pair[1]) if pair[1].startswith(b'"') else self._node(key, *pair)
        self._read[pair] = found
        return found

    def _node(self, key: _Key, name: bytes, term: bytes) -> tuple[str, str, str]:
        if name == TYPE and term.startswith(b"<"):
            iri = term[1:-1].decode()
            return '"type"', "", _json(self._words[iri][0]) if iri in self._words else self.reference(term)
        if key.kind == "@id":
            return key.word, "", self.reference(term)
        return key.plain if key.kind else key.word or key.plain, "", f'{{"id": {self.reference(term)}}}'

    def _literal(self, key: _Key, term: bytes) -> tuple[str, str, str]:
        found = value(term)
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


_KNOWN: Final = 1 << 16
"""Nodes, and values of properties, that are kept, since they come again."""


def _native(found: Value) -> str:
    """A number or truth value as JSON has it, if nothing is lost by it; else its text."""
    told = found.text
    if found.datatype == _BOOLEAN and told in ("true", "false"):
        return told
    if found.datatype == _INTEGER and told.removeprefix("-").isascii() and told.removeprefix("-").isdigit():
        return told if str(int(told)) == told and abs(int(told)) < _SAFE else _json(told)
    return _json(told)
