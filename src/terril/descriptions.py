"""Descriptions: all that a graph says of one thing, on one screen, each fact with its sources.

A description is a concise bounded description (W3C member submission CBD, 2005), what points at the thing besides, and
the figures about it. A fact that no source states is inferred; `explain` proves it.
"""

import json
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from . import names, results, sources, things
from .errors import BadValue, UnknownFormat
from .explanations import Labels, Scribe, source_json, triple_json
from .holdings import consult
from .home import Home
from .languages import distance, in_language
from .names import compact
from .notebooks import Displayed
from .results import Solutions, Store, Term, Triples, plain
from .sources import Source
from .store import Where
from .syntax import batches

_AT_ONCE: Final = 2000
"""Facts in one direction that are fetched together; of a thing with more, each relation is fetched for itself."""
_BRANCHES: Final = 20
"""Relations that one query fetches for themselves."""


@dataclass(frozen=True)
class Fact:
    """A triple of the thing described, and what states it; without sources it is inferred."""

    triple: ox.Triple
    sources: tuple[Source, ...] = ()

    @property
    def relation(self) -> ox.NamedNode:
        return self.triple.predicate

    @property
    def is_inferred(self) -> bool:
        """Whether no source states it."""
        return not self.sources

    @property
    def is_reading(self) -> bool:
        """Whether only readers state it, between the lines of a source."""
        return bool(self.sources) and all(source.kind == "reading" for source in self.sources)


@dataclass(frozen=True)
class Figure:
    """A figure about the thing: the fact that it is, and its own properties by IRI."""

    fact: Fact
    properties: Mapping[str, Term]


@dataclass(frozen=True)
class Description(Displayed):
    """What a graph says of a thing.

    `kinds` and `names` are facts too, stated kinds first, the name in the reader's language first. `outgoing` and
    `incoming` are sorted by relation. `left_out` counts what the limit kept out, by direction and relation; None stands
    for a number too large to be counted.
    """

    thing: ox.NamedNode
    kinds: tuple[Fact, ...]
    names: tuple[Fact, ...]
    outgoing: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    left_out: Mapping[tuple[str, ox.NamedNode], int | None] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict, compare=False, repr=False)

    def __iter__(self) -> Iterator[Fact]:
        yield from (*self.kinds, *self.names, *self.outgoing, *self.incoming)
        yield from (figure.fact for figure in self.figures)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def describe(
    thing: str,
    /,
    *,
    limit: int | None = None,
    at: Where = None,
    documents: str | Path | None = None,
    lang: str = "en",
    home: Home | str | Path | None = None,
) -> Description:
    """Describe one thing, given by its name in any language, a CURIE or an IRI.

    With `limit` it gives at most so many facts of each relation in each direction, stated ones first, and says how many
    there are besides; then even a thing that a million others point at is quick to describe. With `documents`, a folder
    of source texts, sources come with their very words. Raises `BadValue` if the thing is unknown, if its name is that
    of several, or if `limit` is no positive number, and what the store raises.
    """
    if limit is not None and (type(limit) is not int or limit < 1):
        raise BadValue(f"limit: {limit!r} is no whole number of 1 or more. Say how many facts of a relation to show.")
    store = consult(at, home=home)
    node = things.resolve(thing, store, what="thing")
    out, out_left = _facts(node, _OUT, store, limit)
    into, into_left = _facts(node, _IN, store, limit)
    triples = list(dict.fromkeys([*out, *into]))  # a thing may be related to itself
    stated = _stated(triples, store, lang, Path(documents) if documents else None)
    figures = _figures([triple.subject for triple in into if triple.predicate == _FIGURE_ABOUT], store)
    labels = _labels(triples, figures, stated, store, lang)
    facts = sorted((Fact(triple, stated[triple]) for triple in triples), key=_Order(node, labels, lang))
    return Description(
        node,
        tuple(fact for fact in facts if fact.relation == _TYPE and fact.triple.subject == node),
        tuple(fact for fact in facts if fact.relation in _NAMES),
        tuple(fact for fact in facts if fact.triple.subject == node and fact.relation not in (_TYPE, *_NAMES)),
        tuple(fact for fact in facts if fact.triple.subject != node and fact.relation != _FIGURE_ABOUT),
        tuple(
            Figure(fact, figures[fact.triple.subject])
            for fact in facts
            if fact.relation == _FIGURE_ABOUT and fact.triple.subject in figures
        ),
        {**out_left, **into_left},
        labels,
    )


