"""What passages tell, arranged to be remembered: groups of facts with the words by which each can be recognised."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import contraries, spelling
from .contraries import NO_CONTRARIES, Contraries
from .facts import TYPE, Facts
from .grammar import GRAMMARS
from .lexicon import Lexicon, Step
from .matching import SPOKEN, TIMES, Value
from .names import AUTH, ID, expand
from .results import Solutions, Store
from .thesaurus import OTHER_WORDS, Form, Thesaurus, bag_of, empty, forms, stems_of

VALUE: Final = expand("terril:value")
RATING: Final = expand("terril:rating")
WORKS_FOR: Final = expand("terril:worksFor")
_TERRITORY: Final = expand("terril:Territory")
_ABOUT: Final = expand("terril:about")
_HUB: Final = expand("terril:hub")
_GIST: Final = expand("terril:gist")
_ABOVE: Final = frozenset(expand(name) for name in ("terril:within", "terril:partOf", "skos:broader"))
_LITERALS: Final = frozenset(
    {
        *(VALUE, RATING, *TIMES),
        *map(expand, ("locn:thoroughfare", "locn:locatorDesignator", "locn:postCode", "dcterms:language")),
    }
)
_UNASKED: Final = frozenset(
    {TYPE, *(expand(name) for name in (
        "skos:broader", "foaf:homepage", "terril:worksOn", "terril:partOfFigure", "terril:hub", "terril:verb",
        "terril:unit", "terril:qualifier",
    ))}
)  # fmt: skip
_NEXT: Final = 2
_MANY: Final = 3


@dataclass(frozen=True)
class Group:
    """What one step leads to from a thing, each answer with the passages that tell it.

    `narrow` says that the same step leads to more than what is told here: in one passage, or in some that follow each
    other.
    """

    fixed: str
    step: Step
    told: Mapping[Value, frozenset[str]] = field(hash=False, compare=False)
    narrow: bool = False

    @property
    def passages(self) -> frozenset[str]:
        return frozenset().union(*self.told.values())


@dataclass(frozen=True)
class Memory:
    """Facts, the words of an ontology, everyday words, and the gists of passages in both languages."""

    facts: Facts
    lexicon: Lexicon
    thesaurus: Thesaurus
    gists: Mapping[str, Sequence[ox.Literal]] = field(repr=False)
    expansions: Mapping[str, Sequence[ox.Literal]] = field(default_factory=dict, repr=False)
    contraries: Contraries = NO_CONTRARIES
    _names: dict[str, frozenset[Form]] = field(default_factory=dict, repr=False)
    _kinds: dict[frozenset[str], frozenset[Form]] = field(default_factory=dict, repr=False)

    def complete(self) -> "Memory":
        """The same, with all that it works out when first asked worked out now."""
        for one in (self, self.facts, self.thesaurus, self.contraries.words):
            for name, value in vars(type(one)).items():
                if isinstance(value, cached_property):
                    getattr(one, name)
        for thing in self.facts.types:
            self.names_of(thing)
            self.kinds_of(thing)
        return self

    # Words of passages, things, relations and classes

    @cached_property
    def words_of(self) -> Mapping[str, frozenset[Form]]:
        """The forms of the words of each passage's gists."""
        return {passage: bag_of(gists) for passage, gists in self.gists.items()}

    @cached_property
    def expansions_of(self) -> Mapping[str, frozenset[Form]]:
        """The forms of the further words by which people ask for what each passage tells."""
        return {passage: bag_of(self.expansions.get(passage, ())) for passage in self.gists}

    @cached_property
    def expanding(self) -> Mapping[Form, frozenset[str]]:
        """The passages that further words ask for, by form."""
        return _inverted(self.expansions_of)

    @cached_property
    def stems_in(self) -> Mapping[str, frozenset[Form]]:
        """The stems of the words of each passage's gists, one for each word."""
        return {passage: stems_of(gists) for passage, gists in self.gists.items()}

    def names_of(self, thing: str) -> frozenset[Form]:
        """The stems of the words of all names of a thing."""
        if thing not in self._names:
            self._names[thing] = stems_of(self.facts.labels.get(thing, ()))
        return self._names[thing]

    def names_in(self, passage: str) -> frozenset[Form]:
        """The forms of the names of all that a passage speaks of."""
        return self._names_in[passage]

    @cached_property
    def _names_in(self) -> Mapping[str, frozenset[Form]]:
        return {
            passage: frozenset().union(*(self.names_of(thing) for thing in self.content[passage]))
            for passage in self.gists
        }

    @cached_property
    def relations(self) -> Mapping[str, frozenset[Form]]:
        """The forms of the words that the ontology has for each relation."""
        found: defaultdict[str, set[Form]] = defaultdict(set)
        for tag, by in self.lexicon.phrases.items():
            for entry in {entry for entries in by.values() for entry in entries}:
                for property in _properties(entry.steps):
                    found[property].update(f"{tag}:{spelling.stem(word)}" for word in entry.words)
        for key, noun in self.lexicon.nouns.items():
            for property in _properties(noun.roles):
                found[property].update(f"{tag}:{stem}" for stem in key.split() for tag in GRAMMARS)
        for property, labels in self.lexicon.names.items():
            found[property] |= bag_of([ox.Literal(text, language=tag) for tag, text in labels.items()])
        return {property: frozenset(words) for property, words in found.items()}

    @cached_property
    def _nouns(self) -> Mapping[str, frozenset[Form]]:
        found: defaultdict[str, set[Form]] = defaultdict(set)
        for key, noun in self.lexicon.nouns.items():
            if " " not in key:
                for one in noun.classes:
                    found[one].update(f"{tag}:{key}" for tag in GRAMMARS)
        return {one: frozenset(words) for one, words in found.items()}

    def kinds_of(self, thing: str) -> frozenset[Form]:
        """The forms of the nouns for what a thing is."""
        kinds = self.facts.types.get(thing, frozenset())
        if kinds not in self._kinds:
            self._kinds[kinds] = frozenset().union(*(self._nouns.get(one, frozenset()) for one in kinds))
        return self._kinds[kinds]

    # What speaks of what

    @cached_property
    def content(self) -> Mapping[str, frozenset[str]]:
        """The things that each passage speaks of, and who speaks it."""
        content, speakers, nothing = self.facts.content, self.facts.speakers, frozenset[str]()
        return {
            passage: frozenset(
                thing
                for thing in content.get(passage, nothing) | speakers.get(passage, nothing)
                if thing.startswith((ID, AUTH))
            )
            for passage in self.gists
        }

    @cached_property
    def about(self) -> Mapping[str, frozenset[str]]:
        """The passages that speak of a thing, or that a person speaks."""
        return _inverted(self.content)

    @cached_property
    def holding(self) -> Mapping[Form, frozenset[str]]:
        """The passages whose gist holds a form."""
        return _inverted(self.words_of)

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """What each thing lies within, is part of or falls under."""
        return self._objects(_ABOVE)

    def around(self, passage: str) -> frozenset[str]:
        """What the things that a passage speaks of lie within or are part of, and what its document is about."""
        return self._around[passage]

    @cached_property
    def _around(self) -> Mapping[str, frozenset[str]]:
        nothing, document = frozenset[str](), self.facts.document
        return {
            passage: self.subjects.get(document.get(passage, ""), nothing).union(
                *(self.above.get(thing, nothing) for thing in self.content[passage])
            )
            for passage in self.gists
        }

    @cached_property
    def subjects(self) -> Mapping[str, frozenset[str]]:
        """What each document is about."""
        return self._objects({_ABOUT})

    def _objects(self, properties: Iterable[str]) -> Mapping[str, frozenset[str]]:
        wanted = frozenset(properties)
        found: defaultdict[str, set[str]] = defaultdict(set)
        for s, p, o in self.facts.stands:
            if p in wanted and isinstance(o, ox.NamedNode):
                found[s].add(o.value)
        return {thing: frozenset(things) for thing, things in found.items()}

    @cached_property
    def hubs(self) -> frozenset[str]:
        """Things of which so much is said that they tie nothing together: hubs, and territories that hold many."""
        held = Counter(up for thing in self.facts.members.get(_TERRITORY, ()) for up in self.above.get(thing, ()))
        wide = frozenset(territory for territory, count in held.items() if count >= _MANY)
        return wide | frozenset(s for s, p, _ in self.facts.stands if p == _HUB)

    # Groups

    @cached_property
    def groups(self) -> Sequence[Group]:
        found: defaultdict[tuple[str, Step], dict[Value, frozenset[str]]] = defaultdict(dict)
        for fixed, step, value, passages in self._links():
            told = found[fixed, step]
            told[value] = told.get(value, frozenset()) | passages
        groups = [Group(fixed, step, told) for (fixed, step), told in found.items()]
        return [*groups, *(narrow for group in groups for narrow in self._narrower(group))]

    @cached_property
    def groups_of(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the groups of a fixed thing, or told by a passage."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for n, group in enumerate(self.groups):
            for place in (group.fixed, *group.passages):
                found[place].append(n)
        return found

    @cached_property
    def wholes(self) -> Mapping[tuple[str, Step], int]:
        """The number of the group of all that a step leads to from a thing."""
        return {(group.fixed, group.step): n for n, group in enumerate(self.groups) if not group.narrow}

    @cached_property
    def tied(self) -> Mapping[str, frozenset[str]]:
        """What one step leads to from each thing, whichever, and what the thing lies within or is part of."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for fixed, step in self.wholes:
            if step.property != SPOKEN:
                told = self.groups[self.wholes[fixed, step]].told
                found[fixed].update(value for value in told if isinstance(value, str))
        return {thing: frozenset(things) | self.above.get(thing, frozenset()) for thing, things in found.items()}

    @cached_property
    def leading(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the groups, as wholes, that lead to a thing."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for n in self.wholes.values():
            for value in self.groups[n].told:
                if isinstance(value, str):
                    found[value].append(n)
        return found

    def _links(self) -> Iterator[tuple[str, Step, Value, frozenset[str]]]:
        for (s, p, o), graphs in self.facts.stands.items():
            passages = frozenset(graph.removesuffix("-reading") for graph in graphs) & self.gists.keys()
            if p in _UNASKED or not (passages or p == WORKS_FOR):
                continue
            if isinstance(o, ox.Literal):
                if p in _LITERALS:
                    yield s, Step(p), o, passages
            elif isinstance(o, ox.NamedNode) and o.value.startswith((ID, AUTH)):
                yield s, Step(p), o.value, passages
                yield o.value, Step(p, inverse=True), s, passages
        for passage, people in self.facts.speakers.items():
            for thing in self.content.get(passage, frozenset()) - people:
                for person in people:
                    yield thing, Step(SPOKEN), person, frozenset({passage})

    def _narrower(self, group: Group) -> Iterator[Group]:
        """The same as far as one passage tells it, or some that follow each other."""
        all_passages = group.passages
        spoken = group.step.property == SPOKEN
        if len(all_passages) < 2 or (len(group.told) < 2 and not spoken):
            return
        parts = {*self.runs(all_passages), *(frozenset({passage}) for passage in all_passages)}
        for part in sorted(parts - {all_passages}, key=sorted):
            told = {value: passages & part for value, passages in group.told.items() if passages & part}
            if len(told) < len(group.told) or spoken:
                yield Group(group.fixed, group.step, told, narrow=True)

    @cached_property
    def _order(self) -> Mapping[str, tuple[str, int]]:
        return {passage: (_address(passage)[0], n) for n, passage in enumerate(sorted(self.gists, key=_address))}

    def runs(self, passages: Iterable[str]) -> list[frozenset[str]]:
        """Passages by what follows each other in a document, with at most one in between."""
        found: list[list[str]] = []
        for passage in sorted(passages, key=self._order.__getitem__):
            document, place = self._order[passage]
            last = self._order[found[-1][-1]] if found else ("", 0)
            if last[0] == document and place - last[1] <= _NEXT:
                found[-1].append(passage)
            else:
                found.append([passage])
        return [frozenset(run) for run in found]

    # How much a word tells

    @cached_property
    def _counts(self) -> Counter[Form]:
        counts: Counter[Form] = Counter()
        for words in self.words_of.values():
            counts.update(words)
        for thing in self.facts.labels:
            counts.update(self.names_of(thing))
        return counts

    def weight(self, parts: Iterable[frozenset[Form]]) -> float:
        """How much a word or phrase tells, from 0.3 for one that stands everywhere to 1."""
        counts = [min((self._counts[form] for form in part if form in self._counts), default=0) for part in parts]
        least = min((count for count in counts if count), default=1)
        texts = (len(self.gists) + len(self.facts.labels)) / len(GRAMMARS)
        return 0.3 + 0.7 * max(0.0, 1 - math.log(least) / math.log(max(texts / 3, 2.0)))

    def knows(self, word: str, tag: str) -> bool:
        """Whether a folded word stands anywhere: in a gist, a name, the thesaurus, the lexicon or the grammar."""
        found = forms(word, tag)
        return (
            any(form in self._counts or form in self.thesaurus.beginning for form in found)
            or word in empty(tag)
            or word in GRAMMARS[tag].numbers
            or word in self._vocabulary[tag]
        )

    @cached_property
    def _vocabulary(self) -> Mapping[str, frozenset[str]]:
        """The words of each language that a word may be misspelt for."""
        texts = (
            text for by in (self.gists, self.expansions, self.facts.labels) for texts in by.values() for text in texts
        )
        found = {
            tag: {*self.thesaurus.words.get(tag, ()), *self.lexicon.known(tag), *GRAMMARS[tag].words()}
            for tag in GRAMMARS
        }
        for text in texts:
            for tag in (text.language,) if text.language in found else found:
                found[tag or ""].update(spelling.words(text.value))
        return {tag: frozenset(words) for tag, words in found.items()}

    def respelt(self, word: str, tag: str) -> str:
        """The one word that an unknown one is a slip away from, but for inflection; itself if there is none."""
        from rapidfuzz.distance import OSA

        if len(word) < _LONG or not word.isalpha() or any(self.knows(word, one) for one in GRAMMARS):
            return word
        near = sorted(
            known
            for known in self._vocabulary[tag]
            if known[0] == word[0] and len(known) >= _LONG and OSA.distance(known, word, score_cutoff=1) <= 1
        )
        return near[0] if len({spelling.stem(one) for one in near}) == 1 else word


_LONG: Final = 5


def _properties(steps: Iterable[Step]) -> set[str]:
    return {property for step in steps for property in step.property.split()}


def _inverted(by: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, values in by.items():
        for value in values:
            found[value].add(key)
    return {value: frozenset(keys) for value, keys in found.items()}


def _address(passage: str) -> tuple[str, int, str]:
    document, _, place = passage.rpartition("/")
    start = place.split("-")[0]
    return document, int(start) if start.isdecimal() else 0, place


def load(store: Store, facts: Facts, lexicon: Lexicon, thesaurus: Thesaurus) -> Memory:
    """Arrange what a store's passages tell; nothing, if it has none."""
    gists, expansions = (_texts(store, property) for property in (_GIST, OTHER_WORDS))
    return Memory(facts, lexicon, thesaurus, gists, expansions, contraries.load(store))


def _texts(store: Store, property: str) -> dict[str, list[ox.Literal]]:
    answer = store.query(f"SELECT DISTINCT ?passage ?text WHERE {{ ?passage <{property}> ?text }}")
    found: defaultdict[str, list[ox.Literal]] = defaultdict(list)
    for passage, text in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(passage, ox.NamedNode) and isinstance(text, ox.Literal):
            found[passage.value].append(text)
    return dict(found)
