"""What each passage says for and against what a question of yes or no states, as far as it can be weighed.

A passage that tells what the question says speaks for it; one that tells as much of it but denies it, says the contrary
of one of its words, or grants more than a question that says only, speaks against it. Which of this counts how much is
learned from questions with known answers (`verdicts.json`, by `tests/learn.py`), as is what other mechanisms judge.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from . import spelling
from .benches import Bench
from .candidates import FEW
from .clues import Clue
from .comparison import AROUND, EXPANDED, HUB, IN_NAMES, SYNONYM
from .contraries import CONTRARY
from .denials import is_denied
from .grammar import GRAMMARS
from .judgement import agrees, is_meant, is_turned_round
from .matching import TIMES
from .memory import VALUE, Group
from .quantities import quantities
from .ranking import Weights, learned
from .search import Search
from .thesaurus import Form
from .ties import are_near, is_of_kind
from .traits import relation
from .verdicts import Judgement, is_telling

_MOST: Final = 40
_HEARD: Final = 8
"""How many passages are looked at, and how many of them are heard: those that account for most of the question."""

_ONLY: Final = CONTRARY + "only"
_ALSO: Final = CONTRARY + "also"
_DENYING: Final = frozenset(
    CONTRARY + name for name in ("denying", "excluding", "refusing", "failing", "neglecting", "apart", "alone", "hard")
)
"""Sets of words that deny what is said with them, whatever their contrary: outside the scope, without partners."""


_ARTICLES: Final = frozenset(["a", "an", "un", "une"])
_ALL: Final = frozenset(["all", "every", "each", "whole", "tout", "tous", "toute", "toutes", "chaque"])
_DIRECTED: Final = frozenset(["pair", "reading"])
"""Mechanisms that tell who does something from whom it is done to."""
_AND: Final = frozenset(["and", "et"])
_ASKING: Final = {
    "en": frozenset(["what", "which", "who", "whom", "whose", "where", "when", "how", "why"]),
    "fr": frozenset(["quel", "quelle", "quels", "quelles", "combien", "comment", "pourquoi", "laquelle", "lequel"]),
}
_SOON: Final = 5
"""Within how many words after an and a question word begins another question."""
_NOT: Final = frozenset(["pas", "plus", "jamais", "rien", "aucun", "aucune", "ni"])


@dataclass(frozen=True, eq=False)
class Testimony:
    """A passage taken for a yes or a no, and what is weighed of that."""

    passage: str
    truth: bool
    features: Mapping[str, float] = field(repr=False)


@dataclass
class Hearing:
    """One question of yes or no, with what the other mechanisms judge, each by its name."""

    search: Search
    judged: Mapping[str, Judgement]

    def testimonies(self) -> list[Testimony]:
        """What the passages that account for most of the question say, each taken for a yes and for a no.

        Nothing is heard on a question with a name that nothing knows, that turns a relation round, that says more or
        less than a number, or that asks more than yes or no. No passage says yes that has not the number or the doer
        which the question says, and none says no without a ground: that it leaves something out is none.
        """
        if self._is_beyond_hearing:
            return []
        passages = [*self.search.passages()[:_MOST]]
        passages += sorted(self._contrary_passages() - set(passages))
        shares = {passage: self._share(passage) for passage in passages}
        heard = sorted(passages, key=lambda passage: (-shares[passage], passage))[:_HEARD]
        heard += sorted({one.passage for one in self.judged.values()} & self.search.memory.gists.keys() - set(heard))
        best = max(shares.values(), default=0.0)
        return [
            Testimony(passage, truth, self._features(passage, n, best, truth=truth))
            for n, passage in enumerate(heard)
            for truth in (True, False)
            if (self._may_say_yes(passage) if truth else self._may_say_no(passage))
        ]

    @cached_property
    def _is_beyond_hearing(self) -> bool:
        asked = self.search.asked
        if any(clue.role == "alien" for clue in asked.clues):
            return True
        if self._says_a_bound and not self.judged.keys() & SURE:
            return True
        directed = (one for name, one in self.judged.items() if name in _DIRECTED)
        if is_turned_round(self.search) and not any(one.truth for one in directed):
            return True
        words = [token.word for token in asked.tokens]
        ands = [n for n, word in enumerate(words) if word in _AND]
        return any(_ASKING[asked.tag].intersection(words[n + 1 : n + _SOON]) for n in ands)

    @cached_property
    def _says_a_bound(self) -> bool:
        """Whether a question says that something is more or less than a number, which is to be reckoned."""
        asked = self.search.asked
        names = frozenset(n for c in asked.clues if c.role == "name" for n in range(c.start, c.end))
        ranges = [one.range for one in quantities(asked.tokens, asked.tag, names)]
        return any(math.isinf(one.least) or math.isinf(one.most) for one in ranges)

    def _may_say_yes(self, passage: str) -> bool:
        """Whether a passage has the number, the doer and the things that are said, or a mechanism says yes anyway."""
        asked = self.search.asked
        if "all" in asked.marks and not self._tells_of_all(passage):
            return False
        if any(one.truth for one in self.judged.values()):
            return True
        if self._says_what_it_is:
            return False
        if asked.agents and not agrees(self.search, self._groups(passage)):
            return False
        return all(
            (clue.role != "number" or self._covered(clue, passage) >= FEW)
            and (clue.role != "word" or is_meant(self.search, clue, passage))
            for clue in asked.clues
        )

    @cached_property
    def _says_what_it_is(self) -> bool:
        """Whether a question says of what kind something named is, or that it is another thing that is named, which the
        ontology knows and no passage need say.
        """
        asked = self.search.asked
        words = [token.word for token in asked.tokens]
        ends = {clue.end for clue in asked.clues if clue.role == "name"}
        kinds = [clue for clue in asked.clues if clue.noun.classes or clue.role == "name"]
        return any(words[clue.start - 1] in _ARTICLES and self._subject_end(clue.start - 1) in ends for clue in kinds)

    def _subject_end(self, place: int) -> int:
        """Where what a word is said of ends: before it, or before the be and the pronoun that stand between."""
        asked = self.search.asked
        between = GRAMMARS[asked.tag].be | GRAMMARS[asked.tag].pronouns
        while place > 0 and asked.tokens[place - 1].word in between:
            place -= 1
        return place

    def _tells_of_all(self, passage: str) -> bool:
        """Whether a passage says that something is so of all."""
        gists = self.search.memory.gists[passage]
        return any(not _ALL.isdisjoint(spelling.words(gist.value)) for gist in gists)

    def _may_say_no(self, passage: str) -> bool:
        """Whether a passage gives a ground for a no: it turns round what the question says, or tells another thing,
        number or list in its place.
        """
        left = [clue for clue in self.search.asked.clues if self._covered(clue, passage) < FEW]
        turns = {name for name, is_so in self._turns(passage).items() if is_so}
        return bool(
            any(not one.truth for one in self.judged.values())
            or turns - {"only"}
            or ("only" in turns and self._tells_several(passage))
            or self._rivals(passage)
            or self._tells_another_number(passage, left)
            or self._is_listed(passage, left)
        )

    def _tells_several(self, passage: str) -> bool:
        """Whether a passage tells several things of what is named, by a relation that is asked for; or says also."""
        search = self.search
        said = search.memory.contraries.holds(_ALSO, self._bag(passage))
        several = {g.step.property for g in self._groups(passage) if len(g.told) > 1 and g.fixed in search.asked.named}
        return said or any(
            search.comparison.of_relation(clue, one) >= SYNONYM for clue in search.asked.clues for one in several
        )

    # What is weighed

    def _features(self, passage: str, rank: int, best: float, *, truth: bool) -> dict[str, float]:
        """All that is weighed of a passage as a yes or a no."""
        side = "yes" if truth else "no"
        told = {**self._said_by(passage), "rank": 1 / (1 + rank), "any": 1.0}
        told["best"] = float(self._share(passage) >= best)
        turns = [name for name, is_so in self._turns(passage).items() if is_so]
        told |= {**{f"turned by {name}": 1.0 for name in turns}, "turned": float(len(turns) % 2)}
        found = {f"{side}: {name}": value for name, value in told.items()}
        found |= {f"{side} + {name} turned": 1.0 for name in self._contraries(passage)}
        rivals = self._rivals(passage)
        found |= {f"{side}: a rival": float(bool(rivals)), **{f"{side} + rival by {one}": 1.0 for one in rivals}}
        return {**found, **dict(self._judgements(passage, truth=truth))}

    def _judgements(self, passage: str, *, truth: bool) -> Iterator[tuple[str, float]]:
        """How a side goes with what the other mechanisms judge."""
        yield "judged: by none", float(not self.judged)
        for name, one in self.judged.items():
            yield f"judged {'so' if one.truth == truth else 'otherwise'} by {name}", 1.0
            yield f"judged {'so' if one.truth == truth else 'otherwise'}", 1.0
            yield f"judged {one.truth} by {name}: {truth}", 1.0
            if one.passage == passage:
                yield f"judged {'so' if one.truth == truth else 'otherwise'} by this", 1.0

    def _said_by(self, passage: str) -> dict[str, float]:
        """How much of the question a passage tells, and what it leaves."""
        asked = self.search.asked
        covered = [(clue, self._covered(clue, passage)) for clue in asked.clues]
        near = [max(self._covered(clue, one) for one in self._near(passage)) for clue in asked.clues]
        left = [clue for clue, quality in covered if quality < FEW]
        words = [quality for clue, quality in covered if clue.role == "word"]
        names = [quality for clue, quality in covered if clue.role == "name"]
        close = [clue for clue, quality in covered if quality >= IN_NAMES]
        poles = self._poles_of(left)
        return {
            "share": self._share(passage),
            "share squared": self._share(passage) ** 2,
            "share of words": sum(words) / len(words) if words else 0.0,
            "all": float(not left),
            "all closely": float(len(close) == len(covered)),
            "close": self._weight(close) / max(1.0, self._weight(asked.clues)),
            "left": self._weight(left),
            "left, telling": float(sum(map(is_telling, left))),
            "left, many": float(len(left)),
            "left nearby": sum(clue.weight * (1 - quality) for clue, quality in zip(asked.clues, near, strict=True)),
            "names left": float(sum(quality < HUB for quality in names)),
            "names around": float(sum(HUB <= quality <= AROUND for quality in names)),
            "names": float(sum(quality >= IN_NAMES for quality in names)),
            "no name": float(not names),
            "numbers left": float(sum(clue.role == "number" for clue in left)),
            "aliens": float(sum(clue.role == "alien" for clue in left)),
            "in further words": float(sum(FEW <= q <= EXPANDED for q in words)),
            "left is a contrary": float(bool(poles)),
            "left is unknown": float(sum(clue.role == "word" and not is_telling(clue) for clue in left)),
            "tie": float(self._ties(passage)),
            "agrees": float(agrees(self.search, self._groups(passage))),
            "other number": float(self._tells_another_number(passage, left)),
            "complete list": float(self._is_listed(passage, left)),
            "words": math.log(1 + len(words)),
            "length": len(self._bag(passage)) / 20,
        }

    def _turns(self, passage: str) -> dict[str, bool]:
        """What turns a yes into a no, each way once."""
        search = self.search
        only = _ONLY in self._poles or "only" in search.asked.marks or self._says_nothing_but
        return {
            "not": search.asked.negated,
            "a denial": is_denied(search, passage),
            "a contrary": bool(self._contraries(passage)),
            "a denying word": bool(self._poles & _DENYING) and not self._tells(_DENYING & self._poles, passage),
            "only": only and not search.memory.contraries.holds(_ONLY, self._bag(passage)),
        }

    def _tells(self, poles: frozenset[str], passage: str) -> bool:
        """Whether a passage says one of some sets itself."""
        return any(self.search.memory.contraries.holds(one, self._bag(passage)) for one in poles)

    # Contraries

    @cached_property
    def _poles(self) -> frozenset[str]:
        """The sets of contraries of which the question says something, but for its names."""
        return frozenset().union(*self._spans.values())

    @cached_property
    def _spans(self) -> Mapping[tuple[int, int], frozenset[str]]:
        asked = self.search.asked
        named = frozenset(n for c in asked.clues if c.role == "name" for n in range(c.start, c.end))
        words = ["" if n in named else token.word for n, token in enumerate(asked.tokens)]
        return self.search.memory.contraries.said(words, asked.tag)

    def _poles_of(self, clues: Sequence[Clue]) -> frozenset[str]:
        """The sets of contraries of which some clues say something."""
        return frozenset[str]().union(
            *(
                names
                for (start, end), names in self._spans.items()
                if any(clue.start < end and start < clue.end for clue in clues)
            )
        )

    def _contraries(self, passage: str) -> list[str]:
        """The contraries of which the question says one side and a passage the other."""
        turned = self.search.memory.contraries.turned(self._poles - {_ONLY}, self._bag(passage))
        return sorted(one.removeprefix(CONTRARY) for one in turned)

    def _bag(self, passage: str) -> frozenset[Form]:
        """The words of what a passage tells."""
        return self.search.memory.words_of[passage]

    def _contrary_passages(self) -> frozenset[str]:
        """The passages that may say the contrary of a word of the question."""
        known, contraries = self.search.memory, self.search.memory.contraries
        others = frozenset[str]().union(*(contraries.against.get(one, frozenset()) for one in self._poles))
        firsts = frozenset[Form]().union(*(contraries.words.firsts.get(one, frozenset()) for one in others))
        found = frozenset[str]().union(*(known.holding.get(form, frozenset()) for form in firsts))
        about = frozenset[str]().union(*(known.about.get(thing, frozenset()) for thing in self.search.asked.named))
        return found & about if about else frozenset()

    @cached_property
    def _says_nothing_but(self) -> bool:
        """Whether a French question says ne … que."""
        words = [token.word for token in self.search.asked.tokens]
        starts = [n for n, word in enumerate(words) if word in ("ne", "n")] if self.search.asked.tag == "fr" else []
        rest = words[starts[0] + 1 :] if starts else []
        return bool({"que", "qu"} & set(rest)) and not _NOT.intersection(rest)

    # Other things and numbers in the place of those that the question says

    def _rivals(self, passage: str) -> list[str]:
        """The relations by which a passage leads from what the question says to others than it says, of their kind."""
        search, known = self.search, self.search.memory
        said = frozenset[str]().union(*(clue.things for clue in search.asked.clues))
        found = set()
        for clue in (clue for clue in search.asked.clues if clue.things and self._covered(clue, passage) < FEW):
            kinds = frozenset[str]().union(*(known.facts.types.get(thing, ()) for thing in clue.things))
            for group in self._groups(passage):
                whole = known.groups[known.wholes[group.fixed, group.step]]
                if (
                    group.fixed in said - clue.things
                    and clue.things.isdisjoint(whole.told)
                    and any(is_of_kind(search, value, kinds) for value in whole.told)
                    and not any(are_near(search, value, thing) for value in whole.told for thing in clue.things)
                ):
                    found.add(relation(group.step))
        return sorted(found)

    def _tells_another_number(self, passage: str, left: Sequence[Clue]) -> bool:
        """Whether a passage tells a number or a date, but not the one that the question says."""
        properties = {group.step.property for group in self._groups(passage)}
        return any(clue.role == "number" for clue in left) and bool(properties & {VALUE, *TIMES})

    def _is_listed(self, passage: str, left: Sequence[Clue]) -> bool:
        """Whether a passage is of a complete list that the question speaks of, and leaves some of the question."""
        search = self.search
        lists = {group.step.property for group in self._groups(passage)} & search.memory.lexicon.complete
        return bool(left) and any(
            search.comparison.of_relation(clue, one) >= SYNONYM for clue in search.asked.clues for one in lists
        )

    def _groups(self, passage: str) -> list[Group]:
        known = self.search.memory
        return [known.groups[n] for n in known.groups_of.get(passage, ())]

    # How much is told

    def _weight(self, clues: Sequence[Clue]) -> float:
        return sum(clue.weight for clue in clues)

    def _share(self, passage: str) -> float:
        clues = self.search.asked.clues
        return self.search.share([self._covered(clue, passage) for clue in clues]) if clues else 0.0

    def _covered(self, clue: Clue, passage: str) -> float:
        """How well a passage tells a clue, by its words or by a relation that it states."""
        search = self.search
        relations = {group.step.property for group in self._groups(passage)}
        compare = search.comparison
        told = max([compare.told_by(clue, passage), *(compare.of_relation(clue, one) for one in relations)])
        return max(told, SYNONYM * self._is_turned(clue, passage))

    def _is_turned(self, clue: Clue, passage: str) -> bool:
        """Whether a passage says the contrary of a word."""
        poles = self._poles_of([clue]) if clue.role == "word" else frozenset[str]()
        return bool(poles) and bool(self.search.memory.contraries.turned(poles, self._bag(passage)))

    def _near(self, passage: str) -> frozenset[str]:
        """A passage with those just before and after it."""
        known = self.search.memory
        around = {passage}.union(*(known.about.get(thing, ()) for thing in self.search.asked.named - known.hubs))
        return next(run for run in known.runs(around) if passage in run)

    def _ties(self, passage: str) -> int:
        """How many relations of a passage lead from what is named to what a word or another name says."""
        search, asked = self.search, self.search.asked
        return sum(
            any(
                isinstance(value, str)
                and value != group.fixed
                and any(
                    value in clue.things or (clue.role == "word" and search.comparison.called(clue, value) >= SYNONYM)
                    for clue in asked.clues
                )
                for value in group.told
            )
            for group in self._groups(passage)
            if group.fixed in asked.named
        )


# What is decided


CERTAIN: Final = 0.8
"""How likely a yes or a no must be right to be said."""

SURE: Final = frozenset({"number", "date", "comparison"})
"""Mechanisms that compare numbers, and need no passage to bear them out."""

VERDICTS: Final = "verdicts.json"


def decide(heard: Sequence[Testimony], bench: Bench, weights: Weights | None = None) -> Judgement | None:
    """Yes or no, whichever passages and precedents make likely enough, with the passage that speaks most for it."""
    weights = weights or learned(VERDICTS)
    likely = likelihoods(heard, weights, bench)
    truth = likely[True] >= likely[False]
    if likely[truth] < CERTAIN:
        return None
    scored = [(weights.score(one.features), one) for one in heard if one.truth == truth]
    return Judgement(max(scored, key=lambda pair: round(pair[0], 9))[1].passage, truth)


def likelihoods(heard: Sequence[Testimony], weights: Weights, bench: Bench) -> dict[bool, float]:
    """How likely a yes is right, and a no; what is left over is how likely the documents do not say."""
    scores = [weights.score(weighed(one, bench)) for one in heard]
    most = max(*scores, 0.0, 0.0)
    odds = {
        truth: sum(math.exp(score - most) for score, one in zip(scores, heard, strict=True) if one.truth == truth)
        for truth in (True, False)
    }
    total = sum(odds.values()) + math.exp(-most)
    return {truth: one / total for truth, one in odds.items()}


def weighed(one: Testimony, bench: Bench) -> dict[str, float]:
    """All that is weighed of a testimony: what its passage says, and what precedents say to a yes or a no."""
    return {**one.features, **bench.verdict(truth=one.truth)}
