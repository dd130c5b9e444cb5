"""Finding things by name: what counts as the same name, what is forgiven, and what comes first."""

import random
import re
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import oxigraph_server
from terril import index, naming
from terril.errors import BadGraph, BadValue
from terril.index import Index, Match
from terril.names import compact, expand
from terril.results import Solutions
from terril.store import Embedded, connect

GRAPH = """
@prefix terril: <https://w3id.org/terril/ns#> .
@prefix organisation: <https://w3id.org/terril/id/organisation/> .
@prefix initiative: <https://w3id.org/terril/id/initiative/> .
@prefix strategy: <https://w3id.org/terril/id/strategy/> .
@prefix strand: <https://w3id.org/terril/id/strand/> .
@prefix territory: <https://w3id.org/terril/id/territory/> .
@prefix passage: <https://w3id.org/terril/id/passage/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

organisation:uliege a terril:University, terril:Organisation ; skos:prefLabel "University of Liège"@en ;
    skos:altLabel "ULg"@fr ; terril:inWords "Université de Liège"@fr .
organisation:uclouvain a terril:University, terril:Organisation ; skos:prefLabel "Catholic University of Louvain"@en .
organisation:mecatech a terril:Cluster, terril:Organisation ; skos:prefLabel "MecaTech Competitiveness Cluster"@en ;
    skos:altLabel "MecaTech"@en .
organisation:wallon a terril:Organisation ; skos:prefLabel "Walloon Region"@en ; skos:altLabel "Wallonia"@en .
organisation:hidden a terril:Organisation ; skos:prefLabel "Public body"@en ; skos:hiddenLabel "Wallonia"@en .
territory:wallonia a terril:Territory ; skos:prefLabel "Wallonia"@en ; skos:notation "BE3" ;
    terril:inWords "Walloon Region"@en .
initiative:lab a terril:Initiative ; skos:prefLabel "Namur Innovative City Lab"@en .
strategy:renewed a terril:Strategy ; skos:prefLabel "Smart Specialisation Strategy"@en .
strand:maintenance a terril:StrategicStrand ; skos:prefLabel "smart maintenance"@en, "maintenance intelligente"@fr .
strand:digital a terril:StrategicStrand ; skos:prefLabel "digital technologies"@en .
strand:odd a terril:StrategicStrand ; skos:prefLabel '"} ; DROP TABLE name; -- ?x*'@en .
passage:x a terril:Passage ; skos:prefLabel "a passage"@en .
terril:Cluster skos:prefLabel "a term"@en .
"""


@pytest.fixture(scope="module")
def store() -> Embedded:
    graph = ox.Store()
    graph.load(GRAPH.encode(), ox.RdfFormat.TURTLE)
    return Embedded(graph)


@pytest.fixture(scope="module")
def names(store) -> Index:
    return index.open(store)


def first(names: Index, text: str) -> str:
    return next((compact(match.thing.value) for match in names.search(text)), "")


def scores(names: Index, text: str, **options) -> dict[str, int]:
    return {compact(match.thing.value): match.score for match in names.search(text, **options)}


# Whole names


@pytest.mark.parametrize("text", ["University of Liège", "UNIVERSITY OF LIEGE", " university  of liege ", "ulg", "ULg"])
def test_case_accents_and_white_space_are_of_no_account(names, text):
    assert scores(names, text)["organisation:uliege"] == 100


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Liège University", "organisation:uliege"),
        ("the universities of Liège", "organisation:uliege"),
        ("Université de Liège", "organisation:uliege"),
        ("digital technology", "strand:digital"),
        ("la maintenance intelligente", "strand:maintenance"),
        ("maintenances intelligentes", "strand:maintenance"),
        ("smartmaintenance", "strand:maintenance"),
        ("Meca-Tech", "organisation:mecatech"),
        ("smart specialization strategies", "strategy:renewed"),
    ],
)
def test_inflection_order_spacing_and_small_words_are_forgiven(names, text, thing):
    found = scores(names, text)
    assert 90 <= found[thing] < 100
    assert found[thing] == max(found.values())


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("S3", "strategy:renewed"),
        ("SSS", "strategy:renewed"),
        ("NIC", "initiative:lab"),
        ("NICL", "initiative:lab"),
        ("nicl", "initiative:lab"),
        ("CUL", "organisation:uclouvain"),
    ],
)
def test_initials_are_understood(names, text, thing):
    assert first(names, text) == thing


