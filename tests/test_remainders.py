"""Questions that leave something out: what is left of what may answer the rest of them is weighed with the others."""

import pytest

from terril import answers, index, recollection
from terril.holdings import consult
from terril.names import compact
from terril.remainders import remainders

_FIELDS = [f"field:smart-{name}" for name in ("buildings", "education", "energy-and-environment", "governance")]
_SPEAKERS = [
    f"person:{name}"
    for name in ("francois-narbonneau", "isabelle-rawart", "nathalie-crutzen", "olivier-devolder", "stephan-ernst")
]


@pytest.fixture(scope="module")
def left(home):
    store = consult(None, home=home)
    names, memory = index.open(store), recollection.remembered(store, answers._inquiry(store, home))

    def ask(question: str) -> list[list[str]]:
        asked, _ = answers.candidates_of(question, store, names)
        return [sorted(map(compact, one.answers)) for one in remainders(memory, asked)]

    return ask


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which of N-Side's parent universities is not in Liège?", ["organisation:uclouvain"]),
        ("Parmi les universités parentes de N-Side, laquelle n'est pas à Liège ?", ["organisation:uclouvain"]),
        ("Battery metals without cobalt", ["topic:lithium", "topic:manganese", "topic:nickel"]),
        (
            "Laquelle des deux personnes de contact de la Région wallonne n'a pas de titre ?",
            ["person:vincent-lepage"],
        ),
        (
            "Which fields does the smart region of Wallonia cover, leaving aside mobility and health?",
            _FIELDS,
        ),
        (
            "Outre la mobilité et la santé, quels champs « smart » l'écosystème wallon recouvre-t-il ?",
            _FIELDS,
        ),
        (
            "Quels clusters de la page namuroise ne sont pas des pôles de compétitivité ?",
            ["organisation:cap-2020", "organisation:eco-construction", "organisation:infopole"],
        ),
        (
            "Apart from Laurent Renard, who is quoted in the smart region article?",
            _SPEAKERS,
        ),
    ],
)
def test_what_is_left_out_is_taken_from_what_there_is_to_choose_from(left, question, answer):
    assert answer in left(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which clusters focus on smart maintenance?",
        "How many clusters do not concentrate on digital business?",
        "Is Namur not in Wallonia?",
        "Apart from unicorns, which metals do batteries need?",
    ],
)
def test_where_nothing_is_left_out_there_is_no_remainder(left, question):
    assert left(question) == []


def test_what_is_named_to_be_left_out_is_never_left(left):
    found = left("Hormis Laurent Renard, qui parle de la Wallonie ?")
    assert found
    assert all("person:laurent-renard" not in answer for answer in found)


def test_a_remainder_is_never_all_nor_nothing(left):
    metals = ["topic:cobalt", "topic:lithium", "topic:manganese", "topic:nickel"]
    found = left("Which metals do batteries need, nickel not counted?")
    assert found
    assert [] not in found
    assert metals not in found
