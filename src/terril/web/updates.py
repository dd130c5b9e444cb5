"""Updates whose graphs a request names: written into the text, since an engine reads them there alone."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ..errors import BadQuery
from ..syntax import Token, tokens

_OWN: Final = ("USING", "WITH")


def using(text: str, graphs: Sequence[str], named: Sequence[str]) -> str:
    """An update whose WHERE clauses are matched in these graphs (SPARQL 1.1 Protocol, section 2.2.3).

    Raises `BadQuery` for one that names graphs itself.

    >>> using("DELETE WHERE { ?s ?p ?o }", ["http://example.org/a"], [])
    'DELETE { ?s ?p ?o } USING <http://example.org/a> WHERE { ?s ?p ?o }'
    """
    found = list(tokens(text))
    if any(token.kind == "word" and token.text.upper() in _OWN for token in found):
        raise BadQuery("The update names graphs by USING or WITH, and the request names others. Leave out one of both.")
    clause = " ".join([*(f"USING <{name}>" for name in graphs), *(f"USING NAMED <{name}>" for name in named)])
    pieces, end = [], 0
    for before, where, opening, closing in _where_clauses(found):
        pieces.append(text[end : where.start])
        if before.text.upper() == "DELETE":  # the short form, whose pattern is its template as well
            pieces.append(f"{text[opening : closing + 1]} ")
        pieces.append(f"{clause} ")
        end = where.start
    return "".join([*pieces, text[end:]])


def _where_clauses(found: Sequence[Token]) -> Iterator[tuple[Token, Token, int, int]]:
    """The WHERE of each operation: the token before it, itself, and where the braces of its pattern open and close."""
    depth = 0
    for i, (before, token) in enumerate(pairwise(found)):
        depth += (before.text == "{") - (before.text == "}")
        if not depth and token.kind == "word" and token.text.upper() == "WHERE":
            opening, closing = _braces(found[i + 2 :])
            yield before, token, opening, closing


def _braces(found: Sequence[Token]) -> tuple[int, int]:
    """The offsets of the first pair of braces."""
    depth = 0
    for token in found:
        depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return found[0].start, token.start
    raise BadQuery("A WHERE clause opens a brace here and never closes it.")
