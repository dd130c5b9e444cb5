"""All formats written in passes over the sorted parts of a graph: a large one by two processes, each with half of them.

Each half reads the parts anew, which takes less time than it saves: what writes formats keeps a processor busy.
"""

import contextlib
import gc
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from os import pathsep
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..datasets import Numbers
from ..errors import BadOntology, NotWritten, TerrilError, UnknownFormat
from ..store import Embedded
from . import ontology
from .census import Census
from .formats import FORMATS, Format
from .graph import Graph
from .syntaxes import Writer


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


def written(graph: Graph, drafts: Path, progress: Callable[[int, int], None] | None) -> tuple[Written, Written]:
    """Write every format that the graph has something for and that can say it: those of whole graphs, those of facts.

    `progress` is told how many parts are done, of how many. Raises `BadGraph` for triples about triples.
    """
    with _uncollected():
        if len(graph.by_subject) == 1 or not sys.executable:
            return _graphs(graph, drafts, progress), _facts(graph, drafts)
        with _elsewhere(graph, drafts) as other:
            return _graphs(graph, drafts, progress), _answer(other)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without a search for garbage, which takes a sixth of the time: all is freed as soon as its part is written."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _graphs(graph: Graph, drafts: Path, progress: Callable[[int, int], None] | None) -> Written:
    """Write the formats that hold whole graphs."""
    found = Written()
    wanted = [each for each in FORMATS if not each.of_facts and (not each.of_ontology or ontology.is_there(graph))]
    with _Writers(graph, drafts, wanted, found) as writers:
        for done, part in enumerate(graph.stated(), 1):
            graph.lay_said(part)
            writers.each(Writer.stated, part)
            if progress:
                progress(done, graph.parts)
        for said in graph.said():
            found.graphs += sum(not goes_on for *_, goes_on in said.each())
            writers.each(Writer.said, said)
        writers.each(Writer.finish)
    return found


def _facts(graph: Graph, drafts: Path) -> Written:
    """Write the formats of facts and of who says each, and count what the graph holds."""
    found, census = Written(), Census(graph)
    with _Writers(graph, drafts, [each for each in FORMATS if each.of_facts], found) as writers:
        for part in graph.stated():
            graph.lay_things(part)
            census.count(part)
            writers.each(Writer.stated, part)
        for things in graph.things():
            writers.each(Writer.things, things)
        writers.each(Writer.finish)
    found.numbers, found.facts, found.said = census.numbers(), census.facts, census.said
    return found


class _Writers(contextlib.ExitStack):
    """Formats being written; one that cannot say all of the graph is left out."""

    def __init__(self, graph: Graph, drafts: Path, formats: list[Format], found: Written) -> None:
        super().__init__()
        self._graph, self._drafts, self._found = graph, drafts, found
        self._writers: dict[str, Writer] = {}
        for each in formats:
            self._try(each.file, self._open, each)

    def each(self, do: Callable[..., None], *parts: object) -> None:
        """Let every writer do something, which is named by the method that all of them have for it."""
        for file, writer in list(self._writers.items()):
            self._try(file, getattr(writer, do.__name__), *parts)

    def _open(self, format: Format) -> None:
        writer = format.writer(self._graph, self._drafts / format.file)
        self.push(writer.files)
        self._writers[format.file] = writer
        self._found.files.append(format.file)

    def _try(self, file: str, do: Callable[..., None], *parts: object) -> None:
        try:
            do(*parts)
        except (BadOntology, UnknownFormat) as fault:
            self._found.left_out[file] = str(fault)
            if self._writers.pop(file, None):
                self._found.files.remove(file)
            (self._drafts / file).unlink(missing_ok=True)


# The other process


@contextlib.contextmanager
def _elsewhere(graph: Graph, drafts: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that writes the formats of facts, and is ended if this one fails."""
    job = (graph.folder, graph.itself, graph.is_union, graph.kinds, graph.readings, graph.by_subject)
    command = [sys.executable, "-c", _COMMAND, pathsep.join(sys.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdin is not None
            with process.stdin as channel:
                pickle.dump((job, drafts), channel)
            yield process
        except BaseException:
            process.kill()
            raise


_COMMAND: Final = f"import sys; sys.path = sys.argv[1].split({pathsep!r}); import {__name__} as w; w.answer()"


def _answer(process: "subprocess.Popen[bytes]") -> Written:
    assert process.stdout is not None
    try:
        found = pickle.load(process.stdout)
    except EOFError:
        raise NotWritten("The process that writes the formats of facts was ended. Give it more memory.") from None
    if isinstance(found, Exception):
        raise found
    assert isinstance(found, Written)
    return found


def answer() -> None:
    """Write the formats of facts for the process that started this one, and tell it what was written or failed."""
    (folder, *rest), drafts = pickle.load(sys.stdin.buffer)
    found: Written | Exception
    try:
        with _uncollected():
            found = _facts(Graph(folder, Embedded(ox.Store()), *rest), drafts)
    except (TerrilError, OSError) as error:
        found = error
    pickle.dump(found, sys.stdout.buffer)
