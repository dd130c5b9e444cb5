"""Reports: the same findings as text, JSON, SARIF and a SHACL validation report."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from terril.errors import TerrilError, UnknownFormat, Violations
from terril.names import expand
from terril.reports import FORMATS, Check, Finding, Report, report, write

PATH = Path("data", "wallonia", "a document.trig")


def finding(severity="violation", line=12, code="shape/figure-value", **rest):
    values = {
        "focus": ox.NamedNode(expand("figure:players")),
        "message": {"en": "It has no value; add one.", "fr": "Il n’a pas de valeur ; ajoutez-la."},
        "path": PATH,
        "graph": ox.NamedNode(expand("passage:page/0-9")),
    }
    return Finding(severity=severity, line=line, code=code, **(values | rest))


VALUE = finding(
    component=ox.NamedNode(expand("sh:MinCountConstraintComponent")),
    property=ox.NamedNode(expand("terril:value")),
    value=ox.Literal(7),
)
WARNING = finding("warning", 3, "passage/empty", graph=None)
NOTE = finding("info", 99, "passage/note")
MIXED = report([NOTE, VALUE, WARNING])
NONE = report([])


def graph(of: Report) -> rdflib.Graph:
    return rdflib.Graph().parse(data=write(of, "turtle"), format="turtle")


def test_a_finding_reads_as_one_line_with_its_place_severity_sentence_and_code():
    assert str(VALUE) == "data/wallonia/a document.trig:12: violation: It has no value; add one. [shape/figure-value]"


def test_a_finding_in_the_working_folder_is_named_from_there(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert str(finding(path=tmp_path / "data" / "x.trig")).startswith("data/x.trig:12: ")
    assert str(finding(path=tmp_path.parent / "x.trig")).startswith(f"{tmp_path.parent}/x.trig:12: ")


def test_findings_stand_in_the_order_of_files_and_lines_and_each_once():
    other = finding(path=Path("a.trig"), line=50)
    assert report([NOTE, VALUE, other, WARNING, VALUE, NOTE]).findings == (other, WARNING, VALUE, NOTE)


def test_findings_can_be_kept_in_a_set():
    assert {VALUE, NOTE, VALUE} == {NOTE, VALUE}


def test_the_worse_of_two_findings_on_a_line_comes_first():
    lesser, worse = finding("warning", code="a/a"), finding("violation", code="z/z")
    assert report([lesser, worse]).findings == (worse, lesser)


def test_only_violations_stop_a_build():
    assert MIXED.violations == (VALUE,)
    assert not MIXED.conforms
    mild = report([WARNING, NOTE])
    assert mild.conforms
    assert mild.raise_for_violations() is mild
    with pytest.raises(Violations) as raised:
        MIXED.raise_for_violations()
    assert raised.value.report is MIXED
    assert isinstance(raised.value, TerrilError)
    assert str(VALUE) in str(raised.value)


def test_text_has_a_line_for_each_finding_and_counts_them():
    lines = write(MIXED).splitlines()
    assert lines[:3] == [str(WARNING), str(VALUE), str(NOTE)]
    assert lines[3:] == ["1 violation, 1 warning, 1 note."]
    assert write(report([VALUE, finding(line=13)])).endswith("\n2 violations.\n")
    assert write(NONE) == "Nothing to report.\n"


def test_text_speaks_french():
    assert write(MIXED, lang="fr").splitlines()[1:] == [
        "data/wallonia/a document.trig:12: violation: Il n’a pas de valeur ; ajoutez-la. [shape/figure-value]",
        "data/wallonia/a document.trig:99: remarque: Il n’a pas de valeur ; ajoutez-la. [passage/note]",
        "1 violation, 1 avertissement, 1 remarque.",
    ]
    assert write(NONE, lang="fr") == "Rien à signaler.\n"


@pytest.mark.parametrize("lang", ["FR", "fr-BE"])
def test_a_language_is_looked_up_by_its_tag_in_whatever_case_and_region(lang):
    assert write(MIXED, lang=lang) == write(MIXED, lang="fr")


def test_a_language_that_a_message_lacks_gives_the_english_one():
    assert "It has no value" in write(MIXED, lang="nl")


def test_json_holds_every_field():
    document = json.loads(write(MIXED, "json"))
    assert document["conforms"] is False
    assert document["findings"][1] == {
        "severity": "violation",
        "code": "shape/figure-value",
        "focus": "https://w3id.org/terril/id/figure/players",
        "graph": "https://w3id.org/terril/id/passage/page/0-9",
        "path": "data/wallonia/a document.trig",
        "line": 12,
        "message": "It has no value; add one.",
        "component": "sh:MinCountConstraintComponent",
    }
    assert document["findings"][0]["graph"] is None
    assert document["findings"][0]["component"] is None
    assert json.loads(write(NONE, "json")) == {"conforms": True, "findings": []}


def test_sarif_points_at_files_and_lines_as_the_standard_wants_it():
    document = json.loads(write(MIXED, "sarif", lang="fr"))
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["passage/empty", "passage/note", "shape/figure-value"]
    assert [result["level"] for result in run["results"]] == ["warning", "error", "note"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    place = run["results"][1]["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "data/wallonia/a%20document.trig"},
        "region": {"startLine": 12},
    }
    assert place["logicalLocations"] == [{"fullyQualifiedName": "figure:players"}]
    assert run["results"][1]["message"] == {"text": "Il n’a pas de valeur ; ajoutez-la."}
    assert json.loads(write(NONE, "sarif"))["runs"][0]["results"] == []


def test_turtle_is_a_shacl_validation_report():
    sh = rdflib.SH
    told = graph(MIXED)
    (root,) = told.subjects(rdflib.RDF.type, sh.ValidationReport)
    assert told.value(root, sh.conforms).value is False
    assert len(set(told.objects(root, sh.result))) == 3
    (result,) = told.subjects(sh.resultSeverity, sh.Violation)
    assert told.value(result, sh.focusNode) == rdflib.URIRef(expand("figure:players"))
    assert told.value(result, sh.resultPath) == rdflib.URIRef(expand("terril:value"))
    assert told.value(result, sh.value) == rdflib.Literal(7)
    assert told.value(result, sh.sourceConstraintComponent) == sh.MinCountConstraintComponent
    assert told.value(result, sh.sourceShape) == rdflib.URIRef(expand("shape:figure-value"))
    assert {message.language for message in told.objects(result, sh.resultMessage)} == {"en", "fr"}


def test_turtle_follows_shacl_in_that_a_warning_is_no_conformance():
    assert (None, rdflib.SH.conforms, rdflib.Literal(False)) in graph(report([WARNING]))
    assert (None, rdflib.SH.conforms, rdflib.Literal(True)) in graph(NONE)


@pytest.mark.parametrize("severity", ["violation", "warning", "info"])
def test_every_turtle_result_has_what_shacl_makes_mandatory(severity):
    told = graph(report([finding(severity, code="passage/empty")]))
    (result,) = told.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)
    for name in ("focusNode", "resultSeverity", "sourceConstraintComponent"):
        assert isinstance(told.value(result, rdflib.SH[name]), rdflib.URIRef)


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_report_gives_the_same_text(format):
    assert write(report([NOTE, VALUE, WARNING]), format) == write(report([WARNING, NOTE, VALUE]), format)


def test_an_unknown_format_is_a_named_error_that_lists_the_known_ones():
    with pytest.raises(UnknownFormat, match=r"'xls'.*text, json, sarif, turtle"):
        write(NONE, "xls")


def test_a_check_fills_in_the_names_in_both_languages():
    check = Check("a/b", "warning", "{thing} is odd.", "{thing} est bizarre.")
    assert check.text(thing="It") == {"en": "It is odd.", "fr": "It est bizarre."}
