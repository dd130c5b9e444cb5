"""Explanations: what a row rests on, as records and as text, JSON or PROV-O.

An explanation holds evidence: a triple, the sources that state it, or the rule and the premises that it follows from.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from . import names
from .clauses import Rule
from .errors import UnknownFormat
from .languages import choose, in_language, speaks
from .names import compact
from .notebooks import Displayed
from .results import Row, Term, Triples, Truth, plain
from .results import write as write_result
from .sources import Source
from .witnesses import Note


@dataclass(frozen=True)
class Evidence:
    """A triple, what states it, and how it is inferred; a triple may be both, and what states it comes first.

    `graph` is set where the query asks for that graph by name; then only that graph's statement counts.
    """

    triple: ox.Triple
    sources: tuple[Source, ...] = ()
    rule: Rule | None = None
    premises: tuple["Evidence", ...] = ()
    graph: ox.NamedNode | None = None

    @property
    def is_grounded(self) -> bool:
        """Whether the triple is stated, or inferred from triples that are grounded."""
        return bool(self.sources) or (self.rule is not None and all(each.is_grounded for each in self.premises))


Labels: TypeAlias = Mapping[ox.NamedNode, str]


@dataclass(frozen=True)
class Explanation(Displayed):
    """What one row of an answer rests on; `number` counts rows from 1, `labels` name what the evidence speaks of.

    `notes` are patterns that the row rests on too, because they have no match.
    """

    number: int
    row: Row | ox.Triple | Truth
    evidence: tuple[Evidence, ...]
    notes: tuple[Note, ...] = ()
    labels: Labels = field(default_factory=dict, compare=False, repr=False)

    def grounds(self) -> list[Evidence]:
        """All that the row comes down to: its evidence, their premises, the premises of these, each once."""
        found: dict[tuple[ox.Triple, ox.NamedNode | None], Evidence] = {}
        waiting = list(self.evidence[::-1])
        while waiting:
            each = waiting.pop()
            if (each.triple, each.graph) not in found:
                found[each.triple, each.graph] = each
                waiting += each.premises[::-1]
        return list(found.values())

    def sources(self) -> list[Source]:
        """The sources that the row comes down to, each once; the ontology, which only gives meanings, comes last."""
        said = dict.fromkeys(source for each in self.grounds() for source in each.sources)
        return sorted(said, key=lambda source: source.kind == "ontology")

    def rules(self) -> list[Rule]:
        """The rules by which something the row rests on is inferred, each once."""
        return list({each.rule.name: each.rule for each in self.grounds() if each.rule is not None}.values())


class Explanations(list[Explanation], Displayed):
    """The explanations of some rows of an answer, which notebooks show together."""


FORMATS: Final = ("text", "json", "turtle")
"""How explanations can be written."""


def write(explanations: Sequence[Explanation], format: str = "text", *, lang: str = "en") -> str:
    """Write explanations: `text` is a tree for people, `json` as `as_json` gives it, `turtle` as `as_prov` does.

    Raises `UnknownFormat`.
    """
    writers: dict[str, Callable[[], str]] = {
        "text": lambda: _text(explanations, lang),
        "json": lambda: json.dumps(as_json(explanations, lang), ensure_ascii=False, indent=2) + "\n",
        "turtle": lambda: write_result(Triples(tuple(as_prov(explanations, lang))), "turtle"),
    }
    if format not in writers:
        raise UnknownFormat(f"An explanation has no format {format!r}. Choose one of {', '.join(FORMATS)}.")
    return writers[format]()


# A tree for people


def _text(explanations: Sequence[Explanation], lang: str) -> str:
    trees = ["".join(f"{plain(line)}\n" for line in _tree(each, lang)) for each in explanations]
    return "\n".join(trees) or in_language(_EMPTY, lang) + "\n"


_EMPTY: Final = {
    "en": "The answer is empty: there is no row to explain.",
    "fr": "La réponse est vide : il n’y a aucune ligne à expliquer.",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "row": "Row {}: {}",
        "type": "is a",
        "characters": "characters {}–{}",
        "gist": "{}, {}: “{}”",
        "spoken": "spoken by {}",
        "words": "the words: “{}”",
        "reading": "(reading: {})",
        "reference": "reference file “{}”",
        "ontology": "the ontology",
        "file": "header of the file “{}”",
        "graph": "the named graph {}",
        "store": "stated in no named graph, so that its source is unknown",
        "inferred": "inferred: {}",
        "above": "explained above",
        "unproved": "inferred, but no proof is found: rebuild the graph, whose rules or facts have changed since",
        "absent": "and there is no match for {}",
        "reflexive": "rests on no edge: a path of no length leads from any node to itself: {}",
        "untraced": "and a path whose edges have no names: {}",
        "nothing": "rests on no triple: the query itself gives it",
    },
    "fr": {
        "row": "Ligne {} : {}",
        "type": "est de type",
        "characters": "caractères {}–{}",
        "gist": "{}, {} : « {} »",
        "spoken": "énoncé par {}",
        "words": "les mots : « {} »",
        "reading": "(lecture : {})",
        "reference": "fichier de référence « {} »",
        "ontology": "l’ontologie",
        "file": "en-tête du fichier « {} »",
        "graph": "le graphe nommé {}",
        "store": "énoncé dans aucun graphe nommé : la source est inconnue",
        "inferred": "inféré : {}",
        "above": "expliqué plus haut",
        "unproved": "inféré, mais sans preuve : les règles ou les faits ont changé, reconstruisez le graphe",
        "absent": "et rien ne correspond à {}",
        "reflexive": "ne repose sur aucune arête : un chemin de longueur nulle mène de tout nœud à lui-même : {}",
        "untraced": "et un chemin dont les arêtes n’ont pas de nom : {}",
        "nothing": "ne repose sur aucun triplet : la requête elle-même le donne",
    },
}


@dataclass(frozen=True)
class Scribe:
    """Words and labels of one explanation, and what it has explained already."""

    labels: Labels
    lang: str
    told: set[tuple[ox.Triple, ox.NamedNode | None]] = field(default_factory=set)

    def is_new(self, evidence: Evidence) -> bool:
        """Whether this is the first time that the evidence is told."""
        key = evidence.triple, evidence.graph
        is_new = key not in self.told
        self.told.add(key)
        return is_new

    @property
    def tongue(self) -> str:
        """The language of the scribe's own words: the nearest to the one asked for."""
        return choose(_WORDS, self.lang)

    def say(self, word: str, *parts: object) -> str:
        return _WORDS[self.tongue][word].format(*parts)

    def rule(self, rule: Rule) -> str:
        return in_language(rule.sentence, self.lang)

    def term(self, term: Term) -> str:
        match term:
            case ox.NamedNode():
                return self.labels.get(term) or compact(term.value)
            case ox.Literal() if term.language and not speaks(term.language, self.lang):
                return f"“{term.value}” [{term.language}]"
            case ox.Literal():
                return f"“{term.value}”" if term.datatype.value in _TEXTS else term.value
        return str(term)

    def triple(self, triple: ox.Triple) -> str:
        verb = self.say("type") if triple.predicate == _TYPE else self.term(triple.predicate)
        return f"{self.term(triple.subject)} – {verb} – {self.term(triple.object)}"

    def source(self, source: Source) -> list[str]:
        """Lines that say where a triple is stated."""
        if source.kind not in ("passage", "reading"):
            name = source.title or (compact(source.graph.value) if source.graph else "")
            return [self.say(source.kind, name)]
        place = self.say("characters", source.start, source.end)
        line = self.say("gist", source.title, place, source.gist)
        if source.speakers:
            line += " — " + self.say("spoken", ", ".join(map(self.term, source.speakers)))
        lines = [line]
        if source.note:
            lines.append(self.say("reading", source.note))
        if source.words is not None:
            lines.append(self.say("words", " ".join(source.words.split())))
        return lines

    def evidence(self, evidence: Evidence) -> Iterator[str]:
        """A branch of the tree: the triple, its sources, its rule, its premises."""
        yield self.triple(evidence.triple)
        for source in evidence.sources:
            yield from (f"   {line}" for line in self.source(source))
        if evidence.rule is None:
            if not evidence.sources:
                yield "   ! " + self.say("unproved")
        elif not self.is_new(evidence):
            yield "   " + self.say("above")
        else:
            yield "   " + self.say("inferred", self.rule(evidence.rule))
            yield from drawn([list(self.evidence(premise)) for premise in evidence.premises])


