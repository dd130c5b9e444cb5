"""Loading into a store through every fault that a store or a network may have: nothing lost or doubled, always told."""

import json
import re
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import faults
import terril
from conftest import free_port, oxigraph_process, oxigraph_server, oxigraph_store, terril_server
from faults import change, cut_answer, drop, hand_on, refuse, relaying, web_page
from terril import transport
from terril.cli import main
from terril.errors import BadGraph, BadValue, EndpointFailed, NotFound, NotWritten
from terril.loads import cargoes, kinds
from terril.loads.pushing import STAGING
from terril.loads.remotes import Remote
from terril.loads.sheaves import Sheaf

ONE, TWO, OLD = (f"https://w3id.org/terril/id/graph/{name}" for name in ("one", "two", "old"))
FOREIGN = "https://example.org/graph"
SIZE = 400


def line(number: int, graph: str | None, text: str = "é") -> str:
    name = f" <{graph}>" if graph else ""
    return f'<https://example.org/s{number}> <https://example.org/p> "{text} {number}"@fr{name} .\n'


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A graph file of a default graph, and two named ones, one of them with blank nodes."""
    path = tmp_path_factory.mktemp("push") / "graph.nq"
    text = "".join(line(number, graph) for graph in (None, ONE) for number in range(SIZE))
    text += f"_:a <https://example.org/p> _:b <{TWO}> .\n_:b <https://example.org/p> <a:c> <{TWO}> .\n"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def running():
    with oxigraph_store() as url:
        yield url


@pytest.fixture
def store(running):
    """An empty store that may be written to."""
    update(running, "CLEAR ALL")
    return running


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(transport, "_FIRST_PAUSE", 0.01)


def update(url: str, text: str) -> None:
    request = urllib.request.Request(f"{url}/update", text.encode(), {"Content-Type": "application/sparql-update"})
    urllib.request.urlopen(request, timeout=30).close()


def held(url: str) -> dict[str, int]:
    """The graphs of a store, and how many triples each has; the default graph without a name."""
    answer = terril.query(
        "SELECT ?g (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g",
        at=terril.Endpoint(f"{url}/query"),
    )
    return {row.g.value if row.g else "": int(row.n.value) for row in answer if int(row.n.value)}


def run(*words: object) -> Result:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done


WHOLE = {"": SIZE, ONE: SIZE, TWO: 2}


# A store that works


def test_every_graph_arrives_and_is_proved_to(store, file):
    pushed = terril.push(store, at=file)
    assert (pushed.is_whole, pushed.store) == (True, "Oxigraph")
    assert [outcome.state for outcome in pushed.graphs] == ["sent"] * 3
    assert held(store) == WHOLE
    assert terril.verify(store, at=file).is_whole


def test_what_is_there_is_not_sent_again(store, file):
    terril.push(store, at=file)
    update(store, f"DELETE DATA {{ GRAPH <{ONE}> {{ {line(0, None)} }} }}")
    pushed = terril.push(store, at=file)
    assert [outcome.state for outcome in pushed.graphs] == ["there", "sent", "there"]
    assert held(store) == WHOLE


def test_an_altered_triple_is_found_though_the_number_is_right(store, file):
    terril.push(store, at=file)
    other = line(0, None, "è")
    update(store, f"DELETE DATA {{ {line(0, None)} }}; INSERT DATA {{ {other} }}")
    assert [outcome.state for outcome in terril.push(store, at=file).graphs] == ["sent", "there", "there"]


@pytest.mark.parametrize("ending", ["", "/", "/store", "/query"])
def test_any_address_of_a_service_will_do(store, file, ending):
    assert terril.push(store + ending, at=file).is_whole


def test_a_graph_that_is_no_longer_part_goes_only_if_asked_and_only_if_ours(store, file):
    update(store, "".join(f"INSERT DATA {{ GRAPH <{name}> {{ <a:a> <a:b> <a:c> }} }};" for name in (OLD, FOREIGN)))
    assert terril.push(store, at=file).is_whole
    assert not terril.verify(store, at=file).is_whole
    dry = terril.push(store, at=file, prune=True, dry_run=True)
    assert [outcome.graph for outcome in dry.graphs if outcome.state == "to remove"] == [OLD]
    assert held(store) == {**WHOLE, OLD: 1, FOREIGN: 1}
    pushed = terril.push(store, at=file, prune=True)
    assert [outcome.graph for outcome in pushed.graphs if outcome.state == "removed"] == [OLD]
    assert held(store) == {**WHOLE, FOREIGN: 1}
    assert terril.verify(store, at=file).is_whole


def test_a_dry_run_writes_nothing(store, file):
    pushed = terril.push(store, at=file, dry_run=True)
    assert {outcome.state for outcome in pushed.graphs} == {"to send"}
    assert held(store) == {}


def test_graphs_left_waiting_by_a_push_that_died_are_removed(store, file):
    update(store, f"INSERT DATA {{ GRAPH <{STAGING}0> {{ <a:a> <a:b> <a:c> }} }}")
    assert terril.push(store, at=file, prune=True).is_whole
    assert held(store) == WHOLE


def test_a_store_without_a_graph_store_is_loaded_by_updates(store, file, monkeypatch):
    monkeypatch.setattr("terril.loads.remotes._CHUNK", 5_000)
    pushed = terril.push(f"{store}/query", at=file, store="generic")
    assert (pushed.is_whole, pushed.store) == (True, "a store of SPARQL 1.1")
    assert held(store) == WHOLE
    assert terril.verify(f"{store}/query", at=file, store="generic").is_whole
    assert not terril.push(f"{store}/query", at=file, store="generic").number("sent")


def test_terril_takes_it_with_a_token(file, tmp_path):
    with terril_server("--writable", "--empty", "--store", tmp_path / "kept", TERRIL_TOKEN="secret") as url:
        with pytest.raises(EndpointFailed, match="no http address"):
            terril.push("nowhere", at=file)
        refused = terril.push(url, at=file)
        assert not refused.is_whole
        assert "401" in str(refused)
        assert "--token" in str(refused)
        assert refused.number("not sent") + refused.number("failed") == 3
        where = terril.Endpoint(url, token="secret")
        assert terril.push(where, at=file).store == "terril serve"
        assert terril.verify(where, at=file).is_whole


def test_the_outcome_is_told_as_json(store, file):
    found = json.loads(run("push", store, "--at", file, "--format", "json").stdout)
    assert (found["whole"], found["store"]) == (True, "Oxigraph")
    assert all(graph.pop("sending") > 0 < graph.pop("proving") for graph in found["graphs"])
    assert found["graphs"][1] == {
        "graph": ONE, "triples": SIZE, "state": "sent", "attempts": 1, "remark": "", "missing": 0, "extra": 0,
        "altered": 0, "rewritten": 0, "differences": [],
    }  # fmt: skip


@pytest.mark.parametrize("damage", ["<a:a> <a:b> <a:c d> .", '<a:a> <a:b> "x"@en-tooooolong .', "<a:a> <a b> _:a ."])
@pytest.mark.parametrize("is_taken", [False, True])
def test_of_a_damaged_file_nothing_new_stays(damage, is_taken, store, tmp_path):
    path = tmp_path / "graph.nq"
    text = "".join(line(number, None) for number in range(SIZE)) + damage + "\n"
    path.write_text(text + line(1, TWO), "utf-8")
    fault = change(lambda body: body.replace(damage.encode(), b"<a:a> <a:b> <a:c> .")) if is_taken else None
    with relaying(host(store), fault or change(bytes), is_put) as relay:
        done = push_through(relay, path)
    assert done.exit_code == 1
    assert f"line {SIZE + 1}, column" in done.stderr
    assert held(store) == {}


def test_a_dry_run_of_a_damaged_file_removes_nothing(store, tmp_path):
    path = tmp_path / "graph.nt"
    path.write_text("<a:a> <a:b> <a:c d> .\n")
    waiting = f"{STAGING}left"
    update(store, f"INSERT DATA {{ <a:a> <a:b> <a:c> GRAPH <{waiting}> {{ <a:a> <a:b> <a:c> }} }}")
    before = held(store)
    assert "line 1, column" in run("push", store, "--at", path, "--dry-run").stderr
    assert held(store) == before == {"": 1, waiting: 1}


def test_repeated_lines_count_once(store, tmp_path):
    path = tmp_path / "graph.nt"
    path.write_text(line(1, None) * 3)
    assert terril.push(store, at=path).triples == 1
    assert held(store) == {"": 1}


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        ("_:g", r"graph\.nq has graphs without names, such as _:g: no store can be asked for them\. Name them\."),
        ("<g>", r"graph\.nq, line 1, column \d+: this is no N-Quads"),
        ("<>", r"graph\.nq, line 1, column \d+: this is no N-Quads"),
        ("<a:b c>", r"graph\.nq, line 1, column \d+: this is no N-Quads"),
        ("<a:b\\u003Ec>", r"graph\.nq, line 1, column \d+: this is no N-Quads"),
    ],
)
def test_a_graph_whose_name_no_store_can_be_told_is_not_sent(graph, told, store, tmp_path):
    path = tmp_path / "graph.nq"
    path.write_text(f"<a:a> <a:b> <a:c> {graph} .\n", "utf-8")
    for verb in (terril.push, terril.verify):
        with pytest.raises(BadGraph, match=told):
            verb(store, at=path)
    assert held(store) == {}


def test_a_graph_is_one_however_its_name_is_written(store, tmp_path):
    path = tmp_path / "graph.nq"
    path.write_text("<a:a> <a:b> <a:c> <a:\\u00E9> .\n<a:a> <a:b> <a:d> <a:é> .\n", "utf-8")
    assert terril.push(store, at=path).number("sent") == 1
    assert held(store) == {"a:é": 2}


def test_nodes_without_names_may_stand_in_triple_terms(store, tmp_path):
    path = tmp_path / "graph.nt"
    path.write_text('<a:a> <a:b> <<( _:x <a:b> "c" )>> .\n_:x <a:b> <a:c> .\n', "utf-8")
    assert terril.push(store, at=path).is_whole
    assert terril.verify(store, at=path).is_whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_where_there_is_no_room_for_graphs_the_file_is_not_blamed(store, file, monkeypatch):
    monkeypatch.setattr(Sheaf, "path", lambda sheaf, number: Path("/dev/full"))
    with pytest.raises(NotWritten, match=r"cannot be laid down there: No space left.*TMPDIR"):
        terril.push(store, at=file)
    assert held(store) == {}


def test_a_file_that_is_gone_when_it_is_counted_leaves_nothing(store, tmp_path, monkeypatch):
    path = tmp_path / "graph.nt"
    path.write_text(line(1, None) + "<a:a> <a:b> <a:c d> .\n", "utf-8")
    monkeypatch.setattr(Remote, "put", lambda *_, **__: path.unlink())
    with pytest.raises(NotFound, match=r"graph\.nt"):
        terril.push(store, at=path)
    assert held(store) == {}


@pytest.fixture
def counts_apart(monkeypatch):
    """Every graph is worth a process that counts it."""
    monkeypatch.setattr(cargoes, "_LARGE", 0)


def test_a_large_graph_is_counted_in_a_process_of_its_own(store, file, counts_apart, tmp_path):
    path = tmp_path / "graph.nq"
    path.write_text(file.read_text("utf-8") + line(1, None) * 3, "utf-8")
    pushed = terril.push(store, at=path)
    assert [(graph.triples, graph.state) for graph in pushed.graphs] == [(SIZE, "sent"), (SIZE, "sent"), (2, "sent")]
    assert terril.verify(store, at=path).is_whole
    update(store, f"DELETE DATA {{ GRAPH <{ONE}> {{ {line(7, None)} }} }}")
    assert [graph.state for graph in terril.verify(store, at=path).graphs] == ["there", "changed", "there"]


def test_damage_that_another_process_finds_is_told_here_once(store, counts_apart, tmp_path, capfd):
    path = tmp_path / "graph.nt"
    path.write_text(line(1, None) + "<a:a> <a:b> <a:c d> .\n", "utf-8")
    with pytest.raises(BadGraph, match="line 2, column"):
        terril.push(store, at=path)
    assert held(store) == {}
    assert capfd.readouterr() == ("", "")


def test_progress_is_told(store, file):
    seen = []
    terril.push(store, at=file, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


# What is wrong from the start


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"at": "nowhere.nq"}, NotFound),
        ({"store": "neo4j"}, BadValue),
        ({"jobs": 0}, BadValue),
        ({"retries": -1}, BadValue),
    ],
)
def test_what_is_asked_for_wrongly_is_a_sentence(store, file, options, error):
    with pytest.raises(error, match=r"\.$"):
        terril.push(store, **{"at": file, **options})


def test_an_empty_file_is_no_graph(store, tmp_path):
    (tmp_path / "empty.nq").write_text("")
    with pytest.raises(BadGraph, match="empty"):
        terril.push(store, at=tmp_path / "empty.nq")
    with pytest.raises(BadGraph, match="empty"):
        terril.verify(store, at=tmp_path / "empty.nq")


@pytest.mark.parametrize("verb", ["push", "verify"])
@pytest.mark.parametrize("url", [None, "http://no-such-host.invalid/"], ids=["nobody there", "no host"])
def test_nobody_at_an_address_is_a_sentence(verb, url, nobody, file):
    done = run(verb, url or nobody, "--at", file)
    assert done.exit_code == 1
    assert "did not answer" in done.stderr
    assert done.stdout == ""


def test_a_store_that_only_reads_says_so(file, tmp_path):
    graph = tmp_path / "other.nt"
    graph.write_text("<a:a> <a:b> <a:c> .\n")
    with oxigraph_server(graph) as url:
        done = run("push", url, "--at", file)
    assert done.exit_code == 1
    assert "only reads" in done.stdout


def test_a_password_is_never_an_argument_or_in_a_message(store, file, monkeypatch):
    monkeypatch.setenv("TERRIL_PASSWORD", "s3cr3t-w0rd")
    with relaying(host(store), refuse(403, b"you said s3cr3t-w0rd"), is_write) as relay:
        done = run("push", relay.url, "--at", file, "--user", "me")
    assert done.exit_code == 1
    assert "s3cr3t" not in done.output


# Faults


def host(url: str) -> str:
    return url.removeprefix("http://")


def is_put(request: faults.Relayed) -> bool:
    return request.command == "PUT"


def is_write(request: faults.Relayed) -> bool:
    return request.command in ("PUT", "POST")


def is_move(request: faults.Relayed) -> bool:
    return request.command == "POST"


def is_read(request: faults.Relayed) -> bool:
    return request.command == "GET" and request.path.startswith("/store")


def is_count(request: faults.Relayed) -> bool:
    return request.path.startswith("/query")


def half(body: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2])


PASSING = {
    **{f"{share:.0%} of the body, then a reset": (faults.break_off_after(share), "") for share in (0, 0.01, 0.5, 1)},
    **{f"{share:.0%} handed on, then a reset": (hand_on(share), "") for share in (0, 0.3, 0.99)},
    **{f"status {code}": (refuse(code), str(code)) for code in (408, 429, 500, 502, 503, 504)},
    "status 503, and a moment to wait": (refuse(503, Retry_After="0"), "503"),
    "a reset after the commit": (faults.reset_after, ""),
}
DAMAGING = {
    "dropped": (drop, "lacks"),
    "half of it dropped": (change(half), "lacks"),
    "one triple altered": (change(lambda body: body.replace(b' 7"', b' 8x"').replace(b"a:c", b"a:d")), "altered"),
    "one triple added": (change(lambda body: body + b"<a:x> <a:y> <a:z> .\n"), "besides 1"),
    "a half as big, and refused": (hand_on(0.5), ""),
}
REFUSING = {
    **{code: (refuse(code), words) for code, words in (
        (400, "400"), (401, "--user"), (403, "only reads"), (404, "--store"), (405, "only reads"), (413, "bytes"),
        (415, "415"), (422, "422"), (501, "only reads"), (507, "no room"),
    )},
    **{f"{code}, elsewhere": (refuse(code, Location="https://example.org/?key=x"), r"example.org/\?….*not followed")
       for code in (301, 302, 303, 307, 308)},
    "413, before it is read": (faults.refuse_early(413), "bytes"),
    "403, before it is read": (faults.refuse_early(403), "only reads"),
}  # fmt: skip


def fill(url: str) -> dict[str, int]:
    """Put something old into the graphs that will be loaded."""
    old = "<a:old> <a:old> <a:old>"
    update(url, f"INSERT DATA {{ {old} GRAPH <{ONE}> {{ {old} }} GRAPH <{TWO}> {{ {old} }} }}")
    return {"": 1, ONE: 1, TWO: 1}


@pytest.fixture(params=["new", "move", "put"])
def before(request, store, monkeypatch):
    """What the store holds: nothing, or graphs that are replaced by a move, as Oxigraph wants it, or at once."""
    atomic = request.param.replace("new", "move")
    monkeypatch.setitem(kinds.KINDS, "oxigraph", replace(kinds.KINDS["oxigraph"], atomic=atomic))
    return {} if request.param == "new" else fill(store)


def push_through(relay: faults.Relay, file, *options: object) -> Result:
    return run("push", relay.url, "--at", file, "--store", "oxigraph", "--retries", "2", "--jobs", "2", *options)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", [*PASSING, *DAMAGING])
def test_a_fault_that_passes_is_outlived(name, times, before, store, file):
    fault, _ = {**PASSING, **DAMAGING}[name]
    with relaying(host(store), fault, is_put, times) as relay:
        done = push_through(relay, file)
    assert (relay.met, done.exit_code) == (times, 0), done.output
    assert held(store) == WHOLE
    assert terril.verify(store, at=file).is_whole


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "old"])
@pytest.mark.parametrize("name", [*PASSING, *DAMAGING])
def test_a_fault_that_stays_is_told_and_what_was_there_is_kept(name, is_new, store, file):
    fault, words = {**PASSING, **DAMAGING}[name]
    before = {} if is_new else fill(store)
    with relaying(host(store), fault, is_put) as relay:
        done = push_through(relay, file)
    if is_new and fault is faults.reset_after:  # the graphs are there all the same, and are found to be
        assert (done.exit_code, held(store)) == (0, WHOLE)
        return
    assert done.exit_code == 1
    assert "Not everything is there." in done.stdout
    assert words in done.stdout
    assert held(store) == before, "nothing is left waiting, nor in part"
    assert not terril.verify(store, at=file).is_whole


@pytest.mark.parametrize("name", [*PASSING, *DAMAGING])
def test_where_graphs_are_put_at_once_a_fault_that_stays_is_told(name, store, file, monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "oxigraph", replace(kinds.KINDS["oxigraph"], atomic="put"))
    fault, words = {**PASSING, **DAMAGING}[name]
    with relaying(host(store), fault, is_put) as relay:
        done = push_through(relay, file)
    if fault is faults.reset_after:  # the graph is there all the same, and is found to be
        assert (done.exit_code, held(store)) == (0, WHOLE)
        return
    assert done.exit_code == 1
    assert words in done.stdout
    assert not terril.verify(store, at=file).is_whole


@pytest.mark.parametrize("name", REFUSING)
def test_a_refusal_is_told_once_with_what_to_do_and_is_not_repeated(name, before, store, file):
    fault, words = REFUSING[name]
    with relaying(host(store), fault, is_write) as relay:
        done = push_through(relay, file, "--jobs", "1")
    assert done.exit_code == 1
    assert re.search(words, done.stdout), done.stdout
    assert len([asked for asked in relay.asked if asked.startswith("PUT")]) <= 3
    assert held(store) == before


@pytest.mark.parametrize("times", [1, None])
@pytest.mark.parametrize(
    "fault",
    [refuse(500), faults.reset_after, faults.break_off_after(0.5), drop, faults.twice],
    ids=["500", "reset after", "reset before", "dropped", "twice"],
)
def test_a_move_that_fails_is_tried_again_or_told(fault, times, store, file):
    before = fill(store)
    with relaying(host(store), fault, is_move, times) as relay:
        done = push_through(relay, file)
    if times == 1 or fault in (faults.reset_after, faults.twice):
        assert (done.exit_code, held(store)) == (0, WHOLE)
    else:
        assert (done.exit_code, held(store)) == (1, before)


@pytest.mark.parametrize("concerns", [is_put, is_move], ids=["put", "move"])
def test_an_answer_that_comes_too_late_is_looked_after(concerns, store, file):
    fill(store)
    with relaying(host(store), faults.forget_to_answer, concerns, 1) as relay:
        done = push_through(relay, file, "--timeout", "2")
    assert (done.exit_code, held(store)) == (0, WHOLE), done.output


def test_answers_that_never_come_are_told(store, file):
    with relaying(host(store), faults.forget_to_answer, is_put) as relay:
        done = run("push", relay.url, "--at", file, "--store", "oxigraph", "--retries", "0", "--timeout", "1")
    assert done.exit_code == 1
    assert "within 1 seconds" in done.stdout
    assert "--timeout" in done.stdout


READING = {
    "status 500": refuse(500),
    "a reset": faults.reset_after,
    **{f"{share:.0%} of the answer": cut_answer(share) for share in (0, 0.1, 0.5, 0.99)},
    **{f"{share:.0%} of the answer, said to be all": cut_answer(share, is_hidden=True) for share in (0.2, 0.7)},
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", READING)
def test_an_answer_that_is_damaged_is_asked_for_again(name, times, store, file):
    with relaying(host(store), READING[name], is_read, times) as relay:
        done = push_through(relay, file)
    assert (relay.met, done.exit_code) == (times, 0), done.output
    assert held(store) == WHOLE


@pytest.mark.parametrize("name", [*READING, "a web page"])
def test_a_store_that_cannot_be_read_proves_nothing(name, store, file):
    terril.push(store, at=file)
    with relaying(host(store), READING.get(name, web_page), is_read) as relay:
        pushed = push_through(relay, file)
        verified = run("verify", relay.url, "--at", file, "--store", "oxigraph", "--retries", "1")
    assert (pushed.exit_code, verified.exit_code) == (1, 1)
    assert held(store)[ONE] == SIZE


@pytest.mark.parametrize("verb", ["push", "verify"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refuse(500), "HTTP status 500"),
        (refuse(401), "--user"),
        (refuse(404), "--store"),
        (web_page, "sent no table"),
        (cut_answer(0.5), "cut"),
        (faults.reset_after, "broke off"),
    ],
    ids=["500", "401", "404", "a web page", "half", "reset"],
)
def test_a_store_that_cannot_count_is_told(verb, fault, words, store, file):
    with relaying(host(store), fault, is_count) as relay:
        done = run(verb, relay.url, "--at", file, "--store", "oxigraph", "--retries", "1")
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("verb", ["push", "verify"])
@pytest.mark.parametrize("fault", [refuse(500), faults.reset_after, cut_answer(0.5)], ids=["500", "reset", "half"])
def test_counting_is_tried_again(verb, fault, store, file):
    terril.push(store, at=file)
    with relaying(host(store), fault, is_count, 1) as relay:
        assert run(verb, relay.url, "--at", file, "--store", "oxigraph").exit_code == 0


def test_a_store_that_dies_half_way_is_told_and_the_next_push_goes_on(tmp_path, file):
    port = free_port()
    with oxigraph_process(tmp_path / "kept", port) as (url, server), ThreadPoolExecutor() as pool:
        stop, reached = threading.Event(), threading.Event()

        def wait(request: faults.Relayed) -> None:
            reached.set()
            stop.wait(20)

        fill(url)
        with relaying(host(url), wait, is_move, 1) as relay:
            where = terril.Endpoint(relay.url, timeout=30)
            work = pool.submit(terril.push, where, at=file, store="oxigraph", jobs=1, retries=1)
            assert reached.wait(20)
            before = held(url)
            server.kill()
            stop.set()
            pushed = work.result(60)
    assert not pushed.is_whole
    assert any(name.startswith(STAGING) for name in before)
    with oxigraph_store(tmp_path / "kept", port) as url:
        assert run("push", url, "--at", file).exit_code == 0
        assert held(url) == WHOLE


def test_the_old_graph_is_there_until_the_new_one_is(store, file, tmp_path):
    """Who asks meanwhile sees one of the two, whole."""
    update(store, f"INSERT DATA {{ GRAPH <{ONE}> {{ <a:old> <a:old> <a:old> }} }}")
    seen: set[int] = set()

    def look(request: faults.Relayed) -> None:
        seen.add(held(store).get(ONE, 0))
        answer = request.forwarded()
        seen.add(held(store).get(ONE, 0))
        request.answer(*answer)

    with relaying(host(store), look) as relay:
        assert push_through(relay, file).exit_code == 0
    assert seen == {1, SIZE}


def test_a_graph_is_the_same_whatever_the_names_of_its_blank_nodes(store, file, tmp_path):
    terril.push(store, at=file)
    other = tmp_path / "other.nq"
    other.write_text(file.read_text("utf-8").replace("_:a", "_:z9"), "utf-8")
    assert terril.verify(store, at=other).is_whole
