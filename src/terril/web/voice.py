"""A voice: how all pages of one language, and as deep in the site as each other, speak of terms and of proofs."""

from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox
from markupsafe import escape

from ..clauses import Rule
from ..languages import in_language
from ..names import compact, expand
from ..results import Term
from ..sources import Source
from .addresses import file_of, harmless, path_of
from .data import embedded
from .graph import TYPE, Graph, cut, foreign
from .reasons import Reasons
from .records import Link, Statement
from .words import number, words

_NUMBERS: Final = tuple(expand(f"xsd:{name}") for name in ("integer", "decimal", "double"))
_BOOLEAN: Final = expand("xsd:boolean")
_PROOFS: Final = 1 << 11
"""Proofs that are remembered: many facts follow from the same few, and each is told on two pages at least."""

_NUMBERED: Final = 1 << 9
"""Numbers of sources whose links are remembered."""
_NODES: Final = 1 << 13
"""Things whose links are remembered ready made."""


class Proof(NamedTuple):
    """Why an inferred fact holds: the rule in words and what it was applied to, down to stated facts, as HTML in parts.

    Between one part and the next stand links to what states a fact, which every page numbers by itself: `cited` names
    the graphs, one tuple less than there are parts.
    """

    parts: tuple[str, ...]
    cited: tuple[tuple[ox.NamedNode, ...], ...]


class Node(NamedTuple):
    """A thing on the stage of a neighbourhood, as JSON: its path, and all that is told of it."""

    id: str
    told: str


