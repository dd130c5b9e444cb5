"""Quantities that a question names, as ranges of numbers: more than 100, au moins cinq, about a dozen."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from . import spelling
from .grammar import GRAMMARS
from .mentions import Token

_SLIVER: Final = 1e-6
_ABOUT: Final = 0.1


@dataclass(frozen=True)
class Range:
    """The numbers from `least` to `most`, both included."""

    least: float
    most: float

    def holds(self, other: "Range") -> bool:
        """Whether all of another range lies in this one."""
        return self.least <= other.least and other.most <= self.most

    def misses(self, other: "Range") -> bool:
        """Whether none of another range lies in this one."""
        return other.most < self.least or self.most < other.least


def exactly(number: float) -> Range:
    """Just a number."""
    return Range(number, number)


def over(number: float) -> Range:
    """More than a number."""
    return Range(number + _SLIVER, math.inf)


def under(number: float) -> Range:
    """Less than a number."""
    return Range(-math.inf, number - _SLIVER)


def at_least(number: float) -> Range:
    """A number or more."""
    return Range(number, math.inf)


def at_most(number: float) -> Range:
    """A number or less."""
    return Range(-math.inf, number)


def about(number: float) -> Range:
    """A number or one near to it."""
    return Range(number * (1 - _ABOUT), number * (1 + _ABOUT))


def nearly(number: float) -> Range:
    """A number that is nearly reached."""
    return Range(number * (1 - _ABOUT), number)


@dataclass(frozen=True)
class Quantity:
    """What a question says of how much or how many there are, from its token `start` to `end`.

    `number` is the number as it stands, `range` what is meant by it; it is `bare` if no word says how to take it. The
    `unit` is `percent`, `year` or nothing.
    """

    start: int
    end: int
    number: float
    range: Range
    bare: bool
    unit: str = ""


def quantities(tokens: Sequence[Token], tag: str, taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """The quantities among the words of a question that are not taken for names.

    >>> from .mentions import tokens
    >>> [(one.number, one.range.least > 2000) for one in quantities(tokens("more than 2,000 firms"), "en")]
    [(2000.0, True)]
    """
    found = []
    for start, end, number, vague in _numbers(tokens, tag, taken):
        unit, scale, end = _unit(tokens, end)
        how, first, last = _how(tokens, start, end)
        ranged = (how or (about if vague else exactly))(number * scale)
        found.append(Quantity(first, last, number * scale, ranged, how is None and not vague, unit))
    return found


# Numbers

_DIGITS: Final = re.compile(r"\d+")
_HUNDREDS: Final = {
    "en": {"hundred": 100, "hundreds": 100, "thousand": 1000, "dozen": 12, "million": 1_000_000},
    "fr": {"cent": 100, "cents": 100, "mille": 1000, "million": 1_000_000, "millions": 1_000_000},
}
_VAGUE: Final[dict[str, dict[str, int]]] = {
    "en": {},
    "fr": {"dizaine": 10, "douzaine": 12, "vingtaine": 20, "trentaine": 30, "centaine": 100},
}
ONE: Final = frozenset(["one", "un", "une"])
"""Words for a number that are articles or pronouns just as well."""

_ARTICLES: Final = frozenset(["a", "an", "the", "un", "une", "les", "la", "le", "some"])


def _numbers(tokens: Sequence[Token], tag: str, taken: frozenset[int]) -> Iterator[tuple[int, int, float, bool]]:
    """Where numbers stand, in digits or words, and whether they are only about right."""
    place = 0
    while place < len(tokens):
        value, end = (None, place + 1) if place in taken else _number(tokens, place, tag)
        if value is not None:
            yield place, end, value, tokens[end - 1].word in _VAGUE[tag]
        place = end


def _number(tokens: Sequence[Token], place: int, tag: str) -> tuple[float | None, int]:
    word = tokens[place].word
    if _DIGITS.fullmatch(word):
        end = place + 1
        while end < len(tokens) and _continues(tokens, end):
            word, end = word + tokens[end].word, end + 1
        value: float | None = float(word)
    else:
        value, end = GRAMMARS[tag].numbers.get(word, _VAGUE[tag].get(word)) if word not in ONE else None, place + 1
        if word in _HUNDREDS[tag] and (place == 0 or tokens[place - 1].word not in ("per", "pour")):
            value = float(_HUNDREDS[tag][word])
    if value is not None and end < len(tokens) and tokens[end].word in _HUNDREDS[tag] and word not in _HUNDREDS[tag]:
        value, end = value * _HUNDREDS[tag][tokens[end].word], end + 1
    return value, end


def _continues(tokens: Sequence[Token], place: int) -> bool:
    """Whether three digits go on with the number before them: 2,500 or 2 500."""
    before, word = tokens[place - 1].word, tokens[place].word
    return len(word) == 3 and word.isdecimal() and len(before) <= 3 and tokens[place].before in ("", ",", ".", "'", "’")


_UNITS: Final = {
    **dict.fromkeys(("percent", "pourcent"), ("percent", 1.0)),
    **dict.fromkeys(("year", "years", "an", "ans", "annee", "annees"), ("year", 1.0)),
    **dict.fromkeys(("decade", "decades", "decennie", "decennies"), ("year", 10.0)),
}


def _unit(tokens: Sequence[Token], end: int) -> tuple[str, float, int]:
    """The unit that follows a number, how many of the smaller unit it holds, and where it ends."""
    words = [token.word for token in tokens[end : end + 2]]
    if end < len(tokens) and "%" in tokens[end].before:
        return "percent", 1.0, end
    if words in (["per", "cent"], ["pour", "cent"]):
        return "percent", 1.0, end + 2
    if words and words[0] in _UNITS:
        return (*_UNITS[words[0]], end + 1)
    return "", 1.0, end


_ORDINALS: Final = {
    "en": re.compile(r"second|third|(four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|\w+tie)th|\d+(st|nd|rd|th)"),
    "fr": re.compile(r"second|seconde|\w+iemes?|\d+(er?|eme)s?"),
}


def is_ordinal(word: str, tag: str) -> bool:
    """Whether a folded word says which one in a row is meant; first and last are no numbers.

    >>> is_ordinal("sixth", "en"), is_ordinal("dixieme", "fr"), is_ordinal("faith", "en")
    (True, True, False)
    """
    return bool(_ORDINALS[tag].fullmatch(word))


# How a number is to be taken

_HOW: Final[dict[Callable[[float], Range], tuple[str, ...]]] = {
    over: (
        *("more than", "over", "above", "exceed", "exceeds", "exceeding", "upwards of", "beyond", "in excess of"),
        *("plus de", "plus d", "au-delà de", "dépasse", "dépassent", "supérieur à", "supérieure à", "more"),
        *("dépasse les", "dépassent les", "greater than", "larger than", "higher than"),
    ),
    at_least: ("at least", "no fewer than", "no less than", "not less than", "a minimum of", "au moins", "au minimum"),
    under: ("fewer than", "less than", "under", "below", "smaller than", "moins de", "moins d", "inférieur à"),
    at_most: ("at most", "no more than", "not more than", "up to", "a maximum of", "au plus", "au maximum"),
    about: (
        *("about", "around", "roughly", "approximately", "some", "nearly", "almost", "close to", "near to", "near"),
        *(
            "environ",
            "près de",
            "presque",
            "à peu près",
            "quelque",
            "autour de",
            "aux alentours de",
            "approximativement",
        ),
    ),
}
_AFTER: Final[dict[Callable[[float], Range], tuple[str, ...]]] = {
    at_least: ("or more", "or over", "ou plus", "at least", "au moins"),
    at_most: ("or fewer", "or less", "ou moins", "at most", "au plus"),
    about: ("or so", "environ", "à peu près"),
}
_BEFORE: Final = sorted(
    ((tuple(spelling.words(one)), how) for how, phrases in _HOW.items() for one in phrases),
    key=lambda one: -len(one[0]),
)
_BEHIND: Final = [(tuple(spelling.words(one)), how) for how, phrases in _AFTER.items() for one in phrases]


def _how(tokens: Sequence[Token], start: int, end: int) -> tuple[Callable[[float], Range] | None, int, int]:
    """What the words around a number make of it, and where these begin and end."""
    words = tuple(token.word for token in tokens)
    first = start - 1 if start and words[start - 1] in _ARTICLES else start
    for phrase, how in _BEFORE:
        for place in (start, first):
            if words[max(0, place - len(phrase)) : place] == phrase:
                return how, place - len(phrase), end
    for phrase, how in _BEHIND:
        if words[end : end + len(phrase)] == phrase:
            return how, start, end + len(phrase)
    return None, start, end
