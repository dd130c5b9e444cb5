"""Things by what people call them: one for each name that means one, choices for others, and what is near."""

import shutil
import subprocess
import sys

import pyoxigraph as ox
import pytest

import terril
from conftest import oxigraph_server
from terril import things
from terril.errors import BadValue
from terril.names import compact, expand
from terril.store import Embedded, connect

FOUND = ("thing", "thingLabel", "kind", "kindLabel", "place", "placeLabel", "name", "score")


@pytest.fixture(scope="module")
def store(home):
    return connect(home=home)


def resolved(text: str, store, **options) -> str:
    return compact(things.resolve(text, store, **options).value)


# One thing


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("organisation:mecatech", "organisation:mecatech"),
        (f"<{expand('organisation:mecatech')}>", "organisation:mecatech"),
        ("mecatech", "organisation:mecatech"),
        ("MECATECH competitiveness clusters", "organisation:mecatech"),
        ("University of Liège", "organisation:university-of-liege"),
        ("Université de Liège", "organisation:university-of-liege"),
        ("ULIEGE", "organisation:university-of-liege"),
        ("UCL", "organisation:uclouvain"),
        ("NIC", "initiative:namur-innovative-city-lab"),
        ("BE32", "territory:hainaut"),
        ("Bergen", "territory:mons"),
        ("MecaTech", "organisation:mecatech"),
        ("Walloon Governement", "organisation:walloon-government"),
        ("Crutzen", "person:nathalie-crutzen"),
    ],
)
def test_a_name_that_means_one_thing_gives_it(store, text, thing):
    assert resolved(text, store) == thing


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Univeristy of Liege", "organisation:university-of-liege"),
        ("mecatec", "organisation:mecatech"),
        ("Digital Walonia", "initiative:digital-wallonia"),
        ("Nathalie", "person:nathalie-crutzen"),
        ("University of Namur", "organisation:university-of-liege"),
    ],
)
def test_a_misspelt_name_or_a_part_of_one_is_never_taken_silently(store, text, near):
    with pytest.raises(BadValue, match=rf"^the thing: no thing is called '{text}'\. Near to it: .*{near}"):
        things.resolve(text, store)


def test_a_name_of_several_things_is_refused_with_all_of_them_and_their_kinds(store):
    with pytest.raises(BadValue) as caught:
        things.resolve("Région wallonne", store, what="start")
    assert str(caught.value) == (
        "start: 'Région wallonne' may be any of organisation:walloon-region (terril:RegionalAuthority), "
        "territory:wallonia (terril:Region). Name one of them."
    )


def test_the_end_of_an_iri_means_its_thing_and_in_capitals_is_a_name_that_others_may_have_too(store):
    assert resolved("wallonia", store) == "territory:wallonia"
    with pytest.raises(BadValue, match=r"organisation:walloon-region .*, territory:wallonia"):
        things.resolve("Wallonia", store)


def test_a_kind_tells_namesakes_apart(store):
    assert resolved("Région wallonne", store, kind="terril:Territory") == "territory:wallonia"
    assert resolved("Wallonia", store, kind=expand("terril:RegionalAuthority")) == "organisation:walloon-region"


def test_a_thing_of_another_kind_is_refused_with_its_own(store):
    with pytest.raises(
        BadValue, match=r"organisation:mecatech is no terril:Strategy but .*terril:Cluster.* Such are: "
    ):
        things.resolve("organisation:mecatech", store, kind="terril:Strategy")


@pytest.mark.parametrize(("text", "near"), [("AI", "stakeholder:industrial-player"), ("cluster", "indicator:clusters")])
def test_two_initials_and_the_inflected_end_of_an_iri_are_no_names(store, text, near):
    kind = near.split(":")[0].replace("stakeholder", "StakeholderCategory").replace("indicator", "Indicator")
    with pytest.raises(BadValue, match=rf"is called '{text}'\. Near to it: .*{near}"):
        things.resolve(text, store, kind=f"terril:{kind}")


@pytest.mark.parametrize("given", [None, 5, b"mecatech", compact], ids=lambda given: type(given).__name__)
def test_what_is_no_text_is_refused_in_a_sentence(store, given):
    with pytest.raises(BadValue, match="is no text"):
        things.resolve(given, store)


def test_of_many_namesakes_ten_are_shown():
    graph = ox.Store()
    for n in range(30):
        strand, label = ox.NamedNode(expand(f"strand:s{n}")), ox.NamedNode(expand("skos:prefLabel"))
        graph.add(ox.Quad(strand, label, ox.Literal("same")))
    with pytest.raises(BadValue, match=r"may be any of strand:s0, .*, and others"):
        things.resolve("same", Embedded(graph))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\ud800", "\0", "😀", "x" * 1_000_000, "a " * 10_000, "<a b>", "strand:", '"} #', "http://", "_:b"],
)
def test_what_means_nothing_is_refused_in_a_sentence(store, text):
    with pytest.raises(BadValue) as caught:
        things.resolve(text, store)
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)


