"""An ontology in OWL 2 functional syntax.

It follows *OWL 2 Web Ontology Language: Structural Specification and Functional-Style Syntax* and *Mapping to RDF
Graphs*, W3C recommendations of 2012. Expressions are read as for the rules (`expressions`).
"""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ..clauses import Term
from ..errors import BadOntology
from ..expressions import (
    OWL,
    RDF,
    RDFS,
    XSD,
    Index,
    Property,
    boolean,
    class_expression,
    functional,
    index,
    items,
    property_expression,
    quoted,
)
from ..names import PREFIXES, compact
from .short import short

_DECLARED: Final = {
    OWL + "Class": "Class",
    OWL + "ObjectProperty": "ObjectProperty",
    OWL + "DatatypeProperty": "DataProperty",
    OWL + "AnnotationProperty": "AnnotationProperty",
    OWL + "NamedIndividual": "NamedIndividual",
    RDFS + "Datatype": "Datatype",
}
_CHARACTERISTICS: Final = tuple(
    f"{OWL}{word}Property"
    for word in ("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive")
)
_OF_CLASSES: Final = {
    "subClassOf": "SubClassOf",
    "equivalentClass": "EquivalentClasses",
    "disjointWith": "DisjointClasses",
}
_OF_PROPERTIES: Final = {
    "subPropertyOf": "Sub{}PropertyOf",
    "equivalentProperty": "Equivalent{}Properties",
    "propertyDisjointWith": "Disjoint{}Properties",
}
_STRUCTURE: Final = (
    *(
        "intersectionOf",
        "unionOf",
        "complementOf",
        "oneOf",
        "members",
        "onProperty",
        "onDatatype",
        "imports",
        "versionIRI",
    ),
    *("someValuesFrom", "allValuesFrom", "hasValue", "first", "rest"),
)
"""Predicates that stand within an expression, a list or the header, and state no axiom of their own."""
_HEADER: Final = OWL + "Ontology"


def lines(triples: Iterable[ox.Triple]) -> Iterator[str]:
    """An ontology, an axiom on a line. Raises `BadOntology` for an axiom that it has no words for."""
    found = list(triples)
    ontology = index(found)
    yield from (f"Prefix({prefix}:=<{iri}>)\n" for prefix, iri in sorted(PREFIXES.items()))
    headers = [subject for subject, facts in ontology.about.items() if _HEADER in _types(facts)]
    yield f"\nOntology({' '.join(_name(header, ontology) for header in headers[:1])}\n"
    for header in headers[:1]:
        yield from _header(header, ontology)
    axioms = {axiom for subject in ontology.about if subject not in headers for axiom in _axioms(subject, ontology)}
    yield from (
        f"{axiom}\n" for axiom in sorted(axioms, key=lambda axiom: (not axiom.startswith("Declaration"), axiom))
    )
    yield ")\n"


_NO_AXIOMS: Final = (
    "Declaration(",
    "Annotation",
    *(f"{of}Assertion(" for of in ("Class", "ObjectProperty", "DataProperty")),
)


def axioms(triples: Iterable[ox.Triple]) -> set[str]:
    """What an ontology says of its classes and properties that rules may follow from. Raises `BadOntology`."""
    ontology = index(triples)
    terms = (subject for subject, facts in ontology.about.items() if _HEADER not in _types(facts))
    found = {axiom for subject in terms for axiom in _axioms(subject, ontology)}
    return {axiom for axiom in found if not axiom.startswith(_NO_AXIOMS)}


def is_axiom(triple: ox.Triple) -> bool:
    """Whether a triple is an axiom or a part of one, and not a declaration, an annotation or a header."""
    name = triple.predicate.value
    if name == RDF + "type":
        kind = triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
        return kind in _CHARACTERISTICS or (isinstance(triple.subject, ox.BlankNode) and kind.startswith(OWL))
    if name in (RDF + "first", RDF + "rest"):
        return isinstance(triple.subject, ox.BlankNode)
    return name.startswith((OWL, RDFS)) and name not in (*_ANNOTATIONS, OWL + "imports", OWL + "versionIRI")


def _types(facts: object) -> set[str]:
    assert isinstance(facts, dict)
    return {kind.value for kind in facts.get(RDF + "type", ()) if isinstance(kind, ox.NamedNode)}


def _name(header: Term, ontology: Index) -> str:
    versions = ontology.about[header].get(OWL + "versionIRI", ())
    return " ".join(map(str, (header, *versions[:1])))


def _header(header: Term, ontology: Index) -> Iterator[str]:
    facts = ontology.about[header]
    yield from (f"Import({each})\n" for each in facts.get(OWL + "imports", ()))
    for name, values in sorted(facts.items()):
        if name not in (RDF + "type", OWL + "imports", OWL + "versionIRI"):
            yield from (f"Annotation({_iri(name)} {_term(value)})\n" for value in values)


