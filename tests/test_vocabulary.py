"""Words: every check finds its slips at the thing and the line, and nothing in the valley."""

from pathlib import Path

import pytest

from slag_valley import CONCEPTS, DOCUMENT, REFERENCE, Slip, iri, project
from terril import vocabulary
from terril.documents import read

STEEP = "    characteristic:slag-valley-steep a terril:Characteristic ;\n"
PLACES = Path("ontology", "modules", "place.ttl")
SITE = "terril:Site a owl:Class ;\n    rdfs:subClassOf"
APART = "terril:Site owl:disjointWith terril:Territory .\n"
SLIPS = [
    Slip(
        "vocabulary/undeclared",
        "organisation:forgenet terril:gathers",
        "organisation:forgenet terril:gather",
        "organisation:forgenet",
        "terril:gather stakeholder",
    ),
    Slip(
        "vocabulary/undeclared",
        STEEP,
        STEEP.replace("istic ;", "istik ;"),
        "characteristic:slag-valley-steep",
        "istik ;",
    ),
    Slip("vocabulary/undeclared", "terril:Lever ;", "terril:Levers ;", "lever:training", "terril:Levers", CONCEPTS),
    Slip(
        "vocabulary/undeclared",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn terril:Evnt",
        "news:ash-days-announced",
        "terril:Evnt",
    ),
    Slip(
        "vocabulary/prefix",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#>",
        "@prefix skos: <https://www.w3.org/2004/02/skos/core#>",
        "graph:slag-valley",
        "@prefix skos:",
    ),
    Slip(
        "vocabulary/namespace",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn <https://w3id.org/terril/id/evnt/ash-days>",
        "news:ash-days-announced",
        "id/evnt/ash-days",
    ),
    Slip(
        "vocabulary/namespace",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn <https://w3id.org/terril/event/ash-days>",
        "news:ash-days-announced",
        "terril/event/ash-days",
    ),
    Slip(
        "vocabulary/name",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn event:Ash_Days",
        "event:Ash_Days",
        "event:Ash_Days",
    ),
    Slip(
        "vocabulary/undefined",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn event:ash-day",
        "event:ash-day",
        "terril:reportsOn event:ash-day ;",
    ),
    Slip(
        "vocabulary/undefined",
        STEEP,
        STEEP.replace(" a terril:Characteristic ;", ""),
        "characteristic:slag-valley-steep",
        "territory:slag-valley terril:hasCharacteristic",
    ),
    Slip(
        "vocabulary/blank-node",
        "event:ash-days a terril:Event",
        "event:ash-days terril:involves [] ; a terril:Event",
        "event:ash-days",
        "terril:involves []",
    ),
    Slip(
        "vocabulary/blank-node",
        STEEP,
        "    _:thing terril:addresses topic:heat .\n" + STEEP,
        "slag-valley:58-107",
        "_:thing",
    ),
    Slip("vocabulary/blank-node", "slag-valley:940-984 {", "_:block {", "news:ash-days-announced", "_:block {"),
    Slip(
        "vocabulary/rdf-1.2",
        "terril:reportsOn event:ash-days",
        "terril:reportsOn <<( topic:heat a topic:heat )>>",
        "news:ash-days-announced",
        "news:ash-days-announced a",
    ),
    Slip(
        "vocabulary/rdf-1.2",
        '"steep"@en',
        '"steep"@en--ltr',
        "characteristic:slag-valley-steep",
        "characteristic:slag-valley-steep a",
    ),
    Slip(
        "vocabulary/datatype",
        '"2021-03-19"^^xsd:date',
        '"2021-03-19"^^xsd:dat',
        "event:valley-plan-adopted",
        "xsd:dat ",
    ),
    Slip(
        "vocabulary/lexical",
        '"2021-03-19"^^xsd:date',
        '"2021-3-19"^^xsd:date',
        "event:valley-plan-adopted",
        "2021-3-19",
    ),
    Slip(
        "vocabulary/lexical", '"2021-03-19"^^xsd:date', '"2021-02-30"^^xsd:date', "event:valley-plan-adopted", "02-30"
    ),
    Slip("vocabulary/lexical", '"--11-16"^^xsd:gMonthDay', '"--11-31"^^xsd:gMonthDay', "event:ash-days", "--11-31"),
    Slip("vocabulary/lexical", '"2018"^^xsd:gYear', '"18"^^xsd:gYear', "event:ring-of-regions-joined", '"18"'),
    Slip(
        "vocabulary/lexical",
        "terril:truncated true",
        'terril:truncated "yes"^^xsd:boolean',
        "news:ash-days-announced",
        '"yes"',
    ),
    Slip("vocabulary/canonical", "terril:value 50", "terril:value 50.0", "figure:valley-plan-less-waste", "50.0"),
    Slip("vocabulary/canonical", "terril:value 15", "terril:value 015", "figure:forgenet-robot-makers", "015"),
    Slip("vocabulary/canonical", "terril:value 15", "terril:value 1.50", "figure:forgenet-robot-makers", "1.50"),
    Slip(
        "vocabulary/canonical",
        '"2021-03-19"^^xsd:date',
        '"2021-03-19+00:00"^^xsd:date',
        "event:valley-plan-adopted",
        "+00:00",
    ),
    Slip(
        "vocabulary/canonical",
        "terril:truncated true",
        'terril:truncated "1"^^xsd:boolean',
        "news:ash-days-announced",
        '"1"',
    ),
    Slip("vocabulary/language", '"steep"@en', '"steep"@EN', "graph:slag-valley", "@EN"),
    Slip(
        "vocabulary/domain",
        "index:slag-index-2020 a terril:Index ;",
        "index:slag-index-2020 a terril:Plan ;",
        "index:slag-index-2020",
        "terril:editionYear",
    ),
    Slip(
        "vocabulary/range",
        "organisation:forgenet terril:provides offering:forgenet-test-furnace",
        "organisation:forgenet terril:provides goal:valley-plan-less-waste",
        "organisation:forgenet",
        "terril:provides goal",
    ),
    Slip("vocabulary/value", "terril:value 50", 'terril:value "fifty"', "figure:valley-plan-less-waste", '"fifty"'),
    Slip("vocabulary/thing", "terril:unit unit:year", 'terril:unit "year"', "figure:forgenet-years", 'unit "year"'),
    Slip("vocabulary/control", '"steep"@en', '"ste\\u0000ep"@en', "characteristic:slag-valley-steep", "u0000"),
    Slip("vocabulary/undeclared", SITE, SITE.replace("ClassOf", "ClasOf"), "terril:Site", "rdfs:subClasOf", PLACES),
    Slip("vocabulary/undeclared", APART, APART.replace("jointW", "jointw"), "terril:Site", "owl:disjointwith", PLACES),
    Slip(
        "vocabulary/undeclared",
        APART,
        APART + "terril:Pit rdfs:subClassOf terril:Site .\n",
        "terril:Pit",
        "terril:Pit rdfs",
        PLACES,
    ),
    Slip("vocabulary/undeclared", APART, APART.replace("Territory", "Teritory"), "terril:Site", "Teritory", PLACES),
    Slip("vocabulary/undeclared", SITE, SITE.replace("owl:Class", "owl:Clas"), "terril:Site", "owl:Clas ", PLACES),
    Slip("vocabulary/label-clash", '"heat"@en', '"metals"@en', "topic:metals", "topic:metals a", CONCEPTS),
    Slip(
        "vocabulary/language",
        '"Codes du Coalland"@fr',
        '"Codes du Coalland"@fr-BE',
        "graph:coalland",
        "@fr-BE",
        REFERENCE,
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_slip_is_found_at_its_thing_and_line(slip, tmp_path):
    home = project(tmp_path)
    line = slip.make(home)
    found = {(f.code, f.focus, f.path, f.line) for f in vocabulary.check(read(home))}
    assert (slip.code, iri(slip.focus), home.path / slip.file, line) in found


def test_every_check_has_a_slip():
    assert {slip.code for slip in SLIPS} == {check.code for check in vocabulary.CHECKS}


def test_the_valley_has_no_slip(tmp_path):
    assert list(vocabulary.check(read(project(tmp_path)))) == []


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("terril:gather stakeholder", "terril:gathers"),
        ("istik ;", "terril:Characteristic"),
        ("terril:reportsOn event:ash-day ;", "event:ash-days"),
        ("rdfs:subClasOf", "rdfs:subClassOf"),
        ("owl:disjointwith", "owl:disjointWith"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest_one(line, nearest, tmp_path):
    home = project(tmp_path)
    slip = next(slip for slip in SLIPS if slip.line == line)
    slip.make(home)
    (finding,) = [finding for finding in vocabulary.check(read(home)) if finding.code == slip.code]
    assert f" Did you mean {nearest}? " in finding.message["en"]
    assert f" Vouliez-vous dire {nearest} ? " in finding.message["fr"]


def test_a_text_where_a_thing_is_wanted_is_not_told_to_take_a_class(tmp_path):
    home = project(tmp_path)
    Slip("", "terril:unit unit:year", 'terril:unit "year"', "", 'unit "year"').make(home)
    (finding,) = vocabulary.check(read(home))
    assert "“year” is a text; write the name (IRI) of the thing." in finding.message["en"]


def test_a_term_is_found_on_its_line_whatever_prefix_it_is_written_with(tmp_path):
    home = project(tmp_path)
    Slip("", "@prefix locn: <http://www.w3.org", "@prefix locn: <http://w3.org", "", "locn: <").make(home)
    lines = (home.path / DOCUMENT).read_text("utf-8").splitlines()
    found = [f for f in vocabulary.check(read(home)) if f.code == "vocabulary/undeclared"]
    assert len(found) == 4
    assert all("locn:" in lines[finding.line - 1] for finding in found)


@pytest.mark.parametrize("check", vocabulary.CHECKS, ids=lambda check: check.code)
def test_a_check_speaks_english_and_french(check):
    assert check.en.endswith(".")
    assert check.fr.endswith(".")
    assert check.en.count("{") == check.fr.count("{")


def test_other_languages_may_be_named_by_their_region(tmp_path):
    home = project(tmp_path)
    Slip("", '"Codes du Coalland"@fr', '"Codes du Coalland"@fr-be', "", "fr-be", REFERENCE).make(home)
    assert list(vocabulary.check(read(home))) == []
