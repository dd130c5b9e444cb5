"""What a comparison found, as records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pyoxigraph as ox

from ..catalogue import Question
from ..descriptions import Fact
from ..explanations import Labels
from ..results import Term
from ..sources import Source
from .moves import Move

Kind = Literal["added", "removed", "renamed", "moved", "replaced", "changed", "evidence", "deprecated", "restored"]
Weight = Literal["tighter", "looser", "changed", "reworded"]
Note: TypeAlias = tuple[str, tuple[str, ...]]
"""A remark: which one, and what it names."""


@dataclass(frozen=True)
class Change:
    """A change of what is stated about one thing.

    `before` are facts that only the first side states, `after` those that only the second does. A thing is *added*,
    *removed*, *renamed* (its name in a language) or *moved* (its address: `move` says why it is taken for the same). A
    fact is added, removed, or *replaced* where the thing has one value before and after; of *evidence* the fact is the
    same, and the sources are those lost and those gained. A figure, term or passage is *changed*; a term or concept may
    be *deprecated* or *restored*. `source` describes a passage, reading or file; `whole` tells that the thing itself is
    new or gone, with all its facts; `follows` that a rule gives the fact on the side that does not state it.
    """

    kind: Kind
    thing: Term
    before: tuple[Fact, ...] = ()
    after: tuple[Fact, ...] = ()
    type: ox.NamedNode | None = None
    source: Source | None = None
    move: Move | None = None
    whole: bool = False
    follows: bool = False


@dataclass(frozen=True)
class Axiom:
    """An axiom that one side alone has, in OWL 2 functional syntax, and what it means, by language."""

    kind: Literal["added", "removed"]
    axiom: str
    sentence: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Constraint:
    """A change of one constraint of a SHACL shape: where in the shape, which one, and its values on both sides, as
    Turtle; a shape that only one side has is one change without a constraint. `weight` says what it means for data.
    """

    weight: Weight
    shape: str
    place: str
    constraint: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question of which the catalogue or the answer changed.

    It is *added*, *removed*, or on both sides, where `worded` tells that its wording, `themed` that its theme, and
    `queried` that its query or its parameters are others. `gone` and `new` are rows of the answers before and after,
    under the columns of each. `failed` says why one side could not answer.
    """

    kind: Literal["added", "removed", "changed"]
    question: Question
    was: Question | None = None
    worded: bool = False
    themed: bool = False
    queried: bool = False
    columns: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    gone: tuple[tuple[Term | None, ...], ...] = ()
    new: tuple[tuple[Term | None, ...], ...] = ()
    failed: str = ""


@dataclass(frozen=True)
class Difference:
    """What changed from one graph to another.

    `before` and `after` name the two. `removed` and `added` are the quads that only one of them has, all of them, in
    order; the rest says what that means: changes of `things`, `facts`, `figures`, of the ontology's `terms` and
    `axioms`, of `sources` (documents, passages, readings, reference files), of `shapes` and `questions`. What no longer
    or newly follows by rules stands in `unfollowed` and `followed`. `notes` say what could not be compared.
    """

    before: str
    after: str
    removed: tuple[ox.Quad, ...] = field(default=(), repr=False)
    added: tuple[ox.Quad, ...] = field(default=(), repr=False)
    things: tuple[Change, ...] = ()
    facts: tuple[Change, ...] = ()
    figures: tuple[Change, ...] = ()
    terms: tuple[Change, ...] = ()
    axioms: tuple[Axiom, ...] = ()
    sources: tuple[Change, ...] = ()
    shapes: tuple[Constraint, ...] = ()
    questions: tuple[Asked, ...] = ()
    unfollowed: tuple[ox.Triple, ...] = ()
    followed: tuple[ox.Triple, ...] = ()
    notes: tuple[Note, ...] = ()
    labels: Labels = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_same(self) -> bool:
        """Whether nothing changed: neither the graph nor what was compared beside it."""
        return not (self.removed or self.added or self.shapes or self.questions)
