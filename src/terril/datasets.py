"""Descriptions of a graph for machines: what an endpoint can do, and what the dataset holds, in numbers.

`service_description` follows SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/), and
`void` the Vocabulary of Interlinked Datasets (https://www.w3.org/TR/void/). What is counted is counted in the store;
the rest is what the graph says of itself (`metadata`). The same store gives the same triples.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

import pyoxigraph as ox

from . import names
from .metadata import (
    COMMON,
    GRAPHS,
    NAMES,
    ROWS,
    Dump,
    Facts,
    Itself,
    as_number,
    counted,
    gathered,
    in_general,
    part,
    pointed_at,
    rows,
    said,
    whole_address,
    whole_folder,
    worded,
)
from .names import expand
from .results import Store, Term, Triples
from .store import Embedded, has_only_named_graphs

_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"
_GRAPH_STORE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/"
_FORMATS: Final = "http://www.w3.org/ns/formats/"


# The service


def service_description(
    store: Store, endpoint: str, *, writable: bool = False, graph_store: str | None = None
) -> Triples:
    """Describe the SPARQL service at an address: languages, formats, features, and the graphs that it holds, with the
    number of triples in each.

    With `writable` it takes updates too, and whole graphs at the address `graph_store`, by default `data` beside the
    endpoint. Features are told of a store in this process only; those of another one cannot be found out. Raises
    `BadValue` for what is no http address, and what the store raises.
    """
    page = whole_address(endpoint, "endpoint")
    dataset = part(page, "dataset")
    service: Facts = {
        "a": ["sd:Service"],
        "sd:endpoint": [page],
        "sd:supportedLanguage": ["sd:SPARQL11Query", *(["sd:SPARQL11Update"] if writable else [])],
        "sd:resultFormat": [_FORMATS + each.w3c for each in (*ROWS.values(), *GRAPHS.values())],
        "sd:feature": _features(store),
        "sd:defaultEntailmentRegime": [_SIMPLE],
        "sd:defaultDataset": [dataset],
        "sd:availableGraphs": [dataset],
    }
    writing = _writing(page, whole_address(graph_store or "data", "graph_store", page)) if writable else ()
    return gathered(said(part(page, "service"), service), _graphs(store, page, dataset), writing)


def _features(store: Store) -> Iterator[str]:
    if isinstance(store, Embedded):
        yield "sd:EmptyGraphs"  # Oxigraph keeps a graph that was emptied
        if has_only_named_graphs(store.graph):
            yield "sd:UnionDefaultGraph"


def _graphs(store: Store, page: str, dataset: str) -> Iterator[ox.Triple]:
    default = part(page, "default-graph")
    sizes = [(graph, size) for graph, size in rows(store, _SIZES) if isinstance(graph, ox.NamedNode)]
    (size,) = next(rows(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ {_all(store)} }}"), (None,))
    named = [part(page, "named-graph", graph.value) for graph, _ in sizes]
    yield from said(dataset, {"a": ["sd:Dataset"], "sd:defaultGraph": [default], "sd:namedGraph": named})
    yield from said(default, {"a": ["sd:Graph"], "void:triples": counted(size)})
    for node, (graph, size) in zip(named, sizes, strict=True):
        content = part(page, "graph", graph.value)
        yield from said(node, {"a": ["sd:NamedGraph"], "sd:name": [graph], "sd:graph": [content]})
        yield from said(content, {"a": ["sd:Graph"], "void:triples": counted(size)})


_SIZES: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def _all(store: Store) -> str:
    """The pattern for the triples of the default graph, each once; where that is a union, one may stand there twice."""
    if isinstance(store, Embedded) and not has_only_named_graphs(store.graph):
        return "?s ?p ?o"
    return "{ SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"


def _writing(page: str, graph_store: str) -> Iterator[ox.Triple]:
    """Service descriptions have no word for a graph store; DCAT has one for any service and the standard it follows."""
    node = part(page, "graph-store")
    facts: Facts = {
        "a": ["dcat:DataService"],
        "dcterms:title": worded({"en": "Graph store", "fr": "Entrepôt de graphes"}),
        "dcat:endpointURL": [graph_store],
        "dcterms:conformsTo": [_GRAPH_STORE],
        "dcat:servesDataset": [part(page, "dataset")],
    }
    yield from said(node, facts)
    formats = [_FORMATS + each.w3c for each in GRAPHS.values()]
    yield from said(part(page, "service"), {"rdfs:seeAlso": [node], "sd:inputFormat": formats})


# The dataset in numbers


@dataclass(frozen=True)
class Numbers:
    """What is counted of a dataset: its distinct subjects and objects, and `entities`, its own things that have an IRI.

    Of each class, how many things it has, and the first of them; of each property, how many triples, subjects and
    objects; of each kind of named graph, how many triples those graphs say; and how many links there are by property
    and by how the names at both ends begin.
    """

    subjects: int
    entities: int
    objects: int
    classes: Sequence[tuple[ox.NamedNode, int, Term | None]]
    properties: Mapping[ox.NamedNode, tuple[int, int, int]]
    kinds: Mapping[str, int]
    links: Mapping[tuple[ox.NamedNode, str, str], int]


def numbers(store: Store, spaces: Iterable[str] = ()) -> Numbers:
    """Count what a store holds; own things are those whose names begin in one of some ways. Raises what it raises."""
    within = " || ".join(f"STRSTARTS(STR(?s), {ox.Literal(space)})" for space in spaces) or "true"
    named = f"SUM(IF(isIRI(?s) && ({within}), 1, 0))"
    subjects = f"SELECT (COUNT(*) AS ?n) ({named} AS ?m) WHERE {{ SELECT DISTINCT ?s WHERE {{ ?s ?p ?o }} }}"
    distinct, entities = next(rows(store, subjects), (None, None))
    (values,) = next(rows(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }"), (None,))
    return Numbers(
        as_number(distinct),
        as_number(entities),
        as_number(values),
        [(kind, as_number(n), thing) for kind, n, thing in rows(store, _BY_CLASS) if isinstance(kind, ox.NamedNode)],
        _by_property(store),
        {kind.value: as_number(n) for kind, n in rows(store, _by_kind()) if isinstance(kind, ox.Literal)},
        {
            (name, start.value, end.value): as_number(n)
            for name, start, end, n in rows(store, _LINKS)
            if isinstance(name, ox.NamedNode) and isinstance(start, ox.Literal) and isinstance(end, ox.Literal)
        },
    )


def void(
    store: Store,
    base: str,
    endpoint: str | None = None,
    dumps: Iterable[Dump] = (),
    *,
    modified: date | None = None,
    counts: Numbers | None = None,
) -> Triples:
    """Describe the dataset that is served under the address `base` in numbers: triples, things, classes, properties,
    its parts by who says what, and its links to datasets elsewhere.

    An entity is a thing that has an IRI, within the dataset's own space of names if it says what that is. What was
    counted elsewhere is not counted in the store. Raises `BadValue` for what is no http address, and what the store
    raises.
    """
    base = whole_folder(base)
    page = base + names.VOID
    dataset, itself = part(page, "dataset"), Itself.of(store)
    found = counts or numbers(store, itself.spaces)
    facts: Facts = {
        **in_general(itself, page, base, modified),
        **_access(base, endpoint, tuple(dumps)),
        "a": ["void:Dataset"],
        "dcterms:subject": itself.iris("dcat:theme"),
        "void:uriSpace": itself.texts("void:uriSpace"),
        "void:entities": counted(found.entities),
        "void:distinctSubjects": counted(found.subjects),
        "void:distinctObjects": counted(found.objects),
    }
    return gathered(
        said(page, {"a": ["void:DatasetDescription"], "foaf:primaryTopic": [dataset]}),
        said(dataset, facts),
        pointed_at(itself, page, COMMON),
        _classes(found, page, dataset, itself),
        _properties(found, page, dataset),
        _subsets(found, page, dataset),
        _linksets(found, page, dataset, itself),
    )


def _access(base: str, endpoint: str | None, dumps: Sequence[Dump]) -> Facts:
    """Where the dataset can be had, and in which formats."""
    types = {dump.content_type for dump in dumps} | (set(GRAPHS) if endpoint else set())
    return {
        "foaf:homepage": [base],
        "void:sparqlEndpoint": [whole_address(endpoint, "endpoint", base)] if endpoint else [],
        "void:dataDump": [whole_address(dump.address, "dump", base) for dump in dumps],
        "void:feature": [_FORMATS + GRAPHS[each].w3c for each in sorted(types) if each in GRAPHS],
    }


def _classes(numbers: Numbers, page: str, dataset: str, itself: Itself) -> Iterator[ox.Triple]:
    """The classes, how many things each has, and one of these things; of the dataset's own things it takes the least.

    An example in a class may be a thing of another dataset, of which this one says only what it is.
    """
    found = numbers.classes
    named = [thing for *_, thing in found if isinstance(thing, ox.NamedNode)]
    own = [thing for thing in named if thing.value.startswith(tuple(itself.spaces or [""]))]
    whole: Facts = {
        "void:classes": counted(len(found)),
        "void:classPartition": [part(page, "class", kind.value) for kind, *_ in found],
        "void:exampleResource": itself.iris("void:exampleResource") or sorted(own, key=str)[:1],
        "void:vocabulary": _vocabularies(kind.value for kind, *_ in found),
    }
    yield from said(dataset, whole)
    for kind, n, thing in found:
        example = [thing] if isinstance(thing, ox.NamedNode) else []
        facts: Facts = {"void:class": [kind], "void:entities": counted(n), "void:exampleResource": example}
        yield from said(part(page, "class", kind.value), facts)


_BY_CLASS: Final = f"""SELECT ?class (COUNT(DISTINCT ?s) AS ?n) (MIN(?s) AS ?thing) WHERE {{
  ?s <{expand("rdf:type")}> ?class
}} GROUP BY ?class"""


def _vocabularies(terms: Iterable[str]) -> list[ox.NamedNode]:
    """The namespaces of terms; a term that has no end to cut off belongs to none."""
    spaces = {re.sub(r"[^/#]*$", "", term) for term in terms}
    return [ox.NamedNode(space) for space in spaces if re.search(r"[^/:][/#]$", space)]


def _by_property(store: Store) -> dict[ox.NamedNode, tuple[int, int, int]]:
    found = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
    query = f"SELECT ?p {found} WHERE {{ {_all(store)} }} GROUP BY ?p"
    return {
        name: (as_number(n), as_number(subjects), as_number(objects))
        for name, n, subjects, objects in rows(store, query)
        if isinstance(name, ox.NamedNode)
    }


def _properties(numbers: Numbers, page: str, dataset: str) -> Iterator[ox.Triple]:
    """The properties, how often each is used, and, since each triple has one, how many triples there are."""
    found = numbers.properties
    whole: Facts = {
        "void:triples": counted(sum(n for n, *_ in found.values())),
        "void:properties": counted(len(found)),
        "void:propertyPartition": [part(page, "property", name.value) for name in found],
        "void:vocabulary": _vocabularies(name.value for name in found),
    }
    yield from said(dataset, whole)
    for name, (n, subjects, objects) in found.items():
        counts = {"void:triples": n, "void:distinctSubjects": subjects, "void:distinctObjects": objects}
        facts: Facts = {"void:property": [name], **{kind: counted(number) for kind, number in counts.items()}}
        yield from said(part(page, "property", name.value), facts)


# The parts of the dataset, by who says what


def _by_kind() -> str:
    """The query for how many triples the named graphs of each kind say; a triple that several say counts once."""
    counts = (
        f'{{ SELECT ("{kind}" AS ?kind) (COUNT(*) AS ?n) WHERE {{ {pattern} }} }}'
        for kind, (pattern, _) in _PARTS.items()
    )
    return f"SELECT ?kind ?n WHERE {{ {' UNION '.join(counts)} FILTER(?n > 0) }}"


def _subsets(numbers: Numbers, page: str, dataset: str) -> Iterator[ox.Triple]:
    """The kinds of named graph that there are, and how many triples they say."""
    for kind, n in numbers.kinds.items():
        node, (_, title) = part(page, kind), _PARTS[kind]
        yield from said(node, {"a": ["void:Dataset"], "dcterms:title": worded(title), "void:triples": counted(n)})
        yield from said(dataset, {"void:subset": [node]})


def _said_by(graphs: str) -> str:
    """The pattern for what the graphs say that a pattern finds as ?g, each triple once."""
    return f"{{ SELECT DISTINCT ?s ?p ?o WHERE {{ {graphs} GRAPH ?g {{ ?s ?p ?o }} }} }}"


_PARTS: Final = {
    "passages": (
        _said_by(f"?g a <{expand('terril:Passage')}> ."),
        {"en": "What passages of documents say", "fr": "Ce que disent les passages de documents"},
    ),
    "readings": (
        _said_by(f"?g a <{expand('terril:Reading')}> ."),
        {"en": "What a careful reader concludes from passages", "fr": "Ce qu’un lecteur attentif conclut des passages"},
    ),
    "headers": (
        _said_by(f"GRAPH ?g {{ ?d a <{expand('terril:Document')}> }} FILTER(?g != <{names.INFERRED}>)"),
        {"en": "What is said of documents and their passages", "fr": "Ce qui est dit des documents et leurs passages"},
    ),
    "reference": (
        _said_by(f"?g a <{expand('terril:ReferenceFile')}> ."),
        {"en": "Identifiers, codes and names from elsewhere", "fr": "Identifiants, codes et noms venus d’ailleurs"},
    ),
    "inferred": (
        f"GRAPH <{names.INFERRED}> {{ ?s ?p ?o }}",
        {"en": "What follows from the rest by the ontology", "fr": "Ce qui découle du reste par l’ontologie"},
    ),
    "ontology": (
        f"GRAPH <{names.ONTOLOGY}> {{ ?s ?p ?o }}",
        {"en": "The ontology and its concept schemes", "fr": "L’ontologie et ses schémas de concepts"},
    ),
}
"""Kinds of named graph: the pattern for what the graphs of each say, and what the kind is called."""


# The links to datasets elsewhere

LINKING: Final = (
    "owl:sameAs", "schema:sameAs", "http://schema.org/sameAs", "rdfs:seeAlso", "foaf:focus",
    *(f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
)  # fmt: skip
"""Properties that relate a thing to what others say of the same, or nearly the same."""

LOCAL: Final = "[^/#]*[/#]?$"
"""The end of a name, without which it says what dataset it is of."""

_LINKS: Final = f"""SELECT ?p ?from ?to (COUNT(DISTINCT *) AS ?n) WHERE {{
  VALUES ?p {{ {" ".join(f"<{expand(name)}>" for name in LINKING)} }}
  ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o))
  BIND(REPLACE(STR(?s), "{LOCAL}", "") AS ?from) BIND(REPLACE(STR(?o), "{LOCAL}", "") AS ?to)
}} GROUP BY ?p ?from ?to"""


def _linksets(numbers: Numbers, page: str, dataset: str, itself: Itself) -> Iterator[ox.Triple]:
    """A set of links for each property and dataset elsewhere, by the direction in which the links lead."""
    for (name, space, outwards), n in _links(numbers, itself).items():
        target = part(page, "elsewhere", space)
        node = part(page, "links" if outwards else "links-from", f"{name.value} {space}")
        facts: Facts = {
            "a": ["void:Linkset"],
            "void:linkPredicate": [name],
            "void:subjectsTarget": [dataset if outwards else target],
            "void:objectsTarget": [target if outwards else dataset],
            "void:triples": counted(n),
        }
        titles = itself.texts(*NAMES, of=itself.elsewhere.get(space, space)) or [ox.Literal(space)]
        other: Facts = {"a": ["void:Dataset"], "dcterms:title": titles, "void:uriSpace": [ox.Literal(space)]}
        yield from chain(said(node, facts), said(dataset, {"void:subset": [node]}), said(target, other))


def _links(numbers: Numbers, itself: Itself) -> dict[tuple[ox.NamedNode, str, bool], int]:
    """How many links there are by property, dataset elsewhere, and whether they lead there or from there."""
    counts: dict[tuple[ox.NamedNode, str, bool], int] = {}
    for (name, start, end), n in numbers.links.items():
        space, outwards = _other_end(start, end, itself)
        if space:
            counts[name, space, outwards] = counts.get((name, space, outwards), 0) + n
    return counts


def _other_end(start: str, end: str, itself: Itself) -> tuple[str, bool]:
    """How names begin in the dataset elsewhere that links between two namespaces tie to this one, if they do, and
    whether they lead there.

    A dataset that does not say how the names of its own things begin is taken to have those of the subjects.
    """
    own = itself.spaces or [_origin(start) or start]
    starts_here, ends_here = (any(name.startswith(space) for space in own) for name in (start, end))
    if starts_here == ends_here:
        return "", starts_here
    other = end if starts_here else start
    known = [space for space in itself.elsewhere if other.startswith(space)]
    return max(known, key=len) if known else _origin(other), starts_here


def _origin(name: str) -> str:
    found = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*/", name)
    return found[0] if found else ""
