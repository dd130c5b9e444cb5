"""How many things a second `terril publish` writes, how much memory it takes and how large its pages are, by size.

    python tests/benchmarks/publishing.py --triples 50000 200000

Every size is published by a process of its own, pages in both languages with the data beside them, without the index of
all words, which another program makes. A rate counts the seconds from the loaded graph to the last file, milliseconds
those of all processors together. Memory is given by process: the first one's when the graph was loaded, its most, and
the most of the largest of those that write pages, with what it shares with the first. Of the pages, in kilobytes of
HTML, half are no larger than the first figure, nine in ten than the second, and none is larger than the last. `--most`
stops after so many pages: what the whole takes is then not known, but memory that grows with what has been written
would show. 875,000 triples hold 100,000 things. What it takes to make a file depends much on the disk, and on what was
removed from it a moment ago: `--folder` names where the site is written, such as one in memory.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from timing import load

from terril.store import Embedded
from terril.web import site
from terril.web.pages import Pages


class Outcome(NamedTuple):
    """What one size took: seconds, seconds of processors, the megabytes of the first process when the graph was loaded
    and at its largest, and of the largest other, and the kilobytes of pages: the median, the ninth decile, the largest.
    """

    things: int
    pages: int
    seconds: float
    cpu: float
    held: float
    first: float
    others: float
    kilobytes: tuple[float, float, float]


def publish(triples: int, most: int | None, place: str | None, there: Connection) -> None:
    graph = load(triples)
    held = _megabytes(resource.RUSAGE_SELF)
    site._has_word_index = lambda: False
    every = Pages.paths
    Pages.paths = lambda pages: islice(every(pages), most)  # the site asks for them more than once
    with tempfile.TemporaryDirectory(dir=place) as folder:
        start, before = time.perf_counter(), _cpu()
        made = site.publish(Path(folder) / "site", at=Embedded(graph))
        seconds, cpu = time.perf_counter() - start, _cpu() - before
        things = sum(1 for _ in Path(folder, "site", "doc").rglob("*.nt"))
        sizes = sorted(path.stat().st_size / 1000 for path in Path(folder).rglob("*.html"))
    first, others = (_megabytes(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = sizes[len(sizes) // 2], sizes[len(sizes) * 9 // 10], sizes[-1]
    there.send(Outcome(things, made.pages, seconds, cpu, held, first, others, told))


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def measured(triples: int, most: int | None, place: str | None) -> Outcome:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=publish, args=(triples, most, place, there))
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
    parser.add_argument("--most", type=int, metavar="PAGES", help="write only so many pages, the first ones")
    parser.add_argument("--folder", metavar="FOLDER", help="write beneath this folder, not where drafts go")
    options = parser.parse_args()
    names = ("triples", "things", "pages", "things/s", "CPU ms/thing", "MB loaded", "MB first", "MB others", "kB half")
    print("".join(f"{name:>14}" for name in (*names, "kB 9/10", "kB largest")))
    for triples in options.triples:
        each = measured(triples, options.most, options.folder)
        memory = each.held, each.first, each.others
        rates = each.things / each.seconds, 1000 * each.cpu / each.things, *memory, *each.kilobytes
        counts = triples, each.things, each.pages
        print("".join(f"{n:>14,}" for n in counts) + "".join(f"{n:>14,.1f}" for n in rates), flush=True)


if __name__ == "__main__":
    main()
