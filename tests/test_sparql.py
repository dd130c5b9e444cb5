"""The reader of queries, compared with rdflib's parser, and the records it fills."""

import re

import pyoxigraph as ox
import pytest
from rdflib import BNode, Literal, Variable
from rdflib.paths import Path as RdflibPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from terril.clauses import Variable as Placeholder
from terril.errors import BadQuery
from terril.patterns import (
    RESERVED,
    Choice,
    Filter,
    InGraph,
    Minus,
    Optional,
    Repeat,
    Sequence,
    Step,
    Subquery,
    TriplePattern,
    Union,
)
from terril.sparql import parse

PREFIX = "PREFIX : <https://example.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"

QUERIES = {
    "plain": "SELECT ?a WHERE { ?a :p ?b . ?b a :C }",
    "lists": "SELECT * { ?a :p :x , ?b ; :q 'é'@fr ; a :C ; . :c :d ?e }",
    "numbers": "SELECT * { ?a :p 1.5 , -2 , +3e4 , 007 . ?a :q 1. ?a :r true }",
    "strings": 'SELECT * { ?a :p """two\nlines # no comment }""" , \'it\\\'s\' , "5"^^xsd:integer }',
    "comments": "SELECT ?a # } {\n { ?a :p ?b # OPTIONAL {\n }",
    "blank nodes": "SELECT ?a { ?a :p [ :q ?b ; :r [] ] . _:x :s ?a . [] :t _:x . [ :u ?b ] . }",
    "collection": "SELECT ?a { ?a :p (1 ?b :c) ; :q () . (?a) :r ?c }",
    "optional": "SELECT * { ?a :p ?b OPTIONAL { ?b :q ?c FILTER(?c > 3 && ?a < ?c) } }",
    "union": "SELECT * { { ?a :p ?b } UNION { ?a :q ?b } UNION { ?a :r ?c } }",
    "nested": "SELECT * { { ?a :p ?b . { ?b :q ?c } } ?c :r ?d }",
    "graph": "SELECT * { GRAPH ?g { ?a :p ?b } GRAPH :h { ?b :q ?c } }",
    "minus": "SELECT * { ?a :p ?b MINUS { ?a :q ?c } }",
    "filter": "SELECT * { ?a :p ?b FILTER(regex(STR(?b), '[)}]') || ?b IN (1)) FILTER xsd:boolean(?a) }",
    "exists": "SELECT * { ?a :p ?b FILTER EXISTS { ?a :q ?c } FILTER NOT EXISTS { ?b :r ?c } }",
    "bind": "SELECT * { ?a :p ?b BIND(IF(?b > 2, 'x', 'y') AS ?c) }",
    "values": "SELECT * { VALUES ?a { :x :y } VALUES (?b ?c) { (1 UNDEF) ('x' :z) } ?a :p ?b }",
    "subselect": "SELECT * { ?a :p ?b { SELECT ?b (MAX(?d) AS ?e) { ?b :q ?d } GROUP BY ?b ORDER BY ?e LIMIT 2 } }",
    "group": "SELECT ?a (COUNT(DISTINCT ?b) AS ?n) { ?a :p ?b } GROUP BY ?a (STR(?b) AS ?k) HAVING(COUNT(*) > 1)",
    "ask": "ASK { ?a :p ?b }",
    "construct": "CONSTRUCT { ?a :q ?b . ?b :r 1 } WHERE { ?a :p ?b }",
    "construct where": "CONSTRUCT WHERE { ?a :p ?b . ?b :q ?c }",
    "from": "SELECT ?a FROM :g FROM NAMED :h WHERE { ?a :p ?b }",
    "end values": "SELECT ?a { ?a :p ?b } ORDER BY ?a VALUES ?a { :x }",
    "star": "SELECT * { ?a :p* ?b . ?b (:q/:r)+ ?c . ?c ^:s? ?d }",
}


def patterns(group):
    """Every triple pattern of a group and its inner groups, outside MINUS and expressions."""
    for element in group.elements:
        match element:
            case TriplePattern():
                yield element
            case Optional(inner) | InGraph(_, inner):
                yield from patterns(inner)
            case Union(branches):
                for branch in branches:
                    yield from patterns(branch.group)
            case Subquery(select):
                yield from patterns(select.where)


