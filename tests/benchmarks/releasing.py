"""How long `terril release` takes, beside sorting and packing the same N-Quads, and how much memory.

    python tests/benchmarks/releasing.py --triples 100000 1000000 --rounds 3

The graph is what `timing.py` asks, as a file of N-Quads: every triple, asserted or inferred, stands in the default
graph, and again in a named graph that says who says so; `--triples` counts the former. Beside it `sort` of GNU, by
bytes, with two threads and memory for all lines, and `gzip` at the level of releases, 6, one behind the other; what it
writes must unpack to what the release's N-Quads do. Rounds alternate, and medians are shown. Memory is the largest sum
over the processes of a release of what is theirs alone (RssAnon) and of all that they have in memory (VmRSS), looked up
five times a second. `--by-format` tells instead what each format takes of the processor, in one process: making its
text, and packing it.
"""

import argparse
import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from timing import HOME, INFERRED, in_passages, regions

import terril
from terril import names, rules
from terril.bundle import release, writing
from terril.bundle.syntaxes import Writer
from terril.dictionary import code
from terril.inference import derive


def write(path: Path, triples: int) -> None:
    """Write a graph of about so many triples, inferred ones included, as N-Quads."""
    facts, inferred = path.with_name("facts.nt"), path.with_name("inferred.nt")
    with path.open("wb") as quads:
        with facts.open("wb") as plain:
            for lines in regions(round(triples / (1 + INFERRED))):
                plain.writelines(lines)
                quads.writelines(in_passages(lines))
        rulebook = rules.compile(quad for file in HOME.ontology for quad in ox.parse(path=file))
        derive(code(facts, rulebook), rulebook).write(inferred)
        for file, graph in ((facts, None), (inferred, None), (inferred, names.INFERRED)):
            with file.open("rb") as lines:
                quads.writelines(
                    line if graph is None else b"%b<%b> .\n" % (line[:-2], graph.encode()) for line in lines
                )
        for quad in (quad for file in HOME.ontology for quad in ox.parse(path=file)):
            quads.write(f"{quad} .\n{quad} <{names.ONTOLOGY}> .\n".encode())
    facts.unlink()
    inferred.unlink()


class Cost(NamedTuple):
    """What commands took: seconds, seconds of processors, and the megabytes of their processes, their own and all."""

    seconds: float
    cpu: float
    own: float = 0
    megabytes: float = 0


def cost(command: str) -> Cost:
    """Run a command of the shell, which must succeed."""
    started = time.monotonic()
    process = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], stdout=subprocess.DEVNULL)
    ended, most = threading.Event(), [0.0, 0.0]
    watch = threading.Thread(target=_watch, args=(process.pid, ended, most))
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"this failed: {command}")
    return Cost(seconds, used.ru_utime + used.ru_stime, *most)


def _watch(pid: int, ended: threading.Event, most: list[float]) -> None:
    while not ended.wait(0.2):
        found = [list(map(sum, zip(*some, strict=True))) for some in [list(_memory(pid))] if some]
        most[:] = map(max, most, *found) if found else most


def _memory(pid: int) -> Iterator[tuple[float, float]]:
    """The megabytes of a process and of those that it started: each its own, and all."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    found = dict(re.findall(r"^(RssAnon|VmRSS):\s+(\d+) kB", status, re.MULTILINE))
    if len(found) == 2:
        yield int(found["RssAnon"]) / 1024, int(found["VmRSS"]) / 1024
    for child in children:
        yield from _memory(int(child))


def rounds(quads: Path, count: int) -> Iterator[tuple[Cost, Cost]]:
    """Sort and pack, then release, so many times."""
    packed, folder = quads.with_suffix(".gz"), quads.with_suffix(".release")
    size = quads.stat().st_size * 2 >> 20
    for _ in range(count):
        peer = cost(f"LC_ALL=C sort -u --parallel=2 -S {size}M -T {quads.parent} {quads} | gzip -6 -n > {packed}")
        own = cost(f"{sys.executable} -m terril release {folder} --at {quads}")
        _check(packed, folder / "graph.nq.gz")
        yield peer, own
        cost(f"rm -r {folder}")


def _check(sorted_file: Path, released: Path) -> None:
    """Both must hold the same lines, but for the names of blank nodes, which a release makes."""
    with gzip.open(sorted_file) as ours, gzip.open(released) as theirs:
        lines = ((line for line in file if b"_:" not in line) for file in (ours, theirs))
        if any(one != other for one, other in zip_longest(*lines)):
            raise RuntimeError("What was released is not what was sorted.")


def by_format(quads: Path, folder: Path) -> Counter[str]:
    """The seconds of the processor that each format takes, and all the rest; what several use counts to the first."""
    taken: Counter[str] = Counter()
    fill, columns, pack = writing._Piece.fill, writing._Piece.columns, writing.text_for

    def timed(name: str, work: Callable[..., Any], *given: Any) -> Any:
        start = time.thread_time()
        told = work(*given)
        taken[name] += time.thread_time() - start
        return told

    def filled(piece: writing._Piece, writers: dict[str, Writer], make: Callable[[Writer], Any]) -> None:
        names = {writer: name for name, writer in writers.items()}
        fill(piece, writers, lambda writer: timed(names[writer], make, writer))

    writing._Piece.fill, release._crew_for = filled, lambda source: 1
    writing._Piece.columns = lambda *given: timed("what graphs say, in all formats", columns, *given)
    writing.text_for = lambda place, *given: timed(f"{place.name}, packing", pack, place, *given)
    start = time.process_time()
    terril.release(folder, at=quads)
    taken["all the rest"] = time.process_time() - start - taken.total()
    return taken


COLUMNS = (
    "triples", "quads", "sort, s", "release, s", "ratio", "sort, CPU s", "release, CPU s", "ratio", "MB", "MB all"
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--by-format", action="store_true")
    given = parser.parse_args()
    if not given.by_format:
        print("".join(f"{name:>15}" for name in COLUMNS))
    for triples in given.triples:
        with tempfile.TemporaryDirectory() as temporary:
            quads = Path(temporary) / "graph.nq"
            write(quads, triples)
            with quads.open("rb") as file:
                count = sum(1 for _ in file)
            if given.by_format:
                for name, seconds in by_format(quads, Path(temporary) / "release").most_common():
                    print(f"{1e6 * seconds / count:>8.2f} µs a quad  {name}", flush=True)
                continue
            costs = list(rounds(quads, given.rounds))
            peer, own = (Cost(*map(statistics.median, zip(*some, strict=True))) for some in zip(*costs, strict=True))
            ratios = (statistics.median(two.seconds / one.seconds for one, two in costs),
                      statistics.median(two.cpu / one.cpu for one, two in costs))  # fmt: skip
            told = (peer.seconds, own.seconds, ratios[0], peer.cpu, own.cpu, ratios[1], own.own, own.megabytes)
            print(f"{triples:>15,}{count:>15,}" + "".join(f"{n:>15,.1f}" for n in told), flush=True)


if __name__ == "__main__":
    main()
