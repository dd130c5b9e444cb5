"""Learn what questions in words are answered by: `python tests/learn.py [--check]`, some twenty minutes.

The questions are those of `tests/questions/open-*`; the held-out sets are never read. Three things are learned: how
like each other questions are that have the same answer (`precedents.txt`, with the questions, by what they say); the
weights by which candidates are ranked (`weights.json`); and those by which passages are heard for and against what a
question of yes or no states (`verdicts.json`). All weights are those of a conditional logit with an L2 penalty: of the
candidates for a question, and none at all, the right ones are to be most likely; none, where the documents do not say
or no candidate is right. No question is its own precedent, nor are those of its set, which one reader wrote. `--check`
writes nothing and reports what cross-validation gives instead, each set left out once.
"""

import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

try:
    import lightgbm
    from scipy.optimize import minimize
    from scipy.sparse import csr_array
except ImportError:  # of the extra `learn`: without it nothing is learned, and the module can be looked at
    lightgbm = minimize = csr_array = None

from asked import source, text, wanted, without_precedents_of
from terril import answers, index, testimony
from terril.benches import NOBODY, Bench, bench
from terril.candidates import Candidate
from terril.certainty import TREES, Trees
from terril.clues import Asked
from terril.gists import Gist
from terril.holdings import consult
from terril.precedents import PRECEDENTS, Precedent, Precedents, kinds_for, spelt
from terril.ranking import CERTAIN, WEIGHTS, Weights, order, ruled_out, standing_traits
from terril.testimony import VERDICTS, Testimony, likelihoods, weighed
from terril.traits import Traits, relation

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "src/terril"
PENALTY, FOLDS = 2.0, 5
MILDER = 1.0
"""The penalty for verdicts, of which fewer are known."""
UNSAID = 2.0
"""What a question counts that the documents do not answer: what is made up is worse than what is not found."""
STEPS = {"maxiter": 120}
TREES_GROWN = 250
GROWTH = {
    "objective": "binary",
    "num_leaves": 24,
    "learning_rate": 0.04,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
COMMON = 0.01
"""In which share of the foremost candidates a trait must be found to be asked for by trees."""
SELDOM = 5
"""In how many questions a trait must be found to have a weight."""
LIGHT = 0.02
"""Weights below this are not kept."""
Array = NDArray[np.float64]
Places = NDArray[np.int64]


class Case(NamedTuple):
    """What is weighed of each candidate for a question, which of them are right, and how much the question counts."""

    traits: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    counts: float = 1.0


@dataclass(frozen=True)
class Example:
    """A question with the answers that are right and the set that it is of; its candidates, and which of them are
    right, or, if it is to be answered by yes or no, what passages say for and against it; and the precedents for it.
    """

    asked: Asked
    answers: tuple[frozenset[str], ...]
    source: str
    sort: str
    found: Sequence[Candidate] = ()
    right: Sequence[bool] = ()
    testimonies: Sequence[Testimony] = ()
    bench: Bench = NOBODY

    @property
    def is_answerable(self) -> bool:
        return any(self.answers)

    @property
    def truth(self) -> bool | None:
        """The answer, if it is yes or no."""
        return {frozenset(["yes"]): True, frozenset(["no"]): False}.get(self.answers[0])

    @property
    def precedent(self) -> Precedent:
        groups = [one.group for one, right in zip(self.found, self.right, strict=True) if right]
        relations = frozenset(relation(one.step) for one in groups if one is not None)
        return Precedent(Gist.of(self.asked), self.answers, relations, self.source)

    def case(self) -> Case:
        """What is weighed of each candidate, or of each testimony."""
        if self.asked.polar:
            right = [one.truth is self.truth for one in self.testimonies]
            counts = UNSAID if self.truth is None else 1.0
            return Case([weighed(one, self.bench) for one in self.testimonies], right, counts)
        traits = Traits(self.asked, self.bench)
        return Case([traits.of(one) for one in self.found], self.right)


def examples() -> Iterator[Example]:
    """The questions of the open sets that are understood as what they are: to be answered by yes or no, or not."""
    store = consult(None, home=HERE.parent)
    names = index.open(store)
    for path in sorted((HERE / "questions").glob("open-*")):
        with without_precedents_of(path):
            for question in tomllib.loads(text(path))["question"]:
                asked, found = answers.candidates_of(question["text"], store, names)
                one = Example(asked, tuple(wanted(question)), source(path), question["sort"])
                if asked.polar and (one.truth is not None or not one.is_answerable):
                    hearing = answers.hearing_of(question["text"], store, names)
                    yield replace(one, testimonies=hearing.testimonies() if hearing is not None else ())
                elif not asked.polar and one.truth is None:
                    right = [frozenset(map(spelt, each.answers)) in one.answers for each in found]
                    yield replace(one, found=found, right=right)


def judged(known: Sequence[Example]) -> tuple[Precedents, list[Example]]:
    """The questions as precedents, and each question with the precedents for it, but for those of its own set; how like
    they are is weighed by what was learned from the other sets.
    """
    bare = Precedents.of([one.precedent for one in known])
    pairs = [(one.source, kind, pair) for one in known for kind, pair in compared(bare, one)]
    heard = []
    for train, test in folds(known):
        sources = {one.source for one in train}
        precedents = bare.weighed(likeness(pair for pair in pairs if pair[0] in sources))
        heard += [replace(one, bench=bench(one.asked, precedents.but(one.source))) for one in test]
    return bare.weighed(likeness(pairs)), heard


Pair = tuple[str, str, Case]
"""A question beside a precedent: the set of the question, the kind of the precedent, and what is weighed."""


def compared(precedents: Precedents, one: Example) -> Iterator[tuple[str, Case]]:
    """What is weighed of a question and each precedent that is like it, and whether their answers are the same."""
    gist = Gist.of(one.asked)
    for other, said, worded in precedents.but(one.source).nearest(gist, kinds_for(one.asked)):
        is_same = not set(one.answers).isdisjoint(other.answers)
        yield other.kind, Case([dict(precedents.compared(gist, other.gist, said, worded))], [is_same])


def likeness(pairs: Iterable[Pair]) -> dict[str, Mapping[str, float]]:
    """What tells that two questions have the same answer, for each kind of precedent."""
    cases = defaultdict[str, list[Case]](list)
    for _, kind, case in pairs:
        cases[kind].append(case)
    return {kind: Table.of(those).weights().each for kind, those in sorted(cases.items())}


def learn(known: Iterable[Example]) -> Weights:
    """What each trait of candidates weighs, or everything that passages say for and against what a question states."""
    known = list(known)
    return Table.of(one.case() for one in known).weights(MILDER if known[0].asked.polar else PENALTY)


@dataclass(frozen=True)
class Table:
    """The candidates of several questions one under another: their traits, which are right, and where those of each
    question begin.
    """

    x: csr_array
    names: Sequence[str]
    right: Array
    starts: Places
    counts: Array

    @classmethod
    def of(cls, known: Iterable[Case]) -> "Table":
        """The candidates of those questions that have any, by the traits that enough of these have."""
        places: dict[str, int] = {}
        cells, values, ends, right, starts = [], [], [0], [], [0]
        many, counts = list[int](), list[float]()
        for one in (one for one in known if one.traits):
            met = set[int]()
            counts.append(one.counts)
            for traits in one.traits:
                row = {places.setdefault(name, len(places)): value for name, value in traits.items() if value}
                met |= row.keys()
                cells.append(np.fromiter(row, np.int32, len(row)))
                values.append(np.fromiter(row.values(), np.float32, len(row)))
                ends.append(ends[-1] + len(row))
            right += one.right
            starts.append(len(right))
            many += [0] * (len(places) - len(many))
            for place in met:
                many[place] += 1
        kept = np.flatnonzero(np.array(many) >= SELDOM)
        x = csr_array((np.concatenate(values), np.concatenate(cells), ends), shape=(len(right), len(places)))
        named = list(places)
        names = [named[n] for n in kept]
        return cls(x[:, kept].astype(float), names, np.array(right, float), np.array(starts), np.array(counts))

    def weights(self, penalty: float = PENALTY) -> Weights:
        """The weights that make the right candidates most likely, or none where none is right."""
        back, first = self.x.T.tocsr(), self.starts[:-1]
        any_right = np.add.reduceat(self.right, first) > 0

        def loss(w: Array) -> tuple[float, Array]:
            score = self.x @ w
            most = np.maximum(np.maximum.reduceat(score, first), 0.0)
            odds, none = np.exp(score - self.spread(most)), np.exp(-most)
            total = np.add.reduceat(odds, first) + none
            likely = odds / self.spread(total)
            hit = np.where(any_right, np.add.reduceat(likely * self.right, first), none / total)
            hit = np.maximum(hit, 1e-300)
            slope = self.spread(self.counts) * (likely - self.spread(any_right / hit) * likely * self.right)
            return float(0.5 * penalty * w @ w - self.counts @ np.log(hit)), back @ slope + penalty * w

        best = minimize(loss, np.zeros(len(self.names)), jac=True, method="L-BFGS-B", options=STEPS).x
        return Weights({name: round(float(w), 3) for name, w in zip(self.names, best, strict=True) if abs(w) >= LIGHT})

    def spread(self, each: Array) -> Array:
        """A value for each question, given to all its candidates."""
        return np.repeat(each, np.diff(self.starts))


Known = TypeVar("Known", Example, "Standing")


def folds(known: Sequence[Known]) -> Iterator[tuple[list[Known], list[Known]]]:
    """Examples to learn from and examples of other sets; each set is left out once."""
    sources = sorted({one.source for one in known})
    for n in range(FOLDS):
        out = set(sources[n::FOLDS])
        yield [one for one in known if one.source not in out], [one for one in known if one.source in out]


class Standing(NamedTuple):
    """How the foremost candidates for a question stand: all that is weighed of each, which are right, and which are
    ruled out.
    """

    source: str
    sort: str
    is_answerable: bool
    traits: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    barred: Sequence[bool]


def standings(known: Sequence[Example]) -> Iterator[Standing]:
    """How candidates stand by weights that were learned from other sets."""
    for train, test in folds(known):
        weights = learn(train)
        for one in test:
            ordered = order(one.asked, one.found, weights, one.bench)
            traits = standing_traits(one.asked, ordered, one.bench)
            foremost = [candidate for (_, candidate), _ in zip(ordered, traits, strict=False)]
            right = [one.right[one.found.index(candidate)] for candidate in foremost]
            barred = list(map(ruled_out, foremost))
            yield Standing(one.source, one.sort, one.is_answerable, traits, right, barred)


def grow(known: Sequence[Standing]) -> Trees:
    """Trees that tell the right candidates among the foremost, over the traits that are not rare."""
    rows = [traits for one in known for traits in one.traits]
    often = Counter(name for traits in rows for name, value in traits.items() if value)
    names = sorted(name for name, times in often.items() if times >= COMMON * len(rows))
    x = np.array([[traits.get(name, 0.0) for name in names] for traits in rows])
    y = np.array([right for one in known for right in one.right])
    counts = [1.0 if one.is_answerable else UNSAID for one in known for _ in one.right]
    grown = lightgbm.train(GROWTH, lightgbm.Dataset(x, y, weight=counts), TREES_GROWN)
    roots = [branch(tree["tree_structure"]) for tree in grown.dump_model()["tree_info"]]
    return Trees(names, roots)


def branch(node: Mapping[str, Any]) -> Any:
    """A node of a tree as it is kept."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 4)
    lower, higher = branch(node["left_child"]), branch(node["right_child"])
    return [node["split_feature"], round(node["threshold"], 6), lower, higher]


def check(known: Sequence[Standing]) -> str:
    """What cross-validation gives, for several degrees of certainty that may be asked for."""
    told = [(e, *outcome(e, trees)) for train, test in folds(known) for trees in [grow(train)] for e in test]
    return table(told, CERTAIN)


def outcome(one: Standing, trees: Trees) -> tuple[float, bool]:
    """How likely the best candidate is right, and whether it is."""
    likely = [trees.likelihood(traits) for traits in one.traits]
    if not likely:
        return 0.0, False
    best = max(range(len(likely)), key=lambda n: likely[n])
    return 0.0 if one.barred[best] else likely[best], one.right[best]


def check_verdicts(known: Sequence[Example]) -> str:
    """The same for questions of yes or no."""
    told = []
    for train, test in folds(known):
        weights = learn(train)
        for one in test:
            likely = likelihoods(one.testimonies, weights, one.bench)
            truth = likely[True] >= likely[False]
            told.append((one, likely[truth], truth is one.truth))
    return table(told, testimony.CERTAIN)


Judged = TypeVar("Judged", Example, Standing)


def table(told: Sequence[tuple[Judged, float, bool]], certain: float) -> str:
    """How many answers are right, wrong or made up, by how certain they have to be, and by sorts."""
    answerable = sum(e.is_answerable for e, _, _ in told)
    first = sum(right for _, _, right in told)
    lines = [f"{len(told)} questions, {answerable} answerable; right answer first: {first} ({first / answerable:.1%})"]
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        given = [(e, right) for e, likely, right in told if likely >= least]
        exact, made_up = sum(right for _, right in given), sum(not e.is_answerable for e, _ in given)
        lines.append(f"certain from {least}: exact {exact}, wrong {len(given) - exact - made_up}, made up {made_up}")
    for sort in sorted({e.sort for e, _, _ in told}):
        own = [(likely, right) for e, likely, right in told if e.sort == sort]
        given = [right for likely, right in own if likely >= certain]
        lines.append(f"{sort}: {len(own)}, first {sum(r for _, r in own)}, given {len(given)}, exact {sum(given)}")
    return "\n".join(lines)


def keep(text: str, name: str) -> None:
    """Write something that was learned into the package."""
    (PACKAGE / name).write_text(text, "utf-8")


def written(weights: Weights) -> str:
    """Weights in the order of their names."""
    return json.dumps(dict(sorted(weights.each.items())), indent=0, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    precedents, known = judged(list(examples()))
    polar, others = ([one for one in known if one.asked.polar is is_polar] for is_polar in (True, False))
    stood = list(standings(others))
    if "--check" in sys.argv:
        print(check(stood), "Questions of yes or no:", check_verdicts(polar), sep="\n")
    else:
        keep(str(precedents), PRECEDENTS)
        keep(written(learn(others)), WEIGHTS)
        keep(str(grow(stood)), TREES)
        keep(written(learn(polar)), VERDICTS)
