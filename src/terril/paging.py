"""A SELECT in pages: for servers that give only so many rows at a time, often without saying so.

SPARQL 1.1 section 15 (solution sequences and modifiers): without a total order, LIMIT and OFFSET cut no fixed pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from .syntax import Token, tokens


@dataclass(frozen=True)
class Paged:
    """A SELECT taken apart: its prologue, its text up to its ORDER BY included, the LIMIT and OFFSET after that, and
    its last VALUES block.

    Of one that `is_nested` the whole is sorted inside, and cut outside. That keeps the order only in practice (section
    12 of SPARQL 1.1 does not say so), but Virtuoso sorts no more rows for a page than its MaxSortedTopRows.
    """

    prologue: str
    head: str
    tail: str
    is_ordered: bool
    limit: int | None
    offset: int
    is_nested: bool = False

    def page(self, columns: Sequence[str], start: int, size: int) -> str:
        """The query for `size` rows from row `start`, counted from 0, in its own order and then by all columns.

        >>> paged("SELECT ?x { ?x a ?y } # all").page(["x"], 100, 50)
        'SELECT ?x { ?x a ?y } ORDER BY ?x LIMIT 50 OFFSET 100'
        """
        order = " ".join(f"?{name}" for name in columns)
        order = "" if self.is_ordered else f" ORDER BY {order}"
        part = f"LIMIT {size} OFFSET {self.offset + start}"
        if self.is_nested:
            names = " ".join(f"?{name}" for name in columns)
            return f"{self.prologue}SELECT {names} {{ {{ {self.head}{order} {self.tail} }} }} {part}"
        return f"{self.prologue}{self.head}{order} {part} {self.tail}".rstrip()

    @property
    def can_be_nested(self) -> bool:
        """Whether it may stand inside another one: it names no dataset."""
        return not self.is_nested and not any(token.text.upper() == "FROM" for token in _before_group(self.head))


def paged(sparql: str) -> Paged:
    """Take a SELECT apart, so that it can be asked for in pages.

    >>> found = paged("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 9 VALUES ?p { <a:b> }")
    >>> found.head, found.limit, found.tail
    ('SELECT * { ?s ?p ?o } ORDER BY ?s', 9, 'VALUES ?p { <a:b> }')
    """
    found = list(tokens(sparql))
    end = found[-1].start + len(found[-1].text)
    clauses = dict(_modifiers(found))
    values = clauses["VALUES"][0].start if "VALUES" in clauses else end
    cut = min((clauses[name][0].start for name in ("LIMIT", "OFFSET") if name in clauses), default=values)
    limit, offset = (int(clauses[name][1].text) if name in clauses else None for name in ("LIMIT", "OFFSET"))
    start = next(token.start for token in found if token.text.upper() == "SELECT")
    return Paged(sparql[:start], sparql[start:cut].rstrip(), sparql[values:end], "ORDER" in clauses, limit, offset or 0)


def _before_group(text: str) -> Iterator[Token]:
    return takewhile(lambda token: token.text != "{", tokens(text))


def _modifiers(found: Sequence[Token]) -> Iterator[tuple[str, tuple[Token, Token]]]:
    """The words that stand behind the WHERE clause of the outer SELECT, each with its token and the one behind it."""
    depth = groups = 0
    for token, after in pairwise(found):
        depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]"))
        groups += token.text == "}" and not depth
        if token.kind == "word" and groups and not depth:
            yield token.text.upper(), (token, after)


def is_round(size: int) -> bool:
    """Whether an answer of that many rows may have been cut there by a server.

    >>> [size for size in (64, 100, 250, 1024, 10_000, 10_001) if is_round(size)]
    [100, 1024, 10000]
    """
    return size >= 100 and (size % 100 == 0 or size & (size - 1) == 0)
