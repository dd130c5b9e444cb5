"""Rules in words: what a reader of an explanation sees."""

import pyoxigraph as ox
import pytest

from terril import rules

ONTOLOGY = """
@prefix t: <https://w3id.org/terril/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
t:Cluster rdfs:label "cluster"@en , "cluster"@fr . t:Organisation rdfs:label "organisation"@en , "organisation"@fr .
t:locatedIn rdfs:label "located in"@en , "situé dans"@fr . t:within rdfs:label "within"@en , "dans"@fr .
t:hasStrand rdfs:label "has strand"@en , "a pour axe"@fr . t:role rdfs:label "role"@en , "fonction"@fr .
t:wallonia skos:prefLabel "Wallonia"@en , "Wallonie"@fr .
t:value a owl:DatatypeProperty ; rdfs:label "value"@en , "valeur"@fr .
"""


def said(turtle: str) -> tuple[str, str]:
    book = rules.compile(ox.parse(ONTOLOGY + turtle, format=ox.RdfFormat.TURTLE))
    (clause,) = (*book.rules, *book.clashes)
    return clause.sentence["en"], clause.sentence["fr"]


@pytest.mark.parametrize(
    ("turtle", "english", "french"),
    [
        (
            "t:Cluster rdfs:subClassOf t:Organisation .",
            "Every cluster is an organisation.",
            "Tout ce qui est de type « cluster » est aussi de type « organisation ».",
        ),
        (
            "t:locatedIn owl:propertyChainAxiom ( t:locatedIn t:within ) .",
            "If A is located in B and B is within C, then A is located in C.",
            "Si A est situé dans B et B est dans C, alors A est situé dans C.",
        ),
        (
            "t:hasStrand rdfs:domain t:Cluster .",
            "If A has strand B, then A is a cluster.",
            "Si A a pour axe B, alors A est de type « cluster ».",
        ),
        (
            "t:role rdfs:range t:Cluster .",
            "If A has role B, then B is a cluster.",
            "Si A a pour fonction B, alors B est de type « cluster ».",
        ),
        (
            "t:Cluster rdfs:subClassOf [ owl:onProperty t:within ; owl:hasValue t:wallonia ] .",
            "If A is a cluster, then A is within Wallonia.",
            "Si A est de type « cluster », alors A est dans Wallonie.",
        ),
        (
            "t:Cluster owl:disjointWith t:Organisation .",
            "Nothing is both a cluster and an organisation.",
            "Rien n’est à la fois de type « cluster » et de type « organisation ».",
        ),
        (
            "t:value a owl:FunctionalProperty .",
            "It cannot be that A has value B and A has value C and B differs from C.",
            "Il y a contradiction si A a pour valeur B et A a pour valeur C et B diffère de C.",
        ),
        (
            "t:value rdfs:range xsd:decimal .",
            "It cannot be that A has value B and B is no value of xsd:decimal.",
            "Il y a contradiction si A a pour valeur B et B n’est pas une valeur de xsd:decimal.",
        ),
        (
            "t:unlabelled rdfs:domain t:Cluster .",
            "If A has terril:unlabelled B, then A is a cluster.",
            "Si A « terril:unlabelled » B, alors A est de type « cluster ».",
        ),
    ],
)
def test_a_clause_is_a_sentence_made_from_labels(turtle: str, english: str, french: str) -> None:
    assert said(turtle) == (english, french)
