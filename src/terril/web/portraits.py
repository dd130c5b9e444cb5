"""Portraits: what the page of a thing shows, gathered from the graph.

Facts both ways, grouped by relation; figures with charts; moments in time; and the same, by class of thing, at a
glance.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from ..names import PREFIXES, compact, expand
from ..results import Term
from . import data, figures, fitting, moments
from .addresses import further_of
from .data import embedded
from .graph import TYPE, Fact, Graph, nearest
from .narrator import Narrator
from .records import Item, Link, Portrait, Relation, Relations

GLANCE: Final[Mapping[str, Sequence[str]]] = {
    "terril:Document": ("dcterms:source", "terril:about", "terril:writtenBy", "terril:sponsoredBy", "dcterms:language"),
    "terril:Territory": ("terril:within", "terril:hasPolicy", "terril:specialisesIn", "terril:hasKeySector"),
    "terril:PolicyInstrument": ("terril:adoptedBy", "terril:appliesTo", "terril:partOf", "terril:launchedBy"),
    "terril:Cluster": ("terril:operatesIn", "terril:hasStrand", "foaf:homepage"),
    "terril:InnovationEcosystem": ("terril:locatedIn", "terril:hasField", "terril:hasSmartField"),
    "terril:Event": ("terril:on", "terril:startsOn", "terril:endsOn", "terril:inYear", "terril:heldIn"),
    "foaf:Person": ("org:holds", "terril:worksFor", "terril:voicedFor", "terril:contactPersonFor"),
    "org:Organization": ("terril:locatedIn", "terril:governs", "org:memberOf", "foaf:homepage"),
    "terril:Topic": ("skos:broader", "skos:exactMatch", "skos:closeMatch"),
    "terril:ThematicArea": ("terril:addresses",),
    "terril:Goal": ("terril:pursuedIn", "terril:targetYear", "terril:hasTarget"),
}
"""What a reader wants to know first of things of a class; the first class that fits counts."""

_GLANCE: Final = {expand(kind): tuple(map(expand, names)) for kind, names in GLANCE.items()}
_LABELS: Final = frozenset(expand(name) for name in ("skos:prefLabel", "rdfs:label", "foaf:name", "dcterms:title"))
_ALSO: Final = expand("skos:altLabel")
_MISSPELT: Final = expand("skos:hiddenLabel")
_DESCRIBING: Final = tuple(expand(name) for name in ("skos:definition", "dcterms:description", "skos:scopeNote"))
_FIGURE_ABOUT: Final = expand("terril:figureAbout")
_PASSAGES: Final = PREFIXES["passage"]
PER_PAGE: Final = 40
"""Facts on one of the pages that tell all facts of a thing."""
MOST_PAGES: Final = 15
"""Pages that tell the facts of one thing; what nearly everything points at has more, in its data."""
_NODES: Final = 50
"""Things that the neighbourhood of a page may show."""
_FOR_PROGRAMS: Final = frozenset(
    expand(name)
    for name in (
        *("terril:hub", "terril:inWords", "terril:otherWords", "terril:noun", "terril:namedByEditor", "terril:sha256"),
        *("terril:inDocument", "terril:ofPassage", "terril:refersTo", "skos:hasTopConcept", "terril:gist"),
    )
)
"""What helps programs, or has a place of its own, and would tell a reader nothing among the facts."""

_HIDDEN: Final = {
    True: _FOR_PROGRAMS | _LABELS | {TYPE.value, _ALSO, _MISSPELT, *_DESCRIBING},
    False: _FOR_PROGRAMS | {TYPE.value, _ALSO, _MISSPELT, _FIGURE_ABOUT, *_DESCRIBING},
}
"""Relations that stand elsewhere on a page than among the facts, those of the thing and those of others."""


class Gathering:
    """The facts of one thing, read once, from which its page is made in any language and at any length."""

    def __init__(self, graph: Graph, thing: ox.NamedNode) -> None:
        self.graph, self.thing = graph, thing
        self.outgoing = graph.outgoing(thing)
        others = (fact for fact in graph.incoming(thing) if not fact.subject.value.startswith(_PASSAGES))
        self.incoming = sorted(others, key=lambda fact: (fact.relation.value, fact.subject.value))
        self.types = graph.types(thing)

    def portrait(self, narrator: Narrator, limit: int) -> Portrait:
        """What the page shows, with at most `limit` facts of a relation in a direction."""
        glance = self._glance(narrator, limit)
        first = {relation.name for relation in glance}
        out = self._relations(narrator, True, limit, first)
        into = self._relations(narrator, False, limit, frozenset())
        kinds = self._kinds(narrator)
        shown = figures.about(self.figures(limit), narrator)
        when = moments.of(self.outgoing, self.incoming, narrator, limit)
        everything = (*glance, *out, *into)
        marks = {item.mark for relation in everything for item in relation.items} | {each.mark for each in shown}
        return Portrait(
            self.thing.value,
            narrator.link(self.thing),
            narrator.link(ox.NamedNode(kind)) if (kind := self.graph.kind(self.types)) else Link(""),
            kinds,
            self._names(narrator),
            glance,
            out,
            into,
            shown,
            when,
            narrator.references(),
            self.further_page(narrator),
            _text(self.outgoing, _DESCRIBING, narrator.lang),
            self._neighbourhood(narrator, limit),
            self.linked,
            self.sparql,
            self.quoted,
            "inferred" in marks or any(item.mark == "inferred" for relation in kinds for item in relation.items),
            "reading" in marks,
        )

    def figures(self, limit: int) -> list[Fact]:
        """The facts that figures are about the thing, or that the thing is a figure."""
        return [fact for fact in self.incoming if fact.relation.value == _FIGURE_ABOUT][: limit * 2]

    @property
    def has_many(self) -> bool:
        """Whether there are so many facts that their page may be too large."""
        return len(self.outgoing) + len(self.incoming) > fitting.MOST

    # All facts, page by page

    def further(self) -> int:
        """How many pages it takes to tell all facts, where one page is too small for them; else none."""
        count = sum(map(len, self._tellable))
        return min(-(-count // PER_PAGE), MOST_PAGES) if count > PER_PAGE else 0

    def further_page(self, narrator: Narrator) -> str:
        """The address of the first of these pages; nothing if there is none."""
        return narrator.page(further_of(narrator.path, 1)) if self.further() else ""

    def all_facts(self, narrator: Narrator, page: int) -> tuple[Relations, Relations]:
        """The facts on one of these pages, those of the thing and those of others about it."""
        some = self._told[(page - 1) * PER_PAGE : page * PER_PAGE]
        parts = (_grouped(fact for fact, is_out in some if is_out == is_forward) for is_forward in (True, False))
        out, into = (
            Relations(_relation(narrator, facts, is_forward, PER_PAGE) for facts in part.values())
            for is_forward, part in zip((True, False), parts, strict=True)
        )
        return out, into

    @cached_property
    def _tellable(self) -> tuple[list[Fact], list[Fact]]:
        """The facts that a reader is told, those of the thing and those of others about it."""
        out = [fact for fact in self.outgoing if fact.relation.value not in _HIDDEN[True]]
        return out, [fact for fact in self.incoming if fact.relation.value not in _FOR_PROGRAMS]

    @cached_property
    def _told(self) -> list[tuple[Fact, bool]]:
        """The same, those of the thing first, by relation."""
        out, into = self._tellable
        return [(fact, True) for fact in sorted(out, key=_by_iri)] + [
            (fact, False) for fact in sorted(into, key=_by_iri)
        ]

    # Parts

    @cached_property
    def _groups(self) -> Mapping[bool, Mapping[str, list[Fact]]]:
        """The facts of the thing, and those of others about it, by relation."""
        return {True: _grouped(self.outgoing), False: _grouped(self.incoming)}

    def _glance(self, narrator: Narrator, limit: int) -> Relations:
        wanted = next((names for kind, names in _GLANCE.items() if kind in self.types), ())
        facts = [self._groups[True][name] for name in wanted if name in self._groups[True]]
        further = self.further_page(narrator)
        return Relations(_relation(narrator, some, True, limit, further) for some in facts)

    def _relations(self, narrator: Narrator, is_forward: bool, limit: int, without: Collection[str]) -> Relations:
        hidden = _HIDDEN[is_forward]
        groups = [some for name, some in self._groups[is_forward].items() if name not in hidden and name not in without]
        further = self.further_page(narrator)
        relations = (_relation(narrator, some, is_forward, limit, further) for some in groups)
        return Relations(sorted(relations, key=lambda relation: (relation.link.text.casefold(), relation.name)))

    def _kinds(self, narrator: Narrator) -> Relations:
        facts = self._groups[True].get(TYPE.value)
        return Relations([_relation(narrator, facts, True, 20)] if facts else ())

    def least(self, narrator: Narrator) -> Callable[[int, bool], int]:
        """How many characters facts take at least on the page, neighbourhood included, by how many of a relation are
        shown, and whether inferred ones are explained.
        """
        shown = [
            [(fact, narrator.item(fact, _other(fact, is_forward))) for fact in _ordered(narrator, facts, is_forward)]
            for is_forward, groups in self._groups.items()
            for name, facts in groups.items()
            if name not in _HIDDEN[is_forward]
        ]
        facts = fitting.least(shown, narrator)
        return lambda limit, explains: facts(limit, explains) + len(self._neighbourhood(narrator, limit))

    def _names(self, narrator: Narrator) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        """Other names, in any language, and misspelt ones."""
        shown = self.graph.label(self.thing, narrator.lang)
        found: dict[str, dict[tuple[str, str], Link]] = {"also_called": {}, "misspelt": {}}
        for fact in self.outgoing:
            name, text = fact.relation.value, fact.object
            if isinstance(text, ox.Literal) and (name in _LABELS or name in (_ALSO, _MISSPELT)) and text.value != shown:
                key = "misspelt" if name == _MISSPELT else "also_called"
                link = narrator.link(text)
                found[key][link.text, link.tag] = link
        return tuple((word, tuple(links[key] for key in sorted(links))) for word, links in found.items() if links)

    @cached_property
    def _edges(self) -> list[tuple[Fact, ox.NamedNode, bool]]:
        """The facts that tie the thing to others with pages, each with the other end; stated ones first."""
        edges = [
            (fact, other, is_forward)
            for is_forward, groups in self._groups.items()
            for name, facts in groups.items()
            if name != TYPE.value and name not in _FOR_PROGRAMS
            for fact in facts
            if isinstance(other := _other(fact, is_forward), ox.NamedNode)
            if other != self.thing and self.graph.has_page(other)
        ]
        return sorted(edges, key=lambda edge: (edge[0].is_inferred, edge[1].value, edge[0].relation.value))

    def _neighbourhood(self, narrator: Narrator, limit: int) -> str:
        """The things around this one, as JSON that may stand in a page; nothing if there are none."""
        count = min(2 * limit, _NODES)
        near = list(islice(dict.fromkeys(other for _, other, _ in self._edges), count))
        if not near:
            return ""
        nodes = {thing: narrator.node(thing) for thing in (self.thing, *near)}
        edges = (
            _edge(*((centre, end) if is_forward else (end, centre)), narrator.named(fact.relation), fact.is_inferred)
            for fact, other, is_forward in self._edges
            if other in nodes
            for centre, end in [(nodes[self.thing].id, nodes[other].id)]
        )
        told = ",".join([node.told for node in nodes.values()])
        ties = ",".join(islice(edges, count + 20))
        return f'{{"centre":{embedded(narrator.path)},"nodes":[{told}],"edges":[{ties}]}}'

    @cached_property
    def sparql(self) -> str:
        """The query behind the page."""
        return sparql(self.thing)

    @cached_property
    def quoted(self) -> str:
        """The same for an address."""
        return quote(self.sparql)

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """The concise bounded description of the thing, sorted."""
        return sorted((fact.triple for fact in self.outgoing), key=str)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that it needs."""
        return data.needed(self.triples)

    @cached_property
    def linked(self) -> str:
        """The thing in JSON-LD, short: what it is and what it is called."""
        names = [text for fact in self.outgoing if fact.relation.value in _LABELS for text in [fact.object]]
        told = {
            "@context": {"name": "https://schema.org/name", "page": "http://xmlns.com/foaf/0.1/page"},
            "@id": self.thing.value,
            "@type": sorted(self.types),
            "name": [
                {"@value": text.value, **({"@language": text.language} if text.language else {})}
                for text in sorted(set(names), key=str)
                if isinstance(text, ox.Literal)
            ],
        }
        return embedded(told)


