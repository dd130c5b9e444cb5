"""The words of the pages themselves, in each language; what the graph names comes from the graph."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ..languages import in_language

_FILE: Final = Path(__file__).with_name("words.toml")


@cache
def words(lang: str) -> Mapping[str, str]:
    """All words in the nearest language.

    >>> words("fr-BE")["facts"]
    'Faits'
    """
    return {key: in_language(texts, lang) for key, texts in tomllib.loads(_FILE.read_text("utf-8")).items()}


def number(value: int, lang: str) -> str:
    """A whole number as readers of a language write it.

    >>> number(26630, "en"), number(26630, "fr")
    ('26,630', '26\\u202f630')
    """
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if lang.startswith("fr") else f"{value:,}"
