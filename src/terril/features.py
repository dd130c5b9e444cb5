"""What speaks for a group of facts, or a part of it, as the answer to a question, and against it."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import clues, quantities, traits
from .candidates import BUT_NOT, FEW, PATTERN, Candidate, Share
from .cautions import cautions
from .clues import Asked, Clue
from .comparison import EXPANDED, HUB, IN_NAMES, OF_ANSWER, Comparison, union
from .facts import things
from .lexicon import Noun, Step
from .matching import SPOKEN, TIMES, Value
from .memory import RATING, VALUE, Group, Memory
from .names import AUTH, ID, expand
from .thesaurus import WORD

AGENTS: Final = frozenset(expand(name) for name in ("foaf:Agent", "foaf:Person", "org:Organization"))
PEOPLE: Final = frozenset({expand("foaf:Person")})
ECOSYSTEMS: Final = frozenset({expand("terril:InnovationEcosystem")})
PLACES: Final = frozenset(expand(f"terril:{name}") for name in ("Territory", "Site", "Address"))
STAKEHOLDERS: Final = frozenset({expand("terril:StakeholderCategory")})
HOMES: Final = frozenset(expand(f"terril:{name}") for name in ("basedAt", "hostedBy", "worksFor"))
TARGET_YEAR: Final = expand("terril:targetYear")
SHARES: Final = frozenset(expand(f"terril:{name}") for name in ("ShareFigure", "TargetFigure"))
COUNTS: Final = frozenset(expand(f"terril:{name}") for name in ("CountFigure", "DurationFigure"))
INTENDED: Final = expand("terril:intendedFor")
ADDRESSES: Final = expand("terril:addresses")
FIGURE_ABOUT: Final = expand("terril:figureAbout")
HOLDS: Final = expand("org:holds")
STATEMENTS: Final = tuple(ID + kind for kind in ("goal/", "figure/", "characteristic/", "news/"))

_LEADING: Final = WORD + "head"


Told = Mapping[Value, frozenset[str]]
"""Answers with the passages that tell each."""


@dataclass
class Features:
    """One question compared with a memory: how much of it groups of facts account for, and how well they fit it."""

    memory: Memory
    asked: Asked

    @cached_property
    def comparison(self) -> Comparison:
        """The question compared with the memory."""
        return Comparison(self.memory, self.asked)

    @cached_property
    def total(self) -> float:
        """The weight of all clues."""
        return sum(clue.weight for clue in self.asked.clues) or 1.0

    def share(self, covered: Sequence[float]) -> float:
        """The share of the question, by the weight of its clues, that is accounted for."""
        return sum(clue.weight * q for clue, q in zip(self.asked.clues, covered, strict=True)) / self.total

    def candidate(self, group: Group, told: Told, kinds: Collection[str]) -> Candidate:
        """A group, or a part of it that is of some kinds, as a candidate."""
        shares = self._shares(group, told)
        return Candidate(told, self.features(group, told, shares, kinds), group, shares=shares)

    def is_of(self, value: Value, classes: frozenset[str]) -> bool:
        """Whether a value is a thing of one of some classes."""
        return (
            bool(classes)
            and isinstance(value, str)
            and not classes.isdisjoint(self.memory.facts.types.get(value, frozenset()))
        )

    @cached_property
    def _individual(self) -> frozenset[str]:
        """The classes of people and organisations, which sources call by name."""
        above = self.memory.lexicon.superclasses
        return frozenset(one for one in above if above[one] & AGENTS)

    def upwards(self, value: Value) -> frozenset[str]:
        """A thing with what it lies within, is part of or falls under; nothing for a literal."""
        return self.memory.above.get(value, frozenset()) | {value} if isinstance(value, str) else frozenset()

    def is_called(self, value: Value, noun: Clue) -> bool:
        """Whether a thing, or what it falls under, has all words of a noun in its names."""
        return any(all(part & self.memory.names_of(thing) for part in noun.parts) for thing in self.upwards(value))

    def is_called_alike(self, value: Value, noun: Clue) -> bool:
        """Whether a thing is called by a noun or by another of the same sense."""
        return isinstance(value, str) and self.comparison.match(noun, self.memory.names_of(value)) > 0

    def leads_a_part(self, told: Iterable[Value]) -> bool:
        """Whether it is asked who leads something, and these people lead a part of it that the question leaves unsaid:
        the head of a department is not the head of the house.
        """
        if not any(_LEADING in clue.senses for clue in self.asked.clues):
            return False
        out = self.memory.facts.out
        posts = [post for value in told if isinstance(value, str) for post in things(out.get(value, {}).get(HOLDS, ()))]
        fields = [list(things(out.get(post, {}).get(ADDRESSES, ()))) for post in posts]
        return any(topics and not any(map(self.comparison.speaks_of, topics)) for topics in fields)

    # Features

    def features(
        self,
        group: Group,
        told: Told,
        shares: Sequence[Share],
        kinds: Collection[str],
    ) -> defaultdict[str, float]:
        """What speaks for these answers and against them: shares from 0 to 1, counts, and 1 for what is so."""
        features: defaultdict[str, float] = defaultdict(float)
        for kind in kinds:
            features[f"part: {kind}"] = 1.0
        if self.asked.negated:
            heeded = any(kind.startswith(BUT_NOT) for kind in kinds)
            features["negation: heeded" if heeded else "negation: unheeded"] = 1.0
        self._of_words(group, told, shares, features)
        self._of_number_words(shares, features)
        self._of_fixed(group, features)
        self._of_passages(told, features)
        self._of_answers(group, told, features)
        self._of_form(group, told, features)
        self._of_noun(group, told, features)
        self._of_direction(group, features)
        self._of_the_rest(group, told, features)
        features["post: of a part"] = self.leads_a_part(told)
        features.update(dict.fromkeys(cautions(self.asked, self.memory.facts, group, told, shares), 1.0))
        return features

    def _shares(self, group: Group, told: Told) -> tuple[Share, ...]:
        elsewhere, runs_on = self._elsewhere(group, told), self._runs_on(told)
        return tuple(self._share(clue, group, told, elsewhere, runs_on=runs_on) for clue in self.asked.clues)

    def _share(
        self,
        clue: Clue,
        group: Group,
        told: Told,
        elsewhere: Iterable[str],
        *,
        runs_on: bool,
    ) -> Share:
        """How much of a clue a group accounts for."""
        compare = self.comparison
        told_of = [max((compare.told_by(clue, p) for p in passages), default=0.0) for passages in told.values()]
        mean, best = sum(told_of) / len(told_of), max(told_of)
        if clue.role == "number":
            value = clues.number_of(clue.text)
            counted = float(value == str(len(told)))
            return Share(max(best, counted), max(best, counted), best, 0.0, 0.0, counted, best)
        of_relation = compare.of_relation(clue, group.step.property)
        of_fixed = compare.of_thing(clue, group.fixed)
        of_answers = self._of_all(clue, told) if clue.role == "word" else 0.0
        along = (0.9 if runs_on else 0.6) * best
        covered = max(of_relation, of_fixed, mean, along, OF_ANSWER * of_answers)
        around = max((compare.told_by(clue, passage) for passage in elsewhere), default=0.0)
        return Share(covered, max(covered, 0.85 * around), mean, of_relation, of_fixed, of_answers, min(told_of))

    def _of_words(
        self,
        group: Group,
        told: Told,
        shares: Sequence[Share],
        features: defaultdict[str, float],
    ) -> None:
        """How much of the question is accounted for, by what, and what is left over."""
        for clue, one in zip(self.asked.clues, shares, strict=True):
            if clue.role == "number":
                self._of_number(clue, one, features)
                continue
            kind = "noun" if clue is self.asked.noun else clue.role
            share = clue.weight / self.total
            features["covered"] += share * one.covered
            features[f"covered: {kind}"] += share * one.covered
            features[f"left: {kind}"] += share * (1 - one.covered)
            features["covered elsewhere"] += share * (one.anywhere - one.covered)
            features["covered by the same"] += share * (one.covered > 0.89)
            features["covered by a synonym"] += share * (0.76 <= one.covered <= 0.89)
            features["covered loosely"] += share * (FEW <= one.covered < 0.76)
            features["told"] += share * one.told
            features["told: of all"] += share * one.least
            features["of the fixed end"] += share * one.of_fixed
            if kind != "noun":
                features["of the relation"] += share * one.of_relation
                features["of the answers"] += share * one.of_answers
                features["named"] = max(features["named"], one.of_relation)
            self._of_clue(clue, kind, group, one.covered, one.anywhere, features)
        others = [one for clue, one in zip(self.asked.clues, shares, strict=True) if clue is not self.asked.noun]
        fixed = max((one.of_fixed for one in others), default=0.0) >= FEW
        related = max((one.of_relation for one in shares), default=0.0) >= FEW
        features["fixed: unsaid"] = not fixed
        features["relation: unsaid"] = not related
        features["unsaid"] = not fixed and not related
        features["said only by the noun"] = related and features["named"] < FEW

    def _of_number_words(self, shares: Sequence[Share], features: defaultdict[str, float]) -> None:
        """Where a number or date is asked for, how much of the question what it is of leaves open."""
        if not (self.asked.wants_number or self.asked.form == "when"):
            return
        words = [(clue, one) for clue, one in zip(self.asked.clues, shares, strict=True) if clue.role == "word"]
        left = [clue.weight * (1 - max(one.of_fixed, one.of_relation)) for clue, one in words]
        features["number: left by what it is of"] = sum(left)
        features["number: most left by what it is of"] = max(left, default=0.0)
        features["number: in further words"] = sum(
            clue.weight for clue, one in words if one.covered <= EXPANDED and clue is not self.asked.noun
        )

    def _of_clue(
        self, clue: Clue, kind: str, group: Group, covered: float, all_told: float, features: defaultdict[str, float]
    ) -> None:
        if kind == "name":
            features["name: in"] += covered >= IN_NAMES
            features["name: around"] += HUB <= all_told < IN_NAMES
            features["name: missing"] += all_told < HUB
        elif kind == "alien":
            features["alien"] += 1
        elif all_told < FEW:
            features["word: missing"] += 1
            features["word: weight missing"] += clue.weight
            features["word: most missing"] = max(features["word: most missing"], clue.weight)
            features["word: any missing"] = 1.0
            features["ordinal: missing"] += quantities.is_ordinal(self.asked.tokens[clue.start].word, self.asked.tag)
            features["word: relation missing"] += bool(clue.relations)
            features["word: class missing"] += bool(clue.noun.classes)
            features["word: unknown"] += not (clue.senses or clue.means_something)
        elif covered < FEW:
            features["word: elsewhere"] += 1
        if clue.role == "word":
            features["said"] = max(features["said"], float(group.step in clue.said))
            features["said the other way"] = max(features["said the other way"], float(group.step.back() in clue.said))

    def _of_number(self, clue: Clue, share: Share, features: defaultdict[str, float]) -> None:
        features["number: of answers"] += share.of_answers
        features["number: missing"] += share.covered < FEW
        features["number: long one missing"] += share.told < FEW and len(clues.number_of(clue.text)) > len("999")

    def _elsewhere(self, group: Group, told: Told) -> frozenset[str]:
        """What other passages say of the fixed end."""
        if group.fixed in self.memory.hubs:
            return frozenset()
        return self.memory.about.get(group.fixed, frozenset()).difference(*told.values())

    def _runs_on(self, told: Told) -> bool:
        """Whether passages that follow each other tell all the answers, so that what one says holds for all."""
        return len(told) > 1 and len(self.memory.runs(union(told.values()))) == 1

    def _of_all(self, clue: Clue, told: Iterable[Value]) -> float:
        """How well a word covers each of the answers, by what they are called or are."""
        return min(self.comparison.called(clue, value) if isinstance(value, str) else 0.0 for value in told)

    def _of_fixed(self, group: Group, features: defaultdict[str, float]) -> None:
        """How well a question means the thing that a relation leads from."""
        fixed, known = group.fixed, self.memory
        named = fixed in self.asked.named
        features["fixed: named"] = named
        features["fixed: hub"] = fixed in known.hubs
        features["fixed: named hub"] = named and fixed in known.hubs
        features["fixed: concept"] = fixed.startswith(AUTH)
        features["fixed: statement"] = fixed.startswith(STATEMENTS)
        features["fixed: words"] = self.comparison.share_said(known.names_of(fixed))
        tied = known.tied.get(fixed, frozenset()) | {fixed}
        for clue in self.asked.clues:
            if clue.role == "name" and clue.things.isdisjoint(tied):
                features[
                    "fixed: tied to no hub named" if clue.things & known.hubs else "fixed: not tied to a name"
                ] += 1
        others = [clue for clue in self.asked.clues if clue.role == "word" and clue is not self.asked.noun]
        features["fixed: of a kind"] = any(self.is_of(fixed, clue.noun.classes) for clue in others)
        features["fixed: described"] = not named and self._is_described(fixed)
        if self.asked.noun is not None:
            features["fixed: of the kind asked for"] = self.is_of(fixed, self.asked.noun.noun.classes)

    def _of_passages(self, told: Told, features: defaultdict[str, float]) -> None:
        """How much of what passages tell the question says."""
        shares = [self._said_of(passage) for passage in sorted(union(told.values()))]
        features["passages: most said"] = max(shares, default=0.0)
        features["passages: said"] = sum(shares) / max(1, len(shares))

    def _said_of(self, passage: str) -> float:
        if passage not in self._said:
            self._said[passage] = self.comparison.share_said(self.memory.stems_in[passage])
        return self._said[passage]

    _said: dict[str, float] = field(default_factory=dict, repr=False)

    def _of_answers(self, group: Group, told: Told, features: defaultdict[str, float]) -> None:
        features["answers: many"] = math.log(len(told))
        features["answers: one"] = len(told) == 1
        features["answers: narrow"] = group.narrow
        features["answers: a part"] = len(told) < len(group.told)
        features["answers: named"] = sum(map(self.comparison.knows, told)) / len(told)
        features["answers: any named"] = any(map(self.comparison.knows, told))
        features["answers: bridge"] = self._is_bridge(told)
        features["answers: described"] = all(map(self._is_described, told))
        features["answers: a number said"] = not self._numbers.isdisjoint(
            value.value for value in told if not isinstance(value, str)
        )
        features["relation: inverse"] = group.step.inverse
        features["relation: spoken"] = group.step.property == SPOKEN
        features["relation: spoken, said"] = group.step.property == SPOKEN and any(
            self.comparison.is_saying(clue) for clue in self.asked.clues
        )
        self._of_pattern(group, told, features)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        """The numbers that a question gives."""
        return frozenset(clues.number_of(clue.text) for clue in self.asked.clues if clue.role == "number")

    def _of_pattern(self, group: Group, told: Told, features: defaultdict[str, float]) -> None:
        """Which relation it is, and what leads to what: some are asked for more often than others."""
        fixed = traits.kind(group.fixed)
        found = max(sorted(kinds := [traits.kind(value) for value in told]), key=kinds.count)
        walked = traits.relation(group.step)
        for pattern in (walked, f"{fixed} –", f"– {found}", f"{fixed} – {walked} – {found}"):
            features[PATTERN + pattern] = 1.0

    def _is_bridge(self, told: Iterable[Value]) -> bool:
        """Whether the answers are what another noun of the question describes, rather than what it asks for."""
        asked = self.asked
        for clue in clues.nouns_of(asked.clues):
            same = asked.noun is not None and bool(asked.noun.noun.classes & clue.noun.classes)
            if clue is asked.noun or same or (asked.form == "who" and clue.noun.classes & AGENTS):
                continue
            if all(self.is_of(value, clue.noun.classes) for value in told):
                return True
        return False

    def _is_described(self, value: Value) -> bool:
        """Whether a question only says which thing of its kind it means: the start-up that makes something."""
        return any(self.is_of(value, clue.noun.classes | clue.wide.classes) for clue in self._described)

    @cached_property
    def _described(self) -> Sequence[Clue]:
        """The nouns with a relative clause, but for what is asked for."""
        return [clue for clue in self.asked.clues if clue.start in self.asked.described and clue is not self.asked.noun]

    # The kind of answer

    def _of_form(self, group: Group, told: Told, features: defaultdict[str, float]) -> None:
        """How well the answers are of the kind that the question word asks for."""
        asked, property = self.asked, group.step.property
        literals = [value for value in told if not isinstance(value, str)]
        date, value = bool(literals) and property in TIMES, bool(literals) and property == VALUE
        agents, people, places, kinds, ecosystems = (
            sum(self.is_of(one, classes) for one in told) / len(told)
            for classes in (AGENTS, PEOPLE, PLACES, STAKEHOLDERS, ECOSYSTEMS)
        )
        if asked.form == "who":
            features["who: agents"] = agents
            features["who: people"] = people
            features["who: stakeholders"] = kinds
            features["who: ecosystems"] = ecosystems
            features["who: nobody"] = agents + kinds < FEW
        elif asked.form == "where":
            features["where: places"] = places
            features["where: homes"] = property in HOMES
            features["where: nowhere"] = places < FEW and property not in HOMES
        elif asked.form == "when":
            features["when: never"] = not date
        elif asked.wants_number:
            wanted = COUNTS if "count" in asked.marks else SHARES
            features["count: no number"] = not (value or property == RATING)
            features["count: of the kind"] = value and self.is_of(group.fixed, wanted)
            names = self.memory.names_of(group.fixed)
            known = self.asked.noun is None or bool(self.comparison.match(self.asked.noun, names))
            features["count: not of the noun"] = value and not known
            features["count: of the noun"] = value * (
                self.comparison.match(asked.noun, names) if asked.noun is not None else IN_NAMES
            )
        else:
            features["list: value"] = bool(literals) and property != RATING
            features["list: rating"] = property == RATING
            features["list: people nobody asks for"] = people * (asked.noun is None)
        features["date: asked for"] = date and bool(asked.marks & {"date", "year"})
        if date:
            features["date: of another kind"] = not all(self._is_asked_date(one, property) for one in literals)

    def _is_asked_date(self, value: ox.Literal, property: str) -> bool:
        """Whether a date is a year, if one is asked for, or a day; the date by which something is to be is a year."""
        kind, year = value.datatype.value.rpartition("#")[2], "year" in self.asked.marks
        if kind == "gMonthDay":
            return not year
        return kind != "gYear" or year or "date" not in self.asked.marks or property == TARGET_YEAR

    def _of_noun(self, group: Group, told: Told, features: defaultdict[str, float]) -> None:
        """How well the answers are what the noun asked for means, and as many."""
        noun = self.asked.noun
        if noun is None or self.asked.form == "when":
            features["noun: none"] = 1.0
            return
        many, step = len(told), group.step
        of_class, of_wide, narrower, called = (
            sum(values) / many
            for values in (
                [self.is_of(value, noun.noun.classes) for value in told],
                [self.is_of(value, noun.wide.classes) for value in told],
                [bool(self.upwards(value) & noun.things) for value in told],
                [self.is_called(value, noun) for value in told],
            )
        )
        said = min(max((self.comparison.told_by(noun, p) for p in ps), default=0.0) for ps in told.values())
        named = self.comparison.of_relation(noun, step.property)
        leads, leads_wide = float(leads_to(noun.noun, step)), float(leads_to(noun.wide, step))
        fit = max(of_class, leads, 0.85 * of_wide, 0.85 * leads_wide, 0.9 * narrower, 0.9 * called, 0.8 * named)
        fit = max(fit, 0.6 * said)
        features["noun: of the class"] = of_class
        features["noun: of the class in other words"] = of_wide
        features["noun: what the relation leads to"] = leads
        features["noun: that in other words"] = leads_wide
        features["noun: narrower"] = narrower
        features["noun: called so"] = called
        features["noun: told"] = said
        features["noun: of the relation"] = named
        individual = bool(noun.noun.classes & self._individual) and "kind" not in self.asked.marks
        features["noun: kinds for individuals"] = individual and all(self.is_of(v, STAKEHOLDERS) for v in told)
        features["noun: fit"] = fit
        features["noun: no fit"] = fit < FEW
        features["noun: no fit, known"] = fit < FEW and bool(noun.noun.classes or noun.noun.roles)
        features["number: as the noun"] = noun.plural == (many > 1)
        features["number: one of a plural"] = noun.plural and many == 1
        features["number: many of a singular"] = not noun.plural and many > 1
        if self.asked.number:
            features["number: as said"] = self.asked.number == str(many)
            features["number: not as said"] = self.asked.number != str(many)
        features["number: all of so many"] = bool(self.asked.of) and self.asked.of == str(many)

    def _of_the_rest(self, group: Group, told: Told, features: defaultdict[str, float]) -> None:
        """How well those of the same relation that are left out would answer, as far as passages and the noun tell."""
        number = self.memory.wholes.get((group.fixed, group.step))
        whole = self.memory.groups[number].told if number is not None else group.told
        rest = [value for value in whole if value not in told and not self.comparison.knows(value)]
        if not rest or not told.keys() <= whole.keys():
            return
        features["rest: any"] = 1.0
        mine = sum(self._told_of(whole.get(value, frozenset())) for value in told) / len(told)
        theirs = [self._told_of(whole[value]) for value in rest]
        features["rest: told better"] = max(theirs) - mine
        features["rest: told worse"] = mine - sum(theirs) / len(theirs)
        noun = self.asked.noun
        if noun is not None:
            features["rest: of the class"] = sum(self.is_of(value, noun.noun.classes) for value in rest) / len(rest)

    def _told_of(self, passages: frozenset[str]) -> float:
        """How much of the question passages tell, but for what it asks for."""
        if passages not in self._told:
            words = [clue for clue in self.asked.clues if clue is not self.asked.noun and clue.role != "number"]
            told = (
                clue.weight * max((self.comparison.told_by(clue, passage) for passage in passages), default=0.0)
                for clue in words
            )
            self._told[passages] = sum(told) / (sum(clue.weight for clue in words) or 1.0)
        return self._told[passages]

    _told: dict[frozenset[str], float] = field(default_factory=dict, repr=False)

    def _of_direction(self, group: Group, features: defaultdict[str, float]) -> None:
        """Whether the relation leads from or to whoever does something, if the question says who does."""
        agents, actors = self.asked.agents, self.asked.actors
        if self.asked.towards:
            features["towards: intended for"] = group.step == Step(INTENDED)
            features["towards: not intended for"] = group.step != Step(INTENDED)
        said = any(group.step in clue.said for clue in self.asked.clues)
        related = frozenset(step.property for clue in self.asked.clues for step in clue.said)
        features["said: another relation"] = bool(related) and group.step.property not in related
        if self.asked.steps:
            features["direction: as asked"] = group.step in self.asked.steps
            features["direction: turned round"] = (
                group.step not in self.asked.steps and group.step.back() in self.asked.steps
            )
        if agents:
            features["agent: fixed"] = group.fixed in agents
            features["agent: not followed"] = not (said and group.fixed in agents)
            features["agent: gone"] = self.asked.passive and not (said and group.fixed in agents)
        if actors:
            features["actor: fixed"] = group.fixed in actors
            features["actor: not fixed"] = group.fixed not in actors


def leads_to(noun: Noun, step: Step) -> bool:
    """Whether a noun names what a step leads to."""
    ends = (Step(role.property.split()[0 if role.inverse else -1], role.inverse) for role in noun.roles)
    return step in ends
