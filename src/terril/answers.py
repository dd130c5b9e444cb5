"""Asking: a catalogued question by its name, or any question in words."""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import pyoxigraph as ox

from . import (
    catalogue,
    clues,
    composition,
    facts,
    halves,
    index,
    keeping,
    lexicon,
    mentions,
    ranking,
    recollection,
    search,
    testimony,
    understanding,
)
from .benches import bench
from .candidates import Candidate
from .catalogue import Answer, Question
from .clues import Asked
from .contests import contest
from .contraries import Contraries
from .errors import NotUnderstood, UnknownParameter
from .exceptions import exceptions
from .exclusions import excluded
from .facts import Facts
from .halves import Halves
from .holdings import consult
from .home import Home
from .index import Index
from .inquiry import Inquiry, Try
from .judgement import is_turned_round, judge, stated
from .languages import in_language
from .lexicon import Lexicon, Noun, Phrase, Step
from .memberships import by_list
from .memory import Group, Memory
from .mentions import Segmentation
from .names import expand
from .remainders import remainders
from .results import Result, Solutions, Store, Truth, labelled
from .store import Embedded, Where, connect
from .testimony import Hearing
from .thesaurus import Thesaurus
from .understanding import Understanding
from .verdicts import Judgement

_log = logging.getLogger("terril")


def ask(
    question: str,
    /,
    *,
    at: Where = None,
    lang: str | None = None,
    home: Home | str | Path | None = None,
    **values: object,
) -> Answer:
    """Ask a catalogued question by its name, with values for its parameters, or any question in words.

    A single word is a name, as for `catalogue.ask`; anything else is read as a question in English or French, by the
    words that the ontology gives for its terms, and answered from the graph: things, figures, dates, numbers or yes and
    no in the first column. `answer.reading` says how the question was read. An empty answer means that it was
    understood, and that the documents do not say. Labels are in the language `lang`, else in that of the question.

    Raises `NotUnderstood` for a question that cannot be read, or read in several ways that differ; for a name what
    `catalogue.ask` raises; and what the store raises.
    """
    if re.fullmatch(r"[\w-]+", question):
        return catalogue.ask(question, at=at, lang=lang or "en", home=home, **values)
    if values:
        name = next(iter(values))
        raise UnknownParameter(f"A question in words has no parameter {name[:60]!r}. Say in words what it should be.")
    return _in_words(question, consult(at, home=home), lang, home)


def is_query(text: str) -> bool:
    """Whether a text is meant as SPARQL rather than as a question in words: it has braces, or begins like a query."""
    return bool(re.search(r"[{}]", text) or re.match(r"\s*(#|(prefix|base)\b)", text, re.IGNORECASE))


def _in_words(text: str, store: Store, lang: str | None, home: Home | str | Path | None) -> Answer:
    _check(text)
    inquiry = _inquiry(store, home)
    hubs = recollection.remembered(store, inquiry).hubs
    two = halves.halves(text, inquiry, index.open(store), hubs)
    if two is None:
        sparql, result, understood = _one(text, store, home)
    else:
        sparql, result, understood = _both(two, store, home)
    tag = understood.lang
    shown = labelled(result, store, lang or tag) if isinstance(result, Solutions) else result
    return Answer(Question("in-words", {tag: text}, "", (), sparql, Path()), sparql, shown, store, understood)


_Told = tuple[str, Result, Understanding]
"""The query that answers a question, its result, and how the question was read."""


def _one(text: str, store: Store, home: Home | str | Path | None) -> _Told:
    """Answer a question that asks one thing."""
    inquiry, names = _inquiry(store, home), index.open(store)
    grammar, spelt, found = mentions.read(text, inquiry.lexicon, names, inquiry.facts)
    tries = _tries(text, store, home)
    if not tries:
        raise NotUnderstood(_not_understood(text, found, home, grammar.tag))
    understood = understanding.understand(tries[0], tries, inquiry, grammar.tag, spelt, text)
    return *_run(tries[0], inquiry, store), understood


