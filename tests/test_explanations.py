"""Explanations as text for people, and as JSON and PROV-O for machines."""

import json

import pyoxigraph as ox
import pytest

from terril import names
from terril.clauses import Pattern, Rule, Variable
from terril.errors import UnknownFormat
from terril.explanations import Evidence, Explanation, as_prov, write
from terril.results import Row, Truth
from terril.sources import STORE, Source
from terril.witnesses import Note


def iri(name):
    return ox.NamedNode(names.expand(name))


def triple(subject, predicate, object):
    return ox.Triple(iri(subject), iri(predicate), iri(object) if isinstance(object, str) else object)


A = Variable("A")
RULE = Rule(
    "subclass/Pole/Cluster",
    Pattern(A, iri("rdf:type"), iri("terril:Cluster")),
    (Pattern(A, iri("rdf:type"), iri("terril:Pole")),),
    "SubClassOf(terril:Pole terril:Cluster)",
    {"en": "Every pole is a cluster.", "fr": "Tout pôle est un cluster."},
)
PASSAGE = Source(
    "passage", iri("passage:note/5-9"), "A note", iri("document:note"), 5, 9, "It is one.", words="It\n is  one"
)
QUOTED = Source(
    "passage", iri("passage:note/12-20"), "A note", iri("document:note"), 12, 20, "So she says.",
    speakers=(iri("person:anna"),), quoted=True,
)  # fmt: skip
READING = Source(
    "reading", iri("passage:note/5-9-reading"), "A note", iri("document:note"), 5, 9, "It is one.", note="Implied."
)
FILES = Source("reference", iri("graph:codes"), "Codes")

STATED = Evidence(triple("organisation:mecatech", "rdf:type", "terril:Pole"), (PASSAGE, QUOTED))
INFERRED = Evidence(triple("organisation:mecatech", "rdf:type", "terril:Cluster"), (), RULE, (STATED,))
NAMED = Evidence(triple("organisation:mecatech", "skos:notation", ox.Literal("M", language="fr")), (READING, FILES))
LOST = Evidence(triple("organisation:mecatech", "terril:within", "territory:wallonia"))
LABELS = {
    iri("organisation:mecatech"): "MecaTech",
    iri("terril:Cluster"): "cluster",
    iri("terril:Pole"): "pole",
    iri("person:anna"): "Anna",
}
ROW = Row(("c", "cLabel", "n"), (iri("organisation:mecatech"), ox.Literal("MecaTech"), ox.Literal(4)))
NOTE = Note("absent", "{ ?x :p ?y }")
EXPLANATION = Explanation(2, ROW, (INFERRED, NAMED, INFERRED), (NOTE,), LABELS)

TREE = """\
Row 2: c = MecaTech, n = 4
├─ MecaTech – is a – cluster
│     inferred: Every pole is a cluster.
│  └─ MecaTech – is a – pole
│        A note, characters 5–9: “It is one.”
│        the words: “It is one”
│        A note, characters 12–20: “So she says.” — spoken by Anna
├─ MecaTech – skos:notation – “M” [fr]
│     A note, characters 5–9: “It is one.”
│     (reading: Implied.)
│     reference file “Codes”
├─ MecaTech – is a – cluster
│     explained above
└─ and there is no match for { ?x :p ?y }
"""


def test_text_is_a_tree_from_the_row_to_its_sources():
    assert write([EXPLANATION]) == TREE


def test_text_speaks_french():
    text = write([EXPLANATION], lang="fr")
    assert text.startswith("Ligne 2 : c = MecaTech, n = 4\n├─ MecaTech – est de type – cluster\n")
    assert "inféré : Tout pôle est un cluster." in text
    assert "“M”\n" in text


@pytest.mark.parametrize("lang", ["nl", "no language"])
def test_a_language_that_is_not_spoken_is_answered_in_english(lang):
    assert write([EXPLANATION], lang=lang) == TREE
    assert '"Row 2: c = MecaTech, n = 4"@en' in write([EXPLANATION], "turtle", lang=lang)


@pytest.mark.parametrize(
    ("explanation", "expected"),
    [
        (Explanation(1, Truth(True), (), ()), "rests on no triple"),
        (Explanation(1, Truth(True), (LOST,)), "no proof is found"),
        (Explanation(1, LOST.triple, (Evidence(LOST.triple, (STORE,)),)), "its source is unknown"),
    ],
)
def test_what_cannot_be_explained_is_said_and_not_hidden(explanation, expected):
    assert expected in write([explanation])


@pytest.mark.parametrize(
    ("evidence", "grounded"),
    [(STATED, True), (INFERRED, True), (LOST, False), (Evidence(INFERRED.triple, (), RULE, (LOST,)), False)],
)
def test_evidence_is_grounded_if_it_ends_in_what_is_stated(evidence, grounded):
    assert evidence.is_grounded == grounded


