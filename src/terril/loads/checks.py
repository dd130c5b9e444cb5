"""Whether a graph that a store holds is the graph that was sent."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from ..errors import EndpointFailed
from ..transport import Passing, pause_after
from .cargoes import Cargo
from .differences import LISTED, Differences, compare
from .graphs import Name
from .remotes import Remote
from .sheaves import Sheaf
from .tallies import part
from .wire import Unreachable

T = TypeVar("T")

_FILES: Final = 64
_LONGEST: Final = 60.0
"""Seconds that a store may ask to wait."""


def check(remote: Remote, cargo: Cargo, name: Name, most: int = LISTED) -> Differences:
    """Compare what a store holds under a name with a graph: by the sums of hashes, and only where these differ triple
    by triple. Raises `EndpointFailed` if it does not give the graph.
    """
    with cargo.counted():
        found = remote.tally(name, cargo.size)
    if found == cargo.tally:
        return Differences()
    parts = cargo.tally.parts_unlike(found)
    by_value = remote.kind.rewrites is not None
    return compare(cargo.lines(), remote.lines(name, cargo.size), parts, most, by_value=by_value)


def again(attempt: Callable[[], T], retries: int) -> T:
    """Do what may be done more than once, and again if it fails for a reason that may pass. Raises the last failure."""
    for number in range(retries + 1):
        try:
            return attempt()
        except Passing as error:
            if number == retries or isinstance(error, Unreachable):
                raise
            rest(number, error)
    raise AssertionError("the last attempt returns or raises")


def rest(number: int, error: Passing) -> None:
    """Wait after a failed attempt. Raises `EndpointFailed` where a store asks for more patience than there is."""
    pause = pause_after(number, error)
    if pause > _LONGEST:
        raise EndpointFailed(f"{error} It asks to wait {pause:,.0f} seconds: come back later.")
    time.sleep(pause)


def uncovered(default: Cargo, others: Iterable[Cargo]) -> int:
    """How many triples of the default graph stand in none of the others."""
    with TemporaryDirectory(prefix="terril-") as place:
        ours, theirs = Sheaf(Path(place) / "default"), Sheaf(Path(place) / "named")
        for sheaf, cargoes in ((ours, [default]), (theirs, others)):
            for cargo in cargoes:
                for line in cargo.lines():
                    sheaf.add(part(line) % _FILES, line)
        return sum(len(set(ours.lines(number)) - set(theirs.lines(number))) for number in range(_FILES))
