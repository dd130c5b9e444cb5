"""What strangers may send: the server lives, tells them in a sentence, keeps its memory, and answers everybody else."""

import contextlib
import gzip
import http.server
import os
import random
import re
import signal
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from conftest import terril_server
from wire import Reply, post, query, raw, send

pytestmark = pytest.mark.slow

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
SECONDS = 2
MEMORY = 300


@pytest.fixture(scope="module")
def canary():
    """A server that counts who comes; nobody should."""
    hits = []

    class Counting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/again")
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - so the base class wants it

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], hits
        server.shutdown()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("served") / "graph.nt"
    lines = (f"<http://e.org/{i}> <http://e.org/p{i % 7}> <http://e.org/{i % 97}> .\n" for i in range(5000))
    file.write_text("".join(lines) + '<http://e.org/0> <http://e.org/says> "abc" .\n')
    options = ("--workers", "2", "--seconds", str(SECONDS), "--memory", str(MEMORY))
    with terril_server("--at", str(file), *options) as address:
        yield address


def alive(address: str) -> bool:
    reply = query(address, "SELECT ?o { <http://e.org/0> <http://e.org/says> ?o }", Accept="text/csv")
    return reply.body == b"o\r\nabc\r\n"


def told(reply: Reply, *statuses: int) -> bool:
    """Whether a reply is an honest problem: a status, a sentence, and nothing of the inside."""
    inside = (b"Traceback", b"site-packages", b'File "')
    return (
        reply.status in statuses and len(reply.json["detail"]) > 15 and not any(word in reply.body for word in inside)
    )


# Calls to elsewhere


def elsewhere(port: int) -> list[str]:
    return [
        f"http://127.0.0.1:{port}/",
        f"http://localhost:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://0.0.0.0:{port}/",
        f"http://user:pass@127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
        "select * {{service<{0}>{{?s ?p ?o}}}}",
        "SELECT * {{ BIND(<{0}> AS ?g) SERVICE ?g {{ ?s ?p ?o }} }}",
        "PREFIX service: <{0}> SELECT * {{ SERVICE service: {{ ?s ?p ?o }} }}",
        "ASK {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
        "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "CONSTRUCT FROM <{0}> WHERE {{ ?s ?p ?o }}",
        "DESCRIBE <http://e.org/0> FROM <{0}>",
        "LOAD <{0}>",
        "LOAD SILENT <{0}> INTO GRAPH <http://e.org/g>",
    ],
)
def test_no_query_makes_the_server_call_another(address, canary, text):
    port, hits = canary
    for place in elsewhere(port):
        assert told(query(address, text.format(place)), 400)
    assert hits == []


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_no_graph_of_a_request_is_fetched(address, canary, name):
    port, hits = canary
    for place in elsewhere(port):
        assert told(query(address, "ASK { ?s ?p ?o }", f"&{name}={quote(place, safe='')}"), 400)
    assert hits == []


# Texts that are hard to read or to answer

NESTED = 100_000
HARD_TO_READ = {
    "braces": "SELECT * " + "{" * NESTED,
    "closed braces": "SELECT * " + "{" * NESTED + "}" * NESTED,
    "brackets": "SELECT * { ?s ?p " + "[ ?p " * NESTED + "]" * NESTED + "}",
    "collections": "SELECT * { ?s ?p " + "(" * NESTED + ")" * NESTED + "}",
    "expressions": "SELECT * { FILTER(" + "(" * NESTED + "1" + ")" * NESTED + ") }",
    "negations": "SELECT * { FILTER(" + "!" * NESTED + "true) }",
    "sums": "SELECT * { FILTER(1" + "+1" * NESTED + ") }",
    "path": "SELECT * { ?s " + "/".join(["<e:p>"] * NESTED) + " ?o }",
    "alternatives": "SELECT * { ?s " + "|".join(["<e:p>"] * NESTED) + " ?o }",
    "inverses": "SELECT * { ?s " + "^" * NESTED + "<e:p> ?o }",
    "optionals": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o " * 1000 + "}" * 1000 + "}",
    "unions": "SELECT * {" + " UNION ".join(["{ ?s ?p ?o }"] * 5000) + "}",
    "subqueries": "SELECT * {" + "{ SELECT * {" * 500 + "}}" * 500 + "}",
    "joins": "SELECT * {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(500)) + "}",
    "triple terms": "SELECT * { " + "<< " * NESTED,
    "an open string": 'SELECT * { ?s ?p """' + "x" * 500_000,
    "quotes": "SELECT * { ?s ?p " + "'" * 300_000,
    "a comment": "#" + "x" * 900_000,
    "an IRI": "SELECT * { <" + "x" * 900_000 + " ?p ?o }",
    "a name": "SELECT * { a:" + ".a" * 400_000 + " ?p ?o }",
    "prefixes": "PREFIX a: <e:> " * 50_000 + "ASK {}",
    "spaces": " " * 999_990,
    "NUL": 'SELECT * { ?s ?p "\0" ',
    "nothing": "",
    "emoji": "🦄" * 200_000,
}