# Fetching


@dataclass(frozen=True)
class _Direction:
    """Facts that start at the thing, or end there."""

    name: str
    pattern: str
    others: tuple[type, ...]

    def triple(self, thing: ox.NamedNode, relation: ox.NamedNode, other: Term) -> ox.Triple:
        start, end = (thing, other) if self is _OUT else (other, thing)
        return ox.Triple(start, relation, end)  # type: ignore[arg-type]


_OUT: Final = _Direction("out", "{thing} {relation} ?other", (ox.NamedNode, ox.Literal))
_IN: Final = _Direction("in", "?other {relation} {thing}", (ox.NamedNode,))
_PASSAGES: Final = names.PREFIXES["passage"]

_Left: TypeAlias = dict[tuple[str, ox.NamedNode], int | None]
_Rows: TypeAlias = list[tuple[Term, ...]]


def _facts(
    thing: ox.NamedNode, direction: _Direction, store: Store, limit: int | None
) -> tuple[list[ox.Triple], _Left]:
    """The facts of a thing in one direction, at most `limit` of a relation, and how many of each are left out."""
    most = None if limit is None else _AT_ONCE
    rows = _rows(store, _select(direction.pattern.format(thing=thing, relation="?relation"), most))
    is_whole = len(rows) != most
    if limit is not None and not is_whole:
        rows = _by_relation(thing, direction, {relation for relation, _, _ in rows}, store, limit)
    kept: list[ox.Triple] = []
    left: _Left = {}
    stated_first = sorted(rows, key=lambda row: (str(row[0]), str(row[2]), str(row[1])))
    for relation, group in groupby(stated_first, key=lambda row: row[0]):
        others = [other for _, other, _ in group if isinstance(other, direction.others)]
        if not isinstance(relation, ox.NamedNode):
            continue
        kept += [direction.triple(thing, relation, other) for other in others[:limit]]
        if limit is not None and len(others) > limit:
            left[direction.name, relation] = len(others) - limit if is_whole else None
    return kept, left


def _by_relation(thing: ox.NamedNode, direction: _Direction, met: Collection[Term], store: Store, limit: int) -> _Rows:
    """The facts of a thing that has very many: one more than the limit of each relation that the ontology knows, or
    that was met among the first facts.
    """
    known = _rows(store, f"SELECT DISTINCT ?relation WHERE {{ ?relation a ?kind FILTER(?kind IN ({_RELATIONS})) }}")
    relations = {relation for (relation,) in known} | {*met, _TYPE}
    branches = []
    for relation in sorted(relation for relation in map(str, relations) if relation.startswith("<")):
        select = _select(direction.pattern.format(thing=thing, relation=relation), limit + 1)
        branches.append(f"{{ {{ {select.replace('?relation', '', 1)} }} BIND({relation} AS ?relation) }}")
    found = []
    for batch in batches(branches, _BRANCHES):
        union = " UNION ".join(branches[batch])
        found += _rows(store, f"SELECT DISTINCT ?relation ?other ?inferred WHERE {{ {union} }}")
    return found


def _select(pattern: str, limit: int | None) -> str:
    """A query for facts and whether they are inferred. What passages refer to is no fact of the world."""
    return (
        f"SELECT DISTINCT ?relation ?other ?inferred WHERE {{ {pattern} FILTER(!STRSTARTS(STR(?other), '{_PASSAGES}')) "
        f"BIND(EXISTS {{ GRAPH <{names.INFERRED}> {{ {pattern} }} }} AS ?inferred) }}"
        f"{'' if limit is None else f' LIMIT {limit}'}"
    )