_TYPE: Final = ox.NamedNode(names.expand("rdf:type"))
_TEXTS: Final = (names.expand("xsd:string"), names.expand("rdf:langString"))


def _tree(explanation: Explanation, lang: str) -> Iterator[str]:
    scribe = Scribe(explanation.labels, lang)
    yield heading(explanation, scribe)
    branches = [list(scribe.evidence(each)) for each in explanation.evidence]
    branches += [[scribe.say(note.kind, note.pattern)] for note in explanation.notes]
    yield from drawn(branches or [[scribe.say("nothing")]])


def heading(explanation: Explanation, scribe: Scribe) -> str:
    """Say which row is explained."""
    match explanation.row:
        case Truth(value):
            shown = str(value).lower()
        case ox.Triple() as triple:
            shown = scribe.triple(triple)
        case Row() as row:
            cells = {name: term for name, term in row.asdict().items() if term is not None}
            labels = {f"{name}Label" for name in cells}
            shown = ", ".join(f"{name} = {scribe.term(term)}" for name, term in cells.items() if name not in labels)
    return scribe.say("row", explanation.number, shown)


def drawn(branches: Sequence[Sequence[str]]) -> Iterator[str]:
    """Draw branches under their parent."""
    for i, lines in enumerate(branches):
        last = i == len(branches) - 1
        for j, line in enumerate(lines):
            fork = ("└─ " if last else "├─ ") if j == 0 else ("   " if last else "│  ")
            yield fork + line


