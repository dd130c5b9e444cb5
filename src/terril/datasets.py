"""Descriptions of a graph for catalogues and machines: what an endpoint can do, what the dataset holds, where it is.

`service_description` follows SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/),
`void` the Vocabulary of Interlinked Datasets (https://www.w3.org/TR/void/), and `dcat` DCAT-AP 3, the profile of DCAT
for data portals in Europe (https://semiceu.github.io/DCAT-AP/releases/3.0.0/).

What is counted is counted in the store. Title, licence, publisher and the like are what the graph says of itself: of
its one thing of the class dcat:Dataset, or else of its one void:Dataset. A graph that says nothing of itself, or speaks
of several datasets and so does not say which one it is, gets a description that says so. Every node has an IRI: that of
the document that describes it, and a part behind a hash. The same store gives the same triples.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Final, TypeAlias
from urllib.parse import quote, urljoin

import pyoxigraph as ox

from . import names
from .errors import BadValue
from .names import expand
from .results import Solutions, Store, Term, Triples
from .store import Embedded, has_only_named_graphs

Value: TypeAlias = Term | str
"""A term; text is an IRI, short or in full."""
Facts: TypeAlias = Mapping[str, Iterable[Value]]
"""What is said of one thing, by the short names of properties."""


@dataclass(frozen=True)
class Dump:
    """A file with the whole graph: its address (in full, or as seen from the base), its media type (of what is packed,
    if the address ends in .gz or .zst), and, where they are known, its size in bytes and its SHA-256 in hexadecimal.
    """

    address: str
    media_type: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Format:
    """A format by the names that others give it: among people, at the W3C, and in the list of file types of the EU."""

    name: str
    w3c: str = ""
    eu: str = ""


GRAPHS: Final = {
    "text/turtle": Format("Turtle", "Turtle", "RDF_TURTLE"),
    "application/n-triples": Format("N-Triples", "N-Triples", "RDF_N_TRIPLES"),
    "application/n-quads": Format("N-Quads", "N-Quads", "RDF_N_QUADS"),
    "application/trig": Format("TriG", "TriG", "RDF_TRIG"),
    "application/ld+json": Format("JSON-LD", "JSON-LD", "JSON_LD"),
    "application/rdf+xml": Format("RDF/XML", "RDF_XML", "RDF_XML"),
}
"""The formats of graphs, by their media types."""
ROWS: Final = {
    "application/sparql-results+json": Format("SPARQL JSON", "SPARQL_Results_JSON", "JSON"),
    "application/sparql-results+xml": Format("SPARQL XML", "SPARQL_Results_XML", "XML"),
    "text/csv": Format("CSV", "SPARQL_Results_CSV", "CSV"),
    "text/tab-separated-values": Format("TSV", "SPARQL_Results_TSV", "TSV"),
}
"""The formats of rows and of yes or no, by their media types."""

_FORMATS: Final = "http://www.w3.org/ns/formats/"
_FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"
_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_GRAPH_STORE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/"
_PACKED: Final = {".gz": "application/gzip", ".zst": "application/zstd"}


# Triples


def _node(page: str, part: str, of: str = "") -> str:
    """The thing that a page calls a part, or the part that is of something, whose name is then told.

    >>> _node("https://example.org/void", "class", "http://xmlns.com/foaf/0.1/Agent")
    'https://example.org/void#class=http://xmlns.com/foaf/0.1/Agent'
    """
    return f"{page}#{part}" + (f"={quote(of, safe=_FRAGMENT)}" if of else "")


_FRAGMENT: Final = "/:?@!$&'()*+,;=~"
"""What may stand in a fragment as it is, besides letters, digits, hyphen, dot and underscore (RFC 3986)."""


def _iri(value: Value) -> Term:
    return ox.NamedNode(expand(value)) if isinstance(value, str) else value


def _said(subject: Value, facts: Facts) -> Iterator[ox.Triple]:
    node = _iri(subject)
    assert isinstance(node, ox.NamedNode)
    for name, values in facts.items():
        predicate = ox.NamedNode(expand("rdf:type" if name == "a" else name))
        for value in values:
            yield ox.Triple(node, predicate, _iri(value))


def _gathered(*parts: Iterable[ox.Triple]) -> Triples:
    return Triples(tuple(sorted(set(chain(*parts)), key=str)))


def _worded(words: Mapping[str, str], *parts: str) -> list[Value]:
    """The same text in several languages, its gaps filled."""
    return [ox.Literal(text.format(*parts), language=lang) for lang, text in sorted(words.items())]


def _count(term: Term | int | None) -> list[Value]:
    return [ox.Literal(_number(term))]


def _number(term: Term | int | None) -> int:
    return int(term.value) if isinstance(term, ox.Literal) else term if isinstance(term, int) else 0


def _address(text: str, what: str, base: str = "") -> str:
    """Make an address whole. Raises `BadValue` for what is none, and for one with a part behind a hash."""
    try:
        whole = ox.NamedNode(urljoin(base, text)).value
    except ValueError:
        whole = ""
    if re.match(r"https?://[^/?#]", whole) and "#" not in whole:
        return whole
    raise BadValue(f"{what}: {text[:60]!r} is no http address. Name one, such as https://example.org/.")


def _folder(base: str) -> str:
    return _address(base, "base").rstrip("/") + "/"


def _rows(store: Store, query: str) -> Iterator[tuple[Term | None, ...]]:
    answer = store.query(query)
    yield from answer.rows if isinstance(answer, Solutions) else ()


# What the graph says of itself


@dataclass(frozen=True)
class Itself:
    """What a graph says: of the dataset that it is, of what that points at, of datasets elsewhere; by subject.

    `elsewhere` are the datasets of other people by how the names of their things begin.
    """

    dataset: str
    facts: Mapping[str, Mapping[str, list[Term]]]
    elsewhere: Mapping[str, str]

    def iris(self, name: str, of: str = "") -> list[ox.NamedNode]:
        """The IRIs that a property has."""
        return [term for term in self._values(name, of) if isinstance(term, ox.NamedNode)]

    def texts(self, *properties: str, of: str = "") -> list[ox.Literal]:
        """The texts of the first property that has any."""
        for name in properties:
            if found := [term for term in self._values(name, of) if isinstance(term, ox.Literal)]:
                return found
        return []

    def _values(self, name: str, of: str) -> list[Term]:
        return self.facts.get(of or self.dataset, {}).get(expand(name), [])

    @property
    def spaces(self) -> list[str]:
        """How the names of the dataset's own things begin."""
        return [text.value for text in self.texts("void:uriSpace")]

    @property
    def schemes(self) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
        """The themes of the dataset, each with the scheme that it is from."""
        themes = self.iris("dcat:theme")
        return [(theme, scheme) for theme in themes for scheme in self.iris("skos:inScheme", of=theme.value)]


