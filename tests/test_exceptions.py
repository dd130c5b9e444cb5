"""Questions that say not: what is left of what there is to choose from."""

import pytest

from terril import answers, index, recollection
from terril.exceptions import exceptions
from terril.holdings import consult
from terril.names import compact


@pytest.fixture(scope="module")
def left(home):
    store = consult(None, home=home)
    names, memory = index.open(store), recollection.remembered(store, answers._inquiry(store, home))

    def ask(question: str) -> list[list[str]]:
        asked, _ = answers.candidates_of(question, store, names)
        return [sorted(map(compact, one.answers)) for one in exceptions(memory, asked)]

    return ask


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which of the two addresses of Wallonia is not in Namur?", ["address:wallonia-brussels-office"]),
        ("Des deux adresses de la Wallonie, laquelle n'est pas à Namur ?", ["address:wallonia-brussels-office"]),
        (
            "Parmi Google, IBM, LCL Wallonia et le Cenaero, lesquels ne sont pas un centre de recherche ?",
            ["organisation:google", "organisation:ibm", "organisation:lcl-wallonia"],
        ),
        (
            "N-Side has two parent universities; which of them is not mentioned as a backer of Phoenix AI?",
            ["organisation:uclouvain"],
        ),
    ],
)
def test_what_is_denied_is_left_out_of_what_there_is_to_choose_from(left, question, answer):
    assert answer in left(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which clusters focus on smart maintenance?",
        "Not a word?",
        "How many clusters do not concentrate on digital business?",
        "Is Namur not in Wallonia?",
    ],
)
def test_without_a_not_between_two_parts_nothing_is_left_out(left, question):
    assert left(question) == []


def test_what_is_left_is_never_all_nor_nothing(left):
    pilots = ["initiative:3dp-pilot", "initiative:bioeconomy-pilot", "initiative:esm-pilot"]
    found = left("Which of the three pilots of the Vanguard Initiative are not among the successful TAF applications?")
    assert found
    assert [] not in found
    assert pilots not in found
