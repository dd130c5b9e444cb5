"""Walks along paths: valid, shortest, and there exactly where the path matches."""

import itertools

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.patterns import Choice, Repeat, Sequence, Step, reverse, written
from terril.walks import walks

NODES = [ox.NamedNode(f"https://example.org/n{i}") for i in range(4)]
LINKS = [ox.NamedNode(f"https://example.org/p{i}") for i in range(2)]

edges = st.frozensets(st.builds(ox.Triple, st.sampled_from(NODES), st.sampled_from(LINKS), st.sampled_from(NODES)))
some = st.lists(st.sampled_from(LINKS), min_size=1, max_size=2, unique=True).map(tuple)
steps = st.one_of(
    st.builds(lambda iri: Step((iri,)), st.sampled_from(LINKS)),
    st.builds(lambda iri: Step((), (iri,)), st.sampled_from(LINKS)),
    st.builds(lambda forward: Step(forward, (), negated=True), some),
    st.builds(lambda forward, backward: Step(forward, backward, negated=True), some, some),
)
paths = st.recursive(
    steps,
    lambda inner: st.one_of(
        st.builds(Sequence, st.tuples(inner, inner)),
        st.builds(Choice, st.tuples(inner, inner)),
        st.builds(Repeat, inner, st.integers(0, 1), st.booleans()),
    ),
    max_leaves=4,
)


def lengths(path, graph):
    """The definition of paths (SPARQL 1.1, section 9), with the length of the shortest walk for each pair of nodes."""
    match path:
        case Step(forward, backward, negated):
            along = {(t.subject, t.object): 1 for t in graph if follows(t, forward, backward, negated)}
            against = {(t.object, t.subject): 1 for t in graph if follows(t, backward, forward, negated)}
            return along | against
        case Sequence((first, second)):
            return composed(lengths(first, graph), lengths(second, graph))
        case Choice((left, right)):
            return shorter(lengths(left, graph), lengths(right, graph))
        case Repeat(part, least, many):
            return repeated(lengths(part, graph), least, many)


def follows(triple, predicates, others, negated):
    if negated:
        return triple.predicate not in predicates and bool(predicates or not others)
    return triple.predicate in predicates


def composed(left, right):
    found = {}
    for (a, b), n in left.items():
        for (c, d), m in right.items():
            if b == c:
                found[a, d] = min(n + m, found.get((a, d), n + m))
    return found


def shorter(left, right):
    return {pair: min(each[pair] for each in (left, right) if pair in each) for pair in left.keys() | right.keys()}


def repeated(once, least, many):
    found = once if least else shorter(once, {(node, node): 0 for node in NODES})
    while many and (longer := shorter(found, composed(found, once))) != found:
        found = longer
    return found


def asker(graph):
    held = ox.Store()
    held.extend(ox.Quad(*triple) for triple in graph)

    def ask(variables, where):
        answer = held.query(f"SELECT DISTINCT {variables} WHERE {{ {where} }}")
        return [tuple(solution) for solution in answer]

    return ask


@given(paths, edges)
@settings(max_examples=300, deadline=None)
def test_there_is_a_shortest_walk_wherever_the_path_matches_and_nowhere_else(path, graph):
    pairs = [(a, b) for a in NODES for b in NODES]
    found = walks(path, pairs, asker(graph))
    assert {pair: len(walk) for pair, walk in found.items()} == lengths(path, graph)


@given(paths, edges)
@settings(max_examples=200, deadline=None)
def test_the_edges_of_a_walk_are_in_the_graph_and_enough_for_the_path_to_match(path, graph):
    for (first, last), walk in walks(path, [(a, b) for a in NODES for b in NODES], asker(graph)).items():
        assert set(walk) <= graph
        if walk:
            held = ox.Store()
            held.extend(ox.Quad(*triple) for triple in walk)
            assert held.query(f"ASK {{ {first} {written(path)} {last} }}")


@given(paths, edges)
@settings(max_examples=100, deadline=None)
def test_a_path_and_its_reverse_match_the_same_pairs_with_walks_of_the_same_length(path, graph):
    there = walks(path, [(a, b) for a in NODES for b in NODES], asker(graph))
    back = walks(reverse(path), [(a, b) for a in NODES for b in NODES], asker(graph))
    assert {(b, a): len(walk) for (a, b), walk in there.items()} == {pair: len(walk) for pair, walk in back.items()}


@pytest.mark.parametrize("count", [1, 30])
def test_the_store_is_asked_once_for_each_step_however_many_walks_there_are(count):
    chains = [[ox.NamedNode(f"https://example.org/{i}/{j}") for j in range(4)] for i in range(count)]
    graph = [ox.Triple(a, LINKS[0], b) for chain in chains for a, b in itertools.pairwise(chain)]
    asked = []
    ask = asker(graph)
    found = walks(
        Repeat(Step((LINKS[0],)), 1, many=True),
        [(chain[0], chain[3]) for chain in chains],
        lambda variables, where: asked.append(where) or ask(variables, where),
    )
    assert {len(walk) for walk in found.values()} == {3}
    assert len(asked) == 3


def test_a_walk_goes_through_blank_nodes_between_named_ends():
    graph = list(ox.parse("@prefix : <https://example.org/> . :l :p0 [ :p0 [ :p0 :n1 ] ] .", ox.RdfFormat.TURTLE))
    ends = ox.NamedNode("https://example.org/l"), NODES[1]
    found = walks(Repeat(Step((LINKS[0],)), 1, many=True), [ends], asker([quad.triple for quad in graph]))
    assert len(found[ends]) == 3
