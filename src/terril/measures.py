"""Questions of yes or no that say how many or how much: figures, and lists that a source gives completely.

What is asked and what is known are ranges: yes if the known one lies in the asked one, no if it lies outside, else
neither. "Close to 200" is more than 100 and not more than 300, but may or may not be more than 195.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from . import spelling
from .clues import Clue
from .comparison import SAME, SYNONYM
from .facts import things
from .grammar import GRAMMARS
from .memory import VALUE, Group
from .names import AUTH, expand
from .quantities import Quantity, Range, about, at_least, at_most, exactly, nearly, over, quantities
from .search import Search
from .thesaurus import Form, bag, bag_of, empty
from .verdicts import Judgement, Matter, unsaid

_ABOUT: Final = expand("terril:figureAbout")
_COUNTS: Final = expand("terril:counts")
_QUALIFIER: Final = expand("terril:qualifier")
_UNIT: Final = expand("terril:unit")
_NEAR: Final = 4
_QUALIFIED: Final[dict[str, Callable[[float], Range]]] = {
    AUTH + "qualifier/" + name: how
    for name, how in {
        "about": about,
        "approximately": about,
        "at-least": at_least,
        "at-most": at_most,
        "close-to": nearly,
        "more-than": over,
        "top-n": lambda number: Range(1, number),
    }.items()
}
_TOP: Final = AUTH + "qualifier/top-n"
_UNITS: Final = {AUTH + "unit/percent": ("percent", 1.0), AUTH + "unit/decade": ("year", 10.0)}


_UNCOUNTED: Final = (frozenset[Form](), frozenset[Form]())


@dataclass(frozen=True)
class Measure:
    """A number that sources give: of what, how it is to be taken, the words of what is counted and of its limits.

    A `rank` is the higher the smaller its number is. Without words of what is counted, it is a share or a duration.
    """

    about: frozenset[str]
    matter: Matter
    range: Range
    head: frozenset[Form] = frozenset()
    limits: frozenset[Form] = frozenset()
    unit: str = ""
    rank: bool = False


def by_number(search: Search) -> Judgement | None:
    """What the figure that a question speaks of says to the one number that it names."""
    asked = search.asked
    names = frozenset(place for c in asked.clues if c.role == "name" for place in range(c.start, c.end))
    said = quantities(asked.tokens, asked.tag, names)
    if len(said) != 1 or asked.negated:
        return None
    said_of = [clue for clue in asked.clues if not (said[0].start <= clue.start < said[0].end)]
    found = [one for one in measures_of(search, said_of) if _is_measured(search, one, said[0], said_of)]
    return _verdict(search, found, said_of, said[0])


def by_comparison(search: Search) -> Judgement | None:
    """What two figures say to a question whether there are more of one than of another."""
    asked = search.asked
    than = next((n for n, token in enumerate(asked.tokens) if n and token.word in _THAN), 0)
    marks = asked.marks & {"more", "fewer"}
    if len(marks) != 1 or not than or asked.negated or any(clue.role == "number" for clue in asked.clues):
        return None
    sides = [clue for clue in asked.clues if clue.start < than], [clue for clue in asked.clues if clue.start > than]
    names = [clue for clue in asked.clues if clue.role == "name"]
    first, second = (best_measure(search, [*side, *(c for c in names if c not in side)]) for side in sides)
    if first is None or second is None or not first.range.misses(second.range):
        return None
    more = first.range.least > second.range.most
    return Judgement(min(first.matter.passages), more == ("more" in marks))


_THAN: Final = frozenset(["than", "que", "qu"])


def best_measure(search: Search, clues: Sequence[Clue]) -> Measure | None:
    """The measure that best fits all that is said of one side."""
    found = [one for one in measures_of(search, clues) if one.head and _is_counted(search, one, clues)]
    found = [one for one in found if not unsaid(search, one.matter, clues)]
    return max(found, key=lambda one: _fit(search, one, clues), default=None)


def _verdict(search: Search, found: Sequence[Measure], clues: Sequence[Clue], said: Quantity) -> Judgement | None:
    """What the measures that fit best say, if they agree."""
    fits = [(_fit(search, one, clues), one) for one in found]
    best = max((fit for fit, _ in fits), default=None)
    told = {_says(one, said): one for fit, one in fits if fit == best}
    truth, measure = next(iter(told.items()), (None, None))
    if len(told) != 1 or truth is None or measure is None:
        return None
    return Judgement(min(measure.matter.passages), truth)


def _fit(search: Search, measure: Measure, clues: Sequence[Clue]) -> tuple[float, float]:
    """How well a question says what is counted, and how many of the words of a measure."""
    compare = search.comparison
    head = max((_counts(search, measure, clue) for clue in clues), default=0.0)
    return head, compare.share_said(measure.matter.words)


def _says(measure: Measure, said: Quantity) -> bool | None:
    wanted = at_most(said.number) if measure.rank and said.bare else said.range
    if wanted.holds(measure.range):
        return True
    return False if wanted.misses(measure.range) else None


def _is_measured(search: Search, measure: Measure, said: Quantity, clues: Sequence[Clue]) -> bool:
    """Whether a question speaks of a measure: of what it is about, what it counts, and nothing that is not told."""
    tokens = search.asked.tokens
    if measure.unit != said.unit and not (measure.unit == "percent" and said.end == len(tokens) and not said.unit):
        return False
    near = [clue for clue in clues if said.end <= clue.start < said.end + _NEAR and clue.role == "word"]
    counted = _is_counted(search, measure, near or clues)
    return counted and not unsaid(search, measure.matter, clues)


def _is_counted(search: Search, measure: Measure, clues: Sequence[Clue]) -> bool:
    return any(_counts(search, measure, clue) >= SYNONYM for clue in clues)


def _counts(search: Search, measure: Measure, clue: Clue) -> float:
    """How well a word says what is counted: the noun, with others that go with it, or one of the same sense."""
    if clue.role != "word":
        return 0.0
    words = measure.matter.words
    if not measure.head:
        return search.comparison.match(clue, words)
    if any(part & measure.head for part in clue.parts) and all(part & words for part in clue.parts):
        return SAME
    return search.comparison.match(clue, measure.head)


# What is measured


def measures_of(search: Search, clues: Sequence[Clue]) -> Iterator[Measure]:
    """The figures about what a question speaks of, and the numbers of what is listed completely."""
    facts = search.memory.facts
    spoken = frozenset[str]().union(*(clue.things for clue in clues))
    for thing in sorted(spoken):
        for figure in facts.into.get(thing, {}).get(_ABOUT, ()):
            yield from _of_figure(search, figure, thing, clues)
        for number in search.memory.groups_of.get(thing, ()):
            yield from _of_list(search, search.memory.groups[number], thing, clues)


def _of_figure(search: Search, figure: str, thing: str, clues: Sequence[Clue]) -> Iterator[Measure]:
    out = search.memory.facts.out.get(figure, {})
    for value in out.get(VALUE, ()):
        graphs = search.memory.facts.stands[figure, VALUE, value]
        passages = frozenset(graph.removesuffix("-reading") for graph in graphs) & search.memory.gists.keys()
        if not passages or not isinstance(value, ox.Literal):
            continue
        qualifier, unit = (next(things(out.get(p, ())), "") for p in (_QUALIFIER, _UNIT))
        called, scale = _UNITS.get(unit, ("", 1.0))
        ranged = _QUALIFIED.get(qualifier, exactly)(float(value.value) * scale)
        counts = [text for text in out.get(_COUNTS, ()) if isinstance(text, ox.Literal)]
        is_count = not called and qualifier != _TOP
        head, limits = _counted(counts, search.memory.facts.labels[figure]) if is_count else _UNCOUNTED
        if limits and not any(search.comparison.match(clue, limits) for clue in clues if clue.role == "word"):
            ranged = at_least(ranged.least)  # there may be more that are not of that kind
        matter = Matter(figure, passages, search.memory.names_of(figure) | bag_of(counts))
        yield Measure(frozenset({thing}), matter, ranged, head, limits, called, qualifier == _TOP)


def _of_list(search: Search, group: Group, thing: str, clues: Sequence[Clue]) -> Iterator[Measure]:
    """How many a complete list holds, if a word names it."""
    property = group.step.property
    if group.fixed != thing or group.narrow or group.step.inverse or property not in search.memory.lexicon.complete:
        return
    named = [clue for clue in clues if clue.role == "word" and group.step in clue.noun.roles]
    if named and len(group.told) > 1 and group.passages:
        words = frozenset(form for clue in named for part in clue.parts for form in part)
        matter = Matter(thing, group.passages, words)
        yield Measure(frozenset({thing}), matter, exactly(len(group.told)), words)


def _counted(counts: Sequence[ox.Literal], names: Sequence[ox.Literal]) -> tuple[frozenset[Form], frozenset[Form]]:
    """The forms of the noun that is counted, and of what stands after it and may limit it: clusters | on business.

    The names of a figure only tell the noun, in languages in which it is not told what is counted.
    """
    tags = {text.language for text in counts}
    head, limits = frozenset[Form](), frozenset[Form]()
    for text in (*counts, *(name for name in names if name.language not in tags)):
        noun, rest = _noun(text.value, text.language if text.language in GRAMMARS else "en")
        head |= noun
        limits |= rest if text in counts else frozenset[Form]()
    return head, limits


def _noun(text: str, tag: str) -> tuple[frozenset[Form], frozenset[Form]]:
    """The forms of the noun of a phrase, the first plural in French and the last before a preposition in English."""
    words, grammar = spelling.words(text), GRAMMARS[tag]
    joins = (n for n, word in enumerate(words) if n and (word in grammar.prepositions or word in grammar.relative))
    phrase = words if tag == "fr" else words[: next(joins, len(words))]
    plural = [n for n, word in enumerate(phrase) if word.endswith(("s", "x")) and word not in empty(tag)]
    place = (plural[0 if tag == "fr" else -1] if plural else len(phrase) - 1) + 1
    rest = " ".join(word for word in words[place:] if word not in empty(tag))
    return bag(words[place - 1], tag), bag(rest, tag)
