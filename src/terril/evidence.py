"""The evidence behind an answer: any row of any query, down to the passages that say it and the rules that infer it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from . import names, rules
from .catalogue import Answer
from .clauses import Rulebook, Variable
from .errors import BadValue, UnknownParameter
from .explanations import FORMATS, Evidence, Explanation, Explanations, Labels, as_json, as_prov, write
from .holdings import consult
from .home import Home
from .patterns import Query
from .proofs import Step, prove
from .results import Result, Row, Solutions, Store, Term, Triples, Truth, labels
from .sources import STORE, Source, graphs, sources
from .sparql import parse
from .store import Where, connect
from .witnesses import Match, Solution, Witness, witnesses

__all__ = [
    "FORMATS",
    "Evidence",
    "Explanation",
    "Explanations",
    "Source",
    "as_json",
    "as_prov",
    "explain",
    "trace",
    "write",
]


def explain(
    thing: str | Answer,
    /,
    *,
    row: int | None = None,
    at: Where = None,
    documents: str | Path | None = None,
    lang: str = "en",
    home: Home | str | Path | None = None,
    **values: object,
) -> Explanations:
    """Explain the rows of an answer, or only `row`, counted from 1.

    `thing` is what `ask` takes (a catalogued question with `values`, or words), a query, or an answer of `ask`,
    which is explained by the store that gave it unless `at` names another. An explanation lists exactly the triples
    that matched in solutions that give the row, each with its sources or its most direct proof, and the patterns whose
    absence the row rests on. The yes of an ASK is explained by one solution, a row of a DESCRIBE by itself. With
    `documents`, a folder of source texts, passages come with their very words.

    Raises `BadValue` if `row` is no such row, `NotFound` if the folder is missing, `BadQuery` for a query with
    extensions of SPARQL 1.1 or rows that rest on too many solutions, and what `ask` and the store raise.
    """
    store = thing.store if isinstance(thing, Answer) and at is None else consult(at, home=home)
    sparql, result = _asked(thing, store, home, values)
    rows = _rows(result)
    chosen = _chosen(rows, row)
    query = parse(sparql)
    distinct = list(dict.fromkeys(rows[i] for i in chosen))
    found = dict(zip(distinct, _witnesses(query, distinct, store), strict=True))
    matches = list(dict.fromkeys(match for witness in found.values() for match in witness.matches))
    evidence = _Trace.of(matches, store, lang, Path(documents) if documents else None, query.dataset.graphs)
    named = _labels([evidence.of_match(match) for match in matches], distinct, store, lang)
    return Explanations(
        Explanation(i + 1, rows[i], tuple(map(evidence.of_match, found[rows[i]].matches)), found[rows[i]].notes, named)
        for i in chosen
    )


def trace(
    triples: Iterable[ox.Triple], *, at: Where = None, lang: str = "en", documents: str | Path | None = None
) -> dict[ox.Triple, Evidence]:
    """Find the evidence for triples of a store, many at once.

    Raises `NotFound` if the folder `documents` is missing, and what the store raises.
    """
    matches = [Match(triple) for triple in triples]
    found = _Trace.of(matches, connect(at), lang, Path(documents) if documents else None)
    return {match.triple: found.of_match(match) for match in matches}


# What was asked


def _asked(
    thing: str | Answer, store: Store, home: Home | str | Path | None, values: Mapping[str, Any]
) -> tuple[str, Result]:
    from .answers import ask, is_query  # here, since the evidence of paths and descriptions needs no reading of words

    if isinstance(thing, str) and not is_query(thing):
        thing = ask(thing, at=store, home=home, **values)
    if isinstance(thing, Answer):
        return thing.sparql, thing.result
    if values:
        raise UnknownParameter(f"A query has no parameter {next(iter(values))!r}. Write its value into the query.")
    return thing, store.query(thing)


def _rows(result: Result) -> list[Row | ox.Triple | Truth]:
    match result:
        case Truth():
            return [result]
        case Solutions() | Triples():
            return list(result)


def _chosen(rows: Sequence[object], row: int | None) -> Sequence[int]:
    if row is None:
        return range(len(rows))
    if type(row) is not int:
        raise BadValue(f"A row has a whole number, counted from 1, and {row!r} is none. Choose one such as 1.")
    if not rows:
        raise BadValue(f"There is no row {row}: the answer is empty. Ask the question otherwise.")
    if not 1 <= row <= len(rows):
        raise BadValue(f"There is no row {row}: the answer has rows 1 to {len(rows)}. Choose one of those.")
    return [row - 1]


def _witnesses(query: Query, rows: Sequence[Row | ox.Triple | Truth], store: Store) -> list[Witness]:
    if query.form == "DESCRIBE":
        return [Witness((Match(row),), ()) for row in rows if isinstance(row, ox.Triple)]
    return witnesses(query, [_solution(row) for row in rows], store)


def _solution(row: Row | ox.Triple | Truth) -> Solution | ox.Triple:
    match row:
        case ox.Triple():
            return row
        case Row():
            return {Variable(name): term for name, term in row.asdict().items()}
    return {}


# From triples to sources and proofs


@dataclass(frozen=True)
class _Trace:
    """Where triples stand, what is known of those graphs, and the steps that infer the rest.

    `asked` are the graphs that the query asks instead of the default graph, if it says which.
    """

    stand: Mapping[ox.Triple, Sequence[ox.NamedNode]]
    known: Mapping[ox.NamedNode, Source]
    steps: Mapping[ox.Triple, Step]
    asked: Sequence[ox.NamedNode]
    memory: dict[ox.Triple, Evidence] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        matches: Sequence[Match],
        store: Store,
        lang: str,
        documents: Path | None,
        asked: Sequence[ox.NamedNode] = (),
    ) -> "_Trace":
        stand = graphs(dict.fromkeys(match.triple for match in matches), store)
        inferred = [triple for triple, found in stand.items() if set(found) == {_INFERRED}]
        steps = prove(inferred, rulebook(store), store) if inferred else {}
        premises = {premise for step in steps.values() for premise in step.premises if premise not in stand}
        stand |= graphs(premises, store)
        named = {graph for found in stand.values() for graph in found} - {_INFERRED}
        return cls(stand, sources(named, store, lang, documents), steps, asked)

    def of_match(self, match: Match) -> Evidence:
        """The evidence for a triple where it matched: in the graph that the pattern names, or in those asked."""
        evidence = self.of_triple(match.triple)
        graphs = self.asked if match.graph is None else (match.graph,)
        if graphs:
            said = tuple(source for source in evidence.sources if source.graph in (None, *graphs))
            evidence = replace(evidence, sources=said, graph=match.graph)
        return evidence

    def of_triple(self, triple: ox.Triple) -> Evidence:
        """Proofs are well-founded, so this ends."""
        if triple not in self.memory:
            found = self.stand.get(triple, ())
            said = tuple(self.known[graph] for graph in found if graph != _INFERRED) if found else (STORE,)
            step = self.steps.get(triple)
            premises = tuple(map(self.of_triple, step.premises)) if step else ()
            self.memory[triple] = Evidence(triple, said, step.rule if step else None, premises)
        return self.memory[triple]


_INFERRED: Final = ox.NamedNode(names.INFERRED)


def rulebook(store: Store) -> Rulebook:
    """Compile the rules of the ontology that a store holds: its graph of that name, else all axioms there are.

    Raises `BadOntology`.
    """
    for query in (_IN_ITS_GRAPH, _ANYWHERE):
        answer = store.query(query)
        if isinstance(answer, Solutions) and answer.rows:
            return rules.compile(ox.Triple(*row) for row in answer.rows if _is_triple(row))  # type: ignore[arg-type]
    return Rulebook((), ())


def _is_triple(row: Sequence[Term | None]) -> bool:
    """Whether terms can be a triple at all: an endpoint may answer without sense."""
    subject, predicate, object = row
    return isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(predicate, ox.NamedNode) and bool(object)


_NO_AXIOMS: Final = ", ".join(
    f"<{names.expand(f'terril:{name}')}>"
    for name in (
        *("noun", "inverseNoun", "verb", "inverseVerb", "phrase", "inversePhrase", "loosely", "questionWord"),
        *("inWords", "otherWords"),
    )
)
"""The words by which people ask, half of what an ontology's graph holds: no rule is made of them."""

