"""All that is weighed of a candidate: what speaks for it, what it leaves open of the question, and what the question
says paired with what the candidate is, since words ask for relations and for kinds of things that no ontology lists.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from .benches import Bench
from .candidates import FEW, Candidate, Share
from .clues import Asked, Clue
from .comparison import EXPANDED
from .gists import local
from .lexicon import Step
from .matching import Value
from .names import compact
from .precedents import spelt

_MARKS: Final = (
    *("since", "most", "fewest", "all", "more", "first", "than", "meaning", "called", "other", "only", "last"),
    *("exact", "or", "rank"),
)
_WELL: Final = 0.75
"""From here on a clue is accounted for by what a candidate is, or by the words of a passage, rather than loosely."""


class Traits:
    """One question with its precedents, and what of each candidate for it is weighed."""

    def __init__(self, asked: Asked, bench: Bench) -> None:
        self.asked, self.bench = asked, bench

    def of(self, found: Candidate) -> dict[str, float]:
        """All that is weighed, by name: shares, counts, and 1 for what is so."""
        paired = {f"{word} + {sign}": 1.0 for sign in signs(found) for word in self._said}
        return {**found.features, **self._asked, **paired, **self._left(found.shares), **self._judged(found)}

    def _judged(self, found: Candidate) -> dict[str, float]:
        """What precedents say to it."""
        by = relation(found.group.step) if found.group is not None else ""
        return self.bench.features(frozenset(map(spelt, found.answers)), by)

    @cached_property
    def _asked(self) -> dict[str, float]:
        """What the question is like, whatever the candidate."""
        asked = self.asked
        roles = [clue.role for clue in asked.clues]
        return {
            "any": 1.0,
            "clues": len(roles) / 10,
            "names": roles.count("name") / 10,
            "words": roles.count("word") / 10,
            "tokens": len(asked.tokens) / 100,
            "no name": float("name" not in roles),
            "noun: any": float(asked.noun is not None),
            "noun: known": float(asked.noun is not None and asked.noun.means_something),
            f"form: {asked.form}": 1.0,
            **{f"mark: {mark}": float(mark in asked.marks) for mark in _MARKS},
        }

    @cached_property
    def _said(self) -> Sequence[str]:
        """What the question says, but for names: its form, its marks, and its words by their senses."""
        asked = self.asked
        said = {f"form {asked.form}", *(f"mark {mark}" for mark in asked.marks)}
        for clue in asked.clues:
            if clue.role == "number":
                said.add("a number")
            elif clue.role == "word":
                words = [*meanings(clue), *(f"a {local(one)}" for one in clue.noun.classes)]
                said.update(words)
                said.update(f"which {word}" for word in words if clue is asked.noun)
        return sorted(said)

    def _left(self, shares: Sequence[Share]) -> dict[str, float]:
        """How much of the question is not accounted for, in all rather than as a share, and which of its words."""
        clues = self.asked.clues
        if not clues or len(shares) != len(clues):
            return {"left: unknown": 1.0}
        both = list(zip(clues, shares, strict=True))
        weights = [clue.weight * (1 - share.covered) for clue, share in both]
        built = [max(share.of_relation, share.of_fixed, share.of_answers) for share in shares]
        total = sum(clue.weight for clue in clues)
        found = {
            "left: least covered": min(share.covered for share in shares),
            "left: least covered anywhere": min(share.anywhere for share in shares),
            "left: weight": sum(weights),
            "left: weight anywhere": sum(clue.weight * (1 - share.anywhere) for clue, share in both),
            "left: most": max(weights),
            "left: most but for the noun": max(
                (w for w, c in zip(weights, clues, strict=True) if c is not self.asked.noun), default=0.0
            ),
            "left: many": float(sum(share.covered < FEW for share in shares)),
            "left: many loosely": float(sum(share.covered < _WELL for share in shares)),
            "left: many in further words": float(sum(share.covered <= EXPANDED for share in shares)),
            "left: weight in further words": sum(
                clue.weight for clue, share in both if clue is not self.asked.noun and share.covered <= EXPANDED
            ),
            "built: weight": sum(clue.weight * (1 - one) for clue, one in zip(clues, built, strict=True)),
            "built: share": sum(clue.weight * one for clue, one in zip(clues, built, strict=True)) / total,
            "built: least": min(built),
            "told: weight": sum(clue.weight * (1 - share.told) for clue, share in both),
        }
        return {**found, **dict.fromkeys(self._words_left(both), 1.0)}

    def _words_left(self, both: Sequence[tuple[Clue, Share]]) -> Iterator[str]:
        for clue, share in both:
            how = _how(share)
            if how:
                asked_for = " as what is asked for" if clue is self.asked.noun else ""
                words = meanings(clue) if clue.role == "word" else [f"a {clue.role}"]
                yield from (f"{word} {how}{asked_for}" for word in words)


def meanings(clue: Clue) -> list[str]:
    """The senses of a word, else a form of its first part."""
    return sorted(local(sense) for sense in clue.senses) or [min(part) for part in clue.parts]


def signs(found: Candidate) -> list[str]:
    """What a candidate is: its relations, and the kinds of things that it leads from and to."""
    if found.read is not None:
        return [f"read as {found.read.form}"]
    group = found.group
    if group is None:
        return []
    kinds = [kind(value) for value in found.told]
    told = [relation(group.step), f"– {max(sorted(kinds), key=kinds.count)}", f"{kind(group.fixed)} –"]
    told += [f"by {relation(found.lead.step)}"] if found.lead is not None else []
    return [*told, "counted"] if found.counted else told


def relation(step: Step) -> str:
    """The local name of a step’s property, marked if it is walked back."""
    return ("^" if step.inverse else "") + local(step.property)


def kind(value: Value) -> str:
    """What kind of thing an IRI is of, by where it lies, or of which datatype a literal is."""
    return compact(value).partition(":")[0] if isinstance(value, str) else compact(value.datatype.value)


def _how(share: Share) -> str:
    """How a clue is left open: wholly, but for what is told elsewhere, or as told by a passage alone."""
    if share.covered < FEW:
        return "left" if share.anywhere < FEW else "elsewhere"
    if max(share.of_relation, share.of_fixed, share.of_answers) >= _WELL:
        return ""
    return "told" if share.covered >= _WELL else "told loosely"
