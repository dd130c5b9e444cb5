"""Source files: Turtle and TriG in, a corpus of quads out, each file and passage under the name of its graph.

A document file states its passages in the default graph and what each passage supports in the graph named by the
passage. Reading keeps those names; what stands in a file's default graph gets the file's own graph name, so that
every triple of the corpus has one.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pyoxigraph as ox

from . import names
from .errors import BadSource, NotFound
from .home import Home, find_home
from .statements import lines

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
        return self.path.read_text(encoding="utf-8").split("\n")

    def line(self, subject: ox.NamedNode, graph: ox.NamedNode | None = None) -> int:
        """Return the number of the line, from 1, where `subject` is first described, in `graph` if given: where the
        block begins if not there, else wherever it is, else 1.
        """
        if graph:
            for key in ((graph.value, subject.value), (graph.value, graph.value)):
                if key in self._statements:
                    return self._statements[key]
        return min((line for (_, node), line in self._statements.items() if node == subject.value), default=1)

    def token_line(self, token: ox.NamedNode | str, first: int) -> int:
        """Return the number of the first line, not before line `first`, that holds a token, `first` if none does."""
        written = re.escape(token) if isinstance(token, str) else self._written(token)
        pattern = re.compile(rf"(?<![\w:-]){written}(?![\w-])")
        return next((n for n in range(first, len(self.lines) + 1) if pattern.search(self.lines[n - 1])), first)

    @cached_property
    def _statements(self) -> dict[tuple[str, str], int]:
        return lines("\n".join(self.lines), self._prefixes, self.graph.value)

    def _written(self, node: ox.NamedNode) -> str:
        spaces = [(prefix, space) for prefix, space in self._prefixes.items() if node.value.startswith(space)]
        forms = [f"<{node.value}>", *(f"{prefix}:{node.value.removeprefix(space)}" for prefix, space in spaces)]
        return f"(?:{'|'.join(map(re.escape, forms))})"

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return _prefixes("\n".join(self.lines))


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
    that is not whole.
    """
    corpus, broken = survey(find_home(home))
    if broken:
        raise broken[0]
    return corpus


def survey(project: Home) -> tuple[Corpus, list[BadSource]]:
    """Read the files of a project that can be read, and collect what is wrong with the others.

    Raises `NotFound` for a project without documents, or without a folder that it cannot do without.
    """
    for folder in project.indispensable:
        if not any(folder.glob("*.ttl")):
            raise NotFound(f"{folder} is missing, or holds no Turtle file (*.ttl). Restore it.")
    if not project.documents:
        raise NotFound(f"{project.path / 'data'} holds no document file (data/<region>/<document>.trig).")
    found, broken = list[SourceFile](), list[BadSource]()
    for path, kind in _files(project):
        try:
            found.append(_source(path, kind))
        except BadSource as error:
            broken.append(error)
    return Corpus(tuple(found)), broken


def _files(project: Home) -> Iterator[tuple[Path, Kind]]:
    yield from ((path, "ontology") for path in project.ontology)
    yield from ((path, "reference") for path in project.reference)
    yield from ((path, "document") for path in project.documents)


def parse(path: Path) -> Iterator[ox.Quad]:
    """Parse a Turtle or TriG file, named by its suffix, blank nodes kept apart from those of other files.

    Raises `NotFound` or `BadSource`.
    """
    form = ox.RdfFormat.TRIG if path.suffix == ".trig" else ox.RdfFormat.TURTLE
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    text = _decoded(content, path)
    try:
        yield from ox.parse(content, format=form, rename_blank_nodes=True)
    except SyntaxError as error:
        told = _told(error, text, form.name)
        where = f"{path}:{error.lineno}:{error.offset}"
        raise BadSource(f"{where}: {told['en']}", path, error.lineno or 1, told) from error


def _decoded(content: bytes, path: Path) -> str:
    """The text of a file, comments included, which a parser would pass over unread."""
    place = 0
    try:
        text = content.decode()
        if not text.startswith("\ufeff") and "\0" not in text:
            return text
    except UnicodeDecodeError as error:
        place = error.start
    line = content[:place].count(b"\n") + 1
    told = {
        "en": "the file is not in UTF-8 without a byte order mark; save it so.",
        "fr": "le fichier n’est pas en UTF-8 sans marque d’ordre des octets ; enregistrez-le ainsi.",
    }
    raise BadSource(f"{path}:{line}: {told['en']}", path, line, told)


def _unreadable(path: Path, error: OSError) -> BadSource:
    if path.is_dir():
        told = {
            "en": "this is a folder, and a file should be here; give the folder a name without a suffix, or move it.",
            "fr": "ceci est un dossier, à la place d’un fichier ; donnez-lui un nom sans suffixe ou déplacez-le.",
        }
    else:
        why = error.strerror or error
        told = {
            "en": f"the file cannot be read ({why}); mend its permissions, or move it away.",
            "fr": f"le fichier ne peut être lu ({why}) ; corrigez-en les droits ou déplacez-le.",
        }
    return BadSource(f"{path}: {told['en']}", path, 1, told)


def _told(error: SyntaxError, text: str, form: str) -> dict[str, str]:
    """What is wrong where the parser stopped, by language."""
    what = error.msg.partition(": ")[2] or error.msg
    if unknown := re.fullmatch(r"The prefix ([^:]*): has not been declared", what):
        return _undeclared(unknown[1], text)
    return {
        "en": f"{what}. Mend the {form} there.",
        "fr": f"ce n’est pas du {form} : l’analyseur dit « {what} » ; corrigez-le à cet endroit.",
    }


def _undeclared(prefix: str, text: str) -> dict[str, str]:
    """That a text declares a prefix nowhere; which one was perhaps meant, and the line that declares it."""
    declared = _prefixes(text)
    near = next(iter(difflib.get_close_matches(prefix, [*declared, *names.PREFIXES], 1)), prefix)
    en, fr = f"the prefix {prefix}: is not declared.", f"le préfixe {prefix}: n’est pas déclaré."
    if near != prefix:
        en, fr = f"{en} Did you mean {near}:?", f"{fr} Vouliez-vous dire {near}: ?"
    if near not in declared:
        line = f"@prefix {near}: <{names.PREFIXES.get(near, '…')}> ."
        en, fr = f"{en} Put at the top of the file: {line}", f"{fr} Mettez en tête du fichier : {line}"
    return {"en": en, "fr": fr}


def place(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    """Put a triple into a graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def merge(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """Return what quads say, whichever graph says it."""
    return {quad.triple for quad in quads}


def _prefixes(text: str) -> dict[str, str]:
    declared = (re.match(r"\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", line, re.IGNORECASE) for line in text.split("\n"))
    return {match[1]: match[2] for match in declared if match}


def _source(path: Path, kind: Kind) -> SourceFile:
    name = names.ONTOLOGY if kind == "ontology" else f"{names.ID}graph/{quote(path.stem)}"
    graph = ox.NamedNode(name)
    quads = (place(quad.triple, graph) if quad.graph_name == ox.DefaultGraph() else quad for quad in parse(path))
    return SourceFile(path, kind, graph, tuple(quads))
