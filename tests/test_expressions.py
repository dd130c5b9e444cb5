"""Class expressions, read from RDF and written in functional syntax as the OWL 2 recommendation writes them."""

import pyoxigraph as ox
import pytest

from terril.expressions import class_expression, functional, index

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix t: <https://w3id.org/terril/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
t:value a owl:DatatypeProperty .
t:it t:is """


@pytest.mark.parametrize(
    ("turtle", "written"),
    [
        ("t:A", "terril:A"),
        ("<https://example.org/A>", "<https://example.org/A>"),
        ("[ owl:intersectionOf ( t:A t:B ) ]", "ObjectIntersectionOf(terril:A terril:B)"),
        ("[ owl:unionOf ( t:A [ owl:complementOf t:B ] ) ]", "ObjectUnionOf(terril:A ObjectComplementOf(terril:B))"),
        ("[ owl:oneOf ( t:a t:b ) ]", "ObjectOneOf(terril:a terril:b)"),
        ("[ owl:unionOf ( xsd:integer xsd:string ) ]", "DataUnionOf(xsd:integer xsd:string)"),
        (
            "[ owl:onProperty [ owl:inverseOf t:p ] ; owl:someValuesFrom t:A ]",
            "ObjectSomeValuesFrom(ObjectInverseOf(terril:p) terril:A)",
        ),
        ("[ owl:onProperty t:p ; owl:allValuesFrom t:A ]", "ObjectAllValuesFrom(terril:p terril:A)"),
        ("[ owl:onProperty t:value ; owl:hasValue 'x'@en ]", 'DataHasValue(terril:value "x"@en)'),
        ("[ owl:onProperty t:p ; owl:hasSelf true ]", "ObjectHasSelf(terril:p)"),
        (
            "[ owl:onProperty t:p ; owl:minQualifiedCardinality 2 ; owl:onClass t:A ]",
            "ObjectMinCardinality(2 terril:p terril:A)",
        ),
        ("[ owl:onProperty t:p ; owl:cardinality 1 ]", "ObjectCardinality(1 terril:p)"),
        ("[ owl:onProperty t:p ; owl:qualifiedCardinality 1 ]", "ObjectCardinality(1 terril:p)"),
    ],
)
def test_an_expression_is_written_as_the_standard_writes_it(turtle: str, written: str) -> None:
    ontology = index(ox.parse(PREFIXES + turtle + " .", format=ox.RdfFormat.TURTLE))
    facts = ontology.about[ox.NamedNode("https://w3id.org/terril/ns#it")]
    assert functional(class_expression(facts["https://w3id.org/terril/ns#is"][0], ontology)) == written
