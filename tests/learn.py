"""Learn the weights by which candidates are ranked: `python tests/learn.py [--check]`.

The questions are those of `tests/questions/open-*`; the held-out sets are never read. Candidates are ordered by a
listwise softmax (conditional logistic regression), and the foremost by boosted trees with the same loss besides; how
certain the best is comes from logistic regression and boosted trees on what it is for questions that were left out when
the order was learned. The regressions have an L2 penalty. `--check` writes nothing and reports
what five-fold cross-validation gives instead.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

try:
    from scipy.optimize import minimize
    from scipy.sparse import csr_array
except ImportError:  # of the extra `learn`: without it nothing is learned, and the module can be looked at
    minimize = csr_array = None

import boosting
from asked import given_values, text, wanted
from terril import answers, index, trees
from terril.candidates import Candidate
from terril.clues import Asked
from terril.holdings import consult
from terril.ranking import Weights, doubts, foremost, order, ruled_out
from terril.trees import Tree

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "src/terril/weights.json"
PENALTY, DOUBT_PENALTY, FOLDS = 1.0, 20.0, 5
STEPS = {"maxiter": 300}
SELDOM, COMMON = 3, 40
"""In how many questions a feature must be found to have a weight, and to be asked for by a tree of the order."""
ORDER_TREES = (120, 0.12)
CERTAINTY_TREES = (150, 0.05)
"""How many trees, and how much of each."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question with its candidates, and which of them are right."""

    asked: Asked
    found: Sequence[Candidate]
    right: Sequence[bool]
    answerable: bool


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
            if asked.form != "truth":
                right = [given_values(one.answers) in wanted(question) for one in found]
                yield Example(asked, found, right, bool(question["answer"]))


def learn(known: Sequence[Example]) -> Weights:
    """Weights and trees for the order, then for the certainty, from what the order gives for what was left out."""
    left_out = [(e, weights) for train, test in folds(known) for weights in [order_of(train)] for e in test]
    ordering = order_of(known)
    certainty, bias, grown = certain(left_out)
    return Weights(ordering.order, certainty, bias, ordering.order_trees, grown)


def folds(known: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Examples to learn from and examples to leave out, each left out once; the same division every time."""
    shuffled = np.random.default_rng(0).permutation(len(known))
    for n in range(FOLDS):
        out = set(shuffled[n::FOLDS].tolist())
        yield [e for k, e in enumerate(known) if k not in out], [e for k, e in enumerate(known) if k in out]


def order_of(known: Sequence[Example]) -> Weights:
    """Weights by which the right candidates come first, and trees that tell the foremost apart."""
    known = [e for e in known if any(e.right) and not all(e.right)]
    weights = Weights(ordered(known), {}, 0.0)
    close = [foremost(e.found, weights) for e in known]
    right = [[e.right[e.found.index(one)] for one in found] for e, found in zip(known, close, strict=True)]
    kept = [n for n, some in enumerate(right) if any(some) and not all(some)]
    rows = [[one.features for one in close[n]] for n in kept]
    lists = Lists.of([right[n] for n in kept])
    table = boosting.Table(matrix([*chain.from_iterable(rows)], named(rows, COMMON)).toarray(), named(rows, COMMON))
    grown = boosting.boosted(table, lambda score: lists.slopes(score)[1:], *ORDER_TREES)
    return Weights(weights.order, {}, 0.0, grown)


@dataclass(frozen=True)
class Lists:
    """The candidates of several questions one under another, where those of each begin, and which are right."""

    right: Array
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, right: Sequence[Sequence[bool]]) -> "Lists":
        return cls(np.concatenate([np.array(one, float) for one in right]), np.cumsum([0, *map(len, right)])[:-1])

    def shares(self, odds: Array) -> Array:
        """Odds as shares of all those for the same question."""
        return odds / self.spread(np.add.reduceat(odds, self.starts))

    def spread(self, each: Array) -> Array:
        """A value for each question, given to all its candidates."""
        return np.repeat(each, np.diff([*self.starts, len(self.right)]))

    def slopes(self, score: Array) -> tuple[float, Array, Array]:
        """The listwise loss of some scores, with its first and second derivatives."""
        likely = self.shares(np.exp(score - self.spread(np.maximum.reduceat(score, self.starts))))
        hit = np.add.reduceat(likely * self.right, self.starts)
        return -float(np.log(hit).sum()), likely - self.shares(likely * self.right), likely * (1 - likely) + 1e-3


def ordered(known: Sequence[Example]) -> dict[str, float]:
    """What each feature weighs, so that the right candidates come first."""
    rows = [[one.features for one in e.found] for e in known]
    lists, names = Lists.of([e.right for e in known]), named(rows, SELDOM)
    x = matrix([*chain.from_iterable(rows)], names)
    back = x.T.tocsr()

    def loss(w: Array) -> tuple[float, Array]:
        total, slope, _ = lists.slopes(x @ w)
        return total + 0.5 * PENALTY * float(w @ w), back @ slope + PENALTY * w

    return rounded(names, minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options=STEPS).x)


def certain(left_out: Sequence[tuple[Example, Weights]]) -> tuple[dict[str, float], float, list[Tree]]:
    """What each feature weighs in being certain of the best candidate, and trees for it; each has half a say."""
    rows, right = [], []
    for example, weights in left_out:
        if example.found:
            best = order(example.found, weights)
            rows.append(doubts(example.asked, best))
            right.append(example.right[example.found.index(best[0][1])])
    names = named([[row] for row in rows], SELDOM)
    x, y = matrix(rows, names).toarray(), np.array(right)
    weights, bias = logistic(x, y)
    grown = boosting.boosted(boosting.Table(x, names), lambda score: _likely(score, y), *CERTAINTY_TREES)
    halved = [replace(tree, leaves=[round(leaf / 2, 4) for leaf in tree.leaves]) for tree in grown]
    return rounded(names, weights / 2), round(bias / 2, 4), halved


def _likely(score: Array, right: NDArray[np.bool_]) -> tuple[Array, Array]:
    """The derivatives of the logistic loss."""
    likely = 1 / (1 + np.exp(-score))
    return likely - right, likely * (1 - likely)


def logistic(x: Array, y: NDArray[np.bool_]) -> tuple[Array, float]:
    """Weights and bias of a logistic regression, whose penalty is on the scale of each feature."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    scaled = (x - mean) / spread

    def loss(w: Array) -> tuple[float, Array]:
        score = scaled @ w[1:] + w[0]
        slope = _likely(score, y)[0]
        total = float(np.logaddexp(0, np.where(y, -score, score)).sum() + 0.5 * DOUBT_PENALTY * w[1:] @ w[1:])
        return total, np.concatenate(([slope.sum()], scaled.T @ slope + DOUBT_PENALTY * w[1:]))

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options=STEPS).x
    return w[1:] / spread, float(w[0] - (w[1:] * mean / spread).sum())