# JSON


def as_json(explanations: Sequence[Explanation], lang: str = "en") -> list[dict[str, object]]:
    """Explanations as plain values.

    Each is `{"number", "row", "evidence", "notes"}`. A `row` maps variables to terms, is a triple for a CONSTRUCT, true
    or false for an ASK. Evidence is `{"triple", "label", "graph", "sources", "inferred"}`: `sources` are objects with
    `kind` and what is known of the source, `inferred` is null or `{"rule", "axiom", "sentence", "premises"}`, where
    premises are evidence again; if both are empty, the graph is at fault. Notes are `{"kind", "pattern"}`. Terms are
    written as in N-Triples.
    """
    return [_explanation_json(explanation, Scribe(explanation.labels, lang)) for explanation in explanations]


def _explanation_json(explanation: Explanation, scribe: Scribe) -> dict[str, object]:
    row: object
    match explanation.row:
        case Truth(value):
            row = value
        case ox.Triple() as triple:
            row = triple_json(triple)
        case Row() as solution:
            row = {name: str(term) for name, term in solution.asdict().items() if term is not None}
    return {
        "number": explanation.number,
        "row": row,
        "evidence": [_evidence_json(each, scribe) for each in explanation.evidence],
        "notes": [{"kind": note.kind, "pattern": note.pattern} for note in explanation.notes],
    }


def triple_json(triple: ox.Triple) -> dict[str, str]:
    return {"subject": str(triple.subject), "predicate": str(triple.predicate), "object": str(triple.object)}


def _evidence_json(evidence: Evidence, scribe: Scribe) -> dict[str, object]:
    rule = evidence.rule
    return {
        "triple": triple_json(evidence.triple),
        "label": scribe.triple(evidence.triple),
        "graph": evidence.graph and evidence.graph.value,
        "sources": [source_json(source) for source in evidence.sources],
        "inferred": rule
        and {
            "rule": rule.name,
            "axiom": rule.axiom,
            "sentence": scribe.rule(rule),
            "premises": [_evidence_json(premise, scribe) for premise in evidence.premises],
        },
    }


def source_json(source: Source) -> dict[str, object]:
    known = {
        "kind": source.kind,
        "graph": source.graph and source.graph.value,
        "title": source.title or None,
        "document": source.document and source.document.value,
        "start": source.start,
        "end": source.end,
        "gist": source.gist or None,
        "speakers": [person.value for person in source.speakers] or None,
        "quotation": source.quoted or None,
        "note": source.note or None,
        "words": source.words,
    }
    return {name: value for name, value in known.items() if value is not None}


# PROV-O


