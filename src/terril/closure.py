"""The closure of coded facts under rules: semi-naive evaluation over sorted arrays.

Terms are numbered from 0. A class is a sorted array of members (uint32), a property a sorted array of pairs (uint64),
the subject in the upper half and the object in the lower. Predicates are closed in the order in which rules need them,
and only predicates that depend on each other are iterated.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from .clauses import Pattern, Rule, Slot, Variable
from .expressions import TYPE

Codes = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.uint64]
Array = npt.NDArray[np.unsignedinteger[Any]]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Key = tuple[str, str]
"""A predicate: `class` or `property`, and its IRI."""

_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)


class Relation:
    """The facts of one predicate. Invariant: sorted, each once, never changed."""

    def __init__(self, facts: Array, size: int) -> None:
        self.facts = facts
        self.size = size

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def subjects(self) -> Codes:
        return (
            (self.facts >> _HALF).astype(np.uint32) if self.facts.dtype == np.uint64 else self.facts.astype(np.uint32)
        )

    @cached_property
    def objects(self) -> Codes:
        return (self.facts & _LOW).astype(np.uint32)

    @cached_property
    def inverse(self) -> "Relation":
        return Relation(np.sort(pack(self.objects, self.subjects)), self.size)

    @cached_property
    def starts(self) -> Places:
        """Where the pairs of each subject start: `size + 1` positions."""
        counts = np.bincount(self.subjects, minlength=self.size)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])

    @cached_property
    def mask(self) -> Mask:
        """For each of the `size` terms, whether it is a member."""
        mask = np.zeros(self.size, np.bool_)
        mask[self.facts] = True
        return mask

    def spans(self, keys: Codes) -> tuple[Places, Places]:
        """For each key, where its pairs start and how many there are."""
        if len(keys) * 8 > self.size:
            first = self.starts[keys]
            return first, self.starts[keys.astype(np.int64) + 1] - first
        low = keys.astype(np.uint64) << _HALF
        first = np.searchsorted(self.facts, low)
        return first, np.searchsorted(self.facts, low | _LOW, side="right") - first

    def holds(self, wanted: Array) -> Mask:
        """Which of the wanted facts are here."""
        if not len(self):
            return np.zeros(len(wanted), np.bool_)
        if self.facts.dtype == np.uint32 and len(wanted) * 8 > self.size:
            return self.mask[wanted]
        at = np.minimum(np.searchsorted(self.facts, wanted), len(self.facts) - 1)
        return np.asarray(self.facts[at] == wanted)


@dataclass(frozen=True)
class Rows:
    """Solutions of a body so far: one column for each variable still needed, all of length `count`."""

    columns: Mapping[Variable, Codes]
    count: int

    def pick(self, at: Places | Mask, count: int) -> "Rows":
        return Rows({variable: column[at] for variable, column in self.columns.items()}, count)


@dataclass(frozen=True)
class Facts:
    """Facts by predicate over `terms`, written as in N-Triples; a term's code is its place."""

    terms: Sequence[bytes]
    relations: Mapping[Key, Relation]
    literals: Mask
    """For each term whether it is a literal."""

    @cached_property
    def codes(self) -> dict[bytes, int]:
        return {term: code for code, term in enumerate(self.terms)}

    def relation(self, predicate: Key) -> Relation:
        """What is known of a predicate, be it nothing."""
        nothing: Array = np.zeros(0, np.uint32) if predicate[0] == "class" else np.zeros(0, np.uint64)
        return self.relations.get(predicate) or Relation(nothing, len(self.terms))


def pack(subjects: Codes, objects: Codes) -> Pairs:
    """Pairs from two columns of the same length.

    >>> pack(np.array([1], np.uint32), np.array([2], np.uint32)).tolist()
    [4294967298]
    """
    return (subjects.astype(np.uint64) << _HALF) | objects


def unique(facts: Array) -> Array:
    """The different facts, sorted.

    >>> unique(np.array([2, 1, 2], np.uint64)).tolist()
    [1, 2]
    """
    ordered = np.sort(facts, kind="stable")
    kept: Array = ordered[np.concatenate([np.ones(min(1, len(facts)), np.bool_), ordered[1:] != ordered[:-1]])]
    return kept


def key(pattern: Pattern) -> Key:
    """The predicate of a pattern; of a class, the class."""
    if pattern.predicate == TYPE and isinstance(pattern.object, ox.NamedNode):
        return "class", pattern.object.value
    if isinstance(pattern.predicate, ox.NamedNode):
        return "property", pattern.predicate.value
    raise TypeError(f"A rule's pattern must name its class or property; {pattern} does not.")


