"""Policies of connection: which relations link two things, and what nothing may be linked through.

An ontology says it, with three annotation properties: `terril:connects` on a relation, `terril:hub` on a thing or on a
class for all its things, and `terril:mostLinks`, the number of links above which any thing is a hub.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from . import spelling
from .errors import BadOntology, BadSource
from .home import Home, find_home
from .names import compact, expand
from .results import Solutions, Store
from .store import connect


@dataclass(frozen=True)
class Policy:
    """What an ontology says of connections.

    `relations` are links; `hubs` are things and classes; `most` is the number of links above which any thing is a hub.
    `wider` maps a class to all its superclasses. `source` is the store that holds the ontology; `is_own` tells that it
    is the project's, because the store that is asked has no policy.
    """

    source: Store = field(repr=False, compare=False)
    relations: frozenset[ox.NamedNode]
    hubs: frozenset[ox.NamedNode] = frozenset()
    most: int = 100
    wider: Mapping[ox.NamedNode, frozenset[ox.NamedNode]] = field(default_factory=dict)
    is_own: bool = False

    def within(self, classes: Iterable[ox.NamedNode]) -> frozenset[ox.NamedNode]:
        """These classes and all their subclasses."""
        wanted = frozenset(classes)
        return wanted | {narrow for narrow, wide in self.wider.items() if wide & wanted}


def policy(store: Store, home: Home | str | Path | None = None) -> Policy:
    """The policy of the ontology that a store holds; of the project's own if the store holds none.

    Asks the store once. Raises `NotFound` if `home` is no project, `BadSource` if its ontology cannot be
    read, `BadOntology` if that has no policy either.
    """
    found = _read(store)
    if found.relations:
        return found
    project = find_home(home)
    files = (*project.ontology, *project.reference)  # single things of a region that are hubs are no ontology
    found = _own(tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))
    if found.relations:
        return found
    raise BadOntology(f"The ontology of {project.path} says of no relation that it terril:connects. Say so of some.")


@lru_cache(maxsize=1)
def _own(files: Sequence[tuple[Path, int, int]]) -> Policy:
    """The policy in files, read once for each of their states: size and time of change are part of the cache's key."""
    ontology = ox.Store()
    for path, _, _ in files:
        try:
            ontology.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
        except SyntaxError as error:
            raise BadSource(f"{path} is no Turtle: {error}. Correct it.", path, error.lineno or 1) from None
    return replace(_read(connect(ontology)), is_own=True)


_CONNECTS: Final = ox.NamedNode(expand("terril:connects"))
_HUB: Final = ox.NamedNode(expand("terril:hub"))
_MOST: Final = ox.NamedNode(expand("terril:mostLinks"))
_BELOW: Final = ox.NamedNode(expand("rdfs:subClassOf"))
_QUERY: Final = (
    f"SELECT DISTINCT ?term ?says ?what WHERE {{ VALUES ?says {{ {_CONNECTS} {_HUB} {_MOST} {_BELOW} }} "
    "?term ?says ?what FILTER(isIRI(?term) && !isBlank(?what)) }"
)


def _read(store: Store) -> Policy:
    answer = store.query(_QUERY)
    said: dict[ox.NamedNode, dict[ox.NamedNode, set[object]]] = {}
    for term, says, what in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(term, ox.NamedNode) and isinstance(says, ox.NamedNode):
            said.setdefault(says, {}).setdefault(term, set()).add(what)
    above = {
        term: {wide for wide in found if isinstance(wide, ox.NamedNode)} for term, found in said.get(_BELOW, {}).items()
    }
    numbers = [_number(what) for found in said.get(_MOST, {}).values() for what in found]
    return Policy(
        store,
        _yes(said.get(_CONNECTS, {})),
        _yes(said.get(_HUB, {})),
        min((number for number in numbers if number), default=Policy.most),
        {term: _closed(term, above) for term in above},
    )


def _yes(said: Mapping[ox.NamedNode, set[object]]) -> frozenset[ox.NamedNode]:
    return frozenset(term for term, found in said.items() if ox.Literal(True) in found)


def _number(what: object) -> int | None:
    if isinstance(what, ox.Literal) and what.value.isascii() and what.value.isdecimal():
        return int(what.value)
    return None


def _closed(term: ox.NamedNode, above: Mapping[ox.NamedNode, set[ox.NamedNode]]) -> frozenset[ox.NamedNode]:
    found: set[ox.NamedNode] = set()
    waiting = [term]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


# What people call classes and relations


def named(text: str, policy: Policy) -> list[ox.NamedNode]:
    """The classes, or relations that are links, that a text names: by CURIE, IRI or label, in any language.

    Classes count in singular or plural, and by a part of their label if no label is the text; of classes of which one
    is the widest, that one is meant. Asks the store of the ontology once.
    """
    if len(text) > _LONGEST:
        return []
    labels = _labels(policy)
    given, folded, stems = text.strip().removeprefix("<").removesuffix(">"), spelling.fold(text), _stems(text)
    classes = {term: list(map(_stems, called)) for term, called in labels.items() if term not in policy.relations}
    found = (
        [term for term in labels if given in (term.value, compact(term.value))]
        or [term for term, called in labels.items() if folded in map(spelling.fold, called)]
        or [term for term, called in classes.items() if stems in called]
        or [term for term, called in classes.items() if stems and any(stems < each for each in called)]
    )
    widest = [term for term in found if all(each == term or term in policy.wider.get(each, ()) for each in found)]
    return sorted(widest or found, key=str)


def _stems(text: str) -> frozenset[str]:
    return frozenset(spelling.stems(spelling.words(text)).split())


def _labels(policy: Policy) -> dict[ox.NamedNode, list[str]]:
    classes = {*policy.wider, *(wide for found in policy.wider.values() for wide in found)}
    terms = " ".join(sorted(map(str, policy.relations | classes)))
    pattern = f"{{ VALUES ?term {{ {terms} }} ?term {_LABEL} ?label }} UNION {{ ?term a {_CLASS} ; {_LABEL} ?label }}"
    answer = policy.source.query(f"SELECT DISTINCT ?term ?label WHERE {{ {pattern} }}")
    found: dict[ox.NamedNode, list[str]] = {}
    for term, label in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(term, ox.NamedNode) and isinstance(label, ox.Literal):
            found.setdefault(term, []).append(label.value)
    return found


_LONGEST: Final = 200
"""Characters of the longest text that may be a label."""
_LABEL: Final = ox.NamedNode(expand("rdfs:label"))
_CLASS: Final = ox.NamedNode(expand("owl:Class"))
