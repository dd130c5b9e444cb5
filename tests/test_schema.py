"""The schema of a graph is read from the graph itself."""

import pyoxigraph as ox
import pytest

import terril
from terril.names import NS, expand
from terril.schema import Meaning, schema


@pytest.fixture(scope="module")
def store(home):
    return terril.connect(home=home)


def test_every_class_and_property_of_the_ontology_is_told_once(store):
    query = "SELECT DISTINCT ?t { ?t a ?k FILTER(STRSTARTS(STR(?t), '%s')) VALUES ?k { %s } }"
    kinds = " ".join(f"<{expand(name)}>" for name in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"))
    own = {row.t.value for row in store.query(query % (NS, kinds))}
    told = [meaning.iri for meaning in schema(store)]
    assert own <= set(told)
    assert len(set(told)) == len(told)


def test_a_term_has_its_label_definition_and_ties(store):
    (meaning,) = [each for each in schema(store) if each.iri == expand("terril:hasStrand")]
    assert meaning == Meaning(
        expand("terril:hasStrand"),
        "property",
        "has strand",
        "Relates a cluster to a strand under which its projects fall.",
        (expand("terril:focusesOn"),),
        (expand("terril:Cluster"),),
        (expand("terril:StrategicStrand"),),
    )


def test_labels_come_in_the_language_asked_for(store):
    french = {each.iri: each.label for each in schema(store, "fr-BE")}
    english = {each.iri: each.label for each in schema(store)}
    assert (english[expand("terril:Place")], french[expand("terril:Place")]) == ("place", "lieu")


def test_classes_come_before_properties(store):
    kinds = [each.kind for each in schema(store)]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"class", "property"}


def test_a_store_without_an_ontology_has_no_schema():
    assert schema(terril.connect(ox.Store())) == []
