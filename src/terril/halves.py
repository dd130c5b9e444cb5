"""Questions that ask two things at once: who founded a firm, and what does it make?

Each half is made a question of its own. What it leaves to the other is filled in: the noun that is counted, the clause
that both share, what a pronoun stands for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from . import mentions, polarity, spelling
from .facts import Facts
from .grammar import GRAMMARS, Grammar, language
from .index import Index
from .inquiry import Inquiry
from .mentions import Mention, Token

_Words = tuple[Token, ...]


@dataclass(frozen=True)
class Halves:
    """Two questions out of one.

    The second one may `refer` by a pronoun, of a `person` perhaps, to what the first one names, or to what answers it:
    rather to the latter, if the first one asks who or what does something.
    """

    tag: str
    first: str
    second: _Words
    name: str = ""
    refers: bool = False
    person: bool = False
    asks_subject: bool = False

    def referents(self, answer: str, *, is_person: bool) -> Sequence[str]:
        """What the second question may speak of, the likelier first: what the first one names, or what answers it.

        An English he is a person, and an it is none. A second question without a pronoun may need no name at all.
        """
        if not self.refers:
            return ("", self.name) if self.name else ("",)
        if self.tag == "en" and is_person:
            return (answer,) if self.person else (self.name,)
        order = (answer, self.name) if self.asks_subject else (self.name, answer)
        return tuple(name for name in order if name)

    def spelt(self, name: str = "") -> str:
        """The second question, with a name in the place of its pronoun."""
        return _question(_named(self.second, name, self.tag) if name else self.second)


def halves(text: str, inquiry: Inquiry, names: Index, hubs: frozenset[str]) -> Halves | None:
    """A question as two, if it asks two things; nothing if it asks one.

    A name of one of the `hubs` is what a pronoun stands for only if there is no other.
    """
    asked = mentions.tokens(text)
    grammar = language(token.word for token in asked)
    if len(asked) < _FEWEST or polarity.is_polar(asked, grammar):
        return None
    found = mentions.mentions(asked, grammar, inquiry.lexicon, names, inquiry.facts)
    return _Clauses(tuple(asked), grammar, found, hubs, inquiry.facts).parted()


_FEWEST: Final = 6
_AND: Final = frozenset(["and", "et"])
_LEADING: Final = 3
_ASKING: Final = {
    "en": frozenset(spelling.words("who whom whose what which where when why how")),
    "fr": frozenset(
        spelling.words("qui que quoi quel quelle quels quelles lequel laquelle lesquels lesquelles")
        + spelling.words("quand comment combien pourquoi où")
    ),
}
_OR_WHERE: Final = "ou"
_CHOOSING: Final = frozenset(spelling.words("which what quel quelle quels quelles"))
_ALONE: Final = frozenset(spelling.words("which combien lequel laquelle lesquels lesquelles"))
_NUMBERING: Final = frozenset(["many", "much"])
_RELATIVE: Final = frozenset(spelling.words("who which where when qui que quand où"))
_CIRCUMSTANCE: Final = frozenset(spelling.words("where when how où quand comment combien que"))
_OWNED: Final = frozenset(["what", "quel", "quelle", "quels", "quelles"])
_HELPING: Final = {
    "en": frozenset(spelling.words("can could will would should must may might shall")),
    "fr": frozenset(spelling.words("se s peut peuvent doit doivent")),
}
_PERSONS: Final = frozenset(spelling.words("he she him his her"))
_PLAIN: Final = {"en": frozenset(spelling.words("it they he she him")), "fr": frozenset(["lui"])}
_THEM: Final = "them"
_OWNING: Final = {
    "en": frozenset(spelling.words("its their his her")),
    "fr": frozenset(["son", "sa", "ses", "leur", "leurs"]),
}
_SUBJECTS: Final = frozenset(["il", "elle", "ils", "elles"])
_OBJECTS: Final = frozenset(["le", "la", "l", "les", "y", "en"])
_THERE: Final = "there"
_ARTICLES: Final = {"sa": "la", "son": "le", "ses": "les", "leur": "le", "leurs": "les"}
_THE: Final = {
    "en": frozenset(["the", "this", "that", "these", "those"]),
    "fr": frozenset(["le", "la", "l", "ce", "cet", "cette", "les", "ces"]),
}
_OF: Final = {"en": frozenset(["of"]), "fr": frozenset(["de", "du", "des", "d"])}
_AMONG: Final = frozenset(["of", "d", "parmi"])
_THEM_WORDS: Final = frozenset(["them", "these", "those", "entre", "eux", "elles", "ceux", "celles", "ci"])
_THAT: Final = frozenset(["that", "those", "celui", "celle", "ceux", "celles"])
_VOWELS: Final = frozenset("aeiouyh")


@dataclass(frozen=True)
class _Clauses:
    """The words of a question while it is parted, and what they may stand for."""

    words: _Words
    grammar: Grammar
    found: Sequence[Mention]
    hubs: frozenset[str]
    facts: Facts

    @property
    def tag(self) -> str:
        return self.grammar.tag

    @property
    def length(self) -> int:
        return len(self.words)

    @cached_property
    def names(self) -> Sequence[Mention]:
        """The longest names, and those of several words."""
        named = [m for m in self.found if m.role == "thing" and (_is_proper(m.text) or m.end - m.start > 1)]
        return [m for m in named if not any(_is_inside(m, other) for other in named)]

    def parted(self) -> Halves | None:
        """The question as two, where an and, or a question mark, stands before a second question word."""
        head = self._head()
        for n in range(head + 1, self.length) if head >= 0 else ():
            start = n + (self.words[n].word in _AND)
            if start > n or "?" in self.words[n].before:
                asker = self._asker(start)
                start += asker == start + 1 and self.words[start].word == "ce"
                if start <= asker <= start + 1 and not self._is_relative(head, n, asker):
                    return self._halves(head, n, start, asker)
                if self._is_that_of(start):
                    return self._with_other_owner(n, start)
        return None

    def _head(self) -> int:
        """The question word or command that the question begins with, but for what only leads up to it; else -1."""
        light = {n for m in self.found if m.role in ("skip", "prep") for n in range(m.start, m.end)}
        head = next((n for n in range(self.length) if self._is_asker(n)), self.length)
        if head == self.length or not light.issuperset(range(head)):
            return 0 if self.words[0].word in self.grammar.commands else -1
        return head

    def _asker(self, start: int) -> int:
        """The first question word from a place on, if it stands there or soon after; else -1."""
        near = range(start, min(self.length, start + _LEADING))
        return next((n for n in near if self._is_asker(n)), -1)

    def _is_asker(self, n: int) -> bool:
        token = self.words[n]
        return token.word in _ASKING[self.tag] and (token.word != _OR_WHERE or token.text.lower() == "où")

    def _is_relative(self, head: int, end: int, asker: int) -> bool:
        """Whether a second question word rather goes on with a relative clause of the first part."""
        word = self.words[asker].word
        if word in _RELATIVE and any(token.word == word for token in self.words[head + 1 : end]):
            return True
        chooses = self.words[head].word in _CHOOSING and not self._is_verb(head + 1)
        return self.tag == "fr" and word in ("qui", "que") and chooses and not self._refers(self.words[asker + 1 :])

    # Words

    def _is_verb(self, n: int) -> bool:
        """Whether a word is a verb, or helps one, and no noun."""
        if n >= self.length or self.words[n].text in ("à", "À"):
            return False
        word, grammar = self.words[n].word, self.grammar
        if word in grammar.be | grammar.do | grammar.have | _HELPING[self.tag]:
            return True
        as_noun = any(m.role in ("noun", "thing") and m.start <= n < m.end for m in self.found)
        after_which = self.tag == "fr" and n > 0 and self.words[n - 1].word in _CHOOSING
        return not as_noun and not after_which and any(m.role == "verb" and m.start == n for m in self.found)

    def _verb(self, start: int, end: int) -> int:
        """The first verb between two places; -1 if there is none."""
        return next((n for n in range(start, end) if self._is_verb(n)), -1)

    def _name(self, start: int, end: int) -> Mention | None:
        """The last name between two places, but for hubs if there is another."""
        inside = (m for m in self.names if start <= m.start and m.end <= end)
        return max(inside, key=lambda m: (not m.things & self.hubs, _is_proper(m.text), m.end), default=None)

    def _is_clause(self, start: int, end: int) -> bool:
        """Whether some words say more than what is asked for: they hold a verb or a proper name."""
        named = self._name(start, end)
        return self._verb(start, end) >= 0 or (named is not None and _is_proper(named.text))

    def _refers(self, words: _Words) -> bool:
        """Whether some words hold a pronoun for what was named before."""
        return any(_is_pronoun(words, n, self.tag) for n in range(len(words)))

    # Halves

    def _halves(self, head: int, end: int, start: int, asker: int) -> Halves | None:
        if not self._is_clause(head + 1, end):
            return self._with_shared_end(end, start, asker)
        named = self._name(asker + 1, self.length)
        if self._verb(asker + 1, self.length) < 0 and (named is None or named.start == asker + 1):
            return self._with_shared_clause(head, end, start, named)
        if named is not None and self._name(head + 1, end) is None and not self._refers(self.words[start:]):
            return None  # the first half says too little by itself
        second = self._with_noun(head, start, asker)
        return self._whole(head, end, second, asker) if second else None

    def _with_shared_end(self, end: int, start: int, asker: int) -> Halves | None:
        """When and where did it happen: both halves go on with what the second one says."""
        tail = self._tail(asker + 1, self.length)
        if not tail:
            return None
        return Halves(self.tag, _question((*self.words[:end], *self.words[tail:])), self.words[start:])

    def _tail(self, start: int, end: int) -> int:
        """Where what follows a question word and its noun begins: a verb, or in French an article or a name too."""
        for n in range(start, end):
            named = any(m.start == n and _is_proper(m.text) for m in self.names)
            begins = named or self.words[n].word in ("le", "la", "l", "les")
            bare = n == start and self.words[n - 1].word in _CHOOSING
            if self._is_verb(n) or (self.tag == "fr" and begins and not bare):
                return n
        return 0

    def _with_shared_clause(self, head: int, end: int, start: int, named: Mention | None) -> Halves:
        """When did it happen, and by whom: the second half is only a question word, or another name."""
        words, old = self.words, self._name(head + 1, end)
        if named is not None and old is not None:
            return Halves(self.tag, _question(words[:end]), (*words[: old.start], *words[named.start :]))
        noun = head + 1 + (words[head + 1].word in _NUMBERING)
        tail = self._tail(noun, end) or noun
        return Halves(self.tag, _question(words[:end]), (*words[start:], *words[tail:end], *words[noun:tail]))

    def _with_noun(self, head: int, start: int, asker: int) -> _Words:
        """The second half, with the noun of the first if its question word stands alone: and how many are digital?

        Nothing, if the first has no such noun.
        """
        words = self.words
        numbering = words[asker].word == "how" and words[asker + 1].word in _NUMBERING
        place = asker + 1 + numbering
        first = head + 1 + (words[head + 1].word in _NUMBERING)
        noun = words[first : self._tail(first, start) or first]
        alone = (numbering or words[asker].word in _ALONE) and (self._is_verb(place) or words[place].word in _AMONG)
        if alone and not noun:
            return ()
        if not alone or self._is_verb(first):
            return words[start:]
        while words[place].word in _AMONG | _THEM_WORDS and place < self.length - 1:
            place += 1
        return (*words[start : asker + 1 + numbering], *noun, *words[place:])

    def _whole(self, head: int, end: int, second: _Words, asker: int) -> Halves:
        """Two whole questions, with what a pronoun in the second one may stand for."""
        named, verb = self._name(head + 1, end), self._verb(head + 1, end)
        name = mentions.written(self.words[named.start : named.end]) if named is not None else ""
        person = self.tag == "en" and any(token.word in _PERSONS for token in second)
        subject = self._asks_subject(head, verb)
        refers = self._refers(second)
        open_end = refers or self._name(asker + 1, self.length) is None
        kind = named is not None and not refers and self._is_of_kind(named, asker)
        name, first = name if open_end else "", _question(self.words[:end])
        return Halves(self.tag, first, second, name, refers or kind, person, subject and not kind)

    def _is_of_kind(self, named: Mention, asker: int) -> bool:
        """Whether a name is meant by a noun for what it is, with an article: the institute, ce cluster."""
        kinds = frozenset[str]().union(*(self.facts.types.get(thing, ()) for thing in named.things))
        nouns = [m for m in self.found if m.role == "noun" and m.start > asker + 1 and m.noun.classes & kinds]
        return any(self.words[m.start - 1].word in _THE[self.tag] for m in nouns)

    def _asks_subject(self, head: int, verb: int) -> bool:
        """Whether the first half asks who or what does something, rather than for what is a thing's own."""
        word = self.words[head].word
        if word in _CIRCUMSTANCE or verb < 0:
            return False
        owned = verb == head + 1 and self.words[verb].word in self.grammar.be and word in _OWNED
        return not owned and self.words[verb].word not in self.grammar.do and self._name(head + 1, verb) is None

    # That of another

    def _is_that_of(self, start: int) -> bool:
        """Whether the noun is left out: and that of the other."""
        after = [token.word for token in self.words[start : start + 2]]
        return len(after) > 1 and after[0] in _THAT and after[1] in _OF[self.tag]

    def _with_other_owner(self, end: int, start: int) -> Halves | None:
        """What is the number of these, and that of those: the second half says of what else."""
        verb = self._verb(0, end)
        of = [n for n in range(max(verb, 1), end) if self.words[n].word in _OF[self.tag]]
        if not of:
            return None
        is_code = self.words[of[0] - 1].word in ("numero", "code")
        place = of[1] if is_code and len(of) > 1 else of[0]
        return Halves(self.tag, _question(self.words[:end]), (*self.words[:place], *self.words[start + 1 :]))


