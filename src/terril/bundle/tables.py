"""Facts about things as tables and as GraphML, for spreadsheets, Gephi and property-graph stores.

Left out is what the ontology says of its own classes and properties, and what has no name of its own.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from ..languages import distance
from ..names import PREFIXES, compact, expand
from .graph import TYPE, Graph, Stated
from .short import legible
from .syntaxes import text

NODES: Final = ("Id", "Label", "LabelFr", "Kinds")
EDGES: Final = ("Source", "Target", "Type", "Property", "Label", "Basis", "Evidence")
VALUES: Final = ("Id", "Property", "Value", "Language", "Datatype")
_LABELS: Final = tuple(
    ox.NamedNode(expand(name)) for name in ("skos:prefLabel", "foaf:name", "dcterms:title", "rdfs:label")
)
_SCHEMA: Final = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))


def nodes(graph: Graph, path: Path) -> None:
    """Every thing: its IRI, its names in English and French, and its classes with semicolons between."""
    text(path, _csv(NODES, ((iri.value, *_names(graph, iri), _kinds(graph, iri)) for iri in _nodes(graph))))


def edges(graph: Graph, path: Path) -> None:
    """Every relation between two things: what it is, what it rests on, and the graphs that say it."""
    text(path, _csv(EDGES, _edge_rows(graph)))


def values(graph: Graph, path: Path) -> None:
    """Every name, number, date and other literal of a thing."""
    found = ((stated.triple.predicate, stated.triple.object, stated.triple) for stated in _about_things(graph))
    rows = (
        (triple.subject.value, compact(name.value), value.value, value.language or "", compact(value.datatype.value))
        for name, value, triple in found
        if isinstance(value, ox.Literal) and isinstance(triple.subject, ox.NamedNode)
    )
    text(path, _csv(VALUES, rows))


def graphml(graph: Graph, path: Path) -> None:
    """Things and relations in GraphML (http://graphml.graphdrawing.org/specification.html)."""
    text(path, _graphml(graph))


def _csv(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Rows as RFC 4180 has them, but for line feeds alone at their ends."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in (head, *rows):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _about_things(graph: Graph) -> Iterator[Stated]:
    """The facts about things; those about one follow each other, so its classes are looked up once."""
    subject, is_thing = None, False
    for stated in graph.stated():
        if stated.triple.subject != subject:
            subject = stated.triple.subject
            is_thing = isinstance(subject, ox.NamedNode) and not _is_schema(graph, subject)
        if is_thing and stated.is_fact:
            yield stated


def _is_schema(graph: Graph, subject: ox.NamedNode) -> bool:
    return any(kind.startswith(_SCHEMA) for kind in _types(graph, subject))


def _types(graph: Graph, node: ox.NamedNode) -> set[str]:
    found = (quad.object for quad in graph.store.graph.quads_for_pattern(node, TYPE, None, None))
    return {kind.value for kind in found if isinstance(kind, ox.NamedNode)}


def _kinds(graph: Graph, node: ox.NamedNode) -> str:
    return ";".join(sorted(map(compact, _types(graph, node))))


def _related(graph: Graph) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode, Stated]]:
    for stated in _about_things(graph):
        start, name, end = stated.triple
        if name != TYPE and isinstance(start, ox.NamedNode) and isinstance(end, ox.NamedNode):
            yield start, name, end, stated


def _nodes(graph: Graph) -> list[ox.NamedNode]:
    """What facts are about and what relations lead to, in order."""
    found = {stated.triple.subject for stated in _about_things(graph)} | {end for _, _, end, _ in _related(graph)}
    return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=lambda node: node.value)


def _names(graph: Graph, node: ox.NamedNode) -> tuple[str, str]:
    """What a thing is called in English and in French; a name in one language also serves for the other."""
    for name in _LABELS:
        found = {quad.object for quad in graph.store.graph.quads_for_pattern(node, name, None, None)}
        if texts := [text for text in found if isinstance(text, ox.Literal)]:
            english, french = (
                min(texts, key=lambda text: (distance(text.language, tag), str(text))) for tag in _TONGUES
            )
            return english.value, french.value
    return "", ""


_TONGUES: Final = ("en", "fr")


def _edge_rows(graph: Graph) -> Iterator[tuple[str, ...]]:
    labels: dict[ox.NamedNode, str] = {}
    for start, name, end, stated in _related(graph):
        if name not in labels:
            labels[name] = _names(graph, name)[0]
        said = ";".join(each.value for each in stated.graphs if isinstance(each, ox.NamedNode))
        basis = graph.basis(stated.graphs)
        yield start.value, end.value, "Directed", compact(name.value), labels[name], basis, said


_KEYS: Final = {
    "node": {"label": "Label", "label_fr": "LabelFr", "kinds": "Kinds"},
    "edge": {"property": "Property", "label_of": "Label", "basis": "Basis"},
}
"""What GraphML tells of nodes and edges: the names of keys, and the columns they are taken from."""


def _graphml(graph: Graph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for what, keys in _KEYS.items():
        for key in keys:
            called = key.removesuffix("_of")
            yield f'<key id="{key}" for="{what}" attr.name="{called}" attr.type="string"/>\n'
    yield '<graph edgedefault="directed">\n'
    for node in _nodes(graph):
        row = dict(zip(NODES, (node.value, *_names(graph, node), _kinds(graph, node)), strict=True))
        yield f"<node id={_attribute(node.value)}>{_data('node', row)}</node>\n"
    for each in _edge_rows(graph):
        row = dict(zip(EDGES, each, strict=True))
        yield f"<edge source={_attribute(each[0])} target={_attribute(each[1])}>{_data('edge', row)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(what: str, row: dict[str, str]) -> str:
    told = ((key, row[column]) for key, column in _KEYS[what].items())
    return "".join(f'<data key="{key}">{escape(legible(value))}</data>' for key, value in told if value)


def _attribute(value: str) -> str:
    return quoteattr(legible(value))
