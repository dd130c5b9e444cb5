"""The SPARQL endpoint over HTTP, by the SPARQL 1.1 Protocol (sections 2 and 3) and RFC 9110."""

import csv
import gzip
import io
import time

import pyoxigraph as ox
import pytest
import rdflib

from conftest import terril_server
from terril.web.evaluation import ROWS, TRIPLES
from wire import post, query, send

TRIG = """
@prefix e: <http://e.org/> .
e:a e:p "default" .
e:one { e:a e:p "één" . e:b e:p 1 . }
e:two { e:a e:p "two" . }
"""
ALL = "SELECT ?o { <http://e.org/a> <http://e.org/p> ?o } ORDER BY ?o"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("served") / "graph.trig"
    file.write_text(TRIG, encoding="utf-8")
    with terril_server("--at", str(file), "--workers", "1") as address:
        yield address


def values(reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [row["o"]["value"] for row in reply.json["results"]["bindings"]]


# Asking


def test_a_query_is_answered_in_each_of_the_three_ways(address):
    assert values(query(address, ALL)) == ["default"]
    assert values(post(address, b"query=" + ALL.replace(" ", "+").encode(), FORM)) == ["default"]
    assert values(post(address, ALL.encode(), "application/sparql-query")) == ["default"]


@pytest.mark.parametrize(
    ("further", "wanted"),
    [
        ("&default-graph-uri=http://e.org/one", ["één"]),
        ("&default-graph-uri=http://e.org/one&default-graph-uri=http://e.org/two", ["two", "één"]),
        ("&named-graph-uri=http://e.org/one", []),
    ],
)
def test_the_graphs_that_a_request_names_are_asked(address, further, wanted):
    assert values(query(address, ALL, further)) == wanted


def test_the_graphs_of_the_request_take_the_place_of_those_of_the_query(address):
    text = "SELECT ?o FROM <http://e.org/two> { <http://e.org/a> <http://e.org/p> ?o }"
    assert values(query(address, text)) == ["two"]
    assert values(query(address, text, "&default-graph-uri=http://e.org/one")) == ["één"]


def test_named_graphs_are_those_that_are_named(address):
    text = "SELECT ?o { GRAPH ?g { <http://e.org/a> ?p ?o } } ORDER BY ?o"
    assert values(query(address, text)) == ["two", "één"]
    assert values(query(address, text, "&named-graph-uri=http://e.org/two")) == ["two"]
    assert values(query(address, text, "&default-graph-uri=http://e.org/two")) == []


@pytest.mark.parametrize(
    "text", ["SELECT * FROM <http://e.org/three> { ?s ?p ?o }", "ASK FROM NAMED <file:///etc/passwd> { ?s ?p ?o }"]
)
def test_a_graph_that_is_not_held_is_not_fetched(address, text):
    assert query(address, text).status == 400
    assert "fetches none" in query(address, "ASK {}", "&default-graph-uri=http://e.org/three").json["detail"]


# Media types


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("form", ["SELECT", "ASK"])
def test_rows_come_in_every_format(address, kind, form):
    reply = query(address, ALL if form == "SELECT" else "ASK { ?s ?p ?o }", Accept=kind)
    assert (reply.status, reply.type) == (200, kind)
    if form == "SELECT" and kind == "text/csv":
        assert list(csv.reader(io.StringIO(reply.body.decode()))) == [["o"], ["default"]]
    else:
        parsed = ox.parse_query_results(reply.body, ROWS[kind]) if kind != "text/csv" else None
        assert parsed is None or (bool(parsed) if form == "ASK" else [row[0].value for row in parsed] == ["default"])


@pytest.mark.parametrize("kind", TRIPLES)
def test_triples_come_in_every_format(address, kind):
    reply = query(address, "CONSTRUCT { ?s ?p ?o } FROM <http://e.org/one> { ?s ?p ?o }", Accept=kind)
    assert (reply.status, reply.type) == (200, kind)
    found = {str(quad.object) for quad in ox.parse(reply.body, TRIPLES[kind])}
    assert found == {'"één"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.5", "application/sparql-results+xml"),
        ("text/html, */*;q=0.1", "application/sparql-results+json"),
        ("text/turtle, text/*;q=0.1", "text/csv"),
    ],
)
def test_the_best_of_what_a_client_accepts_is_sent(address, accept, kind):
    assert query(address, ALL, Accept=accept).type == kind


def test_what_is_not_to_be_had_is_said_with_what_is(address):
    reply = query(address, ALL, Accept="text/turtle")
    assert (reply.status, reply.type) == (406, "application/problem+json")
    assert all(kind in reply.json["detail"] for kind in ROWS)


# HTTP


