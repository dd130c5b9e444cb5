"""Fitting: how much of a page the facts of a thing fill, by how many of each relation are shown.

What is too much is found out from the facts alone, before a page is laid out: a hub would be laid out again and again.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

import pyoxigraph as ox

from .graph import Fact
from .narrator import Narrator
from .records import Item

MOST: Final = 40
"""Facts of a relation that a page shows at most."""
_EXACT: Final = 0.95
"""A source cited late on a page has a longer number than one that is cited early."""

Shown: TypeAlias = Sequence[tuple[Fact, Item]]
"""The facts of a relation as they stand on a page, each with the other end."""


def least(relations: Iterable[Shown], narrator: Narrator) -> Callable[[int, bool], int]:
    """How many characters facts take at least, with the sources they cite, if at most so many of a relation are shown,
    and inferred ones are explained or not.

    The items are those that the narrator told, explained. What a page shows besides is not counted.
    """
    told = tuple(_Told(narrator, explains) for explains in (False, True))
    for shown in relations:
        for place, (fact, item) in enumerate(shown[:MOST]):
            for each in told:
                each.add(place, fact, item)
    sums = [list(accumulate(each.sizes())) for each in told]
    return lambda limit, explains: int(_EXACT * sums[explains][min(limit, MOST) - 1])


class _Told:
    """Facts told one way: how many characters those at each place take, and where a source is first cited."""

    def __init__(self, narrator: Narrator, explains: bool) -> None:
        self._narrator, self._explains = narrator, explains
        self._items = [0] * MOST
        self._first: dict[ox.NamedNode, int] = {}

    def add(self, place: int, fact: Fact, item: Item) -> None:
        told = self._explains or not fact.is_inferred
        self._items[place] += len(item.__html__()) if told else len(item.link.__html__())
        for graph in self._narrator.cites(fact, explains=self._explains):
            self._first[graph] = min(place, self._first.get(graph, place))

    def sizes(self) -> list[int]:
        sizes = list(self._items)
        for graph, place in self._first.items():
            sizes[place] += len(self._narrator.told(graph))
        return sizes
