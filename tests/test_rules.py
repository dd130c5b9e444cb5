"""What an ontology means: each kind of axiom alone, and generated ontologies against owlrl."""

from collections.abc import Iterable
from typing import Literal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril import rules
from terril.errors import Contradiction

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES = ("C0", "C1", "C2", "C3")
PROPERTIES = ("p0", "p1", "p2")
DATA = ("d0", "d1")
DECLARED = (
    "".join(f":{name} a owl:Class .\n" for name in CLASSES)
    + "".join(f":{name} a owl:ObjectProperty .\n" for name in PROPERTIES)
    + "".join(f":{name} a owl:DatatypeProperty .\n" for name in DATA)
)


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def lines(found: Iterable[ox.Triple]) -> list[str]:
    return [str(triple) for triple in found]


def inferred(ontology: str, data: str) -> set[ox.Triple]:
    return set(rules.infer(triples(data), rules.compile(triples(DECLARED + ontology))))


CASES = {
    "subclass": (":C0 rdfs:subClassOf :C1 . :C1 rdfs:subClassOf :C2 .", ":a a :C0 .", ":a a :C1 , :C2 ."),
    "equivalent class": (":C0 owl:equivalentClass :C1 .", ":a a :C0 . :b a :C1 .", ":a a :C1 . :b a :C0 ."),
    "subproperty": (":p0 rdfs:subPropertyOf :p1 .", ":a :p0 :b .", ":a :p1 :b ."),
    "data subproperty": (":d0 rdfs:subPropertyOf :d1 .", ':a :d0 "x" .', ':a :d1 "x" .'),
    "equivalent property": (":p0 owl:equivalentProperty :p1 .", ":a :p1 :b .", ":a :p0 :b ."),
    "domain": (":p0 rdfs:domain :C0 .", ":a :p0 :b .", ":a a :C0 ."),
    "data domain": (":d0 rdfs:domain :C0 .", ":a :d0 1 .", ":a a :C0 ."),
    "range": (":p0 rdfs:range :C0 .", ":a :p0 :b .", ":b a :C0 ."),
    "inverse": (":p0 owl:inverseOf :p1 .", ":a :p0 :b . :c :p1 :d .", ":b :p1 :a . :d :p0 :c ."),
    "symmetric": (":p0 a owl:SymmetricProperty .", ":a :p0 :b .", ":b :p0 :a ."),
    "transitive": (
        ":p0 a owl:TransitiveProperty .",
        ":a :p0 :b . :b :p0 :c . :c :p0 :d .",
        ":a :p0 :c , :d . :b :p0 :d .",
    ),
    "transitive circle": (":p0 a owl:TransitiveProperty .", ":a :p0 :b . :b :p0 :a .", ":a :p0 :a . :b :p0 :b ."),
    "chain of two": (":p2 owl:propertyChainAxiom ( :p0 :p1 ) .", ":a :p0 :b . :b :p1 :c .", ":a :p2 :c ."),
    "chain of three": (
        ":p2 owl:propertyChainAxiom ( :p0 :p1 :p0 ) .",
        ":a :p0 :b . :b :p1 :c . :c :p0 :d , :e .",
        ":a :p2 :d , :e .",
    ),
    "recursive chain": (
        ":p0 owl:propertyChainAxiom ( :p0 :p1 ) .",
        ":a :p0 :b . :b :p1 :c . :c :p1 :d .",
        ":a :p0 :c , :d .",
    ),
    "recursive chain over a transitive property": (
        ":p0 owl:propertyChainAxiom ( :p0 :p1 ) . :p1 a owl:TransitiveProperty .",
        ":a :p0 :b . :b :p1 :c . :c :p1 :d .",
        ":a :p0 :c , :d . :b :p1 :d .",
    ),
    "recursive chain over a property that is stated for one thing": (
        ":p0 owl:propertyChainAxiom ( :p0 :p1 ) . "
        "[ owl:oneOf ( :b ) ] rdfs:subClassOf [ owl:onProperty :p1 ; owl:hasValue :c ] .",
        ":a :p0 :b . :c :p1 :d .",
        ":b :p1 :c . :a :p0 :c , :d .",
    ),
    "chain with an inverse": (
        ":p2 owl:propertyChainAxiom ( [ owl:inverseOf :p0 ] :p1 ) .",
        ":a :p0 :b . :a :p1 :c .",
        ":b :p2 :c .",
    ),
    "inverse as a subproperty": ("[ owl:inverseOf :p0 ] rdfs:subPropertyOf :p1 .", ":a :p0 :b .", ":b :p1 :a ."),
    "some values on the left": (
        "[ owl:onProperty :p0 ; owl:someValuesFrom :C0 ] rdfs:subClassOf :C1 .",
        ":a :p0 :b . :b a :C0 . :c :p0 :d .",
        ":a a :C1 .",
    ),
    "some values from anything": (
        "[ owl:onProperty :p0 ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf :C1 .",
        ":a :p0 :b .",
        ":a a :C1 .",
    ),
    "has value on the left": (
        "[ owl:onProperty :p0 ; owl:hasValue :b ] rdfs:subClassOf :C1 .",
        ":a :p0 :b . :c :p0 :d .",
        ":a a :C1 .",
    ),
    "has literal on the left": (
        '[ owl:onProperty :d0 ; owl:hasValue "x"@en ] rdfs:subClassOf :C1 .',
        ':a :d0 "x"@en . :b :d0 "x" .',
        ":a a :C1 .",
    ),
    "intersection on the left": (
        "[ owl:intersectionOf ( :C0 :C1 ) ] rdfs:subClassOf :C2 .",
        ":a a :C0 , :C1 . :b a :C0 .",
        ":a a :C2 .",
    ),
    "union on the left": (
        "[ owl:unionOf ( :C0 :C1 ) ] rdfs:subClassOf :C2 .",
        ":a a :C0 . :b a :C1 .",
        ":a a :C2 . :b a :C2 .",
    ),
    "enumeration on the left": ("[ owl:oneOf ( :a :b ) ] rdfs:subClassOf :C0 .", ":b a :C0 .", ":a a :C0 ."),
    "nested on the left": (
        "[ owl:intersectionOf ( :C0 [ owl:onProperty :p0 ; "
        "owl:someValuesFrom [ owl:unionOf ( :C1 [ owl:oneOf ( :e ) ] ) ] ] ) ] rdfs:subClassOf :C2 .",
        ":a a :C0 ; :p0 :b . :b a :C1 . :c a :C0 ; :p0 :e . :d a :C0 ; :p0 :f .",
        ":a a :C2 . :c a :C2 .",
    ),
    "all values on the right": (
        ":C0 rdfs:subClassOf [ owl:onProperty :p0 ; owl:allValuesFrom :C1 ] .",
        ":a a :C0 ; :p0 :b . :c :p0 :d .",
        ":b a :C1 .",
    ),
    "has value on the right": (
        ":C0 rdfs:subClassOf [ owl:onProperty :p0 ; owl:hasValue :v ] .",
        ":a a :C0 .",
        ":a :p0 :v .",
    ),
    "has literal on the right": (
        ":C0 rdfs:subClassOf [ owl:onProperty :d0 ; owl:hasValue 7 ] .",
        ":a a :C0 .",
        ":a :d0 7 .",
    ),
    "intersection on the right": (
        ":C0 rdfs:subClassOf [ owl:intersectionOf ( :C1 [ owl:onProperty :p0 ; owl:allValuesFrom :C2 ] ) ] .",
        ":a a :C0 ; :p0 :b .",
        ":a a :C1 . :b a :C2 .",
    ),
    "definition by intersection": (
        ":C0 owl:equivalentClass [ owl:intersectionOf ( :C1 :C2 ) ] .",
        ":a a :C1 , :C2 . :b a :C0 .",
        ":a a :C0 . :b a :C1 , :C2 .",
    ),
    "has value that feeds itself": (
        "[ owl:onProperty :p0 ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf "
        "[ owl:onProperty [ owl:inverseOf :p0 ] ; owl:hasValue :v ] .",
        ":a :p0 :b .",
        ":v :p0 :a , :v .",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_axiom_gives_exactly_what_the_standard_says(case: str) -> None:
    ontology, data, expected = CASES[case]
    assert inferred(ontology, data) == set(triples(expected))


@pytest.mark.parametrize("case", CASES)
def test_owlrl_gives_the_same_for_each_kind_of_axiom(case: str) -> None:
    ontology, data, expected = CASES[case]
    book = rules.compile(triples(DECLARED + ontology))
    assert set(rules.infer(triples(data), book, engine="owlrl")) == set(triples(expected))


CLASHES = {
    "disjoint classes": (":C0 owl:disjointWith :C1 .", ":a a :C0 , :C1 ."),
    "all disjoint classes": ("[] a owl:AllDisjointClasses ; owl:members ( :C0 :C1 :C2 ) .", ":a a :C0 , :C2 ."),
    "disjoint properties": (":p0 owl:propertyDisjointWith :p1 .", ":a :p0 :b ; :p1 :b ."),
    "asymmetric": (":p0 a owl:AsymmetricProperty .", ":a :p0 :b . :b :p0 :a ."),
    "irreflexive": (":p0 a owl:IrreflexiveProperty .", ":a :p0 :a ."),
    "complement on the right": (":C0 rdfs:subClassOf [ owl:complementOf :C1 ] .", ":a a :C0 , :C1 ."),
    "nothing": (":C0 rdfs:subClassOf owl:Nothing .", ":a a :C0 ."),
    "inferred disjointness": (":C0 owl:disjointWith :C1 . :p0 rdfs:domain :C1 .", ":a a :C0 ; :p0 :b ."),
}
ALONE = {
    "datatype range": (":d0 rdfs:range xsd:decimal .", ':a :d0 "x" .'),
    "functional data property": (":d0 a owl:FunctionalProperty .", ":a :d0 1 , 2 ."),
    "all disjoint properties": ("[] a owl:AllDisjointProperties ; owl:members ( :p0 :p1 ) .", ":a :p0 :b ; :p1 :b ."),
    "integer range": (":d0 rdfs:range xsd:nonNegativeInteger .", ":a :d0 -1 ."),
    "thing as value": (":d0 rdfs:range xsd:string .", ":a :d0 :b ."),
    "data values": (
        ":C0 rdfs:subClassOf [ owl:onProperty :d0 ; owl:allValuesFrom xsd:string ] .",
        ":a a :C0 ; :d0 1 .",
    ),
}
"""Contradictions that owlrl 7.6 does not notice."""


@pytest.mark.parametrize("case", CLASHES | ALONE)
def test_a_contradiction_is_found_with_the_triples_that_make_it(case: str) -> None:
    ontology, data = (CLASHES | ALONE)[case]
    found = rules.infer(triples(data), rules.compile(triples(DECLARED + ontology)))
    assert len(found.clashes) == 1
    _, matched = found.clashes[0]
    assert set(matched) <= {*triples(data), *found}
    assert matched == tuple(sorted(matched, key=str))
    with pytest.raises(Contradiction, match="contradicts the ontology"):
        found.raise_for_clashes()


@pytest.mark.parametrize("case", CLASHES)
def test_owlrl_finds_the_same_contradictions(case: str) -> None:
    ontology, data = CLASHES[case]
    assert rules.infer(triples(data), rules.compile(triples(DECLARED + ontology)), engine="owlrl").clashes


@pytest.mark.parametrize(
    ("ontology", "data"),
    [
        (":d0 a owl:FunctionalProperty .", ':a :d0 1 , 01 , 1.0 , "+1"^^xsd:int .'),
        (":d0 rdfs:range xsd:decimal .", ":a :d0 1 , 1.5 ."),
        (":C0 owl:disjointWith :C1 .", ":a a :C0 . :b a :C1 ."),
        (":p0 a owl:AsymmetricProperty .", ":a :p0 :b . :b :p0 :c ."),
    ],
)
def test_what_is_consistent_raises_no_contradiction(ontology: str, data: str) -> None:
    found = rules.infer(triples(data), rules.compile(triples(DECLARED + ontology)))
    assert not found.clashes
    found.raise_for_clashes()


def test_only_what_is_new_is_inferred_sorted_and_counted() -> None:
    book = rules.compile(triples(DECLARED + ":C0 rdfs:subClassOf :C1 , :C2 ."))
    found = rules.infer(triples(":b a :C0 . :a a :C0 , :C1 ."), book)
    expected = triples(":a a :C2 . :b a :C1 . :b a :C2 .")
    assert list(found) == expected
    assert len(found) == 3


def test_a_literal_never_becomes_a_subject() -> None:
    ontology = ":p0 owl:inverseOf :p1 ; rdfs:range :C0 ."
    assert inferred(ontology, ':a :p0 "x" .') == set()


TOPICS = """
:narrower a owl:ObjectProperty ; rdfs:domain :Topic . :Topic a owl:Class . :C0 a owl:Class .
:on a owl:ObjectProperty ; owl:propertyChainAxiom ( :on [ owl:inverseOf :narrower ] ) .
:science :narrower :physics , :chemistry . :physics :narrower :optics .
"""
SAID = ":a :on :optics ."
NEW = ":science a :Topic . :physics a :Topic . :a :on :physics , :science ."
engines = pytest.mark.parametrize("engine", ["terril", "owlrl"])


@engines
def test_what_the_ontology_says_about_individuals_takes_part(engine: Literal["terril", "owlrl"]) -> None:
    found = rules.infer(triples(SAID), rules.compile(triples(TOPICS)), engine=engine)
    assert set(found) == set(triples(NEW))


@engines
def test_what_the_ontology_says_is_never_new(engine: Literal["terril", "owlrl"]) -> None:
    found = rules.infer(triples(SAID), rules.compile(triples(TOPICS + ":physics a :Topic .")), engine=engine)
    assert set(found) == set(triples(NEW)) - set(triples(":physics a :Topic ."))


@engines
def test_a_graph_that_holds_the_ontology_already_gives_the_same(engine: Literal["terril", "owlrl"]) -> None:
    ontology = triples(TOPICS)
    found = rules.infer([*ontology, *triples(SAID)], rules.compile(ontology), engine=engine)
    assert set(found) == set(triples(NEW))


def test_a_contradiction_between_the_data_and_the_ontology_is_found() -> None:
    book = rules.compile(triples(TOPICS + ":C0 owl:disjointWith :Topic ."))
    ((_, matched),) = rules.infer(triples(":physics a :C0 ."), book).clashes
    assert set(matched) == set(triples(":physics a :C0 , :Topic ."))


NAMES = st.sampled_from
ATOMS = NAMES([f":{name}" for name in CLASSES])
ROLES = NAMES([f":{name}" for name in PROPERTIES] + [f"[ owl:inverseOf :{name} ]" for name in PROPERTIES])
PLAIN = NAMES([f":{name}" for name in PROPERTIES])
VALUES = NAMES(["1", '"x"', '"y"@en', "true"])
THINGS = NAMES([":a", ":b", ":c", ":d", ":e"])
FIELDS = NAMES([f":{name}" for name in DATA])


def lefts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom {} ]".format, ROLES, inner)
        | st.builds("[ a owl:Class ; owl:intersectionOf ( {} {} ) ]".format, inner, inner)
        | st.builds("[ a owl:Class ; owl:unionOf ( {} {} ) ]".format, inner, inner)
    )