@pytest.mark.parametrize("text", HARD_TO_READ.values(), ids=HARD_TO_READ)
def test_a_text_that_is_hard_to_read_is_refused_in_a_sentence(address, text):
    begun = time.monotonic()
    assert told(post(address, text.encode(), QUERY), 400, 503)
    assert alive(address)
    assert time.monotonic() - begun < 20


DOUBLED = "?a0 " + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40))
HARD_TO_ANSWER = {
    "count of a product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "order of a product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1",
    "distinct of a product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "rows of a product": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "a graph of a product": "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (<e:x>|!<e:y>)* ?b . ?b (<e:x>|!<e:y>)* ?c . ?c (<e:x>|!<e:y>)* ?d }",
    "doubled strings": 'SELECT ?a30 { BIND("abcdefgh" AS ?a0) ' + DOUBLED.partition(" ")[2] + " }",
    "replacement": "SELECT (" + "REPLACE(" * 20 + "'a'" + ", 'a', 'aaaaaaaaaa')" * 20 + " AS ?x) {}",
    "concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "expression": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '^(.+)+x(.*)*y$')) }",
    "not exists": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?f ?g ?h . ?h ?i ?c . ?c ?j ?e } }",
    "minus": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?y ?z ?f } }",
}


@pytest.mark.parametrize("text", HARD_TO_ANSWER.values(), ids=HARD_TO_ANSWER)
def test_a_query_that_is_hard_to_answer_is_answered_whole_or_stopped(address, text):
    begun = time.monotonic()
    reply = query(address, text)
    assert told(reply, 400, 503) if reply.status != 200 else len(reply.body) == int(reply.headers["content-length"])
    assert time.monotonic() - begun < SECONDS + 10
    assert alive(address)


def test_many_rows_of_values_are_answered(tmp_path):
    file = tmp_path / "graph.nt"
    file.write_text("<e:a> <e:b> <e:c> .")
    text = f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {'(1 2)' * 100_000} }} }}"
    with terril_server("--at", str(file), "--workers", "1") as address:
        assert post(address, text.encode(), QUERY, Accept="text/csv").body == b"n\r\n100000\r\n"


def test_a_literal_of_ten_megabytes_is_too_large(address):
    assert told(post(address, b'ASK { ?s ?p "' + b"x" * 10_000_000 + b'" }', QUERY), 413)
    assert alive(address)


# Bytes that are no request


@pytest.mark.parametrize(
    "body",
    [b"query=%ED%A0%80", b"query=%C0%AF", b"query=%FF", b"query=%00", b"query=\xed\xa0\x80", b"%", b"&" * 100_000],
)
def test_bytes_that_are_no_text_are_told(address, body):
    assert told(post(address, body, FORM), 400)


def test_a_packed_body_is_not_unpacked(address):
    bomb = gzip.compress(b"\0" * 100_000_000)
    assert told(post(address, bomb, QUERY, Content_Encoding="gzip"), 415)
    assert alive(address)


HEAD = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
WRONG = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nASK{}",
    "length and chunks": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "an endless length": HEAD + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    "a huge length": HEAD + b"Content-Length: 99999999999\r\n\r\nASK {}",
    "a wrong chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
    "a long line": b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"".join(b"a%d: b\r\n" % i for i in range(60_000)) + b"\r\n",
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG)
def test_what_is_no_request_is_refused_and_the_connection_ended(address, sent):
    with contextlib.suppress(ConnectionError):
        received = raw(address, sent)
        assert received == b"" or received.split(b" ")[1][:1] in (b"4", b"5")
        assert b"Traceback" not in received
    assert alive(address)


