"""What passages say for and against what a question of yes or no states, and what is decided."""

import pytest

from terril import answers, index, testimony
from terril.benches import NOBODY
from terril.holdings import consult
from terril.ranking import Weights
from terril.testimony import decide, likelihoods


@pytest.fixture(scope="module")
def hearing(home):
    store = consult(None, home=home)
    names = index.open(store)
    return lambda text: answers.hearing_of(text, store, names)


def test_shares_of_yes_and_no_leave_room_for_neither():
    weights = Weights({"tells": 5.0})
    heard = [testimony.Testimony("p", truth, {"tells": float(truth)}) for truth in (True, False)]
    likely = likelihoods(heard, weights, NOBODY)
    assert likely[True] > 0.9 > likely[False] > 0
    assert sum(likely.values()) < 1
    assert decide(heard, NOBODY, weights).truth is True
    assert decide(heard, NOBODY, Weights({})) is None
    assert decide([], NOBODY, weights) is None


@pytest.mark.parametrize(
    "question",
    [
        "Is Zorblax part of EuroHPC?",
        "Did Phoenix AI found Laurent Renard?",
        "Was the forum held in Brussels, and in which room?",
        "Does MecaTech oversee at least 195 players?",
    ],
)
def test_nothing_is_heard_on_what_no_yes_or_no_can_answer(hearing, question):
    assert hearing(question).testimonies() == []


@pytest.mark.parametrize(
    "question",
    [
        "Is Belgium a region of Wallonia?",
        "La Belgique est-elle une région de Wallonie ?",
        "Do all 10 clusters focus on digital business?",
        "Toutes les organisations numériques produisent-elles de l'IA ?",
        "Has IBM attracted Wallonia?",
        "CAP 2020 a-t-il créé la Wallonie ?",
    ],
)
def test_no_passage_says_that_a_thing_is_another_that_all_are_so_or_what_is_turned_round(hearing, question):
    assert not [one for one in hearing(question).testimonies() if one.truth]


def test_nobody_says_no_without_a_ground(hearing):
    found = hearing("Does Vincent Lepage like chocolate?").testimonies()
    assert not [one for one in found if not one.truth]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("La Wallonie est-elle présentée comme fermée au monde ?", False),
        ("Did the ESM pilot fail with its application to TAF?", False),
        ("Does Eco-construction bring architects together?", True),
        ("Cenaero appartient-il au réseau EuroHPC ?", True),
        ("Does Multitel rent out flats?", None),
        ("Faut-il payer pour entrer au Biopark de Charleroi ?", None),
    ],
)
def test_a_verdict_is_given_where_passages_make_it_likely(truth, question, said):
    assert truth(question) is said
