"""Things that stayed what they are and got another address."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from ..names import expand
from ..results import LABELS, Term
from .standings import about, presence

_TYPE: Final = expand("rdf:type")
_PLACES: Final = frozenset(expand(f"terril:{name}") for name in ("start", "end"))
"""Where a passage stands is no sign of which one it is: it moves with all that is put before it."""

_HALF: Final = 0.5
_NAMESAKES: Final = 50
"""So many things of one kind and name are not told apart by their facts: each would be held against each."""
_ROUNDS: Final = 5
"""Neighbours that moved too are recognised in the next round."""

Fact = tuple[str, str, Term]
Addresses = Mapping[Any, ox.NamedNode]


@dataclass(frozen=True)
class Move:
    """A thing's old and new address, and why it is taken for the same one: how many of its names and facts, of all on
    both sides, are the same; its kinds are.
    """

    old: ox.NamedNode
    new: ox.NamedNode
    names: tuple[int, int]
    facts: tuple[int, int]

    @property
    def score(self) -> float:
        """The share of names and facts that are the same, from 0 to 1."""
        return (self.names[0] + self.facts[0]) / (self.names[1] + self.facts[1])


@dataclass(frozen=True)
class _Portrait:
    """What a graph states of a thing: its kinds, its names, and its facts in both directions."""

    thing: ox.NamedNode
    kinds: frozenset[Term]
    names: frozenset[Term]
    facts: frozenset[Fact]


def moves(gone: Iterable[ox.Quad], new: Iterable[ox.Quad], before: ox.Store, after: ox.Store) -> list[Move]:
    """The things that only one graph speaks of and that the other has under another address.

    Only things of the same kinds with a name in common are held against each other. They are the same if at least half
    of all that is stated of the two is, and if neither is as like to any other.
    """
    old = [
        _portrait(each, before) for each in _subjects(gone) if presence(each, (each, before), after) == (True, False)
    ]
    fresh = [
        _portrait(each, after) for each in _subjects(new) if presence(each, (each, before), after) == (False, True)
    ]
    found: dict[ox.NamedNode, Move] = {}
    for _ in range(_ROUNDS):
        addresses = {move.old: move.new for move in found.values()}
        taken = set(addresses.values())
        left = [each for each in old if each.thing not in found], [each for each in fresh if each.thing not in taken]
        more = _unrivalled(list(_pairs(*left, addresses)))
        if not more:
            break
        found |= {move.old: move for move in more}
    return sorted(found.values(), key=lambda move: move.new.value)


def moved(quad: ox.Quad, addresses: Addresses) -> ox.Quad:
    """A quad with new addresses in place of old ones."""
    if not addresses:
        return quad
    subject, predicate, object, graph = (addresses.get(term, term) for term in (*quad.triple, quad.graph_name))
    return ox.Quad(subject, predicate, object, graph)


def _subjects(quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
    return sorted({quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}, key=str)


def _portrait(thing: ox.NamedNode, graph: ox.Store) -> _Portrait:
    kinds, names, facts = set[Term](), set[Term](), set[Fact]()
    for triple in about(thing, graph):
        name = triple.predicate.value
        if triple.subject != thing:
            facts.add(("in", name, triple.subject))
        elif name == _TYPE:
            kinds.add(triple.object)
        elif name in LABELS:
            names.add(triple.object)
        elif name not in _PLACES:
            facts.add(("out", name, triple.object))
    return _Portrait(thing, frozenset(kinds), frozenset(names), frozenset(facts))


def _pairs(old: list[_Portrait], fresh: list[_Portrait], addresses: Addresses) -> Iterator[Move]:
    """Those that are alike enough. An index by kinds and name keeps this from being quadratic."""
    namesakes: tuple[defaultdict[object, list[_Portrait]], ...] = (defaultdict(list), defaultdict(list))
    for index, portraits in zip(namesakes, (old, fresh), strict=True):
        for portrait in portraits:
            for name in portrait.names:
                index[portrait.kinds, name].append(portrait)
    held = set()
    for key, ours in namesakes[0].items():
        theirs = namesakes[1].get(key, [])
        if max(len(ours), len(theirs)) > _NAMESAKES:
            continue
        held |= {(one, other) for one in ours for other in theirs}
    for one, other in held:
        move = _likeness(one, other, addresses)
        if move.facts[0] >= _HALF * move.facts[1] and move.score >= _HALF:
            yield move


def _likeness(one: _Portrait, other: _Portrait, addresses: Addresses) -> Move:
    facts = {(way, name, addresses.get(end, end)) for way, name, end in one.facts}
    return Move(
        one.thing,
        other.thing,
        (len(one.names & other.names), len(one.names | other.names)),
        (len(facts & other.facts), len(facts | other.facts)),
    )


def _unrivalled(found: list[Move]) -> list[Move]:
    """The pairs of which neither side has another as good: so the order of things decides nothing."""
    best: dict[ox.NamedNode, float] = {}
    for move in found:
        for end in (move.old, move.new):
            best[end] = max(best.get(end, 0.0), move.score)
    top = [move for move in found if move.score >= max(best[move.old], best[move.new])]
    rivals = Counter(end for move in found for end in (move.old, move.new) if move.score == best[end])
    return [move for move in top if rivals[move.old] == rivals[move.new] == 1]