def test_a_body_that_ends_too_early_is_no_request(address):
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nASK {}")
    assert alive(address)


PATHS = [
    "..",
    "../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "static/../../../etc/passwd",
    "static/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "static//etc/passwd",
    "static/%5c..%5c..%5cpyproject.toml",
    "doc/%00",
    "doc/" + "a/" * 2000,
    "doc/organisation/%3Cscript%3Ealert(1)%3C/script%3E",
    "id/" + "%F0%9F%A6%84" * 50,
    "id/javascript:alert(1)",
    "%ff",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_no_path_leads_out_of_what_is_served(address, path):
    reply = send(address, path)
    assert reply.status in (303, 400, 404)
    assert b"root:" not in reply.body
    assert b"<script>alert" not in reply.body


# Crowds


def test_hundreds_of_slow_clients_keep_nobody_else_waiting(address):
    at = urlsplit(address)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection((at.hostname, at.port))) for _ in range(400)]
        for number, connection in enumerate(slow):
            connection.sendall((b"GET /sparql?query=A", HEAD + b"Content-Length: 50\r\n\r\nA", b"")[number % 3])
        assert alive(address)
        waited = [_timed(lambda: alive(address)) for _ in range(20)]
        assert statistics.median(waited) < 1
        slow[0].settimeout(30)
        assert slow[0].recv(1) == b""  # who does not finish is shown the door


def _timed(call) -> float:
    begun = time.monotonic()
    assert call()
    return time.monotonic() - begun


def test_endless_queries_leave_room_for_short_ones(address):
    with ThreadPoolExecutor(12) as pool:
        endless = [pool.submit(query, address, HARD_TO_ANSWER["count of a product"]) for _ in range(12)]
        time.sleep(0.2)
        waited = [_timed(lambda: alive(address)) for _ in range(20)]
        assert all(told(one.result(), 503) for one in endless)
    assert statistics.median(waited) < 1


def test_a_worker_that_is_killed_is_replaced(tmp_path):
    file = tmp_path / "graph.nt"
    file.write_text('<http://e.org/0> <http://e.org/says> "abc" .')
    with terril_server("--at", str(file), "--workers", "2") as address:
        for _ in range(3):
            for worker in _workers(address):
                os.kill(worker, signal.SIGKILL)
            assert _soon(lambda: alive(address))
        assert _soon(lambda: len(_workers(address)) == 2)


def _workers(address: str) -> list[int]:
    """The processes that hold the port of a server open and were started by another of these."""
    port = urlsplit(address).port
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if b"terril.web.worker" in command and f":{port}/".encode() in b" ".join(command):
                found[int(folder.name)] = command
    return list(found)


def _soon(call) -> bool:
    for _ in range(100):
        with contextlib.suppress(OSError):
            if call():
                return True
        time.sleep(0.1)
    return False


def test_while_the_graph_changes_each_answer_is_of_one_state(tmp_path):
    file, new = tmp_path / "graph.nt", tmp_path / "new.nt"
    write_state(file, 0)
    text = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?d) { ?s ?p ?o }"
    stop = threading.Event()
    with terril_server("--at", str(file)) as address, ThreadPoolExecutor(4) as pool:

        def ask() -> set[bytes]:
            found = set()
            while not stop.is_set():
                reply = query(address, f"{text} # {random.random()}", Accept="text/csv")
                assert reply.status == 200
                found.add(reply.body)
            return found

        asking = [pool.submit(ask) for _ in range(4)]
        for state in range(1, 5):
            write_state(new, state)
            new.replace(file)
            time.sleep(1.5)
        stop.set()
        answers = set().union(*(one.result() for one in asking))
    assert answers <= {b"n,d\r\n2000,1\r\n"}
    assert len(answers) == 1


