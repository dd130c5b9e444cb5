"""Endpoints: a whole answer, or a sentence in time; whatever a server does, and never a word of the credentials."""

import base64
import gzip
import hashlib
import os
import re
import resource
import subprocess
import sys
import time
from email.utils import formatdate
from urllib.request import Request

import pyoxigraph as ox
import pytest

from faults import HEAD, JSON, ONE, ROW, capped, drip, reply, reset, rows, serving, silence, stream
from terril import transport
from terril.endpoint import Endpoint
from terril.errors import BadValue, EndpointFailed, TerrilError
from terril.results import Solutions, Truth
from terril.store import connect, query

SELECT = "SELECT ?x WHERE { ?x ?y ?z }"
EXPECTED = Solutions(("x",), ((ox.NamedNode("a:b"),),))
SECRET = "s3cr3t-w0rd"


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(transport, "_FIRST_PAUSE", 0.01)


# What it is sent


def test_a_query_is_sent_as_a_form_and_nothing_else():
    sparql = "PREFIX insert: <a:> SELECT ?x WHERE { ?x insert:y 1 }"
    with serving(reply()) as served:
        assert Endpoint(served.url).query(sparql) == EXPECTED
    (asked,) = served.requests
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert (asked.command, asked.headers["Content-Type"]) == ("POST", kind)
    assert asked.headers["Accept"].startswith("application/sparql-results+json")
    assert asked.body.split(b"=")[0] == b"query"
    assert b"&" not in asked.body
    assert asked.headers["Authorization"] is None


def test_an_endpoint_that_prefers_xml_is_understood():
    xml = (
        b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>'
        b'<results><result><binding name="x"><literal xml:lang="fr">a</literal></binding></result></results></sparql>'
    )
    with serving(reply(xml, media_type="application/sparql-results+xml; charset=utf-8")) as served:
        assert Endpoint(served.url).query("SELECT ?x WHERE {}").rows == ((ox.Literal("a", language="fr"),),)


# Virtuoso's way of saying it


def answer(variable: str, *bindings: bytes) -> bytes:
    return b'{ "head": { "vars": ["%s"] }, "results": { "bindings": [ %s ] } }' % (
        variable.encode(),
        b",".join(bindings),
    )