def _axioms(subject: Term, ontology: Index) -> Iterator[str]:
    facts = ontology.about[subject]
    for kind in sorted(_types(facts)):
        yield from _of_type(subject, kind, ontology)
    definition = boolean(subject, ontology) if isinstance(subject, ox.NamedNode) else None
    if definition:
        yield f"EquivalentClasses({short(subject)} {functional(definition)})"
    for name, values in facts.items():
        for value in values:
            yield from _of_triple(subject, name, value, ontology)


def _of_type(subject: Term, kind: str, ontology: Index) -> Iterator[str]:
    word = kind.removeprefix(OWL)
    if kind in _DECLARED and isinstance(subject, ox.NamedNode):
        yield f"Declaration({_DECLARED[kind]}({short(subject)}))"
    elif kind in _CHARACTERISTICS:
        yield f"{word.replace('Property', _sort(subject, ontology) + 'Property')}({short(subject)})"
    elif word in ("AllDisjointClasses", "AllDisjointProperties"):
        yield _all_disjoint(subject, word, ontology)
    elif not kind.startswith((OWL, RDF, RDFS)):
        yield f"ClassAssertion({_iri(kind)} {short(subject)})"
    elif kind not in (*_DECLARED, OWL + "Restriction", RDF + "List"):
        raise BadOntology(f"{compact(kind)} has no words here in functional syntax. Take the ontology in Turtle.")


def _all_disjoint(subject: Term, word: str, ontology: Index) -> str:
    members = [each for head in ontology.about[subject].get(OWL + "members", ()) for each in items(head, ontology)]
    if word == "AllDisjointClasses":
        return f"DisjointClasses({' '.join(functional(class_expression(each, ontology)) for each in members)})"
    return f"Disjoint{_sort(members[0], ontology)}Properties({' '.join(map(short, members))})"


def _sort(node: Term, ontology: Index) -> str:
    """Of which sort a property is, as the names of axioms have it."""
    return "Data" if node in ontology.data else "Annotation" if node in ontology.annotations else "Object"


def _of_triple(subject: Term, name: str, value: Term, ontology: Index) -> Iterator[str]:
    word = name.removeprefix(OWL).removeprefix(RDFS).removeprefix(RDF)
    if word == name:
        yield from _told(subject, name, value, ontology)
    elif word in _OF_CLASSES:
        yield f"{_OF_CLASSES[word]}({_class(subject, ontology)} {_class(value, ontology)})"
    elif word in _OF_PROPERTIES:
        axiom = _OF_PROPERTIES[word].format(_sort(subject, ontology))
        yield f"{axiom}({_property(subject, ontology)} {_property(value, ontology)})"
    elif word in ("domain", "range"):
        yield _scope(subject, word, value, ontology)
    elif word == "propertyChainAxiom":
        chain = " ".join(_property(each, ontology) for each in items(value, ontology))
        yield f"SubObjectPropertyOf(ObjectPropertyChain({chain}) {short(subject)})"
    elif word == "inverseOf" and isinstance(subject, ox.NamedNode):
        yield f"InverseObjectProperties({short(subject)} {_term(value)})"
    elif name in _ANNOTATIONS:
        yield f"AnnotationAssertion({_iri(name)} {short(subject)} {_term(value)})"
    elif word not in (*_STRUCTURE, "type", "inverseOf"):
        raise BadOntology(f"{compact(name)} has no words here in functional syntax. Take the ontology in Turtle.")


_ANNOTATIONS: Final = (
    *(RDFS + word for word in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(
        OWL + word
        for word in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
    ),
)


def _told(subject: Term, name: str, value: Term, ontology: Index) -> Iterator[str]:
    """What is said of a term by a property of some vocabulary: an annotation, or a fact of an individual."""
    node = ox.NamedNode(name)
    kinds = _types(ontology.about.get(node, {}))
    if OWL + "ObjectProperty" in kinds:
        yield f"ObjectPropertyAssertion({short(node)} {short(subject)} {_term(value)})"
    elif OWL + "DatatypeProperty" in kinds:
        yield f"DataPropertyAssertion({short(node)} {short(subject)} {_term(value)})"
    else:
        yield f"AnnotationAssertion({short(node)} {short(subject)} {_term(value)})"


def _scope(subject: Term, word: str, value: Term, ontology: Index) -> str:
    sort = _sort(subject, ontology)
    of = _term(value) if sort == "Annotation" else _class(value, ontology)
    return f"{sort}Property{word.capitalize()}({short(subject)} {of})"


def _class(node: Term, ontology: Index) -> str:
    return functional(class_expression(node, ontology))


def _property(node: Term, ontology: Index) -> str:
    on: Property = property_expression(node, ontology)
    return functional(on)


def _term(term: Term) -> str:
    if not isinstance(term, ox.Literal):
        return short(term)
    kind = "" if term.datatype.value == XSD + "string" else f"^^{short(term.datatype)}"
    return quoted(term.value) + (f"@{term.language}" if term.language else kind)


def _iri(iri: str) -> str:
    return short(ox.NamedNode(iri))
