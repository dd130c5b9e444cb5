"""Where two graphs differ, triple by triple, however many triples they have."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .sheaves import Sheaf
from .tallies import part
from .values import value

LISTED: Final = 20
"""How many differences are listed, unless more are asked for."""
_PAIRED: Final = 10_000
"""Differences of one sort among which pairs are looked for."""
_FILES: Final = 64


@dataclass(frozen=True)
class Difference:
    """A triple that is missing, or extra, or that stands there altered: `sent` and `found` are lines of N-Triples."""

    sent: str | None
    found: str | None

    def __str__(self) -> str:
        if self.found is None:
            return f"missing: {self.sent}"
        if self.sent is None:
            return f"extra: {self.found}"
        return f"altered: {self.sent}\n     to: {self.found}"


@dataclass(frozen=True)
class Differences:
    """How many triples are missing, extra and altered, how many are only written otherwise, and some of each."""

    missing: int = 0
    extra: int = 0
    altered: int = 0
    rewritten: int = 0
    listed: tuple[Difference, ...] = ()
    rewritings: tuple[Difference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.altered)


NONE: Final = Differences()
"""Two graphs are alike."""


def compare(
    sent: Iterable[bytes], found: Iterable[bytes], parts: frozenset[int], most: int = LISTED, *, by_value: bool = False
) -> Differences:
    """Compare the lines of two graphs, which differ in these parts only. Lines lie in files, by 64ths, not in memory.

    With `by_value`, literals of the same value count as rewritten, not as altered.
    """
    missing: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    counts = [0, 0]
    with TemporaryDirectory(prefix="terril-") as place:
        sheaves = [_laid(lines, Path(place) / name, parts) for lines, name in ((sent, "sent"), (found, "found"))]
        for number in range(_FILES):
            ours, theirs = (Counter(sheaf.lines(number)) for sheaf in sheaves)
            for which, (into, lines) in enumerate(((missing, ours - theirs), (extra, theirs - ours))):
                counts[which] += lines.total()
                into.update({line.decode(): lines[line] for line in _some(lines, _PAIRED - len(into))})
    return _told(missing, extra, (counts[0], counts[1]), most, value if by_value else None)


def _some(lines: Counter[bytes], most: int) -> list[bytes]:
    return sorted(lines)[: max(0, most)]


def _laid(lines: Iterable[bytes], folder: Path, parts: frozenset[int]) -> Sheaf:
    sheaf = Sheaf(folder)
    for line in lines:
        number = part(line)
        if number in parts:
            sheaf.add(number % _FILES, line)
    return sheaf


def _told(
    missing: Counter[str], extra: Counter[str], counts: tuple[int, int], most: int, spelt: Callable[[str], str] | None
) -> Differences:
    """Pair what is missing with what is extra: rewritten if of the same value, altered if of the same subject and
    predicate."""
    rewritten = list(_pairs(missing, extra, spelt)) if spelt else []
    altered = list(_pairs(missing, extra, _about))
    paired = len(rewritten) + len(altered)
    singles = [Difference(line, None) for line in sorted(missing.elements())]
    singles += [Difference(None, line) for line in sorted(extra.elements())]
    return Differences(
        counts[0] - paired, counts[1] - paired, len(altered), len(rewritten),
        tuple((altered + singles)[:most]), tuple(rewritten[:most]),
    )  # fmt: skip


def _pairs(missing: Counter[str], extra: Counter[str], key: Callable[[str], str]) -> Iterator[Difference]:
    """Take pairs out that are alike by a key."""
    waiting: dict[str, list[str]] = {}
    for line in sorted(extra.elements(), reverse=True):
        waiting.setdefault(key(line), []).append(line)
    for line in sorted(missing.elements()):
        if found := waiting.get(key(line)):
            twin = found.pop()
            missing[line] -= 1
            extra[twin] -= 1
            yield Difference(line, twin)
    for lines in (missing, extra):
        lines += Counter()  # drops what has none left


def _about(line: str) -> str:
    subject, predicate, _ = line.split(" ", 2)
    return f"{subject} {predicate}"
