"""The verb `diff`: what changed between two releases, folders, files or endpoints."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import catalogue, results
from ..documents import parse
from ..errors import BadOntology
from ..home import Home, find_home
from ..names import NS
from ..results import Term
from ..store import Where
from . import ontology, quads, questions, shapes
from .moves import Addresses, moves
from .records import Asked, Axiom, Change, Constraint, Difference, Note
from .sides import Side, opened
from .standings import Everywhere
from .telling import Teller


def diff(
    a: "Where | Home",
    b: "Where | Home",
    /,
    *,
    lang: str = "en",
    home: Home | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Difference:
    """Compare two graphs, from the first to the second, and say what changed in the words of the field.

    A side is a graph file, the folder of a release or of a project (built in memory), the address of an endpoint or an
    `Endpoint`, or a graph in memory. Things added, removed, renamed or at another address; facts with their passages;
    figures; terms and axioms of the ontology; shapes, if both sides hold some; questions that answer differently: those
    of the two sides, or of the one that has a catalogue, or of the project `home`. `lang` is the language of labels,
    and `progress` is told how many steps are done, and of how many.

    Raises `NotFound` or `BadGraph` for a side that is not there or is no graph, `EndpointFailed`, and for a project
    `BadSource` or `BadOntology`.
    """
    tell = progress or (lambda done, whole: None)
    with opened(a) as before:
        tell(1, _STEPS)
        with opened(b) as after:
            tell(2, _STEPS)
            removed, added = quads.differences(before.lines(), after.lines())
    tell(3, _STEPS)
    found = _Comparison(before, after, removed, added, lang).told(home)
    tell(_STEPS, _STEPS)
    return found


_STEPS: Final = 4


@dataclass(frozen=True)
class _Comparison:
    """Two sides whose quads have been compared; what else there is to compare, and what not."""

    before: Side
    after: Side
    removed: list[ox.Quad]
    added: list[ox.Quad]
    lang: str
    notes: list[Note] = field(default_factory=list)

    def told(self, home: Home | str | Path | None) -> Difference:
        """All that changed."""
        before, after = Everywhere(self.before.store.graph), Everywhere(self.after.store.graph)
        found = moves(self.removed, self.added, before.graph, after.graph)
        addresses = {move.old: move.new for move in found}
        axioms = self._axioms(addresses)
        told = Teller(before, after, found, self.lang, axioms is not None).tell(self.removed, self.added)
        parts = (told.things, told.facts, told.figures, told.terms, told.sources)
        things, facts, figures, terms, sources = (tuple(sorted(part, key=_order)) for part in parts)
        asked = self._questions(home, addresses)
        terms_of = {*chain.from_iterable(map(_terms, chain(*parts))), *chain(*told.unfollowed, *told.followed)}
        terms_of |= {term for each in asked for row in (*each.gone, *each.new) for term in row if term}
        labels = self._labels(terms_of, home)
        return Difference(
            self.before.name, self.after.name, tuple(self.removed), tuple(self.added), things, facts, figures, terms,
            axioms or (), sources, self._shapes(), asked, tuple(told.unfollowed), tuple(told.followed),
            tuple(self.notes), labels,
        )  # fmt: skip

    def _axioms(self, addresses: Addresses) -> tuple[Axiom, ...] | None:
        """None for an ontology whose axioms have no words, so that their triples are told."""
        try:
            return ontology.changed(chain(self.removed, self.added), self.before.store, self.after.store, addresses)
        except BadOntology as error:
            self.notes.append(("axioms", (str(error).splitlines()[0],)))
            return None

    def _shapes(self) -> tuple[Constraint, ...]:
        if self.before.shapes is not None and self.after.shapes is not None:
            return shapes.changed(self.before.shapes, self.after.shapes)
        self.notes.append(("shapes", _lacking("shapes", self.before, self.after)))
        return ()

    def _questions(self, home: Home | str | Path | None, addresses: Addresses) -> tuple[Asked, ...]:
        known = [side.questions for side in (self.before, self.after) if side.questions is not None]
        if len(known) < 2:
            known = known or [catalogue.questions(home=home)]
            self.notes.append(("questions", _lacking("questions", self.before, self.after)))
        return tuple(questions.changed(known[0], known[-1], self.before.store, self.after.store, addresses))

    def _labels(self, terms: Iterable[Term], home: Home | str | Path | None) -> dict[ox.NamedNode, str]:
        """Labels of the second side, where it has none of the first, and of Terril's terms those of the project."""
        wanted = {term for term in terms if isinstance(term, ox.NamedNode)}
        found: dict[ox.NamedNode, str] = {}
        for side in (self.after, self.before):
            found |= self._named(wanted - found.keys(), side.store.graph)
        unknown = {term for term in wanted - found.keys() if term.value.startswith(NS)}
        if unknown:
            ontology = ox.Store()
            ontology.bulk_extend(chain.from_iterable(map(parse, find_home(home).ontology)))
            found |= self._named(unknown, ontology)
        return found

    def _named(self, things: Iterable[ox.NamedNode], graph: ox.Store) -> dict[ox.NamedNode, str]:
        return {thing: text.value for thing, text in results.labels(things, Everywhere(graph), self.lang).items()}


def _lacking(what: str, *sides: Side) -> tuple[str, ...]:
    """Which side lacks something; none of them is named if both do."""
    found = [side.name for side in sides if getattr(side, what) is None]
    return tuple(found) if len(found) < len(sides) else ()


def _order(change: Change) -> tuple[str, ...]:
    facts = (*change.before, *change.after)
    return change.kind, str(change.thing), *(str(fact.triple) for fact in facts[:1])


def _terms(change: Change) -> Iterator[Term]:
    yield change.thing
    if change.type:
        yield change.type
    for fact in (*change.before, *change.after):
        yield from fact.triple
        yield from (speaker for source in fact.sources for speaker in source.speakers)
