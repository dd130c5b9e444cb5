"""Pages that people read: whole in both languages, well-formed, small, and deaf to whatever a graph whispers."""

import json
import re
import sys
from types import MappingProxyType

import html5lib
import pyoxigraph as ox
import pytest

import terril
from pages import EVIL, Reading, hostile
from terril.extents import exceeds
from terril.names import ID
from terril.sparql import parse
from terril.store import Embedded
from terril.web import forms
from terril.web.addresses import LANGUAGES, file_of
from terril.web.pages import LARGEST, Pages
from terril.workers import Limits

NOWHERE = MappingProxyType({})


@pytest.fixture(scope="module")
def pages(home) -> Pages:
    store = terril.connect(home=home)
    memory = ox.Store()
    memory.bulk_extend(store.graph)
    return Pages(Embedded(memory), home)


@pytest.fixture(scope="module")
def paths(pages) -> list[str]:
    found = list(pages.paths())
    return found + [more for path in found if path.startswith("doc/territory/") for more in pages.further(path)]


@pytest.fixture(scope="module")
def readings(published, read_pages, paths) -> dict[tuple[str, str], Reading]:
    """The pages of all paths, as they were published."""
    return {(path, lang): read_pages[published / file_of(path, lang)] for path in paths for lang in LANGUAGES}


def test_every_path_is_named_once(paths):
    assert len(paths) == len(set(paths)) > 1000


@pytest.mark.slow
def test_every_page_is_there_in_both_languages_and_well_formed(readings):
    faults = {key: reading.faults for key, reading in readings.items() if reading.faults or not reading.text}
    assert faults == {}


@pytest.mark.slow
def test_every_page_says_its_language_has_a_title_a_main_part_and_a_way_past_the_menu(readings):
    for (path, lang), reading in readings.items():
        tags = [tag for tag, _ in reading.tags]
        assert ("html", {"lang": lang}) in reading.tags, path
        assert [tags.count(tag) for tag in ("main", "h1", "header")] == [1, 1, 2], path
        assert tags[tags.index("head") :].index("title") < 6
        assert ("a", {"class": "skip", "href": "#content"}) in reading.tags


@pytest.mark.slow
def test_every_page_is_small(readings):
    assert {key: len(each.text.encode()) for key, each in readings.items() if len(each.text.encode()) > LARGEST} == {}


@pytest.mark.slow
def test_no_page_asks_another_host_or_holds_a_script_or_a_style(readings):
    for key, reading in readings.items():
        assert [address for address in reading.loaded if re.match(r"(\w+:)?//", address)] == [], key
        for tag, known in reading.tags:
            assert "style" not in known, key
            assert tag != "style", key
            assert not [name for name in known if name.startswith("on")], key
            assert tag != "script" or known.get("type") in ("module", "application/json", "application/ld+json"), key


@pytest.mark.slow
def test_an_id_stands_once_on_a_page_and_sources_that_are_cited_are_there(readings):
    for key, reading in readings.items():
        assert len(reading.ids) == len(set(reading.ids)), key
        assert {link[1:] for link in reading.links if link.startswith("#")} <= set(reading.ids), key


