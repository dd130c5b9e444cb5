"""Query text before an engine sees it: tokens, limits, and sentences for what is no query."""

import time

import pyoxigraph as ox
import pytest

from terril.errors import BadQuery
from terril.syntax import NOWHERE, _stop, check, check_syntax, data_blocks, tokens

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
        return "at most 100 are read" not in str(error)
    return True


def test_what_is_planned_apart_is_no_long_join():
    check(f"ASK {{ {{ ?s ?p ?o }} {'UNION { ?s ?p ?o . ?o ?p ?s }' * 120} }}")
    check(f"ASK {{ ?s ?p ?o FILTER(?o IN (1{',1' * 300}) || ({'?o = 1 || ' * 300} ?o = 2)) }}")
    check(f"ASK {{ VALUES (?s ?o) {{ {'(<a:b> 1) ' * 300} }} ?s <a:p>{'|<a:p>' * 90} ?o }}")


def _each(pattern, count):
    return " ".join(pattern.replace("#", str(i)) for i in range(count))


def _parse(sparql):
    ox.Store().query(sparql, custom_functions={ox.NamedNode("http://example.org/f"): lambda *terms: terms[0]})


REASONABLE = {
    "a template": f"CONSTRUCT {{ {_each('?s e:p# ?o# .', 60)} }} WHERE {{ {_each('?s e:p# ?o# .', 60)} }}",
    "dots behind and after groups": f"SELECT * {{ {_each('OPTIONAL { ?s e:p# ?o# . } .', 40)} }}",
    "dots behind filters": f"SELECT * {{ {_each('?s e:p# ?o# . FILTER(?o# > 1) .', 60)} }}",
    "optional groups with filters": f"SELECT * {{ ?s a e:C {_each('OPTIONAL { ?s e:p# ?o# FILTER(?o# > 1) }', 60)} }}",
    "computed columns": f"SELECT ?s {_each('(?s + 0 * 2 / 3 AS ?n#)', 110)} {{ ?s ?p ?o }}",
    "groups and order": f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s {_each('(?o + # AS ?g#)', 110)} "
    f"HAVING (SUM(?o) > 1) {_each('(COUNT(?p) > #)', 110)} ORDER BY ?s {_each('(?s + #)', 110)}",
    "arguments": f"SELECT * {{ ?s ?p ?o FILTER e:f(1{', 1' * 110}) BIND(e:f(1{', 1' * 110}) AS ?b) }}",
    "grouped queries": f"SELECT * {{ {_each('{ SELECT ?s (SUM(?v) AS ?n#) { ?s e:p ?v ; a ?c } GROUP BY ?s }', 20)} }}",
    "alternatives": f"SELECT * {{ ?s e:p{_each('|e:p#', 120)} ?o }}",
    "alternatives in parentheses": f"SELECT * {{ ?s (e:p{_each('|^e:p#', 120)})+ ?o }}",
    "a negated set": f"SELECT * {{ ?s !(e:p{_each('|e:p#', 120)}) ?o }}",
    "branches": f"SELECT * {{ {{ ?s ?p ?o }} {_each('UNION { ?s e:p# ?o . }', 150)} }}",
    "a list in a filter": f"SELECT * {{ ?s ?p ?o FILTER(?o IN (1{', 1' * 400})) }}",
    "triple terms": f"SELECT * {{ {_each('?r# ?q <<( ?s ?p ?o )>> .', 90)} }}",
    "typed and tagged literals": f"""SELECT * {{ ?s ?p 1 {_each(", '#'^^e:t, 'a'@en", 48)} }}""",
}


@pytest.mark.parametrize("name", REASONABLE)
def test_what_is_not_joined_does_not_count(name):
    sparql = "PREFIX e: <http://example.org/>" + REASONABLE[name]
    assert _accepted(sparql)
    _parse(sparql)


SEPARATED = {
    "dots": "?s e:p# ?o# .",
    "numbers that end in a dot": "?s e:p# 1.",
    "filters": "?s e:p# ?o# FILTER(1)",
    "filters by function": "?s e:p# ?o# FILTER e:f(1)",
    "empty groups": "?s e:p# ?o# {}",
    "computations": "?s e:p# ?o# BIND(1 AS ?b#)",
    "filters for what exists": "?s e:p# ?o# FILTER EXISTS {}",
    "data": "?s e:p# ?o# VALUES ?v { 1 }",
    "columns of data": "?s e:p# ?o# VALUES (?v ?w) { (1 2) }",
    "named graphs": "?s e:p# ?o# GRAPH ?g {}",
    "blank nodes": "[ e:p# ?o# ] .",
    "collections": "?s e:p# () .",
    "literals with types": "?s e:p# 'a'^^e:t FILTER(1)",
    "words for literals": "?s a true FILTER(1)",
    "signs": "?s e:p# -1 FILTER(1)",
    "repeated paths": "?s e:p#+ ?o# FILTER(1)",
    "reified triples": "<< ?s e:p# ?o# >> .",
    "subqueries": "{ SELECT ?s { ?s e:p# ?o# } }",
}


