"""Kinds of thing: the classes that a store knows, by what people call them, and the most specific one of each thing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from . import spelling
from .errors import BadValue
from .names import NS, compact, expand
from .results import Solutions, Store


def resolve(text: str, store: Store) -> ox.NamedNode:
    """The class that a text means: an IRI, a CURIE, or a label in any language, in the singular or plural.

    Raises `BadValue` for a text that means no class, with those that come near, or that may mean several.
    """
    names = _names(store)
    folded = _stems(text[:_LONGEST])
    for way in (expand(text.strip().strip("<>")), *((label, folded) for label in _LABELS if folded)):
        found = [kind for kind, known in names.items() if way in known]
        own = [kind for kind in found if kind.value.startswith(NS)] or found
        if len(own) == 1:
            return own[0]
        if own:
            return _widest(text, own, store)
    raise BadValue(f"kind: no kind of thing is called {text[:60]!r}. {_nearest(folded, names)}")


def _widest(text: str, kinds: Sequence[ox.NamedNode], store: Store) -> ox.NamedNode:
    """The one of several classes that holds all the others."""
    for kind in kinds:
        if narrower(kind, store) >= {other.value for other in kinds}:
            return kind
    choices = ", ".join(sorted(compact(kind.value) for kind in kinds))
    raise BadValue(f"kind: {text[:60]!r} may be any of {choices}. Name one of them.")


def narrower(kind: ox.NamedNode, store: Store) -> frozenset[str]:
    """The IRIs of a class and of all its subclasses."""
    answer = store.query(f"SELECT DISTINCT ?kind WHERE {{ ?kind {_BELOW}* {kind} }}")
    rows = answer.rows if isinstance(answer, Solutions) else ()
    return frozenset({kind.value, *(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))})


def specific(things: Iterable[ox.NamedNode], store: Store) -> dict[ox.NamedNode, ox.NamedNode]:
    """The class of each thing that says most: one that is below no other of its classes is, this ontology's first."""
    wider: dict[ox.NamedNode, dict[ox.NamedNode, set[ox.NamedNode]]] = defaultdict(lambda: defaultdict(set))
    answer = store.query(
        f"SELECT DISTINCT ?thing ?kind ?wider WHERE {{ VALUES ?thing {{ {' '.join(map(str, things))} }} "
        f"?thing a ?kind OPTIONAL {{ ?kind {_BELOW}+ ?wider FILTER(?wider != ?kind) }} }}"
    )
    for thing, kind, wide in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(thing, ox.NamedNode) and isinstance(kind, ox.NamedNode):
            wider[thing][kind].update({wide} if isinstance(wide, ox.NamedNode) else ())
    return {thing: _narrowest(kinds) for thing, kinds in wider.items()}


_BELOW: Final = ox.NamedNode(expand("rdfs:subClassOf"))
_LONGEST: Final = 200
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _narrowest(kinds: Mapping[ox.NamedNode, set[ox.NamedNode]]) -> ox.NamedNode:
    above = set().union(*kinds.values())
    return min(kinds, key=lambda kind: (kind in above, not kind.value.startswith(NS), -len(kinds[kind]), kind.value))


_LABELS: Final = (expand("rdfs:label"), expand("terril:noun"), "")
"""What gives a class a name: its label, else a common noun for its things, else the end of its IRI."""

_Called = set[str | tuple[str, str]]
"""What a class is called: its IRI, and pairs of what gives a name with the stems of the name."""


def _names(store: Store) -> dict[ox.NamedNode, _Called]:
    names: dict[ox.NamedNode, _Called] = {}
    labels = ", ".join(f"<{label}>" for label in _LABELS if label)
    answer = store.query(
        f"SELECT DISTINCT ?kind ?property ?label WHERE {{ ?kind a <{expand('owl:Class')}> FILTER(isIRI(?kind)) "
        f"OPTIONAL {{ ?kind ?property ?label FILTER(?property IN ({labels})) }} }}"
    )
    for kind, label, text in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(kind, ox.NamedNode):
            called = names.setdefault(kind, {kind.value, ("", _stems(re.split(r"[/#]", kind.value)[-1]))})
            if isinstance(label, ox.NamedNode) and isinstance(text, ox.Literal):
                called.add((label.value, _stems(text.value)))
    return names


def _stems(text: str) -> str:
    """The stems of a text, in which "PublicBody" is two words."""
    return spelling.stems(spelling.words(_HUMP.sub(" ", text)))


def _nearest(folded: str, names: Mapping[ox.NamedNode, _Called]) -> str:
    import difflib

    if not names:
        return "This store describes no classes; ask without a kind."
    by_name = {name[1]: kind for kind in sorted(names, key=str) for name in names[kind] if isinstance(name, tuple)}
    near = dict.fromkeys(by_name[name] for name in difflib.get_close_matches(folded, sorted(by_name), n=5))
    if near:
        return f"Near to it: {', '.join(compact(kind.value) for kind in near)}."
    return "Some are: cluster, organisation, person, place, strategy, topic."