def _is_proper(text: str) -> bool:
    return text[:1].isupper()


def _is_inside(one: Mention, other: Mention) -> bool:
    longer = other.end - other.start > one.end - one.start
    proper = _is_proper(other.text) or not _is_proper(one.text)
    return other is not one and other.start <= one.start and one.end <= other.end and longer and proper


# Pronouns


def _is_pronoun(words: _Words, n: int, tag: str) -> bool:
    """Whether a word stands for what was named before: it, its, there; son, l’a, travaille-t-il."""
    word = words[n].word
    if tag == "en":
        of_them = word == _THEM and n > 0 and words[n - 1].word == "of"
        return word in _PLAIN[tag] | _OWNING[tag] | {_THERE, _THEM} and not of_them
    return word in _PLAIN[tag] | _OWNING[tag] | _SUBJECTS or _is_object(words, n)


def _is_object(words: _Words, n: int) -> bool:
    """Whether a French word is a pronoun before its verb rather than an article: qui le dirige, qui l’a fondée."""
    if words[n].word not in _OBJECTS or n + 1 >= len(words):
        return False
    grammar, after = GRAMMARS["fr"], words[n + 1]
    ends = n > 0 and words[n - 1].word == "qui" and n + 2 == len(words)
    helped = words[n].word != "en" and after.word in grammar.have | grammar.be and after.text not in ("à", "À")
    return words[n].word == "y" or ends or helped


