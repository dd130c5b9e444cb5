"""SHACL: a corpus and shapes in, findings out. The only module that knows pySHACL.

pySHACL runs on an rdflib graph in memory; on other stores it is slow and wrong. The shapes are parsed here, because
pySHACL leaves rdflib changed if it fails to parse them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from .documents import Corpus, SourceFile, merge, parse
from .errors import BadSource
from .names import SHAPES, compact, expand
from .positions import Positions, Statement, graph_of
from .reports import Finding, Severity, Text
from .results import Term, to_rdflib
from .vocabulary import Lexicon

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node

_SH: Final = expand("sh:")
_PATTERN: Final = expand("sh:PatternConstraintComponent")
_COUNTED: Final = tuple(expand(f"sh:{name}ConstraintComponent") for name in ("MaxCount", "UniqueLang"))
"""Constraints on several values at once, of which a result names none."""
_CLASSES: Final = {expand("rdf:type"), expand("rdfs:subClassOf")}
_EXCLUSIVE: Final = {
    "en": "it has the classes “{}” and “{}”, which exclude each other; take away the wrong one.",
    "fr": "ses classes « {} » et « {} » s’excluent l’une l’autre ; retirez celle qui est fausse.",
}
_SEVERITIES: Final[dict[str, Severity]] = {"Violation": "violation", "Warning": "warning", "Info": "info"}


def check(corpus: Corpus, shapes: Sequence[Path], *, only: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield what SHACL shape files find in a corpus, all its graphs taken together.

    A constraint that spans nodes is one query over the whole graph, whose ?value is the thing that breaks it; that
    thing is the focus of the finding. `only` names shapes (IRIs) to check instead of all.
    Raises `BadSource` for shapes that are no Turtle or no SHACL.
    """
    rules = _graph(triple for path in shapes for triple in merge(parse(path)))
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    told = (triple for triple in _looked_at(merge(corpus.quads()), rules) if _is_plain(triple))
    results = _validate(_graph(told), rules, list(only))
    for result in _results(results):
        yield _finding(result, rules, lexicon, positions)


def _looked_at(triples: Iterable[ox.Triple], rules: "Graph") -> Iterator[ox.Triple]:
    """The triples whose property the shapes speak of, by its IRI or in a query: most words by which people ask, a half
    of all that is said, are none of theirs. All triples, if a shape is closed.
    """
    if (None, _iri("sh:closed"), None) in rules:
        yield from triples
        return
    spoken = set(map(str, rules.objects())) | _CLASSES
    queries = " ".join(map(str, rules.objects(None, _iri("sh:select"))))
    names = set(re.findall(r"[\w-]+", queries))
    for triple in triples:
        property = triple.predicate.value
        if property in spoken or re.split("[#/:]", property)[-1] in names:
            yield triple


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
        raise _useless(str(error)) from error
    if isinstance(results, ValidationFailure) or not isinstance(results, Graph):
        raise _useless(text)
    return results


def _useless(why: str) -> BadSource:
    told = {
        "en": f"The shapes cannot be used: {why}. Mend them in ontology/shapes.",
        "fr": f"Les formes ne peuvent servir : {why}. Corrigez-les dans ontology/shapes.",
    }
    return BadSource(told["en"], sentences=told)


@dataclass(frozen=True)
class _Result:
    """One result of SHACL: the thing, what was looked at, and the shape or constraint that words it."""

    thing: ox.NamedNode
    property: ox.NamedNode | None
    value: ox.NamedNode | ox.Literal | None
    severity: Severity
    component: ox.NamedNode
    shape: "Node"
    speaker: "Node"


def _results(results: "Graph") -> Iterator[_Result]:
    """The results about things with a name; of the others, it is the missing name that must be mended."""
    from rdflib import URIRef

    for result in results.subjects(_iri("rdf:type"), _iri("sh:ValidationResult")):
        told = {str(name).removeprefix(_SH): value for name, value in results.predicate_objects(result)}
        focus, value, path = (told.get(name) for name in ("focusNode", "value", "resultPath"))
        constraint = told.get("sourceConstraint")
        if constraint is not None:
            # A constraint over the whole graph runs once, at the property that it is about; ?value is what breaks it.
            focus, value, path = value, None, focus
        if isinstance(focus, URIRef):
            severity = _SEVERITIES[str(told["resultSeverity"]).removeprefix(_SH)]
            component = ox.NamedNode(str(told["sourceConstraintComponent"]))
            shape, thing = told["sourceShape"], ox.NamedNode(str(focus))
            yield _Result(thing, _property(path), _term(value), severity, component, shape, constraint or shape)


