"""What one graph says, looked up triple by triple: which named graphs say it, and whether anything but a rule does."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from ..engine import result
from ..names import INFERRED, expand
from ..results import Result, Term

Name: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Standing: TypeAlias = frozenset[Name]
"""The graphs in which a triple stands, the default graph among them."""

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_RULES: Final = ox.NamedNode(INFERRED)


@dataclass(frozen=True)
class Everywhere:
    """A graph asked as if all its named graphs and the default graph were one: for names and kinds, which a file may
    tell in a named graph alone."""

    graph: ox.Store

    def query(self, sparql: str) -> Result:
        """Answer a query of this package's own."""
        return result(self.graph.query(sparql, use_default_graph_as_union=True))


def is_stated(standing: Collection[Name]) -> bool:
    """Whether something says a triple, and it does not only follow by rules; where no graph has a name, all is said."""
    return bool(standing) and (_RULES not in standing or bool(sources(standing)))


def sources(standing: Iterable[Name]) -> list[ox.NamedNode]:
    """The named graphs that say a triple, in order."""
    named = (name for name in standing if isinstance(name, ox.NamedNode) and name != _RULES)
    return sorted(named, key=lambda name: name.value)


def standing(triple: ox.Triple, graph: ox.Store) -> Standing:
    """Where a triple stands; one with blank nodes nowhere, since their names are those of this very store."""
    if _has_no_name(triple.subject) or _has_no_name(triple.object):
        return frozenset()
    subject, predicate, object = triple
    return frozenset(quad.graph_name for quad in graph.quads_for_pattern(subject, predicate, object, None))


def _has_no_name(term: Term) -> bool:
    return isinstance(term, ox.BlankNode | ox.Triple)


def about(thing: ox.NamedNode, graph: ox.Store) -> list[ox.Triple]:
    """What a graph states of a thing, in both directions, in order; what only follows is left out."""
    found = defaultdict(set)
    for pattern in ((thing, None, None, None), (None, None, thing, None)):
        for quad in graph.quads_for_pattern(*pattern):
            found[quad.triple].add(quad.graph_name)
    return sorted((triple for triple, names in found.items() if is_stated(names)), key=str)


def says(thing: Term, relation: ox.NamedNode, graph: ox.Store) -> bool:
    """Whether a graph gives a thing a value of a relation."""
    return isinstance(thing, ox.NamedNode) and any(True for _ in graph.quads_for_pattern(thing, relation, None, None))


def presence(thing: Term, of_old: tuple[Term, ox.Store], graph: ox.Store) -> tuple[bool, bool]:
    """Whether a thing is there on the first side, where it may be called otherwise, and on the second.

    It is where something states its kind: words about it may stay when it goes. What has no kind on either side is
    there where anything is said of it.
    """
    old, before = of_old
    typed = _is_typed(old, before), _is_typed(thing, graph)
    return typed if any(typed) else (_is_subject(old, before), _is_subject(thing, graph))


def _is_typed(thing: Term, graph: ox.Store) -> bool:
    if not isinstance(thing, ox.NamedNode):
        return False
    found = defaultdict(set)
    for quad in graph.quads_for_pattern(thing, _TYPE, None, None):
        found[quad.object].add(quad.graph_name)
    return any(map(is_stated, found.values()))


def _is_subject(thing: Term, graph: ox.Store) -> bool:
    return isinstance(thing, ox.NamedNode) and any(True for _ in graph.quads_for_pattern(thing, None, None, None))
