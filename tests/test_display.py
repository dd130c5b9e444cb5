"""What a notebook shows is safe, needs no network, and says where each row of an answer stands."""

import time
from dataclasses import replace
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest

import terril
from terril import display
from terril.results import Row, Solutions, Triples, Truth

NODE = ox.NamedNode("https://example.org/thing")
HOSTILE = '<script>alert("1")</script>" onmouseover="alert(1)'


class Page(HTMLParser):
    """The tags, attributes and texts of a page; every tag must be closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name: str) -> list[str | None]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module")
def answer(home):
    return terril.ask("spin-offs", home=home)


def test_a_thing_is_shown_by_its_label_which_links_to_its_iri():
    shown = Solutions(("thing", "thingLabel"), ((NODE, ox.Literal("Thing", language="en")),))
    page = Page(shown._repr_html_())
    assert "Thing" in page.texts
    assert page.values("href") == [NODE.value]
    assert "thingLabel" not in page.texts


def test_a_label_that_is_no_label_of_a_column_is_shown():
    page = Page(Solutions(("otherLabel",), ((ox.Literal("kept"),),))._repr_html_())
    assert {"otherLabel", "kept"} <= set(page.texts)


def test_a_thing_without_a_label_is_shown_as_it_is_written():
    page = Page(Solutions(("thing",), ((ox.NamedNode(terril.names.ID + "organisation/mecatech"),),))._repr_html_())
    assert "organisation:mecatech" in page.texts


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal(HOSTILE),
        ox.Literal(HOSTILE, language="en"),
        ox.Triple(NODE, NODE, ox.Literal(HOSTILE)),
        ox.NamedNode("https://example.org/'onmouseover='alert(1)"),
    ],
)
def test_no_text_of_a_graph_becomes_a_tag_or_an_attribute(term):
    page = Page(Solutions((HOSTILE,), ((term,),))._repr_html_())
    assert "script" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "urn:x", "file:///etc"]
)
def test_only_addresses_of_the_web_become_links(iri):
    page = Page(Solutions(("x", "xLabel"), ((ox.NamedNode(iri), ox.Literal("press")),))._repr_html_())
    assert page.values("href") == []
    assert iri in page.values("title")


def test_a_page_asks_nothing_of_the_network(answer):
    page = Page(answer._repr_html_())
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert "url(" not in answer._repr_html_()
    assert page.values("src") == []


def test_a_text_says_its_language():
    page = Page(Solutions(("x",), ((ox.Literal("pôle", language="fr"),),))._repr_html_())
    assert ("span", "lang", "fr") in page.attributes


def test_the_evidence_of_a_row_is_shown_beside_it_and_on_hover(answer):
    page = Page(answer._repr_html_())
    (source,) = terril.explain(answer, row=1)[0].sources()
    hover = page.values("title")[0]
    assert hover is not None
    for part in (source.title, f"characters {source.start}–{source.end}", source.gist, "Olivier Devolder"):
        assert part in hover
    assert page.tags.count("details") == len(answer)
    assert hover in page.texts


def test_a_page_is_headed_by_its_question(answer):
    page = Page(answer._repr_html_())
    assert "caption" in page.tags
    assert answer.question.text["en"] in page.texts


def test_a_question_in_words_is_shown_with_how_it_was_read(home):
    answer = terril.ask("Which clusters care about smart maintenance?", home=home)
    assert str(answer.reading) in Page(answer._repr_html_()).texts


def test_only_the_first_rows_are_explained_and_shown(answer):
    rows = answer.rows * 100
    page = Page(replace(answer, result=replace(answer.result, rows=rows))._repr_html_())
    assert page.tags.count("details") == display.EXPLAINED
    assert page.tags.count("tr") == display.SHOWN + 1
    assert f"{len(rows) - display.SHOWN} more rows are not shown here." in page.texts


def test_an_answer_that_cannot_be_explained_is_shown_with_the_reason(answer):
    page = Page(replace(answer, sparql="SELECT ?spinoff { ?spinoff ?p <<( ?a ?b ?c )>> }")._repr_html_())
    assert any(text.startswith("No evidence is shown: ") for text in page.texts)
    assert "N-Side" in page.texts
    assert "details" not in page.tags


@pytest.mark.parametrize("name", ["coverage", "spin-offs", "clusters-of-topic"])
def test_an_answer_is_shown_with_less_than_a_second_of_work(name, home):
    answer = terril.ask(name, home=home)
    start = time.process_time()
    answer._repr_html_()
    assert time.process_time() - start < 1


def test_an_explanation_is_shown_as_a_tree_down_to_the_passages(home):
    explained = terril.explain("clusters-of-topic", topic="mechatronics", home=home)
    page = Page(explained._repr_html_())
    assert page.values("title") == []
    assert any(text.startswith("inferred: If A focuses on B") for text in page.texts)
    assert [text for text in page.texts if "characters 831–870" in text]
    assert Page(explained[0]._repr_html_()).texts == page.texts


def test_no_rows_are_no_explanation(home):
    assert "no row to explain" in terril.Explanations()._repr_html_()


@pytest.mark.parametrize("result", [Truth(True), Triples((ox.Triple(NODE, NODE, NODE),)), Solutions(("x",), ())])
def test_every_result_has_a_page_and_a_text(result):
    bundle = result._repr_mimebundle_()
    assert bundle == {"text/plain": terril.results.write(result), "text/html": result._repr_html_()}
    assert Page(bundle["text/html"]).tags.count("table") == 1


def test_an_answer_is_shown_as_text_where_there_is_no_page(answer):
    assert answer._repr_mimebundle_()["text/plain"] == terril.results.write(answer.result)
    assert answer._repr_mimebundle_(include={"text/plain"}).keys() == {"text/plain"}
    assert answer._repr_mimebundle_(exclude={"text/plain"}).keys() == {"text/html"}


def test_connections_are_shown_as_chains_each_link_with_its_sources(home):
    found = terril.path("N-Side", "University of Liège", home=home)
    page = Page(found._repr_html_())
    assert "N-Side – spin-off of → University of Liège" in page.texts
    assert page.tags.count("ol") == len(found)
    assert page.tags.count("details") == sum(map(len, found))
    assert found._repr_mimebundle_()["text/plain"] == terril.connections.write(found)


def test_unlinked_things_are_told_to_be_so(home):
    page = Page(terril.path("MecaTech", "Olivier Devolder", home=home)._repr_html_())
    assert any("are not linked" in text for text in page.texts)


def test_a_description_is_a_table_of_facts_with_their_sources(home):
    description = terril.describe("mecatech", home=home)
    page = Page(description._repr_html_())
    assert page.tags.count("tr") == len(description) + 1
    assert page.tags.count("details") == sum(not fact.is_inferred for fact in description)
    assert page.texts.count("inferred") == sum(fact.is_inferred for fact in description)
    assert {"has strand", "smart maintenance", "MecaTech Competitiveness Cluster"} <= set(page.texts)
    assert description._repr_mimebundle_()["text/plain"] == terril.descriptions.write(description)


def test_of_a_thing_with_many_facts_the_first_are_shown(home):
    description = terril.describe("territory:wallonia", home=home)
    page = Page(description._repr_html_())
    assert page.tags.count("tr") == display.SHOWN + 1
    assert f"{len(description) - display.SHOWN} more facts are not shown here." in page.texts


def test_rows_that_rest_on_nothing_say_so(home):
    answer = terril.ask("spin-offs", home=home)
    asked = replace(answer, sparql="SELECT ?x { VALUES ?x { 1 } }", result=Solutions(("x",), ((ox.Literal(1),),)))
    assert any("rests on no triple" in text for text in Page(asked._repr_html_()).texts)


def test_a_row_is_no_record_of_its_own():
    assert not hasattr(Row(("x",), (NODE,)), "_repr_html_")