@pytest.mark.parametrize("path", ["index", "ns", "doc/territory/wallonia", "doc/document/smart-region", "sparql"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_browser_reads_the_page_as_it_is_meant(pages, path, lang):
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(pages.render(path, lang))
    known = ("expected-doctype-but-got-chars",)
    assert [error for _, error, _ in parser.errors if error not in known] == []


def test_a_thing_is_shown_with_facts_sources_and_reasons(pages):
    text = pages.render("doc/organisation/mecatech")
    assert "<h1>MecaTech Competitiveness Cluster</h1>" in text
    assert "If A has strand B, then A focuses on B." in text
    assert "characters 831–870" in text
    assert 'class="chart"' in text
    assert "GRAPH ?graph" in text
    assert f"{ID}organisation/mecatech" in text
    for ending in ("ttl", "jsonld", "nt"):
        assert f'href="mecatech.{ending}"' in text


def test_a_page_in_french_speaks_french_where_the_graph_does(pages):
    text = pages.render("doc/organisation/mecatech", "fr")
    assert "<h1>pôle de compétitivité MecaTech</h1>" in text
    assert "pourquoi ?" in text
    assert 'hreflang="en"' in text


def test_things_of_one_name_are_told_apart_by_their_kinds(pages):
    text = pages.render("doc/territory/wallonia")
    shown = re.findall(r">advanced manufacturing</a>(?: <small>([^<]+)</small>)?", text)
    assert {"industrial specialisation", "topic"} <= set(shown)
    assert "<small>" not in pages.render("doc/organisation/mecatech").partition("<h2")[0]


def test_a_reading_is_marked_as_one_with_its_reason(pages):
    text = pages.render("doc/strand/mecatech-smart-maintenance")
    assert "careful reading" in text
    assert "Smart maintenance is a kind of maintenance" in text


def test_a_statement_names_its_speaker(pages):
    assert re.search(r"spoken by <a [^>]+>Olivier Devolder", pages.render("doc/organisation/n-side"))


def test_a_topic_compares_regions_clusters_and_strategies(pages):
    text = pages.render("doc/topic/health")
    assert [text.index(title) for title in ("Regions and places", "Clusters", "Strategies and programmes")]
    assert "none in the documents" in text


def test_a_document_shows_which_stretches_are_encoded_and_not_the_text(pages):
    text = pages.render("doc/document/namur-clusters")
    assert text.count('<rect class="says"') > 10
    assert "characters are encoded" in text


def test_a_passage_states_its_facts_and_what_readers_conclude(pages):
    text = pages.render("doc/passage/namur-clusters/873-893")
    assert "Fourth strand: smart maintenance." in text
    assert "What a careful reader concludes" in text


def test_what_is_around_a_thing_is_data_for_programs(pages):
    text = pages.render("doc/organisation/mecatech")
    (found,) = re.findall(r'data-graph><script type="application/json">(.+?)</script>', text)
    around = json.loads(found)
    assert around["centre"] == "doc/organisation/mecatech"
    assert 1 < len(around["nodes"]) <= 61
    ids = {node["id"] for node in around["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in around["edges"])


def test_every_head_describes_its_thing_in_json_ld(pages):
    (found,) = re.findall(r'ld\+json">(.+?)</script>', pages.render("doc/organisation/mecatech"))
    assert json.loads(found)["@id"] == f"{ID}organisation/mecatech"


def test_more_facts_than_fit_stand_on_further_pages(pages):
    further = pages.further("doc/territory/wallonia")
    assert len(further) > 2
    told = "".join(pages.render(path) for path in further)
    assert told.count("<li") > 250
    assert pages.further("doc/strand/mecatech-smart-maintenance") == []
    assert pages.render(f"{further[0][:-1]}99") is None


def test_events_lie_on_a_timeline(pages):
    text = pages.render("doc/event/index")
    assert '<time datetime="2021-03-19">19 March 2021</time>' in text
    assert "2 April (year not stated)" in text
    assert '<svg class="years"' in text


def test_the_ontology_has_a_place_for_every_term(pages):
    reading = Reading(pages.render("ns"))
    assert {"hasStrand", "Cluster", "addresses"} <= set(reading.ids)
    assert "Cluster" in pages.render("ns/diagram")
    assert "shape:event-day" in pages.render("ns/shapes")


# Questions


def test_a_question_shows_its_form_answer_query_and_evidence(pages):
    text = pages.render("questions/strands/clusters-of-strand")
    assert "<form" in text
    assert 'value="smart maintenance"' in text
    assert "MecaTech Competitiveness Cluster" in text
    assert "VALUES ?strand" in text
    assert "Fourth strand" in text


def test_a_question_is_asked_of_what_the_address_says(pages):
    text = pages.render("questions/clusters/clusters-of-topic", "fr", {"topic": "mécatronique", "x": "y"})
    assert "pôle de compétitivité MecaTech" in text


def test_a_value_that_means_nothing_is_said_in_a_sentence_and_harmless(pages):
    text = pages.render("questions/clusters/clusters-of-topic", "en", {"topic": EVIL})
    assert 'role="alert"' in text
    assert "<script>alert" not in text


def test_every_question_has_a_template_for_programs(pages):
    for path in (path for path in pages.paths() if re.fullmatch(r"questions/\w+/[\w-]+", path)):
        for found in re.findall(
            r'data-question.+?<script type="application/json">(.+?)</script>', pages.render(path), re.DOTALL
        ):
            assert {"query", "parameters"} <= set(json.loads(found))


# Answers that are too much for a page


@pytest.fixture
def asked(pages, home) -> Pages:
    """Pages that remember no answer yet."""
    return Pages(pages.store, home)


QUESTION = "questions/clusters/clusters-sharing-topic"


def test_a_question_with_too_much_to_look_through_says_so_and_shows_its_query(asked, monkeypatch):
    monkeypatch.setattr(forms, "MOST", 0)
    english, french = asked.render(QUESTION), asked.render(QUESTION, "fr")
    assert "more than 0 combinations of facts" in english
    assert "plus de 0 combinaisons de faits" in french
    for text in (english, french):
        assert "terril ask clusters-sharing-topic" in text
        assert "SELECT DISTINCT ?cluster ?other ?topic" in text
        assert "<table" not in text
        assert Reading(text).faults == []


def endless(*_: object) -> forms.Reply:
    while True:
        pass


def greedy(*_: object) -> forms.Reply:
    raise AssertionError(len(bytearray(1 << 30)))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limits")
@pytest.mark.parametrize(("answer", "limits"), [(endless, Limits(1, 1 << 29)), (greedy, Limits(30, 1 << 26))])
def test_a_question_that_takes_too_much_says_so_and_is_given_up(asked, monkeypatch, caplog, answer, limits):
    monkeypatch.setattr(forms, "PATIENCE", limits)
    monkeypatch.setattr(forms, "reply", answer)
    seconds, megabytes = limits.seconds, limits.memory >> 20
    assert f"more than {seconds} seconds of computing or {megabytes} MB of memory" in asked.render(QUESTION)
    assert f"plus de {seconds} secondes de calcul ou de {megabytes} Mo de mémoire" in asked.render(QUESTION, "fr")
    assert caplog.text.count("The page of clusters-sharing-topic has no answer. This took more than") == 1


def test_no_question_of_this_graph_comes_near_the_bound(pages):
    for question in pages.questions.values():
        assert not exceeds(parse(question.sparql), pages.store, forms.MOST // 10), question.name


# Serving


def test_a_server_searches_and_edits_where_files_cannot(pages, home):
    served = Pages(pages.store, home, served=True)
    assert "MecaTech" in served.render("search", "en", {"q": "mecatec"})
    assert "Nothing here is called" in served.render("search", "en", {"q": "zzzzzzzz"})
    assert 'data-mode="server"' in served.render("sparql")
    assert 'data-mode="static"' in pages.render("sparql")
    assert "&lt;/textarea&gt;" in served.render("sparql", "en", {"query": "</textarea>"})


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "doc",
        "doc/",
        "doc/organisation",
        "doc/organisation/nobody",
        "doc/organisation/../person/x",
        "questions/x/y",
        "doc/organisation/index-2",
        "doc/nothing/index",
        "ns/x",
        "../index",
        "doc/organisation/mecatech.html",
        "index.html",
    ],
)
def test_what_is_no_page_is_none(pages, path):
    assert pages.render(path) is None


def test_pages_are_written_in_two_languages_only(pages):
    assert pages.render("index", "de") is None


# What a stranger's graph may hold


@pytest.fixture(scope="module")
def strange(home) -> Pages:
    return Pages(Embedded(hostile()), home)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_texts_addresses_and_tags_come_out_inert(strange, lang):
    for path in strange.paths():
        text = strange.render(path, lang)
        reading = Reading(text)
        assert reading.faults == [], path
        assert "<script>alert" not in text, path
        assert "<img" not in text, path
        assert not [known for _, known in reading.tags for name in known if name.startswith("on")], path
        assert not [link for link in reading.links if re.match(r"\s*(javascript|data|vbscript):", link, re.IGNORECASE)]
        assert "49" not in re.findall(r"\$\{?(\d+)", text), path


def test_a_text_that_looks_like_a_template_stays_a_text(strange):
    (path,) = [path for path in strange.paths() if "onclick" in path]
    assert "{{ w }}" in "".join(Reading(strange.render(path)).words)


def test_data_in_a_page_cannot_end_its_element(strange):
    text = strange.render("doc/organisation/a")
    scripts = re.findall(r"<script type=\"application/[\w+]+\">(.*?)</script>", text)
    assert scripts
    assert all(json.loads(script) for script in scripts)


def test_an_empty_graph_has_pages_too(home):
    bare = Pages(Embedded(ox.Store()), home)
    assert all(bare.render(path) for path in ("index", "doc/index", "ns", "ns/diagram", "search", "downloads"))
