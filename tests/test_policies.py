"""Policies of connection: the ontology decides on every relation, and people may call its terms what they like."""

import pyoxigraph as ox
import pytest

import terril
from terril import names, policies
from terril.documents import parse


def iri(name) -> ox.NamedNode:
    return ox.NamedNode(names.expand(name))


@pytest.fixture(scope="module")
def policy(home):
    return policies.policy(terril.connect(home=home), home)


def test_the_ontology_decides_of_every_relation_between_things_whether_it_connects(home):
    declared, decided = set(), []
    for path in home.ontology:
        for quad in parse(path):
            if quad.predicate == iri("rdf:type") and quad.object == iri("owl:ObjectProperty"):
                declared.add(quad.subject)
            if quad.predicate == iri("terril:connects"):
                decided.append(quad.subject)
    assert sorted(map(str, decided)) == sorted(map(str, declared))


def test_what_the_ontology_says_is_read_from_the_graph_and_from_the_project_alike(policy, home):
    own = policies.policy(terril.connect(ox.Store()), home)
    assert (policy.is_own, own.is_own) == (False, True)
    assert own.relations == policy.relations
    assert own.hubs == policy.hubs
    assert own.most == policy.most == 100
    assert iri("terril:hasStrand") in policy.relations
    assert iri("terril:inDocument") not in policy.relations


def test_a_hub_class_holds_its_subclasses(policy):
    assert {iri("terril:Country"), iri("terril:Municipality")} <= policy.within(policy.hubs)
    assert iri("terril:Site") not in policy.within(policy.hubs)
    assert policy.within([iri("terril:Strategy")]) == {
        iri("terril:Strategy"),
        iri("terril:SmartSpecialisationStrategy"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terril:Topic", ["terril:Topic"]),
        (f"<{names.NS}Topic>", ["terril:Topic"]),
        ("topics", ["terril:Topic"]),
        ("SUJETS", ["terril:Topic"]),
        ("strand", ["terril:StrategicStrand"]),
        ("pôles de compétitivité", ["terril:CompetitivenessCluster"]),
        ("spin-off", ["terril:SpinOff"]),
        ("spin-off of", ["terril:spinOffOf"]),
        ("se concentre sur", ["terril:focusesOn"]),
        ("area", ["terril:InnovationArea", "terril:MetropolitanArea", "terril:ThematicArea"]),
        ("renvoie à", []),
        ("mecatech", []),
        ("", []),
        ("  ", []),
        ("of", []),
        ("x" * 1_000_000, []),
        ('"> } #', []),
    ],
)
def test_a_text_names_classes_and_links_by_label_in_any_language_and_number(text, expected, policy):
    assert [names.compact(term.value) for term in policies.named(text, policy)] == expected


def test_of_several_numbers_the_smallest_counts_and_what_is_no_number_or_not_true_does_not():
    graph = ox.Store()
    graph.load(
        b"""@prefix t: <https://w3id.org/terril/ns#> . @prefix e: <https://example.org/> .
        e:a t:mostLinks 7 , 5 , 0 , "many" , -3 , e:b . e:r t:connects true . e:q t:connects "yes" , e:b .
        e:C t:hub true . _:b t:hub true .""",
        format=ox.RdfFormat.TURTLE,
    )
    policy = policies.policy(terril.connect(graph))
    assert policy.most == 5
    assert policy.relations == {ox.NamedNode("https://example.org/r")}
    assert policy.hubs == {ox.NamedNode("https://example.org/C")}