def _by_iri(fact: Fact) -> tuple[str, bool, str, str]:
    return fact.relation.value, fact.is_inferred, fact.subject.value, str(fact.object)


def sparql(thing: ox.NamedNode) -> str:
    """The query that gives all that a page tells of a thing, and which graph says so."""
    prefix, _, local = compact(thing.value).partition(":")
    name, head = f"{prefix}:{local}", f"PREFIX {prefix}: <{PREFIXES.get(prefix, '')}>\n"
    if prefix not in PREFIXES or not local.replace("-", "").isalnum() or not local.isascii():
        name, head = str(thing), ""
    return (
        f"{head}SELECT ?subject ?relation ?object ?graph WHERE {{\n"
        f"  {{ GRAPH ?graph {{ {name} ?relation ?object }} BIND({name} AS ?subject) }}\n  UNION\n"
        f"  {{ GRAPH ?graph {{ ?subject ?relation {name} }} BIND({name} AS ?object) }}\n}}"
    )


def _edge(source: str, target: str, label: str, is_inferred: bool) -> str:
    """An edge of a neighbourhood, from parts that are JSON."""
    inferred = "true" if is_inferred else "false"
    return f'{{"source":{source},"target":{target},"label":{label},"inferred":{inferred}}}'


def _relation(narrator: Narrator, facts: Sequence[Fact], is_forward: bool, limit: int, further: str = "") -> Relation:
    """Facts of one relation in one direction as a reader expects them; of texts those in the nearest language."""
    relation = facts[0].relation
    if is_forward:
        facts = _in_one_language(facts, narrator.lang)
    shown = [(fact, _other(fact, is_forward)) for fact in _ordered(narrator, facts, is_forward, limit)]
    items = _told_apart(narrator, [(narrator.item(*each), each[1]) for each in shown])
    more = narrator.more(max(len(facts) - limit, 0), further)
    return Relation(narrator.relation(relation), is_forward, items, more, relation.value)


