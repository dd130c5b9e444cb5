"""Questions that ask what something is called: its short form, the whole name behind one, another name or its name in
the other language. What answers are the names that the sources write, but for those that the question says itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from . import spelling
from .candidates import Candidate, Share
from .clues import Asked, Clue
from .features import Features
from .lexicon import Step
from .memory import Group
from .names import ID, expand

NAME: Final = Step(expand("skos:prefLabel"))
"""The step from a thing to what it is called."""

_Words = tuple[str, ...]
_DOCUMENTS: Final = ID + "document/"
_MOST_DESCRIBED: Final = 6
_NAMED: Final = Share(1.0, 1.0, 0.0, 1.0, 0.0, 0.0)
"""A word that asks for a name is accounted for by any name."""


class _Name(NamedTuple):
    """A name of a thing, of what kinds it is, and the passages that tell it, or of the thing if none does."""

    name: ox.Literal
    kinds: frozenset[str]
    passages: frozenset[str]
    written: bool


def _phrases(text: str) -> tuple[_Words, ...]:
    """Phrases that stand one after another with commas between."""
    return tuple(tuple(spelling.words(phrase)) for phrase in text.split(","))


_SAYING: Final = {
    "en": {
        "short": _phrases(
            "abbreviation, abbreviated, abbreviate, acronym, acronyms, short form, short name, initials, "
            "shortened, shorten, shortening, abridged, short for, letters, in short, initialism"
        ),
        "whole": _phrases(
            "stand for, stands for, short for, mean, means, meaning, meant by, in full, full name, full form, "
            "full title, spell out, spelt out, spelled out, spell, written out, write out, long form, expand, "
            "expansion, resolve, behind the letters, hides in, complete name, unabbreviated, full wording, full "
            "official wording, complete title, whole name"
        ),
        "other": _phrases(
            "other name, other word, another name, another word, other designation, other term, called, "
            "paraphrase, paraphrases, paraphrased, reword, rewords, reworded, rephrase, rephrased, synonym, "
            "also known as, go by, goes by, alternative name, alternative word, rephrases, referred to, refer "
            "to, refers to, other expression, in other words, alternative term"
        ),
        "title": _phrases("title, titled, entitled, heading, headed, headline"),
        "tongue": _phrases(
            "in french, french word, french name, french term, french expression, french equivalent, french "
            "original, french original terms, francophone, francophones, french speakers, french speaker, "
            "french for, in english, english word, english name, english term"
        ),
    },
    "fr": {
        "short": _phrases(
            "abréviation, abrégé, abrégée, abrège, abréger, acronyme, sigle, sigles, initiales, forme courte, "
            "forme brève, raccourci, raccourcie, nom court, lettres, en abrégé, résume"
        ),
        "whole": _phrases(
            "signifie, signifient, signifier, signification, veut dire, veulent dire, vouloir dire, nom "
            "complet, en toutes lettres, forme longue, développé, développée, développer, recouvre, recouvrent, "
            "intitulé complet, titre complet, désigne, désignent, correspond, correspondent, au long, en "
            "entier, version longue, nom entier, au complet, déplié, épeler, forme complète"
        ),
        "other": _phrases(
            "autre nom, autre mot, autre terme, autre appellation, autre désignation, autrement, synonyme, "
            "reformule, reformuler, reformulé, reformulée, paraphrase, paraphrasé, appelle t on, nomme, aussi "
            "appelé, aussi appelée, appelé aussi, appelée aussi, autre expression, autre façon"
        ),
        "title": _phrases("titre, intitulé, intitulée, titré, titrée, s intitule, intitule t on"),
        "tongue": _phrases(
            "en français, mot français, nom français, terme français, expression française, francophones, en "
            "anglais, mot anglais, nom anglais, terme anglais, expression anglaise, anglophones"
        ),
    },
}
"""By which words each kind of name is asked for."""

_OF_WHAT_IS_DESCRIBED: Final = frozenset({"short", "whole", "title"})
"""The kinds of names that are asked for of what a question only describes; others are asked for of what it says."""


def appellations(search: Features, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Names of what a question names or describes, if it asks for names."""
    asked = search.asked
    spans = {kind: list(_spans(asked, phrases)) for kind, phrases in _SAYING[asked.tag].items()}
    kinds = frozenset(kind for kind, places in spans.items() if places)
    if not kinds or asked.wants_number or asked.negated:
        return
    saying = frozenset(place for places in spans.values() for start, end in places for place in range(start, end))
    described = found if kinds & _OF_WHAT_IS_DESCRIBED else ()
    for thing, shares in _meant(search, described):
        for name in _names(search, thing, kinds):
            yield _candidate(search, thing, name, _covered(asked, shares, saying))


