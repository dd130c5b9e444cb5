"""How long answers take on a large graph: what a user asks, on synthetic regions, with their passages and inferences.

    python tests/benchmarks/timing.py --triples 1000000

The graph is held by Oxigraph in this process, as `terril.build` writes it: every triple, asserted or inferred, stands
in the default graph, and again in a named graph that says who says so. Every task runs in a fork of this process, so
that one which takes too long can be stopped. Times are processor time of the function that a user calls:
they include finding the things that are named, and labels.
"""

import argparse
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from synthetic import BASE, blocks

import terril
from terril import names, rules
from terril.dictionary import code
from terril.inference import derive

HOME = terril.find_home(Path(__file__).parents[2])


class Task(NamedTuple):
    """Something that a user asks; `run` answers it and says how many rows it gave."""

    name: str
    run: Callable[[], int]


def questions(graph: ox.Store) -> Iterator[Task]:
    """Every catalogued question, with things of the synthetic graph for its parameters."""
    for name, question in terril.questions(home=HOME).items():
        chosen = VALUES | OTHER_VALUES.get(name, {})
        values = {parameter.name: chosen[parameter.name] for parameter in question.parameters}
        yield Task(name, lambda name=name, values=values: len(terril.ask(name, at=graph, home=HOME, **values)))


def descriptions(graph: ox.Store) -> Iterator[Task]:
    """One screen about a thing of each kind, the region that much points at and a very common topic among them."""
    for thing in DESCRIBED:
        yield Task(f"describe {thing}", lambda thing=thing: len(terril.describe(thing, limit=6, at=graph, home=HOME)))


def paths(graph: ox.Store) -> Iterator[Task]:
    """The shortest connections of two things, near ones, far ones and such as nothing joins."""
    for start, end in CONNECTED:
        yield Task(
            f"path {start} {end}", lambda start=start, end=end: len(terril.path(start, end, at=graph, home=HOME).paths)
        )


DESCRIBED = (
    "organisation:cluster-12-1", "organisation:company-12-1", "organisation:university-12", "person:person-12-0",
    "strategy:strategy-12", "strand:strand-12-1-0", "ecosystem:ecosystem-12-0", "territory:region-12", "topic:364",
    "topic:82",
)  # fmt: skip
CONNECTED = (
    ("organisation:cluster-12-1", "organisation:university-12"),
    ("organisation:company-12-1", "organisation:cluster-12-1"),
    ("person:person-12-0", "strategy:strategy-12"),
    ("organisation:cluster-12-1", "organisation:cluster-13-1"),
    ("strand:strand-12-1-0", "ecosystem:ecosystem-24-0"),
    ("person:person-12-0", "person:person-24-0"),
    ("territory:region-12", "topic:82"),
)

MEASUREMENTS: dict[str, tuple[Callable[[ox.Store], Iterator[Task]], float]] = {
    "questions": (questions, 300),
    "descriptions": (descriptions, 20),
    "paths": (paths, 500),
}
"""By name: the tasks of a measurement, and the milliseconds that nine in ten of them should not exceed."""

VALUES = {
    "authority": "organisation:government-12",
    "cluster": "organisation:cluster-12-1",
    "creator": "person:person-12-0",
    "day": "2025-01-01",
    "document": "document:report-12",
    "first": "organisation:cluster-12-1",
    "goal": "goal:growth-12-0",
    "index": "index:index-12",
    "indicator": "indicator:urbanisation",
    "instrument": "strategy:strategy-12",
    "kind": "terril:University",
    "organisation": "organisation:cluster-12-1",
    "other": "territory:region-13",
    "owner": "strategy:strategy-12",
    "person": "person:person-12-0",
    "place": "territory:region-12",
    "provider": "territory:region-12",
    "second": "strategy:strategy-12",
    "stakeholder": "stakeholder:investor",
    "strand": "strand:strand-12-1-0",
    "strategy": "strategy:strategy-12",
    "technology": "topic:82",
    "territory": "territory:region-12",
    "thing": "organisation:company-12-1",
    "topic": "topic:364",
    "whole": "strategy:strategy-12",
    "year": "2024",
}
"""The values of parameters: things of the second country's first region, which has everything, and narrow topics."""

OTHER_VALUES = {
    "characteristics": {"thing": "territory:region-12"},
    "common-topics": {"first": "ecosystem:ecosystem-12-0"},
    "ecosystems-of-topic": {"topic": "topic:244"},
    "events-of": {"thing": "initiative:plan-12"},
    "identifiers": {"thing": "territory:region-12"},
    "kinds-of-instrument": {"instrument": "initiative:plan-12"},
    "members-of-cluster": {"cluster": "ecosystem:ecosystem-12-1"},
    "names-of-instrument": {"thing": "initiative:plan-12"},
    "namesakes": {"thing": "initiative:plan-12"},
    "only-in-statements": {"thing": "organisation:company-12-44"},
    "partners": {"thing": "ecosystem:ecosystem-12-1"},
    "passages-between": {"first": "organisation:company-12-1", "second": "organisation:university-12"},
    "people-of-organisation": {"organisation": "organisation:company-12-2"},
    "people-of-topic": {"topic": "topic:82"},
    "posts-in-organisation": {"organisation": "organisation:company-12-2"},
    "rankings-of": {"thing": "territory:region-12"},
    "readings": {"thing": "organisation:cluster-12-5"},
    "spin-offs-of": {"organisation": "organisation:university-12"},
    "statements-for-organisation": {"organisation": "organisation:company-12-0"},
}