def _tries(text: str, store: Store, home: Home | str | Path | None) -> list[Try]:
    """What may answer a question, the best first."""
    inquiry, names = _inquiry(store, home), index.open(store)
    grammar, _, found = mentions.read(text, inquiry.lexicon, names, inquiry.facts)
    read = inquiry.tries(found, grammar)
    memory = recollection.remembered(store, inquiry)
    asked = clues.look(mentions.tokens(text), grammar, names, memory)
    if asked.polar:
        return _judged(asked, read, memory)
    one = search.Search(memory, asked)
    won = contest(one)
    if won is not None:
        return [recollection.compared(asked, won, memory), *(replace(other, values=(), truth=None) for other in read)]
    tries, exclusion = _recalled(asked, read, memory), excluded(asked)
    if exclusion is None or (tries and tries[0].values and not exclusion.holds(one, tries[0].values)):
        return tries
    rest = _tries(exclusion.rest, store, home)[:1]
    left = [(whole, tuple(exclusion.left(one, whole.values))) for whole in rest]
    given = [replace(whole, values=values, aside=exclusion.text) for whole, values in left if values]
    return given or [replace(other, values=(), truth=None) for other in tries]


def _both(two: Halves, store: Store, home: Home | str | Path | None) -> _Told:
    """Answer both halves of a question, or neither."""
    first = _one(two.first, store, home)
    seconds = _seconds(two, first[1], store, home) if isinstance(first[1], Solutions) else ()
    second = next((told for told in seconds if told[2].answered), None) or _one(two.spelt(two.name), store, home)
    understood = understanding.both(first[2], second[2])
    if not understood.answered:
        return "", _empty(), understood
    sparql = composition.both(first[0], second[0], first[1].variables, second[1].variables)
    return sparql, store.query(sparql), understood


def _seconds(two: Halves, first: Solutions, store: Store, home: Home | str | Path | None) -> Iterator[_Told]:
    """The second half of a question, with what its pronoun may stand for."""
    facts = _inquiry(store, home).facts
    answers = {str(row[0]): row[0] for row in first.rows if row}
    answer = next(iter(answers.values())) if len(answers) == 1 else None
    thing = answer.value if isinstance(answer, ox.NamedNode) else ""
    called = (
        in_language({x.language or "": x.value for x in reversed(facts.preferred(thing))}, two.tag) if thing else ""
    )
    for name in two.referents(called, is_person=thing in facts.members.get(_PERSON, ())):
        with suppress(NotUnderstood):
            yield _one(two.spelt(name), store, home)


_PERSON: Final = expand("foaf:Person")


def candidates_of(text: str, store: Store, names: Index) -> tuple[Asked, list[Candidate]]:
    """What a question gives away, and what may answer it."""
    inquiry = _inquiry(store, None)
    grammar, _, found = mentions.read(text, inquiry.lexicon, names, inquiry.facts)
    memory = recollection.remembered(store, inquiry)
    asked = clues.look(mentions.tokens(text), grammar, names, memory)
    return asked, _candidates(asked, inquiry.tries(found, grammar), memory)


def _candidates(asked: Asked, read: Sequence[Try], memory: Memory) -> list[Candidate]:
    """All that may answer a question."""
    found = search.candidates(memory, asked, read[:_MOST_READ])
    return [*found, *exceptions(memory, asked), *remainders(memory, asked)]


_MOST_READ: Final = 4
_MOST_OTHERS: Final = 3


def _recalled(asked: Asked, read: Sequence[Try], memory: Memory) -> list[Try]:
    """The best of all that may answer, if it is certain, and the next ones; else the readings, without an answer."""
    ranked = ranking.rank(asked, _candidates(asked, read, memory))
    if ranked.certain is not None:
        answers = ranked.certain.answers
        same = [one for one in read if frozenset(one.values) == answers and one.is_named]
        rest = ranked.candidates[len(same[:1]) : 1 + _MOST_OTHERS]
        return [*same[:1], *(recollection.tried(asked, one, memory) for one in rest)]
    if read and read[0].form == "kind" and _asks_only_what_it_is(asked):
        return list(read)
    return [replace(one, values=(), truth=None) for one in read]