class Voice:
    """Tells terms and proofs in a language, with links from a page from which `root` leads to the top folder."""

    def __init__(self, graph: Graph, reasons: Reasons, lang: str, root: str) -> None:
        self.graph, self.lang, self.root = graph, lang, root
        self.words = words(lang)
        self._reasons = reasons
        self._sentences: dict[str, str] = {}
        self.proof = lru_cache(_PROOFS)(self._proof)
        """Why an inferred fact holds, down to stated ones; None if no rule says so."""
        self.node = lru_cache(_NODES)(self._node)
        """A thing on the stage of a neighbourhood: its path, label, kind and address."""
        self.named = lru_cache(_NODES)(lambda thing: embedded(graph.label(thing, lang)))
        """What a reader calls a thing, as JSON."""
        self.source = lru_cache(_NODES)(self._source)
        """What kind of source a graph is, and what is told of it; with the note why a reader concludes it, or without.
        """
        self.link = lru_cache(_NODES)(self._link)
        """A term as a reader sees it; a thing with a page leads there, a stranger's to its own address."""
        self.kind = lru_cache(_NODES)(self._kind)
        """What kind of thing it is, in a word; nothing for a value, or where the graph does not say."""
        self.verb = lru_cache(_NODES)(self._verb)
        """A relation between the two ends of a fact, as HTML."""
        self.rank = lru_cache(_NODES)(self._rank)
        """By what terms are put in order: what a reader calls them, then the terms themselves."""
        self.why = lru_cache(_NODES)(self._why)
        """How the reason begins why something of a name is so, as HTML."""
        self.cited = lru_cache(_NUMBERED)(self._cited)
        """A link to the source of a number on a page, as HTML."""
        self.marks = {mark: f'<span class="mark">{escape(self.words[mark])}</span>' for mark in ("inferred", "reading")}
        self.marks[""] = ""

    def _link(self, thing: Term) -> Link:
        plain = self._plain(thing)
        return plain._replace(element=plain.__html__())

    def _plain(self, thing: Term) -> Link:
        if isinstance(thing, ox.Literal):
            return self._literal(thing)
        if not isinstance(thing, ox.NamedNode):
            return Link("…")
        text, tag, file, away = self.graph.handle(thing, self.lang)
        return Link(text, f"{self.root}{file}" if file else away, tag, not file and away is not None)

    def address(self, thing: ox.NamedNode) -> str | None:
        """The address of the page of a thing; None if it has none."""
        file = self.graph.handle(thing, self.lang)[2]
        return f"{self.root}{file}" if file else None

    def _kind(self, thing: Term) -> str:
        kind = self.graph.kind(self.graph.types(thing)) if isinstance(thing, ox.NamedNode) else ""
        return self.link(ox.NamedNode(kind)).text if kind else ""

    def relation(self, relation: ox.NamedNode) -> Link:
        return Link(self.words["is_a"]) if relation == TYPE else self.link(relation)

    def _verb(self, relation: ox.NamedNode) -> str:
        return f' <span class="verb">{escape(self.relation(relation).text)}</span> '

    def _rank(self, term: Term) -> tuple[str, str]:
        text = self.graph.label(term, self.lang) if isinstance(term, ox.NamedNode) else str(term)
        return text.casefold(), str(term)

    def _why(self, name: str) -> str:
        why = escape(self.words["why"])
        label = f"{why} {escape(self.words['proof_of'].format(name))}"
        return f'<details class="why"><summary aria-label="{label}">{why}</summary>'

    def _cited(self, number: int) -> str:
        return f'<a href="#s{number}" aria-label="{escape(self.words["source"])} {number}">{number}</a>'

    def statement(self, triple: ox.Triple) -> Statement:
        return Statement(self.link(triple.subject), self.relation(triple.predicate), self.link(triple.object))

    def _node(self, thing: ox.NamedNode) -> Node:
        id = path_of(thing.value) or thing.value
        label = self.graph.label(thing, self.lang)[:80]
        told = {"id": id, "label": label, "kind": self.kind(thing), "href": self.address(thing)}
        return Node(embedded(id), embedded(told))

    def _literal(self, literal: ox.Literal) -> Link:
        text = cut(literal.value)
        datatype = literal.datatype.value
        if datatype in _NUMBERS:
            text = self.quantity(text)
        elif datatype == _BOOLEAN:
            text = self.words["yes" if literal.value in ("true", "1") else "no"]
        href = harmless(literal.value) if literal.value.startswith(("http://", "https://")) else None
        return Link(text, href, foreign(literal.language or "", self.lang), bool(href))

    def quantity(self, text: str) -> str:
        """A number as readers of the language write it; what is none stays as it is."""
        whole, point, rest = text.partition(".")
        if not whole.lstrip("+-").isdecimal() or not (rest.isdecimal() or not point) or len(whole) > 30:
            return text
        sign = "," if self.lang.startswith("fr") else "."
        return number(int(whole), self.lang) + (f"{sign}{rest.rstrip('0')}" if rest.rstrip("0") else "")

    # Proofs

    def _proof(self, triple: ox.Triple) -> Proof | None:
        step = self._reasons.step(triple)
        if step is None:
            return None
        sentence = self._sentence(step.rule)
        cited: list[tuple[ox.NamedNode, ...]] = []
        parts = [f'<p class="rule">{sentence}</p>\n<ul class="proof">\n']
        for premise, stated in step.premises:
            told = self._premise(premise, stated)
            parts[-1] += f"<li>{told.parts[0]}"
            parts += told.parts[1:]
            parts[-1] += "</li>\n"
            cited += told.cited
        parts[-1] += "</ul>"
        return Proof(tuple(parts), tuple(cited))

    def _sentence(self, rule: Rule) -> str:
        if rule.name not in self._sentences:
            self._sentences[rule.name] = escape(in_language(rule.sentence, self.lang))
        return self._sentences[rule.name]

    def _premise(self, triple: ox.Triple, stated: tuple[ox.NamedNode, ...]) -> Proof:
        """A fact that another follows from, with what states it or why it holds in turn."""
        said = self.link(triple.subject).element + self.verb(triple.predicate) + self.link(triple.object).element
        if stated:
            return Proof((said, ""), (stated,))
        proof = self.proof(triple)
        return Proof((said + proof.parts[0], *proof.parts[1:]), proof.cited) if proof else Proof((said,), ())

    # Sources

    def _source(self, graph: ox.NamedNode | None, explains: bool) -> tuple[str, str]:
        if graph is None:
            return "store", str(escape(self.words["no_source"]))
        source = self.graph.source(graph, self.lang)
        if source.kind not in ("passage", "reading"):
            return source.kind, self._file(source, graph).__html__()
        document = self.link(source.document) if source.document else Link(source.title)
        place = Link(self.place(source), self.address(graph))
        gist = f": <q>{escape(cut(source.gist))}</q>" if source.gist else ""
        told = f"{document.__html__()}, {place.__html__()}{gist}{self._speakers(source)}"
        return source.kind, told + (self._note(source.note if explains else "") if source.kind == "reading" else "")

    def _speakers(self, source: Source) -> str:
        people = ", ".join(self.link(person).element for person in source.speakers)
        return f' <span class="speaker">{escape(self.words["spoken"])} {people}</span>' if people else ""

    def _note(self, note: str) -> str:
        mark = f'<span class="mark">{escape(self.words["reading"])}</span>'
        return f'<p class="note">{mark} {escape(cut(note))}</p>' if note else f" {mark}"

    def _file(self, source: Source, graph: ox.NamedNode) -> Link:
        name = cut(source.title or compact(graph.value))
        prefix = {"reference": "reference_file", "file": "file_header", "graph": "named_graph"}.get(source.kind)
        if prefix is None:
            return Link(self.words["the_ontology"], f"{self.root}{file_of('ns', self.lang)}")
        return Link(f"{self.words[prefix]} “{name}”", self.address(graph))

    def place(self, source: Source) -> str:
        """Where in its document a passage stands."""
        start, end = source.start or 0, source.end or 0
        return self.words["characters"].format(number(start, self.lang), number(end, self.lang))
