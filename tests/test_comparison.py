"""How well a word of a question goes with a passage, a thing or a relation."""

import pytest

from terril import clues, facts, index, lexicon, memory, thesaurus
from terril.comparison import IN_GIST, SAME, SYNONYM, Comparison
from terril.grammar import language
from terril.mentions import tokens
from terril.names import expand
from terril.store import connect
from terril.thesaurus import bag


@pytest.fixture(scope="module")
def compare(home):
    store = connect(home=home)
    known = memory.load(store, facts.load(store), lexicon.load(store), thesaurus.load(store))

    def compared(text: str) -> tuple[Comparison, dict[str, clues.Clue]]:
        asked = tokens(text)
        question = clues.look(asked, language(token.word for token in asked), index.open(store), known)
        return Comparison(known, question), {clue.text: clue for clue in question.clues}

    return compared


@pytest.mark.parametrize(
    ("text", "quality"), [("they were luring firms", SAME), ("it attracts firms", SYNONYM), ("it builds roads", 0.0)]
)
def test_a_word_is_covered_by_its_own_forms_fully_by_others_of_its_sense_less_else_not(compare, text, quality):
    comparison, found = compare("Who was lured to Wallonia?")
    assert comparison.match(found["lured"], bag(text, "en")) == quality


def test_a_passage_covers_what_it_speaks_of(compare):
    comparison, found = compare("Who founded Phoenix AI?")
    (passage,) = (
        p for p, texts in comparison.memory.gists.items() if any("founder is Laurent" in t.value for t in texts)
    )
    assert comparison.told_by(found["Phoenix AI"], passage) == IN_GIST


def test_a_word_for_another_relation_covers_a_relation_less(compare):
    comparison, found = compare("Who founded Phoenix AI?")
    founded, supported = (
        comparison.of_relation(found["founded"], expand(f"terril:{p}")) for p in ("foundedBy", "supportedBy")
    )
    assert founded == SAME
    assert supported < SYNONYM


def test_what_a_question_names_is_no_answer_to_it(compare):
    comparison, _ = compare("Which universities support smart cities?")
    assert comparison.knows(expand("topic:smart-city"))
    assert not comparison.knows(expand("topic:circular-economy"))
    assert not comparison.knows(expand("organisation:mecatech"))