_TYPE: Final = ox.NamedNode(names.expand("rdf:type"))
_NAMES: Final = tuple(
    ox.NamedNode(names.expand(name))
    for name in ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name", "skos:altLabel", "skos:hiddenLabel")
)
_FIGURE_ABOUT: Final = ox.NamedNode(names.expand("terril:figureAbout"))
_RELATIONS: Final = ", ".join(
    f"<{names.expand(f'owl:{kind}')}>" for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


def _rows(store: Store, sparql: str) -> _Rows:
    answer = store.query(sparql)
    rows = answer.rows if isinstance(answer, Solutions) else ()
    bound = (tuple(term for term in row if term is not None) for row in rows)
    return [row for row, given in zip(bound, rows, strict=True) if len(row) == len(given)]


def _stated(
    triples: Sequence[ox.Triple], store: Store, lang: str, documents: Path | None
) -> dict[ox.Triple, tuple[Source, ...]]:
    """The sources that state triples. In a store without named graphs the store itself does."""
    stand = sources.graphs(triples, store)
    inferred = ox.NamedNode(names.INFERRED)
    known = sources.sources({graph for found in stand.values() for graph in found} - {inferred}, store, lang, documents)
    return {
        triple: tuple(known[graph] for graph in found if graph != inferred) if found else (sources.STORE,)
        for triple, found in stand.items()
    }


def _figures(figures: Sequence[Term], store: Store) -> dict[Term, dict[str, Term]]:
    """The properties of figures that a reader needs to take their number rightly."""
    if not figures:
        return {}
    properties = ", ".join(f"<{names.expand(name)}>" for name in _FIGURE_PROPERTIES)
    values = " ".join(map(str, figures))
    found: dict[Term, dict[str, Term]] = {figure: {} for figure in figures}
    rows = _rows(
        store,
        f"SELECT DISTINCT ?figure ?property ?value WHERE {{ VALUES ?figure {{ {values} }} ?figure ?property ?value "
        f"FILTER(?property IN ({properties})) }}",
    )
    for figure, name, value in sorted(rows, key=str, reverse=True):
        if isinstance(name, ox.NamedNode) and figure in found:
            found[figure][name.value] = value
    return found


_FIGURE_PROPERTIES: Final = (
    "terril:value", "terril:unit", "terril:qualifier", "terril:wording", "terril:rating", "terril:counts",
    "terril:indicator", "terril:publishedIn", "terril:partOfFigure", "terril:lowerBound", "terril:upperBound",
)  # fmt: skip


def _labels(
    triples: Iterable[ox.Triple],
    figures: Mapping[Term, Mapping[str, Term]],
    stated: Mapping[ox.Triple, Sequence[Source]],
    store: Store,
    lang: str,
) -> Labels:
    shown = {term for triple in triples for term in triple}
    shown |= {value for properties in figures.values() for value in properties.values()}
    shown |= {speaker for said in stated.values() for source in said for speaker in source.speakers}
    return {thing: label.value for thing, label in results.labels(shown, store, lang).items()}


@dataclass(frozen=True)
class _Order:
    """The order in which a reader expects facts: by relation, stated before inferred, then by label; names by their
    kind, those in the reader's language first."""

    thing: ox.NamedNode
    labels: Labels
    lang: str

    def __call__(self, fact: Fact) -> tuple[object, ...]:
        subject, relation, object = fact.triple
        other = object if subject == self.thing else subject
        if relation in _NAMES and isinstance(other, ox.Literal):
            return "", "", _NAMES.index(relation), distance(other.language, self.lang), other.value
        shown = self.labels.get(other, other.value) if isinstance(other, ox.NamedNode) else str(other)
        return self.labels.get(relation, "~").casefold(), str(relation), fact.is_inferred, shown.casefold(), str(other)


# Writing


FORMATS: Final = ("text", "json", "jsonld", "turtle", "nt")
"""How a description can be written."""


def write(description: Description, format: str = "text", *, lang: str = "en") -> str:
    """Write a description: `text` for people, `json` as `as_json` gives it; `jsonld`, `turtle` and `nt` hold the
    concise bounded description, which is the thing's own triples.

    Raises `UnknownFormat`.
    """
    if format == "text":
        return "".join(f"{line}\n" for line in _Page(description, lang).lines())
    if format == "json":
        return json.dumps(as_json(description, lang), ensure_ascii=False, indent=2) + "\n"
    if format in FORMATS:
        return results.write(bounded(description), format)
    raise UnknownFormat(f"A description has no format {format!r}. Choose one of {', '.join(FORMATS)}.")


def bounded(description: Description) -> Triples:
    """The concise bounded description: of the facts described, those whose subject is the thing; no blank nodes."""
    return Triples(tuple(fact.triple for fact in description if fact.triple.subject == description.thing))


def as_json(description: Description, lang: str = "en") -> dict[str, object]:
    """A description as plain values.

    `{"thing", "label", "kinds", "names", "outgoing", "incoming", "figures", "left_out"}`; a fact is `{"triple",
    "label", "inferred", "sources"}`, terms as in N-Triples, sources as in an explanation; a figure has its
    `properties` besides.
    """
    scribe = Scribe(description.labels, lang)
    parts = {
        name: [_fact_json(fact, scribe) for fact in getattr(description, name)]
        for name in ("kinds", "names", "outgoing", "incoming")
    }
    return {
        "thing": description.thing.value,
        "label": scribe.term(description.thing),
        **parts,
        "figures": [
            _fact_json(figure.fact, scribe)
            | {"properties": {compact(name): str(value) for name, value in figure.properties.items()}}
            for figure in description.figures
        ],
        "left_out": [
            {"direction": direction, "relation": relation.value, "number": number}
            for (direction, relation), number in description.left_out.items()
        ],
    }


def _fact_json(fact: Fact, scribe: Scribe) -> dict[str, object]:
    return {
        "triple": triple_json(fact.triple),
        "label": scribe.triple(fact.triple),
        "inferred": fact.is_inferred,
        "sources": [source_json(source) for source in fact.sources],
    }


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kinds": {"en": "is", "fr": "est"},
    "names": {"en": "also called", "fr": "aussi appelé"},
    "outgoing": {"en": "Facts", "fr": "Faits"},
    "incoming": {"en": "Facts of others about it", "fr": "Faits d’autres à son sujet"},
    "figures": {"en": "Figures", "fr": "Chiffres"},
    "sources": {"en": "Sources", "fr": "Sources"},
    "places": {"en": "{}, characters {}", "fr": "{}, caractères {}"},
    "more": {"en": "and {} more", "fr": "et {} de plus"},
    "many": {"en": "and many more", "fr": "et bien d’autres"},
    "inferred": {
        "en": "* inferred; `terril explain` shows proofs",
        "fr": "* inféré ; `terril explain` montre des preuves",
    },
    "reading": {
        "en": "° a careful reading; the words do not say it outright",
        "fr": "° une lecture attentive ; les mots ne le disent pas tels quels",
    },
    "limit": {
        "en": "--limit shows more facts of each relation",
        "fr": "--limit montre plus de faits de chaque relation",
    },
}
_WIDTH: Final = 110
_FOR_PROGRAMS: Final = tuple(ox.NamedNode(names.expand(name)) for name in ("terril:hub", "terril:inWords"))
"""What helps to read questions and to find paths, and tells a reader nothing of the thing."""
_TOLD_WHOLE: Final = 10
"""Sources of which a page gives the gist, too; of more it gives the places only."""


