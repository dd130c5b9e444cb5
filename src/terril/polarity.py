"""Whether a question is to be answered with yes or no, by how its words stand."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from . import spelling
from .grammar import Grammar
from .mentions import Token


def _phrases(*texts: str) -> tuple[tuple[str, ...], ...]:
    """Phrases as folded words, the longest first."""
    return tuple(sorted((tuple(spelling.words(text)) for text in texts), key=len, reverse=True))


_LEADS: Final = _phrases(
    *("would you say", "would you say that", "do you think", "do you think that", "is it true that", "is it so that"),
    *("can you confirm that", "can you tell me if", "can you tell me whether", "could you tell me whether", "so"),
    *("am i right that", "am i right in thinking that", "am i right to think that", "am i correct that"),
    *("is it right that", "is it correct that", "is it fair to say that", "is it the case that", "can it be said that"),
    *("could you tell me if", "do you know if", "do you know whether", "tell me if", "tell me whether", "and", "but"),
    *("can one say that", "i wonder if", "i wonder whether", "i would like to know if", "true or false", "am i right"),
    *("diriez-vous que", "savez-vous si", "dites-moi si", "pouvez-vous me dire si", "peut-on dire que", "vrai ou faux"),
    *(
        "ai-je raison de penser que",
        "est-il correct que",
        "est-il juste que",
        "est-ce vrai que",
        "est-ce exact que",
        "est-il vrai que",
        "est-il exact que",
        "pouvez-vous confirmer que",
        "je me demande si",
        "et",
        "mais",
        "dis-moi si",
    ),
)
"""What leads up to a question of yes or no, or to what is to be confirmed."""

_TAILS: Final = _phrases(
    *("right", "correct", "true", "yes or no", "or not", "or is it not", "no", "yes", "true or false", "isn t it"),
    *("yeah", "is that so", "is that true", "is that correct"),
    *("c est juste", "c est vrai", "c est exact", "c est correct", "c est bien cela", "pas vrai"),
    *("doesn t it", "aren t they", "don t they", "didn t it", "wasn t it", "hasn t it", "is that right", "am i right"),
    *("oui ou non", "ou non", "ou pas", "non", "oui", "vrai", "n est-ce pas", "vrai ou faux", "c est bien ça", "exact"),
)
"""What asks to confirm what was said before it."""

_MODALS: Final = frozenset(["can", "could", "will", "would", "should", "must", "may", "might", "shall"])
_CLITICS: Final = frozenset(["il", "elle", "ils", "elles", "on", "ce"])
_ASKING: Final = frozenset(spelling.words("who whom whose what which where when why how many much"))
_ASKING_FRENCH: Final = frozenset(
    spelling.words("quel quelle quels quelles quoi qui quand pourquoi comment combien lequel laquelle lesquels")
)
_JOINING: Final = frozenset(spelling.words("when where who which"))
_PRONOUNS: Final = frozenset(["c", "ce", "elle", "il", "elles", "ils"])
_CHOOSING: Final = frozenset({"more", "fewer", "first", "last", "most", "fewest"})
_SELF: Final = frozenset(["you", "i", "we", "vous", "tu", "je"])


def is_polar(tokens: Sequence[Token], grammar: Grammar, marks: Collection[str] = ()) -> bool:
    """Whether a question asks for yes or no: a verb begins it, or is inverted, or it asks to confirm.

    A question that offers a choice, as between more of one or of another, asks for one of the two.

    >>> from .grammar import ENGLISH
    >>> from .mentions import tokens
    >>> [is_polar(tokens(text), ENGLISH) for text in ("Is Mons in Wallonia?", "Which cluster is in Mons?")]
    [True, False]
    """
    core, told = _core(list(tokens))
    if not core or asks_openly(tokens, grammar) or ("or" in marks and not _CHOOSING.isdisjoint(marks) and not told):
        return False
    if grammar.tag == "en":
        words = [token.word for token in core]
        asks = not _ASKING.isdisjoint(words[:_EARLY]) and not (_begins(words, grammar) and _joins(words))
        return not asks and (told or _begins(words, grammar) or _resumes(core, grammar))
    place = _inverted(core, grammar)
    if place < 0 and not told and not _takes_up(core, grammar):
        return False
    before = core[:place] if place > 0 else core
    asks = any(
        token.word in _ASKING_FRENCH and not (n and "," in token.before) and not _is_relative(before, n)
        for n, token in enumerate(before)
    )
    return not asks and core[0].word not in ("qu", "que")


def _is_relative(tokens: Sequence[Token], place: int) -> bool:
    """Whether a French pronoun goes on with what a question begins by pointing at: c’est l’Europe qui …"""
    words = [token.word for token in tokens[:place]]
    points = any(pair in _POINTING for pair in pairwise(words[:-1]))
    return tokens[place].word == "qui" and points


_POINTING: Final = (("c", "est"), ("est", "ce"))
_EARLY: Final = 4


def asks_openly(tokens: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a question word heads a clause, or a command does, so that more than yes or no is asked for.

    A word that may lead a relative clause as well heads one of its own at the very start, after a full stop, or after
    a comma that ends what only leads up to it: besides Google, who …

    >>> from .grammar import FRENCH
    >>> from .mentions import tokens
    >>> [asks_openly(tokens(text), FRENCH) for text in ("À part Mons, qui est là ?", "Mons, qui croît, est-elle…")]
    [True, False]
    """
    leads_up = tokens[0].word in (*grammar.prepositions, *_LEADING_UP) if tokens else False
    return any(_heads(tokens, n, grammar, leads_up=leads_up) for n in range(len(tokens)))


