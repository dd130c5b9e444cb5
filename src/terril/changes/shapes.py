"""Shapes that changed: constraint by constraint, and whether data must now satisfy more, or less.

What counts as tighter follows from the definitions in SHACL (W3C Recommendation, 20 July 2017): data that conforms to
the tighter shape conforms to the looser one, all else being equal. A greater severity is tighter, too.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from math import isnan
from typing import Final

import pyoxigraph as ox

from ..bundle.short import short
from ..names import PREFIXES, expand
from ..results import Term
from .records import Constraint, Weight

_PROPERTY: Final = ox.NamedNode(expand("sh:property"))
_PATH: Final = ox.NamedNode(expand("sh:path"))
_FIRST: Final = ox.NamedNode(expand("rdf:first"))
_REST: Final = ox.NamedNode(expand("rdf:rest"))
_NIL: Final = ox.NamedNode(expand("rdf:nil"))

_LEAST: Final = ("sh:minCount", "sh:minLength", "sh:minInclusive", "sh:minExclusive", "sh:qualifiedMinCount")
"""Constraints that are tighter the greater their value is."""
_NO_LESS: Final = ("sh:minCount", "sh:minLength", "sh:qualifiedMinCount")
"""Those of which 0 asks for nothing."""
_MOST: Final = ("sh:maxCount", "sh:maxLength", "sh:maxInclusive", "sh:maxExclusive", "sh:qualifiedMaxCount")
_CHOICES: Final = ("sh:in", "sh:or", "sh:xone", "sh:languageIn")
"""Lists of what is allowed, tighter the less they hold. (Of sh:xone that holds for shapes that exclude each other.)"""
_EXCEPTIONS: Final = "sh:ignoredProperties"
"""A list of what a closed shape allows besides; without it that is nothing."""
_LISTS: Final = (*_CHOICES, _EXCEPTIONS, "sh:and")
_TEXTS: Final = ("sh:message", "sh:name", "sh:description", "sh:order", "sh:group", "rdfs:label", "rdfs:comment")
_SEVERITIES: Final = ("sh:Info", "sh:Warning", "sh:Violation")
_NEITHER: Final = ("sh:path", "sh:prefixes", "sh:defaultValue", "sh:flags", "sh:select", "sh:ask")
_FLAGS: Final = {"sh:deactivated": False, "sh:closed": True, "sh:uniqueLang": True}
"""Constraints that are on or off, and whether on is tighter."""

_Flat = dict[tuple[str, str], frozenset[str]]
"""The values of a shape by where in it they stand and by constraint."""


def changed(before: ox.Store, after: ox.Store) -> tuple[Constraint, ...]:
    """The constraints that differ, by shape; a shape that only one side has is one change.

    A shape without a name that is part of no other goes by what it says: one that changed is gone, and another is new.
    """
    sides = _Graph(before), _Graph(after)
    old, new = (side.shapes() for side in sides)
    found: list[Constraint] = []
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            found.append(Constraint("tighter" if name in new else "looser", name, "", ""))
            continue
        both = list(zip(sides, (old[name], new[name]), strict=True))
        alike = set[str]().union(*(side.alike(shape) for side, shape in both))
        found += _differing(name, *(side.flat(shape, alike) for side, shape in both))
    return tuple(found)


def _differing(shape: str, old: _Flat, new: _Flat) -> Iterator[Constraint]:
    for place, constraint in sorted({*old, *new}):
        before, after = (tuple(sorted(flat.get((place, constraint), ()))) for flat in (old, new))
        if before != after:
            yield Constraint(_weight(constraint, before, after), shape, place, constraint, before, after)


def _weight(constraint: str, before: tuple[str, ...], after: tuple[str, ...]) -> Weight:
    if constraint in _TEXTS:
        return "reworded"
    if constraint in _NEITHER or not constraint.startswith("sh:"):
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
    least = 0.0 if constraint in _NO_LESS else float("-inf")
    return max((sign * number for number in numbers if number is not None), default=least)


def _number(value: str) -> float | None:
    try:
        number = float(value.partition("^^")[0].strip('"'))
    except ValueError:
        return None
    return None if isnan(number) else number


def _by_content(constraint: str, before: set[str], after: set[str]) -> Weight:
    """More constraints ask for more; more choices in a list allow more."""
    if constraint == _EXCEPTIONS or (constraint in _CHOICES and before and after):
        before, after = after, before
    return "tighter" if before < after else "looser" if before > after else "changed"


# Shapes laid flat


@dataclass(frozen=True)
class _Graph:
    """A graph that holds shapes, and what its nameless nodes are written as, each worked out once."""

    store: ox.Store
    _texts: dict[Term, str] = field(default_factory=dict)

    def shapes(self) -> dict[str, Term]:
        """The shapes, and constraints with a name, by it; what hangs on a blank node is part of what names it."""
        found = self.store.query(_SUBJECTS, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        nodes = [solution[0] for solution in found]
        return {self._written(node): node for node in nodes if isinstance(node, ox.NamedNode) or not self._hangs(node)}

    def alike(self, shape: Term) -> set[str]:
        """The places at which more than one nameless property shape stands: only what they hold tells these apart."""
        places = Counter(place for place, _ in self._parts(shape))
        return {place for place, count in places.items() if count > 1}

    def flat(self, shape: Term, alike: set[str]) -> _Flat:
        """What a shape says by where in it that stands and by constraint; property shapes at places alike as values."""
        flat: dict[tuple[str, str], set[str]] = {}
        for place, node in self._parts(shape):
            if any(f"{place} ".startswith(f"{each} ") for each in alike):
                continue
            for predicate, object in self._facts(node):
                part = self._place(place, object) if predicate == _PROPERTY and _is_nameless(object) else None
                if part is None or part in alike:
                    key = part or place or self._path(node), short(predicate)
                    flat.setdefault(key, set()).update(self._values(node, predicate, object))
        return {key: frozenset(values) for key, values in flat.items()}

    def _parts(self, shape: Term) -> Iterator[tuple[str, Term]]:
        """A shape and the nameless property shapes in it, each once, with the paths that lead there."""
        waiting, seen = [("", shape)], set()
        while waiting:
            place, node = waiting.pop()
            if node not in seen:
                seen.add(node)
                yield place, node
                found = filter(_is_nameless, self._objects(node, _PROPERTY))
                waiting += sorted(((self._place(place, part), part) for part in found), key=lambda each: each[0])

    def _place(self, place: str, part: Term) -> str:
        return f"{place} {self._path(part)}".strip()

    def _path(self, shape: Term) -> str:
        """The path of a property shape; that of a node shape is empty."""
        return " ".join(sorted(map(self._written, self._objects(shape, _PATH))))

    def _values(self, node: Term, predicate: ox.NamedNode, object: Term) -> list[str]:
        """What a constraint says; of a list, each item, unless there are several lists, which all hold."""
        is_list = short(predicate) in _LISTS and len(self._objects(node, predicate)) == 1
        return [self._written(term) for term in (is_list and self._items(object)) or [object]]

    def _written(self, term: Term, depth: int = 0) -> str:
        """A value as Turtle: lists and nameless nodes with all that they hold; the end of a long one as a digest."""
        if not _is_nameless(term):
            return short(term)
        if depth > _DEEPEST:
            return "…"
        if term not in self._texts:
            self._texts[term] = "…"  # stands for a node within itself
            text = self._whole(term, depth + 1)
            is_long = len(text) > _LONGEST
            self._texts[term] = f"{text[:_LONGEST]}… {sha256(text.encode()).hexdigest()[:16]}" if is_long else text
        return self._texts[term]

    def _whole(self, node: Term, depth: int) -> str:
        if (items := self._items(node)) is not None:
            return f"( {' '.join(self._written(item, depth) for item in items)} )"
        parts = sorted(f"{short(predicate)} {self._written(object, depth)}" for predicate, object in self._facts(node))
        return f"[ {' ; '.join(parts)} ]"

    def _items(self, node: Term) -> list[Term] | None:
        """The items of a list, None for what is none."""
        items: list[Term] = []
        seen = set()
        while node != _NIL:
            first, rest = (self._objects(node, each) for each in (_FIRST, _REST))
            if len(first) != 1 or len(rest) != 1 or node in seen:
                return None
            seen.add(node)
            items.append(first[0])
            node = rest[0]
        return items

    # Triples, whichever graphs hold them

    def _facts(self, node: Term) -> list[tuple[ox.NamedNode, Term]]:
        quads = self.store.quads_for_pattern(node, None, None, None)  # type: ignore[arg-type]
        return list(dict.fromkeys((quad.predicate, quad.object) for quad in quads))

    def _objects(self, node: Term, predicate: ox.NamedNode) -> list[Term]:
        if isinstance(node, ox.Literal | ox.Triple):
            return []
        return list(dict.fromkeys(quad.object for quad in self.store.quads_for_pattern(node, predicate, None, None)))

    def _hangs(self, node: Term) -> bool:
        return any(True for _ in self.store.quads_for_pattern(None, None, node, None))


def _is_nameless(term: Term) -> bool:
    return isinstance(term, ox.BlankNode)


_SUBJECTS: Final = f"""
PREFIX sh: <{PREFIXES["sh"]}>
SELECT DISTINCT ?shape WHERE {{
  ?shape ?predicate ?object
  FILTER (?object IN (sh:NodeShape, sh:PropertyShape)
    || STRSTARTS(STR(?predicate), STR(sh:)) && ?predicate != sh:declare)
}}
"""
"""What SHACL says something of. A declaration of prefixes is none of a shape."""

_DEEPEST: Final = 32
"""Nodes within nodes; shapes do not go so deep."""
_LONGEST: Final = 20_000
"""Characters of a value. Nodes that several others hold would else be written over and over."""
