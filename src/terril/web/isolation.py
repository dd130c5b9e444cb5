"""Isolation: queries that may outgrow every watch are answered in a process of their own, which may die of them.

The engine works constant expressions out while it plans a query, with Python's lock held and without looking at any
clock. Only REPLACE makes much of little there, so a query that calls it is kept apart; it costs that query some
milliseconds, and saves all others from waiting for it or falling with it.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from ..workers import Limits as OneLimits
from ..workers import Workers
from .current import Dataset, dataset
from .evaluation import Bounds, Content, answer
from .limits import Limits
from .protocol import Operation
from .versions import open_version


def needs_isolation(text: str) -> bool:
    """Whether a query may call REPLACE."""
    return "REPLACE" in text.upper()


@dataclass
class Isolation:
    """Two processes that answer queries of the versions in a folder, started when they are first needed."""

    folder: Path
    limits: Limits
    _workers: Workers | None = field(default=None, init=False)

    def answer(self, operation: Operation, accept: str | None, asked: Dataset) -> Content:
        """The answer to a query of a dataset. Raises what `evaluation.answer` raises; waits for it in this thread."""
        if self._workers is None:
            limits = OneLimits(seconds=self.limits.seconds, memory=self.limits.memory + (1 << 30))
            self._workers = Workers(_answer, count=2, limits=limits)
        found = self._workers.call(str(self.folder / asked.version), asked.base, operation, accept, self.limits)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Content)
        return found


def _answer(
    folder: str, base: str | None, operation: Operation, accept: str | None, limits: Limits
) -> Content | Exception:
    """In the process itself: the answer, or what kept it from being found."""
    import time

    try:
        bounds = Bounds(time.monotonic() + limits.seconds, limits.size)
        return answer(operation, accept, _opened(folder, base), bounds)
    except Exception as error:  # it is raised where the answer is waited for
        return error


@lru_cache(maxsize=1)
def _opened(folder: str, base: str | None) -> Dataset:
    store: ox.Store = open_version(Path(folder))
    return dataset(store, Path(folder).name, base)
