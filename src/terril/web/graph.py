"""A graph as pages read it: facts of one thing, its labels and kinds, who says a fact, why an inferred one holds.

Queries would cost a page some milliseconds each, so this looks triples up in the store's own indexes and remembers
what many pages share. What is remembered is bounded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from .. import names, sources
from ..clauses import Rulebook
from ..evidence import rulebook
from ..languages import distance, speaks
from ..names import AUTH, BASE, NS, SCHEMES, compact, expand
from ..results import Solutions, Store, Term
from ..schema import Meaning, schema
from ..sources import Source
from ..store import Embedded
from .addresses import LANGUAGES, anchor, file_of, harmless, page_of, path_of

_REMEMBERED: Final = 1 << 15
_LONGEST: Final = 600
"""Characters of a text that a page shows: a stranger's graph may hold books."""
INFERRED: Final = ox.NamedNode(names.INFERRED)
TYPE: Final = ox.NamedNode(expand("rdf:type"))
LABELS: Final = tuple(
    ox.NamedNode(expand(name)) for name in ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name")
)
_NAMES: Final = (*LABELS, *(ox.NamedNode(expand(name)) for name in ("skos:altLabel", "skos:hiddenLabel")))
_TELLING: Final = tuple(ox.NamedNode(expand(name)) for name in ("terril:gist", "terril:interpretationNote"))
_DESCRIBING: Final = frozenset(sources.DESCRIBING)
_SOURCES: Final = 1 << 12
"""Passages and documents of which it is remembered what describes them as sources."""
_BELOW: Final = ox.NamedNode(expand("rdfs:subClassOf"))


class Fact(NamedTuple):
    """A triple, and the named graphs that state it; one that stands only among what was inferred is stated by none."""

    subject: ox.NamedNode
    relation: ox.NamedNode
    object: Term
    graphs: tuple[ox.NamedNode, ...]
    is_inferred: bool

    @property
    def triple(self) -> ox.Triple:
        return ox.Triple(self.subject, self.relation, self.object)


class Handle(NamedTuple):
    """How pages speak of a thing: its name and that one's language, its file, or its address elsewhere."""

    text: str
    tag: str
    file: str | None
    away: str | None


