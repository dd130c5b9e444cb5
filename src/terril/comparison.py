"""How well the words of a question go with passages, things and relations."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from . import spelling
from .clues import Asked, Clue
from .matching import SPOKEN, Value
from .memory import Memory
from .names import ID
from .thesaurus import WORD, Form, empty, forms

SAME: Final = 1.0
SYNONYM: Final = 0.8
IN_GIST: Final = 0.9
IN_NAMES: Final = 0.8
EXPANDED: Final = 0.75
OF_ANSWER: Final = 0.7
AROUND: Final = 0.6
HUB: Final = 0.3
_OF_ANOTHER: Final = 0.7

_FIGURE: Final = ID + "figure/"
SAYING: Final = frozenset(WORD + name for name in ("say", "praise", "mention", "speaker"))


@dataclass
class Comparison:
    """One question compared with what a memory holds; what was compared is kept.

    Every quality is from 0, for nothing in common, to 1, for the same word about the same thing.
    """

    memory: Memory
    asked: Asked
    _kept: dict[tuple[str, int, object], float] = field(default_factory=dict, repr=False)
    _known: dict[Value, bool] = field(default_factory=dict, repr=False)

    def match(self, clue: Clue, words: frozenset[Form], *, closely: bool = False) -> float:
        """How well words cover a clue: by its own ones, or by others of the same sense.

        Closely: by the preferred word of that sense, or by two others, since some words have several senses.
        """
        if all(part & words for part in clue.parts):
            return SAME
        for name in clue.senses:
            if words.isdisjoint(self.memory.thesaurus.firsts[name]):
                continue
            hits = [phrase for phrase in self.memory.thesaurus.sets[name] if words.issuperset(phrase)]
            if hits and (not closely or len(hits) > 1 or hits[0] in self.memory.thesaurus.heads[name]):
                return SYNONYM
        return 0.0

    def told_by(self, clue: Clue, passage: str) -> float:
        """How well a passage covers a clue."""
        key = ("told", clue.start, passage)
        if key not in self._kept:
            self._kept[key] = self._named_by(clue, passage) if clue.role == "name" else self._said_by(clue, passage)
        return self._kept[key]

    def _named_by(self, clue: Clue, passage: str) -> float:
        known = self.memory
        content, document = known.content[passage], known.facts.document.get(passage, "")
        if clue.things & content or document in clue.things:
            return IN_GIST
        if all(part & (known.words_of[passage] | known.names_in(passage)) for part in clue.parts):
            return IN_NAMES
        around = known.around(passage)
        if clue.things & around:
            return AROUND
        return HUB if clue.things & known.hubs else 0.0

    def _said_by(self, clue: Clue, passage: str) -> float:
        known = self.memory
        if clue.role == "alien":
            return 0.0
        if clue.things & known.content[passage]:
            return IN_GIST
        in_gist = IN_GIST * self.match(clue, known.words_of[passage])
        if in_gist >= IN_NAMES:
            return in_gist
        expanded = EXPANDED * all(part & known.expansions_of[passage] for part in clue.parts)
        return max(in_gist, expanded, IN_NAMES * self.match(clue, known.names_in(passage)))

    def of_thing(self, clue: Clue, thing: str) -> float:
        """How well a thing covers a clue: by being it, by its names, by what it is."""
        key = ("thing", clue.start, thing)
        if key not in self._kept:
            if clue.role == "name":
                above = self.memory.above.get(thing, frozenset())
                self._kept[key] = SAME if thing in clue.things else AROUND * bool(clue.things & above)
            else:
                self._kept[key] = SAME if thing in clue.things else self.called(clue, thing)
        return self._kept[key]

    def called(self, clue: Clue, thing: str) -> float:
        """How well the names of a thing, or the nouns for what it is, cover a word."""
        if clue.role == "alien":
            return 0.0
        key = ("called", clue.start, thing)
        if key not in self._kept:
            is_one = all(part & self.memory.kinds_of(thing) for part in clue.parts)
            self._kept[key] = max(self.match(clue, self.memory.names_of(thing)), IN_GIST * is_one)
        return self._kept[key]

    def of_relation(self, clue: Clue, property: str) -> float:
        """How well the words of a relation cover a clue; less, if the clue names other relations."""
        if clue.role != "word":
            return 0.0
        key = ("relation", clue.start, property)
        if key not in self._kept:
            quality = self.match(clue, self.memory.relations.get(property, frozenset()), closely=True)
            if property in clue.relations:
                quality = SAME
            elif clue.relations and quality < SAME:
                quality *= _OF_ANOTHER
            self._kept[key] = quality
        return self._kept[key]

    def speaks_of(self, thing: str) -> bool:
        """Whether a question speaks of a concept, by its name or one of the same sense."""
        named = self.memory.names_of(thing)
        return any(thing in clue.things or self.match(clue, named, closely=True) for clue in self.asked.clues)

    def is_saying(self, clue: Clue) -> bool:
        """Whether a word says that somebody says something."""
        return SPOKEN in clue.relations or bool(clue.senses & SAYING)

    def knows(self, value: Value) -> bool:
        """Whether a question names a thing itself, so that it is no answer; nor is what only keeps a number."""
        if not isinstance(value, str):
            return False
        if value.startswith(_FIGURE):
            return True
        if value not in self._known:
            meant = any(value in clue.things for clue in self.asked.clues if clue is not self.asked.noun)
            self._known[value] = meant or any(
                all(part & self._said for part in name) for name in self._spelt(value) if name
            )
        return self._known[value]

    @cached_property
    def _said(self) -> frozenset[Form]:
        return union(part for clue in self.asked.clues for part in clue.parts)

    def _spelt(self, thing: str) -> Iterator[list[frozenset[Form]]]:
        tag = self.asked.tag
        for label in self.memory.facts.labels.get(thing, ()):
            if label.language in (tag, None):
                yield [forms(word, tag) for word in spelling.words(label.value) if word not in empty(tag)]

    def share_said(self, words: frozenset[Form]) -> float:
        """The share of some words that a question says, or says in other words of the same sense."""
        by_tag: dict[str, list[bool]] = {}
        for word in words:
            by_tag.setdefault(word[:2], []).append(word in self._said_or_meant)
        return max((sum(said) / max(_FEW, len(said)) for said in by_tag.values()), default=0.0)

    @cached_property
    def _said_or_meant(self) -> frozenset[Form]:
        senses = {name for clue in self.asked.clues for name in clue.senses}
        phrases = (phrase for name in senses for phrase in self.memory.thesaurus.sets[name])
        return self._said | {phrase[0] for phrase in phrases if len(phrase) == 1}


_FEW: Final = 3


def union(sets: Iterable[Iterable[str] | None]) -> frozenset[str]:
    """All that is in any of some sets, of which some may be missing."""
    return frozenset().union(*(one for one in sets if one))