def _named(words: _Words, name: str, tag: str) -> _Words:
    """Some words with a name in the place of the first pronoun, or after them, if it cannot stand there."""
    kept, end = [], ""
    pronouns = [n for n in range(len(words)) if _is_pronoun(words, n, tag)]
    for n, token in enumerate(words):
        if n not in pronouns:
            kept.append(replace(token, before="") if n - 1 in pronouns else token)
        elif tag == "en":
            kept += _in_english(token, name if n == pronouns[0] else "", last=n + 1 == len(words))
        else:
            kept = kept[:-1] if kept and kept[-1].word == "t" and token.before == "-" else kept
            kept += _in_french(token, words[n + 1 : n + 2], name if n == pronouns[0] else "")
            end = end or (name if n == pronouns[0] and token.word not in _SUBJECTS else "")
            end = f"de {name}" if end == name and token.word in _ARTICLES else end
    if not pronouns:
        end = f"{'of' if tag == 'en' else 'de'} {name}"
    return (*kept, *((Token(end, "", 0, ""),) if end else ()))


def _in_english(token: Token, name: str, *, last: bool) -> Iterator[Token]:
    if token.word == _THERE or not name:
        return
    owns = token.word in _OWNING["en"] and not last
    yield Token(f"{name}'s" if owns else name, "", 0, "")


def _in_french(token: Token, after: _Words, name: str) -> Iterator[Token]:
    if token.word in _ARTICLES:
        article = _ARTICLES[token.word]
        elided = article in ("le", "la") and after and after[0].word[:1] in _VOWELS
        yield Token("l'" if elided else article, article, 0, "")
    elif token.word in _SUBJECTS and name:
        yield Token(name, "", 0, "")


# Text


def _question(words: Sequence[Token]) -> str:
    text = mentions.written(words)
    return f"{text[:1].upper()}{text[1:]}?"
