"""Contradictions: what the sources say, or what follows from it, although the ontology rules it out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from .documents import Corpus, merge
from .errors import BadOntology
from .names import expand
from .positions import Positions
from .reports import Check, Finding

if TYPE_CHECKING:
    from .inference import Inference

_CLASH: Final = Check(
    "ontology/contradiction",
    "violation",
    "{rule_en} But here: {facts_en}. Correct the wrong one of these.",
    "{rule_fr} Or ici : {facts_fr}. Corrigez celui de ces faits qui est faux.",
)
_NO_RULE: Final = Check(
    "ontology/axiom",
    "violation",
    "{said} Say it otherwise, or remove it.",
    "cet axiome ne donne aucune règle : « {said} » Dites-le autrement ou retirez-le.",
)
_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_IS_A: Final = {"en": "is a", "fr": "est de type"}
_FOLLOWS: Final = {"en": " (this follows)", "fr": " (cela s’ensuit)"}


def check(corpus: Corpus, inference: "Inference") -> Iterator[Finding]:
    """Yield the contradictions that an inference met, each at the first of its triples that a source states."""
    stated = merge(corpus.quads())
    positions = Positions(corpus)
    for clash, triples in inference.clashes:
        said = next((triple for triple in triples if triple in stated), triples[0])
        assert isinstance(said.subject, ox.NamedNode)
        names = {f"rule_{lang}": clash.sentence[lang] for lang in ("en", "fr")}
        for lang in ("en", "fr"):
            names[f"facts_{lang}"] = "; ".join(_told(t, positions, lang, follows=t not in stated) for t in triples)
        place = positions.place(said.subject, said.predicate, said.object)
        yield positions.failure(_CLASH, said.subject, place, names)


def without_rule(corpus: Corpus, error: BadOntology) -> Iterator[Finding]:
    """Yield the axioms that no rule can be made of, of a corpus whose ontology could not be compiled."""
    positions = Positions(corpus)
    for subject, said in error.faults:
        assert isinstance(subject, ox.NamedNode | ox.BlankNode)
        at = positions.place(subject)
        focus = subject if isinstance(subject, ox.NamedNode) else at[1]
        yield positions.failure(_NO_RULE, focus, at, {"said": said})


def _told(triple: ox.Triple, positions: Positions, lang: str, *, follows: bool) -> str:
    relation = _IS_A[lang] if triple.predicate == _TYPE else positions.label(triple.predicate, lang)
    object = triple.object
    value = f"“{object.value}”" if isinstance(object, ox.Literal) else positions.name(object, lang)
    return f"{positions.name(triple.subject, lang)} {relation} {value}{_FOLLOWS[lang] if follows else ''}"