def _heads(tokens: Sequence[Token], n: int, grammar: Grammar, *, leads_up: bool) -> bool:
    """Whether a word is a question word, or a command, at the head of a clause."""
    word = "où" if tokens[n].text.lower() == "où" else tokens[n].word
    start = n - 1 if n and tokens[n - 1].word in grammar.prepositions and not _STOPS & set(tokens[n].before) else n
    signs = set(tokens[start].before) if start else _STOPS
    full = bool(signs & _STOPS)
    if word in grammar.commands and n == start:
        return n > 0 and full
    if word not in _OPEN[grammar.tag]:
        return grammar.tag == "fr" and word in _CLOSED_FRENCH and not _is_whether(tokens, n)
    if tuple(token.word for token in tokens[n : n + 2]) in _WHETHER:
        return False
    return full or ("," in signs and leads_up)


_STOPS: Final = frozenset(".:?!;–")
_OPEN: Final = {
    "en": frozenset(spelling.words("who whom whose what which where when why how")),
    "fr": frozenset(["qui", "que", "qu", "où", "quand"]),
}
_CLOSED_FRENCH: Final = _ASKING_FRENCH - _OPEN["fr"]
"""French question words that lead no relative clause, wherever they stand."""
_WHETHER: Final = (("que", "si"),)
_LEADING_UP: Final = frozenset(spelling.words("hormis si outre excepte sauf besides beside leaving apart other"))


def _is_whether(tokens: Sequence[Token], n: int) -> bool:
    """Whether a word says no matter which: n’importe quel, quel que soit."""
    return tokens[n - 1].word == "importe" or [token.word for token in tokens[n + 1 : n + 2]] == ["que"]


def _core(tokens: list[Token]) -> tuple[list[Token], bool]:
    """The words without what leads up to them and what asks to confirm them, and whether these make a question."""
    start, end = lead(tokens), tail(tokens)
    return tokens[start:end], end < len(tokens) or start > 1


def tail(tokens: Sequence[Token]) -> int:
    """Where what asks to confirm the words before it begins, else where the words end.

    >>> from .mentions import tokens
    >>> tail(tokens("Mons grows, yes or no?")), tail(tokens("Is Mons true?"))
    (2, 3)
    """
    rest = tuple(token.word for token in tokens[lead(tokens) :])
    found = next((one for one in _TAILS if len(rest) > len(one) and rest[-len(one) :] == one), ())
    stopped = bool(found) and (len(found) > 1 or bool(tokens[-1].before.strip("'’")))
    return len(tokens) - (len(found) if stopped else 0)


def lead(tokens: Sequence[Token]) -> int:
    """How many words only lead up to a question of yes or no.

    >>> from .mentions import tokens
    >>> lead(tokens("Is it true that Mons grows?")), lead(tokens("Is Mons true?"))
    (4, 0)
    """
    words = tuple("que" if token.word == "qu" else token.word for token in tokens)
    return next((len(one) for one in _LEADS if words[: len(one)] == one), 0)


def _begins(words: Sequence[str], grammar: Grammar) -> bool:
    """Whether a verb stands first, and nobody who takes part in the talk is its subject."""
    verbs = (grammar.be | grammar.do | grammar.have | _MODALS) - _NO_VERBS
    return words[0] in verbs and not _SELF.intersection(words[1:2])


def _joins(words: Sequence[str]) -> bool:
    """Whether the question words only join clauses."""
    return all(word in _JOINING for word in words if word in _ASKING) and words[1:2] not in (["it"], ["there"])


def _inverted(core: Sequence[Token], grammar: Grammar) -> int:
    """Where a French verb is followed by its subject (est-elle, compte-t-il, est-ce que); -1 if it is nowhere."""
    for n, token in enumerate(core[1:], 1):
        before = core[n - 1].word
        if token.word in _CLITICS and (before == "t" or token.before == "-" or before in grammar.be | grammar.have):
            return n - 1
    return -1


def _resumes(core: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a verb and a pronoun take up what stands before a comma: MecaTech, does it …; or a verb begins the clause
    after a comma that ends what only says who says so: according to the profile, has …
    """
    verbs = (grammar.be | grammar.do | grammar.have | _MODALS) - _NO_VERBS
    leads_up = core[0].word in grammar.prepositions or core[0].word in _SAYING
    pairs = pairwise(core[1:])
    return any(
        bool({",", "–"} & set(one.before)) and one.word in verbs and (leads_up or two.word in _TAKING_UP)
        for one, two in pairs
    )


_NO_VERBS: Final = frozenset(["been", "be", "being", "having", "s"])
_SAYING: Final = frozenset(["according", "going"])
_TAKING_UP: Final = frozenset(["it", "he", "she", "they", "that", "this", "there"])


def _takes_up(core: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what stands before a comma is taken up by a pronoun: MecaTech, c'est un pôle ?"""
    pairs = pairwise(core[1:])
    stopped = ((one.word, two.word) for one, two in pairs if "," in one.before)
    return any(one == "ca" or (one in _PRONOUNS and two in grammar.be) for one, two in stopped)