def named(questions: Sequence[Sequence[Mapping[str, float]]], least: int) -> list[str]:
    """The features that at least so many questions have for one of their candidates."""
    found = Counter(name for rows in questions for name in {name for row in rows for name, v in row.items() if v})
    return sorted(name for name, many in found.items() if many >= least)


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> csr_array:
    place = {name: n for n, name in enumerate(names)}
    cells = ((n, place[k], v) for n, row in enumerate(rows) for k, v in row.items() if v and k in place)
    found = np.fromiter(cells, dtype=[("row", np.int64), ("column", np.int64), ("value", np.float64)])
    return csr_array((found["value"], (found["row"], found["column"])), shape=(len(rows), len(names)))


def rounded(names: Sequence[str], weights: Array) -> dict[str, float]:
    """Weights by name, without those that weigh nothing."""
    return {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if abs(w) >= 5e-4}


def check(known: Sequence[Example]) -> str:
    """What cross-validation gives, for several degrees of certainty that may be asked for."""
    told = [(e, *outcome(e, weights)) for train, test in folds(known) for weights in [learn(train)] for e in test]
    answerable = sum(e.answerable for e in known)
    first = sum(right for e, _, right in told)
    lines = [
        f"{len(known)} questions, {answerable} answerable; right candidate first: {first} ({first / answerable:.0%})"
    ]
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        given = [(e, right) for e, likely, right in told if likely >= least]
        exact, made_up = sum(right for _, right in given), sum(not e.answerable for e, _ in given)
        share = (exact + len(known) - answerable - made_up) / len(known)
        lines.append(f"certain from {least}: exact {exact}, answers made up {made_up}, all right {share:.1%}")
    return "\n".join(lines)


def outcome(example: Example, weights: Weights) -> tuple[float, bool]:
    """How likely the best candidate is right, and whether it is."""
    if not example.found:
        return 0.0, False
    best = order(example.found, weights)
    likely = 0.0 if ruled_out(best[0][1]) else weights.likelihood(doubts(example.asked, best))
    return likely, example.right[example.found.index(best[0][1])]


def keep(weights: Weights) -> None:
    """Write the weights into the package; each tree on a line of its own."""
    plain = {"order": weights.order, "certainty": weights.certainty, "bias": weights.bias}
    grown = {"order trees": weights.order_trees, "certainty trees": weights.certainty_trees}
    lines = [f'"{name}": {json.dumps(value, indent=1, ensure_ascii=False)}' for name, value in plain.items()]
    for name, some in grown.items():
        each = ",\n".join(json.dumps(tree, ensure_ascii=False, separators=(",", ":")) for tree in trees.kept(some))
        lines.append(f'"{name}": [\n{each}\n]')
    WEIGHTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    known = list(examples())
    if "--check" in sys.argv:
        print(check(known))
    else:
        keep(learn(known))
