"""SPARQL 1.1 Protocol: what a request asks for, as plain values.

A request is a GET or a POST in one of two forms, with the query or the update once and the graphs to ask as often as
need be (W3C Recommendation, 21 March 2013, section 2). What is no such request is a `Problem` that says why.
"""

import re
from binascii import a2b_qp
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .responses import Problem

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
METHODS: Final = "GET, HEAD, OPTIONS, POST"

_MOST_PARAMETERS: Final = 1_000
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Operation:
    """A query or an update, and the graphs that the request names for it; none of either leaves that to the text."""

    text: str
    is_update: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def operation(method: str, query_string: bytes, content_type: str | None, body: bytes) -> Operation | None:
    """What a request to an endpoint asks for; None for a plain GET, which asks what kind of service it is.

    Raises `Problem` 400, 405 or 415.

    >>> operation("GET", b"query=ASK%20%7B%7D", None, b"")
    Operation(text='ASK {}', is_update=False, default_graphs=(), named_graphs=())
    """
    given = parameters(query_string)
    if method in ("GET", "HEAD"):
        return _by_get(given)
    if method != "POST":
        raise Problem(405, f"{method[:20]} has no meaning here. Ask with GET or POST.", Allow=METHODS)
    kind = _kind(content_type)
    if kind == FORM:
        return _by_form({**given, **parameters(body)})
    if kind in (QUERY, UPDATE):
        _refuse(given, "query", "update")
        return _operation(given, decoded(body), is_update=kind == UPDATE)
    raise Problem(415, f"A POST is of type {FORM}, {QUERY} or {UPDATE}. Name the one that it is as its Content-Type.")


def _by_get(given: Mapping[str, list[str]]) -> Operation | None:
    if "update" in given:
        raise Problem(400, "An update is not asked for with GET, which changes nothing. Send it with POST.")
    return _operation(given, _once(given, "query"), is_update=False) if given else None


def _by_form(given: Mapping[str, list[str]]) -> Operation:
    if "query" in given and "update" in given:
        raise Problem(400, "A request is a query or an update, not both at once. Send two.")
    name = "update" if "update" in given else "query"
    return _operation(given, _once(given, name), is_update=name == "update")


def _operation(given: Mapping[str, list[str]], text: str, *, is_update: bool) -> Operation:
    default, named = ("using-graph-uri", "using-named-graph-uri") if is_update else _OF_QUERY
    return Operation(text, is_update, tuple(given.get(default, ())), tuple(given.get(named, ())))


_OF_QUERY: Final = ("default-graph-uri", "named-graph-uri")


def _once(given: Mapping[str, list[str]], name: str) -> str:
    found = given.get(name, [])
    if len(found) != 1:
        raise Problem(400, f"A request has one parameter {name}, and this one has {len(found) or 'none'}.")
    return found[0]


def _refuse(given: Mapping[str, list[str]], *names: str) -> None:
    for name in names:
        if name in given:
            raise Problem(400, f"The body is the whole text, so the address may not have a parameter {name} besides.")


def _kind(content_type: str | None) -> str:
    """The media type of a body, which must be UTF-8."""
    kind, _, rest = (content_type or "").partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"The body is said to be in {charset[1][:40]}. Send it in UTF-8.")
    return kind.strip().lower()


def parameters(encoded: bytes) -> dict[str, list[str]]:
    """The parameters of an address or of a form, by name, in their order. Raises `Problem` 400.

    >>> parameters(b"query=ASK+%7B%7D&format=csv")
    {'query': ['ASK {}'], 'format': ['csv']}
    """
    found: dict[str, list[str]] = defaultdict(list)
    pieces = encoded.split(b"&", _MOST_PARAMETERS) if encoded else []
    if len(pieces) > _MOST_PARAMETERS:
        raise Problem(400, f"A request has at most {_MOST_PARAMETERS:,} parameters.")
    for piece in pieces:
        if piece:
            name, _, value = piece.partition(b"=")
            found[_unescaped(name)].append(_unescaped(value))
    return dict(found)


def _unescaped(text: bytes) -> str:
    if b"%" not in text:
        return decoded(text.replace(b"+", b" "))
    if _BAD_ESCAPE.search(text):
        raise Problem(400, "A % in an address or a form stands before two hexadecimal digits; the sign itself is %25.")
    # Quoted-printable (RFC 2045, section 6.7) escapes as addresses do, but with =, and is read in compiled code. Taking
    # the escapes out one by one would be a fifth of all that a look-up costs.
    return decoded(a2b_qp(text.replace(b"+", b" ").replace(b"=", b"%3D").replace(b"%", b"=")))


def decoded(text: bytes) -> str:
    """Text that came over the wire. Raises `Problem` 400 where it is no UTF-8."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"This is no UTF-8: a byte 0x{text[error.start]:02X} stands where it may not.") from None
