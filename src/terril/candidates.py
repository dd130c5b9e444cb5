"""What may answer a question: a set of answers with the passages that tell them, and what speaks for it.

A question names things and uses words that few passages tell. Each group of facts near to it is a candidate, as a
whole or as far as its answers are of the kind asked for; so is what follows from two groups, and what a reading of the
question's grammar finds (`search`). What speaks for a candidate are its features (`features`); `ranking` weighs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from .inquiry import Try
from .matching import Value
from .memory import Group

BUT_NOT: Final = "but not"
PATTERN: Final = "pattern: "
"""What features begin with that say which relation it is, and what it leads from and to."""
LASTING: Final = "counted: lasting"
FEW: Final = 0.5
"""Below this a clue is not covered."""


class Share(NamedTuple):
    """How much of one clue a candidate accounts for, in all and by what; `anywhere` with what is told elsewhere of the
    thing that its relation leads from, `least` what is told with that answer with which it is told least.
    """

    covered: float
    anywhere: float
    told: float
    of_relation: float
    of_fixed: float
    of_answers: float
    least: float = 0.0


@dataclass(frozen=True, eq=False)
class Candidate:
    """A set of answers, with the passages that tell each, the group of facts or the reading that gives it (and the
    other one that it was joined with, or the one that leads to its fixed end, or what was counted, or in words what was
    left out), and its features.
    """

    told: Mapping[Value, frozenset[str]]
    features: Mapping[str, float] = field(repr=False)
    group: Group | None = None
    read: Try | None = None
    other: Group | None = None
    lead: Group | None = None
    counted: tuple[Value, ...] = ()
    aside: str = ""
    shares: tuple["Share", ...] = field(default=(), repr=False)

    @cached_property
    def answers(self) -> frozenset[Value]:
        """The answers themselves: IRIs of things, and literals."""
        return frozenset(self.told)

    @property
    def is_reckoned(self) -> bool:
        """Whether its answer is reckoned from what its group tells: how long something lasts, from its dates."""
        return bool(self.features.get(LASTING))

    @property
    def is_without(self) -> bool:
        """Whether what the other group tells was left out."""
        return any(name.startswith(f"part: {BUT_NOT}") for name, value in self.features.items() if value)
