"""Questions whose answers are known: how like them another one is, and what they say to what may answer it."""

import pytest

from terril import answers, clues, index, mentions, recollection
from terril.benches import NOBODY, Bench
from terril.gists import Gist
from terril.holdings import consult
from terril.precedents import ANSWERED, SILENT, Likeness, Precedent, Precedents, learned

EVEN = {ANSWERED: {"said": 6.0, "any": -3.0}, SILENT: {"said": 6.0, "any": -3.0}}


@pytest.fixture(scope="module")
def gist(home):
    store = consult(None, home=home)
    names, inquiry = index.open(store), answers._inquiry(store, home)
    memory = recollection.remembered(store, inquiry)

    def read(text: str) -> Gist:
        grammar, _, _ = mentions.read(text, inquiry.lexicon, names, inquiry.facts)
        return Gist.of(clues.look(mentions.tokens(text), grammar, names, memory))

    return read


@pytest.fixture(scope="module")
def few(gist):
    known = [
        ("Who founded Phoenix AI?", [["person:laurent-renard"]], ["foundedBy"], "1"),
        ("When was Phoenix AI founded?", [[]], [], "1"),
        ("Which strands does MecaTech have?", [["strand:a", "strand:b"]], ["hasStrand"], "2"),
        ("How many clusters does Wallonia have?", [["10"]], ["value"], "2"),
        ("Is Multitel in Mons?", [["yes"]], [], "3"),
        ("Who works for Multitel?", [["person:francois-narbonneau"]], ["^worksFor"], "3"),
    ]
    return Precedents.of(
        [Precedent(gist(text), tuple(map(frozenset, right)), frozenset(by), of) for text, right, by, of in known], EVEN
    )


def test_what_is_said_is_the_same_in_both_languages(gist):
    english, french = gist("Who founded Phoenix AI?"), gist("Qui a fondé Phoenix AI ?")
    assert english.names == french.names == {"name organisation:phoenix-ai"}
    assert english.meanings.keys() & french.meanings.keys() - english.names
    assert not english.words & french.words - {"phoenix", "ai"}


def test_precedents_are_read_as_they_were_written(few):
    again = Precedents.parse(str(few))
    assert str(again) == str(few)
    assert len(again) == len(few) == 6


def test_the_most_like_comes_first_and_those_of_a_set_can_be_left_out(few, gist):
    asked = gist("Qui a fondé Phoenix AI ?")
    assert few.like(asked, (ANSWERED,))[0].precedent.answers == (frozenset(["person:laurent-renard"]),)
    assert "1" not in {one.precedent.source for one in few.but("1").like(asked, (ANSWERED, SILENT))}
    assert [one.precedent.kind for one in few.like(asked, (SILENT,))] == [SILENT]


def test_a_precedent_speaks_for_its_answers_and_against_others(few, gist):
    bench = Bench(few.like(gist("Which person founded Phoenix AI?"), (ANSWERED, SILENT)))
    own = bench.features(frozenset(["person:laurent-renard"]), "foundedBy")
    other = bench.features(frozenset(["person:nathalie-crutzen"]), "^worksFor")
    assert own["precedent: same"] == other["precedent: other"] > 0.5
    assert own["precedent: ahead"] > 0 > other["precedent: ahead"]
    assert own["precedent: relation"] > other["precedent: relation"]
    assert own["precedent: silent"] == other["precedent: silent"] > 0


def test_part_of_the_answers_of_a_precedent_is_more_than_none(few, gist):
    bench = Bench(few.like(gist("MecaTech strands"), (ANSWERED,)))
    some, none = (bench.features(frozenset([one]), "hasStrand") for one in ("strand:a", "strand:c"))
    assert some["precedent: partly"] > none["precedent: partly"] == 0


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        ("Does François Narbonneau work for Multitel?", True),
        ("Does Nathalie Crutzen work for Multitel?", False),
        ("Does Wallonia have 10 clusters?", True),
        ("Does Wallonia have 12 clusters?", False),
    ],
)
def test_what_answered_a_question_speaks_for_its_statement_and_against_another(few, gist, question, truth):
    stated = few.stated(gist(question), negated=False)
    assert stated[truth] > 0.5 > stated[not truth]
    assert few.stated(gist(question), negated=True) == {truth: stated[not truth], not truth: stated[truth]}


def test_a_precedent_that_is_turned_round_is_told_from_one_that_is_not(few, gist):
    one, turned = gist("Is Wallonia a region of Belgium?"), gist("Is Belgium a region of Wallonia?")
    same = dict(few.compared(one, one, 1.0, 1.0))
    other = dict(few.compared(turned, one, 1.0, 1.0))
    assert {name for name in same if same[name] != other[name]} == {"names turned round"}


def test_nobody_says_anything(few):
    assert NOBODY.features(frozenset(["a"]), "by") == {}
    known = Precedent(
        Gist("en", "who", frozenset(), frozenset(), {}, frozenset()), (frozenset(["a"]),), frozenset(), ""
    )
    assert Bench([Likeness(known, 1.0, 0.9)]).features(frozenset(["a"]), "by")["precedent: same"] == 0.9


def test_those_that_come_with_the_package_know_a_question_again_that_is_put_otherwise(gist):
    found = learned().like(gist("Tell me who set up the company Phoenix AI."), (ANSWERED, SILENT))
    best = max(found, key=lambda one: one.likely)
    assert best.likely > 0.5
    assert frozenset(["person:laurent-renard"]) in best.precedent.answers