INFERRED = 1.3
"""Triples that follow from an asserted one, on the average."""


def load(triples: int) -> ox.Store:
    """A graph of about so many triples, inferred ones included."""
    graph = ox.Store()
    with tempfile.TemporaryDirectory() as folder:
        facts, told, inferred = (Path(folder) / name for name in ("facts.nt", "told.nq", "inferred.nt"))
        with facts.open("wb") as plain, told.open("wb") as quads:
            for lines in regions(round(triples / (1 + INFERRED))):
                plain.writelines(lines)
                quads.writelines(in_passages(lines))
        rulebook = rules.compile(quad for path in HOME.ontology for quad in ox.parse(path=path))
        derive(code(facts, rulebook), rulebook).write(inferred)
        graph.bulk_load(path=told)
        for path, name in [(facts, None), (inferred, None), (inferred, names.INFERRED), *ontology()]:
            graph.bulk_load(path=path, to_graph=ox.NamedNode(name) if name else None)
    return graph


def ontology() -> list[tuple[Path, str | None]]:
    return [(path, graph) for path in HOME.ontology for graph in (None, names.ONTOLOGY)]


def regions(triples: int) -> Iterator[list[bytes]]:
    """The lines of one region after another, so many in all."""
    left = triples
    for block in blocks():
        lines = block.splitlines(keepends=True)[:left]
        yield lines
        left -= len(lines)
        if not left:
            return


def in_passages(lines: list[bytes]) -> Iterator[bytes]:
    """The lines of a region as quads: each is told in a passage, and a few are told twice or read between the lines."""
    region = re.search(rb"/territory/region-(\d+)>", lines[0])
    if region is None:
        yield from (line[:-2] + b"<%bid/graph/reference> .\n" % BASE.encode() for line in lines)
        return
    report = b"%bid/passage/report-%b/" % (BASE.encode(), region[1])
    tellers = [b"%d-%d" % (n * 100, n * 100 + 90) for n in range(30)]
    if b"/id/ecosystem/" in b"".join(lines[-200:]):
        tellers += [b"9000-9090", b"9000-9090-reading"]
        yield from (line[:-2] + b"<%b%b> .\n" % (report, tellers[7]) for line in lines[:4])
    for n, line in enumerate(lines):
        yield line[:-2] + b"<%b%b> .\n" % (report, tellers[n % len(tellers)])


class Timing(NamedTuple):
    """The median of a task's times in milliseconds, and its rows; without rows, it was stopped after that time."""

    milliseconds: float
    rows: int | None


def measure(task: Task, repeat: int, limit: float) -> Timing:
    """Run a task several times in a fork of this process, for at most so many seconds in all."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_run, args=(task, repeat, there))
    process.start()
    there.close()
    try:
        found = here.recv() if here.poll(limit) else None
    except EOFError:
        raise RuntimeError(f"{task.name} failed; run it by itself to see why") from None
    finally:
        process.kill()
        process.join()
    return Timing(*found) if found else Timing(limit * 1000, None)


def _run(task: Task, repeat: int, parent: Connection) -> None:
    task.run()  # once before it counts
    times = []
    for _ in range(repeat):
        start = time.process_time()
        rows = task.run()
        times.append(time.process_time() - start)
    parent.send((statistics.median(times) * 1000, rows))


def report(graph: ox.Store, repeat: int, limit: float, only: str) -> Iterator[str]:
    """The lines of the tables, slowest first."""
    for name, (tasks, target) in MEASUREMENTS.items():
        timings = {task.name: measure(task, repeat, limit) for task in tasks(graph) if re.search(only, task.name)}
        yield f"{name:<32}{'ms':>10}{'rows':>9}"
        for task, timing in sorted(timings.items(), key=lambda item: -item[1].milliseconds):
            rows = "stopped" if timing.rows is None else f"{timing.rows:,}"
            yield f"{task:<32}{timing.milliseconds:>10,.1f}{rows:>9}"
        quick = sum(each.rows is not None and each.milliseconds <= target for each in timings.values())
        yield f"{quick} of {len(timings)} within {target:g} ms ({quick / max(len(timings), 1):.0%})\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time what a user asks on a large graph.")
    parser.add_argument("--triples", type=int, default=1_000_000, help="triples of the graph, inferred ones included")
    parser.add_argument("--repeat", type=int, default=3, help="how often everything is asked")
    parser.add_argument("--limit", type=float, default=60, help="seconds that a task may take, repetitions included")
    parser.add_argument("--only", default="", metavar="REGEX", help="only tasks of these names")
    options = parser.parse_args()
    start = time.perf_counter()
    graph = load(options.triples)
    taken = time.perf_counter() - start
    held = sum(1 for _ in graph.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    print(f"{held:,} triples, {len(graph):,} quads; made in {taken:.0f} s\n", flush=True)
    for line in report(graph, options.repeat, options.limit, options.only):
        print(line, flush=True)


if __name__ == "__main__":
    main()
