"""Data beside pages, the concise bounded description of a thing in the formats of RDF, and JSON within them."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from ..names import PREFIXES

_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}
ENDINGS: Final = tuple(_FORMATS)
"""Endings of files in which a description may be had."""

_SPACES: Final = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


def write(triples: Sequence[ox.Triple], ending: str, prefixes: dict[str, str]) -> str:
    """Triples in the format of a file's ending, with these prefixes if the format has any."""
    if ending == "nt":  # which is how a triple is shown anyhow
        return "".join([f"{triple} .\n" for triple in triples])
    written = ox.serialize(triples, format=_FORMATS[ending], prefixes=prefixes)
    assert written is not None  # it is, if no file is given to write to
    return written.decode()


def needed(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """The prefixes of the terms of triples, and what they stand for."""
    iris = {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    iris |= {triple.object.datatype.value for triple in triples if isinstance(triple.object, ox.Literal)}
    spaces = {space: prefix for prefix, space in _SPACES}
    heads = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    return {spaces[head]: head for head in sorted(heads) if head in spaces}


def embedded(value: object) -> str:
    """A value as JSON that may stand inside a script element: nothing in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def node(iri: str) -> ox.NamedNode | None:
    """An IRI as a term; None for text that is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
