"""Proofs: from an inferred triple back to stated ones, by the rules that inferred it.

The rules run backwards, a round at a time for all triples together: which instances of which rules give these
triples, and which of their premises are inferred in turn? Among all proofs met, Knuth's generalisation of Dijkstra's
algorithm (Information Processing Letters 6, 1977) finds for each triple the one with the fewest steps. A premise that
no round has reached yet counts as one step, the least it can cost; so when no cheapest proof holds such a premise,
none is missed.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from . import names
from .clauses import Pattern, Rule, Rulebook, Slot, Variable
from .results import Solutions, Store, Term, is_true
from .syntax import batches

_BRANCHES: Final = 20
"""Rules that one query tries."""
_ROWS: Final = 500
"""Triples that one query tries a rule for."""

_Binding: TypeAlias = dict[Variable, Term]
_Cost: TypeAlias = tuple[int, int]
_Rank: TypeAlias = tuple[int, int, str, tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """One use of a rule, and the triples that its body matched."""

    rule: Rule
    premises: tuple[ox.Triple, ...]

    @property
    def rank(self) -> _Rank:
        """What decides between steps of equal cost: fewer premises, fewer of another relation, then the names."""
        others = sum(premise.predicate != self.rule.head.predicate for premise in self.premises)
        return len(self.premises), others, self.rule.name, tuple(map(str, self.premises))


def prove(triples: Iterable[ox.Triple], rulebook: Rulebook, store: Store) -> dict[ox.Triple, Step]:
    """Find the proof with the fewest steps for inferred triples, and for the inferred premises that it uses.

    A triple is inferred if it stands in the graph of inferred triples. Proofs are well-founded: no triple is used to
    prove itself. A triple without a proof is left out. Of equally short proofs it takes the flattest, then the one
    with the fewest premises, then the one whose premises are of the same relation, then the first by name.
    """
    targets = frozenset(triples)
    steps: dict[ox.Triple, list[Step]] = {}
    inferred = set(targets)
    reached = set(targets)
    while reached:
        steps |= {triple: [] for triple in reached}
        for triple, step, derived in _last_steps(reached, rulebook, store):
            steps[triple].append(step)
            inferred.update(derived)
        best = _cheapest(steps, inferred)
        reached = {triple for triple in _used(targets, best) if triple in inferred and triple not in steps}
    used = _used(targets, best) if targets else set()
    return {triple: step for triple, step in best.items() if triple in used} if targets else {}


def _used(targets: Iterable[ox.Triple], best: Mapping[ox.Triple, Step]) -> set[ox.Triple]:
    """The triples of the proofs of these targets."""
    found: set[ox.Triple] = set()
    todo = list(targets)
    while todo:
        triple = todo.pop()
        if triple not in found:
            found.add(triple)
            todo += best[triple].premises if triple in best else ()
    return found


# The cheapest proof


@dataclass
class _Pending:
    """A step that waits for the costs of its premises."""

    triple: ox.Triple
    step: Step
    missing: set[ox.Triple]


def _cheapest(steps: Mapping[ox.Triple, Sequence[Step]], inferred: Collection[ox.Triple]) -> dict[ox.Triple, Step]:
    """The cheapest last step for each triple; its cost is the size of the proof, then its height."""
    waiting: dict[ox.Triple, list[_Pending]] = {}
    for triple, choices in steps.items():
        for step in choices:
            pending = _Pending(triple, step, set(step.premises))
            for premise in pending.missing:
                waiting.setdefault(premise, []).append(pending)
    queue = _Queue()
    for triple in sorted(waiting, key=str):
        if triple not in steps:
            queue.settle(triple, (1, 1) if triple in inferred else (0, 0), waiting)
    for triple, choices in steps.items():
        for step in choices:
            if not step.premises:
                queue.offer(triple, step)
    return queue.run(waiting)


@dataclass
class _Queue:
    """Steps whose premises all have their cost, the cheapest first."""

    costs: dict[ox.Triple, _Cost] = field(default_factory=dict)
    heap: list[tuple[_Cost, _Rank, str, int]] = field(default_factory=list)
    offers: list[tuple[ox.Triple, Step]] = field(default_factory=list)

    def settle(self, triple: ox.Triple, cost: _Cost, waiting: Mapping[ox.Triple, Sequence[_Pending]]) -> None:
        self.costs[triple] = cost
        for pending in waiting.get(triple, ()):
            pending.missing.discard(triple)
            if not pending.missing:
                self.offer(pending.triple, pending.step)

    def offer(self, triple: ox.Triple, step: Step) -> None:
        costs = [self.costs[premise] for premise in step.premises]
        cost = 1 + sum(size for size, _ in costs), 1 + max((height for _, height in costs), default=0)
        heapq.heappush(self.heap, (cost, step.rank, str(triple), len(self.offers)))
        self.offers.append((triple, step))

    def run(self, waiting: Mapping[ox.Triple, Sequence[_Pending]]) -> dict[ox.Triple, Step]:
        best: dict[ox.Triple, Step] = {}
        while self.heap:
            cost, _, _, number = heapq.heappop(self.heap)
            triple, step = self.offers[number]
            if triple not in best:
                best[triple] = step
                self.settle(triple, cost, waiting)
        return best


# Which rules give these triples


def _last_steps(
    triples: Collection[ox.Triple], rulebook: Rulebook, store: Store
) -> list[tuple[ox.Triple, Step, list[ox.Triple]]]:
    """Every instance of a rule that gives one of these triples, with those of its premises that are inferred."""
    index = _indexed(triples)
    tries = [(rule, bindings) for rule in rulebook.rules if (bindings := _bindings(rule.head, index))]
    parts = [(rule, some[i : i + _ROWS]) for rule, some in tries for i in range(0, len(some), _ROWS)]
    found = []
    branches = [_branch(number, rule, bindings) for number, (rule, bindings) in enumerate(parts)]
    for batch in batches(branches, _BRANCHES):
        answer = store.query(f"SELECT DISTINCT * WHERE {{ {' UNION '.join(branches[batch])} }}")
        assert isinstance(answer, Solutions)
        for row in answer:
            values = row.asdict()
            number = values["rule"]
            assert isinstance(number, ox.Literal)
            found.append(_instance(parts[int(number.value)][0], values))
    return found


_Index: TypeAlias = Mapping[tuple[Term | None, Term | None], Sequence[ox.Triple]]


def _indexed(triples: Iterable[ox.Triple]) -> _Index:
    """Triples by predicate and object, each or both of them left open."""
    index: dict[tuple[Term | None, Term | None], list[ox.Triple]] = {}
    for triple in sorted(triples, key=str):
        for predicate in (triple.predicate, None):
            for object in (triple.object, None):
                index.setdefault((predicate, object), []).append(triple)
    return index


def _bindings(head: Pattern, index: _Index) -> list[_Binding]:
    predicate, object = (None if isinstance(slot, Variable) else slot for slot in (head.predicate, head.object))
    bindings = (_unified(head, triple) for triple in index.get((predicate, object), ()))
    return [binding for binding in bindings if binding is not None]


def _unified(head: Pattern, triple: ox.Triple) -> _Binding | None:
    """The values of a head's variables that make it this triple; None if none do, or a blank node would be one."""
    binding: _Binding = {}
    for slot, term in zip(head, triple, strict=True):
        if isinstance(slot, Variable):
            if binding.setdefault(slot, term) != term or isinstance(term, ox.BlankNode):
                return None
        elif slot != term:
            return None
    return binding


