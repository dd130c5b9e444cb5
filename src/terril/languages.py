"""Languages: which of several texts a reader gets, by the lookup of RFC 4647 (section 3.4)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final


def choose(tags: Iterable[str], lang: str) -> str:
    """Return the tag nearest to the language asked for: its own, that of a wider one, English, else the first by name.

    >>> choose(("en", "fr", "nl"), "FR-be"), choose(("en", "fr", "nl"), "de")
    ('fr', 'en')
    """
    return min(tags, key=lambda tag: (distance(tag, lang), tag))


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """Return the text whose tag is nearest to the language asked for."""
    return texts[choose(texts, lang)]


@lru_cache(1 << 12)
def distance(tag: str | None, lang: str) -> int:
    """Tell how far a text's tag is from the language asked for, a BCP 47 tag: 0 is that very language.

    For "fr-BE" the order is fr-BE, fr, English, all others; a tag that is narrower than one of these comes right after
    it, as "fr-CA" after "fr". Case is of no account.
    """
    given, ranges = (tag or "").lower(), [*_ranges(lang), "en"]
    return next((2 * i + (given != wide) for i, wide in enumerate(ranges) if _is_within(given, wide)), 2 * len(ranges))


def speaks(tag: str, lang: str) -> bool:
    """Tell whether a reader of a language reads texts with that tag as their own: a reader of "fr-BE" those in "fr"."""
    return any(_is_within(tag.lower(), wide) for wide in _ranges(lang))


def _ranges(lang: str) -> list[str]:
    """The language and those around it: "zh-hant-cn", "zh-hant", "zh"; none ends in a subtag of one letter."""
    parts = lang[:_LONGEST].lower().split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1) if len(parts[n - 1]) > 1]


_LONGEST: Final = 255
"""Characters of a tag that are looked at; without extensions it has at most 35 (RFC 5646, section 4.4.1)."""


def _is_within(tag: str, wide: str) -> bool:
    return f"{tag}-".startswith(f"{wide}-")
