"""Class and property expressions of OWL 2, read from their RDF form and written in functional syntax.

The mapping from RDF is that of the W3C recommendation *OWL 2 Web Ontology Language: Mapping to RDF Graphs*; the written
form is that of *Structural Specification and Functional-Style Syntax*, with short names.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from .clauses import Term
from .errors import BadOntology
from .names import PREFIXES, compact

OWL = PREFIXES["owl"]
RDF = PREFIXES["rdf"]
RDFS = PREFIXES["rdfs"]
XSD = PREFIXES["xsd"]
_DATATYPES = ("rdfs:Literal", "rdf:PlainLiteral", "rdf:XMLLiteral", "rdf:langString", "owl:real", "owl:rational")
TYPE = ox.NamedNode(RDF + "type")
THING = ox.NamedNode(OWL + "Thing")
NOTHING = ox.NamedNode(OWL + "Nothing")
LITERAL = ox.NamedNode(RDFS + "Literal")


@dataclass(frozen=True)
class Index:
    """An ontology's triples by subject and predicate, and how it declares its properties."""

    about: Mapping[Term, Mapping[str, tuple[Term, ...]]]
    data: frozenset[Term]
    annotations: frozenset[Term]
    datatypes: frozenset[Term]


@dataclass(frozen=True)
class Property:
    """A property, or the inverse of one."""

    iri: ox.NamedNode
    inverse: bool = False
    data: bool = False


@dataclass(frozen=True)
class Named:
    """A class or datatype with a name."""

    iri: ox.NamedNode
    datatype: bool = False


@dataclass(frozen=True)
class Intersection:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Union:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Complement:
    part: "Expression"


@dataclass(frozen=True)
class OneOf:
    members: tuple[Term, ...]


@dataclass(frozen=True)
class SomeValuesFrom:
    property: Property
    filler: "Expression"


@dataclass(frozen=True)
class AllValuesFrom:
    property: Property
    filler: "Expression"


@dataclass(frozen=True)
class HasValue:
    property: Property
    value: Term


@dataclass(frozen=True)
class Other:
    """An expression that has no rules, kept as it is written so that an error can name it."""

    text: str


Expression = Named | Intersection | Union | Complement | OneOf | SomeValuesFrom | AllValuesFrom | HasValue | Other


