"""What a store says about its things, held in memory so that many readings of a question can be tried on it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import names, spelling
from .names import AUTH, ID, expand
from .results import Solutions, Store, Term

Fact = tuple[str, str, Term]
"""Subject and property by their IRIs, and the object: an IRI or a literal."""

TYPE: Final = expand("rdf:type")
_LABELS: Final = frozenset(
    expand(name)
    for name in (
        "skos:prefLabel",
        "skos:altLabel",
        "skos:hiddenLabel",
        "skos:notation",
        "dcterms:title",
        "foaf:name",
        "terril:inWords",
    )
)
_STREET: Final = expand("locn:thoroughfare")
_TOLD_APART_BY: Final = frozenset({_STREET, *map(expand, ("terril:counts", "terril:wording", "terril:rating"))})
"""By which a thing is spoken of too, though they are no names: what a figure counts, the street of an address."""
_ASIDE: Final = frozenset(
    expand(name)
    for name in (
        "terril:sha256", "terril:start", "terril:end", "terril:inDocument", "terril:gist", "terril:coreferenceNote",
        "terril:interpretationNote", "terril:ofPassage", "terril:refersTo", "terril:spokenBy", "terril:voicedFor",
        "terril:reason", "terril:characters", "skos:inScheme", "skos:hasTopConcept", "skos:editorialNote",
        "skos:definition", "dcterms:source", "dcterms:license", "dcterms:creator", "dcterms:identifier",
        "dcterms:language", "schema:sameAs", "foaf:focus", "skos:closeMatch", "skos:exactMatch", "skos:broadMatch",
        "skos:relatedMatch", "owl:versionInfo", "dcterms:description", "terril:namedByEditor", "terril:truncated",
        "terril:nutsEdition",
    )
)  # fmt: skip
_INFERRED: Final = names.INFERRED
LIMIT: Final = 50_000


@dataclass(frozen=True)
class Facts:
    """Facts with the graphs in which they stand; what passages say, and who says it.

    `written` are those names of things that the sources write and the ontology gives, with the graphs in which they
    stand; translations, names from elsewhere and words by which people ask are none.
    """

    stands: Mapping[Fact, frozenset[str]] = field(repr=False)
    types: Mapping[str, frozenset[str]] = field(repr=False)
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(repr=False)
    official: Mapping[str, frozenset[ox.Literal]] = field(repr=False)
    gists: Mapping[str, str] = field(repr=False)
    speakers: Mapping[str, frozenset[str]] = field(repr=False)
    document: Mapping[str, str] = field(repr=False)
    written: Mapping[str, Mapping[ox.Literal, frozenset[str]]] = field(default_factory=dict, repr=False)

    @cached_property
    def out(self) -> Mapping[str, Mapping[str, tuple[Term, ...]]]:
        """Objects by subject and property."""
        found: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for s, p, o in self.stands:
            found[s][p].append(o)
        return {s: {p: tuple(os) for p, os in by.items()} for s, by in found.items()}

    @cached_property
    def into(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Subjects by object, if that is an IRI, and property."""
        found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for s, p, o in self.stands:
            if isinstance(o, ox.NamedNode):
                found[o.value][p].append(s)
        return {o: {p: tuple(ss) for p, ss in by.items()} for o, by in found.items()}

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """The things of each class."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for thing, classes in self.types.items():
            for one in classes:
                found[one].add(thing)
        return {one: frozenset(things) for one, things in found.items()}

    def stated(self, fact: Fact) -> bool:
        """Whether a source says a fact."""
        return self.stands.get(fact, frozenset()) != {_INFERRED}

    def words(self, thing: str) -> frozenset[str]:
        """The stems of all words by which a thing is called, characterised or measured."""
        return self._words.get(thing, frozenset())

    def preferred(self, thing: str) -> tuple[ox.Literal, ...]:
        """The names of a thing, preferred ones first."""
        return self.labels.get(thing, ())

    def called(self, thing: str) -> Iterator[frozenset[str]]:
        """The stems of each name of a thing."""
        for label in self.labels.get(thing, ()):
            if stems := frozenset(stems_of(label.value)):
                yield stems

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        return {
            thing: frozenset(s for label in labels for s in stems_of(label.value))
            for thing, labels in self.labels.items()
        }

    @cached_property
    def said(self) -> Mapping[str, frozenset[str]]:
        """The stems of a passage: of its gist, and of the names of the things that its facts speak of."""
        found = {passage: {*stems_of(gist), *roots_of(gist)} for passage, gist in self.gists.items()}
        for (s, _, o), graphs in self.stands.items():
            for graph in graphs:
                passage = graph.removesuffix("-reading")
                if passage in found:
                    found[passage] |= self.words(s)
                    if isinstance(o, ox.NamedNode):
                        found[passage] |= self.words(o.value)
        return {passage: frozenset(stems) for passage, stems in found.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every stem that a name or a passage holds."""
        return frozenset().union(*self._words.values(), *self.said.values())

    @cached_property
    def content(self) -> Mapping[str, frozenset[str]]:
        """The things that each passage speaks of."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for (s, _, o), graphs in self.stands.items():
            for graph in graphs:
                if graph.removesuffix("-reading") not in self.gists:
                    continue
                found[graph.removesuffix("-reading")].update(
                    {s} | ({o.value} if isinstance(o, ox.NamedNode) else set())
                )
        return {passage: frozenset(things) for passage, things in found.items()}


def stems_of(text: str) -> Iterator[str]:
    """The stems of a text's words but the small ones."""
    return (spelling.stem(word) for word in spelling.words(text) if word not in spelling.SMALL)