def test_json_has_the_documented_shape():
    (found,) = json.loads(write([EXPLANATION], "json"))
    assert found["number"] == 2
    assert found["row"]["n"] == '"4"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert found["notes"] == [{"kind": "absent", "pattern": "{ ?x :p ?y }"}]
    first, second, _ = found["evidence"]
    assert first["sources"] == []
    assert first["label"] == "MecaTech – is a – cluster"
    assert first["inferred"]["axiom"] == RULE.axiom
    (premise,) = first["inferred"]["premises"]
    assert premise["inferred"] is None
    assert premise["sources"][0] == {
        "kind": "passage",
        "graph": "https://w3id.org/terril/id/passage/note/5-9",
        "title": "A note",
        "document": "https://w3id.org/terril/id/document/note",
        "start": 5,
        "end": 9,
        "gist": "It is one.",
        "words": "It\n is  one",
    }
    assert premise["sources"][1]["speakers"] == ["https://w3id.org/terril/id/person/anna"]
    assert second["sources"][0]["note"] == "Implied."


def test_json_writes_the_answer_of_an_ask_and_the_triple_of_a_construct():
    answer, constructed = json.loads(write([Explanation(1, Truth(False), ()), Explanation(2, LOST.triple, ())], "json"))
    assert answer["row"] is False
    assert constructed["row"] == {
        "subject": "<https://w3id.org/terril/id/organisation/mecatech>",
        "predicate": "<https://w3id.org/terril/ns#within>",
        "object": "<https://w3id.org/terril/id/territory/wallonia>",
    }


def prov():
    held = ox.Store()
    held.extend(ox.Quad(*fact) for fact in as_prov([EXPLANATION]))
    return held


def rows(where):
    prefixes = "".join(f"PREFIX {prefix}: <{names.PREFIXES[prefix]}> " for prefix in ("prov", "rdf", "rdfs", "terril"))
    return {
        tuple(getattr(term, "value", None) for term in row) for row in prov().query(f"{prefixes}SELECT * {{ {where} }}")
    }


def test_prov_derives_the_row_from_its_triples_and_these_from_rules_and_passages():
    (found,) = rows("""
        ?row rdfs:label "Row 2: c = MecaTech, n = 4"@en ; prov:wasDerivedFrom ?inferred .
        ?inferred rdf:object terril:Cluster ; prov:wasDerivedFrom ?stated ; prov:qualifiedDerivation ?derivation .
        ?derivation a prov:Derivation ; prov:entity ?stated ; rdfs:label "Every pole is a cluster."@en .
        ?stated a rdf:Statement ; rdf:object terril:Pole ; prov:wasDerivedFrom ?passage ; prov:wasQuotedFrom ?quoted .
        ?passage prov:wasDerivedFrom ?document ; prov:value ?words .
        ?quoted prov:wasAttributedTo ?speaker .
    """)
    assert {"https://w3id.org/terril/id/passage/note/5-9", "https://w3id.org/terril/id/passage/note/12-20"} < set(found)
    assert {"https://w3id.org/terril/id/document/note", "https://w3id.org/terril/id/person/anna"} < set(found)


def test_prov_has_no_blank_node_and_the_same_names_each_time():
    facts = list(as_prov([EXPLANATION]))
    assert not any(isinstance(term, ox.BlankNode) for fact in facts for term in fact)
    assert facts == list(as_prov([EXPLANATION]))
    quads = ox.parse(write([EXPLANATION], "turtle"), ox.RdfFormat.TURTLE)
    assert {quad.triple for quad in quads} == set(facts)


@pytest.mark.parametrize("lang", ["FR", "fr-BE", "fr-be", "Fr"])
def test_a_language_is_looked_up_by_its_tag_in_whatever_case_and_region(lang):
    assert write([EXPLANATION], lang=lang) == write([EXPLANATION], lang="fr")
    assert write([EXPLANATION], "turtle", lang=lang) == write([EXPLANATION], "turtle", lang="fr")


def test_an_empty_answer_is_said_to_be_empty():
    assert write([]) == "The answer is empty: there is no row to explain.\n"
    assert write([], lang="fr").startswith("La réponse est vide")
    assert json.loads(write([], "json")) == []


def test_text_has_no_control_characters_from_a_graph():
    steering = Evidence(triple("organisation:mecatech", "skos:note", ox.Literal("\x1b[31mred\x07\nnext")), (PASSAGE,))
    text = write([Explanation(1, Truth(True), (steering,), (Note("absent", "{ \x1b }"),), {})])
    assert all(char == "\n" or char.isprintable() for char in text)
    assert "“�[31mred� next”" in text


def test_a_graph_of_which_only_the_name_is_known_is_called_by_its_name():
    source = Source("graph", ox.NamedNode("https://example.org/g"))
    text = write([Explanation(1, Truth(True), (Evidence(LOST.triple, (source,)),))])
    assert "the named graph https://example.org/g\n" in text


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(UnknownFormat, match="text, json, turtle"):
        write([EXPLANATION], "csv")
