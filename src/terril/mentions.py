"""What the words of a question may stand for: things, kinds of thing, relations, and what holds them together."""

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from . import spelling
from .facts import Facts
from .grammar import ENGLISH, FRENCH, Grammar, language
from .index import FORM, Index
from .lexicon import Lexicon, Noun, Phrase, Steps, key
from .names import AUTH, ID


@dataclass(frozen=True)
class Token:
    """A word of a question: as written, folded, and what stands right before it: an apostrophe, a hyphen, a comma."""

    text: str
    word: str
    start: int
    before: str


@dataclass(frozen=True)
class Mention:
    """Words from `start` to `end` that stand for something; `role` says what in kind, `cost` how far-fetched it is."""

    start: int
    end: int
    role: str
    text: str
    cost: float = 0.0
    things: frozenset[str] = frozenset()
    noun: Noun = field(default_factory=Noun)
    steps: Steps = frozenset()
    preposition: str = ""
    participle: bool = False
    value: str = ""
    before: str = ""


_TOKEN: Final = re.compile(r"[^\W_]+|=")
_LONGEST: Final = 9
_MEASURES: Final = (f"{ID}figure/", *(f"{AUTH}{scheme}/" for scheme in ("indicator", "qualifier", "unit")))


def tokens(text: str) -> list[Token]:
    """The words of a question.

    >>> [token.word for token in tokens("Quels pôles l'Université a-t-elle ?")]
    ['quels', 'poles', 'l', 'universite', 'a', 't', 'elle']
    """
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        between = "–" if between.strip() in ("-", "–", "—") and between != between.strip() else between.strip()
        folded = spelling.words(match[0])
        found.append(Token(match[0], folded[0] if folded else match[0], match.start(), between))
        end = match.end()
    return found


def written(words: Sequence[Token]) -> str:
    """Some words of a question as they were written.

    >>> written(tokens("Où siège-t-elle, l’Agence ?"))
    'Où siège-t-elle, l’Agence'
    """
    text = ""
    for token in words:
        sign = token.before.strip()
        if not text or text.endswith("'"):
            between = ""
        elif sign in ("'", "’", "-"):
            between = sign
        else:
            between = f"{sign} " if sign in (",", ":", ";") else f" {sign} " if sign in ("&", "–", "/") else " "
        text += between + token.text
    return text


def mentions(asked: Sequence[Token], grammar: Grammar, lexicon: Lexicon, names: Index, facts: Facts) -> list[Mention]:
    """Everything that any stretch of the words may stand for."""
    named = list(_names(asked, lexicon, names))
    proper = {k for m in named if any(c.isupper() for c in m.text) for k in range(m.start, m.end)}
    return [
        *_functions(asked, grammar),
        *named,
        *_nouns(asked, lexicon),
        *_phrases(asked, grammar, lexicon),
        *_numbers(asked, grammar),
        *(word for word in _words(asked, grammar, facts) if word.start not in proper),
    ]


def text_of(asked: Sequence[Token], start: int, end: int) -> str:
    return " ".join(token.text for token in asked[start:end])


def _functions(asked: Sequence[Token], grammar: Grammar) -> Iterator[Mention]:
    for table, role in ((grammar.askers, "ask"), (grammar.markers, "mark")):
        for i, j in _spans(asked, 5):
            if what := table.get(" ".join(token.word for token in asked[i:j])):
                yield Mention(i, j, role, text_of(asked, i, j), -0.05 * (j - i - 1), value=what)
    for i, j in _spans(asked, 5):
        if preposition := grammar.compounds.get(" ".join(token.word for token in asked[i:j])):
            yield Mention(i, j, "prep", text_of(asked, i, j), -0.05, preposition=preposition)
    for phrase in grammar.phrases:
        words = phrase.split()
        for i in range(len(asked) - len(words) + 1):
            if [token.word for token in asked[i : i + len(words)]] == words:
                yield Mention(i, i + len(words), "skip", phrase, 0.05)
    for i, token in enumerate(asked):
        yield from _function(i, token, asked, grammar)


