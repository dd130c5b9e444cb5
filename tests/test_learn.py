"""Learning the weights: what is right in the examples comes first, and what has nothing right is not certain."""

import importlib.util
import random

import pytest

from conftest import require
from terril.candidates import Candidate
from terril.clues import Asked
from terril.ranking import likelihood, order


@pytest.fixture(scope="module")
def learn():
    require("learn", importlib.util.find_spec("scipy") is not None)
    import learn

    return learn


def example(learn, chance: random.Random, *, answerable: bool):
    """A question with four candidates, of which the right one, if there is one, has more of what tells."""
    found = [
        Candidate({f"a{n}": frozenset()}, {"tells": chance.random() * 0.4, "does not": chance.random()})
        for n in range(4)
    ]
    if answerable:
        found[2] = Candidate({"a2": frozenset()}, {"tells": 0.8, "does not": chance.random()})
    right = [answerable and n == 2 for n in range(4)]
    return learn.Example(Asked("which", "en", ()), found, right, answerable)


def test_right_candidates_come_first_and_only_those_are_certain(learn):
    chance = random.Random(0)
    known = [example(learn, chance, answerable=n % 3 > 0) for n in range(90)]
    weights = learn.learn(known)
    assert weights.each["tells"] > abs(weights.each.get("does not", 0.0))
    for one in (example(learn, chance, answerable=answerable) for answerable in (True, False) for _ in range(10)):
        ordered = order(one.asked, one.found, weights)
        assert (likelihood([score for score, _ in ordered]) > 0.5) == one.answerable
        assert not one.answerable or one.right[one.found.index(ordered[0][1])]


def test_every_example_is_left_out_once(learn):
    chance = random.Random(1)
    known = [example(learn, chance, answerable=True) for _ in range(23)]
    out = [id(one) for _, left in learn.folds(known) for one in left]
    assert sorted(out) == sorted(map(id, known))
