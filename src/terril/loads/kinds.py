"""Kinds of triplestore: where each has its services, what it can, and how it rewrites literals; all that is here."""

from dataclasses import dataclass
from typing import Final, Literal

Atomic = Literal["put", "move", "none"]


@dataclass(frozen=True)
class Kind:
    """A kind of store, with its services under the address that a user gives for it.

    `graphs` is its SPARQL 1.1 Graph Store, if it has one. `atomic` says how a graph is replaced whole or not at all: a
    `put` is, or an update's MOVE is, or neither. A graph that replaces none is put with the parameter `bulk`, where
    that is quicker. Where the default graph is the union of the named ones, `has_union`, it cannot be loaded. Updates
    go as forms where it `sends_forms`, and passwords as Digest alone where it `wants_digest`. `rewrites` names what its
    answers do to literals. Graphs are read in pages of so many triples from a store that gives no more at a time.
    """

    name: str
    label: str
    graphs: str | None
    query: str
    update: str
    atomic: Atomic
    has_union: bool = False
    sends_forms: bool = False
    wants_digest: bool = False
    rewrites: str | None = None
    bulk: str = ""
    page: int = 0
    example: str = ""

    @property
    def rewriting(self) -> str:
        """A sentence on how it rewrites literals."""
        return f"{self.label} writes {self.rewrites}; the values are the same."


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("fuseki", "Apache Jena Fuseki", "/data", "/query", "/update", "put",
             rewrites="numbers in its own spelling", example="http://localhost:3030/DATASET"),
        Kind("graphdb", "GraphDB", "/rdf-graphs/service", "", "/statements", "put",
             example="http://localhost:7200/repositories/REPOSITORY"),
        Kind("rdf4j", "RDF4J Server", "/rdf-graphs/service", "", "/statements", "put",
             example="http://localhost:8080/rdf4j-server/repositories/REPOSITORY"),
        Kind("virtuoso", "Virtuoso", "/sparql-graph-crud-auth", "/sparql", "/sparql-auth", "none", has_union=True,
             sends_forms=True, wants_digest=True, page=100_000,
             rewrites="numbers, booleans and dates in its own spelling", example="http://localhost:8890"),
        Kind("oxigraph", "Oxigraph", "/store", "/query", "/update", "move",
             rewrites="numbers and dates in its own spelling", bulk="no_transaction", example="http://localhost:7878"),
        Kind("terril", "terril serve", "/data", "/sparql", "/sparql", "put",
             rewrites="numbers and dates in its own spelling", example="http://localhost:7878"),
        Kind("generic", "a store of SPARQL 1.1", None, "", "", "move", example="https://example.org/sparql"),
    )
}  # fmt: skip

_ENDINGS: Final = {
    "fuseki": ("/data", "/get", "/query", "/sparql", "/update"),
    "graphdb": ("/rdf-graphs/service", "/statements"),
    "rdf4j": ("/rdf-graphs/service", "/statements"),
    "virtuoso": ("/sparql-graph-crud-auth", "/sparql-graph-crud", "/sparql-auth", "/sparql"),
    "oxigraph": ("/store", "/query", "/update"),
    "terril": ("/data", "/sparql"),
}


def base(url: str, kind: Kind) -> str:
    """The address of a store, from that of one of its services.

    >>> base("http://localhost:7878/store", KINDS["oxigraph"]), base("http://localhost:7878/", KINDS["oxigraph"])
    ('http://localhost:7878', 'http://localhost:7878')
    """
    bare = url.rstrip("/")
    for ending in _ENDINGS.get(kind.name, ()):
        if bare.endswith(ending):
            return bare.removesuffix(ending).rstrip("/")
    return bare
