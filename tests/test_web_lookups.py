"""Look-ups: queries of one pattern are recognised, and answered byte for byte as the engine answers them."""

import json
import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.web.lookups import as_json, lookup

BASE = "http://e.org/sparql"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p ?o WHERE { <http://e.org/a> ?p ?o }",
        "select*{<http://e.org/a> a ?o.}",
        "PREFIX e: <http://e.org/>\nSELECT * { e:a e:p ?o } LIMIT 5",
        "ASK { ?s a <http://e.org/Kind> }",
        "SELECT ?s { ?s ?p <http://e.org/a> }",
    ],
)
def test_one_pattern_is_a_look_up(text):
    assert lookup(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s <e:p> ?o }",
        "SELECT * { <e:a> ?p ?o . ?o ?q ?r }",
        "SELECT * { <e:a> ?p ?o FILTER(?o > 1) }",
        "SELECT (COUNT(*) AS ?n) { <e:a> ?p ?o }",
        "SELECT DISTINCT ?o { <e:a> ?p ?o }",
        "SELECT * { <e:a> <e:p>* ?o }",
        "SELECT * { <e:a> ?p ?o } ORDER BY ?o",
        "SELECT * FROM <e:g> { <e:a> ?p ?o }",
        "SELECT * { SERVICE <e:a> { <e:a> ?p ?o } }",
        "SELECT * { <e:a> ?p ?o } OFFSET 5",
        "DESCRIBE <e:a>",
        "SELECT\f?p { <e:a> ?p ?o }",
        "PREFIX\ve: <http://e.org/> ASK { e:a ?p ?o }",
        "ASK { <e:a> ?p ?o }\f",
        "PREFIX e: <http://e.org/> ASK { e:-a ?p ?o }",
        *(f"PREFIX {label}: <http://e.org/> ASK {{ <e:a> ?p ?o }}" for label in ("9", "_", "-")),
        "PREFIX e: <http://e.org/%zz> ASK { <e:a> ?p ?o }",
        "PREFIX e: <http://[bad> ASK { <e:a> ?p ?o }",
        "CLEAR ALL",
        'SELECT * { <e:a> ?p "x" }',
        # What only the engine understands, or is to complain of
        "SELECT ?x { <e:a> ?x ?x }",
        "SELECT ?z { <e:a> ?p ?o }",
        "SELECT ?p ?p { <e:a> ?p ?o }",
        "SELECT * { <relative> ?p ?o }",
        "SELECT * { <http://e.org/a/../b> ?p ?o }",
        "SELECT * { e:a ?p ?o }",
        "SELECT * { <e:a> A ?o }",
        "SELECT * { <e:a b> ?p ?o }",
    ],
)
def test_anything_else_is_none(text):
    assert lookup(text) is None


def held(quads) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


NAMES = st.sampled_from([ox.NamedNode(f"http://e.org/{name}") for name in ("a", "b", "p", "é")])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "fr-BE", "x-a"])),
    st.builds(lambda text, name: ox.Literal(text, datatype=name), TEXTS, NAMES),
    st.sampled_from([ox.Literal(1), ox.Literal(1.5), ox.Literal(True), ox.Literal("x", datatype=ox.NamedNode("e:d"))]),
)
NODES = st.one_of(NAMES, st.builds(ox.BlankNode, st.sampled_from(["b1", "b2"])))
QUADS = st.lists(st.builds(ox.Quad, NODES, NAMES, st.one_of(NODES, LITERALS)), max_size=12)
SLOTS = st.one_of(NAMES.map(str), st.sampled_from(["?x", "?y", "?z9"]))


@settings(max_examples=400, deadline=None)
@given(
    quads=QUADS,
    pattern=st.tuples(SLOTS, SLOTS, SLOTS),
    form=st.sampled_from(["SELECT *", "SELECT ?x", "SELECT ?y ?x", "SELECT ?z9", "ASK"]),
    limit=st.sampled_from(["", " LIMIT 0", " LIMIT 2"]),
)
def test_the_answer_is_that_of_the_engine(quads, pattern, form, limit):
    store = held(quads)
    text = f"{form} {{ {' '.join(pattern)} }}{limit if form != 'ASK' else ''}"
    one = lookup(text)
    if one is not None:
        theirs = store.query(text, base_iri=BASE).serialize(format=ox.QueryResultsFormat.JSON)
        assert as_json(one, store, time.monotonic() + 60, 1 << 20) == theirs


@pytest.mark.parametrize("special", ["<<( <e:a> <e:b> 1 )>>", '"x"@ar--rtl'])
def test_what_json_has_a_special_form_for_is_left_to_the_engine(special):
    store = ox.Store()
    store.update(f"INSERT DATA {{ <e:s> <e:p> {special} }}")
    assert as_json(lookup("SELECT * { <e:s> ?p ?o }"), store, time.monotonic() + 60, 1 << 20) is None
    assert as_json(lookup("SELECT ?p { <e:s> ?p ?o }"), store, time.monotonic() + 60, 1 << 20) is not None


def test_of_no_rows_there_is_none():
    store = held([ox.Quad(ox.NamedNode("e:s"), ox.NamedNode("e:p"), ox.Literal(1))])
    for text in ("ASK { <e:s> ?p ?o } LIMIT 0", "ASK { <e:s> ?p ?o } LIMIT 1"):
        given = json.loads(as_json(lookup(text), store, time.monotonic() + 60, 1 << 20))
        assert given["boolean"] == bool(store.query(text))


def test_what_is_much_or_late_is_left_to_those_who_can_wait():
    store = held(ox.Quad(ox.NamedNode("e:s"), ox.NamedNode("e:p"), ox.Literal(number)) for number in range(500))
    one = lookup("SELECT * { <e:s> ?p ?o }")
    assert as_json(one, store, time.monotonic() + 60, 1000) is None
    assert as_json(one, store, time.monotonic() - 1, 1 << 20) is None
