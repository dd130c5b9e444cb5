"""What a user types and sees: bad input gets a sentence on standard error, exit code 1, and nothing written."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import slag_valley
import terril
from terril.cli import main

QUERY = "SELECT ?s WHERE { ?s a <https://w3id.org/terril/ns#Cluster> } ORDER BY ?s"


def run(*words: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=text)


def refused(*words: str | Path, text: str | None = None) -> str:
    """Run a command that must fail; return what it says on standard error."""
    done = run(*words, text=text)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.stdout == ""
    assert done.stderr.strip().endswith((".", "]", "^", "?")), done.stderr
    return done.stderr


@pytest.fixture
def file(tmp_path):
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ask", "clusters-of-strnd"], "clusters-of-strand"),
        (["ask", ""], "terril questions"),
        (["ask", "clusters-of-strand", "strnd=x"], "strand"),
        (["ask", "clusters-of-strand", "strand=organisation:mecatech"], "terril:StrategicStrand"),
        (["ask", "clusters-of-strand", "strand=smart maintainance"], "smart maintenance"),
        (["ask", "clusters-of-strand", "strand=x> } INSERT DATA { <a> <b> <c> } #"], "strand"),
        (["ask", "clusters-of-strand", 'strand="} UNION { ?a ?b ?c } #'], "strand"),
        (["ask", "clusters-of-strand", "strand="], "strand"),
        (["ask", "instruments-of-year", "year=next"], "gYear"),
        (["ask", "clusters", "--at", "nowhere.nq"], "nowhere.nq"),
        (["ask", "clusters", "--home", "nowhere"], "nowhere"),
        (["query", "SELECT ?s WHERE { ?s ?p }"], "line 1"),
        (["query", "SELECT ?s WHERE { ?s a tirrel:Cluster }"], "tirrel"),
        (["query", "DELETE WHERE { ?s ?p ?o }"], "DELETE"),
        (["query", "SELECT * WHERE { SERVICE <https://example.org/sparql> { ?s ?p ?o } }"], "SERVICE"),
        (["query", "", "--format", "json"], "query"),
        (["query", QUERY, "--at", "http://127.0.0.1:9/sparql"], "http://127.0.0.1:9/sparql"),
        (["query", QUERY, "--at", "ftp://example.org/graph.nq"], "ftp://example.org/graph.nq"),
        (["query", QUERY, "--format", "turtle"], "turtle"),
        (["query", QUERY, "--at", ""], "empty name"),
        (["query", "nowhere.rq"], "There is no file nowhere.rq"),
        (["query", "queries/nowhere"], "There is no file queries/nowhere"),
        (["explain", "/"], "/ is a folder"),
        (["explain", "clusters-of-strand", "--row", "99"], "99"),
        (["explain", "clusters-of-strand", "--documents", "nowhere"], "nowhere"),
        (["describe", "mecatech", "--home", "x" * 5000], "no Terril project"),
        (["validate", "--documents", "nowhere"], "nowhere"),
        (["validate", "--home", "."], "ontology/terril.ttl"),
        (["infer", "nowhere.nt"], "nowhere.nt"),
        (["questions", "--theme", "cluster"], "clusters"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_wrong_word_is_answered_with_a_sentence_that_names_it(words, says, tmp_path, monkeypatch, home):
    if "--home" not in words:
        words = [*words, *([] if words[0] == "query" else ["--home", str(home.path)])]
    if words[0] == "validate" and "." in words:
        monkeypatch.chdir(tmp_path)
    assert says in refused(*words)


@pytest.mark.parametrize("opened", ["{", "(", "["])
def test_a_query_of_ten_thousand_nested_brackets_is_refused_before_any_parser_sees_it(opened):
    closed = {"{": "}", "(": ")", "[": "]"}[opened]
    query = "SELECT * WHERE {" + opened * 10_000 + " ?s ?p ?o " + closed * 10_000 + "}"
    command = [sys.executable, "-m", "terril", "query", "-"]
    done = subprocess.run(command, input=query, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert "nest" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.nq", b"<https://example.org/a> <https://example.org/b> <https://exam"),
        ("empty.nq", b""),
        ("picture.nq", bytes(range(256)) * 20),
        ("page.ttl", b"<!doctype html><title>404</title>"),
        ("graph.xlsx", b"PK\x03\x04"),
    ],
)
def test_a_truncated_foreign_or_empty_graph_file_is_named(file, name, content):
    assert name in refused("query", QUERY, "--at", file(name, content))


def test_a_broken_source_is_named_with_line_and_column(project):
    broken = project.path / "data" / "wallonia" / "broken.trig"
    broken.write_text("@prefix a: <https://example.org/> .\na:b a:c ; .\n")
    assert "broken.trig:2:" in refused("build", "--home", project.path)
    assert not (project.path / ".terril").exists()


def test_an_axiom_that_cannot_be_compiled_is_named_with_its_line(project):
    with (project.path / "ontology" / "modules" / "place.ttl").open("a") as module:
        module.write("terril:Country owl:hasKey ( terril:isoCode ) .\n")
    said = refused("infer", "--home", project.path)
    assert re.search(r"place\.ttl:\d+: HasKey\(terril:Country", said)


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["ask", "clusters", "strand"],
        ["explode"],
        ["query", "x", "--format", "pdf"],
        ["ask", "--up"],
        ["ask", "x", "a=1", "a=2"],
    ],
)
def test_a_command_typed_wrongly_exits_with_2(words):
    assert run(*words).exit_code == 2


def test_an_answer_goes_to_standard_output_alone(home):
    done = run("ask", "clusters-of-strand", "--format", "json", "--home", home.path)
    assert done.exit_code == 0
    assert done.stderr == ""
    row = json.loads(done.stdout)["results"]["bindings"][0]
    assert row["clusterLabel"] == {"type": "literal", "value": "MecaTech Competitiveness Cluster", "xml:lang": "en"}


def test_a_query_comes_from_the_argument_a_file_or_standard_input(file):
    said, piped = run("query", QUERY), run("query", "-", text=QUERY)
    assert said.stdout == piped.stdout == run("query", file("clusters.rq", QUERY)).stdout
    assert "organisation:mecatech" in said.stdout
    marked = b"\xef\xbb\xbf" + QUERY.encode()
    assert (
        run("query", file("marked.rq", marked)).stdout == run("query", "-", text=marked.decode()).stdout == said.stdout
    )


def in_shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line, `terril` meaning this one, in a shell with other variables."""
    command = command.replace("terril", f"{sys.executable} -m terril")
    return subprocess.run(command, shell=True, capture_output=True, env={**os.environ, **environment}, check=False)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("terril query 'ASK {}' > /dev/full", b"Error: The answer could not be printed: No space left on device."),
        ("terril query 'ASK {}' >&-", b"Error: The answer could not be printed: standard output is closed."),
        ("terril query - <&-", b"Error: Standard input is closed."),
        ("printf '\\377' | terril query -", b"Error: - cannot be read as UTF-8 text"),
    ],
)
def test_streams_that_cannot_be_used_are_sentences(command, says):
    done = in_shell(command, PYTHONIOENCODING="utf-8")
    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_cannot_show_a_letter_gets_the_rest_of_the_answer():
    done = in_shell("terril query \"SELECT ('pôle €' AS ?x) {}\" --format csv", PYTHONIOENCODING="latin-1")
    assert (done.stderr, done.stdout) == (b"", "x\r\npôle ?\r\n".encode("latin-1"))


