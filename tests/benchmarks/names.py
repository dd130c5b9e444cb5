"""Finding one name among many, beside rapidfuzz over all names and SQLite's trigrams, in one run.

    python tests/benchmarks/names.py --names 1000000 --searches 100

Names are made of invented words, a few of them very frequent, as words are. Each is looked up as it is, and changed in
the ways in which people change names. A search is right if the thing that comes first has the name that was meant.
"""

import argparse
import os
import random
import re
import sqlite3
import statistics
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from pathlib import Path

from terril import naming, spelling
from terril.index import Index
from terril.naming import Name, Named

BASE = "https://w3id.org/terril/id/organisation/"
LABEL = naming.PROPERTIES[0]
ONSETS = ("b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v")
NUCLEI = ("a", "e", "i", "o", "u", "ai", "ou", "é", "è", "ô")
CODAS = ("", "", "", "l", "n", "r", "s", "t", "x", "ge")
JOINTS = ("", "", "", "", "de", "of", "the", "pour")
Search = Callable[[str], str]


def invented(count: int, chance: random.Random) -> list[str]:
    """Words of one to five syllables, each once."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = range(chance.choice((1, 2, 2, 3, 3, 3, 4, 5)))
        words["".join(chance.choice(part) for _ in syllables for part in (ONSETS, NUCLEI, CODAS))] = None
    return list(words)


def labels(count: int, chance: random.Random) -> list[str]:
    """Names of one to six words, each once; the frequency of a word is as its rank (Zipf's law)."""
    words = invented(max(100, count // 8), chance)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    names: dict[str, None] = {}
    while len(names) < count:
        drawn = chance.choices(words, cum_weights=weights, k=chance.choice((1, 2, 2, 3, 3, 4, 5, 6)))
        joints = (chance.choice(JOINTS) for _ in drawn)
        parts = [part for word, joint in zip(drawn, joints, strict=True) for part in (joint, word) if part]
        names[" ".join(parts).removeprefix("of ").capitalize()] = None
    return list(names)


def slipped(name: str, chance: random.Random) -> str:
    """A name with one slip in one of its longer words: a letter left out, put in, changed, or two transposed."""
    longer = [match for match in re.finditer(r"\w{4,}", name) if match[0].lower() not in spelling.SMALL]
    if not longer:
        return name
    match = chance.choice(longer)
    at = chance.randrange(match.start() + 1, match.end() - 1)
    before, letter, after = name[:at], name[at], name[at + 1 :]
    slips = (
        before + after,
        before + letter + chance.choice("aeinrst") + after,
        before + chance.choice("aeinrst") + after,
        before + after[0] + letter + after[1:],
    )
    return chance.choice(slips)


def bare(name: str, _: random.Random) -> str:
    """A name in capitals without accents."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(char for char in parts if not unicodedata.combining(char)).upper()


def plural(name: str, _: random.Random) -> str:
    """A name with every word in the plural that has one."""
    kept = [word.lower() in spelling.SMALL or len(word) < 4 or word[-1] in "sx" for word in name.split()]
    return " ".join(word if keep else f"{word}s" for word, keep in zip(name.split(), kept, strict=True))


def reordered(name: str, chance: random.Random) -> str:
    words = [word for word in name.split() if word not in spelling.SMALL]
    chance.shuffle(words)
    return " ".join(words)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda name, _: name,
    "bare": bare,
    "plural": plural,
    "reordered": reordered,
    "one slip": slipped,
    "two slips": lambda name, chance: slipped(slipped(name, chance), chance),
}


def terril(names: list[str], folder: Path) -> Iterator[Search]:
    path = folder / "index.sqlite"
    if not path.exists():
        path.write_bytes(
            naming.write((Named(f"{BASE}{i}", (), (Name(n, "en", LABEL),)) for i, n in enumerate(names)), "")
        )
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        index = Index(connection, str(path))
        yield lambda text: next((match.name for match in index.search(text)), "")


def cold(names: list[str], folder: Path) -> Iterator[Search]:
    """The same, opened for each search, nothing of the file in the system's memory."""
    path = folder / "index.sqlite"

    def search(text: str) -> str:
        return next(iter(terril(names, folder)))(text)

    def forgotten(text: str) -> str:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
        start = time.perf_counter()
        found = search(text)
        forgotten.took = time.perf_counter() - start  # type: ignore[attr-defined]
        return found

    yield forgotten


def brute(names: list[str], _: Path) -> Iterator[Search]:
    from rapidfuzz import fuzz, process, utils

    prepared = [utils.default_process(name) for name in names]

    def search(text: str) -> str:
        asked = utils.default_process(text)
        _, _, at = process.extract(asked, prepared, scorer=fuzz.token_sort_ratio, limit=1)[0]
        return names[at]

    yield search


def trigrams(names: list[str], folder: Path) -> Iterator[Search]:
    with sqlite3.connect(folder / "trigrams.sqlite") as connection:
        connection.execute("CREATE VIRTUAL TABLE name USING fts5(text, tokenize='trigram')")
        connection.executemany("INSERT INTO name VALUES (?)", ((name,) for name in names))
        connection.commit()

        def search(text: str) -> str:
            plain = text.lower()
            parts = " OR ".join(f'"{plain[i : i + 3]}"' for i in range(max(1, len(plain) - 2)))
            rows = connection.execute("SELECT text FROM name WHERE name MATCH ? ORDER BY rank LIMIT 1", (parts,))
            return str((rows.fetchone() or ("",))[0])

        yield search


CONTESTANTS: dict[str, Callable[[list[str], Path], Iterator[Search]]] = {
    "terril": terril,
    "terril, cold": cold,
    "rapidfuzz": brute,
    "trigrams": trigrams,
}

NOTES = """
Milliseconds of a search; the rest is the share of searches, in percent, whose first thing has the name that was meant.
terril        Index.search on the file of names; cold: the file opened anew, and not in the system's memory.
rapidfuzz     process.extract over all names with token_sort_ratio, all of them in memory, lower-cased beforehand.
trigrams      SQLite's FTS5 with the trigram tokenizer: the names that share most trigrams, by its own rank."""


def measure(search: Search, asked: Iterable[tuple[str, str]], limit: float) -> tuple[list[float], int]:
    """What each search took, in seconds, and how many were right, until the limit of time."""
    took: list[float] = []
    right = 0
    for text, meant in asked:
        start = time.perf_counter()
        found = search(text)
        took.append(getattr(search, "took", time.perf_counter() - start))
        right += spelling.stems(spelling.words(found)) == spelling.stems(spelling.words(meant))
        if sum(took) > limit:
            break
    return took, right


def compare(count: int, searches: int, limit: float) -> Iterator[str]:
    """The lines of the table, as they come in."""
    chance = random.Random(count)
    names = labels(count, chance)
    meant = chance.sample(names, searches)
    changed = {kind: [(change(name, chance), name) for name in meant] for kind, change in CHANGES.items()}
    yield f"{'names':>12}{'ready s':>9}{'median':>8}{'95 %':>8}{'worst':>8}" + "".join(
        f"{kind:>11}" for kind in CHANGES
    )
    with tempfile.TemporaryDirectory() as folder:
        for contestant, opened in CONTESTANTS.items():
            start = time.perf_counter()
            for search in islice(opened(names, Path(folder)), 1):
                ready = time.perf_counter() - start
                search(names[0])
                yield row(contestant, ready, [measure(search, asked, limit) for asked in changed.values()])


def row(contestant: str, ready: float, found: list[tuple[list[float], int]]) -> str:
    took = sorted(1000 * seconds for times, _ in found for seconds in times)
    shown = (statistics.median(took), took[len(took) * 95 // 100], took[-1])
    shares = "".join(f"{100 * right / len(times):>11.1f}" for times, right in found)
    return f"{contestant:>12}{ready:>9.1f}" + "".join(f"{each:>8.1f}" for each in shown) + shares


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare ways to find a name among many.")
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=100, help="how many names are looked up in each way")
    parser.add_argument("--limit", type=float, default=60, help="seconds that a contestant may take for each way")
    options = parser.parse_args()
    for line in compare(options.names, options.searches, options.limit):
        print(line, flush=True)
    print(NOTES)


if __name__ == "__main__":
    main()
