"""All formats written in passes over the sorted parts of a graph, by a crew: it makes texts, which are packed here.

A part is read once for all formats. What is written of it lies in a draft until it is the part's turn, so that a file
holds the same bytes whoever made which part.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from ..crews import Crew
from ..datasets import Numbers
from ..errors import BadOntology, UnknownFormat
from . import ontology
from .census import Census
from .formats import FORMATS, Format
from .graph import ONTOLOGY_LINES, Aside, Graph
from .packing import Archive, Text, text_for
from .parts import COLUMNS, Stated
from .syntaxes import Run, Writer


@dataclass
class Written:
    """What was written and counted: the files, and those left out with the reasons; the numbers, the facts, the named
    graphs, and the triples that these say.
    """

    files: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    numbers: Numbers | None = None
    facts: int = 0
    graphs: int = 0
    said: int = 0


def written(
    graph: Graph, drafts: Path, crew: Crew, progress: Callable[[int, int], None] = lambda done, of: None
) -> Written:
    """Write every format that the graph has something for and that can say it.

    `progress` is told how many parts are done, of how many. Raises `BadGraph` for triples about triples.
    """
    graph.keep()
    found, census = Written(), Census()
    passes = {_stated: graph.by_subject, _said: graph.by_graph, _things: graph.by_thing}
    whole, last = sum(map(len, passes.values())), b""
    with _Outputs(graph, drafts) as outputs, (graph.folder / ONTOLOGY_LINES).open("wb") as of_ontology:
        made = (crew.each(partial(work, graph.folder, drafts), _shares(len(parts))) for work, parts in passes.items())
        pieces = chain.from_iterable(chain.from_iterable(made))
        for done, piece in enumerate(pieces, 1):
            outputs.take(piece)
            of_ontology.write(piece.of_ontology)
            found.graphs += piece.graphs - (bool(piece.graphs) and piece.ends[0] == last)
            last = piece.ends[1] or last
            if piece.census:
                census.add(piece.census)
            progress(done, whole)
        of_ontology.flush()
        outputs.finish()
    _bench.cache_clear()
    found.files, found.left_out = list(outputs.files), outputs.left_out
    found.numbers, found.facts, found.said = census.numbers(graph.folder), census.facts, census.said
    return found


def _shares(count: int) -> list[range]:
    """So many parts, shared out: several at once where there are many."""
    size = min(max(count // _SHARES, 1), _TOGETHER)
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


_SHARES: Final = 16
"""Shares at least, so that all processes end at about the same time."""
_TOGETHER: Final = 2
"""Parts at most: what is laid aside of them is held."""


# What a process of the crew makes of some parts


class _Made(NamedTuple):
    """What a format says of a part: the texts, without their contents, each with how many bytes of the draft these are;
    for named graphs also all but their two texts.
    """

    texts: list[tuple[int, Text]]
    run: Run | None = None


@dataclass
class _Piece:
    """What was made of a part: the draft with all texts, what each format has in it, in that order, and why some cannot
    say it; of triples, what was counted and what the ontology graph says; of named graphs, the first, the last, and how
    many there are.
    """

    draft: Path
    of_things: bool = False
    made: dict[str, _Made] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    census: Census | None = None
    of_ontology: bytes = b""
    ends: tuple[bytes, bytes] = (b"", b"")
    graphs: int = 0

    def columns(self, writers: dict[str, Writer], part: Stated) -> list[list[bytes]]:
        """What the formats write of the sayings of a part, in their columns."""
        found = [[b""] * len(part.sayings) for _ in range(COLUMNS)]
        for name, writer in list(writers.items()):
            if writer.column is not None:
                try:
                    found[writer.column] = list(writer.sayings(part))
                except UnknownFormat as fault:
                    self.left_out[name] = str(fault)
                    del writers[name]
        return found

    def fill(self, writers: dict[str, Writer], make: Callable[[Writer], "bytes | Run | None"]) -> None:
        """Have every writer say something."""
        with self.draft.open("wb") as file:
            for name, writer in list(writers.items()):
                try:
                    told = make(writer)
                except (BadOntology, UnknownFormat) as fault:
                    self.left_out[name] = str(fault)
                    del writers[name]
                    continue
                texts = (told.text, told.more) if isinstance(told, Run) else (told or b"",)
                if any(texts) and writer.place:
                    packed = [text_for(writer.place, text) for text in texts]
                    kept = [(file.write(text.content), text._replace(content=b"")) for text in packed]
                    run = told._replace(text=b"", more=b"") if isinstance(told, Run) else None
                    self.made[name] = _Made(kept, run)


def _stated(folder: Path, drafts: Path, numbers: range) -> list[_Piece]:
    graph, writers = _bench(folder, drafts)
    aside, who = Aside(), str(os.getpid())
    pieces = [_of_triples(graph, writers, number, aside, who) for number in numbers]
    graph.lay(aside, who)
    return pieces


def _of_triples(graph: Graph, writers: dict[str, Writer], number: int, aside: Aside, who: str) -> _Piece:
    part = graph.stated(number)
    piece = _Piece(graph.folder / f"stated-{number}")
    aside.add(graph, part, piece.columns(writers, part))
    piece.census, piece.of_ontology = Census.of(part, graph, who), graph.of_ontology(part)
    piece.fill(writers, lambda writer: writer.stated(part))
    return piece


def _said(folder: Path, drafts: Path, numbers: range) -> list[_Piece]:
    graph, writers = _bench(folder, drafts)
    return [_of_graphs(graph, writers, number) for number in numbers]


def _of_graphs(graph: Graph, writers: dict[str, Writer], number: int) -> _Piece:
    part = graph.said(number)
    names = list(dict.fromkeys(part.graphs))
    ends = (names[0], names[-1]) if names else (b"", b"")
    piece = _Piece(graph.folder / f"said-{number}", ends=ends, graphs=len(names))
    piece.fill(writers, lambda writer: writer.said(part))
    return piece


def _things(folder: Path, drafts: Path, numbers: range) -> list[_Piece]:
    graph, writers = _bench(folder, drafts)
    return [_of_things(graph, writers, number) for number in numbers]


def _of_things(graph: Graph, writers: dict[str, Writer], number: int) -> _Piece:
    part = graph.things(number)
    piece = _Piece(graph.folder / f"things-{number}", of_things=True)
    piece.fill(writers, lambda writer: writer.things(part))
    return piece


@lru_cache(maxsize=1)
def _bench(folder: Path, drafts: Path) -> tuple[Graph, dict[str, Writer]]:
    """The graph, and a writer for each format: a process has them once."""
    graph = Graph.kept(folder)
    return graph, {each.file: each.writer(graph, drafts / each.file) for each in _wanted(graph)}


def _wanted(graph: Graph) -> Iterator[Format]:
    return (each for each in FORMATS if not each.of_ontology or ontology.is_there(graph))


# What becomes of it here


class _Output(ExitStack):
    """A file into which texts of a format are joined.

    What comes last and is known first, if there is such, is packed apart until then.
    """

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer, self._place = writer, writer.place
        self._graph = self._closing = b""
        self._is_empty = True
        if self._place:
            self._place.parent.mkdir(exist_ok=True)
            self._file = self._last = self.enter_context(Archive(self._place))
            self._file.write(writer.head)
            if writer.things_first:
                self._last = self.enter_context(Archive(self._apart))

    @property
    def _apart(self) -> Path:
        assert self._place
        return self._place.with_name(f"last-{self._place.name}")

    def take(self, text: Text, *, of_things: bool = False) -> None:
        """Take a text of a part."""
        if text.size:
            file = self._file if of_things else self._last
            self._begin(file)
            file.take(text)

    def take_run(self, run: Run, text: Text, more: Text) -> None:
        """Take the texts for some named graphs of a part."""
        if run.first and run.first == self._graph:
            self.take(text)
        else:
            self._last.write(self._closing)
            self._begin(self._last)
            self._last.write(run.opening)
            self._last.take(text)
            self._closing = run.closing
        if more.size:
            self._last.write(self._closing)
            self.take(more)
            self._closing = run.last_closing
        self._graph = run.last

    def _begin(self, file: Archive) -> None:
        """Write what stands between texts, behind the first one."""
        if not self._is_empty:
            file.write(self._writer.between)
        self._is_empty = False

    def finish(self) -> None:
        """Write the end. Raises `BadOntology` or `UnknownFormat` for what the format cannot say."""
        if self._place:
            self._last.write(self._closing + self._writer.tail)
            if self._writer.things_first:
                self._last.close()
                self._file.extend(self._apart)
                self._apart.unlink()
            self.close()
        self._writer.finish()

    def drop(self) -> None:
        """Remove what was written."""
        self.close()
        for path in [self._place, self._apart] if self._place else [self._writer.path]:
            path.unlink(missing_ok=True)


class _Outputs(ExitStack):
    """The files being written, by format; one that cannot say all of the graph is left out."""

    def __init__(self, graph: Graph, drafts: Path) -> None:
        super().__init__()
        self.left_out: dict[str, str] = {}
        self.files = {
            each.file: self.enter_context(_Output(each.writer(graph, drafts / each.file))) for each in _wanted(graph)
        }

    def take(self, piece: _Piece) -> None:
        """Write what was made of a part."""
        for name, reason in piece.left_out.items():
            self._leave_out(name, reason)
        with piece.draft.open("rb") as draft:
            for name, made in piece.made.items():
                texts = [text._replace(content=draft.read(size)) for size, text in made.texts]
                if name not in self.files:
                    continue
                if made.run:
                    self.files[name].take_run(made.run, *texts)
                else:
                    self.files[name].take(*texts, of_things=piece.of_things)
        piece.draft.unlink()

    def finish(self) -> None:
        """Write the ends, in the order of the formats."""
        for name, output in list(self.files.items()):
            try:
                output.finish()
            except (BadOntology, UnknownFormat) as fault:
                self._leave_out(name, str(fault))

    def _leave_out(self, name: str, reason: str) -> None:
        if name in self.files:
            self.left_out[name] = reason
            self.files.pop(name).drop()
