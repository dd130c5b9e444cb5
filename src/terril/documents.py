"""Source files: Turtle and TriG in, a corpus of quads out, each file and passage under the name of its graph.

A document file states its passages in the default graph and what each passage supports in the graph named by the
passage. Reading keeps those names; what stands in a file's default graph gets the file's own graph name, so that
every triple of the corpus has one.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from . import names
from .errors import BadSource, NotFound
from .home import Home, find_home

Kind = Literal["ontology", "reference", "document"]


@dataclass(frozen=True)
class SourceFile:
    """One file: its path, what kind of source it is, the graph that its loose statements belong to, its quads."""

    path: Path
    kind: Kind
    graph: ox.NamedNode
    quads: tuple[ox.Quad, ...] = field(repr=False)

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    def line(self, subject: ox.NamedNode, graph: ox.NamedNode | None = None) -> int:
        """Return the number of the line, from 1, where `subject` is first described, in `graph` if given.

        Turtle parsers drop positions; a search for the names as the file's prefixes write them finds them again.
        """
        first = 0
        if graph is not None and graph != self.graph:
            first = self._search(rf"{self._written(graph)}\s*\{{", 0) or 0
        return (self._search(rf"\s*{self._written(subject)}\s", first) or first) + 1

    def _search(self, pattern: str, first: int) -> int | None:
        match = re.compile(pattern).match
        return next((n for n in range(first, len(self.lines)) if match(self.lines[n] + " ")), None)

    def _written(self, node: ox.NamedNode) -> str:
        spaces = [(prefix, space) for prefix, space in self._prefixes.items() if node.value.startswith(space)]
        prefix, space = max(spaces, key=lambda pair: len(pair[1]), default=("", ""))
        forms = [re.escape(f"<{node.value}>")]
        if space:
            forms.append(re.escape(f"{prefix}:{node.value.removeprefix(space)}"))
        return f"(?:{'|'.join(forms)})"

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        declared = (re.match(r"\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", line, re.IGNORECASE) for line in self.lines)
        return {match[1]: match[2] for match in declared if match}


@dataclass(frozen=True)
class Corpus:
    """Everything that the graph is made from."""

    sources: tuple[SourceFile, ...]

    def of(self, *kinds: Kind) -> list[SourceFile]:
        """Return the sources of these kinds, in reading order."""
        return [source for source in self.sources if source.kind in kinds]

    def quads(self, *kinds: Kind) -> Iterator[ox.Quad]:
        """Yield the quads of the sources of these kinds, or of all."""
        for source in self.sources:
            if not kinds or source.kind in kinds:
                yield from source.quads

    def __len__(self) -> int:
        return sum(len(source.quads) for source in self.sources)


def read(home: Home | str | Path | None = None) -> Corpus:
    """Read the ontology, the reference files and the documents of a project.

    Raises `BadSource`, with file, line and column, for a file that is no Turtle or TriG, and `NotFound` for a project
    without documents.
    """
    project = find_home(home)
    if not project.documents:
        raise NotFound(f"{project.path / 'data'} holds no document file (data/<region>/<document>.trig).")
    ontology = (_source(path, "ontology", ox.NamedNode(names.ONTOLOGY)) for path in project.ontology)
    rest = [*_named(project.reference, "reference"), *_named(project.documents, "document")]
    return Corpus((*ontology, *rest))


def parse(path: Path) -> Iterator[ox.Quad]:
    """Parse a Turtle or TriG file, named by its suffix, blank nodes kept apart from those of other files.

    Raises `NotFound` or `BadSource`.
    """
    form = ox.RdfFormat.TRIG if path.suffix == ".trig" else ox.RdfFormat.TURTLE
    try:
        yield from ox.parse(path=str(path), format=form, rename_blank_nodes=True)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror or error}.") from error
    except SyntaxError as error:
        what = error.msg.partition(": ")[2] or error.msg
        hint = _nearest_prefix(what, path)
        raise BadSource(f"{path}:{error.lineno}:{error.offset}: {what}.{hint} Mend the {form.name} there.") from error


def _nearest_prefix(complaint: str, path: Path) -> str:
    """What an undeclared prefix was perhaps meant to be."""
    unknown = re.fullmatch(r"The prefix ([^:]*): has not been declared", complaint)
    declared = re.findall(r"^\s*@?prefix\s+([\w-]+):", path.read_text("utf-8", errors="replace"), re.MULTILINE | re.I)
    near = difflib.get_close_matches(unknown[1], declared, 1) if unknown else []
    return f" Did you mean {near[0]}:?" if near else ""


def place(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    """Put a triple into a graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def merge(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """Return what quads say, whichever graph says it."""
    return {quad.triple for quad in quads}


def _named(paths: Sequence[Path], kind: Kind) -> Iterator[SourceFile]:
    return (_source(path, kind, ox.NamedNode(f"{names.ID}graph/{path.stem}")) for path in paths)


def _source(path: Path, kind: Kind, graph: ox.NamedNode) -> SourceFile:
    quads = (place(quad.triple, graph) if quad.graph_name == ox.DefaultGraph() else quad for quad in parse(path))
    return SourceFile(path, kind, graph, tuple(quads))
