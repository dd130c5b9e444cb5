"""Questions of yes or no about what two things are to each other: whether a relation leads from one to the other."""

from collections.abc import Iterator
from typing import Final

from .clues import Clue
from .derivations import EVENTS
from .lexicon import Step
from .matching import Value
from .memory import Group
from .names import expand
from .search import Search
from .verdicts import Judgement, Matter, own_groups, unsaid

ONE_EACH: Final = frozenset(
    expand(f"terril:{name}")
    for name in ("heldIn", "basedAt", "worksFor", "locatedIn", "foundedBy", "writtenBy", "createdBy", "adoptedBy")
)
"""Relations of which a source that gives one thing rules out another of its kind."""


def by_pair(search: Search) -> Judgement | None:
    """Yes, if a relation that a question says leads from one of two things to the other; no, if to another instead."""
    asked = search.asked
    said = frozenset[Step]().union(*(clue.said for clue in asked.clues if clue.role == "word"))
    if asked.negated or "only" in asked.marks:
        return None
    found = [one for subjects, steps, target in _ends(search, said) for one in _tied(search, subjects, steps, target)]
    return next((one for one in found if one.truth), found[0] if found else None)


def _tied(search: Search, subjects: frozenset[str], steps: frozenset[Step], target: Clue) -> Iterator[Judgement]:
    """What passages say to whether some steps lead from some things to what a name means."""
    rest = [clue for clue in search.asked.clues if clue is not target]
    groups = [group for thing in sorted(subjects) for group in own_groups(search, thing) if not group.narrow]
    for group in groups:
        truth, told = _leads(search, group, target) if group.step in steps else (False, frozenset[str]())
        if told and not unsaid(search, Matter(group.fixed, told), rest):
            yield Judgement(min(told), truth)


def _ends(search: Search, said: frozenset[Step]) -> Iterator[tuple[frozenset[str], frozenset[Step], Clue]]:
    """From what to what a question says that some steps lead, either way round."""
    asked, back = search.asked, frozenset(step.back() for step in said)
    named = [clue for clue in asked.clues if clue.role == "name"]
    if len(named) == 2:
        subject, target = reversed(named) if named[1].things & asked.agents else named
        if subject is not named[0]:
            passive = frozenset(step for step in said if not step.inverse and _is_passive(search, step.property))
            yield _with_events(search, target), passive, subject
        yield _with_events(search, subject), said, target
        yield _with_events(search, target), back, subject
    kinds = [clue for clue in asked.clues if clue.role == "word" and clue.noun.classes]
    if len(named) == 1 and len(kinds) == 1:
        active = kinds[0].start > named[0].start or bool(named[0].things & asked.agents)
        steps = back if active else said
        kind = frozenset[str]().union(*(search.memory.facts.members.get(one, ()) for one in kinds[0].noun.classes))
        related = {thing for thing in kind if any(group.step in steps for group in own_groups(search, thing))}
        if len(related) == 1:
            yield frozenset(related), steps, named[0]


def _is_passive(search: Search, property: str) -> bool:
    """Whether the name of a relation leads from what is done to who does it: adopted by."""
    return search.memory.lexicon.names.get(property, {}).get("en", "").endswith(" by")


def _with_events(search: Search, clue: Clue) -> frozenset[str]:
    """What a name means, with the events that have to do with it: who adopts in an event adopts what it is about."""
    groups = (group for thing in clue.things for group in own_groups(search, thing) if group.step.inverse)
    ends = {value for group in groups for value in group.told if search.is_of(value, EVENTS)}
    return clue.things | {value for value in ends if isinstance(value, str)}


def _leads(search: Search, group: Group, target: Clue) -> tuple[bool, frozenset[str]]:
    """Whether a relation leads to what a name means, with the passages that say so or otherwise; none if neither do."""
    known = search.memory
    found = [passages for value, passages in group.told.items() if isinstance(value, str) and value in target.things]
    if found:
        return True, frozenset().union(*found)
    kinds = frozenset[str]().union(*(known.facts.types.get(thing, ()) for thing in target.things))
    rival = group.step.property in ONE_EACH and not group.step.inverse
    rival = rival and any(is_of_kind(search, value, kinds) for value in group.told)
    near = any(are_near(search, value, thing) for value in group.told for thing in target.things)
    return False, group.passages if rival and not near else frozenset()


def are_near(search: Search, value: Value, thing: str) -> bool:
    """Whether of two things one lies within the other, or has to do with it."""
    if thing in search.upwards(value) or value in search.upwards(thing):
        return True
    return any(value in group.told for group in own_groups(search, thing))


def is_of_kind(search: Search, value: Value, kinds: frozenset[str]) -> bool:
    own = search.memory.facts.types.get(value, frozenset()) if isinstance(value, str) else frozenset[str]()
    return bool(own & kinds)
