"""The weights order candidates and tell how sure the best is; some things rule an answer out whatever they weigh."""

import dataclasses

import pytest

from terril import answers, index
from terril.benches import NOBODY
from terril.candidates import Candidate
from terril.certainty import Trees
from terril.ranking import Judge, Weights, learned, order, rank
from terril.store import connect

EVEN = Weights({"good": 8.0, "any": -4.0})
JUDGE = Judge(EVEN, Trees(["standing: share"], [[0, 0.9, -5.0, 5.0]]), NOBODY)


def candidate(answer: str, **features: float) -> Candidate:
    return Candidate({answer: frozenset()}, {name.replace("_", " "): value for name, value in features.items()})


@pytest.fixture(scope="module")
def asked(home):
    store = connect(home=home)
    return answers.candidates_of("Who founded Phoenix AI?", store, index.open(store))[0]


def test_the_heaviest_comes_first_and_the_same_answers_once(asked):
    light, heavy, again = candidate("a", good=0.1), candidate("b", good=0.9), candidate("b", good=0.5)
    assert [one for _, one in order(asked, [light, again, heavy], EVEN, NOBODY)] == [heavy, light]


def test_what_several_relations_lead_to_is_likelier_than_what_one_does(asked):
    once, twice = candidate("a", good=0.52), [candidate("b", good=0.5), candidate("b", good=0.49)]
    assert [one.answers for _, one in order(asked, [once, *twice], EVEN, NOBODY)] == [{"b"}, {"a"}]


def test_what_is_likely_is_certain_and_what_is_not_is_not(asked):
    assert rank(asked, [candidate("a", good=1.0)], JUDGE).certain is not None
    assert rank(asked, [candidate("a", good=0.1)], JUDGE).certain is None
    assert rank(asked, [], JUDGE).certain is None


def test_what_rules_an_answer_out_does_so_however_likely_it_is(asked):
    against = {"good": 9.0, "alien": 1.0}
    found = rank(asked, [dataclasses.replace(candidate("a"), features=against)], JUDGE)
    assert found.likelihood > 0.99
    assert found.certain is None


def test_trees_may_put_another_of_the_foremost_first(asked):
    light, heavy = candidate("a", good=0.5, better=1.0), candidate("b", good=0.6)
    judge = JUDGE._replace(trees=Trees(["better"], [[0, 0.5, -2.0, 2.0]]))
    found = rank(asked, [light, heavy], judge)
    assert [one for _, one in order(asked, [light, heavy], EVEN, NOBODY)] == [heavy, light]
    assert found.candidates == [light, heavy]
    assert found.certain is light


def test_the_weights_that_come_with_the_package_are_for_features_that_there_are(home):
    store = connect(home=home)
    names = index.open(store)
    questions = ("Who founded Phoenix AI?", "Where is A6K-E6K based?", "Which clusters gather universities?")
    found = [answers.candidates_of(text, store, names) for text in questions]
    given = {name for asked, those in found for one in those for name in one.features}
    assert len(given & learned().each.keys()) > len(given) / 2
    assert any(" + " in name for name in learned().each)