def index(triples: Iterable[ox.Triple | ox.Quad]) -> Index:
    """Arrange an ontology's triples for reading; the order in which they come does not matter."""
    about: dict[Term, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
            about[triple.subject][triple.predicate.value].add(triple.object)
    typed: dict[str, set[Term]] = defaultdict(set)
    for subject, facts in about.items():
        for kind in facts.get(TYPE.value, ()):
            typed[kind.value].add(subject)
    data, objects = typed[OWL + "DatatypeProperty"], typed[OWL + "ObjectProperty"]
    return Index(
        {s: {p: tuple(sorted(values, key=str)) for p, values in facts.items()} for s, facts in about.items()},
        frozenset(data),
        frozenset(typed[OWL + "AnnotationProperty"] - data - objects),
        frozenset(typed[RDFS + "Datatype"]),
    )


def items(head: Term, ontology: Index) -> tuple[Term, ...]:
    """The members of an RDF list. Raises `BadOntology` if the list is broken or runs in a circle."""
    members: list[Term] = []
    seen: set[Term] = set()
    while head != ox.NamedNode(RDF + "nil"):
        first, rest = (ontology.about.get(head, {}).get(RDF + step, ()) for step in ("first", "rest"))
        if head in seen or len(first) != 1 or len(rest) != 1:
            read = " ".join(map(show, members))
            raise BadOntology(f"A list in the ontology is broken after ({read}). Write it anew.")
        seen.add(head)
        members.append(first[0])
        head = rest[0]
    return tuple(members)


def property_expression(node: Term, ontology: Index) -> Property:
    """A property's name, or `[ owl:inverseOf name ]`. Raises `BadOntology` for anything else."""
    if isinstance(node, ox.NamedNode):
        if node.value.startswith(OWL):
            raise BadOntology(f"{show(node)} has no rules. Name a property of the ontology instead.")
        return Property(node, data=node in ontology.data)
    inverted = ontology.about.get(node, {}).get(OWL + "inverseOf", ())
    if len(inverted) != 1 or not isinstance(inverted[0], ox.NamedNode):
        raise BadOntology(f"{_facts(node, ontology)} is no property expression. Name a property or its inverse.")
    return Property(inverted[0], inverse=True)


def class_expression(node: Term, ontology: Index) -> Expression:
    """The class expression that a node stands for; `Other` if OWL has it and rules have not.

    Raises `BadOntology` if the node stands for no class expression at all.
    """
    if isinstance(node, ox.NamedNode):
        return Named(node, _is_datatype(node, ontology))
    facts = ontology.about.get(node, {})
    for key, read in (("onProperty", _restriction), ("onProperties", _other), ("onDatatype", _other)):
        if OWL + key in facts:
            return read(node, ontology)
    return boolean(node, ontology) or _other(node, ontology)


def boolean(node: Term, ontology: Index) -> Expression | None:
    """The intersection, union, complement or enumeration that is written at a node, if any."""
    readers: dict[str, Callable[[Term], Expression]] = {
        "intersectionOf": lambda value: Intersection(_parts(value, ontology)),
        "unionOf": lambda value: Union(_parts(value, ontology)),
        "complementOf": lambda value: Complement(class_expression(value, ontology)),
        "oneOf": lambda value: OneOf(items(value, ontology)),
    }
    return _only(node, readers, ontology)


def _restriction(node: Term, ontology: Index) -> Expression:
    """A restriction on one property: all its values, some of them, or a certain one."""
    properties = ontology.about[node][OWL + "onProperty"]
    if len(properties) > 1:
        raise BadOntology(f"{_facts(node, ontology)} is about several properties. Write a restriction for each.")
    on = property_expression(properties[0], ontology)
    readers: dict[str, Callable[[Term], Expression]] = {
        "someValuesFrom": lambda value: SomeValuesFrom(on, class_expression(value, ontology)),
        "allValuesFrom": lambda value: AllValuesFrom(on, class_expression(value, ontology)),
        "hasValue": lambda value: HasValue(on, value),
    }
    return _only(node, readers, ontology) or _other(node, ontology)


def _only(node: Term, readers: Mapping[str, Callable[[Term], Expression]], ontology: Index) -> Expression | None:
    """The one expression written at a node; none if there is none. Raises `BadOntology` for more than one."""
    facts = ontology.about.get(node, {})
    found = [(read, value) for name, read in readers.items() for value in facts.get(OWL + name, ())]
    if len(found) > 1:
        raise BadOntology(f"{_facts(node, ontology)} is more than one class expression. Write each by itself.")
    return found[0][0](found[0][1]) if found else None


def _parts(head: Term, ontology: Index) -> tuple[Expression, ...]:
    return tuple(class_expression(member, ontology) for member in items(head, ontology))


def _other(node: Term, ontology: Index) -> Expression:
    facts = ontology.about.get(node, {})
    on = [functional(property_expression(p, ontology)) for p in facts.get(OWL + "onProperty", ())]
    for key in sorted(facts):
        name = key.removeprefix(OWL)
        if name == "hasSelf":
            return Other(f"ObjectHasSelf({' '.join(on)})")
        if name.lower().endswith("cardinality"):
            bound = name.replace("Qualified", "").removeprefix("qualified")
            kind = bound[0].upper() + bound[1:]
            filler = [functional(class_expression(c, ontology)) for c in facts.get(OWL + "onClass", ())]
            return Other(f"Object{kind}({facts[key][0].value} {' '.join(on + filler)})")
    if OWL + "onDatatype" in facts:
        return Other(f"DatatypeRestriction({show(facts[OWL + 'onDatatype'][0])} ...)")
    raise BadOntology(f"{_facts(node, ontology)} is no class expression. Write one of OWL 2, or name a class.")


def _facts(node: Term, ontology: Index) -> str:
    facts = ontology.about.get(node, {})
    return "[ " + " ; ".join(f"{compact(p)} {' , '.join(map(show, o))}" for p, o in sorted(facts.items())) + " ]"


def _is_datatype(node: ox.NamedNode, ontology: Index) -> bool:
    return node.value.startswith(XSD) or compact(node.value) in _DATATYPES or node in ontology.datatypes


def show(term: Term) -> str:
    """A term as functional syntax writes it; every blank node alike, since its label means nothing."""
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        return f"<{short}>" if short == term.value else short
    if isinstance(term, ox.BlankNode):
        return "[]"
    text = quoted(term.value)
    return f"{text}@{term.language}" if term.language else f"{text}^^{show(term.datatype)}"


def quoted(text: str) -> str:
    """A text in quotes, which hide two signs only: all others, even line ends, stand for themselves."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def functional(expression: Expression | Property) -> str:
    """Write an expression in OWL 2 functional syntax.

    >>> functional(Union((Named(THING), Named(NOTHING))))
    'ObjectUnionOf(owl:Thing owl:Nothing)'
    """
    match expression:
        case Property(iri, inverse):
            return f"ObjectInverseOf({show(iri)})" if inverse else show(iri)
        case Named(iri):
            return show(iri)
        case Intersection(parts):
            return f"{_space(parts)}IntersectionOf({_join(parts)})"
        case Union(parts):
            return f"{_space(parts)}UnionOf({_join(parts)})"
        case Complement(part):
            return f"{_space((part,))}ComplementOf({functional(part)})"
        case OneOf(members):
            kind = "Data" if any(isinstance(m, ox.Literal) for m in members) else "Object"
            return f"{kind}OneOf({' '.join(map(show, members))})"
        case SomeValuesFrom(on, filler) | AllValuesFrom(on, filler):
            return f"{_sort(on)}{type(expression).__name__}({functional(on)} {functional(filler)})"
        case HasValue(on, value):
            return f"{_sort(on)}HasValue({functional(on)} {show(value)})"
        case Other(text):
            return text


def _join(parts: Iterable[Expression]) -> str:
    return " ".join(map(functional, parts))


def _sort(on: Property) -> str:
    return "Data" if on.data else "Object"


def _space(parts: Iterable[Expression]) -> str:
    return "Data" if any(isinstance(p, Named) and p.datatype for p in parts) else "Object"