def as_prov(explanations: Iterable[Explanation], lang: str = "en") -> Iterator[ox.Triple]:
    """Explanations in PROV-O.

    A row and each of its triples is a prov:Entity under a name made from its content (urn:uuid, version 5). A row was
    derived from its triples, a triple from its passages (or quoted from them) and from its premises by a
    prov:Derivation that says the rule. A triple is a rdf:Statement. Nothing is a blank node.
    """
    for explanation in explanations:
        scribe = Scribe(explanation.labels, lang)
        title = heading(explanation, scribe)
        node = named(f"row {title} {[str(each.triple) for each in explanation.evidence]}")
        yield _fact(node, "rdf:type", _iri("prov:Entity"))
        yield _fact(node, "rdfs:label", ox.Literal(title, language=scribe.tongue))
        for note in explanation.notes:
            yield _fact(node, "rdfs:comment", ox.Literal(scribe.say(note.kind, note.pattern), language=scribe.tongue))
        for evidence in explanation.evidence:
            yield _fact(node, "prov:wasDerivedFrom", statement(evidence.triple))
            yield from _evidence_prov(evidence, scribe)


def _evidence_prov(evidence: Evidence, scribe: Scribe) -> Iterator[ox.Triple]:
    if not scribe.is_new(evidence):
        return
    node = statement(evidence.triple)
    yield _fact(node, "rdf:type", _iri("prov:Entity"))
    yield _fact(node, "rdf:type", _iri("rdf:Statement"))
    yield _fact(node, "rdfs:label", ox.Literal(scribe.triple(evidence.triple), language=scribe.tongue))
    for name, term in zip(("subject", "predicate", "object"), evidence.triple, strict=True):
        yield _fact(node, f"rdf:{name}", _unblank(term))
    for source in evidence.sources:
        yield from _source_prov(node, source)
    if evidence.rule is not None:
        yield from _derivation_prov(node, evidence.rule, evidence, scribe)


def _derivation_prov(node: ox.NamedNode, rule: Rule, evidence: Evidence, scribe: Scribe) -> Iterator[ox.Triple]:
    derivation = named(f"derivation {node} {rule.name} {[str(premise.triple) for premise in evidence.premises]}")
    yield _fact(node, "prov:qualifiedDerivation", derivation)
    yield _fact(derivation, "rdf:type", _iri("prov:Derivation"))
    yield _fact(derivation, "rdfs:comment", ox.Literal(rule.axiom))
    for lang, sentence in rule.sentence.items():
        yield _fact(derivation, "rdfs:label", ox.Literal(sentence, language=lang))
    for premise in evidence.premises:
        yield _fact(node, "prov:wasDerivedFrom", statement(premise.triple))
        yield _fact(derivation, "prov:entity", statement(premise.triple))
        yield from _evidence_prov(premise, scribe)


def _source_prov(node: ox.NamedNode, source: Source) -> Iterator[ox.Triple]:
    if source.graph is None:
        return
    quoted = source.quoted and source.kind == "passage"
    yield _fact(node, "prov:wasQuotedFrom" if quoted else "prov:wasDerivedFrom", source.graph)
    yield _fact(source.graph, "rdf:type", _iri("prov:Entity"))
    if source.document is not None:
        yield _fact(source.graph, "prov:wasDerivedFrom", source.document)
    if source.words is not None:
        yield _fact(source.graph, "prov:value", ox.Literal(source.words))
    for person in source.speakers:
        yield _fact(source.graph, "prov:wasAttributedTo", person)


def _fact(subject: ox.NamedNode, predicate: str, object: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, _iri(predicate), object)


def _iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(names.expand(name))


def named(content: str) -> ox.NamedNode:
    """A name made from content: the same for the same, another for another (urn:uuid, version 5)."""
    return ox.NamedNode(uuid.uuid5(uuid.NAMESPACE_URL, names.BASE + content).urn)


def statement(triple: ox.Triple) -> ox.NamedNode:
    """The name of a triple as a thing, made from its content."""
    return named(f"statement {triple}")


def _unblank(term: Term) -> ox.NamedNode | ox.Literal:
    return term if isinstance(term, ox.NamedNode | ox.Literal) else named(f"node {term}")