def _finding(result: _Result, rules: "Graph", lexicon: Lexicon, positions: Positions) -> Finding:
    path = rules.value(result.shape, _iri("sh:path"))
    inverse = _property(rules.value(path, _iri("sh:inversePath")))
    back = positions.pointing(result.thing, inverse) if inverse else []
    source, graph, line = _place(result, back, positions)
    exclusion = None if path or result.component.value != _PATTERN else _exclusion(result, rules, lexicon, positions)
    text = exclusion or _text(rules.objects(result.speaker, _iri("sh:message")), _values(result, back, positions))
    return Finding(
        severity=result.severity,
        code="shape/" + str(result.shape).removeprefix(SHAPES),
        focus=result.thing,
        message=positions.sentences(result.thing, (source, graph), text),
        path=source.path,
        line=line,
        graph=graph,
        component=result.component,
        property=result.property,
        value=result.value,
    )


def _place(result: _Result, back: Sequence[Statement], positions: Positions) -> tuple[SourceFile, ox.NamedNode, int]:
    """The file, graph and line to show: where the latest points at the thing, if it is about what does."""
    if back:
        source, quad = back[-1]
        graph = graph_of(quad, source)
        first = source.line(quad.subject, graph) if isinstance(quad.subject, ox.NamedNode) else 1
        return source, graph, source.token_line(result.thing, first)
    source, graph = positions.place(result.thing, result.property, result.value)
    return source, graph, source.line(result.thing, graph)


def _values(result: _Result, back: Iterable[Statement], positions: Positions) -> Iterable[Term]:
    """What breaks the shape: the value, or where there are too many, all."""
    if result.component.value in _COUNTED:
        told = positions.quads.get(result.thing, ())
        return [quad.subject for _, quad in back] or [q.object for _, q in told if q.predicate == result.property]
    return [result.value] if result.value and result.value != result.thing else []


def _text(messages: Iterable["Node"], values: Iterable[Term]) -> Text:
    """The messages of a shape by language, each with the values that break it."""
    shown = ", ".join(dict.fromkeys(map(_short, values)))
    found = {"en": f" Found: {shown}.", "fr": f" Trouvé : {shown}."}
    texts = {str(getattr(message, "language", None) or "en"): str(message) for message in sorted(messages, key=str)}
    return {lang: text + (found.get(lang, found["en"]) if shown else "") for lang, text in texts.items()}


def _exclusion(result: _Result, rules: "Graph", lexicon: Lexicon, positions: Positions) -> Text | None:
    """That two classes exclude each other, if a thing has both and each wants its name in another folder."""
    mine = _kinds(result.thing, result.shape, rules, lexicon)
    for other in rules.subjects(_iri("sh:pattern")):
        others = _kinds(result.thing, other, rules, lexicon) - mine
        if mine and others and _folders(other, rules).isdisjoint(_folders(result.shape, rules)):
            both = [ox.NamedNode(min(kinds)) for kinds in (mine, others)]
            return {
                lang: text.format(*(positions.label(kind, lang) or compact(kind.value) for kind in both))
                for lang, text in _EXCLUSIVE.items()
            }
    return None


def _kinds(thing: ox.NamedNode, shape: "Node", rules: "Graph", lexicon: Lexicon) -> set[str]:
    """The classes of a thing that a shape is about, if it is about names."""
    if rules.value(shape, _iri("sh:path")):
        return set()
    targets = {str(target) for target in rules.objects(shape, _iri("sh:targetClass"))}
    return {kind for kind in lexicon.types.get(thing.value, ()) if lexicon.above(kind) & targets}


def _folders(shape: "Node", rules: "Graph") -> set[str]:
    """The folders of names that a shape allows."""
    match = re.search(r"/(?:id|auth)/\(?([a-z|]+)", str(rules.value(shape, _iri("sh:pattern"))))
    return set(match[1].split("|")) if match else set()


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


def _short(value: Term) -> str:
    return compact(value.value) if isinstance(value, ox.NamedNode) else f"“{getattr(value, 'value', value)}”"


def _iri(name: str) -> "URIRef":
    from rdflib import URIRef

    return URIRef(expand(name))