def roots_of(text: str) -> Iterator[str]:
    """What the verbs of an English text are without their endings."""
    for word in spelling.words(text):
        if word.endswith(("ed", "ing")) and len(word) > _SHORT_VERB:
            yield spelling.stem(word.removesuffix("ing").removesuffix("ed"))


_SHORT_VERB: Final = 5


def load(store: Store) -> Facts:
    """Read what a store says of things, at most 50,000 triples."""
    rows = _rows(store, _IN_GRAPHS) or [(s, p, o, None) for s, p, o in _rows(store, _PLAIN)]
    stands: defaultdict[Fact, set[str]] = defaultdict(set)
    types: defaultdict[str, set[str]] = defaultdict(set)
    labels: defaultdict[str, dict[ox.Literal, int]] = defaultdict(dict)
    speakers: defaultdict[str, set[str]] = defaultdict(set)
    gists: dict[str, str] = {}
    document: dict[str, str] = {}
    for s, p, o, g in rows:
        if not isinstance(s, ox.NamedNode) or not isinstance(p, ox.NamedNode):
            continue
        subject, predicate = s.value, p.value
        if predicate == TYPE and isinstance(o, ox.NamedNode):
            types[subject].add(o.value)
        elif predicate in _LABELS or predicate in _TOLD_APART_BY:
            if isinstance(o, ox.Literal):
                label = ox.Literal(o.value) if predicate == _STREET else o  # a street is called so in any language
                labels[subject].setdefault(label, _RANK.get(predicate, len(_RANK)))
        elif predicate == _GIST and isinstance(o, ox.Literal):
            gists[subject] = o.value
        elif predicate == _SPOKEN and isinstance(o, ox.NamedNode):
            speakers[subject].add(o.value)
        elif predicate == _IN and isinstance(o, ox.NamedNode):
            document[subject] = o.value
        if (predicate not in _ASIDE and predicate not in _LABELS) and o is not None:
            stands[subject, predicate, o].add(g.value if isinstance(g, ox.NamedNode) else "")
    return Facts(
        {fact: frozenset(graphs) for fact, graphs in stands.items()},
        {thing: frozenset(classes) for thing, classes in types.items()},
        {thing: tuple(sorted(found, key=lambda label: (found[label], str(label)))) for thing, found in labels.items()},
        {
            thing: frozenset(label for label, rank in found.items() if rank < len(_RANK))
            for thing, found in labels.items()
        },
        gists,
        {passage: frozenset(people) for passage, people in speakers.items()},
        document,
        _written(rows),
    )


def _written(rows: Iterable[tuple[Term | None, ...]]) -> dict[str, dict[ox.Literal, frozenset[str]]]:
    """The names that passages, the ontology and the titles of documents give to things."""
    found: defaultdict[str, defaultdict[ox.Literal, set[str]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o, g in rows:
        if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and isinstance(g, ox.NamedNode):
            writes = g.value.startswith(_PASSAGES) or g.value == names.ONTOLOGY or p.value == _TITLE
            if writes and p.value in _NAMES and isinstance(o, ox.Literal):
                found[s.value][o].add(g.value)
    return {thing: {name: frozenset(graphs) for name, graphs in by.items()} for thing, by in found.items()}


_PASSAGES: Final = ID + "passage/"
_TITLE: Final = expand("dcterms:title")
_NAMES: Final = frozenset(expand(f"skos:{name}") for name in ("prefLabel", "altLabel", "hiddenLabel")) | {_TITLE}
_RANK: Final = {expand(name): rank for rank, name in enumerate(("skos:prefLabel", "skos:altLabel", "dcterms:title"))}
_GIST: Final = expand("terril:gist")
_SPOKEN: Final = expand("terril:spokenBy")
_IN: Final = expand("terril:inDocument")


def _rows(store: Store, sparql: str) -> list[tuple[Term | None, ...]]:
    answer = store.query(sparql)
    return list(answer.rows) if isinstance(answer, Solutions) else []


_OF_THINGS: Final = f'(STRSTARTS(STR(?s), "{ID}") || STRSTARTS(STR(?s), "{AUTH}"))'
_IN_GRAPHS: Final = f"SELECT ?s ?p ?o ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({_OF_THINGS}) }} LIMIT {LIMIT}"
_PLAIN: Final = f"SELECT DISTINCT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER({_OF_THINGS}) }} LIMIT {LIMIT}"


def things(terms: Iterable[Term]) -> Iterator[str]:
    """The IRIs among terms."""
    return (term.value for term in terms if isinstance(term, ox.NamedNode))
