"""The rules that an ontology states: compiled once, run forwards to infer and backwards to explain."""

from collections.abc import Iterable

import pyoxigraph as ox

from .clauses import Clash, Condition, Different, Outside, Pattern, Rule, Rulebook, Slot, Term, Variable

__all__ = [
    "Clash",
    "Condition",
    "Different",
    "Outside",
    "Pattern",
    "Rule",
    "Rulebook",
    "Slot",
    "Term",
    "Variable",
    "compile",
]


def compile(ontology: Iterable[ox.Triple | ox.Quad]) -> Rulebook:
    """Turn every axiom of an ontology into rules and clashes.

    Raises `BadOntology` for an axiom that is not supported, naming it.
    """
    raise NotImplementedError
