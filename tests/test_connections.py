"""Connections: the links that the four texts make between things, and none through what everything shares."""

import json
import re
from collections import defaultdict
from itertools import pairwise
from random import Random

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import terril
from conftest import oxigraph_server
from terril import connections, names
from terril.cli import main
from terril.errors import BadOntology, BadValue, UnknownFormat

TYPE = ox.NamedNode(names.expand("rdf:type"))


class Counted:
    """A store that counts what it is asked."""

    def __init__(self, store) -> None:
        self.store, self.asked = store, 0

    def query(self, sparql: str):
        self.asked += 1
        return self.store.query(sparql)


@pytest.fixture(scope="module")
def built(home):
    return terril.connect(home=home)


@pytest.fixture(scope="module")
def at(built) -> Counted:
    return Counted(built)


def through(found) -> list[list[str]]:
    """What each path leads through, ends left out."""
    return [[names.compact(thing.value) for thing in path.things[1:-1]] for path in found]


# What the texts say

LINKED = [
    # Namur page: strands are MecaTech's; both building clusters work on construction; the region set CAP 2020 up.
    ("organisation:mecatech", "topic:mechatronics", ["strand:mecatech-microtechnology-and-mechatronics"]),
    ("strand:mecatech-smart-maintenance", "strand:mecatech-shaping-technologies", ["organisation:mecatech"]),
    ("organisation:cap-2020", "organisation:eco-construction", ["topic:construction", "topic:green-building"]),
    ("organisation:cap-2020", "organisation:walloon-region", []),
    # Member profile: the Vice-President's government adopted the strategy; two pilots had success with one facility.
    (
        "person:willy-borsus",
        "strategy:wallonia-s3",
        ["post:vice-president-of-the-walloon-government", "organisation:walloon-government"],
    ),
    ("area:wallonia-s3-circular-materials", "area:wallonia-s3-enhanced-health", ["strategy:wallonia-s3"]),
    ("initiative:esm-pilot", "initiative:bioeconomy-pilot", ["event:taf-applications"]),
    ("initiative:3dp-pilot", "initiative:esm-pilot", ["organisation:vanguard-initiative"]),
    ("axis:wallonia-digitalisation", "initiative:digital-wallonia", []),
    ("event:european-cluster-policy-forum", "event:eu-industry-day", []),
    ("person:florence-hennart", "organisation:walloon-region", []),
    # Charleroi page: where an ecosystem has its home, what embodies one, and the axes that support all of them.
    ("ecosystem:charleroi-health-and-bio", "site:brussels-south-charleroi-biopark", []),
    ("organisation:factori", "ecosystem:charleroi-social-innovation", []),
    ("ecosystem:charleroi-food-c", "ecosystem:charleroi-cleantech", ["axis:charleroi-cross-sectional-axes"]),
    # Smart cities: three relations of one university, a spin-off of two, posts, the programme that encourages labs.
    ("organisation:n-side", "organisation:phoenix-ai", ["organisation:university-of-liege"]),
    ("organisation:smart-city-institute", "organisation:phoenix-ai", ["organisation:university-of-liege"]),
    (
        "person:nathalie-crutzen",
        "organisation:university-of-liege",
        ["post:smart-city-institute-academic-director", "organisation:smart-city-institute"],
    ),
    ("person:olivier-devolder", "organisation:uclouvain", ["post:n-side-energy-director", "organisation:n-side"]),
    ("person:francois-narbonneau", "organisation:multitel", ["post:multitel-head-of-smart-technologies"]),
    ("initiative:namur-innovative-city-lab", "initiative:mons-resized", ["initiative:feder-2014-2020"]),
    ("organisation:cenaero", "organisation:eurohpc", []),
    (
        "figure:belgian-smes-innovation-rank",
        "organisation:european-commission",
        ["index:european-innovation-scoreboard-2020"],
    ),
    ("organisation:awex", "organisation:fdi-intelligence", ["document:smart-region"]),
    # Across texts: strands, fields, sectors and areas that meet in a topic.
    (
        "ecosystem:charleroi-advanced-manufacturing",
        "specialisation:wallonia-advanced-manufacturing",
        ["field:charleroi-advanced-manufacturing", "topic:advanced-manufacturing"],
    ),
    (
        "ecosystem:charleroi-cleantech",
        "sector:wallonia-environmental-technologies",
        ["field:charleroi-cleantech", "topic:clean-technology"],
    ),
    ("strand:mecatech-materials-and-surfaces", "specialisation:wallonia-new-materials", ["topic:materials"]),
    (
        "organisation:mecatech",
        "sector:wallonia-engineering-and-new-materials",
        ["topic:mechanical-engineering", "topic:engineering"],
    ),
]

