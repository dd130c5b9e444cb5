"""The ontology as one file, and the concepts of its schemes as another: what the graph says in its ontology graph.

A graph holds the modules of an ontology side by side. As one file they are one ontology: the one that imports the
others, without those imports.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import UnknownFormat
from ..names import ONTOLOGY, PREFIXES, expand
from . import functional
from .graph import Graph
from .short import legible
from .syntaxes import Writer, text, write_rdf

_HEADER: Final = ox.NamedNode(expand("owl:Ontology"))
_IMPORTS: Final = ox.NamedNode(expand("owl:imports"))
_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_INDIVIDUAL: Final = expand("owl:NamedIndividual")
_XML_NAME: Final = re.compile(r"[^\W\d][\w.-]*$")
"""The end of an IRI that an element may be called by."""
_DATATYPE: Final = expand("rdfs:Datatype")


class AtEnd(Writer):
    """A format that is written whole at the end, by a function."""

    def __init__(self, write: Callable[[Graph, Path], None], graph: Graph, path: Path) -> None:
        super().__init__(graph, path)
        self.write = write

    @property
    def place(self) -> None:
        return None

    def finish(self) -> None:
        self.write(self.graph, self.path)


def turtle(graph: Graph, path: Path) -> None:
    """The ontology in Turtle."""
    write_rdf(terms(graph), path, ox.RdfFormat.TURTLE)


def rdf_xml(graph: Graph, path: Path) -> None:
    """The ontology in RDF/XML. Raises `UnknownFormat` for what that cannot say."""
    found = terms(graph)
    for triple in found:
        if not _XML_NAME.search(triple.predicate.value):
            raise UnknownFormat(f"XML has no name for the property {triple.predicate}. Take the ontology in Turtle.")
        if isinstance(triple.object, ox.Literal) and legible(triple.object.value) != triple.object.value:
            raise UnknownFormat(f"XML cannot hold a text about {triple.subject}. Take the ontology in Turtle.")
    write_rdf(found, path, ox.RdfFormat.RDF_XML)


def functional_syntax(graph: Graph, path: Path) -> None:
    """The ontology in OWL 2 functional syntax. Raises `BadOntology` for what that cannot say."""
    text(path, functional.lines(terms(graph)))


def concepts(graph: Graph, path: Path) -> None:
    """The concept schemes in Turtle."""
    kept, headers = set(terms(graph)), set(_headers(graph))
    rest = (triple for triple in graph.ontology if triple not in kept and triple.subject not in headers)
    write_rdf(rest, path, ox.RdfFormat.TURTLE)


def is_there(graph: Graph) -> bool:
    """Whether the graph holds an ontology."""
    return bool(_headers(graph))


def terms(graph: Graph) -> list[ox.Triple]:
    """The triples of the ontology without its concepts, sorted; its modules under one header."""
    found = graph.ontology
    schema = {triple.subject for triple in found if _is_of_owl(triple)}
    headers = _headers(graph)
    whole = _umbrella(found, headers)
    return [
        triple
        for triple in found
        if (triple.subject in schema or isinstance(triple.subject, ox.BlankNode))
        and (triple.subject not in headers or triple.subject == whole)
        and not (triple.predicate == _IMPORTS and triple.object in headers)
    ]


def _is_of_owl(triple: ox.Triple) -> bool:
    """Whether a triple says that its subject is a class, a property or something else of the language itself."""
    kind = triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
    is_term = kind.startswith(PREFIXES["owl"]) and kind != _INDIVIDUAL
    return triple.predicate == _TYPE and (is_term or kind == _DATATYPE)


def _headers(graph: Graph) -> list[ox.NamedNode]:
    found = graph.store.graph.quads_for_pattern(None, _TYPE, _HEADER, ox.NamedNode(ONTOLOGY))
    return sorted((quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)), key=str)


def _umbrella(found: Iterable[ox.Triple], headers: Iterable[ox.NamedNode]) -> ox.NamedNode | None:
    """The header that most imports of others stand in."""
    imports = [triple.subject for triple in found if triple.predicate == _IMPORTS]
    return max(headers, key=lambda header: (imports.count(header), -len(header.value)), default=None)
