"""Writing over HTTP: updates and the Graph Store Protocol, with a token, whole or not at all, through the gate."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import terril_server
from wire import post, query, send

TOKEN = "open sesame"
LEAVE = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = b"<http://e.org/a> <http://e.org/p> <b> ."
UPDATE = "application/sparql-update"
GRAPH = "data?graph=http://e.org/"


@pytest.fixture(scope="module")
def address():
    """A server that begins empty and keeps whatever is written."""
    with terril_server("--writable", "--empty", "--workers", "2", TERRIL_TOKEN=TOKEN) as address:
        yield address


@pytest.fixture(autouse=True)
def _empty(request):
    if "address" in request.fixturenames:
        assert post(request.getfixturevalue("address"), b"DROP ALL", UPDATE, **LEAVE).status == 204


def triples(reply) -> set[str]:
    assert reply.status == 200, reply.body
    return {str(quad.triple) for quad in ox.parse(reply.body, ox.RdfFormat.N_TRIPLES)}


def held(address: str, which: str = "default") -> set[str]:
    return triples(send(address, f"data?{which}", Accept="application/n-triples"))


# Who may write


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, 'Bearer realm="terril"'),
        ({"Authorization": "Basic b3Blbjpz"}, 'Bearer realm="terril"'),
        ({"Authorization": "Bearer "}, 'Bearer realm="terril"'),
        ({"Authorization": "Bearer wrong"}, 'Bearer realm="terril", error="invalid_token"'),
        ({"Authorization": f"Bearer {TOKEN}x"}, 'Bearer realm="terril", error="invalid_token"'),
        ({"Authorization": "Bearer \xe9"}, 'Bearer realm="terril", error="invalid_token"'),
    ],
)
def test_nobody_writes_without_the_token(address, headers, challenge):
    attempts = [
        post(address, b"INSERT DATA { <e:a> <e:b> 1 }", UPDATE, **headers),
        post(address, b"update=CLEAR+ALL", "application/x-www-form-urlencoded", **headers),
        send(address, "data?default", "PUT", TURTLE, Content_Type="text/turtle", **headers),
        send(address, "data?default", "POST", TURTLE, Content_Type="text/turtle", **headers),
        send(address, "data?default", "DELETE", **headers),
    ]
    assert [(reply.status, reply.headers["www-authenticate"]) for reply in attempts] == [(401, challenge)] * 5
    assert held(address) == set()


def test_a_server_that_may_be_written_to_needs_a_token():
    environment = {name: value for name, value in os.environ.items() if name != "TERRIL_TOKEN"}
    command = [sys.executable, "-m", "terril", "serve", "--writable", "--empty", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert (done.returncode, "must bring a token" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


# Updates


def test_what_is_written_is_there_for_the_next_query_of_anybody(address):
    for number in range(5):
        assert post(address, f"INSERT DATA {{ <e:a> <e:b> {number} }}".encode(), UPDATE, **LEAVE).status == 204
        for _ in range(4):
            assert query(address, "SELECT * { ?s ?p ?o }", Accept="text/csv").body.count(b"\n") == number + 2


def test_an_update_is_made_whole_or_not_at_all(address):
    post(address, b"INSERT DATA { <e:a> <e:b> 1 }", UPDATE, **LEAVE)
    for text in (b"DELETE WHERE { ?s ?p ?o } ; nonsense", b"CLEAR ALL; CREATE GRAPH <e:g>; CREATE GRAPH <e:g>"):
        assert post(address, text, UPDATE, **LEAVE).status == 400
        assert len(held(address)) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"LOAD <http://127.0.0.1:1/>", "LOAD is refused"),
        (b"CLEAR ALL ; load silent <file:///etc/passwd> into graph <e:g>", "LOAD is refused"),
        (b"INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        (b"INSERT DATA { e:a e:b e:c }", "the prefix e: is not declared"),
        (b"SELECT * { ?s ?p ?o }", "is no SPARQL update. Mend it"),
    ],
)
def test_an_update_that_may_not_be_made_is_told_why(address, text, sentence):
    reply = post(address, text, UPDATE, **LEAVE)
    assert (reply.status, sentence in reply.json["detail"]) == (400, True)


def test_the_graphs_of_an_update_may_be_named_in_the_request(address):
    send(address, f"{GRAPH}one", "PUT", TURTLE, Content_Type="text/turtle", **LEAVE)
    text = b"INSERT { <e:x> <e:y> ?o } WHERE { ?s ?p ?o }"
    assert post(address, text, UPDATE, "sparql?using-graph-uri=http://e.org/none", **LEAVE).status == 400
    assert post(address, text, UPDATE, "sparql?using-graph-uri=http://e.org/one", **LEAVE).status == 204
    assert held(address) == {"<e:x> <e:y> <http://e.org/b>"}


# Graph Store HTTP Protocol


def test_a_graph_is_put_read_replaced_added_to_and_removed(address):
    assert send(address, f"{GRAPH}one").status == 404
    made = send(address, f"{GRAPH}one", "PUT", TURTLE, Content_Type="text/turtle", **LEAVE)
    assert (made.status, made.headers["location"]) == (201, "http://e.org/one")
    assert held(address, "graph=http://e.org/one") == {"<http://e.org/a> <http://e.org/p> <http://e.org/b>"}
    assert held(address) == set()
    more = b"<http://e.org/a> <http://e.org/p> 2 ."
    assert send(address, f"{GRAPH}one", "POST", more, Content_Type="text/turtle", **LEAVE).status == 204
    assert len(held(address, "graph=http://e.org/one")) == 2
    assert send(address, f"{GRAPH}one", "PUT", more, Content_Type="text/turtle", **LEAVE).status == 204
    assert len(held(address, "graph=http://e.org/one")) == 1
    assert send(address, f"{GRAPH}one", "DELETE", **LEAVE).status == 204
    assert send(address, f"{GRAPH}one").status == send(address, f"{GRAPH}one", "DELETE", **LEAVE).status == 404


def test_the_default_graph_is_always_there(address):
    assert (
        send(address, "data?default", "PUT", TURTLE, Content_Type="text/turtle; charset=utf-8", **LEAVE).status == 204
    )
    assert len(held(address)) == 1
    assert send(address, "data?default", "DELETE", **LEAVE).status == 204
    assert held(address) == set()


def test_an_empty_graph_that_was_put_is_there(address):
    assert send(address, f"{GRAPH}none", "PUT", b"", Content_Type="text/turtle", **LEAVE).status == 201
    assert held(address, "graph=http://e.org/none") == set()


def test_a_post_that_names_no_graph_makes_one(address):
    reply = send(address, "data", "POST", TURTLE, Content_Type="text/turtle", **LEAVE)
    assert reply.status == 201
    assert len(held(address, f"graph={reply.headers['location']}")) == 1


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/turtle", b"<e:a> <e:b> 1 ."),
        ("application/n-triples", b'<e:a> <e:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
        ("application/ld+json", b'{"@id": "e:a", "e:b": 1}'),
        (
            "application/rdf+xml",
            b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="e:"><r:Description r:about="e:a">'
            b'<e:b r:datatype="http://www.w3.org/2001/XMLSchema#integer">1</e:b></r:Description></r:RDF>',
        ),
    ],
)
def test_graphs_come_and_go_in_each_format(address, kind, content):
    assert send(address, "data?default", "PUT", content, Content_Type=kind, **LEAVE).status == 204
    assert held(address) == {'<e:a> <e:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    reply = send(address, "data?default", Accept=kind)
    assert (reply.status, reply.type) == (200, kind)
    assert len(list(ox.parse(reply.body, ox.RdfFormat.from_media_type(kind)))) == 1


def test_head_and_options_tell_of_a_graph_without_sending_it(address):
    reply = send(address, "data?default", "HEAD", Accept="text/turtle")
    assert (reply.status, reply.body, reply.type) == (200, b"", "text/turtle")
    assert send(address, "data?default", "OPTIONS").headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST, PUT"


@pytest.mark.parametrize(
    ("path", "method", "kind", "content", "status"),
    [
        ("data", "GET", None, None, 400),
        ("data?default&graph=http://e.org/a", "GET", None, None, 400),
        ("data?graph=http://e.org/a&graph=http://e.org/b", "GET", None, None, 400),
        ("data?graph=relative", "GET", None, None, 400),
        ("data?grpah=http://e.org/a", "GET", None, None, 400),
        ("data?default", "PATCH", None, b"", 405),
        ("data?default", "PUT", "text/turtle", b"<e:a> <e:b> .", 400),
        ("data?default", "PUT", "application/n-triples", b"<a> <b> <c> .", 400),
        ("data?default", "PUT", "application/trig", b"", 415),
        ("data?default", "PUT", None, TURTLE, 415),
        ("data", "POST", "multipart/mixed", b"", 415),
    ],
)
def test_what_is_no_such_request_is_told_why_and_changes_nothing(address, path, method, kind, content, status):
    headers = {"Content_Type": kind} if kind else {}
    reply = send(address, path, method, content, **headers, **LEAVE)
    assert (reply.status, reply.type, len(reply.json["detail"]) > 20) == (status, "application/problem+json", True)
    assert held(address) == set()


def test_an_unacceptable_format_is_told(address):
    assert send(address, "data?default", Accept="text/csv").status == 406


def test_changes_at_the_same_time_are_all_made(address):
    replies = []

    def add(number):
        replies.append(post(address, f"INSERT DATA {{ <e:a> <e:b> {number} }}".encode(), UPDATE, **LEAVE).status)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (replies, len(held(address))) == ([204] * 6, 6)


# The gate, and what stays

PREFIXES = b"""PREFIX terril: <https://w3id.org/terril/ns#> PREFIX strand: <https://w3id.org/terril/id/strand/>
PREFIX organisation: <https://w3id.org/terril/id/organisation/> PREFIX topic: <https://w3id.org/terril/auth/topic/>
"""


@pytest.mark.slow
def test_the_graph_takes_only_what_its_shapes_allow_and_draws_the_conclusions(tmp_path):
    options = ("--writable", "--store", str(tmp_path / "kept"))
    with terril_server(*options, TERRIL_TOKEN=TOKEN) as address:
        focus = "ASK { organisation:mecatech terril:focusesOn topic:hydrogen }"
        asked = (PREFIXES + focus.encode()).decode()
        assert query(address, asked).json["boolean"] is False
        wrong = PREFIXES + b"INSERT DATA { organisation:mecatech terril:hasStrand organisation:mecatech }"
        reply = post(address, wrong, UPDATE, **LEAVE)
        assert (reply.status, "not kept" in reply.json["detail"]) == (422, True)
        change = b"INSERT DATA { strand:mecatech-smart-maintenance terril:addresses topic:hydrogen }"
        assert post(address, PREFIXES + change, UPDATE, **LEAVE).status == 204
        assert query(address, asked).json["boolean"] is True
    with terril_server(*options, TERRIL_TOKEN=TOKEN) as address:
        assert query(address, asked).json["boolean"] is True
        undo = b"DELETE DATA { strand:mecatech-smart-maintenance terril:addresses topic:hydrogen }"
        assert post(address, PREFIXES + undo, UPDATE, **LEAVE).status == 204
        assert query(address, asked).json["boolean"] is False


def test_a_server_killed_during_a_change_has_made_it_whole_or_not_at_all(tmp_path):
    options = ["--writable", "--empty", "--store", str(tmp_path / "kept"), "--workers", "1"]
    many = b"INSERT DATA { %s }" % b" ".join(b"<e:a> <e:b> %d ." % number for number in range(20_000))
    for delay in (0.05, 0.3, 0.6):
        with terril_server(*options, TERRIL_TOKEN=TOKEN) as address:
            sender = threading.Thread(target=_try, args=(address, many))
            sender.start()
            sender.join(delay)
            for process in _processes(str(tmp_path)):
                os.kill(process, signal.SIGKILL)
            sender.join()
    with terril_server(*options, TERRIL_TOKEN=TOKEN) as address:
        assert len(held(address)) in (0, 20_000)
        assert post(address, b"INSERT DATA { <e:a> <e:b> -1 }", UPDATE, **LEAVE).status == 204


def _processes(named: str) -> list[int]:
    """The processes in whose command this stands: a server and its workers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if named.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return [process for process in found if process != os.getpid()]


def _try(address: str, update: bytes) -> None:
    with contextlib.suppress(OSError):
        post(address, update, UPDATE, **LEAVE)
