"""Reasons: why inferred facts hold, found quickly for very many of them.

`proofs` finds the shortest proof there is by queries; a site has too many facts for that. Here the rules run backwards
over the store's indexes, and the flattest proof is taken: first those whose premises are all stated, then those whose
premises follow from stated ones by one step, and so on. So no fact is ever a reason for itself.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..clauses import Pattern, Rule, Slot, Variable
from ..proofs import Step
from ..results import Term
from .graph import INFERRED, TYPE, Graph

_DEEPEST: Final = 8
"""Steps from a fact down to stated ones; beyond, its reason is left to `terril explain`."""
_TRIED: Final = 100
"""Matches of a rule's body that are looked at."""
_REMEMBERED: Final = 1 << 16

_Binding: TypeAlias = Mapping[Variable, Term]
_Guard: TypeAlias = tuple[int, Term, Term | None]
"""What a body asks of an end of its head (0 the subject, 1 the object): a relation, or a class."""


class Reasons:
    """The last steps of proofs over a graph; what many facts share is found once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rules: dict[tuple[Term | None, Term | None], list[tuple[Rule, _Guard | None]]] = {}
        for rule in graph.rulebook.rules:
            predicate, object = _fixed(rule.head.predicate), _fixed(rule.head.object)
            self._rules.setdefault((predicate, object), []).append((rule, _guard(rule)))
        self._step_within = lru_cache(_REMEMBERED)(self._find)
        self._is_stated = lru_cache(_REMEMBERED)(self._look_up)
        self._relations = lru_cache(1 << 10)(self._relations_of)

    def step(self, triple: ox.Triple) -> Step | None:
        """The last step of the flattest proof of an inferred triple; of equally flat ones that with the fewest
        premises, then the first by name. None if there is no proof.
        """
        found = (self._step_within(triple, depth) for depth in range(1, _DEEPEST + 1))
        return next((step for step in found if step), None)

    def _find(self, triple: ox.Triple, depth: int) -> Step | None:
        steps = (
            Step(rule, premises)
            for rule in self._candidates(triple)
            for premises in islice(self._bodies(rule, triple), _TRIED)
            if triple not in premises and all(self._holds(premise, depth - 1) for premise in premises)
        )
        return min(steps, key=lambda step: step.rank, default=None)

    def _holds(self, triple: ox.Triple, depth: int) -> bool:
        return self._is_stated(triple) or (depth > 0 and self._step_within(triple, depth) is not None)

    def _look_up(self, triple: ox.Triple) -> bool:
        """Whether a triple stands elsewhere than among what was inferred."""
        graphs = self._graph.graphs(triple)
        return any(graph != INFERRED for graph in graphs) or (not graphs and self._graph.holds(triple))

    def _candidates(self, triple: ox.Triple) -> Iterator[Rule]:
        """The rules whose head may be this triple, without those whose body has certainly no match."""
        ends = triple.subject, triple.object
        for predicate in (triple.predicate, None):
            for object in (triple.object, None):
                for rule, guard in self._rules.get((predicate, object), ()):
                    if guard is None or self._may_match(ends[guard[0]], *guard[1:]):
                        yield rule

    def _bodies(self, rule: Rule, triple: ox.Triple) -> Iterator[tuple[ox.Triple, ...]]:
        """The triples that a rule's body matches where its head is this triple."""
        binding = _unified(rule.head, triple, {})
        if binding is not None:
            for found in self._matches(rule.body, binding):
                yield tuple(dict.fromkeys(_filled(pattern, found) for pattern in rule.body))

    def _matches(self, body: tuple[Pattern, ...], binding: _Binding) -> Iterator[_Binding]:
        if not body:
            yield binding
            return
        # The pattern with the fewest open places comes first: it has the fewest matches.
        first = min(body, key=lambda pattern: sum(_value(slot, binding) is None for slot in pattern))
        rest = tuple(pattern for pattern in body if pattern is not first)
        subject, predicate, object = (_value(slot, binding) for slot in first)
        if subject is not None and not self._may_match(subject, predicate, object):
            return
        found = self._graph.store.quads_for_pattern(subject, predicate, object, None)  # type: ignore[arg-type]
        for triple in {quad.triple: None for quad in islice(found, _TRIED)}:
            wider = _unified(first, triple, binding)
            if wider is not None:
                yield from self._matches(rest, wider)

    def _may_match(self, subject: Term, predicate: Term | None, object: Term | None) -> bool:
        """Whether a thing has facts of a relation at all, or is of a class: most rules fail here, and at once."""
        if not isinstance(subject, ox.NamedNode):
            return isinstance(subject, ox.BlankNode)
        if predicate == TYPE and isinstance(object, ox.NamedNode):
            return object.value in self._graph.types(subject)
        return predicate is None or predicate in self._relations(subject)

    def _relations_of(self, thing: ox.NamedNode) -> frozenset[Term]:
        return frozenset(quad.predicate for quad in self._graph.store.quads_for_pattern(thing, None, None, None))


def _guard(rule: Rule) -> _Guard | None:
    """A condition that is quick to check, for a rule with a pattern that starts at an end of its head."""
    for pattern in rule.body:
        predicate = _fixed(pattern.predicate)
        for end, slot in enumerate((rule.head.subject, rule.head.object)):
            if isinstance(slot, Variable) and pattern.subject == slot and predicate is not None:
                return end, predicate, _fixed(pattern.object)
    return None


def _fixed(slot: Slot) -> Term | None:
    return None if isinstance(slot, Variable) else slot


def _unified(pattern: Pattern, triple: ox.Triple, binding: _Binding) -> _Binding | None:
    """The binding with what makes the pattern this triple; None if nothing does."""
    found = dict(binding)
    for slot, term in zip(pattern, triple, strict=True):
        if isinstance(slot, Variable):
            if found.setdefault(slot, term) != term:
                return None
        elif slot != term:
            return None
    return found


def _value(slot: Slot, binding: _Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, Variable) else slot


def _filled(pattern: Pattern, binding: _Binding) -> ox.Triple:
    return ox.Triple(*(_value(slot, binding) for slot in pattern))  # type: ignore[arg-type]