def test_blank_nodes_have_names_wherever_the_answer_is_cut_into_pieces():
    nodes = [b'{ "x": { "type": "bnode", "value": "nodeID://b%d" }}' % (n // 2) for n in range(60)]
    text = b'{ "x": { "type": "literal", "value": "\\"bnode\\", \\"value\\": \\"nodeID://b1" }}'
    whole = answer("x", *nodes, text)
    for size in (1, 7, 64, 65, 1000):
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        with serving(stream(lambda pieces=pieces: pieces)) as served:
            found = [row[0] for row in Endpoint(served.url).query(SELECT).rows]
        assert found[:-1] == [ox.BlankNode(f"b{n // 2}") for n in range(60)]
        assert found[-1] == ox.Literal('"bnode", "value": "nodeID://b1')


@pytest.mark.parametrize(
    ("bindings", "expected"), [((), False), ((b'{ "__ASK_RETVAL": { "type": "literal", "value": "1" }}',), True)]
)
def test_a_yes_or_no_may_come_as_rows(bindings, expected):
    with serving(reply(answer("__ASK_RETVAL", *bindings))) as served:
        assert Endpoint(served.url).query("ASK { ?s ?p ?o }") == Truth(expected)


def test_booleans_are_true_and_false_and_other_numbers_are_left():
    kinds = (b"boolean", b"integer")
    told = (
        b'{ "x": { "type": "typed-literal", "value": "%d", "datatype": "http://www.w3.org/2001/XMLSchema#%s" }}' % each
        for each in [(value, kind) for kind in kinds for value in (1, 0)]
    )
    with serving(reply(answer("x", *told))) as served:
        found = [row[0] for row in Endpoint(served.url).query(SELECT).rows]
    assert found == [ox.Literal(True), ox.Literal(False), ox.Literal(1), ox.Literal(0)]


# Failures are sentences


FAILURES = {
    "a refusal in plain words": (reply(b"Lexical error, says Virtuoso", 400), "400: Lexical error, says Virt"),
    "a missing page": (reply(b"<html><b>No such   page</b></html>", 404), "404: No such page"),
    "a locked door": (reply(b"who are you?", 401), "401: who are you.*--user.*--token"),
    "a forbidden query": (reply(b"not allowed", 403), "403: not allowed.*--token"),
    "an internal error": (reply("dépassé".encode(), 500), "500: dépassé"),
    "an overloaded server": (reply(b"try later", 503), "503: try later"),
    "a redirection to nowhere": (reply(b"moved", 308), "308: moved"),
    "a web page": (reply(b"<script>x</script><h1>Welcome</h1>", media_type="text/html"), "text/html: Welcome"),
    "no media type": (reply(b"hm", media_type=None), "nothing known: hm"),
    "a graph instead of rows": (reply(b"<a:a> <a:b> <a:c> .", media_type="text/turtle"), "text/turtle"),
    "a yes instead of rows": (reply(b'{"head":{},"boolean":true}'), "answered a SELECT"),
    "an error as JSON": (reply(b'{"error":"out of memory"}'), "out of memory"),
    "an error after the rows": (reply(ONE + b"\nTimeout of the query"), "Timeout of the query"),
    "plain text said to be rows": (reply(b"Query timeout"), "damaged.*Query timeout"),
    "XML said to be JSON": (reply(b"<sparql></sparql>"), "damaged or cut short"),
    "JSON said to be XML": (reply(media_type="application/sparql-results+xml"), "damaged or cut short"),
    "an empty body": (reply(b" "), r"damaged or cut short: .*\. It is empty\.$"),
    "other columns": (reply(ONE.replace(b'["x"]', b'["x","y"]')), "asked for the columns x, and answered with x y"),
    "codes that steer a terminal": (reply(b"\x1b[31mred\x07 \x9b1m", 500), r"500: �\[31mred� �"),
    "rows cut short": (reply(ONE[:-20]), "cut short"),
    "a body shorter than said": (reply(length=1000), "cut the connection in the middle"),
    "a connection that is reset": (reset, "did not answer: Connection reset"),
    "rows that are no UTF-8": (reply(ONE.replace(b"a:b", b"a:\xff")), "damaged"),
    "an answer in part, after Virtuoso's own limit": (
        reply(X_SQL_State="S1TAT", X_SQL_Message="RC...: Returning incomplete results"),
        "only a part of the answer: RC...: Returning incomplete results",
    ),
    "gzip that is none": (reply(Content_Encoding="gzip"), "gzip, and is not"),
    "gzip cut short": (reply(gzip.compress(ONE)[:-12], Content_Encoding="gzip"), "cut the connection"),
    "a packing not asked for": (reply(Content_Encoding="br"), "packed as br"),
    "a redirection to a file": (reply(b"", 302, Location="file:///etc/passwd"), "redirects to file"),
    "a redirection to itself": (reply(b"", 307, Location="/sparql"), "redirects more than 5 times"),
    "a status that is none": (lambda asked: asked.wfile.write(b"HTTP/1.1 abc\r\n\r\n"), "did not answer"),
    "another protocol": (lambda asked: asked.wfile.write(b"220 mail.example.org ESMTP\r\n"), "did not answer"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_endpoint_is_named_with_what_it_said(name):
    act, message = FAILURES[name]
    with serving(act) as served, pytest.raises(EndpointFailed, match=message) as caught:
        Endpoint(served.url).query(SELECT)
    assert served.url in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://no-such-host.invalid/sparql", "did not answer"),
        ("http://", "did not answer"),
        ("http://127.0.0.1:port/", "did not answer"),
        ("http://[::1/", "did not answer"),
        ("http://exa mple.org/", "did not answer"),
        ("http://éxample.invalid/", "xn--"),
        ("http://example.invalid/é", "percent"),
    ],
)
def test_an_endpoint_that_cannot_be_reached_is_a_sentence(url, message):
    with pytest.raises(EndpointFailed, match=message):
        connect(url).query("ASK {}")


def test_a_closed_port_is_a_sentence(nobody):
    with pytest.raises(EndpointFailed, match="Connection refused"):
        connect(nobody).query("ASK {}")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "", "http://exa\n\x1b[31mmple.org/"])
def test_what_is_no_address_is_a_sentence_on_one_line(url):
    with pytest.raises(EndpointFailed) as caught:
        Endpoint(url).query("ASK {}")
    assert str(caught.value).isprintable()


def test_an_endpoint_that_answers_about_labels_with_other_columns_is_named():
    with serving(reply()) as served, pytest.raises(EndpointFailed, match=r"thing property label, and .* with x"):
        query(SELECT, at=served.url)


