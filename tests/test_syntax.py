"""Query text before an engine sees it: tokens, limits, and sentences for what is no query."""

import time

import pyoxigraph as ox
import pytest

from terril.errors import BadQuery
from terril.syntax import check, data_blocks, tokens

NESTED = {
    "braces": ("ASK ", "{", "", "}", ""),
    "parentheses": ("ASK { FILTER(", "(", "1", ")", ") }"),
    "triple terms": ("ASK { ?s ?p ", "<<( ?s ?p ", "1", " )>>", " }"),
    "parentheses that look like an IRI": ("ASK { FILTER(?a <b", "(", "", ")", "> 1) }"),
}


@pytest.mark.parametrize("name", NESTED)
def test_brackets_may_be_nested_128_deep_and_no_deeper(name):
    before, opening, middle, closing, after = NESTED[name]
    each = sum(opening.count(bracket) for bracket in ("(", "[", "{", "<<"))
    room = (128 - before.count("{") - before.count("(")) // each
    check(before + opening * room + middle + closing * room + after)
    with pytest.raises(BadQuery, match="nested more than 128 deep"):
        check(before + opening * (room + 1) + middle + closing * (room + 1) + after)


JOINS = {
    "a path": ("ASK {{ ?s <a:p>{} ?o }}", "/<a:p>"),
    "a list of predicates": ("ASK {{ ?s ?p ?o{} }}", ";?p ?o"),
    "a list of objects": ("ASK {{ ?s ?p 1{} }}", ",1"),
    "triples": ("ASK {{ ?s ?p ?o{} }}", ".?s ?p ?o"),
    "a collection": ("ASK {{ ?s ?p ({}) }}", "1 "),
    "blank nodes": ("ASK {{ ?s ?p 1{} }}", ";?p [?p 1]"),
    "groups": ("ASK {{ ?s ?p ?o{} }}", "{?s ?p ?o}"),
    "optional groups": ("ASK {{ ?s ?p ?o{} }}", "OPTIONAL{?s ?p ?o}"),
    "data": ("ASK {{ ?s ?p ?o{} }}", " VALUES ?s{<a:b>}"),
}


@pytest.mark.parametrize("name", JOINS)
def test_the_longest_join_that_is_accepted_is_planned_within_seconds(name):
    query, part = JOINS[name]
    longest = max(n for n in range(120) if _accepted(query.format(part * n)))
    assert 45 <= longest < 110
    graph = ox.Store()
    graph.add(ox.Quad(*[ox.NamedNode("a:b")] * 3))
    start = time.process_time()
    graph.query(query.format(part * longest))
    assert time.process_time() - start < 10


def _accepted(sparql):
    try:
        check(sparql)
    except BadQuery as error:
        assert "at most 100 are read" in str(error)
        return False
    return True


def test_what_is_planned_apart_is_no_long_join():
    check(f"ASK {{ {{ ?s ?p ?o }} {'UNION { ?s ?p ?o . ?o ?p ?s }' * 120} }}")
    check(f"ASK {{ ?s ?p ?o FILTER(?o IN (1{',1' * 300}) || ({'?o = 1 || ' * 300} ?o = 2)) }}")
    check(f"ASK {{ VALUES (?s ?o) {{ {'(<a:b> 1) ' * 300} }} ?s <a:p>{'|<a:p>' * 90} ?o }}")


def test_tokens_leave_out_white_space_and_comments():
    text = "SELECT?x{<a#b> ex:c\\(d ?y.#e\n_:f:g '''h'i''' \"\"\"j\"k\"\"\"@fr-BE 1.5e3 && ?z!=4}"
    assert [token.text for token in tokens(text)] == [
        "SELECT", "?x", "{", "<a#b>", "ex:c\\(d", "?y", ".", "_:f:g", "'''h'i'''", '"""j"k"""', "@fr-BE", "1.5e3",
        "&&", "?z", "!=", "4", "}",
    ]  # fmt: skip


def test_values_blocks_are_found_with_their_variables_and_not_in_strings():
    text = "SELECT ?a { VALUES ?a { 1 } values (?b ?c) { (1 '}') } FILTER(?d = 'VALUES ?e { 1 }') # VALUES ?f { 1 }\n}"
    blocks = list(data_blocks(list(tokens(text))))
    assert [block.variables for block in blocks] == [("a",), ("b", "c")]
    assert [text[b.opening : b.closing + 1] for b in blocks] == ["{ 1 }", "{ (1 '}') }"]


def test_a_text_that_is_no_query_is_told_how_to_begin():
    with pytest.raises(BadQuery, match=r"begins with 'Which'\. Ask with SELECT"):
        check("Which clusters are there?")
    with pytest.raises(BadQuery, match="begins with nothing"):
        check("# only a remark")


def test_a_name_that_merely_holds_the_word_service_is_no_service():
    assert check("PREFIX service: <a:> ASK { ?s service:of ?o GRAPH service:g { ?s ?p ?o } }").form == "ASK"
