"""Words that say the contrary of each other, and which of them a question says and a passage turns round."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from . import thesaurus
from .names import NS, expand
from .results import Solutions, Store
from .thesaurus import Form, Thesaurus

CONTRARY: Final = NS.removesuffix("#") + "/contrary/"
"""Where the concepts of contraries lie."""


@dataclass(frozen=True)
class Contraries:
    """Sets of words, and the sets whose words say the contrary of each."""

    words: Thesaurus
    against: Mapping[str, frozenset[str]] = field(repr=False)

    def said(self, words: Sequence[str], tag: str) -> dict[tuple[int, int], frozenset[str]]:
        """The sets of which some folded words say something, by where they do; long stretches hide what is in them."""
        found = self.words.senses(words, tag)
        return {
            span: names
            for span, names in found.items()
            if not any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in found)
        }

    def holds(self, name: str, words: frozenset[Form]) -> bool:
        """Whether a bag of words has one of a set, all of whose parts it has."""
        if words.isdisjoint(self.words.firsts.get(name, frozenset())):
            return False
        return any(words.issuperset(phrase) for phrase in self.words.sets[name])

    def turned(self, names: frozenset[str], words: frozenset[Form]) -> frozenset[str]:
        """Those of some sets whose contrary a bag of words says, and none of their own words."""
        return frozenset(
            name
            for name in names
            if not self.holds(name, words)
            and any(self.holds(other, words) for other in self.against.get(name, frozenset()))
        )


NO_CONTRARIES: Final = Contraries(Thesaurus({}, {}, {}), {})

_ALL: Final = f"SELECT ?one ?other WHERE {{ ?one <{expand('terril:contraryTo')}> ?other }}"


def load(store: Store) -> Contraries:
    """Read the contraries of a store; none if it has no scheme of them."""
    against: defaultdict[str, set[str]] = defaultdict(set)
    answer = store.query(_ALL)
    for one, other in answer.rows if isinstance(answer, Solutions) else ():
        if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode):
            against[one.value].add(other.value)
            against[other.value].add(one.value)
    return Contraries(thesaurus.load(store, CONTRARY), {one: frozenset(others) for one, others in against.items()})
