"""What rules an answer out: what is asked for is told only nearly, and nearly is not it."""

import pytest

import terril
from terril.results import Truth


@pytest.mark.parametrize(
    "question",
    [
        "Quel rang précis les PME belges obtiennent-elles pour l'innovation de procédé ?",
        "What was the World Bank's exact figure for Belgium's urban population?",
        "How many Vanguard regions took part in the April plenary?",
        "How many of Wallonia's clusters are about biology?",
        "How many small organisations are active in the digital sector in Wallonia?",
        "Combien de petites organisations numériques y a-t-il en Wallonie ?",
    ],
)
def test_what_is_told_only_nearly_is_no_answer(question, home):
    try:
        answer = terril.ask(question, home=home)
    except terril.NotUnderstood:
        return
    assert isinstance(answer.result, Truth) or list(answer.result.rows) == []


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many of Wallonia's clusters are about digital business?", "2"),
        ("How many science parks work together in Wallonia?", "7"),
        ("What is the exact date of the plenary?", "--04-02"),
    ],
)
def test_what_is_told_is_answered_as_before(question, value, home):
    assert next(iter(terril.ask(question, home=home).result.rows))[0].value == value