def test_what_a_strangers_graph_calls_its_things_neither_steers_a_terminal_nor_fills_it(caplog):
    graph = ox.Store()
    name = ox.Literal("smart \x1b[31m\n" + "name " * 10_000)
    graph.add(ox.Quad(ox.NamedNode(expand("strand:s")), ox.NamedNode(expand("skos:prefLabel")), name))
    terril.find("smart names for things", at=graph)
    with pytest.raises(BadValue) as caught:
        things.resolve("smart names for things", Embedded(graph))
    for told in (caplog.messages[-1], str(caught.value)):
        assert "strand:s (smart �[31m name" in told
        assert len(told) < 300


# Finding


def test_a_thing_is_found_with_its_kind_and_place_and_the_name_that_matched(home):
    found = terril.find("ULiege", home=home)
    row = found.rows[0]
    assert found.variables == FOUND
    assert [compact(row[i].value) for i in (0, 2)] == ["organisation:university-of-liege", "terril:University"]
    assert [row[i].value for i in (1, 3)] == ["University of Liège", "university"]
    assert (row[6].value, row[7]) == ("ULiège", ox.Literal(100))


@pytest.mark.parametrize("text", ["organisation:mecatech", f"<{expand('organisation:mecatech')}> "])
def test_an_iri_and_a_curie_find_their_thing_alone(home, text):
    assert [compact(row.thing.value) for row in terril.find(text, home=home)] == ["organisation:mecatech"]
    assert len(terril.find(text, kind="cluster", home=home)) == 1
    assert "organisation:mecatech" not in [
        compact(row.thing.value) for row in terril.find(text, kind="strategy", home=home)
    ]


def test_labels_are_in_the_language_asked_for(home):
    row = next(iter(terril.find("smart maintenance", lang="fr", home=home)))
    assert row.kindLabel == ox.Literal("axe stratégique", language="fr")


def test_the_narrowest_place_is_shown(home):
    places = {
        name: compact(next(iter(terril.find(name, limit=1, home=home))).place.value)
        for name in ("BE32", "Namur Innovative City Lab", "Smart City Province", "Wallonia")
    }
    assert places == {
        "BE32": "territory:wallonia",
        "Namur Innovative City Lab": "territory:namur",
        "Smart City Province": "territory:walloon-brabant",
        "Wallonia": "territory:belgium",
    }


@pytest.mark.parametrize("kind", ["cluster", "Clusters", "terril:Cluster", "pôles"])
def test_only_things_of_the_kind_asked_for_are_found(home, kind):
    found = terril.find("mecatech", kind=kind, home=home)
    assert [compact(row.thing.value) for row in found] == ["organisation:mecatech"]


def test_a_kind_takes_in_its_subclasses_where_nothing_was_inferred():
    graph = ox.Store()
    graph.load(
        b"PREFIX t: <https://w3id.org/terril/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        b"PREFIX owl: <http://www.w3.org/2002/07/owl#> t:B a owl:Class ; rdfs:subClassOf t:A . t:A a owl:Class . "
        b'<https://w3id.org/terril/id/strand/s> a t:B ; rdfs:label "some strand" .',
        ox.RdfFormat.TURTLE,
    )
    assert len(terril.find("some strand", kind="terril:A", at=graph)) == 1


def test_what_is_nowhere_is_an_empty_answer_and_a_warning_of_what_is_near(home, caplog):
    found = terril.find("national library", home=home)
    assert (found.variables, found.rows) == (FOUND, ())
    assert "Nothing here is called 'national library'. Near to it: stakeholder:national-authority" in caplog.text
    caplog.clear()
    assert len(terril.find("mecatech", kind="strategy", home=home)) == 0
    assert "No terril:Strategy here is called 'mecatech'. No name comes near." in caplog.text


@pytest.mark.parametrize("limit", [0, -1, 1001, True, 2.5, "3"])
def test_a_limit_is_a_number_from_one_to_a_thousand(home, limit):
    with pytest.raises(BadValue, match=r"^limit: .* is no whole number from 1 to 1,000"):
        terril.find("wallonia", limit=limit, home=home)


def test_no_more_than_the_limit_is_found(home):
    assert [len(terril.find("wallonia", limit=limit, home=home)) for limit in (1, 3)] == [1, 3]


def test_a_server_finds_the_same_as_the_graph_file_and_the_built_graph(home, tmp_path):
    shutil.copy(home.graph, tmp_path / "alone.nq")
    asked = [("Univeristy of Liège", None), ("wallonia", "territories"), ("ville intelligente", None)]
    built = [terril.find(text, kind=kind, home=home) for text, kind in asked]
    with oxigraph_server(home.graph, "--union-default-graph") as url:
        for at in (url, tmp_path / "alone.nq"):
            assert [terril.find(text, kind=kind, at=at) for text, kind in asked] == built


def find(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "terril", "find", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_what_is_found(home):
    done = find("smart maintenence", "--home", home.path, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("thing,thingLabel,kind,kindLabel,place,placeLabel,name,score\nhttps://w3id.org/")


def test_the_command_says_no_with_what_is_near(home):
    done = find("national library", "--home", home.path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Nothing here is called 'national library'. Near to it: ")
