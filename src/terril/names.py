"""Every IRI that Terril mints and every prefix it uses. No other module spells one out.

The base is not registered with w3id.org yet; it is one constant, so that a deployment elsewhere changes one line.
"""

from functools import lru_cache
from typing import Final

BASE: Final = "https://w3id.org/terril/"
NS: Final = BASE + "ns#"
ID: Final = BASE + "id/"
AUTH: Final = BASE + "auth/"
SHAPES: Final = BASE + "shapes#"

EXAMPLES: Final = BASE + ".well-known/sparql-examples"
VOID: Final = ".well-known/void"
CATALOG: Final = "catalog"
"""Where the graph is described, under the address of whoever serves it."""

QUESTION: Final = ID + "question/"
PARAMETER: Final = ID + "parameter/"
NANOPUBLICATION: Final = ID + "nanopublication/"

INFERRED: Final = ID + "graph/inferred"
ONTOLOGY: Final = ID + "graph/ontology"

KINDS: Final = (
    "address", "area", "axis", "characteristic", "dataset", "document", "ecosystem", "event", "field", "figure", "goal",
    "graph", "index", "initiative", "membership", "news", "offering", "organisation", "passage", "person", "post",
    "sector", "site", "specialisation", "strand", "strategy", "territory",
)  # fmt: skip
"""Kinds of thing: the folder under `id/` in which a thing's IRI lies, and the prefix it is written with."""

SCHEMES: Final = ("indicator", "lever", "qualifier", "role", "stakeholder", "topic", "unit")
"""Concept schemes: the folder under `auth/`."""

PREFIXES: Final[dict[str, str]] = {
    "terril": NS,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
    **{scheme: f"{AUTH}{scheme}/" for scheme in SCHEMES},
    "shape": SHAPES,
    "cs": "http://purl.org/vocab/changeset/schema#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "euroscivoc": "http://data.europa.eu/8mn/euroscivoc/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(name: str) -> str:
    """Write a short name out in full; what has no known prefix stays as it is.

    >>> expand("strand:mecatech-smart-maintenance")
    'https://w3id.org/terril/id/strand/mecatech-smart-maintenance'
    >>> expand("https://example.org/thing")
    'https://example.org/thing'
    """
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


@lru_cache(maxsize=1 << 14)
def compact(iri: str) -> str:
    """Write an IRI as a reader would, with the longest prefix that fits.

    >>> compact("https://w3id.org/terril/ns#hasStrand")
    'terril:hasStrand'
    >>> compact("https://example.org/thing")
    'https://example.org/thing'
    """
    end = len(iri)
    while (end := max(iri.rfind("/", 0, end), iri.rfind("#", 0, end))) >= 0:  # namespaces end in one or the other
        if prefix := _PREFIX_OF.get(iri[: end + 1]):
            return f"{prefix}:{iri[end + 1 :]}"
    return iri


_PREFIX_OF = {space: prefix for prefix, space in PREFIXES.items()}
