"""What a query matches, as plain data: triple patterns, paths, and the groups that SPARQL builds from them.

The records follow the grammar of SPARQL 1.1, not its algebra, so that a query can be printed again as it was written:
what need not be taken apart (expressions, data, MINUS) is kept as the text of the query.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from .clauses import Slot, Variable
from .syntax import tokens

RESERVED = "terril_"
"""How the variables begin that stand for blank nodes, matched branches and unnamed keys of a query."""


@dataclass(frozen=True)
class Step:
    """One edge of a path: along a predicate of `forward` or against one of `backward`, or any but those."""

    forward: tuple[ox.NamedNode, ...]
    backward: tuple[ox.NamedNode, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Sequence:
    """One path after the other."""

    parts: tuple["Path", ...]


@dataclass(frozen=True)
class Choice:
    """One path or the other."""

    parts: tuple["Path", ...]


@dataclass(frozen=True)
class Repeat:
    """A path not at all (`least` 0), once, or again and again (`many`)."""

    part: "Path"
    least: int
    many: bool


Path: TypeAlias = Step | Sequence | Choice | Repeat


def reverse(path: Path) -> Path:
    """Return the path that leads back: `^path`."""
    match path:
        case Step(forward, backward, negated):
            return Step(backward, forward, negated)
        case Sequence(parts):
            return Sequence(tuple(reverse(part) for part in reversed(parts)))
        case Choice(parts):
            return Choice(tuple(reverse(part) for part in parts))
        case Repeat(part, least, many):
            return Repeat(reverse(part), least, many)


def written(path: Path) -> str:
    """Write a path in SPARQL, with IRIs in full.

    >>> written(Repeat(Step((), (ox.NamedNode("https://example.org/in"),)), least=1, many=True))
    '(^<https://example.org/in>)+'
    """
    match path:
        case Step(forward, backward, negated):
            text = "|".join([*map(str, forward), *(f"^{iri}" for iri in backward)])
            return f"!({text})" if negated else text
        case Sequence(parts):
            return f"({'/'.join(map(written, parts))})"
        case Choice(parts):
            return f"({'|'.join(map(written, parts))})"
        case Repeat(part, least, many):
            return f"({written(part)}){'?' if not many else '+' if least else '*'}"


@dataclass(frozen=True)
class TriplePattern:
    """A triple with variables, or two nodes joined by a path that repeats.

    Other paths are no more than short for several patterns (SPARQL 1.1, section 18.2.2.4), and are read as those.
    """

    subject: Slot
    predicate: Slot | Repeat
    object: Slot

    def __iter__(self) -> Iterator[Slot]:
        """The places that can hold a variable."""
        yield self.subject
        if not isinstance(self.predicate, Repeat):
            yield self.predicate
        yield self.object


@dataclass(frozen=True)
class Exists:
    """EXISTS or NOT EXISTS within an expression; `text` is the group with its braces.

    `ground` says what the expression can rest on: that the group is found, that it is absent, or either of the two.
    """

    group: "Group"
    ground: Literal["found", "absent", "either"]
    text: str


@dataclass(frozen=True)
class Expression:
    """An expression as the query writes it, and the patterns that it tests."""

    text: str
    tests: tuple[Exists, ...] = ()


@dataclass(frozen=True)
class Filter:
    """FILTER; `plain` if the test is an EXISTS or NOT EXISTS and nothing else."""

    condition: Expression
    plain: bool = False


@dataclass(frozen=True)
class Bind:
    """BIND, or an expression of the SELECT clause."""

    expression: Expression
    variable: Variable


@dataclass(frozen=True)
class Data:
    """VALUES; `complete` names the columns without UNDEF."""

    variables: tuple[Variable, ...]
    complete: frozenset[Variable]
    text: str


@dataclass(frozen=True)
class Optional:
    """OPTIONAL; where it matched, `mark` is bound. `text` is the group with its braces."""

    group: "Group"
    mark: Variable
    text: str


@dataclass(frozen=True)
class Branch:
    """One side of a UNION; where it matched, `mark` is bound."""

    group: "Group"
    mark: Variable


@dataclass(frozen=True)
class Union:
    """Branches of which each may match; a group within a group is a union of one branch."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class InGraph:
    """GRAPH."""

    graph: Slot
    group: "Group"


@dataclass(frozen=True)
class Minus:
    """MINUS; `text` is the group with its braces."""

    group: "Group"
    text: str


@dataclass(frozen=True)
class Subquery:
    """A SELECT within a group; `text` is the SELECT without braces."""

    select: "Select"
    text: str


Element: TypeAlias = TriplePattern | Filter | Bind | Data | Optional | Union | InGraph | Minus | Subquery


@dataclass(frozen=True)
class Group:
    """What stands between braces, in the order of the query."""

    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Key:
    """What GROUP BY groups by: a variable, or an expression with the name it gets."""

    variable: Variable
    expression: Expression | None = None


