"""Routes: the shortest ways between two things along links, found by breadth-first search from both ends.

Each step asks the store about many things at once. What may not be passed through is never followed, so that a hub with
a million links costs no more than any other thing. Among routes of one length those come first that rest on fewer
readings, then those whose middle has fewer links, which is nearer to being about both ends.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from .links import Link, Network

ENDS: Final = 1000
"""Links of an end, and of what a route is asked to pass, that are followed at most."""
OPENED: Final = 5000
"""Things whose links one search fetches, at most."""

Known: TypeAlias = Mapping[ox.NamedNode, Mapping[ox.NamedNode, Sequence[Link]]]
"""Links by the things at their two ends, as they are met from the first."""
Route: TypeAlias = tuple[ox.NamedNode, ...]
"""The things on the way, both ends included."""


@dataclass(frozen=True)
class Terms:
    """On what terms routes are looked for.

    At most `longest` links and `count` routes. The middle never holds what is in `hubs` or `avoided` (things, and
    classes with all their subclasses), nor what has more than `most` links; and it holds for each of `via` a thing that
    is one of these or in one of these classes, even if that is a hub.
    """

    longest: int
    count: int
    most: int
    hubs: frozenset[ox.NamedNode] = frozenset()
    avoided: frozenset[ox.NamedNode] = frozenset()
    via: tuple[frozenset[ox.NamedNode], ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search found: routes in their order; how long the longest are that were looked for; and, if there are no
    routes, the chains of hubs that would link the ends."""

    routes: tuple[Route, ...]
    searched: int
    hubs: tuple[Route, ...] = ()


@dataclass
class _Side:
    """One end, how far other things are from it, and the outermost of these, whose links are yet to be fetched."""

    root: ox.NamedNode
    near: dict[ox.NamedNode, int] = field(default_factory=dict)
    rim: list[ox.NamedNode] = field(default_factory=list)
    radius: int = 0
    is_wide: bool = False

    def take(self, things: Iterable[ox.NamedNode]) -> None:
        """Let things be a link further out than the rim, which they become."""
        self.radius += 1
        self.rim = [thing for thing in dict.fromkeys(things) if thing not in self.near]
        self.near |= dict.fromkeys(self.rim, self.radius)


def routes(start: ox.NamedNode, end: ox.NamedNode, network: Network, terms: Terms) -> tuple[Found, Known]:
    """Find routes between two different things, and give the links that were met on the way.

    Asks the store at most four times for each link of the longest route, and three times besides: one question for each
    500 things, and two more where some of these have too many links.
    """
    search = _Search(network, terms, _Side(start), _Side(end))
    return search.run(), search.known