def test_a_code_is_a_name_in_which_nothing_is_forgiven(names):
    assert scores(names, "be3")["territory:wallonia"] == 100
    assert names.search("BE4") == []


def test_the_end_of_an_iri_is_a_name_without_a_property(names):
    assert names.search("uclouvain") == [
        Match(ox.NamedNode(expand("organisation:uclouvain")), "uclouvain", None, "", 100)
    ]


def test_preferred_names_come_before_alternative_ones_and_those_before_hidden_ones(names):
    assert [compact(match.thing.value) for match in names.search("wallonia", limit=3)] == [
        "territory:wallonia",
        "organisation:wallon",
        "organisation:hidden",
    ]


def test_other_words_for_a_thing_come_after_the_name_of_another(names):
    assert scores(names, "Walloon Region") == {"organisation:wallon": 100, "territory:wallonia": 98}


def test_a_match_says_which_name_in_which_language_by_which_property(names):
    assert names.search("maintenance intelligente", limit=1) == [
        Match(
            ox.NamedNode(expand("strand:maintenance")), "maintenance intelligente", "fr", expand("skos:prefLabel"), 100
        )
    ]


# Misspellings and parts


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("smart maintenence", "strand:maintenance"),
        ("smrat maintenance", "strand:maintenance"),
        ("smart maintenanec", "strand:maintenance"),
        ("smart mantenence", "strand:maintenance"),
        ("Univeristy fo Liege", "organisation:uliege"),
        ("Catolic Univercity of Luvain", "organisation:uclouvain"),
        ("Wallonnia", "territory:wallonia"),
        ("mecatec", "organisation:mecatech"),
    ],
)
def test_misspellings_are_forgiven(names, text, thing):
    assert first(names, text) == thing
    assert 50 <= names.search(text)[0].score < 85


def test_more_slips_than_a_word_bears_are_not_forgiven(names):
    assert names.search("smrta mntnnc") == []


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Univ. of Liège", "organisation:uliege"),
        ("Cath. Univ. Louvain", "organisation:uclouvain"),
        ("digital tech", "strand:digital"),
    ],
)
def test_words_cut_short_are_understood_but_are_no_whole_names(names, text, thing):
    assert first(names, text) == thing
    assert 50 <= names.search(text)[0].score < 85
    assert names.exact([text]) == {}


def test_a_word_is_not_cut_short_to_two_letters_and_what_begins_no_word_is_none(names):
    assert names.search("un") == []
    assert names.search("xyz") == []


def test_parts_of_names_are_found_after_whole_names(names):
    assert scores(names, "mecatech cluster")["organisation:mecatech"] >= 50
    assert list(scores(names, "University")) == ["organisation:uliege", "organisation:uclouvain"]
    assert all(50 <= score < 75 for score in scores(names, "University").values())


def test_a_name_that_lacks_a_word_is_near_and_no_more(names):
    assert 0 < scores(names, "University of Namur")["organisation:uliege"] < 50


def test_near_words_are_given_nearest_first(names):
    assert names.near("maintenence") == ["maintenance"]
    assert names.near("Maintenances") == ["maintenances"]
    assert names.near("xyzzy") == names.near("") == names.near("two words") == []


# Many texts at once


def test_many_texts_are_looked_up_in_one_query(store):
    names = Index(Counted(naming.database(naming.gather(quad.triple for quad in store.graph))), "it")
    before = names._connection.asked
    spans = [f"smart maintenance {n}" for n in range(200)]
    found = names.exact(["Smart Maintenance", "the upkeep", "S3", "s3p", *spans])
    assert set(found) == {"Smart Maintenance", "S3"}
    assert names._connection.asked - before == 1


