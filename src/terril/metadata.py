"""What the descriptions of a graph have in common: what the graph says of itself, its dumps and formats, and triples.

Title, licence, publisher and the like are what the graph says of itself: of its one thing of the class dcat:Dataset, or
else of its one void:Dataset. A graph that says nothing of itself, or speaks of several datasets and so does not say
which one it is, gets a description that says so. Every node has an IRI: that of the document that describes it, and a
part behind a hash.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Final, TypeAlias
from urllib.parse import quote, urljoin

import pyoxigraph as ox

from .errors import BadValue
from .names import expand
from .results import Solutions, Store, Term, Triples

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

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case and without parameters."""
        return self.media_type.partition(";")[0].strip().lower()


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


# Triples


def part(page: str, name: str, of: str = "") -> str:
    """The thing that a page calls a part, or the part that is of something, whose name is then told.

    >>> part("https://example.org/void", "class", "http://xmlns.com/foaf/0.1/Agent")
    'https://example.org/void#class=http://xmlns.com/foaf/0.1/Agent'
    """
    return f"{page}#{name}" + (f"={quote(of, safe=_FRAGMENT)}" if of else "")


_FRAGMENT: Final = "/:?@!$&'()*+,;=~"
"""What may stand in a fragment as it is, besides letters, digits, hyphen, dot and underscore (RFC 3986)."""


def _iri(value: Value) -> Term:
    return ox.NamedNode(expand(value)) if isinstance(value, str) else value


def said(subject: Value, facts: Facts) -> Iterator[ox.Triple]:
    """The triples that say these facts of a thing."""
    node = _iri(subject)
    assert isinstance(node, ox.NamedNode)
    for name, values in facts.items():
        predicate = ox.NamedNode(expand("rdf:type" if name == "a" else name))
        for value in values:
            yield ox.Triple(node, predicate, _iri(value))


def gathered(*parts: Iterable[ox.Triple]) -> Triples:
    """All these triples, each once, in one order."""
    return Triples(tuple(sorted(set(chain(*parts)), key=str)))


def worded(words: Mapping[str, str], *parts: str) -> list[Value]:
    """The same text in several languages, its gaps filled."""
    return [ox.Literal(text.format(*parts), language=lang) for lang, text in sorted(words.items())]


def counted(term: Term | int | None) -> list[Value]:
    """A number as what a property has."""
    return [ox.Literal(as_number(term))]


def as_number(term: Term | int | None) -> int:
    """A count out of a result; nothing counts as none."""
    return int(term.value) if isinstance(term, ox.Literal) else term if isinstance(term, int) else 0


def whole_address(text: str, what: str, base: str = "") -> str:
    """Make an address whole. Raises `BadValue` for what is none, and for one with a part behind a hash."""
    try:
        whole = ox.NamedNode(urljoin(base, text)).value
    except ValueError:
        whole = ""
    if re.match(r"https?://[^/?#]", whole) and "#" not in whole:
        return whole
    raise BadValue(f"{what}: {text[:60]!r} is no http address. Name one, such as https://example.org/.")


def whole_folder(base: str) -> str:
    """The address of a folder, with its slash at the end. Raises `BadValue` for what is none."""
    return whole_address(base, "base").rstrip("/") + "/"


def rows(store: Store, query: str) -> Iterator[tuple[Term | None, ...]]:
    """The rows of an answer. Raises what the store raises."""
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

    @classmethod
    def of(cls, store: Store) -> "Itself":
        """Read it from a graph. Raises what the store raises."""
        dataset = _described(store)
        elsewhere = {
            space.value: other.value
            for other, space in rows(store, _ELSEWHERE)
            if isinstance(other, ox.NamedNode) and isinstance(space, ox.Literal) and other.value != dataset
        }
        facts: dict[str, dict[str, list[Term]]] = {}
        for subject, name, value in rows(store, _about([dataset, *elsewhere.values()])):
            if isinstance(subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and value is not None:
                facts.setdefault(subject.value, {}).setdefault(name.value, []).append(value)
        return cls(dataset, facts, elsewhere)

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


NAMES: Final = ("foaf:name", "skos:prefLabel", "dcterms:title", "rdfs:label")
_TOLD: Final = ", ".join(f"<{expand(name)}>" for name in (*NAMES, "skos:inScheme"))
"""What is of interest about the things that a dataset's description points at."""


def _described(store: Store) -> str:
    """The IRI of the dataset that the graph says it is, or nothing."""
    for kind in ("dcat:Dataset", "void:Dataset"):
        query = f"SELECT DISTINCT ?dataset WHERE {{ ?dataset a <{expand(kind)}> FILTER(isIRI(?dataset)) }} LIMIT 2"
        found = [term.value for (term,) in rows(store, query) if isinstance(term, ox.NamedNode)]
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


def in_general(itself: Itself, page: str, base: str, modified: date | None) -> dict[str, list[Value]]:
    """Title, description, agents, licence, coverage and the rest that any resource in a catalogue has."""
    return {
        "dcterms:title": [*itself.texts("dcterms:title", "rdfs:label")] or worded(_UNTITLED, base),
        "dcterms:description": [*itself.texts("dcterms:description", "rdfs:comment")] or worded(_UNDESCRIBED),
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
    return named[0].value if named else part(page, "publisher")


def pointed_at(itself: Itself, page: str, properties: Iterable[str]) -> Iterator[ox.Triple]:
    """What the values of properties are, and what they are called, for readers who meet them only here."""
    for agent in {_publisher(itself, page), *(iri.value for iri in itself.iris("dcterms:creator"))}:
        called = itself.texts(*NAMES, of=agent) or worded(_UNNAMED)
        yield from said(ox.NamedNode(agent), {"a": ["foaf:Agent"], "foaf:name": called})
    for name in properties:
        for value in itself.iris(name):
            titles = {title: itself.texts(title, of=value.value) for title in ("skos:prefLabel", "dcterms:title")}
            yield from said(value, {"a": [KINDS[name]], **titles})


KINDS: Final = {
    "dcterms:license": "dcterms:LicenseDocument",
    "dcterms:language": "dcterms:LinguisticSystem",
    "dcterms:spatial": "dcterms:Location",
    "dcat:theme": "skos:Concept",
    "dcterms:accessRights": "dcterms:RightsStatement",
    "dcterms:conformsTo": "dcterms:Standard",
}
"""The classes of what properties point at, first of those that all descriptions tell."""
COMMON: Final = tuple(KINDS)[:4]