UNLINKED = [
    ("organisation:mecatech", "organisation:university-of-liege", [["territory:wallonia"]]),
    ("organisation:google", "organisation:ibm", [["territory:wallonia"]]),
    ("organisation:google", "organisation:mecatech", [["territory:wallonia"]]),
    ("organisation:n-side", "organisation:mecatech", [["territory:wallonia"]]),
    ("organisation:mecatech", "organisation:eco-construction", [["territory:wallonia"]]),
    ("organisation:infopole", "initiative:digital-wallonia", [["territory:wallonia"]]),
    ("organisation:cap-2020", "figure:belgium-urbanisation-rank", [["territory:wallonia", "territory:belgium"]]),
    ("address:wallonia-regional-address", "initiative:namur-innovative-city-lab", [["territory:namur"]]),
    ("organisation:phoenix-ai", "event:ind-tech-2024", [["organisation:european-union"]]),
    ("person:vincent-lepage", "person:florence-hennart", [["organisation:walloon-region"]]),
    ("organisation:factori", "organisation:cenaero", None),
    ("organisation:smart-city-institute", "ecosystem:charleroi-food-c", None),
    ("person:willy-borsus", "person:nathalie-crutzen", []),
    ("organisation:world-bank", "organisation:multitel", []),
]


@pytest.mark.parametrize(("start", "end", "between"), LINKED)
def test_a_connection_that_the_texts_make_is_found_from_either_end(start, end, between, at):
    assert between in through(terril.path(start, end, at=at))
    assert between[::-1] in through(terril.path(end, start, at=at))


@pytest.mark.parametrize(("start", "end", "hubs"), UNLINKED)
def test_things_that_the_texts_do_not_connect_are_unlinked_and_what_they_share_is_named(start, end, hubs, at):
    found = terril.path(start, end, at=at)
    assert found.paths == ()
    assert found.searched == 4
    shared = [[names.compact(hub.value) for hub in chain] for chain in found.hubs]
    if hubs is None:
        assert len(shared[0]) == 2
    else:
        assert shared == hubs


def test_each_hop_says_where_it_is_written_and_a_reading_says_why(at):
    (path,) = terril.path("strand:mecatech-materials-and-surfaces", "specialisation:wallonia-new-materials", at=at)
    assert all(hop.is_reading and hop.evidence.sources[0].note for hop in path)
    path = terril.path("N-Side", "Phoenix AI", at=at).paths[0]
    assert [hop.forward for hop in path] == [True, False]
    assert not any(hop.is_reading for hop in path)
    (source,) = path.hops[0].evidence.sources
    assert (source.start, source.end) == (1506, 1681)
    assert source.speakers == (ox.NamedNode(names.expand("person:olivier-devolder")),)


def test_with_the_texts_passages_come_with_their_very_words(texts, at):
    found = terril.path("N-Side", "Phoenix AI", at=at, documents=texts[0].parent)
    assert "spin-off from two renowned" in found.paths[0].hops[0].evidence.sources[0].words


def test_names_in_any_language_are_understood(at):
    assert through(terril.path("Université de Liège", "n-side", at=at, count=1)) == [[]]


# An independent judge


