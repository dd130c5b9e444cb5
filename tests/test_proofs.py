"""Proofs of inferred triples: complete, well-founded, as short as any."""

import itertools

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril import names, rules
from terril.clauses import Pattern, Rule, Rulebook, Variable
from terril.proofs import prove
from terril.store import connect

X, Y, Z = (Variable(name) for name in "XYZ")
P, Q, R = (ox.NamedNode(f"https://example.org/{name}") for name in "pqr")
A, B, C, D = NODES = [ox.NamedNode(f"https://example.org/{name}") for name in "abcd"]
INFERRED = ox.NamedNode(names.INFERRED)


def rule(name, head, *body):
    return Rule(name, Pattern(*head), tuple(Pattern(*pattern) for pattern in body), name, {"en": name})


TRANSITIVE = rule("transitive", (X, P, Z), (X, P, Y), (Y, P, Z))
INVERSE = rule("inverse", (Y, Q, X), (X, P, Y))
BACK = rule("back", (Y, P, X), (X, Q, Y))
CHAIN = rule("chain", (X, R, Z), (X, P, Y), (Y, Q, Z))
NARROW = rule("narrow", (X, R, D), (X, Q, X))
RULES = (TRANSITIVE, INVERSE, BACK, CHAIN, NARROW)


def consequences(facts, book):
    """Every rule instance over the closure of the facts, by trying all terms for all variables."""
    known = set(facts)
    while True:
        found = {instance for each in book for instance in instances(each, known)}
        new = {head for head, _, _ in found} - known
        if not new:
            return known - set(facts), found
        known |= new


def instances(each, known):
    bindings = [{}]
    for pattern in each.body:
        bindings = [
            extended for binding in bindings for triple in known if (extended := unify(pattern, triple, binding))
        ]
    for binding in bindings:
        yield fill(each.head, binding), each.name, tuple(fill(pattern, binding) for pattern in each.body)


def unify(pattern, triple, binding):
    extended = dict(binding)
    for slot, term in zip(pattern, triple, strict=True):
        if (extended.setdefault(slot, term) if isinstance(slot, Variable) else slot) != term:
            return None
    return extended


def fill(pattern, binding):
    return ox.Triple(*(binding[slot] if isinstance(slot, Variable) else slot for slot in pattern))


def least_steps(facts, found):
    """The size of the smallest proof tree of every triple, by relaxing until nothing gets smaller."""
    sizes = dict.fromkeys(facts, 0)
    changed = True
    while changed:
        changed = False
        for head, _, premises in found:
            if all(premise in sizes for premise in set(premises)):
                size = 1 + sum(sizes[premise] for premise in set(premises))
                if size < sizes.get(head, size + 1):
                    sizes[head], changed = size, True
    return sizes


def store(facts, inferred):
    held = ox.Store()
    held.extend(ox.Quad(*triple) for triple in [*facts, *inferred])
    held.extend(ox.Quad(*triple, INFERRED) for triple in inferred)
    return connect(held)


def size(triple, steps):
    return 1 + sum(size(premise, steps) for premise in steps[triple].premises) if triple in steps else 0


facts = st.frozensets(
    st.builds(ox.Triple, st.sampled_from(NODES), st.sampled_from((P, Q)), st.sampled_from(NODES)), max_size=5
)


@given(facts, st.lists(st.sampled_from(RULES), min_size=1, unique_by=lambda each: each.name))
@settings(max_examples=80, deadline=None)
def test_every_inferred_triple_has_a_proof_of_the_fewest_steps_whose_leaves_are_stated(stated, book):
    inferred, found = consequences(stated, book)
    steps = prove(inferred, Rulebook(tuple(book), ()), store(stated, inferred))
    assert steps.keys() == inferred
    for triple, step in steps.items():
        assert any((triple, step.rule.name) == (head, name) and set(step.premises) == set(premises)
                   for head, name, premises in found)  # fmt: skip
    sizes = least_steps(stated, found)
    assert {triple: size(triple, steps) for triple in inferred} == {triple: sizes[triple] for triple in inferred}


def test_a_proof_of_one_triple_is_the_one_found_among_all():
    stated = {ox.Triple(a, P, b) for a, b in itertools.pairwise(NODES)}
    inferred, _ = consequences(stated, RULES)
    asked = store(stated, inferred)
    together = prove(inferred, Rulebook(RULES, ()), asked)
    for triple in inferred:
        alone = prove([triple], Rulebook(RULES, ()), asked)
        assert size(triple, alone) == size(triple, together)
        assert alone[triple] == together[triple]


def test_of_two_ways_the_one_over_stated_triples_is_taken():
    stated = [ox.Triple(A, P, B), ox.Triple(B, P, C), ox.Triple(C, P, D), ox.Triple(B, P, D)]
    inferred = [ox.Triple(A, P, C), ox.Triple(A, P, D)]
    steps = prove(inferred, Rulebook((TRANSITIVE,), ()), store(stated, inferred))
    assert set(steps[ox.Triple(A, P, D)].premises) == {ox.Triple(A, P, B), ox.Triple(B, P, D)}


def test_triples_that_only_prove_each_other_have_no_proof():
    circle = [ox.Triple(A, P, B), ox.Triple(B, Q, A)]
    assert prove(circle, Rulebook((INVERSE, BACK), ()), store([], circle)) == {}


def test_a_rule_without_a_body_is_a_proof():
    fact = rule("fact", (A, P, B))
    triple = ox.Triple(A, P, B)
    assert prove([triple], Rulebook((fact,), ()), store([], [triple]))[triple].premises == ()


def test_nothing_is_asked_for_nothing():
    assert prove([], Rulebook(RULES, ()), store([], [])) == {}


def test_the_store_is_asked_once_for_each_level_of_the_deepest_proof():
    class Counting:
        asked = 0

        def query(self, sparql):
            self.asked += 1
            return inner.query(sparql)

    chain = [ox.NamedNode(f"https://example.org/{i}") for i in range(10)]
    classes = [rule(f"sub{i}", (X, R, b), (X, R, a)) for i, (a, b) in enumerate(itertools.pairwise(chain))]
    inferred = [ox.Triple(A, R, each) for each in chain[1:]]
    inner, counting = store([ox.Triple(A, R, chain[0])], inferred), Counting()
    steps = prove([inferred[-1]], Rulebook(tuple(classes), ()), counting)
    assert size(inferred[-1], steps) == counting.asked == 9


@pytest.mark.parametrize("predicate", [P, Q])
def test_rules_compiled_from_axioms_prove_what_they_infer(predicate):
    turtle = f"""
    @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix : <https://example.org/> .
    :p a owl:ObjectProperty , owl:TransitiveProperty . :q a owl:ObjectProperty ; owl:inverseOf :p .
    :a <{predicate.value}> :b . :b <{predicate.value}> :c .
    """
    stated = {quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}
    book = rules.compile(stated)
    inferred = list(rules.infer(stated, book))
    steps = prove(inferred, book, store(stated, inferred))
    assert len(inferred) == 4
    assert steps.keys() == set(inferred)
