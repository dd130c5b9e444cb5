"""What a question describes rather than names, and the groups of facts that lead on from there.

Who speaks of something, the region with an office in a street, the network of the builders: no word of what is asked
for stands near to what describes such a thing, so that each half of the question tells too little by itself. A group is
weighed here by what its relation and its passages tell together with all that is told of the thing it leads from.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from .comparison import IN_NAMES, Comparison
from .features import COUNTS, FIGURE_ABOUT, SHARES, Features
from .lexicon import Step
from .memory import VALUE, Group

_MOST: Final = 40
_FEW_LED: Final = 2
_MOST_LED: Final = 8
_ELSEWHERE: Final = 0.85
_OF_THE_KIND: Final = 0.2


def far_groups(search: Features, near: Sequence[str], seen: frozenset[int]) -> list[Group]:
    """The groups that lead on from what a question describes, those that account for most first.

    `near` are the passages that tell most of the question; `seen` are the groups that are known anyway, by identity.
    """
    known = search.memory
    found: dict[int, float] = {}
    for middle in sorted(_middles(search, near)):
        around = _around(search, middle)
        for group in _from(search, middle):
            if id(group) not in seen and id(group) not in found:
                found[id(group)] = _promise(search, group, around)
    groups = {id(group): group for group in known.groups if id(group) in found}
    best = sorted(groups.values(), key=lambda group: (-found[id(group)], group.fixed, group.step))
    return best[:_MOST]


def _middles(search: Features, near: Sequence[str]) -> set[str]:
    """What a question may describe: what telling passages speak of, and what its words lead to."""
    known, asked = search.memory, search.asked
    told = {thing for passage in near for thing in known.content[passage]} - known.hubs
    return (told | set(_led(search))) - asked.named


def _led(search: Features) -> Iterator[str]:
    """What a relation leads to from a thing that a question says, if that is one of few, or the relation is said."""
    known = search.memory
    for clue in search.asked.clues:
        for thing in clue.things:
            for n in known.groups_of.get(thing, ()):
                lead = known.groups[n]
                said = any(lead.step.property in other.relations for other in search.asked.clues)
                few = _MOST_LED if said and thing not in known.hubs else _FEW_LED
                if lead.fixed == thing and not lead.narrow and len(lead.told) <= few:
                    yield from (value for value in lead.told if isinstance(value, str))


def _from(search: Features, middle: str) -> Iterator[Group]:
    """The groups of a thing, or of the figures about it, if a number is asked for."""
    known = search.memory
    if not search.asked.wants_number:
        yield from (known.groups[n] for n in known.groups_of.get(middle, ()) if known.groups[n].fixed == middle)
        return
    about = known.wholes.get((middle, Step(FIGURE_ABOUT, inverse=True)))
    for figure in known.groups[about].told if about is not None else ():
        if isinstance(figure, str) and _counts_that(search, figure):
            value = known.wholes.get((figure, Step(VALUE)))
            yield from (known.groups[n] for n in (value,) if n is not None)


def _counts_that(search: Features, figure: str) -> bool:
    """Whether a figure counts what is asked for, as far as its names tell."""
    noun = search.asked.noun
    named = noun is not None and search.comparison.match(noun, search.memory.names_of(figure)) > 0
    return named and search.is_of(figure, COUNTS | SHARES)


def _around(search: Features, middle: str) -> list[float]:
    """How much of each clue is told of a thing, by its names, its passages and what it is tied to; of what very much is
    told, only the latter.
    """
    known, compare = search.memory, search.comparison
    about = () if middle in known.hubs else known.about.get(middle, ())
    tied = known.tied.get(middle, frozenset()) - known.hubs
    return [
        _ELSEWHERE
        * max(
            compare.of_thing(clue, middle),
            max((compare.told_by(clue, passage) for passage in about), default=0.0),
            float(bool(clue.things & tied)),
        )
        for clue in search.asked.clues
    ]


def _promise(search: Features, group: Group, around: Sequence[float]) -> float:
    """How much of a question a group may account for, with what is told of the thing that it leads from."""
    asked, compare = search.asked, search.comparison
    shares = [max(_of(compare, group, n), around[n]) for n in range(len(asked.clues))]
    kind = asked.noun is not None and any(search.is_of(value, asked.noun.noun.classes) for value in group.told)
    return search.share(shares) + _OF_THE_KIND * kind


def _of(compare: Comparison, group: Group, place: int) -> float:
    clue = compare.asked.clues[place]
    quality = max(compare.of_relation(clue, group.step.property), compare.of_thing(clue, group.fixed))
    if quality >= IN_NAMES:
        return quality
    return max(quality, max((compare.told_by(clue, passage) for passage in group.passages), default=0.0))
