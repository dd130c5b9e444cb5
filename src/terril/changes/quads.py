"""Where two graphs differ, quad by quad, whatever their blank nodes are called.

A blank node is named by a hash of all that is said, in one graph, of it and of the blank nodes that it hangs together
with, in the canonical form of RDFC-1.0 (W3C Recommendation, 21 May 2024). So what did not change has the same name on
both sides, and a change leaves the names of all others alone. (Canonical names of a whole graph do not: one more node
may shift them all.)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

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
    dataset = ox.Dataset(ox.Quad(*quad.triple) if is_apart else quad for quad in component)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    digest = sha256("\n".join(sorted(map(str, dataset))).encode()).hexdigest()[:32]
    for quad in dataset:
        subject, object, name = (_renamed(term, digest) for term in (quad.subject, quad.object, quad.graph_name))
        yield str(ox.Quad(subject, quad.predicate, object, graph if is_apart else name)).encode()


def _renamed(term: Any, digest: str) -> Any:
    """A term with the blank nodes in it named for what is said of them."""
    match term:
        case ox.BlankNode():
            return ox.BlankNode(f"b{digest}{term.value.removeprefix('c14n')}")
        case ox.Triple():
            subject, object = (_renamed(each, digest) for each in (term.subject, term.object))
            return ox.Triple(subject, term.predicate, object)
    return term