@pytest.mark.parametrize("name", SEPARATED)
def test_every_triple_counts_whatever_stands_between(name):
    query = "PREFIX e: <http://example.org/> SELECT * {{ {} }}"
    _parse(query.format(_each(SEPARATED[name], 3)))
    assert _accepted(query.format(_each(SEPARATED[name], 50)))
    assert not _accepted(query.format(_each(SEPARATED[name], 101)))


def test_triples_behind_a_comparison_that_looks_like_an_iri_count():
    query = "ASK {{ ?s ?p ?o FILTER(?o<1){}FILTER(1>2) }}"
    check_syntax(query.format("?s?p?o." * 3))
    assert not _accepted(query.format("?s?p?oFILTER(1)" * 101))
    assert not _accepted(query.format("?s?p?o." * 101))


def test_a_query_that_constructs_its_own_pattern_joins_it():
    assert not _accepted(f"CONSTRUCT WHERE {{ {_each('?s <a:p#> ?o# .', 101)} }}")


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


WRONG = {
    "a missing object": ("ASK { ?s ?p . }", ".", "'.' is not expected here"),
    "an unclosed (": (
        "ASK { ?s ?p ?o FILTER(?o > 3 }",
        "}",
        r"'}' stands where '\(' of line 1, column 22 is not closed",
    ),
    "an unclosed {": ("ASK {\n ?s ?p ?o", "", "ends too early: '{' of line 1, column 5 is not closed"),
    "a space in an IRI": ("ASK { ?s ?p <http://a.example/b c> }", "<", "an IRI begins here that holds a space"),
    "a relative IRI": ("ASK { ?s <a> ?o }", "<a>", "the IRI <a> is relative"),
    "a malformed IRI": ("ASK { ?s <http://a/%zz> ?o }", "<h", "the IRI <http://a/%zz> is malformed"),
    "a variable that BIND gives again": (
        "ASK { ?s ?p ?o BIND(1 AS ?o) ?s ?q ?r }",
        "?o)",
        r"BIND gives a value to \?o",
    ),
    "a blank node in two groups": ("ASK { _:a ?p ?o OPTIONAL { _:a ?q ?r } }", "_:a ?q", "_:a stands in another group"),
    "a variable that is not grouped": (
        "SELECT ?a (COUNT(?o) AS ?n) { ?a ?p ?o } GROUP BY ?p",
        "?a (",
        r"\?a is neither in GROUP BY",
    ),
    "a variable after a computed one": (
        "SELECT (SUM(?v) AS ?t) ?s { ?s ?p ?v }",
        "?s {",
        r"\?s is neither in GROUP BY",
    ),
    "a variable only in HAVING": (
        "SELECT ?s (SUM(?v) AS ?t) { ?s ?p ?v } GROUP BY ?p HAVING (?s > 1) ORDER BY ?s",
        "?s (",
        r"\?s is neither in GROUP BY",
    ),
    "a variable without a group": ("SELECT ?a (COUNT(?o) AS ?n) { ?a ?p ?o }", "?a (", r"\?a is neither in GROUP BY"),
    "a computed name that exists": ("SELECT (1 AS ?o) { ?s ?p ?o }", "", "The SELECT overrides an existing variable"),
    "nothing after the form": ("SELECT", "", "the query ends too early"),
    "a prefix of another's": ("ASK { ?s skso:x ?o }", "skso", "the prefix skso: is not declared"),
    "a misspelt function": ("ASK { ?s ?p ?o FILTER regx(?o) }", "regx", "'regx' is not expected here"),
    "a comma between variables": ("SELECT ?s, ?o { ?s ?p ?o }", ",", "',' is not expected here"),
    "a word instead of a predicate": ("ASK { ?s foo ?o }", "foo", "'foo' is not expected here"),
    "a brace too many": ("ASK { ?s ?p ?o } }", "} }", "'}' is not expected here"),
    "lines that end in CR": ("ASK {\r?s ?p ?o\r;; b }", "b", "line 3, column 4: 'b'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_caret_stands_under_what_is_wrong_and_the_sentence_says_what(name):
    sparql, part, says = WRONG[name]
    with pytest.raises(BadQuery, match=says) as caught:
        check_syntax(sparql)
    _, line, caret = str(caught.value).splitlines()
    rest = line[caret.index("^") :] if part else ""
    assert caret.index("^") == len(line) if not part else rest.startswith(part.rstrip(" }"))


def test_gaps_between_tokens_do_not_change_what_is_a_query(home):
    for path in home.questions:
        sparql = path.read_text("utf-8")
        assert _stop(list(tokens(sparql))) == (len(list(tokens(sparql))), NOWHERE), path


def test_gaps_keep_signs_of_two_tokens_and_signed_numbers_together():
    sparql = "ASK { ?s ?p -1, <<( ?a ?b +2.5 )>>, 'a'@en, 'b'^^<a:b> {| ?q ?r |} FILTER(?s!=-1 && ?t - 1 <= 2) }"
    ox.Store().query(sparql)
    assert _stop(list(tokens(sparql)))[1] == NOWHERE