def _asks_only_what_it_is(asked: Asked) -> bool:
    """Whether a question names one thing, and besides says at most what kind of thing it is."""
    named = [clue for clue in asked.clues if clue.role == "name"]
    return len(named) == 1 and all(clue.role == "name" or clue.noun.classes for clue in asked.clues)


def _judged(asked: Asked, read: Sequence[Try], memory: Memory) -> list[Try]:
    """What a question of yes or no is answered with, if its documents make a yes or a no likely enough."""
    hearing = _hearing(asked, read, memory)
    reckoned = next((one for one in hearing.judged.values() if _is_sure(asked, one)), None)
    decided = reckoned or testimony.decide(hearing.testimonies(), bench(asked))
    if decided is None:
        return [replace(one, values=(), truth=None) for one in read]
    agreeing = next((one for one in hearing.judged.values() if one.truth == decided.truth), decided)
    first = _sure_reading(asked, read, memory)
    if agreeing.by == _READING and first is not None:
        return [first, *(one for one in read if one is not first)]
    return [recollection.judged(asked, agreeing, memory), *read]


def _is_sure(asked: Asked, judgement: Judgement) -> bool:
    """Whether a judgement needs no passage to bear it out: it compares numbers, or finds what the question denies."""
    return judgement.by in testimony.SURE or (judgement.by == _READING and asked.negated and not judgement.truth)


_READING: Final = "reading"


def hearing_of(text: str, store: Store, names: Index) -> Hearing | None:
    """What the documents say to a question, if it is to be answered with yes or no."""
    inquiry = _inquiry(store, None)
    grammar, _, found = mentions.read(text, inquiry.lexicon, names, inquiry.facts)
    memory = recollection.remembered(store, inquiry)
    asked = clues.look(mentions.tokens(text), grammar, names, memory)
    return _hearing(asked, inquiry.tries(found, grammar), memory) if asked.polar else None


def _hearing(asked: Asked, read: Sequence[Try], memory: Memory) -> Hearing:
    """A question of yes or no with what each mechanism that may judge it says."""
    question = search.Search(memory, asked)
    judgement = judge(question) or by_list(question)
    judged = {judgement.by: judgement} if judgement is not None else {}
    first = _sure_reading(asked, read, memory)
    if first is not None:
        passage = first.cards[0] if first.cards else ""
        judged[_READING] = Judgement(passage, first.truth is True, _READING)
    return Hearing(search.Search(memory, stated(question)), judged)


def _sure_reading(asked: Asked, read: Sequence[Try], memory: Memory) -> Try | None:
    """The first reading that says yes or no, unless something in the question speaks against it."""
    doubtful = (
        asked.form == "puzzle"
        or any(clue.role in ("number", "alien") for clue in asked.clues)
        or is_turned_round(search.Search(memory, asked))
    )
    return None if doubtful else next((one for one in read if one.truth is not None and one.is_named), None)


_EMPTY: Final = (
    "The question is empty. Ask one such as: Which clusters focus on smart maintenance? `terril questions` lists more."
)
_LONGEST: Final = 500
_MOST_WORDS: Final = 60


def _check(text: str) -> None:
    if not text.strip():
        raise NotUnderstood(_EMPTY)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotUnderstood("The question is no UTF-8 text. Type it anew.") from None
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS:
        raise NotUnderstood(
            f"A question of more than {_MOST_WORDS} words or {_LONGEST} characters is too long. Ask for one thing."
        )
    if not mentions.tokens(text):
        raise NotUnderstood(
            f"{text[:60]!r} holds no words. Ask a question such as: Which clusters focus on smart maintenance?"
        )


def _inquiry(store: Store, home: Home | str | Path | None) -> Inquiry:
    """What a store says and in which words people ask of it: its ontology's, else, and aloud, the project's."""
    inquiry = _known(store)
    if inquiry.lexicon.speaks:
        return inquiry
    _log.warning("The graph that is asked does not say in what words people ask; the project's own words are used.")
    return replace(inquiry, lexicon=_known(connect(home=home)).lexicon)


