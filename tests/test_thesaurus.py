"""Everyday words: what else people say for them, in whatever form they stand."""

from collections import Counter

import pyoxigraph as ox
import pytest

from terril import thesaurus
from terril.store import Embedded, connect
from terril.thesaurus import WORD, bag, forms, stems_of


@pytest.fixture(scope="module")
def words(home):
    return thesaurus.load(connect(home=home))


def senses(found, text: str, tag: str) -> set[str]:
    names = frozenset().union(*found.senses(text.split(), tag).values())
    return {name.removeprefix(WORD) for name in names}


@pytest.mark.parametrize(
    ("one", "other", "tag"), [("lured", "luring", "en"), ("studies", "study", "en"), ("réunis", "réunir", "fr")]
)
def test_inflected_forms_of_a_verb_have_a_form_in_common(one, other, tag):
    assert bag(one, tag) & bag(other, tag)


def test_a_french_word_is_no_english_one():
    assert not forms("pain", "en") & forms("pain", "fr")


def test_a_noun_that_looks_like_a_participle_is_no_verb():
    assert forms("partie", "fr") & forms("parties", "fr")
    assert not forms("partie", "fr") & forms("partir", "fr")


def test_a_name_without_language_is_read_in_each():
    assert stems_of([ox.Literal("Cenaero")]) == {"en:cenaero", "fr:cenaero"}


@pytest.mark.parametrize(
    ("text", "tag", "sense"),
    [
        ("lured", "en", "attract"),
        ("footed the bill", "en", "pay"),
        ("appâtés", "fr", "attract"),
        ("feu vert", "fr", "adopt"),
    ],
)
def test_a_word_or_phrase_is_known_in_its_forms_by_what_else_is_said_for_it(words, text, tag, sense):
    assert sense in senses(words, " ".join(thesaurus.spelling.words(text)), tag)


def test_a_phrase_may_hold_small_words_but_no_others(words):
    assert "adopt" in senses(words, "give the nod", "en")
    assert "adopt" in senses(words, "give us a nod", "en") or "adopt" in senses(words, "give them the nod", "en")
    assert "adopt" not in senses(words, "give yellow nod", "en")


def test_a_word_means_nothing_in_the_other_language(words):
    assert "adopt" not in senses(words, "feu vert", "en")


def test_a_store_without_everyday_words_has_none():
    assert thesaurus.load(Embedded(ox.Store())).sets == {}


def test_every_set_has_a_word_of_its_own_in_both_languages(home):
    store = connect(home=home)
    rows = store.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT DISTINCT ?set ?label "
        f"WHERE {{ ?set skos:inScheme <{WORD.removesuffix('/')}> ; skos:prefLabel ?label }}"
    ).rows
    assert len(rows) > 500
    by_set = Counter((name.value, label.language) for name, label in rows)
    assert set(by_set.values()) == {1}
    assert len(by_set) == 2 * len({name for name, _ in by_set})
    assert [label for label, times in Counter(label for _, label in rows).items() if times > 1] == []