@dataclass
class _Page:
    """A description on its way to the reader: sources are numbered as they are met."""

    description: Description
    lang: str
    numbers: dict[Source, int] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        thing, scribe = self.description.thing, self.scribe
        yield plain(f"{scribe.term(thing)}  {compact(thing.value)}")
        yield from self.entry(self.say("kinds"), self.description.kinds, "out", "  ")
        yield from self.names()
        yield from self.section("outgoing", "out", "→")
        yield from self.section("incoming", "in", "←")
        yield from self.figures()
        yield from self.notes()

    @property
    def scribe(self) -> Scribe:
        return Scribe(self.description.labels, self.lang)

    def say(self, word: str, *parts: object) -> str:
        return in_language(_WORDS[word], self.lang).format(*parts)

    def names(self) -> Iterator[str]:
        """The other names, in any language; misspelt ones in the sources are names, too."""
        shown = self.description.labels.get(self.description.thing)
        others = tuple(
            fact
            for fact in self.description.names
            if isinstance(fact.triple.object, ox.Literal) and fact.triple.object.value != shown
        )
        yield from self.entry(self.say("names"), others, "out", "  ")

    def section(self, part: str, direction: str, arrow: str) -> Iterator[str]:
        facts = [fact for fact in getattr(self.description, part) if fact.relation not in _FOR_PROGRAMS]
        if facts:
            yield self.say(part)
        for relation, group in groupby(facts, key=lambda fact: fact.relation):
            yield from self.entry(f"{self.scribe.term(relation)} {arrow}", tuple(group), direction, "  ")

    def entry(self, head: str, facts: Sequence[Fact], direction: str, indent: str) -> Iterator[str]:
        """A relation and its values, on as many lines as they take."""
        if not facts:
            return
        shown = [self.scribe.term(self.other(fact)) for fact in facts]
        values = [self.value(fact, alone=shown.count(text) == 1) for fact, text in zip(facts, shown, strict=True)]
        values += self.more(direction, facts[0].relation)
        yield from self.wrapped(f"{head} {'; '.join(values)}", indent)

    def more(self, direction: str, relation: ox.NamedNode) -> list[str]:
        """How many facts the limit left out, if any."""
        if (direction, relation) not in self.description.left_out:
            return []
        self.marks.add("limit")
        number = self.description.left_out[direction, relation]
        return [self.say("more", number) if number else self.say("many")]

    def other(self, fact: Fact) -> Term:
        """The end of a fact that is not the thing described."""
        triple = fact.triple
        return triple.object if triple.subject == self.description.thing else triple.subject

    def value(self, fact: Fact, *, alone: bool) -> str:
        """The other end of a fact, with its IRI if another has the same name, and its marks: the numbers of its
        sources, or that it is inferred or read."""
        other = self.other(fact)
        shown = self.scribe.term(other)
        if not alone and isinstance(other, ox.NamedNode):
            shown += f" ({compact(other.value)})"
        return f"{shown}{self.marked(fact)}"

    def marked(self, fact: Fact) -> str:
        self.marks |= {mark for mark, is_so in (("inferred", fact.is_inferred), ("reading", fact.is_reading)) if is_so}
        return "*" if fact.is_inferred else f"{'°' if fact.is_reading else ''} {self.cited(fact)}"

    def cited(self, fact: Fact) -> str:
        found = sorted(self.numbers.setdefault(source, len(self.numbers) + 1) for source in fact.sources)
        return f"[{', '.join(_ranges(found))}]"

    def figures(self) -> Iterator[str]:
        if self.description.figures:
            yield self.say("figures")
        for figure in self.description.figures:
            yield from self.wrapped(f"{self.figure(figure)}{self.marked(figure.fact)}", "  ")
        yield from (f"  {more}" for more in self.more("in", _FIGURE_ABOUT))

    def figure(self, figure: Figure) -> str:
        """A figure as a reader may cite it: its name, the number with qualifier and unit, the source's wording."""
        told = {name: self.scribe.term(term) for name, term in figure.properties.items()}
        number = [told.get(names.expand(f"terril:{name}"), "") for name in ("qualifier", "value", "unit", "rating")]
        wording = told.get(names.expand("terril:wording"), "")
        shown = " ".join(part for part in number if part)
        return (
            f"{self.scribe.term(figure.fact.triple.subject)}: {' – '.join(part for part in (shown, wording) if part)}"
        )

    def notes(self) -> Iterator[str]:
        if self.numbers:
            yield self.say("sources")
        yield from self.sources() if len(self.numbers) <= _TOLD_WHOLE else self.places()
        for mark in ("inferred", "reading", "limit"):
            if mark in self.marks:
                yield self.say(mark)

    def sources(self) -> Iterator[str]:
        """Each source with its gist, and the reason for a reading."""
        for source, number in self.numbers.items():
            first, *others = self.scribe.source(source)
            yield from self.wrapped(f"[{number}] {first}", "  ")
            for line in others:
                yield from self.wrapped(line, "      ")

    def places(self) -> Iterator[str]:
        """Many sources, as a list of places in each document."""
        for title, group in groupby(sorted(self.numbers.items(), key=_place), key=lambda item: item[0].title):
            found = list(group)
            if found[0][0].start is None:
                yield from self.wrapped(f"[{found[0][1]}] {self.scribe.source(found[0][0])[0]}", "  ")
            else:
                ranges = "; ".join(f"[{number}] {source.start}–{source.end}" for source, number in found)
                yield from self.wrapped(self.say("places", title, ranges), "  ")

    def wrapped(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            plain(text), _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Write sorted numbers as a reader of notes expects: 1–3, 7."""
    for _, group in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        yield str(run[0]) if len(run) == 1 else f"{run[0]}{'–' if len(run) > 2 else ', '}{run[-1]}"


def _place(item: tuple[Source, int]) -> tuple[bool, str, int, int]:
    source, number = item
    return source.start is None, source.title, source.start or 0, number
