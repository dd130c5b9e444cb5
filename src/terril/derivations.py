"""What follows from groups of facts: how many they are, what two share, which of two has more or comes first, and
where one leads on from another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pyoxigraph as ox

from .candidates import Candidate, Share
from .comparison import IN_NAMES, union
from .features import AGENTS, FIGURE_ABOUT, PEOPLE, PLACES, Features
from .lexicon import Step
from .matching import TIMES, Value
from .memory import VALUE, Group
from .names import expand

EVENTS: Final = frozenset({expand("terril:Event")})
_HAS_FIGURE: Final = Step(FIGURE_ABOUT, inverse=True)
ITSELF: Final = Step("=")
_ENDS: Final = {
    expand(f"terril:{a}"): expand(f"terril:{b}") for a, b in (("periodStart", "periodEnd"), ("startsOn", "endsOn"))
}
_CHOOSABLE: Final = AGENTS | PLACES | EVENTS
_MOST_JOINED: Final = 24
_MOST_PAIRS: Final = 12
_MOST_COMPARED: Final = 3
_MOST_CHAINED: Final = 40
_MOST_LEADS: Final = 2
_GAIN: Final = 0.05
_PART: Final = "part: "


@dataclass
class Derivations(Features):
    """Candidates that are made of others."""

    def is_whole(self, found: Candidate) -> bool:
        """Whether a source gives all that a group holds, so that it may be counted."""
        group = found.group
        if group is None or group.narrow or group.step.inverse:
            return False
        return group.step.property in self.memory.lexicon.complete and len(found.told) == len(group.told) > 1

    def counted(self, found: Candidate) -> Candidate:
        """How many answers a candidate has."""
        number = ox.Literal(len(found.told))
        features = {**found.features, "counted": 1.0}
        passages = union(found.told.values())
        return Candidate({number: passages}, features, found.group, counted=tuple(found.told), shares=found.shares)

    def compared(self, found: Sequence[Candidate]) -> list[Candidate]:
        """Of two things that are dated, measured or tied to as many others, the one that comes first or has more."""
        marks = self.asked.marks
        by_date, lowest = bool(marks & {"first", "last"}), bool(marks & {"first", "fewer", "fewest"})
        measured = [one for one in found if self._measure(one, by_date=by_date) is not None]
        measured = sorted(measured, key=lambda one: -self._weight(one))[:_MOST_JOINED]
        pairs = [
            (one, other)
            for n, one in enumerate(measured)
            for other in measured[n + 1 :]
            if one.group is not None
            and other.group is not None
            and one.group.fixed != other.group.fixed
            and (by_date or one.group.step == other.group.step)
        ]
        best = sorted(pairs, key=self._unlikely)[:_MOST_COMPARED]
        return [one for pair in best if (one := self._winner(*pair, by_date=by_date, lowest=lowest)) is not None]

    def _unlikely(self, pair: tuple[Candidate, Candidate]) -> tuple[float, float]:
        """How much of a question two candidates leave open, and how much they are called that it does not say."""
        covered = self._covered(_merged(*(each.shares for each in pair)))
        return -covered, -sum(each.features["fixed: words"] for each in pair)

    def _measure(self, found: Candidate, *, by_date: bool) -> float | None:
        """What a candidate is compared by: its first date, its figure, or how many its answers are."""
        values = [value for value in found.told if not isinstance(value, str)]
        step = found.group.step if found.group is not None else ITSELF
        if by_date:
            dates = [v.value[:10].replace("-", "").ljust(8, "0") for v in values if v.value[:4].isdecimal()]
            return float(min(dates)) if dates and step.property in TIMES else None
        if values:
            return float(values[0].value) if step.property == VALUE and values[0].value.isdecimal() else None
        named = found.group is not None and found.group.fixed in self.asked.named
        return float(len(found.told)) if named and not found.group.narrow else None  # type: ignore[union-attr]

    def _winner(self, one: Candidate, other: Candidate, *, by_date: bool, lowest: bool) -> Candidate | None:
        first, second = (self._measure(each, by_date=by_date) for each in (one, other))
        shares = _merged(one.shares, other.shares)
        gain = self._covered(shares) - max(self._covered(each.shares) for each in (one, other))
        if first is None or second is None or first == second or gain <= 0:
            return None
        best, group = (one, one.group) if (first < second) == lowest else (other, other.group)
        if group is None:
            return None
        told: dict[Value, frozenset[str]] = {self._measured(group.fixed): union(best.told.values())}
        features = {
            **self.features(group, told, shares, ["compared"]),
            "compared: by date": float(by_date),
            "compared: words": min(each.features["fixed: words"] for each in (one, other)),
            "compared: alike": float(one.group.step == other.group.step),  # type: ignore[union-attr]
        }
        return Candidate(told, features, group, shares=shares, other=(other if best is one else one).group)

    def _measured(self, fixed: str) -> str:
        """What a figure is about, if that is named; else the figure."""
        about = self.memory.facts.out.get(fixed, {}).get(FIGURE_ABOUT, ())
        named = [o.value for o in about if isinstance(o, ox.NamedNode) and o.value in self.asked.named]
        return next((name for name in named if name not in self.memory.hubs), fixed)

    def spans(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """From when until when something lasts: its first and its last date."""
        dated = {
            (one.group.fixed, one.group.step): one for one in found if one.group is not None and not one.group.narrow
        }
        for (fixed, step), one in dated.items():
            last = dated.get((fixed, Step(_ENDS[step.property]))) if step.property in _ENDS else None
            if last is not None and one.answers != last.answers:
                told, shares = {**one.told, **last.told}, _merged(one.shares, last.shares)
                group = Group(fixed, step, told)
                yield Candidate(told, self.features(group, told, shares, ["span"]), group, shares=shares)

    def itself(self, thing: str) -> Candidate:
        """A thing that is named itself: the address of an office, say, if that is what is asked for."""
        passages = self.memory.about.get(thing, frozenset())
        group = Group(thing, ITSELF, {thing: passages})
        shares = tuple(
            Share(q, max(q, 0.85 * around), 0.0, 0.0, q, 0.0)
            for clue in self.asked.clues
            for q in [self.comparison.of_thing(clue, thing)]
            for around in [max((self.comparison.told_by(clue, passage) for passage in passages), default=0.0)]
        )
        features = self.features(group, group.told, shares, ["itself"])
        return Candidate(group.told, features, group, shares=shares)

    def joined(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """What is among the answers of two candidates."""
        if self.asked.negated:
            return iter(())
        best = sorted(found, key=lambda one: -self._weight(one))
        distinct = list({one.answers: one for one in reversed(best[:_MOST_JOINED]) if _are_things(one)}.values())
        options = [one for one in [self.options()] if one is not None]
        pairs = [(one, other) for one in (*options, *distinct) for other in distinct if one is not other]
        joined = [self._both(*pair) for pair in pairs]
        return iter(
            sorted((one for one in joined if one is not None), key=lambda one: -self._weight(one))[:_MOST_PAIRS]
        )

    def options(self) -> Candidate | None:
        """The things among which a question asks to choose: several names of the same kind."""
        named = [clue for clue in self.asked.clues if clue.role == "name" and len(clue.things) == 1]
        kinds = [self.memory.facts.types.get(thing, frozenset()) for clue in named for thing in clue.things]
        if len(named) < 2 or not frozenset.intersection(*kinds) & _CHOOSABLE:
            return None
        about = self.memory.about
        things: dict[Value, frozenset[str]] = {
            thing: about.get(thing, frozenset()) for clue in named for thing in clue.things
        }
        said = (float(clue in named) for clue in self.asked.clues)
        shares = tuple(Share(q, q, 0.0, 0.0, q, 0.0) for q in said)
        return Candidate(things, {}, None, shares=shares)

    def _both(self, one: Candidate, other: Candidate) -> Candidate | None:
        common = one.answers & other.answers
        if not common or common == one.answers or (common == other.answers and one.group is not None):
            return None
        return self._pair(one, other, common)

    def _pair(self, one: Candidate, other: Candidate, answers: frozenset[Value]) -> Candidate | None:
        shares = _merged(one.shares, other.shares)
        least = max(self._covered(one.shares), self._covered(other.shares)) + _GAIN
        group = one.group or other.group
        if self._covered(shares) < least or group is None:
            return None
        told = {value: one.told[value] | other.told.get(value, frozenset()) for value in one.told if value in answers}
        kind = "both" if one.group is not None else "both, of those named"
        features = self.features(group, told, shares, [kind])
        features["joined: fixed unsaid"] = max(
            features_of["fixed: unsaid"] for features_of in (one.features, other.features) if features_of
        )
        features["joined: relation unsaid"] = max(
            features_of["relation: unsaid"] for features_of in (one.features, other.features) if features_of
        )
        return Candidate(told, features, group, shares=shares, other=other.group)

    def chained(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """What a relation leads to from something that the question does not name, but says by another relation: who
        employs somebody, say.
        """
        named = self.asked.named
        loose = [one for one in found if one.group is not None and one.group.fixed not in named and one.shares]
        for one in sorted(loose, key=lambda one: -self._weight(one))[:_MOST_CHAINED]:
            leads = [self._chain(one, *lead) for lead in self._leads(one.group.fixed)]  # type: ignore[union-attr]
            yield from (chain for chain in leads if chain is not None)

    def _leads(self, thing: str) -> Sequence[tuple[Group, tuple[Share, ...]]]:
        """The groups by which a question may say a thing: they lead to it from what is named, or from what it says, or
        from what it says by a group in turn.
        """
        if thing not in self._known_leads:
            groups = [group for group in self._to(thing) if self._says(group)]
            leads = [(group, self._shares(group, group.told)) for group in groups] + self._further(thing)
            self._known_leads[thing] = sorted(leads, key=lambda lead: -self._covered(lead[1]))[:_MOST_LEADS]
        return self._known_leads[thing]

    def _to(self, thing: str) -> Iterator[Group]:
        """The groups that lead to a thing, as far as they do; to a hub, only those that lead to nothing else."""
        for n in self.memory.leading.get(thing, ()):
            group = self.memory.groups[n]
            if thing not in self.memory.hubs or len(group.told) == 1:
                yield replace(group, told={thing: group.told[thing]})

    def _says(self, lead: Group) -> bool:
        """Whether a question says what a group leads from; a hub, if it names it, and that group leads to one thing."""
        number = self.memory.wholes[lead.fixed, lead.step]
        alone = lead.fixed in self.asked.named and len(self.memory.groups[number].told) == 1
        return alone or self._is_said(lead.fixed)

    def _further(self, thing: str) -> list[tuple[Group, tuple[Share, ...]]]:
        """The groups that lead to a thing from a person, or from what has a figure, whom other groups describe."""
        if thing in self.memory.hubs:
            return []
        middles = [group for group in self._to(thing) if self._is_middle(group) and not self._is_said(group.fixed)]
        return [
            (group, _merged(self._shares(group, group.told), shares))
            for group in middles
            for lead in self._to(group.fixed)
            if lead.fixed != thing and self._says(lead)
            for shares in [_by_lead(self._shares(lead, lead.told))]
        ]

    def _is_middle(self, group: Group) -> bool:
        return group.step == _HAS_FIGURE or self.is_of(group.fixed, PEOPLE)

    _known_leads: dict[str, Sequence[tuple[Group, tuple[Share, ...]]]] = field(default_factory=dict, repr=False)

    def _is_said(self, thing: str) -> bool:
        clues = (clue for clue in self.asked.clues if clue is not self.asked.noun)
        return thing not in self.memory.hubs and any(
            self.comparison.of_thing(clue, thing) >= IN_NAMES for clue in clues
        )

    def _chain(self, one: Candidate, lead: Group, led: Sequence[Share]) -> Candidate | None:
        group = one.group
        shares = _merged(one.shares, _by_lead(led))
        gain = self._covered(shares) - self._covered(one.shares)
        if group is None or lead.fixed in one.told or gain < _GAIN:
            return None
        kinds = [name.removeprefix(_PART) for name, value in one.features.items() if name.startswith(_PART) and value]
        features = self.features(group, one.told, shares, [*kinds, "chain"])
        number = self.memory.wholes[lead.fixed, lead.step]
        features["chain: only one"] = len(self.memory.groups[number].told) == 1
        features["chain: named"] = lead.fixed in self.asked.named
        features["chain: said"] = max(share.of_relation for share in led)
        features["chain: gain"] = gain
        features["chain: further"] = not self._says(lead)
        features["chain: from a hub"] = group.fixed in self.memory.hubs
        features["chain: ties a name"] = lead.fixed in self.asked.named and lead.fixed not in self.memory.hubs
        said = any(lead.step in clue.said for clue in self.asked.clues)
        if said and lead.fixed in self.asked.agents:
            features["agent: not followed"] = features["agent: gone"] = 0.0
        return replace(one, features=features, shares=shares, lead=lead)

    def _covered(self, shares: Sequence[Share]) -> float:
        return self.share([one.covered for one in shares])

    def _weight(self, found: Candidate) -> float:
        return self._covered(found.shares) + 0.1 * found.features.get("noun: fit", 0.0)


def _merged(one: Sequence[Share], other: Sequence[Share]) -> tuple[Share, ...]:
    """What either of two candidates accounts for, by the shares of each."""
    return tuple(Share(*map(max, *pair)) for pair in zip(one, other, strict=True))


def _by_lead(led: Sequence[Share]) -> tuple[Share, ...]:
    """What a group accounts for as one that only leads on."""
    return tuple(share._replace(of_answers=0.0, told=0.0, least=0.0) for share in led)


def _are_things(found: Candidate) -> bool:
    return all(isinstance(value, str) for value in found.told)
