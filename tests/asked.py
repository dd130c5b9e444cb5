"""Ask the questions of test sets in words, and tell how many are answered exactly: `python tests/asked.py FILE…`.

A question of a set has an expected `answer`, a list of things, values, yes or no, and may have `alternatives`; an empty
list says that the documents do not say, and anything given for it is invented. `--counts-only` keeps the questions
themselves out of what is printed.
"""

import gzip
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox

import terril
from terril import benches, precedents
from terril.names import compact
from terril.results import Truth

UNANSWERABLE = ("silent", "trap", "nonsense")


@dataclass(frozen=True)
class Outcome:
    """A question, what was given for it, and how it was read."""

    question: dict[str, Any]
    given: tuple[str, ...]
    note: str
    seconds: float

    @property
    def verdict(self) -> str:
        """Exact, wrong (something else was given), or none (nothing was)."""
        if frozenset(self.given) in wanted(self.question):
            return "exact"
        return "wrong" if self.given else "none"

    @property
    def invented(self) -> bool:
        """Whether something was given for a question that the documents do not answer."""
        return bool(self.given) and not self.question["answer"]


def wanted(question: dict[str, Any]) -> list[frozenset[str]]:
    """The answers that are right: the expected one and its alternatives."""
    return [frozenset(map(plain, one)) for one in (question["answer"], *question.get("alternatives", ()))]


def plain(value: str) -> str:
    """A value as a set writes it or as a result gives it: without the spaces and signs of typography."""
    return value.replace("\N{NO-BREAK SPACE}", " ").strip()


def outcomes(paths: Iterable[Path], every: int = 1, **place: Any) -> list[Outcome]:
    """Ask the questions of some files, or one in so many of each; those of a set are no precedents for each other."""
    found = []
    for path in paths:
        with without_precedents_of(path):
            found += [ask(question, **place) for question in tomllib.loads(text(path))["question"][::every]]
    return found


@contextmanager
def without_precedents_of(path: Path) -> Iterator[None]:
    """While questions of an open set are asked, none of its set is a precedent."""
    known = precedents.learned()
    others = known.but(source(path)) if path.stem.startswith("open-") else known
    with patch.object(benches, "learned", lambda: others):
        yield


def source(path: Path) -> str:
    """What the sets of one reader have in common, in both languages: the number in their names."""
    return "-".join(path.stem.split("-")[2:]) or "1"


def text(path: Path) -> str:
    """The text of a file; packed is what is to be asked but not read by those who make the reading of questions."""
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")


def ask(question: dict[str, Any], **place: Any) -> Outcome:
    """Ask one question; what is not understood gives nothing."""
    start = time.perf_counter()
    try:
        answer = terril.ask(question["text"], **place)
    except terril.TerrilError as error:
        return Outcome(question, (), f"{type(error).__name__}: {error}", time.perf_counter() - start)
    return Outcome(question, given(answer), str(answer.reading), time.perf_counter() - start)


def given(answer: terril.Answer) -> tuple[str, ...]:
    """The first column of an answer: CURIEs, values, yes or no; nothing if the documents do not say."""
    if answer.reading is not None and not answer.reading.answered:
        return ()
    if isinstance(answer.result, Truth):
        return ("yes" if answer.result else "no",)
    terms = (row[0] for row in answer.result.rows)
    return tuple(
        dict.fromkeys(plain(compact(t.value)) if isinstance(t, ox.NamedNode | ox.Literal) else str(t) for t in terms)
    )


def report(found: Sequence[Outcome], *, counts_only: bool = False) -> str:
    """The shares, in all and by language and kind; then the questions that went wrong."""
    lines = [tally("all", found)]
    for key in ("lang", "sort"):
        for value in sorted({one.question[key] for one in found}):
            lines.append(tally(value, [one for one in found if one.question[key] == value]))
    unanswerable = [one for one in found if one.question["sort"] in UNANSWERABLE or not one.question["answer"]]
    invented = sum(one.invented for one in unanswerable)
    lines.append(f"unanswerable questions: {len(unanswerable)}, of which given an invented answer: {invented}")
    lines.append(f"slowest: {max(one.seconds for one in found):.2f} s")
    if not counts_only:
        lines += [failure(one) for one in found if one.verdict != "exact"]
    return "\n".join(lines)


def tally(name: str, found: Sequence[Outcome]) -> str:
    counts = Counter(one.verdict for one in found)
    share = counts["exact"] / len(found) if found else 0
    told = f"{name:<11} {counts['exact']:>4} of {len(found):>4} exact ({share:.0%})"
    return f"{told}, {counts['wrong']} wrong, {counts['none']} not answered"


def failure(one: Outcome) -> str:
    wanted, got = (", ".join(values) or "nothing" for values in (one.question["answer"], one.given))
    head = f"{one.verdict} [{one.question['lang']} {one.question['sort']}] {one.question['text']}"
    return f"\n{head}\n  wanted {wanted}\n  given  {got}\n  {one.note[:300]}"


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--counts-only"]
    print(report(outcomes(map(Path, arguments)), counts_only="--counts-only" in sys.argv))
