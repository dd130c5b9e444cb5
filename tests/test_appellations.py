"""Questions that ask for a name: the short form, the whole name behind one, another name, or the one in French."""

import pytest

from terril import answers, index, recollection
from terril.appellations import NAME, is_short
from terril.holdings import consult


@pytest.fixture(scope="module")
def called(home):
    store = consult(None, home=home)
    names = index.open(store)

    def ask(question: str) -> set[str]:
        _, found = answers.candidates_of(question, store, names)
        names_found = [one for one in found if one.group is not None and one.group.step == NAME]
        return {value.value for one in names_found for value in one.answers}

    return ask


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the abbreviation of the European Innovation Scoreboard?", "EIS"),
        ("What does TAF stand for?", "Technical Assistance Facility"),
        ("What do the letters B, E and P stand for?", "building energy performance"),
        ("Which short form has the MecaTech Competitiveness Cluster?", "MecaTech CC"),
        ("By which other word does the page call renewable energy?", "renewables"),
        ("How do French speakers say competitiveness cluster?", "pôle de compétitivité"),
        ("Quel est le sigle de l’index mondial de la cybersécurité ?", "GSI"),
        ("Que signifie le sigle AWEX ?", "Wallonia Export-Investment Agency"),
        ("TRAIL, en toutes lettres ?", "Trusted AI Labs"),
        ("Comment dit-on « competitiveness cluster » en français ?", "pôle de compétitivité"),
        ("Quel est le titre du profil de membre de la Wallonie ?", "Member Profile"),
    ],
)
def test_the_name_that_is_asked_for_may_answer(called, question, name):
    assert name in called(question)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does ESM stand for?", "ESM Pilot"),
        ("What does TAF stand for?", "TAF"),
        ("What do the letters B, E and P stand for?", "BEP"),
        ("Que signifie le sigle AWEX ?", "AWEX"),
        ("What is the French word for business cluster?", "cluster d’entreprises"),
    ],
)
def test_what_the_question_says_or_no_source_writes_is_no_name_for_it(called, question, name):
    assert name not in called(question)


def test_a_word_of_capitals_makes_a_name_short():
    assert is_short("UCL", "Catholic University of Louvain")
    assert is_short("MecaTech CC", "MecaTech Competitiveness Cluster")
    assert not is_short("MecaTech", "MecaTech Competitiveness Cluster")
    assert not is_short("renewables", "renewable energy")


def test_a_name_is_asked_of_the_store_as_a_name(home):
    store = consult(None, home=home)
    inquiry = answers._inquiry(store, home)
    memory = recollection.remembered(store, inquiry)
    asked, found = answers.candidates_of("What does TAF stand for?", store, index.open(store))
    name = next(one for one in found if one.group is not None and one.group.step == NAME)
    sparql, result = answers._run(recollection.tried(asked, name, memory), inquiry, store)
    assert "skos:altLabel" in sparql
    assert [row[0].value for row in result.rows] == ["Technical Assistance Facility"]


@pytest.mark.parametrize("question", ["Which clusters focus on smart maintenance?", "Où est situé l’A6K-E6K ?"])
def test_where_no_name_is_asked_for_none_is_looked_for(called, question):
    assert called(question) == set()
