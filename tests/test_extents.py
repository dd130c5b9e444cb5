"""Extents: what a query has to look through is counted as far as a bound, whatever stands around its patterns."""

import pyoxigraph as ox
import pytest

from terril.extents import exceeds
from terril.sparql import parse
from terril.store import Embedded

PREFIX = "PREFIX e: <https://example.org/>\n"


@pytest.fixture(scope="module")
def store() -> Embedded:
    """Twenty things of a class, each in a graph of its own, too."""
    graph = ox.Store()
    for number in range(20):
        terms = (ox.NamedNode(f"https://example.org/{name}") for name in (f"t{number}", "a", "C"))
        quad = ox.Quad(*terms)
        graph.add(quad)
        graph.add(ox.Quad(quad.subject, quad.predicate, quad.object, quad.subject))
    return Embedded(graph)


@pytest.mark.parametrize(
    ("query", "solutions"),
    [
        ("SELECT ?x { ?x e:a e:C }", 20),
        ("SELECT DISTINCT ?c { ?x e:a ?c . ?y e:a ?c } ORDER BY ?c LIMIT 1", 400),
        ("SELECT (COUNT(*) AS ?n) { ?x e:a ?c . ?y e:a ?c } GROUP BY ?c HAVING (COUNT(*) > 1)", 400),
        ("SELECT ?x { ?x e:a e:C FILTER (?x = e:t1) }", 1),
        ("ASK { ?x e:a ?c . ?y e:a ?c }", 400),
        ("CONSTRUCT { ?x e:b ?y } WHERE { ?x e:a ?c . ?y e:a ?c }", 400),
        ("SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?x e:a ?c . ?y e:a ?c } } }", 400),
        ("SELECT ?x { ?x e:a e:C OPTIONAL { SELECT ?c { ?y e:a ?c . ?z e:a ?c } } }", 8000),
        ("SELECT ?x { { ?x e:a e:D } UNION { SELECT DISTINCT ?x { ?x e:a ?c . ?y e:a ?c } } }", 400),
        ("SELECT ?g { GRAPH ?g { ?x e:a e:C } }", 20),
        ("SELECT ?x FROM e:t1 { ?x e:a e:C }", 1),
        ("SELECT ?x { ?x e:none e:C }", 0),
    ],
)
def test_the_largest_pattern_of_a_query_is_what_counts(query: str, solutions: int, store: Embedded) -> None:
    parsed = parse(PREFIX + query)
    assert not exceeds(parsed, store, solutions)
    assert exceeds(parsed, store, solutions - 1)
