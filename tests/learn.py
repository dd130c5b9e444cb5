"""Learn the weights by which candidates are ranked, and passages heard: `python tests/learn.py [--check] [--verdicts]`.

The questions are those of `tests/questions/open-*`; the held-out sets are never read. The weights are those of a
conditional logit with an L2 penalty: of the candidates for a question, and none at all, the right ones are to be most
likely; none, where the documents do not say or no candidate is right. So it is with the passages for and against what
a question of yes or no states, whose weights lie apart (`--verdicts`). `--check` writes nothing and reports what
five-fold cross-validation gives instead.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

try:
    from scipy.optimize import minimize
    from scipy.sparse import csr_array
except ImportError:  # of the extra `learn`: without it nothing is learned, and the module can be looked at
    minimize = csr_array = None

from asked import given_values, text, wanted
from terril import answers, index
from terril.candidates import Candidate
from terril.clues import Asked
from terril.holdings import consult
from terril.ranking import CERTAIN, Weights, likelihood, order, ruled_out
from terril.testimony import VERDICTS, Testimony, likelihoods
from terril.traits import Traits

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "src/terril"
PENALTY, FOLDS = 2.0, 5
MILDER = 1.0
"""The penalty for verdicts, of which fewer are known."""
UNSAID = 2.0
"""What a question of yes or no counts that the documents do not answer, since few of them are known."""
STEPS = {"maxiter": 120}
SELDOM = 5
"""In how many questions a trait must be found to have a weight."""
LIGHT = 0.02
"""Weights below this are not kept."""
Array = NDArray[np.float64]
Places = NDArray[np.int64]
Known = TypeVar("Known")


@dataclass(frozen=True)
class Example:
    """A question with its candidates, and which of them are right."""

    asked: Asked
    found: Sequence[Candidate]
    right: Sequence[bool]
    answerable: bool
    sort: str = ""


def examples() -> Iterator[Example]:
    """The questions of the open sets that are not to be answered by yes or no."""
    import tomllib

    store = consult(None, home=HERE.parent)
    names = index.open(store)
    for path in sorted((HERE / "questions").glob("open-*")):
        for question in tomllib.loads(text(path))["question"]:
            if question["answer"] in (["yes"], ["no"]):
                continue
            asked, found = answers.candidates_of(question["text"], store, names)
            if not asked.polar:
                right = [given_values(one.answers) in wanted(question) for one in found]
                yield Example(asked, found, right, bool(question["answer"]), question["sort"])


class Case(NamedTuple):
    """What is weighed of each candidate for a question, which of them are right, and how much the question counts."""

    traits: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    counts: float = 1.0


@dataclass(frozen=True)
class Heard:
    """A question of yes or no with what passages say for and against it; its answer is nothing where none do."""

    testimonies: Sequence[Testimony]
    answer: bool | None
    sort: str

    def case(self) -> Case:
        right = [one.truth is self.answer for one in self.testimonies]
        return Case([one.features for one in self.testimonies], right, UNSAID if self.answer is None else 1.0)


def hearings() -> Iterator[Heard]:
    """The questions of the open sets that are to be answered by yes or no, or would be if the documents said."""
    import tomllib

    store = consult(None, home=HERE.parent)
    names = index.open(store)
    for path in sorted((HERE / "questions").glob("open-*")):
        for question in tomllib.loads(text(path))["question"]:
            answer = {("yes",): True, ("no",): False}.get(tuple(question["answer"]))
            hearing = answers.hearing_of(question["text"], store, names)
            if hearing is not None and (answer is not None or not question["answer"]):
                yield Heard(hearing.testimonies(), answer, question["sort"])


def learn(known: Sequence[Example]) -> Weights:
    """What each trait weighs."""
    cases = (Case([Traits(one.asked).of(found) for found in one.found], one.right) for one in known)
    return Table.of(cases).weights()


def learn_verdicts(known: Sequence[Heard]) -> Weights:
    """What everything weighs that passages say for and against what a question states."""
    return Table.of(one.case() for one in known).weights(MILDER)


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


def folds(known: Sequence[Known]) -> Iterator[tuple[list[Known], list[Known]]]:
    """Examples to learn from and examples to leave out, each left out once; the same division every time."""
    shuffled = np.random.default_rng(0).permutation(len(known))
    for n in range(FOLDS):
        out = set(shuffled[n::FOLDS].tolist())
        yield [e for k, e in enumerate(known) if k not in out], [e for k, e in enumerate(known) if k in out]


def check(known: Sequence[Example]) -> str:
    """What cross-validation gives, for several degrees of certainty that may be asked for."""
    told = [(e, *outcome(e, weights)) for train, test in folds(known) for weights in [learn(train)] for e in test]
    answerable = sum(e.answerable for e in known)
    first = sum(right for _, _, right in told)
    lines = [
        f"{len(known)} questions, {answerable} answerable; right candidate first: {first} ({first / answerable:.1%})"
    ]
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        given = [(e, right) for e, likely, right in told if likely >= least]
        exact, made_up = sum(right for _, right in given), sum(not e.answerable for e, _ in given)
        wrong = len(given) - exact - made_up
        lines.append(f"certain from {least}: exact {exact}, wrong {wrong}, answers made up {made_up}")
    for sort in sorted({e.sort for e in known}):
        own = [(likely, right) for e, likely, right in told if e.sort == sort]
        given = [right for likely, right in own if likely >= CERTAIN]
        lines.append(
            f"{sort or 'all'}: {len(own)}, first {sum(r for _, r in own)}, given {len(given)}, exact {sum(given)}"
        )
    return "\n".join(lines)


def outcome(example: Example, weights: Weights) -> tuple[float, bool]:
    """How likely the best candidate is right, and whether it is."""
    if not example.found:
        return 0.0, False
    best = order(example.asked, example.found, weights)
    likely = 0.0 if ruled_out(best[0][1]) else likelihood([score for score, _ in best])
    return likely, example.right[example.found.index(best[0][1])]


def check_verdicts(known: Sequence[Heard]) -> str:
    """What cross-validation gives for questions of yes or no, by how sure a verdict must be."""
    told = [
        (e, likelihoods(e.testimonies, weights))
        for train, test in folds(known)
        for weights in [learn_verdicts(train)]
        for e in test
    ]
    lines = [f"{len(known)} questions, {sum(e.answer is not None for e in known)} answerable"]
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        given = [(e, likely[True] >= likely[False]) for e, likely in told if max(likely.values()) >= least]
        exact, made_up = sum(e.answer is truth for e, truth in given), sum(e.answer is None for e, _ in given)
        lines.append(f"certain from {least}: exact {exact}, wrong {len(given) - exact - made_up}, made up {made_up}")
    return "\n".join(lines)


def keep(weights: Weights, name: str) -> None:
    """Write the weights into the package, in the order of their names."""
    (PACKAGE / name).write_text(
        json.dumps(dict(sorted(weights.each.items())), indent=0, ensure_ascii=False) + "\n", "utf-8"
    )


if __name__ == "__main__":
    if "--verdicts" in sys.argv:
        heard = list(hearings())
        print(check_verdicts(heard)) if "--check" in sys.argv else keep(learn_verdicts(heard), VERDICTS)
    else:
        known = list(examples())
        print(check(known)) if "--check" in sys.argv else keep(learn(known), "weights.json")
