"""What owlrl, the reference implementation of OWL 2 RL in Python, infers: slow, and an independent judge.

This is the only module that touches owlrl.
"""

import warnings
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from .clauses import Clash, Rulebook
from .closure import key
from .expressions import OWL, RDFS, TYPE, index
from .results import to_rdflib

_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


def closure(triples: Iterable[ox.Triple | ox.Quad], rulebook: Rulebook) -> tuple[list[ox.Triple], list[Clash]]:
    """What follows and is said neither by the triples nor by the ontology, and what owlrl finds contradictory.

    Contradictions are in owlrl's own words. Kept is what says something about an individual in the terms of the
    rulebook. Two kinds of axiom are withheld from owlrl: those on annotation properties, which say nothing in OWL 2 DL,
    and functional data properties, from which it would conclude that different literals are equal.
    """
    import rdflib

    stated = {ox.Triple(triple.subject, triple.predicate, triple.object) for triple in triples}
    graph = rdflib.Graph()
    for triple in {*_given(rulebook), *stated}:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    _expand(graph)
    spoken = {key(rule.head) for rule in rulebook.rules}
    found = {
        ox.Triple(_from_rdflib(s), ox.NamedNode(str(p)), _from_rdflib(o))
        for s, p, o in graph
        if not isinstance(s, rdflib.Literal) and _is_spoken(str(p), str(o), spoken)
    }
    messages = sorted(str(message) for message in graph.objects(None, rdflib.URIRef(_ERROR)))
    clashes = [Clash("owlrl", (), message, {"en": message, "fr": message}) for message in messages]
    return sorted(found.difference(stated, rulebook.ontology), key=str), clashes


def _given(rulebook: Rulebook) -> Iterable[ox.Triple]:
    ontology = index(rulebook.ontology)
    for triple in rulebook.ontology:
        functional = triple.predicate == TYPE and triple.object == ox.NamedNode(OWL + "FunctionalProperty")
        if not functional and not (triple.subject in ontology.annotations and triple.predicate.value.startswith(RDFS)):
            yield triple


def _is_spoken(predicate: str, object: str, spoken: set[tuple[str, str]]) -> bool:
    return (("class", object) if predicate == TYPE.value else ("property", predicate)) in spoken


def _expand(graph: Any) -> None:
    """Close a graph in place. owlrl swaps rdflib's datatype table while it runs; it is put back whatever happens."""
    import owlrl
    from rdflib import term

    before = dict(term._toPythonMapping)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    finally:
        term._toPythonMapping.clear()
        term._toPythonMapping.update(before)


def _from_rdflib(node: Any) -> Any:
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
