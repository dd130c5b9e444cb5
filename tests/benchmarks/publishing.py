"""How many things a second `terril publish` writes, and how much memory it takes, on graphs of several sizes.

    python tests/benchmarks/publishing.py --triples 50000 200000

Every size is published by a process of its own, pages in both languages with the data beside them, without the index of
all words, which another program makes. A rate counts the seconds from the loaded graph to the last file.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from timing import load

from terril.store import Embedded
from terril.web import site


class Outcome(NamedTuple):
    """What one size took: seconds, seconds of processors, and the megabytes of the largest process at its largest."""

    things: int
    pages: int
    seconds: float
    cpu: float
    megabytes: float
    held: float


def publish(triples: int, there: Connection) -> None:
    graph = load(triples)
    held = _megabytes(resource.RUSAGE_SELF)
    site._has_word_index = lambda: False
    with tempfile.TemporaryDirectory() as folder:
        start, before = time.perf_counter(), _cpu()
        made = site.publish(Path(folder) / "site", at=Embedded(graph))
        seconds, cpu = time.perf_counter() - start, _cpu() - before
    largest = max(_megabytes(resource.RUSAGE_SELF), _megabytes(resource.RUSAGE_CHILDREN))
    there.send(Outcome(made.things, made.pages, seconds, cpu, largest, held))


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def measured(triples: int) -> Outcome:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=publish, args=(triples, there))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        raise RuntimeError(f"Publishing {triples:,} triples failed; run it by itself to see why.") from None
    finally:
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Time how fast a site is written.")
    parser.add_argument("--triples", type=int, nargs="+", default=[20_000, 80_000])
    names = ("triples", "things", "pages", "things/s", "CPU ms/thing", "MB loaded", "MB at most")
    print("".join(f"{name:>14}" for name in names))
    for triples in parser.parse_args().triples:
        each = measured(triples)
        rates = each.things / each.seconds, 1000 * each.cpu / each.things, each.held, each.megabytes
        counts = triples, each.things, each.pages
        print("".join(f"{n:>14,}" for n in counts) + "".join(f"{n:>14,.1f}" for n in rates), flush=True)


if __name__ == "__main__":
    main()