@pytest.fixture(scope="module")
def walkable(home):
    """The stated links between things, and what is a hub, read from files without the package's own search."""
    policy = {quad.triple for file in [*home.ontology, *home.reference] for quad in ox.parse(path=str(file))}

    def said(term):
        relation = ox.NamedNode(names.expand(f"terril:{term}"))
        return {triple.subject for triple in policy if triple.predicate == relation and triple.object.value == "true"}

    links, shared = said("connects"), said("hub")
    beside, stated, kinds, degree = defaultdict(set), set(), defaultdict(set), defaultdict(set)
    for quad in ox.parse(path=str(home.graph), format=ox.RdfFormat.N_QUADS):
        if quad.predicate == TYPE:
            kinds[quad.subject].add(quad.object)
        is_stated = isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value != names.INFERRED
        if is_stated and quad.predicate in links and isinstance(quad.object, ox.NamedNode):
            stated.add(quad.triple)
            for one, other in ((quad.subject, quad.object), (quad.object, quad.subject)):
                beside[one].add(other)
                degree[one].add(quad.triple)
    hubs = {thing for thing in beside if thing in shared or kinds[thing] & shared or len(degree[thing]) > 100}
    return beside, hubs, stated


def distance(beside, hubs, start, end) -> int | None:
    """The length of the shortest path of at most four links, by breadth-first search."""
    rim, met = {start}, {start}
    for length in range(1, 5):
        rim = {other for thing in rim if thing == start or thing not in hubs for other in beside[thing]} - met
        if end in rim:
            return length
        met |= rim
    return None


@pytest.mark.slow
def test_five_hundred_random_pairs_from_different_documents_are_linked_exactly_if_something_but_a_hub_joins_them(
    walkable, at
):
    beside, hubs, stated = walkable
    documents = defaultdict(set)
    for quad in at.store.graph.quads_for_pattern(None, None, None, None):
        told = re.match(f"{re.escape(names.PREFIXES['passage'])}([^/]+)/", getattr(quad.graph_name, "value", ""))
        for thing in (quad.subject, quad.object) if told else ():
            if thing in beside and thing.value.startswith(names.ID):
                documents[thing].add(told[1])
    random, pairs = Random(20), []
    while len(pairs) < 500:
        start, end = random.sample(sorted(documents, key=str), 2)
        if documents[start].isdisjoint(documents[end]):
            pairs.append((start, end))
    lengths = []
    for start, end in pairs:
        found = terril.path(start.value, end.value, at=at, count=1)
        lengths.append(len(found.paths[0]) if found.paths else None)
        assert lengths[-1] == distance(beside, hubs, start, end), (start, end)
        assert {hop.triple for path in found for hop in path} <= stated
        assert {hub for chain in found.hubs for hub in chain} <= hubs
    assert lengths.count(None) > 450
    assert lengths.count(4) > 1


def test_the_paths_of_many_pairs_are_distinct_loopless_chained_and_in_order(at, walkable):
    beside, hubs, _ = walkable
    random = Random(21)
    things = [thing for thing in sorted(beside, key=str) if thing.value.startswith(names.ID)]
    several = 0
    for _ in range(40):
        start = random.choice(things)
        near = {far for thing in beside[start] for far in beside[thing]} - {start}
        end = random.choice(sorted(near, key=str) or things[:1])
        found = terril.path(start.value, end.value, at=at, count=6)
        routes = [path.things for path in found]
        assert len(set(routes)) == len(routes) <= 6
        assert [path.things for path in terril.path(start.value, end.value, at=at, count=1)] == routes[:1]
        several += len(routes) > 2
        for path in found:
            assert (path.things[0], path.things[-1]) == (start, end)
            assert len(set(path.things)) == len(path.things)
            assert hubs.isdisjoint(path.things[1:-1])
            assert all(one.end == other.start for one, other in pairwise(path))
        order = [(len(path), sum(hop.is_reading for hop in path)) for path in found]
        assert order == sorted(order)
    assert several > 10


# On what terms


def test_what_must_be_passed_is_even_where_it_is_a_hub(at):
    found = terril.path("organisation:google", "organisation:ibm", at=at, via="territory:wallonia")
    assert through(found)[0] == ["territory:wallonia"]
    found = terril.path("organisation:cap-2020", "organisation:eco-construction", at=at, via="stakeholder:architect")
    assert through(found)[0] == ["stakeholder:architect"]
    assert all("stakeholder:architect" in between for between in through(found))


