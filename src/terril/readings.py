"""Readings of a question: patterns of nodes and links that a store may match."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .lexicon import Step, Steps
from .mentions import Mention
from .names import expand

ANY: Final = Step(expand("owl:topObjectProperty"))
"""Any relation, either way: what mere closeness of words says."""

SAME: Final = Step("=")
"""That two nodes are one."""


@dataclass(frozen=True)
class Node:
    """Something that a question speaks of: one of these things, or anything of one of these classes.

    `roles` lead to it from what it is said of; `words` must be among those by which it is called; `sort` is what a
    question word asks for where that is no thing: time, year, place, why, how; `bare` says that no noun names it.
    """

    text: str
    start: int
    things: frozenset[str] | None = None
    classes: frozenset[str] = frozenset()
    roles: Steps = frozenset()
    words: frozenset[str] = frozenset()
    sort: str = ""
    bare: bool = False
    number: str = ""


@dataclass(frozen=True)
class Link:
    """That one of these steps leads from one node to another, or none of them, if `negated`.

    A link that no word names may be a `wider` one too: any relation.
    """

    source: int
    target: int
    steps: Steps
    text: str = ""
    negated: bool = False
    wider: bool = False


@dataclass(frozen=True)
class Reading:
    """Nodes and the links between them, and how far-fetched it all is.

    `form` is what is asked for: list or truth; `marks` say of what more: count, kind, most, ... `words` and `context`
    are what passages that say so must hold or speak of, `voices` who must speak them; `loose` are words of the
    question that name no more than the rest does.
    """

    form: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    asked: int
    words: frozenset[str] = frozenset()
    context: tuple[frozenset[str], ...] = ()
    voices: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    counted: int = -1
    cost: float = 0.0
    mentions: tuple[Mention, ...] = field(default=(), repr=False)


def whole(
    nodes: Sequence[Node], links: Iterable[Link], asked: int, counted: int
) -> Iterator[tuple[tuple[Node, ...], tuple[Link, ...], int, int, float]]:
    """One pattern out of nodes and links: equal nodes made one, what hangs loose tied to what stands nearest.

    Nothing, if the links lead around in a circle.
    """
    leader = list(range(len(nodes)))
    merged = list(nodes)
    kept = []
    for link in links:
        one, other = _top(leader, link.source), _top(leader, link.target)
        if SAME not in link.steps or link.negated:
            kept.append(link)
        elif one != other:
            merged[one] = _joined(merged[one], merged[other])
            leader[other] = one
    moved = [replace(k, source=_top(leader, k.source), target=_top(leader, k.target)) for k in kept]
    chosen = _unique(link for link in moved if link.source != link.target)
    roots = [n for n in range(len(nodes)) if leader[n] == n and (merged[n].text or _touches(n, chosen))]
    tree = _tree(merged, roots, chosen)
    if tree is not None and roots:
        joined, cost = tree
        place = {n: k for k, n in enumerate(roots)}
        renamed = tuple(replace(k, source=place[k.source], target=place[k.target]) for k in joined)
        yield (
            tuple(merged[n] for n in roots),
            renamed,
            place.get(_top(leader, asked), -1) if asked >= 0 else -1,
            place.get(_top(leader, counted), -1) if counted >= 0 else -1,
            cost,
        )


def _top(leader: Sequence[int], n: int) -> int:
    while leader[n] != n:
        n = leader[n]
    return n


def _touches(n: int, links: Iterable[Link]) -> bool:
    return any(n in (link.source, link.target) for link in links)


def _joined(one: Node, other: Node) -> Node:
    """What is meant by two nodes at once."""
    named, less = (other, one) if one.bare else (one, other)
    if one.things is not None and other.things is not None:
        things: frozenset[str] | None = one.things & other.things
    else:
        things = one.things if other.things is None else other.things
    classes = (
        (named.classes or less.classes) if less.bare else (one.classes & other.classes) or named.classes or less.classes
    )
    if named.sort == "choice":
        classes = other.classes or one.classes
    return Node(
        named.text or less.text, named.start, things, classes, named.roles or less.roles, one.words | other.words,
        one.sort or other.sort, one.bare and other.bare, one.number or other.number,
    )  # fmt: skip


def _unique(links: Iterable[Link]) -> list[Link]:
    """One link for each pair of nodes: the first that a word of its own names."""
    found: dict[frozenset[int], Link] = {}
    for link in links:
        pair = frozenset((link.source, link.target))
        if pair not in found or (ANY in found[pair].steps and ANY not in link.steps):
            found[pair] = link
    return list(found.values())


_MOST_TIES: Final = 3


def _tree(nodes: Sequence[Node], roots: Sequence[int], links: Sequence[Link]) -> tuple[list[Link], float] | None:
    """Links without circles that hold all nodes together: of those given, and some for what hangs loose."""
    group = {n: n for n in roots}
    kept: list[Link] = []
    for link in links:
        one, other = _group(group, link.source), _group(group, link.target)
        if one != other:
            group[other] = one
            kept.append(link)
        elif ANY not in link.steps:
            return None
    cost = 0.0
    for _ in range(_MOST_TIES + 1):
        loose = [(a, b) for a in roots for b in roots if _group(group, a) != _group(group, b)]
        if not loose:
            return kept, cost
        a, b = min(loose, key=lambda pair: _distance(nodes, *pair))
        kept.append(Link(a, b, nodes[b].roles or frozenset({ANY}), wider=bool(nodes[b].classes)))
        group[_group(group, b)] = _group(group, a)
        cost += 0.6 if nodes[b].roles else 1.0
    return None


def _group(group: dict[int, int], n: int) -> int:
    while group[n] != n:
        n = group[n]
    return n


def _distance(nodes: Sequence[Node], a: int, b: int) -> tuple[bool, int, int, int]:
    """How far it is from an owner to what may be its own: nouns that want an owner first."""
    return not nodes[b].roles, abs(nodes[a].start - nodes[b].start), a, b
