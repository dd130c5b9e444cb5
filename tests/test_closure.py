"""The engine: order of evaluation and the closure of larger graphs, against closures computed otherwise."""

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.closure import Facts, Relation, close, key, pack, strata
from terril.rules import Pattern, Rule, Variable

A, B, C = (Variable(name) for name in "ABC")


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/{name}")


def rule(head: str, *body: str) -> Rule:
    """A rule over properties written as `p(A,B)`."""

    def pattern(text: str) -> Pattern:
        name, slots = text.rstrip(")").split("(")
        subject, object = (Variable(slot) for slot in slots.split(","))
        return Pattern(subject, term(name), object)

    return Rule(head + str(body), pattern(head), tuple(map(pattern, body)), "", {})


def facts(size: int, **properties: set[tuple[int, int]]) -> Facts:
    relations = {}
    for name, pairs in properties.items():
        columns = np.array(sorted(pairs), np.uint32).reshape(-1, 2).T
        relations["property", term(name).value] = Relation(pack(*columns), size)
    return Facts([b"<t:%d>" % n for n in range(size)], relations, np.zeros(size, np.bool_))


def pairs(found: Facts, name: str) -> set[tuple[int, int]]:
    relation = found.relation(("property", term(name).value))
    return set(zip(relation.subjects.tolist(), relation.objects.tolist(), strict=True))


def composed(left: set[tuple[int, int]], right: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(a, d) for a, b in left for c, d in right if b == c}


def transitive(edges: set[tuple[int, int]]) -> set[tuple[int, int]]:
    closed = set(edges)
    while more := composed(closed, closed) - closed:
        closed |= more
    return closed


EDGES = st.sets(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


@settings(deadline=None)
@given(EDGES)
def test_a_transitive_property_is_closed(edges: set[tuple[int, int]]) -> None:
    closed, fresh = close(facts(31, p=edges), [rule("p(A,C)", "p(A,B)", "p(B,C)")])
    assert pairs(closed, "p") == transitive(edges)
    assert sum(map(len, fresh.values())) == len(transitive(edges) - edges)


@settings(deadline=None)
@given(EDGES, EDGES)
def test_a_property_that_runs_along_a_transitive_one_is_closed(
    located: set[tuple[int, int]], within: set[tuple[int, int]]
) -> None:
    rules = [rule("l(A,C)", "l(A,B)", "w(B,C)"), rule("w(A,C)", "w(A,B)", "w(B,C)")]
    closed, _ = close(facts(31, l=located, w=within), rules)
    assert pairs(closed, "l") == located | composed(located, transitive(within))


@settings(deadline=None)
@given(EDGES, EDGES)
def test_two_properties_that_feed_each_other_are_closed(
    first: set[tuple[int, int]], second: set[tuple[int, int]]
) -> None:
    rules = [rule("p(A,C)", "p(A,B)", "q(B,C)"), rule("q(A,C)", "p(A,B)", "q(B,C)"), rule("q(B,A)", "q(A,B)")]
    p, q = set(first), set(second)
    while True:
        step = composed(p, q)
        wider = p | step, q | step | {(b, a) for a, b in q}
        if wider == (p, q):
            break
        p, q = wider
    closed, _ = close(facts(31, p=first, q=second), rules)
    assert (pairs(closed, "p"), pairs(closed, "q")) == (p, q)


@settings(deadline=None)
@given(EDGES)
def test_a_symmetric_property_is_closed(edges: set[tuple[int, int]]) -> None:
    closed, _ = close(facts(31, p=edges), [rule("p(B,A)", "p(A,B)")])
    assert pairs(closed, "p") == edges | {(b, a) for a, b in edges}


def test_a_body_whose_patterns_share_no_variable_matches_every_combination() -> None:
    closed, _ = close(facts(5, p={(0, 1), (2, 3)}, q={(4, 4)}), [rule("r(A,C)", "p(A,B)", "q(C,C)")])
    assert pairs(closed, "r") == {(0, 4), (2, 4)}


def test_a_repeated_variable_matches_equal_terms_only() -> None:
    closed, _ = close(facts(3, p={(0, 0), (1, 2)}), [rule("q(A,A)", "p(A,A)")])
    assert pairs(closed, "q") == {(0, 0)}


def test_what_rules_need_is_closed_before_them() -> None:
    rules = [rule("c(A,B)", "b(A,B)"), rule("b(A,B)", "a(A,B)"), rule("a(A,C)", "a(A,B)", "a(B,C)")]
    heads = [[key(r.head)[1][-1] for r in stratum] for stratum in strata(rules)]
    assert heads == [["a"], ["b"], ["c"]]


def test_a_pattern_without_a_named_predicate_is_refused() -> None:
    with pytest.raises(TypeError, match="must name its class or property"):
        key(Pattern(A, B, C))