def test_kinds_to_be_passed_are_named_by_any_part_of_their_label_and_all_of_them_count(at):
    found = terril.path("mecatech", "specialisation:wallonia-new-materials", at=at, via="strand,topics")
    assert through(found) == [["strand:mecatech-materials-and-surfaces", "topic:materials"]]
    assert terril.path("mecatech", "specialisation:wallonia-new-materials", at=at, via=["stratégie"]).paths == ()
    assert terril.path("mecatech", "specialisation:wallonia-new-materials", at=at, via="") == terril.path(
        "mecatech", "specialisation:wallonia-new-materials", at=at
    )


@pytest.mark.parametrize("avoid", ["University of Liège", "université", "terril:University", ["spin-off of"]])
def test_things_kinds_and_relations_to_be_avoided_are_not_on_the_way(avoid, at):
    for path in terril.path("n-side", "phoenix-ai", at=at, avoid=avoid, max=5, count=20):
        if avoid == ["spin-off of"]:
            assert all(hop.triple.predicate.value != names.expand("terril:spinOffOf") for hop in path)
        else:
            assert names.expand("organisation:university-of-liege") not in [thing.value for thing in path.things]


def test_more_links_are_followed_only_if_asked_for(at):
    assert terril.path("mecatech", "ecosystem:charleroi-advanced-manufacturing", at=at).paths == ()
    found = terril.path("mecatech", "ecosystem:charleroi-advanced-manufacturing", at=at, max=6)
    assert len(found.paths[0]) == 6
    assert "topic:manufacturing" in through(found)[0]
    assert terril.path("n-side", "phoenix-ai", at=at, max=1).paths == ()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"max": 0}, "1 to 8"),
        ({"max": 99}, "1 to 8"),
        ({"max": True}, "1 to 8"),
        ({"count": 0}, "1 to 100"),
        ({"count": "many"}, "1 to 100"),
        ({"via": "zzqqy"}, "via"),
        ({"via": "mecatech"}, "is an end"),
        ({"via": "area"}, "terril:InnovationArea"),
        ({"via": ["topic"] * 8}, "at most 7"),
        ({"via": "focuses on"}, "via"),
        ({"avoid": "nobody knows this"}, "avoid"),
        ({"avoid": '"> } INSERT DATA { <a:a> <a:b> <a:c> } #'}, "avoid"),
        ({"avoid": "x" * 1_000_000}, "avoid"),
        ({"via": "\ud800"}, "UTF-8"),
        ({"via": "terril:hasStrand"}, "is a relation"),
        ({"avoid": "mecatech"}, "is an end"),
        ({"avoid": ["topic"] * 51}, "at most 50"),
        ({"via": "topic", "avoid": "strand,topic"}, "terril:Topic is to be avoided"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_a_sentence(options, says, at):
    with pytest.raises(BadValue, match=re.escape(says)):
        terril.path("mecatech", "university-of-liege", at=at, **options)


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("mecatech", "MecaTech", "same thing"),
        ("mecatech", "n-sido", "organisation:n-side"),
        ("", "mecatech", "start"),
        ("mecatech", "advanced manufacturing", "may be any of"),
        ("organisation:nobody", "mecatech", "start"),
        ("https://example.org/a> ?p ?o } #", "mecatech", "start"),
        ("mecatech", "🙈🙉🙊", "end"),
        ("mecatech", "\x00\x1b[31m", "end"),
        ("x" * 1_000_000, "mecatech", "start"),
    ],
)
def test_names_that_mean_nothing_or_too_much_are_refused_in_a_sentence(start, end, says, at):
    with pytest.raises(BadValue, match=re.escape(says)):
        terril.path(start, end, at=at)


# Any store


def test_an_endpoint_gives_the_same_paths_in_a_bounded_number_of_questions(home, at):
    with oxigraph_server(home.graph) as url:
        there = Counted(terril.connect(url))
        for start, end, _ in (*LINKED[::4], *UNLINKED[::4]):
            there.asked = 0
            found = terril.path(start, end, at=there, count=5)
            assert found == terril.path(start, end, at=at, count=5)
            assert there.asked <= 35


