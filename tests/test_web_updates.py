"""Graphs that a request names for an update stand in its text afterwards, wherever it matches a pattern."""

import pyoxigraph as ox
import pytest

from terril.errors import BadQuery
from terril.web.updates import using

A, B = "http://e.org/a", "http://e.org/b"
QUADS = "INSERT DATA { GRAPH <http://e.org/a> { <e:s> <e:p> 1 } GRAPH <http://e.org/b> { <e:s> <e:p> 2 } }"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("INSERT { <e:x> <e:y> ?o } WHERE { ?s ?p ?o }", {"1"}),
        ("insert { <e:x> <e:y> ?o } where { ?s ?p ?o FILTER(?o > 0) }", {"1"}),
        ("INSERT { <e:x> <e:y> ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", {"2"}),
        ("INSERT { <e:x> <e:y> ?o } WHERE { { SELECT ?o WHERE { ?s ?p ?o } } }", {"1"}),
        ('INSERT { <e:x> <e:y> "WHERE {" } WHERE { ?s ?p ?o } # WHERE', {"WHERE {"}),
        (
            "INSERT DATA { <e:x> <e:y> 0 } ; DELETE { <e:x> <e:y> 0 } INSERT { <e:x> <e:y> ?o } WHERE { ?s ?p ?o }",
            {"1"},
        ),
    ],
)
def test_patterns_match_in_the_graphs_that_are_named(text, wanted):
    store = ox.Store()
    store.update(QUADS)
    store.update(using(text, [A], [B]))
    found = store.quads_for_pattern(ox.NamedNode("e:x"), None, None, ox.DefaultGraph())
    assert {quad.object.value for quad in found} == wanted


def test_the_short_form_deletes_from_the_default_graph_what_matches_there():
    store = ox.Store()
    store.update(QUADS + "; INSERT DATA { <e:s> <e:p> 1 . <e:s> <e:p> 2 }")
    store.update(using("DELETE WHERE { ?s ?p ?o }", [A], []))
    left = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert [quad.object.value for quad in left] == ["2"]


@pytest.mark.parametrize(
    "text", ["WITH <e:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "INSERT {} USING <e:g> WHERE {}", "DELETE WHERE { {"]
)
def test_an_update_that_names_graphs_itself_or_does_not_end_is_refused(text):
    with pytest.raises(BadQuery):
        using(text, [A], [])
