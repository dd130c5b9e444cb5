"""A language model gets rows, evidence and sentences: by schemas that hold, within limits that hold."""

import importlib.util
import inspect
import json

import pytest

import terril
from conftest import require
from terril import tools
from terril.tools import TOOLS, Place

CALLS = [
    ("find", {"text": "mecatech"}),
    ("find", {"text": "Université de Liège", "kind": "terril:University", "lang": "fr"}),
    ("find", {"text": "no such thing in this graph"}),
    ("ask", {"question": "clusters-of-topic"}),
    ("ask", {"question": "clusters-of-topic", "parameters": {"topic": "mechatronics"}, "lang": "fr"}),
    ("ask", {"question": "spin-offs", "limit": 1}),
    ("ask", {"question": "Which clusters care about smart maintenance?"}),
    ("ask", {"question": "Quels pôles travaillent sur la maintenance intelligente ?"}),
    ("describe", {"thing": "mecatech"}),
    ("describe", {"thing": "territory:wallonia", "limit": 2, "lang": "fr"}),
    ("explain", {"question": "spin-offs"}),
    ("explain", {"question": "clusters-of-topic", "row": 1}),
    ("path", {"start": "N-Side", "end": "University of Liège"}),
    ("path", {"start": "MecaTech", "end": "Olivier Devolder", "max": 3, "count": 1}),
    ("query", {"query": "SELECT * { ?s ?p ?o } LIMIT 60"}),
    ("query", {"query": "SELECT ?x { FILTER(false) }"}),
    ("query", {"query": "ASK { ?s ?p ?o }"}),
    ("query", {"query": "CONSTRUCT WHERE { ?s a ?o } LIMIT 70"}),
    ("query", {"query": "SELECT (COUNT(*) AS ?n) { ?s a ?o }"}),
    ("questions", {}),
    ("questions", {"theme": "clusters", "lang": "fr"}),
    ("schema", {}),
    ("schema", {"matching": "strand", "lang": "fr"}),
]


@pytest.fixture(scope="module")
def place(home):
    return Place(home=home)


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=lambda part: str(part)[:60])
def test_a_reply_is_text_and_values_by_the_schema_of_its_tool(name, arguments, place):
    require("mcp", importlib.util.find_spec("jsonschema") is not None)
    from jsonschema import Draft202012Validator

    reply = tools.call(name, arguments, place)
    assert reply.content is not None, reply.text
    assert reply.text.strip()
    assert json.loads(json.dumps(reply.content)) == reply.content
    assert [error.message for error in Draft202012Validator(TOOLS[name].values).iter_errors(reply.content)] == []
    assert [error.message for error in Draft202012Validator(TOOLS[name].arguments).iter_errors(arguments)] == []


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_a_tool_says_what_it_is_and_what_each_argument_means(tool):
    require("mcp", importlib.util.find_spec("jsonschema") is not None)
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(tool.arguments)
    Draft202012Validator.check_schema(tool.values)
    assert tool.title
    assert tool.description.endswith(".")
    assert all(schema["description"] for schema in tool.takes.values())
    assert set(tool.needs) <= set(tool.takes)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("nothing", {}, "There is no tool 'nothing'. The tools are: find, ask,"),
        ("ask", {}, "ask needs question: "),
        ("ask", {"question": None}, "ask needs question: "),
        ("ask", {"question": 5}, "question: this must be a text, and is '5'."),
        ("ask", {"question": "spin-offs", "limit": True}, "limit: this must be a whole number, and is 'True'."),
        ("ask", {"question": "spin-offs", "limit": 1.5}, "limit: this must be a whole number, and is '1.5'."),
        ("ask", {"question": "spin-offs", "limit": 0}, "limit: 0 is not between 1 and 1000."),
        ("ask", {"question": "spin-offs", "limit": 10**9}, "limit: 1000000000 is not between 1 and 1000."),
        ("ask", {"question": "spin-offs", "colour": "red"}, "ask takes no 'colour'. It takes: question,"),
        ("ask", {"question": "spin-offs", "parameters": ["x"]}, "parameters: this must be an object"),
        ("ask", {"question": "spin-offs", "parameters": {"x": "y"}}, "spin-offs has no parameter 'x'."),
        ("ask", {"question": "spin-offs", "parameters": {"at": "/etc/passwd"}}, "No question has a parameter 'at'."),
        ("explain", {"question": "spin-offs", "parameters": {"documents": "/"}}, "No question has a parameter"),
        ("ask", {"question": "spin-off"}, "No question is called 'spin-off'. Near to it: spin-offs"),
        ("find", {"text": ""}, ""),
        ("find", {"text": "x" * 10_001}, "text: this has 10,001 characters; at most 10,000 are read."),
        ("describe", {"thing": "no such thing"}, "thing: "),
        ("path", {"start": "MecaTech", "end": "MecaTech"}, ""),
        ("path", {"start": "MecaTech", "end": "N-Side", "via": "topic"}, "via: this must be a list, and is 'topic'."),
        ("path", {"start": "MecaTech", "end": "N-Side", "max": 9}, "max: 9 is not between 1 and 8."),
        ("explain", {"question": "spin-offs", "row": 1000}, "There is no row 1000"),
        ("query", {"query": ""}, "This is no SPARQL query"),
        ("query", {"query": "\ud800"}, "The query is no UTF-8 text"),
        ("query", {"query": "x" * 10_000_000}, "query: this has 10,000,000 characters; at most 1,000,000 are read."),
        ("query", {"query": "{" * 500_000}, "nested more than 128 deep"),
        ("query", {"query": "DELETE WHERE { ?s ?p ?o }"}, "DELETE is an update, and a query may only read."),
        ("query", {"query": "LOAD <https://example.org/>"}, "LOAD is an update, and a query may only read."),
        ("query", {"query": "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }"}, "SERVICE is refused"),
        ("questions", {"theme": "weather"}, "There is no theme 'weather'. The themes are:"),
    ],
    ids=lambda part: str(part)[:60],
)
def test_a_mistake_is_told_in_a_sentence(name, arguments, sentence, place):
    reply = tools.call(name, arguments, place)
    assert reply.content is None
    assert sentence in reply.text
    assert 10 < len(reply.text) < 2000
    assert "Traceback" not in reply.text