def _function(  # noqa: C901  (one case for each class of words)
    i: int, token: Token, asked: Sequence[Token], grammar: Grammar
) -> Iterator[Mention]:
    word = token.word
    apostrophe = token.before in ("'", "’")
    if _is_clitic(token) or (token.before == "-" and word in ("t", "ce", "la")):
        yield Mention(i, i + 1, "clitic", token.text)
        return
    if word == "s" and apostrophe:
        asker = i > 0 and (asked[i - 1].word in grammar.askers or asked[i - 1].word in grammar.pronouns)
        yield Mention(i, i + 1, "be" if asker else "poss", token.text)
        return
    if word in grammar.negations:
        yield Mention(i, i + 1, "neg" if word not in ("ne", "n", "t") or grammar.tag == "en" else "skip", token.text)
    for words, role in (
        (grammar.be, "be"), (grammar.do, "do"), (grammar.have, "have"), (grammar.relative, "rel"),
        (grammar.articles, "article"), (grammar.pronouns, "pron"), (grammar.light, "skip"),
        (grammar.commands if i < _EARLY else frozenset(), "skip"),
    ):  # fmt: skip
        if word in words and not (role == "rel" and i == 0) and not (role == "have" and token.text in ("à", "À")):
            asked_for = i > 0 and grammar.askers.get(asked[i - 1].word) == "which" and word not in grammar.be
            yield Mention(i, i + 1, role, token.text, (1.0 if asked_for else 0.1) if role == "skip" else 0.0)
    if word == "=":
        yield Mention(i, i + 1, "be", token.text)
    if i == 0 and word in _MODAL:
        yield Mention(i, i + 1, "do", token.text)
    if word in _STANDING_FOR_NOUNS:
        yield Mention(i, i + 1, "noun", token.text, 0.3)
    if word in grammar.prepositions:
        yield Mention(i, i + 1, "prep", token.text, preposition=grammar.prepositions[word] or word)
    if word in ("and", "et", "or", "ou", "but", "mais"):
        yield Mention(i, i + 1, "and", token.text)


_MODAL: Final = ("can", "could", "should", "will", "would", "may", "must", "might", "peut", "doit")
_EARLY: Final = 3
_STANDING_FOR_NOUNS: Final = ("those", "ceux", "celles", "celui", "celle")


def _is_clitic(token: Token) -> bool:
    """Whether a word is a French pronoun after its verb, which makes a question: travaille-t-il."""
    return token.before.endswith("-") and token.word in ("il", "elle", "ils", "elles", "on")


def _spans(asked: Sequence[Token], longest: int) -> Iterator[tuple[int, int]]:
    for i in range(len(asked)):
        for j in range(i + 1, min(len(asked), i + longest) + 1):
            yield i, j


def _names(asked: Sequence[Token], lexicon: Lexicon, names: Index) -> Iterator[Mention]:
    spans = {
        (i, j): text_of(asked, i, j)
        for i, j in _spans(asked, _LONGEST)
        if asked[i].word not in spelling.SMALL
        and asked[j - 1].word not in spelling.SMALL
        and not _has_owner(asked, i, j)
        and not _has_verb(asked, i, j)
        and not any(token.word in ("et", "ou", "or", "and") for token in asked[i:j])
    }
    exact = names.exact(spans.values())
    for (i, j), text in spans.items():
        matches = [match for match in exact.get(text, ()) if match.property]
        best = max((match.score for match in matches), default=0)
        found = {match.thing.value for match in matches if match.score >= min(best, FORM)}
        found |= lexicon.others.get(key(token.word for token in asked[i:j]), frozenset())
        found = {thing for thing in found if not thing.startswith(_MEASURES)}
        if found:
            yield Mention(i, j, "thing", text, max(0.5, 1.0 - 0.1 * (j - i - 1)), frozenset(found))


def _has_owner(asked: Sequence[Token], i: int, j: int) -> bool:
    """Whether a stretch holds a genitive: what owns and what is owned are two things."""
    return any(token.word == "s" and token.before in ("'", "’") for token in asked[i:j])


def _is_clitic_after(asked: Sequence[Token], j: int) -> bool:
    """Whether a word is followed by a pronoun that makes it a verb: siège-t-elle."""
    rest = asked[j : j + 2]
    return bool(rest) and rest[0].before.endswith("-") and (rest[0].word == "t" or _is_clitic(rest[0]))


def _has_verb(asked: Sequence[Token], i: int, j: int) -> bool:
    """Whether a stretch holds a form of to be or to have between other words: a clause, and no name."""
    return any(token.word in _CLAUSAL and token.text.islower() for token in asked[i + 1 : j - 1])


_CLAUSAL: Final = (ENGLISH.be | ENGLISH.have | FRENCH.be | FRENCH.have) - {"a", "as"}


