"""What a graph holds in numbers, counted part by part while it is written, so that no store has to count it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from ..datasets import LINKING, LOCAL, Numbers
from .graph import Graph
from .parts import Stated
from .triples import TYPE, node

_KINDS: Final = {
    "passages": "passage",
    "readings": "reading",
    "headers": "header",
    "reference": "reference",
    "inferred": "inferred",
    "ontology": "ontology",
}
"""Parts of a dataset, and the kinds of named graph that say what is in them."""
_LINKING: Final = frozenset(map(node, LINKING))


class Census:
    """The counts of a graph, of which it is told part by part."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._spaces = tuple(f"<{space}".encode() for space in graph.itself.spaces or [""])
        self._objects = _Objects(graph.folder)
        self.facts = self.said = self._subjects = self._entities = 0
        self._things: Counter[bytes] = Counter()
        self._first: dict[bytes, bytes] = {}
        self._triples: Counter[bytes] = Counter()
        self._about: Counter[bytes] = Counter()
        self._kinds: Counter[str] = Counter()
        self._links: Counter[tuple[bytes, str, str]] = Counter()

    def count(self, part: Stated) -> None:
        """Count what a part holds."""
        subjects, predicates, objects = part.facts
        self.facts += len(subjects)
        self.said += sum(map(len, part.graphs))
        different = dict.fromkeys(subjects)
        self._subjects += len(different)
        self._entities += sum(subject.startswith(self._spaces) for subject in different)
        self._triples.update(predicates)
        self._about.update(name for _, name in set(zip(subjects, predicates, strict=True)))
        self._objects.add(predicates, objects)
        for graphs, n in Counter(part.graphs).items():
            self._kinds.update(dict.fromkeys(self._of(graphs), n))
        rows = zip(subjects, predicates, objects, strict=True)
        of_kinds = [(subject, kind) for subject, name, kind in rows if name == TYPE]
        self._things.update(kind for _, kind in of_kinds)
        for subject, kind in of_kinds:
            if (first := self._first.setdefault(kind, subject)) is not subject and _rank(subject) < _rank(first):
                self._first[kind] = subject
        if not _LINKING.isdisjoint(predicates):
            self._links.update(_linked(part))

    def _of(self, graphs: tuple[bytes, ...]) -> list[str]:
        return [word for word, kind in _KINDS.items() if not self._graph.kinds[kind].isdisjoint(graphs)]

    def numbers(self) -> Numbers:
        """All that was counted."""
        objects, by_property = self._objects.counts()
        return Numbers(
            self._subjects,
            self._entities,
            objects,
            [(_iri(kind), n, _term(self._first[kind])) for kind, n in self._things.items() if kind.startswith(b"<")],
            {_iri(name): (n, self._about[name], by_property[name]) for name, n in self._triples.items()},
            dict(self._kinds),
            {(_iri(name), start, end): n for (name, start, end), n in self._links.items()},
        )


_LOCAL: Final = re.compile(LOCAL)


def _start(iri: bytes) -> str:
    return _LOCAL.sub("", iri[1:-1].decode())


def _linked(part: Stated) -> Iterator[tuple[bytes, str, str]]:
    for subject, name, value in zip(*part.facts, strict=True):
        if name in _LINKING and subject.startswith(b"<") and value.startswith(b"<"):
            yield name, _start(subject), _start(value)


def _rank(term: bytes) -> tuple[bool, bytes]:
    """Where a node stands in the order of SPARQL: nodes without names first."""
    return (True, term[1:-1]) if term.startswith(b"<") else (False, term)


def _iri(term: bytes) -> ox.NamedNode:
    return ox.NamedNode(term[1:-1].decode())


def _term(term: bytes) -> ox.NamedNode | ox.BlankNode:
    return _iri(term) if term.startswith(b"<") else ox.BlankNode(term[2:].decode())


class _Objects:
    """Counts different objects, in all and by property, by numbers of 64 bits that are different for different ones.

    They lie in files, of which one is read at a time. (Of a thousand million objects, two would have the same number
    once in forty graphs.)
    """

    _FILES: Final = 16

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[bytes, int] = {}

    def add(self, predicates: list[bytes], objects: list[bytes]) -> None:
        found = np.empty(len(objects), _ROW)
        found["object"] = np.fromiter(map(hash, objects), np.int64, len(objects))
        for name in dict.fromkeys(predicates):
            self._names.setdefault(name, len(self._names))
        found["property"] = np.fromiter(map(self._names.__getitem__, predicates), np.int32, len(objects))
        for number in range(self._FILES):
            with self._path(number).open("ab") as file:
                file.write(found[found["object"] % self._FILES == number].tobytes())

    def counts(self) -> tuple[int, dict[bytes, int]]:
        """How many different objects there are, and how many each property has."""
        whole, each = 0, np.zeros(len(self._names), np.int64)
        for number in range(self._FILES):
            found = np.fromfile(self._path(number), _ROW) if self._path(number).exists() else _NONE
            objects, properties = found["object"], found["property"]
            whole += len(np.unique(objects))
            _, first = np.unique(objects * _FACTOR + properties, return_index=True)
            each += np.bincount(properties[first], minlength=len(each))
        return whole, dict(zip(self._names, each.tolist(), strict=True))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.objects"


_ROW: Final = np.dtype([("object", np.int64), ("property", np.int32)])
_NONE: Final = np.empty(0, _ROW)
_FACTOR: Final = np.int64(0x1E3779B97F4A7C15)
