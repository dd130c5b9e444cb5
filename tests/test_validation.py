"""`validate`: what is wrong with a project is said at once, in whatever way it is wrong, and never by a traceback."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

import terril
from slag_valley import DOCUMENT, REFERENCE, TEXTS, Slip, broken, iri, project, without
from terril.documents import Corpus, merge, read
from terril.errors import BadSource, NotFound, Violations
from terril.home import Home
from terril.names import AUTH, expand
from terril.validation import validate

MANDATORY = [
    "skos:prefLabel", "dcterms:identifier", "dcterms:language", "dcterms:license", "dcterms:source",
    "dcterms:title", "locn:postName", "locn:thoroughfare", "org:member", "org:organization", "org:postIn",
    "terril:about", "terril:adopts", "terril:characters", "terril:coreferenceNote", "terril:counts", "terril:end",
    "terril:endsOn", "terril:figureAbout", "terril:gist", "terril:hasAddress", "terril:hasAxis",
    "terril:hasCharacteristic",
    "terril:hasField", "terril:hasGoal", "terril:hasKeySector", "terril:hasPolicyAxis", "terril:hasPriority",
    "terril:hasSmartField", "terril:hasStrand", "terril:hasTarget", "terril:inDocument", "terril:interpretationNote",
    "terril:nutsEdition", "terril:ofPassage", "terril:operatesIn", "terril:periodEnd", "terril:periodStart",
    "terril:provides", "terril:rating", "terril:reason", "terril:reportsOn", "terril:sha256", "terril:specialisesIn",
    "terril:spokenBy", "terril:start", "terril:startsOn", "terril:upperBound", "terril:wording", "skos:inScheme",
]  # fmt: skip
"""Properties that a thing of the valley cannot do without."""
EVERYWHERE = ["dcterms:source", "terril:end", "terril:gist", "terril:inDocument", "terril:interpretationNote",
              "terril:ofPassage", "terril:reason", "terril:sha256", "terril:start", "terril:wording"]  # fmt: skip
"""Those of them that never have an alternative."""


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return project(tmp_path_factory.mktemp("valley"))


def test_the_valley_conforms_with_and_without_its_texts(valley):
    assert validate(home=valley).findings == ()
    assert validate(home=valley, documents=TEXTS).findings == ()


def test_the_project_itself_has_no_violation(home):
    assert [str(finding) for finding in validate(home=home).violations] == []


def test_the_project_agrees_with_its_source_texts_and_covers_them(home, texts):
    assert [str(finding) for finding in validate(home=home, documents=texts[0].parent).findings] == []


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        (
            Slip("vocabulary/undeclared", "terril:reportsOn", "terril:reportOn", "news:ash-days-announced", "reportOn"),
            "terril:reportOn is declared in no module of the ontology. Did you mean terril:reportsOn? ",
        ),
        (
            Slip("passage/range", "terril:end 994", "terril:end 1994", "slag-valley:985-994", "1994"),
            "its range 985–1994 does not lie in its document of 995 characters; ",
        ),
        (
            Slip("text/changed", "48f3ea5bb", "58f3ea5bb", "document:slag-valley", "document:slag-valley a"),
            "its text slag-valley.txt has changed: ",
        ),
        (
            Slip(
                "passage/outside-block",
                "    terril:about territory:slag-valley .\n",
                "    terril:about territory:slag-valley .\nsite:pit-park terril:within territory:slag-valley .\n",
                "site:pit-park",
                "site:pit-park terril:within",
            ),
            "a fact stands outside any passage block (terril:within); ",
        ),
        (
            Slip(
                "vocabulary/blank-node",
                "terril:reportsOn event:ash-days",
                "terril:reportsOn [ a terril:Event ]",
                "news:ash-days-announced",
                "[ a terril:Event ]",
            ),
            "there is a thing without a name (a blank node) here; ",
        ),
    ],
    ids=str,
)
def test_bad_input_gets_a_sentence_with_file_and_line(slip, sentence, tmp_path):
    home = project(tmp_path)
    line = slip.make(home)
    report = validate(home=home, documents=TEXTS)
    (finding,) = [finding for finding in report.violations if finding.code == slip.code]
    assert (finding.focus, finding.path, finding.line) == (iri(slip.focus), home.path / DOCUMENT, line)
    assert sentence in finding.message["en"]
    with pytest.raises(Violations) as raised:
        report.raise_for_violations()
    assert str(finding) in str(raised.value)


def test_a_broken_file_is_a_finding_with_file_and_line_in_english_and_french(tmp_path):
    home = project(tmp_path)
    line = Slip("", "terril:reportsOn event:ash-days ;", "terril:reportsOn event:ash-days ! ;", "", " ! ;").make(home)
    (finding,) = validate(home=home).findings
    assert (finding.code, finding.path, finding.line) == ("files/syntax", home.path / DOCUMENT, line)
    assert finding.message["en"].endswith("Mend the TriG there.")
    assert finding.message["fr"].startswith("ce n’est pas du TriG : ")
    with pytest.raises(BadSource, match=rf"slag-valley\.trig:{line}:\d+: "):
        terril.build(home=home)


def test_beside_a_broken_file_the_others_are_told_their_own_faults_and_no_others(tmp_path):
    home = project(tmp_path)
    Slip("", "terril:reportsOn event:ash-days ;", "terril:reportsOn event:ash-days ! ;", "", " ! ;").make(home)
    line = Slip("", "terril:nutsCode", "terril:nutCode", "", "terril:nutCode", REFERENCE).make(home)
    found = {(f.code, f.path, f.line) for f in validate(home=home).findings}
    assert ("vocabulary/undeclared", home.path / REFERENCE, line) in found
    assert {code for code, *_ in found} == {"files/syntax", "vocabulary/undeclared"}


@pytest.mark.parametrize("old", ["shape:nuts-code a", "sh:path terril:nutsCode ;"], ids=["no-turtle", "no-shacl"])
def test_broken_shapes_are_a_finding_too(old, tmp_path):
    home = project(tmp_path)
    broken(home, Path("ontology", "shapes", "place.ttl"), old, "" if old.endswith(";") else "!")
    (finding,) = validate(home=home).findings
    assert finding.code == "files/syntax"
    assert set(finding.message) == {"en", "fr"}


def test_an_ontology_that_misspells_an_axiom_is_not_followed_by_what_that_brings_about(tmp_path):
    home = project(tmp_path)
    path = home.path / "ontology" / "modules" / "place.ttl"
    path.write_text(path.read_text("utf-8").replace("rdfs:subClassOf", "rdfs:subClasOf"), "utf-8")
    assert {finding.code for finding in validate(home=home).findings} == {"vocabulary/undeclared"}


def test_an_axiom_without_rules_is_a_finding_at_its_thing(tmp_path):
    home = project(tmp_path)
    path = home.path / "ontology" / "modules" / "place.ttl"
    path.write_text(path.read_text("utf-8") + "\nterril:Site owl:hasKey ( terril:within ) .\n", "utf-8")
    (finding,) = validate(home=home).findings
    assert (finding.code, finding.focus, finding.path) == ("ontology/axiom", iri("terril:Site"), path)
    assert "HasKey" in finding.message["en"]
    assert "HasKey" in finding.message["fr"]


def test_nothing_is_logged_of_a_date_that_is_none(tmp_path, caplog):
    home = project(tmp_path)
    Slip("", '"2021-03-19"^^xsd:date', '"2021-3-19"^^xsd:date', "", "2021-3-19").make(home)
    assert "vocabulary/lexical" in {finding.code for finding in validate(home=home).findings}
    assert caplog.text == ""


@pytest.mark.parametrize("folder", ["ontology/modules", "ontology/schemes", "ontology/shapes", "data/reference"])
def test_a_folder_that_checks_need_may_not_be_missing_or_empty(folder, tmp_path):
    home = project(tmp_path)
    shutil.rmtree(home.path / folder)
    with pytest.raises(NotFound, match=folder):
        validate(home=home)
    (home.path / folder).mkdir()
    with pytest.raises(NotFound, match=folder):
        terril.read(home)


def test_a_project_or_folder_that_is_not_there_is_a_named_error(valley):
    with pytest.raises(NotFound, match="nowhere"):
        validate(home="nowhere")
    with pytest.raises(NotFound, match="nowhere"):
        validate(home=valley, documents="nowhere")


def one_of_each(corpus: Corpus, names: list[str]) -> list[ox.Triple]:
    """A fact with one of these properties for every class that has it, each thing having no other value for it."""
    facts = sorted(merge(corpus.quads()) - merge(corpus.quads("ontology")) | concepts(corpus), key=str)
    kinds = {fact.subject: fact.object for fact in facts if fact.predicate == iri("rdf:type")}
    english = [fact for fact in facts if not (isinstance(fact.object, ox.Literal) and fact.object.language == "fr")]
    count = Counter((fact.subject, fact.predicate) for fact in english)
    sole = [fact for fact in english if count[fact.subject, fact.predicate] == 1]
    wanted = {iri(name) for name in names}
    found = {(kinds.get(f.subject), f.predicate): f for f in sole if f.predicate in wanted and f.subject in kinds}
    return list(found.values())


def concepts(corpus: Corpus) -> set[ox.Triple]:
    return {triple for triple in merge(corpus.quads("ontology")) if str(triple.subject).startswith(f"<{AUTH}")}


def blamed(corpus: Corpus, home: Home) -> set[ox.NamedNode]:
    return {finding.focus for finding in validate(corpus, home=home).violations}


def batches(facts: list[ox.Triple]) -> list[list[ox.Triple]]:
    """Facts in as few lists as it takes for none to hold two facts about one thing."""
    found: list[tuple[list[ox.Triple], set[object]]] = []
    for fact in facts:
        things = {fact.subject, fact.object}
        batch = next((batch for batch in found if not batch[1] & things), None)
        if batch is None:
            batch = ([], set())
            found.append(batch)
        batch[0].append(fact)
        batch[1].update(things)
    return [batch for batch, _ in found]


def test_without_a_mandatory_triple_a_thing_of_the_valley_has_a_violation(valley):
    corpus = read(valley)
    mandatory = one_of_each(corpus, MANDATORY)
    assert {fact.predicate for fact in mandatory} == {iri(name) for name in MANDATORY}
    for gone in batches(mandatory):
        found = blamed(without(corpus, gone), valley)
        assert [str(fact) for fact in gone if not {fact.subject, fact.object} & found] == []


def test_without_its_class_a_thing_of_the_valley_has_a_violation(valley):
    corpus = read(valley)
    gone = one_of_each(corpus, ["rdf:type"])
    assert {fact.subject for fact in gone} <= blamed(without(corpus, gone), valley)


def test_without_a_mandatory_triple_of_the_project_its_thing_has_a_violation(home):
    corpus = read(home)
    gone = one_of_each(corpus, EVERYWHERE)
    found = blamed(without(corpus, gone), home)
    assert [str(fact) for fact in gone if fact.subject not in found] == []


ODDITIES = {
    "a word": ox.Literal("odd"),
    "a tagged word": ox.Literal("odd", language="en"),
    "an ill-typed integer": ox.Literal("odd", datatype=ox.NamedNode(expand("xsd:integer"))),
    "an ill-typed date": ox.Literal("odd", datatype=ox.NamedNode(expand("xsd:date"))),
    "a date": ox.Literal("2021-03-19", datatype=ox.NamedNode(expand("xsd:date"))),
    "an unknown datatype": ox.Literal("odd", datatype=ox.NamedNode("urn:odd")),
    "a number": ox.Literal(7),
    "a number of ten thousand digits": ox.Literal("1" * 10_000, datatype=ox.NamedNode(expand("xsd:integer"))),
    "a name": ox.NamedNode("urn:odd"),
    "a blank node": ox.BlankNode("odd"),
    "a triple": ox.Triple(ox.NamedNode("urn:odd"), ox.NamedNode("urn:odd"), ox.NamedNode("urn:odd")),
}


@pytest.mark.parametrize("oddity", ODDITIES.values(), ids=ODDITIES.keys())
def test_whatever_stands_where_a_value_should_is_found_and_not_tripped_over(oddity, valley):
    corpus = read(valley)
    document = corpus.of("document")[0]
    wrong = {quad.predicate: ox.Quad(quad.subject, quad.predicate, oddity, quad.graph_name) for quad in document.quads}
    odd = replace(document, quads=(*wrong.values(), *document.quads))
    report = validate(Corpus((*corpus.of("ontology", "reference"), odd)), home=valley, documents=TEXTS)
    assert len(report.violations) > len(wrong) / 4


def test_the_same_project_gives_the_same_report(tmp_path):
    home = project(tmp_path)
    Slip("", "terril:reportsOn event:ash-days", "terril:reportOn event:Ash", "", "reportOn").make(home)
    assert validate(home=home) == validate(home=home)
    assert validate(home=home).violations
    assert terril.validate is validate
