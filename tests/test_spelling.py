"""How names are spelt: what stays of a text whatever its case, accents, typography and inflection, and its slips."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from terril.spelling import SMALL, abbreviations, content, fold, is_small_misspelt, pieces, slips, stem, stems, words


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("Université de Liège", "UNIVERSITE DE LIEGE"),
        ("matériaux d’avenir", "materiaux d'avenir"),
        ("Cœur", "coeur"),
        ("N-Side", "n side"),
        ("Großstadt", "GROSSSTADT"),
        ("Lie\u0300ge", "Liège"),
        ("S3 – 2.0", "s3-2.0"),
        ("ﬁrm", "firm"),
    ],
)
def test_case_accents_and_typography_do_not_count(written, otherwise):
    assert fold(written) == fold(otherwise)


@given(st.text(max_size=50))
@example("\u0130stanbul")
@example("\U0001d468")
def test_folding_a_folded_text_changes_nothing(text):
    assert words(fold(text)) == words(text)


def test_letters_of_other_scripts_keep_their_vowel_signs():
    assert fold("हिन्दी") != fold("हन्द")


def test_a_text_of_signs_only_is_one_word_and_white_space_is_none():
    assert words("+ +") == ["++"]
    assert words(" \n") == []


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("cluster", "clusters"),
        ("technology", "technologies"),
        ("technologie", "technologies"),
        ("business", "businesses"),
        ("box", "boxes"),
        ("branch", "branches"),
        ("réseau", "réseaux"),
        ("régional", "régionaux"),
        ("entreprise", "entreprises"),
        ("university", "universities"),
        ("ville", "villes"),
        ("lab", "labs"),
        ("stratégie", "stratégies"),
        ("day", "days"),
        ("key", "keys"),
        ("enjeu", "enjeux"),
    ],
)
def test_singular_and_plural_have_one_stem(one, several):
    assert stem(fold(one)) == stem(fold(several))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wallon", "wallonne"),
        ("européen", "européenne"),
        ("créatif", "créative"),
        ("directeur", "directrice"),
        ("innovant", "innovante"),
        ("organisation", "organization"),
        ("centre", "center"),
        ("programme", "program"),
        ("labour", "labor"),
    ],
)
def test_genders_and_the_two_spellings_of_english_have_one_stem(one, other):
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("maintenance", "manufacturing"), ("paris", "part"), ("mons", "mont"), ("s3", "s"), ("2021", "2022"), ("ai", "a")],
)
def test_words_of_their_own_keep_stems_of_their_own(one, other):
    assert stem(one) != stem(other)


def test_the_order_of_words_and_small_words_do_not_count():
    assert stems(words("Université de Liège")) == stems(words("Liège, l’université"))


def test_a_name_of_small_words_only_keeps_them():
    assert content(["in", "the"]) == ["in", "the"]
    assert stems(["at", "to"]) != stems(["in", "the"])


def test_small_words_are_folded():
    assert {fold(word) for word in SMALL} == SMALL


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("European Union", "eu"),
        ("Smart Specialisation Strategy", "s3"),
        ("Namur Innovative City Lab", "nicl"),
        ("Namur Innovative City Lab", "nic"),
        ("University of Liège", "uol"),
        ("University of Liège", "uliege"),
        ("Smart Specialisation Strategy (2021-2027)", "sss"),
    ],
)
def test_a_name_is_abbreviated_by_its_initials(name, letters):
    assert letters in abbreviations(words(name))


@pytest.mark.parametrize("name", ["Namur", "2021-2027", "one two three four five six seven eight nine", ""])
def test_a_single_word_numbers_and_very_long_names_have_no_abbreviation(name):
    assert abbreviations(words(name)) == set()


SLIPPED = st.lists(st.tuples(st.integers(0, 11), st.sampled_from("iedt"), st.sampled_from("abcd")), max_size=3)


@given(st.text("abcd", min_size=4, max_size=12), SLIPPED)
def test_words_within_the_forgiven_slips_have_a_piece_in_common(word, made):
    other = word
    for at, kind, letter in made:
        head, here, tail = other[:at], other[at : at + 1], other[at + 1 :]
        other = {
            "i": head + letter + here + tail,
            "e": head + letter + tail,
            "d": head + tail,
            "t": head + tail[:1] + here + tail[1:],
        }[kind]
    forgiven = slips(min(len(word), len(other)))
    if forgiven and OSA.distance(word, other) <= forgiven:
        assert set(pieces(word)) & set(pieces(other))


def test_in_short_words_and_in_codes_no_slip_is_forgiven():
    assert slips(3) == 0
    assert list(pieces("be1")) == list(pieces("lab")) == list(pieces("be31234")) == []


def test_a_small_word_is_known_with_its_letters_transposed():
    assert is_small_misspelt("fo")
    assert not is_small_misspelt("ai")