def test_a_graph_cut_short_is_no_answer():
    act = reply(b"<a:a> <a:b> ", media_type="text/turtle")
    with serving(act) as served, pytest.raises(EndpointFailed, match="cut short"):
        Endpoint(served.url).query("DESCRIBE <a:a>")


# Within the limit of time


OK = b"HTTP/1.0 200 OK\r\n"
SLOW = {
    "says nothing": silence,
    "drips its status": drip(b"HTTP/1.0 200 "),
    "drips its headers": drip(OK + b"X: "),
    "drips its body": drip(OK + f"Content-Type: {JSON}\r\n\r\n".encode() + HEAD),
    "drips a web page": drip(OK + b"Content-Type: text/html\r\n\r\n"),
    "drips a refusal": drip(b"HTTP/1.0 500 No\r\nContent-Type: text/html\r\n\r\n"),
    "drips a redirection": drip(b"HTTP/1.0 302 Elsewhere\r\nLocation: /sparql\r\n\r\n"),
    "is always busy": reply(b"", 503),
    "never ends its rows": stream(lambda: iter(lambda: time.sleep(0.001) or b" " * 9999, b"")),
}


@pytest.mark.parametrize("name", SLOW)
def test_an_endpoint_that_takes_too_long_is_given_up_in_time(name, monkeypatch):
    monkeypatch.setattr(transport, "_FIRST_PAUSE", 0.2)
    begin = time.monotonic()
    with serving(SLOW[name]) as served:
        with pytest.raises(EndpointFailed):
            Endpoint(served.url, timeout=0.5, retries=9).query(SELECT)
        assert time.monotonic() - begin < 1.5


def test_the_limit_of_time_and_the_way_to_allow_more_are_named():
    with serving(silence) as served, pytest.raises(EndpointFailed, match=r"within 0\.2 seconds.*--timeout"):
        Endpoint(served.url, timeout=0.2).query(SELECT)


# Bounded in size


def test_a_million_rows_are_refused_with_the_way_to_get_them():
    with (
        serving(stream(lambda: rows(1_000_000))) as served,
        pytest.raises(EndpointFailed, match=r"more than 200,000 .*LIMIT.*--max-rows"),
    ):
        Endpoint(served.url).query(SELECT)


def test_as_many_rows_as_are_allowed_are_read():
    with serving(stream(lambda: rows(1234))) as served:
        assert len(Endpoint(served.url, max_rows=1234).query(SELECT)) == 1234
        with pytest.raises(EndpointFailed, match="more than 1,233"):
            Endpoint(served.url, max_rows=1233).query(SELECT)


def test_triples_are_counted_as_they_come_so_that_none_is_lost_unsaid():
    def same():
        return (b"<a:a> <a:b> <a:c> .\n" for _ in range(11))

    with (
        serving(stream(same, Content_Type="application/n-triples")) as served,
        pytest.raises(EndpointFailed, match="more than 10 "),
    ):
        Endpoint(served.url, max_rows=10).query("DESCRIBE <a:a>")


