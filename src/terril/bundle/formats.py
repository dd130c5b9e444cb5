"""The formats of a bundle, in one table: what each file is called, what it is for, and what writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from . import by_graph, evidence, jsonld, nanopublications, ontology, syntaxes, tables
from .graph import Graph
from .syntaxes import FACTS, Writer


@dataclass(frozen=True)
class Format:
    """A file, or a folder if its name ends in a slash: its media type (of what is packed), what it is for, and what
    writes it. `is_whole` tells that it holds the whole graph, `of_ontology` that a graph without one has no such file.
    """

    name: str
    file: str
    media_type: str
    purpose: str
    writer: Callable[[Graph, Path], Writer]
    is_whole: bool = False
    of_ontology: bool = False


FORMATS: Final = (
    Format(
        "N-Quads", "graph.nq.gz", "application/n-quads",
        "everything: what holds in the default graph, and who says it in named graphs; for nearly any store",
        syntaxes.NQuads, is_whole=True,
    ),
    Format(
        "N-Quads, for union stores", "graph-union.nq.gz", "application/n-quads",
        "the named graphs alone, for stores whose default graph is the union of all (GraphDB, RDF4J, Virtuoso, "
        "Blazegraph, QLever, Neptune), where a triple would else be matched once more than it is said",
        syntaxes.Union,
    ),
    Format(
        "TriG", "graph.trig.gz", "application/trig",
        "everything, one block for each named graph; for people and for stores",
        syntaxes.TriG, is_whole=True,
    ),
    Format(
        "JSON-LD", "graph.jsonld.gz", "application/ld+json",
        "everything, for programs that read JSON; the context is in the file, a node on each line",
        jsonld.JsonLd, is_whole=True,
    ),
    Format(
        "N-Triples, by graph", "graphs.tar.gz", "application/n-triples",
        "a file for each named graph, listed in `graphs/index.csv`, once `tar -xzf` has unpacked it; for stores that "
        "load one graph at a time",
        by_graph.EachGraph,
    ),
    Format(
        "Turtle", FACTS, "text/turtle",
        "what holds, without who says it; for stores and tools without named graphs",
        syntaxes.Turtle,
    ),
    Format(
        "N-Triples", "facts.nt.gz", "application/n-triples",
        "the same, a fact on each line",
        syntaxes.NTriples,
    ),
    Format(
        "Turtle with claims", "claims.ttl.gz", "text/turtle",
        "what holds, and for each fact a resource with rdf:subject, rdf:predicate, rdf:object and its sources "
        "(prov:wasQuotedFrom, prov:wasDerivedFrom); for RDF 1.1 stores without named graphs",
        evidence.Claims,
    ),
    Format(
        "Turtle of RDF 1.2", "claims-rdf12.ttl.gz", "text/turtle",
        "the same with each claim as the reifier of its fact; for stores that know RDF 1.2",
        evidence.Reified,
    ),
    Format(
        "Nanopublications", "nanopublications.trig.gz", "application/trig",
        "one for each passage and reading that supports facts, unsigned and undated",
        nanopublications.Nanopublications,
    ),
    Format(
        "CSV, nodes", "nodes.csv", "text/csv",
        "things, with names and classes; for spreadsheets, Gephi and Neo4j",
        tables.Nodes,
    ),
    Format(
        "CSV, edges", "edges.csv", "text/csv",
        "relations between things, who says each, and what it rests on: stated, reference, header (of a document), "
        "ontology, reading or inferred",
        tables.Edges,
    ),
    Format(
        "CSV, values", "values.csv", "text/csv",
        "names, numbers, dates and other values of things",
        tables.Values,
    ),
    Format(
        "GraphML", "graph.graphml.gz", "application/xml",
        "things and relations; for Gephi, yEd, Cytoscape and igraph",
        tables.GraphML,
    ),
    Format(
        "Ontology in Turtle", "ontology.ttl", "text/turtle",
        "the classes and properties, all modules as one ontology",
        partial(ontology.AtEnd, ontology.turtle), of_ontology=True,
    ),
    Format(
        "Ontology in RDF/XML", "ontology.rdf", "application/rdf+xml",
        "the same; for Protégé and the OWL API",
        partial(ontology.AtEnd, ontology.rdf_xml), of_ontology=True,
    ),
    Format(
        "Ontology in functional syntax", "ontology.ofn", "text/owl-functional",
        "the same, an axiom on each line; for reading and comparing",
        partial(ontology.AtEnd, ontology.functional_syntax), of_ontology=True,
    ),
    Format(
        "Concepts in Turtle", "concepts.ttl.gz", "text/turtle",
        "the SKOS concept schemes of the ontology",
        partial(ontology.AtEnd, ontology.concepts), of_ontology=True,
    ),
)  # fmt: skip
