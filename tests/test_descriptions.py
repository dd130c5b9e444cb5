"""Descriptions: what a thing is, its facts both ways, figures, and who says each."""

import json

import pyoxigraph as ox
import pytest

import terril
from conftest import oxigraph_server
from terril import descriptions, names
from terril.errors import BadValue, UnknownFormat


def iri(name):
    return ox.NamedNode(names.expand(name))


@pytest.fixture(scope="module")
def mecatech(home):
    return terril.describe("mecatech", home=home)


@pytest.fixture(scope="module")
def built(home):
    return terril.connect(home=home).graph


def test_a_description_holds_every_triple_of_the_thing_and_every_one_that_points_at_it(mecatech, built):
    default = ox.DefaultGraph()
    passages = names.PREFIXES["passage"]
    out = {quad.triple for quad in built.quads_for_pattern(mecatech.thing, None, None, default)}
    into = {quad.triple for quad in built.quads_for_pattern(None, None, mecatech.thing, default)}
    assert {fact.triple for fact in mecatech} == out | {t for t in into if not t.subject.value.startswith(passages)}
    assert len(mecatech) == len(set(mecatech))


def test_a_fact_is_inferred_exactly_if_it_stands_in_the_graph_of_inferred_triples(mecatech, built):
    inferred = ox.NamedNode(names.INFERRED)
    assert any(fact.is_inferred for fact in mecatech)
    for fact in mecatech:
        assert fact.is_inferred == (ox.Quad(*fact.triple, inferred) in built)


def test_a_stated_fact_has_exactly_the_graphs_that_state_it_as_sources(mecatech, built):
    for fact in mecatech:
        if not fact.is_inferred:
            stand = {quad.graph_name for quad in built.quads_for_pattern(*fact.triple, None)}
            assert {source.graph for source in fact.sources} == stand - {ox.DefaultGraph()}


def test_mecatech_is_a_competitiveness_cluster_with_four_strands_and_close_to_200_players(mecatech):
    assert mecatech.kinds[0].triple.object == iri("terril:CompetitivenessCluster")
    assert len([f for f in mecatech.outgoing if f.relation == iri("terril:hasStrand")]) == 4
    players = next(f for f in mecatech.figures if "close to 200" in str(f.properties))
    assert players.properties[names.expand("terril:value")].value == "200"
    assert players.properties[names.expand("terril:qualifier")] == iri("qualifier:close-to")
    assert "players that MecaTech oversees: close to 200 – “close to 200” [" in descriptions.write(mecatech)


def test_the_page_tells_stated_inferred_and_read_facts_apart(home):
    page = descriptions.write(terril.describe("walloon region", home=home))
    assert "is regional authority° [" in page
    assert "agent*" in page
    assert "governs → Wallonia° [" in page
    assert page.endswith("* inferred; `terril explain` shows proofs\n"
                         "° a careful reading; the words do not say it outright\n")  # fmt: skip


def test_a_limit_keeps_stated_facts_first_and_says_how_many_it_left_out(home, mecatech):
    short = terril.describe("mecatech", limit=2, home=home)
    focus = [fact for fact in short.outgoing if fact.relation == iri("terril:focusesOn")]
    whole = [fact for fact in mecatech.outgoing if fact.relation == iri("terril:focusesOn")]
    assert len(focus) == 2
    assert not focus[0].is_inferred
    assert short.left_out["out", iri("terril:focusesOn")] == len(whole) - 2
    assert f"and {len(whole) - 2} more" in descriptions.write(short)
    assert not mecatech.left_out


def test_a_thing_that_thousands_point_at_is_described_in_a_bounded_number_of_rows():
    graph = ox.Store()
    hub, label, located = iri("territory:hub"), iri("skos:prefLabel"), iri("terril:locatedIn")
    graph.add(ox.Quad(located, iri("rdf:type"), iri("owl:ObjectProperty")))
    graph.add(ox.Quad(hub, label, ox.Literal("Hub", language="en")))
    graph.add(ox.Quad(hub, iri("rdf:type"), iri("terril:Region")))
    graph.extend(ox.Quad(iri(f"organisation:o{i}"), located, hub) for i in range(5000))
    found = terril.describe("Hub", limit=3, at=graph)
    assert len(found.incoming) == 3
    assert found.left_out == {("in", located): None}
    assert "and many more" in descriptions.write(found)
    assert all(fact.sources[0].kind == "store" for fact in found)


def test_of_a_thing_with_very_many_facts_relations_that_no_ontology_knows_are_shown_too():
    graph = ox.Store()
    hub, country, rules = (ox.NamedNode(f"https://example.org/{name}") for name in ("hub", "country", "rules"))
    graph.extend(ox.Quad(ox.NamedNode(f"https://example.org/t{i}"), country, hub) for i in range(3000))
    graph.add(ox.Quad(hub, rules, hub))
    found = terril.describe(hub.value, limit=3, at=graph)
    assert [fact.relation for fact in found.incoming] == [country] * 3
    assert found.left_out == {("in", country): None}