BOMBS = {
    "rows": (lambda: [HEAD + ROW, *[(b"," + ROW) * 1000] * 10_000], {}),
    "one long text": (lambda: [HEAD + b'{"x":{"type":"literal","value":"', *[b"a" * 2**20] * 2000], {}),
    "space": (lambda: [b" " * 2**20] * 2000, {}),
}


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", BOMBS)
def test_an_endless_answer_ends_in_a_sentence_with_bounded_memory(name, packed):
    pieces, headers = BOMBS[name]

    def compressed():
        packer = gzip.zlib.compressobj(1, wbits=31)
        for piece in pieces():
            yield packer.compress(piece)
        yield packer.flush()

    act = stream(compressed, Content_Encoding="gzip") if packed else stream(pieces, **headers)
    with serving(act) as served:
        done = terril("query", SELECT, "--at", served.url, memory=2**30)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(r"Error: http\S+ (has|sent) .*Ask for less", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1


def terril(*words, memory=None, **environment):
    """Run the command in a process of its own, with so much address space and other variables of the environment."""
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
    command = [sys.executable, "-m", "terril", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=limit, env={**os.environ, **environment},
        stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip


def test_gzip_is_asked_for_and_unpacked():
    with serving(reply(gzip.compress(ONE), Content_Encoding="gzip")) as served:
        assert Endpoint(served.url).query(SELECT) == EXPECTED
    assert served.requests[0].headers["Accept-Encoding"] == "gzip"


# Asked again


@pytest.mark.parametrize(
    "trouble",
    [reset, reply(length=1000), *(reply(b"", status) for status in (429, 502, 503, 504))],
    ids=["reset", "cut", "429", "502", "503", "504"],
)
def test_what_may_pass_is_asked_again(trouble):
    with serving(trouble, trouble, reply()) as served:
        assert Endpoint(served.url).query(SELECT) == EXPECTED
    assert len(served.requests) == 3


def test_it_is_asked_again_only_so_often():
    with serving(reply(b"", 503)) as served, pytest.raises(EndpointFailed):
        Endpoint(served.url, retries=3).query(SELECT)
    assert len(served.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 501])
def test_what_will_not_pass_is_not_asked_again(status):
    with serving(reply(b"no", status)) as served, pytest.raises(EndpointFailed, match=f"{status}: no"):
        Endpoint(served.url).query(SELECT)
    assert len(served.requests) == 1


def test_a_server_that_says_when_to_come_back_is_taken_at_its_word():
    begin = time.monotonic()
    with serving(reply(b"busy", 503, Retry_After="1"), reply()) as served:
        assert Endpoint(served.url, timeout=5).query(SELECT) == EXPECTED
    assert time.monotonic() - begin >= 1


def test_a_server_that_names_a_time_beyond_ours_is_not_waited_for():
    after = formatdate(time.time() + 7200, usegmt=True)
    with (
        serving(reply(b"busy", 503, Retry_After=after), reply()) as served,
        pytest.raises(EndpointFailed, match=r"busy\. It asks to wait [67],\d{3} seconds.*--timeout"),
    ):
        Endpoint(served.url, timeout=5).query(SELECT)
    assert len(served.requests) == 1


@pytest.mark.parametrize("after", ["soon", "-1", "9" * 400, "Mon, 99 Foo"])
def test_a_nonsensical_time_to_come_back_does_no_harm(after):
    with serving(reply(b"busy", 503, Retry_After=after)) as served, pytest.raises(EndpointFailed, match="503: busy"):
        Endpoint(served.url, timeout=1).query(SELECT)


# Credentials


def test_a_user_is_shown_by_basic_authentication():
    with serving(reply()) as served:
        Endpoint(served.url, user="ann", password="pä:ss").query(SELECT)
    kind, _, pair = served.requests[0].headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(pair).decode()) == ("Basic", "ann:pä:ss")


