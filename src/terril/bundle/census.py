"""What a graph holds in numbers, counted part by part while it is written, so that no store has to count it."""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from itertools import chain, compress
from operator import itemgetter, ne, or_
from pathlib import Path
from typing import Any, Final

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
    """The counts of a part of a graph, or of several that were added up."""

    def __init__(self) -> None:
        self.facts = self.said = self._subjects = self._entities = 0
        self._things: Counter[bytes] = Counter()
        self._first: dict[bytes, bytes] = {}
        self._triples: Counter[bytes] = Counter()
        self._about: Counter[bytes] = Counter()
        self._kinds: Counter[str] = Counter()
        self._links: Counter[tuple[bytes, str, str]] = Counter()

    @classmethod
    def of(cls, part: Stated, graph: Graph, who: str) -> "Census":
        """Count what a part holds; objects are laid aside under a name."""
        found = cls()
        subjects, predicates, objects = part.facts
        found.facts = len(subjects)
        found.said = sum(map(len, part.graphs))
        different = dict.fromkeys(subjects)
        found._subjects = len(different)
        spaces = tuple(f"<{space}".encode() for space in graph.itself.spaces or [""])
        found._entities = sum(subject.startswith(spaces) for subject in different)
        found._triples.update(predicates)
        starts = map(or_, *(map(ne, column, chain((b"",), column)) for column in (subjects, predicates)))
        found._about.update(compress(predicates, starts))
        _Objects(graph.folder).add(predicates, objects, who)
        sets, voices = part.voices
        for voice, n in Counter(voices).items():
            for word in _of(graph, sets[voice]):
                found._kinds[word] += n
        of_kinds: dict[bytes, list[bytes]] = {}
        for subject, kind in compress(zip(subjects, objects, strict=True), map(TYPE.__eq__, predicates)):
            of_kinds.setdefault(kind, []).append(subject)
        found._things.update({kind: len(some) for kind, some in of_kinds.items()})
        found._first = {kind: _foremost(some) for kind, some in of_kinds.items()}
        if not _LINKING.isdisjoint(predicates):
            found._links.update(_linked(part))
        return found

    def add(self, other: "Census") -> None:
        """Add the counts of another part."""
        self.facts += other.facts
        self.said += other.said
        self._subjects += other._subjects
        self._entities += other._entities
        for mine, theirs in zip(self._counters(), other._counters(), strict=True):
            mine.update(theirs)
        for kind, subject in other._first.items():
            self._first[kind] = _foremost([subject, self._first.get(kind, subject)])

    def _counters(self) -> tuple[Counter[Any], ...]:
        return self._things, self._triples, self._about, self._kinds, self._links

    def numbers(self, folder: Path) -> Numbers:
        """All that was counted, with the objects that were laid aside in a folder."""
        objects, by_property = _Objects(folder).counts(list(self._triples))
        return Numbers(
            self._subjects,
            self._entities,
            objects,
            [(_iri(kind), n, _term(self._first[kind])) for kind, n in self._things.items() if kind.startswith(b"<")],
            {_iri(name): (n, self._about[name], by_property[name]) for name, n in self._triples.items()},
            dict(self._kinds),
            {(_iri(name), start, end): n for (name, start, end), n in self._links.items()},
        )


def _of(graph: Graph, graphs: tuple[bytes, ...]) -> list[str]:
    kinds = graph.kinds_of(graphs)
    return [word for word, kind in _KINDS.items() if kind in kinds]


_LOCAL: Final = re.compile(LOCAL)


def _start(iri: bytes) -> str:
    return _LOCAL.sub("", iri[1:-1].decode())


def _linked(part: Stated) -> Iterator[tuple[bytes, str, str]]:
    for subject, name, value in zip(*part.facts, strict=True):
        if name in _LINKING and subject.startswith(b"<") and value.startswith(b"<"):
            yield name, _start(subject), _start(value)


def _foremost(nodes: list[bytes]) -> bytes:
    """The first of some nodes in the order of SPARQL: nodes without names first."""
    nameless = [node for node in nodes if node.startswith(b"_")]
    return min(nameless) if nameless else min(nodes, key=_INSIDE)


_INSIDE: Final = itemgetter(slice(1, -1))
"""An IRI without its brackets."""


def _iri(term: bytes) -> ox.NamedNode:
    return ox.NamedNode(term[1:-1].decode())


def _term(term: bytes) -> ox.NamedNode | ox.BlankNode:
    return _iri(term) if term.startswith(b"<") else ox.BlankNode(term[2:].decode())


class _Objects:
    """Counts different objects, in all and by property, by numbers of 64 bits that are different for different ones.

    They lie in files, of which one is read at a time. (Of a thousand million objects, two would have the same number
    once in forty graphs.) The processes of a crew hash alike.
    """

    _FILES: Final = 16

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, predicates: list[bytes], objects: list[bytes], who: str) -> None:
        found = np.empty((len(objects), 2), np.int64)
        found[:, 0] = np.fromiter(map(hash, objects), np.int64, len(objects))
        numbers = {name: _number(name) for name in dict.fromkeys(predicates)}
        found[:, 1] = np.fromiter(map(numbers.__getitem__, predicates), np.int64, len(objects))
        files = found[:, 0] % self._FILES
        order = np.argsort(files, kind="stable")
        ends = np.cumsum(np.bincount(files, minlength=self._FILES))
        for number, rows in enumerate(np.split(found[order], ends[:-1])):
            with (self._folder / f"{number}.{who}.objects").open("ab") as file:
                file.write(rows.tobytes())

    def counts(self, names: list[bytes]) -> tuple[int, dict[bytes, int]]:
        """How many different objects there are, and how many each property has."""
        whole, each = 0, Counter[int]()
        for number in range(self._FILES):
            files = [np.fromfile(path, np.int64) for path in self._folder.glob(f"{number}.*.objects")]
            objects, properties = np.concatenate([*files, np.empty(0, np.int64)]).reshape(-1, 2).T
            whole += len(np.unique(objects))
            _, first = np.unique(objects * _FACTOR + properties, return_index=True)
            found, counts = np.unique(properties[first], return_counts=True)
            each.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        return whole, {name: each[_number(name)] for name in names}


def _number(name: bytes) -> int:
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)


_FACTOR: Final = np.int64(0x1E3779B97F4A7C15)
