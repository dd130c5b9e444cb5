"""A cache of answers: bounded in bytes, the least recently used go first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

_SHARE: Final = 16
"""A value may take this part of the whole at most, lest one drive all others out."""


class Cache(Generic[V]):
    """What was worked out before, by key.

    >>> cache = Cache[str](size=64)
    >>> cache.put("a", "x", weight=1)
    >>> cache.get("a"), cache.get("b")
    ('x', None)
    """

    def __init__(self, size: int) -> None:
        self._size, self._left = size, size
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value of a key, if it is still there."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: V, weight: int) -> None:
        """Keep a value that takes so many bytes; a large one is not kept."""
        if weight > self._size // _SHARE:
            return
        self._forget(key)
        while self._left < weight:
            self._forget(next(iter(self._kept)))
        self._kept[key] = value, weight
        self._left -= weight

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._left = self._size

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self._left += self._kept.pop(key)[1]