def _spans(asked: Asked, phrases: Iterable[_Words]) -> Iterator[tuple[int, int]]:
    """Where any of some phrases stands in a question."""
    words = tuple(token.word for token in asked.tokens)
    for phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if words[start : start + len(phrase)] == phrase:
                yield start, start + len(phrase)


def _meant(search: Features, found: Sequence[Candidate]) -> Iterator[tuple[str, tuple[Share, ...]]]:
    """The things that a question means, each with how much of it that accounts for: named ones, else described ones."""
    clues = search.asked.clues
    named = sorted(_called(search).union(*(clue.things for clue in clues)))
    for thing in named:
        yield thing, tuple(_of_thing(search, clue, thing) for clue in clues)
    if any(not thing.startswith(_DOCUMENTS) for thing in search.asked.named - search.memory.hubs):
        return
    seen = set(named)
    for one in sorted(found, key=lambda one: -search.share([share.covered for share in one.shares])):
        new = [value for value in one.told if isinstance(value, str) and value not in seen]
        if len(one.told) == len(new) == 1 and len(seen) < len(named) + _MOST_DESCRIBED:
            seen.update(new)
            yield new[0], one.shares


def _called(search: Features) -> frozenset[str]:
    """The things of which a question says a name."""
    written = search.memory.facts.written
    return frozenset(thing for thing, names in written.items() if any(_is_said(search.asked, name) for name in names))


def _of_thing(search: Features, clue: Clue, thing: str) -> Share:
    """How much of a clue a thing accounts for, by its names and by what is told of it."""
    compare = search.comparison
    of_fixed = compare.of_thing(clue, thing)
    told = max((compare.told_by(clue, one) for one in search.memory.about.get(thing, ())), default=0.0)
    return Share(of_fixed, max(of_fixed, 0.85 * told), 0.0, 0.0, of_fixed, 0.0)


def _covered(asked: Asked, shares: Sequence[Share], saying: frozenset[int]) -> tuple[Share, ...]:
    """Shares of the clues, those that ask for a name accounted for."""
    return tuple(
        _NAMED if saying.issuperset(range(clue.start, clue.end)) else share
        for clue, share in zip(asked.clues, shares, strict=True)
    )


# Kinds of names


def _names(search: Features, thing: str, wanted: frozenset[str]) -> Iterator[_Name]:
    """The written names of a thing that are of some kinds."""
    written = search.memory.facts.written.get(thing, {})
    for name, graphs in sorted(written.items(), key=lambda item: str(item[0])):
        passages = frozenset(graph.removesuffix("-reading") for graph in graphs) & search.memory.gists.keys()
        kinds = frozenset(_kinds(search.asked, thing, name, written, told=bool(passages)))
        if kinds & wanted and not _is_said(search.asked, name):
            about = search.memory.about.get(thing, frozenset())
            yield _Name(name, kinds & wanted, passages or about, written=bool(passages))


