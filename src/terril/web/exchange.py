"""The exchange of requests and responses over ASGI: headers and bodies in, whole responses out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

from ..errors import BadGraph, BadQuery, Outrun
from . import responses
from .evaluation import Content
from .negotiation import accepts_gzip
from .responses import Problem, Response

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

Answering: TypeAlias = Callable[[str, bytes, Mapping[str, str], Receive], Awaitable[Response]]
"""What gives the response to a method, the query part of an address, headers and a body."""

_log: Final = logging.getLogger("terril")

OPEN: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Location, Retry-After",
    "x-content-type-options": "nosniff",
}
"""Headers of every response: anybody's page may read it, and nobody may take it for something else."""

_PATIENCE: Final = 60.0
"""Seconds within which a body must be there."""
_PASSED_OVER: Final = 16 << 20
"""Bytes beyond the limit that are read all the same: who is cut off while sending never hears why."""
_AGAIN: Final = "5"


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by name in lower case; several of one name are one list (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


async def body_of(receive: Receive, headers: Mapping[str, str], most: int) -> bytes:
    """The body of a request. Raises `Problem` 400, 408, 413 or 415."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(415, "Send the body as it is, without a Content-Encoding.", Accept_Encoding="identity")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > most + _PASSED_OVER:
        raise _too_large(most)
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _read(receive, most)
    except TimeoutError:
        raise Problem(408, f"The body was not there within {_PATIENCE:g} s.", Connection="close") from None


async def _read(receive: Receive, most: int) -> bytes:
    body, size, more = bytearray(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "The body ended before its end.")
        piece = message.get("body", b"")
        size += len(piece)
        if size <= most:
            body += piece
        more = message.get("more_body", False) and size <= most + _PASSED_OVER
    if size > most:
        raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Problem:
    return Problem(413, f"The body of this request may have {most:,} bytes at most.", Connection="close")


def preflight(methods: str) -> Response:
    """What a browser asks before it lets a page of somebody else's ask: which methods and headers there are (CORS)."""
    told = {
        "allow": methods,
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "Accept, Authorization, Content-Type, If-None-Match",
        "access-control-max-age": "86400",
    }
    return Response(204, headers=told)


def as_problem(error: BadGraph | BadQuery | Outrun) -> Problem:
    """What kept a query from being answered, as it is told over HTTP."""
    if isinstance(error, BadQuery):
        return Problem(400, str(error))
    return Problem(503, str(error), Retry_After=_AGAIN)


def of_content(content: Content, headers: Mapping[str, str]) -> Response:
    """An answer as this client takes it: packed or plain, or nothing if it has it already."""
    told = {"etag": content.tag, "vary": "Accept, Accept-Encoding", "cache-control": "no-cache"}
    if _has(content.tag, headers.get("if-none-match")):
        return Response(304, headers=told)
    kind = content.media_type + ("; charset=utf-8" if content.media_type.startswith("text/") else "")
    if accepts_gzip(headers.get("accept-encoding")) and content.packed is not None:
        # Another encoding is another representation, so its tag is another, too (RFC 9110, section 8.8.3).
        packed = {"etag": content.tag[:-1] + '-gzip"', "content-encoding": "gzip", "content-type": kind}
        return Response(200, content.packed, {**told, **packed})
    return Response(200, content.plain, {**told, "content-type": kind})


def _has(tag: str, header: str | None) -> bool:
    """Whether an If-None-Match header names an answer, in whichever encoding (RFC 9110, section 13.1.2)."""
    if not header:
        return False
    named = {one.strip().removeprefix("W/").replace('-gzip"', '"') for one in header.split(",")}
    return tag in named or "*" in named


async def handle(scope: Scope, receive: Receive, send: Send, answer: Answering) -> None:
    """Answer a request; what cannot be answered is told as a problem."""
    try:
        response = await answer(scope["method"], scope["query_string"], headers_of(scope), receive)
    except (BadGraph, BadQuery, Outrun) as error:
        response = responses.of_problem(as_problem(error))
    except Problem as problem:
        response = responses.of_problem(problem)
    except Exception:
        _log.exception("A request failed for a reason that nobody thought of.")
        response = responses.of_problem(Problem(500, "Something went wrong in the server; its log says what."))
    await respond(send, response, scope["method"])


async def respond(send: Send, response: Response, method: str) -> None:
    """Send a response; to HEAD without its body."""
    told = {**OPEN, **response.headers}
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in told.items()]
    if response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.body})
