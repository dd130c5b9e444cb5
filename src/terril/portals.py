"""The entry of a graph in the catalogue of a data portal: DCAT-AP 3, the profile of DCAT for portals in Europe.

It follows https://semiceu.github.io/DCAT-AP/releases/3.0.0/, and tells what the graph says of itself (`metadata`).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

import pyoxigraph as ox

from . import names
from .metadata import (
    GRAPHS,
    KINDS,
    NAMES,
    ROWS,
    Dump,
    Facts,
    Format,
    Itself,
    Value,
    gathered,
    in_general,
    part,
    pointed_at,
    said,
    whole_address,
    whole_folder,
    worded,
)
from .names import expand
from .results import Store, Triples

_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_PACKED: Final = {".gz": "application/gzip", ".zst": "application/zstd"}


def dcat(
    store: Store, base: str, endpoint: str | None = None, dumps: Iterable[Dump] = (), *, modified: date | None = None
) -> Triples:
    """Describe the dataset that is served under the address `base` as a data portal wants it: a catalogue of this one
    dataset, a distribution for each dump and for the endpoint, and the endpoint as a service.

    The dataset has the same IRI as in `void`. Raises `BadValue` for what is no http address, and what the store raises.
    """
    base = whole_folder(base)
    page, itself = base + names.CATALOG, Itself.of(store)
    general = in_general(itself, page, base, modified)
    nodes = {part(page, "distribution", dump.address): dump for dump in dumps}
    address = whole_address(endpoint, "endpoint", base) if endpoint else None
    service, served = ([part(page, name)] if address else [] for name in ("service", "access"))
    return gathered(
        said(part(page, "catalog"), {**_catalogue(itself, base, general), "dcat:service": service}),
        said(_dataset_of(base), {**_dataset(itself, base, general), "dcat:distribution": [*nodes, *served]}),
        pointed_at(itself, page, KINDS),
        _schemes(itself),
        chain.from_iterable(_distribution(node, dump, base, general) for node, dump in nodes.items()),
        _service(itself, page, _dataset_of(base), address, general) if address else (),
    )


def _dataset_of(base: str) -> str:
    return part(base + names.VOID, "dataset")


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
        titles = itself.texts("dcterms:title", *NAMES, of=scheme.value) or [ox.Literal(scheme.value)]
        yield from said(theme, {"skos:inScheme": [scheme]})
        yield from said(scheme, {"a": ["skos:ConceptScheme"], "dcterms:title": titles})


def _distribution(node: str, dump: Dump, base: str, general: Facts) -> Iterator[ox.Triple]:
    address, media_type = whole_address(dump.address, "dump", base), dump.content_type
    format = {**ROWS, **GRAPHS}.get(media_type, Format(media_type))
    facts: Facts = {
        "a": ["dcat:Distribution"],
        "dcterms:title": [ox.Literal(address.rpartition("/")[2] or address)],
        "dcterms:description": worded(_DOWNLOAD, format.name),
        "dcat:accessURL": [address],
        "dcat:downloadURL": [address],
        "dcat:byteSize": _size(dump.size),
        **{name: general[name] for name in ("dcterms:license", "dcterms:language", "dcterms:modified")},
    }
    yield from said(node, facts)
    packed = [kind for end, kind in _PACKED.items() if address.endswith(end)]
    types = {
        "dcat:mediaType": ("dcterms:MediaType", [_MEDIA_TYPES + media_type]),
        "dcat:compressFormat": ("dcterms:MediaType", [_MEDIA_TYPES + kind for kind in packed]),
        "dcterms:format": ("dcterms:MediaTypeOrExtent", [_FILE_TYPES + format.eu] if format.eu else []),
    }
    for name, (kind, values) in types.items():
        yield from chain(said(node, {name: values}), *(said(value, {"a": [kind]}) for value in values))
    yield from _checksum(node, dump.sha256) if dump.sha256 else ()


_DOWNLOAD: Final = {"en": "The graph as a file in {}.", "fr": "Le graphe en un fichier {}."}


def _size(size: int | None) -> list[Value]:
    datatype = ox.NamedNode(expand("xsd:nonNegativeInteger"))
    return [] if size is None else [ox.Literal(str(size), datatype=datatype)]


def _checksum(node: str, sha256: str) -> Iterator[ox.Triple]:
    checksum, algorithm = f"{node}&checksum", "spdx:checksumAlgorithm_sha256"
    value = ox.Literal(sha256.lower(), datatype=ox.NamedNode(expand("xsd:hexBinary")))
    yield from said(node, {"spdx:checksum": [checksum]})
    yield from said(checksum, {"a": ["spdx:Checksum"], "spdx:algorithm": [algorithm], "spdx:checksumValue": [value]})
    yield from said(algorithm, {"a": ["spdx:ChecksumAlgorithm"]})


def _service(itself: Itself, page: str, dataset: str, endpoint: str, general: Facts) -> Iterator[ox.Triple]:
    """The endpoint as a service, and as one of the ways to get at the dataset."""
    service = part(page, "service")
    facts: Facts = {
        **{name: general[name] for name in ("dcterms:publisher", "dcterms:license", "dcterms:modified")},
        "a": ["dcat:DataService"],
        "dcterms:title": worded({"en": "SPARQL endpoint", "fr": "Point d’accès SPARQL"}),
        "dcterms:description": worded(_ENDPOINT),
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
    yield from chain(said(service, facts), said(part(page, "access"), access))
    yield from said(_PROTOCOL, {"a": ["dcterms:Standard"]})


_ENDPOINT: Final = {
    "en": "Answers queries in SPARQL 1.1 over the whole graph. Without a query, its address gives its description.",
    "fr": "Répond aux requêtes SPARQL 1.1 sur tout le graphe. Sans requête, son adresse donne sa description.",
}
