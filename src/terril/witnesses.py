"""What a row of an answer rests on: the triples that matched, and the patterns that had no match.

A row is taken back to the solutions of its query's pattern that give it. For that the pattern is asked again, with
marks in its optional and alternative parts and with the row's values as data; each solution then says which triples
matched. Groups are taken back to their members, sub-selects to their own rows, EXISTS to what it found, a path to its
edges.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Literal, TypeAlias

import pyoxigraph as ox

from .clauses import Slot, Variable
from .errors import BadQuery
from .names import compact
from .patterns import (
    RESERVED,
    Bind,
    Branch,
    Data,
    Element,
    Exists,
    Expression,
    Filter,
    Group,
    InGraph,
    Minus,
    Optional,
    Query,
    Repeat,
    Select,
    Subquery,
    TriplePattern,
    Union,
    assigned,
    certain,
    decisive,
    mentioned,
    visible,
    written,
)
from .results import Solutions, Store, Term
from .syntax import MAX_SIZE, tokens
from .walks import walks

_MOST = 200_000
"""Solutions of one pattern that are looked at: a few rows of a query with a LIMIT may rest on billions."""

Solution: TypeAlias = Mapping[Variable, Term | None]


@dataclass(frozen=True)
class Match:
    """A triple that matched, and the graph if the query named one with GRAPH."""

    triple: ox.Triple
    graph: ox.NamedNode | None = None


@dataclass(frozen=True)
class Note:
    """A pattern that a row also rests on.

    One that had no match, a path that leads from a node to itself without an edge (told if the row rests on no triple),
    or a path whose edges could not be named.
    """

    kind: Literal["absent", "reflexive", "untraced"]
    pattern: str


@dataclass(frozen=True)
class Witness:
    """What one row rests on, in the order of the query."""

    matches: tuple[Match, ...]
    notes: tuple[Note, ...]


def witnesses(query: Query, rows: Sequence[Solution | ox.Triple], store: Store) -> list[Witness]:
    """Find what each row of a query's answer rests on.

    A row of a SELECT maps variables to terms or None, that of an ASK is empty; a CONSTRUCT gives triples. A blank node
    has no name outside one answer: a row that holds one rests on every row that differs from it in blank nodes only.
    """
    search = _Search(store, query.prologue, query.dataset.text, tuple(_Account() for _ in rows))
    if query.form == "CONSTRUCT":
        triples = [(owner, row) for owner, row in enumerate(rows) if isinstance(row, ox.Triple)]
        for pattern in query.template:
            wants = [want for owner, triple in triples for want in _produced(owner, pattern, triple)]
            search.pattern(_completed(query.select), wants, seen=visible(Group((pattern,))))
    else:
        solutions = [(owner, row) for owner, row in enumerate(rows) if not isinstance(row, ox.Triple)]
        wants = [_Want(owner, tuple(row.items())) for owner, row in solutions]
        search.rows(query.select, wants, limit=1 if query.form == "ASK" else None)
    return [account.witness(query.select) for account in search.accounts]


@dataclass(frozen=True)
class _Want:
    """Values to take back to solutions, and the number of the row on whose behalf."""

    owner: int
    values: tuple[tuple[Variable, Term | None], ...]

    def only(self, variables: Iterable[Variable]) -> "_Want":
        kept = frozenset(variables)
        return _Want(self.owner, tuple(pair for pair in self.values if pair[0] in kept))


def _produced(owner: int, pattern: TriplePattern, triple: ox.Triple) -> Iterator[_Want]:
    """The values with which a pattern of a template gives this triple, if any do."""
    values: dict[Variable, Term | None] = {}
    for slot, term in zip(pattern, triple, strict=True):
        if not isinstance(slot, Variable):
            if slot != term:
                return
        elif not slot.name.startswith(RESERVED) and values.setdefault(slot, term) != term:
            return
    yield _Want(owner, tuple(values.items()))


@dataclass
class _Account:
    """What is found for one row; dictionaries serve as ordered sets."""

    matches: dict[Match, None] = field(default_factory=dict)
    notes: dict[Note, None] = field(default_factory=dict)
    stays: dict[Note, None] = field(default_factory=dict)
    solved: bool = False

    def witness(self, select: Select) -> Witness:
        nothing = () if self.solved else (Note("absent", _one_line(select.text)),)
        return Witness(tuple(self.matches), (*self.notes, *nothing, *(() if self.matches else self.stays)))


@dataclass(frozen=True)
class _Place:
    """Where a group stands: in which graph, by name and as the query writes it, and with which variables in scope.

    `decisive` has the marks of OPTIONALs whose absence counts.
    """

    graph: ox.NamedNode | None = None
    within: Slot | None = None
    scope: frozenset[Variable] = frozenset()
    decisive: frozenset[Variable] = frozenset()


@dataclass
class _Later:
    """What the solutions of a pattern leave to ask, kept until all are known so that it is asked once."""

    tests: dict[tuple[Exists, Slot | None], dict[_Want, None]] = field(default_factory=dict)
    subqueries: dict[tuple[Subquery, Slot | None], dict[_Want, None]] = field(default_factory=dict)
    walks: dict[tuple[TriplePattern, ox.NamedNode | None], list[tuple[int, Term, Term]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Search:
    """The search for the witnesses of one query's rows."""

    store: Store
    prologue: str
    dataset: str
    accounts: tuple[_Account, ...]

    def rows(
        self,
        select: Select,
        wants: Sequence[_Want],
        graph: Slot | None = None,
        *,
        loose: bool = False,
        limit: int | None = None,
    ) -> None:
        """Take rows of a select back to the solutions of its pattern; `loose` lets an unbound value be any."""
        kept = [want.only(_repeatable(select, graph)) for want in wants]
        if select.aggregated:
            kept = self._members(select, graph, kept, loose)
        self.pattern(_completed(select), kept, graph, seen=_shown(select), loose=loose, limit=limit)

    def _members(self, select: Select, graph: Slot | None, wants: Sequence[_Want], loose: bool) -> list[_Want]:
        """The keys of the groups that give these rows."""
        keys = {key.variable for key in select.keys} | ({graph} if isinstance(graph, Variable) else set())
        if keys <= set(_repeatable(select, graph)):
            return [want.only(keys) for want in wants]
        matching = _matcher(wants, loose)
        return [
            _Want(wants[number].owner, tuple((key, row.get(key)) for key in keys))
            for row in self._group_rows(select, graph, keys)
            for number in matching(row)
        ]

    def _group_rows(self, select: Select, graph: Slot | None, keys: set[Variable]) -> list[Solution]:
        """The groups as the query itself makes them, with the keys that it does not show."""
        items = [_item(item) for item in select.projection or ()]
        shown = [_item(Bind(key.expression, key.variable) if key.expression else key.variable) for key in select.keys]
        named = [f"?{key.name}" for key in keys if key not in select.columns]
        outer = [f"?{graph.name}"] if isinstance(graph, Variable) else []
        data = f"VALUES {select.data.text}" if select.data else ""
        tail = f"GROUP BY {' '.join([*shown, *outer])} {select.having} {data}"
        return self._solutions(f"SELECT DISTINCT {' '.join([*items, *named])}", _within(graph, select.text), tail)

    def pattern(
        self,
        group: Group,
        wants: Sequence[_Want],
        graph: Slot | None = None,
        *,
        seen: frozenset[Variable] = frozenset(),
        loose: bool = False,
        deep: bool = False,
        limit: int | None = None,
    ) -> set[_Want]:
        """Account for all solutions that give these values; return the wants that any gives.

        `seen` names the variables on which the rows depend outside of the pattern; `deep` puts the values into every
        inner group as well, as the evaluation of EXISTS does (section 18.6).
        """
        if not wants:
            return set()
        matching, later, met = _matcher(wants, loose), _Later(), set()
        telling = decisive(group, seen)
        for solution in self._matching(group, wants, graph, deep=deep, limit=limit):
            place = _Place(_graph(graph, solution), graph, decisive=telling)
            for want in {wants[number]: None for number in matching(solution)}:
                met.add(want)
                self.accounts[want.owner].solved = True
                self._ground(group, solution, place, want.owner, later)
        self._catch_up(later)
        return met

    def _matching(
        self, group: Group, wants: Sequence[_Want], graph: Slot | None, *, deep: bool = True, limit: int | None = None
    ) -> Iterator[Solution]:
        """Solutions of a group that may give these values, in halves as long as the values are too many to ask for."""
        where = _within(graph, _printed(group, _seeds(wants, deep)))
        if len(wants) == 1 or len(where) < len(_printed(group, _Seeds())) + MAX_SIZE // 4:
            yield from self._solutions("SELECT DISTINCT *", where, f"LIMIT {limit or _MOST}", most=_MOST)
        else:
            for half in (wants[: len(wants) // 2], wants[len(wants) // 2 :]):
                yield from self._matching(group, half, graph, deep=deep, limit=limit)

    def _solutions(self, select: str, where: str, tail: str = "", most: int | None = None) -> list[Solution]:
        try:
            answer = self.store.query(f"{self.prologue}\n{select} {self.dataset} WHERE {where} {tail}")
        except BadQuery as error:
            raise BadQuery(f"The query is too much to explain, which takes a longer one. {error}") from None
        assert isinstance(answer, Solutions)
        if len(answer.rows) == most:
            raise BadQuery(f"The rows rest on {most:,} solutions or more. Explain one row, or ask for fewer.")
        variables = [Variable(name) for name in answer.variables]
        rows = sorted(answer.rows, key=lambda row: tuple(map(str, row)))
        return [dict(zip(variables, row, strict=True)) for row in rows]

    # One solution

    def _ground(self, group: Group, solution: Solution, place: _Place, owner: int, later: _Later) -> None:
        """Account for what matched in one solution."""
        place = replace(place, scope=place.scope | visible(group))
        for i, element in enumerate(group.elements):
            match element:
                case TriplePattern():
                    self._ground_triple(element, solution, place, owner, later)
                case Filter(Expression(_, (test,)), plain=True) if test.ground == "absent":
                    self._note_absence(test.text, solution, owner)
                case Filter(expression) | Bind(expression):
                    for test in expression.tests:
                        wants = later.tests.setdefault((test, place.within), {})
                        wants[_wanted(owner, solution, place, mentioned(test.text) - assigned(test.group))] = None
                case Minus() | Optional() if text := _absent(element, i, group, solution, place):
                    self.accounts[owner].notes[Note("absent", text)] = None
                case Subquery(select):
                    rows = later.subqueries.setdefault((element, place.within), {})
                    rows[_wanted(owner, solution, place, frozenset(select.columns))] = None
                case _:
                    self._ground_inner(element, solution, place, owner, later)

    def _ground_inner(self, element: Element, solution: Solution, place: _Place, owner: int, later: _Later) -> None:
        match element:
            case Optional(group, mark) if solution.get(mark) is not None:
                self._ground(group, solution, place, owner, later)
            case InGraph(within, group):
                inner = _Place(_graph(within, solution), within, decisive=place.decisive)
                self._ground(group, solution, inner, owner, later)
            case Union(branches):
                for branch in branches:
                    if solution.get(branch.mark) is not None:
                        self._ground(branch.group, solution, replace(place, scope=frozenset()), owner, later)

    def _ground_triple(
        self, pattern: TriplePattern, solution: Solution, place: _Place, owner: int, later: _Later
    ) -> None:
        terms = [_value(slot, solution) for slot in pattern]
        if None in terms:
            return
        if isinstance(pattern.predicate, Repeat):
            first, last = (term for term in terms if term is not None)
            later.walks.setdefault((pattern, place.graph), []).append((owner, first, last))
        else:
            triple = ox.Triple(*terms)  # type: ignore[arg-type]
            self.accounts[owner].matches[Match(triple, place.graph)] = None

    def _note_absence(self, text: str, solution: Solution, owner: int) -> None:
        self.accounts[owner].notes[Note("absent", _filled(text, solution))] = None

    # What the solutions leave to ask

    def _catch_up(self, later: _Later) -> None:
        for (pattern, graph), steps in later.walks.items():
            self._walk(pattern, graph, steps)
        for (subquery, within), wants in later.subqueries.items():
            self.rows(subquery.select, list(wants), within, loose=True)
        for (test, within), wants in later.tests.items():
            self._test(test, within, list(wants))

    def _walk(self, pattern: TriplePattern, graph: ox.NamedNode | None, steps: list[tuple[int, Term, Term]]) -> None:
        def ask(variables: str, where: str) -> list[tuple[Term | None, ...]]:
            columns = [Variable(name) for name in variables.replace("?", "").split()]
            rows = self._solutions(f"SELECT DISTINCT {variables}", _within(graph, where))
            return [tuple(row.get(column) for column in columns) for row in rows]

        assert isinstance(pattern.predicate, Repeat)
        found = walks(pattern.predicate, [(first, last) for _, first, last in steps], ask)
        for owner, first, last in steps:
            text = f"{_short(first)} {written(pattern.predicate)} {_short(last)}"
            if (first, last) not in found:
                self.accounts[owner].notes[Note("untraced", text)] = None
            elif not found[first, last]:
                self.accounts[owner].stays[Note("reflexive", text)] = None
            for triple in found.get((first, last), ()):
                self.accounts[owner].matches[Match(triple, graph)] = None

    def _test(self, test: Exists, within: Slot | None, wants: list[_Want]) -> None:
        """Account for what an EXISTS or NOT EXISTS found or did not find, as far as a condition can rest on it."""
        if test.ground == "absent":
            matching = _matcher(wants, loose=True)
            met = {wants[n] for solution in self._matching(test.group, wants, within) for n in matching(solution)}
        else:
            met = self.pattern(test.group, wants, within, loose=True, deep=True)
        for want in wants:
            if want not in met and test.ground != "found":
                self._note_absence(test.text, dict(want.values), want.owner)


# Matching solutions with what is wanted


def _matcher(wants: Sequence[_Want], loose: bool) -> Callable[[Solution], list[int]]:
    """Return a function that tells the numbers of the wants that a solution gives.

    Strictly, what is unbound in a want must be in the solution. Loosely, only values bound in both must be the same.
    """
    index: dict[tuple[Variable, ...], dict[tuple[Term | str | None, ...], list[int]]] = {}
    for number, want in enumerate(wants):
        pairs = [(variable, term) for variable, term in want.values if term is not None or not loose]
        places = index.setdefault(tuple(variable for variable, _ in pairs), {})
        places.setdefault(tuple(_known(term) for _, term in pairs), []).append(number)

    def matching(solution: Solution) -> list[int]:
        found: list[int] = []
        for variables, places in index.items():
            key = tuple(_known(solution.get(variable)) for variable in variables)
            if loose and None in key:
                found += [n for other, numbers in places.items() if _compatible(key, other) for n in numbers]
            else:
                found += places.get(key, [])
        return found

    return matching


def _compatible(left: tuple[Term | str | None, ...], right: tuple[Term | str | None, ...]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(left, right, strict=True))


def _known(term: Term | None) -> Term | str | None:
    return "_:" if isinstance(term, ox.BlankNode) else term


def _absent(element: Minus | Optional, number: int, group: Group, solution: Solution, place: _Place) -> str:
    """The pattern of that element of a group, if the solution rests on its having no match; else nothing.

    Only the values of what stands before it are put in: what stands after it cannot have kept it from matching.
    """
    known = {variable: solution.get(variable) for variable in visible(Group(group.elements[:number]))}
    match element:
        case Minus(removed, text):
            tells = any(known.get(variable) is not None for variable in visible(removed))
        case Optional(_, mark, text):
            tells = mark in place.decisive and solution.get(mark) is None
    return _filled(text, known) if tells else ""


def _wanted(owner: int, solution: Solution, place: _Place, variables: frozenset[Variable]) -> _Want:
    names = variables & place.scope | _slots(place.within)
    ordered = sorted(names, key=lambda variable: variable.name)
    return _Want(owner, tuple((variable, solution.get(variable)) for variable in ordered))


def _slots(slot: Slot | None) -> frozenset[Variable]:
    return frozenset({slot}) if isinstance(slot, Variable) else frozenset()


def _value(slot: Slot, solution: Solution) -> Term | None:
    return solution.get(slot) if isinstance(slot, Variable) else slot


def _graph(slot: Slot | None, solution: Solution) -> ox.NamedNode | None:
    graph = _value(slot, solution) if slot is not None else None
    return graph if isinstance(graph, ox.NamedNode) else None


# Printing patterns with marks and values


def _completed(select: Select) -> Group:
    """The pattern of a select with what its other clauses compute or add from each solution."""
    added: list[Element]
    if select.aggregated:
        added = [Bind(key.expression, key.variable) for key in select.keys if key.expression]
    else:
        added = [item for item in select.projection or () if isinstance(item, Bind)]
        added += [select.data] if select.data else []
    return Group((*select.where.elements, *added))


def _shown(select: Select) -> frozenset[Variable]:
    """The variables of a select's pattern on which its rows depend."""
    computed = [item.expression.text for item in select.projection or () if isinstance(item, Bind)]
    computed += [key.expression.text for key in select.keys if key.expression]
    keys = {key.variable for key in select.keys}
    return frozenset(select.columns).union(keys, mentioned(select.having), *map(mentioned, computed))


_VOLATILE = frozenset(("RAND", "NOW", "UUID", "STRUUID", "BNODE"))


def _repeatable(select: Select, graph: Slot | None) -> frozenset[Variable]:
    """The columns whose values come out the same when asked again."""
    volatile = {
        item.variable
        for item in select.projection or ()
        if isinstance(item, Bind) and any(token.text.upper() in _VOLATILE for token in tokens(item.expression.text))
    }
    return frozenset(select.columns) - volatile | _slots(graph)


@dataclass(frozen=True)
class _Seeds:
    """Values that are put into a pattern as data, so that the store looks only for what gives them."""

    variables: tuple[Variable, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    deep: bool = False

    def block(self, bound: frozenset[Variable]) -> str:
        places = [i for i, variable in enumerate(self.variables) if self.deep or variable in bound]
        if not places:
            return ""
        rows = {f"({' '.join(_data(row[i]) for i in places)})": None for row in self.rows}
        return f"VALUES ({' '.join(f'?{self.variables[i].name}' for i in places)}) {{ {' '.join(rows)} }} "


def _seeds(wants: Sequence[_Want], deep: bool) -> _Seeds:
    variables = tuple({variable: None for want in wants for variable, _ in want.values})
    rows = [dict(want.values) for want in wants]
    if not deep:
        variables = tuple(v for v in variables if all(_data(row.get(v)) != _UNDEF for row in rows))
    return _Seeds(variables, tuple(tuple(row.get(v) for v in variables) for row in rows), deep)


_UNDEF = "UNDEF"


def _data(term: Term | None) -> str:
    return _UNDEF if term is None or isinstance(term, ox.BlankNode) else str(term)


def _within(graph: Slot | None, group: str) -> str:
    return f"{{ {group} }}" if graph is None else f"{{ GRAPH {_printed_slot(graph)} {{ {group} }} }}"


def _printed(group: Group, seeds: _Seeds) -> str:
    """What stands between the braces of a group."""
    bound = certain(Group(tuple(takewhile(_only_joins, group.elements))))
    return seeds.block(bound) + " ".join(_printed_element(element, seeds) for element in group.elements)


def _only_joins(element: Element) -> bool:
    """Whether the element is joined with what stands before it, so that data may stand before both as well as after."""
    return not isinstance(element, Optional | Minus | Bind)


def _printed_element(element: Element, seeds: _Seeds) -> str:
    match element:
        case TriplePattern(subject, predicate, object):
            joined = written(predicate) if isinstance(predicate, Repeat) else _printed_slot(predicate)
            return f"{_printed_slot(subject)} {joined} {_printed_slot(object)} ."
        case Filter(expression):
            return f"FILTER {expression.text}"
        case Bind():
            return f"BIND {_item(element)}"
        case Data(text=text):
            return f"VALUES {text}"
        case Optional(group, mark):
            inner = _printed(group, seeds if seeds.deep else _Seeds())
            return f"OPTIONAL {{ {inner} {_marked(mark)} }}"
        case Union(branches):
            return " UNION ".join(_printed_branch(branch, seeds) for branch in branches)
        case InGraph(graph, group):
            return f"GRAPH {_printed_slot(graph)} {{ {_printed(group, seeds)} }}"
        case Minus(_, text):
            return f"MINUS {text}"
        case Subquery(_, text):
            return f"{{ {text} }}"


def _printed_branch(branch: Branch, seeds: _Seeds) -> str:
    return f"{{ {_printed(branch.group, seeds)} {_marked(branch.mark)} }}"


def _marked(mark: Variable) -> str:
    return f"BIND(true AS ?{mark.name})"


def _item(item: Variable | Bind) -> str:
    return f"?{item.name}" if isinstance(item, Variable) else f"({item.expression.text} AS ?{item.variable.name})"


def _printed_slot(slot: Slot) -> str:
    return f"?{slot.name}" if isinstance(slot, Variable) else str(slot)


# Patterns for a reader


def _filled(text: str, solution: Solution) -> str:
    """A pattern with the solution's values in the place of its variables."""
    filled, end = "", 0
    for token in tokens(text):
        term = solution.get(Variable(token.text[1:])) if token.kind == "variable" else None
        if term is not None:
            filled += text[end : token.start] + _short(term)
            end = token.start + len(token.text)
    return _one_line(filled + text[end:])


def _short(term: Term) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _one_line(text: str) -> str:
    return " ".join(text.split())