def _branch(number: int, rule: Rule, bindings: Sequence[_Binding]) -> str:
    variables = list(bindings[0])
    rows = " ".join(f"({' '.join(str(binding[variable]) for variable in variables)})" for binding in bindings)
    data = f"VALUES ({' '.join(f'?{v.name}' for v in variables)}) {{ {rows} }}" if variables else ""
    patterns = [" ".join(map(_written, pattern)) for pattern in rule.body]
    marks = (
        f"BIND(EXISTS {{ GRAPH <{names.INFERRED}> {{ {pattern} }} }} AS ?derived{i})"
        for i, pattern in enumerate(patterns)
    )
    return f"{{ {data} {' '.join(f'{pattern} .' for pattern in patterns)} {' '.join(marks)} BIND({number} AS ?rule) }}"


def _written(slot: Slot) -> str:
    return f"?{slot.name}" if isinstance(slot, Variable) else str(slot)


def _instance(rule: Rule, values: Mapping[str, Term | None]) -> tuple[ox.Triple, Step, list[ox.Triple]]:
    premises = [_filled(pattern, values) for pattern in rule.body]
    derived = [premise for i, premise in enumerate(premises) if is_true(values[f"derived{i}"])]
    return _filled(rule.head, values), Step(rule, tuple(dict.fromkeys(premises))), derived


def _filled(pattern: Pattern, values: Mapping[str, Term | None]) -> ox.Triple:
    return ox.Triple(*(values[slot.name] if isinstance(slot, Variable) else slot for slot in pattern))  # type: ignore[arg-type]
