"""Who says what, for stores without named graphs: each fact as a named claim, in RDF 1.1 and in RDF 1.2.

A claim has the name that `terril explain --format turtle` gives the same triple, so that what both say of it meets. It
was quoted from a passage in the words of a person, and derived from whatever else says it (PROV-O).
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..explanations import statement
from ..names import ONTOLOGY, PREFIXES, expand
from .graph import Graph, Stated
from .short import short
from .syntaxes import text, write_rdf

QUOTED: Final = ox.NamedNode(expand("prov:wasQuotedFrom"))
DERIVED: Final = ox.NamedNode(expand("prov:wasDerivedFrom"))
_PARTS: Final = tuple(ox.NamedNode(expand(f"rdf:{name}")) for name in ("subject", "predicate", "object"))


def sources(graph: Graph, stated: Stated) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
    """Who says a triple, besides the ontology, which is its own evidence: each with the property that tells how."""
    named = (name for name in stated.graphs if isinstance(name, ox.NamedNode) and name.value != ONTOLOGY)
    return [(QUOTED if name in graph.kinds["quotation"] else DERIVED, name) for name in named]


def claims(graph: Graph, path: Path) -> None:
    """The facts, and a resource for each that something says, with its subject, predicate, object and sources.

    The resource is in no class: it is about a triple whether or not that triple holds.
    """
    found = (triple for stated in graph.stated() for triple in _claim(graph, stated))
    write_rdf(chain(graph.facts(), found), path, ox.RdfFormat.TURTLE)


def _claim(graph: Graph, stated: Stated) -> Iterator[ox.Triple]:
    says = sources(graph, stated)
    if says:
        name = statement(stated.triple)
        for part, term in zip(_PARTS, stated.triple, strict=True):
            yield ox.Triple(name, part, term)
        for how, source in says:
            yield ox.Triple(name, how, source)


def reified(graph: Graph, path: Path) -> None:
    """The facts, a line for each, with their claims as reifiers (https://www.w3.org/TR/rdf12-turtle/).

    What is said and does not hold, if there is such a triple, is reified and not asserted.
    """
    head = ['VERSION "1.2"\n', *(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())]
    text(path, chain(head, (_line(graph, stated) for stated in graph.stated())))


def _line(graph: Graph, stated: Stated) -> str:
    triple = " ".join(map(short, stated.triple))
    says = sources(graph, stated)
    told = " ; ".join(f"{short(how)} {short(source)}" for how, source in says)
    if not says:
        return f"{triple} .\n" if stated.is_fact else ""
    name = short(statement(stated.triple))
    return f"{triple} ~ {name} {{| {told} |}} .\n" if stated.is_fact else f"<< {triple} ~ {name} >> {told} .\n"
