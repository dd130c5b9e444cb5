"""The narrator of a page: tells facts in a voice, numbers their sources, says why inferred ones hold."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox
from markupsafe import Markup, escape

from ..results import Term
from .addresses import link
from .graph import Fact
from .records import Item, Link, Reference
from .voice import Voice

_CITED: Final = 4
"""Sources that one fact links to."""


class Narrator:
    """Tells facts on one page, and keeps account of the sources that they cite."""

    def __init__(self, voice: Voice, path: str, *, explains: bool = True) -> None:
        self.graph, self.path, self.lang, self.words = voice.graph, path, voice.lang, voice.words
        self.link, self.address, self.kind = voice.link, voice.address, voice.kind
        self.relation, self.quantity, self.node = voice.relation, voice.quantity, voice.node
        self.place, self.statement = voice.place, voice.statement
        self._voice = voice
        self._explains = explains
        self._source = escape(self.words["source"])
        self._numbers: dict[ox.NamedNode | None, int] = {}

    def page(self, to: str) -> str:
        """The address of a page of this site."""
        return link(self.path, to, self.lang)

    # Facts

    def item(self, fact: Fact, other: Term, *, explained: bool = True) -> Item:
        """The other end of a fact, with what states it or why it holds."""
        shown, mark = self.link(other), self.mark(fact)
        reason = self.reason(fact.triple) if fact.is_inferred and explained and self._explains else None
        sources = "" if fact.is_inferred else self.cite(fact.graphs)
        return Item(shown, f"{sources}{self._why(reason, shown) if reason else self._marked(mark)}", mark)

    def _why(self, reason: Markup, shown: Link) -> str:
        why = escape(self.words["why"])
        label = f"{why} {escape(self.words['proof_of'].format(shown.text))}"
        return f'<details class="why"><summary aria-label="{label}">{why}</summary>{reason}</details>'

    def _marked(self, mark: str) -> str:
        return f'<span class="mark">{escape(self.words[mark])}</span>' if mark else ""

    def more(self, count: int, further: str = "") -> str:
        """That so many facts are not shown, and where they are."""
        if not count:
            return ""
        if not further:
            return str(escape(self.words["more"].format(count)))
        return f'<a href="{escape(further)}">{escape(self.words["more_pages"].format(count))}</a>'

    def mark(self, fact: Fact) -> str:
        if fact.is_inferred:
            return "inferred"
        kinds = {self.graph.source(graph, self.lang).kind for graph in fact.graphs}
        return "reading" if kinds == {"reading"} else ""

    def reason(self, triple: ox.Triple) -> Markup | None:
        """Why an inferred fact holds, down to stated ones; None if no rule says so."""
        proof = self._voice.proof(triple)
        if proof is None:
            return None
        told = (f"{part}{self.cite(graphs)}" for part, graphs in zip(proof.parts, proof.cited, strict=False))
        return Markup("".join([*told, proof.parts[-1]]))

    # Sources

    def cite(self, graphs: Sequence[ox.NamedNode]) -> Markup:
        """Links to the sources on this page, which get their numbers as they are met; of very many, to the first."""
        numbers = [self._numbers.setdefault(graph, len(self._numbers) + 1) for graph in graphs[:_CITED] or (None,)]
        links = "".join([f'<a href="#s{n}" aria-label="{self._source} {n}">{n}</a>' for n in sorted(numbers)])
        more = f" +{len(graphs) - _CITED}" if len(graphs) > _CITED else ""
        return Markup(f'<span class="cites">{links}{more}</span>')

    def references(self) -> tuple[Reference, ...]:
        """The sources cited so far, by number."""
        told = self._voice.source
        return tuple(Reference(n, *told(graph, self._explains)) for graph, n in self._numbers.items())


def by_text(items: Iterable[Item]) -> list[Item]:
    """Items as a reader looks for them: stated ones first, then by what they are called."""
    return sorted(items, key=lambda item: (item.mark == "inferred", item.link.text.casefold(), item.link.href or ""))
