"""What a difference of quads means: each triple that changed is told once, with the thing that it is about."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import pyoxigraph as ox

from .. import kinds
from ..bundle.functional import is_axiom
from ..descriptions import Fact
from ..names import ONTOLOGY, expand
from ..results import LABELS, Store, Term
from ..sources import STORE, Source
from ..sources import sources as described
from ..syntax import batches
from .moves import Addresses, Move, moved
from .records import Change, Kind
from .standings import Everywhere, Name, Standing, is_stated, presence, says, sources, standing

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_DEPRECATED: Final = expand("owl:deprecated")
_FIGURE: Final = ox.NamedNode(expand("terril:Figure"))
_SOURCES: Final = frozenset(
    ox.NamedNode(expand(f"terril:{name}"))
    for name in ("Document", "Passage", "Quotation", "Reading", "NoClaim", "ReferenceFile")
)
_TERMS: Final = frozenset(
    ox.NamedNode(expand(name))
    for name in (
        *("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "owl:Ontology"),
        *("rdfs:Class", "rdf:Property", "rdfs:Datatype"),
    )
)
_AMOUNTS: Final = frozenset(ox.NamedNode(expand(f"terril:{name}")) for name in ("figureAbout", "value", "wording"))
"""What only figures have, also in a file that does not say what is a figure."""
_AT_ONCE: Final = 500


class Delta(NamedTuple):
    """A triple, under the addresses of the second side, and the graphs that hold it on both sides."""

    triple: ox.Triple
    before: Standing
    after: Standing


@dataclass
class Told:
    """Changes by what they are of."""

    things: list[Change] = field(default_factory=list)
    facts: list[Change] = field(default_factory=list)
    figures: list[Change] = field(default_factory=list)
    terms: list[Change] = field(default_factory=list)
    sources: list[Change] = field(default_factory=list)
    unfollowed: list[ox.Triple] = field(default_factory=list)
    followed: list[ox.Triple] = field(default_factory=list)


@dataclass(frozen=True)
class Teller:
    """Two stores, the things that moved between them, and the language of gists; with `axioms`, those of the ontology
    are told elsewhere."""

    before: Everywhere
    after: Everywhere
    moves: Sequence[Move]
    lang: str
    axioms: bool

    def tell(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> Told:
        """Say what the quads mean that only one side has."""
        told = Told()
        for move in self.moves:
            self._place(move.new, told).append(Change("moved", move.new, move=move))
        by_subject: defaultdict[Term, list[Delta]] = defaultdict(list)
        deltas = self._deltas(removed, added)
        sayings = _Sayings.of(deltas, self)
        for delta in deltas:
            stated = is_stated(delta.before), is_stated(delta.after)
            if stated == (True, True):
                told.facts.append(sayings.evidence(delta))
            elif any(stated):
                by_subject[delta.triple.subject].append(delta)
            elif bool(delta.before) != bool(delta.after):
                (told.unfollowed if delta.before else told.followed).append(delta.triple)
        for subject, found in by_subject.items():
            self._tell(subject, [each for each in found if not (self.axioms and _is_of_axiom(each))], sayings, told)
        return told

    # Triples with where they stand

    @cached_property
    def _addresses(self) -> Addresses:
        return {move.old: move.new for move in self.moves}

    @cached_property
    def _back(self) -> Addresses:
        return {move.new: move.old for move in self.moves}

    def _old(self, term: Term) -> Term:
        """What the first side calls something."""
        return self._back.get(term, term) if isinstance(term, ox.NamedNode) else term

    def _deltas(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> list[Delta]:
        """What changed besides addresses, by triple, in order."""
        renamed, fresh = {moved(quad, self._addresses) for quad in removed}, set(added)
        gone, new = _graphs(renamed - fresh), _graphs(fresh - renamed)
        return [self._delta(triple, gone.get(triple, set()), new.get(triple, set())) for triple in _in_order(gone, new)]

    def _delta(self, triple: ox.Triple, gone: set[Name], new: set[Name]) -> Delta:
        old = moved(ox.Quad(*triple), self._back).triple if self._back else triple
        found = standing(old, self.before.graph)
        if self._addresses:
            found = frozenset(self._addresses.get(name, name) for name in found)
        kept = found - gone - new  # a store takes two spellings of a number for one
        return Delta(triple, kept | gone, kept | new)

    # What they are about

    def _tell(self, subject: Term, deltas: list[Delta], sayings: "_Sayings", told: Told) -> None:
        if not deltas:
            return
        before, after = sayings.facts(deltas)
        role = self.role(subject)
        was, remains = presence(subject, (self._old(subject), self.before.graph), self.after.graph)
        if isinstance(subject, ox.NamedNode) and was != remains:
            change = Change(
                "added" if remains else "removed",
                subject,
                before,
                after,
                sayings.type_of(subject),
                sayings.source(subject),
                whole=True,
            )
            self._place(subject, told).append(change)
            return
        if role in ("thing", "figure"):
            before, after = _renamed(subject, before, after, self._place(subject, told))
        is_deprecated = _is_deprecated(after)
        if is_deprecated != _is_deprecated(before):
            kind: Kind = "deprecated" if is_deprecated else "restored"
            told.terms.append(Change(kind, subject, before, after, sayings.type_of(subject)))
        elif role == "thing":
            follows = {delta.triple for delta in deltas if delta.before and delta.after}
            told.facts.extend(self._of_facts(subject, before, after, follows))
        elif before or after:
            self._place(subject, told).append(
                Change("changed", subject, before, after, sayings.type_of(subject), sayings.source(subject))
            )

    def _place(self, subject: Term, told: Told) -> list[Change]:
        """Where it is told that something is new, gone, renamed or at another address."""
        places = {"source": told.sources, "term": told.terms, "figure": told.figures}
        return places.get(self.role(subject), told.things)

    def role(self, subject: Term) -> str:
        """What a thing is here: a source, a term, a figure, or any thing."""
        types = self._types(self._old(subject), self.before) | self._types(subject, self.after)
        for role, classes in (("source", _SOURCES), ("term", _TERMS), ("figure", self._figures)):
            if types & classes:
                return role
        sides = ((self._old(subject), self.before.graph), (subject, self.after.graph))
        return "figure" if any(says(name, each, graph) for name, graph in sides for each in _AMOUNTS) else "thing"

    def _types(self, subject: Term, store: Everywhere) -> set[Term]:
        if not isinstance(subject, ox.NamedNode):
            return set()
        return {quad.object for quad in store.graph.quads_for_pattern(subject, _TYPE, None, None)}

    @cached_property
    def _figures(self) -> frozenset[Term]:
        found = kinds.narrower(_FIGURE, self.before) | kinds.narrower(_FIGURE, self.after)
        return frozenset(map(ox.NamedNode, found))

    def _of_facts(
        self, subject: Term, before: tuple[Fact, ...], after: tuple[Fact, ...], follows: Collection[ox.Triple]
    ) -> Iterator[Change]:
        for old, new in pairs(before, after):
            if old and new and self._has_one(subject, old, self.before) and self._has_one(subject, new, self.after):
                yield Change("replaced", subject, (old,), (new,))
                continue
            if old:
                yield Change("removed", subject, (old,), follows=old.triple in follows)
            if new:
                yield Change("added", subject, after=(new,), follows=new.triple in follows)

    def _has_one(self, subject: Term, fact: Fact, store: Everywhere) -> bool:
        """Whether a thing has no further value of a relation, in the same language."""
        if not isinstance(subject, ox.NamedNode):
            return False
        known = self._old(subject) if store is self.before else subject
        values = {quad.object for quad in store.graph.quads_for_pattern(known, fact.relation, None, None)}  # type: ignore[arg-type]
        return len([value for value in values if _language(value) == _language(fact.triple.object)]) == 1


def pairs(before: Iterable[Fact], after: Iterable[Fact]) -> list[tuple[Fact | None, Fact | None]]:
    """Facts of one thing, what took whose place: the only ones of a relation, and of a language, that changed; then
    those of a relation with the same text, of which the language or the datatype changed.
    """
    found: list[tuple[Fact | None, Fact | None]] = []
    old, new = list(before), list(after)
    for key in (_by_language, _by_text):
        sides = [_only_ones(facts, key) for facts in (old, new)]
        both = [(sides[0][each], sides[1][each]) for each in sides[0] if each in sides[1]]
        found += both
        old = [fact for fact in old if fact not in [pair[0] for pair in both]]
        new = [fact for fact in new if fact not in [pair[1] for pair in both]]
    found += [(fact, None) for fact in old] + [(None, fact) for fact in new]
    return sorted(found, key=lambda pair: str(next(_by_language(fact) for fact in pair if fact)))


def _only_ones(facts: Iterable[Fact], key: Callable[[Fact], object]) -> dict[object, Fact]:
    """The facts that are the only one with their key."""
    found: defaultdict[object, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[key(fact)].append(fact)
    return {each: alike[0] for each, alike in found.items() if len(alike) == 1}


def _by_language(fact: Fact) -> tuple[str, str | None]:
    return fact.relation.value, _language(fact.triple.object)


def _by_text(fact: Fact) -> tuple[str, object]:
    value = fact.triple.object
    return fact.relation.value, value.value if isinstance(value, ox.Literal) else value


def _graphs(quads: Iterable[ox.Quad]) -> dict[ox.Triple, set[Name]]:
    found: defaultdict[ox.Triple, set[Name]] = defaultdict(set)
    for quad in quads:
        found[quad.triple].add(quad.graph_name)
    return dict(found)


def _is_of_axiom(delta: Delta) -> bool:
    """Whether a triple is part of an axiom of the ontology; or of one that stands in no named graph."""
    named = {name for name in delta.before | delta.after if isinstance(name, ox.NamedNode)}
    return is_axiom(delta.triple) and (not named or _ONTOLOGY in named)


_ONTOLOGY: Final = ox.NamedNode(ONTOLOGY)


def _in_order(gone: Iterable[ox.Triple], new: Iterable[ox.Triple]) -> list[ox.Triple]:
    return sorted({*gone, *new}, key=str)


def _language(term: Term) -> str | None:
    return term.language if isinstance(term, ox.Literal) else None


def _is_deprecated(facts: Iterable[Fact]) -> bool:
    values = (fact.triple.object for fact in facts if fact.relation.value == _DEPRECATED)
    return any(isinstance(value, ox.Literal) and value.value in ("true", "1") for value in values)


def _renamed(
    subject: Term, before: tuple[Fact, ...], after: tuple[Fact, ...], place: list[Change]
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Tell of names that took the place of others, and return the other facts."""
    done = set()
    for old, new in pairs(before, after):
        if old and new and old.relation.value in LABELS:
            place.append(Change("renamed", subject, (old,), (new,)))
            done |= {old.triple, new.triple}
    rest = (tuple(fact for fact in facts if fact.triple not in done) for facts in (before, after))
    return next(rest), next(rest)


