"""Servers over HTTP that do what no server should, and one that gives only so many rows at a time."""

import http.server
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pyoxigraph as ox

from terril import results
from terril.engine import result
from terril.results import Solutions

JSON = "application/sparql-results+json"
ONE = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a:b"}}]}}'
HEAD, ROW = (
    b'{"head":{"vars":["x"]},"results":{"bindings":[',
    b'{"x":{"type":"uri","value":"https://example.org/thing"}}',
)

Act = Callable[["Asked"], None]


class Asked(http.server.BaseHTTPRequestHandler):
    """One request, to be answered by an act."""

    protocol_version = "HTTP/1.0"
    served: "Served"

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.served.lock:
            self.served.requests.append(self)
            act = self.served.acts[min(len(self.served.requests), len(self.served.acts)) - 1]
        with suppress(OSError):  # of a client that had enough
            act(self)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Served:
    """A server at work: its address, what it does with one request after the other, and the requests so far."""

    url: str
    acts: tuple[Act, ...]
    requests: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serving(*acts: Act, url: str = "http://127.0.0.1:{port}/sparql") -> Iterator[Served]:
    """Do one act after the other, request by request, and the last one from then on."""
    handler = type("Handler", (Asked,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.served = Served(url.format(port=server.server_port), acts)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield handler.served
        server.shutdown()


def reply(
    body: bytes = ONE, status: int = 200, media_type: str | None = JSON, length: int | None = None, **headers: str
) -> Act:
    """Answer; `length` is what it says of the body's."""

    def act(asked: Asked) -> None:
        asked.send_response(status)
        announced = {"Content-Type": media_type, "Content-Length": str(len(body) if length is None else length)}
        for name, value in {**announced, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            if value is not None:
                asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)

    return act


def stream(pieces: Callable[[], Iterable[bytes]], **headers: str) -> Act:
    """Answer piece by piece, with no word on the length."""

    def act(asked: Asked) -> None:
        asked.send_response(200)
        for name, value in {"Content-Type": JSON, **{name.replace("_", "-"): v for name, v in headers.items()}}.items():
            asked.send_header(name, value)
        asked.end_headers()
        for piece in pieces():
            asked.wfile.write(piece)

    return act


def silence(asked: Asked) -> None:
    """Say nothing, as long as the client listens."""
    asked.connection.settimeout(10)
    asked.rfile.read(1)


def drip(begin: bytes) -> Act:
    """Give a begin of the answer at once, and then a byte at a time for ever."""

    def act(asked: Asked) -> None:
        asked.wfile.write(begin)
        for _ in range(200):
            asked.wfile.write(b" ")
            time.sleep(0.05)

    return act


def reset(asked: Asked) -> None:
    """Break the connection off."""
    asked.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    asked.connection.close()


def rows(count: int) -> Iterator[bytes]:
    """An answer of that many rows."""
    yield HEAD + ROW
    batch = (b"," + ROW) * 1000
    left = count - 1
    while left > 0:
        yield batch[: min(left, 1000) * (len(ROW) + 1)]
        left -= 1000
    yield b"]}}"


def capped(graph: ox.Store, most: int, **headers: str) -> Act:
    """Answer SELECT queries from a graph, but never with more than that many rows, as Virtuoso does."""

    def act(asked: Asked) -> None:
        found = result(graph.query(parse_qs(asked.body.decode())["query"][0]))
        assert isinstance(found, Solutions)
        told = {name: value for name, value in headers.items() if len(found) > most}
        cut = Solutions(found.variables, found.rows[:most])
        reply(results.write(cut, "json").encode(), **told)(asked)

    return act
