"""The narrator of a page: turns terms into links, sources into numbers, inferred facts into reasons, in a language."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup, escape

from ..languages import in_language
from ..names import compact, expand
from ..results import Term
from ..sources import Source
from .addresses import harmless, link, root
from .graph import INFERRED, TYPE, Fact, Graph, cut, foreign
from .reasons import Reasons
from .records import Item, Link, Premise, Reason, Reference
from .words import number, words

_NUMBERS: Final = tuple(expand(f"xsd:{name}") for name in ("integer", "decimal", "double"))
_BOOLEAN: Final = expand("xsd:boolean")
_CITED: Final = 4
"""Sources that one fact links to."""


class Narrator:
    """Tells facts on one page, and keeps account of the sources that they cite."""

    def __init__(self, graph: Graph, reasons: Reasons, path: str, lang: str, *, explains: bool = True) -> None:
        self.graph, self.path, self.lang = graph, path, lang
        self._explains = explains
        self.words = words(lang)
        self._root = root(path)
        self._reasons = reasons
        self._numbers: dict[ox.NamedNode | None, int] = {}

    # Links

    def link(self, thing: Term) -> Link:
        """A term as a reader sees it; a thing with a page leads there, a stranger's to its own address."""
        if isinstance(thing, ox.Literal):
            return self._literal(thing)
        if not isinstance(thing, ox.NamedNode):
            return Link("…")
        text, tag, file, away, before, after = self.graph.handle(thing, self.lang)
        if file:
            return Link(text, f"{self._root}{file}", tag, False, f'<a href="{self._root}{before}{after}')
        return Link(text, away, tag, away is not None)

    def address(self, thing: ox.NamedNode) -> str | None:
        """The address of the page of a thing, relative to this page; None if it has none."""
        file = self.graph.handle(thing, self.lang)[2]
        return f"{self._root}{file}" if file else None

    def page(self, to: str) -> str:
        """The address of a page of this site."""
        return link(self.path, to, self.lang)

    def kind(self, thing: Term) -> str:
        """What kind of thing it is, in a word; nothing for a value, or where the graph does not say."""
        kind = self.graph.kind(self.graph.types(thing)) if isinstance(thing, ox.NamedNode) else ""
        return self.link(ox.NamedNode(kind)).text if kind else ""

    def relation(self, relation: ox.NamedNode) -> Link:
        return Link(self.words["is_a"]) if relation == TYPE else self.link(relation)

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

    # Facts

    def item(self, fact: Fact, other: Term, *, explained: bool = True) -> Item:
        """The other end of a fact, with what states it or why it holds."""
        if fact.is_inferred:
            reason = self.reason(fact.triple) if explained and self._explains else None
            return Item(self.link(other), mark="inferred", reason=reason)
        return Item(self.link(other), self.cite(fact.graphs), self.mark(fact))

    def mark(self, fact: Fact) -> str:
        if fact.is_inferred:
            return "inferred"
        kinds = {self.graph.source(graph, self.lang).kind for graph in fact.graphs}
        return "reading" if kinds == {"reading"} else ""

    def reason(self, triple: ox.Triple) -> Reason | None:
        """Why an inferred fact holds, down to stated ones; None if no rule says so."""
        step = self._reasons.step(triple)
        if step is None:
            return None
        return Reason(in_language(step.rule.sentence, self.lang), tuple(map(self._premise, step.premises)))

    def _premise(self, triple: ox.Triple) -> Premise:
        parts = self.link(triple.subject), self.relation(triple.predicate), self.link(triple.object)
        graphs = [graph for graph in self.graph.graphs(triple) if graph != INFERRED]
        if graphs:
            return Premise(*parts, self.cite(graphs))
        return Premise(*parts, reason=self.reason(triple))

    # Sources

    def cite(self, graphs: Sequence[ox.NamedNode]) -> Markup:
        """Links to the sources on this page, which get their numbers as they are met; of very many, to the first."""
        cited = graphs[:_CITED] or (None,)
        numbers = sorted(self._numbers.setdefault(graph, len(self._numbers) + 1) for graph in cited)
        word = escape(self.words["source"])
        links = "".join(f'<a href="#s{n}" aria-label="{word} {n}">{n}</a>' for n in numbers)
        more = f" +{len(graphs) - _CITED}" if len(graphs) > _CITED else ""
        return Markup(f'<span class="cites">{links}{more}</span>')

    def references(self) -> tuple[Reference, ...]:
        """The sources cited so far, by number."""
        return tuple(self._reference(graph, n) for graph, n in self._numbers.items())

    def _reference(self, graph: ox.NamedNode | None, number: int) -> Reference:
        if graph is None:
            return Reference(number, "store", Link(self.words["no_source"]))
        source = self.graph.source(graph, self.lang)
        if source.kind not in ("passage", "reading"):
            return Reference(number, source.kind, self._file(source, graph))
        document = self.link(source.document) if source.document else Link(source.title)
        return Reference(
            number,
            source.kind,
            document,
            Link(self.place(source), self.address(graph)),
            cut(source.gist),
            tuple(map(self.link, source.speakers)),
            cut(source.note) if self._explains else "",
            source.quoted,
        )

    def _file(self, source: Source, graph: ox.NamedNode) -> Link:
        name = cut(source.title or compact(graph.value))
        prefix = {"reference": "reference_file", "file": "file_header", "graph": "named_graph"}.get(source.kind)
        if prefix is None:
            return Link(self.words["the_ontology"], self.page("ns"))
        return Link(f"{self.words[prefix]} “{name}”", self.address(graph))

    def place(self, source: Source) -> str:
        """Where in its document a passage stands."""
        start, end = source.start or 0, source.end or 0
        return self.words["characters"].format(number(start, self.lang), number(end, self.lang))


def by_text(items: Iterable[Item]) -> list[Item]:
    """Items as a reader looks for them: stated ones first, then by what they are called."""
    return sorted(items, key=lambda item: (item.mark == "inferred", item.link.text.casefold(), item.link.href or ""))
