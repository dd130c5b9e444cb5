"""What a question gives away: its form, what it asks for, its names, and who does what."""

import pytest

from terril import clues, facts, index, lexicon, memory, thesaurus
from terril.grammar import language
from terril.lexicon import Step
from terril.mentions import tokens
from terril.names import compact, expand
from terril.store import connect


@pytest.fixture(scope="module")
def look(home):
    store = connect(home=home)
    known = memory.load(store, facts.load(store), lexicon.load(store), thesaurus.load(store))
    names = index.open(store)

    def looked(text: str) -> clues.Asked:
        asked = tokens(text)
        return clues.look(asked, language(token.word for token in asked), names, known)

    return looked


@pytest.mark.parametrize(
    ("question", "form", "noun"),
    [
        ("Who set up CAP 2020?", "who", None),
        ("Which clusters gather architects?", "which", "clusters"),
        ("Where is the Smart City Institute based?", "where", None),
        ("When was the S3 2.0 adopted?", "when", None),
        ("By what deadline do business centres get 5G?", "when", None),
        ("How many partners does FACTORI gather?", "count", "partners"),
        ("Is Cenaero part of EuroHPC?", "truth", None),
        ("MecaTech ou FACTORI : lequel fédère le plus d’acteurs ?", "puzzle", None),
        ("Quelles universités sont à l’origine de N-Side ?", "which", "universités"),
        ("Two universities stand at the cradle of N-Side - which ones?", "which", "universities"),
        ("Quel cluster rassemble des bioélectriciens ?", "which", "cluster"),
        ("What energy level does the law ask of buildings?", "what", "level"),
        ("les contacts de la région qui a un bureau à Bruxelles", "list", "contacts"),
        ("people who met at the forum", "list", "people"),
        ("The cluster where architects gather: what does it focus on?", "what", None),
        ("participants of IND TECH that are neither industry nor SMEs", "list", "participants"),
        ("Who leads the institute that is in Liège?", "who", None),
        ("Qui dirige l’institut ?", "who", None),
    ],
)
def test_a_question_has_a_form_and_a_noun_for_what_it_asks(look, question, form, noun):
    asked = look(question)
    assert asked.form == form
    if form != "puzzle":
        assert (asked.noun.text if asked.noun else None) == noun


@pytest.mark.parametrize(
    ("question", "number", "of"),
    [
        ("Name the five areas of the S3", "5", ""),
        ("Quels sont les six secteurs clés de la Wallonie ?", "6", ""),
        ("Which of the two contact persons is a senior advisor?", "", "2"),
    ],
)
def test_a_number_before_the_noun_says_how_many_answers_there_are_or_of_how_many(look, question, number, of):
    asked = look(question)
    assert (asked.number, asked.of) == (number, of)


def test_names_are_told_from_words(look):
    asked = look("Who founded Phoenix AI?")
    assert {compact(thing) for thing in asked.named} == {"organisation:phoenix-ai"}
    assert [clue.text for clue in asked.clues if clue.role == "word"] == ["founded"]


def test_a_name_that_nothing_knows_is_an_alien(look):
    assert [clue.text for clue in look("What is Skywin specialised in?").clues if clue.role == "alien"] == ["Skywin"]


def test_what_only_leads_up_to_a_question_is_left_aside_but_for_its_names(look):
    asked = look("I am knitting a scarf on Charleroi: which ecosystems are its priorities?")
    assert {clue.text for clue in asked.clues} == {"Charleroi", "ecosystems", "priorities"}


@pytest.mark.parametrize(
    ("question", "by", "doing"),
    [
        ("Which initiatives are encouraged by FEDER?", True, False),
        ("Which companies did Laurent Renard found?", False, True),
        ("Who founded Phoenix AI?", False, False),
    ],
)
def test_it_is_seen_by_whom_something_is_done_and_who_does_it(look, question, by, doing):
    asked = look(question)
    assert (bool(asked.agents), bool(asked.actors)) == (by, doing)


@pytest.mark.parametrize(
    ("question", "property", "inverse"),
    [
        ("Who founded Phoenix AI?", "foundedBy", False),
        ("Which company did Laurent Renard found?", "foundedBy", True),
        ("Which networks were created by the Walloon Region?", "createdBy", True),
        ("Par qui CAP 2020 a-t-il été créé ?", "createdBy", False),
        ("Que soutient la TAF ?", "supportedBy", True),
    ],
)
def test_a_verb_leads_to_who_does_it_or_to_what_is_done_to(look, question, property, inverse):
    steps = look(question).steps
    assert Step(expand(f"terril:{property}"), inverse) in steps
    assert Step(expand(f"terril:{property}"), not inverse) not in steps


def test_what_follows_a_comma_is_a_name_of_its_own(look):
    asked = look("Which came first, the European Cluster Policy Forum or the adoption of Wallonia’s S3 2.0?")
    assert "first" in asked.marks
    assert "European Cluster Policy Forum" in {clue.text for clue in asked.clues if clue.role == "name"}


def test_a_question_that_says_not_is_negated(look):
    assert look("Which clusters do not gather architects?").negated
    assert not look("Which clusters gather architects?").negated


@pytest.mark.parametrize(
    ("question", "described"),
    [
        ("Who supported the start-up that makes imaging systems?", {"start up"}),
        ("Qui soutient l’université où travaille Nathalie Crutzen ?", {"université"}),
        ("Who supported Phoenix AI?", set()),
    ],
)
def test_a_noun_with_a_relative_clause_only_says_what_is_meant(look, question, described):
    asked = look(question)
    assert {clue.text.lower() for clue in asked.clues if clue.start in asked.described} == described


@pytest.mark.parametrize(
    ("question", "passive"),
    [
        ("Which two universities were founded by N-Side?", True),
        ("Quelles universités ont été fondées par N-Side ?", True),
        ("What does the company founded by Laurent Renard make?", False),
        ("Quels sont les objectifs de l’écosystème représenté par A6K-E6K ?", False),
    ],
)
def test_what_is_asked_for_is_done_by_the_agent_only_in_a_clause_of_its_own(look, question, passive):
    asked = look(question)
    assert asked.agents
    assert asked.passive == passive
