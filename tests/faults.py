"""Servers over HTTP that do what no server should, and one that gives only so many rows at a time."""

import http.client
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


# Between a client and a real server


class Relayed(http.server.BaseHTTPRequestHandler):
    """One request that is handed on to a real server, or to a fault instead."""

    relay: "Relay"
    body: bytes | None = None

    def _relayed(self) -> None:
        fault = self.relay.fault_for(self)
        with suppress(OSError, http.client.HTTPException):  # of either side that had enough
            if fault is None:
                self.answer(*self.forwarded())
            else:
                fault(self)

    def do_GET(self) -> None:
        self._relayed()

    def do_PUT(self) -> None:
        self._relayed()

    def do_POST(self) -> None:
        self._relayed()

    def do_DELETE(self) -> None:
        self._relayed()

    @property
    def length(self) -> int:
        return int(self.headers.get("Content-Length", 0))

    def taken(self) -> bytes:
        """The body of the request."""
        if self.body is None:
            self.body = self.rfile.read(self.length)
        return self.body

    def forwarded(self, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        """What the real server answers, perhaps to another body."""
        sent = self.taken() if body is None else body
        connection = http.client.HTTPConnection(self.relay.host, timeout=30)
        headers = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "content-length", "connection")}
        if sent or self.command in ("PUT", "POST"):
            headers["Content-Length"] = str(len(sent))
        try:
            connection.request(self.command, self.path, sent, headers)
            response = connection.getresponse()
            dropped = ("transfer-encoding", "content-length", "connection", "date")
            kept = {name: value for name, value in response.getheaders() if name.lower() not in dropped}
            return response.status, kept, response.read()
        finally:
            connection.close()

    def answer(self, status: int, headers: dict[str, str], body: bytes, length: int | None = None) -> None:
        """Answer; `length` is what is said of the body's."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


Fault = Callable[[Relayed], None]


@dataclass
class Relay:
    """A relay at work: where it is, to whom it hands on, which requests meet a fault, and what was asked so far."""

    url: str
    host: str
    concerns: Callable[[Relayed], bool]
    fault: Fault
    most: int | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    met: int = 0
    asked: list[str] = field(default_factory=list)

    def fault_for(self, request: Relayed) -> Fault | None:
        with self.lock:
            self.asked.append(f"{request.command} {request.path}")
            if not self.concerns(request) or (self.most is not None and self.met >= self.most):
                return None
            self.met += 1
            return self.fault


@contextmanager
def relaying(
    host: str, fault: Fault, concerns: Callable[[Relayed], bool] = lambda _: True, most: int | None = None
) -> Iterator[Relay]:
    """Hand requests on to a real server, except that so many, or all, that it concerns meet a fault."""
    handler = type("Handler", (Relayed,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.relay = Relay(f"http://127.0.0.1:{server.server_port}", host, concerns, fault, most)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield handler.relay
        server.shutdown()


def refuse(status: int, said: bytes = b"no", **headers: str) -> Fault:
    """Take the whole body, and refuse it."""

    def fault(request: Relayed) -> None:
        request.taken()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request.answer(status, {"Content-Type": "text/plain", **named}, said)

    return fault


def refuse_early(status: int) -> Fault:
    """Refuse before the body is read, and hang up."""

    def fault(request: Relayed) -> None:
        request.answer(status, {"Content-Type": "text/plain", "Connection": "close"}, b"no")
        request.connection.shutdown(socket.SHUT_WR)
        request.rfile.read(request.length)

    return fault


def break_off_after(share: float) -> Fault:
    """Read a share of the body, hand on nothing, and reset the connection."""

    def fault(request: Relayed) -> None:
        request.rfile.read(int(request.length * share))
        reset(request)  # type: ignore[arg-type]

    return fault


def hand_on(share: float) -> Fault:
    """Hand on a share of the body under the length of the whole, and break both connections off."""

    def fault(request: Relayed) -> None:
        body = request.taken()
        with socket.create_connection(request.relay.host.split(":")) as store:
            head = f"{request.command} {request.path} HTTP/1.1\r\nHost: {request.relay.host}\r\n"
            head += f"Content-Type: {request.headers['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n"
            store.sendall(head.encode() + body[: int(len(body) * share)])
        reset(request)  # type: ignore[arg-type]

    return fault


def change(changed: Callable[[bytes], bytes]) -> Fault:
    """Hand on another body, and say that all is well."""

    def fault(request: Relayed) -> None:
        request.answer(*request.forwarded(changed(request.taken())))

    return fault


def drop(request: Relayed) -> None:
    """Say that all is well, and hand on nothing."""
    request.taken()
    request.answer(200, {}, b"")


def twice(request: Relayed) -> None:
    """Hand on twice."""
    request.forwarded()
    request.answer(*request.forwarded())


def forget_to_answer(request: Relayed) -> None:
    """Hand on, and never say so."""
    request.forwarded()
    silence(request)  # type: ignore[arg-type]


def reset_after(request: Relayed) -> None:
    """Hand on, and reset the connection instead of an answer."""
    request.forwarded()
    reset(request)  # type: ignore[arg-type]


def cut_answer(share: float, *, is_hidden: bool = False) -> Fault:
    """Give a share of the answer; hidden if it ends with a line and is said to be all."""

    def fault(request: Relayed) -> None:
        status, headers, body = request.forwarded()
        part = body[: int(len(body) * share)]
        if is_hidden:
            part = part[: part.rfind(b"\n") + 1]
        request.answer(status, headers, part, len(part if is_hidden else body))

    return fault


def web_page(request: Relayed) -> None:
    """Answer with a page for people."""
    request.taken()
    request.answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>")
