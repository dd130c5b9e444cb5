"""Questions of yes or no about what a passage denies: that a thing does, has or is something."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from . import spelling
from .clues import Clue
from .comparison import SYNONYM
from .features import STATEMENTS
from .grammar import GRAMMARS
from .search import Search
from .thesaurus import Form, bag, empty
from .verdicts import Judgement, Matter, is_telling, is_verbal, unsaid

_NOT: Final = {
    "en": re.compile(r"\b(?:(no|lacks?|without)|not|never|cannot|nothing|none|neither)\b(.*)", re.IGNORECASE),
    "fr": re.compile(r"\b(?:(pas d(?:e\b|’|')|aucune?\b|sans\b)|(?:pas|jamais|rien|ni)\b)(.*)", re.IGNORECASE),
}
"""Words that deny, those of a noun first, and what comes after them."""

_FEW: Final = 2
_OF_THE_TEXT: Final = re.compile(
    r"\b(said|given|named|placed|told|in the text|other|as|than)\b|"
    r"\b(dit|donnée?|nommée?|située?|dans le texte|autre|aussi|que)\b",
    re.IGNORECASE,
)
"""What says that a text does not tell something, which is no denial, or denies it of all but one."""

_Words = frozenset[Form]
_Scope = tuple[_Words, ...]
"""What is denied: sets of words, of each of which a question must say one."""

_PARTS: Final = re.compile(r"[;,.:]")


def by_denial(search: Search) -> Judgement | None:
    """No, if a passage about what is named denies what is said of it; yes, if the question denies it as well."""
    asked = search.asked
    named = [clue for clue in asked.clues if clue.role == "name" and not clue.things & search.memory.hubs]
    words = [clue for clue in asked.clues if clue.role == "word"]
    if not words or any(clue.role in ("number", "alien") for clue in asked.clues):
        return None
    for passage in search.passages()[:_MOST]:
        about = search.memory.content[passage]
        if all(clue.things & about for clue in named):
            for scope, part in _scopes(search, passage):
                if _denies(search, passage, words, scope, part):
                    return Judgement(passage, asked.negated)
    return None


_MOST: Final = 12


def is_denying(search: Search, passage: str) -> bool:
    """Whether a passage denies anything."""
    return any(True for _ in _scopes(search, passage))


def is_denied(search: Search, passage: str) -> bool:
    """Whether what a passage denies is among what a question says."""
    words = [clue for clue in search.asked.clues if clue.role == "word" and is_telling(clue)]
    scopes = (_union(scope) for scope, _ in _scopes(search, passage))
    return any(_is_in(search, clue, scope) for scope in scopes for clue in words)


def _union(scope: _Scope) -> _Words:
    return frozenset[Form]().union(*scope)


def _is_in(search: Search, clue: Clue, scope: frozenset[Form]) -> bool:
    """Whether a word is denied; verbs, which have more senses, only by their own or the preferred word."""
    return search.comparison.match(clue, scope, closely=is_verbal(search, clue)) >= SYNONYM


def _denies(search: Search, passage: str, words: Sequence[Clue], scope: _Scope, part: _Words) -> bool:
    """Whether what is denied is what the question says, and whatever else it says is told with it or nearby."""
    denied = [clue for clue in words if _is_in(search, clue, _union(scope))]
    if not all(any(_is_in(search, clue, one) for clue in denied) for one in scope):
        return False
    told = [clue for clue in words if _is_in(search, clue, part)]
    rest = [clue for clue in search.asked.clues if clue not in denied and clue not in told]
    return any(map(is_telling, denied)) and not unsaid(search, Matter("", _near(search, passage)), rest)


def _near(search: Search, passage: str) -> frozenset[str]:
    """A passage with those just before and after it that speak of what is named as well."""
    known = search.memory
    named = search.asked.named - known.hubs
    about = {passage}.union(*(known.about.get(thing, ()) for thing in named))
    return next(run for run in known.runs(about) if passage in run)


def _scopes(search: Search, passage: str) -> Iterator[tuple[_Scope, _Words]]:
    """What is denied, and all that is said with it, in the gist of a passage and in what it states of things."""
    known = search.memory
    yield from _denied(known.gists[passage])
    for thing in sorted(known.content[passage]):
        if thing.startswith(STATEMENTS):
            yield from _denied(known.facts.labels.get(thing, ()))


def _denied(texts: Iterable[ox.Literal]) -> list[tuple[_Scope, _Words]]:
    """What texts that say the same say not: nothing, if one of their languages says no not, as with a French step."""
    found: dict[str, list[tuple[_Scope, _Words]]] = {}
    for text in texts:
        tag = text.language if text.language in GRAMMARS else "en"
        parts = [(part, _NOT[tag].search(part)) for part in _PARTS.split(text.value)]
        scopes = [
            (_scope(scope, tag), bag(part, tag)) for part, scope in parts if scope and not _OF_THE_TEXT.search(part)
        ]
        found[tag] = found.get(tag, []) + scopes
    return [scope for scopes in found.values() for scope in scopes] if all(found.values()) else []


def _scope(found: re.Match[str], tag: str) -> _Scope:
    """What is denied: a noun, up to the preposition after it, or a verb and each word that goes with it."""
    words = spelling.words(found[2])
    if found[1]:
        joins = (n for n, word in enumerate(words) if n and word in GRAMMARS[tag].prepositions)
        return (bag(" ".join(words[: next(joins, len(words))]), tag),)
    return tuple(bag(word, tag) for word in [word for word in words if word not in empty(tag)][:_FEW])