def _ordered(narrator: Narrator, facts: Sequence[Fact], is_forward: bool, limit: int = fitting.MOST) -> Sequence[Fact]:
    """The first facts of a relation as a reader looks for them: stated ones before inferred ones, then by name."""
    if len(facts) < 2:
        return facts

    def order(fact: Fact) -> tuple[bool, tuple[str, str]]:
        return fact.is_inferred, narrator.rank(_other(fact, is_forward))

    return heapq.nsmallest(limit, facts, order) if len(facts) > 2 * limit else sorted(facts, key=order)[:limit]


def _told_apart(narrator: Narrator, found: Sequence[tuple[Item, Term]]) -> tuple[Item, ...]:
    """Things of one name with their kinds."""
    if len(found) == 1:
        return (found[0][0],)
    named = Counter(item.link.text for item, _ in found)
    return tuple(
        item._replace(kind=narrator.kind(thing)) if named[item.link.text] > 1 else item for item, thing in found
    )


def _other(fact: Fact, is_forward: bool) -> Term:
    return fact.object if is_forward else fact.subject


def _in_one_language(facts: Sequence[Fact], lang: str) -> Sequence[Fact]:
    tagged = [fact.object for fact in facts if isinstance(fact.object, ox.Literal) and fact.object.language]
    if len(tagged) < 2:
        return facts
    best = nearest(tagged, lang)
    tag = next(text.language for text in tagged if isinstance(text, ox.Literal) and text.value == best)
    return [fact for fact in facts if not isinstance(fact.object, ox.Literal) or fact.object.language in (None, tag)]


def _grouped(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.relation.value, []).append(fact)
    return found


def _text(facts: Iterable[Fact], relations: Sequence[str], lang: str) -> str:
    for name in relations:
        if texts := [fact.object for fact in facts if fact.relation.value == name]:
            return nearest(texts, lang)
    return ""
