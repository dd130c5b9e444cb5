"""One question has one answer: from Python, from the command line, for an assistant, and over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

import terril
from assistant import Assistant, over_stdio
from conftest import terril_server
from terril.cli import main
from terril.results import Solutions, Triples

T = "PREFIX terril: <https://w3id.org/terril/ns#> "
INPUTS = [
    ("ask", ["clusters-of-topic"], {}),
    ("ask", ["clusters-of-topic"], {"topic": "mechatronics"}),
    ("ask", ["clusters-of-topic"], {"topic": "mécatronique", "lang": "fr"}),
    ("ask", ["strands-of-cluster"], {"cluster": "organisation:mecatech"}),
    ("ask", ["spin-offs"], {"lang": "fr"}),
    ("ask", ["coverage"], {}),
    ("ask", ["ecosystems-and-strategy"], {}),
    ("ask", ["Which clusters care about smart maintenance?"], {}),
    ("ask", ["Quelles organisations travaillent avec l’Université de Liège ?"], {}),
    ("ask", ["How many players does MecaTech oversee?"], {}),
    ("query", [T + "SELECT ?c { ?c a terril:Cluster } ORDER BY ?c"], {}),
    ("query", [T + "SELECT ?c ?n { ?c a terril:Cluster OPTIONAL { ?c terril:nutsCode ?n } } ORDER BY ?c"], {}),
    ("query", [T + "SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f a terril:Figure }"], {}),
    ("query", ["SELECT ?x { FILTER(false) }"], {}),
    ("query", [T + "ASK { ?c a terril:Cluster }"], {}),
    ("query", [T + "CONSTRUCT WHERE { ?c terril:hasStrand ?s }"], {}),
    ("find", ["mecatech"], {}),
    ("find", ["Université de Liège"], {"lang": "fr"}),
    ("find", ["mecatec"], {"kind": "cluster", "limit": 3}),
    ("find", ["Namur"], {}),
    ("describe", ["mecatech"], {}),
    ("describe", ["territory:wallonia"], {"lang": "fr"}),
    ("describe", ["strand:mecatech-smart-maintenance"], {"limit": 2}),
    ("path", ["N-Side", "University of Liège"], {}),
    ("path", ["mecatech", "territory:wallonia"], {"max": 3, "count": 2, "lang": "fr"}),
    ("path", ["MecaTech", "Olivier Devolder"], {}),
    ("explain", ["spin-offs"], {}),
    ("explain", ["Which clusters care about smart maintenance?"], {}),
    ("explain", ["clusters-of-topic"], {"row": 1, "topic": "mechatronics"}),
    ("explain", [T + "SELECT ?s { ?c terril:hasStrand ?s } ORDER BY ?s LIMIT 3"], {"lang": "fr"}),
    ("questions", [], {"theme": "clusters"}),
    ("questions", [], {"theme": "people", "lang": "fr"}),
]
NAMED = {"ask": ["question"], "query": ["query"], "find": ["text"], "describe": ["thing"], "explain": ["question"]}
NAMED |= {"path": ["start", "end"], "questions": []}
"""What the tools call the arguments that have no name elsewhere."""

OPTIONS = {"lang", "limit", "row", "kind", "theme", "max", "count"}


@pytest.fixture(scope="module")
def client() -> Iterator[Assistant]:
    with over_stdio() as client:
        yield client


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The endpoint of a server of the built graph."""
    with terril_server("--workers", "1") as address:
        yield f"{address}sparql"


def from_python(verb: str, things: list[str], named: dict[str, Any], home: terril.Home, **place: str) -> Any:
    lang = named.get("lang", "en")
    passed = {name: value for name, value in named.items() if verb != "questions" or name != "lang"}
    answer = getattr(terril, verb)(*things, **passed, **place, **({"home": home} if verb != "query" else {}))
    match verb:
        case "describe":
            return terril.descriptions.as_json(answer, lang)
        case "path":
            return terril.connections.as_json(answer, lang)
        case "explain":
            return terril.explanations.as_json(answer, lang)
        case "questions":
            return terril.listings.as_json(answer, lang)
    return rows(getattr(answer, "result", answer))


