"""Questions that describe a thing rather than name it, and ask for something else of it."""

import pytest

from terril import answers, index
from terril.holdings import consult
from terril.names import compact


@pytest.fixture(scope="module")
def found(home):
    store = consult(None, home=home)
    names = index.open(store)

    def ask(question: str) -> list[list[str]]:
        _, candidates = answers.candidates_of(question, store, names)
        values = ([v if isinstance(v, str) else v.value for v in one.answers] for one in candidates if one.lead)
        return [sorted(map(compact, one)) for one in values]

    return ask


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "In the Region that created CAP 2020, who are the people to get in touch with?",
            ["person:florence-hennart", "person:vincent-lepage"],
        ),
        (
            "Qui contacter auprès de l'autorité à l'origine du réseau CAP 2020 ?",
            ["person:florence-hennart", "person:vincent-lepage"],
        ),
        (
            "On what does the employer of the article's energy director concentrate?",
            ["topic:energy-optimisation"],
        ),
        ("What does the agency that sponsored the smart region text promote?", ["topic:investment-promotion"]),
        ("Which post does the person hold who speaks of a rich university system?", ["post:n-side-energy-director"]),
        (
            "Le monsieur qui vante la fiabilité des ingénieurs belges, il fabrique quoi ?",
            ["offering:real-time-image-processing-systems"],
        ),
    ],
)
def test_what_is_described_leads_on(found, question, answer):
    assert answer in found(question)


def test_a_figure_that_counts_something_else_is_not_led_to(found):
    assert ["3"] not in found("Does the brochure say how many people live in Wallonia, and if so how many?")
