"""Where two graphs differ, quad by quad, whatever their blank nodes are called.

A blank node is named by a hash of all that is said, in one graph, of it and of the blank nodes that it hangs together
with. So what did not change has the same name on both sides, and a change leaves the names of all others alone.
(Canonical names of a whole graph do not: one more node may shift them all.) Blank nodes are told apart by colour
refinement, in polynomial time, where RDFC-1.0 takes exponential time for some small graphs, and cubic time for lists.
Of nodes that it leaves tied, any is taken first. That is sound: equal names mean equal graphs; and all one for nodes
that are mirror images of each other, as tied nodes are but in graphs made to be an exception.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from ..loads.sheaves import Sheaf
from ..loads.tallies import part
from ..results import Term

_FILES: Final = 64


def lines(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    """Quads as lines of N-Quads without the full stop, blank nodes under names made from what is said of them.

    Only quads with blank nodes are held.
    """
    unnamed = defaultdict(list)
    for quad in quads:
        line = str(quad)
        if "_:" in line and (nodes := _nodes(quad)):
            unnamed[None if isinstance(quad.graph_name, ox.BlankNode) else quad.graph_name].append((quad, nodes))
        else:
            yield line.encode()
    for group in unnamed.values():
        for component in _components(group):
            yield from _named(component)


def differences(before: Iterable[bytes], after: Iterable[bytes]) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The quads that only the first of two graphs has, and those that only the second has, in order.

    The lines lie in files; a 64th of them is in memory at a time.
    """
    gone: list[bytes] = []
    new: list[bytes] = []
    with TemporaryDirectory(prefix="terril-") as place:
        sheaves = [Sheaf(Path(place) / name) for name in ("before", "after")]
        for sheaf, found in zip(sheaves, (before, after), strict=True):
            for line in found:
                sheaf.add(part(line) % _FILES, line)
        for number in range(_FILES):
            ours, theirs = (set(sheaf.lines(number)) for sheaf in sheaves)
            gone += ours - theirs
            new += theirs - ours
    return _parsed(gone), _parsed(new)


def _parsed(found: list[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"".join(line + b" .\n" for line in sorted(found)), format=ox.RdfFormat.N_QUADS))


def _nodes(quad: ox.Quad) -> list[ox.BlankNode]:
    """The blank nodes of a quad; also those of triples about triples."""
    waiting: list[Term | ox.DefaultGraph] = [quad.subject, quad.object, quad.graph_name]
    found = []
    while waiting:
        term = waiting.pop()
        if isinstance(term, ox.BlankNode):
            found.append(term)
        elif isinstance(term, ox.Triple):
            waiting += [term.subject, term.object]
    return found


def _components(group: list[tuple[ox.Quad, list[ox.BlankNode]]]) -> Iterator[list[ox.Quad]]:
    """Quads by the blank nodes that hang together."""
    head: dict[ox.BlankNode, ox.BlankNode] = {}

    def find(node: ox.BlankNode) -> ox.BlankNode:
        while head.setdefault(node, node) != node:
            head[node] = node = head[head[node]]
        return node

    for _, (first, *others) in group:
        for other in others:
            head[find(other)] = find(first)
    components = defaultdict(list)
    for quad, nodes in group:
        components[find(nodes[0])].append(quad)
    yield from components.values()


def _named(component: list[ox.Quad]) -> Iterator[bytes]:
    graph = component[0].graph_name
    is_apart = not isinstance(graph, ox.BlankNode)
    quads = [ox.Quad(*quad.triple) if is_apart else quad for quad in component]
    ranks = _ranks(quads)
    digest = sha256("\n".join(sorted(_line(quad, ranks.__getitem__) for quad in quads)).encode()).hexdigest()[:32]
    place = f" {graph}" if isinstance(graph, ox.NamedNode) else ""
    for quad in quads:
        yield f"{_line(quad, lambda node: f'b{digest}{ranks[node]}')}{place}".encode()


def _line(quad: ox.Quad, name: Callable[[ox.BlankNode], str]) -> str:
    """A quad as N-Quads without the full stop, its blank nodes under other names."""

    def written(term: Term | ox.DefaultGraph) -> str:
        match term:
            case ox.BlankNode():
                return f"_:{name(term)}"
            case ox.Triple():
                return f"<<( {' '.join(map(written, term))} )>>"
        return str(term)

    terms = quad.triple if isinstance(quad.graph_name, ox.DefaultGraph) else quad
    return " ".join(map(written, terms))


# Blank nodes told apart

_Colours = dict[ox.BlankNode, str]
_Around = Mapping[ox.BlankNode, list[ox.Quad]]


def _ranks(quads: list[ox.Quad]) -> _Colours:
    """A number for each blank node, by what is said of it, of its neighbours, of theirs and so on."""
    around: defaultdict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        for node in set(_nodes(quad)):
            around[node].append(quad)
    colours = _refined(dict.fromkeys(around, ""), around)
    if len(set(colours.values())) < len(colours):
        colours = _refined(_twins_apart(colours, around), around)
    while tied := [colour for colour, count in Counter(colours.values()).items() if count > 1]:
        least = min(tied)
        one = next(node for node, colour in colours.items() if colour == least)
        colours = _refined({**colours, one: f"{colours[one]} first"}, around)
    return {node: str(rank) for rank, node in enumerate(sorted(colours, key=colours.__getitem__))}


def _refined(colours: _Colours, around: _Around) -> _Colours:
    """Tell apart nodes of which other things are said, until no more can be (colour refinement)."""
    while True:
        often = Counter(colours.values())
        if len(often) == len(colours):
            return colours
        found = {
            node: colour if often[colour] == 1 else _digest(node, colours, around) for node, colour in colours.items()
        }
        if len(set(found.values())) == len(often):
            return colours
        colours = found


def _digest(node: ox.BlankNode, colours: _Colours, around: _Around) -> str:
    lines = (_line(quad, lambda each: "" if each == node else f"n{colours[each]}") for quad in around[node])
    return sha256("\n".join((colours[node], *sorted(lines))).encode()).hexdigest()


def _twins_apart(colours: _Colours, around: _Around) -> _Colours:
    """Number nodes of which the very same is said: it is all one which of them comes first."""
    own = {node: str(number) for number, node in enumerate(around)}

    def said(node: ox.BlankNode) -> tuple[str, ...]:
        return tuple(sorted(_line(quad, lambda each: "" if each == node else f"n{own[each]}") for quad in around[node]))

    twins: defaultdict[object, list[ox.BlankNode]] = defaultdict(list)
    for node in around:
        twins[said(node)].append(node)
    return {node: f"{colours[node]} {number}" for alike in twins.values() for number, node in enumerate(alike)}
