"""How many: what is listed, what a document speaks of, and how long something lasts."""

import pytest

from terril import answers, index
from terril.holdings import consult


@pytest.fixture(scope="module")
def found(home):
    store = consult(None, home=home)
    names = index.open(store)
    return lambda question: answers.candidates_of(question, store, names)[1]


@pytest.mark.parametrize(
    ("question", "number", "feature"),
    [
        ("On how many markets does INFOPOLE want to strengthen its players?", "4", "counted: a list"),
        ("Sur combien de marchés INFOPOLE veut-il renforcer ses acteurs ?", "4", "counted: a list"),
        ("How many pilots are named in the Vanguard profile?", "3", "part: mentioned"),
        ("How many days do the Circular Wallonia Days last?", "3", "lasting: inclusive"),
        ("Combien de jours durent les Circular Wallonia Days ?", "3", "lasting: inclusive"),
        ("How many years are there from the beginning to the end of the Walloon S3?", "6", "lasting: between"),
    ],
)
def test_what_is_counted_may_answer_how_many(found, question, number, feature):
    counted = [one for one in found(question) if one.features.get(feature)]
    assert number in {value.value for one in counted for value in one.answers}


def test_figures_are_found_even_if_much_else_is_told(found):
    values = {
        value.value
        for one in found("How many clusters does the fDi article credit Wallonia with?")
        for value in one.answers
    }
    assert "10" in values


def test_a_street_is_known_in_either_language(found):
    known = found("What is the house number of Wallonia's premises in Rue Belliard?")
    right = [one for one in known if set(map(str, one.answers)) == {'"65"'}]
    assert right
    assert not right[0].features.get("alien")


@pytest.mark.parametrize("question", ["Which markets does INFOPOLE aim at?", "Quels sont les pilotes ?"])
def test_nothing_is_counted_where_nobody_asks_how_many(found, question):
    assert not any(one.counted for one in found(question))


@pytest.mark.parametrize(
    "question",
    [
        "By how many per cent has the use of regional assets grown thanks to the clusters?",
        "De quel pourcentage CAP 2020 veut-il dépasser la loi ?",
    ],
)
def test_per_cent_is_no_count(found, question):
    assert not any(one.counted for one in found(question))
