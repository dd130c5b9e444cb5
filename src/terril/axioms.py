"""The axioms of an ontology, compiled to rules and clashes.

Every axiom becomes clauses of its own, so that each clause can be explained by the axiom it stands for. What OWL 2 RL
can say without equality is supported; anything else is an error that names the axiom. The clauses are those of the
recommendation *OWL 2 Profiles*, section 4.3, with the ontology's own classes and properties put in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, count
from typing import Final

import pyoxigraph as ox

from .clauses import Clash, Condition, Different, Outside, Pattern, Rule, Rulebook, Slot, Term, Variable
from .datatypes import KNOWN
from .errors import BadOntology
from .expressions import (
    LITERAL,
    NOTHING,
    OWL,
    RDF,
    RDFS,
    THING,
    TYPE,
    AllValuesFrom,
    Complement,
    Expression,
    HasValue,
    Index,
    Intersection,
    Named,
    OneOf,
    Property,
    SomeValuesFrom,
    Union,
    boolean,
    class_expression,
    functional,
    index,
    items,
    property_expression,
    show,
)
from .names import compact
from .sentences import sentence, words

X: Final = Variable("A")
Y: Final = Variable("B")
Z: Final = Variable("C")


@dataclass(frozen=True)
class Draft:
    """A clause before it has a name and a sentence; without a head it is a clash."""

    kind: str
    axiom: str
    body: tuple[Pattern, ...]
    head: Pattern | None = None
    condition: Condition | None = None


Match = tuple[Slot, tuple[Pattern, ...]]
"""Where something is an instance of an expression: the instance, and the patterns that must hold."""

Reader = Callable[[Term, Term, Index], Iterator[Draft]]


def compile(ontology: Iterable[ox.Triple | ox.Quad]) -> Rulebook:
    """Turn every axiom of an ontology into rules and clashes, sorted by name; declarations are not axioms.

    Raises `BadOntology` with one sentence for every axiom that has no rules, naming it in OWL 2 functional syntax.

    >>> terms = {name: ox.NamedNode(f"https://example.org/{name}") for name in ("Pole", "Cluster")}
    >>> axiom = ox.Triple(terms["Pole"], ox.NamedNode(RDFS + "subClassOf"), terms["Cluster"])
    >>> compile([axiom]).rules[0].axiom
    'SubClassOf(<https://example.org/Pole> <https://example.org/Cluster>)'
    """
    triples = [ox.Triple(t.subject, t.predicate, t.object) for t in ontology]
    indexed = index(triples)
    by = words(triples, (p.value for p in indexed.data if isinstance(p, ox.NamedNode)))
    rules: dict[str, Rule] = {}
    clashes: dict[str, Clash] = {}
    for draft in map(_lettered, _drafts(indexed)):
        name, said = _name(draft), sentence(draft.body, draft.head, draft.condition, by)
        if draft.head is None:
            clashes.setdefault(name, Clash(name, draft.body, draft.axiom, said, draft.condition))
        elif draft.head not in draft.body:
            rules.setdefault(name, Rule(name, draft.head, draft.body, draft.axiom, said))
    return Rulebook(
        tuple(rules[name] for name in sorted(rules)),
        tuple(clashes[name] for name in sorted(clashes)),
        tuple(triples),
    )


def _drafts(ontology: Index) -> list[Draft]:
    """Every clause, each once, in an order that does not depend on the order of triples."""
    drafts: set[Draft] = set()
    faults: dict[str, Term] = {}
    for read, subject, value in _statements(ontology):
        try:
            drafts.update(read(subject, value, ontology))
        except BadOntology as fault:
            faults[str(fault)] = subject
    if faults:
        said = sorted(faults)
        raise BadOntology("\n".join(said), tuple((faults[sentence], sentence) for sentence in said))
    return sorted(drafts, key=repr)


def _statements(ontology: Index) -> Iterator[tuple[Reader, Term, Term]]:
    """Every triple that states an axiom, with the function that reads it."""
    for subject, facts in ontology.about.items():
        for predicate, values in facts.items():
            if subject in ontology.annotations and predicate.startswith(RDFS):
                continue
            for value in values:
                read = _reader(predicate, value)
                if read:
                    yield read, subject, value


def _reader(predicate: str, value: Term) -> Reader | None:
    """The function that reads an axiom with this predicate, or with this type; none if it is no axiom."""
    word = compact(value.value if predicate == TYPE.value else predicate)
    if word in _READERS:
        return _READERS[word]
    name = word.removeprefix("owl:")
    if name != word and name not in _SILENT:
        return _unsupported(name, predicate == TYPE.value)
    return None


def _no(axiom: str, why: str) -> BadOntology:
    return BadOntology(f"{axiom} cannot be compiled: {why}")


# Class expressions


def edge(on: Property, subject: Slot, object: Slot) -> Pattern:
    """The pattern of a property, turned round if it is an inverse."""
    return Pattern(object, on.iri, subject) if on.inverse else Pattern(subject, on.iri, object)


def _constant(term: Term, axiom: str) -> ox.NamedNode | ox.Literal:
    if isinstance(term, ox.BlankNode):
        raise _no(axiom, "it is about an individual without a name. Give it an IRI.")
    return term


def _put(pattern: Pattern, old: Slot, new: Slot) -> Pattern:
    return Pattern(*(new if slot == old else slot for slot in pattern))


def matches(expression: Expression, at: Slot, axiom: str, fresh: Iterator[int]) -> list[Match]:
    """Every way in which `at` can be an instance of an expression that stands on the left of an axiom."""
    match expression:
        case Named(iri, datatype) if not datatype or iri == LITERAL:
            return [] if iri == NOTHING else [(at, () if iri in (THING, LITERAL) else (Pattern(at, TYPE, iri),))]
        case Union(parts):
            return [found for part in parts for found in matches(part, at, axiom, fresh)]
        case OneOf(members):
            names = [_constant(member, axiom) for member in members]
            return [(name, ()) for name in names if isinstance(at, Variable) or at == name]
        case HasValue(on, value):
            return [(at, (edge(on, at, _constant(value, axiom)),))]
        case SomeValuesFrom(on, filler):
            far = Variable(f"_{next(fresh)}")
            return [(at, (edge(on, at, y), *found)) for y, found in matches(filler, far, axiom, fresh)]
        case Intersection(parts):
            return _intersect(parts, at, axiom, fresh)
    raise _no(axiom, f"{functional(expression)} may not stand on the left. Rephrase the axiom within OWL 2 RL.")


def _intersect(parts: Iterable[Expression], at: Slot, axiom: str, fresh: Iterator[int]) -> list[Match]:
    found: list[Match] = [(at, ())]
    for part in parts:
        found = [
            (to, (*(_put(pattern, here, to) for pattern in body), *more))
            for here, body in found
            for to, more in matches(part, here, axiom, fresh)
        ]
    return found


def conclusions(left: Match, right: Expression, kind: str, axiom: str, fresh: Iterator[int]) -> Iterator[Draft]:
    """What follows when the left of an axiom matches and its right is `right`."""
    at, body = left
    match right:
        case Named(iri, datatype):
            yield from (_outside if datatype else _inside)(left, iri, kind, axiom)
        case Intersection(parts):
            for part in parts:
                yield from conclusions(left, part, kind, axiom, fresh)
        case AllValuesFrom(on, filler):
            far = Variable(f"_{next(fresh)}")
            yield from conclusions((far, (*body, edge(on, at, far))), filler, kind, axiom, fresh)
        case HasValue(on, value):
            yield Draft(kind, axiom, body, edge(on, at, _constant(value, axiom)))
        case Complement(part):
            for to, more in matches(part, at, axiom, fresh):
                yield Draft(kind, axiom, (*(_put(pattern, at, to) for pattern in body), *more))
        case _:
            why = f"{functional(right)} may not stand on the right, since rules cannot conclude it."
            raise _no(axiom, f"{why} State it as a SHACL shape instead.")


def _inside(left: Match, iri: ox.NamedNode, kind: str, axiom: str) -> Iterator[Draft]:
    at, body = left
    if iri == NOTHING:
        yield Draft(kind, axiom, body)
    elif iri != THING:
        yield Draft(kind, axiom, body, Pattern(at, TYPE, iri))


def _outside(left: Match, datatype: ox.NamedNode, kind: str, axiom: str) -> Iterator[Draft]:
    at, body = left
    if datatype.value not in KNOWN:
        raise _no(axiom, f"{show(datatype)} is no datatype of OWL 2. Check it with sh:datatype in a shape instead.")
    if datatype != LITERAL and isinstance(at, Variable):
        yield Draft(kind, axiom, body, condition=Outside(at, datatype))


def _implies(left: Expression, right: Expression, kind: str, axiom: str) -> Iterator[Draft]:
    fresh = count()
    for found in matches(left, X, axiom, fresh):
        if not found[1] and isinstance(found[0], Variable):
            raise _no(axiom, "it is about every thing there is. Name the class of things that it is about.")
        yield from conclusions(found, right, kind, axiom, fresh)


# Axioms about classes


def _sub_class(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    left, right = (class_expression(node, ontology) for node in (subject, value))
    yield from _implies(left, right, "subclass", f"SubClassOf({functional(left)} {functional(right)})")


def _equivalent_class(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    yield from _same(class_expression(subject, ontology), class_expression(value, ontology))


def _defined(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    """A class may be defined at its own name: `C owl:unionOf (…)`. At a blank node it is an expression, no axiom."""
    definition = boolean(subject, ontology)
    if isinstance(subject, ox.NamedNode) and definition:
        yield from _same(class_expression(subject, ontology), definition)


def _same(left: Expression, right: Expression) -> Iterator[Draft]:
    axiom = f"EquivalentClasses({functional(left)} {functional(right)})"
    if isinstance(left, Named) and left.datatype:
        raise _no(f"DatatypeDefinition({functional(left)} {functional(right)})", _WHY_NOT["datatype"])
    yield from _implies(left, right, "equivalent", axiom)
    yield from _implies(right, left, "equivalent", axiom)


def _disjoint_class(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    yield from _apart([class_expression(node, ontology) for node in (subject, value)])


def _all_disjoint_classes(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    yield from _apart([class_expression(node, ontology) for node in _members(subject, ontology)])


def _apart(expressions: list[Expression]) -> Iterator[Draft]:
    axiom = f"DisjointClasses({' '.join(map(functional, expressions))})"
    for left, right in combinations(expressions, 2):
        yield from _implies(left, Complement(right), "disjoint", axiom)


def _members(subject: Term, ontology: Index) -> tuple[Term, ...]:
    heads = ontology.about[subject].get(OWL + "members", ())
    return tuple(member for head in heads for member in items(head, ontology))


# Axioms about properties


def _domain(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on, right = property_expression(subject, ontology), class_expression(value, ontology)
    axiom = f"{_sort(on)}PropertyDomain({functional(on)} {functional(right)})"
    yield from conclusions((X, (edge(on, X, Y),)), right, "domain", axiom, count())


def _range(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on, right = property_expression(subject, ontology), class_expression(value, ontology)
    sort = "Data" if on.data or (isinstance(right, Named) and right.datatype) else "Object"
    axiom = f"{sort}PropertyRange({functional(on)} {functional(right)})"
    yield from conclusions((Y, (edge(on, X, Y),)), right, "range", axiom, count())


def _sub_property(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    left, right = (property_expression(node, ontology) for node in (subject, value))
    axiom = f"Sub{_sort(left)}PropertyOf({functional(left)} {functional(right)})"
    yield Draft("subproperty", axiom, (edge(left, X, Y),), edge(right, X, Y))


def _equivalent_property(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    left, right = (property_expression(node, ontology) for node in (subject, value))
    axiom = f"Equivalent{_sort(left)}Properties({functional(left)} {functional(right)})"
    for one, other in ((left, right), (right, left)):
        yield Draft("equivalent", axiom, (edge(one, X, Y),), edge(other, X, Y))


def _inverse(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    if isinstance(subject, ox.NamedNode):
        left, right = (property_expression(node, ontology) for node in (subject, value))
        axiom = f"InverseObjectProperties({functional(left)} {functional(right)})"
        for one, other in ((left, right), (right, left)):
            yield Draft("inverse", axiom, (edge(one, X, Y),), edge(other, Y, X))


def _chain(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    whole = property_expression(subject, ontology)
    links = [property_expression(node, ontology) for node in items(value, ontology)]
    axiom = f"SubObjectPropertyOf(ObjectPropertyChain({' '.join(map(functional, links))}) {functional(whole)})"
    if not links:
        raise _no(axiom, "the chain is empty. Name the properties that it is made of.")
    stops = [X, *(Variable(f"_{step}") for step in range(len(links)))]
    body = tuple(edge(link, stops[step], stops[step + 1]) for step, link in enumerate(links))
    yield Draft("chain", axiom, body, edge(whole, X, stops[-1]))


def _disjoint_property(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    yield from _exclusive([property_expression(node, ontology) for node in (subject, value)])


def _all_disjoint_properties(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    yield from _exclusive([property_expression(node, ontology) for node in _members(subject, ontology)])


def _exclusive(properties: list[Property]) -> Iterator[Draft]:
    axiom = f"Disjoint{_sort(properties[0])}Properties({' '.join(map(functional, properties))})"
    for left, right in combinations(properties, 2):
        yield Draft("disjoint", axiom, (edge(left, X, Y), edge(right, X, Y)))


def _symmetric(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on = property_expression(subject, ontology)
    yield Draft("symmetric", f"SymmetricObjectProperty({functional(on)})", (edge(on, X, Y),), edge(on, Y, X))


def _transitive(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on = property_expression(subject, ontology)
    body = (edge(on, X, Y), edge(on, Y, Z))
    yield Draft("transitive", f"TransitiveObjectProperty({functional(on)})", body, edge(on, X, Z))


def _asymmetric(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on = property_expression(subject, ontology)
    yield Draft("asymmetric", f"AsymmetricObjectProperty({functional(on)})", (edge(on, X, Y), edge(on, Y, X)))


def _irreflexive(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on = property_expression(subject, ontology)
    yield Draft("irreflexive", f"IrreflexiveObjectProperty({functional(on)})", (edge(on, X, X),))


def _functional(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
    on = property_expression(subject, ontology)
    if not on.data:
        raise _no(f"FunctionalObjectProperty({functional(on)})", _WHY_NOT["equality"])
    body = (edge(on, X, Y), edge(on, X, Z))
    yield Draft("functional", f"FunctionalDataProperty({functional(on)})", body, condition=Different(Y, Z))


def _sort(on: Property) -> str:
    return "Data" if on.data else "Object"


# Names


def _lettered(draft: Draft) -> Draft:
    """The same clause with its variables called A, B, C … in the order in which they come."""
    patterns = (*draft.body, *((draft.head,) if draft.head else ()))
    old = dict.fromkeys(slot for pattern in patterns for slot in pattern if isinstance(slot, Variable))
    new = {
        variable: Variable(chr(65 + place % 26) + (str(place // 26) if place >= 26 else ""))
        for place, variable in enumerate(old)
    }

    def letter(pattern: Pattern) -> Pattern:
        return Pattern(*(new[slot] if isinstance(slot, Variable) else slot for slot in pattern))

    head = letter(draft.head) if draft.head else None
    return replace(draft, body=tuple(map(letter, draft.body)), head=head, condition=_moved(draft.condition, new))


def _moved(condition: Condition | None, new: Mapping[Variable, Variable]) -> Condition | None:
    if isinstance(condition, Different):
        return Different(new[condition.left], new[condition.right])
    return Outside(new[condition.variable], condition.datatype) if condition else None


def _name(draft: Draft) -> str:
    """A name that stays the same as long as the clause does: kind, head, body; a chain is written as a SPARQL path."""
    if draft.kind in _CHARACTERISTICS:
        return f"{draft.kind}/{_atom(draft.body[0])}"
    path = _path(draft)
    if path:
        outside = draft.condition.datatype if isinstance(draft.condition, Outside) else None
        head = [_atom(draft.head)] if draft.head else [show(outside)] if outside else []
        return "/".join((draft.kind, *head, path))
    return "/".join((draft.kind, *map(_call, (draft.head,) if draft.head else ()), ".".join(map(_call, draft.body))))


def _path(draft: Draft) -> str:
    """The body as a path from the head's subject to its object, or nothing if it is none."""
    head = draft.head
    start = head.subject if head else draft.condition.variable if isinstance(draft.condition, Outside) else X
    here, steps = start, []
    for pattern in draft.body:
        if pattern.predicate == TYPE and pattern.subject == here:
            steps.append(_atom(pattern))
        elif pattern.subject == here and isinstance(pattern.object, Variable):
            steps.append(_atom(pattern))
            here = pattern.object
        elif pattern.object == here and isinstance(pattern.subject, Variable):
            steps.append("^" + _atom(pattern))
            here = pattern.subject
        else:
            return ""
    ends = head is None or head.predicate == TYPE or head.object == here
    return ".".join(steps) if ends and isinstance(start, Variable) else ""


