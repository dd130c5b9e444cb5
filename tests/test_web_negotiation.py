"""Content negotiation by RFC 9110, section 12.5: quality, specificity, and what is malformed."""

import pytest

from terril.web.negotiation import accepts_gzip, language, media_type, ranges

OFFERS = ("application/json", "application/xml", "text/csv", "text/turtle")


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.2, text/turtle;q=0.9", "text/turtle"),
        ("text/*;q=0.5, text/turtle;q=0.1", "text/csv"),
        ("*/*;q=0.1, application/*;q=0.2, application/json;q=0", "application/xml"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("text/csv;charset=utf-8", "text/csv"),
        ('text/csv;note="a;b"', "text/csv"),
        ("image/png", None),
        ("application/json;q=0", None),
        ("application/json;q=high", None),
        ("application/json;q=1.5", None),
        (",,;;,text/csv", "text/csv"),
        ("text/csv ; Q=0.5 , application/xml ; q=0.4", "text/csv"),
    ],
)
def test_what_a_client_likes_best_is_chosen(header, chosen):
    assert media_type(header, OFFERS) == chosen


@pytest.mark.parametrize("header", ["a" * 100_000, "," * 100_000, "text/csv;" * 20_000, ";q=" * 30_000, '"' * 100_000])
def test_a_hostile_header_is_read_in_no_time_and_likes_nothing(header):
    assert len(list(ranges(header))) <= 64


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "en"),
        ("fr", "fr"),
        ("fr-BE;q=0.9, en;q=0.8", "fr"),
        ("de, fr;q=0.3, en;q=0.2", "fr"),
        ("de", "en"),
        ("*", "en"),
    ],
)
def test_the_language_is_that_which_the_reader_prefers(header, chosen):
    assert language(header, ("en", "fr")) == chosen


@pytest.mark.parametrize(
    ("header", "taken"),
    [(None, False), ("gzip", True), ("br, *;q=0.1", True), ("gzip;q=0, *", False), ("identity", False), ("GZIP", True)],
)
def test_gzip_is_sent_to_those_who_take_it(header, taken):
    assert accepts_gzip(header) is taken
