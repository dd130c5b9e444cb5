"""Things by what people call them: an IRI, a CURIE, the end of an IRI, or a name in any language."""

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from . import index, kinds
from .errors import BadValue
from .holdings import consult
from .home import Home
from .index import Match
from .names import KINDS, PREFIXES, SCHEMES, compact, expand
from .results import Solutions, Store, Term, Truth, labelled, plain
from .store import Where

_log = logging.getLogger("terril")


def find(
    text: str,
    /,
    *,
    kind: str | None = None,
    limit: int = 10,
    at: Where = None,
    lang: str = "en",
    home: Home | str | Path | None = None,
) -> Solutions:
    """Find things by name in any language, best first; accents, case, inflection and typing errors are forgiven.

    A row gives a thing, its most specific class and the narrowest place where it is, each with its label in the
    language `lang`, the name that matched, and a score: 100 for the very name, 90 and more for another form of it, 85
    for an abbreviation, 75 for a misspelling or words cut short, 50 and more for a part. With `kind`, a class as a
    CURIE or by its label, only things of that class are found. An IRI or a CURIE finds its thing. If nothing is, a
    warning says what comes near. Raises `BadValue` for a text that can be no name, an unknown kind, or a limit that is
    not from 1 to 1,000; and what the store raises.
    """
    if type(limit) is not int or not 1 <= limit <= _MOST:
        raise BadValue(f"limit: {limit!r} is no whole number from 1 to {_MOST:,}. Say how many things to find.")
    store = consult(at, home=home)
    known = kinds.resolve(kind, store) if kind is not None else None
    wanted = kinds.narrower(known, store) if known else frozenset()
    matches = _addressed(text, wanted, store) or index.open(store).search(text, kinds=wanted, limit=limit)
    found = [match for match in matches if match.score >= index.IN_PART]
    if not found:
        called = f"No {compact(known.value)}" if known else "Nothing"
        _log.warning("%s here is called %r. %s", called, text[:60], _near(matches) or "No name comes near.")
    return _solutions(found, store, lang)


_MOST: Final = 1000
_PLACES: Final = tuple(
    expand(f"terril:{name}")
    for name in ("locatedIn", "heldIn", "operatesIn", "governs", "within", "appliesTo", "pursuedIn")
)
"""The relations of a thing to where it is, those that say it most closely first."""


def _addressed(text: str, kinds: frozenset[str], store: Store) -> list[Match]:
    """The thing whose IRI or CURIE a text is, if it is of one of the kinds, of which there may be none."""
    known = _classes(_candidates(text.strip()), store) if _is_iri(text.strip()) else {}
    return [
        Match(thing, compact(thing.value), None, "", index.VERY)
        for thing, classes in known.items()
        if not kinds or classes & kinds
    ]


def _solutions(found: Sequence[Match], store: Store, lang: str) -> Solutions:
    things = [match.thing for match in found]
    classes = kinds.specific(things, store) if things else {}
    places = _places(things, store) if things else {}
    labels = _labels([*things, *classes.values(), *places.values()], store, lang)
    rows: list[tuple[Term | None, ...]] = []
    for match in found:
        shown = (match.thing, classes.get(match.thing), places.get(match.thing))
        name = ox.Literal(match.name, language=match.language) if match.language else ox.Literal(match.name)
        rows.append((*(cell for node in shown for cell in (node, labels.get(node))), name, ox.Literal(match.score)))
    return Solutions(("thing", "thingLabel", "kind", "kindLabel", "place", "placeLabel", "name", "score"), tuple(rows))


def _labels(nodes: Sequence[ox.NamedNode], store: Store, lang: str) -> dict[Term | None, Term | None]:
    rows = labelled(Solutions(("node",), tuple((node,) for node in dict.fromkeys(nodes))), store, lang).rows
    return {row[0]: row[1] for row in rows}


