"""What came of a load or a check of it, graph by graph, and how it is told."""

import json
from dataclasses import dataclass, field
from typing import Final, Literal

from .differences import NONE, Differences
from .graphs import Name

State = Literal["sent", "there", "changed", "failed", "not sent", "removed", "extra", "union", "to send", "to remove"]

_WHOLE: Final = ("sent", "there", "removed", "union", "to send", "to remove")
_MOST: Final = 20
"""Graphs that are told of one by one."""


@dataclass(frozen=True)
class GraphOutcome:
    """What came of one graph; `graph` is its IRI, None for the default graph.

    sent: it was sent, and is there; there: it was there before; changed: what is there is not what was sent; failed:
    it was sent in vain, and `remark` says why; not sent: the store refused another one for a reason that holds for all;
    removed: it was no longer part; extra: it is there, and no part; union: the store's default graph is the union of
    the others, which hold all its triples; to send, to remove: what would be done. `sending` and `proving` are the
    seconds that it took to send it, and to read it back.
    """

    graph: Name
    triples: int
    state: State
    attempts: int = 0
    remark: str = ""
    differences: Differences = NONE
    sending: float = field(default=0.0, compare=False)
    proving: float = field(default=0.0, compare=False)

    @property
    def is_whole(self) -> bool:
        """Whether the store holds what it should."""
        return self.state in _WHOLE


@dataclass(frozen=True)
class _Told:
    url: str
    store: str
    graphs: tuple[GraphOutcome, ...]
    remarks: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the store holds all graphs, and each as it was sent."""
        return all(outcome.is_whole for outcome in self.graphs)

    def number(self, *states: State) -> int:
        """How many graphs came to these states."""
        return sum(outcome.state in states for outcome in self.graphs)

    @property
    def triples(self) -> int:
        """How many triples there are to be, over all graphs."""
        return sum(outcome.triples for outcome in self.graphs if outcome.state not in ("removed", "to remove", "extra"))

    @property
    def _size(self) -> str:
        graphs = sum(outcome.state not in ("removed", "to remove", "extra") for outcome in self.graphs)
        return f"{graphs:,} graph{'s' * (graphs != 1)} with {self.triples:,} triple{'s' * (self.triples != 1)}"


@dataclass(frozen=True)
class Pushed(_Told):
    """What came of a push: the store's address and kind, each graph's outcome, and remarks on the whole."""

    def __str__(self) -> str:
        return "\n".join((self._head(), *_details(self.graphs), *self.remarks)) + "\n"

    def _head(self) -> str:
        parts = [f"{self.number(state):,} {words}" for state, words in _PUSHED.items() if self.number(state)]
        begin = f"{self.url} ({self.store}): {self._size}: {', '.join(parts) or 'nothing to do'}."
        if self.number("to send", "to remove"):
            return f"{begin} Nothing was written."
        return f"{begin} {'Every graph is there as it was sent.' if self.is_whole else 'Not everything is there.'}"


@dataclass(frozen=True)
class Verified(_Told):
    """What a check found: the store's address and kind, each graph's outcome, and remarks on the whole."""

    def __str__(self) -> str:
        return "\n".join((self._head(), *_details(self.graphs), *self.remarks)) + "\n"

    def _head(self) -> str:
        begin = f"{self.url} ({self.store}): {self._size}"
        if self.is_whole:
            return f"{begin}: all there, and nothing else."
        unlike = sum(not outcome.is_whole for outcome in self.graphs)
        return f"{begin}: {unlike:,} {'is' if unlike == 1 else 'are'} not as sent."


_PUSHED: Final[dict[State, str]] = {
    "sent": "sent and found whole", "there": "there already", "union": "the union of the others", "removed": "removed",
    "to send": "to send", "to remove": "to remove", "failed": "failed", "not sent": "not sent",
}  # fmt: skip


def _details(graphs: tuple[GraphOutcome, ...]) -> list[str]:
    told = [outcome for outcome in graphs if not outcome.is_whole and outcome.state != "not sent"]
    noted = [outcome for outcome in graphs if outcome.is_whole and (outcome.remark or outcome.differences.rewritten)]
    lines = [line for outcome in (told + noted)[:_MOST] for line in _lines(outcome)]
    more = len(told) + len(noted) - _MOST
    return [*lines, f"… and {more:,} more graphs."] if more > 0 else lines


def _lines(outcome: GraphOutcome) -> list[str]:
    name = "default graph" if outcome.graph is None else outcome.graph
    found = outcome.differences
    counts = [f"{getattr(found, word):,} {word}" for word in ("missing", "extra", "altered") if getattr(found, word)]
    if found.rewritten:
        counts.append(f"{found.rewritten:,} with the same value in another spelling")
    listed = [f"    {line}" for item in (*found.listed, *found.rewritings[:1]) for line in str(item).split("\n")]
    left = found.missing + found.extra + found.altered - len(found.listed)
    if found and left > 0:
        listed.append(f"    … and {left:,} more")
    return [f"{name}: {outcome.remark or ', '.join(counts)}", *listed]


def write(told: Pushed | Verified, format: str = "text") -> str:
    """Tell the outcome as text for people or as JSON."""
    if format == "text":
        return str(told)
    graphs = [_plain(outcome) for outcome in told.graphs]
    whole = {"url": told.url, "store": told.store, "whole": told.is_whole, "remarks": told.remarks, "graphs": graphs}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _plain(outcome: GraphOutcome) -> dict[str, object]:
    found = outcome.differences
    counts = {name: getattr(found, name) for name in ("missing", "extra", "altered", "rewritten")}
    listed = [{"sent": item.sent, "found": item.found} for item in (*found.listed, *found.rewritings)]
    return {
        "graph": outcome.graph, "triples": outcome.triples, "state": outcome.state, "attempts": outcome.attempts,
        "remark": outcome.remark, **counts, "differences": listed,
        "sending": round(outcome.sending, 3), "proving": round(outcome.proving, 3),
    }  # fmt: skip
