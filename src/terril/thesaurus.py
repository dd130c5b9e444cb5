"""Everyday words and what else people say for them, in both languages, and the forms in which words stand in a text."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

import pyoxigraph as ox

from . import spelling
from .grammar import GRAMMARS
from .names import NS, expand
from .results import Solutions, Store

WORD: Final = NS.removesuffix("#") + "/word/"
"""Where the concepts of everyday words lie."""

Form = str
"""The stem of a word, marked with its language, so that no French word is taken for an English one."""

Phrase = tuple[Form, ...]

_SHORTEST: Final = 3
_NO_VERBS: Final = frozenset(("partie", "parties", "suite", "suites", "vue", "vues"))


@lru_cache(maxsize=1 << 14)
def forms(word: str, tag: str) -> frozenset[Form]:
    """The stems of a folded word, and of what it may be an inflected form of.

    >>> sorted(forms("lured", "en") & forms("luring", "en"))
    ['en:lur']
    """
    roots = () if word in _NO_VERBS else GRAMMARS[tag].roots(word)
    return frozenset(
        f"{tag}:{spelling.stem(one)}" for one in (word, *(root for root in roots if len(root) >= _SHORTEST))
    )


@lru_cache(maxsize=len(GRAMMARS))
def empty(tag: str) -> frozenset[str]:
    """The words of a language that say nothing by themselves, folded."""
    grammar = GRAMMARS[tag]
    return spelling.SMALL.union(
        grammar.be, grammar.do, grammar.have, grammar.articles, grammar.pronouns, grammar.relative, grammar.prepositions
    )


def bag(text: str, tag: str) -> frozenset[Form]:
    """The forms of all words of a text but the empty ones."""
    return frozenset(form for word in spelling.words(text) if word not in empty(tag) for form in forms(word, tag))


def tags(literal: ox.Literal) -> tuple[str, ...]:
    """The languages in which a text may be read: its own, or all if it has none of ours, as a name has."""
    return (literal.language,) if literal.language in GRAMMARS else tuple(GRAMMARS)


def bag_of(literals: Sequence[ox.Literal]) -> frozenset[Form]:
    """The forms of all words of some texts, each in its languages."""
    return frozenset().union(*(bag(text.value, tag) for text in literals for tag in tags(text)))


def stems_of(names: Sequence[ox.Literal]) -> frozenset[Form]:
    """The stems of all words of some names, which inflect as nouns only, each in its languages."""
    return frozenset(
        f"{tag}:{spelling.stem(word)}"
        for name in names
        for tag in tags(name)
        for word in spelling.words(name.value)
        if word not in empty(tag)
    )


SLIGHT: Final = frozenset(
    spelling.words("a an the to of its their be on se s le la les l un une de d du des en etre sa son ses")
)
"""Words that a phrase may have or lack and still be the same."""

_MOST_BETWEEN: Final = 6


@dataclass(frozen=True)
class Thesaurus:
    """Sets of words and phrases that people use for one another, by their IRIs; `heads` are the preferred ones."""

    sets: Mapping[str, frozenset[Phrase]] = field(repr=False)
    heads: Mapping[str, frozenset[Phrase]] = field(repr=False)
    words: Mapping[str, frozenset[str]] = field(repr=False)

    @cached_property
    def beginning(self) -> Mapping[Form, Sequence[tuple[Phrase, str]]]:
        """The phrases that begin with a form, each with its set."""
        found: defaultdict[Form, list[tuple[Phrase, str]]] = defaultdict(list)
        for name, phrases in self.sets.items():
            for phrase in phrases:
                found[phrase[0]].append((phrase, name))
        return found

    @cached_property
    def firsts(self) -> Mapping[str, frozenset[Form]]:
        """The forms with which the phrases of a set begin: a text that has none of them has none of the phrases."""
        return {name: frozenset(phrase[0] for phrase in phrases) for name, phrases in self.sets.items()}

    def senses(self, words: Sequence[str], tag: str) -> dict[tuple[int, int], frozenset[str]]:
        """For each stretch of words that stands in the thesaurus, the sets in which it does."""
        found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        for start, word in enumerate(words):
            for form in forms(word, tag):
                for phrase, name in self.beginning.get(form, ()):
                    if end := _end(phrase, words, start, tag):
                        found[start, end].add(name)
        return {span: frozenset(names) for span, names in found.items()}


def _end(phrase: Phrase, words: Sequence[str], start: int, tag: str) -> int:
    """Where a phrase ends that begins at a word, with empty words between its own; 0 if it does not stand there."""
    end = start + 1
    for form in phrase[1:]:
        while end < len(words) and form not in forms(words[end], tag):
            if words[end] not in _between(tag) or end > start + _MOST_BETWEEN:
                return 0
            end += 1
        if end == len(words):
            return 0
        end += 1
    return end


OTHER_WORDS: Final = expand("terril:otherWords")
"""Gives further words in one text, separated by commas."""


@lru_cache(maxsize=len(GRAMMARS))
def _between(tag: str) -> frozenset[str]:
    """The words that may stand between those of a phrase: empty ones, but no verbs."""
    grammar = GRAMMARS[tag]
    return empty(tag) - grammar.be - grammar.do - grammar.have


_PREFERRED: Final = expand("skos:prefLabel")
_ALL: Final = f"""SELECT ?set ?property ?tag (GROUP_CONCAT(DISTINCT ?label; separator="\\n") AS ?labels) WHERE {{
  ?set <{expand("skos:inScheme")}> <%s> ; ?property ?label
  FILTER(?property IN (<{_PREFERRED}>, <{OTHER_WORDS}>)) BIND(LANG(?label) AS ?tag)
}} GROUP BY ?set ?property ?tag"""


def load(store: Store, space: str = WORD) -> Thesaurus:
    """Read the everyday words of a store, or those of another scheme; none if it has no such scheme."""
    sets: defaultdict[str, set[Phrase]] = defaultdict(set)
    heads: defaultdict[str, set[Phrase]] = defaultdict(set)
    spelt: dict[str, set[str]] = {tag: set() for tag in GRAMMARS}
    for name, property, tag, labels in _labels(store, space):
        for label in labels:
            words = spelling.words(label)
            spelt[tag].update(words)
            phrase = tuple(f"{tag}:{spelling.stem(word)}" for word in words if word not in SLIGHT)
            if phrase and not empty(tag).issuperset(words):
                sets[name].add(phrase)
                if property == _PREFERRED:
                    heads[name].add(phrase)
    return Thesaurus(
        {name: frozenset(phrases) for name, phrases in sets.items()},
        {name: frozenset(phrases) for name, phrases in heads.items()},
        {tag: frozenset(words) for tag, words in spelt.items()},
    )


def _labels(store: Store, space: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """The labels of each set, by their property and language."""
    answer = store.query(_ALL % space.removesuffix("/"))
    for name, property, tag, labels in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(name, ox.NamedNode) and isinstance(property, ox.NamedNode):
            said, language = (str(getattr(term, "value", "")) for term in (labels, tag))
            if language in GRAMMARS:
                yield name.value, property.value, language, re.split(r"\n|, ", said)
