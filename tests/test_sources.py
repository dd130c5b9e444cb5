"""Who says a triple: what is known of passages, readings, reference files and the rest."""

import hashlib
import os

import pyoxigraph as ox
import pytest

from terril import names
from terril.errors import NotFound
from terril.results import Solutions
from terril.sources import graphs, sources
from terril.store import connect

TEXT = "Anna leads the pôle.\nShe said: “We grow.”\n"
PREFIXES = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in names.PREFIXES.items())
TRIG = f"""{PREFIXES}
@prefix p: <https://w3id.org/terril/id/passage/note/> .
graph:note {{
    document:note a terril:Document ; dcterms:title "A note"@en , "Une note"@fr ;
        terril:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
    p:0-20 a terril:Passage ; terril:inDocument document:note ; terril:start 0 ; terril:end 20 ;
        terril:gist "Anna heads it."@en , "Anna le dirige."@fr .
    p:31-41 a terril:Quotation ; terril:inDocument document:note ; terril:start 31 ; terril:end 41 ;
        terril:spokenBy person:anna ; terril:gist "It grows."@en .
    p:31-41-reading a terril:Reading ; terril:ofPassage p:31-41 ; terril:interpretationNote "“We” is the cluster."@en .
}}
graph:codes {{ graph:codes a terril:ReferenceFile ; dcterms:title "Codes"@en . person:anna skos:notation "A1" }}
p:0-20 {{ person:anna org:holds post:head . person:anna skos:prefLabel "Anna" . }}
p:31-41 {{ person:anna skos:prefLabel "Anna" . }}
p:31-41-reading {{ organisation:pole terril:hasGoal goal:growth . }}
graph:ontology {{ terril:Goal rdfs:label "goal"@en }}
graph:note {{ [] rdfs:seeAlso [] }}
"""

HELD = ox.Store()
HELD.load(TRIG.encode(), format=ox.RdfFormat.TRIG)
STORE = connect(HELD)


def iri(name):
    return ox.NamedNode(names.expand(name))


def graph(name):
    return ox.NamedNode(f"https://w3id.org/terril/id/passage/note/{name}")


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "any-name.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "other.bin").write_bytes(b"\xff\xfe")
    (tmp_path / "folder").mkdir()
    return tmp_path


def test_a_triple_stands_in_every_graph_that_says_it_and_only_there():
    named = ox.Triple(iri("person:anna"), iri("skos:prefLabel"), ox.Literal("Anna"))
    unsaid = ox.Triple(iri("person:anna"), iri("skos:prefLabel"), ox.Literal("Ann"))
    assert graphs([named, unsaid], STORE) == {named: [graph("0-20"), graph("31-41")], unsaid: []}


def test_a_triple_of_blank_nodes_stands_where_one_like_it_does():
    triple = ox.Triple(ox.BlankNode("x"), iri("rdfs:seeAlso"), ox.BlankNode("y"))
    mixed = ox.Triple(ox.BlankNode("x"), iri("rdfs:label"), ox.Literal("goal", language="en"))
    assert graphs([triple, mixed], STORE) == {triple: [iri("graph:note")], mixed: []}


def test_a_passage_has_its_document_range_and_gist():
    found = sources([graph("0-20")], STORE)[graph("0-20")]
    assert (found.kind, found.title, found.document) == ("passage", "A note", iri("document:note"))
    assert (found.start, found.end, found.gist) == (0, 20, "Anna heads it.")
    assert (found.speakers, found.quoted, found.note, found.words) == ((), False, "", None)


def test_what_has_several_languages_is_told_in_the_one_asked_for():
    found = sources([graph("0-20")], STORE, "fr")[graph("0-20")]
    assert (found.title, found.gist) == ("Une note", "Anna le dirige.")


def test_a_quotation_has_its_speaker():
    found = sources([graph("31-41")], STORE)[graph("31-41")]
    assert (found.kind, found.quoted, found.speakers) == ("passage", True, (iri("person:anna"),))


def test_a_reading_has_its_note_and_all_that_its_passage_has():
    found = sources([graph("31-41-reading")], STORE)[graph("31-41-reading")]
    assert (found.kind, found.note, found.start, found.end) == ("reading", "“We” is the cluster.", 31, 41)
    assert (found.title, found.gist, found.speakers) == ("A note", "It grows.", (iri("person:anna"),))


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [("graph:codes", "reference", "Codes"), ("graph:ontology", "ontology", ""), ("graph:note", "file", "")],
)
def test_other_graphs_are_told_apart(name, kind, title):
    found = sources([iri(name)], STORE)[iri(name)]
    assert (found.kind, found.graph, found.title) == (kind, iri(name), title)


def test_the_words_are_those_of_the_text_whose_hash_the_document_gives(texts):
    found = sources([graph("0-20"), graph("31-41-reading")], STORE, documents=texts)
    assert found[graph("0-20")].words == "Anna leads the pôle."
    assert found[graph("31-41-reading")].words == "“We grow.”"


def test_a_text_that_was_changed_gives_no_words(texts):
    (texts / "any-name.txt").write_text(TEXT + "!", encoding="utf-8")
    assert sources([graph("0-20")], STORE, documents=texts)[graph("0-20")].words is None


def test_a_missing_folder_of_texts_is_named(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        sources([], STORE, documents=tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "any-name.txt"])
def test_what_can_be_no_folder_of_texts_is_refused_in_a_sentence(name, texts):
    with pytest.raises(NotFound, match="no folder"):
        sources([], STORE, documents=texts / name)


def test_files_that_are_no_text_are_passed_over(texts):
    os.mkfifo(texts / "pipe.txt")
    (texts / "gone.txt").symlink_to(texts / "nowhere")
    with (texts / "huge.txt").open("wb") as huge:
        huge.truncate(2**40)
    assert sources([graph("0-20")], STORE, documents=texts)[graph("0-20")].words == "Anna leads the pôle."


def test_the_store_is_asked_three_times_however_many_graphs_there_are():
    asked = []

    class Counting:
        def query(self, sparql):
            asked.append(sparql)
            return STORE.query(sparql)

    rows = STORE.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(rows, Solutions)
    found = sources([row.g for row in rows], Counting())
    assert len(found) == 6
    assert len(asked) <= 3
