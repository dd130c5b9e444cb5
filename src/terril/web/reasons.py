"""Reasons: why inferred facts hold, found for all of them at once.

`proofs` finds the shortest proof there is by queries; a site has too many facts for that. Here the rules run over coded
facts, from the stated ones on, and the flattest proof of each inferred one is remembered.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
import pyoxigraph as ox

from ..clauses import Pattern, Rule, Variable
from ..closure import Facts, Key, Relation, unique
from ..dictionary import code
from ..grounds import Grounds, ground, variables
from ..inference import decode
from ..results import Term
from .graph import INFERRED, TYPE, Graph

_REMEMBERED: Final = 1 << 16
_AT_ONCE: Final = 1 << 10
"""Steps that are remembered, for the other languages in which a page tells them."""
_NOWHERE: Final = ox.DefaultGraph()


class Step(NamedTuple):
    """One use of a rule, and the triples that its body matched, each with the named graphs that state it, if any do."""

    rule: Rule
    premises: tuple[tuple[ox.Triple, tuple[ox.NamedNode, ...]], ...]


class Reasons:
    """The last steps of proofs over a graph, worked out when one is first asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.step = lru_cache(_AT_ONCE)(self._step)
        """The last step of the flattest proof of an inferred triple; of equally flat ones that with the fewest
        premises, then the one whose premises are of the same relation, then the first by name. None if there is none.
        """
        self._term = lru_cache(_REMEMBERED)(lambda number: _decoded(self._facts.terms[number]))

    def _step(self, triple: ox.Triple) -> Step | None:
        predicate, fact = _place(triple, self._facts.codes)
        ground = self._grounds[predicate].of(fact) if predicate in self._grounds and fact is not None else None
        if ground is None:
            return None
        place, codes = ground
        rule = self._rules[place]
        binding = dict(zip(self._variables[place], map(self._term, codes), strict=False))
        premises = dict.fromkeys(_filled(pattern, binding) for pattern in rule.body)
        return Step(rule, tuple((premise, self._graph.stating(premise)) for premise in premises))

    # What is worked out once

    def prepare(self) -> None:
        """Work out now what would be worked out when a reason is first asked for."""
        self._grounds  # noqa: B018

    @cached_property
    def _rules(self) -> Sequence[Rule]:
        return sorted(self._graph.rulebook.rules, key=lambda rule: rule.name)

    @cached_property
    def _variables(self) -> Sequence[Sequence[Variable]]:
        return [variables(rule) for rule in self._rules]

    @cached_property
    def _facts(self) -> Facts:
        """What is stated, in numbers, as far as rules speak of it."""
        return code(self._stated(), self._graph.rulebook)

    @cached_property
    def _grounds(self) -> Mapping[Key, Grounds]:
        wanted: defaultdict[Key, list[int]] = defaultdict(list)
        for quad in self._graph.store.quads_for_pattern(None, None, None, INFERRED):
            predicate, fact = _place(quad.triple, self._facts.codes)
            if fact is not None:
                wanted[predicate].append(fact)
        return ground(self._facts, {name: self._unstated(name, facts) for name, facts in wanted.items()}, self._rules)

    def _unstated(self, predicate: Key, facts: Sequence[int]) -> Relation:
        known = self._facts.relation(predicate)
        found = unique(np.array(facts, known.facts.dtype))
        return Relation(found[~known.holds(found)], known.size)

    def _stated(self) -> Iterator[ox.Quad]:
        """What stands elsewhere than among what was inferred, and the default graph's copy of that."""
        clauses = self._graph.rulebook.rules
        spoken = {pattern.predicate for rule in clauses for pattern in (rule.head, *rule.body)}
        for predicate in sorted(spoken, key=str):
            for quad in self._graph.store.quads_for_pattern(None, predicate, None, None):  # type: ignore[arg-type]
                if quad.graph_name != INFERRED and not self._is_copy(quad):
                    yield quad

    def _is_copy(self, quad: ox.Quad) -> bool:
        if quad.graph_name != _NOWHERE:
            return False
        return ox.Quad(quad.subject, quad.predicate, quad.object, INFERRED) in self._graph.store


def _place(triple: ox.Triple, codes: Mapping[bytes, int]) -> tuple[Key, int | None]:
    """A triple as coded facts hold it: by its predicate, a number, if its ends have numbers."""
    subject, object = (codes.get(str(term).encode()) for term in (triple.subject, triple.object))
    if triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode):
        return ("class", triple.object.value), subject
    return ("property", triple.predicate.value), None if subject is None or object is None else subject << 32 | object


def _decoded(term: bytes) -> Term:
    if term.startswith(b"_:"):
        return ox.BlankNode(term[2:].decode())
    return ox.NamedNode(term[1:-1].decode()) if term.startswith(b"<") else decode(term)


def _filled(pattern: Pattern, binding: Mapping[Variable, Term]) -> ox.Triple:
    return ox.Triple(*(binding[slot] if isinstance(slot, Variable) else slot for slot in pattern))  # type: ignore[arg-type]
