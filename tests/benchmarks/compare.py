"""Terril beside its peers, in one run: parsing, inferring, memory, and how far all of that is from the floor.

    python tests/benchmarks/compare.py --triples 1000000 --limit 120

Every contestant runs in a process of its own, on the same file and the same ontology. Sizes grow tenfold; a peer that
does not finish one within the limit is shown up to the largest that it does finish, below Terril at that size.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from synthetic import write

ONTOLOGY = sorted((Path(__file__).parents[2] / "ontology" / "modules").glob("*.ttl"))
Phases = Iterator[tuple[str, int]]
"""The name of each phase as it ends, and how many triples there are then."""


def terril(data: Path) -> Phases:
    import pyoxigraph

    from terril import rules
    from terril.dictionary import code
    from terril.inference import derive

    rulebook = rules.compile(quad for path in ONTOLOGY for quad in pyoxigraph.parse(path=path))
    yield "start", 0
    facts = code(data, rulebook)
    yield "parse", 0
    inference = derive(facts, rulebook)
    yield "infer", len(inference)
    inference.write(data.with_suffix(".out"))
    yield "write", len(inference)


def owlrl(data: Path) -> Phases:
    import owlrl
    import rdflib

    yield "start", 0
    graph = rdflib.Graph()
    for path in [data, *ONTOLOGY]:
        graph.parse(path)
    yield "parse", len(graph)
    asserted = len(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    yield "infer", len(graph) - asserted
    graph.serialize(data.with_suffix(".out"), format="nt", encoding="utf-8")
    yield "write", len(graph)


def reasonable(data: Path) -> Phases:
    import reasonable

    yield "start", 0
    reasoner = reasonable.PyReasoner()
    turtle = data.with_suffix(".ttl")
    turtle.hardlink_to(data)
    for path in [turtle, *ONTOLOGY]:
        reasoner.load_file(str(path))
    turtle.unlink()
    yield "parse", 0
    yield "infer", len(reasoner.reason())


def floor(data: Path) -> Phases:
    import numpy

    yield "start", 0
    hashlib.sha256(data.read_bytes()).hexdigest()
    yield "parse", 0
    size = data.read_bytes().count(b"\n")
    pairs = numpy.random.default_rng(0).integers(0, 1 << 62, size, numpy.uint64)
    yield "draw", 0
    numpy.sort(pairs)
    yield "infer", size


CONTESTANTS: dict[str, Callable[[Path], Phases]] = {
    "terril": terril,
    "floor": floor,
    "owlrl": owlrl,
    "reasonable": reasonable,
}
COLUMNS = ("start", "parse", "infer", "write")
"""The phases that are shown."""

NOTES = """
Seconds of processor time, except wall; peak memory in MB; times: parse and infer, against Terril's at that size.
start       the imports, and for Terril also compiling the ontology.
terril      new: what is said in the ontology's terms about individuals. Contradictions are looked for while inferring.
floor       SHA-256 of the file, and np.sort of as many 64-bit pairs as there are triples.
owlrl       rdflib and owlrl. new: also equality, literals as subjects, and what follows about the ontology itself.
reasonable  has no property chains. new: its whole closure, input included; it does not write files here."""


def run(name: str, data: Path) -> None:
    """Run one contestant in this process, and print what each phase took."""
    phases: dict[str, dict[str, float]] = {}
    before = time.process_time()
    for phase, triples in CONTESTANTS[name](data):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        phases[phase] = {"cpu": time.process_time() - before, "peak": peak, "triples": triples}
        before = time.process_time()
    print(json.dumps(phases))


def measure(name: str, data: Path, limit: float) -> dict[str, Any]:
    """What a contestant took; nothing if it did not finish in time."""
    command = [sys.executable, __file__, "--run", name, str(data)]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return {}
    return {"wall": time.perf_counter() - start, **json.loads(done.stdout)}


def compare(triples: int, limit: float) -> Iterator[str]:
    """The lines of the table, as they come in."""
    sizes = [*(10**power for power in range(3, 9) if 10**power < triples), triples]
    columns = ("contestant", "triples", "new", *COLUMNS, "wall", "peak", "times")
    yield "".join(f"{column:>11}" if at < 3 else f"{column:>9}" for at, column in enumerate(columns))
    ours: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            write(Path(folder) / f"{size}.nt", size)
        running = dict.fromkeys(CONTESTANTS, "")
        for size in sizes:
            for name in list(running):
                found = measure(name, Path(folder) / f"{size}.nt", limit)
                if not found:
                    yield f"{name:>11}{size:>11,}  did not finish in {limit:.0f} s"
                    del running[name]
                    continue
                ours.setdefault(size, cost(found))
                yield row(name, size, found, cost(found) / ours[size])


def cost(found: dict[str, Any]) -> float:
    return float(found["parse"]["cpu"] + found["infer"]["cpu"])


def row(name: str, size: int, found: dict[str, Any], times: float) -> str:
    seconds = "".join(f"{found[p]['cpu']:>9.2f}" if p in found else " " * 9 for p in COLUMNS)
    peak = max(phase["peak"] for phase in found.values() if isinstance(phase, dict))
    new = found["infer"]["triples"]
    return f"{name:>11}{size:>11,}{new:>11,}{seconds}{found['wall']:>9.2f}{peak:>9.0f}{times:>9.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare Terril with its peers.")
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the largest graph")
    parser.add_argument("--limit", type=float, default=120, help="seconds that a contestant may take for one graph")
    parser.add_argument("--run", nargs=2, metavar=("CONTESTANT", "FILE"), help="run one contestant only; prints JSON")
    options = parser.parse_args()
    if options.run:
        run(options.run[0], Path(options.run[1]))
        return
    for line in compare(options.triples, options.limit):
        print(line, flush=True)
    print(NOTES)


if __name__ == "__main__":
    main()
