"""Kinds of thing by what people call them, and the class of a thing that says most."""

import pyoxigraph as ox
import pytest

from terril import kinds
from terril.errors import BadValue
from terril.names import compact, expand
from terril.store import Embedded, connect


@pytest.fixture(scope="module")
def store(home):
    return connect(home=home)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cluster", "terril:Cluster"),
        ("Clusters", "terril:Cluster"),
        ("terril:Strategy", "terril:Strategy"),
        (expand("terril:Strategy"), "terril:Strategy"),
        (f"<{expand('terril:Strategy')}>", "terril:Strategy"),
        ("strategies", "terril:Strategy"),
        ("stratégies", "terril:Strategy"),
        ("universités", "terril:University"),
        ("COMMUNE", "terril:Municipality"),
        ("competitiveness clusters", "terril:CompetitivenessCluster"),
        ("CompetitivenessCluster", "terril:CompetitivenessCluster"),
        ("spin-offs", "terril:SpinOff"),
        ("people", "foaf:Person"),
    ],
)
def test_a_class_is_meant_by_iri_curie_or_label_in_the_singular_or_plural(store, text, kind):
    assert compact(kinds.resolve(text, store).value) == kind


def test_a_word_for_a_class_and_for_its_subclass_means_the_wider_one(store):
    assert compact(kinds.resolve("pôles", store).value) == "terril:Cluster"


@pytest.mark.parametrize(
    ("text", "near"),
    [("clutser", "terril:Cluster"), ("strtegy", "terril:Strategy"), ("universty", "terril:University")],
)
def test_an_unknown_kind_is_answered_with_the_nearest(store, text, near):
    with pytest.raises(BadValue, match=rf"^kind: no kind of thing is called .* Near to it: .*{near}"):
        kinds.resolve(text, store)


@pytest.mark.parametrize("text", ["", "😀", "zzzz", "x" * 100_000, "\0", "} ?x", "terril:", "terril:Nothing", "\ud800"])
def test_what_means_no_kind_is_refused_in_a_sentence(store, text):
    with pytest.raises(BadValue) as caught:
        kinds.resolve(text, store)
    assert len(str(caught.value)) < 300


def loaded(turtle: str) -> Embedded:
    graph = ox.Store()
    prefixes = "".join(f"PREFIX {name}: <{expand(name + ':')}>\n" for name in ("owl", "rdfs", "terril", "strand"))
    graph.load((prefixes + turtle).encode(), ox.RdfFormat.TURTLE)
    return Embedded(graph)


def test_a_label_of_two_classes_of_which_neither_is_wider_is_refused_with_both():
    store = loaded('terril:A a owl:Class ; rdfs:label "thing" . terril:B a owl:Class ; rdfs:label "things" .')
    with pytest.raises(BadValue, match=r"kind: 'thing' may be any of terril:A, terril:B\. Name one of them"):
        kinds.resolve("thing", store)


def test_a_class_without_a_label_is_meant_by_the_words_of_its_iri():
    store = loaded("terril:PublicBody a owl:Class .")
    assert kinds.resolve("public bodies", store).value == expand("terril:PublicBody")


def test_a_store_without_classes_says_so():
    with pytest.raises(BadValue, match="describes no classes"):
        kinds.resolve("cluster", loaded(""))


def test_the_subclasses_of_a_class_are_narrower(store):
    narrower = kinds.narrower(ox.NamedNode(expand("terril:Cluster")), store)
    assert {"terril:Cluster", "terril:CompetitivenessCluster", "terril:BusinessCluster"} <= set(map(compact, narrower))


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ("organisation:mecatech", "terril:CompetitivenessCluster"),
        ("organisation:university-of-liege", "terril:University"),
        ("territory:wallonia", "terril:Region"),
        ("strategy:wallonia-s3", "terril:SmartSpecialisationStrategy"),
        ("person:willy-borsus", "foaf:Person"),
    ],
)
def test_the_most_specific_class_of_a_thing_is_below_no_other_of_its_own(store, thing, kind):
    node = ox.NamedNode(expand(thing))
    assert compact(kinds.specific([node], store)[node].value) == kind


def test_without_an_ontology_some_class_of_the_thing_is_given():
    store = loaded("strand:a a terril:B, terril:A .")
    node = ox.NamedNode(expand("strand:a"))
    assert kinds.specific([node, ox.NamedNode("a:b")], store) == {node: ox.NamedNode(expand("terril:A"))}