def test_a_token_is_shown_as_a_bearer_token():
    with serving(reply()) as served:
        Endpoint(served.url, token=SECRET).query(SELECT)
    assert served.requests[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_headers_of_ones_own_are_sent():
    with serving(reply()) as served:
        Endpoint(served.url, headers={"X-Api-Key": SECRET}).query(SELECT)
    assert served.requests[0].headers["X-Api-Key"] == SECRET


def challenge(asked):
    """A server that wants Digest authentication of ann, whose password is the secret."""
    given = asked.headers["Authorization"] or ""
    part = dict(re.findall(r'(\w+)="?([^",]*)"?', given))
    if given.startswith("Digest") and part["response"] == digest(part):
        return reply()(asked)
    return reply(b"prove it", 401, WWW_Authenticate='Digest realm="data", nonce="n0nce", qop="auth"')(asked)


def digest(part):
    """The proof of RFC 7616 section 3.4.1, with MD5."""

    def hashed(*words):
        return hashlib.md5(":".join(words).encode()).hexdigest()

    who, what = hashed("ann", "data", SECRET), hashed("POST", part["uri"])
    return hashed(who, "n0nce", part["nc"], part["cnonce"], "auth", what)


def test_a_user_is_shown_by_digest_authentication_where_that_is_asked_for():
    with serving(challenge) as served:
        assert Endpoint(served.url, user="ann", password=SECRET).query(SELECT) == EXPECTED


def test_a_wrong_password_is_refused_after_one_more_try():
    with serving(challenge) as served, pytest.raises(EndpointFailed, match=r"401: prove it\. Check the credentials"):
        Endpoint(served.url, user="ann", password="wrong").query(SELECT)
    assert len(served.requests) == 2


CREDENTIALS = {
    "user": {"user": "ann", "password": SECRET},
    "token": {"token": SECRET},
    "header": {"headers": {"Authorization": f"Custom {SECRET}"}},
}


@pytest.mark.parametrize("kind", CREDENTIALS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_keeps_the_query_but_gives_no_credentials_to_another_origin(kind, status):
    with serving(reply()) as elsewhere, serving(reply(b"", status, Location=elsewhere.url)) as served:
        assert Endpoint(served.url, **CREDENTIALS[kind]).query(SELECT) == EXPECTED
    (asked,) = elsewhere.requests
    assert served.requests[0].headers["Authorization"]
    assert asked.headers["Authorization"] is None
    assert SECRET.encode() not in asked.body
    assert (asked.command, bool(asked.body)) == (("GET", False) if status == 303 else ("POST", True))


def test_a_redirection_within_the_origin_keeps_the_credentials():
    with serving(reply(b"", 308, Location="/sparql/"), reply()) as served:
        assert Endpoint(served.url, token=SECRET).query(SELECT) == EXPECTED
    assert served.requests[1].path == "/sparql/"
    assert served.requests[1].headers["Authorization"] == f"Bearer {SECRET}"


def test_a_door_that_is_locked_after_a_redirection_names_the_address_to_give():
    with (
        serving(reply(b"who?", 401)) as elsewhere,
        serving(reply(b"", 307, Location=elsewhere.url)) as served,
        pytest.raises(EndpointFailed, match=re.escape(f"redirects to {elsewhere.url}, which got no credentials")),
    ):
        Endpoint(served.url, token=SECRET).query(SELECT)


def test_from_an_encrypted_to_a_plain_address_no_redirection_is_followed():
    class Refusal:
        headers = {"Location": "http://example.org/"}  # noqa: RUF012

        def close(self):
            pass

    with pytest.raises(OSError, match="not followed"):
        transport._redirected(Request("https://example.org/"), Refusal())


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_no_message_repeats_the_credentials_even_if_the_server_does(kind):
    def echo(asked):
        reply(f"Wrong: {asked.headers['Authorization']} {SECRET}".encode(), 403)(asked)

    endpoint = Endpoint("https://example.org/", **CREDENTIALS[kind])
    assert SECRET not in repr(endpoint)
    with serving(echo) as served, pytest.raises(EndpointFailed) as caught:
        Endpoint(f"{served.url}?key={SECRET}", **CREDENTIALS[kind]).query(SELECT)
    message = str(caught.value)
    assert "Wrong" in message
    assert SECRET not in message
    assert base64.b64encode(f"ann:{SECRET}".encode()).decode() not in message


def test_a_password_in_an_address_is_never_repeated():
    with pytest.raises(EndpointFailed) as caught:
        connect("https://user:secret@example.invalid/sparql").query("ASK {}")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"user": "ann"},
        {"password": SECRET},
        {"user": "ann", "password": SECRET, "token": SECRET},
        {"token": f"{SECRET}\r\nX-Admin: yes"},
        {"token": f"{SECRET}€"},
        {"headers": {"X\n": SECRET}},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": 1e308},
        {"retries": -1},
        {"max_rows": 0},
    ],
    ids=str,
)
def test_credentials_and_limits_that_cannot_be_are_refused_without_being_repeated(given):
    with pytest.raises(BadValue) as caught:
        Endpoint("https://example.org/", **given)
    assert SECRET not in str(caught.value)


def test_credentials_that_travel_unencrypted_are_warned_of_once(caplog):
    for _ in range(2):
        with pytest.raises(EndpointFailed):
            Endpoint("http://no-such-host.invalid/a", token=SECRET).query("ASK {}")
    assert [record.getMessage() for record in caplog.records].count(caplog.messages[0]) == 1
    assert "without encryption" in caplog.messages[0]
    assert SECRET not in caplog.text


# In pages


@pytest.fixture(scope="module")
def people():
    """A graph of 250 people, each with a name; every name occurs five times, in two languages."""
    graph = ox.Store()
    for i in range(250):
        name = ox.Literal(f"name {i % 50:02}", language="en" if i % 2 else "fr")
        graph.add(ox.Quad(ox.NamedNode(f"a:{i:03}"), ox.NamedNode("a:name"), name))
    return graph


