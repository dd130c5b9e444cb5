"""Assistants reach the tools over standard input and output and over HTTP, with the official client of the protocol."""

import importlib.util
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest

import terril
from assistant import assistant, over_http, over_stdio
from conftest import oxigraph_server, require
from terril.errors import BadValue, NotFound, NotInstalled
from terril.pipeline import ensure
from terril.tools import TOOLS

SECONDS = "2"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CALLS = [
    ("find", {"text": "mecatech"}),
    ("ask", {"question": "spin-offs"}),
    ("describe", {"thing": "mecatech"}),
    ("explain", {"question": "spin-offs", "row": 1}),
    ("path", {"start": "N-Side", "end": "University of Liège"}),
    ("query", {"query": "SELECT ?s { ?s a <https://w3id.org/terril/ns#Cluster> }"}),
    ("questions", {"theme": "clusters"}),
    ("schema", {"matching": "strand"}),
]


@pytest.fixture(autouse=True)
def _sdk():
    require("mcp", importlib.util.find_spec("mcp") is not None)


@pytest.fixture(scope="module")
def address():
    with over_http("--seconds", SECONDS) as address:
        yield address


@pytest.fixture(scope="module", params=["stdio", "http"])
def client(request):
    if request.param == "stdio":
        with over_stdio("--seconds", SECONDS) as client:
            yield client
    else:
        with assistant(request.getfixturevalue("address")) as client:
            yield client


def test_a_client_is_told_of_every_tool(client):
    listed = client.tools()
    assert listed.keys() == TOOLS.keys()
    for name, tool in listed.items():
        assert tool.description == TOOLS[name].description
        assert tool.input_schema == TOOLS[name].arguments
        assert tool.output_schema == TOOLS[name].values
        assert tool.annotations.read_only_hint is True


def test_a_client_is_told_how_to_use_the_graph(client):
    assert "invent nothing" in client.client.instructions
    assert client.client.server_info.version == terril.__version__


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=lambda part: str(part)[:40])
def test_every_tool_answers_with_text_and_values(client, name, arguments):
    result = client.call(name, arguments)
    assert not result.is_error
    assert result.structured_content
    assert result.content[0].text


def test_a_mistake_is_the_sentence_of_an_error(client):
    result = client.call("ask", {"question": "spin-off"})
    assert result.is_error
    assert result.content[0].text.startswith("No question is called 'spin-off'. Near to it: spin-offs")


def test_a_query_that_would_not_end_is_stopped_and_others_are_answered(client):
    start = time.monotonic()
    result = client.call("query", {"query": ENDLESS})
    assert time.monotonic() - start < float(SECONDS) + 5
    assert result.is_error
    assert "took longer than 2 s and was stopped" in result.content[0].text
    assert not client.call("ask", {"question": "spin-offs"}).is_error


def test_endless_queries_leave_the_tools_to_others(client):
    with ThreadPoolExecutor(4) as threads:
        endless = [threads.submit(client.call, "query", {"query": ENDLESS}) for _ in range(3)]
        other = threads.submit(client.call, "ask", {"question": "spin-offs"})
        assert not other.result(timeout=60).is_error
        assert all(each.result(timeout=60).is_error for each in endless)


@pytest.mark.parametrize(
    ("sparql", "sentence"),
    [
        ("DROP ALL", "DROP is an update"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { " + "{" * 100_000, "nested more than 128 deep"),
    ],
)
def test_what_may_not_be_run_is_refused(client, sparql, sentence):
    result = client.call("query", {"query": sparql})
    assert result.is_error
    assert sentence in result.content[0].text


def test_ten_million_characters_are_refused_and_the_server_stays():
    with over_stdio() as client:
        result = client.call("query", {"query": "x" * 10_000_000})
        assert result.is_error
        assert "at most 1,000,000 are read" in result.content[0].text
        assert not client.call("ask", {"question": "spin-offs"}).is_error


def test_a_body_of_ten_million_bytes_is_refused_over_http(address):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"x": "x" * 10_000_000}}).encode()
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)) as caught:
        post(address, body)
    assert getattr(caught.value, "code", 413) == 413


def post(address: str, body: bytes, **headers: str) -> None:
    known = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    urllib.request.urlopen(urllib.request.Request(address, body, {**known, **headers}), timeout=30).close()


@pytest.mark.parametrize("header", [{"Host": "terril.example.org"}, {"Origin": "https://example.org"}])
def test_a_web_page_of_another_place_cannot_reach_the_server(address, header):
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(address, b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', **header)
    assert caught.value.code in (403, 421)


def test_a_server_of_http_listens_on_this_machine_only(address):
    assert address.startswith("http://127.0.0.1:")


def test_more_memory_than_allowed_is_not_taken():
    with over_stdio("--memory", "700", "--seconds", "60") as client:
        result = client.call("query", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"})
        assert result.is_error
        assert "needed more memory than 700 MB and was stopped" in result.content[0].text
        assert not client.call("ask", {"question": "spin-offs"}).is_error


def test_a_server_asks_the_place_that_it_is_given(home):
    with oxigraph_server(ensure(home)) as endpoint, over_stdio("--at", endpoint) as client:
        ours = client.call("ask", {"question": "spin-offs"})
        assert [row["spinoff"]["value"] for row in ours.structured_content["rows"]] == [
            row.spinoff.value for row in terril.ask("spin-offs", home=home)
        ]
        assert ours.structured_content["evidence"][0]["sources"][0]["kind"] == "passage"


def test_no_process_stays_when_the_client_leaves():
    others = set(children(os.getpid()))
    with over_stdio() as client:
        client.call("ask", {"question": "spin-offs"})
        workers = [worker for server in {*children(os.getpid())} - others for worker in children(server)]
        assert len(workers) >= 2
    deadline = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [worker for worker in workers if is_alive(worker)] == []


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


# Before there is a client


def test_a_graph_that_is_missing_is_told_at_once(tmp_path):
    with pytest.raises(NotFound, match="There is no graph file"):
        terril.mcp(at=tmp_path / "graph.nq")


def test_a_graph_in_memory_cannot_be_served():
    with pytest.raises(BadValue, match="a graph in memory cannot be served"):
        terril.mcp(at=ox.Store())


def test_a_port_that_is_taken_is_told(address):
    with pytest.raises(BadValue, match=r"port: \d+ cannot be had"):
        terril.mcp(http=True, port=int(address.split(":")[2].split("/")[0]))


def test_a_port_that_is_none_is_told():
    with pytest.raises(BadValue, match="port: 70000 cannot be had"):
        terril.mcp(http=True, port=70_000)


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"seconds": float("nan")}, {"memory": -1}, {"memory": 10**12}])
def test_a_limit_that_is_none_is_told(limits):
    with pytest.raises(BadValue, match=rf"{next(iter(limits))}: .* is not above 0 and at most"):
        terril.mcp(**limits)


def test_a_missing_library_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(NotInstalled, match=r"mcp is not installed.*terril\[mcp\]"):
        terril.mcp()


def test_the_command_says_in_a_sentence_what_is_wrong(address):
    port = address.split(":")[2].split("/")[0]
    command = [sys.executable, "-m", "terril", "mcp", "--http", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: port: {port} cannot be had: ")
