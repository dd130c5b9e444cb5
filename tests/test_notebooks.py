"""The notebooks run from the first cell to the last, and show what they promise."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, oxigraph_server, require
from terril.pipeline import ensure

FOLDER = ROOT / "tests" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(name: str) -> list[Any]:
    """The cells of code of a notebook, run in a kernel of its own."""
    libraries = ("nbclient", "ipykernel", "pandas", "polars", "pyarrow")
    require("notebooks", all(importlib.util.find_spec(library) for library in libraries))
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cells: list[Any], source: str, media_type: str = "text/html") -> str:
    """What the cell that holds this code shows."""
    (cell,) = [cell for cell in cells if source in cell.source]
    return "".join(output.get("text") or output["data"].get(media_type, "") for output in cell.outputs)


@pytest.fixture(scope="module")
def analyst(home):
    ensure(home)
    return run("analyst")


@pytest.fixture(scope="module")
def engineer(home):
    with oxigraph_server(ensure(home)) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRIL_ENDPOINT", address)
        return run("engineer")


def test_an_answer_shows_labels_and_evidence(analyst):
    page = shown(analyst, 'terril.ask("spin-offs")')
    assert "N-Side" in page
    assert "Wallonia thinks smart, characters 1506–1681" in page
    assert "<details>" in page


def test_a_question_in_words_has_its_answer_and_how_it_was_read(analyst):
    page = shown(analyst, "Which clusters care")
    assert "MecaTech Competitiveness Cluster" in page
    assert "Read as: " in page


def test_an_answer_is_text_too(analyst):
    text = shown(analyst, 'terril.ask("spin-offs")', "text/plain")
    assert text.startswith("spinoff ")
    assert "organisation:n-side" in text


def test_a_question_in_french_has_its_answer(analyst):
    assert "MecaTech" in shown(analyst, 'topic="mécatronique"')


def test_an_explanation_shows_the_rule_and_the_passage(analyst):
    page = shown(analyst, 'row=1, topic="mechatronics"')
    assert "inferred: If A has strand B, then A focuses on B." in page
    assert "characters 831–870" in page


def test_sources_are_cited(analyst):
    assert "Wallonia thinks smart, characters 1506 to 1681: " in shown(analyst, "explanation.sources()")


def test_linked_things_are_shown_as_a_chain_and_others_as_unlinked(analyst):
    assert "N-Side – spin-off of → University of Liège" in shown(analyst, '"University of Liège"')
    assert "are not linked" in shown(analyst, '"Olivier Devolder"')


def test_shared_topics_are_counted(analyst):
    page = shown(analyst, "ecosystems-and-strategy")
    assert "Advanced manufacturing" in page
    assert "advanced manufacturing, manufacturing" in page


def test_figures_keep_the_words_that_qualify_them(analyst):
    assert "innovation rank of Belgian SMEs – in the top five" in shown(analyst, "approximate-figures")


def test_frames_have_types(engineer):
    schema = shown(engineer, "to_arrow().schema", "text/plain")
    assert "document: string" in schema
    assert "characters: int64" in schema


def test_values_are_values_of_python(engineer):
    assert "'characters': 2808" in shown(engineer, "next(iter(documents))")


def test_pandas_and_polars_reckon_with_the_columns(engineer):
    assert "density" in shown(engineer, 'frame["density"]')
    assert "18369" in shown(engineer, "to_polars().select", "text/plain").replace(",", "")


def test_a_server_gives_the_same_rows(engineer):
    assert shown(engineer, "terril.query(sparql, at=endpoint) ==", "text/plain") == "True"
    assert shown(engineer, "differing", "text/plain") == "[]"


def test_an_update_is_refused_in_a_sentence(engineer):
    assert shown(engineer, "DROP ALL").startswith("DROP is an update, and a query may only read.")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path):
    import json

    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


def test_there_is_a_notebook_for_analysts_and_one_for_engineers():
    assert [path.stem for path in NOTEBOOKS] == ["analyst", "engineer"]