def _nouns(asked: Sequence[Token], lexicon: Lexicon) -> Iterator[Mention]:
    for i, j in _spans(asked, 6):
        if asked[i].word in spelling.SMALL or asked[j - 1].word in spelling.SMALL or _has_verb(asked, i, j):
            continue
        if j < len(asked) and j == i + 1 and _is_clitic_after(asked, j):
            continue
        if noun := lexicon.nouns.get(key(token.word for token in asked[i:j])):
            infinitive = i > 0 and asked[i - 1].word == "to"
            yield Mention(i, j, "noun", text_of(asked, i, j), max(0.5, 0.9 - 0.1 * (j - i - 1)) + infinitive, noun=noun)


def _phrases(asked: Sequence[Token], grammar: Grammar, lexicon: Lexicon) -> Iterator[Mention]:
    fronted = _fronted(asked, grammar)
    accents = any(char in "éèêàçùôî" for token in asked for char in token.text.lower())
    for i, token in enumerate(asked):
        seen: set[Phrase] = set()
        for first in dict.fromkeys((*grammar.roots(token.word), spelling.stem(token.word))):
            for phrase in lexicon.phrases[grammar.tag].get(first, ()):
                if phrase in seen or (phrase.accented and accents and "é" not in token.text.lower()):
                    continue
                if end := _matched(phrase, i, asked, grammar):
                    seen.add(phrase)
                    yield from _with_preposition(phrase, i, end, fronted, asked, grammar)
                elif phrase.verb and len(phrase.words) > 1 and (part := _parted(phrase, i, asked, grammar)):
                    seen.add(phrase)
                    yield from _with_preposition(phrase, i, i + 1, fronted, asked, grammar)
                    yield Mention(*part, "skip", text_of(asked, *part), 0.0)


def _fronted(asked: Sequence[Token], grammar: Grammar) -> str:
    """The preposition at the head of a question: à quoi, in which."""
    head = next((i for i, token in enumerate(asked) if token.word in grammar.askers), 0)
    word = asked[head - 1].word if head else ""
    return (grammar.prepositions.get(word) or word) if word in grammar.prepositions else ""


def _matched(phrase: Phrase, i: int, asked: Sequence[Token], grammar: Grammar) -> int:
    """Where a phrase ends whose first word stands at `i`; 0 if its other words do not follow."""
    j = i + 1
    for word in phrase.words[1:]:
        while j < len(asked) and asked[j].word != word and _is_between(asked[j].word, grammar):
            j += 1
        if j >= len(asked):
            return 0
        there = asked[j].word
        there = grammar.prepositions.get(there) or there
        if there != word and not {spelling.stem(word), *grammar.roots(word)} & {
            spelling.stem(there),
            *grammar.roots(there),
        }:
            return 0
        j += 1
    return j


_FAR: Final = 7


def _parted(phrase: Phrase, i: int, asked: Sequence[Token], grammar: Grammar) -> tuple[int, int] | None:
    """Where the rest of a phrase stands if its object parts it from its verb: sets X up, met X sur pied."""
    rest = phrase.words[1:]
    for j in range(i + 2, min(len(asked), i + _FAR) - len(rest) + 1):
        if any(token.word in grammar.askers for token in asked[i + 1 : j]):
            return None
        if all(asked[j + k].word == word for k, word in enumerate(rest)):
            return j, j + len(rest)
    return None


def _is_between(word: str, grammar: Grammar) -> bool:
    return word in grammar.articles or word in ("its", "their", "s", "se", "t", "il", "elle", "elles", "ils")


