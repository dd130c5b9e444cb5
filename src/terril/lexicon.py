"""The words of an ontology: which classes and relations people mean by which nouns, verbs and phrases."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from . import spelling
from .grammar import GRAMMARS, Grammar
from .names import AUTH, expand
from .results import Solutions, Store


@dataclass(frozen=True, order=True)
class Step:
    """A property, walked from subject to object or, if inverse, back; loose if its object is not asked for so."""

    property: str
    inverse: bool = False
    loose: bool = False

    def back(self) -> "Step":
        return Step(self.property, not self.inverse, self.loose)


Steps = frozenset[Step]


@dataclass(frozen=True)
class Noun:
    """What a noun means: things of a class, or what a relation leads to from what it is said of."""

    classes: frozenset[str] = frozenset()
    roles: Steps = frozenset()


@dataclass(frozen=True)
class Phrase:
    """A verb or other phrase: its words in their plain form, its preposition, and the relation that it says."""

    words: tuple[str, ...]
    preposition: str
    steps: Steps
    verb: bool
    accented: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Nouns by their stems; verbs and phrases by language and first word; what the ontology says of their terms."""

    nouns: Mapping[str, Noun] = field(repr=False)
    phrases: Mapping[str, Mapping[str, tuple[Phrase, ...]]] = field(repr=False)
    prepositions: Mapping[str, Mapping[str, Steps]] = field(repr=False)
    have: Mapping[str, Steps] = field(repr=False)
    askers: Mapping[str, Noun] = field(repr=False)
    others: Mapping[str, frozenset[str]] = field(repr=False)
    superclasses: Mapping[str, frozenset[str]] = field(repr=False)
    domains: Mapping[str, frozenset[str]] = field(repr=False)
    ranges: Mapping[str, frozenset[str]] = field(repr=False)
    complete: frozenset[str] = field(repr=False)
    disjoint: frozenset[frozenset[str]] = field(repr=False)
    data: frozenset[str] = field(repr=False)
    names: Mapping[str, Mapping[str, str]] = field(repr=False)
    spelt: Mapping[str, frozenset[str]] = field(repr=False)

    @property
    def speaks(self) -> bool:
        """Whether the ontology says in what words people ask."""
        return any(self.phrases.values())

    def known(self, tag: str) -> Iterator[str]:
        """The words of the nouns, verbs and phrases of a language, folded."""
        yield from self.spelt.get(tag, ())


_NOUN: Final = expand("terril:noun")
_INVERSE_NOUN: Final = expand("terril:inverseNoun")
_VERB: Final = expand("terril:verb")
_INVERSE_VERB: Final = expand("terril:inverseVerb")
_PHRASE: Final = expand("terril:phrase")
_INVERSE_PHRASE: Final = expand("terril:inversePhrase")
_LOOSELY: Final = expand("terril:loosely")
_QUESTION: Final = expand("terril:questionWord")
_IN_WORDS: Final = expand("terril:inWords")
_COMPLETE: Final = expand("terril:complete")
_LABEL: Final = expand("rdfs:label")
_TYPE: Final = expand("rdf:type")
_CLASS: Final = expand("owl:Class")
_SUBCLASS: Final = expand("rdfs:subClassOf")
_DOMAIN: Final = expand("rdfs:domain")
_RANGE: Final = expand("rdfs:range")
_DISJOINT: Final = expand("owl:disjointWith")
_DATATYPE: Final = expand("owl:DatatypeProperty")
_OBJECT: Final = expand("owl:ObjectProperty")
_ANY: Final = expand("owl:topObjectProperty")

_TERMS: Final = f"""SELECT DISTINCT ?term ?property ?value WHERE {{
  ?term ?property ?value
  FILTER(?property IN ({
    ", ".join(
        f"<{iri}>"
        for iri in (
            _NOUN,
            _INVERSE_NOUN,
            _VERB,
            _INVERSE_VERB,
            _PHRASE,
            _INVERSE_PHRASE,
            _LOOSELY,
            _QUESTION,
            _IN_WORDS,
            _COMPLETE,
            _LABEL,
            _SUBCLASS,
            _DOMAIN,
            _RANGE,
            _DISJOINT,
        )
    )
}))
}}"""
_KINDS: Final = (
    f"SELECT DISTINCT ?term ?kind WHERE {{ ?term a ?kind FILTER(?kind IN (<{_CLASS}>, <{_DATATYPE}>, <{_OBJECT}>)) }}"
)
_MEMBERS: Final = f"""SELECT DISTINCT ?one ?member WHERE {{ ?one a <{expand("owl:AllDisjointClasses")}> ;
  <{expand("owl:members")}>/<{expand("rdf:rest")}>*/<{expand("rdf:first")}> ?member }}"""


