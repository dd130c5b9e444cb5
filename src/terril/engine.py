"""What Oxigraph's engine and parsers give back, as results of ours, and what they complain of, on one line."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import pyoxigraph as ox

from .results import Result, Solutions, Term, Triples, Truth, plain

T = TypeVar("T")


class TooMany(Exception):
    """An answer has more rows or triples than are read."""


def result(answer: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple], most: int | None = None) -> Result:
    """Take an answer over: the rows in its order, triples sorted, each once.

    Blank nodes are named b0, b1, ... by order of appearance. Raises `TooMany` above `most` rows or triples.
    """
    match answer:
        case ox.QueryBoolean():
            return Truth(bool(answer))
        case ox.QuerySolutions():
            variables = tuple(variable.value for variable in answer.variables)
            rename = Renaming()
            return Solutions(variables, tuple(tuple(map(rename, solution)) for solution in _at_most(most, answer)))
    return _triples(_at_most(most, answer))


def _at_most(most: int | None, things: Iterable[T]) -> Iterator[T]:
    for number, thing in enumerate(things):
        if number == most:
            raise TooMany
        yield thing


def _triples(found: Iterable[ox.Triple]) -> Triples:
    ordered = sorted(set(found), key=lambda triple: (re.sub(r"_:\w+", "_:", str(triple)), str(triple)))
    rename = Renaming()
    return Triples(
        tuple(ox.Triple(rename(t.subject), t.predicate, rename(t.object)) for t in ordered)  # type: ignore[arg-type]
    )


class Renaming(dict[object, ox.BlankNode]):
    """Blank nodes by order of appearance, b0, b1, ...: an engine's own names differ from run to run.

    A name tells nodes apart only within one answer: of several answers, `answer` says which the node is from.

    >>> rename = Renaming()
    >>> [str(rename(ox.BlankNode("x"), answer)) for answer in (1, 1, 2)]
    ['_:b0', '_:b0', '_:b1']
    """

    def __call__(self, term: Term | None, answer: int = 0) -> Term | None:
        if isinstance(term, ox.BlankNode):
            return self.setdefault((answer, term), ox.BlankNode(f"b{len(self)}"))
        return term


def one_line(text: str) -> str:
    """A message of another program, fit for a sentence: on one line, and without codes that steer a terminal.

    >>> one_line("Parser error:\\n  unexpected end")
    'Parser error: unexpected end'
    """
    return plain(" ".join(text.split()))
