"""What a store elsewhere holds beside its facts, and a word of warning about what it lacks.

A graph that was loaded long ago, or without its named graphs, answers like any other; only less, and without sources.
"""

import logging
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from . import __version__, names
from .errors import TerrilError
from .home import Home
from .results import Solutions, Store
from .store import Embedded, Where, connect

_log = logging.getLogger("terril")
_told: set[str] = set()
_SHARE: Final = 0.25
"""Of the limit of time, at most, goes to finding out what to warn of."""


@dataclass(frozen=True)
class Holdings:
    """The releases of the ontology that a store holds, whether it has passages with what they say, and whether it tells
    what was inferred.
    """

    releases: tuple[str, ...]
    has_passages: bool
    has_inferred: bool


def consult(at: Where = None, *, home: Home | str | Path | None = None) -> Store:
    """Connect to a place that a verb asks about a Terril graph, and warn, once, if what it holds is older or lacks
    sources.

    The built graph and stores in this process are not looked into. Raises what `connect` raises.
    """
    store = connect(at, home=home)
    place, hurried = (at, store) if isinstance(store, Embedded) else _endpoint(store)
    if isinstance(place, str | Path) and str(place) not in _told:
        _told.add(str(place))
        _warn(hurried, str(place))
    return store


def _endpoint(store: Store) -> tuple[str | None, Store]:
    """The name of an endpoint, and the same one with less time; no name for a store of another kind."""
    from .endpoint import Endpoint

    if not isinstance(store, Endpoint):
        return None, store
    return store.name, replace(store, timeout=store.timeout * _SHARE, retries=0)


def _warn(store: Store, place: str) -> None:
    """Say what a graph lacks; that it cannot be found out is no reason not to go on."""
    try:
        lacks = remarks(holdings(store))
    except TerrilError as error:
        _log.info("What %s holds is unknown: %s", place, error)
    else:
        if lacks:
            _log.warning("The graph at %s %s.", place, "; it ".join(lacks))


def holdings(store: Store) -> Holdings:
    """Look up what a store holds, by one query. Raises what the store raises."""
    answer = store.query(_QUERY)
    rows = answer.rows if isinstance(answer, Solutions) else ()
    found: dict[str, list[str]] = {}
    for what, value in rows:
        if isinstance(what, ox.Literal) and isinstance(value, ox.Literal):
            found.setdefault(what.value, []).append(value.value)
    return Holdings(tuple(found.get("release", ())), "passages" in found, "inferred" in found)


def remarks(found: Holdings) -> list[str]:
    """What a reader of its answers should know of a graph, as ends of sentences about it.

    >>> remarks(Holdings((__version__,), has_passages=True, has_inferred=True))
    []
    >>> remarks(Holdings(("0.0.9",), has_passages=True, has_inferred=False))[1]
    'does not tell what was inferred, so no rules are shown'
    """
    lacks = []
    if not found.releases:
        lacks.append("holds no Terril ontology, so questions may find nothing there")
    elif __version__ not in found.releases:
        last = max(found.releases, key=_numbers)
        age = "older" if _numbers(last) < _numbers(__version__) else "newer"
        lacks.append(f"is of release {last} of the ontology, {age} than this program ({__version__})")
    if not found.has_passages:
        lacks.append("lacks the passages that its facts come from, so answers have no sources")
    if not found.has_inferred:
        lacks.append("does not tell what was inferred, so no rules are shown")
    return lacks


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", release)]


_QUERY: Final = f"""\
SELECT DISTINCT ?what ?value WHERE {{
  {{ <{names.NS.rstrip("#")}> <{names.expand("owl:versionInfo")}> ?value BIND("release" AS ?what) }}
  UNION {{ SELECT ("passages" AS ?what) (true AS ?value) WHERE {{
    ?passage <{names.NS}inDocument> ?document . GRAPH ?passage {{ ?s ?p ?o }} }} LIMIT 1 }}
  UNION {{ SELECT ("inferred" AS ?what) (true AS ?value) WHERE {{ GRAPH <{names.INFERRED}> {{ ?s ?p ?o }} }} LIMIT 1 }}
}}
ORDER BY ?what ?value"""
