"""Connections: the shortest chains of statements between two things, each link with the passages that say it.

Which relations count as links, and what nothing may be linked through, the ontology says (`terril.policies`). Two
things that only share hubs are not linked, and the answer names the hubs.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Final, TypeAlias

import pyoxigraph as ox

from . import evidence, links, policies, results, routes, things
from .errors import BadValue, UnknownFormat
from .explanations import Evidence, Labels, Scribe, drawn, source_json, triple_json
from .holdings import consult
from .home import Home
from .languages import in_language
from .links import Link
from .names import compact
from .policies import Policy
from .results import Solutions, Store, Tabular, Term, Triples, plain
from .routes import Found, Known, Route, Terms
from .store import Where

LONGEST: Final = 8
"""Links of the longest connection that can be asked for."""
MOST: Final = 100
"""Connections that can be asked for."""


@dataclass(frozen=True)
class Hop:
    """One link of a path: a triple, whether the path follows it from subject to object, and what states it.

    `also` are other triples that link the same two things, `also_read` those of them that only readers state.
    """

    evidence: Evidence
    forward: bool
    also: tuple[ox.Triple, ...] = ()
    also_read: frozenset[ox.Triple] = frozenset()

    @property
    def triple(self) -> ox.Triple:
        return self.evidence.triple

    @property
    def start(self) -> Term:
        return self.triple.subject if self.forward else self.triple.object

    @property
    def end(self) -> Term:
        return self.triple.object if self.forward else self.triple.subject

    @property
    def is_reading(self) -> bool:
        """Whether only readers state it, between the lines of a source."""
        sources = self.evidence.sources
        return bool(sources) and all(source.kind == "reading" for source in sources)


@dataclass(frozen=True)
class Path:
    """A connection: hops, each of which starts where the one before ends. Nothing is passed twice."""

    hops: tuple[Hop, ...]

    def __iter__(self) -> Iterator[Hop]:
        return iter(self.hops)

    def __len__(self) -> int:
        return len(self.hops)

    @property
    def things(self) -> tuple[Term, ...]:
        """What the path leads through, both ends included."""
        return (*(hop.start for hop in self.hops), self.hops[-1].end)


@dataclass(frozen=True)
class Connections(Tabular):
    """The shortest paths between two things, best first; as a table it has a row for each hop.

    If there is none, the things are unlinked, and `hubs` are what would have linked them: single hubs, or pairs that
    are linked with each other. Paths of at most `asked` links were asked for; the longest looked for have `searched`.
    `is_restricted` tells that something was to be passed or avoided. `is_sourced` is false if the store does not say
    who states a triple, `is_own_policy` true if it has no policy, so that the project's was followed.
    """

    start: ox.NamedNode
    end: ox.NamedNode
    paths: tuple[Path, ...]
    hubs: tuple[tuple[ox.NamedNode, ...], ...] = ()
    asked: int = 4
    searched: int = 4
    is_restricted: bool = False
    is_sourced: bool = True
    is_own_policy: bool = False
    labels: Labels = field(default_factory=dict, compare=False, repr=False)

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def variables(self) -> tuple[str, ...]:
        return "path", "hop", "from", "relation", "to", "direction"

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        return tuple(
            (ox.Literal(i), ox.Literal(j), hop.start, hop.triple.predicate, hop.end, ox.Literal(_direction(hop)))
            for i, path in enumerate(self.paths, start=1)
            for j, hop in enumerate(path, start=1)
        )

    def to_solutions(self) -> Solutions:
        """The rows as those of a query."""
        return Solutions(self.variables, self.rows)

    def __str__(self) -> str:
        return write(self)


def _direction(hop: Hop) -> str:
    return "forward" if hop.forward else "backward"


def path(
    start: str,
    end: str,
    /,
    *,
    max: int = 4,
    via: str | Iterable[str] = (),
    avoid: str | Iterable[str] = (),
    count: int = 3,
    at: Where = None,
    documents: str | FilePath | None = None,
    lang: str = "en",
    home: Home | str | FilePath | None = None,
) -> Connections:
    """Find how two things are connected: at most `count` paths of at most `max` links, the shortest first.

    Things are given by name, CURIE or IRI. `via` are kinds or things that the middle of each path must hold, `avoid`
    kinds, things or relations that it must not; as one text they are separated by commas. Of paths of one length those
    come first that rest on fewer readings, then those through things with fewer links, then by IRI. Only stated triples
    are links, unless the store does not say who states what. With `documents`, a folder of source texts, passages come
    with their very words.

    Raises `BadValue` for a name that is unknown or that of several things, for one thing given twice, and for numbers
    out of range (`max` 1 to 8, `count` 1 to 100); and what `connect` and the store raise.
    """
    _check("max", max, LONGEST)
    _check("count", count, MOST)
    store = consult(at, home=home)
    ends = things.resolve(start, store, what="start"), things.resolve(end, store, what="end")
    if ends[0] == ends[1]:
        raise BadValue(f"Start and end are the same thing, {compact(ends[0].value)}. Name two different things.")
    policy = policies.policy(store, home)
    avoided, passed = (_meant(*each, ends, store, policy) for each in ((avoid, "avoid"), (via, "via")))
    _check_apart(passed, avoided)
    terms = _terms(max, count, policy, avoided, passed)
    network = links.network(store, policy.relations.difference(*avoided))
    found, known = routes.routes(*ends, network, terms)
    steps = [[_triples(known, *pair) for pair in pairwise(route)] for route in found.routes]
    stated = evidence.trace({step[0][0] for route in steps for step in route}, at=store, lang=lang, documents=documents)
    return Connections(
        *ends,
        tuple(Path(tuple(_hop(step, stated) for step in route)) for route in steps),
        found.hubs,
        max,
        found.searched,
        bool(terms.via or avoided),
        network.is_sourced,
        policy.is_own,
        _labels(_shown(ends, found, steps, stated), store, policy, lang),
    )


def _check(name: str, value: object, most: int) -> None:
    if type(value) is not int or not 1 <= value <= most:
        raise BadValue(f"{name}: {value!r:.60} is no whole number from 1 to {most}.")


def _meant(
    texts: str | Iterable[str], what: str, ends: tuple[ox.NamedNode, ox.NamedNode], store: Store, policy: Policy
) -> tuple[frozenset[ox.NamedNode], ...]:
    """What each text names: a class or, to be avoided, a relation; else a thing, which is neither end."""
    given = [text for text in (texts.split(",") if isinstance(texts, str) else texts) if text.strip()]
    if len(given) > _NAMED[what]:
        raise BadValue(f"{what}: {len(given)} names are too many. Name at most {_NAMED[what]}.")
    meant = []
    for text in given:
        named = [each for each in policies.named(text, policy) if what == "avoid" or each not in policy.relations]
        if len(named) > 1:
            choices = ", ".join(compact(each.value) for each in named)
            raise BadValue(f"{what}: {text[:60]!r} may be any of {choices}. Name one of them.")
        (found,) = named or [things.resolve(text, store, what=what)]
        if found in ends:
            told = f"{compact(found.value)} is an end, and {what} is for what lies between."
            raise BadValue(f"{what}: {told} Name another thing.")
        if what == "via" and found in policy.relations:
            told = f"{compact(found.value)} is a relation, and a path passes kinds and things."
            raise BadValue(f"via: {told} Name one of these.")
        meant.append(frozenset({found}))
    return tuple(meant)


_NAMED: Final = {"via": LONGEST - 1, "avoid": 50}
"""Names that may be given, at most: of things to pass as many as any path can pass."""


def _check_apart(passed: Sequence[frozenset[ox.NamedNode]], avoided: Sequence[frozenset[ox.NamedNode]]) -> None:
    for meant in passed:
        if meant in avoided:
            names = ", ".join(compact(each.value) for each in meant)
            raise BadValue(f"via: {names} is to be avoided, too. Give it to via or to avoid, not to both.")


def _terms(
    longest: int,
    count: int,
    policy: Policy,
    avoided: Sequence[frozenset[ox.NamedNode]],
    via: Sequence[frozenset[ox.NamedNode]],
) -> Terms:
    return Terms(
        longest,
        count,
        policy.most,
        policy.within(policy.hubs),
        policy.within(each for meant in avoided for each in meant),
        tuple(map(policy.within, via)),
    )


Step: TypeAlias = Sequence[tuple[ox.Triple, Link]]
"""The triples that link two things, each with the link that it is on the way; the best one first."""


def _triples(known: Known, one: ox.NamedNode, other: ox.NamedNode) -> Step:
    return [
        (ox.Triple(one, link.relation, other) if link.forward else ox.Triple(other, link.relation, one), link)
        for link in sorted(known[one][other], key=lambda link: (link.is_reading, link.relation.value))
    ]


def _hop(step: Step, stated: Mapping[ox.Triple, Evidence]) -> Hop:
    (triple, link), *also = step
    read = frozenset(each for each, other in also if other.is_reading)
    return Hop(stated[triple], link.forward, tuple(each for each, _ in also), read)


def _shown(
    ends: Route, found: Found, steps: Sequence[Sequence[Step]], stated: Mapping[ox.Triple, Evidence]
) -> set[Term]:
    """All that a reader of connections may be shown a label of."""
    shown: set[Term] = {*ends, *(hub for chain in found.hubs for hub in chain)}
    shown |= {term for route in steps for step in route for triple, _ in step for term in triple}
    shown |= {speaker for each in stated.values() for source in each.sources for speaker in source.speakers}
    return shown


def _labels(shown: set[Term], store: Store, policy: Policy, lang: str) -> Labels:
    """Labels, of relations from the ontology that gave the policy if the store has none."""
    found = results.labels(shown, store, lang)
    if policy.is_own:
        found = results.labels({term for term in shown if term not in found}, policy.source, lang) | found
    return {term: label.value for term, label in found.items()}


# Writing


FORMATS: Final = ("text", "json", "md", "turtle")
"""How connections can be written."""


def write(connections: Connections, format: str = "text", *, lang: str = "en") -> str:
    """Write connections: `text` is a tree for people, `json` as `as_json` gives it, `md` a table of the hops, `turtle`
    the triples of the hops or, if there are none, why in comments.

    Raises `UnknownFormat`.
    """
    writers: dict[str, Callable[[], str]] = {
        "text": lambda: "".join(f"{plain(line)}\n" for line in _text(connections, lang)),
        "json": lambda: json.dumps(as_json(connections, lang), ensure_ascii=False, indent=2) + "\n",
        "md": lambda: _markdown(connections, lang),
        "turtle": lambda: _turtle(connections, lang),
    }
    if format not in writers:
        raise UnknownFormat(f"Connections have no format {format!r}. Choose one of {', '.join(FORMATS)}.")
    return writers[format]()


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "path": {"en": "Path {}, {}: {}", "fr": "Chemin {}, {} : {}"},
    "link": {"en": "1 link", "fr": "1 lien"},
    "links": {"en": "{} links", "fr": "{} liens"},
    "also": {"en": "also: {}", "fr": "aussi : {}"},
    "reading": {
        "en": "° a careful reading; the words do not say it outright",
        "fr": "° une lecture attentive ; les mots ne le disent pas tels quels",
    },
    "unlinked": {
        "en": "{} and {} are not linked: no path of at most {} leads from one to the other.",
        "fr": "{} et {} ne sont pas liés : aucun chemin d’au plus {} ne mène de l’un à l’autre.",
    },
    "terms": {
        "en": "{} and {} are not linked on these terms: no such path of at most {} leads from one to the other.",
        "fr": "{} et {} ne sont pas liés à ces conditions : aucun tel chemin d’au plus {} ne mène de l’un à l’autre.",
    },
    "hubs": {
        "en": "Only hubs join them, which so many things share that sharing them tells nothing: {}.",
        "fr": "Seules les joignent des plaques tournantes, que trop de choses partagent pour que cela les lie : {}.",
    },
    "more": {"en": "{} and {} more", "fr": "{} et {} de plus"},
    "short": {
        "en": "Longer paths than {} were not looked for: too many things lie on the way.",
        "fr": "Les chemins de plus de {} n’ont pas été cherchés : trop de choses se trouvent en route.",
    },
    "unsourced": {
        "en": "This store does not say who states a triple: there are no passages to show, and links may be inferred.",
        "fr": "Ce graphe ne dit pas qui énonce un triplet : pas de passages à montrer, et peut-être des liens inférés.",
    },
    "policy": {
        "en": "This store says of no relation that it connects: the project’s own policy was followed.",
        "fr": "Ce graphe ne dit d’aucune relation qu’elle relie : la politique du projet a été suivie.",
    },
}
_HUBS_SHOWN: Final = 6


def _say(word: str, lang: str, *parts: object) -> str:
    return in_language(_WORDS[word], lang).format(*parts)


def _number(links: int, lang: str) -> str:
    return _say("link" if links == 1 else "links", lang, links)


def _text(connections: Connections, lang: str) -> Iterator[str]:
    scribe = Scribe(_told_apart(connections.labels), lang)
    for i, path in enumerate(connections, start=1):
        if i > 1:
            yield ""
        yield _say("path", lang, i, _number(len(path), lang), " – ".join(map(scribe.term, path.things)))
        yield from drawn([list(_hop_lines(hop, scribe, connections.is_sourced)) for hop in path])
    notes = list(_notes(connections, scribe))
    if connections.paths and notes:
        yield ""
    yield from notes


def _told_apart(labels: Labels) -> Labels:
    """Labels, with the short IRI behind those that several things have."""
    times = Counter(label.casefold() for label in labels.values())
    return {
        thing: f"{label} ({compact(thing.value)})" if times[label.casefold()] > 1 else label
        for thing, label in labels.items()
    }


def _hop_lines(hop: Hop, scribe: Scribe, is_sourced: bool) -> Iterator[str]:
    yield _arrow(hop, hop.triple, scribe) + (" °" if hop.is_reading else "")
    if not scribe.is_new(hop.evidence):
        yield "   " + scribe.say("above")
        return
    if is_sourced:
        yield from (f"   {line}" for source in hop.evidence.sources for line in scribe.source(source))
    for triple in hop.also:
        yield "   " + _say("also", scribe.lang, _arrow(hop, triple, scribe)) + (" °" if triple in hop.also_read else "")


def _arrow(hop: Hop, triple: ox.Triple, scribe: Scribe) -> str:
    """A triple in the order in which a path meets its ends."""
    relation = scribe.term(triple.predicate)
    link = f"– {relation} →" if triple.subject == hop.start else f"← {relation} –"
    return f"{scribe.term(hop.start)} {link} {scribe.term(hop.end)}"


def _notes(connections: Connections, scribe: Scribe) -> Iterator[str]:
    """What a reader must know to take the answer rightly."""
    lang = scribe.lang
    if any(hop.is_reading or hop.also_read for path in connections for hop in path):
        yield _say("reading", lang)
    if not connections.paths:
        ends = map(scribe.term, (connections.start, connections.end))
        word = "terms" if connections.is_restricted else "unlinked"
        yield _say(word, lang, *ends, _number(connections.searched, lang))
    if connections.hubs:
        yield _say("hubs", lang, _chains(connections.hubs, scribe))
    if not connections.paths and connections.searched < connections.asked:
        yield _say("short", lang, _number(connections.searched, lang))
    if not connections.is_sourced:
        yield _say("unsourced", lang)
    if connections.is_own_policy:
        yield _say("policy", lang)


def _chains(hubs: Sequence[tuple[ox.NamedNode, ...]], scribe: Scribe) -> str:
    shown = ", ".join(" – ".join(map(scribe.term, chain)) for chain in hubs[:_HUBS_SHOWN])
    return shown if len(hubs) <= _HUBS_SHOWN else _say("more", scribe.lang, shown, len(hubs) - _HUBS_SHOWN)


def _all_triples(connections: Connections) -> Iterator[ox.Triple]:
    yield from (triple for path in connections for hop in path for triple in (hop.triple, *hop.also))


def _turtle(connections: Connections, lang: str) -> str:
    if connections.paths:
        return results.write(Triples(tuple(_all_triples(connections))), "turtle")
    notes = _notes(connections, Scribe(_told_apart(connections.labels), lang))
    return "".join(f"# {plain(note)}\n" for note in notes)


def _markdown(connections: Connections, lang: str) -> str:
    """The hops as a table, and what must be known besides."""
    scribe = Scribe(_told_apart(connections.labels), lang)
    rows = tuple(
        (ox.Literal(i), ox.Literal(j), *map(ox.Literal, _cells(hop, scribe)))
        for i, path in enumerate(connections, start=1)
        for j, hop in enumerate(path, start=1)
    )
    columns = ("path", "hop", "from", "direction", "relation", "to", "sources")
    table = [results.write(Solutions(columns, rows), "md")] if rows else []
    return "\n".join([*table, *(f"{plain(note)}\n" for note in _notes(connections, scribe))])


def _cells(hop: Hop, scribe: Scribe) -> tuple[str, ...]:
    sources = "; ".join(" ".join(scribe.source(source)) for source in hop.evidence.sources)
    relation = scribe.term(hop.triple.predicate) + (" °" if hop.is_reading else "")
    return scribe.term(hop.start), "→" if hop.forward else "←", relation, scribe.term(hop.end), sources


def as_json(connections: Connections, lang: str = "en") -> dict[str, object]:
    """Connections as plain values.

    `{"start", "end", "linked", "paths", "hubs", "asked", "searched", "sourced", "own_policy", "notes"}`. A path is a
    list of hops, each `{"from", "relation", "to", "direction", "label", "reading", "triple", "sources", "also"}`; the
    direction is "forward" if the path follows the triple from subject to object; sources are as in an explanation.
    `hubs` is a list of chains of hubs, `notes` are sentences.
    """
    scribe = Scribe(connections.labels, lang)
    return {
        "start": _thing_json(connections.start, scribe),
        "end": _thing_json(connections.end, scribe),
        "linked": bool(connections.paths),
        "paths": [[_hop_json(hop, scribe) for hop in path] for path in connections],
        "hubs": [[_thing_json(hub, scribe) for hub in chain] for chain in connections.hubs],
        "asked": connections.asked,
        "searched": connections.searched,
        "sourced": connections.is_sourced,
        "own_policy": connections.is_own_policy,
        "notes": list(_notes(connections, scribe)),
    }


def _thing_json(thing: Term, scribe: Scribe) -> dict[str, str]:
    return {"iri": getattr(thing, "value", str(thing)), "label": scribe.term(thing)}


def _hop_json(hop: Hop, scribe: Scribe) -> dict[str, object]:
    return {
        "from": _thing_json(hop.start, scribe),
        "relation": _thing_json(hop.triple.predicate, scribe),
        "to": _thing_json(hop.end, scribe),
        "direction": _direction(hop),
        "label": _arrow(hop, hop.triple, scribe),
        "reading": hop.is_reading,
        "triple": triple_json(hop.triple),
        "sources": [source_json(source) for source in hop.evidence.sources],
        "also": [triple_json(triple) for triple in hop.also],
    }
