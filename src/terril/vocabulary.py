"""Checks of words: terms that nobody declared, names under our base, literals not written the one way they should be."""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from . import datatypes
from .documents import Corpus, Source
from .names import AUTH, BASE, ID, KINDS, NS, PREFIXES, SCHEMES, compact, expand
from .positions import Positions
from .reports import Check, Finding

_UNDECLARED: Final = Check(
    "vocabulary/undeclared",
    "violation",
    "{term} is declared in no module of the ontology.{hint} Correct it, or declare it.",
    "{term} n’est déclaré dans aucun module de l’ontologie.{indice} Corrigez-le ou déclarez-le.",
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
    "a triple inside a triple, or a text with a direction, is RDF 1.2, which half of the tools cannot read; say it otherwise.",
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
    "“{value}” is not the canonical form of a {datatype}, and stores would change it; write “{canonical}”.",
    "« {value} » n’est pas la forme canonique d’un {datatype}, et les entrepôts la changeraient ; écrivez « {canonical} ».",
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
    "{property} is said of a thing of the class “{kind}”, and nothing says that this is one; give it that class, or use another property.",
    "{property} se dit d’une chose de la classe « {genre} », et rien ne dit que c’en est une ; donnez-lui cette classe ou prenez une "
    "autre propriété.",
)
_RANGE: Final = Check(
    "vocabulary/range",
    "violation",
    "{property} wants a value that is a “{kind}”, and {value} is none; correct it, or give that thing the class.",
    "{property} veut une valeur de la classe « {genre} », et {value} n’en est pas ; corrigez-la ou donnez la classe à cette chose.",
)
_CLASH: Final = Check(
    "vocabulary/label-clash",
    "violation",
    "{other} has the same label “{label}” in the same scheme; merge the two, or tell them apart.",
    "{other} porte le même libellé « {label} » dans le même schéma ; fusionnez les deux ou distinguez-les.",
)
CHECKS: Final = (
    _UNDECLARED, _NAMESPACE, _NAME, _UNDEFINED, _BLANK, _FORM, _DATATYPE, _LEXICAL, _CANONICAL, _LANGUAGE, _DOMAIN, _RANGE, _CLASH,
)  # fmt: skip

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_CLASSES: Final = (expand("owl:Class"),)
_PROPERTIES: Final = tuple(expand(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation"))
_BUILT_IN: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
_AXIOMS: Final = frozenset(
    expand(name)
    for name in (
        "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf", "owl:disjointWith",
        "owl:equivalentClass", "owl:onProperty", "owl:someValuesFrom", "owl:allValuesFrom", "rdf:first",
    )
)  # fmt: skip
"""Properties whose values are terms, in the ontology."""

_XSD: Final = PREFIXES["xsd"]
_TEXTS: Final = (_XSD + "string", PREFIXES["rdf"] + "langString")
_DATES: Final = {
    _XSD + "date": re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
    _XSD + "gMonthDay": re.compile(r"-(-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
    _XSD + "gYear": re.compile(r"(\d{4})(?:Z|[+-]\d\d:\d\d)?", re.ASCII),
}
"""Datatypes outside the OWL 2 datatype map that the data use, and how their values are written."""
_COMPLETED: Final = {_XSD + "date": "{}", _XSD + "gMonthDay": "2000{}", _XSD + "gYear": "{}-01-01"}

_LOCAL: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
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
            if quad.predicate == _TYPE and quad.object.value in kinds and isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value

    @cached_property
    def types(self) -> Mapping[str, set[str]]:
        """The classes that the corpus gives each thing."""
        found = defaultdict(set)
        for quad in self.corpus.quads():
            if quad.predicate == _TYPE and isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value].add(quad.object.value)
        return found

    def values(self, predicate: str) -> Mapping[str, set[str]]:
        """What the ontology's terms have for a property: IRIs by IRI."""
        found = defaultdict(set)
        for quad in self.corpus.quads("ontology"):
            if quad.predicate.value == predicate and isinstance(quad.object, ox.NamedNode):
                found[quad.subject.value].add(quad.object.value)
        return found

    @cached_property
    def _broader(self) -> Mapping[str, set[str]]:
        return self.values(expand("rdfs:subClassOf"))

    def above(self, kind: str) -> set[str]:
        """A class and all classes above it."""
        found, new = {kind}, [kind]
        while new:
            more = self._broader.get(new.pop(), set()) - found
            found |= more
            new.extend(more)
        return found

    def is_a(self, thing: str, kind: str) -> bool:
        """Whether some class that the corpus gives a thing is a class or lies below it."""
        return any(kind in self.above(own) for own in self.types.get(thing, ()))


def check(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with the words of a corpus: terms, names, literals, labels."""
    positions, lexicon = Positions(corpus), Lexicon(corpus)
    for source in corpus.sources:
        yield from _terms(source, lexicon, positions)
        yield from _iris(source, positions)
        yield from _literals(source, positions)
        yield from _languages(source, positions)
        if source.kind != "ontology":
            yield from _nameless(source, positions)
            yield from _uses(source, lexicon, positions)
    yield from _undefined(corpus, lexicon, positions)
    yield from _clashes(corpus, positions)
