"""Axioms as clauses: their names, the axioms they stand for, and the errors for what has no clauses."""

import pyoxigraph as ox
import pytest

from terril import rules
from terril.errors import BadOntology

PREFIXES = """
@prefix terril: <https://w3id.org/terril/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://w3id.org/terril/ns#> .
terril:value a owl:DatatypeProperty .
"""


def compiled(turtle: str) -> rules.Rulebook:
    return rules.compile(ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("turtle", "name", "axiom"),
    [
        (
            "terril:locatedIn owl:propertyChainAxiom ( terril:locatedIn terril:within ) .",
            "chain/terril:locatedIn/terril:locatedIn.terril:within",
            "SubObjectPropertyOf(ObjectPropertyChain(terril:locatedIn terril:within) terril:locatedIn)",
        ),
        (
            "terril:hosts owl:propertyChainAxiom ( [ owl:inverseOf terril:within ] ) .",
            "chain/terril:hosts/^terril:within",
            "SubObjectPropertyOf(ObjectPropertyChain(ObjectInverseOf(terril:within)) terril:hosts)",
        ),
        (
            "terril:Pole rdfs:subClassOf terril:Cluster .",
            "subclass/terril:Cluster/terril:Pole",
            "SubClassOf(terril:Pole terril:Cluster)",
        ),
        (
            "[ owl:onProperty :spinOffOf ; owl:someValuesFrom org:Organization ] rdfs:subClassOf :SpinOff .",
            "subclass/terril:SpinOff/terril:spinOffOf.org:Organization",
            "SubClassOf(ObjectSomeValuesFrom(terril:spinOffOf org:Organization) terril:SpinOff)",
        ),
        (
            "terril:Pole rdfs:subClassOf [ owl:onProperty terril:hasStrand ; owl:allValuesFrom terril:Strand ] .",
            "subclass/terril:Strand(B)/terril:Pole(A).terril:hasStrand(A,B)",
            "SubClassOf(terril:Pole ObjectAllValuesFrom(terril:hasStrand terril:Strand))",
        ),
        (
            "terril:value rdfs:domain terril:Figure .",
            "domain/terril:Figure/terril:value",
            "DataPropertyDomain(terril:value terril:Figure)",
        ),
        (
            "terril:within rdfs:range terril:Place .",
            "range/terril:Place/^terril:within",
            "ObjectPropertyRange(terril:within terril:Place)",
        ),
        (
            "terril:within a owl:TransitiveProperty .",
            "transitive/terril:within",
            "TransitiveObjectProperty(terril:within)",
        ),
    ],
)
def test_a_rule_has_a_readable_name_and_its_axiom_in_functional_syntax(turtle: str, name: str, axiom: str) -> None:
    (rule,) = compiled(turtle).rules
    assert (rule.name, rule.axiom) == (name, axiom)


def test_both_directions_of_an_inverse_are_rules_of_their_own() -> None:
    names = [rule.name for rule in compiled("terril:hosts owl:inverseOf terril:operatesIn .").rules]
    assert names == ["inverse/terril:hosts/^terril:operatesIn", "inverse/terril:operatesIn/^terril:hosts"]


def test_every_two_of_many_disjoint_classes_clash() -> None:
    book = compiled("[] a owl:AllDisjointClasses ; owl:members ( terril:A terril:B terril:C ) .")
    assert [clash.name for clash in book.clashes] == [
        "disjoint/terril:A.terril:B",
        "disjoint/terril:A.terril:C",
        "disjoint/terril:B.terril:C",
    ]
    assert {clash.axiom for clash in book.clashes} == {"DisjointClasses(terril:A terril:B terril:C)"}


