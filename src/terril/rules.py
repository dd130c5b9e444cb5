"""The rules that an ontology states: compiled once, run forwards to infer and backwards to explain."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from .axioms import compile
from .clauses import Clash, Condition, Different, Outside, Pattern, Rule, Rulebook, Slot, Term, Variable
from .documents import Corpus
from .errors import BadOntology

if TYPE_CHECKING:
    from .inference import Inference

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
    "infer",
    "of",
]


def of(corpus: Corpus) -> Rulebook:
    """Compile the ontology of a corpus. Raises `BadOntology`, with file and line, for axioms that have no rules."""
    try:
        return compile(corpus.quads("ontology"))
    except BadOntology as error:
        said = (_located(subject, sentence, corpus) for subject, sentence in error.faults)
        raise BadOntology("\n".join(said), error.faults) from None


def _located(subject: object, sentence: str, corpus: Corpus) -> str:
    source = next(s for s in corpus.of("ontology") if any(quad.subject == subject for quad in s.quads))
    line = f":{source.line(subject)}" if isinstance(subject, ox.NamedNode) else ""
    return f"{source.path}{line}: {sentence}"


def infer(
    source: str | Path | Iterable[ox.Triple | ox.Quad],
    rulebook: Rulebook,
    *,
    engine: Literal["terril", "owlrl"] = "terril",
) -> "Inference":
    """Find what follows from a file or from triples by a rulebook: only what is new, and every contradiction.

    What the rulebook's ontology says about individuals counts as said, and what follows from it as new. A literal
    never becomes a subject, nothing follows about equality, and graph names do not matter. `engine="owlrl"` asks the
    reference implementation instead, which is slow and words contradictions in its own way.

    Raises `NotFound` if the file is missing, `BadSource` with file, line and column if it cannot be read.

    >>> terms = {name: ox.NamedNode(f"https://example.org/{name}") for name in ("Pole", "Cluster", "biowin")}
    >>> kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    >>> below = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    >>> book = compile([ox.Triple(terms["Pole"], below, terms["Cluster"])])
    >>> for triple in infer([ox.Triple(terms["biowin"], kind, terms["Pole"])], book):
    ...     print(triple.object)
    <https://example.org/Cluster>
    """
    from .dictionary import code, triples
    from .inference import derive

    source = Path(source) if isinstance(source, str) else source
    if engine == "terril":
        return derive(code(source, rulebook), rulebook)
    from .inference import Inference
    from .oracle import closure

    found, clashes = closure(triples(source) if isinstance(source, Path) else source, rulebook)
    return Inference.of(found, clashes)
