"""Contraries: which words turn round what others say, in both languages."""

import pytest

from terril import contraries
from terril.contraries import CONTRARY
from terril.store import connect
from terril.thesaurus import bag


@pytest.fixture(scope="module")
def known(home):
    return contraries.load(connect(home=home))


def sides(known, text: str, tag: str) -> frozenset[str]:
    return frozenset().union(*known.said(text.split(), tag).values())


@pytest.mark.parametrize(
    ("asked", "told", "tag", "side"),
    [
        ("is the process closed", "the process is open to all", "en", "closed"),
        ("la region est hostile", "une région accueillante", "fr", "unwelcoming"),
        ("did the bid fail", "a successful bid", "en", "failing"),
    ],
)
def test_a_text_that_says_the_contrary_turns_a_word_round(known, asked, told, tag, side):
    assert CONTRARY + side in known.turned(sides(known, asked, tag), bag(told, tag))


def test_a_text_that_says_the_word_as_well_does_not(known):
    assert not known.turned(sides(known, "a closed process", "en"), bag("open or closed", "en"))


def test_contraries_go_both_ways_and_each_is_known(known):
    assert known.against.keys() <= known.words.sets.keys()
    assert all(one in known.against[other] for one, others in known.against.items() for other in others)
