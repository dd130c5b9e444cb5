"""The gate: a changed graph is kept only if the shapes and the ontology allow it, and with all that follows from it.

In a built graph the default graph holds whatever any named graph says. So that this stays true, what a change leaves is
taken apart into what is stated and what followed, checked like the sources of a build, and inferred from anew.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import contradictions, rules, shapes
from ..documents import Corpus, Kind, SourceFile, merge, place
from ..errors import BadOntology, TerrilError
from ..home import Home
from ..names import INFERRED, ONTOLOGY
from ..reports import Finding

_DEFAULT: Final = ox.DefaultGraph()
_ONTOLOGY: Final = ox.NamedNode(ONTOLOGY)
_INFERRED: Final = ox.NamedNode(INFERRED)
_SHOWN: Final = 5


class Refused(TerrilError):
    """A change would leave a graph that the shapes or the ontology do not allow."""


@dataclass(frozen=True)
class Explained:
    """What the named graphs of a store account for in its default graph."""

    triples: frozenset[ox.Triple]

    @classmethod
    def of(cls, store: ox.Store) -> "Explained":
        return cls(frozenset(quad.triple for quad in store if quad.graph_name != _DEFAULT))


def settle(store: ox.Store, before: Explained, home: Home) -> None:
    """Check what a change has left in a store, and make its default graph whole again.

    A triple that the change put into the default graph alone is stated there; one that it took from there alone comes
    back while a named graph still says it. Raises `Refused`.
    """
    own = {q.triple for q in store.quads_for_pattern(None, None, None, _DEFAULT)} - before.triples
    stated = [q for q in store if q.graph_name not in (_DEFAULT, _INFERRED)]
    with tempfile.NamedTemporaryFile(suffix=".nq") as file:  # findings look there for lines, and there are none
        corpus = _corpus(stated, own, Path(file.name))
        _refuse(f for f in shapes.check(corpus, home.shapes) if f.severity == "violation")
        try:
            inference = rules.infer(merge(corpus.quads()), rules.of(corpus))
        except BadOntology as error:
            raise Refused(f"This change is not kept: {error}") from None
        _refuse(contradictions.check(corpus, inference))
    inferred = list(inference)
    _rewrite(store, _INFERRED, inferred)
    _rewrite(store, _DEFAULT, {*merge(stated), *own, *inferred})


def _corpus(stated: Iterable[ox.Quad], own: Iterable[ox.Triple], path: Path) -> Corpus:
    parts: dict[Kind, list[ox.Quad]] = {"ontology": [], "document": [place(t, _DEFAULT) for t in own]}
    for quad in stated:
        parts["ontology" if quad.graph_name == _ONTOLOGY else "document"].append(quad)
    return Corpus(tuple(SourceFile(path, kind, _ONTOLOGY, tuple(quads)) for kind, quads in parts.items()))


def _refuse(findings: Iterable[Finding]) -> None:
    found = list(findings)
    if found:
        told = " ".join(_sentences(found[:_SHOWN]))
        more = f" And {len(found) - _SHOWN:,} more." if len(found) > _SHOWN else ""
        raise Refused(f"This change is not kept, since the graph would not be sound: {told}{more}")


def _sentences(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"<{finding.focus.value}>: {finding.sentence('en')}"


def _rewrite(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, triples: Iterable[ox.Triple]) -> None:
    """Make a graph hold these triples, touching only what differs."""
    new = {place(triple, graph) for triple in triples}
    old = set(store.quads_for_pattern(None, None, None, graph))
    for quad in old - new:
        store.remove(quad)
    store.extend(new - old)