class Graph:
    """A graph in this process, which does not change while pages are made of it."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._described = _Described(self)
        remember = lru_cache(_REMEMBERED)
        self.name: Callable[[ox.NamedNode, str], tuple[str, str]] = remember(self._name)
        """What a reader calls a thing, and the tag of that text: a label, a passage's gist, else the short name."""
        self.handle: Callable[[ox.NamedNode, str], Handle] = remember(self._handle)
        """How a page in a language speaks of a thing and links to it."""
        self.types: Callable[[ox.NamedNode], frozenset[str]] = remember(self._types)
        """The IRIs of the classes of a thing, inferred ones too."""
        self.passages: Callable[[ox.NamedNode], Mapping[ox.NamedNode, int]] = lru_cache(16)(self._passages)
        """The passages of a document, as they stand in it, with their places in that order."""
        self.schema: Callable[[str], list[Meaning]] = lru_cache(4)(self._schema)
        """The classes and properties that the graph explains, in a language."""
        self.has_page: Callable[[ox.NamedNode], bool] = remember(self._has_page)
        """Whether something is told of a thing that has a place for a page."""
        self.kind: Callable[[frozenset[str]], str] = remember(self._kind)
        """The class that says most: one below which none of the others is, Terril's own first."""
        self.mark: Callable[[tuple[ox.NamedNode, ...]], str] = remember(self._mark)
        """How facts that these graphs state are marked: `reading` if only readings do, else nothing."""
        self.properties: Callable[[ox.NamedNode], Mapping[str, list[Term]]] = lru_cache(_SOURCES)(self._properties)
        """The objects of a thing's facts by relation, each once."""
        self.source: Callable[[ox.NamedNode, str], Source] = remember(self._source)
        """What kind of source a named graph is, and what is known of it, in a language."""

    @classmethod
    def of(cls, store: Store) -> "Graph":
        """The graph that a store holds; that of an endpoint is fetched, with its named graphs, as far as it gives them.

        Raises what the store raises.
        """
        if isinstance(store, Embedded):
            return cls(store.graph)
        copy = ox.Store()
        copy.bulk_extend(_fetched(store))
        return cls(copy)

    # Facts

    def outgoing(self, thing: ox.NamedNode) -> list[Fact]:
        """The facts whose subject is the thing, each once."""
        found: dict[tuple[ox.NamedNode, Term], list[ox.NamedNode]] = {}
        for quad in self.store.quads_for_pattern(thing, None, None, None):
            stated = found.setdefault((quad.predicate, quad.object), [])
            if isinstance(graph := quad.graph_name, ox.NamedNode):
                stated.append(graph)
        return [_fact(thing, *pair, stated) for pair, stated in found.items()]

    def incoming(self, thing: ox.NamedNode) -> Iterator[Fact]:
        """The facts whose object is the thing, each once, relation by relation; what has no name has no say."""
        found: dict[tuple[ox.NamedNode, ox.NamedNode], list[ox.NamedNode]] = {}
        for quad in self.store.quads_for_pattern(None, None, thing, None):
            if isinstance(subject := quad.subject, ox.NamedNode):
                stated = found.setdefault((subject, quad.predicate), [])
                if isinstance(graph := quad.graph_name, ox.NamedNode):
                    stated.append(graph)
        for (subject, relation), stated in found.items():
            yield _fact(subject, relation, thing, stated)

    def graphs(self, triple: ox.Triple) -> tuple[ox.NamedNode, ...]:
        """The named graphs in which a triple stands, sorted."""
        quads = self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        named = [graph for quad in quads if isinstance(graph := quad.graph_name, ox.NamedNode)]
        return tuple(sorted(named, key=_iri) if len(named) > 1 else named)

    def stating(self, triple: ox.Triple) -> tuple[ox.NamedNode, ...]:
        """The named graphs that state a triple, sorted: that of what was inferred states nothing."""
        return tuple(graph for graph in self.graphs(triple) if graph != INFERRED)

    def holds(self, triple: ox.Triple) -> bool:
        return (
            next(self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None
        )

    def values(self, thing: ox.NamedNode, relation: str) -> list[Term]:
        """The objects of a thing's facts of one relation, a CURIE or an IRI, sorted."""
        quads = self.store.quads_for_pattern(thing, ox.NamedNode(expand(relation)), None, None)
        found = {quad.object for quad in quads}
        return sorted(found, key=str) if len(found) > 1 else list(found)

    def value(self, thing: ox.NamedNode, relation: str, lang: str = "en") -> str:
        """The text of one object of a relation, in the nearest language; nothing if there is none."""
        return nearest(self.values(thing, relation), lang)

    def subjects(self, relation: str, object: ox.NamedNode | None = None) -> Iterator[ox.NamedNode]:
        """The things with a fact of a relation, each once, in no order."""
        seen: set[ox.NamedNode] = set()
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(expand(relation)), object, None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in seen:
                seen.add(quad.subject)
                yield quad.subject

    def of_class(self, name: str) -> list[ox.NamedNode]:
        """The things of a class, sorted by IRI."""
        return sorted(self.subjects("rdf:type", ox.NamedNode(expand(name))), key=lambda thing: thing.value)

    def names(self, thing: ox.NamedNode) -> set[tuple[str, str]]:
        """All names of a thing, misspelt ones too, with their languages."""
        found = (quad for relation in _NAMES for quad in self.store.quads_for_pattern(thing, relation, None, None))
        return {
            (quad.object.value, quad.object.language or "") for quad in found if isinstance(quad.object, ox.Literal)
        }

    def label(self, thing: ox.NamedNode, lang: str) -> str:
        """What a reader calls a thing, in the nearest language."""
        return self.name(thing, lang)[0]

    def number(self, thing: ox.NamedNode, relation: str) -> int:
        """A whole number that a relation gives, such as a place in a text; 0 if it gives none."""
        text = self.value(thing, relation)
        return int(text) if text.isdecimal() and len(text) < 12 else 0

    def range(self, passage: ox.NamedNode) -> tuple[int, int]:
        """Where in its document a passage starts, and where it ends."""
        return self.number(passage, "terril:start"), self.number(passage, "terril:end")

    # What is remembered

    def _passages(self, document: ox.NamedNode) -> Mapping[ox.NamedNode, int]:
        found = {passage: self.range(passage) for passage in self.subjects("terril:inDocument", document)}
        ordered = sorted(found, key=lambda passage: (*found[passage], passage.value))
        return {passage: place for place, passage in enumerate(ordered)}

    def _name(self, thing: ox.NamedNode, lang: str) -> tuple[str, str]:
        best: tuple[tuple[int, int, str], str] | None = None
        for rank, relation in enumerate((*LABELS, *_TELLING)):
            for quad in self.store.quads_for_pattern(thing, relation, None, None):
                if isinstance(quad.object, ox.Literal) and quad.object.value.strip():
                    text, tag = quad.object.value, quad.object.language or ""
                    found = (_distance(tag, lang), rank, tag), text
                    best = min(best, found) if best else found
            if best and best[0][0] == 0:  # in the very language: no other label comes before it
                break
        return (best[1], best[0][2]) if best else (compact(thing.value), "")

    def _handle(self, thing: ox.NamedNode, lang: str) -> "Handle":
        text, tag = self.name(thing, lang)
        page = self._page(thing)
        if page:
            path, mark, fragment = page.partition("#")
            return Handle(cut(text), foreign(tag, lang), f"{file_of(path, lang)}{mark}{fragment}", None)
        # A name of this project that nothing is told of leads nowhere, since nothing is served there.
        away = None if thing.value.startswith(BASE) else harmless(thing.value)
        return Handle(cut(text), foreign(tag, lang), None, away)

    def _page(self, thing: ox.NamedNode) -> str | None:
        """The page of a thing, a scheme or a term."""
        if thing.value in self.reused:
            return f"ns/reused#{anchor(thing.value)}"
        if thing.value.removeprefix(AUTH) in SCHEMES:
            return f"doc/{thing.value.removeprefix(AUTH)}/index"
        page = page_of(thing.value)
        return page if page and (page.startswith("ns#") or self.has_page(thing)) else None

    def _types(self, thing: ox.NamedNode) -> frozenset[str]:
        quads = self.store.quads_for_pattern(thing, TYPE, None, None)
        return frozenset(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))

    def _has_page(self, thing: ox.NamedNode) -> bool:
        told = self.store.quads_for_pattern(thing, None, None, None)
        return path_of(thing.value) is not None and next(told, None) is not None

    def _kind(self, types: frozenset[str]) -> str:
        above = {wide for kind in types for wide in self.wider.get(kind, ())}
        return min(types, key=lambda kind: (kind in above, not kind.startswith(NS), kind), default="")

    def _source(self, graph: ox.NamedNode, lang: str) -> Source:
        return sources.described(graph, self._described, lang, {})

    def _mark(self, graphs: tuple[ox.NamedNode, ...]) -> str:
        kinds = {self.source(graph, LANGUAGES[0]).kind for graph in graphs}
        return "reading" if kinds == {"reading"} else ""

    def _properties(self, thing: ox.NamedNode) -> Mapping[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for fact in self.outgoing(thing):
            found.setdefault(fact.relation.value, []).append(fact.object)
        return found

    def _schema(self, lang: str) -> list[Meaning]:
        return schema(Embedded(self.store), lang)

    def prepare(self) -> None:
        """Work out now what would be worked out when it is first asked for."""
        self.reused, self.wider, self.things, self.rulebook  # noqa: B018

    @cached_property
    def reused(self) -> frozenset[str]:
        """The IRIs of classes and properties of other vocabularies that this graph explains."""
        return frozenset(each.iri for each in self.schema("en") if not each.iri.startswith(NS))

    @cached_property
    def things(self) -> Mapping[str, list[ox.NamedNode]]:
        """The things that have pages, by the folder of their pages, sorted by address."""
        found: dict[str, ox.NamedNode] = {}
        for quad in self.store.quads_for_pattern(None, None, None, None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in found:
                found[quad.subject.value] = quad.subject
        folders: dict[str, list[tuple[str, ox.NamedNode]]] = {}
        for iri, thing in found.items():
            if path := path_of(iri):
                folders.setdefault(path.split("/")[1], []).append((path, thing))
        return {kind: [thing for _, thing in sorted(folders[kind])] for kind in sorted(folders)}

    @cached_property
    def size(self) -> int:
        """How many triples stand in the default graph."""
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))

    @cached_property
    def wider(self) -> Mapping[str, frozenset[str]]:
        """All classes above each class, itself not among them."""
        direct: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, _BELOW, None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                direct.setdefault(quad.subject.value, set()).add(quad.object.value)
        return {kind: frozenset(_above(kind, direct) - {kind}) for kind in direct}

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules by which facts were inferred."""
        return rulebook(Embedded(self.store))


class _Described(Mapping[Term, Mapping[str, list[Term]]]):
    """What a graph tells of sources, looked up when it is asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._told = lru_cache(_SOURCES)(self._look_up)

    def __getitem__(self, thing: Term) -> Mapping[str, list[Term]]:
        return self._told(thing) if isinstance(thing, ox.NamedNode) else {}

    def _look_up(self, thing: ox.NamedNode) -> Mapping[str, list[Term]]:
        told: dict[str, set[Term]] = {}
        for quad in self._graph.store.quads_for_pattern(thing, None, None, None):
            if (relation := quad.predicate.value) in _DESCRIBING:
                told.setdefault(relation, set()).add(quad.object)
        return {relation: sorted(values, key=str) for relation, values in told.items()}

    def __iter__(self) -> Iterator[Term]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def cut(text: str) -> str:
    """A text as far as a page shows it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@lru_cache(1 << 12)
def foreign(tag: str, lang: str) -> str:
    """A language tag, if it is not one that a reader of the page reads as their own."""
    return "" if not tag or speaks(tag, lang) else tag


_distance = lru_cache(1 << 12)(distance)


def nearest(terms: Iterable[Term], lang: str) -> str:
    """The text of one of some literals, in the nearest language; nothing if there is none."""
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    return min(literals, key=lambda text: (distance(text.language, lang), text.value)).value if literals else ""


def _fact(subject: ox.NamedNode, relation: ox.NamedNode, object: Term, named: list[ox.NamedNode]) -> Fact:
    """A fact, from the named graphs in which its triple stands."""
    if INFERRED not in named:
        return Fact(subject, relation, object, tuple(sorted(named, key=_iri) if len(named) > 1 else named), False)
    stated = sorted((graph for graph in named if graph != INFERRED), key=_iri)
    return Fact(subject, relation, object, tuple(stated), not stated)


def _iri(node: ox.NamedNode) -> str:
    return node.value


def _above(kind: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [kind]
    while todo:
        for wide in direct.get(todo.pop(), ()):
            if wide not in found:
                found.add(wide)
                todo.append(wide)
    return found


def _fetched(store: Store) -> Iterator[ox.Quad]:
    """All that an endpoint holds: its named graphs, then what stands in none of them."""
    queries = (
        "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
        "SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o",
    )
    for query in queries:
        answer = store.query(query)
        for row in answer.rows if isinstance(answer, Solutions) else ():
            subject, relation, object, *graph = row
            if isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(relation, ox.NamedNode) and object:
                name = graph[0] if graph and isinstance(graph[0], ox.NamedNode) else ox.DefaultGraph()
                yield ox.Quad(subject, relation, object, name)
