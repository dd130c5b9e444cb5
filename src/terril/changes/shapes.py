"""Shapes that changed: constraint by constraint, and whether data must now satisfy more, or less.

What counts as tighter follows from the definitions in SHACL (W3C Recommendation, 20 July 2017): data that conforms to
the tighter shape conforms to the looser one, all else being equal.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

import pyoxigraph as ox

from ..bundle.short import short
from ..names import expand
from ..results import Term
from .records import Constraint, Weight

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_PROPERTY: Final = ox.NamedNode(expand("sh:property"))
_PATH: Final = ox.NamedNode(expand("sh:path"))
_FIRST: Final = ox.NamedNode(expand("rdf:first"))
_REST: Final = ox.NamedNode(expand("rdf:rest"))
_NIL: Final = ox.NamedNode(expand("rdf:nil"))

_LEAST: Final = ("sh:minCount", "sh:minLength", "sh:minInclusive", "sh:minExclusive", "sh:qualifiedMinCount")
"""Constraints that are tighter the greater their value is."""
_MOST: Final = ("sh:maxCount", "sh:maxLength", "sh:maxInclusive", "sh:maxExclusive", "sh:qualifiedMaxCount")
_CHOICES: Final = ("sh:in", "sh:or", "sh:xone", "sh:languageIn", "sh:ignoredProperties")
"""Lists of what is allowed, tighter the less they hold. (Of sh:xone that holds for shapes that exclude each other.)"""
_TEXTS: Final = ("sh:message", "sh:name", "sh:description", "sh:order", "sh:group", "rdfs:label", "rdfs:comment")
_SEVERITIES: Final = ("sh:Info", "sh:Warning", "sh:Violation")
_NEITHER: Final = ("sh:path", "rdf:type", "sh:prefixes", "sh:defaultValue")
_FLAGS: Final = {"sh:deactivated": False, "sh:closed": True, "sh:uniqueLang": True}
"""Constraints that are on or off, and whether on is tighter."""

_Flat = dict[tuple[str, str], frozenset[str]]
"""The values of a shape by where in it they stand and by constraint."""


def changed(before: ox.Store, after: ox.Store) -> tuple[Constraint, ...]:
    """The constraints that differ, by shape; a shape that only one side has is one change."""
    old, new = _shapes(before), _shapes(after)
    found: list[Constraint] = []
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            found.append(Constraint("tighter" if name in new else "looser", name, "", ""))
        else:
            found += _differing(name, old[name], new[name])
    return tuple(found)


def _differing(shape: str, old: _Flat, new: _Flat) -> Iterator[Constraint]:
    for place, constraint in sorted({*old, *new}):
        before, after = (tuple(sorted(flat.get((place, constraint), ()))) for flat in (old, new))
        if before != after:
            yield Constraint(_weight(constraint, before, after), shape, place, constraint, before, after)


def _weight(constraint: str, before: tuple[str, ...], after: tuple[str, ...]) -> Weight:
    if constraint in _TEXTS:
        return "reworded"
    if constraint in _NEITHER:
        return "changed"
    ours, theirs = _strength(constraint, before), _strength(constraint, after)
    if ours is None or theirs is None:
        return _by_content(constraint, set(before), set(after))
    return "changed" if ours == theirs else "tighter" if theirs > ours else "looser"


def _strength(constraint: str, values: tuple[str, ...]) -> float | None:
    """How much a constraint asks for, as a number to be compared; None for what has no order."""
    if constraint == "sh:severity":
        return _SEVERITIES.index(values[0]) if values and values[0] in _SEVERITIES else 2.0 if not values else None
    if constraint in _FLAGS:
        return float(any("true" in value for value in values) is _FLAGS[constraint])
    if constraint not in (*_LEAST, *_MOST):
        return None
    numbers = [_number(value) for value in values]
    if any(number is None for number in numbers):
        return None
    sign = 1 if constraint in _LEAST else -1
    return max((sign * number for number in numbers if number is not None), default=float("-inf"))


def _number(value: str) -> float | None:
    try:
        return float(value.partition("^^")[0].strip('"'))
    except ValueError:
        return None


def _by_content(constraint: str, before: set[str], after: set[str]) -> Weight:
    """More constraints ask for more; more choices in a list allow more."""
    if constraint in _CHOICES and before and after:
        before, after = after, before
    return "tighter" if before < after else "looser" if before > after else "changed"


# Shapes laid flat


def _shapes(graph: ox.Store) -> dict[str, _Flat]:
    """The shapes with a name, by it; what hangs on a blank node is part of the shape that names it."""
    kinds = [ox.NamedNode(expand(f"sh:{name}")) for name in ("NodeShape", "PropertyShape")]
    found = chain.from_iterable(graph.quads_for_pattern(None, _TYPE, kind, None) for kind in kinds)
    named = {quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}
    return {short(shape): _flat(shape, graph) for shape in named}


def _flat(shape: ox.NamedNode, graph: ox.Store) -> _Flat:
    flat: dict[tuple[str, str], set[str]] = {}
    waiting: list[tuple[str, Term]] = [("", shape)]
    while waiting:
        place, node = waiting.pop()
        for quad in graph.quads_for_pattern(node, None, None, None):  # type: ignore[arg-type]
            if quad.predicate == _PROPERTY and isinstance(quad.object, ox.BlankNode):
                waiting.append((f"{place} {_path(quad.object, graph)}".strip(), quad.object))
            else:
                key = place or _path(node, graph), short(quad.predicate)
                flat.setdefault(key, set()).update(_values(quad, graph))
    return {key: frozenset(values) for key, values in flat.items()}


def _values(quad: ox.Quad, graph: ox.Store) -> list[str]:
    """What a constraint says; of what is allowed, each choice, unless there are several lists, which all hold."""
    lists = list(graph.quads_for_pattern(quad.subject, quad.predicate, None, None))
    items = _items(quad.object, graph) if short(quad.predicate) in _CHOICES and len(lists) == 1 else None
    return [_written(term, graph) for term in ([quad.object] if items is None else items)]


def _path(shape: Term, graph: ox.Store) -> str:
    """The path of a property shape; that of a node shape is empty."""
    found = sorted(_written(quad.object, graph) for quad in graph.quads_for_pattern(shape, _PATH, None, None))  # type: ignore[arg-type]
    return " ".join(found)


def _written(term: Term, graph: ox.Store, depth: int = 0) -> str:
    """A value as Turtle: lists and nameless nodes with all that they hold."""
    if not isinstance(term, ox.BlankNode) or depth > _DEEPEST:
        return short(term)
    if (items := _items(term, graph)) is not None:
        return f"( {' '.join(_written(item, graph, depth + 1) for item in items)} )"
    quads = graph.quads_for_pattern(term, None, None, None)
    parts = sorted(f"{short(quad.predicate)} {_written(quad.object, graph, depth + 1)}" for quad in quads)
    return f"[ {' ; '.join(parts)} ]"


_DEEPEST: Final = 32
"""Nodes within nodes; what goes deeper runs in circles."""


def _items(node: Term, graph: ox.Store) -> list[Term] | None:
    """The items of a list, None for what is none."""
    items: list[Term] = []
    seen = set()
    while node != _NIL:
        first, rest = (list(graph.quads_for_pattern(node, each, None, None)) for each in (_FIRST, _REST))  # type: ignore[arg-type]
        if len(first) != 1 or len(rest) != 1 or node in seen:
            return None
        seen.add(node)
        items.append(first[0].object)
        node = rest[0].object
    return items