@dataclass
class _Search:
    """What is known so far. Things get `open` when their links are fetched, or when it is clear that no route passes
    them; those of the latter that are hubs are remembered."""

    network: Network
    terms: Terms
    start: _Side
    end: _Side
    known: defaultdict[ox.NamedNode, dict[ox.NamedNode, list[Link]]] = field(default_factory=lambda: defaultdict(dict))
    width: dict[ox.NamedNode, int] = field(default_factory=dict)
    kinds: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=dict)
    may_pass: dict[ox.NamedNode, bool] = field(default_factory=dict)
    hubs: set[ox.NamedNode] = field(default_factory=set)
    is_spent: bool = False

    def run(self) -> Found:
        self._begin()
        found: list[Route] = []
        searched = 0
        while searched < self.terms.longest and len(found) < self.terms.count and self._reach(searched + 1):
            layers = self._layers(searched + 1)
            if self.is_spent:
                break
            searched += 1
            found += _Corridor(layers, self).best(self.terms.count - len(found))
        chains = () if found or self.terms.via else self._chains(searched)
        return Found(tuple(found), searched, chains)

    # Outwards from both ends

    def _begin(self) -> None:
        roots = [self.start.root, self.end.root]
        links, _ = self.network.links(roots, ENDS)
        self._learn(links)
        for side in (self.start, self.end):
            side.near[side.root] = 0
            side.is_wide = side.root not in links
            self.may_pass[side.root] = False
            if not side.is_wide:
                side.take(self.known[side.root])

    def _reach(self, length: int) -> bool:
        """Fetch what routes of a length are made of; tell whether that can be done."""
        wide = [side for side in (self.start, self.end) if side.is_wide]
        if not wide:
            while self.start.radius + self.end.radius < length and not self.is_spent:
                self._widen(min(self.start, self.end, key=lambda side: len(side.rim)))
        elif len(wide) == 1 or length == 1:
            other = self.start if wide[-1] is self.end else self.end
            while other.radius < length - 1 and not self.is_spent:
                self._widen(other)
            self._join(other, wide[-1])
        return not self.is_spent and (len(wide) < 2 or length == 1)

    def _widen(self, side: _Side) -> None:
        passable = self._open(side.rim)
        side.take(other for thing in passable for other in self.known[thing])

    def _join(self, side: _Side, wide: _Side) -> None:
        """Fetch the links of all that is near one end with the other, which has too many to fetch them all."""
        new = [thing for thing in side.near if thing not in wide.near and wide.root not in self.known[thing]]
        self.is_spent = self.is_spent or len(new) > OPENED
        if not self.is_spent:
            self._learn({thing: found for thing, found in self.network.links_to(new, wide.root).items() if found})
            wide.near |= {thing: 1 for thing in new if wide.root in self.known[thing]}
            wide.radius = 1

    def _learn(self, links: Mapping[ox.NamedNode, Sequence[Link]]) -> None:
        for thing, found in links.items():
            by_other: defaultdict[ox.NamedNode, list[Link]] = defaultdict(list)
            for link in found:
                by_other[link.other].append(link)
            self.known[thing] |= by_other
            for other, between in by_other.items():
                back = [link._replace(forward=not link.forward, other=thing) for link in between]
                self.known[other].setdefault(thing, back)

    def _open(self, things: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
        """Fetch the links of those things that a route may pass, and return these."""
        things = list(things)
        new = [thing for thing in things if thing not in self.may_pass]
        if len(self.may_pass) + len(new) > OPENED:
            self.is_spent = True
            return []
        self._classify(new)
        closed = {thing for thing in new if thing in self.hubs or self._is(thing, self.terms.avoided)}
        named = {thing for thing in new if any(thing in wanted for wanted in self.terms.via)}
        for part, most in ((named - closed, ENDS), (set(new) - named - closed, self.terms.most)):
            links, wide = self.network.links(sorted(part, key=str), most)
            self._learn(links)
            self.width |= {thing: len(found) for thing, found in links.items()}
            self.hubs |= wide
            closed |= wide
        self.may_pass |= {thing: thing not in closed for thing in new}
        return [thing for thing in things if self.may_pass[thing]]

    def _classify(self, things: Iterable[ox.NamedNode]) -> None:
        """Learn of which classes that matter things are, and which are therefore hubs."""
        new = [thing for thing in things if thing not in self.kinds]
        self.kinds |= self.network.kinds(new, self.terms.hubs.union(self.terms.avoided, *self.terms.via))
        for thing in new:
            wanted = any(self._is(thing, each) for each in self.terms.via)
            if self._is(thing, self.terms.hubs) and not wanted and not self._is(thing, self.terms.avoided):
                self.hubs.add(thing)

    def _is(self, thing: ox.NamedNode, named: frozenset[ox.NamedNode]) -> bool:
        return thing in named or not named.isdisjoint(self.kinds.get(thing, ()))

    # Between both ends

    def _layers(self, length: int) -> list[set[ox.NamedNode]]:
        """For each place on a route of a length, the things that may stand there, repetitions allowed."""
        layers = self._between(length)
        unknown = {thing for layer in layers[1:-1] for thing in layer if thing not in self.may_pass}
        if unknown:
            self._open(sorted(unknown, key=str))
            layers = self._between(length)
        return layers

    def _between(self, length: int) -> list[set[ox.NamedNode]]:
        if length == 1:
            return [{self.start.root}, {self.end.root}]
        at = min(self.start.radius, length - 1)
        ahead = self._steps(self.start.root, at)
        behind = self._steps(self.end.root, length - at)[::-1]
        layers = [*ahead[:-1], ahead[-1] & behind[0], *behind[1:]]
        for i in range(at - 1, -1, -1):
            layers[i] = self._touching(layers[i], layers[i + 1])
        for i in range(at + 1, length + 1):
            layers[i] = self._touching(layers[i], layers[i - 1])
        return layers

    def _steps(self, root: ox.NamedNode, number: int) -> list[set[ox.NamedNode]]:
        reached = [{root}]
        for _ in range(number):
            others = {other for thing in reached[-1] for other in self.known[thing]}
            reached.append({other for other in others if self.may_pass.get(other, True)})
        return reached

    def _touching(self, layer: set[ox.NamedNode], next: set[ox.NamedNode]) -> set[ox.NamedNode]:
        return {thing for thing in layer if not self.known[thing].keys().isdisjoint(next)}

    # Where no route leads

    def _chains(self, searched: int) -> tuple[Route, ...]:
        """The hubs that join the two ends; if there are none, the pairs of linked hubs that do; nearest ones first."""
        near, far = self.start.near, self.end.near
        single = {(hub,): near[hub] + far[hub] for hub in self.hubs if hub in near and hub in far}
        pairs = {} if any(length <= searched for length in single.values()) else self._pairs()
        found = {chain: length for chain, length in (single | pairs).items() if length <= searched}
        return tuple(sorted(found, key=lambda chain: (found[chain], [hub.value for hub in chain])))

    def _pairs(self) -> dict[Route, int]:
        outer = [thing for side in (self.start, self.end) for thing in side.rim]
        if len(outer) > OPENED:
            return {}
        self._classify(outer)
        left, right = (
            sorted(self.hubs & side.near.keys(), key=lambda hub: (side.near[hub], hub.value))[:PAIRED]
            for side in (self.start, self.end)
        )
        pairs = self.network.linked([(one, other) for one in left for other in right])
        return {(a, b): self.start.near[a] + 1 + self.end.near[b] for a, b in pairs}


PAIRED: Final = 50
"""Hubs near each end between which links are looked for."""


# The best of many


Cost: TypeAlias = tuple[int, int]
"""Readings on a way, and links of the things that it passes."""
_Partial: TypeAlias = tuple[Cost, tuple[str, ...], Route, Cost, int]
"""The beginning of a route: least cost of the whole, names and things, cost so far, and what it must yet pass."""


@dataclass
class _Corridor:
    """All routes of one length at once: what may stand at each place, and what the rest of the way costs from there."""

    layers: Sequence[Collection[ox.NamedNode]]
    search: _Search
    costs: dict[tuple[int, ox.NamedNode, int], Cost | None] = field(default_factory=dict)

    def best(self, count: int) -> list[Route]:
        """The best routes, best first: a search by the least cost possible (A*), which here is known exactly but for
        things that would be passed twice."""
        need = (1 << len(self.search.terms.via)) - 1
        start = self.search.start.root
        whole = self._rest(0, start, need)
        waiting: list[_Partial] = [] if whole is None else [(whole, (start.value,), (start,), (0, 0), need)]
        found: list[Route] = []
        while waiting and len(found) < count:
            _, _, route, spent, need = heapq.heappop(waiting)
            if len(route) == len(self.layers):
                found.append(route)
                continue
            for other, cost, left in self._onwards(len(route) - 1, route[-1], need):
                rest = self._rest(len(route), other, left)
                if rest is not None and other not in route:
                    names = tuple(thing.value for thing in (*route, other))
                    so_far = _sum(spent, cost)
                    heapq.heappush(waiting, (_sum(so_far, rest), names, (*route, other), so_far, left))
        return found

    def _onwards(self, place: int, thing: ox.NamedNode, need: int) -> Iterator[tuple[ox.NamedNode, Cost, int]]:
        """What may come next, what that costs, and which of the things to pass are still to come then."""
        search = self.search
        for other in search.known[thing].keys() & self.layers[place + 1]:
            is_reading = min(search.known[thing][other]).is_reading
            if place + 2 == len(self.layers):
                yield other, (int(is_reading), 0), need
            else:
                passed = sum(1 << i for i, wanted in enumerate(search.terms.via) if search._is(other, wanted))
                yield other, (int(is_reading), search.width.get(other, 0)), need & ~passed

    def _rest(self, place: int, thing: ox.NamedNode, need: int) -> Cost | None:
        """The least that the way from a place to the end costs; None if it cannot pass all that it must."""
        if place + 1 == len(self.layers):
            return None if need else (0, 0)
        key = place, thing, need
        if key not in self.costs:
            ways = (
                _sum(cost, rest)
                for other, cost, left in self._onwards(place, thing, need)
                if (rest := self._rest(place + 1, other, left)) is not None
            )
            self.costs[key] = min(ways, default=None)
        return self.costs[key]


def _sum(one: Cost, other: Cost) -> Cost:
    return one[0] + other[0], one[1] + other[1]
