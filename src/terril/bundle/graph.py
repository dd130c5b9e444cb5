"""A graph to write out: its quads sorted on disk, read part by part, so that all formats are written in one pass.

It is asked for nothing: what a release has to know of it beforehand is found while it is divided for sorting.
"""

import codecs
import os
import pickle
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import compress, groupby
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from ..crews import Crew
from ..dumps import apart, canonical, subject
from ..errors import BadGraph
from ..metadata import Itself
from ..names import INFERRED, ONTOLOGY, compact
from ..ntriples import PLAIN_QUAD
from ..sorting import Stretches, bounds, chosen, share
from ..store import Embedded, diagnosis, opened
from .parts import CELL, COLUMNS, TOLD, Said, Stated
from .things import Thing, about, reached, things, told, value
from .triples import TYPE, node

_KINDS: Final = {
    "quotation": "terril:Quotation",
    "passage": "terril:Passage",
    "reading": "terril:Reading",
    "reference": "terril:ReferenceFile",
}
_SOURCES: Final = frozenset(("passage", "reading"))
_BASES: Final = {
    "passage": "stated",
    "reference": "reference",
    "header": "header",
    "ontology": "ontology",
    "reading": "reading",
    "inferred": "inferred",
}
"""What a fact may rest on: by the kind of graph that says it, the strongest first, the word for it."""
_OTHER: Final = "other"
_NONE: Final = frozenset[str]()
BASES: Final = (*_BASES.values(), _OTHER)
"""The words for what a fact may rest on."""
_OWL: Final = ("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
_DESCRIBED: Final = ("dcat:Dataset", "void:Dataset", *(f"owl:{name}" for name in _OWL))
"""The classes of things of which all is to be known: the dataset itself, and its classes and properties."""


@dataclass(frozen=True)
class Graph:
    """A graph in order. Its facts are the triples of the default graph, or of all graphs if that one is empty.

    `kinds` gives the named graphs, as N-Triples write them, that are passages, quotations, readings, reference files,
    headers of documents, the ontology, and what was inferred; `readings` those of each passage. `described` are the
    quads that tell of the dataset itself and of its classes and properties. What is sorted by graph and by thing is
    laid aside while the triples are written. What is kept in the folder, every process that writes finds.
    """

    folder: Path
    described: bytes
    is_union: bool
    kinds: dict[str, frozenset[bytes]]
    readings: dict[bytes, tuple[bytes, ...]]
    by_subject: Stretches
    by_graph: Stretches
    by_thing: Stretches

    def keep(self) -> None:
        """Keep it in its folder."""
        with (self.folder / _KEPT).open("wb") as file:
            pickle.dump(self, file)

    @classmethod
    def kept(cls, folder: Path) -> "Graph":
        """The graph of a folder."""
        with (folder / _KEPT).open("rb") as file:
            found = pickle.load(file)
        assert isinstance(found, cls)
        return found

    @cached_property
    def store(self) -> Embedded:
        """What is said of the dataset itself and of its classes and properties."""
        store = ox.Store()
        store.extend(ox.parse(self.described, format=ox.RdfFormat.N_QUADS))
        return Embedded(store)

    @cached_property
    def itself(self) -> Itself:
        """What the graph says of itself."""
        return Itself.of(self.store)

    def stated(self, number: int) -> Stated:
        """A part of the triples; all that is said of a thing is in one part."""
        return Stated.of(self.by_subject.sorted(number), self.is_union)

    def said(self, number: int) -> Said:
        """A part of what the named graphs say, which come in the order of their names: once it is laid aside, once."""
        found = Said.of(self.by_graph.sorted(number), number)
        for read in (self.by_graph, self.by_subject):  # all triples were read before
            read.remove(number)
        return found

    def things(self, number: int) -> list[Thing]:
        """A part of the things, which come in the order of their IRIs, once they are laid aside."""
        return list(things(self.by_thing.sorted(number)))

    def lay(self, found: "Aside", who: str) -> None:
        """Lay aside what was found in some parts of the triples."""
        self.by_graph.lay(found.said, who, found.graphs)
        self.by_thing.lay(found.things, who)

    def of_ontology(self, part: Stated) -> bytes:
        """What the ontology graph says, as N-Triples."""
        sets, voices = part.voices
        theirs = [_ONTOLOGY in names for names in sets]
        return b"".join(compress(part.plain, map(theirs.__getitem__, voices))) if any(theirs) else b""

    def told(self, part: Stated) -> Iterator[tuple[bytes, bytes]]:
        """What is told of passages and readings: the graphs that they are, and a line to lay aside for each."""
        for each in part.things:
            subject = part.triples.subjects[each.start]
            if subject in self.readings or self.is_source(subject):
                for place in range(each.start, each.end):
                    if part.triples.predicates[place] in _TOLD:
                        for name in {subject, *self.readings.get(subject, ())}:
                            yield name, b"%b %b%b%b\n" % (name, TOLD, part.plain[place][:-1], CELL * COLUMNS)

    @cached_property
    def ontology(self) -> list[ox.Triple]:
        """What the ontology graph says, in order, once all triples are written."""
        quads = ox.parse(path=self.folder / ONTOLOGY_LINES, format=ox.RdfFormat.N_TRIPLES)
        return [quad.triple for quad in quads]

    def properties(self, names: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
        """What properties are called, short and in English."""
        known = self._properties
        new = sorted(set(names) - known.keys())
        known.update((name, (compact(name[1:-1].decode()), "")) for name in new)
        lines = [line for line, _ in groupby(self.by_subject.starting(name + b" " for name in new))]
        triples = Stated.of(lines, self.is_union).triples
        for each in about(triples):
            if label := each.labels[0]:
                name = triples.subjects[each.start]
                known[name] = known[name][0], value(label).text
        return known

    @cached_property
    def _properties(self) -> dict[bytes, tuple[str, str]]:
        return {}

    def basis(self, graphs: Sequence[bytes]) -> str:
        """In a word, what a fact that these graphs say rests on; the strongest first."""
        kinds = self.kinds_of(graphs)
        if kinds not in self._bases:
            self._bases[kinds] = next((word for kind, word in _BASES.items() if kind in kinds), _OTHER)
        return self._bases[kinds]

    @cached_property
    def _bases(self) -> dict[frozenset[str], str]:
        return {}

    def is_source(self, graph: bytes) -> bool:
        """Whether a named graph is a passage or a reading."""
        return not _SOURCES.isdisjoint(self._kinds_of.get(graph, ()))

    def kinds_of(self, graphs: Sequence[bytes]) -> frozenset[str]:
        """The kinds of some named graphs."""
        known = self._kinds_of
        if len(graphs) == 1:  # as for most facts
            return known.get(graphs[0], _NONE)
        return _NONE.union(*(known[name] for name in graphs if name in known))

    @cached_property
    def _kinds_of(self) -> dict[bytes, frozenset[str]]:
        found: dict[bytes, frozenset[str]] = {}
        for kind, names in self.kinds.items():
            one = frozenset([kind])
            several: dict[frozenset[str], frozenset[str]] = {}
            for name in names:
                before = found.get(name)
                found[name] = one if before is None else several.setdefault(before, before | one)
        return found


@dataclass
class Aside:
    """What is to be laid aside of some parts of the triples, all at once, since it goes into many files: what named
    graphs say and what is told of them, with the graph of each line, and what tables tell of things.
    """

    graphs: list[bytes] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    things: list[bytes] = field(default_factory=list)

    def add(self, graph: Graph, part: Stated, columns: Sequence[Iterable[bytes]]) -> None:
        """Add what is in a part, with the texts that formats have for its sayings."""
        self.graphs += [name for name, _ in part.sayings]
        self.said += part.laid(columns)
        for name, line in graph.told(part):
            self.graphs.append(name)
            self.said.append(line)
        self.things += _of_things(part)


_KEPT: Final = "graph.pickle"
ONTOLOGY_LINES: Final = "ontology.nt"
"""The file, in a graph's folder, of what its ontology graph says."""


def _of_things(part: Stated) -> Iterator[bytes]:
    subjects = part.triples.subjects
    for each in part.things:
        if subjects[each.start].startswith(b"<"):
            yield told(subjects[each.start], each, each.is_thing and any(part.holds[each.start : each.end]))
    yield from map(reached, dict.fromkeys(part.relations[0].objects))


# Dividing


def sorted_in(source: Path | ox.Store, folder: Path, crew: Crew) -> Graph:
    """Sort a graph, of a file or a store, into a folder for drafts.

    Raises `NotFound`, and `BadGraph` for a file that is damaged or holds no triple.
    """
    if isinstance(source, Path):
        try:
            with opened(source) as (file, format):
                found = _divided(_lines_of(source, file, format, folder), folder, crew)
        except BadGraph as fault:
            raise diagnosis(source, fault) from None
        if found.by_subject.is_empty:
            raise BadGraph(f"{source} is empty: it holds no triple. Get a whole copy of it.")
        return found
    dump = folder / _DUMP
    source.dump(str(dump), format=ox.RdfFormat.N_QUADS)
    return _divided(dump, folder, crew)


def _lines_of(source: Path, file: IO[bytes], format: ox.RdfFormat, folder: Path) -> Path:
    """A file of lines with what a graph file holds: the file itself, if it is one."""
    if source.suffix in (".nq", ".nt"):
        return source
    dump = folder / _DUMP
    quads = ox.parse(file, format, base_iri=source.resolve().as_uri())
    with dump.open("wb") as lines:  # whose errors tell what they are, as those of a file that is named do not
        ox.serialize(quads, lines, format=ox.RdfFormat.N_QUADS)
    return dump


def _divided(lines: Path, folder: Path, crew: Crew) -> Graph:
    seen, blank, found = _Seen(), list[bytes](), set[bytes]()
    spans = range(0, lines.stat().st_size, _SPAN)
    for noticed, unnamed, some in crew.each(partial(_looked_through, lines, folder, share()), spans):
        seen.add(noticed)
        blank += unnamed
        found.update(some)
    by_subject = Stretches(folder / "by-subject", bounds(found, subject))
    by_graph = Stretches(folder / "by-graph", bounds(_sample_of_graphs(found), _start, _GROWTH))
    by_thing = Stretches(folder / "by-thing", bounds(_sample_of_things(found), _thing)[_PER_THING::_PER_THING])
    for _ in crew.each(partial(_laid, lines, folder, by_subject), spans):
        pass
    blank = canonical(blank)
    by_subject.lay(blank)
    seen.notice(b"".join(blank))
    if not seen.fact:
        seen.fact = next(filter(None, crew.each(partial(_fact_of, by_subject), range(len(by_subject)))), b"")
    readings: dict[bytes, tuple[bytes, ...]] = {}
    for reading, passage in sorted(seen.passages):
        readings[passage] = (*readings.get(passage, ()), reading)
    described = _described(by_subject, seen)
    return Graph(folder, described, seen.is_union, seen.kinds, readings, by_subject, by_graph, by_thing)


_DUMP: Final = "dump.nq"
_SPAN: Final = 1 << 24
"""Bytes of a file that are looked through at once."""
_GROWTH: Final = 2
"""What graphs say is laid aside as several formats write it."""
_PIECE: Final = 1 << 16
_PER_THING: Final = 2
"""What tables tell of things is shorter than what is said of them: one stretch will do for several."""


def _looked_through(path: Path, folder: Path, share: int, start: int) -> tuple["_Seen", list[bytes], list[bytes]]:
    """Tell what is noticed in a span of a file, its lines with blank nodes, and a sample of the others.

    If some lines are not canonical, a draft will hold those that are laid aside instead. Raises `BadGraph` for what is
    no RDF.
    """
    text = _span(path, start)
    _check_encoding(text)
    lines, blank = PLAIN_QUAD.findall(text), list[bytes]()
    if len(lines) < text.count(b"\n") or not text.endswith(b"\n"):
        lines += _canonical(PLAIN_QUAD.sub(b"", text))
        text = b"".join(lines)
        lines, blank = apart(lines, text)
        _draft(folder, start).write_bytes(b"".join(lines))
    seen = _Seen()
    seen.notice(text)
    return seen, blank, chosen(lines, share)


def _span(path: Path, start: int) -> bytes:
    """The lines that start in a span of a file."""
    with path.open("rb") as file:
        file.seek(max(start - 1, 0))
        if start:
            file.readline()
        text = file.read(max(start + _SPAN - file.tell(), 0))
        return text if text.endswith(b"\n") else text + file.readline()


def _draft(folder: Path, start: int) -> Path:
    return folder / f"span-{start}.nq"


def _laid(path: Path, folder: Path, by_subject: Stretches, start: int) -> None:
    """Lay the lines of a span of a file aside, but for those with blank nodes."""
    draft = _draft(folder, start)
    text = draft.read_bytes() if draft.exists() else _span(path, start)
    by_subject.lay(text.splitlines(keepends=True), str(os.getpid()))


def _fact_of(by_subject: Stretches, number: int) -> bytes:
    """A line of a stretch that names no graph, if there is one."""
    found = _FACT.search(b"".join(by_subject.sorted(number)))
    return found[0] if found else b""


def _canonical(text: bytes) -> list[bytes]:
    """Lines as the serialiser writes them."""
    try:
        quads = ox.parse(text, format=ox.RdfFormat.N_QUADS)
        return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    except (SyntaxError, ValueError) as fault:
        raise BadGraph(str(fault)) from None


def _check_encoding(text: bytes) -> None:
    """Read a text by the piece, of which most have no other letters than ASCII and take little time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(text), _PIECE):
            decoder.decode(text[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        raise BadGraph(str(fault)) from None


def _sample_of_graphs(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that name a graph, with the graph first, as they are laid aside for it."""
    for line in lines:
        if PLAIN_QUAD.fullmatch(line):
            first, second, rest = line.split(b" ", 2)
            head, _, name = rest[:-3].rpartition(b" ")
            if name.startswith(b"<") and head:
                yield b"%b %b %b %b .\n" % (name, first, second, head)


def _sample_of_things(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The things of lines, as they are laid aside for tables."""
    for line in lines:
        first, _, rest = line.split(b" ", 2)
        yield from (reached(term) for term in (first, rest.split(b" ", 1)[0]) if term.startswith(b"<"))


def _start(line: bytes, before: bytes) -> bytes:
    """Where a part may start: with a graph, or, in one that is larger than a part, with a thing that is not its first
    one, so that what is told of the graph is in one part with triples of it.
    """
    name, subject, _ = line.split(b" ", 2)
    is_further = before.startswith(name + b" ") and before.split(b" ", 2)[1] < subject
    return b"%b %b " % (name, subject) if is_further else name + b" "


def _thing(line: bytes, _before: bytes) -> bytes:
    return line[: line.index(b"\t") + 1]


@dataclass
class _Seen:
    """What is noticed of a graph on the way: things of some classes, passages of readings, and a line of the default
    graph, if there is one.
    """

    typed: dict[bytes, set[bytes]] = field(default_factory=dict)
    headers: set[bytes] = field(default_factory=set)
    passages: set[tuple[bytes, bytes]] = field(default_factory=set)
    fact: bytes = b""

    def notice(self, text: bytes) -> None:
        """Look through some lines."""
        for match in _TYPED.finditer(text):
            self.typed.setdefault(match[1], set()).add(_subject(text, match.start()))
            if match[1] == _DOCUMENT and match[2]:
                self.headers.add(match[2])
        self.passages.update((_subject(text, match.start()), match[1]) for match in _OF_PASSAGE.finditer(text))
        if not self.fact and (found := _LITERAL_FACT.search(text)):
            self.fact = _line(text, found.start())

    def add(self, other: "_Seen") -> None:
        """Add what was noticed of other lines."""
        for kind, found in other.typed.items():
            self.typed.setdefault(kind, set()).update(found)
        self.headers |= other.headers
        self.passages |= other.passages
        self.fact = self.fact or other.fact

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


def _line(text: bytes, place: int) -> bytes:
    return text[text.rfind(b"\n", 0, place) + 1 : text.find(b"\n", place) + 1]


def _described(found: Stretches, seen: _Seen) -> bytes:
    """What is said of the dataset and of what its description points at, and of classes and properties, as quads."""
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
    return store.dump(format=ox.RdfFormat.N_QUADS) or b""


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
_FACT: Final = re.compile(rb'^\S++ \S++ (?:[<_]\S++|"(?:[^"\\]|\\.)*+"\S*+) \.\n', re.MULTILINE)
"""A line that names no graph."""
_LITERAL_FACT: Final = re.compile(rb'"(?:@[\w-]++|\^\^<[^>]*+>)?+ \.\n')
"""The end of such a line if its object is a literal: found in a tenth of the time, and in nearly every graph."""
_OF_PASSAGE: Final = re.compile(b" %b (\\S+) " % re.escape(node("terril:ofPassage")))
