"""Questions that ask two things at once: as two questions, both of which are answered, or neither."""

import pytest

import terril
from terril import answers, index, recollection
from terril.halves import halves
from terril.holdings import consult


@pytest.fixture(scope="module")
def parted(home):
    store = consult(None, home=home)
    inquiry, names = answers._inquiry(store, home), index.open(store)
    hubs = recollection.remembered(store, inquiry).hubs

    def part(question: str) -> list[str]:
        two = halves(question, inquiry, names, hubs)
        return [] if two is None else [two.first, two.spelt(two.name)]

    return part


@pytest.mark.parametrize(
    ("question", "two"),
    [
        (
            "Who founded Phoenix AI and what does it make?",
            ["Who founded Phoenix AI?", "What does Phoenix AI make?"],
        ),
        (
            "Qui a fondé Phoenix AI et qui l'a soutenue ?",
            ["Qui a fondé Phoenix AI?", "Qui a soutenue Phoenix AI?"],
        ),
        (
            "When was the Walloon S3 adopted and by whom?",
            ["When was the Walloon S3 adopted?", "By whom was the Walloon S3 adopted?"],
        ),
        (
            "How many science parks and how many clusters does Wallonia have?",
            ["How many science parks does Wallonia have?", "How many clusters does Wallonia have?"],
        ),
        (
            "Combien de clusters MecaTech gère-t-il et combien sont numériques ?",
            ["Combien de clusters MecaTech gère-t-il?", "Combien de clusters sont numériques de MecaTech?"],
        ),
        (
            "Quel est le code postal de l'adresse régionale et celui du bureau de Bruxelles ?",
            ["Quel est le code postal de l'adresse régionale?", "Quel est le code postal du bureau de Bruxelles?"],
        ),
        (
            "Quelle ville accueille Mons Resized et laquelle SmarTournai ?",
            ["Quelle ville accueille Mons Resized?", "Quelle ville accueille SmarTournai?"],
        ),
        ("Which clusters federate universities and research centres?", []),
        ("Is Mons in Wallonia and where is Tournai?", []),
        ("Quelle est l'entreprise qui traite des images et qui a été fondée par Laurent Renard ?", []),
    ],
)
def test_a_question_that_asks_two_things_is_made_two(parted, question, two):
    assert parted(question) == two


def test_what_answers_either_half_is_given_with_the_part_that_it_answers(home):
    answer = terril.ask("Who founded Phoenix AI and which universities did N-Side come out of?", home=home)
    assert answer.variables == ("answer", "answerLabel", "part")
    given = {(terril.names.compact(row[0].value), row[answer.variables.index("part")].value) for row in answer.rows}
    assert given == {
        ("person:laurent-renard", "1"),
        ("organisation:uclouvain", "2"),
        ("organisation:university-of-liege", "2"),
    }


def test_a_pronoun_may_stand_for_what_answers_the_first_half(home):
    answer = terril.ask("Which cluster is specialised in sustainable building and who created it?", home=home)
    given = [terril.names.compact(row[0].value) for row in answer.rows]
    assert given == ["organisation:cap-2020", "organisation:walloon-region"]


def test_nothing_is_given_where_only_one_half_is_told(home):
    answer = terril.ask("Who founded Phoenix AI and where was he born?", home=home)
    assert not answer.rows
    assert "this half they say" in str(answer.reading)