LEFT = st.recursive(
    ATOMS
    | st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ]".format, PLAIN, THINGS)
    | st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ]".format, FIELDS, VALUES)
    | st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom owl:Thing ]".format, ROLES)
    | st.builds("[ a owl:Class ; owl:oneOf ( {} {} ) ]".format, THINGS, THINGS),
    lefts,
    max_leaves=3,
)
RIGHT = st.recursive(
    ATOMS
    | st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ]".format, PLAIN, THINGS)
    | st.builds("[ a owl:Class ; owl:complementOf {} ]".format, LEFT),
    lambda inner: (
        st.builds("[ a owl:Restriction ; owl:onProperty {} ; owl:allValuesFrom {} ]".format, ROLES, inner)
        | st.builds("[ a owl:Class ; owl:intersectionOf ( {} {} ) ]".format, inner, inner)
    ),
    max_leaves=3,
)
AXIOM = (
    st.builds("{} rdfs:subClassOf {} .".format, LEFT, RIGHT)
    | st.builds("{} owl:equivalentClass {} .".format, ATOMS, ATOMS)
    | st.builds("{} owl:disjointWith {} .".format, ATOMS, LEFT)
    | st.builds("[] a owl:AllDisjointClasses ; owl:members ( {} {} {} ) .".format, ATOMS, ATOMS, ATOMS)
    | st.builds("{} rdfs:domain {} .".format, PLAIN | FIELDS, RIGHT)
    | st.builds("{} rdfs:range {} .".format, PLAIN, RIGHT)
    | st.builds("{} rdfs:subPropertyOf {} .".format, PLAIN, PLAIN)
    | st.builds("{} rdfs:subPropertyOf {} .".format, FIELDS, FIELDS)
    | st.builds("{} owl:equivalentProperty {} .".format, PLAIN, PLAIN)
    | st.builds("{} owl:inverseOf {} .".format, PLAIN, PLAIN)
    | st.builds("{} owl:propertyDisjointWith {} .".format, PLAIN, PLAIN)
    | st.builds("{} owl:propertyChainAxiom ( {} {} ) .".format, PLAIN, ROLES, ROLES)
    | st.builds("{} owl:propertyChainAxiom ( {} {} {} ) .".format, PLAIN, PLAIN, PLAIN, PLAIN)
    | st.builds("{} a owl:{}Property .".format, PLAIN, NAMES(["Symmetric", "Transitive", "Asymmetric", "Irreflexive"]))
)
FACT = (
    st.builds("{} a {} .".format, THINGS, ATOMS)
    | st.builds("{} {} {} .".format, THINGS, PLAIN, THINGS)
    | st.builds("{} {} {} .".format, THINGS, FIELDS, VALUES)
)


@settings(max_examples=60, deadline=None)
@given(axioms=st.lists(AXIOM, max_size=6), known=st.lists(FACT, max_size=3), facts=st.lists(FACT, max_size=8))
def test_on_any_ontology_and_data_owlrl_infers_the_same_and_finds_contradictions_alike(
    axioms: list[str], known: list[str], facts: list[str]
) -> None:
    book = rules.compile(triples(DECLARED + "\n".join(axioms + known)))
    data = triples("\n".join(facts))
    ours, theirs = rules.infer(data, book), rules.infer(data, book, engine="owlrl")
    assert lines(ours) == lines(theirs)
    assert bool(ours.clashes) == bool(theirs.clashes)
