"""Precedents: questions whose answers are known, and how likely another question has the same answer.

Two questions are compared by what they name and say, by their words, and by what is left of either when what they
share is taken away (`gists`); how much each of these tells was learned from pairs of questions (`tests/learn.py`).
"""

import copy
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from .clues import Asked
from .gists import Gist, Meanings, compared
from .matching import Value
from .names import compact

PRECEDENTS: Final = "precedents.txt"
MOST: Final = 30
"""How many precedents are heard: those that are most like a question."""


class Precedent(NamedTuple):
    """A question with the answers that are right, none if the documents do not say; the relations that lead to them;
    and the set that it comes from.
    """

    gist: Gist
    answers: tuple[frozenset[str], ...]
    relations: frozenset[str]
    source: str

    @property
    def kind(self) -> str:
        """Which weights tell how like a precedent a question is."""
        if not any(self.answers):
            return SILENT
        return POLAR if self.answers[0] <= {"yes", "no"} else ANSWERED

    def line(self) -> str:
        """The precedent as a line of JSON."""
        gist = self.gist
        sets = (sorted(one) for one in (gist.marks, gist.noun, gist.words))
        meanings = {name: round(counts, 3) for name, counts in sorted(gist.meanings.items())}
        answers = [sorted(one) for one in self.answers]
        parts = [gist.tag, gist.form, *sets, meanings, gist.order, answers, sorted(self.relations), self.source]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, line: str) -> "Precedent":
        """The precedent of a line."""
        tag, form, marks, noun, words, meanings, order, answers, relations, source = json.loads(line)
        gist = Gist(tag, form, frozenset(marks), frozenset(noun), meanings, frozenset(words), tuple(order))
        return cls(gist, tuple(map(frozenset, answers)), frozenset(relations), source)


ANSWERED, SILENT, POLAR = "answered", "silent", "polar"


def kinds_for(asked: Asked) -> Sequence[str]:
    """Which kinds of precedents are heard on a question."""
    return (POLAR, SILENT) if asked.polar else (ANSWERED, SILENT)


class Likeness(NamedTuple):
    """How a question is like a precedent, and how likely it has the same answer."""

    precedent: Precedent
    alike: float
    likely: float


def spelt(value: Value) -> str:
    """An answer as it is kept: a CURIE, or the value of a literal."""
    return compact(value) if isinstance(value, str) else value.value.replace("\N{NO-BREAK SPACE}", " ").strip()