def rdflib_patterns(node):
    """The same from the algebra of rdflib."""
    if isinstance(node, CompValue):
        if node.name == "BGP":
            yield from node.triples
        for key, value in node.items():
            if not (node.name == "Minus" and key == "p2") and key != "expr":
                yield from rdflib_patterns(value)


def shape(term):
    """A term without what the two readers name in their own way."""
    if isinstance(term, Placeholder):
        return "blank" if term.name.startswith(RESERVED) else f"?{term.name}"
    if isinstance(term, ox.Literal | Literal):
        value = term.value if isinstance(term, ox.Literal) else str(term)
        return float(value) if re.fullmatch(r"[-+.e\d]+", value) else (value, term.language)
    if isinstance(term, Repeat | RdflibPath):
        return "path"
    if isinstance(term, BNode):
        return "blank"
    if isinstance(term, Variable):
        return f"?{term}"
    return str(term).strip("<>")


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_triple_patterns_that_rdflib_finds(name):
    query = PREFIX + QUERIES[name]
    read = [(p.subject, p.predicate, p.object) for p in patterns(parse(query).select.where)]
    expected = rdflib_patterns(prepareQuery(query).algebra.p)
    assert sorted(shapes(read)) == sorted(shapes(expected))


def shapes(triples):
    return [str([shape(term) for term in triple]) for triple in triples]


@pytest.mark.parametrize("name", [name for name in QUERIES if QUERIES[name].startswith("SELECT")])
def test_a_query_has_the_columns_that_the_engine_gives(name):
    query = PREFIX + QUERIES[name]
    answer = ox.Store().query(query)
    columns = {variable.name for variable in parse(query).select.columns}
    assert columns == {variable.value for variable in answer.variables}


def elements(text):
    return parse(f"{PREFIX}SELECT * {{ {text} }}").select.where.elements


A, B, C = (Placeholder(name) for name in "abc")
P, Q, R = (ox.NamedNode(f"https://example.org/{name}") for name in "pqr")


def test_a_path_without_repetition_is_read_as_the_patterns_it_is_short_for():
    first, second = elements("?a :p/^:q ?b")
    assert (first.subject, first.predicate, second.predicate, second.subject) == (A, P, Q, B)
    assert first.object == second.object
    (choice,) = elements("?a :p|:q ?b")
    assert [branch.group.elements for branch in choice.branches] == [
        (TriplePattern(A, P, B),),
        (TriplePattern(A, Q, B),),
    ]


def test_a_negated_path_is_read_as_a_pattern_with_a_filter():
    pattern, condition = elements("?a !(:p|:q) ?b")
    assert isinstance(condition, Filter)
    assert condition.condition.text == f"(?{pattern.predicate.name} NOT IN ({P}, {Q}))"
    (both,) = elements("?a !(:p|^:q) ?b")
    forward, backward = (branch.group.elements[0] for branch in both.branches)
    assert (forward.subject, forward.object, backward.subject, backward.object) == (A, B, B, A)


def test_operators_of_paths_bind_as_in_the_grammar():
    (pattern,) = elements("?a (:p|^:q/:r+)* ?b")
    repeated = Repeat(Step((R,)), 1, many=True)
    assert pattern.predicate == Repeat(Choice((Step((P,)), Sequence((Step((), (Q,)), repeated)))), 0, many=True)


def test_a_minus_keeps_its_text():
    _, minus = elements("?a :p ?b MINUS { ?a :q 'x } y' }")
    assert isinstance(minus, Minus)
    assert minus.text == "{ ?a :q 'x } y' }"


def test_a_relative_name_is_resolved_against_the_base():
    (pattern,) = parse("BASE <https://example.org/> SELECT * { ?a <p> <../q> }").select.where.elements
    assert (pattern.predicate, pattern.object) == (P, Q)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { { ?a ?b ?c } LATERAL { SELECT ?d { ?a ?d ?e } } }",
        "SELECT * { ?a ?b <<( ?c ?d ?e )>> }",
        "SELECT * { ?a ?b ?c {| ?d ?e |} }",
    ],
)
def test_an_extension_of_sparql_1_1_is_refused_in_a_sentence_with_its_line(text):
    with pytest.raises(
        BadQuery, match=r"^The query cannot be explained: .* \(line 1\)\. Ask for the same in SPARQL 1\.1"
    ):
        parse(text)
