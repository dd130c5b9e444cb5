"""What rules an answer out, whatever else speaks for it: a number of something else, a whole for its part, or no more
than about what is asked for exactly.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from .candidates import FEW, Share
from .clues import Asked, Clue
from .facts import Facts
from .matching import Value
from .memory import Group
from .names import expand

CAUTION: Final = "caution: "
"""What features begin with that rule an answer out."""

_QUALIFIER: Final = expand("terril:qualifier")
_EXACT: Final = frozenset(["exact", "precise", "exacte", "precis", "exacts", "exactes", "precises"])
_OF_MANY: Final = (("how", "many", "of"), ("combien", "des"), ("combien", "parmi"), ("combien", "d", "entre"))


def cautions(
    asked: Asked, facts: Facts, group: Group, told: Collection[Value], shares: Sequence[Share]
) -> Iterator[str]:
    """The names of what rules these answers of a group out."""
    plain = all(isinstance(value, ox.Literal) for value in told)
    if plain and asked.wants_number:
        if _is_of_another(asked, shares):
            yield CAUTION + "another thing is counted"
        if not asked.described and _is_of_more(asked, shares):
            yield CAUTION + "more is counted"
        if _asks_for_part(asked) and not _is_of_part(asked, shares):
            yield CAUTION + "the whole is counted"
    if _asks_exactly(asked) and (not plain or _QUALIFIER in facts.out.get(group.fixed, ())):
        yield CAUTION + "it is not exact"


def _is_of_another(asked: Asked, shares: Sequence[Share]) -> bool:
    """Whether what is to be counted is told nowhere near."""
    pairs = zip(asked.clues, shares, strict=True)
    return any(clue is asked.noun and max(share.covered, share.anywhere) < FEW for clue, share in pairs)


def _is_of_more(asked: Asked, shares: Sequence[Share]) -> bool:
    """Whether what says which of them are to be counted, a thing or a word beside their noun, is told nowhere near."""
    return any(
        max(share.covered, share.anywhere) < FEW and (clue.things or _is_beside(clue, asked.noun))
        for clue, share in zip(asked.clues, shares, strict=True)
        if clue is not asked.noun and clue.role == "word"
    )


def _is_beside(clue: Clue, noun: Clue | None) -> bool:
    """Whether a word that is no verb stands right before or after a noun."""
    return noun is not None and not clue.said and (clue.end == noun.start or clue.start == noun.end)


def _is_of_part(asked: Asked, shares: Sequence[Share]) -> bool:
    """Whether what is counted is all that is said of the part, rather than told beside it."""
    others = [share for clue, share in zip(asked.clues, shares, strict=True) if clue.role == "word"]
    return all(max(share.of_relation, share.of_fixed) >= FEW for share in others)


def _asks_exactly(asked: Asked) -> bool:
    """Whether a question asks for something exact, rather than says exactly."""
    return "exact" in asked.marks and not _EXACT.isdisjoint(token.word for token in asked.tokens)


def _asks_for_part(asked: Asked) -> bool:
    """Whether a question asks how many of several things are so and so."""
    words = tuple(token.word for token in asked.tokens)
    return any(words[n : n + len(one)] == one for one in _OF_MANY for n in range(len(words)))
