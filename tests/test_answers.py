"""Asking in words: what is answered, what the documents do not say, what is not understood."""

import pytest

import terril
from conftest import oxigraph_server
from terril import names
from terril.errors import NotUnderstood, UnknownParameter, UnknownQuestion
from terril.results import Truth


def first(answer):
    return {names.compact(row[0].value) for row in answer.result.rows}


def test_a_question_in_words_is_answered_with_the_query_that_gives_the_answer(home):
    answer = terril.ask("Which clusters care about smart maintenance?", home=home)
    assert first(answer) == {"organisation:mecatech"}
    assert answer.reading.answered
    again = terril.query(answer.sparql, at=answer.store)
    assert [row[0] for row in again] == [row[0] for row in answer]


def test_a_question_in_french_is_answered_with_french_labels(home):
    answer = terril.ask("Quels sont les axes stratégiques de MecaTech ?", home=home)
    assert {row[1].value for row in answer} >= {"maintenance intelligente"}
    assert answer.reading.lang == "fr"


def test_the_answer_says_how_the_question_was_read(home):
    answer = terril.ask("Which clusters care about smart maintenance?", home=home)
    assert "clusters" in str(answer.reading)
    assert "smart maintenance" in str(answer.reading)
    assert "SELECT" in terril.understanding.write(answer.reading, answer.sparql)


def test_a_figure_comes_with_its_value_first(home):
    answer = terril.ask("How many players does MecaTech oversee?", home=home)
    assert [row[0].value for row in answer] == ["200"]


def test_a_question_of_yes_or_no_gives_a_truth(home):
    assert terril.ask("Is N-Side a spin-off of the University of Liège?", home=home).result == Truth(True)


@pytest.mark.parametrize(
    "question",
    [
        "When was CAP 2020 created?",
        "Where does MecaTech have its headquarters?",
        "What is the budget of the smart specialisation strategy?",
        "Quel est le site web de MecaTech ?",
        "Qui dirige le pôle MecaTech ?",
        "How do I bake proper Liège waffles?",
        "Which sixth ecosystem has the Charleroi Metropolitan Area declared a priority?",
        "Quel jour la dixième plénière du pilote 3DP s’est-elle tenue ?",
    ],
)
def test_nothing_is_invented_for_what_the_documents_do_not_say(home, question):
    try:
        answer = terril.ask(question, home=home)
    except NotUnderstood:
        return
    assert not answer.reading.answered
    assert len(answer) == 0
    assert "documents" in str(answer.reading)


def test_what_is_not_understood_is_told_with_the_words_and_near_questions(home):
    with pytest.raises(NotUnderstood, match=r"Not understood: .*“qwertz”.*clusters"):
        terril.ask("asdf clusters of the qwertz", home=home)


@pytest.mark.parametrize(
    "question",
    ["", "   ", "?!", "🤷 🤷", "\ud800 clusters?", "word " * 10_000, "x" * 1_000_000, "a\x00b\x01 ?"],
)
def test_what_is_no_question_is_told_in_a_sentence(home, question):
    with pytest.raises((NotUnderstood, UnknownQuestion)):
        terril.ask(question, home=home)


@pytest.mark.parametrize(
    "question",
    [
        "Which clusters care about smart maintenance? } DROP ALL",
        "'; DROP TABLE names; --",
        'Which "clusters" <script>alert(1)</script> focus on {?s ?p ?o}?',
    ],
)
def test_hostile_words_end_in_an_answer_or_a_sentence(home, question):
    try:
        answer = terril.ask(question, home=home)
    except NotUnderstood:
        return
    assert first(answer) <= {"organisation:mecatech"}


def test_a_question_in_words_has_no_parameters(home):
    with pytest.raises(UnknownParameter, match="in words"):
        terril.ask("Which clusters are there?", cluster="mecatech", home=home)


def test_an_answer_in_words_can_be_explained(home):
    answer = terril.ask("Which clusters care about smart maintenance?", home=home)
    assert all(each.evidence for each in terril.explain(answer))


def test_a_graph_without_words_is_asked_with_those_of_the_project_and_it_is_said(home, caplog):
    answer = terril.ask("Which clusters care about smart maintenance?", at=home.turtle, home=home)
    assert "own words" in caplog.text
    assert first(answer) <= {"organisation:mecatech"}


@pytest.mark.parametrize(
    "question", ["Which clusters care about smart maintenance?", "Who gave Phoenix AI a helping hand?"]
)
def test_an_endpoint_is_asked_in_words_like_the_built_graph(question, home):
    with oxigraph_server(home.graph) as address:
        there = terril.ask(question, at=terril.Endpoint(address), home=home)
    assert first(there) == first(terril.ask(question, home=home))


def test_an_endpoint_that_is_down_is_told_in_a_sentence(home):
    with pytest.raises(terril.TerrilError, match="did not answer"):
        terril.ask("Who founded Phoenix AI?", at="http://127.0.0.1:9/sparql", home=home)


@pytest.mark.parametrize(
    "question",
    [
        "Which metals are not essential for batteries?",
        "Who did not sponsor the article?",
        "Qui n’a pas fondé Phoenix AI ?",
        "What percentage of digital organisations do not use AI?",
    ],
)
def test_a_not_is_never_lost(question, home):
    try:
        answer = terril.ask(question, home=home)
    except NotUnderstood:
        return
    assert not answer.reading.answered


@pytest.mark.parametrize(
    "question",
    [
        "À part Google, qui la Wallonie a-t-elle attiré avec ses capacités de calcul ?",
        "Qu’a-t-on mis sur pied dans le Brabant wallon ?",
        "c’est quoi le code postal de l’adresse régionale wallonne",
    ],
)
def test_what_is_asked_openly_after_an_aside_is_not_answered_with_yes(question, home):
    answer = terril.ask(question, home=home)
    assert not isinstance(answer.result, Truth)
    assert len(answer) > 0


def test_what_is_not_settled_gives_neither_yes_nor_no(home):
    answer = terril.ask("Is Google a research centre?", home=home)
    assert not isinstance(answer.result, Truth)
    assert len(answer) == 0
