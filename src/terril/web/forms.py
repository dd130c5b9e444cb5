"""Question pages: a question with its parameters as a form, the answer, the query, and what the first row rests on."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import pyoxigraph as ox

from .. import catalogue
from ..catalogue import Question
from ..clauses import Variable
from ..errors import BadQuery, TerrilError
from ..extents import exceeds
from ..languages import in_language
from ..results import Result, Row, Solutions, Store, Term, Triples, Truth
from ..sparql import parse
from ..witnesses import witnesses
from ..workers import Limits, apart
from .data import embedded
from .narrator import Narrator
from .records import Link, Premise, References
from .words import number

_log = logging.getLogger("terril")
_ROWS: Final = 60
"""Rows of an answer on its page."""
_CHOICES: Final = 60
"""Things that a parameter's field proposes."""
MOST: Final = 100_000
"""Solutions of a pattern that are looked through for an answer on a page: the largest of the question's patterns on the
graph of Wallonia has 3,100. Beyond it, the time that an answer takes may grow with the square of the graph.
"""
PATIENCE: Final = Limits(seconds=30, memory=512 << 20)
"""What answering a question of at most so many solutions may take: on a million triples, nearly all take a tenth of a
second. Only one whose filters try very much in vain takes more; it alone may be answered on one machine and not on
another.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a field of a form: its name, what it means, its kind, its value, and what it may be."""

    name: str
    meaning: str
    kind: str
    value: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What the page of a question shows."""

    title: str
    theme: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Link, ...], ...]
    count: str
    truth: bool | None
    sparql: str
    template: str
    evidence: tuple[Premise, ...]
    notes: tuple[str, ...]
    references: References
    error: str = ""
    silence: str = ""


@dataclass(frozen=True)
class Reply:
    """What a question is answered, in no language yet: the query, its result as far as a page shows it, how many rows
    it has in all, what was wrong with the values that were given for it, the triples that its first row rests on, and
    what has no match.

    There is no result of a query for which more must be looked through than pages are made for; `silence` is the word
    for why.
    """

    sparql: str
    result: Result | None
    count: int = 0
    error: str = ""
    matches: tuple[ox.Triple, ...] = ()
    notes: tuple[str, ...] = ()
    silence: str = ""


def reply(question: Question, values: Mapping[str, str], store: Store) -> Reply:
    """The answer for the example of a question's file or for other values; if these are wrong, for the example."""
    error = ""
    try:
        sparql = catalogue.bound(question, store, values)
    except TerrilError as wrong:
        sparql, error = question.sparql, str(wrong)
    if _is_too_large(sparql, store):
        return Reply(sparql, None, error=error, silence="answer_large")
    result = store.query(sparql)
    evidence = _evidence(sparql, result, store)
    match result:
        case Solutions(variables, rows):
            return Reply(sparql, Solutions(variables, rows[:_ROWS]), len(rows), error, *evidence)
        case Triples(triples):
            return Reply(sparql, Triples(triples[:_ROWS]), len(triples), error, *evidence)
    return Reply(sparql, result, 0, error, *evidence)


def replies(questions: Sequence[Question], store: Store) -> Iterator[Reply]:
    """The answers for the examples of questions; one that takes too long is given up: pages are made of any graph."""
    works = [partial(reply, question, {}, store) for question in questions]
    for question, found in zip(questions, apart(works, PATIENCE), strict=True):
        if isinstance(found, Reply):
            yield found
        else:
            _log.warning("The page of %s has no answer. %s", question.name, found)
            yield Reply(question.sparql, None, silence="answer_long")


def _is_too_large(sparql: str, store: Store) -> bool:
    try:
        return exceeds(parse(sparql), store, MOST)
    except BadQuery:  # what this project's own reader does not know; the engine may
        return False


def form(question: Question, found: Reply, values: Mapping[str, str], narrator: Narrator) -> Form:
    """A question with its answer."""
    result = found.result
    columns, rows = _table(result, narrator)
    evidence = tuple(_premise(triple, narrator) for triple in found.matches)
    return Form(
        in_language(question.text, narrator.lang),
        question.theme,
        tuple(_field(question, p.name, values, narrator) for p in question.parameters),
        columns,
        rows,
        _count(found.count, narrator),
        result.value if isinstance(result, Truth) else None,
        found.sparql,
        _template(question),
        evidence,
        found.notes,
        narrator.references(),
        found.error,
        _silence(question, found, narrator),
    )


