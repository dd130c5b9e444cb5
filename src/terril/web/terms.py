"""The ontology and its shapes on pages: every class and property with its definition, and a diagram of the classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup

from ..home import Home
from ..names import NS, compact, expand
from ..results import Term
from ..schema import Meaning
from . import charts
from .addresses import anchor
from .graph import Graph, nearest
from .narrator import Narrator
from .records import Link

_THINGS: Final = "class"


@dataclass(frozen=True, slots=True)
class Definition:
    """A class or property: where it is on the page, what it means, what it stands below, and what it joins."""

    anchor: str
    name: str
    label: str
    text: str
    broader: tuple[Link, ...]
    domain: tuple[Link, ...]
    range: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of a page, classes and properties."""

    classes: tuple[Definition, ...]
    properties: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the data must fit: the name of the shape, what it applies to, and what it asks, in words."""

    name: str
    targets: tuple[Link, ...]
    texts: tuple[Link, ...]


def vocabulary(narrator: Narrator, *, is_own: bool) -> Vocabulary:
    """The terms of this ontology, or those of others that it uses."""
    found = [each for each in narrator.graph.schema(narrator.lang) if each.iri.startswith(NS) == is_own]
    by_label = sorted(found, key=lambda each: (each.label.casefold(), each.iri))
    return Vocabulary(
        tuple(_definition(each, narrator) for each in by_label if each.kind == _THINGS),
        tuple(_definition(each, narrator) for each in by_label if each.kind != _THINGS),
    )


def _definition(meaning: Meaning, narrator: Narrator) -> Definition:
    parts = (meaning.broader, meaning.domain, meaning.range)
    broader, domain, range = (tuple(_term(iri, narrator) for iri in sorted(part)) for part in parts)
    name = compact(meaning.iri)
    return Definition(anchor(meaning.iri), name, meaning.label, meaning.definition, broader, domain, range)


def _term(iri: str, narrator: Narrator) -> Link:
    """A term within a page of terms: to its place there, or to the page of those of other vocabularies."""
    label = narrator.graph.label(ox.NamedNode(iri), narrator.lang)
    return Link(label, narrator.address(ox.NamedNode(iri)))


def diagram(narrator: Narrator) -> tuple[Markup, ...]:
    """The classes of this ontology as trees, the largest first; a class stands below each that it is a kind of."""
    meanings = {each.iri: each for each in narrator.graph.schema(narrator.lang) if each.kind == _THINGS}
    below: dict[str, list[str]] = {}
    for each in sorted(meanings.values(), key=lambda each: each.label.casefold()):
        for wide in each.broader:
            if wide in meanings:
                below.setdefault(wide, []).append(each.iri)
    tops = sorted((iri for iri, each in meanings.items() if not any(wide in meanings for wide in each.broader)))
    tops.sort(key=lambda iri: -_size(iri, below, frozenset()))
    names = {iri: (each.label, narrator.page(_page(iri))) for iri, each in meanings.items()}
    return tuple(charts.tree(below, [top for top in tops if top in below or top.startswith(NS)], names))


def _page(iri: str) -> str:
    return f"ns#{anchor(iri)}" if iri.startswith(NS) else f"ns/reused#{anchor(iri)}"


def _size(iri: str, below: Mapping[str, list[str]], above: frozenset[str]) -> int:
    return 1 + sum(_size(each, below, above | {iri}) for each in below.get(iri, ()) if each not in above)


# Shapes


def shapes(home: Home, narrator: Narrator) -> tuple[Shape, ...]:
    """The shapes of a project with what they ask, as their messages say it."""
    store = ox.Store()
    for path in home.shapes:
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    found = Graph(store)
    named = [*found.of_class("sh:NodeShape"), *found.of_class("sh:PropertyShape")]
    told = [_shape(shape, found, narrator) for shape in named]
    return tuple(sorted((each for each in told if each.texts), key=lambda each: each.name))


def _shape(shape: ox.NamedNode, found: Graph, narrator: Narrator) -> Shape:
    targets = [
        term
        for relation in ("sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf")
        for term in found.values(shape, relation)
        if isinstance(term, ox.NamedNode)
    ]
    texts = [found.values(shape, "sh:message")]
    for relation in ("sh:property", "sh:sparql"):
        texts += [_messages(node, found) for node in found.values(shape, relation)]
    said = dict.fromkeys(Link(nearest(some, narrator.lang)) for some in texts if some)
    return Shape(compact(shape.value), tuple(_term(each.value, narrator) for each in targets), tuple(said))


def _messages(node: Term, found: Graph) -> list[Term]:
    if isinstance(node, ox.Literal | ox.Triple):
        return []
    quads = found.store.quads_for_pattern(node, ox.NamedNode(expand("sh:message")), None, None)
    return sorted((quad.object for quad in quads), key=str)
