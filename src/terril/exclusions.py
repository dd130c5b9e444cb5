"""Questions that leave something out: which are there apart from one, or which are not about it.

What is left out is taken out of the question; of what answers the rest, all that it does not mean is the answer. If it
means none of that, or all, the question is not answered so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from . import spelling
from .clues import Asked, Clue
from .grammar import GRAMMARS
from .matching import Value
from .mentions import Token, written
from .search import Search
from .verdicts import own_groups, says

_Words = tuple[str, ...]


def _phrases(*texts: str) -> tuple[_Words, ...]:
    return tuple(sorted((tuple(spelling.words(text)) for text in texts), key=len, reverse=True))


_BEFORE: Final = {
    "en": _phrases(
        *("apart from", "aside from", "besides", "beside", "other than", "in addition to", "except", "except for"),
        *("excepting", "with the exception of", "excluding", "not counting", "not including", "leaving aside"),
        *("leaving out", "setting aside", "putting aside", "save for", "barring", "without counting", "but for"),
        *("to the exclusion of", "discounting", "disregarding", "ignoring"),
    ),
    "fr": _phrases(
        *("outre", "à part", "hormis", "en plus de", "en plus du", "en plus des", "en plus d", "en dehors de"),
        *("en dehors du", "en dehors des", "en dehors d", "mis à part", "mise à part", "sauf", "excepté", "exceptés"),
        *("à l’exception de", "à l’exception du", "à l’exception des", "à l’exception d", "exception faite de"),
        *("sans compter", "si l’on excepte", "si on excepte", "abstraction faite de", "abstraction faite du"),
        *("en laissant de côté", "autre que", "autres que", "d’autre que", "à l’exclusion de", "à l’exclusion du"),
        *("si l’on exclut", "si on exclut", "si l’on écarte", "en excluant", "exception faite du", "hors"),
    ),
}
"""What stands before what is left out."""

_AFTER: Final = {
    "en": _phrases("aside", "apart", "excepted", "excluded", "notwithstanding"),
    "fr": _phrases("mis à part", "mise à part", "mises à part", "excepté", "exceptée", "exclu", "exclue", "de côté"),
}
"""What stands after what is left out."""

_LOOSELY: Final = {
    "en": _phrases(
        *("without", "minus", "bar", "leave out", "leave off", "leave aside", "take away", "taking away", "drop"),
        *("dropping", "set aside", "put aside", "take out", "all but", "leaves aside", "leaves out", "not counting"),
        *("rather than", "instead of", "as opposed to", "forget", "skip", "skipping", "ignore", "disregard"),
        *("with the exception of everything that has to do with",),
    ),
    "fr": _phrases(
        *("sans", "retire", "retirez", "ôtez", "ôte", "enlève", "enlevez", "en enlevant", "en retirant", "en ôtant"),
        *("oubliez", "oublie", "laissez de côté", "plutôt que", "au lieu de", "au lieu du", "moins"),
    ),
}
"""What often stands before what is left out, and often before something else."""

_LOOSELY_AFTER: Final = {
    "en": _phrases(
        "left out", "not counted", "not included", "were dropped", "was dropped", "is dropped", "out", "off"
    ),
    "fr": _phrases("exceptés", "exceptées", "exclus", "exclues", "mis de côté", "mise de côté", "mises de côté"),
}

_OF: Final = (("de",), ("d",), ("du",))
_LEAVING: Final = _phrases(
    *("leaving", "setting", "putting", "if we leave", "si l’on met", "si on met", "en laissant", "si l’on laisse"),
    *("en mettant", "laissons", "mettons", "let us leave", "leave"),
)
_STOPS: Final = frozenset(",;:?!.()–")
_JOINING: Final = frozenset(["and", "or", "nor", "et", "ou", "ni"])
_RELATIVE: Final = frozenset(["that", "which", "who", "qui", "que"])
_FAR: Final = 6


@dataclass(frozen=True)
class Exclusion:
    """What a question leaves out, item by item, and the rest of it, without the words from where to where that say so;
    `aside` if it only says so by the way.
    """

    rest: str
    items: Sequence[Sequence[Clue]]
    aside: bool
    spans: Sequence[tuple[int, int]] = ()

    @property
    def text(self) -> str:
        """What is left out, in words."""
        return ", ".join(" ".join(clue.text for clue in item) for item in self.items)

    def holds(self, search: Search, values: Sequence[Value]) -> bool:
        """Whether any of some answers is left out: by its own name, if that is only said by the way."""
        if not self.aside:
            return any(_is_meant(search, value, item) for value in values for item in self.items)
        named = (value for value in values if isinstance(value, str))
        return any(all(_is_named(search, one, clue) for clue in item) for one in named for item in self.items)

    def left(self, search: Search, whole: Sequence[Value]) -> list[Value]:
        """What is left of some things; nothing, if all of them are, or none."""
        left = [value for value in whole if not any(_is_meant(search, value, item) for item in self.items)]
        return left if left and len(left) < len(whole) else []


def excluded(asked: Asked) -> Exclusion | None:
    """What a question leaves out, if it does."""
    span = _aside(asked)
    if span is not None:
        return _exclusion(asked, *span, aside=True)
    denied = _denied(asked)
    return _exclusion(asked, *denied, aside=False) if denied is not None else None


def all_excluded(asked: Asked) -> Exclusion | None:
    """All that a question leaves out, by the way and by saying not, and by words too that often say something else."""
    aside, denied = _aside(asked, loosely=True), _denied(asked, loosely=True)
    found = [_exclusion(asked, *span, aside=n == 0) for n, span in enumerate((aside, denied)) if span is not None]
    told = [one for one in found if one is not None]
    if len(told) < 2 or _overlap(*(one.spans[0] for one in told)):
        return told[0] if told else None
    spans, items = [told[0].spans[0], told[1].spans[0]], [*told[0].items, *told[1].items]
    return Exclusion("", items, aside=False, spans=spans)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _exclusion(asked: Asked, first: int, start: int, end: int, after: int, *, aside: bool) -> Exclusion | None:
    """What the words from `start` to `end` leave out; the rest are those before `first` and from `after` on."""
    items = tuple(_items(asked, start, end, aside=aside))
    tokens = asked.tokens
    rest = [*tokens[:first], *tokens[after:]]
    if not items or not rest:
        return None
    text = written(rest).strip()
    return Exclusion(f"{text[:1].upper()}{text[1:]} ?", items, aside, ((first, after),))


def _items(asked: Asked, start: int, end: int, *, aside: bool) -> Iterator[tuple[Clue, ...]]:
    """What is left out: names and nouns, apart where they are joined; of what is denied without what is only a verb."""
    item: list[Clue] = []
    for n in range(start, end):
        if item and (asked.tokens[n].word in _JOINING or "," in asked.tokens[n].before):
            yield tuple(item)
            item = []
        item += [clue for clue in asked.clues if clue.start == n and _is_thing(clue, aside=aside)]
    if item:
        yield tuple(item)


def _is_thing(clue: Clue, *, aside: bool) -> bool:
    means = bool(clue.things or clue.noun.classes)
    return means or (clue.role == "word" and (aside or not clue.said))


# Asides


def _aside(asked: Asked, *, loosely: bool = False) -> tuple[int, int, int, int] | None:
    """Where what is said by the way to be left out begins, with what leads up to it and without, and ends."""
    words = tuple(token.word for token in asked.tokens)
    for n in range(len(words)):
        for phrase in (*_BEFORE[asked.tag], *(_LOOSELY[asked.tag] if loosely else ())):
            start = n + len(phrase)
            leads = words[n:start] == phrase and start < len(words) and not _stops(asked.tokens[start])
            if leads and words[start : start + 1] not in _OF:
                end = _end(asked, start)
                return n, start, end, end
    for n in range(1, len(words)):
        for phrase in (*_AFTER[asked.tag], *(_LOOSELY_AFTER[asked.tag] if loosely else ())):
            if words[n : n + len(phrase)] == phrase:
                first = next((k for k in range(n - 1, 0, -1) if _stops(asked.tokens[k])), 0)
                led = next((one for one in _LEAVING if words[first : first + len(one)] == one), ())
                ends = n + len(phrase)
                if led or ends == len(words) or _stops(asked.tokens[ends]):
                    return first, first + len(led), n, ends
    return None


def _end(asked: Asked, start: int) -> int:
    """Where a noun phrase ends that begins at a place: before a stop, a question word or a verb."""
    grammar = GRAMMARS[asked.tag]
    verbs = grammar.be | grammar.do | grammar.have
    for n in range(start + 1, len(asked.tokens)):
        token = asked.tokens[n]
        inside = any(clue.start < n < clue.end for clue in asked.clues)
        joined = asked.tokens[n - 1].word in _JOINING
        verb = token.word in verbs or any(clue.start == n and clue.said and not clue.things for clue in asked.clues)
        verb = verb and not joined
        listed = "," in token.before and _goes_on(asked, n)
        if not inside and ((_stops(token) and not listed) or token.word in grammar.askers or verb):
            return n
    return len(asked.tokens)


def _goes_on(asked: Asked, place: int) -> bool:
    """Whether what follows a comma is another item of a list, which an and ends."""
    near = asked.tokens[place : place + _FAR]
    joined = next((n for n, token in enumerate(near) if token.word in _JOINING), -1)
    between, askers = near[1:joined], GRAMMARS[asked.tag].askers
    return joined >= 0 and not any(_stops(token, but=",") or token.word in askers for token in between)


def _stops(token: Token, but: str = "") -> bool:
    return bool(_STOPS & set(token.before) - set(but))


# Denials


def _denied(asked: Asked, *, loosely: bool = False) -> tuple[int, int, int, int] | None:
    """Where a clause that says not begins, where what it denies begins and ends."""
    forms = ("which", "what", "list", "who", *(("puzzle", "where") if loosely else ()))
    if not asked.nots or asked.form not in forms:
        return None
    place, tokens = asked.nots[0], asked.tokens
    grammar = GRAMMARS[asked.tag]
    first = place
    if asked.tag == "fr":
        first = next((n for n in range(place, max(place - _FAR, -1), -1) if tokens[n].word in ("ne", "n")), place)
    helping = grammar.be | grammar.do | grammar.have | frozenset(["ne", "n"])
    while first > 1 and tokens[first - 1].word in helping | _RELATIVE:
        first -= 1
    end = next((n for n in range(place + 1, len(tokens)) if _stops(tokens[n]) and not _goes_on(asked, n)), len(tokens))
    return (first, place + 1, end, end) if first > 1 else None


# What is meant


def _is_meant(search: Search, value: Value, item: Sequence[Clue]) -> bool:
    """Whether an answer is all that is left out by an item."""
    return isinstance(value, str) and all(_is_so(search, value, clue) for clue in item)


def _is_named(search: Search, thing: str, clue: Clue) -> bool:
    """Whether a thing is what a word means, or is called so."""
    called = clue.role == "word" and says(search, clue, search.memory.names_of(thing), frozenset())
    return called or thing in clue.things


def _is_so(search: Search, thing: str, clue: Clue) -> bool:
    """Whether a thing is what a word means, falls under it, is of that kind, or is said to have to do with it."""
    if _is_named(search, thing, clue) or clue.things & search.upwards(thing) or search.is_of(thing, clue.noun.classes):
        return True
    groups = [group for group in own_groups(search, thing) if not group.narrow and not group.step.inverse]
    told = (value for group in groups for value in group.told if isinstance(value, str))
    return any(clue.things & search.upwards(value) for value in told)