@pytest.mark.parametrize(
    ("turtle", "axiom"),
    [
        ("terril:p a owl:FunctionalProperty .", "FunctionalObjectProperty(terril:p)"),
        ("terril:p a owl:InverseFunctionalProperty .", "InverseFunctionalObjectProperty(terril:p)"),
        ("terril:p a owl:ReflexiveProperty .", "ReflexiveObjectProperty(terril:p)"),
        ("terril:A owl:hasKey ( terril:p terril:q ) .", "HasKey(terril:A terril:p terril:q)"),
        ("terril:A owl:disjointUnionOf ( terril:B terril:C ) .", "DisjointUnion(terril:A terril:B terril:C)"),
        ("terril:a owl:sameAs terril:b .", "SameIndividual(terril:a terril:b)"),
        (
            "terril:A rdfs:subClassOf [ owl:onProperty terril:p ; owl:someValuesFrom terril:B ] .",
            "SubClassOf(terril:A ObjectSomeValuesFrom(terril:p terril:B))",
        ),
        (
            "terril:A rdfs:subClassOf [ owl:unionOf ( terril:B terril:C ) ] .",
            "SubClassOf(terril:A ObjectUnionOf(terril:B terril:C))",
        ),
        (
            "terril:A owl:equivalentClass [ owl:unionOf ( terril:B terril:C ) ] .",
            "EquivalentClasses(terril:A ObjectUnionOf(terril:B terril:C))",
        ),
        (
            "terril:A owl:unionOf ( terril:B terril:C ) .",
            "EquivalentClasses(terril:A ObjectUnionOf(terril:B terril:C))",
        ),
        (
            "terril:A rdfs:subClassOf [ owl:onProperty terril:p ; owl:maxCardinality 1 ] .",
            "SubClassOf(terril:A ObjectMaxCardinality(1 terril:p))",
        ),
        (
            ":A rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :B ] .",
            "SubClassOf(terril:A ObjectMaxCardinality(1 terril:p terril:B))",
        ),
        (
            "[ owl:onProperty terril:p ; owl:allValuesFrom terril:B ] rdfs:subClassOf terril:A .",
            "SubClassOf(ObjectAllValuesFrom(terril:p terril:B) terril:A)",
        ),
        (
            "[ owl:complementOf terril:B ] rdfs:subClassOf terril:A .",
            "SubClassOf(ObjectComplementOf(terril:B) terril:A)",
        ),
        ("owl:Thing rdfs:subClassOf terril:A .", "SubClassOf(owl:Thing terril:A)"),
        ("terril:value rdfs:range xsd:date .", "DataPropertyRange(terril:value xsd:date)"),
        ("terril:A owl:subClassOf terril:B .", "owl:subClassOf(terril:A terril:B)"),
        ("terril:p a owl:TransitivProperty .", "owl:TransitivProperty(terril:p)"),
    ],
)
def test_an_axiom_without_rules_is_an_error_that_names_it(turtle: str, axiom: str) -> None:
    with pytest.raises(BadOntology) as fault:
        compiled(turtle)
    assert str(fault.value).startswith(f"{axiom} cannot be compiled: ")
    assert str(fault.value).endswith(".")


def test_all_unsupported_axioms_are_named_at_once_one_to_a_line() -> None:
    with pytest.raises(BadOntology) as fault:
        compiled("terril:q a owl:ReflexiveProperty . terril:p a owl:ReflexiveProperty .")
    assert [line.split(" ")[0] for line in str(fault.value).splitlines()] == [
        "ReflexiveObjectProperty(terril:p)",
        "ReflexiveObjectProperty(terril:q)",
    ]


@pytest.mark.parametrize(
    "turtle",
    [
        "terril:A rdfs:subClassOf [ owl:unionOf ( terril:B ) , [] ] .",
        "terril:p owl:propertyChainAxiom [ rdf:first terril:p ] .",
        "terril:p owl:propertyChainAxiom rdf:nil .",
        "_:l rdf:first terril:p ; rdf:rest _:l . terril:p owl:propertyChainAxiom _:l .",
        "terril:A rdfs:subClassOf [ rdfs:label 'nothing' ] .",
        "[ owl:onProperty [] ; owl:someValuesFrom terril:A ] rdfs:subClassOf terril:B .",
        "terril:A rdfs:subClassOf [ owl:onProperty terril:p ; owl:hasValue [] ] .",
        "terril:p rdfs:subPropertyOf owl:topObjectProperty .",
        "[ owl:onProperty terril:p ; owl:someValuesFrom :B ; owl:hasValue :b ] rdfs:subClassOf :A .",
        "[ owl:onProperty terril:p , terril:q ; owl:someValuesFrom :B ] rdfs:subClassOf :A .",
        "[ owl:unionOf ( :A :B ) ; owl:intersectionOf ( :C :D ) ] rdfs:subClassOf :E .",
    ],
)
def test_a_malformed_axiom_is_an_error_and_never_a_traceback(turtle: str) -> None:
    with pytest.raises(BadOntology):
        compiled(turtle)


@pytest.mark.parametrize(
    "turtle",
    [
        "terril:A a owl:Class ; rdfs:label 'A'@en ; rdfs:isDefinedBy terril:x .",
        "terril:x a owl:Ontology ; owl:imports terril:y ; owl:versionInfo '1' .",
        "terril:note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:comment ; rdfs:domain terril:A .",
        "[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B .",
        ":A rdfs:subClassOf :A , owl:Thing . :p rdfs:domain owl:Thing . :value rdfs:range rdfs:Literal .",
        "owl:Nothing rdfs:subClassOf terril:A .",
        "terril:a a terril:A ; terril:p terril:b .",
    ],
)
def test_what_says_nothing_of_logic_gives_no_clause(turtle: str) -> None:
    book = compiled(turtle)
    assert (book.rules, book.clashes) == ((), ())


def test_the_order_of_triples_does_not_matter() -> None:
    turtle = """
        [ owl:intersectionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :B ] ) ] rdfs:subClassOf :C .
        [] a owl:AllDisjointClasses ; owl:members ( terril:C terril:D terril:E ) .
        terril:p owl:propertyChainAxiom ( terril:p terril:q ) , ( terril:q terril:p ) .
    """
    triples = list(ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE))
    one, other = rules.compile(triples), rules.compile(reversed(triples))
    assert (one.rules, one.clashes) == (other.rules, other.clashes)