def _places(things: Sequence[ox.NamedNode], store: Store) -> dict[ox.NamedNode, ox.NamedNode]:
    """The narrowest place of each thing, of those that the closest of its relations gives."""
    within = ox.NamedNode(expand("terril:within"))
    answer = store.query(
        f"SELECT DISTINCT ?thing ?relation ?place ?wider WHERE {{ VALUES ?thing {{ {' '.join(map(str, things))} }} "
        f"?thing ?relation ?place FILTER(?relation IN (<{'>, <'.join(_PLACES)}>)) "
        f"OPTIONAL {{ ?place {within}+ ?wider }} }}"
    )
    wider: dict[ox.NamedNode, dict[tuple[int, ox.NamedNode], set[Term | None]]] = {}
    for thing, relation, place, wide in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(thing, ox.NamedNode) and isinstance(relation, ox.NamedNode) and isinstance(place, ox.NamedNode):
            rank = _PLACES.index(relation.value)
            wider.setdefault(thing, {}).setdefault((rank, place), set()).add(wide)
    return {
        thing: min(around, key=lambda at: (at[0], -len(around[at] - {None}), at[1].value))[1]
        for thing, around in wider.items()
    }


def resolve(text: str, store: Store, *, kind: str | None = None, what: str = "the thing") -> ox.NamedNode:
    """The thing that a text means: an IRI, a CURIE, the end of an IRI as it stands, or a whole name in any form of it.

    With `kind`, the IRI of a class or its CURIE, only things of that class are meant. `what` says in an error what was
    asked for. Raises `BadValue` for a text that means nothing, with the nearest things, or several, with the choices.
    """
    wanted = None if kind is None or expand(kind) in _ANYTHING else ox.NamedNode(expand(kind))
    text = _utf8(text, what).strip()
    classes = _classes(_candidates(text), store)
    right = [thing for thing, known in classes.items() if wanted is None or wanted.value in known]
    matches = [] if right or not _is_name(text) else _search(text, wanted, store)
    right = right or [match.thing for match in matches if _is_certain(match, text)]
    if len(right) > 1 and matches:
        right = [match.thing for match in matches if index.degree(match) == index.degree(matches[0])]
    if len(right) == 1:
        return right[0]
    if right:
        raise BadValue(f"{what}: {text[:60]!r} may be any of {_choices(right, wanted, store)}. Name one of them.")
    raise BadValue(f"{what}: {_no_such_thing(text, wanted, classes, matches, store)}")


def _is_certain(match: Match, text: str) -> bool:
    """Whether a match names its thing: neither two initials nor an inflected end of an IRI do."""
    lowest = index.VERY if not match.property else index.FORM if len(text) <= _INITIALS else index.ABBREVIATION
    return match.score >= lowest


_INITIALS: Final = 2
_ANYTHING: Final = (expand("rdfs:Resource"), expand("owl:Thing"))
_LONGEST_IRI: Final = 2000


def _is_name(text: str) -> bool:
    return bool(text) and len(text) <= index.LONGEST and not _is_iri(text)


def _search(text: str, kind: ox.NamedNode | None, store: Store) -> list[Match]:
    wanted = frozenset({kind.value}) if kind else frozenset()
    return index.open(store).search(text, kinds=wanted, limit=2 * _CHOICES)


