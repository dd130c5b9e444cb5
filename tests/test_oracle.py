"""What is kept of owlrl's conclusions."""

import pyoxigraph as ox
import pytest

from terril import rules

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    ("ontology", "data"),
    [
        (":A rdfs:subClassOf :B .", ":a :p :b ."),
        (":note a owl:AnnotationProperty ; rdfs:domain :A . :B rdfs:subClassOf :A .", ':a :note "x" .'),
        (
            ":d a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain :A .",
            ":a a :A ; :d 1 , 2 . :b a :A ; :d 1 .",
        ),
        (":p rdfs:range :A .", ':a :p "x" .'),
    ],
    ids=["equality and things", "annotations", "equal literals", "literals as subjects"],
)
def test_its_noise_is_left_out(ontology: str, data: str) -> None:
    book = rules.compile(triples(ontology))
    assert list(rules.infer(triples(data), book, engine="owlrl")) == []


def test_a_contradiction_is_in_its_own_words() -> None:
    book = rules.compile(triples(":A owl:disjointWith :B ."))
    found = rules.infer(triples(":a a :A , :B ."), book, engine="owlrl")
    assert "https://example.org/A" in found.clashes[0][0].sentence["en"]


def test_the_datatype_table_of_rdflib_is_as_before() -> None:
    from rdflib import term

    before = dict(term._toPythonMapping)
    rules.infer(triples(":a a :A ."), rules.compile(triples(":A rdfs:subClassOf :B .")), engine="owlrl")
    assert term._toPythonMapping == before
