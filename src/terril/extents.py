"""Extents: whether a query has more to look through than may be, found out without looking through it.

A LIMIT at the end of a query does not bound its work: rows are put in order, grouped and told apart only when all of
them are there. So the solutions of each of its patterns are counted first, and only as far as the bound, which takes a
moment however many there are. What is found depends on the graph alone, not on the machine.
"""

from collections.abc import Iterator

import pyoxigraph as ox

from .patterns import Element, Group, InGraph, Minus, Optional, Query, Select, Subquery, Union
from .results import Solutions, Store


def exceeds(query: Query, store: Store, most: int) -> bool:
    """Whether a pattern of a query, or of a SELECT within it, has more than `most` solutions.

    The work that a filter does on what it lets not through is not counted. Raises what the store raises.
    """
    return any(_is_beyond(most, select, query, store) for select in _selects(query.select))


def _is_beyond(most: int, select: Select, query: Query, store: Store) -> bool:
    some = f"SELECT * WHERE {select.text} LIMIT {most + 1}"
    answer = store.query(f"{query.prologue}\nSELECT (COUNT(*) AS ?found) {query.dataset.text} WHERE {{ {some} }}")
    rows = answer.rows if isinstance(answer, Solutions) else ()
    return any(isinstance(found, ox.Literal) and int(found.value) > most for (found,) in rows)


def _selects(select: Select) -> Iterator[Select]:
    """A select after all that stand within it: where those are too large, it need not be tried."""
    for element in select.where.elements:
        yield from _within(element)
    if select.text:
        yield select


def _within(element: Element) -> Iterator[Select]:
    match element:
        case Subquery(select):
            yield from _selects(select)
        case Optional(group) | Minus(group) | InGraph(_, group):
            yield from _within_group(group)
        case Union(branches):
            for branch in branches:
                yield from _within_group(branch.group)


def _within_group(group: Group) -> Iterator[Select]:
    for element in group.elements:
        yield from _within(element)
