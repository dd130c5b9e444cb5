"""Grounds: for facts that rules gave, how each is given first.

Rules run forwards from what is stated, a round at a time. A fact that comes in the first round rests on stated facts
alone, one that comes in the second on those and on some of the first, and so on: the round that first gives a fact
tells its flattest proof, and no fact is ever a ground for itself. Grounds are columns of numbers, so that those of a
million facts fit into memory.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from .clauses import Rule, Variable
from .closure import Array, Codes, Facts, Key, Relation, Rows, filled, joins, key, merged, solve

_MORE: Final = 1 << 8
"""More than the patterns of any body."""


@dataclass(frozen=True)
class Grounds:
    """How facts of one predicate are given first: sorted facts, the place of the rule that gives each, and the codes
    that the variables of its body take, in a row for each, as `variables` lists them.
    """

    facts: Array
    rules: Codes
    codes: npt.NDArray[np.uint32]

    def of(self, fact: int) -> tuple[int, list[int]] | None:
        """The place of the rule that gives a fact, and what its variables take; None for a fact that none gives."""
        at = int(np.searchsorted(self.facts, self.facts.dtype.type(fact)))
        if at == len(self.facts) or self.facts[at] != fact:
            return None
        return int(self.rules[at]), self.codes[at].tolist()


def variables(rule: Rule) -> list[Variable]:
    """The variables of a rule's body, in the order in which they first stand there."""
    return list(dict.fromkeys(slot for pattern in rule.body for slot in pattern if isinstance(slot, Variable)))


def ground(facts: Facts, wanted: Mapping[Key, Relation], rules: Sequence[Rule]) -> dict[Key, Grounds]:
    """How rules give wanted facts from stated ones; a fact that they do not give is left out.

    Of several ways in the same round it takes that with the fewest premises, then that with the fewest premises of
    another relation, then the first rule, then the first premises by name.
    """
    rounds = _Rounds(facts, wanted, rules)
    while rounds.delta:
        rounds.add(rounds.best())
    return {predicate: _together(parts) for predicate, parts in rounds.found.items()}


@dataclass(frozen=True)
class _Offers(Grounds):
    """Ways in which facts may be given, in no order, and what each weighs."""

    weights: Codes

    def best(self, ranks: Codes) -> Grounds:
        """The best way for each fact."""
        order = np.lexsort((*ranks[self.codes].T[::-1], self.rules, self.weights, self.facts))
        facts = self.facts[order]
        first = order[np.append(True, facts[1:] != facts[:-1])[: len(facts)]]
        return Grounds(self.facts[first], self.rules[first], self.codes[first])


_Some = TypeVar("_Some", bound=Grounds)


class _Rounds:
    """Proofs as they grow. Invariant: `now` holds what is stated or given so far, `old` what was so before the last
    round, `delta` what that gave; `found` says how, and `left` is what is wanted still.
    """

    def __init__(self, facts: Facts, wanted: Mapping[Key, Relation], rules: Sequence[Rule]) -> None:
        self.facts, self.rules = facts, rules
        self.old = replace(facts, relations={})
        self.now = facts
        self.delta: Mapping[Key, Relation] = facts.relations
        self.left = dict(wanted)
        self.found: defaultdict[Key, list[Grounds]] = defaultdict(list)
        self._width = max((len(variables(rule)) for rule in rules), default=0)
        self._ranks = _ranks(facts.terms)

    def best(self) -> dict[Key, Grounds]:
        """What follows in one step from what was given last and what was known before, each in the best way."""
        offers: defaultdict[Key, list[_Offers]] = defaultdict(list)
        for place, rule in enumerate(self.rules):
            head = key(rule.head)
            for rows in self._solutions(rule) if len(self.left.get(head, ())) else ():
                offers[head].append(self._offers(place, rule, rows))
        found = {head: _together(parts).best(self._ranks) for head, parts in offers.items()}
        return {head: grounds for head, grounds in found.items() if len(grounds.facts)}

    def add(self, best: Mapping[Key, Grounds]) -> None:
        """Take what follows for given."""
        self.delta = {head: self._relation(grounds.facts) for head, grounds in best.items()}
        for head, grounds in best.items():
            self.found[head].append(grounds)
            wanted = self.left[head].facts
            self.left[head] = self._relation(wanted[~self.delta[head].holds(wanted)])
        grown = {head: merged([self.now.relation(head).facts, new.facts]) for head, new in self.delta.items()}
        relations = {head: self._relation(facts) for head, facts in grown.items()}
        self.old, self.now = self.now, replace(self.now, relations={**self.now.relations, **relations})

    def _relation(self, facts: Array) -> Relation:
        return Relation(facts, len(self.facts.terms))

    def _solutions(self, rule: Rule) -> Iterator[Rows]:
        """The solutions of a body with something given last in it; of an empty one the only one, in the first round."""
        if rule.body:
            yield from joins(
                rule, variables(rule), self.facts, self.delta, old=self.old.relation, now=self.now.relation
            )
        elif self.now is self.facts:
            yield solve((), (), (), self.facts)

    def _offers(self, place: int, rule: Rule, rows: Rows) -> _Offers:
        """The solutions of a body as ways in which wanted facts may be given."""
        given = filled(rule.head, rows, self.facts)
        wanted = self.left[key(rule.head)].holds(given)
        rows, given = rows.pick(wanted, int(np.count_nonzero(wanted))), given[wanted]
        codes = np.zeros((rows.count, self._width), np.uint32)
        for column, variable in enumerate(variables(rule)):
            codes[:, column] = rows.columns[variable]
        weights = _weights(rule, rows, self.facts)
        return _Offers(given, np.full(rows.count, place, np.uint32), codes, weights)


def _weights(rule: Rule, rows: Rows, facts: Facts) -> Codes:
    """What decides between steps: how many premises each has, then how many of another relation; each counts once."""
    premises = [(pattern, filled(pattern, rows, facts)) for pattern in rule.body]
    weights = np.zeros(rows.count, np.uint32)
    for place, (pattern, premise) in enumerate(premises):
        new = np.ones(rows.count, np.bool_)
        for other, former in premises[:place]:
            new &= (former != premise) if key(other) == key(pattern) else True
        weights += new * np.uint32(_MORE + (pattern.predicate != rule.head.predicate))
    return weights


def _together(parts: Sequence[_Some]) -> _Some:
    """Parts as one, in the order of the facts."""
    columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(parts[0])]
    order = np.argsort(columns[0], kind="stable")
    return type(parts[0])(*(column[order] for column in columns))


def _ranks(terms: Sequence[bytes]) -> Codes:
    """The place of each term among all in the order of their names."""
    ranks = np.empty(len(terms), np.uint32)
    ranks[sorted(range(len(terms)), key=terms.__getitem__)] = np.arange(len(terms), dtype=np.uint32)
    return ranks
