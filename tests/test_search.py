"""What may answer a question is found: by groups of facts, parts of them, and what follows from several."""

import pytest

from terril import answers, index
from terril.candidates import Candidate
from terril.names import compact
from terril.store import connect


@pytest.fixture(scope="module")
def found(home):
    store = connect(home=home)
    names = index.open(store)

    def candidates(text: str) -> list[Candidate]:
        return answers.candidates_of(text, store, names)[1]

    return candidates


def given(one: Candidate) -> set[str]:
    """The answers of a candidate, as short as they can be."""
    return {compact(value) if isinstance(value, str) else value.value for value in one.answers}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Over which period does the Walloon S3 run?", {"2021", "2027"}),
        ("On which dates do the Circular Wallonia Days on metals start and end?", {"--11-16", "--11-18"}),
        ("Sur quelles années porte le plan régional wallon ?", {"2019", "2020"}),
        ("What does Olivier Devolder’s employer use AI for?", {"topic:energy-optimisation"}),
        ("What is the speciality of the cluster that bioelectricians belong to?", {"topic:green-building"}),
        ("The person who mentions Jules Le Smart: where does he work?", {"organisation:multitel"}),
        ("Which aim of INFOPOLE is to make more people find ICT appealing?", {"goal:infopole-sector-attractiveness"}),
        (
            "What sorts of skill does the Health & bio ecosystem combine?",
            {f"characteristic:health-and-bio-{one}-expertise" for one in ("scientific", "clinical", "commercial")},
        ),
        (
            "By what yardsticks are Belgian SMEs in the top five?",
            {f"indicator:{one}-innovation" for one in ("product", "process", "in-house")},
        ),
    ],
)
def test_what_answers_a_question_is_among_the_candidates(found, question, answer):
    assert answer in [given(one) for one in found(question)]


def test_what_a_question_describes_is_told_from_what_it_asks_for(found):
    candidates = found("Who supported the start-up that makes image processing systems?")
    described = [given(one) for one in candidates if one.features.get("answers: described")]
    assert {"organisation:phoenix-ai"} in described
    assert {"organisation:european-union", "organisation:university-of-liege"} not in described


def test_a_fact_of_another_than_is_named_is_told_from_one_of_what_is_named(found):
    candidates = found("By what year does INFOPOLE want to be carbon neutral?")
    goals = [one for one in candidates if one.group and one.group.fixed.endswith("goal/europe-carbon-neutrality")]
    assert goals
    assert all(one.features["fixed: not tied to a name"] for one in goals)
