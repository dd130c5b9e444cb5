"""Questions that are asked of both sides: which answer differently, and which are new, gone or worded anew."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..catalogue import Question
from ..errors import TerrilError
from ..results import Term
from ..store import Embedded
from .moves import Addresses
from .records import Asked

Catalogue: TypeAlias = Mapping[str, Question]
_Row: TypeAlias = tuple[Term | None, ...]
_Rows: TypeAlias = tuple[tuple[str, ...], tuple[_Row, ...]]

_UNNAMED: Final = ox.BlankNode("node")
"""Stands for every blank node of an answer: a store calls them as it likes."""


def changed(old: Catalogue, new: Catalogue, before: Embedded, after: Embedded, addresses: Addresses) -> Iterator[Asked]:
    """Ask each question of its own side, with the examples of its parameters, and compare the rows in any order.

    Rows that differ only in that a thing has a new address are the same.
    """
    for name in sorted({*old, *new}, key=lambda name: ((new.get(name) or old[name]).theme, name)):
        if name not in old:
            yield Asked("added", new[name])
        elif name not in new:
            yield Asked("removed", old[name])
        elif (asked := _compared(old[name], new[name], before, after, addresses)) is not None:
            yield asked


def _compared(
    was: Question, question: Question, before: Embedded, after: Embedded, addresses: Addresses
) -> Asked | None:
    worded, themed = was.text != question.text, was.theme != question.theme
    queried = _bare(was) != _bare(question) or was.parameters != question.parameters
    ours, theirs = _answer(was, before, addresses), _answer(question, after, {})
    if isinstance(ours, str) or isinstance(theirs, str):
        failed = theirs if isinstance(theirs, str) else str(ours)
        is_news = ours != theirs or worded or themed or queried
        return Asked("changed", question, was, worded, themed, queried, failed=failed) if is_news else None
    gone, new = (ours[1], theirs[1]) if ours[0] != theirs[0] else (_only(ours, theirs), _only(theirs, ours))
    if not (worded or themed or queried or gone or new):
        return None
    return Asked("changed", question, was, worded, themed, queried, (ours[0], theirs[0]), gone, new)


def _bare(question: Question) -> str:
    """The query without its header, which holds the wording."""
    lines = question.sparql.splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), 0)
    return "\n".join(lines[first:])


def _answer(question: Question, store: Embedded, addresses: Addresses) -> _Rows | str:
    """The columns and rows of an answer, or why there is none."""
    try:
        result = store.query(question.sparql)
    except TerrilError as error:
        return str(error)
    return result.variables, tuple(tuple(addresses.get(term, _plain(term)) for term in row) for row in result.rows)


def _plain(term: Term | None) -> Term | None:
    return _UNNAMED if isinstance(term, ox.BlankNode) else term


def _only(ours: _Rows, theirs: _Rows) -> tuple[_Row, ...]:
    """The rows that one answer has more often than the other, in its order."""
    left = Counter(ours[1]) - Counter(theirs[1])
    found = []
    for row in ours[1]:
        if left[row] > 0:
            left[row] -= 1
            found.append(row)
    return tuple(found)
