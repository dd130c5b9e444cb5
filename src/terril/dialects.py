"""What Virtuoso says otherwise than the SPARQL 1.1 Protocol and its formats have it, put into their terms."""

import math
import re
from typing import Final

import pyoxigraph as ox

from .names import expand
from .results import Result, Solutions, Term, Truth
from .transport import Body

_NODE: Final = re.compile(rb'("bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_LONGEST: Final = 64
"""Bytes of a match, at most, with spaces as servers write them."""


class Named:
    """An answer in JSON in which blank nodes that are called nodeID://b10001 get names that RDF knows."""

    def __init__(self, body: Body) -> None:
        self._body, self._held = body, b""

    def read(self, size: int = 1 << 16) -> bytes:
        """Read on, at most `size` bytes; none at the end. Raises as `Body.read`."""
        block = None
        while block != b"" and len(self._held) <= _LONGEST:
            block = self._body.read(max(1, size - len(self._held)))
            self._held = _NODE.sub(rb"\1", self._held + block)
        # What may be the beginning of a match waits for the rest of it.
        end = size if block == b"" else min(size, len(self._held) - _LONGEST)
        piece, self._held = self._held[:end], self._held[end:]
        return piece


def understood(found: Result) -> Result:
    """An answer with its booleans spelt true and false, not 1 and 0; that to an ASK may come as rows of a column of its
    own, one for yes and none for no."""
    if not isinstance(found, Solutions):
        return found
    if found.variables == ("__ASK_RETVAL",):
        return Truth(bool(found.rows))
    return Solutions(found.variables, tuple(tuple(map(_spelt, row)) for row in found.rows))


def _spelt(term: Term | None) -> Term | None:
    return _BOOLEANS.get(term, term) if isinstance(term, ox.Literal) else term


_BOOLEANS: Final[dict[Term, Term]] = {
    ox.Literal(digit, datatype=ox.NamedNode(expand("xsd:boolean"))): ox.Literal(value)
    for digit, value in (("1", True), ("0", False))
}


def most_rows(body: Body) -> float:
    """The number of rows at which a server says that it stops."""
    stated = str(body.headers.get("X-SPARQL-MaxRows") or "")
    return int(stated) if stated.isdecimal() else math.inf


def cut_short(body: Body) -> str | None:
    """Why an answer is a part only, which a server whose own time is over says in headers; None if it is whole."""
    if body.headers.get("X-SQL-State") != "S1TAT":
        return None
    return str(body.headers.get("X-SQL-Message") or "") or "its time was over"