def _atom(pattern: Pattern) -> str:
    return _slot(pattern.object if pattern.predicate == TYPE else pattern.predicate)


def _call(pattern: Pattern) -> str:
    slots = (pattern.subject,) if pattern.predicate == TYPE else (pattern.subject, pattern.object)
    return f"{_atom(pattern)}({','.join(map(_slot, slots))})"


def _slot(slot: Slot) -> str:
    return slot.name if isinstance(slot, Variable) else show(slot)


# Which function reads which axiom


def _unsupported(name: str, typed: bool) -> Reader:
    """A reader that names an axiom that has no rules, and says what to do instead."""
    axiom, why = _UNSUPPORTED.get(name, (f"owl:{name}", "unknown"))

    def read(subject: Term, value: Term, ontology: Index) -> Iterator[Draft]:
        about = (subject,) if typed else (subject, *(items(value, ontology) if _is_list(value, ontology) else (value,)))
        raise _no(f"{axiom}({' '.join(map(show, about))})", _WHY_NOT[why])

    return read


def _is_list(node: Term, ontology: Index) -> bool:
    return RDF + "rest" in ontology.about.get(node, {})


_WHY_NOT: Final = {
    "equality": "it would make two names one thing, and Terril never infers owl:sameAs. Use sh:maxCount in a shape.",
    "existence": "rules cannot conclude it. State it as a SHACL shape instead.",
    "datatype": "datatypes of one's own are not supported. Use sh:pattern or sh:minInclusive in a shape.",
    "assertion": "it is about individuals, not about terms. Remove it from the ontology.",
    "unknown": "it is no term of OWL 2. Correct its spelling, or remove it.",
}
_UNSUPPORTED: Final = {
    "AllDifferent": ("DifferentIndividuals", "assertion"),
    "InverseFunctionalProperty": ("InverseFunctionalObjectProperty", "equality"),
    "NegativePropertyAssertion": ("NegativeObjectPropertyAssertion", "assertion"),
    "ReflexiveProperty": ("ReflexiveObjectProperty", "existence"),
    "differentFrom": ("DifferentIndividuals", "assertion"),
    "disjointUnionOf": ("DisjointUnion", "existence"),
    "hasKey": ("HasKey", "equality"),
    "sameAs": ("SameIndividual", "assertion"),
}
_CHARACTERISTICS: Final = ("symmetric", "transitive", "asymmetric", "irreflexive", "functional")
_READERS: Final[dict[str, Reader]] = {
    "owl:AllDisjointClasses": _all_disjoint_classes,
    "owl:AllDisjointProperties": _all_disjoint_properties,
    "owl:AsymmetricProperty": _asymmetric,
    "owl:FunctionalProperty": _functional,
    "owl:IrreflexiveProperty": _irreflexive,
    "owl:SymmetricProperty": _symmetric,
    "owl:TransitiveProperty": _transitive,
    "owl:complementOf": _defined,
    "owl:disjointWith": _disjoint_class,
    "rdfs:domain": _domain,
    "owl:equivalentClass": _equivalent_class,
    "owl:equivalentProperty": _equivalent_property,
    "owl:intersectionOf": _defined,
    "owl:inverseOf": _inverse,
    "owl:oneOf": _defined,
    "owl:propertyChainAxiom": _chain,
    "owl:propertyDisjointWith": _disjoint_property,
    "rdfs:range": _range,
    "rdfs:subClassOf": _sub_class,
    "rdfs:subPropertyOf": _sub_property,
    "owl:unionOf": _defined,
}
_SILENT: Final = frozenset({
    "Annotation", "AnnotationProperty", "Axiom", "Class", "DataRange", "DatatypeProperty", "DeprecatedClass",
    "DeprecatedProperty", "NamedIndividual", "ObjectProperty", "Ontology", "OntologyProperty", "Restriction",
    "Thing", "allValuesFrom", "annotatedProperty", "annotatedSource", "annotatedTarget", "assertionProperty",
    "backwardCompatibleWith", "cardinality", "deprecated", "distinctMembers", "hasSelf", "hasValue", "imports",
    "incompatibleWith", "maxCardinality", "maxQualifiedCardinality", "members", "minCardinality",
    "minQualifiedCardinality", "onClass", "onDataRange", "onDatatype", "onProperties", "onProperty", "priorVersion",
    "qualifiedCardinality", "someValuesFrom", "sourceIndividual", "targetIndividual", "targetValue", "versionIRI",
    "versionInfo", "withRestrictions",
})  # fmt: skip
"""Words of OWL that state no axiom by themselves: declarations, annotations, parts of expressions."""
