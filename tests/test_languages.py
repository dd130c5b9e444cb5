"""Which text a reader gets: the lookup of RFC 4647, section 3.4."""

import pytest

from terril.languages import choose, distance, in_language, speaks

TAGS = ("de", "en", "en-GB", "fr", "fr-CA", "nl", "zh-Hant")


@pytest.mark.parametrize(
    ("lang", "tag"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-BE", "fr"),
        ("fr-CA", "fr-CA"),
        ("fr-ca-x-own", "fr-CA"),
        ("zh-Hant-CN-x-private1", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("it", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_tag_is_that_of_the_language_or_a_wider_one_then_english(lang, tag):
    assert choose(TAGS, lang) == tag


def test_a_tag_that_goes_on_for_ever_is_read_as_its_beginning():
    assert choose(TAGS, "fr-" + "ca-" * 100_000) == "fr-CA"


def test_without_english_the_first_by_name_is_chosen():
    assert choose(("nl", "de"), "it") == "de"
    assert in_language({"nl": "streek", "de": "Region"}, "it") == "Region"


def test_a_text_without_a_tag_is_farther_than_one_in_english():
    assert distance(None, "fr") > distance("en", "fr") > distance("fr", "fr") == 0


@pytest.mark.parametrize(
    ("tag", "lang", "expected"),
    [("fr", "fr-BE", True), ("FR-be", "fr", True), ("en", "fr", False), ("fro", "fr", False), ("fr", "fro", False)],
)
def test_a_reader_speaks_the_language_and_its_regions_and_no_other(tag, lang, expected):
    assert speaks(tag, lang) == expected
