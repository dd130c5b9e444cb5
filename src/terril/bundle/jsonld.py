"""The whole graph as JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), compact by the context of its ontology.

A node stands on a line of its own, so that the file can be read and written without holding it in memory.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .. import contexts
from ..errors import UnknownFormat
from ..names import compact, expand
from .graph import TYPE, Graph
from .syntaxes import text

_STRING: Final = expand("xsd:string")
_INTEGER: Final = expand("xsd:integer")
_BOOLEAN: Final = expand("xsd:boolean")
_SAFE: Final = 2**53
"""Whole numbers below it are the same in every JSON reader."""


def write(graph: Graph, path: Path) -> None:
    """The default graph's nodes, and each named graph with its own.

    Raises `UnknownFormat` for an IRI that the context would read as a short name.
    """
    terms = Terms.of(contexts.context(graph.store)["@context"])
    head = contexts.as_json(graph.store).decode().rstrip().removesuffix("}")
    text(path, (head, ', "@graph": [\n', *_separated(_graphs(graph, terms)), "]}\n"))


def _graphs(graph: Graph, terms: "Terms") -> Iterator[str]:
    for name, quads in graph.graphs():
        nodes = _nodes(quads, terms)
        if isinstance(name, ox.DefaultGraph):
            yield from nodes
        else:
            yield f'{{"id": {_json(terms.reference(name))}, "@graph": [\n{"".join(_separated(nodes))}]}}'


def _separated(parts: Iterable[str]) -> Iterator[str]:
    """Parts with commas between them, each on lines of its own."""
    before = ""
    for part in parts:
        yield f"{before}{part}"
        before = ",\n"
    yield "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _nodes(quads: Iterable[ox.Quad], terms: "Terms") -> Iterator[str]:
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        node: dict[str, Any] = {"id": terms.reference(subject)}
        for quad in about:
            terms.put(node, quad.predicate, quad.object)
        yield _json({name: _alone(value) for name, value in node.items()})


def _alone(value: Any) -> Any:
    if isinstance(value, dict):  # a map of languages
        return {lang: _alone(texts) for lang, texts in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@dataclass(frozen=True)
class Terms:
    """The terms of a context: by IRI, the word for it and how the context reads its values."""

    words: dict[str, tuple[str, dict[str, str]]]
    taken: frozenset[str]

    @classmethod
    def of(cls, context: dict[str, Any]) -> "Terms":
        told = {word: each for word, each in context.items() if isinstance(each, dict)}
        return cls({expand(each["@id"]): (word, each) for word, each in told.items()}, frozenset(context))

    def reference(self, node: object) -> str:
        """A node as the value of `id`, short where its IRI has a prefix."""
        return self._short(node.value) if isinstance(node, ox.NamedNode) else str(node)

    def put(self, node: dict[str, Any], name: ox.NamedNode, value: object) -> None:
        """Add a value to a node: under the word for the property if the context reads it rightly there."""
        if name == TYPE and isinstance(value, ox.NamedNode):
            word = self.words.get(value.value, (self._short(value.value), {}))[0]
            node.setdefault("type", []).append(word)
            return
        word, reads = self.words.get(name.value, ("", {}))
        if reads.get("@container") == "@language" and isinstance(value, ox.Literal) and value.language:
            node.setdefault(word, {}).setdefault(value.language, []).append(value.value)
            return
        plain = None if "@container" in reads else self._plain(value, reads.get("@type"))
        if word and plain is not None:
            node.setdefault(word, []).append(plain)
        else:
            node.setdefault(self._unread(name.value), []).append(self._full(value))

    def _short(self, iri: str) -> str:
        name = compact(iri)
        local = name.partition(":")[2]
        if name != iri and local and not local.startswith("//"):
            return name
        scheme, _, rest = iri.partition(":")
        if scheme in self.taken and not rest.startswith("//"):
            raise UnknownFormat(f"JSON-LD would read <{iri}> as a short name. Rename it, or take another format.")
        return iri

    def _unread(self, iri: str) -> str:
        """A key that is no word of the context, so that its values are read as they stand."""
        name = self._short(iri)
        return iri if name in self.taken else name

    def _plain(self, value: object, kind: str | None) -> Any:
        """A value that a word whose values are of some type reads rightly; None if it would not."""
        if kind is None:
            return self._full(value)
        if kind == "@id":
            return None if isinstance(value, ox.Literal) else self.reference(value)
        if not isinstance(value, ox.Literal) or value.language or value.datatype.value != expand(kind):
            return None
        return _native(value)

    def _full(self, value: object) -> Any:
        """A value that says by itself what it is."""
        if not isinstance(value, ox.Literal):
            return {"id": self.reference(value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        kind = value.datatype.value
        return value.value if kind == _STRING else {"@value": value.value, "@type": self._short(kind)}


def _native(value: ox.Literal) -> Any:
    """A number or truth value as JSON has it, if nothing is lost by it; else its text."""
    kind, told = value.datatype.value, value.value
    if kind == _BOOLEAN and told in ("true", "false"):
        return told == "true"
    if kind == _INTEGER and told.removeprefix("-").isascii() and told.removeprefix("-").isdigit():
        return int(told) if str(int(told)) == told and abs(int(told)) < _SAFE else told
    return told
