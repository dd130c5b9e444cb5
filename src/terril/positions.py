"""Where in its files a corpus describes a thing, and what it calls it: what every finding has to say."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .documents import Corpus, Source
from .names import compact, expand
from .reports import Check, Finding, Severity, Text
from .results import Term

_LABELS: Final = tuple(expand(name) for name in ("skos:prefLabel", "rdfs:label", "dcterms:title"))
_QUOTED: Final = {"en": "“{}”", "fr": "« {} »"}
_IN: Final = {"en": "in", "fr": "dans"}


@dataclass(frozen=True)
class Positions:
    """The places of a corpus, by thing."""

    corpus: Corpus

    @cached_property
    def quads(self) -> Mapping[Term, list[tuple[Source, ox.Quad]]]:
        """What the corpus says of each thing, in reading order."""
        found = defaultdict[Term, list[tuple[Source, ox.Quad]]](list)
        for source in self.corpus.sources:
            for quad in source.quads:
                found[quad.subject].append((source, quad))
        return found

    def place(
        self, thing: Term, predicate: ox.NamedNode | None = None, value: Term | None = None
    ) -> tuple[Source, ox.NamedNode]:
        """Return the file and graph that best show a thing: the statement in question if it is made, else the first."""
        quads = self.quads.get(thing) or self._mentions(thing)
        fitting = [pair for pair in quads if predicate in (None, pair[1].predicate)]
        exact = [pair for pair in fitting if value in (None, pair[1].object)]
        source, quad = (exact or fitting or quads)[-1 if exact and predicate else 0]
        assert isinstance(quad.graph_name, ox.NamedNode)
        return source, quad.graph_name

    def _mentions(self, thing: Term) -> list[tuple[Source, ox.Quad]]:
        pairs = ((source, quad) for source in self.corpus.sources for quad in source.quads)
        first = self.corpus.sources[0]
        return [(source, quad) for source, quad in pairs if thing in (quad.object, quad.predicate)] or [
            (first, first.quads[0])
        ]

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
        return f"{_QUOTED[lang].format(label)} ({short})" if label else short

    def finding(
        self,
        severity: Severity,
        code: str,
        focus: ox.NamedNode,
        message: Text,
        at: tuple[Source, ox.NamedNode] | None = None,
        **rest: Any,
    ) -> Finding:
        """Make a finding whose sentence names the thing and the passage before it says what is wrong.

        `rest` are further fields of `Finding`; a `path` and `line` given there go before the place found.
        """
        source, graph = at or self.place(focus)
        where = None if graph in (source.graph, focus) else graph
        fields = {"path": source.path, "graph": graph} | rest
        return Finding(
            severity=severity,
            code=code,
            focus=focus,
            message={lang: self._sentence(focus, where, lang, text) for lang, text in message.items()},
            line=fields.pop("line", None) or source.line(focus, graph),
            **fields,
        )

    def failure(
        self,
        check: Check,
        focus: ox.NamedNode,
        at: tuple[Source, ox.NamedNode] | None = None,
        *,
        token: str | None = None,
        line: int | None = None,
        path: Path | None = None,
        **names: object,
    ) -> Finding:
        """Make the finding that a check failed; `token` is what to point at behind the place of the thing."""
        source, graph = at or self.place(focus)
        line = line or (_line_of(token, source, source.line(focus, graph)) if token else None)
        rest = {"line": line} | ({"path": path} if path else {})
        return self.finding(check.severity, check.code, focus, check.text(**names), (source, graph), **rest)

    def _sentence(self, focus: ox.NamedNode, where: ox.NamedNode | None, lang: str, text: str) -> str:
        place = f", {_IN[lang]} {compact(where.value)}" if where else ""
        colon = " :" if lang == "fr" else ":"
        return f"{self.name(focus, lang)}{place}{colon} {text}"


def _line_of(token: str, source: Source, first: int) -> int:
    """The first line from `first` on (from 1) that holds a token, `first` itself if none does."""
    pattern = re.compile(rf"(?<![\w:-]){re.escape(token)}(?![\w-])")
    numbers = (n for n in range(first, len(source.lines) + 1) if pattern.search(source.lines[n - 1]))
    return next(numbers, first)
