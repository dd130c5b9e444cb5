"""Figures on pages: the number as the source words it, how exactly it is meant, of what it is a part, and a chart."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox
from markupsafe import Markup

from ..names import expand
from ..results import Term
from . import charts
from .graph import Fact, nearest
from .narrator import Narrator
from .records import NO_SOURCES, Figure, Link

_Properties: TypeAlias = Mapping[str, list[Term]]
_PERCENT: Final = "/unit/percent"
_CONTEXT: Final = {
    "part_of": "terril:partOfFigure",
    "published_in": "terril:publishedIn",
    "indicator": "terril:indicator",
}


def about(facts: Iterable[Fact], narrator: Narrator) -> tuple[Figure, ...]:
    """The figures of facts `figure – figure about – thing`, by name."""
    shown = [
        figure(
            fact.subject,
            narrator,
            narrator.cite(fact.graphs) if not fact.is_inferred else NO_SOURCES,
            narrator.mark(fact),
        )
        for fact in facts
    ]
    return tuple(sorted(shown, key=lambda each: (each.link.text.casefold(), each.link.href or "")))


def figure(thing: ox.NamedNode, narrator: Narrator, sources: Markup = NO_SOURCES, mark: str = "") -> Figure:
    """One figure as a reader sees it."""
    told = narrator.graph.properties(thing)

    def text(name: str) -> str:
        return nearest(told.get(expand(name), ()), narrator.lang)

    def links(name: str) -> list[Link]:
        return [narrator.link(term) for term in sorted(told.get(expand(name), ()), key=str)]

    context = [(narrator.words[word], link) for word, name in _CONTEXT.items() for link in links(name)]
    return Figure(
        narrator.link(thing),
        narrator.quantity(text("terril:value")) or text("terril:rating"),
        " ".join(link.text for link in links("terril:qualifier")),
        " ".join(link.text for link in links("terril:unit")),
        _first(told, "terril:counts", narrator),
        _first(told, "terril:wording", narrator),
        tuple(context),
        _chart(told, narrator),
        sources,
        mark,
    )


def _first(told: _Properties, name: str, narrator: Narrator) -> Link | None:
    """The text of a property in the nearest language, with its tag if that is not the reader's."""
    texts = [term for term in told.get(expand(name), ()) if isinstance(term, ox.Literal)]
    best = nearest(texts, narrator.lang)
    return next((narrator.link(term) for term in texts if term.value == best), None)


def _chart(told: _Properties, narrator: Narrator) -> Markup | None:
    """A bar against 100 for shares, against the whole for parts, places for ranks, a scale for counts."""
    value = _number(told, "terril:value")
    if value is None or value < 0:
        return None
    words, kinds = narrator.words, {getattr(kind, "value", "") for kind in told.get(expand("rdf:type"), ())}
    shown = narrator.quantity(f"{value:.10g}")
    if any(str(getattr(unit, "value", "")).endswith(_PERCENT) for unit in told.get(expand("terril:unit"), ())):
        return charts.share(value, words["chart_share"].format(shown))
    if expand("terril:RankFigure") in kinds:
        return charts.top(int(min(value, 1000)), words["chart_top"].format(shown))
    for whole in told.get(expand("terril:partOfFigure"), ()):
        of = _number(narrator.graph.properties(whole), "terril:value") if isinstance(whole, ox.NamedNode) else None
        if of is not None and of >= value > 0:
            return charts.part(value, of, words["chart_part"].format(shown, narrator.quantity(f"{of:.10g}")))
    if expand("terril:CountFigure") in kinds and value >= 10:
        return charts.scale(value, words["chart_count"], narrator.quantity)
    return None


def _number(told: _Properties, name: str) -> float | None:
    for term in told.get(expand(name), ()):
        try:
            return float(term.value) if isinstance(term, ox.Literal) else None
        except ValueError:
            continue
    return None