class Counted:
    """A connection that counts what it is asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self.asked = connection, 0

    def execute(self, *query):
        self.asked += 1
        return self.connection.execute(*query)


def test_exact_names_are_never_misspelt_and_small_letters_no_abbreviation(names):
    assert names.exact(["smart maintenence", "University", "nic", "in", ""]) == {}
    assert [match.score for match in names.exact(["NIC"])["NIC"]] == [87]


def test_only_things_of_the_kinds_asked_for_are_found(names):
    strategy, university = frozenset({expand("terril:Strategy")}), frozenset({expand("terril:University")})
    assert scores(names, "S3", kinds=strategy | university) == {"strategy:renewed": 87}
    assert names.search("S3", kinds=university) == []
    assert list(scores(names, "louvain", kinds=university)) == ["organisation:uclouvain"]
    assert names.exact(["Wallonia"], kinds=strategy) == {}


def test_of_many_things_with_a_word_those_of_the_kind_asked_for_are_found_however_long_their_names():
    label = expand("skos:prefLabel")
    words = [*["word"] * 11_000, "a longer name with the word"]
    named = [naming.Named(f"https://example.org/{n}", (), (naming.Name(w, "en", label),)) for n, w in enumerate(words)]
    named[-1] = replace(named[-1], iri=expand("organisation:o"), classes=("b",))
    names = Index(naming.database(named), "it")
    for text in ("word", "word nowhere"):
        assert list(scores(names, text, kinds=frozenset("b"))) == ["organisation:o"]
        assert scores(names, text, kinds=frozenset("c")) == {}


def test_namesakes_are_found_up_to_a_hundred_and_come_sorted_by_iri():
    label = naming.Name("strand one", "en", expand("skos:prefLabel"))
    things = [naming.Named(f"{expand('strand:s')}{n:04}", (), (label,)) for n in range(3000)]
    names = Index(naming.database(things), "it")
    found = [match.thing.value for match in names.exact(["Strand One"])["Strand One"]]
    assert found == [thing.iri for thing in things[:100]]
    assert [match.thing.value for match in names.search("strand one", limit=5)] == found[:5]


# The built graph


def test_every_name_of_the_graph_finds_its_thing(home):
    store = connect(home=home)
    names = index.open(store)
    known = naming.gather(quad.triple for quad in store.graph.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    found = names.exact(name.text for thing in known for name in thing.names)
    assert len(known) > 500
    for thing in known:
        for name in thing.names:
            assert thing.iri in {match.thing.value for match in found[name.text]}, name


def test_the_built_graph_is_asked_by_the_file_beside_it(home):
    assert index.open(connect(home=home))._where == str(home.index)


def test_a_question_of_twenty_words_is_looked_up_in_a_moment(home):
    names = index.open(connect(home=home))
    asked = re.findall(
        r"\w+",
        "which clusters of Wallonia care about smart maintenance and work with the University of Liège on health today",
    )
    spans = [" ".join(asked[i:j]) for i in range(len(asked)) for j in range(i + 1, min(len(asked), i + 8) + 1)]
    times = []
    for _ in range(20):
        start = time.process_time()
        found = names.exact(spans)
        times.append(time.process_time() - start)
    assert {"smart maintenance", "University of Liège", "Wallonia"} <= set(found)
    assert min(times) < 0.02


# Other stores


class Remote:
    """A store that is not in this process, with its own limit on rows; it counts queries."""

    def __init__(self, store: Embedded) -> None:
        self.store, self.asked = store, 0

    def query(self, sparql: str):
        self.asked += 1
        return self.store.query(sparql)


def test_an_endpoint_is_read_in_pages_and_gives_the_same(store, names, monkeypatch):
    monkeypatch.setattr(index, "_PAGE", 5)
    remote = Remote(store)
    other = index.open(remote)
    assert remote.asked < 20
    for text in ("wallonia", "smart maintenence", "S3", "university"):
        assert other.search(text) == names.search(text)
    assert index.open(remote) is other


def test_an_endpoint_with_more_names_than_are_read_is_said_to_have_them(store, monkeypatch, caplog):
    monkeypatch.setattr(index, "_PAGE", 5)
    monkeypatch.setattr(index, "_PAGES", 2)
    names = index.open(Remote(store))
    assert "more names than are read of it" in caplog.text
    assert names.search("Namur Innovative City Lab")


def test_what_an_endpoint_gives_that_is_no_name_of_a_thing_is_passed_over():
    thing, label = ox.NamedNode(expand("strand:s")), ox.NamedNode(expand("skos:prefLabel"))
    name = ox.Literal("some strand")
    rows = ((name, label, name), (ox.BlankNode("b"), label, name), (thing, name, name), (thing, label, None))
    columns = ("thing", "property", "value")

    class Liar:
        def query(self, _):
            return Solutions(columns, (*rows, (thing, label, name)))

    assert [match.thing for match in index.open(Liar()).search("some strand")] == [thing]


def test_a_real_server_gives_the_same_as_the_built_graph(home):
    built = index.open(connect(home=home))
    with oxigraph_server(home.graph) as url:
        served = index.open(connect(url))
        for text in ("mecatech", "Univeristy of Liege", "NIC", "wallonia", "ville intelligente"):
            assert served.search(text) == built.search(text)


def test_a_store_that_has_grown_is_indexed_anew():
    graph = ox.Store()
    subject, label = ox.NamedNode(expand("strand:new")), ox.NamedNode(expand("skos:prefLabel"))
    assert index.open(Embedded(graph)).search("new strand") == []
    graph.add(ox.Quad(subject, label, ox.Literal("new strand")))
    assert index.open(Embedded(graph)).search("new strand")[0].thing == subject


def test_a_store_without_names_finds_nothing():
    assert index.open(Embedded(ox.Store())).search("anything") == []


# Files that are damaged or of something else


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database"),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(naming.write([], "another graph")),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_an_index_that_is_not_of_this_graph_is_made_anew_in_memory(tmp_path, spoil):
    (tmp_path / "graph.ttl").write_text(GRAPH)
    path = tmp_path / "index.sqlite"
    path.write_bytes(naming.write([], "x"))
    spoil(path)
    assert first(index.open(connect(tmp_path / "graph.ttl")), "NIC") == "initiative:lab"


@pytest.mark.parametrize(
    "spoil",
    [
        "DROP TABLE key",
        "UPDATE kinds SET classes = NULL",
        "UPDATE thing SET iri = 'no iri'",
        "UPDATE name SET text = x'ff', folded = CAST(x'ff' AS TEXT)",
        "UPDATE stem SET names = x'010203'",
    ],
)
def test_an_index_that_is_damaged_further_in_is_said_to_be(spoil):
    connection = naming.database([naming.Named(expand("strand:s"), ("a",), (naming.Name("some strand", "en", ""),))])
    connection.execute(spoil)
    with pytest.raises(BadGraph, match=r"index of names is damaged .* Run `terril build`"):
        Index(connection, "The index of names").search("some other strand")


def test_an_index_that_may_not_be_read_is_made_anew_in_memory(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise sqlite3.OperationalError("unable to open database file")

    (tmp_path / "graph.ttl").write_text(GRAPH)
    (tmp_path / "index.sqlite").write_bytes(naming.write([], "x"))
    store, connect_to = connect(tmp_path / "graph.ttl"), sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda name, **how: refused() if how.get("uri") else connect_to(name, **how)
    )
    assert first(index.open(store), "NIC") == "initiative:lab"


@pytest.mark.slow
def test_two_builds_at_the_same_time_leave_a_graph_and_an_index_that_fit(project):
    command = [sys.executable, "-m", "terril", "build", "--home", project.path]
    for done in [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]:
        assert (done.communicate()[1].count("Traceback"), done.returncode) == (0, 0)
    assert index.open(connect(home=project))._where == str(project.index)


# Hostile texts


@pytest.mark.parametrize("text", ["", " \n\t", "x" * 1001, "word " * 10_000, "\ud800", "a\udcffb", "x" * 1_000_000])
def test_what_can_be_no_name_is_refused_in_a_sentence(names, text):
    with pytest.raises(BadValue) as caught:
        names.search(text)
    assert len(str(caught.value)) < 200
    assert names.exact([text]) == {}
    assert names.near(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        "\0",
        "\x1b[31m",
        "%_*?",
        "NEAR(a b)",
        "'; DELETE FROM name; --",
        "?x ?y ?z",
        "{}",
        '["a"]',
        "-",
        "ﷺ",
        "'" * 999,
    ],
)
def test_a_text_that_tries_to_break_out_finds_nothing(names, text):
    assert [match for match in names.search(text) if match.score >= index.IN_PART] == []


def test_a_name_that_looks_like_syntax_is_still_found(names):
    assert scores(names, '"} ; DROP TABLE name; -- ?x*')["strand:odd"] == 100


@settings(max_examples=200, deadline=None)
@given(text=st.text(min_size=1, max_size=100))
@example(text="İ")
def test_any_text_is_answered_or_refused(names, text):
    try:
        matches = names.search(text)
    except BadValue:
        return
    assert matches == sorted(matches, key=lambda match: -match.score)
    assert len({match.thing for match in matches}) == len(matches)


def test_long_texts_are_answered_quickly(names):
    chance = random.Random(1)
    text = " ".join("".join(chance.choices("abcdeliop", k=chance.randrange(4, 12))) for _ in range(100))[:1000]
    start = time.process_time()
    names.search(text)
    assert time.process_time() - start < 0.5