def rows(result: Any) -> Any:
    match result:
        case Solutions():
            return list(result.variables), [
                {name: getattr(term, "value", str(term)) for name, term in row.asdict().items() if term is not None}
                for row in result
            ]
        case Triples():
            return terril.results.write(result, "turtle")
    return result.value


def from_command(verb: str, things: list[str], named: dict[str, Any]) -> Any:
    options = [part for name, value in named.items() if name in OPTIONS for part in (f"--{name}", str(value))]
    values = [f"{name}={value}" for name, value in named.items() if name not in OPTIONS]
    format = "turtle" if "CONSTRUCT" in "".join(things) else "json"
    done = CliRunner().invoke(main, [verb, *things, *values, *options, "--format", format], catch_exceptions=False)
    return done.stdout if format == "turtle" else from_json(verb, json.loads(done.stdout))


def from_json(verb: str, document: Any) -> Any:
    if verb not in ("ask", "query", "find"):
        return document
    if "boolean" in document:
        return document["boolean"]
    return document["head"]["vars"], values(document["results"]["bindings"])


def values(bindings: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: term["value"] for name, term in binding.items()} for binding in bindings]


def from_assistant(verb: str, things: list[str], named: dict[str, Any], client: Assistant) -> Any:
    parameters = {name: value for name, value in named.items() if name not in OPTIONS}
    given = dict(zip(NAMED[verb], things, strict=True)) | {n: v for n, v in named.items() if n in OPTIONS}
    limit = {"limit": 1000} if verb in ("ask", "query", "describe") and "limit" not in named else {}
    told = client.call(verb, given | limit | ({"parameters": parameters} if parameters else {})).structured_content
    for part in ("description", "connections", "explanations", "questions", "turtle", "boolean"):
        if part in told:
            return told[part]
    return told["variables"], values(told["rows"])


@pytest.mark.parametrize(("verb", "things", "named"), INPUTS, ids=lambda part: str(part)[:50])
def test_the_three_faces_give_the_same(verb, things, named, home, client, monkeypatch):
    monkeypatch.chdir(home.path)
    ours = from_python(verb, things, named, home)
    assert from_command(verb, things, named) == ours
    assert from_assistant(verb, things, named, client) == ours


@pytest.mark.parametrize(
    ("verb", "things", "named"), [each for each in INPUTS if each[0] != "questions"], ids=lambda part: str(part)[:50]
)
def test_the_same_is_had_over_http(verb, things, named, home, served):
    assert from_python(verb, things, named, home, at=served) == from_python(verb, things, named, home)


@pytest.mark.parametrize(
    ("verb", "things", "named"),
    [
        ("ask", ["spin-off"], {}),
        ("ask", ["Which colourless green ideas sleep furiously?"], {}),
        ("ask", ["clusters-of-topic"], {"topic": "mecatronics"}),
        ("describe", ["no such thing"], {}),
        ("path", ["MecaTech", "no such thing"], {}),
        ("find", ["MecaTech"], {"kind": "weather"}),
        ("query", ["DROP ALL"], {}),
        ("explain", ["spin-offs"], {"row": 99}),
    ],
    ids=lambda part: str(part)[:50],
)
def test_the_three_faces_refuse_in_the_same_words(verb, things, named, home, client, monkeypatch):
    monkeypatch.chdir(home.path)
    with pytest.raises(terril.TerrilError) as refused:
        from_python(verb, things, named, home)
    options = [part for name, value in named.items() if name in OPTIONS for part in (f"--{name}", str(value))]
    pairs = [f"{name}={value}" for name, value in named.items() if name not in OPTIONS]
    done = CliRunner().invoke(main, [verb, *things, *pairs, *options])
    given = dict(zip(NAMED[verb], things, strict=True)) | {n: v for n, v in named.items() if n in OPTIONS}
    parameters = {name: value for name, value in named.items() if name not in OPTIONS}
    told = client.call(verb, given | ({"parameters": parameters} if parameters else {}))
    assert (done.exit_code, told.is_error) == (1, True)
    assert done.stderr == f"Error: {refused.value}\n"
    assert told.content[0].text == str(refused.value)


def test_there_are_at_least_twenty_inputs_over_all_verbs():
    assert len(INPUTS) >= 20
    assert {verb for verb, _, _ in INPUTS} == {"ask", "query", "find", "describe", "path", "explain", "questions"}