def test_a_store_whose_default_graph_is_the_union_of_the_named_ones_gives_the_same_paths(built, at):
    named = ox.Store()
    named.bulk_extend(quad for quad in built.graph if isinstance(quad.graph_name, ox.NamedNode))
    for start, end, _ in (*LINKED[::4], *UNLINKED[::4]):
        assert terril.path(start, end, at=named) == terril.path(start, end, at=at)


def test_a_graph_without_ontology_and_sources_is_walked_by_the_projects_policy_and_the_answer_says_so(home):
    found = terril.path("n-side", "phoenix-ai", at=home.turtle, home=home)
    assert through(found)[0] == ["organisation:university-of-liege"]
    assert found.is_own_policy
    assert not found.is_sourced
    text = connections.write(found)
    assert "– spin-off of →" in text
    assert "does not say who states a triple" in text
    assert "the project’s own policy was followed" in text


def test_a_policy_in_the_store_is_followed_instead_of_the_projects():
    graph = ox.Store()
    graph.load(
        b"""@prefix t: <https://w3id.org/terril/ns#> . @prefix o: <https://w3id.org/terril/id/organisation/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <https://example.org/> .
        e:knows t:connects true . e:likes t:connects false . e:Fan rdfs:subClassOf e:Crowd . e:Crowd t:hub true .
        <https://example.org/> t:mostLinks 3 .
        o:a a e:Band ; e:knows o:b ; e:likes o:c ; t:partOf o:c . o:b a e:Band ; e:knows o:c .
        o:c a e:Band ; e:knows o:d . o:d a e:Fan ; e:knows o:e . o:e a e:Band ; e:knows o:f .
        o:f a e:Band ; e:knows o:g , o:h , o:i . o:g a e:Band .""",
        format=ox.RdfFormat.TURTLE,
    )
    assert through(terril.path("organisation:a", "organisation:c", at=graph)) == [["organisation:b"]]
    assert terril.path("organisation:c", "organisation:e", at=graph).paths == ()
    assert terril.path("organisation:e", "organisation:g", at=graph).paths == ()
    assert not terril.path("organisation:e", "organisation:f", at=graph).is_own_policy


def test_a_project_whose_ontology_has_no_policy_is_told_so(project):
    (project.path / "ontology/modules/connection.ttl").unlink()
    graph = ox.Store()
    graph.load(
        b"<https://w3id.org/terril/id/site/a> a <b:c> . <https://w3id.org/terril/id/site/b> a <b:c> .",
        format=ox.RdfFormat.TURTLE,
    )
    with pytest.raises(BadOntology, match="terril:connects"):
        terril.path("site:a", "site:b", at=graph, home=project)


class Lying:
    """An endpoint that answers every question with other things than were asked for, some of them unbound."""

    def __init__(self, store) -> None:
        self.store = store

    def query(self, sparql: str):
        answer = self.store.query(sparql)
        if not isinstance(answer, terril.Solutions) or "connects" in sparql:
            return answer
        odd = (ox.NamedNode("https://example.org/odd"), ox.Literal("odd"), None)
        lies = tuple(tuple(odd[(i + j) % 3] for j in range(len(answer.variables))) for i in range(3))
        return terril.Solutions(answer.variables, answer.rows + lies)


def test_an_endpoint_that_adds_rows_without_sense_changes_nothing(built, at):
    found = terril.path(names.expand("organisation:n-side"), names.expand("organisation:phoenix-ai"), at=at)
    there = terril.path(names.expand("organisation:n-side"), names.expand("organisation:phoenix-ai"), at=Lying(built))
    assert there.paths == found.paths


# Writing


@pytest.fixture(scope="module")
def found(at):
    return terril.path("N-Side", "Phoenix AI", at=at)


def run(*words: str):
    return CliRunner().invoke(main, ["path", *words])


