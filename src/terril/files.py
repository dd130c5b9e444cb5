"""Checks of files: those that cannot be read, that nothing reads, that lack a header, that say whose they are twice."""

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from .documents import Corpus, SourceFile
from .errors import BadSource
from .home import Home
from .names import ID, expand
from .positions import Positions
from .reports import Check, Finding
from .results import Term

_STRAY: Final = Check(
    "files/stray",
    "violation",
    "nothing reads this file: data/ holds <region>/<document>.trig, reference/<source>.ttl and the built {built}, "
    "ontology/ holds terril.ttl and *.ttl in modules/, schemes/, shapes/ and alignments/; move it there, or out.",
    "rien ne lit ce fichier : data/ contient <région>/<document>.trig, reference/<source>.ttl et {built}, construit ; "
    "ontology/ contient terril.ttl et *.ttl dans modules/, schemes/, shapes/, alignments/ ; mettez-le là ou ailleurs.",
)
_HEADER: Final = Check(
    "files/header",
    "violation",
    "the file has no header; say outside blocks what it is: a thing of the class {kind}.",
    "le fichier n’a pas d’en-tête ; dites hors des blocs ce qu’il est : une chose de la classe {kind}.",
)
_TWICE: Final = Check(
    "files/twice",
    "violation",
    "{other} declares it as well; keep one of the two files, or tell them apart.",
    "{other} le déclare aussi ; gardez l’un des deux fichiers ou distinguez-les.",
)
_NAMESAKE: Final = Check(
    "files/namesake",
    "violation",
    "{other} has the same name, and what both say outside blocks would be mixed up; rename one of them.",
    "{other} porte le même nom, et ce que les deux disent hors des blocs serait confondu ; renommez l’un d’eux.",
)
CHECKS: Final = (_STRAY, _HEADER, _TWICE, _NAMESAKE)

_HEADERS: Final = {
    "document": ("terril:Document",),
    "reference": ("terril:ReferenceFile",),
    "ontology": ("owl:Ontology", "skos:ConceptScheme"),
}
"""The classes of what a file is, by the kind of source."""
_TYPE: Final = ox.NamedNode(expand("rdf:type"))


def unread(error: BadSource, project: Home) -> Finding:
    """Return the finding that a file cannot be read or used."""
    path = error.path or project.path
    return Finding("violation", "files/syntax", _focus(path.stem), error.sentences, path, error.line)


def strays(project: Home) -> Iterator[Finding]:
    """Yield the files of a project that lie or are called so that nothing reads them."""
    for path in project.strays:
        text = _STRAY.text(built=project.turtle.name)
        yield Finding(_STRAY.severity, _STRAY.code, _focus(path.stem), text, path, 1)


def _focus(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{ID}graph/{quote(name)}")


def check(corpus: Corpus) -> Iterator[Finding]:
    """Yield the files without a header, and those that say the same of themselves as another."""
    positions = Positions(corpus)
    declared, named = dict[ox.NamedNode, SourceFile](), dict[ox.NamedNode, SourceFile]()
    for source in corpus.sources:
        at, kinds = (source, source.graph), _HEADERS[source.kind]
        headers = _headers(source, [ox.NamedNode(expand(kind)) for kind in kinds])
        if not headers:
            yield positions.failure(_HEADER, source.graph, at, {"kind": " / ".join(kinds)}, line=1)
        for header in headers:
            first = declared.setdefault(header, source)
            if first is not source:
                yield positions.failure(_TWICE, header, at, {"other": first.path.as_posix()})
        first = named.setdefault(source.graph, source)
        if first is not source and source.kind != "ontology":
            yield positions.failure(_NAMESAKE, source.graph, at, {"other": first.path.as_posix()}, line=1)


def _headers(source: SourceFile, kinds: Collection[Term]) -> list[ox.NamedNode]:
    """What a file declares, outside blocks, to be of one of some classes."""
    quads = (quad for quad in source.quads if quad.predicate == _TYPE and quad.object in kinds)
    found = (quad.subject for quad in quads if quad.graph_name == source.graph)
    return list(dict.fromkeys(node for node in found if isinstance(node, ox.NamedNode)))