_opened: Final[list[tuple[Store, Inquiry]]] = []
_MOST_OPEN: Final = 4


def _known(store: Store) -> Inquiry:
    """What a store says and in which words, read once for each of the last few stores."""
    for opened, inquiry in _opened:
        if opened == store:
            return inquiry
    inquiry = _read(store)
    _opened[:] = [(store, inquiry), *_opened[: _MOST_OPEN - 1]]
    return inquiry


def _read(store: Store) -> Inquiry:
    """What a store says, as it is kept beside a built graph, else read from the store."""
    path = store.path if isinstance(store, Embedded) else None
    memory = keeping.recall(path, _KEPT, _RECORDS) if path is not None else None
    if isinstance(memory, Memory):
        inquiry = Inquiry(memory.facts, memory.lexicon)
        recollection.remember(inquiry, memory)
    else:
        inquiry = Inquiry(facts.load(store), lexicon.load(store))
        if path is not None:
            keeping.keep(path, _KEPT, recollection.remembered(store, inquiry).complete(), _RECORDS)
    return inquiry


_KEPT: Final = "words"
_RECORDS: Final = (Memory, Facts, Lexicon, Noun, Phrase, Step, Thesaurus, Contraries, Group)


def _empty() -> Solutions:
    return Solutions(("answer",), ())


def _run(best: Try, inquiry: Inquiry, store: Store) -> tuple[str, Result]:
    """Ask the store by the most telling query that gives what was found."""
    sparql, result = "", cast(Result, _empty())
    for sparql in composition.compose(best, inquiry):
        result = store.query(sparql)
        if best.found and _is_same(result, best):
            return sparql, result
    return sparql, result if best.found else _empty()


def _is_same(result: Result, best: Try) -> bool:
    if isinstance(result, Truth):
        return bool(result) == (best.truth is True)
    if not isinstance(result, Solutions):
        return False
    given = {row[0].value for row in result.rows if row and isinstance(row[0], ox.NamedNode | ox.Literal)}
    return given == {value if isinstance(value, str) else value.value for value in best.values}


def _not_understood(text: str, found: Sequence[Segmentation], home: Home | str | Path | None, tag: str) -> str:
    """Say which words are not understood, and which catalogued questions come near."""
    left = found[0].left if found else ()
    told = _TOLD[tag]["words" if left else "whole"].format(", ".join(f"“{word}”" for word in left[:_MOST_NAMED]))
    near = _nearest(text, home, tag)
    return f"{told} {_TOLD[tag]['near'].format('; '.join(near))}" if near else f"{told} {_TOLD[tag]['all']}"


_MOST_NAMED: Final = 6
_TOLD: Final = {
    "en": {
        "words": "Not understood: {}.",
        "whole": "The question is not understood.",
        "near": "Near to it, `terril ask NAME` answers: {}.",
        "all": "`terril questions` lists questions that are.",
    },
    "fr": {
        "words": "Non compris : {}.",
        "whole": "La question n’est pas comprise.",
        "near": "Proches d’elle, `terril ask NOM` répond à : {}.",
        "all": "`terril questions` donne les questions qui le sont.",
    },
}


def _nearest(text: str, home: Home | str | Path | None, tag: str) -> list[str]:
    """The catalogued questions that share most words with a text, rare words counting more."""
    asked = set(facts.stems_of(text))
    texts = {name: in_language(question.text, tag) for name, question in catalogue.questions(home=home).items()}
    stems = {name: set(facts.stems_of(text)) for name, text in texts.items()}
    common = Counter(stem for words in stems.values() for stem in words)
    scores = {name: sum(1 / common[stem] for stem in words & asked) for name, words in stems.items()}
    best = sorted((name for name in scores if scores[name] > _SHARED), key=lambda name: (-scores[name], name))[
        :_MOST_NEAR
    ]
    return [f"{name} ({texts[name]})" for name in best]


_MOST_NEAR: Final = 3
_SHARED: Final = 0.04
"""What a word counts that one in 25 questions has: sharing no rarer one is not being near."""
