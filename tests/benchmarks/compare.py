"""Terril beside its peers, in one run: parse, infer, validate and build, and how far all of that is from the floor.

    python tests/benchmarks/compare.py --triples 1000000 --limit 120

Needs `pip install terril[benchmark]`. Every contestant does every task in a process of its own, on the same file, the
same ontology and the same shapes. Sizes grow tenfold. A contestant that does not finish a size within the limit is
shown up to the largest that it does finish, beside Terril at that size; the table says where it stopped.
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

ROOT = Path(__file__).parents[2] / "ontology"
ONTOLOGY = sorted((ROOT / "modules").glob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
Phases = Iterator[tuple[str, int]]
"""The name of each phase as it ends, and how many triples, or findings, it gave."""


def infer_terril(data: Path) -> Phases:
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
    yield "write", 0


def infer_owlrl(data: Path) -> Phases:
    import owlrl

    yield "start", 0
    graph = _rdflib([data, *ONTOLOGY])
    yield "parse", 0
    asserted = len(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    yield "infer", len(graph) - asserted
    graph.serialize(data.with_suffix(".out"), format="nt", encoding="utf-8")
    yield "write", 0


def infer_reasonable(data: Path) -> Phases:
    import reasonable

    yield "start", 0
    reasoner = reasonable.PyReasoner()
    for path in [_turtle(data), *ONTOLOGY]:
        reasoner.load_file(str(path))
    yield "parse", 0
    yield "infer", len(reasoner.reason())


def infer_floor(data: Path) -> Phases:
    import numpy

    yield "start", 0
    hashlib.sha256(data.read_bytes()).hexdigest()
    yield "parse", 0
    size = data.read_bytes().count(b"\n")
    pairs = numpy.random.default_rng(0).integers(0, 1 << 62, size, numpy.uint64)
    yield "draw", 0
    numpy.sort(pairs)
    yield "infer", size


def validate_terril(data: Path) -> Phases:
    import pyshacl  # noqa: F401  (its time counts as start)

    from terril import shapes

    yield "start", 0
    corpus = _corpus(data)
    yield "parse", 0
    yield "validate", sum(1 for _ in shapes.check(corpus, SHAPES))


def validate_pyshacl(data: Path) -> Phases:
    import pyshacl  # noqa: F401  (its time counts as start)

    yield "start", 0
    graph, shapes = _rdflib([data, *ONTOLOGY]), _rdflib(SHAPES)
    yield "parse", 0
    yield "validate", _findings(graph, shapes)


def build_terril(data: Path) -> Phases:
    import pyshacl  # noqa: F401  (its time counts as start)

    from terril import documents, pipeline, rules, shapes

    yield "start", 0
    corpus = _corpus(data)
    yield "parse", 0
    yield "validate", sum(1 for _ in shapes.check(corpus, SHAPES))
    inferred = list(rules.infer(documents.merge(corpus.quads()), rules.of(corpus)))
    yield "infer", len(inferred)
    data.with_suffix(".out").write_bytes(pipeline.nquads(corpus, inferred))
    yield "write", 0


def build_rdflib(data: Path) -> Phases:
    import owlrl
    import pyshacl  # noqa: F401  (its time counts as start)
    import rdflib

    yield "start", 0
    graph, shapes = _rdflib([data, *ONTOLOGY]), _rdflib(SHAPES)
    yield "parse", 0
    yield "validate", _findings(graph, shapes)
    asserted = len(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    yield "infer", len(graph) - asserted
    dataset = rdflib.Dataset(store=graph.store)
    dataset.serialize(data.with_suffix(".out"), format="nquads", encoding="utf-8")
    yield "write", 0


def _rdflib(paths: list[Path]) -> Any:
    import rdflib

    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


def _findings(data: Any, shapes: Any) -> int:
    """What pySHACL finds in data and ontology, in the fastest way that it offers: nothing inferred, nothing copied.

    The ontology is in the graph: as `ont_graph` it would come without its labels, and its terms would be found faulty.
    """
    import pyshacl
    from rdflib import RDF, SH

    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    return sum(1 for _ in results.subjects(RDF.type, SH.ValidationResult))


def _corpus(data: Path) -> Any:
    """The file as a reference file of a project that has nothing else but the ontology."""
    from pyoxigraph import NamedNode

    from terril import names
    from terril.documents import Corpus, SourceFile, parse, place

    def source(path: Path, kind: Any, graph: NamedNode) -> SourceFile:
        return SourceFile(path, kind, graph, tuple(place(quad.triple, graph) for quad in parse(path)))

    ontology = [source(path, "ontology", NamedNode(names.ONTOLOGY)) for path in ONTOLOGY]
    return Corpus((*ontology, source(_turtle(data), "reference", NamedNode(names.ID + "graph/synthetic"))))


def _turtle(data: Path) -> Path:
    """The file under a name that says Turtle, which N-Triples is too."""
    path = data.with_suffix(".ttl")
    if not path.exists():
        path.hardlink_to(data)
    return path


TASKS: dict[str, dict[str, Callable[[Path], Phases]]] = {
    "infer": {"terril": infer_terril, "owlrl": infer_owlrl, "reasonable": infer_reasonable, "floor": infer_floor},
    "validate": {"terril": validate_terril, "pyshacl": validate_pyshacl},
    "build": {"terril": build_terril, "rdflib": build_rdflib},
}
COLUMNS = ("start", "parse", "validate", "infer", "write")
"""The phases that are shown."""

NOTES = """
Seconds of processor time, except wall; peak memory in MB.
times       against Terril at that size, over the phases that both have, but start.
start       the imports, and for Terril's infer also compiling the ontology.
infer       terril codes the file and infers in numbers; new: what is said in the ontology's terms about individuals.
            owlrl is rdflib and owlrl; new: also equality, literals as subjects, and what follows about the ontology.
            reasonable has no property chains and writes no files here; new: its whole closure, input included.
            floor is SHA-256 of the file, and np.sort of as many 64-bit pairs as there are triples.