def _silence(question: Question, found: Reply, narrator: Narrator) -> str:
    """Why there is no answer on the page, and how to get it."""
    told = narrator.words.get(found.silence, "")
    limits = {"seconds": PATIENCE.seconds, "megabytes": number(PATIENCE.memory >> 20, narrator.lang)}
    return told.format(most=number(MOST, narrator.lang), **limits, name=question.name)


def _field(question: Question, name: str, given: Mapping[str, str], narrator: Narrator) -> Field:
    parameter = question.parameter(name)
    example = narrator.link(parameter.example).text
    kind = ox.NamedNode(parameter.kind)
    things = sorted(narrator.graph.subjects("rdf:type", kind), key=lambda thing: thing.value)[:_CHOICES]
    choices = sorted({narrator.graph.label(thing, narrator.lang) for thing in things}, key=str.casefold)
    label = narrator.graph.label(kind, narrator.lang)
    meaning = in_language(parameter.meaning, narrator.lang)
    return Field(name, meaning, label, given.get(name, example)[:200], tuple(choices))


def _table(result: Result | None, narrator: Narrator) -> tuple[tuple[str, ...], tuple[tuple[Link, ...], ...]]:
    match result:
        case None | Truth():
            return (), ()
        case Triples() as triples:
            cells = [tuple(map(narrator.link, triple)) for triple in triples.triples]
            return triples.variables, tuple(cells)
    rows = (tuple(narrator.link(term) if term else Link("") for term in row) for row in result.rows)
    return result.variables, tuple(rows)


def _count(rows: int, narrator: Narrator) -> str:
    if rows > _ROWS:
        return narrator.words["answer_more"].format(_ROWS, rows)
    return narrator.words["answer_one"] if rows == 1 else narrator.words["answer_rows"].format(rows)


def _template(question: Question) -> str:
    """The question for programs in the page: the query, and what in it may be replaced."""
    parameters = [
        {"name": p.name, "class": p.kind, "default": str(p.example), "label": dict(p.meaning)}
        for p in question.parameters
    ]
    return embedded({"query": question.sparql, "parameters": parameters})


def _evidence(sparql: str, result: Result, store: Store) -> tuple[tuple[ox.Triple, ...], tuple[str, ...]]:
    """What the first row rests on: the triples that matched; and what has no match."""
    first = None if isinstance(result, Truth) else next(iter(result), None)
    if first is None and not isinstance(result, Truth):
        return (), ()
    try:
        query = parse(sparql)
        (found,) = witnesses(query, [_solution(first)], store)
    except TerrilError:
        return (), ()  # a row that rests on too much to be told is shown without what it rests on
    return tuple(match.triple for match in found.matches[:12]), tuple(note.pattern for note in found.notes[:4])


def _solution(row: object) -> Mapping[Variable, Term | None] | ox.Triple:
    match row:
        case ox.Triple():
            return row
        case Row():
            return {Variable(name): term for name, term in row.asdict().items()}
    return {}


def _premise(triple: ox.Triple, narrator: Narrator) -> Premise:
    stated = narrator.graph.stating(triple)
    if stated or not narrator.graph.graphs(triple):
        return Premise(narrator.statement(triple), narrator.cite(stated))
    return Premise(narrator.statement(triple), reason=narrator.reason(triple))


def index(questions: Mapping[str, Question], narrator: Narrator) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """All questions, by theme."""
    themes: dict[str, list[Link]] = {}
    for question in questions.values():
        themes.setdefault(question.theme, []).append(linked(question, narrator))
    return tuple((theme, tuple(links)) for theme, links in themes.items())


def path(question: Question) -> str:
    """The path of the page of a question."""
    return f"questions/{question.theme}/{question.name}"


def linked(question: Question, narrator: Narrator) -> Link:
    """A question as a link to its page."""
    return Link(in_language(question.text, narrator.lang), narrator.page(path(question)))
