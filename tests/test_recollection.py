"""Questions whose grammar is beyond the reading, answered from the passage that tells it, or not at all."""

import pyoxigraph as ox
import pytest

import terril
from terril import answers, index
from terril.errors import NotUnderstood
from terril.names import compact
from terril.results import Truth
from terril.store import Embedded, connect


@pytest.fixture(scope="module")
def given(home):
    """What is given for a question: things, values, yes or no; nothing if it is not answered."""

    def asked(text: str) -> set[str]:
        try:
            answer = terril.ask(text, home=home)
        except NotUnderstood:
            return set()
        if not answer.reading.answered:
            return set()
        if isinstance(answer.result, Truth):
            return {"yes" if answer.result else "no"}
        return {compact(row[0].value) for row in answer.result.rows}

    return asked


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which firm optimises energy with the help of AI?", {"organisation:n-side"}),
        ("Who praises the universities of Wallonia as a rich system?", {"person:olivier-devolder"}),
        ("Which cluster hopes to stem the brain drain?", {"organisation:infopole"}),
        ("Which programme spurred the smart city initiatives on?", {"initiative:feder-2014-2020"}),
        ("Quelle jeune pousse a été lancée par Laurent Renard ?", {"organisation:phoenix-ai"}),
        ("Qui estime que les ingénieurs belges tiennent parole ?", {"person:laurent-renard"}),
        ("Quel cluster veut freiner l’exode des cerveaux ?", {"organisation:infopole"}),
        ("Who said Belgian enginers are dependable?", {"person:laurent-renard"}),
        ("Who is the head of Smart Technologies at Multitel?", {"person:francois-narbonneau"}),
        ("What does the firm founded by Laurent Renard produce?", {"offering:real-time-image-processing-systems"}),
    ],
)
def test_it_is_answered_from_the_passage_that_tells_it_in_whatever_words(given, question, expected):
    assert given(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who bought Phoenix AI?",
        "Which two universities were founded by N-Side?",
        "Who chairs the 3DP Pilot?",
        "Which labs are the members of TRAIL?",
        "Which award did INFOPOLE win?",
        "Which clusters closed in 2020?",
        "When did Wallonia leave the Vanguard Initiative?",
        "Which individuals founded N-Side?",
        "What is Florence Hennart’s e-mail address?",
        "How many engineers work at the Smart City Institute?",
        "Quels architectes sont membres de CAP 2020 ?",
        "Qui a remplacé Nathalie Crutzen ?",
        "Qui dirige MecaTech ?",
        "Who is the head of Multitel?",
        "Qui dirige Multitel ?",
        "Quel est le chiffre d’affaires de N-Side ?",
        "À quelles dates se déroule la conférence IND TECH 2024 ?",
    ],
)
def test_what_no_passage_tells_is_not_answered_however_near_it_sounds(given, question):
    assert given(question) == set()


@pytest.mark.parametrize(
    "question",
    [
        "Quelle jeune pousse a été lancée par Laurent Renard ?",
        "Which cluster hopes to stem the brain drain?",
        "Does Wallonia have a mega city?",
        "Who gave Phoenix AI a helping hand?",
        "Quel est le code postal de l’adresse régionale de la Wallonie ?",
        "Which brings more organisations together, MecaTech or FACTORI?",
        "What does the firm founded by Laurent Renard produce?",
    ],
)
def test_the_query_of_an_answer_gives_it_again(question, home):
    answer = terril.ask(question, home=home)
    again = answer.store.query(answer.sparql)
    if isinstance(again, Truth):
        assert bool(again) == bool(answer.result)
    else:
        assert [row[0] for row in again.rows] == [row[0] for row in answer.result.rows]
        assert again.rows


@pytest.mark.parametrize(
    ("question", "gist"),
    [
        ("Which cluster hopes to stem the brain drain?", "loss of skilled people"),
        ("Quel cluster veut freiner l’exode des cerveaux ?", "perte de personnes qualifiées"),
    ],
)
def test_the_passage_is_told_in_the_language_of_the_question(question, gist, home):
    assert gist in str(terril.ask(question, home=home).reading)


def test_a_thing_that_an_answer_rests_on_is_called_by_its_name(home):
    reading = terril.ask("Who gave Phoenix AI a helping hand?", home=home).reading
    assert "Phoenix AI – supported by – " in str(reading)


def test_a_store_without_passages_recalls_nothing():
    store = Embedded(ox.Store())
    _, found = answers.candidates_of("Who founded Phoenix AI?", store, index.open(store))
    assert found == []


def test_what_may_answer_is_found_with_what_speaks_for_it(home):
    store = connect(home=home)
    asked, found = answers.candidates_of("Who founded Phoenix AI?", store, index.open(store))
    right = next(one for one in found if {compact(str(v)) for v in one.answers} == {"person:laurent-renard"})
    assert asked.form == "who"
    assert right.features["named"] == 1.0
    assert right.features["fixed: named"]
    assert right.features["who: people"] == 1.0


def test_what_a_question_says_by_another_relation_is_found_through_it(home):
    store = connect(home=home)
    question = "The ecosystem that A6K-E6K stands for, what is it trying to do?"
    _, found = answers.candidates_of(question, store, index.open(store))
    through = [one for one in found if one.lead is not None and one.features["chain: named"]]
    assert {compact(one.lead.fixed) for one in through} == {"organisation:a6k-e6k"}
    goals = {"goal:advanced-manufacturing-acceleration", "goal:advanced-manufacturing-consolidation"}
    assert goals in [{compact(str(value)) for value in one.answers} for one in through]


def test_of_two_figures_the_higher_is_among_what_may_answer(home):
    store = connect(home=home)
    question = "Does Wallonia have more higher education institutions or more digital research centres?"
    _, found = answers.candidates_of(question, store, index.open(store))
    given = [{compact(str(value)) for value in one.answers} for one in found]
    assert {"figure:wallonia-higher-education-institutions"} in given


def test_those_of_a_relation_that_are_left_out_are_compared_with_those_given(home):
    store = connect(home=home)
    question = "Which Walloon specialisations are based on cutting-edge research?"
    _, found = answers.candidates_of(question, store, index.open(store))
    told = {frozenset(compact(str(value)) for value in one.answers): one for one in reversed(found)}
    few = told[frozenset({"specialisation:wallonia-biotech", "specialisation:wallonia-life-science"})]
    assert few.features["rest: any"]
