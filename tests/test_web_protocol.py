"""Requests to an endpoint by the SPARQL 1.1 Protocol, section 2, as plain values."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.web.protocol import FORM, QUERY, UPDATE, Operation, operation, parameters
from terril.web.responses import Problem

ASK = 'ASK { ?s ?p "é+&%" }'
ESCAPED = b"ASK+%7B+%3Fs+%3Fp+%22%C3%A9%2B%26%25%22+%7D"
GRAPHS = (
    b"default-graph-uri=http%3A%2F%2Fe.org%2Fa&default-graph-uri=http%3A%2F%2Fe.org%2Fb&named-graph-uri=http://e.org/c"
)


PIECES = [
    "%20",
    "%3f",
    "%3D",
    "%26",
    "%0A",
    "%0d%0a",
    "%C3%A9",
    "%00",
    "%25",
    "+",
    "=",
    "==",
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    "_",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_escapes_are_taken_out_as_the_standard_library_does(value):
    expected = parse_qs(f"query={value}", keep_blank_values=True)
    assert parameters(f"query={value}".encode()) == expected


@pytest.mark.parametrize(
    ("method", "address", "kind", "body"),
    [
        ("GET", b"query=" + ESCAPED, None, b""),
        ("HEAD", b"query=" + ESCAPED, None, b""),
        ("POST", b"", FORM, b"query=" + ESCAPED),
        ("POST", b"", f"{FORM}; charset=UTF-8", b"query=" + ESCAPED),
        ("POST", b"", QUERY, ASK.encode()),
        ("POST", b"", f'{QUERY.upper()};charset="utf-8"', ASK.encode()),
    ],
)
def test_a_query_comes_in_three_ways(method, address, kind, body):
    assert operation(method, address, kind, body) == Operation(ASK)


def test_the_graphs_to_ask_are_named_beside_the_query():
    wanted = Operation(ASK, False, ("http://e.org/a", "http://e.org/b"), ("http://e.org/c",))
    assert operation("GET", b"query=" + ESCAPED + b"&" + GRAPHS, None, b"") == wanted
    assert operation("POST", b"", FORM, GRAPHS + b"&query=" + ESCAPED) == wanted
    assert operation("POST", GRAPHS, QUERY, ASK.encode()) == wanted


def test_an_update_comes_by_post_in_two_ways_with_graphs_of_its_own():
    wanted = Operation("CLEAR ALL", True, ("http://e.org/a",), ("http://e.org/b",))
    using = b"using-graph-uri=http://e.org/a&using-named-graph-uri=http://e.org/b"
    assert operation("POST", b"", FORM, b"update=CLEAR+ALL&" + using) == wanted
    assert operation("POST", using, UPDATE, b"CLEAR ALL") == wanted


def test_a_plain_get_asks_what_kind_of_service_this_is():
    assert operation("GET", b"", None, b"") is None


@pytest.mark.parametrize(
    ("method", "address", "kind", "body", "status", "sentence"),
    [
        ("GET", b"query=a&query=b", None, b"", 400, "one parameter query, and this one has 2"),
        ("GET", b"default-graph-uri=http://e.org/a", None, b"", 400, "has none"),
        ("GET", b"update=CLEAR+ALL", None, b"", 400, "with POST"),
        ("GET", b"query=%C3", None, b"", 400, "no UTF-8"),
        ("GET", b"query=%ED%A0%80", None, b"", 400, "no UTF-8"),
        ("GET", b"query=%C0%AF", None, b"", 400, "no UTF-8"),
        ("GET", b"query=100%", None, b"", 400, "%25"),
        ("GET", b"&".join([b"a=b"] * 2000), None, b"", 400, "1,000 parameters"),
        ("POST", b"", FORM, b"", 400, "has none"),
        ("POST", b"", FORM, b"query=a&update=b", 400, "not both"),
        ("POST", b"", FORM, b"update=a&update=b", 400, "has 2"),
        ("POST", b"query=b", QUERY, b"a", 400, "may not have a parameter query"),
        ("POST", b"", QUERY, b"\xff", 400, "0xFF"),
        ("POST", b"", None, b"query=a", 415, "Content-Type"),
        ("POST", b"", "text/plain", b"a", 415, FORM),
        ("POST", b"", "multipart/form-data; boundary=x", b"--x--", 415, FORM),
        ("POST", b"", f"{QUERY}; charset=utf-16", b"a", 415, "UTF-8"),
        ("PUT", b"query=a", None, b"", 405, "GET or POST"),
        ("DELETE", b"", None, b"", 405, "GET or POST"),
    ],
)
def test_what_is_no_such_request_is_told_why(method, address, kind, body, status, sentence):
    with pytest.raises(Problem) as caught:
        operation(method, address, kind, body)
    assert (caught.value.status, sentence in caught.value.detail) == (status, True)
