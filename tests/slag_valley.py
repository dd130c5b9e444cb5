"""A small project about a region that does not exist, complete and without a fault: what tests of checks break."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from terril.documents import Corpus
from terril.home import Home
from terril.names import ID, PREFIXES

ROOT = Path(__file__).parents[1]
VALLEY = Path(__file__).parent / "valley"
DOCUMENT = Path("data", "valley", "slag-valley.trig")
REFERENCE = Path("data", "reference", "coalland.ttl")
CONCEPTS = Path("ontology", "schemes", "concepts.ttl")
TEXTS = VALLEY / "texts"
NAMES = PREFIXES | {"slag-valley": f"{ID}passage/slag-valley/"}


def project(folder: Path) -> Home:
    """Put the project into a folder, under the real ontology and shapes."""
    shutil.copytree(VALLEY, folder, dirs_exist_ok=True)
    shutil.copy(ROOT / "ontology" / "terril.ttl", folder / "ontology")
    for part in ("modules", "shapes"):
        shutil.copytree(ROOT / "ontology" / part, folder / "ontology" / part)
    return Home(folder)


def broken(home: Home, file: Path, old: str, new: str) -> int:
    """Replace a text that stands once in a file of the project; return the line it stands on."""
    path = home.path / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def iri(name: str) -> ox.NamedNode:
    """Write a short name out, or take an IRI between angle brackets as it is."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(name.strip("<>") if name.startswith("<") else NAMES[prefix] + local)


def without(corpus: Corpus, dropped: Iterable[ox.Triple]) -> Corpus:
    """The corpus with triples taken out of every graph."""
    gone = set(dropped)
    return Corpus(
        tuple(
            replace(source, quads=tuple(quad for quad in source.quads if quad.triple not in gone))
            for source in corpus.sources
        )
    )


@dataclass(frozen=True)
class Slip:
    """A change of one file that a check must find: the text to replace, what with, the thing and the line named."""

    code: str
    old: str
    new: str
    focus: str
    line: str
    """A text that stands on the line named, in the changed file."""
    file: Path = DOCUMENT

    def __str__(self) -> str:
        return f"{self.code}-{self.new[:30].strip()}"

    def make(self, home: Home) -> int:
        """Make the slip; return the line that must be named."""
        broken(home, self.file, self.old, self.new)
        lines = (home.path / self.file).read_text("utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if self.line in line)