_NAMES: Final = ("foaf:name", "skos:prefLabel", "dcterms:title", "rdfs:label")
_TOLD: Final = ", ".join(f"<{expand(name)}>" for name in (*_NAMES, "skos:inScheme"))
"""What is of interest about the things that a dataset's description points at."""


def _itself(store: Store) -> Itself:
    dataset = _described(store)
    elsewhere = {
        space.value: other.value
        for other, space in _rows(store, _ELSEWHERE)
        if isinstance(other, ox.NamedNode) and isinstance(space, ox.Literal) and other.value != dataset
    }
    facts: dict[str, dict[str, list[Term]]] = {}
    for subject, name, value in _rows(store, _about([dataset, *elsewhere.values()])):
        if isinstance(subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and value is not None:
            facts.setdefault(subject.value, {}).setdefault(name.value, []).append(value)
    return Itself(dataset, facts, elsewhere)


def _described(store: Store) -> str:
    """The IRI of the dataset that the graph says it is, or nothing."""
    for kind in ("dcat:Dataset", "void:Dataset"):
        query = f"SELECT DISTINCT ?dataset WHERE {{ ?dataset a <{expand(kind)}> FILTER(isIRI(?dataset)) }} LIMIT 2"
        found = [term.value for (term,) in _rows(store, query) if isinstance(term, ox.NamedNode)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


_ELSEWHERE: Final = f"""SELECT DISTINCT ?dataset ?space WHERE {{
  ?dataset a <{expand("void:Dataset")}> ; <{expand("void:uriSpace")}> ?space
}} ORDER BY ?dataset ?space LIMIT 1000"""


def _about(datasets: Sequence[str]) -> str:
    """The query for what is said of datasets, and a little of what these point at."""
    named = " ".join(f"<{iri}>" for iri in datasets if iri)
    scheme = f"<{expand('dcat:theme')}>/<{expand('skos:inScheme')}>"
    return f"""SELECT DISTINCT ?s ?p ?o WHERE {{
  {{ VALUES ?s {{ {named} }} ?s ?p ?o }}
  UNION {{ VALUES ?d {{ {named} }} ?d ?to ?s . ?s ?p ?o FILTER(?p IN ({_TOLD})) }}
  UNION {{ VALUES ?d {{ {named} }} ?d {scheme} ?s . ?s ?p ?o FILTER(?p IN ({_TOLD})) }}
  FILTER(isIRI(?s) && !isBlank(?o))
}} ORDER BY ?s ?p ?o"""


# What the descriptions have in common


def _general(itself: Itself, page: str, base: str, modified: date | None) -> dict[str, list[Value]]:
    """Title, description, agents, licence, coverage and the rest that any resource in a catalogue has."""
    return {
        "dcterms:title": [*itself.texts("dcterms:title", "rdfs:label")] or _worded(_UNTITLED, base),
        "dcterms:description": [*itself.texts("dcterms:description", "rdfs:comment")] or _worded(_UNDESCRIBED),
        "dcterms:publisher": [_publisher(itself, page)],
        "dcterms:creator": [*itself.iris("dcterms:creator")],
        "dcterms:license": [*itself.iris("dcterms:license")[:1]],
        "dcterms:language": [*itself.iris("dcterms:language")],
        "dcterms:spatial": [*itself.iris("dcterms:spatial")],
        "dcterms:modified": _dated(modified),
    }


_UNTITLED: Final = {"en": "Graph at {}", "fr": "Graphe à l’adresse {}"}
_UNDESCRIBED: Final = {
    "en": "A graph in RDF. It does not say what it is about, nor under what licence it stands.",
    "fr": "Un graphe en RDF. Il ne dit ni de quoi il traite, ni sous quelle licence il est.",
}
_UNNAMED: Final = {"en": "A publisher whom the graph does not name", "fr": "Un éditeur que le graphe ne nomme pas"}


def _dated(modified: date | None) -> list[Value]:
    if modified is None:
        return []
    kind = "xsd:dateTime" if isinstance(modified, datetime) else "xsd:date"
    return [ox.Literal(modified.isoformat(), datatype=ox.NamedNode(expand(kind)))]


def _publisher(itself: Itself, page: str) -> str:
    named = [*itself.iris("dcterms:publisher"), *itself.iris("dcterms:creator")]
    return named[0].value if named else _node(page, "publisher")


def _pointed_at(itself: Itself, page: str, properties: Iterable[str]) -> Iterator[ox.Triple]:
    """What the values of properties are, and what they are called, for readers who meet them only here."""
    for agent in {_publisher(itself, page), *(iri.value for iri in itself.iris("dcterms:creator"))}:
        called = itself.texts(*_NAMES, of=agent) or _worded(_UNNAMED)
        yield from _said(ox.NamedNode(agent), {"a": ["foaf:Agent"], "foaf:name": called})
    for name in properties:
        for value in itself.iris(name):
            titles = {title: itself.texts(title, of=value.value) for title in ("skos:prefLabel", "dcterms:title")}
            yield from _said(value, {"a": [_KINDS[name]], **titles})


_KINDS: Final = {
    "dcterms:license": "dcterms:LicenseDocument",
    "dcterms:language": "dcterms:LinguisticSystem",
    "dcterms:spatial": "dcterms:Location",
    "dcat:theme": "skos:Concept",
    "dcterms:accessRights": "dcterms:RightsStatement",
    "dcterms:conformsTo": "dcterms:Standard",
}
"""The classes of what properties point at, first of those that all descriptions tell."""
_COMMON: Final = tuple(_KINDS)[:4]


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
    page = _address(endpoint, "endpoint")
    dataset = _node(page, "dataset")
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
    writing = _writing(page, _address(graph_store or "data", "graph_store", page)) if writable else ()
    return _gathered(_said(_node(page, "service"), service), _graphs(store, page, dataset), writing)


def _features(store: Store) -> Iterator[str]:
    if isinstance(store, Embedded):
        yield "sd:EmptyGraphs"  # Oxigraph keeps a graph that was emptied
        if has_only_named_graphs(store.graph):
            yield "sd:UnionDefaultGraph"


def _graphs(store: Store, page: str, dataset: str) -> Iterator[ox.Triple]:
    default = _node(page, "default-graph")
    sizes = [(graph, size) for graph, size in _rows(store, _SIZES) if isinstance(graph, ox.NamedNode)]
    (size,) = next(_rows(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ {_all(store)} }}"), (None,))
    named = [_node(page, "named-graph", graph.value) for graph, _ in sizes]
    yield from _said(dataset, {"a": ["sd:Dataset"], "sd:defaultGraph": [default], "sd:namedGraph": named})
    yield from _said(default, {"a": ["sd:Graph"], "void:triples": _count(size)})
    for node, (graph, size) in zip(named, sizes, strict=True):
        content = _node(page, "graph", graph.value)
        yield from _said(node, {"a": ["sd:NamedGraph"], "sd:name": [graph], "sd:graph": [content]})
        yield from _said(content, {"a": ["sd:Graph"], "void:triples": _count(size)})


_SIZES: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def _all(store: Store) -> str:
    """The pattern for the triples of the default graph, each once; where that is a union, one may stand there twice."""
    if isinstance(store, Embedded) and not has_only_named_graphs(store.graph):
        return "?s ?p ?o"
    return "{ SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"


def _writing(page: str, graph_store: str) -> Iterator[ox.Triple]:
    """Service descriptions have no word for a graph store; DCAT has one for any service and the standard it follows."""
    node = _node(page, "graph-store")
    facts: Facts = {
        "a": ["dcat:DataService"],
        "dcterms:title": _worded({"en": "Graph store", "fr": "Entrepôt de graphes"}),
        "dcat:endpointURL": [graph_store],
        "dcterms:conformsTo": [_GRAPH_STORE],
        "dcat:servesDataset": [_node(page, "dataset")],
    }
    yield from _said(node, facts)
    formats = [_FORMATS + each.w3c for each in GRAPHS.values()]
    yield from _said(_node(page, "service"), {"rdfs:seeAlso": [node], "sd:inputFormat": formats})


# The dataset in numbers


def void(
    store: Store, base: str, endpoint: str | None = None, dumps: Iterable[Dump] = (), *, modified: date | None = None
) -> Triples:
    """Describe the dataset that is served under the address `base` in numbers: triples, things, classes, properties,
    its parts by who says what, and its links to datasets elsewhere.

    An entity is a thing that has an IRI, within the dataset's own space of names if it says what that is. Raises
    `BadValue` for what is no http address, and what the store raises.
    """
    base = _folder(base)
    page = base + names.VOID
    dataset, itself = _node(page, "dataset"), _itself(store)
    facts: Facts = {
        **_general(itself, page, base, modified),
        **_access(base, endpoint, tuple(dumps)),
        "a": ["void:Dataset"],
        "dcterms:subject": itself.iris("dcat:theme"),
        "void:uriSpace": itself.texts("void:uriSpace"),
    }
    return _gathered(
        _said(page, {"a": ["void:DatasetDescription"], "foaf:primaryTopic": [dataset]}),
        _said(dataset, facts),
        _pointed_at(itself, page, _COMMON),
        _things(store, dataset, itself),
        _classes(store, page, dataset, itself),
        _properties(store, page, dataset),
        _subsets(store, page, dataset),
        _linksets(store, page, dataset, itself),
    )


def _access(base: str, endpoint: str | None, dumps: Sequence[Dump]) -> Facts:
    """Where the dataset can be had, and in which formats."""
    types = {_media_type(dump) for dump in dumps} | (set(GRAPHS) if endpoint else set())
    return {
        "foaf:homepage": [base],
        "void:sparqlEndpoint": [_address(endpoint, "endpoint", base)] if endpoint else [],
        "void:dataDump": [_address(dump.address, "dump", base) for dump in dumps],
        "void:feature": [_FORMATS + GRAPHS[each].w3c for each in sorted(types) if each in GRAPHS],
    }


def _media_type(dump: Dump) -> str:
    return dump.media_type.partition(";")[0].strip().lower()


def _things(store: Store, dataset: str, itself: Itself) -> Iterator[ox.Triple]:
    within = " || ".join(f"STRSTARTS(STR(?s), {ox.Literal(space)})" for space in itself.spaces) or "true"
    named = f"SUM(IF(isIRI(?s) && ({within}), 1, 0))"
    subjects = f"SELECT (COUNT(*) AS ?n) ({named} AS ?m) WHERE {{ SELECT DISTINCT ?s WHERE {{ ?s ?p ?o }} }}"
    distinct, entities = next(_rows(store, subjects), (None, None))
    (values,) = next(_rows(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }"), (None,))
    counts = {"void:entities": entities, "void:distinctSubjects": distinct, "void:distinctObjects": values}
    yield from _said(dataset, {name: _count(n) for name, n in counts.items()})


def _classes(store: Store, page: str, dataset: str, itself: Itself) -> Iterator[ox.Triple]:
    """The classes, how many things each has, and one of these things; of the dataset's own things it takes the least.

    An example in a class may be a thing of another dataset, of which this one says only what it is.
    """
    found = [(kind, n, thing) for kind, n, thing in _rows(store, _BY_CLASS) if isinstance(kind, ox.NamedNode)]
    named = [thing for *_, thing in found if isinstance(thing, ox.NamedNode)]
    own = [thing for thing in named if thing.value.startswith(tuple(itself.spaces or [""]))]
    whole: Facts = {
        "void:classes": _count(len(found)),
        "void:classPartition": [_node(page, "class", kind.value) for kind, *_ in found],
        "void:exampleResource": itself.iris("void:exampleResource") or sorted(own, key=str)[:1],
        "void:vocabulary": _vocabularies(kind.value for kind, *_ in found),
    }
    yield from _said(dataset, whole)
    for kind, n, thing in found:
        example = [thing] if isinstance(thing, ox.NamedNode) else []
        facts: Facts = {"void:class": [kind], "void:entities": _count(n), "void:exampleResource": example}
        yield from _said(_node(page, "class", kind.value), facts)


_BY_CLASS: Final = f"""SELECT ?class (COUNT(DISTINCT ?s) AS ?n) (MIN(?s) AS ?thing) WHERE {{
  ?s <{expand("rdf:type")}> ?class
}} GROUP BY ?class"""


def _vocabularies(terms: Iterable[str]) -> list[ox.NamedNode]:
    """The namespaces of terms; a term that has no end to cut off belongs to none."""
    spaces = {re.sub(r"[^/#]*$", "", term) for term in terms}
    return [ox.NamedNode(space) for space in spaces if re.search(r"[^/:][/#]$", space)]


def _properties(store: Store, page: str, dataset: str) -> Iterator[ox.Triple]:
    """The properties, how often each is used, and, since each triple has one, how many triples there are."""
    numbers = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
    query = f"SELECT ?p {numbers} WHERE {{ {_all(store)} }} GROUP BY ?p"
    found = {name: counts for name, *counts in _rows(store, query) if isinstance(name, ox.NamedNode)}
    whole: Facts = {
        "void:triples": _count(sum(_number(n) for n, *_ in found.values())),
        "void:properties": _count(len(found)),
        "void:propertyPartition": [_node(page, "property", name.value) for name in found],
        "void:vocabulary": _vocabularies(name.value for name in found),
    }
    yield from _said(dataset, whole)
    for name, (n, subjects, objects) in found.items():
        counts = {"void:triples": n, "void:distinctSubjects": subjects, "void:distinctObjects": objects}
        facts: Facts = {"void:property": [name], **{kind: _count(number) for kind, number in counts.items()}}
        yield from _said(_node(page, "property", name.value), facts)


# The parts of the dataset, by who says what


def _subsets(store: Store, page: str, dataset: str) -> Iterator[ox.Triple]:
    """The kinds of named graph that there are; a triple that several graphs of a kind say counts once."""
    counts = (
        f'{{ SELECT ("{kind}" AS ?kind) (COUNT(*) AS ?n) WHERE {{ {pattern} }} }}'
        for kind, (pattern, _) in _PARTS.items()
    )
    for kind, n in _rows(store, f"SELECT ?kind ?n WHERE {{ {' UNION '.join(counts)} FILTER(?n > 0) }}"):
        if isinstance(kind, ox.Literal):
            node, (_, title) = _node(page, kind.value), _PARTS[kind.value]
            yield from _said(node, {"a": ["void:Dataset"], "dcterms:title": _worded(title), "void:triples": _count(n)})
            yield from _said(dataset, {"void:subset": [node]})


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
        _said_by(f"GRAPH ?g {{ ?d a <{expand('terril:Document')}> }}"),
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

_LINKING: Final = (
    "owl:sameAs", "schema:sameAs", "http://schema.org/sameAs", "rdfs:seeAlso", "foaf:focus",
    *(f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
)  # fmt: skip
"""Properties that relate a thing to what others say of the same, or nearly the same."""

_LINKS: Final = f"""SELECT ?p ?from ?to (COUNT(DISTINCT *) AS ?n) WHERE {{
  VALUES ?p {{ {" ".join(f"<{expand(name)}>" for name in _LINKING)} }}
  ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o))
  BIND(REPLACE(STR(?s), "[^/#]*[/#]?$", "") AS ?from) BIND(REPLACE(STR(?o), "[^/#]*[/#]?$", "") AS ?to)
}} GROUP BY ?p ?from ?to"""


def _linksets(store: Store, page: str, dataset: str, itself: Itself) -> Iterator[ox.Triple]:
    """A set of links for each property and dataset elsewhere, by the direction in which the links lead."""
    for (name, space, outwards), n in _links(store, itself).items():
        target = _node(page, "elsewhere", space)
        node = _node(page, "links" if outwards else "links-from", f"{name.value} {space}")
        facts: Facts = {
            "a": ["void:Linkset"],
            "void:linkPredicate": [name],
            "void:subjectsTarget": [dataset if outwards else target],
            "void:objectsTarget": [target if outwards else dataset],
            "void:triples": _count(n),
        }
        titles = itself.texts(*_NAMES, of=itself.elsewhere.get(space, space)) or [ox.Literal(space)]
        other: Facts = {"a": ["void:Dataset"], "dcterms:title": titles, "void:uriSpace": [ox.Literal(space)]}
        yield from chain(_said(node, facts), _said(dataset, {"void:subset": [node]}), _said(target, other))


def _links(store: Store, itself: Itself) -> dict[tuple[ox.NamedNode, str, bool], int]:
    """How many links there are by property, dataset elsewhere, and whether they lead there or from there."""
    counts: dict[tuple[ox.NamedNode, str, bool], int] = {}
    for name, start, end, n in _rows(store, _LINKS):
        if isinstance(name, ox.NamedNode) and isinstance(start, ox.Literal) and isinstance(end, ox.Literal):
            space, outwards = _other_end(start.value, end.value, itself)
            if space:
                counts[name, space, outwards] = counts.get((name, space, outwards), 0) + _number(n)
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


# The entry in a catalogue


def dcat(
    store: Store, base: str, endpoint: str | None = None, dumps: Iterable[Dump] = (), *, modified: date | None = None
) -> Triples:
    """Describe the dataset that is served under the address `base` as a data portal wants it: a catalogue of this one
    dataset, a distribution for each dump and for the endpoint, and the endpoint as a service.

    The dataset has the same IRI as in `void`. Raises `BadValue` for what is no http address, and what the store raises.
    """
    base = _folder(base)
    page, itself = base + names.CATALOG, _itself(store)
    general = _general(itself, page, base, modified)
    nodes = {_node(page, "distribution", dump.address): dump for dump in dumps}
    address = _address(endpoint, "endpoint", base) if endpoint else None
    service, served = ([_node(page, part)] if address else [] for part in ("service", "access"))
    return _gathered(
        _said(_node(page, "catalog"), {**_catalogue(itself, base, general), "dcat:service": service}),
        _said(_dataset_of(base), {**_dataset(itself, base, general), "dcat:distribution": [*nodes, *served]}),
        _pointed_at(itself, page, _KINDS),
        _schemes(itself),
        chain.from_iterable(_distribution(node, dump, base, general) for node, dump in nodes.items()),
        _service(itself, page, _dataset_of(base), address, general) if address else (),
    )


def _dataset_of(base: str) -> str:
    return _node(base + names.VOID, "dataset")


def _catalogue(itself: Itself, base: str, general: Facts) -> Facts:
    return {
        **general,
        "a": ["dcat:Catalog"],
        "dcterms:title": [_of_catalogue(title) for title in general["dcterms:title"] if isinstance(title, ox.Literal)],
        "foaf:homepage": [base],
        "dcat:themeTaxonomy": [scheme for _, scheme in itself.schemes],
        "dcat:dataset": [_dataset_of(base)],
    }


def _of_catalogue(title: ox.Literal) -> ox.Literal:
    text = f"Catalogue de « {title.value} »" if title.language == "fr" else f"Catalogue of “{title.value}”"
    return ox.Literal(text, language=title.language) if title.language else ox.Literal(text)


def _dataset(itself: Itself, base: str, general: Facts) -> Facts:
    identifier = ox.Literal(itself.dataset, datatype=ox.NamedNode(expand("xsd:anyURI")))
    return {
        **general,
        "a": ["dcat:Dataset"],
        "dcterms:identifier": [identifier] if itself.dataset else [],
        "dcterms:accessRights": itself.iris("dcterms:accessRights")[:1],
        "dcterms:conformsTo": itself.iris("dcterms:conformsTo"),
        "dcat:theme": itself.iris("dcat:theme"),
        "dcat:keyword": itself.texts("dcat:keyword"),
        "dcat:version": itself.texts("dcat:version", "owl:versionInfo")[:1],
        "dcat:landingPage": [base],
    }


def _schemes(itself: Itself) -> Iterator[ox.Triple]:
    for theme, scheme in itself.schemes:
        titles = itself.texts("dcterms:title", *_NAMES, of=scheme.value) or [ox.Literal(scheme.value)]
        yield from _said(theme, {"skos:inScheme": [scheme]})
        yield from _said(scheme, {"a": ["skos:ConceptScheme"], "dcterms:title": titles})


def _distribution(node: str, dump: Dump, base: str, general: Facts) -> Iterator[ox.Triple]:
    address, media_type = _address(dump.address, "dump", base), _media_type(dump)
    format = {**ROWS, **GRAPHS}.get(media_type, Format(media_type))
    facts: Facts = {
        "a": ["dcat:Distribution"],
        "dcterms:title": [ox.Literal(address.rpartition("/")[2] or address)],
        "dcterms:description": _worded(_DOWNLOAD, format.name),
        "dcat:accessURL": [address],
        "dcat:downloadURL": [address],
        "dcat:byteSize": _size(dump.size),
        **{name: general[name] for name in ("dcterms:license", "dcterms:language", "dcterms:modified")},
    }
    yield from _said(node, facts)
    packed = [kind for end, kind in _PACKED.items() if address.endswith(end)]
    types = {
        "dcat:mediaType": ("dcterms:MediaType", [_MEDIA_TYPES + media_type]),
        "dcat:compressFormat": ("dcterms:MediaType", [_MEDIA_TYPES + kind for kind in packed]),
        "dcterms:format": ("dcterms:MediaTypeOrExtent", [_FILE_TYPES + format.eu] if format.eu else []),
    }
    for name, (kind, values) in types.items():
        yield from chain(_said(node, {name: values}), *(_said(value, {"a": [kind]}) for value in values))
    yield from _checksum(node, dump.sha256) if dump.sha256 else ()


_DOWNLOAD: Final = {"en": "The graph as a file in {}.", "fr": "Le graphe en un fichier {}."}


def _size(size: int | None) -> list[Value]:
    datatype = ox.NamedNode(expand("xsd:nonNegativeInteger"))
    return [] if size is None else [ox.Literal(str(size), datatype=datatype)]


def _checksum(node: str, sha256: str) -> Iterator[ox.Triple]:
    checksum, algorithm = f"{node}&checksum", "spdx:checksumAlgorithm_sha256"
    value = ox.Literal(sha256.lower(), datatype=ox.NamedNode(expand("xsd:hexBinary")))
    yield from _said(node, {"spdx:checksum": [checksum]})
    yield from _said(checksum, {"a": ["spdx:Checksum"], "spdx:algorithm": [algorithm], "spdx:checksumValue": [value]})
    yield from _said(algorithm, {"a": ["spdx:ChecksumAlgorithm"]})


def _service(itself: Itself, page: str, dataset: str, endpoint: str, general: Facts) -> Iterator[ox.Triple]:
    """The endpoint as a service, and as one of the ways to get at the dataset."""
    service = _node(page, "service")
    facts: Facts = {
        **{name: general[name] for name in ("dcterms:publisher", "dcterms:license", "dcterms:modified")},
        "a": ["dcat:DataService"],
        "dcterms:title": _worded({"en": "SPARQL endpoint", "fr": "Point d’accès SPARQL"}),
        "dcterms:description": _worded(_ENDPOINT),
        "dcterms:accessRights": itself.iris("dcterms:accessRights")[:1],
        "dcterms:conformsTo": [_PROTOCOL],
        "dcat:endpointURL": [endpoint],
        "dcat:endpointDescription": [endpoint],
        "dcat:servesDataset": [dataset],
        "dcat:theme": itself.iris("dcat:theme"),
        "dcat:keyword": itself.texts("dcat:keyword"),
    }
    same = {name: facts[name] for name in ("dcterms:title", "dcterms:description", "dcterms:license")}
    access: Facts = {"a": ["dcat:Distribution"], "dcat:accessURL": [endpoint], "dcat:accessService": [service], **same}
    yield from chain(_said(service, facts), _said(_node(page, "access"), access))
    yield from _said(_PROTOCOL, {"a": ["dcterms:Standard"]})


_ENDPOINT: Final = {
    "en": "Answers queries in SPARQL 1.1 over the whole graph. Without a query, its address gives its description.",
    "fr": "Répond aux requêtes SPARQL 1.1 sur tout le graphe. Sans requête, son adresse donne sa description.",
}