def test_every_row_of_an_answer_has_its_passages(place):
    content = tools.call("ask", {"question": "spin-offs"}, place).content
    for number, evidence in enumerate(content["evidence"], 1):
        assert evidence["row"] == number
        (source,) = evidence["sources"]
        assert source["kind"] == "passage"
        assert (source["start"], source["end"]) == (1506, 1681)
        assert source["document"].endswith("document/smart-region")
        assert source["gist"]
        assert source["speakers"] == [terril.names.ID + "person/olivier-devolder"]


def test_a_question_in_words_comes_with_how_it_was_read(place):
    reply = tools.call("ask", {"question": "Which clusters care about smart maintenance?"}, place)
    assert "smart maintenance" in reply.content["reading"]
    assert reply.content["reading"] in reply.text
    assert reply.content["rows"][0]["cluster"]["value"].endswith("organisation/mecatech")
    assert reply.content["evidence"][0]["sources"]


def test_what_is_inferred_has_its_rule(place):
    content = tools.call("ask", {"question": "clusters-of-topic"}, place).content
    assert "If A has strand B, then A focuses on B." in content["evidence"][0]["rules"]
    described = tools.call("describe", {"thing": "mecatech"}, place).content
    inferred = [
        fact["label"]
        for part in ("kinds", "outgoing", "incoming")
        for fact in described["description"][part]
        if fact["inferred"]
    ]
    assert inferred
    assert {each["fact"] for each in described["inferences"]} == set(inferred)
    assert all(each["rules"] and each["sources"] for each in described["inferences"])


def test_a_found_thing_has_the_evidence_of_its_name_and_kind(place):
    content = tools.call("find", {"text": "N-Side"}, place).content
    assert content["rows"][0]["thing"]["value"].endswith("organisation/n-side")
    assert content["evidence"][0]["sources"]


def test_an_answer_is_cut_at_the_limit_and_says_so(place):
    reply = tools.call("query", {"query": "SELECT ?s { ?s a ?o }", "limit": 15}, place)
    assert len(reply.content["rows"]) == 15
    assert reply.content["total"] > 1000
    assert f"The first 15 of {reply.content['total']:,} rows." in reply.text
    assert len(reply.content["evidence"]) == 10


def test_an_empty_answer_says_that_nothing_may_be_invented(place):
    assert "the graph does not say it" in tools.call("query", {"query": "SELECT ?x { FILTER(false) }"}, place).text


def test_what_the_program_says_besides_comes_with_the_reply(place):
    reply = tools.call("find", {"text": "zzzzzzzzzz"}, place)
    assert reply.content["rows"] == []
    assert any("zzzzzzzzzz" in remark for remark in reply.content["remarks"])


def test_a_text_for_a_model_holds_no_control_characters(place):
    sparql = 'SELECT ("a\\u001b[2J\\u0007b" AS ?x) {}'
    assert "\x1b" not in tools.call("query", {"query": sparql}, place).text


@pytest.mark.parametrize("verb", [terril.ask, terril.explain])
def test_no_parameter_passes_for_an_option_of_a_verb(verb, place):
    keywords = [p.name for p in inspect.signature(verb).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for name in keywords:
        reply = tools.call(verb.__name__, {"question": "spin-offs", "parameters": {name: "x"}}, place)
        assert reply.text.startswith(f"No question has a parameter {name!r}.")


def test_the_tools_are_the_verbs_that_use_a_graph():
    assert set(TOOLS) - {"schema"} <= set(terril.__all__)
    assert set(TOOLS) == {"find", "describe", "ask", "path", "explain", "query", "schema", "questions"}
