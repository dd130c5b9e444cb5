"""How names are spelt: what stays of a text without case, accents and typography, and of a word without its ending.

Two texts are the same name if their foldings are equal, and the same but for inflection if their stems are. Endings are
those of English and French nouns and adjectives; the rules are light, for names and not for running text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, groupby
from typing import Final

SMALL: Final = frozenset(
    "a an and are as at by for from in into is it its of on or s that the their this to was were with "
    "à au aux ce ces cette d dans de des du elle en est et il l la le les leur leurs ou par pour qu que qui sa se ses "
    "son sont sous sur un une vers "
    "aan bij der die das den dem een ein eine für het im met mit op te und van von voor zu"
    .translate(str.maketrans("àü", "au")).split()
)  # fmt: skip
"""Words that a name may lack and still be the same: articles, prepositions and the like, folded."""

_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_WORD: Final = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text without case and accents; a text of signs only is one word.

    >>> words("L’Université de Liège, S3-2.0")
    ['l', 'universite', 'de', 'liege', 's3', '2', '0']
    """
    if text.isascii():
        plain = text.lower()
    else:
        letters = unicodedata.normalize("NFKD", text).casefold()  # 𝐀 has no case before it is an A
        parts = unicodedata.normalize("NFKD", letters.translate(_LETTERS))
        plain = unicodedata.normalize("NFC", _ACCENTS.sub("", parts))
    return _WORD.findall(plain) or ["".join(plain.split())] * bool(plain.strip())


def fold(text: str) -> str:
    """A text without case, accents and typography.

    >>> fold("N-SIDE") == fold("n side")
    True
    """
    return " ".join(words(text))


_TRANSPOSED: Final = frozenset("".join(sorted(word)) for word in SMALL if len(word) > 1)


def is_small_misspelt(word: str) -> bool:
    """Whether a word is a small one but for the order of its letters, or for a plural that it cannot have."""
    return "".join(sorted(word)) in _TRANSPOSED or stem(word) in SMALL


def content(folded: Sequence[str]) -> list[str]:
    """The words that a name cannot lack: those that are not small, or all of them if all are."""
    return [word for word in folded if word not in SMALL] or list(folded)


_VARIANTS: Final = (("is", "iz"), ("or", "our"))
_PLURALS: Final = (
    ("eaux", "eau"), ("aux", "al"), ("eux", "eu"), ("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"),
    ("xes", "x"), ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""),
)  # fmt: skip
_SINGULARS: Final = (("trice", "teur"), ("ive", "if"), ("tre", "ter"), ("ie", "i"), ("y", "i"), ("e", ""))
_SHORTEST: Final = 3


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A folded word without the endings of number and gender, and in one spelling of those that English has.

    >>> [stem(word) for word in ("technologies", "technologie", "technology")]
    ['technologi', 'technologi', 'technologi']
    >>> stem("regionaux") == stem("regionale"), stem("organizations") == stem("organisation")
    (True, True)
    """
    if len(word) <= _SHORTEST or not word.isalpha():
        return word
    for kept, other in _VARIANTS:
        word = word.replace(other, kept)
    for endings in (_PLURALS, _SINGULARS):
        word = _without_ending(word, endings) if len(word) > _SHORTEST else word
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] else word


def _without_ending(word: str, endings: Sequence[tuple[str, str]]) -> str:
    for ending, replacement in endings:
        if word.endswith(ending):
            short = word.removesuffix(ending) + replacement
            return short if len(short) >= _SHORTEST else word
    return word


def stems(folded: Sequence[str]) -> str:
    """What a name's words have in common with all its inflections and orders, whatever small words it lacks.

    >>> stems(words("the Universities of Liège")) == stems(words("Liège university"))
    True
    """
    return " ".join(sorted(map(stem, content(folded))))


_MOST_INITIALS: Final = 8


def abbreviations(folded: Sequence[str]) -> set[str]:
    """What a name's words may be abbreviated to: initials, with their number if repeated, or before the last word.

    >>> sorted(abbreviations(words("Smart Specialisation Strategy")))
    ['s3', 'sss', 'ssstrategy']
    >>> sorted(abbreviations(words("University of Liège")))
    ['ul', 'uliege', 'uol']
    >>> "nic" in abbreviations(words("Namur Innovative City Lab"))
    True
    """
    spelt = [word for word in folded if not word.isdecimal()]
    bearing = content(spelt)
    if not 2 <= len(bearing) <= _MOST_INITIALS:
        return set()
    initials = {_initials(bearing), _initials(spelt)}
    beginnings = {_initials(bearing)[:-1]} if len(bearing) > _SHORTEST else set()
    counted = {_counted(letters) for letters in initials}
    return initials | counted | beginnings | {_initials(bearing[:-1]) + bearing[-1]}


def _initials(folded: Sequence[str]) -> str:
    return "".join(word[0] for word in folded)


def _counted(letters: str) -> str:
    """Letters with runs of three or more counted: "sssp" is "s3p"."""
    runs = ((letter, len(list(run))) for letter, run in groupby(letters))
    return "".join(f"{letter}{length}" if length >= _SHORTEST else letter * length for letter, length in runs)


_ONE_SLIP: Final = 4
_TWO_SLIPS: Final = 8
_BEGINNING: Final = 6


def slips(length: int) -> int:
    """How many typing errors are forgiven in a word of so many letters: in short ones none, in long ones two."""
    return (length >= _ONE_SLIP) + (length >= _TWO_SLIPS)


def pieces(word: str, most: int = 2) -> Iterator[str]:
    """The beginning of a word with as many letters left out as slips are forgiven, or at most as many as said.

    Two words that lie within these slips of each other have a piece in common. A word with a digit is a code, in which
    none are forgiven: it has none.

    >>> sorted(set(pieces("liege")) & set(pieces("leige")))
    ['lege', 'lige']
    """
    forgiven = min(most, slips(len(word))) if word.isalpha() else 0
    beginning = word[:_BEGINNING]
    for missing in range(forgiven + 1 if forgiven else 0):
        for left_out in combinations(range(len(beginning)), missing):
            yield "".join(letter for i, letter in enumerate(beginning) if i not in left_out)