@dataclass(frozen=True)
class Select:
    """A SELECT, outermost or within a group; an ASK or CONSTRUCT is one without columns.

    `projection` holds a variable or a named expression per column, None for `*`. `text` is the WHERE group with its
    braces, `data` a VALUES clause at the end.
    """

    projection: tuple[Variable | Bind, ...] | None
    where: Group
    text: str
    aggregated: bool = False
    keys: tuple[Key, ...] = ()
    having: str = ""
    data: Data | None = None

    @property
    def columns(self) -> tuple[Variable, ...]:
        """The variables that its rows give, sorted by name for `*`."""
        if self.projection is None:
            return tuple(sorted(visible(self.where), key=lambda variable: variable.name))
        return tuple(item.variable if isinstance(item, Bind) else item for item in self.projection)


@dataclass(frozen=True)
class Dataset:
    """The FROM clauses of a query, and the graphs that they make its default graph of."""

    text: str = ""
    graphs: tuple[ox.NamedNode, ...] = ()


@dataclass(frozen=True)
class Query:
    """A whole query: the text of its prologue, its form, its dataset, its pattern, and a template."""

    prologue: str
    form: str
    dataset: Dataset
    select: Select
    template: tuple[TriplePattern, ...] = ()


def visible(group: Group) -> frozenset[Variable]:
    """Return the variables that `SELECT *` over this group shows (SPARQL 1.1, section 18.2.1)."""
    found = frozenset(variable for element in group.elements for variable in _visible(element))
    return frozenset(variable for variable in found if not variable.name.startswith(RESERVED))


def _visible(element: Element) -> frozenset[Variable]:
    match element:
        case TriplePattern():
            return _variables(*element)
        case Bind(_, variable):
            return frozenset({variable})
        case Data(variables):
            return frozenset(variables)
        case Optional(group):
            return visible(group)
        case Union(branches):
            return frozenset().union(*(visible(branch.group) for branch in branches))
        case InGraph(graph, group):
            return visible(group) | _variables(graph)
        case Subquery(select):
            return frozenset(select.columns)
    return frozenset()


def certain(group: Group) -> frozenset[Variable]:
    """Return variables that every solution of the group binds."""
    return frozenset(variable for element in group.elements for variable in _certain(element))


def _certain(element: Element) -> frozenset[Variable]:
    match element:
        case TriplePattern():
            return _variables(*element)
        case Data(_, complete):
            return complete
        case Union(branches):
            return frozenset.intersection(*(certain(branch.group) for branch in branches))
        case InGraph(graph, group):
            return certain(group) | _variables(graph)
        case Subquery(select) if not select.aggregated:
            return certain(select.where) & frozenset(select.columns)
    return frozenset()


def assigned(group: Group) -> frozenset[Variable]:
    """Return the variables that the group gives a value by BIND, which must not have one before."""
    found: frozenset[Variable] = frozenset()
    for element in group.elements:
        match element:
            case Bind(_, variable):
                found |= {variable}
            case Optional(inner) | InGraph(_, inner):
                found |= assigned(inner)
            case Union(branches):
                found = found.union(*(assigned(branch.group) for branch in branches))
    return found


def decisive(group: Group, seen: frozenset[Variable]) -> frozenset[Variable]:
    """Return the marks of the OPTIONALs without whose match the result is another: they bind what is seen elsewhere.

    `seen` names the variables that are seen outside of the group.
    """
    found: frozenset[Variable] = frozenset()
    for i, element in enumerate(group.elements):
        match element:
            case Optional(inner, mark):
                elsewhere = _elsewhere(group, i, seen)
                bound = visible(inner) - certain(Group(group.elements[:i]))
                found |= decisive(inner, elsewhere) | (frozenset({mark}) if bound & elsewhere else frozenset())
            case InGraph(_, inner):
                found |= decisive(inner, _elsewhere(group, i, seen))
            case Union(branches):
                elsewhere = _elsewhere(group, i, seen)
                found = found.union(*(decisive(branch.group, elsewhere) for branch in branches))
    return found


def _elsewhere(group: Group, number: int, seen: frozenset[Variable]) -> frozenset[Variable]:
    """The variables that are seen outside of the element of that number."""
    return seen.union(*(_seen(element) for i, element in enumerate(group.elements) if i != number))


def _seen(element: Element) -> frozenset[Variable]:
    match element:
        case Filter(expression):
            return mentioned(expression.text)
        case Bind(expression, variable):
            return mentioned(expression.text) | {variable}
        case Optional(text=text) | Minus(text=text):
            return mentioned(text)
        case Union(branches):
            return frozenset().union(*(_seen(each) for branch in branches for each in branch.group.elements))
        case InGraph(graph, group):
            return _variables(graph).union(*map(_seen, group.elements))
    return _visible(element)


def mentioned(text: str) -> frozenset[Variable]:
    """Return the variables that a piece of a query speaks of."""
    return frozenset(Variable(token.text[1:]) for token in tokens(text) if token.kind == "variable")


def _variables(*slots: Slot) -> frozenset[Variable]:
    return frozenset(slot for slot in slots if isinstance(slot, Variable))
