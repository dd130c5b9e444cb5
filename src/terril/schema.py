"""The schema of a graph: the classes and properties of its own ontology, as they are labelled and defined there."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from .languages import distance
from .names import compact, expand
from .results import Solutions, Store, Term

_KINDS: Final = {
    expand("owl:Class"): "class",
    expand("owl:ObjectProperty"): "property",
    expand("owl:DatatypeProperty"): "property",
    expand("owl:AnnotationProperty"): "property",
}
_DEFINITION: Final = expand("skos:definition")
_LABEL: Final = expand("rdfs:label")
_BROADER: Final = tuple(expand(name) for name in ("rdfs:subClassOf", "rdfs:subPropertyOf"))
_DOMAIN: Final = expand("rdfs:domain")
_RANGE: Final = expand("rdfs:range")


@dataclass(frozen=True)
class Meaning:
    """What a class or property means: its `kind` is one of these words, `broader`, `domain` and `range` are IRIs."""

    iri: str
    kind: str
    label: str
    definition: str
    broader: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()


def schema(store: Store, lang: str = "en") -> list[Meaning]:
    """The labelled classes and properties that a store holds of the vocabularies with a known prefix, by kind and IRI.

    Asks the store once. Raises what the store raises.
    """
    found: dict[str, dict[str, list[Term | None]]] = {}
    kinds: dict[str, str] = {}
    answer = store.query(_QUERY)
    for term, kind, relation, value in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(term, ox.NamedNode) and isinstance(kind, ox.NamedNode) and isinstance(relation, ox.NamedNode):
            kinds[term.value] = _KINDS[kind.value]
            found.setdefault(term.value, {}).setdefault(relation.value, []).append(value)
    known = {iri: about for iri, about in found.items() if compact(iri) != iri and _LABEL in about}
    meanings = [_meaning(iri, kinds[iri], about, lang) for iri, about in known.items()]
    return sorted(meanings, key=lambda meaning: (meaning.kind, meaning.iri))


_QUERY: Final = f"""SELECT DISTINCT ?term ?kind ?relation ?value WHERE {{
  ?term a ?kind FILTER(?kind IN ({", ".join(f"<{kind}>" for kind in _KINDS)}))
  ?term ?relation ?value
  FILTER(?relation IN ({", ".join(f"<{iri}>" for iri in (_LABEL, _DEFINITION, *_BROADER, _DOMAIN, _RANGE))}))
}} ORDER BY ?term ?relation ?value LIMIT 50000"""


def _meaning(iri: str, kind: str, about: dict[str, list[Term | None]], lang: str) -> Meaning:
    broader = tuple(name for relation in _BROADER for name in _iris(about.get(relation, [])))
    label, definition = (_text(about.get(relation, []), lang) for relation in (_LABEL, _DEFINITION))
    return Meaning(iri, kind, label, definition, broader, *(_iris(about.get(each, [])) for each in (_DOMAIN, _RANGE)))


def _iris(terms: list[Term | None]) -> tuple[str, ...]:
    return tuple(term.value for term in terms if isinstance(term, ox.NamedNode))


def _text(terms: list[Term | None], lang: str) -> str:
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    return min(literals, key=lambda text: (distance(text.language, lang), text.value)).value if literals else ""
