"""Learning the weights: what is right in the examples comes first, and what has nothing right is not certain."""

import importlib.util
import random

import pytest

from conftest import require
from terril.benches import NOBODY
from terril.candidates import Candidate
from terril.clues import Asked
from terril.mentions import Token
from terril.ranking import order


@pytest.fixture(scope="module")
def learn():
    require("learn", importlib.util.find_spec("scipy") is not None)
    import learn

    return learn


def example(learn, chance: random.Random, *, answerable: bool, source: str = "1"):
    """A question with four candidates, of which the right one, if there is one, has more of what tells."""
    found = [
        Candidate({f"a{n}": frozenset()}, {"tells": chance.random() * 0.4, "does not": chance.random()})
        for n in range(4)
    ]
    if answerable:
        found[2] = Candidate({"a2": frozenset()}, {"tells": 0.8, "does not": chance.random()})
    right = [answerable and n == 2 for n in range(4)]
    answers = (frozenset({"a2"} if answerable else ()),)
    asked = Asked("which", "en", (), tokens=(Token("Which", "which", 0, ""),))
    return learn.Example(asked, answers, source, "", found, right)


def test_right_candidates_come_first_and_only_those_are_certain(learn):
    chance = random.Random(0)
    known = [example(learn, chance, answerable=n % 3 > 0) for n in range(90)]
    weights = learn.learn(known)
    assert weights.each["tells"] > abs(weights.each.get("does not", 0.0))
    for one in (example(learn, chance, answerable=answerable) for answerable in (True, False) for _ in range(10)):
        ordered = order(one.asked, one.found, weights, NOBODY)
        assert (ordered[0][0] > 0) == one.is_answerable
        assert not one.is_answerable or one.right[one.found.index(ordered[0][1])]


def test_trees_tell_what_is_right_of_what_comes_first(learn):
    chance = random.Random(4)
    known = [example(learn, chance, answerable=n % 3 > 0, source=str(n % 7)) for n in range(300)]
    stood = list(learn.standings(known))
    assert len(stood) == len(known)
    trees = learn.grow(stood[:250])
    assert trees == trees.parse(str(trees))
    for one in stood[250:]:
        likely, right = learn.outcome(one, trees)
        assert (likely > 0.5) == right == one.is_answerable


def test_every_example_is_left_out_once(learn):
    chance = random.Random(1)
    known = [example(learn, chance, answerable=True, source=str(n % 7)) for n in range(23)]
    out = [id(one) for _, left in learn.folds(known) for one in left]
    assert sorted(out) == sorted(map(id, known))


def test_no_set_is_learned_from_while_it_is_left_out(learn):
    chance = random.Random(2)
    known = [example(learn, chance, answerable=True, source=str(n % 7)) for n in range(23)]
    for train, left in learn.folds(known):
        assert {one.source for one in train}.isdisjoint(one.source for one in left)


def test_no_question_is_its_own_precedent_nor_are_those_of_its_set(learn):
    chance = random.Random(3)
    known = [example(learn, chance, answerable=True, source=str(n % 2)) for n in range(8)]
    precedents, judged = learn.judged(known)
    assert len(precedents) == 8
    assert all(one.bench.features(frozenset(["a2"]), "")["precedent: share"] == 4 / 30 for one in judged)