def test_the_command_prints_what_the_function_finds_and_exits_with_0_for_linked_and_1_for_unlinked(found):
    done = run("N-Side", "Phoenix AI")
    assert (done.exit_code, done.stdout) == (0, connections.write(found))
    done = run("mecatech", "University of Liège")
    assert done.exit_code == 1
    assert done.stdout.startswith("MecaTech Competitiveness Cluster and University of Liège are not linked")
    assert "tells nothing: Wallonia." in done.stdout
    done = run("mecatech", "nobody at all")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "end: " in done.stderr


def test_the_text_shows_each_link_with_its_direction_and_sources_and_no_source_twice(found):
    text = connections.write(found)
    assert text.startswith(
        "Path 1, 2 links: N-Side – University of Liège – Phoenix AI\n├─ N-Side – spin-off of → University of Liège\n"
        "│     Wallonia thinks smart, characters 1506–1681: "
    )
    assert "└─ University of Liège ← supported by – Phoenix AI\n" in text
    assert "explained above" in text


def test_things_of_the_same_name_are_told_apart(at):
    found = terril.path("mecatech", "ecosystem:charleroi-advanced-manufacturing", at=at, max=6)
    ecosystem = "Advanced manufacturing (ecosystem:charleroi-advanced-manufacturing)"
    field = "Advanced manufacturing (field:charleroi-advanced-manufacturing)"
    assert f"{field} ← has field – {ecosystem}" in connections.write(found)
    assert connections.as_json(found)["end"]["label"] == "Advanced manufacturing"


def test_readings_are_marked(at):
    text = connections.write(
        terril.path("strand:mecatech-materials-and-surfaces", "specialisation:wallonia-new-materials", at=at)
    )
    assert text.count(" – addresses → advanced materials °\n") == 1
    assert "(reading: " in text
    assert text.endswith("° a careful reading; the words do not say it outright\n")


def test_a_reading_beside_a_statement_is_marked_too(at):
    found = terril.path("n-side", "university-of-liege", at=at, max=1)
    (hop,) = found.paths[0]
    assert not hop.is_reading
    assert [each.predicate.value for each in hop.also_read] == [names.expand("terril:supportedBy")]
    assert "also: N-Side – supported by → University of Liège °\n" in connections.write(found)


def test_turtle_without_a_path_says_so_in_comments(at):
    text = connections.write(terril.path("mecatech", "university-of-liege", at=at), "turtle")
    assert text.startswith("# MecaTech Competitiveness Cluster and University of Liège are not linked")
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE)) == []


def test_a_french_reader_gets_french(at):
    found = terril.path("awex", "fdi-intelligence", at=at, lang="fr")
    text = connections.write(found, lang="fr")
    assert text.startswith("Chemin 1, 2 liens : Agence wallonne")
    assert "← parrainé par –" in text
    found = terril.path("mecatech", "university-of-liege", at=at, lang="fr")
    assert "ne sont pas liés" in connections.write(found, lang="fr")


def test_json_rows_and_turtle_hold_the_same_hops(found):
    document = json.loads(connections.write(found, "json"))
    hops = [
        (ox.Literal(i), ox.Literal(j), *(hop[part]["iri"] for part in ("from", "relation", "to")), hop["direction"])
        for i, path in enumerate(document["paths"], start=1)
        for j, hop in enumerate(path, start=1)
    ]
    rows = [(*row[:2], *(term.value for term in row[2:])) for row in found.to_solutions().rows]
    assert hops == rows
    assert document["linked"] is True
    triples = {quad.triple for quad in ox.parse(connections.write(found, "turtle"), format=ox.RdfFormat.TURTLE)}
    assert triples == {triple for path in found for hop in path for triple in (hop.triple, *hop.also)}


def test_the_markdown_table_has_a_row_for_each_hop(found, at):
    lines = connections.write(found, "md").splitlines()
    assert len([line for line in lines if line.startswith("| ")]) == 2 + sum(len(path) for path in found)
    unlinked = connections.write(terril.path("mecatech", "university-of-liege", at=at), "md")
    assert unlinked.startswith("MecaTech Competitiveness Cluster and")


def test_an_unknown_format_is_refused(found):
    with pytest.raises(UnknownFormat, match="turtle"):
        connections.write(found, "pdf")
