"""The graph into a running triplestore: whole graphs, each proved to have arrived."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .. import names
from ..endpoint import Endpoint
from ..errors import BadValue, EndpointFailed, TerrilError
from ..home import Home
from ..pipeline import ensure
from ..transport import Passing
from .cargoes import Cargo, unpacked
from .checks import again, check, rest, uncovered
from .differences import Differences
from .finding import remote
from .graphs import Name, shown
from .records import GraphOutcome, Pushed
from .remotes import Remote
from .wire import Refused, Unreachable

Progress = Callable[[int, int], None]

STAGING: Final = names.ID + "graph/staging/"
"""Where graphs wait until they are whole, in stores that replace a graph in one step only by moving another there."""
MOST_JOBS: Final = 32


def push(
    url: str | Endpoint,
    *,
    at: str | Path | None = None,
    store: str | None = None,
    prune: bool = False,
    dry_run: bool = False,
    jobs: int = 4,
    retries: int = 3,
    home: Home | str | Path | None = None,
    progress: Progress | None = None,
) -> Pushed:
    """Load a graph file, by default the built graph, into a triplestore, and prove graph by graph that it is there.

    Graphs that are there already are not sent again, so a push that was interrupted goes on. Each is put whole (SPARQL
    1.1 Graph Store HTTP Protocol), at most `jobs` at a time, and read back; what fails for a reason that may pass, and
    what did not arrive whole, is sent again, at most `retries` times. `store` is the kind of store, which is else told
    from its answers. `prune` removes graphs under Terril's own name space that are no longer part, once all else is
    there; `dry_run` only tells what would be done. A store with credentials or another limit of time is an `Endpoint`.

    Raises `EndpointFailed` if the store cannot be asked at all, `NotFound` or `BadGraph` for the file, `BadValue` for
    a kind of store or a number that there is not.
    """
    check_numbers(jobs, retries)
    with unpacked(Path(at) if at is not None else ensure(home)) as cargoes:
        found = remote(url, store)
        work = _Push(found, retries, again(found.counts, retries))
        try:
            with ThreadPoolExecutor(max_workers=jobs) as pool:
                outcomes = list(told(pool, work.planned if dry_run else work.loaded, cargoes, progress))
        except TerrilError:
            # Found when it was counted, since the store did not want it, or took it: nothing new of it may stay.
            if not dry_run:
                work.swept([GraphOutcome(cargo.name, 0, "failed") for cargo in cargoes])
            raise
        outcomes += work.pruned({cargo.name for cargo in cargoes}, outcomes, prune, dry_run)
        remarks = (
            work.remarks(cargoes, outcomes) if dry_run else (*work.remarks(cargoes, outcomes), *work.swept(outcomes))
        )
    return Pushed(found.endpoint.name, found.kind.label, tuple(outcomes), remarks)


def check_numbers(jobs: int, retries: int) -> None:
    """Raise `BadValue` for numbers that cannot be."""
    if not 1 <= jobs <= MOST_JOBS or not 0 <= retries <= MOST_JOBS:
        raise BadValue(f"From 1 to {MOST_JOBS} jobs and from 0 to {MOST_JOBS} retries are possible. Correct these.")


def told(
    pool: ThreadPoolExecutor,
    work: Callable[[list[Cargo], Cargo], GraphOutcome],
    cargoes: list[Cargo],
    progress: Progress | None,
) -> Iterator[GraphOutcome]:
    """Do work on each graph, several at a time, and tell how far it is; the outcomes in the order of the graphs."""
    tasks = [pool.submit(work, cargoes, cargo) for cargo in cargoes]
    if progress is not None:
        for done, _ in enumerate(as_completed(tasks), 1):
            progress(done, len(tasks))
    return (task.result() for task in tasks)


@dataclass(frozen=True)
class _Push:
    """A push under way: the store, how often to try, what was there before, and why it was given up, if it was."""

    remote: Remote
    retries: int
    before: dict[Name, int]
    given_up: threading.Event = field(default_factory=threading.Event)

    # One graph

    def planned(self, cargoes: list[Cargo], cargo: Cargo) -> GraphOutcome:
        """What would be done about a graph."""
        is_there = self._is_union(cargo) or self._is_there(cargo)
        state = "union" if self._is_union(cargo) else "there" if is_there else "to send"
        return GraphOutcome(cargo.name, cargo.tally.count, state)  # type: ignore[arg-type]

    def loaded(self, cargoes: list[Cargo], cargo: Cargo) -> GraphOutcome:
        """See to it that a graph is there, whatever it takes within the limits, and tell what came of it."""
        if self.given_up.is_set():
            return GraphOutcome(cargo.name, cargo.tally.count, "not sent")
        if self._is_union(cargo):
            return self._covered(cargo, cargoes)
        try:
            if self._is_there(cargo):
                return GraphOutcome(cargo.name, cargo.tally.count, "there")
            return self._sent(cargo)
        except EndpointFailed as error:
            if isinstance(error, Unreachable) or getattr(error, "is_general", False):
                self.given_up.set()
            return GraphOutcome(cargo.name, cargo.tally.count, "failed", 1, str(error))

    def _is_union(self, cargo: Cargo) -> bool:
        return cargo.name is None and self.remote.kind.has_union

    def _covered(self, cargo: Cargo, cargoes: list[Cargo]) -> GraphOutcome:
        left = uncovered(cargo, [other for other in cargoes if other.name is not None])
        if not left:
            return GraphOutcome(None, cargo.tally.count, "union")
        told = f"{self.remote.kind.label} has no default graph of its own, and {left:,} triples stand in no other."
        return GraphOutcome(None, cargo.tally.count, "failed", 0, told)

    def _is_there(self, cargo: Cargo) -> bool:
        """Whether a graph need not be sent; its number of triples is looked at first, which is known already."""
        if self._is_new(cargo.name) or (cargo.name is not None and self.before[cargo.name] != cargo.tally.count):
            return False
        return not again(lambda: check(self.remote, cargo, cargo.name, 0), self.retries)

    def _sent(self, cargo: Cargo) -> GraphOutcome:
        failure: Passing | None = None
        for number in range(self.retries + 1):
            try:
                if failure is not None:
                    rest(number - 1, failure)
                # What broke off, or came too late to be waited for, may have been done all the same.
                started = time.monotonic()
                if failure is None or check(self.remote, cargo, cargo.name, 0):
                    self._put(cargo)
                sent = time.monotonic()
                found = self._prove(cargo, cargo.name)
                took = (sent - started, time.monotonic() - sent)
                return GraphOutcome(cargo.name, cargo.tally.count, "sent", number + 1, "", found, *took)
            except Passing as error:
                failure = error
        assert failure is not None
        if isinstance(failure, Unreachable):
            raise failure
        return GraphOutcome(cargo.name, cargo.tally.count, "failed", self.retries + 1, str(failure))

    def _is_new(self, name: Name) -> bool:
        """Whether a graph replaces nothing, as far as the store tells."""
        return name not in self.before and not (name is None and self.remote.kind.has_union)

    def _put(self, cargo: Cargo) -> None:
        is_new = self._is_new(cargo.name)
        if is_new or self.remote.kind.atomic != "move":
            self.remote.put(cargo, cargo.name, is_new=is_new)
            return
        staging = STAGING + cargo.key()
        self.remote.put(cargo, staging, is_new=True)
        self._prove(cargo, staging)
        try:
            self.remote.move(staging, cargo.name)
        except Refused:
            # A proxy that asked twice got a refusal for the second time: there was nothing left to move.
            if check(self.remote, cargo, cargo.name, 0):
                raise

    def _prove(self, cargo: Cargo, name: Name) -> Differences:
        """Raise `Passing` unless what the store holds under a name is the graph; tell what it only writes otherwise."""
        found = check(self.remote, cargo, name)
        if not found:
            return found
        parts = (("lacks", found.missing), ("has besides", found.extra), ("has altered", found.altered))
        told = ", ".join(f"{words} {count:,}" for words, count in parts if count)
        raise Passing(
            f"{self.remote.endpoint.name} took {shown(cargo.name)} of {cargo.tally.count:,} triples, and {told}."
        )

    # The whole

    def pruned(
        self, wanted: set[Name], outcomes: Iterable[GraphOutcome], prune: bool, dry_run: bool
    ) -> list[GraphOutcome]:
        """Remove what is no longer part, if all else is there."""
        if not prune or not all(outcome.is_whole for outcome in outcomes):
            return []
        gone = [name for name in sorted(self.before, key=str) if is_ours(name) and name not in wanted]
        return [self._without(name, dry_run) for name in gone]

    def _without(self, name: Name, dry_run: bool) -> GraphOutcome:
        count = self.before[name]
        if dry_run:
            return GraphOutcome(name, count, "to remove")
        try:
            again(lambda: self.remote.remove(name), self.retries)
            left = again(lambda: self.remote.tally(name), self.retries).count
        except EndpointFailed as error:
            return GraphOutcome(name, count, "failed", 1, str(error))
        if left:
            return GraphOutcome(name, count, "failed", 1, f"It was to be removed, and still has {left:,} triples.")
        return GraphOutcome(name, count, "removed", 1)

    def swept(self, outcomes: list[GraphOutcome]) -> tuple[str, ...]:
        """Remove what does not belong there: graphs that were left waiting, by this push or one before it, and parts of
        new ones that did not arrive whole. Remark on what cannot be removed."""
        failed = {outcome.graph for outcome in outcomes if not outcome.is_whole}
        if self.given_up.is_set() or not (failed or any(map(_is_staging, self.before))):
            return ()
        try:
            for name in again(self.remote.counts, self.retries):
                if (name in failed and self._is_new(name)) or _is_staging(name):
                    again(lambda name=name: self.remote.remove(name), self.retries)  # type: ignore[misc]
        except EndpointFailed as error:
            return (f"Parts of graphs, and graphs under {STAGING}, may be left; the next push mends that. ({error})",)
        return ()

    def remarks(self, cargoes: list[Cargo], outcomes: list[GraphOutcome]) -> tuple[str, ...]:
        """What should be known about the way in which this store was loaded."""
        found = []
        if self.remote.kind.atomic == "none":
            found.append(
                f"{self.remote.kind.label} does not replace a graph in one step: who asks meanwhile may see a part."
            )
        if any(outcome.differences.rewritten for outcome in outcomes):
            found.append(self.remote.kind.rewriting)
        if any(cargo.unnamed for cargo in cargoes):
            found.append("Blank nodes were compared by their RDFC-1.0 names; in each graph they are nodes of its own.")
        return tuple(found)


def is_ours(name: Name) -> bool:
    """Whether a graph lies in Terril's name space, and is no staging graph."""
    return name is not None and name.startswith(names.BASE) and not _is_staging(name)


def _is_staging(name: Name) -> bool:
    return name is not None and name.startswith(STAGING)