def load(store: Store) -> Lexicon:
    """Read the words of a store's ontology."""
    said: defaultdict[str, list[tuple[str, ox.Literal]]] = defaultdict(list)
    linked: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for term, predicate, value in _rows(store, _TERMS):
        if isinstance(term, ox.NamedNode) and isinstance(predicate, ox.NamedNode):
            if isinstance(value, ox.Literal):
                said[predicate.value].append((term.value, value))
            elif isinstance(value, ox.NamedNode):
                linked[predicate.value].append((term.value, value.value))
    kinds = [
        (t.value, k.value)
        for t, k in _rows(store, _KINDS)
        if isinstance(t, ox.NamedNode) and isinstance(k, ox.NamedNode)
    ]
    classes = frozenset(t for t, k in kinds if k == _CLASS)
    properties = frozenset({_ANY, *(t for t, k in kinds if k in (_OBJECT, _DATATYPE))})
    phrases, prepositions, have = _phrases(said, properties)
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for term, label in said[_LABEL]:
        names[term][label.language or "en"] = label.value
    return Lexicon(
        _nouns(said, classes, properties),
        phrases,
        prepositions,
        have,
        _askers(said, classes),
        _others(said),
        _closure(linked[_SUBCLASS]),
        _grouped(linked[_DOMAIN]),
        _grouped(linked[_RANGE]),
        frozenset(term for term, value in said[_COMPLETE] if value.value == "true"),
        frozenset(_disjoint(linked[_DISJOINT], _rows(store, _MEMBERS))),
        frozenset(t for t, k in kinds if k == _DATATYPE),
        names,
        _spelt(said),
    )


def _spelt(said: "_Said") -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entries in said.values():
        for _, text in entries:
            found[text.language or ""].update(spelling.words(text.value))
    return {tag: frozenset(words) for tag, words in found.items()}


def _rows(store: Store, sparql: str) -> Sequence[tuple[object, ...]]:
    answer = store.query(sparql)
    return answer.rows if isinstance(answer, Solutions) else ()


_Said = Mapping[str, Sequence[tuple[str, ox.Literal]]]


def key(words: Iterable[str]) -> str:
    """What a noun of these folded words is looked up by: their stems in order, without small words."""
    found = list(words)
    return " ".join(map(spelling.stem, spelling.content(found)))


def _nouns(said: _Said, classes: frozenset[str], properties: frozenset[str]) -> dict[str, Noun]:
    of: defaultdict[str, set[str]] = defaultdict(set)
    roles: defaultdict[str, set[Step]] = defaultdict(set)
    for term, text in (*said[_NOUN], *said[_LABEL]):
        if term in classes:
            of[key(spelling.words(text.value))].add(term)
    for term, text in said[_NOUN]:
        if term in properties:
            roles[key(spelling.words(text.value))].add(Step(term))
    for term, text in said[_INVERSE_NOUN]:
        roles[key(spelling.words(text.value))].add(Step(term, inverse=True))
    return {noun: Noun(frozenset(of[noun]), frozenset(roles[noun])) for noun in {*of, *roles} if noun}


