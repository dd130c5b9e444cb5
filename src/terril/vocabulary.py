"""Checks of words: terms that nobody declared, names under our base, literals not written as they should be."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Final

import pyoxigraph as ox

from . import datatypes
from .documents import Corpus, SourceFile
from .names import AUTH, BASE, ID, KINDS, NS, PREFIXES, SCHEMES, compact, expand
from .positions import Place, Positions, graph_of
from .reports import Check, Finding
from .results import Term

UNDECLARED: Final = "vocabulary/undeclared"
"""The code of what is said of a term that no module declares."""

_UNDECLARED: Final = Check(
    UNDECLARED,
    "violation",
    "{term} is declared in no module of the ontology.{hint} Correct it, or declare it.",
    "{term} n’est déclaré dans aucun module de l’ontologie.{indice} Corrigez-le ou déclarez-le.",
)
_PREFIX: Final = Check(
    "vocabulary/prefix",
    "violation",
    "the prefix {prefix}: stands for <{found}>, elsewhere for <{right}>; write the same here.",
    "le préfixe {prefix}: vaut <{found}>, ailleurs <{right}> ; écrivez la même chose ici.",
)
_NAMESPACE: Final = Check(
    "vocabulary/namespace",
    "violation",
    "<{iri}> lies in a folder of ours that does not exist.{hint} Use one of: {known}.",
    "<{iri}> se trouve dans un dossier à nous qui n’existe pas.{indice} Prenez l’un de ceux-ci : {known}.",
)
_NAME: Final = Check(
    "vocabulary/name",
    "violation",
    "the name is not made of lower-case letters, digits and single hyphens; write it so.",
    "le nom ne se compose pas de minuscules, de chiffres et de traits d’union simples ; écrivez-le ainsi.",
)
_UNDEFINED: Final = Check(
    "vocabulary/undefined",
    "violation",
    "it is mentioned, but nothing says what it is.{hint} Correct the name, or give the thing a class.",
    "on en parle, mais rien ne dit ce que c’est.{indice} Corrigez le nom ou donnez une classe à la chose.",
)
_BLANK: Final = Check(
    "vocabulary/blank-node",
    "violation",
    "there is a thing without a name (a blank node) here; give it an IRI.",
    "il y a ici une chose sans nom (un nœud anonyme) ; donnez-lui un IRI.",
)
_FORM: Final = Check(
    "vocabulary/rdf-1.2",
    "violation",
    "a triple inside a triple, or a text with a direction, is RDF 1.2, which half of the tools cannot read; "
    "say it otherwise.",
    "un triplet dans un triplet, ou un texte avec direction, est du RDF 1.2, que la moitié des outils ne lit pas ; "
    "dites-le autrement.",
)
_DATATYPE: Final = Check(
    "vocabulary/datatype",
    "violation",
    "{datatype} is no datatype in use here.{hint} Correct it.",
    "{datatype} n’est pas un type de données en usage ici.{indice} Corrigez-le.",
)
_LEXICAL: Final = Check(
    "vocabulary/lexical",
    "violation",
    "“{value}” is no {datatype}; write a value that is.",
    "« {value} » n’est pas un {datatype} ; écrivez une valeur qui en est un.",
)
_CANONICAL: Final = Check(
    "vocabulary/canonical",
    "violation",
    "“{value}” is not the canonical form of an {datatype}, and stores would change it; write “{canonical}”.",
    "« {value} » n’est pas la forme canonique d’un {datatype}, un entrepôt la changerait ; écrivez « {canonical} ».",
)
_LANGUAGE: Final = Check(
    "vocabulary/language",
    "violation",
    "the language tag @{tag} is not in lower case; write @{lower}.",
    "l’étiquette de langue @{tag} n’est pas en minuscules ; écrivez @{lower}.",
)
_DOMAIN: Final = Check(
    "vocabulary/domain",
    "violation",
    "{property} is said of a thing of the class “{kind}”, and nothing says that this is one; "
    "give it that class, or use another property.",
    "{property} se dit d’une chose de la classe « {genre} », et rien ne dit que c’en est une ; "
    "donnez-lui cette classe ou prenez une autre propriété.",
)
_RANGE: Final = Check(
    "vocabulary/range",
    "violation",
    "{property} wants a thing of the class “{kind}”, and {value} is none; correct it, or give that thing the class.",
    "{property} veut une chose de la classe « {genre} », et {value} n’en est pas ; "
    "corrigez-la ou donnez la classe à cette chose.",
)
_THING: Final = Check(
    "vocabulary/thing",
    "violation",
    "{property} wants a thing of the class “{kind}”, and {value} is a text; write the name (IRI) of the thing.",
    "{property} veut une chose de la classe « {genre} », et {value} est un texte ; écrivez le nom (IRI) de la chose.",
)
_VALUE: Final = Check(
    "vocabulary/value",
    "violation",
    "{property} wants a value of the datatype {kind}, and {value} is none; write one.",
    "{property} veut une valeur du type {genre}, et {value} n’en est pas ; écrivez-en une.",
)
_INVISIBLE: Final = Check(
    "vocabulary/control",
    "violation",
    "the value of {property} holds the control character {character}; take it out.",
    "la valeur de {property} contient le caractère de commande {character} ; retirez-le.",
)
_CLASH: Final = Check(
    "vocabulary/label-clash",
    "violation",
    "{other} has the same label “{label}” in the same scheme; merge the two, or tell them apart.",
    "{other} porte le même libellé « {label} » dans le même schéma ; fusionnez les deux ou distinguez-les.",
)
CHECKS: Final = (
    _UNDECLARED, _PREFIX, _NAMESPACE, _NAME, _UNDEFINED, _BLANK, _FORM, _DATATYPE, _LEXICAL, _CANONICAL, _LANGUAGE,
    _DOMAIN, _RANGE, _THING, _VALUE, _INVISIBLE, _CLASH,
)  # fmt: skip

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_CLASSES: Final = (expand("owl:Class"),)
_PROPERTIES: Final = tuple(expand(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation"))
_BUILT_IN: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_VERSION: Final = ox.NamedNode(expand("owl:versionIRI"))
_EVERYWHERE: Final = (_TYPE.value, expand("owl:versionInfo"))
_AXIOMS: Final = frozenset(
    expand(name)
    for name in (
        "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf", "owl:disjointWith",
        "owl:equivalentClass", "owl:onProperty", "owl:someValuesFrom", "owl:allValuesFrom", "rdf:first",
    )
)  # fmt: skip
"""Properties that relate terms, in the ontology."""

_XSD: Final = PREFIXES["xsd"]
_TEXTS: Final = (_XSD + "string", PREFIXES["rdf"] + "langString")
_DATES: Final = {
    _XSD + "date": re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
    _XSD + "gMonthDay": re.compile(r"-(-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
    _XSD + "gYear": re.compile(r"(\d{4})(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
}
"""Datatypes outside the OWL 2 datatype map that the data use, and how their values are written."""
_COMPLETED: Final = {_XSD + "date": "{}", _XSD + "gMonthDay": "2000{}", _XSD + "gYear": "{}-01-01"}

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LOCAL: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BINDING: Final = re.compile(r"\s*@?prefix\s+([\w-]+):\s*<([^>]*)>", re.IGNORECASE)
_TAG: Final = re.compile(r'(?<!\\)"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)')


@dataclass(frozen=True)
class Lexicon:
    """What a corpus declares and how it classifies its things."""

    corpus: Corpus

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset(self._declared(_CLASSES))

    @cached_property
    def properties(self) -> frozenset[str]:
        return frozenset(self._declared(_PROPERTIES))

    def _declared(self, kinds: Iterable[str]) -> Iterator[str]:
        for quad in self.corpus.quads("ontology"):
            if quad.predicate == _TYPE and _text(quad.object) in kinds and isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value

    @cached_property
    def types(self) -> Mapping[str, set[str]]:
        """The classes that the corpus gives each thing."""
        found = defaultdict[str, set[str]](set)
        for quad in self.corpus.quads():
            if quad.predicate == _TYPE and isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value].add(_text(quad.object))
        return found

    @cached_property
    def domains(self) -> Mapping[str, set[str]]:
        """The classes that the ontology gives the subjects of its properties."""
        return self._values(expand("rdfs:domain"))

    @cached_property
    def ranges(self) -> Mapping[str, set[str]]:
        """The classes and datatypes that the ontology gives the values of its properties."""
        return self._values(expand("rdfs:range"))

    def _values(self, predicate: str) -> Mapping[str, set[str]]:
        found = defaultdict[str, set[str]](set)
        for quad in self.corpus.quads("ontology"):
            if quad.predicate.value == predicate and isinstance(quad.object, ox.NamedNode):
                found[_text(quad.subject)].add(quad.object.value)
        return dict(found)

    @cached_property
    def _broader(self) -> Mapping[str, set[str]]:
        return self._values(expand("rdfs:subClassOf"))

    @cached_property
    def named_by_editor(self) -> set[str]:
        """The classes whose things have no name in the sources."""
        marked = expand("terril:namedByEditor")
        quads = (quad for quad in self.corpus.quads("ontology") if quad.predicate.value == marked)
        return {_text(quad.subject) for quad in quads if _text(quad.object) == "true"}

    def above(self, kind: str) -> set[str]:
        """A class and all classes above it."""
        if kind not in self._closures:
            found, new = {kind}, [kind]
            while new:
                more = self._broader.get(new.pop(), set()) - found
                found |= more
                new.extend(more)
            self._closures[kind] = found
        return self._closures[kind]

    @cached_property
    def _closures(self) -> dict[str, set[str]]:
        return {}

    def is_a(self, thing: str, kind: str) -> bool:
        """Whether some class that the corpus gives a thing is a class or lies below it."""
        return any(kind in self.above(own) for own in self.types.get(thing, ()))


def check(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with the words of a corpus: terms, names, literals, labels."""
    yield from spell(corpus)
    yield from relate(corpus)


