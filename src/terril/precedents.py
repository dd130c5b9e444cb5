"""Precedents: questions whose answers are known, and how likely another question has the same answer.

Two questions are compared by what they name and say, by their words, and by what is left of either when what they
share is taken away; how much each of these tells was learned from pairs of questions (`tests/learn.py`). A precedent
never gives an answer. It speaks for those of the candidates, which are all found in the graph with their passages, that
answered a question like this one, or for none of them, if the documents did not answer that.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from . import spelling
from .clues import Asked, Clue
from .matching import Value
from .names import compact

Meanings = Mapping[str, float]
PRECEDENTS: Final = "precedents.txt"
MOST: Final = 30
"""How many precedents are heard: those that are most like a question."""

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
        yield from ((_local(sense), 1 / math.sqrt(len(clue.senses))) for sense in sorted(clue.senses))
        yield from ((min(part), 1.0) for part in clue.parts if not clue.senses)
        yield from ((f"like {compact(thing)}", _PART) for thing in clue.things)
    else:
        yield f"{clue.role} {clue.text.casefold()}", 1.0


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


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
        self, lines: Sequence[str], said: Mapping[str, str], weights: Mapping[str, Mapping[str, float]]
    ) -> None:
        self._lines, self._said, self._weights = lines, said, weights

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
        return Precedents(self._lines, self._said, weights)

    def __str__(self) -> str:
        head = json.dumps([self._weights, len(self._lines)], ensure_ascii=False)
        return "\n".join([head, *self._lines, *(f"{key}\t{places}" for key, places in self._said.items())]) + "\n"

    def __len__(self) -> int:
        return len(self._lines)

    def bench(self, asked: Asked, but: str = "") -> "Bench":
        """The precedents that are most like a question, but for those of one set."""
        gist = Gist.of(asked)
        heard = self.like(gist, kinds_for(asked), but)
        stated = self.stated(gist, but, negated=asked.negated) if asked.polar else {}
        return Bench(heard, stated)

    def like(self, gist: Gist, kinds: Sequence[str], but: str = "") -> list[Likeness]:
        """The precedents of some kinds that are most like a question, the most like first."""
        return [
            Likeness(one, said + worded, self._likely(one, self.compared(gist, one.gist, said, worded)))
            for one, said, worded in self.nearest(gist, kinds, but)
        ]

    def stated(self, gist: Gist, but: str = "", *, negated: bool) -> dict[bool, float]:
        """How like an answered precedent a question of yes or no is, if what it names besides is the answer of that, or
        something else of the same kind: what speaks for a yes, and for a no.
        """
        found = {True: 0.0, False: 0.0}
        for one, _, _ in self.nearest(gist, (ANSWERED,), but):
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

    def nearest(self, gist: Gist, kinds: Sequence[str], but: str = "") -> list[tuple[Precedent, float, float]]:
        """The same, with how like what they say is, and their words."""
        said, worded = (self._similarity(bag) for bag in (_meant(gist), _worded(gist)))
        both = {n: said.get(n, 0.0) + worded.get(n, 0.0) for n in said.keys() | worded.keys()}
        found = []
        for n in sorted(both, key=lambda n: (-round(both[n], 9), n)):
            one = self._precedent(n)
            if one.kind in kinds and (not but or one.source != but):
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

    @lru_cache(maxsize=1 << 14)  # noqa: B019  (there is one of these)
    def _places(self, key: str) -> list[tuple[int, float]]:
        numbers, _, shares = self._said.get(key, "").partition("\t")
        return list(zip(map(int, numbers.split()), map(float, shares.split()), strict=True))

    @lru_cache(maxsize=1 << 14)  # noqa: B019
    def _precedent(self, n: int) -> Precedent:
        return Precedent.read(self._lines[n])

    def _heavy(self, key: str) -> float:
        return _heaviness(len(self._places(key)), len(self._lines))

    def _likely(self, one: Precedent, compared: Iterable[tuple[str, float]]) -> float:
        """How likely a question has the same answer as a precedent, or none as that has none."""
        weights = self._weights.get(one.kind, {})
        return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in compared)))

    def compared(self, gist: Gist, other: Gist, said: float, worded: float) -> Iterator[tuple[str, float]]:
        """What is weighed of two questions, by name."""
        heavy = self._heavy
        here = [heavy(m) * counts for m, counts in gist.meanings.items()]
        there = [heavy(m) * counts for m, counts in other.meanings.items()]
        left = [heavy(m) * counts for m, counts in gist.meanings.items() if m not in other.meanings]
        more = [heavy(m) * counts for m, counts in other.meanings.items() if m not in gist.meanings]
        names = sum(map(heavy, gist.names | other.names))
        shared = sum(map(heavy, gist.names & other.names))
        yield "any", 1.0
        for name, value, cuts in (
            ("said", said, _SHARES),
            ("worded", worded, _SHARES),
            ("left", sum(left), _WEIGHTS),
            ("left most", max(left, default=0.0), _WEIGHTS),
            ("left share", sum(left) / (sum(here) or 1), _SHARES),
            ("more", sum(more), _WEIGHTS),
            ("more most", max(more, default=0.0), _WEIGHTS),
            ("more share", sum(more) / (sum(there) or 1), _SHARES),
            ("names", shared / names if names else 0.5, _SHARES),
        ):
            yield name, value
            yield from ((f"{name} from {cut}", 1.0) for cut in cuts if value >= cut)
        yield "names same", float(gist.names == other.names)
        yield "names turned round", float(_are_turned_round(gist, other))
        yield "no names", float(not gist.names)
        yield "no names there", float(not other.names)
        yield "names left", float(not gist.names <= other.names)
        yield "form", float(gist.form == other.form)
        yield "noun", float(bool(gist.noun & other.noun))
        yield "no noun", float(not gist.noun)
        yield "no noun there", float(not other.noun)
        yield "noun same", float(gist.noun == other.noun)
        yield "marks", float(gist.marks == other.marks)
        yield "language", float(gist.tag == other.tag)
        yield "numbers", float(gist.numbers == other.numbers)
        yield from ((f"differ in {mark}", 1.0) for mark in gist.marks ^ other.marks)
        yield f"{gist.form} to {other.form}", 1.0
        yield "language, said", said * (gist.tag == other.tag)
        yield "said, worded", said * worded
        yield from ((name, _LEXICAL) for name in _apart(gist, other))


def _are_turned_round(gist: Gist, other: Gist) -> bool:
    """Whether two questions say the same names in another order."""
    here, there = ([name for name in one.order if name in gist.names & other.names] for one in (gist, other))
    return here != there


_LEXICAL: Final = 0.5
"""How much a single thing counts that only one of two questions says: its weight is learned from few pairs."""


def _apart(gist: Gist, other: Gist) -> Iterator[str]:
    """What only one of two questions says; of names their kinds."""
    for here, there, how in ((gist, other, "left"), (other, gist, "more")):
        only = here.meanings.keys() - there.meanings.keys()
        yield from {f"{how} {one.partition(':')[0] if one.startswith(_NAME) else one}" for one in only}
        if here.tag == there.tag:
            yield from (f"{how} word {one}" for one in here.words - there.words)


_SHARES: Final = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
_WEIGHTS: Final = (0.5, 2.0, 4.0, 6.0, 9.0, 13.0)


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


class Bench:
    """The precedents that are most like a question, and what they say to what may answer it."""

    def __init__(self, found: Sequence[Likeness], stated: Mapping[bool, float] | None = None) -> None:
        self._answered = [one for one in found if one.precedent.kind == ANSWERED]
        self._polar = [one for one in found if one.precedent.kind == POLAR]
        self._stated = stated or {}
        self._silent = [one.likely for one in found if one.precedent.kind == SILENT]
        self._alike = sum(one.alike for one in self._answered) or 1.0
        self._known: dict[frozenset[str], dict[str, float]] = {}

    def features(self, answers: frozenset[str], relation: str) -> dict[str, float]:
        """What precedents say to some answers to which a relation leads."""
        if not self._answered and not self._silent:
            return {}
        return {**self._of_all, **self._of_answers(answers), **self._of_relation(relation)}

    def verdict(self, *, truth: bool) -> dict[str, float]:
        """What precedents say to a yes, or to a no."""
        word = "yes" if truth else "no"
        answer = frozenset([word])
        same = [one.likely for one in self._polar if answer in one.precedent.answers]
        others = [one.likely for one in self._polar if answer not in one.precedent.answers]
        silent, stated = max(self._silent, default=0.0), self._stated
        for_it, against = stated.get(truth, 0.0), stated.get(not truth, 0.0)
        return {
            "precedent: silent": silent,
            "precedent: silent, odds": _odds(silent),
            "precedent: any silent": _any(self._silent),
            "precedent: same": max(same, default=0.0),
            "precedent: other": max(others, default=0.0),
            "precedent: any same": _any(same),
            "precedent: any other": _any(others),
            "precedent: share": len(self._polar) / MOST,
            f"precedent: states {word}": for_it,
            f"precedent: states another than {word}": against,
            **{f"precedent: states it from {cut}": 1.0 for cut in _CLOSE if for_it >= cut},
            **{f"precedent: states another from {cut}": 1.0 for cut in _CLOSE if against >= cut},
        }

    @cached_property
    def _of_all(self) -> dict[str, float]:
        """What they say of the question, whatever its answer."""
        silent = max(self._silent, default=0.0)
        return {
            "precedent: silent": silent,
            "precedent: silent, odds": _odds(silent),
            "precedent: any silent": _any(self._silent),
            "precedent: answered": max((one.likely for one in self._answered), default=0.0),
            "precedent: share": len(self._answered) / MOST,
        }

    def _of_answers(self, answers: frozenset[str]) -> dict[str, float]:
        """What those say that had these answers, or others."""
        if answers not in self._known:
            same = [one.likely for one in self._answered if answers in one.precedent.answers]
            others = [one for one in self._answered if answers not in one.precedent.answers]
            most, other = max(same, default=0.0), max((one.likely for one in others), default=0.0)
            self._known[answers] = {
                "precedent: same": most,
                "precedent: same, odds": _odds(most),
                "precedent: some same": float(bool(same)),
                "precedent: any same": _any(same),
                "precedent: partly": max(
                    (one.likely * _overlap(answers, one.precedent) for one in others), default=0.0
                ),
                "precedent: other": other,
                "precedent: any other": _any([one.likely for one in others]),
                "precedent: ahead": most - other,
                **{f"precedent: same from {cut}": 1.0 for cut in _CUTS if most >= cut},
                **{f"precedent: other from {cut}": 1.0 for cut in _CUTS if other >= cut},
            }
        return self._known[answers]

    def _of_relation(self, relation: str) -> dict[str, float]:
        """What those say that the same relation answered."""
        same = [one for one in self._answered if relation in one.precedent.relations]
        return {
            "precedent: relation": sum(one.alike for one in same) / self._alike,
            "precedent: relation at most": max((one.likely for one in same), default=0.0),
        }


_CUTS: Final = (0.2, 0.4, 0.6, 0.8)
_CLOSE: Final = (0.5, 0.65, 0.8, 0.9)


def _any(likely: Iterable[float]) -> float:
    """How likely at least one of some is so, if each is so by itself."""
    return 1 - math.prod(1 - one for one in likely)


def _odds(likely: float) -> float:
    return math.log((likely + _SMALL) / (1 - likely + _SMALL))


_SMALL: Final = 0.01


def _overlap(answers: frozenset[str], one: Precedent) -> float:
    """How much some answers and those of a precedent share of all of them."""
    return max(len(answers & other) / len(answers | other) for other in one.answers)


NOBODY: Final = Bench(())
"""No precedents at all."""
