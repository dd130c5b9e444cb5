"""What is weighed of a candidate: words beside relations, and words that it leaves open."""

import pytest

from terril import answers, index
from terril.benches import NOBODY
from terril.store import connect
from terril.traits import Traits


@pytest.fixture(scope="module")
def told(home):
    store = connect(home=home)
    asked, found = answers.candidates_of("Who founded Phoenix AI?", store, index.open(store))
    return [(one, Traits(asked, NOBODY).of(one)) for one in found]


def test_a_word_stands_beside_the_relation_of_each_candidate(told):
    founders = [traits for one, traits in told if one.group and one.group.step.property.endswith("foundedBy")]
    assert founders
    assert any(name.endswith(" + foundedBy") for name in founders[0])
    assert "form who + – person" in founders[0]


def test_what_is_left_open_is_told_by_its_word_and_by_its_weight(told):
    left = [traits for _, traits in told if any(name.endswith(" left") for name in traits)]
    assert left
    assert all(traits["left: weight"] > 0 for traits in left)


def test_the_question_is_the_same_whatever_the_candidate(told):
    assert {traits["tokens"] for _, traits in told} == {0.04}
