"""Questions that leave something out, weighed: what may answer the rest of them, without what they leave out.

What is left out may be named, or said by what it is, is called, lies in, is about or has: of the strands the one for
maintenance, of the parents the one in a city, of the contacts the one with a title. How plainly that is said of a thing
differs, so that each degree of plainness parts the things that answer the rest in its own way.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .benches import NOBODY
from .candidates import BUT_NOT, Candidate, Share
from .clues import Asked, Clue
from .comparison import IN_GIST, SAME, SAYING, SYNONYM
from .exceptions import TYPE
from .exclusions import Exclusion, all_excluded
from .features import PEOPLE
from .lexicon import Step
from .matching import Value
from .memory import Group, Memory
from .ranking import learned, order
from .search import Search
from .verdicts import own_groups, says

_NAMED: Final = 1.0
_CALLED: Final = 0.95
_WITHIN: Final = 0.9
_TIED: Final = 0.8
_RELATED: Final = 0.7
_TOLD: Final = 0.6
_DEGREES: Final = (_NAMED, _CALLED, _WITHIN, _TIED, _RELATED, _TOLD)
"""How plainly a word is said of a thing: by its name, in other words or by its kind, by what it falls under, by what it
is tied to, by a relation that it has, or only by a passage."""

_ENOUGH: Final = 0.4
_MOST_WHOLES: Final = 6
_MOST_MEMBERS: Final = 12
_EVEN: Final = 0.5
_BY_THE_WAY: Final = frozenset({"other", "aside", "all", "only", "exact"})
_NOTHING: Final = Share(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class _Whole:
    """Things that may answer the rest of a question, how much likelier they are than others, and why."""

    found: Candidate
    share: float
    kind: str


def remainders(memory: Memory, asked: Asked) -> Iterator[Candidate]:
    """What is left of all that may answer the rest of a question that leaves something out."""
    exclusion = all_excluded(asked)
    if exclusion is None or asked.wants_number or asked.form == "truth":
        return
    search, seen = Search(memory, asked), set[frozenset[Value]]()
    for whole in _wholes(memory, asked, exclusion):
        if not exclusion.aside and _is_of_the_denied(search, whole.found.group, exclusion):
            continue
        degrees = [
            {v: _degree(search, v, item) for v in whole.found.told if isinstance(v, str)} for item in exclusion.items
        ]
        for least in _DEGREES:
            gone = [frozenset(v for v, degree in by.items() if degree >= least) for by in degrees]
            rest = whole.found.answers.difference(*gone)
            if rest and rest != whole.found.answers and rest not in seen:
                seen.add(rest)
                yield _candidate(search, whole, exclusion, gone, least)


def _wholes(memory: Memory, asked: Asked, exclusion: Exclusion) -> Iterator[_Whole]:
    """What there is to choose from: what is named, what best answers the rest, and all of the kind asked for."""
    search, rest = Search(memory, asked), _rest(asked, exclusion)
    options = Search(memory, rest).options()
    if options is not None:
        shares = _spread(options.shares, rest.clues, asked.clues)
        yield _Whole(replace(options, shares=shares), 1.0, ", of those named")
    yield from _likely(memory, asked, rest)
    for clue in rest.clues:
        yield from _members(search, clue, _documents(memory, rest))
    yield from _speakers(search, rest, _documents(memory, rest))


def _likely(memory: Memory, asked: Asked, rest: Asked) -> Iterator[_Whole]:
    """The several things that most likely answer the rest of a question."""
    if not any(clue.role in ("name", "word") for clue in rest.clues):
        return
    best = order(rest, Search(memory, rest).plain(), learned(), NOBODY)
    total = 1.0 + sum(math.exp(score) for score, _ in best)
    for score, one in [(score, one) for score, one in best if len(one.told) > 1][:_MOST_WHOLES]:
        shares = _spread(one.shares, rest.clues, asked.clues)
        yield _Whole(replace(one, shares=shares), math.exp(score) / total, "")


def _rest(asked: Asked, exclusion: Exclusion) -> Asked:
    """A question without what it leaves out."""
    gone = exclusion.spans
    kept = tuple(clue for clue in asked.clues if not any(a <= clue.start < b for a, b in gone))
    marks = asked.marks - _BY_THE_WAY
    form = "which" if asked.form == "puzzle" and not marks else asked.form
    noun = asked.noun if asked.noun in kept else next((clue for clue in kept if clue.noun.classes), None)
    return replace(asked, form=form, clues=kept, noun=noun, nots=(), marks=marks, number="")


def _spread(shares: Sequence[Share], own: Sequence[Clue], clues: Iterable[Clue]) -> tuple[Share, ...]:
    """The shares of some clues among those of a whole question."""
    by = dict(zip(own, shares, strict=False))
    return tuple(by.get(clue, _NOTHING) for clue in clues)


def _documents(memory: Memory, rest: Asked) -> frozenset[str]:
    """The documents that a question names."""
    return rest.named & frozenset(memory.facts.document.values())


def _is_of_the_denied(search: Search, group: Group | None, exclusion: Exclusion) -> bool:
    """Whether things are told as what is denied: what batteries need is not what they do not need."""
    if group is None or group.step.property == TYPE:
        return False
    compare = search.comparison
    return any(
        all(
            max(compare.of_relation(clue, group.step.property), compare.of_thing(clue, group.fixed)) >= SYNONYM
            for clue in item
        )
        for item in exclusion.items
    )


def _members(search: Search, noun: Clue, documents: frozenset[str]) -> Iterator[_Whole]:
    """All things of a kind, if they are few: of those that a document speaks of, if one is named."""
    facts, about = search.memory.facts, search.memory.about
    for kind in sorted(noun.noun.classes or _kinds_said(search.memory, noun, documents)):
        members = {one: _told(search.memory, about.get(one, frozenset()), documents) for one in facts.members[kind]}
        told: dict[Value, frozenset[str]] = {one: members[one] for one in sorted(members) if members[one]}
        if 1 < len(told) <= _MOST_MEMBERS:
            group = Group(kind, Step(TYPE, inverse=True), told)
            yield _Whole(Candidate(told, {}, group, shares=_said(search, noun)), _EVEN, ", of all")


def _kinds_said(memory: Memory, name: Clue, documents: frozenset[str]) -> frozenset[str]:
    """The kinds of things that the name of a document says: the page of the clusters."""
    if name.things.isdisjoint(documents):
        return frozenset()
    stems = {form.partition(":")[2] for part in name.parts for form in part}
    return frozenset().union(*(memory.lexicon.nouns[stem].classes for stem in stems if stem in memory.lexicon.nouns))


def _told(memory: Memory, passages: frozenset[str], documents: frozenset[str]) -> frozenset[str]:
    """The passages of some documents, if there are any such."""
    return frozenset(one for one in passages if not documents or memory.facts.document.get(one) in documents)


def _speakers(search: Search, rest: Asked, documents: frozenset[str]) -> Iterator[_Whole]:
    """All who are quoted, if a question asks which people are."""
    words = [token.word for token in rest.tokens]
    senses = search.memory.thesaurus.senses(words, rest.tag).values()
    people = rest.form == "who" or rest.noun is None or bool(rest.noun.noun.classes & PEOPLE)
    if not people or not any(SAYING & names for names in senses):
        return
    told: dict[Value, frozenset[str]] = {}
    for passage, speakers in sorted(search.memory.facts.speakers.items()):
        if _told(search.memory, frozenset({passage}), documents):
            told |= {one: told.get(one, frozenset()) | {passage} for one in sorted(speakers)}
    if len(told) > 1:
        group = Group(next(iter(PEOPLE)), Step(TYPE, inverse=True), told)
        said = tuple(_NOTHING for _ in search.asked.clues)
        yield _Whole(Candidate(told, {}, group, shares=said), _EVEN, ", of all who speak")


def _said(search: Search, noun: Clue) -> tuple[Share, ...]:
    return tuple(Share(q, q, 0.0, 0.0, q, q) for clue in search.asked.clues for q in [float(clue == noun)])


# What is left out


def _degree(search: Search, thing: str, item: Sequence[Clue]) -> float:
    """How plainly most of what is left out is said of a thing, or its first word."""
    by = [(_plainly(search, thing, clue), clue.weight) for clue in item]
    said = [(degree, weight) for degree, weight in by if degree]
    enough = sum(weight for _, weight in said) > _ENOUGH * sum(weight for _, weight in by)
    return min(degree for degree, _ in said) if enough else by[0][0]


def _plainly(search: Search, thing: str, clue: Clue) -> float:
    """How plainly a word is said of a thing."""
    known = search.memory
    named = known.names_of(thing)
    if thing in clue.things or search.comparison.match(clue, named) == SAME:
        return _NAMED
    if says(search, clue, named, frozenset()) or search.is_of(thing, clue.noun.classes):
        return _CALLED
    if clue.things & search.upwards(thing) or search.is_of(thing, clue.wide.classes):
        return _WITHIN
    groups = [group for group in own_groups(search, thing) if not group.narrow]
    tied = [v for group in groups if not group.step.inverse for v in group.told if isinstance(v, str)]
    if any(_is_meant(search, one, clue) for one in tied):
        return _TIED
    if clue.relations & {group.step.property for group in groups if not group.step.inverse}:
        return _RELATED
    own = (passage for passage in known.about.get(thing, ()) if _is_of_one(known, passage, thing))
    return _TOLD if any(search.comparison.told_by(clue, passage) >= IN_GIST * SYNONYM for passage in own) else 0.0


def _is_meant(search: Search, thing: str, clue: Clue) -> bool:
    """Whether a word means a thing, what it lies in, its name or its kind."""
    if clue.things & search.upwards(thing) or search.is_of(thing, clue.noun.classes):
        return True
    return thing not in search.memory.hubs and says(search, clue, search.memory.names_of(thing), frozenset())


def _is_of_one(memory: Memory, passage: str, thing: str) -> bool:
    """Whether a passage speaks of a thing and of none of the same kind."""
    kinds = memory.facts.types.get(thing, frozenset())
    others = (memory.facts.types.get(one, frozenset()) for one in memory.content[passage] if one != thing)
    return not any(kinds == one for one in others)


def _means(clue: Clue) -> bool:
    return bool(clue.things or clue.noun.classes or clue.relations)


def _candidate(
    search: Search, whole: _Whole, exclusion: Exclusion, gone: Sequence[frozenset[str]], least: float
) -> Candidate:
    asked, found = search.asked, whole.found
    left = frozenset[str]().union(*gone)
    told = {value: passages for value, passages in found.told.items() if value not in left}
    idle = [item for item, those in zip(exclusion.items, gone, strict=True) if not those]
    items = {clue: item for item in exclusion.items for clue in item}
    shares = tuple(
        Share(SAME, SAME, 0.0, 0.0, SAME, SAME) if clue in items and items[clue] not in idle else share
        for clue, share in zip(asked.clues, found.shares, strict=True)
    )
    group = found.group or Group(min(left), Step(TYPE), found.told)
    features: dict[str, float] = search.features(group, told, shares, [f"{BUT_NOT} left out{whole.kind}"])
    how = "by the way" if exclusion.aside else "denied"
    many, said = str(len(found.told)), {asked.number, asked.of} - {""}
    features |= {
        "left out": 1.0,
        f"left out: {how}": 1.0,
        "left out: a hub": float(any(clue.things & search.memory.hubs for clue in items)),
        "left out: a name": float(any(clue.role == "name" for clue in items)),
        "left out: a word that says no thing": float(any(not _means(clue) for clue in items)),
        "left out: likely": whole.share,
        "left out: log likely": math.log(max(whole.share, 1e-4)),
        f"left out: {how}, plainly {least}": 1.0,
        f"left out: plainly {least}": 1.0,
        "left out: idle": float(len(idle)),
        "left out: all": float(not idle),
        "left out: one each": float(all(len(those) == 1 for those in gone)),
        "left out: share": len(told) / len(found.told),
        "left out: as many as said": float(many in said),
        "left out: not as many": float(bool(said) and many not in said),
    }
    return Candidate(told, features, group, shares=shares, aside=exclusion.text)
