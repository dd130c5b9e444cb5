"""Finding what may answer a question: the groups of facts that passages tell, parts of them, and what follows."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from .appellations import appellations
from .candidates import Candidate, Share
from .clues import Asked
from .comparison import IN_GIST, union
from .counts import counts
from .derivations import Derivations
from .features import ADDRESSES, AGENTS, ECOSYSTEMS, HOMES, PEOPLE, PLACES, STAKEHOLDERS
from .inquiry import Try
from .lexicon import Step
from .matching import TIMES, Value
from .memory import RATING, VALUE, Group, Memory
from .middles import far_groups
from .names import ID

FIGURE: Final = ID + "figure/"
_MOST_PASSAGES: Final = 40
_CLOSEST: Final = 14
_MOST_GROUPS: Final = 60
_MOST_CANDIDATES: Final = 120
_MOST_PLAIN: Final = 40
_MOST_MEASURES: Final = 30
_MOST_MEASURED: Final = 160
_MEANT: Final = ("thing", "noun", "verb", "phrase")


def candidates(memory: Memory, asked: Asked, read: Sequence[Try]) -> list[Candidate]:
    """All that may answer a question, of a memory and among what readings of its grammar gave."""
    given = [frozenset(one.values) for one in read if one.values]
    search = Search(memory, asked)
    found = [replace(c, features={**c.features, **_agreement(c.answers, read, given)}) for c in search.find()]
    known = {one.answers for one in found}
    for one in read:
        answers = frozenset(one.values)
        if answers and answers not in known:
            known.add(answers)
            found.append(search.as_read(one, _agreement(answers, read, given)))
    return found


def _as_group(memory: Memory, read: Try) -> Group | None:
    """What a reading found as a group: from the card that has it, or a thing that is tied to what is asked for."""
    if read.form == "figure" and read.cards:
        fixed, step = read.cards[0], Step(VALUE)
    else:
        ties = list(_ties(read)) if read.form in ("list", "told") else []
        if not ties:
            return None
        fixed, step = ties[0]
    around = memory.about.get(fixed, frozenset())
    told = {
        value: memory.about.get(value, around) & around if isinstance(value, str) else around for value in read.values
    }
    return Group(fixed, step, told)


def _ties(read: Try) -> Iterator[tuple[str, Step]]:
    """The things that a reading ties to what it asks for, each with a step from there."""
    reading = read.reading
    for link in reading.links:
        other = link.target if link.source == reading.asked else link.source
        things = reading.nodes[other].things
        if reading.asked in (link.source, link.target) and things and link.steps:
            step = min(link.steps)
            yield min(things), step if link.source == other else step.back()


def _agreement(answers: frozenset[Value], read: Sequence[Try], given: Sequence[frozenset[Value]]) -> dict[str, float]:
    """How a candidate agrees with what the grammar of a question gave first."""
    if not given:
        return {}
    first = next(one for one in read if one.values)
    return {
        "reading: same": float(answers == given[0]),
        "reading: same, named": float(answers == given[0] and first.is_named),
        "reading: same as any": float(answers in given),
        "reading: less": float(answers > given[0]),
        "reading: more": float(answers < given[0]),
    }


class Search(Derivations):
    """One question put to a memory."""

    def find(self) -> list[Candidate]:
        """What may answer, by groups of facts that account for most of the question, and by what follows from them."""
        promising = self._promising()
        found = [self.candidate(group, told, kinds) for group in promising for told, kinds in self._parts(group)]
        compared = self.compared(found) if self.asked.compares else []
        if self.asked.wants_number:
            counted = counts(self, found) if "count" in self.asked.marks else ()
            return [*compared, *(one for one in found if _is_number(one)), *counted, *self._beyond(promising)]
        named = [] if self.asked.compares else [self.itself(thing) for thing in sorted(self.asked.named)]
        fitting = [one for one in (*found, *named) if self._fits(one)] or found
        joined = (one for one in self.joined(fitting) if self._fits(one))
        beyond, called = self._beyond(promising), appellations(self, fitting)
        return [*compared, *fitting, *self.spans(fitting), *joined, *self.chained(fitting), *beyond, *called]

    def plain(self) -> list[Candidate]:
        """Things that may answer, by the groups that account for most, without what follows from them."""
        groups = [group for group in self._promising() if _are_things(group.told)][:_MOST_PLAIN]
        found = [self.candidate(group, told, kinds) for group in groups for told, kinds in self._parts(group)]
        return [one for one in found if self._fits(one)] or found

    def as_read(self, read: Try, agreement: Mapping[str, float]) -> Candidate:
        """What a reading found, with what speaks for it as a group too, if it is one."""
        group = _as_group(self.memory, read)
        shares = self.shares_of(read, group) if group is not None else ()
        features = {
            **(self.features(group, group.told, shares, ["read"]) if group is not None else {}),
            "read": 1.0,
            f"read as {read.form}": 1.0,
            "read: far-fetched": read.cost,
            "read: many": math.log(len(read.values)),
            **self.left_by(read),
            "post: of a part": float(self.leads_a_part(read.values)),
            "negation: unheeded": float(self.asked.negated and not any(link.negated for link in read.reading.links)),
            **agreement,
        }
        told = group.told if group is not None else dict.fromkeys(read.values, frozenset[str]())
        return Candidate(told, features, read=read, shares=shares)

    def left_by(self, read: Try) -> dict[str, float]:
        """How much of the question a reading of its grammar takes no account of, and how much it assumes."""
        taken = [m for m in read.reading.mentions if m.role in _MEANT]
        left = [c for c in self.asked.clues if not any(m.start < c.end and c.start < m.end for m in taken)]
        return {
            "read: left": sum(clue.weight for clue in left) / self.total,
            "read: names left": float(sum(clue.role == "name" for clue in left)),
            "read: words left": float(sum(clue.role == "word" for clue in left)),
            "read: links": float(len(read.reading.links)),
            "read: links unsaid": float(sum(not link.text for link in read.reading.links)),
            "read: named": float(read.is_named),
        }

    def shares_of(self, read: Try, group: Group) -> tuple[Share, ...]:
        """How much of each clue a reading accounts for, by a group that it leads to or by what it takes it for."""
        taken = [m for m in read.reading.mentions if m.role in _MEANT]
        return tuple(
            share._replace(covered=max(share.covered, IN_GIST), anywhere=max(share.anywhere, IN_GIST))
            if any(m.start < clue.end and clue.start < m.end for m in taken)
            else share
            for clue, share in zip(self.asked.clues, self._shares(group, group.told), strict=True)
        )

    def _fits(self, found: Candidate) -> bool:
        """Whether most answers are of the kind that the question word asks for: somebody, a place or a date."""
        property = found.group.step.property if found.group is not None else ""
        match self.asked.form:
            case "who":
                agents = (self.is_of(v, AGENTS | STAKEHOLDERS) and not self.is_of(v, ECOSYSTEMS) for v in found.told)
                return 2 * sum(agents) > len(found.told)
            case "where":
                return property in HOMES or 2 * sum(self.is_of(v, PLACES | AGENTS) for v in found.told) > len(
                    found.told
                )
            case "when":
                return property in TIMES
        return True

    # Where to look

    def passages(self) -> list[str]:
        """Passages by how much of the question they may tell, the most telling first."""
        known, telling = self.memory, Counter[str]()
        for clue in self.asked.clues:
            if clue.role == "name":
                for thing in sorted(clue.things):
                    for passage in known.about.get(thing, ()):
                        telling[passage] += 0.2 if thing in known.hubs else 1.0  # type: ignore[assignment]
            elif clue.role == "word":
                own = union(known.holding.get(form) for part in clue.parts for form in part)
                phrases = (phrase for name in clue.senses for phrase in known.thesaurus.sets[name])
                other = union(known.holding.get(phrase[0]) for phrase in phrases).union(
                    *(known.about.get(thing, ()) for thing in clue.things),
                    *(known.expanding.get(form, ()) for part in clue.parts for form in part),
                )
                for passage in own | other:
                    telling[passage] += clue.weight * (1.0 if passage in own else 0.7)  # type: ignore[assignment]
        return sorted(telling, key=lambda passage: (-telling[passage], passage))

    def _promising(self) -> list[Group]:
        """The groups that account for most, and of those that keep numbers or dates, if these are asked for, more."""
        groups = self._sorted(self._likely())
        further = [g for g in groups[_MOST_CANDIDATES:] if g.step.property in self._measures]
        return [*groups[:_MOST_CANDIDATES], *(further if self.asked.compares else further[:_MOST_MEASURES])]

    @cached_property
    def _measures(self) -> frozenset[str]:
        """The relations to what is asked for or compared: to numbers or dates."""
        dates = TIMES if self.asked.form == "when" or self.asked.marks & {"date", "year"} else ()
        return frozenset({VALUE} if self.asked.compares or self.asked.wants_number else ()) | frozenset(dates)

    def _sorted(self, numbers: Iterable[int]) -> list[Group]:
        """The groups of some numbers, those that account for most first."""
        groups = [self.memory.groups[n] for n in numbers]
        return sorted(groups, key=lambda g: (-self._promise(g), g.fixed, g.step, len(g.told)))

    def _beyond(self, promising: Sequence[Group]) -> Iterator[Candidate]:
        """What the groups lead to that are of what a question describes, and of which it says too little otherwise."""
        seen = frozenset(map(id, promising))
        far = far_groups(self, self.passages()[:_CLOSEST], seen)
        found = [self.candidate(group, told, kinds) for group in far for told, kinds in self._parts(group)]
        for one in self.chained([one for one in found if self.asked.wants_number or self._fits(one)]):
            one.features["far"] = 1.0  # type: ignore[index]
            yield one

    def _likely(self) -> list[int]:
        """The groups of the most telling passages, and of the things that these speak of or the question names."""
        known, passages = self.memory, self.passages()
        found = {n for passage in passages[:_MOST_PASSAGES] for n in known.groups_of.get(passage, ())}
        for passage in passages[_MOST_PASSAGES:_MOST_MEASURED] if self._measures else ():
            numbers = known.groups_of.get(passage, ())
            found.update(n for n in numbers if known.groups[n].step.property in self._measures)
        for passage in passages[:_CLOSEST]:
            for thing in known.content[passage] - known.hubs:
                numbers = known.groups_of.get(thing, ())
                found.update(numbers if len(numbers) < _MOST_GROUPS else ())
        named = self.asked.named - known.hubs
        return sorted(found.union(*(known.groups_of.get(thing, ()) for thing in named)))

    def _promise(self, group: Group) -> float:
        """How much of a question a group may account for, as far as a quick look tells."""
        total, compare = 0.0, self.comparison
        for clue in self.asked.clues:
            quality = max(compare.of_relation(clue, group.step.property), compare.of_thing(clue, group.fixed))
            if quality < IN_GIST:
                told = (compare.told_by(clue, passage) for passage in group.passages)
                quality = max(quality, max(told, default=0.0))
            total += clue.weight * quality
        named = group.fixed in self.asked.named and group.fixed not in self.memory.hubs
        return total / self.total + 0.15 * named

    # Parts of a group

    def _parts(self, group: Group) -> Iterator[tuple[dict[Value, frozenset[str]], set[str]]]:
        """The answers of a group, and those of them that are of one kind or another, with the names of the kinds."""
        things = {value: passages for value, passages in group.told.items() if not _keeps_a_number(value)}
        new = {value: passages for value, passages in things.items() if not self.comparison.knows(value)}
        parts: dict[frozenset[Value], set[str]] = {}
        for told in (new, things) if len(new) < len(things) else (things,):
            for kind, values in self._kinds(told) if told else ():
                if part := frozenset(values):
                    parts.setdefault(part, set()).add(kind)
        for part, kinds in parts.items():
            yield {value: things[value] for value in things if value in part}, kinds

    def _kinds(self, told: Iterable[Value]) -> Iterator[tuple[str, Iterable[Value]]]:
        yield "all", told
        noun = self.asked.noun
        if noun is not None:
            yield "class", (v for v in told if self.is_of(v, noun.noun.classes))
            yield "class in other words", (v for v in told if self.is_of(v, noun.wide.classes))
            yield "narrower", (v for v in told if self.upwards(v) & noun.things)
            yield "called so", (v for v in told if self.is_called(v, noun))
            yield "called alike", (v for v in told if self.is_called_alike(v, noun))
        if self.asked.form == "who":
            yield "agents", (v for v in told if self.is_of(v, AGENTS) and not self.is_of(v, ECOSYSTEMS))
            yield "people", (v for v in told if self.is_of(v, PEOPLE))
            yield "stakeholders", (v for v in told if self.is_of(v, STAKEHOLDERS))
        yield "own names", self._own_names(told)
        yield "best called", self._best_called(told)
        if self.asked.form == "where":
            yield "places", (v for v in told if self.is_of(v, PLACES))

    def _own_names(self, told: Iterable[Value]) -> Iterator[Value]:
        """Without the topics of thematic areas that are among them: these are what their owner names."""
        out = self.memory.facts.out
        areas = (out.get(value, {}).get(ADDRESSES, ()) for value in told if isinstance(value, str))
        said = {topic.value for topics in areas for topic in topics if isinstance(topic, ox.NamedNode)}
        return (value for value in told if value not in said)

    def _best_called(self, told: Iterable[Value]) -> Iterator[Value]:
        """Those whose names have most of what a question says besides what it asks for, if others have less."""
        words = [clue for clue in self.asked.clues if clue.role == "word" and clue is not self.asked.noun]
        called = {
            value: sum(clue.weight * self.comparison.called(clue, value) for clue in words)
            for value in told
            if isinstance(value, str)
        }
        most = max(called.values(), default=0.0)
        return (value for value in called if most > min(called.values()) and called[value] == most)


def _are_things(values: Collection[Value]) -> bool:
    return all(isinstance(value, str) for value in values)


def _keeps_a_number(value: Value) -> bool:
    """Whether a value is a thing that only keeps a number."""
    return isinstance(value, str) and value.startswith(FIGURE)


def _is_number(found: Candidate) -> bool:
    return found.group is not None and found.group.step.property in (VALUE, RATING)
