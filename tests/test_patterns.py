"""The records of what a query matches."""

import pyoxigraph as ox
import pytest

from terril.clauses import Variable
from terril.patterns import Choice, Repeat, Sequence, Step, assigned, certain, reverse, visible, written
from terril.sparql import parse

A, B, C, D = (Variable(name) for name in "abcd")
P, Q, R = (ox.NamedNode(f"https://example.org/{name}") for name in "pqr")


def group(text):
    return parse(f"PREFIX : <https://example.org/> SELECT * {{ {text} }}").select.where


def test_reversing_a_path_twice_gives_the_path():
    path = Sequence((Step((P,)), Choice((Step((), (Q,)), Repeat(Step((R,), (P,), negated=True), 0, many=False)))))
    assert reverse(path) != path
    assert reverse(reverse(path)) == path


@pytest.mark.parametrize("text", ["(:p)*", "(^:p)+", "((:p/^:q))?", "((:p|(:q)*))+", "(!(:p|^:q))*"])
def test_a_path_is_written_so_that_it_is_read_as_the_same_path(text):
    (pattern,) = group(f"?a {text} ?b").elements
    assert group(f"?a {written(pattern.predicate)} ?b").elements == (pattern,)


@pytest.mark.parametrize(
    ("text", "seen", "bound"),
    [
        ("?a :p ?b OPTIONAL { ?b :q ?c }", {A, B, C}, {A, B}),
        ("{ ?a :p ?b } UNION { ?a :q ?c }", {A, B, C}, {A}),
        ("?a :p ?b BIND(?b + 1 AS ?c)", {A, B, C}, {A, B}),
        ("VALUES (?a ?b) { (:x UNDEF) (:y 1) }", {A, B}, {A}),
        ("GRAPH ?a { ?b :p :x } MINUS { ?b :q ?c } FILTER EXISTS { ?b :r ?d }", {A, B}, {A, B}),
        ("{ SELECT ?a { ?a :p ?b } } { SELECT ?c (MAX(?b) AS ?d) { ?c :q ?b } GROUP BY ?c }", {A, C, D}, {A}),
        ("[] :p [ :q ?a ]", {A}, {A}),
    ],
)
def test_a_group_shows_what_is_in_scope_and_is_certain_of_what_every_solution_binds(text, seen, bound):
    assert visible(group(text)) == seen
    assert {variable for variable in certain(group(text)) if not variable.name.startswith("terril_")} == bound


def test_what_bind_gives_a_value_is_found_in_inner_groups_too():
    text = "BIND(1 AS ?a) OPTIONAL { BIND(2 AS ?b) } { BIND(3 AS ?c) } UNION { GRAPH :g { BIND(4 AS ?d) } }"
    assert assigned(group(text)) == {A, B, C, D}
