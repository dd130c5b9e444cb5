"""Axioms that changed, each in functional syntax and, where rules follow from it, in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from ..bundle.functional import axioms, is_axiom
from ..clauses import Clash, Rule, Rulebook
from ..evidence import rulebook
from ..store import Embedded
from .moves import Addresses, moved
from .records import Axiom

_AS_IT_IS: Final[Addresses] = {}


def changed(quads: Iterable[ox.Quad], before: Embedded, after: Embedded, addresses: Addresses) -> tuple[Axiom, ...]:
    """The axioms that one side alone has, if any of the quads that differ is of an axiom; under new addresses.

    Raises `BadOntology` for an ontology that has no rules, or axioms that functional syntax has no words for.
    """
    if not any(is_axiom(quad.triple) for quad in quads):
        return ()
    old, new = (_of(rulebook(store), named) for store, named in ((before, addresses), (after, _AS_IT_IS)))
    found = [*_only("removed", old, new), *_only("added", new, old)]
    return tuple(sorted(found, key=lambda each: (each.axiom, each.kind)))


def _of(rules: Rulebook, addresses: Addresses) -> dict[str, dict[str, str]]:
    """The axioms of an ontology, with what they mean, by language."""
    found: dict[str, dict[str, str]] = {}
    for axiom in axioms(moved(ox.Quad(*triple), addresses).triple for triple in rules.ontology):
        found[axiom] = {}
    clauses: tuple[Rule | Clash, ...] = (*rules.rules, *rules.clashes)
    for clause in clauses:
        for lang, sentence in clause.sentence.items():
            told = found.get(clause.axiom, {})
            told[lang] = f"{told[lang]} {sentence}" if lang in told else sentence
    return found


def _only(kind: str, ours: Mapping[str, dict[str, str]], theirs: Mapping[str, object]) -> Iterator[Axiom]:
    for axiom, sentence in ours.items():
        if axiom not in theirs:
            yield Axiom("added" if kind == "added" else "removed", axiom, sentence)
