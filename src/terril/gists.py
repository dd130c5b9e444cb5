"""What questions say, so that two can be compared: by what they share, and by what is left of either."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from . import spelling
from .clues import Asked, Clue
from .names import compact

Meanings = Mapping[str, float]

_PART: Final = 0.5
"""How much a thing counts that a word may mean, but does not name."""


@dataclass(frozen=True)
class Gist:
    """What of a question is compared with others: its language, its form and marks, what is asked for, the names,
    senses and numbers that it gives, each with how much it counts, the stems of all its words, and its names in order.
    """

    tag: str
    form: str
    marks: frozenset[str]
    noun: frozenset[str]
    meanings: Meanings
    words: frozenset[str]
    order: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> "Gist":
        marks = {*asked.marks, *(mark for mark, is_so in _also(asked) if is_so)}
        meanings: dict[str, float] = {}
        for clue in asked.clues:
            for meaning, counts in _meanings(clue):
                meanings[meaning] = max(counts, meanings.get(meaning, 0.0))
        noun = frozenset(m for m, _ in _meanings(asked.noun)) if asked.noun is not None else frozenset[str]()
        words = frozenset(spelling.stem(token.word) for token in asked.tokens)
        order = tuple(one for one in meanings if one.startswith(_NAME))
        return cls(asked.tag, asked.form, frozenset(marks), noun, meanings, words, order)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.order)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(one for one in self.meanings if one.startswith(_NUMBER))

    def named(self, answers: Iterable[str]) -> list[str]:
        """What it says of some answers."""
        return [key for one in sorted(answers) for key in (_NAME + one, _NUMBER + one) if key in self.meanings]

    def rivals(self, answers: Iterable[str], other: "Gist") -> list[str]:
        """What it says in the place of some answers, and another question does not: names of the same kind, numbers."""
        kinds = {_kind_of(one) for one in answers}
        said = sorted((self.names | self.numbers) - other.meanings.keys())
        return [one for one in said if _kind_of(one.partition(" ")[2]) in kinds]

    def without(self, some: Iterable[str]) -> Meanings:
        """What it says but for some of it."""
        left = set(some)
        return {one: counts for one, counts in self.meanings.items() if one not in left}


def _kind_of(answer: str) -> str:
    """Of what kind an answer is, as far as its form tells: a CURIE by its prefix."""
    return answer.partition(":")[0] if ":" in answer else ""


_NAME: Final = "name "
_NUMBER: Final = "number "
_NEGATED, _POLAR, _NUMERIC = "negated", "polar", "numeric"


def _also(asked: Asked) -> Iterator[tuple[str, bool]]:
    yield _NEGATED, asked.negated
    yield _POLAR, asked.polar
    yield _NUMERIC, asked.wants_number
    yield f"{asked.number} of them", bool(asked.number)
    yield "plural", asked.noun is not None and asked.noun.plural
    yield "towards", asked.towards
    yield "passive", asked.passive


def _meanings(clue: Clue) -> Iterator[tuple[str, float]]:
    """What a clue stands for, whatever the language if it can be, with how much each counts."""
    if clue.role == "name":
        yield from ((_NAME + compact(thing), 1.0) for thing in sorted(clue.things))
    elif clue.role == "word":
        yield from ((local(sense), 1 / math.sqrt(len(clue.senses))) for sense in sorted(clue.senses))
        yield from ((min(part), 1.0) for part in clue.parts if not clue.senses)
        yield from ((f"like {compact(thing)}", _PART) for thing in clue.things)
    else:
        yield f"{clue.role} {clue.text.casefold()}", 1.0


def local(iri: str) -> str:
    """The last part of an IRI."""
    return re.split(r"[#/]", iri)[-1]


def compared(
    gist: Gist, other: Gist, said: float, worded: float, heavy: Callable[[str], float]
) -> Iterator[tuple[str, float]]:
    """What is weighed of two questions, by name: how like what they say is, and their words; how much is left of either
    by how heavy each thing is; in what they agree; and what only one of them says.
    """
    yield "any", 1.0
    for name, value, cuts in _degrees(gist, other, said, worded, heavy):
        yield name, value
        yield from ((f"{name} from {cut}", 1.0) for cut in cuts if value >= cut)
    yield from ((name, float(is_so)) for name, is_so in _agreements(gist, other))
    yield from ((f"differ in {mark}", 1.0) for mark in gist.marks ^ other.marks)
    yield f"{gist.form} to {other.form}", 1.0
    yield "language, said", said * (gist.tag == other.tag)
    yield "said, worded", said * worded
    yield from ((name, _LEXICAL) for name in _apart(gist, other))


_SHARES: Final = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
_WEIGHTS: Final = (0.5, 2.0, 4.0, 6.0, 9.0, 13.0)


def _degrees(
    gist: Gist, other: Gist, said: float, worded: float, heavy: Callable[[str], float]
) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    """What there can be more or less of, with the degrees that are told apart."""
    yield "said", said, _SHARES
    yield "worded", worded, _SHARES
    for name, here, there in (("left", gist, other), ("more", other, gist)):
        weights = {one: heavy(one) * counts for one, counts in here.meanings.items()}
        only = [weight for one, weight in weights.items() if one not in there.meanings]
        yield name, sum(only), _WEIGHTS
        yield f"{name} most", max(only, default=0.0), _WEIGHTS
        yield f"{name} share", sum(only) / (sum(weights.values()) or 1), _SHARES
    either, both = (sum(map(heavy, names)) for names in (gist.names | other.names, gist.names & other.names))
    yield "names", both / either if either else 0.5, _SHARES


def _agreements(gist: Gist, other: Gist) -> Iterator[tuple[str, bool]]:
    """What is so of two questions, or not."""
    here, there = ([name for name in one.order if name in gist.names & other.names] for one in (gist, other))
    yield "names same", gist.names == other.names
    yield "names turned round", here != there
    yield "no names", not gist.names
    yield "no names there", not other.names
    yield "names left", not gist.names <= other.names
    yield "form", gist.form == other.form
    yield "noun", bool(gist.noun & other.noun)
    yield "no noun", not gist.noun
    yield "no noun there", not other.noun
    yield "noun same", gist.noun == other.noun
    yield "marks", gist.marks == other.marks
    yield "language", gist.tag == other.tag
    yield "numbers", gist.numbers == other.numbers


_LEXICAL: Final = 0.5
"""How much a single thing counts that only one of two questions says: its weight is learned from few pairs."""


def _apart(gist: Gist, other: Gist) -> Iterator[str]:
    """What only one of two questions says; of names their kinds."""
    for here, there, how in ((gist, other, "left"), (other, gist, "more")):
        only = here.meanings.keys() - there.meanings.keys()
        yield from {f"{how} {one.partition(':')[0] if one.startswith(_NAME) else one}" for one in only}
        if here.tag == there.tag:
            yield from (f"{how} word {one}" for one in here.words - there.words)
