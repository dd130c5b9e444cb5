"""The proof that a triplestore holds the graph, and nothing but the graph: counts first, then every triple."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..endpoint import Endpoint
from ..errors import BadValue, EndpointFailed
from ..home import Home
from ..pipeline import ensure
from .cargoes import Cargo, unpacked
from .checks import again, check, uncovered
from .differences import LISTED
from .finding import remote
from .graphs import Name
from .pushing import Progress, check_numbers, is_ours, told
from .records import GraphOutcome, Verified
from .remotes import Remote


def verify(
    url: str | Endpoint,
    *,
    at: str | Path | None = None,
    store: str | None = None,
    limit: int = LISTED,
    jobs: int = 4,
    retries: int = 3,
    home: Home | str | Path | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Compare what a triplestore holds with a graph file, by default the built graph.

    Each graph is read as a stream and compared by a sum of hashes of its triples; only where sums differ are triples
    looked at one by one, and every missing, extra or altered one is counted, and at most `limit` for each graph listed.
    Literals that a store is known to write in another spelling are told apart from those that it altered. Blank nodes
    are compared by their RDFC-1.0 names. Graphs under Terril's own name space that are no part of the file are extra.

    Raises `EndpointFailed` if the store cannot be asked, `NotFound` or `BadGraph` for the file, `BadValue` for a kind
    of store or a number that there is not.
    """
    check_numbers(jobs, retries)
    if limit < 0:
        raise BadValue(f"{limit} differences cannot be listed. Ask for 0 or more.")
    with unpacked(Path(at) if at is not None else ensure(home)) as cargoes:
        found = remote(url, store)
        work = _Check(found, retries, limit, again(found.counts, retries))
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            outcomes = list(told(pool, work.compared, cargoes, progress))
        extra = work.extra({cargo.name for cargo in cargoes})
    return Verified(found.endpoint.name, found.kind.label, (*outcomes, *extra), work.remarks(outcomes, cargoes))


@dataclass(frozen=True)
class _Check:
    """A check under way: the store, how often to try, how much to list, and the number of triples of each graph."""

    remote: Remote
    retries: int
    limit: int
    counts: dict[Name, int]

    def compared(self, cargoes: list[Cargo], cargo: Cargo) -> GraphOutcome:
        """What a store holds of a graph."""
        count = cargo.tally.count
        if cargo.name is None and self.remote.kind.has_union:
            return self._covered(cargo, cargoes)
        try:
            found = again(lambda: check(self.remote, cargo, cargo.name, self.limit), self.retries)
        except EndpointFailed as error:
            return GraphOutcome(cargo.name, count, "failed", 1, str(error))
        return GraphOutcome(cargo.name, count, "changed" if found else "there", 1, "", found)

    def _covered(self, cargo: Cargo, cargoes: list[Cargo]) -> GraphOutcome:
        left = uncovered(cargo, [other for other in cargoes if other.name is not None])
        told = f"{left:,} of its triples stand in no named graph, and {self.remote.kind.label} has no other." * bool(
            left
        )
        return GraphOutcome(None, cargo.tally.count, "failed" if left else "union", 0, told)

    def extra(self, wanted: set[Name]) -> list[GraphOutcome]:
        """The graphs of Terril's name space that should not be there."""
        return [
            GraphOutcome(
                name, count, "extra", 0, f"{count:,} triples of a graph that is no part. Remove it with --prune."
            )
            for name, count in sorted(self.counts.items(), key=str)
            if name not in wanted and is_ours(name)
        ]

    def remarks(self, outcomes: list[GraphOutcome], cargoes: list[Cargo]) -> tuple[str, ...]:
        """What should be known about the way in which graphs were compared."""
        found = []
        if any(outcome.differences.rewritten for outcome in outcomes):
            found.append(self.remote.kind.rewriting)
        if any(cargo.unnamed for cargo in cargoes):
            found.append("Blank nodes were compared by their RDFC-1.0 names.")
        return tuple(found)
