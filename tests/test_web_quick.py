"""The quick way gives what the usual way gives, and takes only what is as plain as can be."""

import re
import socket
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from conftest import terril_server
from terril.web.cache import Cache
from terril.web.current import dataset
from terril.web.quick import Quick
from wire import raw

LOOKUP = "GET /sparql?query=SELECT%20%3Fo%20%7B%20%3Chttp%3A%2F%2Fe.org%2Fa%3E%20%3Fp%20%3Fo%20%7D HTTP/1.1"
SLOWLY = LOOKUP.replace("query=", "default=x&query=")


class Held:
    """One dataset that never changes."""

    def __init__(self, store: ox.Store) -> None:
        self._dataset = dataset(store)

    def dataset(self):
        return self._dataset


@pytest.fixture
def quick() -> Quick:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e.org/a"), ox.NamedNode("http://e.org/p"), ox.Literal("x")))
    return Quick(Held(store), Cache(1 << 20), 1 << 20)


@pytest.mark.parametrize(
    "request_",
    [
        f"{LOOKUP}\r\nHost: e.org\r\nContent-Length: 0\r\n\r\n",
        f"{LOOKUP}\r\nHost: e.org\r\nConnection: close\r\n\r\n",
        f"{LOOKUP}\r\nHost: e.org\r\nTransfer-Encoding: chunked\r\n\r\n",
        f"{LOOKUP}\r\nHost: e.org\r\nHost: f.org\r\n\r\n",
        f"{LOOKUP}\r\nHost : e.org\r\n\r\n",
        f"{LOOKUP}\r\n folded\r\n\r\n",
        f"{LOOKUP[:-1]}0\r\nHost: e.org\r\n\r\n",
        f"{LOOKUP}\r\nAccept: image/png\r\n\r\n",
        f"{SLOWLY}\r\nHost: e.org\r\n\r\n".replace("default=x", "query=x"),
        "GET /sparql?query=%C3 HTTP/1.1\r\nHost: e.org\r\n\r\n",
        "GET /sparql HTTP/1.1\r\nHost: e.org\r\n\r\n",
    ],
)
def test_a_request_that_is_not_plain_takes_the_usual_way(quick, request_):
    assert quick.answer(request_.encode(), b"date: now") is None


def test_a_plain_one_is_answered_and_known_the_next_time(quick):
    request = f"{LOOKUP}\r\nHost: e.org\r\n\r\n".encode()
    first = quick.answer(request, b"date: now")
    assert first.startswith(b"HTTP/1.1 200 OK\r\ndate: now\r\n")
    assert quick.answer(request, b"date: later") == first.replace(b"now", b"later")


HEADERS = [
    "",
    "Accept: text/csv\r\n",
    "Accept: application/sparql-results+xml;q=0.5, text/tab-separated-values\r\n",
    "Accept-Encoding: gzip, br\r\n",
    "If-None-Match: *\r\n",
    "Origin: http://f.org\r\nUser-Agent: a b (c)\r\n",
]


def test_both_ways_give_the_same_response(tmp_path):
    file = tmp_path / "graph.nt"
    file.write_text("".join(f'<http://e.org/a> <http://e.org/p{i}> "é{i}" .\n' for i in range(60)))
    with terril_server("--at", str(file), "--workers", "1") as address:
        for further in HEADERS:
            answers = []
            for line in (LOOKUP, SLOWLY):  # a parameter that means nothing takes no request off its way …
                for ending in ("Connection: keep-alive\r\n\r\n", "Connection: close\r\n\r\n"):  # … but this does
                    answers.append(_parted(address, f"{line}\r\nHost: e.org\r\n{further}{ending}"))
            assert all(answer == answers[0] for answer in answers), further


def _parted(address: str, request: str) -> tuple[bytes, frozenset[bytes], bytes]:
    """A response as status, headers but those of the connection and the moment, and body."""
    sent = request.encode()
    received = _first(address, sent) if b"keep-alive" in sent else raw(address, sent)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    kept = (line for line in headers if not line.lower().startswith((b"date:", b"connection:")))
    return status, frozenset(kept), body


def _first(address: str, sent: bytes) -> bytes:
    """The first response on a connection that stays open."""
    at, received = urlsplit(address), b""
    with socket.create_connection((at.hostname, at.port), timeout=10) as connection:
        connection.sendall(sent)
        while True:
            received += connection.recv(1 << 16)
            head, found, body = received.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if found and len(body) >= int(length[1] if length else 0):
                return received