def relate(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with words when all files are taken together."""
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    for source in corpus.of("reference", "document"):
        yield from _uses(source, lexicon, positions)
    yield from _undefined(corpus, lexicon, positions)
    yield from _clashes(corpus, positions)


def spell(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with the words of each file by itself, given the ontology."""
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    for source in corpus.sources:
        yield from _terms(source, lexicon, positions)
        yield from _prefixes(source, positions)
        yield from _iris(source, positions)
        yield from _literals(source, positions)
        yield from _controls(source, positions)
        yield from _languages(source, positions)
        if source.kind != "ontology":
            yield from _nameless(source, positions)


# Terms


def _terms(source: SourceFile, lexicon: Lexicon, positions: Positions) -> Iterator[Finding]:
    """Terms of an ontology that are used and not declared, each once in a graph."""
    seen = set()
    for quad, term, known in _used(source, lexicon):
        if (term, quad.graph_name) not in seen and not _is_declared(term, source, known):
            seen.add((term, quad.graph_name))
            near = known | _standard() if source.kind == "ontology" else known
            names = {"term": compact(term)} | _hint(compact(term), map(compact, near))
            yield positions.failure(_UNDECLARED, *_place(quad, source), names, token=ox.NamedNode(term))


def _used(source: SourceFile, lexicon: Lexicon) -> Iterator[tuple[ox.Quad, str, frozenset[str]]]:
    """Every use of a term: the quad, the term, the terms that may stand there."""
    both = lexicon.classes | lexicon.properties
    spaces = (NS, *_BUILT_IN) if source.kind == "ontology" else (NS,)
    for quad in source.quads:
        predicate = quad.predicate.value
        yield quad, predicate, lexicon.properties
        is_axiom = source.kind == "ontology" and predicate in _AXIOMS
        for node, known in ((quad.subject, both), (quad.object, lexicon.classes if predicate == _TYPE.value else both)):
            if isinstance(node, ox.NamedNode) and (is_axiom or known is not both or node.value.startswith(spaces)):
                yield quad, node.value, known


def _is_declared(term: str, source: SourceFile, known: frozenset[str]) -> bool:
    return term in known or term in _EVERYWHERE or (source.kind == "ontology" and term in _standard())


@cache
def _standard() -> frozenset[str]:
    """The terms of RDF, RDFS and OWL, and the datatypes of XML Schema."""
    from rdflib.namespace import OWL, RDF, RDFS, XSD

    return frozenset(str(term) for space in (OWL, RDF, RDFS, XSD) for term in dir(space))


def _hint(name: str, known: Iterable[str]) -> dict[str, str]:
    nearest = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    if not nearest:
        return {"hint": "", "indice": ""}
    return {"hint": f" Did you mean {nearest[0]}?", "indice": f" Vouliez-vous dire {nearest[0]} ?"}


def _place(quad: ox.Quad, source: SourceFile) -> tuple[ox.NamedNode, Place]:
    """What to name and where to look for a quad: its subject, or its graph if the subject has no name."""
    graph = graph_of(quad, source)
    return (quad.subject if isinstance(quad.subject, ox.NamedNode) else graph), (source, graph)


def _uses(source: SourceFile, lexicon: Lexicon, positions: Positions) -> Iterator[Finding]:
    """Facts whose subject or value is not of the class that the ontology gives the property.

    Where a reasoner would conclude the class, a curator is told: a class that follows from a slip is a slip, too.
    """
    for quad in source.quads:
        predicate, subject = quad.predicate.value, _text(quad.subject)
        for kind in sorted(lexicon.domains.get(predicate, ())):
            if subject.startswith(BASE) and not lexicon.is_a(subject, kind):
                names = {"property": compact(predicate)} | _kind(kind, positions)
                yield positions.failure(_DOMAIN, *_place(quad, source), names, token=quad.predicate)
        for kind in sorted(lexicon.ranges.get(predicate, ())):
            if not _fits(quad.object, kind, lexicon):
                failed = _THING if not isinstance(quad.object, ox.NamedNode) else _RANGE
                failed = failed if kind in lexicon.classes else _VALUE
                names = {"property": compact(predicate), "value": _shown(quad.object)} | _kind(kind, positions)
                yield positions.failure(failed, *_place(quad, source), names, token=quad.predicate)


def _shown(value: Term) -> str:
    return compact(value.value) if isinstance(value, ox.NamedNode) else f"“{_text(value)}”"


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _fits(value: Term, kind: str, lexicon: Lexicon) -> bool:
    match value:
        case ox.Literal():
            return kind in datatypes.KNOWN and datatypes.contains(kind, value)
        case ox.NamedNode() if kind in lexicon.classes:
            return not value.value.startswith(BASE) or lexicon.is_a(value.value, kind)
    return isinstance(value, ox.BlankNode)


def _kind(kind: str, positions: Positions) -> dict[str, str]:
    term = ox.NamedNode(kind)
    return {"kind": positions.label(term, "en") or compact(kind), "genre": positions.label(term, "fr") or compact(kind)}


# Prefixes, and names under our base


def _prefixes(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    """Known prefixes that a file uses for something else."""
    for number, line in enumerate(source.lines, 1):
        match = _BINDING.match(line)
        if match and PREFIXES.get(match[1], match[2]) != match[2]:
            names = {"prefix": match[1], "found": match[2], "right": PREFIXES[match[1]]}
            yield positions.failure(_PREFIX, source.graph, (source, source.graph), names, line=number)


def _iris(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    seen = set()
    for quad in source.quads:
        for node in (quad.subject, quad.object) if quad.predicate != _VERSION else ():
            if isinstance(node, ox.NamedNode) and node.value.startswith(BASE) and node not in seen:
                seen.add(node)
                yield from _iri(node, *_place(quad, source), positions)


def _iri(node: ox.NamedNode, focus: ox.NamedNode, at: Place, positions: Positions) -> Iterator[Finding]:
    folder, known = _folder(node.value)
    if folder is None:
        return
    kind, *rest = folder.split("/")
    if kind not in known:
        names = {"iri": node.value, "known": ", ".join(known)} | _hint(kind, known)
        yield positions.failure(_NAMESPACE, focus, at, names, token=kind)
    elif any(not _LOCAL.fullmatch(part) for part in rest):
        yield positions.failure(_NAME, node, at, token=node)


def _folder(iri: str) -> tuple[str | None, tuple[str, ...]]:
    """The part of an IRI of ours that names a thing, and the folders it may begin with; None where neither matters."""
    for space, known in ((ID, KINDS), (AUTH, SCHEMES)):
        if iri.startswith(space):
            return iri.removeprefix(space), known
    if iri == BASE or iri.startswith((BASE + "ns", BASE + "shapes")):
        return None, ()
    return iri.removeprefix(BASE), ("id", "auth", "ns")


def _undefined(corpus: Corpus, lexicon: Lexicon, positions: Positions) -> Iterator[Finding]:
    """Things of ours that are spoken of and have no class anywhere."""
    seen = set()
    for source in corpus.sources:
        for quad in source.quads:
            for node in (quad.subject, quad.object) if quad.predicate != _VERSION else ():
                if isinstance(node, ox.NamedNode) and node not in seen and _needs_class(node, lexicon):
                    seen.add(node)
                    names = _hint(compact(node.value), (compact(thing) for thing in lexicon.types))
                    focus, at = _place(quad, source)
                    line = source.line(focus, at[1])
                    yield positions.failure(_UNDEFINED, node, at, names, line=line, token=node)


def _needs_class(node: ox.NamedNode, lexicon: Lexicon) -> bool:
    return node.value.startswith((ID, AUTH)) and node.value not in lexicon.types


def _nameless(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    """Blank nodes, each once where a named thing or a graph holds it; and what only RDF 1.2 can say."""
    held = {quad.object for quad in source.quads if isinstance(quad.object, ox.BlankNode)}
    marks = (number for number, line in enumerate(source.lines, 1) if re.search(r"(?:^|[\s;,])(?:\[|_:|\()", line))
    line = next(marks, 1)
    for quad in source.quads:
        if isinstance(quad.object, ox.Triple) or (isinstance(quad.object, ox.Literal) and quad.object.direction):
            yield positions.failure(_FORM, *_place(quad, source))
        if _is_first(quad, held):
            yield positions.failure(_BLANK, *_place(quad, source), line=line)


def _is_first(quad: ox.Quad, held: set[ox.BlankNode]) -> bool:
    """Whether a quad is where a reader meets a nameless thing: what a named thing points at, or what nothing does."""
    if isinstance(quad.subject, ox.BlankNode):
        return quad.subject not in held
    return isinstance(quad.object, ox.BlankNode) or isinstance(quad.graph_name, ox.BlankNode)


# Literals


def _literals(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    typed = [(quad, quad.object) for quad in source.quads if isinstance(quad.object, ox.Literal)]
    typed = [(quad, literal) for quad, literal in typed if literal.datatype.value not in _TEXTS]
    canonical = _canonical({literal for _, literal in typed})
    for quad, literal in typed:
        failed = _fault(literal, canonical[literal])
        if failed:
            datatype = compact(literal.datatype.value)
            names = {"value": literal.value, "datatype": datatype, "canonical": canonical[literal]}
            names |= _hint(datatype, map(compact, (*datatypes.KNOWN, *_DATES)))
            yield positions.failure(failed, *_place(quad, source), names, token=quad.predicate)


def _controls(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    """Characters that no text needs, and that steer terminals and end strings."""
    for quad in source.quads:
        found = isinstance(quad.object, ox.Literal) and _CONTROL.search(quad.object.value)
        if found:
            names = {"property": compact(quad.predicate.value), "character": f"U+{ord(found[0]):04X}"}
            yield positions.failure(_INVISIBLE, *_place(quad, source), names, token=quad.predicate)


def _fault(literal: ox.Literal, canonical: str) -> Check | None:
    if not _is_known(literal.datatype.value):
        return _DATATYPE
    if not _is_valid(literal):
        return _LEXICAL
    return _CANONICAL if canonical != literal.value else None


def _is_known(datatype: str) -> bool:
    return datatype in _DATES or datatype in datatypes.KNOWN


def _is_valid(literal: ox.Literal) -> bool:
    pattern = _DATES.get(literal.datatype.value)
    if pattern is None:
        return datatypes.contains(literal.datatype.value, literal)
    match = pattern.fullmatch(literal.value)
    try:
        return bool(match and date.fromisoformat(_COMPLETED[literal.datatype.value].format(match[1])))
    except ValueError:
        return False


def _canonical(literals: Iterable[ox.Literal]) -> dict[ox.Literal, str]:
    """The lexical forms in which a store gives literals back; it keeps values, not how they were written."""
    store, ordered = ox.Store(), list(literals)
    nodes = [ox.NamedNode(f"urn:literal:{number}") for number in range(len(ordered))]
    store.extend(ox.Quad(node, _TYPE, literal) for node, literal in zip(nodes, ordered, strict=True))
    kept = {quad.subject: _text(quad.object) for quad in store}
    return {literal: kept[node] for node, literal in zip(nodes, ordered, strict=True)}


def _languages(source: SourceFile, positions: Positions) -> Iterator[Finding]:
    """Language tags as they are written: parsers put them into lower case, other tools do not."""
    for number, line in enumerate(source.lines, 1):
        for tag in _TAG.findall(line):
            if tag != tag.lower():
                names = {"tag": tag, "lower": tag.lower()}
                yield positions.failure(_LANGUAGE, source.graph, (source, source.graph), names, line=number)


def _clashes(corpus: Corpus, positions: Positions) -> Iterator[Finding]:
    """Concepts of one scheme with one label."""
    schemes, labels = defaultdict[Term, set[Term]](set), set[tuple[ox.NamedNode, ox.Literal]]()
    in_scheme, named = expand("skos:inScheme"), expand("skos:prefLabel")
    for quad in corpus.quads():
        if quad.predicate.value == in_scheme:
            schemes[quad.subject].add(quad.object)
        elif quad.predicate.value == named and isinstance(quad.object, ox.Literal):
            labels |= {(quad.subject, quad.object)} if isinstance(quad.subject, ox.NamedNode) else set()
    holders = defaultdict[tuple[Term, ox.Literal], set[ox.NamedNode]](set)
    for concept, label in labels:
        for scheme in schemes.get(concept, ()):
            holders[scheme, label].add(concept)
    for (_, label), concepts in holders.items():
        first, *others = sorted(concepts, key=str)
        for concept in others:
            names = {"other": compact(first.value), "label": label.value}
            yield positions.failure(_CLASH, concept, names=names)
