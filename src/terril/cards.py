"""What is told in one place, by a passage, a figure or an event with its dates; and whether a question is about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import spelling
from .facts import Fact, Facts
from .grammar import GRAMMARS
from .lexicon import Lexicon, Step
from .matching import TIMES
from .mentions import Mention
from .names import expand

_TYPE: Final = expand("rdf:type")
_FIGURE: Final = expand("terril:Figure")
_ABOUT: Final = expand("terril:figureAbout")
_EVENT: Final = expand("terril:Event")
_WITHIN: Final = frozenset(expand(name) for name in ("terril:within", "terril:partOf", "skos:broader"))
_LIGHT_VERBS: Final = frozenset(
    [
        "be",
        "have",
        "count",
        "exist",
        "make",
        "up",
        "give",
        "include",
        "there",
        "etre",
        "avoir",
        "compter",
        "exister",
        "faire",
        "partir",
        "compose",
    ]
)


@dataclass(frozen=True)
class Card:
    """What one place tells: the things that it is about, those that it speaks of and those around them; the steps by
    which they are tied; the stems of its words."""

    name: str
    about: frozenset[str]
    things: frozenset[str]
    around: frozenset[str]
    steps: frozenset[Step]
    stems: frozenset[str]
    core: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cards:
    """The cards of facts, made when they are asked for."""

    facts: Facts
    lexicon: Lexicon

    @cached_property
    def figures(self) -> Sequence[Card]:
        return [self._of_thing(thing) for thing in sorted(self.facts.members.get(_FIGURE, ()))]

    @cached_property
    def times(self) -> Sequence[tuple[Card, Fact]]:
        """A card for each dated thing, and the fact that dates it."""
        dated = sorted((f for f in self.facts.stands if f[1] in TIMES), key=str)
        return [(replace(self._of_thing(f[0]), steps=self._steps(f[0]) | {Step(f[1])}), f) for f in dated]

    @cached_property
    def passages(self) -> Sequence[Card]:
        told: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact, graphs in self.facts.stands.items():
            for graph in graphs:
                if (passage := graph.removesuffix("-reading")) in self.facts.gists:
                    told[passage].append(fact)
        return [self._of_passage(passage, told[passage]) for passage in sorted(told)]

    @cached_property
    def synonyms(self) -> Mapping[str, frozenset[frozenset[str]]]:
        """For each class or relation the stems of each noun, verb or phrase for it."""
        found: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
        for key, noun in self.lexicon.nouns.items():
            for term in (*noun.classes, *(step.property for step in noun.roles)):
                found[term].add(frozenset(key.split()))
        for by in self.lexicon.phrases.values():
            for entries in by.values():
                for entry in entries:
                    for step in entry.steps:
                        if not step.loose:
                            found[step.property].add(frozenset(map(spelling.stem, entry.words)))
        return {term: frozenset(stems) for term, stems in found.items()}

    def _of_thing(self, thing: str) -> Card:
        facts = self.facts
        out = [
            (p, o.value)
            for p, os in facts.out.get(thing, {}).items()
            for o in os
            if isinstance(o, ox.NamedNode) and p != _TYPE
        ]
        into = [(p, s) for p, ss in facts.into.get(thing, {}).items() for s in ss]
        things = frozenset(other for _, other in (*out, *into))
        about = frozenset(o for p, o in out if p == _ABOUT) or frozenset({thing})
        around = frozenset(
            o.value
            for other in things
            for p, os in facts.out.get(other, {}).items()
            if p in _WITHIN
            for o in os
            if isinstance(o, ox.NamedNode)
        )
        core = facts.words(thing)
        said = frozenset().union(
            *(facts.said.get(g.removesuffix("-reading"), frozenset()) for g in self._graphs(thing))
        )
        stems = core.union(said, *(facts.words(other) for other in things))
        return Card(
            thing,
            about | {thing},
            things,
            around,
            self._steps(thing),
            stems,
            core,
            self._documents(self._graphs(thing)),
        )

    def _documents(self, graphs: Iterable[str]) -> frozenset[str]:
        found = (self.facts.document.get(graph.removesuffix("-reading")) for graph in graphs)
        return frozenset(document for document in found if document)

    def _graphs(self, thing: str) -> Iterator[str]:
        for property, objects in self.facts.out.get(thing, {}).items():
            if property != _TYPE:
                for one in objects:
                    yield from self.facts.stands[thing, property, one]

    def _steps(self, thing: str) -> frozenset[Step]:
        forward = {Step(p) for p in self.facts.out.get(thing, {})}
        return frozenset(forward | {Step(p, inverse=True) for p in self.facts.into.get(thing, {})})

    def _of_passage(self, passage: str, told: Iterable[Fact]) -> Card:
        facts = self.facts
        things = facts.content.get(passage, frozenset()) | facts.speakers.get(passage, frozenset())
        steps = frozenset(Step(p, inverse) for _, p, _ in told for inverse in (False, True))
        around = frozenset(
            o.value
            for other in things
            for p, os in facts.out.get(other, {}).items()
            if p in _WITHIN
            for o in os
            if isinstance(o, ox.NamedNode)
        )
        return Card(
            passage,
            things,
            things,
            around,
            steps,
            facts.said.get(passage, frozenset()),
            documents=self._documents([passage]),
        )

    def explains(self, card: Card, mentions: Iterable[Mention], *, but: Mention | None = None) -> float | None:
        """How far-fetched it is that words are all about what a card tells; None if some are not."""
        cost, named = 0.0, False
        for mention in mentions:
            if mention is but:
                continue
            one = self._explains(card, mention)
            if one is None:
                return None
            cost += one
            named |= mention.role in ("thing", "noun", "word")
        return cost if named else None

    def _explains(self, card: Card, mention: Mention) -> float | None:
        stems = frozenset(stem_of(mention.text))
        match mention.role:
            case "thing":
                if mention.things & (card.about | card.documents):
                    return 0.0
                if mention.things & card.things:
                    return 0.2
                if stems <= card.stems or any(
                    one <= card.stems for thing in mention.things for one in self.facts.called(thing)
                ):
                    return 0.5
                return 0.9 if mention.things & card.around else None
            case "noun":
                return self._explains_noun(card, mention, stems)
            case "verb" | "phrase":
                return self._explains_verb(card, mention, stems)
            case "word":
                return 0.3 if mention.value in card.stems else None
            case "unknown":
                return None
            case "mark":
                return None if mention.value in _PUZZLING else 0.0
        return 0.0

    def _explains_noun(self, card: Card, mention: Mention, stems: frozenset[str]) -> float | None:
        if stems <= card.stems and (len(stems) == 1 or card.core == frozenset() or stems <= card.core):
            return 0.1
        if any(mention.noun.classes & self.facts.types.get(thing, frozenset()) for thing in card.about | card.things):
            return 0.2
        if {step.property for step in mention.noun.roles} & {step.property for step in card.steps}:
            return 0.2
        known = {one for term in mention.noun.classes for one in self.synonyms.get(term, ())}
        return 0.3 if any(one <= card.stems for one in known) else None

    def _explains_verb(self, card: Card, mention: Mention, stems: frozenset[str]) -> float | None:
        words = set(spelling.words(mention.text))
        if {step.property for step in mention.steps} & {step.property for step in card.steps}:
            return 0.1
        roots = {root for grammar in GRAMMARS.values() for word in words for root in grammar.roots(word)}
        if stems & card.stems or roots & _LIGHT_VERBS:
            return 0.2
        known = {one for step in mention.steps for one in self.synonyms.get(step.property, ()) if one}
        return 0.3 if any(one <= card.stems for one in known) else None


_PUZZLING: Final = ("other", "since", "meaning", "called", "only")


def stem_of(text: str) -> Iterator[str]:
    return (spelling.stem(word) for word in spelling.words(text) if word not in spelling.SMALL)