def _is_after_determiner(i: int, asked: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word stands where a noun is to be expected rather than a verb: the offer, quelle adresse."""
    while i > 1 and asked[i - 1].word in grammar.light and asked[i - 1].word not in grammar.articles:
        i -= 1
    before = asked[i - 1].word if i else ""
    return before in grammar.articles and before not in _PRONOUNS


_PRONOUNS: Final = ("that", "this", "le", "la", "les", "l", "all", "each", "tous", "toutes")
_ADVERB: Final = re.compile(r".{3,}(ly|ment)")


def _with_preposition(
    phrase: Phrase, i: int, end: int, fronted: str, asked: Sequence[Token], grammar: Grammar
) -> Iterator[Mention]:
    reflexive = any(t.word in ("s", "se") and grammar.tag == "fr" for t in asked[max(0, i - 2) : i])
    participle = grammar.is_participle(asked[i].word) and not reflexive
    role = "verb" if phrase.verb else "phrase"
    asked_for = i > 0 and asked[i - 1].word in ("which", "quel", "quelle", "quels", "quelles")
    cost = 0.5 - 0.1 * (end - i - 1) + (2.0 if asked_for else 0.8 * _is_after_determiner(i, asked, grammar))
    common = {"steps": phrase.steps, "preposition": phrase.preposition, "participle": participle}
    if not phrase.preposition:
        yield Mention(i, end, role, text_of(asked, i, end), cost, **common)  # type: ignore[arg-type]
        return
    j = end
    while (
        j < len(asked)
        and (
            _ADVERB.fullmatch(asked[j].word)
            or asked[j].word in ("t", "il", "elle", "ils", "elles", "together", "closely", "only", "especially")
        )
        and j < end + 2
    ):
        j += 1
    if j < len(asked) and (grammar.prepositions.get(asked[j].word) or asked[j].word) == phrase.preposition:
        yield Mention(i, j + 1, role, text_of(asked, i, j + 1), cost - 0.15, **common)  # type: ignore[arg-type]
    elif fronted == phrase.preposition:
        yield Mention(i, end, role, text_of(asked, i, end), cost - 0.1, value="fronted", **common)  # type: ignore[arg-type]
    elif (phrase.verb or fronted) and not any(t.word in grammar.prepositions for t in asked[end : end + 1]):
        yield Mention(i, end, role, text_of(asked, i, end), cost + 0.4, **common)  # type: ignore[arg-type]


def _numbers(asked: Sequence[Token], grammar: Grammar) -> Iterator[Mention]:
    for i, token in enumerate(asked):
        if token.word.isdecimal() or token.word in grammar.numbers:
            value = token.word if token.word.isdecimal() else str(grammar.numbers[token.word])
            yield Mention(i, i + 1, "number", token.text, 0.3, value=value)


def _words(asked: Sequence[Token], grammar: Grammar, facts: Facts) -> Iterator[Mention]:
    closed = spelling.SMALL | grammar.closed
    for i, token in enumerate(asked):
        if len(token.word) > 1 and token.word not in closed and not _is_half(asked, i):
            stems = [spelling.stem(form) for form in (token.word, *grammar.roots(token.word))]
            if known := next((stem for stem in stems if stem in facts.vocabulary), None):
                yield Mention(i, i + 1, "word", token.text, 1.6, value=known)


def _is_half(asked: Sequence[Token], i: int) -> bool:
    """Whether a word is one half of a compound with a hyphen, both with capitals: Minister-President."""
    token, following = asked[i], asked[i + 1] if i + 1 < len(asked) else None
    joined = (token.before == "-" and asked[i - 1].text[:1].isupper()) or (
        following is not None and following.before == "-" and following.text[:1].isupper()
    )
    return joined and token.text[:1].isupper()


# Segmentations


@dataclass(frozen=True)
class Segmentation:
    """A choice of mentions that covers a question; words that none covers are left over."""

    mentions: tuple[Mention, ...]
    cost: float
    left: tuple[str, ...] = ()
    clitic: bool = False


_UNKNOWN: Final = 6.0


def segmentations(asked: Sequence[Token], found: Sequence[Mention], most: int = 48) -> list[Segmentation]:
    """The cheapest ways to cover the words with mentions, cheapest first."""
    starting: list[list[Mention]] = [[] for _ in asked]
    for mention in found:
        starting[mention.start].append(mention)
    for i, token in enumerate(asked):
        starting[i].append(Mention(i, i + 1, "unknown", token.text, _UNKNOWN))
    best: list[list[tuple[float, tuple[Mention, ...]]]] = [[] for _ in range(len(asked) + 1)]
    best[0] = [(0.0, ())]
    for i in range(len(asked)):
        best[i] = heapq.nsmallest(most, best[i], key=lambda item: item[0])
        for cost, path in best[i]:
            for mention in starting[i]:
                best[mention.end].append((cost + mention.cost, (*path, mention)))
    ends = heapq.nsmallest(most, best[-1], key=lambda item: item[0])
    clitic = any(_is_clitic(token) for token in asked)
    return [
        Segmentation(
            tuple(replace(mention, before=asked[mention.start].before) for mention in path),
            cost,
            tuple(mention.text for mention in path if mention.role == "unknown"),
            clitic,
        )
        for cost, path in ends
    ]


def read(text: str, lexicon: Lexicon, names: Index, facts: Facts) -> tuple[Grammar, list[Token], list[Segmentation]]:
    """The language of a question, its words, and what they may stand for."""
    asked = tokens(text)
    grammar = language(token.word for token in asked)
    found = segmentations(asked, mentions(asked, grammar, lexicon, names, facts))
    if found and found[0].left:
        for other in _shorter(asked, grammar, lexicon, names):
            again = segmentations(other, mentions(other, grammar, lexicon, names, facts))
            if again and not again[0].left:
                return grammar, other, again
    return grammar, asked, found


def _shorter(asked: list[Token], grammar: Grammar, lexicon: Lexicon, names: Index) -> Iterator[list[Token]]:
    """A question with slips mended, without what is said before it, without remarks around it; and all of that."""
    mended = _mended(asked, grammar, lexicon, names)
    yield mended
    for one in (asked, mended):
        if short := _without_preamble(one, grammar, lexicon, names):
            yield short
        if core := _without_remarks(one, grammar, lexicon, names):
            yield core


def _without_remarks(asked: list[Token], grammar: Grammar, lexicon: Lexicon, names: Index) -> list[Token] | None:
    """A question without the parts between commas, dashes and the like that ask for nothing and name nothing."""
    starts = [0, *(i for i, token in enumerate(asked) if i and any(sign in token.before for sign in ",.;:!?()–—"))]
    parts = [asked[i:j] for i, j in zip(starts, [*starts[1:], len(asked)], strict=True)]
    kept = [
        part
        for k, part in enumerate(parts)
        if any(token.word in grammar.askers or token.word.isdecimal() for token in part)
        or any(True for _ in _names(part, lexicon, names))
        or (k == 0 and not any(token.word in grammar.askers for token in asked))
    ]
    return [token for part in kept for token in part] if 0 < len(kept) < len(parts) else None


def _without_preamble(asked: list[Token], grammar: Grammar, lexicon: Lexicon, names: Index) -> list[Token] | None:
    """A question without what is said before it, but for the last thing named there: about X: what does it do?"""
    start = next(
        (i for i, t in enumerate(asked) if i and any(s in t.before for s in ":.!;–—,") and _asks(asked[i:], grammar)), 0
    )
    if not start:
        return None
    named = [m for m in _names(asked[:start], lexicon, names) if m.end - m.start > 0]
    last = max(named, key=lambda m: (m.end, m.end - m.start), default=None)
    return [*(asked[last.start : last.end] if last else ()), *asked[start:]]


def _asks(asked: Sequence[Token], grammar: Grammar) -> bool:
    return any(token.word in grammar.askers for token in asked[:3])


def _mended(asked: list[Token], grammar: Grammar, lexicon: Lexicon, names: Index) -> list[Token]:
    """The words with those that nothing is known by spelt as the one word that lies near."""
    from rapidfuzz.distance import OSA

    known = {word for word in (*lexicon.known(grammar.tag), *grammar.words()) if len(word) > _SHORT}
    stems = {spelling.stem(word) for word in known}
    mended = []
    for token in asked:
        spelt = [
            word for word in (token.word, *grammar.roots(token.word)) if word in known or spelling.stem(word) in stems
        ]
        if len(token.word) > _SHORT and token.word.isalpha() and not spelt:
            most = spelling.slips(len(token.word))
            near = {word for word in (*names.near(token.word), *known) if _is_slip(token.word, word, most)}
            best = sorted((OSA.distance(word, token.word), word) for word in near)
            if (
                best
                and best[0][0]
                and (
                    len(best) == 1 or best[0][0] < best[1][0] or spelling.stem(best[0][1]) == spelling.stem(best[1][1])
                )
            ):
                token = replace(token, word=best[0][1], text=best[0][1])
        mended.append(token)
    return mended


_SHORT: Final = 3
_EXCHANGED: Final = 8


def _is_slip(word: str, other: str, most: int) -> bool:
    """Whether a word is another with a letter left out, doubled or transposed; in a long one also with another letter.

    In short words an exchanged letter, and in all another first one, makes another word rather than a slip.
    """
    from rapidfuzz.distance import OSA

    if word[0] != other[0] or OSA.distance(word, other, score_cutoff=most) > most:
        return False
    return len(word) >= _EXCHANGED or len(word) != len(other) or sorted(word) == sorted(other)
