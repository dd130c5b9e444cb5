"""How fast a graph is pushed into a store, beside the same triples sent by curl in the same run, and then verified.

    python tests/benchmarks/loading.py --triples 1000000 --stores oxigraph,fuseki,virtuoso

Every store is started empty on this machine, with its settings as the tests have them. It gets the triples in one
named graph, as N-Triples by one PUT of curl, in the store's quickest way, and by `terril push`, whose time to load is
all that the command takes but reading back, which proves that the graph is there; then `terril verify` compares.
Memory is the largest that a command took. Rounds alternate, and medians are shown.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from synthetic import write

sys.path.insert(0, str(Path(__file__).parents[1]))
from stores.running import STORES, Running
from terril.loads.finding import remote

GRAPH = "https://w3id.org/terril/id/graph/benchmark"


class Cost(NamedTuple):
    """What a command took: seconds, seconds of its own processor time, its megabytes at most; and what it said."""

    seconds: float
    cpu: float
    megabytes: float
    said: str


def cost(command: list[object], **environment: str) -> Cost:
    """Run a command, which must succeed."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(list(map(str, command)), stdout=said, stderr=said, env={**os.environ, **environment})
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read()
        if process.returncode:
            raise RuntimeError(f"{command[:5]} failed: {words[:2000]}")
    return Cost(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, words)


def rounds(name: str, folder: Path, plain: Path, quads: Path, count: int) -> Iterator[dict[str, Cost]]:
    """Load by curl into an empty store; push into an empty one, and verify that; so many times."""
    for number in range(count):
        with STORES[name](fresh(folder / f"curl-{number}")) as store:
            curl = cost(by_curl(store, plain))
        with STORES[name](fresh(folder / f"push-{number}")) as store:
            yield {"curl": curl, "push": terril(store, "push", quads), "verify": terril(store, "verify", quads)}


def fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def by_curl(store: Running, file: Path) -> list[object]:
    """A PUT of a file to the store's own graph store."""
    found = remote(store.load)
    shown = ["--digest", "--user", f"{store.load.user}:{store.load.password}"] if store.load.user else []
    if store.load.token:
        shown = ["--header", f"Authorization: Bearer {store.load.token}"]
    address = f"{found.graphs}?graph={quote(GRAPH, safe='')}&{found.kind.bulk}"
    kind = ["--header", "Content-Type: application/n-triples", "--header", "Expect:"]
    return ["curl", "--fail", "--silent", "--show-error", *shown, *kind, "--upload-file", file, address]


def terril(store: Running, verb: str, file: Path) -> Cost:
    """A command of Terril, with a store's credentials."""
    known = {"TERRIL_PASSWORD": store.load.password or "", "TERRIL_TOKEN": store.load.token or ""}
    user = ["--user", store.load.user] if store.load.user else []
    options = ["--at", file, "--timeout", "3600", "--format", "json", *user]
    command = [sys.executable, "-m", "terril", verb, store.load.url, *options]
    return cost(command, **{name: value for name, value in known.items() if value})


def proving(push: Cost) -> float:
    """The seconds that a push took to read back what it had sent."""
    return sum(graph["proving"] for graph in json.loads(push.said)["graphs"])


def row(name: str, triples: int, costs: list[dict[str, Cost]]) -> str:
    """A line of the table."""
    seconds = {key: statistics.median(each[key].seconds for each in costs) for key in costs[0]}
    loading = statistics.median(each["push"].seconds - proving(each["push"]) for each in costs)
    cpu = {key: statistics.median(each[key].cpu for each in costs) for key in costs[0]}
    memory = {key: max(each[key].megabytes for each in costs) for key in costs[0]}
    rates = f"{triples / seconds['curl']:,.0f} | {triples / loading:,.0f}"
    ratios = (seconds["curl"] / loading, seconds["curl"] / seconds["push"], seconds["verify"] / seconds["push"])
    return (
        f"| {name} | {rates} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} | {cpu['push']:.1f} | "
        f"{cpu['verify']:.1f} | {memory['push']:,.0f} | {memory['verify']:,.0f} |"
    )


HEAD = """\
| store | curl, triples/s | loading, triples/s | loading : curl | with proof : curl | verify time : push time | \
push, CPU s | verify, CPU s | push, MB | verify, MB |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stores", default="oxigraph,fuseki,rdf4j,graphdb,virtuoso")
    given = parser.parse_args()
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        plain, quads = Path(temporary) / "graph.nt", Path(temporary) / "graph.nq"
        write(plain, given.triples)
        with plain.open("rb") as lines, quads.open("wb") as file:
            file.writelines(b"%b <%b> .\n" % (line[:-3], GRAPH.encode()) for line in lines)
        for name in given.stores.split(","):
            try:
                costs = list(rounds(name, Path(temporary) / name, plain, quads, given.rounds))
                print(row(name, given.triples, costs), flush=True)
            except pytest.skip.Exception as reason:
                print(f"{name} is left out: {reason}", file=sys.stderr)


if __name__ == "__main__":
    main()