@pytest.mark.parametrize(
    "words",
    [
        ("describe", "mecatech", "--at", "http://\x1b[31m/"),
        ("describe", "mecatech", "--at", "x\x1b[31m://"),
        ("describe", "mecatech", "--home", "\x1b[31m"),
        ("describe", "mecatech", "\u202e\x1b[31m"),
        ("query", "\x1b[31m/.rq"),
    ],
    ids=str,
)
def test_no_complaint_hands_on_what_steers_a_terminal(words):
    told = CliRunner().invoke(main, words, color=True)
    assert told.exit_code
    assert "\x1b" not in told.stderr
    assert "\u202e" not in told.stderr


def test_an_argument_is_utf_8_whatever_the_locale():
    query = "terril query \"SELECT (STRLEN('é') AS ?x) {}\" --format csv"
    done = in_shell(query, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (done.stderr, done.stdout) == (b"", b"x\r\n1\r\n")


def test_outside_a_project_the_one_that_is_checked_is_named(tmp_path, monkeypatch, home):
    monkeypatch.chdir(tmp_path)
    assert str(home.path) in run("validate").stderr


def test_questions_in_json_are_objects_with_name_text_theme_and_parameters(home):
    listed = json.loads(run("questions", "--format", "json", "--home", home.path).stdout)
    assert len(listed) >= 45
    assert all({"name", "text", "theme", "parameters"} <= set(question) for question in listed)


@pytest.mark.slow
def test_infer_prints_what_follows_and_both_engines_agree(tmp_path, file):
    home = slag_valley.project(tmp_path / "valley")  # fewer concepts, over which the other engine takes long
    source = file(
        "small.nt",
        "<https://w3id.org/terril/id/organisation/x> <https://w3id.org/terril/ns#spinOffOf> "
        "<https://w3id.org/terril/id/organisation/y> .\n",
    )
    ours, reference = (
        run("infer", source, "--engine", engine, "--home", home.path).stdout for engine in ("terril", "owlrl")
    )
    assert "hasSpinOff" in ours
    assert ours == reference


def test_a_missing_graph_is_built_before_the_answer_and_that_is_said(project, caplog):
    with caplog.at_level(logging.WARNING):
        done = run("ask", "clusters-of-strand", "--home", project.path)
    assert done.exit_code == 0
    assert "Building it" in caplog.text
    assert (project.path / ".terril" / "graph.nq").is_file()


def test_the_command_line_has_a_choice_for_every_format_there_is():
    choices = {name: command_formats(name) for name in ("validate", "explain", "questions")}
    assert choices == {
        "validate": set(terril.reports.FORMATS),
        "explain": set(terril.explanations.FORMATS),
        "questions": set(terril.listings.FORMATS),
    }


def command_formats(verb: str) -> set[str]:
    option = next(option for option in main.commands[verb].params if option.name == "format")
    return set(option.type.choices)
