"""Trying readings of a question on what a store says, the least far-fetched first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import spelling
from .cards import Card, Cards
from .facts import TYPE, Facts
from .grammar import GRAMMARS, Grammar
from .lexicon import Lexicon, Step, key
from .matching import IN_DOCUMENT, SPOKEN, TIMES, Matcher, Value, values
from .mentions import Mention, Segmentation
from .names import expand
from .parsing import readings
from .readings import ANY, SAME, Link, Node, Reading

_EVENT: Final = expand("terril:Event")
_CONTAINERS: Final = frozenset(expand(f"terril:{name}") for name in ("Project", "Initiative"))
_GOAL: Final = expand("terril:Goal")
_VALUE: Final = expand("terril:value")
_RATING: Final = expand("terril:rating")
_COUNT: Final = expand("terril:CountFigure")
_DURATION: Final = expand("terril:DurationFigure")
_SHARE: Final = expand("terril:ShareFigure")
_TARGET: Final = expand("terril:TargetFigure")
_TARGET_YEAR: Final = expand("terril:targetYear")
_RATED: Final = expand("terril:RatingFigure")
_RANK: Final = expand("terril:RankFigure")
_PART_OF: Final = expand("terril:partOf")
_PART: Final = expand("terril:partOfFigure")
_CHARACTERISTIC: Final = expand("terril:hasCharacteristic")
_ADDRESSES: Final = expand("terril:addresses")
_AREA: Final = expand("terril:ThematicArea")
_BROADER: Final = expand("skos:broader")
_STAKEHOLDER: Final = expand("terril:StakeholderCategory")
_TERRITORY: Final = expand("terril:Territory")
_CATEGORIES: Final = frozenset({_STAKEHOLDER, expand("skos:Concept")})
_ACTORS: Final = frozenset(expand(name) for name in ("foaf:Agent", "foaf:Person"))
_STATEMENTS: Final = frozenset(expand(f"terril:{name}") for name in ("Figure", "Document"))


_PREPOSITIONS: Final = frozenset(word for grammar in GRAMMARS.values() for word in grammar.prepositions)
_SUPERLATIVES: Final = frozenset({"most", "fewest", "first", "last"})
_REACH: Final = 1.2
_NEAR: Final = 0.6


@dataclass(frozen=True)
class Try:
    """A reading that was tried: its form, what it found, and how far-fetched it is.

    `figures` or `facts` are what was found on a card, `truth` the answer to a question of yes or no; `understood` is
    false for a reading that the facts cannot decide; `aside` says what was left out of what was found.
    """

    form: str
    reading: Reading
    cost: float
    values: tuple[Value, ...] = ()
    truth: bool | None = None
    cards: tuple[str, ...] = ()
    gists: tuple[str, ...] = ()
    members: tuple[Value, ...] = ()
    aside: str = ""
    mentions: tuple[Mention, ...] = field(default=(), repr=False)

    @property
    def found(self) -> bool:
        return bool(self.values) or self.truth is not None

    @property
    def is_named(self) -> bool:
        """Whether words name each relation of its reading, so that nothing rests on mere closeness."""
        return all(ANY not in link.steps and link.text for link in self.reading.links)


@dataclass(frozen=True, eq=False)
class Inquiry:
    """Facts and words of an ontology, and the ways in which a question can be about them."""

    facts: Facts
    lexicon: Lexicon

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.facts, self.lexicon)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self.facts, self.lexicon)

    def tries(self, found: Sequence[Segmentation], grammar: Grammar) -> list[Try]:
        """What the readings within reach of the least far-fetched give, up to the first that gives something."""
        read = self._readings(found, grammar)
        tried: list[Try] = []
        if not read:
            return tried
        for reading in read:
            if reading.cost > read[0].cost + (_NEAR if _is_clean(read[0]) else _REACH):
                break
            tried += self._tries(reading)
            if any(t.found and t.cost <= reading.cost for t in tried):
                break
        return sorted(tried, key=lambda one: (one.cost, not one.found))

    def _readings(self, found: Sequence[Segmentation], grammar: Grammar) -> list[Reading]:
        """All readings, each once, the least far-fetched first."""
        known: dict[object, Reading] = {}
        for segmentation in found:
            if not segmentation.left:
                for reading in readings(segmentation, grammar, self.lexicon, self.facts):
                    same = (
                        reading.form,
                        reading.nodes,
                        reading.links,
                        reading.asked,
                        reading.marks,
                        reading.words,
                        reading.voices,
                    )
                    if same not in known or reading.cost < known[same].cost:
                        known[same] = reading
        return sorted(known.values(), key=lambda reading: reading.cost)

    def _tries(self, reading: Reading) -> Iterator[Try]:
        marks = set(reading.marks)
        asked = reading.nodes[reading.asked] if reading.asked >= 0 else None
        if (
            _is_loosely_denied(reading)
            or marks & {"other", "since", "only"}
            or ("exact" in marks and not (asked and asked.sort in ("time", "year")))
            or (asked and asked.sort in ("why", "how"))
        ):
            yield Try("puzzle", reading, reading.cost)
        elif reading.form == "truth" or asked is None:
            yield from self._truth(reading)
        elif asked.sort in ("time", "year"):
            yield from self._times(reading, asked.sort)
        elif marks & {"count", "share", "rank"} or any(step.property == _RATING for step in asked.roles):
            yield from self._figures(reading)
            if "count" in marks:
                yield from self._counted(reading)
        elif marks & {"meaning", "called"}:
            yield from self._names(reading)
        elif marks & _SUPERLATIVES or (marks & {"more", "fewer"} and marks & {"than", "choice"}):
            yield from self._compared(reading)
        else:
            yield from self._listed(reading)

    # Lists

    def _listed(self, reading: Reading) -> Iterator[Try]:  # noqa: C901  (one case for each kind of list)
        asked = reading.nodes[reading.asked]
        if "loose" in reading.marks or any(n.sort in ("time", "year", "why", "how") for n in reading.nodes):
            return
        if not reading.links and asked.things is not None:
            yield from self._defined(reading, asked)
            return
        if "kind" in reading.marks and asked.things is not None and not asked.sort and not reading.links:
            yield from self._defined(reading, asked)
            return
        if asked.bare and not asked.classes and not asked.sort and not self._is_named(reading):
            yield Try("puzzle", reading, reading.cost)
            return
        found = self._matched(reading) or self._matched(_of_any_kind(reading))
        if asked.things is not None and asked.sort != "choice" and not asked.bare and set(found) & asked.things:
            found = [] if not _descriptive(asked) or self._is_adjective(asked) else found
        if found and (
            narrowed := next((t for t in self._relaxed(reading, tied=True) if set(t.values) < set(found)), None)
        ):
            yield replace(narrowed, cost=reading.cost)
            return
        yield Try("list", reading, reading.cost, tuple(found))
        if not found:
            for part in self._contracted(reading):
                found = self._matched(part)
                if found:
                    yield Try("list", part, part.cost, tuple(found))
                    return
            once = list(self._relaxed(reading))
            yield from (t for t in once if t.found)
            if not any(t.found for t in once):
                yield from (t for one in once for t in self._relaxed(one.reading) if t.found)

    def _is_named(self, reading: Reading) -> bool:
        """Whether a verb or noun says how what is asked for is tied to the rest, not only a preposition or nothing."""
        ends = [k for k in reading.links if reading.asked in (k.source, k.target)]
        return all(ANY not in k.steps for k in ends) and not all(
            spelling.fold(k.text) in _PREPOSITIONS or not k.text for k in ends
        )

    def _matched(self, reading: Reading) -> list[Value]:
        matches = self.matcher.matches(reading)
        asked = reading.nodes[reading.asked]
        known = {
            thing for m in reading.mentions if m.role == "thing" and m.text not in asked.text for thing in m.things
        }
        free = asked.things is None and not reading.voices
        found = [value for value in values(matches) if self.matcher.says(reading, value, matches[value])]
        found = [value for value in found if not (free and value in known) and not self._is_statement(value, asked)]
        found = [] if all(self._is_no_answer(value, asked) for value in found) else found
        said = [things for things in reading.context if not self._is_place(things)]
        found = [value for value in found if all(self._is_close(value, one) for one in said)] or found
        if asked.sort == "place":
            found = [value for value in found if isinstance(value, str)]
        if asked.bare and asked.classes:
            found = self._narrowest(found)
        return self._own_names(found if "kind" in reading.marks else self._so_called(found, asked))

    def _is_statement(self, value: Value, asked: Node) -> bool:
        """Whether a value only keeps what is said, such as a figure, and nobody asks for those."""
        kinds = self.facts.types.get(value, frozenset()) if isinstance(value, str) else frozenset()
        return bool(kinds & _STATEMENTS) and not asked.classes & kinds

    def _is_place(self, things: frozenset[str]) -> bool:
        return any(_TERRITORY in self.facts.types.get(thing, frozenset()) for thing in things)

    def _is_close(self, value: Value, things: frozenset[str]) -> bool:
        """Whether a thing is tied to one of some others, or has its name in its own."""
        if not isinstance(value, str):
            return False
        tied = {getattr(o, "value", "") for os in self.facts.out.get(value, {}).values() for o in os}
        return bool(tied & things) or any(
            called <= self.facts.words(value) for one in things for called in self.facts.called(one)
        )

    def _is_no_answer(self, value: Value, asked: Node) -> bool:
        """Whether a value says no more than the question: the category that is asked for."""
        if not isinstance(value, str) or asked.sort == "choice":
            return False
        kinds = self.facts.types.get(value, frozenset())
        stems = set(stem_set(asked.text))
        return bool(kinds & _CATEGORIES) and any(stems >= called for called in self.facts.called(value))

    def _narrowest(self, found: list[Value]) -> list[Value]:
        """Without the wholes of which parts are found too: a government rather than the region that it is part of."""
        wholes = {
            o.value
            for x in found
            if isinstance(x, str)
            for o in self.facts.out.get(x, {}).get(_PART_OF, ())
            if isinstance(o, ox.NamedNode)
        }
        return [x for x in found if x not in wholes]

    def _own_names(self, found: list[Value]) -> list[Value]:
        """Without the topics of thematic areas that are found themselves: these are what their owner names."""
        said = {
            o.value
            for x in found
            if isinstance(x, str)
            for o in self.facts.out.get(x, {}).get(_ADDRESSES, ())
            if isinstance(o, ox.NamedNode)
        }
        areas = [x for x in found if isinstance(x, str) and _AREA in self.facts.types.get(x, ())]
        wider = {
            o.value for x in said for o in self.facts.out.get(x, {}).get(_BROADER, ()) if isinstance(o, ox.NamedNode)
        }
        return [x for x in found if x not in said | wider] if areas else found

    def _is_adjective(self, asked: Node) -> bool:
        """Whether a thing is named by an adjective only, so that it is not what is asked for."""
        return bool(
            self.lexicon.others.get(key(spelling.words(asked.text)), frozenset()) & (asked.things or frozenset())
        )

    def _so_called(self, found: list[Value], asked: Node) -> list[Value]:
        """Of kinds of stakeholders those that have the very noun in their name, if any have."""
        stems = set(stem_set(asked.text))
        if _STAKEHOLDER not in asked.classes or asked.things is not None:
            return found
        named: list[Value] = [x for x in found if isinstance(x, str) and stems <= self.facts.words(x)]
        return named or found

    def _defined(self, reading: Reading, asked: Node) -> Iterator[Try]:
        """What kind of thing a thing is; or the thing itself, if it was asked for by a description."""
        if not all(reading.words <= self.facts.words(thing) for thing in asked.things or ()):
            yield Try("puzzle", reading, reading.cost)
            return
        own = {kind for thing in asked.things or () for kind in self.facts.types.get(thing, ())}
        described = asked.text[:1].islower() and any(m.noun.classes & own for m in self._nouns_in(asked.text))
        if "kind" not in reading.marks and (described or _first_word(reading) == "which"):
            yield Try("self", reading, reading.cost, tuple(sorted(asked.things or ())))
        elif "kind" in reading.marks or _first_word(reading) == "what":
            kinds = {kind for thing in asked.things or () for kind in self._kinds(thing)}
            yield Try("kind", reading, reading.cost, tuple(sorted(kinds)))
        else:
            yield Try("puzzle", reading, reading.cost)

    def _nouns_in(self, text: str) -> Iterator[Mention]:
        for word in spelling.words(text):
            if noun := self.lexicon.nouns.get(spelling.stem(word)):
                yield Mention(0, 0, "noun", word, noun=noun)

    def _kinds(self, thing: str) -> set[str]:
        """The narrowest classes that a source gives a thing."""
        facts = self.facts
        said = [
            o.value
            for o in facts.out.get(thing, {}).get(TYPE, ())
            if isinstance(o, ox.NamedNode) and facts.stated((thing, TYPE, o))
        ]
        above = {up for kind in said for up in self.lexicon.superclasses.get(kind, frozenset()) - {kind}}
        return set(said) - above

    def _relaxed(self, reading: Reading, *, tied: bool = False) -> Iterator[Try]:
        """The same, with a thing that hangs on it only as what passages that say so must speak of as well."""
        for k, link in enumerate(reading.links):
            for leaf, kept in ((link.source, link.target), (link.target, link.source)):
                node = reading.nodes[leaf]
                ends = [one for one in reading.links if leaf in (one.source, one.target)]
                if leaf == reading.asked or len(ends) > 1 or link.negated:
                    continue
                if node.things is None:
                    if not tied and ANY in link.steps and node.text and not node.sort and not node.words:
                        yield from self._told_besides(reading, k, node)
                    continue
                if not (
                    ANY in link.steps
                    or link.text == ""
                    or spelling.fold(link.text) in _PREPOSITIONS
                    or (not tied and self._is_no_subject(node, link, leaf))
                ):
                    continue
                if tied and (kept == reading.asked or reading.nodes[kept].things is None):
                    continue
                rest = [*reading.links[:k], *reading.links[k + 1 :]]
                if ANY not in link.steps and spelling.fold(link.text) not in _PREPOSITIONS:
                    rest.insert(
                        k,
                        replace(
                            link,
                            source=len(reading.nodes) if leaf == link.source else link.source,
                            target=len(reading.nodes) if leaf == link.target else link.target,
                        ),
                    )
                if not rest:
                    continue
                part = _component(replace(reading, nodes=(*reading.nodes, Node("", 0))), tuple(rest), reading.asked)
                part = replace(part, words=reading.words, marks=reading.marks, context=(*reading.context, node.things))
                part = replace(part, cost=reading.cost + 0.6)
                yield Try("list", part, part.cost, tuple(self._matched(part)))

    def _told_besides(self, reading: Reading, k: int, node: Node) -> Iterator[Try]:
        """The same, with a noun that hangs on it loosely only as words that passages that say so must hold."""
        rest = (*reading.links[:k], *reading.links[k + 1 :])
        if rest:
            part = _component(reading, rest, reading.asked)
            words = reading.words | frozenset(stem_set(node.text))
            part = replace(part, words=words, marks=reading.marks, context=reading.context, cost=reading.cost + 0.8)
            yield Try("list", part, part.cost, tuple(self._matched(part)))

    def _contracted(self, reading: Reading) -> Iterator[Reading]:
        """The same, with what is said of the projects of a thing said of the thing."""
        for k, link in enumerate(reading.links):
            for noun, thing in ((link.source, link.target), (link.target, link.source)):
                node = reading.nodes[noun]
                if not (node.classes & _CONTAINERS and node.things is None and noun != reading.asked):
                    continue
                if reading.nodes[thing].things is None or not (ANY in link.steps or link.text == ""):
                    continue
                rest = tuple(
                    replace(
                        one,
                        source=thing if one.source == noun else one.source,
                        target=thing if one.target == noun else one.target,
                    )
                    for one in (*reading.links[:k], *reading.links[k + 1 :])
                )
                part = _component(replace(reading, links=rest), rest, reading.asked)
                yield replace(
                    part, words=reading.words, marks=reading.marks, context=reading.context, cost=reading.cost + 0.7
                )

    def _is_no_subject(self, node: Node, link: Link, leaf: int) -> bool:
        """Whether a thing is of no class that the relation is said of, so that it can only stand for its owner."""
        for step in link.steps:
            ends = self.lexicon.ranges if step.inverse == (leaf == link.source) else self.lexicon.domains
            for wanted in ends.get(step.property, frozenset()):
                for thing in node.things or ():
                    if wanted in self.facts.types.get(thing, frozenset()):
                        return False
            if not ends.get(step.property):
                return False
        return True

    # Dates

    def _times(self, reading: Reading, sort: str) -> Iterator[Try]:
        rest = [
            m for m in reading.mentions if not (m.role == "mark" and m.value in ("date", "year")) and m.role != "ask"
        ]
        found: list[tuple[float, str, ox.Literal]] = []
        named = {thing for m in rest for thing in m.things}
        for card, (subject, property, value) in self.cards.times:
            if not isinstance(value, ox.Literal) or (sort == "year" and value.datatype.value.endswith("gMonthDay")):
                continue
            if "date" in reading.marks and value.datatype.value.endswith("gYear") and property != _TARGET_YEAR:
                continue
            cost = self.cards.explains(card, rest)
            if cost is None or not self._is_dated(card, property, rest, named):
                continue
            exact = any(Step(property) in {replace(s, loose=False) for s in m.steps | m.noun.roles} for m in rest)
            found.append((cost - 0.3 * exact, subject, value))
        least = min((cost for cost, *_ in found), default=0.0)
        best = [(subject, value) for cost, subject, value in found if cost <= least + 0.05]
        if len({subject for subject, _ in best}) > 1 and len({value for _, value in best}) > 1:
            best = []
        yield Try(
            "time",
            reading,
            reading.cost,
            tuple(dict.fromkeys(value for _, value in best)),
            cards=tuple(s for s, _ in best),
        )

    def _is_dated(self, card: Card, property: str, rest: Sequence[Mention], named: set[str]) -> bool:
        """Whether each verb is one of what the card is about, or of its date, and not of something around it."""
        for m in rest:
            if m.role in ("verb", "phrase"):
                steps = {replace(s, loose=False) for s in m.steps}
                if card.name in named and {s.property for s in steps} & {*TIMES, expand("terril:heldIn")}:
                    dates = {s.property for s in steps} & set(TIMES)
                    if not dates or property in dates or expand("terril:on") in dates:
                        continue
                known = {s.property for s in steps} & {s.property for s in card.steps}
                if property in {s.property for s in steps}:
                    continue
                is_event = bool(self.facts.types.get(card.name, frozenset()) & {_EVENT, _GOAL})
                if not is_event or not (known or set(stem_set(m.text)) & card.core):
                    return False
        return bool(named & (card.about | card.things)) or any(m.role == "word" for m in rest)

    # Figures

    def _figures(self, reading: Reading) -> Iterator[Try]:
        """The figure that a question is all about: the one that says least beyond it."""
        kinds = {"count": {_COUNT, _DURATION}, "share": {_SHARE, _TARGET}, "rank": {_RANK}}
        wanted = set().union(*(kinds[mark] for mark in reading.marks if mark in kinds)) or {_RATED}
        rest = [m for m in reading.mentions if not (m.role == "mark" and m.value in kinds)]
        negated = [m for m in rest if m.role == "neg"]
        asked_words = {stem for m in rest for stem in stem_set(m.text)}
        stated = {
            "".join(m.value for m in reading.mentions if m.role == "number"),
            *(m.value for m in reading.mentions if m.role == "number"),
        }
        found = []
        for card in self.cards.figures:
            if not wanted & self.facts.types.get(card.name, frozenset()):
                continue
            cost = self.cards.explains(card, rest)
            value = self._value(card.name)
            if value is None or value.value in stated:
                continue
            if cost is not None and self._counts(card, reading):
                label = next((x.value for x in self.facts.labels[card.name] if x.language == "en"), "")
                beyond = len(set(stem_set(label)) - asked_words) - 3 * len(asked_words & card.core)
                direct = any(m.things & card.about for m in rest)
                found.append((not direct, beyond, round(cost, 1), card.name))
        found.sort()
        if not found:
            yield from self._figures_of_described(reading)
            return
        if len(found) > 1 and found[0][:3] == found[1][:3] and self._value(found[0][3]) != self._value(found[1][3]):
            return
        figure = found[0][3]
        value = self._rest_of(figure) if negated else self._value(figure)
        if value is not None:
            yield Try("figure", reading, reading.cost - 1.0 + 0.1 * found[0][2], (value,), cards=(figure,))

    def _figures_of_described(self, reading: Reading) -> Iterator[Try]:
        """The figure about a thing that is described rather than named: the cluster one of whose strands is X."""
        for link in reading.links:
            if reading.asked not in (link.source, link.target):
                continue
            other = link.target if link.source == reading.asked else link.source
            node = reading.nodes[other]
            inner = tuple(k for k in reading.links if k is not link)
            if node.things is not None or not (node.classes and any(other in (k.source, k.target) for k in inner)):
                continue
            part = _component(reading, inner, other)
            things = frozenset(v for v in self._matched(part) if isinstance(v, str))
            if 0 < len(things) <= 3:
                named = Mention(-1, -1, "thing", node.text, things=things)
                kept = [
                    m
                    for m in reading.mentions
                    if m.role == "mark" or m.text in (reading.nodes[reading.asked].text, link.text)
                ]
                yield from self._figures(replace(reading, links=(), mentions=(*kept, named)))

    def _counts(self, card: Card, reading: Reading) -> bool:
        """Whether what is counted in the question is what a figure counts."""
        if reading.asked < 0 or any(step.property == _RATING for step in reading.nodes[reading.asked].roles):
            return True
        own = [m for m in reading.mentions if m.text and m.text == reading.nodes[reading.asked].text]
        for m in own:
            known = {
                frozenset(stem_set(m.text)),
                *(one for term in m.noun.classes for one in self.cards.synonyms.get(term, ())),
            }
            if not any(one <= card.core for one in known if one):
                return m.role == "thing" and bool(m.things & (card.about | card.things))
        return True

    def _value(self, figure: str) -> ox.Literal | None:
        out = self.facts.out.get(figure, {})
        found = [o for p in (_VALUE, _RATING) for o in out.get(p, ()) if isinstance(o, ox.Literal)]
        return found[0] if found else None

    def _rest_of(self, figure: str) -> ox.Literal | None:
        """What a whole counts beyond the part that a figure counts, unless that is a share."""
        if _SHARE in self.facts.types.get(figure, frozenset()):
            return None
        wholes = [o.value for o in self.facts.out.get(figure, {}).get(_PART, ()) if isinstance(o, ox.NamedNode)]
        part, whole = self._value(figure), self._value(wholes[0]) if wholes else None
        if part is None or whole is None or not (part.value.isdecimal() and whole.value.isdecimal()):
            return None
        return ox.Literal(int(whole.value) - int(part.value))

    def _counted(self, reading: Reading) -> Iterator[Try]:
        """How many things fit, where the sources give them all."""
        if "loose" in reading.marks or any(n.sort in ("time", "year", "why", "how") for n in reading.nodes):
            return
        closed = self.lexicon.complete | {SPOKEN, IN_DOCUMENT}
        ends = [k for k in reading.links if reading.asked in (k.source, k.target)]
        if ends and all(all(step.property in closed for step in k.steps) or k.steps & _IN_TEXT for k in ends):
            found = self._matched(reading)
            yield Try("count", reading, reading.cost, (ox.Literal(len(found)),) if found else (), members=tuple(found))
        else:
            yield Try("count", reading, reading.cost)

    # Names

    def _names(self, reading: Reading) -> Iterator[Try]:
        """What an abbreviation stands for: the name of the thing whose initials it has, else its only long name."""
        found: list[Value] = []
        for node in reading.nodes:
            for thing in node.things or ():
                long = [x for x in self.facts.official.get(thing, ()) if self._is_long(x, node.text)]
                found += sorted(
                    long, key=lambda x: (not _abbreviates(node.text, x.value), x.language != "en", len(x.value))
                )[:1]
        if "meaning" in reading.marks:
            yield Try("name", reading, reading.cost, tuple(dict.fromkeys(found)))

    def _is_long(self, label: ox.Literal, text: str) -> bool:
        words = spelling.words(label.value)
        return len(words) > 1 and not set(spelling.words(text)) & set(words) and label.value[:1].isupper()

    # Comparisons

    def _compared(self, reading: Reading) -> Iterator[Try]:
        marks = set(reading.marks)
        asked = reading.nodes[reading.asked]
        if "choice" in marks and asked.things:
            ranks = self._dates(asked.things) if marks & {"first", "last"} else self._sizes(asked.things, reading)
            best = _extreme(ranks, lowest=bool(marks & {"first", "fewest", "fewer"}))
            yield Try("choice", reading, reading.cost, best)
        elif reading.counted >= 0 and marks & {"most", "fewest"}:
            yield Try("most", reading, reading.cost, self._most(reading, bool(marks & {"fewest"})))
        else:
            yield Try("puzzle", reading, reading.cost)

    def _dates(self, things: Iterable[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for thing in things:
            stamps = [
                o.value for p in TIMES for o in self.facts.out.get(thing, {}).get(p, ()) if isinstance(o, ox.Literal)
            ]
            whole = [stamp for stamp in stamps if stamp[:4].isdecimal()]
            if whole:
                found[thing] = float(min(whole)[:10].replace("-", "").ljust(8, "0"))
        return found

    def _sizes(self, things: Iterable[str], reading: Reading) -> dict[str, float]:
        """What the one count of each thing is that the words are about."""
        own = {m.start for m in reading.mentions if m.things & (reading.nodes[reading.asked].things or frozenset())}
        rest = [
            m for m in reading.mentions if m.start not in own and m.role in ("noun", "verb", "phrase", "word", "thing")
        ]
        found: dict[str, float] = {}
        for thing in things:
            sizes = {}
            for card in self.cards.figures:
                if thing in card.about and _COUNT in self.facts.types.get(card.name, frozenset()):
                    cost = self.cards.explains(card, rest)
                    value = self._value(card.name)
                    if cost is not None and value is not None:
                        sizes[cost, card.name] = float(value.value)
            if sizes:
                found[thing] = sizes[min(sizes)]
        return found

    def _most(self, reading: Reading, fewest: bool) -> tuple[Value, ...]:
        counts: dict[str, float] = {}
        for thing in self.matcher.matches(reading):
            if isinstance(thing, str):
                nodes = list(reading.nodes)
                nodes[reading.asked] = replace(nodes[reading.asked], things=frozenset({thing}))
                counts[thing] = float(len(self._matched(replace(reading, nodes=tuple(nodes), asked=reading.counted))))
        return _extreme(counts, lowest=fewest)

    # Yes or no

    def _truth(self, reading: Reading) -> Iterator[Try]:
        if any(n.sort for n in reading.nodes if n.sort != "choice"):
            return
        if "all" in reading.marks:
            yield Try("puzzle", reading, reading.cost)
        elif {"before", "after"} & set(reading.marks):
            yield self._before_or_after(reading)
        elif not reading.links:
            yield from self._exists(reading)
        else:
            yield Try("truth", reading, reading.cost, truth=self._holds(reading))

    def _exists(self, reading: Reading) -> Iterator[Try]:
        if not {"exists"} & set(reading.marks) or not reading.nodes:
            yield Try("puzzle", reading, reading.cost)
            return
        found = (
            self._matched(replace(reading, asked=0)) if self.matcher.candidates(reading.nodes[0]) is not None else []
        )
        yield Try("truth", reading, reading.cost, truth=True if found else None)

    def _holds(self, reading: Reading) -> bool | None:
        """Whether a pattern is there; it is said not to be only where the ontology rules it out."""
        root = next((n for n, node in enumerate(reading.nodes) if node.words), reading.links[0].source)
        plain = replace(reading, links=tuple(replace(k, negated=False) for k in reading.links))
        negated = any(k.negated for k in reading.links)
        if self._matched(replace(plain, asked=root, voices=reading.voices)):
            return not negated
        return negated if self._is_ruled_out(plain) else None

    def _is_denied(self, reading: Reading) -> bool:
        """Whether a source ascribes to a thing that it has none of what is asked about: no mega cities."""
        asked = {stem for m in reading.mentions for stem in stem_set(m.text)}
        for thing in (thing for node in reading.nodes for thing in node.things or ()):
            for quality in self.facts.out.get(thing, {}).get(_CHARACTERISTIC, ()):
                for label in self.facts.labels.get(getattr(quality, "value", ""), ()):
                    words = spelling.words(label.value)
                    if words[:1] in (["no"], ["pas"]) and set(stem_set(" ".join(words[1:]))) <= asked:
                        return True
        return False

    def _is_ruled_out(self, reading: Reading) -> bool:
        if self._is_denied(reading):
            return True
        if len(reading.links) > 1 or not all(SAME in link.steps for link in reading.links):
            return False
        for node in reading.nodes:
            for thing in node.things or ():
                kinds = self.facts.types.get(thing, frozenset())
                for wanted in node.classes - kinds:
                    if any(
                        frozenset((kind, up)) in self.lexicon.disjoint for kind in kinds for up in self._above(wanted)
                    ):
                        return True
        return False

    def _above(self, kind: str) -> frozenset[str]:
        return self.lexicon.superclasses.get(kind, frozenset()) | {kind}

    def _before_or_after(self, reading: Reading) -> Try:
        years = [m.value for m in reading.mentions if m.role == "number" and len(m.value) == 4]
        rest = replace(reading, mentions=tuple(m for m in reading.mentions if m.role not in ("number", "mark")))
        (dated,) = list(self._times(rest, "year")) or (None,)
        if not years or dated is None or not dated.values:
            return Try("truth", reading, reading.cost)
        year = min(str(getattr(v, "value", v))[:4] for v in dated.values)
        truth = year < years[0] if "before" in reading.marks else year > years[0]
        return Try("truth", reading, reading.cost, truth=truth, cards=dated.cards)


_IN_TEXT: Final = frozenset({Step(SPOKEN, inverse=True), Step(IN_DOCUMENT)})


def _is_loosely_denied(reading: Reading) -> bool:
    """Whether something is denied of another thing than the one asked for, or of nothing in particular."""
    denied = [link for link in reading.links if link.negated]
    nodes = [{link.source, link.target} - {reading.asked} for link in denied]
    blank = any(not reading.nodes[n].text for ends in nodes for n in ends)
    return reading.form == "list" and (blank or any(reading.asked not in (link.source, link.target) for link in denied))


def _of_any_kind(reading: Reading) -> Reading:
    """The same, with kinds of people and organisations for those that no source calls by name: who met at the forum."""
    asked = reading.nodes[reading.asked]
    if (not asked.bare and not asked.classes & _ACTORS) or asked.sort:
        return reading
    wider = replace(asked, classes=asked.classes | {_STAKEHOLDER})
    nodes = tuple(wider if n == reading.asked else node for n, node in enumerate(reading.nodes))
    return replace(reading, nodes=nodes) if asked.classes & _ACTORS else reading


def _is_clean(reading: Reading) -> bool:
    """Whether words tie all that a reading speaks of."""
    asked = reading.nodes[reading.asked] if reading.asked >= 0 else None
    if asked is not None and asked.things is not None:
        return False
    return bool(reading.links) and not reading.words and all(ANY not in k.steps and k.text for k in reading.links)


def _extreme(ranks: Mapping[str, float], *, lowest: bool) -> tuple[Value, ...]:
    """The one thing that comes first; nothing if several do, or if there is nothing to compare it with."""
    if len(ranks) < 2:
        return ()
    top = min(ranks.values()) if lowest else max(ranks.values())
    found = [thing for thing, rank in ranks.items() if rank == top]
    return (found[0],) if len(found) == 1 else ()


def stem_set(text: str) -> Iterator[str]:
    return (spelling.stem(word) for word in spelling.words(text) if word not in spelling.SMALL)


def _descriptive(node: Node) -> bool:
    return node.text[:1].islower()


def _first_word(reading: Reading) -> str:
    return next((m.value if m.value == "what" else m.text.lower() for m in reading.mentions if m.role == "ask"), "")


def _abbreviates(short: str, name: str) -> bool:
    letters = "".join(spelling.words(short))
    return letters in {
        "".join(w[0] for w in spelling.content(spelling.words(name))),
        "".join(w[0] for w in spelling.words(name)),
    }


def _component(reading: Reading, links: tuple[Link, ...], start: int) -> Reading:
    """The part of a reading that hangs on a node by these links."""
    kept, waiting = {start}, [start]
    while waiting:
        n = waiting.pop()
        for link in links:
            for one, other in ((link.source, link.target), (link.target, link.source)):
                if one == n and other not in kept:
                    kept.add(other)
                    waiting.append(other)
    place = {n: k for k, n in enumerate(sorted(kept))}
    return replace(
        reading,
        nodes=tuple(reading.nodes[n] for n in sorted(kept)),
        links=tuple(
            replace(k, source=place[k.source], target=place[k.target])
            for k in links
            if k.source in kept and k.target in kept
        ),
        asked=place[start],
        words=frozenset(),
        marks=(),
        counted=-1,
    )