def test_a_thing_that_is_related_to_itself_or_of_no_class_is_described_like_any_other():
    graph = ox.Store()
    one, two, sees = (ox.NamedNode(f"https://example.org/{name}") for name in ("one", "two", "sees"))
    graph.extend([ox.Quad(one, sees, one), ox.Quad(one, sees, two)])
    assert [fact.triple.object for fact in terril.describe(f"<{one.value}>", at=graph).outgoing] == [one, two]
    assert [fact.triple.subject for fact in terril.describe(two.value, at=graph).incoming] == [one]


def test_a_figure_that_only_readers_relate_to_the_thing_is_marked_as_a_reading():
    graph = ox.Store()
    trig = """
        PREFIX e: <https://example.org/> PREFIX t: <https://w3id.org/terril/ns#>
        e:reading { e:f t:figureAbout e:it ; t:wording "two" } e:it { e:it a t:Cluster }
        { e:f t:figureAbout e:it ; t:wording "two" . e:it a t:Cluster . e:reading a t:Reading }"""
    graph.load(trig.encode(), format=ox.RdfFormat.TRIG)
    page = descriptions.write(terril.describe("https://example.org/it", at=graph))
    assert "https://example.org/f: “two”° [2]\n" in page
    assert page.endswith("° a careful reading; the words do not say it outright\n")


class Senseless:
    """An endpoint that puts other terms, or none, in place of each of those that it is asked for in turn."""

    def __init__(self, store, turn: int) -> None:
        self.store, self.turn = store, turn

    def query(self, sparql: str):
        answer = self.store.query(sparql)
        if not isinstance(answer, terril.Solutions):
            return answer
        odd = (ox.Literal("²"), ox.BlankNode("b"), None, iri("rdf:type"), ox.Triple(*[iri("rdf:type")] * 3))
        lies = []
        for i, row in enumerate(answer.rows):
            place = (i + self.turn) % len(row)
            lies += [row, (*row[:place], odd[(i + self.turn) % len(odd)], *row[place + 1 :])]
        return terril.Solutions(answer.variables, tuple(lies))


@pytest.mark.parametrize("turn", range(10))
def test_an_endpoint_that_adds_rows_without_sense_costs_no_true_fact(turn, mecatech, home):
    found = terril.describe(mecatech.thing.value, at=Senseless(terril.connect(home=home), turn))
    assert {fact.triple for fact in mecatech} <= {fact.triple for fact in found}
    assert all(descriptions.write(found, format) for format in descriptions.FORMATS)


def test_words_and_labels_come_in_the_language_asked_for(home):
    page = descriptions.write(terril.describe("mecatech", lang="fr", home=home), lang="fr")
    assert "Faits d’autres à son sujet" in page
    assert "est pôle de compétitivité [" in page


def test_turtle_and_json_ld_hold_the_concise_bounded_description_without_blank_nodes(mecatech, built):
    out = {quad.triple for quad in built.quads_for_pattern(mecatech.thing, None, None, ox.DefaultGraph())}
    for format, syntax in (
        ("turtle", ox.RdfFormat.TURTLE),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("nt", ox.RdfFormat.N_TRIPLES),
    ):
        text = descriptions.write(mecatech, format)
        assert {quad.triple for quad in ox.parse(text, syntax)} == out
        assert "_:" not in text


def test_json_holds_every_fact_with_its_sources(mecatech):
    record = json.loads(descriptions.write(mecatech, "json"))
    facts = [*record["kinds"], *record["names"], *record["outgoing"], *record["incoming"], *record["figures"]]
    assert len(facts) == len(mecatech)
    assert all(bool(fact["sources"]) != fact["inferred"] for fact in facts)
    strand = next(fact for fact in record["outgoing"] if fact["label"].endswith("has strand – smart maintenance"))
    assert strand["sources"][0]["gist"]


def test_with_the_texts_sources_come_with_their_very_words(home, texts):
    page = descriptions.write(
        terril.describe("strand:mecatech-smart-maintenance", home=home, documents=texts[0].parent)
    )
    assert "the words: “" in page


def test_the_same_description_comes_from_a_server(home, mecatech):
    with oxigraph_server(home.graph) as url:
        assert terril.describe("mecatech", at=url) == mecatech


@pytest.mark.parametrize("thing", ["", " ", "no such thing", "\ud800", "organisation:mecatech> ?p ?o", "x" * 100_000])
def test_an_unknown_thing_is_told_in_a_sentence(home, thing):
    with pytest.raises(BadValue):
        terril.describe(thing, home=home)


@pytest.mark.parametrize("limit", [0, -1, 2.5, True, "3"])
def test_a_limit_that_is_no_positive_number_is_told_in_a_sentence(home, limit):
    with pytest.raises(BadValue, match="limit"):
        terril.describe("mecatech", limit=limit, home=home)


def test_a_format_that_there_is_not_is_told_in_a_sentence(mecatech):
    with pytest.raises(UnknownFormat, match="text, json, jsonld, turtle, nt"):
        descriptions.write(mecatech, "csv")