PAGED = {
    "in no order": "SELECT ?x ?n WHERE { ?x <a:name> ?n } # all of them",
    "of everything": "SELECT * WHERE { ?x <a:name> ?n }",
    "in an order with ties": "SELECT ?x ?n { ?x <a:name> ?n } ORDER BY DESC(STR(?n))",
    "from a row on": "SELECT ?x { ?x <a:name> ?n } ORDER BY ?n ?x OFFSET 7",
    "up to a row": "SELECT ?x { ?x <a:name> ?n } ORDER BY ?n ?x LIMIT 205",
    "between two rows": "SELECT ?x { ?x <a:name> ?n } ORDER BY ?x LIMIT 205 OFFSET 11",
    "in groups": "SELECT ?x (COUNT(?n) AS ?c) { ?x <a:name> ?n } GROUP BY ?x HAVING(COUNT(?n) > 0)",
    "with values behind": "SELECT ?x ?k { ?x <a:name> ?n } ORDER BY ?x VALUES ?k { 1 2 }",
    "with limits within": "SELECT ?x { { SELECT ?x { ?x <a:name> ?n } ORDER BY ?x LIMIT 240 } } ORDER BY ?x",
}


@pytest.mark.parametrize("told", [{}, {"X_SPARQL_MaxRows": "100"}], ids=["silently", "aloud"])
@pytest.mark.parametrize("name", PAGED)
def test_an_answer_that_the_server_cuts_is_read_in_pages(name, told, people):
    whole = connect(people).query(PAGED[name])
    with serving(capped(people, 100, **told)) as served:
        found = Endpoint(served.url).query(PAGED[name])
    assert (found.variables, len(found)) == (whole.variables, len(whole))
    assert sorted(found.rows, key=str) == sorted(whole.rows, key=str)
    if "ORDER BY ?" in name:
        assert found == whole


@pytest.mark.parametrize("name", PAGED)
def test_a_server_that_sorts_few_rows_for_a_page_is_asked_to_sort_them_all_inside(name, people):
    whole = connect(people).query(PAGED[name])
    refused = reply(b"Sorted TOP clause specifies more then 101 rows to sort", 400)
    with serving(capped(people, 100), refused, capped(people, 100)) as served:
        found = Endpoint(served.url).query(PAGED[name])
    assert sorted(found.rows, key=str) == sorted(whole.rows, key=str)
    if "ORDER BY ?" in name:
        assert found == whole


def test_a_page_that_is_cut_too_is_not_the_last(people):
    whole = connect(people).query(PAGED["in no order"])
    first, shorter = capped(people, 100), capped(people, 60, X_SPARQL_MaxRows="60")
    with serving(first, first, shorter) as served:
        found = Endpoint(served.url).query(PAGED["in no order"])
    assert sorted(found.rows, key=str) == sorted(whole.rows, key=str)


def test_a_limit_that_is_met_needs_no_second_page(people):
    with serving(capped(people, 100)) as served:
        assert len(Endpoint(served.url).query("SELECT ?x { ?x ?p ?o } LIMIT 100")) == 100
    assert len(served.requests) == 1


def test_a_round_number_of_rows_that_is_all_there_are_is_left_as_it_is(people):
    few = "SELECT ?x { ?x <a:name> ?n } ORDER BY DESC(?x) LIMIT 300 OFFSET 50"
    with serving(capped(people, 10_000)) as served:
        assert Endpoint(served.url).query(few) == connect(people).query(few)
    assert len(served.requests) == 2


def test_more_rows_than_allowed_are_refused_in_pages_too(people):
    with serving(capped(people, 100)) as served, pytest.raises(EndpointFailed, match="more than 150"):
        Endpoint(served.url, max_rows=150).query(PAGED["in no order"])


def test_an_answer_that_may_be_cut_and_cannot_be_paged_is_warned_of(people, caplog):
    with serving(capped(people, 100), reply(b"Sorted TOP clause", 500)) as served:
        assert len(Endpoint(served.url).query(PAGED["in no order"])) == 100
    assert "exactly 100 rows" in caplog.text
    assert "Sorted TOP clause" in caplog.text


def test_an_answer_that_is_cut_for_certain_and_cannot_be_paged_is_no_answer(people):
    with (
        serving(capped(people, 100, X_SPARQL_MaxRows="100"), reply(b"Sorted TOP clause", 500)) as served,
        pytest.raises(EndpointFailed, match=r"100 rows at most, and no more pages.*Sorted TOP clause"),
    ):
        Endpoint(served.url).query(PAGED["in no order"])


