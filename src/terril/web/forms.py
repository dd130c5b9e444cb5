"""Question pages: a question with its parameters as a form, the answer, the query, and what the first row rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from .. import catalogue
from ..catalogue import Answer, Question
from ..clauses import Variable
from ..errors import TerrilError
from ..languages import in_language
from ..results import Row, Store, Term, Triples, Truth
from ..sparql import parse
from ..witnesses import witnesses
from .graph import INFERRED
from .narrator import Narrator
from .portraits import embedded
from .records import Link, Premise, Reference

_ROWS: Final = 60
"""Rows of an answer on its page."""
_CHOICES: Final = 60
"""Things that a parameter's field proposes."""


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
    references: tuple[Reference, ...]
    error: str = ""


@dataclass(frozen=True)
class Reply:
    """What a question is answered, in no language yet: the answer, what was wrong with the values that were given for
    it, the triples that its first row rests on, and what has no match.
    """

    answer: Answer
    error: str
    matches: tuple[ox.Triple, ...]
    notes: tuple[str, ...]


def reply(question: Question, values: Mapping[str, str], store: Store) -> Reply:
    """The answer for the example of a question's file or for other values; if these are wrong, for the example."""
    error = ""
    try:
        answer = catalogue.answer(question, store, values)
    except TerrilError as wrong:
        error = str(wrong)
        answer = catalogue.answer(question, store, {})
    return Reply(answer, error, *_evidence(answer, store))


def form(question: Question, found: Reply, values: Mapping[str, str], narrator: Narrator) -> Form:
    """A question with its answer."""
    columns, rows = _table(found.answer, narrator)
    result = found.answer.result
    evidence = tuple(_premise(triple, narrator) for triple in found.matches)
    return Form(
        in_language(question.text, narrator.lang),
        question.theme,
        tuple(_field(question, p.name, values, narrator) for p in question.parameters),
        columns,
        rows,
        _count(len(found.answer), narrator),
        result.value if isinstance(result, Truth) else None,
        found.answer.sparql,
        _template(question),
        evidence,
        found.notes,
        narrator.references(),
        found.error,
    )


def _field(question: Question, name: str, given: Mapping[str, str], narrator: Narrator) -> Field:
    parameter = question.parameter(name)
    example = narrator.link(parameter.example).text
    kind = ox.NamedNode(parameter.kind)
    things = sorted(narrator.graph.subjects("rdf:type", kind), key=lambda thing: thing.value)[:_CHOICES]
    choices = sorted({narrator.graph.label(thing, narrator.lang) for thing in things}, key=str.casefold)
    label = narrator.graph.label(kind, narrator.lang)
    meaning = in_language(parameter.meaning, narrator.lang)
    return Field(name, meaning, label, given.get(name, example)[:200], tuple(choices))


def _table(answer: Answer, narrator: Narrator) -> tuple[tuple[str, ...], tuple[tuple[Link, ...], ...]]:
    match answer.result:
        case Truth():
            return (), ()
        case Triples() as triples:
            cells = [tuple(map(narrator.link, triple)) for triple in triples.triples[:_ROWS]]
            return triples.variables, tuple(cells)
    shown = answer.result.rows[:_ROWS]
    return answer.variables, tuple(tuple(narrator.link(term) if term else Link("") for term in row) for row in shown)


def _count(number: int, narrator: Narrator) -> str:
    if number > _ROWS:
        return narrator.words["answer_more"].format(_ROWS, number)
    return narrator.words["answer_one"] if number == 1 else narrator.words["answer_rows"].format(number)


def _template(question: Question) -> str:
    """The question for programs in the page: the query, and what in it may be replaced."""
    parameters = [
        {"name": p.name, "class": p.kind, "default": str(p.example), "label": dict(p.meaning)}
        for p in question.parameters
    ]
    return embedded({"query": question.sparql, "parameters": parameters})


def _evidence(answer: Answer, store: Store) -> tuple[tuple[ox.Triple, ...], tuple[str, ...]]:
    """What the first row rests on: the triples that matched; and what has no match."""
    rows: Sequence[object] = list(answer)
    if not rows and not isinstance(answer.result, Truth):
        return (), ()
    first = rows[0] if rows else None
    try:
        query = parse(answer.sparql)
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
    graphs = narrator.graph.graphs(triple)
    stated = [graph for graph in graphs if graph != INFERRED]
    if stated or not graphs:
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
