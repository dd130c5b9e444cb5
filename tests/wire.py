"""Requests over a plain connection, so that a test sends what it says and sees what came back."""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers by name in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def send(address: str, path: str = "sparql", method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
    """One request by its own connection; a header's name is written with underscores."""
    at = urlsplit(address)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{path}", body, names)
        response = connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def query(address: str, sparql: str, further: str = "", **headers: str) -> Reply:
    """Ask a query with GET."""
    return send(address, f"sparql?query={quote(sparql, safe='')}{further}", **headers)


def post(address: str, body: bytes, kind: str, path: str = "sparql", **headers: str) -> Reply:
    return send(address, path, "POST", body, Content_Type=kind, **headers)


def raw(address: str, sent: bytes, timeout: float = 30) -> bytes:
    """Send bytes as they are, and read to the end of the connection."""
    at = urlsplit(address)
    received = b""
    with socket.create_connection((at.hostname, at.port), timeout=timeout) as connection:
        connection.sendall(sent)
        try:
            while piece := connection.recv(1 << 16):
                received += piece
        except ConnectionError:
            pass
    return received
