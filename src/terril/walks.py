"""Walks along property paths: which edges lead from one node to another.

A path of SPARQL 1.1 (section 9) becomes an automaton; a breadth-first search over pairs of node and state finds a
shortest walk. The edges come from the store, one query for each step that all the walks of a search take together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import pyoxigraph as ox

from .patterns import Choice, Path, Repeat, Sequence, Step
from .results import Term
from .syntax import batches

Walk: TypeAlias = tuple[ox.Triple, ...]
Ask: TypeAlias = Callable[[str, str], list[tuple[Term | None, ...]]]
"""Asks for the values of some variables where a pattern matches: `ask("?a ?b", "?a ?p ?b")` gives rows."""

_Place: TypeAlias = tuple[Term, int]
_Came: TypeAlias = dict[_Place, tuple[_Place, ox.Triple] | None]
_BATCH = 500


def walks(path: Path, pairs: Iterable[tuple[Term, Term]], ask: Ask) -> Mapping[tuple[Term, Term], Walk]:
    """Find a shortest walk for each pair of first and last node; a pair without one is left out.

    Of several shortest walks it takes the same each time: edges are tried in the order of their text.
    """
    goals: dict[Term, set[Term]] = {}
    for first, last in pairs:
        goals.setdefault(first, set()).add(last)
    machine = _Machine()
    start, end = machine.add(path)
    edges = _Edges(ask, machine.all_steps)
    try:
        came = _search(machine, start, goals, edges)
    except _BlankNodeMet:
        came = _search(machine, start, goals, _whole(edges))
    return {
        (first, last): _traced(came[first], (last, end))
        for first, lasts in goals.items()
        for last in lasts
        if (last, end) in came[first]
    }


@dataclass
class _Machine:
    """A nondeterministic automaton: jumps cost nothing, steps take an edge."""

    jumps: dict[int, list[int]] = field(default_factory=dict)
    steps: dict[int, list[tuple[Step, int]]] = field(default_factory=dict)

    def add(self, path: Path) -> tuple[int, int]:
        """Add states for a path (Thompson's construction); return its first and its last."""
        start, end = len(self.jumps), len(self.jumps) + 1
        self.jumps |= {start: [], end: []}
        match path:
            case Step():
                self.steps[start] = [(path, end)]
            case Sequence(parts):
                at = start
                for part in parts:
                    at = self._through(at, part)
                self.jumps[at].append(end)
            case Choice(parts):
                for part in parts:
                    self.jumps[self._through(start, part)].append(end)
            case Repeat(part, least, many):
                first, last = self.add(part)
                self.jumps[start] += [first] if least else [first, end]
                self.jumps[last] += [end, first] if many else [end]
        return start, end

    def _through(self, at: int, part: Path) -> int:
        first, last = self.add(part)
        self.jumps[at].append(first)
        return last

    @property
    def all_steps(self) -> list[Step]:
        return sorted({step for steps in self.steps.values() for step, _ in steps}, key=repr)

    def reached(self, state: int) -> list[int]:
        """Return the states that jumps lead to, this one first."""
        found = [state]
        for at in found:
            found += [to for to in self.jumps[at] if to not in found]
        return found


def _search(machine: _Machine, start: int, goals: Mapping[Term, set[Term]], edges: "_Edges") -> dict[Term, _Came]:
    """Breadth first from every first node at once, until its goals are reached or nothing new is."""
    came: dict[Term, _Came] = {first: {} for first in goals}
    frontier = {first: _arrive(machine, came[first], (first, start), None) for first in goals}
    while any(frontier.values()):
        edges.fetch({node for places in frontier.values() for node, state in places if state in machine.steps})
        for first, places in frontier.items():
            fresh: list[_Place] = []
            for place in places:
                for step, state in machine.steps.get(place[1], ()):
                    for triple, node in edges.found[place[0], step]:
                        fresh += _arrive(machine, came[first], (node, state), (place, triple))
            frontier[first] = [] if _is_done(machine, came[first], goals[first]) else fresh
    return came


def _arrive(machine: _Machine, came: _Came, place: _Place, how: tuple[_Place, ox.Triple] | None) -> list[_Place]:
    node, state = place
    fresh = [(node, at) for at in machine.reached(state) if (node, at) not in came]
    came.update(dict.fromkeys(fresh, how))
    return fresh


def _is_done(machine: _Machine, came: _Came, goals: set[Term]) -> bool:
    return all((goal, 1) in came for goal in goals)


def _traced(came: _Came, place: _Place) -> Walk:
    triples = []
    while (how := came[place]) is not None:
        place, triple = how
        triples.append(triple)
    return tuple(reversed(triples))


class _BlankNodeMet(Exception):
    """A search cannot go on from a blank node, which has no name that a second query could give."""


@dataclass
class _Edges:
    """The edges met so far, by node and step, asked for a whole frontier at once."""

    ask: Ask
    steps: list[Step]
    found: dict[tuple[Term, Step], list[tuple[ox.Triple, Term]]] = field(default_factory=dict)

    def fetch(self, nodes: set[Term]) -> None:
        """Ask for the edges of these nodes. Raises `_BlankNodeMet`."""
        if any(isinstance(node, ox.BlankNode) for node in nodes):
            raise _BlankNodeMet
        missing = sorted(str(node) for node in nodes if (node, self.steps[0]) not in self.found)
        self.found |= {(node, step): [] for node in nodes for step in self.steps if (node, step) not in self.found}
        for batch in batches(missing, _BATCH):
            self._read(f"VALUES ?n {{ {' '.join(missing[batch])} }}")

    def _read(self, nodes: str) -> None:
        branches = [f"{{ {nodes} {text} }}" for i, step in enumerate(self.steps) for text in _patterns(i, step)]
        rows = self.ask("?step ?n ?p ?m ?back", " UNION ".join(branches))
        for step, node, predicate, other, back in sorted(rows, key=str):
            assert isinstance(step, ox.Literal)
            ends = (node, other) if back is None else (other, node)
            triple = ox.Triple(ends[0], predicate, ends[1])  # type: ignore[arg-type]
            if node is not None and other is not None:
                self.found.setdefault((node, self.steps[int(step.value)]), []).append((triple, other))


class _AllEdges(_Edges):
    """Every edge that a path may take, from one query, in which blank nodes keep their names."""

    def fetch(self, nodes: set[Term]) -> None:
        if not self.found:
            self._read("")
        self.found |= {(node, step): [] for node in nodes for step in self.steps if (node, step) not in self.found}


def _whole(edges: _Edges) -> _AllEdges:
    return _AllEdges(edges.ask, edges.steps)


def _patterns(number: int, step: Step) -> list[str]:
    """The patterns that match an edge of a step from `?n` to `?m`, one for each direction."""
    directions = [(step.forward, "?n ?p ?m", ""), (step.backward, "?m ?p ?n", " BIND(true AS ?back)")]
    if step.negated:
        directions = [d for d in directions if d[0]] or directions[:1]
    return [
        f"{pattern} {_which(predicates, step.negated)} BIND({number} AS ?step){mark}"
        for predicates, pattern, mark in directions
        if predicates or step.negated
    ]


def _which(predicates: Iterable[ox.NamedNode], negated: bool) -> str:
    if negated:
        return f"FILTER(?p NOT IN ({', '.join(map(str, predicates))}))"
    return f"VALUES ?p {{ {' '.join(map(str, predicates))} }}"