# Who says it


@dataclass(frozen=True)
class _Sayings:
    """The sources behind graphs on both sides, by their new addresses, and the kinds of things."""

    before: Mapping[ox.NamedNode, Source]
    after: Mapping[ox.NamedNode, Source]
    types: Mapping[ox.NamedNode, ox.NamedNode]

    @classmethod
    def of(cls, deltas: Sequence[Delta], teller: Teller) -> "_Sayings":
        back, addresses = teller._back, teller._addresses
        subjects = {d.triple.subject for d in deltas if isinstance(d.triple.subject, ox.NamedNode)}
        own = {subject for subject in subjects if teller.role(subject) == "source"}
        names = own.union(*(sources(delta.before) for delta in deltas))
        old = described({back.get(name, name) for name in names}, teller.before, teller.lang)
        new = described(own.union(*(sources(delta.after) for delta in deltas)), teller.after, teller.lang)
        was = _kinds({back.get(thing, thing) for thing in subjects}, teller.before)
        types = {addresses.get(thing, thing): kind for thing, kind in was.items()}
        return cls(
            {addresses.get(name, name): source for name, source in old.items()},
            new,
            types | _kinds(subjects, teller.after),
        )

    def source(self, thing: Term) -> Source | None:
        """A passage, reading or file, as the second side has it, else as the first had it."""
        known = (side.get(thing) for side in (self.after, self.before) if isinstance(thing, ox.NamedNode))
        return next((source for source in known if source and source.kind in _TOLD), None)

    def type_of(self, thing: Term) -> ox.NamedNode | None:
        """The kind of a thing that says most."""
        return self.types.get(thing) if isinstance(thing, ox.NamedNode) else None

    def facts(self, deltas: Iterable[Delta]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Those that only the first side states, and those that only the second does."""
        found = list(deltas)
        before = [_fact(each.triple, each.before, self.before) for each in found if is_stated(each.before)]
        after = [_fact(each.triple, each.after, self.after) for each in found if is_stated(each.after)]
        return tuple(before), tuple(after)

    def evidence(self, delta: Delta) -> Change:
        """A fact that both sides state: the sources that it lost, and those that it gained."""
        lost, gained = delta.before - delta.after, delta.after - delta.before
        return Change(
            "evidence",
            delta.triple.subject,
            (_fact(delta.triple, lost, self.before),) if lost else (),
            (_fact(delta.triple, gained, self.after),) if gained else (),
        )


_TOLD: Final = ("passage", "reading", "reference")


def _fact(triple: ox.Triple, graphs: Standing, known: Mapping[ox.NamedNode, Source]) -> Fact:
    named = sources(graphs)
    return Fact(triple, tuple(known[name] for name in named) if named else (STORE,))


def _kinds(things: Collection[ox.NamedNode], store: Store) -> dict[ox.NamedNode, ox.NamedNode]:
    ordered = sorted(things, key=str)
    found: dict[ox.NamedNode, ox.NamedNode] = {}
    for batch in batches([str(thing) for thing in ordered], _AT_ONCE):
        found |= kinds.specific(ordered[batch], store)
    return found
