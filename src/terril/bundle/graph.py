"""A graph to write out: its quads sorted on disk, read part by part, so that all formats are written in one pass.

It is asked for nothing: what a release has to know of it beforehand is found while it is divided for sorting.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, groupby
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import dumps
from ..errors import BadGraph
from ..metadata import Itself
from ..names import INFERRED, ONTOLOGY, compact
from ..sorting import Stretches, blocks, stretches
from ..store import Embedded, quads
from .parts import TOLD, Said, Stated, has_graph
from .things import Thing, about, reached, things, told, value
from .triples import TYPE, node

_KINDS: Final = {
    "quotation": "terril:Quotation",
    "passage": "terril:Passage",
    "reading": "terril:Reading",
    "reference": "terril:ReferenceFile",
}
_BASES: Final = {
    "passage": "stated",
    "reference": "reference",
    "header": "header",
    "ontology": "ontology",
    "reading": "reading",
    "inferred": "inferred",
}
"""What a fact may rest on: by the kind of graph that says it, the strongest first, the word for it."""
_OWL: Final = ("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
_DESCRIBED: Final = ("dcat:Dataset", "void:Dataset", *(f"owl:{name}" for name in _OWL))
"""The classes of things of which all is to be known: the dataset itself, and its classes and properties."""


@dataclass(frozen=True)
class Graph:
    """A graph in order. Its facts are the triples of the default graph, or of all graphs if that one is empty.

    `kinds` gives the named graphs, as N-Triples write them, that are passages, quotations, readings, reference files,
    headers of documents, the ontology, and what was inferred; `readings` those of each passage. `store` holds what is
    said of the dataset itself and of its classes and properties.
    """

    folder: Path
    store: Embedded
    itself: Itself
    is_union: bool
    kinds: dict[str, frozenset[bytes]]
    readings: dict[bytes, tuple[bytes, ...]]
    by_subject: Stretches
    _properties: dict[bytes, tuple[str, str]] = field(default_factory=dict, compare=False)

    @property
    def parts(self) -> int:
        """In how many parts it is written, about: those of the triples, and one for all that comes after."""
        return len(self.by_subject) + 1

    def stated(self) -> Iterator[Stated]:
        """All triples, in parts; all that is said of a thing is in one part."""
        for lines in self.by_subject:
            yield Stated.of(lines, self.is_union)

    def lay_said(self, part: Stated) -> None:
        """Lay aside what named graphs say and what is told of them, for the pass over named graphs."""
        with self._named.open("ab") as file:
            pairs = zip(part.graphs, part.plain, strict=True)
            file.write(b"".join([name + b" " + line for names, line in pairs for name in names]))
            file.write(b"".join(self._told(part)))
        theirs = {names for names in set(part.graphs) if _ONTOLOGY in names}
        with self._ontology.open("ab") as file:
            file.write(b"".join(compress(part.plain, map(theirs.__contains__, part.graphs))))

    def lay_things(self, part: Stated) -> None:
        """Lay aside what tables tell of things, for the pass over things."""
        with self._things.open("ab") as file:
            file.write(b"".join(_of_things(part)))

    def _told(self, part: Stated) -> Iterator[bytes]:
        """What is told of passages and readings, as lines of the graphs that they are."""
        sources = self.kinds["passage"] | self.kinds["reading"] | self.readings.keys()
        for each in part.things:
            subject = part.triples.subjects[each.start]
            if subject in sources:
                for place in range(each.start, each.end):
                    if part.triples.predicates[place] in _TOLD:
                        for name in {subject, *self.readings.get(subject, ())}:
                            yield b"%b %b%b" % (name, TOLD, part.plain[place])

    def said(self) -> Iterator[Said]:
        """What the named graphs say, in the order of their names, in parts, once it is laid aside."""
        before = b""
        for lines in _in_order(self._named, _start):
            part = Said.of(lines, before)
            before = part.graphs[-1] if part.graphs else before
            yield part

    def things(self) -> Iterator[list[Thing]]:
        """Things in the order of their IRIs, in parts, once it is laid aside."""
        for lines in _in_order(self._things, lambda line, _: line[: line.index(b"\t") + 1]):
            yield list(things(lines))

    @cached_property
    def ontology(self) -> list[ox.Triple]:
        """What the ontology graph says, in order, once all triples are laid aside."""
        quads = ox.parse(path=self._ontology, format=ox.RdfFormat.N_TRIPLES)
        return [quad.triple for quad in quads]

    @property
    def _ontology(self) -> Path:
        return self.folder / "ontology.nt"

    @property
    def _named(self) -> Path:
        return self.folder / "named.lines"

    @property
    def _things(self) -> Path:
        return self.folder / "things.lines"

    def properties(self, names: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
        """What properties are called, short and in English."""
        new = sorted(set(names) - self._properties.keys())
        self._properties.update((name, (compact(name[1:-1].decode()), "")) for name in new)
        lines = [line for line, _ in groupby(self.by_subject.starting(name + b" " for name in new))]
        triples = Stated.of(lines, self.is_union).triples
        for each in about(triples):
            if label := each.labels[0]:
                name = triples.subjects[each.start]
                self._properties[name] = self._properties[name][0], value(label).text
        return self._properties

    def basis(self, graphs: Iterable[bytes]) -> str:
        """In a word, what a fact that these graphs say rests on; the strongest first."""
        found = (word for kind, word in _BASES.items() if not self.kinds[kind].isdisjoint(graphs))
        return next(found, "other")


def _in_order(path: Path, heads: Callable[[bytes, bytes], bytes]) -> Stretches:
    found = stretches(path, heads)
    for text in blocks(path):
        found.lay(text.splitlines(keepends=True))
    path.unlink()
    return found


def _of_things(part: Stated) -> Iterator[bytes]:
    subjects = part.triples.subjects
    for each in part.things:
        if subjects[each.start].startswith(b"<"):
            yield told(subjects[each.start], each, each.is_thing and any(part.holds[each.start : each.end]))
    yield from map(reached, dict.fromkeys(part.relations[0].objects))


def _start(line: bytes, before: bytes) -> bytes:
    """Where a part may start: with a graph, or with a thing in one that is larger than a part."""
    name, subject, _ = line.split(b" ", 2)
    return b"%b %b " % (name, subject) if before.startswith(name + b" ") else name + b" "


def sorted_in(source: Path | ox.Store, folder: Path) -> Graph:
    """Sort a graph, of a file or a store, into a folder for drafts. Raises `BadGraph` for a file with none."""
    dump, seen = folder / "dump.nq", _Seen()
    with dump.open("wb") as file:
        if isinstance(source, ox.Store):
            source.dump(file, format=ox.RdfFormat.N_QUADS)
        else:
            ox.serialize(quads(source), file, format=ox.RdfFormat.N_QUADS)
    if isinstance(source, Path) and not dump.stat().st_size:
        raise BadGraph(f"{source} is empty: it holds no triple. Get a whole copy of it.")
    found = dumps.by_subject(dump, seen)
    store = Embedded(_described(found, seen))
    readings: dict[bytes, tuple[bytes, ...]] = {}
    for reading, passage in sorted(seen.passages):
        readings[passage] = (*readings.get(passage, ()), reading)
    return Graph(folder, store, Itself.of(store), seen.is_union, seen.kinds, readings, found)


@dataclass
class _Seen:
    """What is noticed of a graph on the way: things of some classes, passages of readings, and whether there are facts
    in the default graph, of which one is kept.
    """

    typed: dict[bytes, set[bytes]] = field(default_factory=dict)
    headers: set[bytes] = field(default_factory=set)
    passages: set[tuple[bytes, bytes]] = field(default_factory=set)
    fact: bytes = b""

    def __call__(self, text: bytes) -> None:
        for match in _TYPED.finditer(text):
            self.typed.setdefault(match[1], set()).add(_subject(text, match.start()))
            if match[1] == _DOCUMENT and match[2]:
                self.headers.add(match[2])
        self.passages.update((_subject(text, match.start()), match[1]) for match in _OF_PASSAGE.finditer(text))
        if not self.fact:
            lines = text.splitlines(keepends=True)
            self.fact = next((line for line in lines if not has_graph(line)), b"")

    @property
    def is_union(self) -> bool:
        return not self.fact

    @property
    def kinds(self) -> dict[str, frozenset[bytes]]:
        """The named graphs of each kind."""
        found = {word: frozenset(self.typed.get(node(name), ())) for word, name in _KINDS.items()}
        inferred = node(INFERRED)
        headers = frozenset(name for name in self.headers - {inferred} if name.startswith(b"<"))
        return {**found, "header": headers, "ontology": frozenset([_ONTOLOGY]), "inferred": frozenset([inferred])}


def _subject(text: bytes, end: int) -> bytes:
    return text[text.rfind(b"\n", 0, end) + 1 : end]


def _described(found: Stretches, seen: _Seen) -> ox.Store:
    """What is said of the dataset and of what its description points at, and of classes and properties."""
    store = ox.Store()
    described = set().union(*(seen.typed.get(node(name), set()) for name in _DESCRIBED))
    datasets = set().union(*(seen.typed.get(node(name), set()) for name in _DESCRIBED[:2]))
    for _ in range(3):  # the things, what datasets point at, and the schemes of such concepts
        lines = b"".join(found.starting(name + b" " for name in described))
        fresh = list(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
        store.extend(fresh)
        values = {str(quad.object).encode() for quad in fresh if str(quad.subject).encode() in datasets}
        datasets = {value for value in values if value.startswith(b"<")} - described
        described = datasets
    if seen.fact:  # without a fact, the named graphs would be taken for what holds
        store.extend(ox.parse(seen.fact, format=ox.RdfFormat.N_QUADS))
    return store


_ONTOLOGY: Final = node(ONTOLOGY)
SPOKEN: Final = node("terril:spokenBy")
_TOLD: Final = frozenset(
    node(f"terril:{name}")
    for name in ("end", "gist", "inDocument", "interpretationNote", "ofPassage", "sha256", "spokenBy", "start")
)
"""What is told of a passage or reading, as where an assertion comes from."""
_DOCUMENT: Final = node("terril:Document")
_TYPED: Final = re.compile(
    b" %b (%b) (?:(\\S+) )?\\.\n"
    % (re.escape(TYPE), b"|".join(re.escape(node(name)) for name in (*_KINDS.values(), *_DESCRIBED, "terril:Document")))
)
_OF_PASSAGE: Final = re.compile(b" %b (\\S+) " % re.escape(node("terril:ofPassage")))
