"""Which kind of store answers at an address."""

import re
from dataclasses import replace
from typing import Final

from ..endpoint import Endpoint
from ..errors import BadValue, EndpointFailed
from .kinds import KINDS, Kind, base
from .remotes import Remote
from .wire import Refused, Wire

TIMEOUT: Final = 300.0
"""Seconds that a store has for one graph."""


def remote(url: "str | Endpoint", store: str | None = None) -> Remote:
    """The store at an address, of the kind named, or of the one that its answers tell.

    Raises `BadValue` for a kind that there is not, and `EndpointFailed` if nobody answers there.
    """
    endpoint = Endpoint(url, timeout=TIMEOUT) if isinstance(url, str) else url
    endpoint.check_address()
    if store is not None and store not in KINDS:
        raise BadValue(f"There is no kind of store called {str(store)[:60]!r}. Choose one of {', '.join(KINDS)}.")
    return _with_services(endpoint, _guessed(endpoint) if store is None else KINDS[store])


def _with_services(endpoint: Endpoint, kind: Kind) -> Remote:
    place = base(endpoint.url, kind)
    graphs = None if kind.graphs is None else place + kind.graphs
    update = place + kind.update
    if kind.name == "generic":
        update = re.sub(r"/query$", "/update", update)
        graphs = place if _is_graph_store(Wire(endpoint), place) else None
    return Remote(kind, replace(endpoint, url=place), graphs, place + kind.query, update)


def _is_graph_store(wire: Wire, place: str) -> bool:
    try:
        body = wire.read(f"{place}?default", "application/n-triples", "give the default graph")
    except EndpointFailed:
        return False
    body.close()
    return "n-triples" in str(body.headers.get("Content-Type"))


def _guessed(endpoint: Endpoint) -> Kind:
    """The kind of store, by its address and by the headers with which it answers."""
    bare = endpoint.url.rstrip("/")
    if "/repositories/" in bare:
        root = bare.partition("/repositories/")[0]
        return KINDS["graphdb" if _answers(Wire(endpoint), f"{root}/rest/repositories") else "rdf4j"]
    wire = Wire(endpoint)
    headers = wire.headers(bare + ("" if bare.count("/") > 2 else "/"))
    for name, (header, beginning) in _SIGNS.items():
        if header in headers and headers[header].lower().startswith(beginning):
            return KINDS[name]
    return KINDS["terril" if _is_terril(wire, base(bare, KINDS["terril"])) else "generic"]


_SIGNS: Final = {
    "oxigraph": ("server", "oxigraph"),
    "virtuoso": ("server", "virtuoso"),
    "fuseki": ("fuseki-request-id", ""),
}


def _is_terril(wire: Wire, place: str) -> bool:
    """Whether a service describes itself as `terril serve` does, with its graph store beside it."""
    try:
        body = wire.read(f"{place}/sparql", "text/turtle", "describe itself")
    except EndpointFailed:
        return False
    return f"dcat:endpointURL <{place}/data>".encode() in body.words(1 << 16)


def _answers(wire: Wire, url: str) -> bool:
    try:
        wire.read(url, "application/json", "tell its repositories").close()
    except Refused as refusal:
        return refusal.status in (401, 403)
    except EndpointFailed:
        return False
    return True
