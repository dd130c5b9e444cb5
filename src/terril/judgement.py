"""Questions of yes or no: whether the sources tell what is asked, or something else in its place.

Each mechanism judges what it is made for, the surest first: figures, dates, two figures, what two things are to each
other, denials, kinds, posts and places; at last any passage that accounts for what the question says. That says yes,
unless it denies it, or the question does; no where it gives another thing of the same kind where there can be but one,
or several things where the question grants only one. Where words are put otherwise, a passage still says yes if it
tells all of the question and ties what it names to what else it says. What nothing accounts for is neither.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from .candidates import FEW
from .clues import CONFIRMING, Asked, Clue
from .comparison import HUB, IN_GIST, IN_NAMES, SAME, SYNONYM
from .denials import by_denial, is_denied, is_denying
from .lexicon import Step
from .matching import Value
from .measures import by_comparison, by_number
from .memory import Group, Memory
from .moments import by_date
from .names import expand
from .polarity import lead, tail
from .quantities import ONE, quantities
from .search import Search
from .standings import by_kind, by_place, by_post, kind_asked
from .thesaurus import WORD
from .ties import ONE_EACH, are_near, by_pair, is_of_kind
from .verdicts import Judgement, has, is_telling, is_verbal, own_groups, says

_MOST_PASSAGES: Final = 30
_ENOUGH: Final = 0.7
_MOST_LEFT: Final = 0.85
_YEAR: Final = re.compile(r"(19|20)\d\d")
_ALONE: Final = frozenset(WORD + name for name in ("alone", "only", "isolation"))


def judge(search: Search) -> Judgement | None:
    """What is said to a question of yes or no, or to both of what it asks with an and."""
    asked = stated(search)
    found = _judgement(Search(search.memory, asked))
    if found is not None or asked.negated:
        return found
    said = [_judgement(Search(search.memory, replace(asked, clues=one))) for one in _halves(asked)]
    contrary = next((one for one in said if one is not None and not one.truth), None)
    both = said[0] if said and None not in said else None
    return contrary or both or _by_tie(Search(search.memory, asked))


def stated(search: Search) -> Asked:
    """A question with the clues of what it states, without those that only ask for a yes or no."""
    return replace(search.asked, clues=tuple(clue for clue in search.asked.clues if not _is_empty(search, clue)))


def _is_empty(search: Search, clue: Clue) -> bool:
    """Whether a clue says nothing: a one that is an article, or what leads up to the question or asks to confirm."""
    ends = clue.start >= tail(search.asked.tokens) or (
        clue.end == len(search.asked.tokens) and clue.text.lower() in CONFIRMING
    )
    return ends or clue.end <= lead(search.asked.tokens) or (clue.role == "number" and clue.text.lower() in ONE)


def _halves(asked: Asked) -> list[tuple[Clue, ...]]:
    """What is left of a question without the word before an and, and without what comes after it; else nothing."""
    ands = [n for n, token in enumerate(asked.tokens) if n and token.word in _AND]
    before = [clue for clue in asked.clues if ands and clue.end <= ands[0]]
    after = [clue for clue in asked.clues if ands and clue.start > ands[0]]
    if len(ands) != 1 or len(before) < len(_PAIR) or not after or before[-1].role != after[0].role:
        return []
    second = after[:1] if asked.tag == "en" or after[0].role == "name" else after
    return [tuple(c for c in asked.clues if c is not before[-1]), tuple(c for c in asked.clues if c not in second)]


_AND: Final = frozenset(["and", "et"])


def _judgement(search: Search) -> Judgement | None:
    """What figures, dates, relations or denials say to a question, else the passage that accounts for most of it."""
    found = next(_named(search, _SUREST), None)
    if found or search.asked.form != "truth":
        return found
    kind = kind_asked(search)
    if kind is None:
        return next(_named(search, _OTHERS), None)
    is_one = any(search.is_of(thing, kind.noun.classes) for thing in search.asked.named)
    kinds: dict[str, Callable[[Search], Judgement | None]] = {"kind": lambda one: by_kind(one, kind)}
    return next(_named(search, kinds | ({"passage": _by_passage} if is_one else {})), None)


_Mechanisms = Mapping[str, Callable[[Search], Judgement | None]]


def _named(search: Search, mechanisms: _Mechanisms) -> Iterator[Judgement]:
    """What some mechanisms judge, one after another, with their names."""
    judged = ((name, mechanism(search)) for name, mechanism in mechanisms.items())
    return (replace(one, by=name) for name, one in judged if one is not None)


_SUREST: Final = {
    "number": by_number,
    "date": by_date,
    "comparison": by_comparison,
    "pair": by_pair,
    "denial": by_denial,
}


def _by_passage(search: Search) -> Judgement | None:
    """The judgement of the passage that accounts for most of a question, if one does for enough."""
    asked = search.asked
    names = frozenset(place for c in asked.clues if c.role == "name" for place in range(c.start, c.end))
    if quantities(asked.tokens, asked.tag, names):
        return None
    if len(search.asked.clues) < 2 or not (search.asked.named or any(c.things for c in search.asked.clues)):
        return None
    found = [one for passage in search.passages()[:_MOST_PASSAGES] for one in _judged(search, passage)]
    best = max(found, key=lambda one: one[0], default=None)
    return best[1] if best is not None else None


def _judged(search: Search, passage: str) -> Iterator[tuple[float, Judgement]]:
    """How much of the question a passage accounts for, and what it says to it; nothing if it leaves too much."""
    asked, known = search.asked, search.memory
    groups = [known.groups[n] for n in known.groups_of.get(passage, ())]
    covered = {clue: _covered(search, clue, passage, groups) for clue in asked.clues}
    missing = [clue for clue, q in covered.items() if q < (HUB if clue.role == "name" else FEW)]
    contrary = [clue for clue in missing if _is_contradicted(search, clue)]
    rest = [clue for clue in missing if clue not in contrary]
    share = search.share([1.0 if clue in contrary else covered[clue] for clue in asked.clues])
    weight = sum(clue.weight for clue in rest)
    if share < _ENOUGH or weight > _MOST_LEFT or any(map(is_telling, rest)):
        return
    if contrary or _is_not_alone(search, groups):
        yield share - weight, Judgement(passage, truth=False)
    elif (
        "only" not in asked.marks
        and agrees(search, groups)
        and (_is_a_fact(search, passage, groups) or _is_told(search, passage))
    ):
        yield share - weight, Judgement(passage, asked.negated == is_denied(search, passage))


def _by_tie(search: Search) -> Judgement | None:
    """Yes, if a passage that denies nothing tells all that a question says, in much the same words, and ties what it
    names to something else that it says.
    """
    asked = search.asked
    names = frozenset(place for c in asked.clues if c.role == "name" for place in range(c.start, c.end))
    if (
        asked.form != "truth"
        or asked.negated
        or "only" in asked.marks
        or any(clue.role == "alien" or clue.senses & _ALONE for clue in asked.clues)
        or quantities(asked.tokens, asked.tag, names)
        or is_turned_round(search)
    ):
        return None
    passages = search.passages()[:_MOST_TYING]
    found = [(share, passage) for passage in passages if (share := _tying(search, passage)) >= _WELL_TOLD]
    return Judgement(max(found)[1], truth=True, by="tie") if found else None


_MOST_TYING: Final = 8
_WELL_TOLD: Final = 0.8
_CLOSELY_TOLD: Final = 0.45


def _tying(search: Search, passage: str) -> float:
    """How much of a question a passage accounts for that tells all of it and ties what it names; else 0."""
    asked, known = search.asked, search.memory
    groups = [known.groups[n] for n in known.groups_of.get(passage, ())]
    covered = {clue: _covered(search, clue, passage, groups) for clue in asked.clues}
    words = [clue for clue in asked.clues if clue.role == "word"]
    named = [clue for clue in asked.clues if clue.role == "name"]
    close = sum(clue.weight for clue in words if _is_close(search, clue, passage))
    told = (
        words
        and close >= _CLOSELY_TOLD * sum(clue.weight for clue in words)
        and all(covered[clue] >= FEW and is_meant(search, clue, passage) for clue in words)
        and all(clue.things & (known.content[passage] | known.hubs) for clue in named)
        and agrees(search, groups)
        and any(_ties_said(search, clue, group) for clue in named for group in groups if group.fixed in clue.things)
        and not is_denying(search, passage)
    )
    return search.share([covered[clue] for clue in asked.clues]) if told else 0.0


def _is_close(search: Search, clue: Clue, passage: str) -> bool:
    """Whether a passage tells a word as it is, or what it means."""
    known = search.memory
    close = search.comparison.match(clue, known.words_of[passage], closely=True)
    return bool(close or clue.things & known.content[passage])


def is_meant(search: Search, clue: Clue, passage: str) -> bool:
    """Whether a passage speaks of what a word is a name for, or has the very word; of any other word, in any case."""
    known = search.memory
    words = known.words_of[passage] | known.names_in(passage)
    return bool(not clue.things or clue.things & known.content[passage] or search.comparison.match(clue, words) >= SAME)


def _ties_said(search: Search, name: Clue, group: Group) -> bool:
    """Whether a relation leads from what is named to something else that the question says."""
    others = [clue for clue in search.asked.clues if clue is not name and clue.role in ("name", "word")]
    return any(_means(search, clue, value) for clue in others for value in group.told)


def _is_told(search: Search, passage: str) -> bool:
    """Whether the gist of a passage has all the words of a question, of what it names, and not as what that is."""
    known = search.memory
    words = [clue for clue in search.asked.clues if clue.role == "word"]
    named = [clue for clue in search.asked.clues if clue.role == "name"]
    return (
        bool(words)
        and (has(search) or any(is_verbal(search, clue) for clue in words))
        and all(clue.things & (known.content[passage] | known.hubs | known.around(passage)) for clue in named)
        and any(clue.things & known.content[passage] for clue in named)
        and all(says(search, clue, known.words_of[passage], known.content[passage]) for clue in words)
    )


def _is_a_fact(search: Search, passage: str, groups: Sequence[Group]) -> bool:
    """Whether one fact of a passage accounts for what the question says: both ends, the relation, what they are."""
    named = [group for group in groups if group.fixed in search.asked.named]
    return any(
        _says(search, group, value, passage) for group in named for value in group.told if isinstance(value, str)
    )


def _says(search: Search, group: Group, value: str, passage: str) -> bool:
    """Whether a question says no more than a fact: every word is for an end, the relation, or said in the passage."""
    compare, relation = search.comparison, group.step.property
    subject = min((clue.start for clue in search.asked.clues if clue.role == "name"), default=0)
    by_name, by_words, related = False, False, group.step.property in _PLAIN
    for clue in search.asked.clues:
        if clue.role == "name":
            ends = clue.things & {group.fixed, value}
            if not ends and compare.told_by(clue, passage) < IN_NAMES:
                return False
            by_name |= value in clue.things
            continue
        called, is_related = compare.called(clue, value), compare.of_relation(clue, relation) >= SYNONYM
        if not (called or is_related or compare.told_by(clue, passage) >= IN_GIST) and is_telling(clue):
            return False
        by_words |= says(search, clue, search.memory.names_of(value), search.upwards(value))
        related |= is_related
        if clue.start > subject and not _fits(search, clue, group, value):
            return False
    return (by_words or by_name) and (related or (by_words and has(search)))


def _head_classes(search: Search, clue: Clue) -> frozenset[str]:
    """The classes of the head of a phrase: a private company is a company."""
    if len(clue.parts) < len(_PAIR):
        return frozenset()
    head = clue.parts[-1 if search.asked.tag == "en" else 0]
    nouns = [search.memory.lexicon.nouns.get(form.partition(":")[2]) for form in head]
    return frozenset[str]().union(*(noun.classes for noun in nouns if noun is not None))


_PAIR: Final = ("adjective", "noun")


def _fits(search: Search, clue: Clue, group: Group, value: str) -> bool:
    """Whether what a word says of a kind or a relation is so: one of the ends is of the kind, the relation is it."""
    if is_verbal(search, clue) and not clue.said & {group.step, group.step.back()}:
        return False
    classes = clue.noun.classes or _head_classes(search, clue)
    return not classes or search.is_of(value, classes) or search.is_of(group.fixed, classes)


_PLAIN: Final = frozenset({expand("terril:hasCharacteristic")})
"""Relations that need no word of their own: a thing is as it is said to be."""


def _covered(search: Search, clue: Clue, passage: str, groups: Sequence[Group]) -> float:
    compare = search.comparison
    relations = {group.step.property for group in groups}
    return max([compare.told_by(clue, passage), *(compare.of_relation(clue, one) for one in relations)])


_OTHERS: Final = {"post": by_post, "place": by_place, "passage": _by_passage}


# The contrary


def _is_contradicted(search: Search, clue: Clue) -> bool:
    """Whether another number or date is given, or another thing of the same kind where there is but one."""
    if clue.role != "name":
        return False
    known, named = search.memory, search.asked.named - clue.things
    kinds = frozenset[str]().union(*(known.facts.types.get(thing, ()) for thing in clue.things))
    said = {property for other in search.asked.clues if other is not clue for property in other.relations} & ONE_EACH
    own = [group for thing in named for group in own_groups(search, thing)]
    rivals = [g for g in own if g.step.property in said and not g.step.inverse and not g.narrow]
    return any(
        any(is_of_kind(search, value, kinds) for value in group.told)
        and clue.things.isdisjoint(group.told)
        and not any(are_near(search, value, thing) for value in group.told for thing in clue.things)
        for group in rivals
    )


def _is_not_alone(search: Search, groups: Sequence[Group]) -> bool:
    """Whether the question grants only one of several things that a relation leads to."""
    alone = "only" in search.asked.marks or any(clue.senses & _ALONE for clue in search.asked.clues)
    return alone and any(_is_one_of_several(search, group) for group in groups)


def _is_one_of_several(search: Search, group: Group) -> bool:
    """Whether a relation that the question says leads from what it names to what it says, and to more."""
    asked = search.asked
    said = any(search.comparison.of_relation(clue, group.step.property) >= SYNONYM for clue in asked.clues)
    if len(group.told) < 2 or group.fixed not in asked.named or not said:
        return False
    if len([clue for clue in asked.clues if clue.role == "name"]) > 1:
        return not asked.named.isdisjoint(value for value in group.told if isinstance(value, str))
    return any(_means(search, clue, value) for clue in asked.clues for value in group.told)


def _means(search: Search, clue: Clue, value: Value) -> bool:
    called = clue.role == "word" and isinstance(value, str) and search.comparison.called(clue, value) >= SYNONYM
    return isinstance(value, str) and (value in clue.things or called)


# Agreement and denial


def agrees(search: Search, groups: Sequence[Group]) -> bool:
    """Whether a passage ties two things that are named, and the same way round."""
    asked, known = search.asked, search.memory
    acts = {step for clue in asked.clues for step in clue.said} if asked.agents else set()
    if acts and not any(g.fixed in asked.agents and acts & {g.step, g.step.back()} for g in groups):
        return False
    named = [
        clue
        for clue in asked.clues
        if clue.role == "name" and (clue.things & asked.agents or not clue.things & known.hubs)
    ]
    if len(named) != 2:
        return True
    subject, target = reversed(named) if named[1].things & asked.agents else named
    ties = {g.step for g in groups if g.fixed in subject.things and target.things & g.told.keys()}
    said = frozenset().union(*(clue.said for clue in asked.clues))
    return bool(said & ties if said else ties)


def is_turned_round(search: Search) -> bool:
    """Whether the relation that a question says leads between two things only the other way than it says."""
    asked, known = search.asked, search.memory
    named = [clue for clue in asked.clues if clue.role == "name"]
    if len(named) != 2:
        return False
    subject, target = reversed(named) if named[1].things & asked.agents else named
    said = frozenset().union(*(clue.said for clue in asked.clues))
    there, back = (_ties(known, *pair) for pair in ((subject, target), (target, subject)))
    return bool(said & back) and not said & there


def _ties(known: Memory, subject: Clue, target: Clue) -> set[Step]:
    groups = (known.groups[n] for thing in subject.things for n in known.groups_of.get(thing, ()))
    return {group.step for group in groups if group.fixed in subject.things and target.things & group.told.keys()}
