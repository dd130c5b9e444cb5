"""Questions of yes or no as questions for a list: whether what is named is among the answers to all the rest."""

from collections.abc import Iterator
from dataclasses import replace

from .clues import Asked, Clue
from .ranking import rank
from .search import Search, candidates
from .verdicts import Judgement


def by_list(search: Search) -> Judgement | None:
    """Yes, if the rest of a question, asked for one of its nouns, is certainly answered by what it names, and others.

    What is not among the answers may still be so: the sources need not tell all.
    """
    found = (_judged(search, one, rest) for one, rest in _questions(search))
    return next((one for one in found if one is not None), None)


def _questions(search: Search) -> Iterator[tuple[Clue, Asked]]:
    """What is named, with the question for what is of one of the kinds that are said, if it is of that kind. What is
    named after a kind that is a relation too, such as a spin-off, is what the spin-off is of.
    """
    asked = search.asked
    if asked.negated or asked.form != "truth":
        return
    for named in asked.clues:
        rest = tuple(clue for clue in asked.clues if clue is not named)
        kinds = (clue for clue in rest if clue.role == "word" and clue.noun.classes)
        for kind in kinds if named.things else ():
            is_told_of = bool(kind.noun.roles) and named.start > kind.start
            if not is_told_of and any(search.is_of(thing, kind.noun.classes) for thing in named.things):
                yield named, replace(asked, form="which", noun=kind, clues=rest, polar=False)


def _judged(search: Search, named: Clue, asked: Asked) -> Judgement | None:
    best = rank(asked, candidates(search.memory, asked, ())).certain
    told = [best.told[thing] for thing in sorted(named.things & best.answers)] if best is not None else []
    passages = frozenset[str]().union(*told)
    return Judgement(min(passages), truth=True, by="list") if passages else None