class Precedents:
    """Questions whose answers are known, by what they say.

    They are kept as text, and read as far as a question needs them: a line for each, then a line for each thing that
    any of them says, with those that say it.
    """

    def __init__(
        self,
        lines: Sequence[str],
        said: Mapping[str, str],
        weights: Mapping[str, Mapping[str, float]],
        unheard: str = "",
    ) -> None:
        self._lines, self._said, self._weights, self._unheard = lines, said, weights, unheard
        self._read_places: dict[str, list[tuple[int, float]]] = {}
        self._read_precedents: dict[int, Precedent] = {}

    @classmethod
    def of(cls, known: Sequence[Precedent], weights: Mapping[str, Mapping[str, float]] | None = None) -> "Precedents":
        """The precedents with all that each says, by how few say it."""
        bags = [bag for one in known for bag in (_meant(one.gist), _worded(one.gist))]
        many = Counter(key for bag in bags for key in bag)
        places: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for n, bag in enumerate(bags):
            for key, share in _shares(bag, lambda key: _heaviness(many[key], len(known))).items():
                places[key].append((str(n // 2), f"{share:.3g}"))
        said = {key: "\t".join(map(" ".join, zip(*places[key], strict=True))) for key in sorted(places)}
        return cls([one.line() for one in known], said, weights or {})

    @classmethod
    def parse(cls, text: str) -> "Precedents":
        """The precedents of a text that `str` gave."""
        head, *rest = text.splitlines()
        weights, many = json.loads(head)
        return cls(rest[:many], dict(line.split("\t", 1) for line in rest[many:]), weights)

    def weighed(self, weights: Mapping[str, Mapping[str, float]]) -> "Precedents":
        """The same with other weights."""
        return Precedents(self._lines, self._said, weights, self._unheard)

    def but(self, source: str) -> "Precedents":
        """The same, where those of one set are not heard."""
        other = copy.copy(self)
        other._unheard = source
        return other

    def __str__(self) -> str:
        head = json.dumps([self._weights, len(self._lines)], ensure_ascii=False)
        return "\n".join([head, *self._lines, *(f"{key}\t{places}" for key, places in self._said.items())]) + "\n"

    def __len__(self) -> int:
        return len(self._lines)

    def like(self, gist: Gist, kinds: Sequence[str]) -> list[Likeness]:
        """The precedents of some kinds that are most like a question, the most like first."""
        return [
            Likeness(one, said + worded, self._likely(one, self.compared(gist, one.gist, said, worded)))
            for one, said, worded in self.nearest(gist, kinds)
        ]

    def stated(self, gist: Gist, *, negated: bool) -> dict[bool, float]:
        """How like an answered precedent a question of yes or no is, if what it names besides is the answer of that, or
        something else of the same kind: what speaks for a yes, and for a no.
        """
        found = {True: 0.0, False: 0.0}
        for one, _, _ in self.nearest(gist, (ANSWERED,)):
            for answers in one.answers:
                own = gist.named(answers)
                others = own or gist.rivals(answers, one.gist)
                if others:
                    truth = (len(own) == len(answers)) != negated
                    found[truth] = max(found[truth], self._cosine(gist.without(others), one.gist.meanings))
        return found

    def _cosine(self, one: Meanings, other: Meanings) -> float:
        first, second = _shares(one, self._heavy), _shares(other, self._heavy)
        return sum(share * second.get(key, 0.0) for key, share in sorted(first.items()))

    def nearest(self, gist: Gist, kinds: Sequence[str]) -> list[tuple[Precedent, float, float]]:
        """The same, with how like what they say is, and their words."""
        said, worded = (self._similarity(bag) for bag in (_meant(gist), _worded(gist)))
        both = {n: said.get(n, 0.0) + worded.get(n, 0.0) for n in said.keys() | worded.keys()}
        found = []
        for n in sorted(both, key=lambda n: (-round(both[n], 9), n)):
            one = self._precedent(n)
            if one.kind in kinds and (not self._unheard or one.source != self._unheard):
                found.append((one, said.get(n, 0.0), worded.get(n, 0.0)))
            if len(found) == MOST:
                break
        return found

    def _similarity(self, bag: Mapping[str, float]) -> dict[int, float]:
        """The cosine of what is said with what each precedent says, each thing weighed by how few say it."""
        found: defaultdict[int, float] = defaultdict(float)
        for key, share in sorted(_shares(bag, self._heavy).items()):
            for n, other in self._places(key):
                found[n] += share * other
        return found

    def _places(self, key: str) -> list[tuple[int, float]]:
        """Which precedents say something, each with the share that this has of what it says."""
        if key not in self._read_places:
            numbers, _, shares = self._said.get(key, "").partition("\t")
            self._read_places[key] = list(zip(map(int, numbers.split()), map(float, shares.split()), strict=True))
        return self._read_places[key]

    def _precedent(self, n: int) -> Precedent:
        if n not in self._read_precedents:
            self._read_precedents[n] = Precedent.read(self._lines[n])
        return self._read_precedents[n]

    def _heavy(self, key: str) -> float:
        return _heaviness(len(self._places(key)), len(self._lines))

    def _likely(self, one: Precedent, compared: Iterable[tuple[str, float]]) -> float:
        """How likely a question has the same answer as a precedent, or none as that has none."""
        weights = self._weights.get(one.kind, {})
        return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in compared)))

    def compared(self, gist: Gist, other: Gist, said: float, worded: float) -> Iterator[tuple[str, float]]:
        """What is weighed of a question and a precedent, by name."""
        return compared(gist, other, said, worded, self._heavy)


def _meant(gist: Gist) -> Mapping[str, float]:
    return gist.meanings


def _worded(gist: Gist) -> Mapping[str, float]:
    return {f"word {word}": 1.0 for word in gist.words}


def _shares(bag: Mapping[str, float], heavy: Callable[[str], float]) -> dict[str, float]:
    """How much each key of a bag weighs, so that the squares add up to one."""
    weights = {key: counts * heavy(key) for key, counts in bag.items()}
    norm = math.hypot(*weights.values()) or 1.0
    return {key: weight / norm for key, weight in weights.items()}


def _heaviness(many: int, of: int) -> float:
    """How much it tells that something is said that so many of all precedents say."""
    return math.log(1 + of / max(many, 1))


@lru_cache(maxsize=1)
def learned() -> Precedents:
    """The precedents that come with the package."""
    return Precedents.parse((files("terril") / PRECEDENTS).read_text("utf-8"))
