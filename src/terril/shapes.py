"""SHACL: a corpus and shapes in, findings out. The only module that knows pySHACL.

pySHACL runs on an rdflib graph in memory; on other stores it is slow and wrong. The shapes are parsed here, because
pySHACL leaves rdflib changed if it fails to parse them.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from .documents import Corpus, merge, parse
from .errors import BadSource
from .names import SHAPES, compact, expand
from .positions import Positions
from .reports import Finding, Severity, Text
from .results import Term, to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node

_SH: Final = expand("sh:")
_SEVERITIES: Final[dict[str, Severity]] = {"Violation": "violation", "Warning": "warning", "Info": "info"}


def check(corpus: Corpus, shapes: Sequence[Path], *, only: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield what SHACL shape files find in a corpus, all its graphs taken together.

    A constraint that spans nodes is one query over the whole graph, whose ?value is the thing that breaks it; that
    thing is the focus of the finding. `only` names shapes (IRIs) to check instead of all.
    Raises `BadSource` for shapes that are no Turtle or no SHACL.
    """
    rules = _graph(triple for path in shapes for triple in merge(parse(path)))
    positions = Positions(corpus)
    results = _validate(_graph(filter(_is_plain, merge(corpus.quads()))), rules, list(only))
    for result in results.subjects(_iri("rdf:type"), _iri("sh:ValidationResult")):
        yield from _findings(result, results, rules, positions)


def _is_plain(triple: ox.Triple) -> bool:
    """Whether rdflib can hold a triple: it knows RDF 1.1."""
    if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
        return False
    return not (isinstance(triple.object, ox.Literal) and triple.object.direction)


def _graph(triples: Iterable[ox.Triple]) -> "Graph":
    from rdflib import Graph

    graph, terms = Graph(bind_namespaces="none"), dict[Term, "Node"]()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if term not in terms:
                terms[term] = to_rdflib(term)
        graph.add((terms[triple.subject], terms[triple.predicate], terms[triple.object]))
    return graph


def _validate(data: "Graph", rules: "Graph", only: list[str]) -> "Graph":
    import pyshacl
    from pyparsing import ParseBaseException
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure
    from rdflib import Graph

    try:
        _, results, text = pyshacl.validate(data, shacl_graph=rules, use_shapes=[*only] or None)
    except (ShapeLoadError, ReportableRuntimeError, ParseBaseException) as error:
        raise BadSource(f"The shapes cannot be used: {error}. Mend them in ontology/shapes.") from error
    if isinstance(results, ValidationFailure) or not isinstance(results, Graph):
        raise BadSource(f"The shapes cannot be used: {text}. Mend them in ontology/shapes.")
    return results


def _findings(result: "Node", results: "Graph", rules: "Graph", positions: Positions) -> Iterator[Finding]:
    """The finding of a result, unless the thing has no name: then it is the missing name that must be mended."""
    from rdflib import URIRef

    def told(name: str) -> "Node | None":
        return results.value(result, _iri(f"sh:{name}"))

    shape, constraint, path = told("sourceShape"), told("sourceConstraint"), _property(told("resultPath"))
    # A constraint over the whole graph has one focus node, the target that makes it run once.
    focus, value = (told("focusNode"), told("value")) if constraint is None else (told("value"), None)
    if not isinstance(focus, URIRef):
        return
    thing, term = ox.NamedNode(str(focus)), _term(value)
    source, graph = at = positions.place(thing, path, term)
    messages = rules.objects(shape if constraint is None else constraint, _iri("sh:message"))
    yield Finding(
        severity=_SEVERITIES[str(told("resultSeverity")).removeprefix(_SH)],
        code="shape/" + str(shape).removeprefix(SHAPES),
        focus=thing,
        message=positions.sentences(thing, at, _with_value(messages, term, thing)),
        path=source.path,
        line=source.line(thing, graph),
        graph=graph,
        component=ox.NamedNode(str(told("sourceConstraintComponent"))),
        property=path,
        value=term,
    )


def _property(path: "Node | None") -> ox.NamedNode | None:
    from rdflib import URIRef

    return ox.NamedNode(str(path)) if isinstance(path, URIRef) else None


def _term(node: "Node | None") -> ox.NamedNode | ox.Literal | None:
    from rdflib import Literal, URIRef

    match node:
        case URIRef():
            return ox.NamedNode(str(node))
        case Literal() if node.language:
            return ox.Literal(str(node), language=node.language)
        case Literal():
            return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or expand("xsd:string"))))
    return None


def _with_value(messages: Iterable["Node"], value: ox.NamedNode | ox.Literal | None, focus: ox.NamedNode) -> Text:
    """The messages of a shape by language, each with the value that breaks it."""
    shown = None if value is None or value == focus else _short(value)
    found = {"en": f" Found: {shown}.", "fr": f" Trouvé : {shown}."}
    texts = {str(getattr(message, "language", None) or "en"): str(message) for message in sorted(messages, key=str)}
    return {lang: text + (found.get(lang, found["en"]) if shown else "") for lang, text in texts.items()}


def _short(value: ox.NamedNode | ox.Literal) -> str:
    return compact(value.value) if isinstance(value, ox.NamedNode) else f"“{value.value}”"


def _iri(name: str) -> "URIRef":
    from rdflib import URIRef

    return URIRef(expand(name))