def test_blank_nodes_of_different_pages_are_different_nodes():
    graph = ox.Store()
    graph.extend(ox.Quad(ox.BlankNode(), ox.NamedNode("a:b"), ox.Literal(i)) for i in range(150))
    with serving(capped(graph, 100)) as served:
        found = Endpoint(served.url).query("SELECT ?x ?y { ?x <a:b> ?y } ORDER BY ?y")
    assert [row.y.value for row in found] == [str(i) for i in range(150)]
    assert len({row.x for row in found}) == 150


def test_a_graph_that_is_cut_for_certain_is_no_answer_and_one_that_may_be_is_warned_of(caplog):
    lines = b"".join(b"<a:%d> <a:b> <a:c> .\n" % i for i in range(1000))
    graph = reply(lines, media_type="application/n-triples")
    cut = reply(lines, media_type="application/n-triples", X_SPARQL_MaxRows="1000")
    with serving(graph, cut) as served:
        assert len(Endpoint(served.url).query("CONSTRUCT WHERE { ?s ?p ?o }")) == 1000
        assert "exactly 1,000 triples" in caplog.text
        with pytest.raises(EndpointFailed, match="1,000 triples at most"):
            Endpoint(served.url).query("CONSTRUCT WHERE { ?s ?p ?o }")


# From the command line


def test_user_and_password_come_from_the_environment():
    with serving(reply()) as served:
        done = terril("query", "SELECT ?x { }", "--at", served.url, TERRIL_USER="ann", TERRIL_PASSWORD=SECRET)
    assert served.requests[0].headers["Authorization"].startswith("Basic "), done.stderr


def test_a_password_that_is_missing_is_asked_for_at_a_terminal_and_not_shown():
    master, terminal = os.openpty()
    with serving(reply(b'{"head":{},"boolean":true}')) as served:
        command = [sys.executable, "-m", "terril", "query", "ASK {}", "--at", served.url, "--user", "ann"]
        with subprocess.Popen(
            command, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, start_new_session=True
        ) as process:
            shown = b""
            while not shown.endswith(b": "):  # the space comes when typing is hidden, and what was typed before is lost
                shown += os.read(master, 1000)
            os.write(master, f"{SECRET}\n".encode())
            assert process.stdout.read() == b"yes\n"
    os.close(terminal)
    os.close(master)
    assert b"Password of ann" in shown
    pair = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert served.requests[0].headers["Authorization"] == f"Basic {pair}"


def test_a_token_comes_from_an_option_before_the_environment():
    with serving(reply(b'{"head":{},"boolean":true}')) as served:
        done = terril("query", "ASK {}", "--at", served.url, "--token", "mine", TERRIL_TOKEN="theirs", TERRIL_USER="u")
    assert (done.stdout, done.stderr) == ("yes\n", "")
    assert served.requests[0].headers["Authorization"] == "Bearer mine"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--user", "ann"], "TERRIL_PASSWORD"),
        (["--user", "ann", "--token", "x"], "a user or a token, not both"),
        (["--timeout", "0"], "timeout"),
        (["--timeout", "soon"], "timeout"),
        (["--max-rows", "0"], "max-rows"),
        (["--password", "x"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_typed_wrongly_about_an_endpoint_exits_with_2(words, says):
    done = terril("query", "ASK {}", "--at", "http://127.0.0.1:9/", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize("words", [["--token", "x"], ["--timeout", "9"], ["--max-rows", "9"]], ids=" ".join)
def test_options_for_an_endpoint_are_refused_where_none_is_asked_but_its_environment_is_not(words):
    done = terril("query", "ASK {}", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{words[0]} is for an endpoint" in done.stderr
    assert terril("query", "ASK {}", TERRIL_TOKEN="x", TERRIL_USER="y").stdout == "yes\n"


def test_the_command_gives_up_in_time():
    begin = time.monotonic()
    with serving(silence) as served:
        done = terril("ask", "clusters", "--at", served.url, "--timeout", "1")
    assert time.monotonic() - begin < 4
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"Error: http\S+ did not give its whole answer within 1 seconds\..*\n", done.stderr)


def test_the_rows_of_an_endpoint_are_those_of_its_graph():
    with serving(reply(b'{"head":{},"boolean":false}')) as served:
        assert Endpoint(served.url).query("ASK {}") == Truth(False)
    assert issubclass(EndpointFailed, TerrilError)
