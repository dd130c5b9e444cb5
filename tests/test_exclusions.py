"""Questions that leave something out: what is left of what answers the rest of them."""

import pytest

import terril
from terril import answers, clues, index, mentions, recollection
from terril.exclusions import excluded
from terril.holdings import consult
from terril.names import compact


@pytest.fixture(scope="module")
def parted(home):
    store = consult(None, home=home)
    inquiry, names = answers._inquiry(store, home), index.open(store)
    memory = recollection.remembered(store, inquiry)

    def part(question: str) -> tuple[str, str] | None:
        grammar, _, _ = mentions.read(question, inquiry.lexicon, names, inquiry.facts)
        found = excluded(clues.look(mentions.tokens(question), grammar, names, memory))
        return None if found is None else (found.rest, found.text)

    return part


@pytest.mark.parametrize(
    ("question", "rest", "left_out"),
    [
        ("Apart from Laurent Renard, who founded Phoenix AI?", "Who founded Phoenix AI ?", "Laurent Renard"),
        ("Leaving Cenaero aside, who was drawn to Wallonia?", "Who was drawn to Wallonia ?", "Cenaero"),
        ("Who besides Laurent Renard speaks of Wallonia?", "Who speaks of Wallonia ?", "Laurent Renard"),
        ("Quels métaux sont cités, à l'exception du nickel ?", "Quels métaux sont cités ?", "nickel"),
        ("Sans compter Google et IBM, qui est venu ?", "Qui est venu ?", "Google, IBM"),
        ("Which of MecaTech's strands are not about maintenance?", "Which of MecaTech's strands ?", "maintenance"),
    ],
)
def test_what_is_left_out_is_told_from_the_rest(parted, question, rest, left_out):
    assert parted(question) == (rest, left_out)


def test_a_question_that_leaves_nothing_out_is_not_parted(parted):
    assert parted("Which metals do batteries need?") is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Leaving Cenaero aside, who has been attracted by Wallonia's computing capabilities?",
            ["organisation:google", "organisation:ibm", "organisation:lcl-wallonia"],
        ),
        (
            "Outre les pôles de compétitivité, quels sont les grands axes de la politique wallonne ?",
            ["axis:wallonia-circular-economy", "axis:wallonia-digitalisation"],
        ),
        ("Apart from Laurent Renard, who founded Phoenix AI?", []),
    ],
)
def test_what_is_left_out_is_taken_from_what_answers_the_rest(home, question, answer):
    found = terril.ask(question, home=home)
    assert [compact(row[0].value) for row in found.rows] == answer


def test_the_reading_says_what_was_left_out(home):
    answer = terril.ask("Which of MecaTech's strands are not about maintenance?", home=home)
    assert "(without maintenance)" in str(answer.reading)
