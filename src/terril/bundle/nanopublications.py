"""Passages and readings as nanopublications, unsigned (https://nanopub.net/guidelines/working_draft/).

Each has four graphs: the head, what is asserted, where that comes from, and who publishes it. There is no date, for the
same graph gives the same bytes; whoever signs and publishes one adds it.
"""

import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..metadata import NAMES
from ..names import BASE, ID, NANOPUBLICATION, PREFIXES, expand
from .evidence import DERIVED, QUOTED
from .graph import Graph
from .syntaxes import opened

_NP: Final = "http://www.nanopub.org/nschema#"
_TOLD: Final = tuple(
    ox.NamedNode(expand(f"terril:{name}"))
    for name in ("end", "gist", "inDocument", "interpretationNote", "ofPassage", "sha256", "spokenBy", "start")
)
"""What is told of a passage or reading, as where an assertion comes from."""
_SPOKEN: Final = ox.NamedNode(expand("terril:spokenBy"))
_PASSAGE: Final = ox.NamedNode(expand("terril:ofPassage"))
_ATTRIBUTED: Final = ox.NamedNode(expand("prov:wasAttributedTo"))


def write(graph: Graph, path: Path) -> None:
    """A nanopublication for each passage and reading that supports facts."""
    with opened(path) as file:
        ox.serialize(_all(graph), file, format=ox.RdfFormat.TRIG, prefixes={**PREFIXES, "np": _NP})


def _all(graph: Graph) -> Iterator[ox.Quad]:
    for name, quads in graph.graphs():
        if isinstance(name, ox.NamedNode) and name in graph.kinds["passage"] | graph.kinds["reading"]:
            this = named(name)
            yield from _head(this)
            yield from _placed(this, "assertion", (quad.triple for quad in quads))
            yield from _placed(this, "provenance", _provenance(graph, this, name))
            yield from _placed(this, "pubinfo", _information(graph, this))


def named(source: ox.NamedNode) -> str:
    """The name of the nanopublication of what a graph says.

    >>> named(ox.NamedNode("https://w3id.org/terril/id/passage/namur-clusters/573-669"))
    'https://w3id.org/terril/id/nanopublication/passage/namur-clusters/573-669'
    """
    inside = source.value.startswith(ID) and "#" not in source.value
    return NANOPUBLICATION + (
        source.value.removeprefix(ID) if inside else str(uuid.uuid5(uuid.NAMESPACE_URL, source.value))
    )


def _placed(this: str, part: str, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(f"{this}#{part}")
    return (ox.Quad(each.subject, each.predicate, each.object, graph) for each in triples)


def _head(this: str) -> Iterator[ox.Quad]:
    parts = {"hasAssertion": "assertion", "hasProvenance": "provenance", "hasPublicationInfo": "pubinfo"}
    links = [(ox.NamedNode(_NP + name), ox.NamedNode(f"{this}#{part}")) for name, part in parts.items()]
    kind = (ox.NamedNode(expand("rdf:type")), ox.NamedNode(_NP + "Nanopublication"))
    return _placed(this, "head", (ox.Triple(ox.NamedNode(this), name, value) for name, value in (kind, *links)))


def _provenance(graph: Graph, this: str, source: ox.NamedNode) -> Iterator[ox.Triple]:
    """Where the assertion comes from: the passage, its place in its document, its sense, and who speaks there."""
    assertion = ox.NamedNode(f"{this}#assertion")
    yield ox.Triple(assertion, QUOTED if source in graph.kinds["quotation"] else DERIVED, source)
    passages = [value for value in _values(graph, source, _PASSAGE) if isinstance(value, ox.NamedNode)]
    for passage in (source, *passages):
        for name in _TOLD:
            for value in _values(graph, passage, name):
                yield ox.Triple(passage, name, value)
                if name == _SPOKEN:
                    yield ox.Triple(assertion, _ATTRIBUTED, value)


def _values(graph: Graph, thing: ox.NamedNode, name: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    found = {quad.object for quad in graph.store.graph.quads_for_pattern(thing, name, None, None)}
    return sorted((value for value in found if not isinstance(value, ox.Triple)), key=str)


def _information(graph: Graph, this: str) -> Iterator[ox.Triple]:
    """Who publishes it, under which licence: what the graph says of itself."""
    itself, node = graph.itself, ox.NamedNode(this)
    creators = itself.iris("dcterms:creator") or [ox.NamedNode(BASE)]
    for name, values in (("dcterms:creator", creators), ("dcterms:license", itself.iris("dcterms:license"))):
        for value in values:
            yield ox.Triple(node, ox.NamedNode(expand(name)), value)
    for creator in creators:
        for called in itself.texts(*NAMES, of=creator.value):
            yield ox.Triple(creator, ox.NamedNode(expand("foaf:name")), called)