validate    terril says where each finding stands, in two languages.
build       terril reads, validates, infers and writes sorted N-Quads, each triple in the default graph and a named one;
            rdflib is rdflib, pyshacl, owlrl and rdflib's N-Quads."""


def run(task: str, name: str, data: Path) -> None:
    """Run one contestant in this process, and print what each phase took."""
    phases: dict[str, dict[str, float]] = {}
    before = time.process_time()
    for phase, found in TASKS[task][name](data):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        phases[phase] = {"cpu": time.process_time() - before, "peak": peak, "found": found}
        before = time.process_time()
    print(json.dumps(phases))


def measure(task: str, name: str, data: Path, limit: float) -> dict[str, Any]:
    """What a contestant took; nothing if it did not finish in time."""
    command = [sys.executable, __file__, "--run", task, name, str(data)]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return {}
    return {"wall": time.perf_counter() - start, **json.loads(done.stdout)}


def compare(triples: int, limit: float) -> Iterator[str]:
    """The lines of the table, as they come in."""
    sizes = [*(10**power for power in range(4, 9) if 10**power < triples), triples]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            write(Path(folder) / f"{size}.nt", size)
        for task, contestants in TASKS.items():
            columns = (task, "triples", "new", "findings", *COLUMNS, "wall", "peak", "times")
            yield "".join(f"{column:>11}" if at < 3 else f"{column:>9}" for at, column in enumerate(columns))
            running = list(contestants)
            for size in sizes:
                ours: dict[str, Any] = {}
                for name in tuple(running):
                    found = measure(task, name, Path(folder) / f"{size}.nt", limit)
                    if not found:
                        yield f"{name:>11}{size:>11,}  did not finish in {limit:g} s"
                        running.remove(name)
                        continue
                    ours = ours or found
                    yield row(name, size, found, times(found, ours))
            yield ""


def times(found: dict[str, Any], ours: dict[str, Any]) -> float:
    """How many times as long a contestant took as another, for the phases that both have, imports aside."""
    both = [phase for phase in COLUMNS[1:] if phase in found and phase in ours]
    return float(sum(found[phase]["cpu"] for phase in both) / sum(ours[phase]["cpu"] for phase in both))


def row(name: str, size: int, found: dict[str, Any], ratio: float) -> str:
    new, findings = (f"{found[phase]['found']:,}" if phase in found else "" for phase in ("infer", "validate"))
    seconds = "".join(f"{found[p]['cpu']:>9.2f}" if p in found else " " * 9 for p in COLUMNS)
    peak = max(phase["peak"] for phase in found.values() if isinstance(phase, dict))
    return f"{name:>11}{size:>11,}{new:>11}{findings:>9}{seconds}{found['wall']:>9.2f}{peak:>9.0f}{ratio:>9.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare Terril with its peers.")
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the largest graph")
    parser.add_argument("--limit", type=float, default=120, help="seconds that a contestant may take for one graph")
    parser.add_argument("--run", nargs=3, metavar=("TASK", "CONTESTANT", "FILE"), help="run one task only; prints JSON")
    options = parser.parse_args()
    if options.run:
        task, name, data = options.run
        run(task, name, Path(data))
        return
    for line in compare(options.triples, options.limit):
        print(line, flush=True)
    print(NOTES)


if __name__ == "__main__":
    main()
