"""Learn the weights by which candidates are ranked: `python tests/learn.py [--check]`.

The questions are those of `tests/questions/open-*`; the held-out sets are never read. Candidates are ordered by a
listwise softmax (conditional logistic regression), the certainty of the best by logistic regression on what it is for
questions that were left out when the order was learned; both with an L2 penalty. `--check` writes nothing and reports
what five-fold cross-validation gives instead.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from asked import given_values, text, wanted
from terril import answers, index
from terril.candidates import Candidate
from terril.clues import Asked
from terril.holdings import consult
from terril.ranking import Weights, doubts, order

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "src/terril/weights.json"
PENALTY, DOUBT_PENALTY, FOLDS = 1.0, 20.0, 5
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
    """Weights for the order, then for the certainty, from what the order gives for examples that were left out."""
    left_out = []
    for train, test in folds(known):
        weights = Weights(ordered(train), {}, 0.0)
        left_out += [(example, weights) for example in test]
    certainty, bias = certain(left_out)
    return Weights(ordered(known), certainty, bias)


def folds(known: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Examples to learn from and examples to leave out, each left out once; the same division every time."""
    shuffled = np.random.default_rng(0).permutation(len(known))
    for n in range(FOLDS):
        out = set(shuffled[n::FOLDS].tolist())
        yield [e for k, e in enumerate(known) if k not in out], [e for k, e in enumerate(known) if k in out]


def ordered(known: Sequence[Example]) -> dict[str, float]:
    """What each feature weighs, so that the right candidates come first."""
    known = [e for e in known if any(e.right) and not all(e.right)]
    names = sorted({name for e in known for one in e.found for name in one.features})
    data = [(matrix([one.features for one in e.found], names), np.array(e.right)) for e in known]

    def loss(w: Array) -> tuple[float, Array]:
        total, slope = 0.5 * PENALTY * float(w @ w), PENALTY * w
        for x, right in data:
            odds = np.exp(x @ w - (x @ w).max())
            hit = odds * right
            total += float(np.log(odds.sum()) - np.log(hit.sum()))
            slope = slope + x.T @ (odds / odds.sum() - hit / hit.sum())
        return total, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return rounded(names, found.x)


def certain(left_out: Sequence[tuple[Example, Weights]]) -> tuple[dict[str, float], float]:
    """What each feature weighs in being certain of the best candidate, on its own scale."""
    rows, right = [], []
    for example, weights in left_out:
        if example.found:
            best = order(example.found, weights)
            rows.append(doubts(example.asked, best))
            right.append(example.right[example.found.index(best[0][1])])
    names = sorted({name for row in rows for name in row})
    x, y = matrix(rows, names), np.array(right)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    scaled = (x - mean) / spread

    def loss(w: Array) -> tuple[float, Array]:
        margin = np.where(y, 1, -1) * (scaled @ w[1:] + w[0])
        slope = -np.where(y, 1, -1) / (1 + np.exp(margin))
        total = float(np.logaddexp(0, -margin).sum() + 0.5 * DOUBT_PENALTY * w[1:] @ w[1:])
        return total, np.concatenate(([slope.sum()], scaled.T @ slope + DOUBT_PENALTY * w[1:]))

    w = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return rounded(names, w[1:] / spread), round(float(w[0] - (w[1:] * mean / spread).sum()), 4)


def matrix(rows: Sequence[Any], names: Sequence[str]) -> Array:
    place = {name: n for n, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for n, row in enumerate(rows):
        for name, value in row.items():
            if name in place:
                x[n, place[name]] = float(value)
    return x


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
    likely = weights.likelihood(doubts(example.asked, best))
    return likely, example.right[example.found.index(best[0][1])]


if __name__ == "__main__":
    known = list(examples())
    if "--check" in sys.argv:
        print(check(known))
    else:
        weights = learn(known)
        kept = {"order": weights.order, "certainty": weights.certainty, "bias": weights.bias}
        WEIGHTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