def _kinds(asked: Asked, thing: str, name: ox.Literal, written: Iterable[ox.Literal], *, told: bool) -> Iterator[str]:
    """What kinds of name of a thing one is, among others of it; none, if it is no more than its usual one."""
    others = [other for other in written if other != name]
    if thing.startswith(_DOCUMENTS):
        yield "title"
    if told and _is_foreign(asked, name) and len({other.language for other in written}) > 1:
        yield "tongue"
    if name.language not in (asked.tag, "en", None) and not told:
        return
    alone = told and not others and _is_longer(asked, thing, name)
    if any(is_short(name.value, other.value) for other in others):
        yield "short"
    elif alone or any(is_short(other.value, name.value) for other in others):
        yield "whole"
    if any(other.language == name.language for other in others):
        yield "other"


def _is_longer(asked: Asked, thing: str, name: ox.Literal) -> bool:
    """Whether a question names a thing by less than its name, which is no mere row of capitals."""
    words = re.findall(r"[\w-]+", name.value)
    return thing in asked.named and len(words) > 1 and any(word.isalpha() and not _has_capitals(word) for word in words)


def _is_foreign(asked: Asked, name: ox.Literal) -> bool:
    """Whether a name is in the language that a question asks for, by the word for it."""
    wanted = next((tag for tag, words in _TONGUES.items() if words & {token.word for token in asked.tokens}), "")
    return bool(wanted) and name.language == wanted


_TONGUES: Final = {
    "fr": frozenset(spelling.words("french francophone francophones français française")),
    "en": frozenset(spelling.words("english anglais anglaise anglophone anglophones")),
}


def is_short(name: str, other: str) -> bool:
    """Whether a name is a short form of another: it is shorter, with a word of capitals that the other has not.

    >>> is_short("EU", "European Union"), is_short("ESM", "ESM Pilot")
    (True, False)
    """
    letters = {word for word in re.findall(r"[\w.-]+", name) if _has_capitals(word)}
    return len(name) < len(other) and not letters.issubset(re.findall(r"[\w.-]+", other))


def _has_capitals(word: str) -> bool:
    """Whether a word is written with several capitals, or with capitals and digits."""
    return bool(re.search(r"[A-Z].*[A-Z]|[A-Z]\d|\d[A-Z]", word))


def _is_said(asked: Asked, name: ox.Literal) -> bool:
    """Whether a question says a name itself, or spells it letter by letter."""
    wanted, words = tuple(spelling.words(name.value)), tuple(token.word for token in asked.tokens)
    said = any(words[n : n + len(wanted)] == wanted for n in range(len(words)))
    return said or "".join(wanted) in _spelt(words)


@lru_cache(maxsize=4)
def _spelt(words: _Words) -> frozenset[str]:
    """What a question spells letter by letter: the letters B, E and P."""
    letters = " ".join([*(word for word in words if word not in _JOINING), ""])
    return frozenset(run.replace(" ", "") for run in re.findall(r"(?:\b\w ){2,}", letters))


_JOINING: Final = frozenset(["and", "et"])


def _candidate(search: Features, thing: str, name: _Name, shares: tuple[Share, ...]) -> Candidate:
    group = Group(thing, NAME, {name.name: name.passages})
    features = search.features(group, group.told, shares, [f"name: {kind}" for kind in sorted(name.kinds)])
    features["name: of what is named"] = any(thing in clue.things for clue in search.asked.clues)
    features["name: of a name"] = thing in search.asked.named
    said = "a short one" if _says_short(search, thing) else "none that is short"
    features.update({f"name: {kind}, where {said} is said": 1.0 for kind in name.kinds})
    features["name: written"] = name.written
    return Candidate(group.told, features, group, shares=shares)


def _says_short(search: Features, thing: str) -> bool:
    """Whether a question says a short form of the name of a thing, so that it asks for no other."""
    written = search.memory.facts.written.get(thing, {})
    said = [name for name in written if _is_said(search.asked, name)]
    return any(is_short(name.value, other.value) for name in said for other in written)