def strata(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules grouped so that a group needs only the conclusions of groups before it and its own.

    Predicates that depend on each other are found as the strongly connected components of the dependency graph.
    """
    needs = {key(pattern): {key(pattern)} for rule in rules for pattern in (rule.head, *rule.body)}
    grown = True
    while grown:
        before = sum(map(len, needs.values()))
        for rule in rules:
            needs[key(rule.head)].update(*(needs[key(pattern)] for pattern in rule.body))
        grown = sum(map(len, needs.values())) > before
    groups: dict[tuple[int, Key], list[Rule]] = defaultdict(list)
    for rule in rules:
        head = key(rule.head)
        first = min(other for other in needs[head] if head in needs[other])
        groups[len(needs[head]), first].append(rule)
    return [groups[group] for group in sorted(groups)]


def close(facts: Facts, rules: Sequence[Rule]) -> tuple[Facts, dict[Key, Array]]:
    """All that follows: the closed facts, and by predicate what is new in them, sorted.

    A literal never becomes a subject. Every constant in the rules must be among the terms.
    """
    growth = _Growth(facts)
    for stratum in strata(rules):
        heads = {key(rule.head) for rule in stratum}
        inner = [rule for rule in stratum if heads.intersection(map(key, rule.body))]
        growth.add((rule, growth.solve(rule)) for rule in stratum if rule not in inner)
        if all(_is_settled(rule, heads, rules) for rule in inner) and len(inner) == 1:
            growth.add((rule, growth.solve(rule)) for rule in inner)
        else:
            growth.iterate(inner, heads)
    return replace(facts, relations=growth.relations), growth.fresh()


def _is_settled(rule: Rule, heads: set[Key], rules: Sequence[Rule]) -> bool:
    """Whether one pass closes the rule: `r ∘ t → r` with t transitive, or symmetry.

    t is closed by then, so that a second step along t leads nowhere that one step does not.
    """
    head = rule.head
    if len(rule.body) == 1:
        return rule.body[0] == Pattern(head.object, head.predicate, head.subject)
    if len(rule.body) != 2 or key(rule.body[0]) != key(head) or key(rule.body[1]) in heads:
        return False
    first, second = rule.body
    if not (first.subject == head.subject and first.object == second.subject and second.object == head.object):
        return False
    return any(key(other.head) == key(second) and _is_transitive(other) for other in rules)


def _is_transitive(rule: Rule) -> bool:
    head, body = rule.head, rule.body
    if len(body) != 2:
        return False
    middle = body[0].object
    steps = (Pattern(head.subject, head.predicate, middle), Pattern(middle, head.predicate, head.object))
    return isinstance(middle, Variable) and body == steps


class _Growth:
    """Relations as they grow. Invariant: `added` holds, by predicate, what the relations hold beyond the facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.size = len(facts.terms)
        self.relations = dict(facts.relations)
        self.added: dict[Key, list[Array]] = defaultdict(list)

    def relation(self, predicate: Key) -> Relation:
        return self.relations.get(predicate) or self.facts.relation(predicate)

    def solve(self, rule: Rule) -> Rows:
        return solve(rule.body, [self.relation(key(p)) for p in rule.body], tuple(rule.head), self.facts)

    def add(self, solutions: Iterable[tuple[Rule, Rows]]) -> dict[Key, Relation]:
        """Add the heads of solutions, and return by predicate what was not known before."""
        heads: dict[Key, list[Array]] = defaultdict(list)
        for rule, rows in solutions:
            heads[key(rule.head)].append(self._head(rule.head, rows))
        delta = {}
        for predicate, parts in heads.items():
            known = self.relation(predicate)
            new = _minus(parts, known)
            if len(new):
                self.added[predicate].append(new)
                self.relations[predicate] = Relation(merged([known.facts, new]), self.size)
                delta[predicate] = Relation(new, self.size)
        return delta

    def _head(self, head: Pattern, rows: Rows) -> Array:
        """The facts that a head gives, without those whose subject would be a literal."""
        subjects = _column(head.subject, rows, self.facts)
        assert subjects is not None
        return filled(head, rows, self.facts)[~self.facts.literals[subjects]]

    def iterate(self, rules: Sequence[Rule], heads: set[Key]) -> None:
        """Apply rules that feed each other until nothing new comes: every join has at least one new fact in it."""
        before = {predicate: self.relation(predicate) for predicate in heads}
        nothing = {predicate: Relation(relation.facts[:0], self.size) for predicate, relation in before.items()}
        old, delta = nothing, before
        while any(map(len, delta.values())):
            now = {predicate: self.relation(predicate) for predicate in heads}
            found = [(rule, rows) for rule in rules for rows in self._joins(rule, now, old, delta)]
            old, delta = now, self.add(found)

    def _joins(
        self, rule: Rule, now: Mapping[Key, Relation], old: Mapping[Key, Relation], delta: Mapping[Key, Relation]
    ) -> Iterator[Rows]:
        def relation(among: Mapping[Key, Relation]) -> Callable[[Key], Relation]:
            return lambda predicate: among.get(predicate) or self.relation(predicate)

        return joins(rule, tuple(rule.head), self.facts, delta, old=relation(old), now=relation(now))

    def fresh(self) -> dict[Key, Array]:
        """What has been added, by predicate, sorted."""
        return {predicate: merged(parts) for predicate, parts in sorted(self.added.items())}


def joins(
    rule: Rule,
    wanted: Sequence[Slot],
    facts: Facts,
    delta: Mapping[Key, Relation],
    *,
    old: Callable[[Key], Relation],
    now: Callable[[Key], Relation],
) -> Iterator[Rows]:
    """The solutions of a body with something new in one place, only known facts before it, anything after it."""
    keys = [key(pattern) for pattern in rule.body]
    for new in (place for place, predicate in enumerate(keys) if len(delta.get(predicate, ()))):
        parts = [delta[k] if place == new else (old if place < new else now)(k) for place, k in enumerate(keys)]
        yield solve(rule.body, parts, wanted, facts)


def filled(pattern: Pattern, rows: Rows, facts: Facts) -> Array:
    """The facts that a pattern becomes, one for each solution of its variables."""
    subjects = _column(pattern.subject, rows, facts)
    assert subjects is not None
    if pattern.predicate == TYPE:
        return subjects
    objects = _column(pattern.object, rows, facts)
    assert objects is not None
    return pack(subjects, objects)


def merged(parts: Sequence[Array]) -> Array:
    """Sorted arrays that share nothing, as one."""
    parts = [part for part in parts if len(part)]
    # The stable sort merges what is in order already, in linear time.
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")


def _minus(parts: Sequence[Array], known: Relation) -> Array:
    """What stands in any part and is not known, sorted, each once."""
    if known.facts.dtype == np.uint32 and sum(map(len, parts)) * 8 > known.size:
        mask = np.zeros(known.size, np.bool_)
        for part in parts:
            mask[part] = True
        mask[known.facts] = False
        return np.flatnonzero(mask).astype(np.uint32)
    found = unique(np.concatenate(parts))
    new: Array = found[~known.holds(found)]
    return new


def solve(body: Sequence[Pattern], relations: Sequence[Relation], wanted: Sequence[Slot], facts: Facts) -> Rows:
    """Join the patterns of a body, each over its own relation, and keep the wanted variables' columns.

    The next pattern is always the one with most places bound, of those the one with fewest facts.
    """
    rows = Rows({}, 1)
    left = list(range(len(body)))
    while left:
        place = min(left, key=lambda at: (_open(body[at], rows), len(relations[at])))
        left.remove(place)
        rows = _join(rows, body[place], relations[place], facts)
        needed = {*wanted, *chain.from_iterable(body[at] for at in left)}
        rows = Rows({v: column for v, column in rows.columns.items() if v in needed}, rows.count)
    return rows


def _open(pattern: Pattern, rows: Rows) -> int:
    return sum(isinstance(slot, Variable) and slot not in rows.columns for slot in pattern)


def _column(slot: Slot, rows: Rows, facts: Facts) -> Codes | None:
    """A bound place of a pattern as a column; nothing for a variable that is still free."""
    if isinstance(slot, Variable):
        return rows.columns.get(slot)
    return np.full(rows.count, facts.codes[str(slot).encode()], np.uint32)


def _join(rows: Rows, pattern: Pattern, relation: Relation, facts: Facts) -> Rows:
    subjects = _column(pattern.subject, rows, facts)
    if pattern.predicate == TYPE:
        return _filter(rows, relation.holds(subjects)) if subjects is not None else _cross(rows, pattern, relation)
    objects = _column(pattern.object, rows, facts)
    if subjects is not None and objects is not None:
        return _filter(rows, relation.holds(pack(subjects, objects)))
    if subjects is not None:
        return _extend(rows, subjects, pattern.object, relation)
    if objects is not None:
        return _extend(rows, objects, pattern.subject, relation.inverse)
    return _cross(rows, pattern, relation)


def _filter(rows: Rows, kept: Mask) -> Rows:
    return rows.pick(kept, int(np.count_nonzero(kept)))


def _extend(rows: Rows, keys: Codes, far: Slot, relation: Relation) -> Rows:
    """Follow a property from a bound column to a new one."""
    first, counts = relation.spans(keys)
    total = int(counts.sum())
    from_row = np.repeat(np.arange(len(keys)), counts)
    offsets = np.cumsum(counts) - counts
    at = np.arange(total) + (first - offsets)[from_row]
    picked = rows.pick(from_row, total)
    new = {far: relation.objects[at]} if isinstance(far, Variable) else {}
    return Rows({**picked.columns, **new}, total)


def _cross(rows: Rows, pattern: Pattern, relation: Relation) -> Rows:
    """Combine every row with every fact of a relation that shares no variable with it."""
    loop = pattern.subject == pattern.object
    subjects = relation.subjects[relation.subjects == relation.objects] if loop else relation.subjects
    columns = {pattern.subject: subjects}
    if pattern.predicate != TYPE and not loop:
        columns[pattern.object] = relation.objects
    picked = rows.pick(np.repeat(np.arange(rows.count), len(subjects)), rows.count * len(subjects))
    new = {slot: np.tile(column, rows.count) for slot, column in columns.items() if isinstance(slot, Variable)}
    return Rows({**picked.columns, **new}, rows.count * len(subjects))
