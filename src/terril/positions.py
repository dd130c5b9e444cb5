"""Where in its files a corpus describes a thing, and what it calls it: what every finding has to say."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .documents import Corpus, SourceFile
from .names import compact, expand
from .reports import Check, Finding, Text
from .results import Term

Place = tuple[SourceFile, ox.NamedNode]
"""A file, and the graph in it."""
Statement = tuple[SourceFile, ox.Quad]
"""A file, and what it says."""

_LABELS: Final = tuple(expand(name) for name in ("skos:prefLabel", "rdfs:label", "dcterms:title"))
_QUOTED: Final = {"en": "“{}”", "fr": "« {} »"}
_IN: Final = {"en": "in", "fr": "dans"}


@dataclass(frozen=True)
class Positions:
    """The places of a corpus, by thing."""

    corpus: Corpus

    @cached_property
    def quads(self) -> Mapping[Term, list[Statement]]:
        """What the corpus says of each thing, in reading order."""
        found = defaultdict[Term, list[Statement]](list)
        for source in self.corpus.sources:
            for quad in source.quads:
                found[quad.subject].append((source, quad))
        return found

    def place(self, thing: Term, predicate: ox.NamedNode | None = None, value: Term | None = None) -> Place:
        """Return the file and graph that best show a thing: the statement in question if it is made, else the first."""
        quads = self.quads.get(thing) or self._mentions(thing)
        if not quads:
            first = self.corpus.sources[0]
            return first, first.graph
        fitting = [pair for pair in quads if predicate in (None, pair[1].predicate)]
        exact = [pair for pair in fitting if value in (None, pair[1].object)]
        source, quad = (exact or fitting or quads)[-1 if exact and predicate else 0]
        return source, graph_of(quad, source)

    def _mentions(self, thing: Term) -> list[Statement]:
        pairs = ((source, quad) for source in self.corpus.sources for quad in source.quads)
        return [(source, quad) for source, quad in pairs if thing in (quad.object, quad.predicate)]

    def pointing(self, thing: Term, predicate: ox.NamedNode) -> list[Statement]:
        """Return the statements that have a thing as the value of a property, in reading order."""
        return [(source, quad) for source, quad in self._mentions(thing) if predicate == quad.predicate]

    def label(self, thing: Term, lang: str) -> str | None:
        """Return what the corpus calls a thing in a language, or in English, or at all."""
        literals = [
            (_LABELS.index(quad.predicate.value), quad.object)
            for _, quad in self.quads.get(thing, ())
            if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal)
        ]
        ranked = sorted(
            ((literal.language != lang, literal.language != "en", rank, literal.value) for rank, literal in literals)
        )
        return ranked[0][3] if ranked else None

    def name(self, thing: Term, lang: str) -> str:
        """Return the label of a thing with its short IRI behind it."""
        short = compact(thing.value) if isinstance(thing, ox.NamedNode) else str(thing)
        label = self.label(thing, lang)
        return f"{_QUOTED.get(lang, _QUOTED['en']).format(label)} ({short})" if label else short

    def failure(
        self,
        check: Check,
        focus: ox.NamedNode,
        at: Place | None = None,
        names: Mapping[str, object] | None = None,
        *,
        token: ox.NamedNode | str | None = None,
        line: int | None = None,
        path: Path | None = None,
    ) -> Finding:
        """Make the finding that a check failed.

        `names` fill the places in the check's sentences, `token` is what to point at behind the place of the thing;
        `line` and `path` are given where the place is another than the file that describes the thing.
        """
        source, graph = at or self.place(focus)
        first = line or source.line(focus, graph)
        return Finding(
            severity=check.severity,
            code=check.code,
            focus=focus,
            message=self.sentences(focus, (source, graph), check.text(**(names or {}))),
            path=path or source.path,
            line=source.token_line(token, first) if token else first,
            graph=graph,
        )

    def sentences(self, focus: ox.NamedNode, at: Place, text: Text) -> Text:
        """Put the name of a thing and the passage before what is wrong with it, in each language."""
        source, graph = at
        where = None if graph in (source.graph, focus) else graph
        return {lang: self._sentence(focus, where, lang, sentence) for lang, sentence in text.items()}

    def _sentence(self, focus: ox.NamedNode, where: ox.NamedNode | None, lang: str, text: str) -> str:
        place = f", {_IN.get(lang, _IN['en'])} {compact(where.value)}" if where else ""
        colon = " :" if lang == "fr" else ":"
        return f"{self.name(focus, lang)}{place}{colon} {text}"


def graph_of(quad: ox.Quad, source: SourceFile) -> ox.NamedNode:
    """The graph of a quad, or that of its file if it has no name."""
    return quad.graph_name if isinstance(quad.graph_name, ox.NamedNode) else source.graph