_WORDS: Final = tuple(f"{names.NS.removesuffix('#')}/{scheme}/" for scheme in ("word", "contrary"))
_NO_WORD: Final = " && ".join(f'!STRSTARTS(STR(?s), "{space}")' for space in _WORDS)
_IN_ITS_GRAPH: Final = f"""SELECT DISTINCT ?s ?p ?o WHERE {{
  GRAPH <{names.ONTOLOGY}> {{ ?s ?p ?o }}
  FILTER(?p NOT IN ({_NO_AXIOMS}) && (ISBLANK(?s) || ({_NO_WORD})))
}}"""
_ANYWHERE: Final = f"""SELECT DISTINCT ?s ?p ?o WHERE {{
  ?s ?p ?o
  FILTER(STRSTARTS(STR(?p), "{names.PREFIXES["owl"]}") || STRSTARTS(STR(?p), "{names.PREFIXES["rdfs"]}")
    || ?p IN (<{names.expand("rdf:first")}>, <{names.expand("rdf:rest")}>)
    || (?p = <{names.expand("rdf:type")}> && STRSTARTS(STR(?o), "{names.PREFIXES["owl"]}")))
}}"""


# Labels


def _labels(evidence: Iterable[Evidence], rows: Iterable[Row | ox.Triple | Truth], store: Store, lang: str) -> Labels:
    things = {term for each in evidence for term in _things(each)}
    for row in rows:
        things |= set() if isinstance(row, Truth) else {*row}
    return {thing: label.value for thing, label in labels(things, store, lang).items()}


def _things(evidence: Evidence) -> Iterable[Term]:
    yield from evidence.triple
    for source in evidence.sources:
        yield from source.speakers
    for premise in evidence.premises:
        yield from _things(premise)