def test_head_tells_the_same_without_the_body(address):
    got, head = query(address, ALL), send(address, "sparql?query=ASK%20%7B%7D", "HEAD")
    assert (head.status, head.body, head.type) == (200, b"", got.type)
    assert int(head.headers["content-length"]) > 0


def test_options_tells_what_may_be_done_and_lets_other_pages_ask(address):
    reply = send(address, "sparql", "OPTIONS", Origin="http://e.org", Access_Control_Request_Method="POST")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["allow"] == reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert query(address, ALL, Origin="http://e.org").headers["access-control-allow-origin"] == "*"


def test_other_methods_are_told_which_there_are(address):
    reply = send(address, "sparql?query=a", "PATCH")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_an_answer_that_a_client_has_is_not_sent_again(address):
    first = query(address, ALL)
    tag = first.headers["etag"]
    for named in (tag, f'W/{tag}, "x"', "*", tag[:-1] + '-gzip"'):
        again = query(address, ALL, If_None_Match=named)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert query(address, ALL, If_None_Match='"x"').status == 200
    assert query(address, ALL, Accept="text/csv").headers["etag"] != tag


def test_a_long_answer_is_packed_for_those_who_take_it(address):
    text = "SELECT * { VALUES ?a { 1 2 3 4 5 } VALUES ?b { 1 2 3 4 5 } VALUES ?c { 1 2 3 4 5 } }"
    plain, packed = query(address, text), query(address, text, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]


def test_a_query_that_asks_for_chance_is_not_answered_from_memory(address):
    answers = {query(address, "SELECT (STRUUID() AS ?o) {}").body for _ in range(3)}
    assert len(answers) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT nonsense", "line 1"),
        ("", "begins with nothing"),
        ("CLEAR ALL", "CLEAR is an update"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { " + "{" * 500 + "}" * 500 + " }", "128 deep"),
    ],
)
def test_a_query_that_cannot_be_run_is_a_problem_with_a_sentence(address, text, sentence):
    reply = query(address, text)
    assert (reply.status, reply.type) == (400, "application/problem+json")
    assert sentence in reply.json["detail"]
    assert reply.json["status"] == 400


def test_a_long_query_by_get_and_a_longer_one_by_post(address):
    long = f"SELECT ?o {{ VALUES ?o {{ {' '.join(map(str, range(9000)))} }} }}"
    assert len(values(query(address, long))) == 9000
    longer = f"SELECT ?o {{ VALUES ?o {{ {' '.join(map(str, range(100_000)))} }} }}"
    assert len(values(post(address, longer.encode(), "application/sparql-query"))) == 100_000
    assert post(address, b" " * 5_000_000, "application/sparql-query").status == 413


def test_an_update_is_refused_where_nothing_may_be_written(address):
    for reply in (
        post(address, b"CLEAR ALL", "application/sparql-update"),
        post(address, b"update=CLEAR+ALL", FORM, Authorization="Bearer x"),
    ):
        assert reply.status == 403


def test_a_query_that_does_not_end_is_stopped_and_its_worker_replaced(tmp_path):
    file = tmp_path / "graph.nt"
    lines = (f"<http://e.org/{i}> <http://e.org/p> <http://e.org/{i % 97}> .\n" for i in range(3000))
    file.write_text("".join(lines))
    endless = "SELECT (COUNT(*) AS ?o) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with terril_server("--at", str(file), "--workers", "1", "--seconds", "1") as address:
        begun = time.monotonic()
        reply = query(address, endless)
        assert (reply.status, "longer than 1 s" in reply.json["detail"]) == (503, True)
        assert int(reply.headers["retry-after"]) > 0
        for _ in range(30):
            assert values(query(address, "SELECT (COUNT(*) AS ?o) { ?s ?p ?o }")) == ["3000"]
            time.sleep(0.1)
        assert time.monotonic() - begun < 30


def test_a_client_of_another_library_gets_its_rows(address):
    graph = rdflib.Graph("SPARQLStore")
    graph.open(f"{address}sparql")
    assert [str(row.o) for row in graph.query(ALL)] == ["default"]


def test_a_changed_file_is_served_as_it_is_now(tmp_path):
    file, new = tmp_path / "graph.nt", tmp_path / "new.nt"
    file.write_text('<http://e.org/a> <http://e.org/p> "old" .')
    new.write_text('<http://e.org/a> <http://e.org/p> "new" .')
    with terril_server("--at", str(file)) as address:
        assert values(query(address, ALL)) == ["old"]
        new.replace(file)
        for _ in range(100):
            if values(query(address, ALL)) == ["new"]:
                break
            time.sleep(0.1)
        assert values(query(address, ALL)) == ["new"]
