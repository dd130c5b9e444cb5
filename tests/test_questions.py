"""The catalogue against the built graph: every question has its answer beside it, whoever answers."""

import csv
from pathlib import Path

import pytest
import rdflib

import terril
from conftest import ROOT, oxigraph_server
from terril import catalogue, names, results
from terril.pipeline import ensure
from terril.results import Solutions

FILES = sorted((ROOT / "queries").glob("*/*.rq"))
THEMES = {
    "clusters", "strands", "priorities", "ecosystems", "programmes", "organisations", "people", "places", "figures",
    "events", "evidence", "comparison",
}  # fmt: skip
question = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@pytest.fixture(scope="module")
def graph(home) -> Path:
    return ensure(home)


@pytest.fixture(scope="module")
def dataset(graph):
    dataset = rdflib.Dataset()
    return dataset.parse(graph, format="nquads")


@pytest.fixture(scope="module")
def endpoint(graph):
    with oxigraph_server(graph) as address:
        yield terril.connect(address)


@question
def test_a_question_gives_the_answer_that_lies_beside_it(path, home):
    answer = terril.ask(path.stem, home=home)
    assert results.write(answer.result, "csv").encode() == path.with_suffix(".csv").read_bytes()


@question
def test_no_catalogued_question_goes_unanswered(path):
    assert len(path.with_suffix(".csv").read_text("utf-8").splitlines()) > 1


@question
def test_an_oxigraph_server_gives_the_same_rows(path, graph, endpoint):
    sparql = path.read_text("utf-8")
    assert endpoint.query(sparql) == terril.connect(graph).query(sparql)


@question
def test_rdflib_gives_the_same_rows(path, graph, dataset):
    sparql = path.read_text("utf-8")
    ours = terril.connect(graph).query(sparql)
    theirs = dataset.query(sparql)
    assert isinstance(ours, Solutions)
    assert ours.variables == tuple(map(str, theirs.vars))
    assert sorted(map(in_text, ours.to_rdflib())) == sorted(map(in_text, theirs))


def in_text(row) -> list[str]:
    """Numbers by value: engines may count in different integer types."""
    return [term.n3() if term is not None and not is_number(term) else str(term) for term in row]


def is_number(term) -> bool:
    return isinstance(term, rdflib.Literal) and term.datatype in (rdflib.XSD.integer, rdflib.XSD.decimal)


@question
def test_every_column_of_things_has_a_column_of_labels(path):
    with path.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    for column, name in enumerate(head):
        if any(row[column].startswith(names.BASE) for row in rows):
            assert f"{name}Label" in head


@question
def test_a_question_is_put_in_english_and_in_french(path, home):
    asked = catalogue.read(path)
    assert asked.text["en"].endswith("?")
    assert asked.text["fr"].endswith(" ?")
    assert all({"en", "fr"} <= set(parameter.meaning) for parameter in asked.parameters)


def test_there_are_questions_on_every_theme(home):
    asked = terril.questions(home=home)
    assert {each.theme for each in asked.values()} == THEMES
    assert len(asked) >= 100


def test_no_answer_lies_without_its_question():
    assert sorted(path.with_suffix(".csv") for path in FILES) == sorted((ROOT / "queries").glob("*/*.csv"))
