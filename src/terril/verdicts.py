"""What a question of yes or no says besides a number or a date, and whether a passage or a thing accounts for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from .clues import Clue
from .comparison import EXPANDED, IN_NAMES, SAME, SYNONYM
from .grammar import GRAMMARS
from .memory import Group
from .search import Search
from .thesaurus import Form


@dataclass(frozen=True)
class Judgement:
    """What a passage says to a question of yes or no, and the name of the mechanism by which it was judged."""

    passage: str
    truth: bool
    by: str = ""


def is_telling(clue: Clue) -> bool:
    """Whether a clue that nothing accounts for speaks against a reading: a name, a number, a word with a sense."""
    return clue.role != "word" or bool(clue.senses or clue.relations or clue.noun.classes)


@dataclass(frozen=True)
class Matter:
    """What a question may be about: a thing, the passages that tell it, and words of its own."""

    thing: str
    passages: frozenset[str]
    words: frozenset[Form] = frozenset()


def unsaid(search: Search, matter: Matter, clues: Iterable[Clue]) -> list[Clue]:
    """The clues that neither the passages nor the thing, its kind or its relations account for."""
    groups = [search.memory.groups[n] for n in search.memory.groups_of.get(matter.thing, ())]
    relations = {group.step.property for group in groups if group.fixed == matter.thing}
    return [clue for clue in clues if not _is_said(search, matter, clue, relations)]


def _is_said(search: Search, matter: Matter, clue: Clue, relations: Iterable[str]) -> bool:
    compare, thing = search.comparison, matter.thing
    if thing in clue.things or any(compare.told_by(clue, passage) >= IN_NAMES for passage in matter.passages):
        return True
    if clue.role != "word":
        return bool(clue.things & search.memory.above.get(thing, frozenset()))
    return (
        compare.match(clue, matter.words) >= SYNONYM
        or compare.called(clue, thing) >= SYNONYM
        or any(compare.told_by(clue, passage) >= EXPANDED for passage in matter.passages)
        or any(compare.match(clue, search.memory.names_in(one), closely=True) >= SYNONYM for one in matter.passages)
        or any(compare.of_relation(clue, one) >= SYNONYM for one in relations)
    )


def own_groups(search: Search, thing: str) -> list[Group]:
    """The groups whose fixed end is a thing."""
    known = search.memory
    return [known.groups[n] for n in known.groups_of.get(thing, ()) if known.groups[n].fixed == thing]


def is_verbal(search: Search, clue: Clue) -> bool:
    """Whether a word is a verb here, or tells a relation: it names steps, and no article makes a noun of it."""
    before = search.asked.tokens[clue.start - 1].word if clue.start else ""
    return bool(clue.said) and before not in GRAMMARS[search.asked.tag].articles


def says(search: Search, clue: Clue, words: frozenset[Form], things: frozenset[str]) -> bool:
    """Whether some words, or one of some things, are what a word means; its own words, if it is a name for things."""
    quality = search.comparison.match(clue, words, closely=True)
    return bool(clue.things & things) or quality >= (SAME if clue.things else SYNONYM)


def has(search: Search) -> bool:
    """Whether a question asks what a thing has or does rather than what it is, so that no word need say how."""
    grammar = GRAMMARS[search.asked.tag]
    verbs = (token.word for token in search.asked.tokens if token.word in grammar.be | grammar.have | grammar.do)
    return next(verbs, "") not in grammar.be