def _phrases(
    said: _Said, properties: frozenset[str]
) -> tuple[dict[str, dict[str, tuple[Phrase, ...]]], dict[str, dict[str, Steps]], dict[str, Steps]]:
    steps: defaultdict[tuple[str, tuple[str, ...], str, bool, bool], set[Step]] = defaultdict(set)
    for property, inverse, loose in (
        (_VERB, False, False), (_INVERSE_VERB, True, False), (_PHRASE, False, False), (_INVERSE_PHRASE, True, False),
        (_LOOSELY, False, True),
    ):  # fmt: skip
        for term, text in said[property]:
            grammar = GRAMMARS.get(text.language or "")
            if grammar and (term in properties or term.startswith(_ROLES)):
                verb = property in (_VERB, _INVERSE_VERB) or (property == _LOOSELY and _is_verb(text.value, grammar))
                words, preposition, is_verb = _split(text.value, grammar, verb)
                step = Step(term if term in properties else f"{HAVING_ROLE}{term}", inverse, loose)
                accented = bool(re.match(r"(être )?\w+ée?s?\b", text.value))
                steps[grammar.tag, words, preposition, is_verb, accented].add(step)
    phrases: dict[str, defaultdict[str, list[Phrase]]] = {tag: defaultdict(list) for tag in GRAMMARS}
    prepositions: dict[str, dict[str, Steps]] = {tag: {} for tag in GRAMMARS}
    have: dict[str, Steps] = {}
    for (tag, words, preposition, is_verb, accented), found in steps.items():
        if words in (("have",), ("avoir",)) and not preposition:
            have[tag] = frozenset(found)
        elif not words:
            prepositions[tag][preposition] = frozenset(found)
        else:
            entry = Phrase(words, preposition, frozenset(found), is_verb, accented)
            for first in {words[0]} if is_verb else {words[0], spelling.stem(words[0]), *GRAMMARS[tag].roots(words[0])}:
                phrases[tag][first].append(entry)
    return {tag: {word: tuple(found) for word, found in by.items()} for tag, by in phrases.items()}, prepositions, have


def _is_verb(text: str, grammar: Grammar) -> bool:
    first = spelling.words(text)[0]
    return not grammar.is_participle(first) and first not in grammar.prepositions and first != "active"


HAVING_ROLE: Final = "role "
"""How a step begins that leads from a person to the organisation in which the person has the role that follows."""

_ROLES: Final = AUTH + "role/"
_REFLEXIVE: Final = frozenset({"se", "s"})


def _split(text: str, grammar: Grammar, verb: bool) -> tuple[tuple[str, ...], str, bool]:
    """The words of an entry without articles, its last preposition, and whether it begins with a verb."""
    words = [grammar.prepositions.get(word) or word for word in spelling.words(text) if word not in _REFLEXIVE]
    words = [word for word in words if word not in grammar.articles or word in grammar.prepositions]
    if len(words) > 1 and words[0] in ("be", "etre"):
        words, verb = words[1:], False
    last = words[-1] if words and words[-1] in grammar.prepositions else ""
    return tuple(words[:-1] if last else words), last, verb


def _askers(said: _Said, classes: frozenset[str]) -> dict[str, Noun]:
    of: defaultdict[str, set[str]] = defaultdict(set)
    roles: defaultdict[str, set[Step]] = defaultdict(set)
    for term, word in said[_QUESTION]:
        folded = spelling.fold(word.value)
        if term in classes:
            of[folded].add(term)
        else:
            roles[folded].add(Step(term))
    return {word: Noun(frozenset(of[word]), frozenset(roles[word])) for word in {*of, *roles}}


def _others(said: _Said) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for term, text in said[_IN_WORDS]:
        found[key(spelling.words(text.value))].add(term)
    return {words: frozenset(terms) for words, terms in found.items()}


def _closure(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Everything above each class, itself included."""
    above = _grouped(pairs)
    found: dict[str, frozenset[str]] = {}
    for start in above:
        seen, waiting = set[str](), [start]
        while waiting:
            if (one := waiting.pop()) not in seen:
                seen.add(one)
                waiting += above.get(one, ())
        found[start] = frozenset(seen)
    return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _disjoint(pairs: Iterable[tuple[str, str]], members: Sequence[tuple[object, ...]]) -> Iterator[frozenset[str]]:
    yield from (frozenset(pair) for pair in pairs)
    groups: defaultdict[object, list[str]] = defaultdict(list)
    for one, member in members:
        if isinstance(member, ox.NamedNode):
            groups[one].append(member.value)
    for group in groups.values():
        yield from (frozenset((a, b)) for a in group for b in group if a < b)
