"""What an ontology says, as Horn clauses: rules that add a triple, clashes that must not match.

A clause is plain data. The same clauses run forwards in `infer` and backwards in `explain`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Variable:
    """A place that any term may take; the same variable takes the same term throughout a clause."""

    name: str


Slot = Variable | ox.NamedNode | ox.Literal


@dataclass(frozen=True)
class Pattern:
    """A triple with variables."""

    subject: Slot
    predicate: Slot
    object: Slot

    def __iter__(self) -> Iterator[Slot]:
        return iter((self.subject, self.predicate, self.object))


@dataclass(frozen=True)
class Different:
    """A condition on a clash: two variables take literals with different values."""

    left: Variable
    right: Variable


@dataclass(frozen=True)
class Outside:
    """A condition on a clash: a variable takes a term that is no value of the datatype."""

    variable: Variable
    datatype: ox.NamedNode


Condition = Different | Outside


@dataclass(frozen=True)
class Rule:
    """`head` follows wherever `body` matches; an empty body makes the head a plain fact.

    `axiom` is the axiom in OWL 2 functional syntax with short names, `sentence` the rule in words, by language.
    """

    name: str
    head: Pattern
    body: tuple[Pattern, ...]
    axiom: str
    sentence: Mapping[str, str]


@dataclass(frozen=True)
class Clash:
    """A body that must not match: where it does, and the condition holds, the graph contradicts the ontology."""

    name: str
    body: tuple[Pattern, ...]
    axiom: str
    sentence: Mapping[str, str]
    condition: Condition | None = None


@dataclass(frozen=True)
class Rulebook:
    """All clauses of an ontology, sorted by name, and the triples that they were compiled from."""

    rules: tuple[Rule, ...]
    clashes: tuple[Clash, ...]
    ontology: tuple[ox.Triple, ...] = field(default=(), repr=False)
