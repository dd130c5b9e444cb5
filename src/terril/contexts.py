"""A context for JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): the ontology's terms under short names.

Who writes JSON with it gets RDF in the ontology's terms, and who reads JSON-LD may frame or compact it with it.
"""

import json
from typing import Any, Final

from .names import NS, PREFIXES, compact, expand
from .results import Store
from .schema import Meaning, schema

_TEXT: Final = expand("rdf:langString")
_TEXTS: Final = tuple(
    expand(name)
    for name in (
        *("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "skos:definition", "skos:scopeNote"),
        *("rdfs:label", "rdfs:comment"),
    )
)
"""Properties of others whose values are texts in languages, though they do not declare it."""
_DATATYPES: Final = PREFIXES["xsd"]
_UNTYPED: Final = (expand("xsd:string"), expand("rdfs:Literal"), expand("rdfs:Resource"), expand("owl:Thing"))


def context(store: Store) -> dict[str, Any]:
    """The context of the ontology that a store holds.

    Its own terms go by their names alone, unless a prefix has that name already; others have their prefix. Values of
    properties that lead to things are IRIs, typed ones have their datatype, and texts stand under their languages.
    Raises what the store raises.

    >>> from terril import connect
    >>> told = context(connect("ontology/modules/organisation.ttl"))
    >>> told["@context"]["hasStrand"]
    {'@id': 'terril:hasStrand', '@type': '@id'}
    """
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES}
    for meaning in schema(store):
        name = compact(meaning.iri)
        alone = name.partition(":")[2]
        term = alone if meaning.iri.startswith(NS) and alone not in terms else name
        definition = {"@id": name, **_kind_of_value(meaning)}
        if term != name or len(definition) > 1:
            terms[term] = definition
    return {"@context": terms}


def as_json(store: Store) -> bytes:
    """The context as the text of a file, a term on a line."""
    lines = (f"  {json.dumps(term)}: {json.dumps(told)}" for term, told in context(store)["@context"].items())
    return ('{"@context": {\n' + ",\n".join(lines) + "\n}}\n").encode()


def _kind_of_value(meaning: Meaning) -> dict[str, str]:
    ranges = (_TEXT,) if meaning.iri in _TEXTS else meaning.range
    if meaning.kind != "property" or len(ranges) != 1 or ranges[0] in _UNTYPED:
        return {}
    if ranges[0] == _TEXT:
        return {"@container": "@language"}
    return {"@type": compact(ranges[0]) if ranges[0].startswith(_DATATYPES) else "@id"}