def _utf8(text: str, what: str) -> str:
    if not isinstance(text, str):
        raise BadValue(f"{what}: {text!r:.60} is no text. Give a name, a CURIE or an IRI as text.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValue(f"{what}: {text[:60]!r} is no UTF-8 text. Type the value anew.") from None
    return text


def _candidates(text: str) -> list[ox.NamedNode]:
    """The IRIs that a text may stand for, in the namespaces of the project if it is the end of one."""
    if len(text) > _LONGEST_IRI:
        return []
    if _is_iri(text):
        iris = [expand(text.removeprefix("<").removesuffix(">"))]
    elif re.fullmatch(r"[\w.-]+", text):
        iris = [PREFIXES[space] + text for space in (*KINDS, *SCHEMES)]
    else:
        return []
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError:
        return []


def _is_iri(text: str) -> bool:
    prefix, colon, rest = text.partition(":")
    return bool(colon) and (text.startswith("<") or rest.startswith("//") or prefix in PREFIXES)


def _classes(things: Sequence[ox.NamedNode], store: Store) -> dict[ox.NamedNode, set[str]]:
    """The classes of those things that the store speaks of; a stranger's may have none."""
    if not things:
        return {}
    values = " ".join(map(str, things))
    found: dict[ox.NamedNode, set[str]] = {}
    answer = store.query(
        f"SELECT DISTINCT ?thing ?class WHERE {{ VALUES ?thing {{ {values} }} "
        "FILTER(EXISTS { ?thing ?p ?o } || EXISTS { ?s ?q ?thing }) OPTIONAL { ?thing a ?class } }"
    )
    for thing, kind in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(thing, ox.NamedNode) and thing in things:
            known = found.setdefault(thing, set())
            known |= {kind.value} if isinstance(kind, ox.NamedNode) else set()
    return found


_CHOICES: Final = 10


def _choices(things: Sequence[ox.NamedNode], kind: ox.NamedNode | None, store: Store) -> str:
    """Things to choose from, each with its most specific class if they may be of any."""
    classes = {} if kind else kinds.specific(things, store)
    shown = sorted((compact(thing.value), classes.get(thing)) for thing in things)
    told = [f"{name} ({compact(known.value)})" if known else name for name, known in shown[:_CHOICES]]
    return ", ".join(told) + ", and others" * (len(shown) > _CHOICES)


def _no_such_thing(
    text: str,
    kind: ox.NamedNode | None,
    classes: Mapping[ox.NamedNode, set[str]],
    matches: Sequence[Match],
    store: Store,
) -> str:
    called = compact(kind.value) if kind else "thing"
    if classes:
        thing, known = min(classes.items(), key=lambda item: item[0].value)
        told = f"{compact(thing.value)} is no {called} but {', '.join(sorted(map(compact, known))) or 'of no class'}."
        return f"{told} {_such_as(kind, store)}"
    told = f"no {called} is called {text[:60]!r}."
    return f"{told} {_near(matches) or _such_as(kind, store)}"


_NEAR: Final = 5
_LONG: Final = 80


def _near(matches: Sequence[Match]) -> str:
    """Say what comes near to a name that nothing has; nothing if nothing does."""
    best = [match for match in matches if match.score * 2 >= matches[0].score][:_NEAR]
    shown = ", ".join(f"{compact(match.thing.value)} ({_brief(match.name)})" for match in best)
    return f"Near to it: {shown}." if shown else ""


def _shown(row: tuple[Term | None, ...]) -> str:
    thing, label = (getattr(term, "value", "") for term in row)
    return f"{compact(thing)} ({_brief(label)})" if label else compact(thing)


def _brief(name: str) -> str:
    """A name fit for a sentence: a stranger's graph may hold pages, or what steers a terminal."""
    return plain(name if len(name) <= _LONG else f"{name[:_LONG]}…")


def _such_as(kind: ox.NamedNode | None, store: Store) -> str:
    """Name some things of a class; say if a store holds none, and whether it knows the class at all."""
    if kind is None:
        return "`terril find` looks for parts of names."
    answer = store.query(
        f"SELECT DISTINCT ?thing WHERE {{ ?thing a {kind} FILTER(isIRI(?thing)) }} ORDER BY ?thing LIMIT {_NEAR}"
    )
    if isinstance(answer, Solutions) and len(answer):
        return f"Such are: {', '.join(map(_shown, labelled(answer, store).rows))}."
    known = store.query(f"ASK {{ {kind} ?p ?o }}")
    if isinstance(known, Truth) and known:
        return f"This store holds no {compact(kind.value)}. Ask another with --at."
    told = f"This store neither describes the class {compact(kind.value)} nor holds a thing of it."
    return f"{told} Check the class, or ask another store with --at."