def write_state(file: Path, state: int) -> None:
    """A graph of which every triple has the same object, another one in each state."""
    file.write_text("".join(f'<http://e.org/{i}> <http://e.org/p> "{state}" .\n' for i in range(2000)))


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path):
    leave = {"Authorization": "Bearer x"}
    options = ("--writable", "--empty", "--store", str(tmp_path / "kept"))
    with terril_server(*options, TERRIL_TOKEN="x", largest_file=2_000) as address:
        assert post(address, b"INSERT DATA { <e:a> <e:b> 1 }", "application/sparql-update", **leave).status == 204
        many = b"".join(b'<e:%d> <e:b> "%s" .\n' % (i, random.randbytes(200).hex().encode()) for i in range(30_000))
        for content in (many, many[:1_900_000].rpartition(b"\n")[0]):
            assert told(send(address, "data?default", "POST", content, Content_Type="text/turtle", **leave), 500, 507)
        assert query(address, "SELECT * { ?s ?p ?o }", Accept="text/csv").body == b"o,p,s\r\n1,e:b,e:a\r\n"


# Anything at all


def test_of_twenty_thousand_random_requests_none_brings_the_server_down_or_shows_its_inside(address):
    failures = _fuzz_at_once(address, seed=0, count=5000)
    assert failures == []
    assert alive(address)
    before = _memory(address)
    _fuzz_at_once(address, seed=0, count=2500)  # answers that are kept are kept already, so nothing more is needed
    assert _soon(lambda: _memory(address) < 1.1 * before), f"{_memory(address):,} bytes after {before:,}"


def _fuzz_at_once(address: str, seed: int, count: int) -> list[str]:
    with ThreadPoolExecutor(4) as pool:
        return [one for found in pool.map(_fuzz, [address] * 4, range(seed, seed + 4), [count] * 4) for one in found]


def _memory(address: str) -> int:
    """Bytes of memory that the workers of a server hold for themselves alone."""
    rollups = (Path(f"/proc/{worker}/smaps_rollup").read_text() for worker in _workers(address))
    private = (int(size) for text in rollups for size in re.findall(r"Private_\w+: +(\d+) kB", text))
    return 1024 * sum(private)


PIECES = (
    *"SELECT ASK CONSTRUCT DESCRIBE WHERE FILTER OPTIONAL UNION MINUS GRAPH SERVICE VALUES BIND AS COUNT".split(),
    *"GROUP_CONCAT LIMIT OFFSET HAVING EXISTS NOT IN REGEX REPLACE PREFIX BASE FROM NAMED DISTINCT INSERT DATA".split(),
    *"{ } ( ) [ ] << >> . ; , * ^ | / + - ! && || = < > @en ^^ _:b ?s ?p ?o $x % \\ # 1 -1.5e400 true".split(),
    *("GROUP BY", "ORDER BY", "<http://e.org/0>", "e:a", '"abc"', "'''", '"', "\0", "é", "🦄", "\n", "\u202e"),
)
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "FOO")
KINDS = (QUERY, FORM, "application/sparql-update", "text/turtle", "", "a/b; charset=x", "multipart/form-data")


def _fuzz(address: str, seed: int, count: int) -> list[str]:
    """Send random requests over connections that are kept; what went wrong."""
    import http.client

    chance, at, failures = random.Random(seed), urlsplit(address), []
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    for _ in range(count):
        method, path, body, headers = _random_request(chance)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (http.client.HTTPException, OSError):
            connection.close()  # the server may hang up on what is no HTTP; whether it lives is asked afterwards
            continue
        if b"Traceback" in content or b"site-packages" in content or response.status == 500:
            failures.append(f"{response.status} for {method} {path[:200]} {body[:200]!r}: {content[:300]!r}")
    connection.close()
    return failures


def _random_request(chance: random.Random) -> tuple[str, str, bytes, dict[str, str]]:
    text = " ".join(chance.choices(PIECES, k=chance.randrange(30)))
    if chance.random() < 0.3:
        text = f"SELECT * WHERE {{ ?s ?p ?o . {text} }} LIMIT 5"
    place = chance.choice(("/sparql", "/sparql", "/sparql", "/data", "/", "/doc/x", "/id/x", "/ns"))
    name = chance.choice(("query", "query", "update", "graph", "default-graph-uri", "default", "x"))
    path = f"{place}?{name}={quote(text, safe='')}" if chance.random() < 0.6 else place
    body = text.encode() if chance.random() < 0.5 else chance.randbytes(chance.randrange(200))
    headers = {"Content-Type": chance.choice(KINDS)} if chance.random() < 0.8 else {}
    if chance.random() < 0.3:
        headers["Accept"] = chance.choice(("text/csv", "*/*;q=0", "a/b", "text/turtle", "application/*", ",;,", "\x7f"))
    return chance.choice(METHODS), path, body, headers
