"""Grounds: every fact that rules give is grounded in the flattest way, as trying all ways finds it."""

from itertools import product

import numpy as np
from hypothesis import given, settings

from terril.closure import Relation, close, key
from terril.grounds import ground, variables
from terril.rules import Rule
from test_closure import EDGES, A, B, C, facts, pairs, rule

NAMES = ("p", "q")
RULES = [
    rule("p(A,C)", "p(A,B)", "p(B,C)"),
    rule("p(B,A)", "q(A,B)"),
    rule("q(A,C)", "p(A,B)", "q(B,C)"),
    rule("q(A,A)", "p(A,A)"),
]
Fact = tuple[str, int, int]


def ways(rules: list[Rule], known: dict[Fact, int], size: int) -> dict[Fact, list[tuple[int, int, tuple[Fact, ...]]]]:
    """Every way in which a rule gives a fact from known ones: its height, the place of the rule, the premises."""
    found: dict[Fact, list[tuple[int, int, tuple[Fact, ...]]]] = {}
    for place, each in enumerate(rules):
        for values in product(range(size), repeat=len(variables(each))):
            taken = dict(zip(variables(each), values, strict=True))
            head, *body = ((key(p)[1][-1], taken[p.subject], taken[p.object]) for p in (each.head, *each.body))
            if all(premise in known for premise in body):
                height = 1 + max(known[premise] for premise in body)
                found.setdefault(head, []).append((height, place, tuple(dict.fromkeys(body))))
    return found


def heights(rules: list[Rule], stated: set[Fact], size: int) -> dict[Fact, int]:
    """How many steps the flattest proof of each fact has."""
    known = dict.fromkeys(stated, 0)
    while new := {fact: min(ways)[0] for fact, ways in ways(rules, known, size).items() if fact not in known}:
        known |= new
    return known


SMALL = EDGES.map(lambda edges: {(a % 6, b % 6) for a, b in edges} if len(edges) < 12 else {(0, 1), (1, 2), (2, 0)})


@settings(deadline=None, max_examples=60)
@given(SMALL, SMALL)
def test_every_fact_has_the_best_of_its_flattest_grounds(p: set[tuple[int, int]], q: set[tuple[int, int]]) -> None:
    stated = facts(6, p=p, q=q)
    closed, fresh = close(stated, RULES)
    found = ground(stated, {name: Relation(new, 6) for name, new in fresh.items()}, RULES)
    known = heights(RULES, {("p", *pair) for pair in p} | {("q", *pair) for pair in q}, 6)
    assert {(name, *pair) for name in NAMES for pair in pairs(closed, name)} == set(known)
    best = {
        fact: min(
            (len(premises), sum(name != fact[0] for name, _, _ in premises), place, premises)
            for height, place, premises in some
            if height == known[fact]
        )
        for fact, some in ways(RULES, known, 6).items()
        if known[fact]
    }
    assert {fact: given_by(found, fact)[1:] for fact in best} == {fact: way[2:] for fact, way in best.items()}


def given_by(found, fact: Fact) -> tuple[Fact, int, tuple[Fact, ...]]:
    name, subject, object = fact
    grounds = found[next(predicate for predicate in found if predicate[1].endswith(f"/{name}"))]
    place, codes = grounds.of(subject << 32 | object)
    taken = dict(zip(variables(RULES[place]), codes, strict=False))
    body = ((key(p)[1][-1], taken[p.subject], taken[p.object]) for p in RULES[place].body)
    return fact, place, tuple(dict.fromkeys(body))


def test_what_no_rule_gives_has_no_ground() -> None:
    wanted = {("property", "https://example.org/p"): Relation(np.array([(1 << 32) | 2], np.uint64), 3)}
    assert ground(facts(3, p={(0, 1)}), wanted, [rule("p(B,A)", "p(A,B)")]) == {}


def test_variables_come_as_a_body_names_them() -> None:
    assert variables(rule("p(A,C)", "p(B,C)", "q(B,A)")) == [B, C, A]
