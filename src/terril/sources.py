"""Sources: who says a triple. A passage of a document, a reading of one, a reference file, the ontology.

A triple is said where it stands in a named graph; what is known of that graph tells which kind of source it is.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from . import names
from .errors import NotFound
from .languages import distance
from .results import Solutions, Store, Term
from .syntax import batches

_BATCH: Final = 500

Kind = Literal["passage", "reading", "reference", "ontology", "file", "graph", "store"]

Facts: TypeAlias = Mapping[Term, Mapping[str, list[Term]]]


@dataclass(frozen=True)
class Source:
    """What says a triple.

    A `passage` has its document, the range of its characters (end exclusive), its gist, and its speakers if it gives a
    statement; a `reading` has all that of its passage, and a `note` on why the reader concludes it. `words` are the
    very words, if the document's text is at hand. `reference` is a file of identifiers and names, `ontology` the
    ontology and its concept schemes, `file` the header of a document's file. `graph` is any other named graph, of which
    only the name is known. `store` stands for a store that holds the triple in no named graph, so that nobody says it.
    """

    kind: Kind
    graph: ox.NamedNode | None = None
    title: str = ""
    document: ox.NamedNode | None = None
    start: int | None = None
    end: int | None = None
    gist: str = ""
    speakers: tuple[ox.NamedNode, ...] = ()
    quoted: bool = False
    note: str = ""
    words: str | None = None


STORE: Final = Source("store")


def graphs(triples: Collection[ox.Triple], store: Store) -> dict[ox.Triple, list[ox.NamedNode]]:
    """Return the named graphs in which triples stand, in the order of their names.

    A triple with a blank node stands where any triple does that differs from it in blank nodes only.
    """
    found: dict[ox.Triple, list[ox.NamedNode]] = {triple: [] for triple in triples}
    numbered = list(found)
    by_number = {str(number): triple for number, triple in enumerate(numbered)}
    for shape in sorted(set(map(_shape, numbered))):
        rows = [_row(number, triple) for number, triple in enumerate(numbered) if _shape(triple) == shape]
        for batch in batches(rows, _BATCH):
            answer = store.query(_graph_query(shape, rows[batch]))
            for number, graph in answer.rows if isinstance(answer, Solutions) else ():
                if isinstance(number, ox.Literal) and isinstance(graph, ox.NamedNode) and number.value in by_number:
                    found[by_number[number.value]].append(graph)
    return found


def _shape(triple: ox.Triple) -> tuple[bool, ...]:
    """Which of the three places hold a blank node, and whether the object is a text in a language."""
    return (*(isinstance(term, ox.BlankNode) for term in triple), _is_tagged(triple.object))


def _is_tagged(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.language is not None


def _row(number: int, triple: ox.Triple) -> str:
    return f"({number} {' '.join(_data(term) for term in triple if not isinstance(term, ox.BlankNode))})"


def _data(term: Term) -> str:
    if isinstance(term, ox.Literal) and term.language is not None:
        return f'{ox.Literal(term.value)} "{term.language}"'
    return str(term)


def _graph_query(shape: tuple[bool, ...], rows: list[str]) -> str:
    *blank, is_tagged = shape
    places = tuple(zip(("?s", "?p", "?text ?lang" if is_tagged else "?o"), blank, strict=True))
    named = " ".join(name for name, is_blank in places if not is_blank)
    conditions = " ".join(f"FILTER(isBlank({name}))" for name, is_blank in places if is_blank)
    if is_tagged:  # Virtuoso does not find texts of several languages among its data
        conditions += " FILTER(?o = STRLANG(?text, ?lang))"
    data = f"VALUES (?i {named}) {{ {' '.join(rows)} }}"
    return f"SELECT DISTINCT ?i ?g WHERE {{ {data} GRAPH ?g {{ ?s ?p ?o }} {conditions} }} ORDER BY ?i ?g"


def sources(
    named: Iterable[ox.NamedNode], store: Store, lang: str = "en", documents: Path | None = None
) -> dict[ox.NamedNode, Source]:
    """Describe the sources behind graphs, with the words of passages whose texts lie in the folder `documents`.

    A text is recognised by its SHA-256, whatever its name. Asks the store three times, however many graphs there are.
    Raises `NotFound` if the folder is missing.
    """
    texts = _texts(documents) if documents else {}
    wanted = set(named)
    facts = dict(_facts(wanted, store))
    facts |= _facts({node for node in _objects(facts, "terril:ofPassage") if node not in facts}, store)
    facts |= _facts({node for node in _objects(facts, "terril:inDocument") if node not in facts}, store)
    return {graph: described(graph, facts, lang, texts) for graph in wanted}


DESCRIBING: Final = tuple(
    names.expand(name)
    for name in (
        "rdf:type", "terril:ofPassage", "terril:interpretationNote", "terril:inDocument", "terril:start", "terril:end",
        "terril:gist", "terril:spokenBy", "terril:sha256", "dcterms:title", "skos:prefLabel", "rdfs:label",
    )
)  # fmt: skip


def _facts(nodes: Collection[Term], store: Store) -> Facts:
    found: dict[Term, dict[str, list[Term]]] = {node: {} for node in nodes}
    ordered = sorted(str(node) for node in nodes)
    # A filter, since a second VALUES makes Oxigraph’s plan quadratic.
    properties = ", ".join(f"<{iri}>" for iri in DESCRIBING)
    for i in range(0, len(ordered), _BATCH):
        answer = store.query(
            f"SELECT DISTINCT ?n ?p ?v WHERE {{ VALUES ?n {{ {' '.join(ordered[i : i + _BATCH])} }} "
            f"?n ?p ?v FILTER(?p IN ({properties})) }} ORDER BY ?n ?p ?v"
        )
        for node, predicate, value in answer.rows if isinstance(answer, Solutions) else ():
            if node in found and isinstance(predicate, ox.NamedNode) and value is not None:
                found[node].setdefault(predicate.value, []).append(value)
    return found


def _objects(facts: Facts, name: str) -> set[ox.NamedNode]:
    named = (term for about in facts.values() for term in about.get(names.expand(name), ()))
    return {term for term in named if isinstance(term, ox.NamedNode)}


def described(graph: ox.NamedNode, facts: Facts, lang: str, texts: Mapping[str, str]) -> Source:
    """The source behind a graph, from the facts about it, about the passage it is a reading of, and the document."""
    about = facts[graph]
    kinds = about.get(names.expand("rdf:type"), [])
    title = _text(about, _TITLES, lang)
    if graph.value == names.ONTOLOGY:
        return Source("ontology", graph, title)
    if _class("terril:Reading") in kinds:
        read = _passage(_iri(about, "terril:ofPassage") or graph, facts, lang, texts)
        return replace(read, kind="reading", graph=graph, note=_text(about, ("terril:interpretationNote",), lang))
    if _class("terril:Passage") in kinds or _class("terril:Quotation") in kinds:
        return _passage(graph, facts, lang, texts)
    if _class("terril:ReferenceFile") in kinds:
        return Source("reference", graph, title)
    return Source("file" if graph.value.startswith(names.PREFIXES["graph"]) else "graph", graph, title)


def _passage(passage: ox.NamedNode, facts: Facts, lang: str, texts: Mapping[str, str]) -> Source:
    about = facts.get(passage, {})
    document = _iri(about, "terril:inDocument")
    header: Mapping[str, list[Term]] = facts.get(document, {}) if document else {}
    start, end = _number(about, "terril:start"), _number(about, "terril:end")
    text = texts.get(_text(header, ("terril:sha256",), lang))
    speakers = about.get(names.expand("terril:spokenBy"), [])
    return Source(
        "passage",
        passage,
        _text(header, _TITLES, lang),
        document,
        start,
        end,
        _text(about, ("terril:gist",), lang),
        tuple(person for person in speakers if isinstance(person, ox.NamedNode)),
        _class("terril:Quotation") in about.get(names.expand("rdf:type"), []),
        words=text[start:end] if text is not None and end is not None else None,
    )


_TITLES: Final = ("dcterms:title", "skos:prefLabel", "rdfs:label")


def _class(name: str) -> ox.NamedNode:
    return ox.NamedNode(names.expand(name))


def _text(about: Mapping[str, list[Term]], properties: Iterable[str], lang: str) -> str:
    """The text of the first of these properties that has one, in the nearest language if there is a choice."""
    for name in properties:
        literals = [term for term in about.get(names.expand(name), ()) if isinstance(term, ox.Literal)]
        if literals:
            return min(literals, key=lambda text: (distance(text.language, lang), text.value)).value
    return ""


def _iri(about: Mapping[str, list[Term]], name: str) -> ox.NamedNode | None:
    return next((term for term in about.get(names.expand(name), ()) if isinstance(term, ox.NamedNode)), None)


def _number(about: Mapping[str, list[Term]], name: str) -> int | None:
    numbers = (term.value for term in about.get(names.expand(name), ()) if isinstance(term, ox.Literal))
    return next((int(number) for number in numbers if number.isdecimal()), None)


def _texts(folder: Path) -> dict[str, str]:
    """The texts of a folder by the SHA-256 of their files; what cannot be read, or as UTF-8, is no text."""
    try:
        paths = sorted(folder.iterdir())
    except (OSError, ValueError):  # missing, closed, or with a name that none can have
        told = f"There is no folder {str(folder)[:200]} that can be read."
        raise NotFound(f"{told} Name the one that holds the source texts.") from None
    texts = {}
    for path in paths:
        try:
            # The size is 0 of files whose content a system makes up, perhaps without end, while they are read.
            if path.is_file() and 0 < path.stat().st_size <= _LONGEST_TEXT:
                content = path.read_bytes()
                texts[hashlib.sha256(content).hexdigest()] = content.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return texts


_LONGEST_TEXT: Final = 64 * 2**20
"""Bytes; what is longer is no text that anybody has read."""
