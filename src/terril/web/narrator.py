"""The narrator of a page: tells facts in a voice, numbers their sources, says why inferred ones hold."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup, escape

from ..results import Term
from .addresses import link
from .graph import Fact
from .records import Item, Reference, References
from .voice import Voice

_CITED: Final = 4
"""Sources that one fact links to."""


class Narrator:
    """Tells facts on one page, and keeps account of the sources that they cite."""

    def __init__(self, voice: Voice, path: str, *, explains: bool = True) -> None:
        self.graph, self.path, self.lang, self.words = voice.graph, path, voice.lang, voice.words
        self.link, self.address, self.kind = voice.link, voice.address, voice.kind
        self.relation, self.quantity, self.node = voice.relation, voice.quantity, voice.node
        self.named = voice.named
        self.place, self.statement, self.rank = voice.place, voice.statement, voice.rank
        self._voice = voice
        self._explains = explains
        self._numbers: dict[ox.NamedNode | None, int] = {}

    def page(self, to: str) -> str:
        """The address of a page of this site."""
        return link(self.path, to, self.lang)

    # Facts

    def item(self, fact: Fact, other: Term, *, explained: bool = True) -> Item:
        """The other end of a fact, with what states it or why it holds."""
        shown = self.link(other)
        if not fact.is_inferred:
            mark = self.graph.mark(fact.graphs)
            return Item(shown, self._cited(fact.graphs) + self._voice.marks[mark], mark)
        reason = self._reason(fact.triple) if explained and self._explains else None
        told = f"{self._voice.why(shown.text)}{reason}</details>" if reason else self._voice.marks["inferred"]
        return Item(shown, told, "inferred")

    def more(self, count: int, further: str = "") -> str:
        """That so many facts are not shown, and where they are."""
        if not count:
            return ""
        if not further:
            return str(escape(self.words["more"].format(count)))
        return f'<a href="{escape(further)}">{escape(self.words["more_pages"].format(count))}</a>'

    def mark(self, fact: Fact) -> str:
        return "inferred" if fact.is_inferred else self.graph.mark(fact.graphs)

    def reason(self, triple: ox.Triple) -> Markup | None:
        """Why an inferred fact holds, down to stated ones; None if no rule says so."""
        told = self._reason(triple)
        return None if told is None else Markup(told)

    def _reason(self, triple: ox.Triple) -> str | None:
        proof = self._voice.proof(triple)
        if proof is None:
            return None
        told = [part + self._cited(graphs) for part, graphs in zip(proof.parts, proof.cited, strict=False)]
        return "".join(told) + proof.parts[-1]

    # Sources

    def cite(self, graphs: Sequence[ox.NamedNode]) -> Markup:
        """Links to the sources on this page, which get their numbers as they are met; of very many, to the first."""
        return Markup(self._cited(graphs))

    def _cited(self, graphs: Sequence[ox.NamedNode]) -> str:
        known, cited = self._numbers, self._voice.cited
        if len(graphs) == 1:
            return f'<span class="cites">{cited(known.setdefault(graphs[0], len(known) + 1))}</span>'
        numbers = [known.setdefault(graph, len(known) + 1) for graph in graphs[:_CITED] or (None,)]
        more = f" +{len(graphs) - _CITED}" if len(graphs) > _CITED else ""
        return f'<span class="cites">{"".join(map(cited, sorted(numbers)))}{more}</span>'

    def cites(self, fact: Fact, *, explains: bool) -> Iterator[ox.NamedNode]:
        """The sources that telling a fact cites, with the reason why it holds or without."""
        if not fact.is_inferred:
            yield from fact.graphs[:_CITED]
        elif explains and (proof := self._voice.proof(fact.triple)):
            for graphs in proof.cited:
                yield from graphs[:_CITED]

    def told(self, graph: ox.NamedNode) -> str:
        """What is told of a source."""
        return self._voice.source(graph, False)[1]

    def references(self) -> References:
        """The sources cited so far, by number."""
        told = self._voice.source
        return References(Reference(n, *told(graph, self._explains)) for graph, n in self._numbers.items())


def by_text(items: Iterable[Item]) -> list[Item]:
    """Items as a reader looks for them: stated ones first, then by what they are called."""
    return sorted(items, key=lambda item: (item.mark == "inferred", item.link.text.casefold(), item.link.href or ""))
