"""How many requests a server answers: Terril beside the servers of others, with the same triples, in one run.

    python tests/benchmarks/serving.py --triples 1000000

The load comes from wrk, another process on the same machine. Rounds of all servers alternate, and the medians of their
rates are shown as ratios to Oxigraph's own server; each has its best settings for reading. A server that is not
installed is left out, and said to be.
"""

import argparse
import http.client
import importlib.util
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
from stores.install import FOLDER, is_installed
from stores.running import virtuoso_settings

_PROPERTIES = 5
BIN = Path(sys.executable).parent


class Server(NamedTuple):
    """A server that answers: its name, the address of its endpoint, how long it took to answer first."""

    name: str
    endpoint: str
    start: float


class Load(NamedTuple):
    """A kind of question, and what tells one of them from the next, or nothing if they are all alike."""

    name: str
    query: str
    varies: bool


def loads(subjects: int) -> list[Load]:
    star = "?s <http://example.org/p0> ?a . ?a <http://example.org/p1> ?b . ?b <http://example.org/p2> ?c"
    return [
        Load("point lookups, another each time", "SELECT ?p ?o { <http://example.org/s@> ?p ?o }", varies=True),
        Load("one point lookup again and again", "SELECT ?p ?o { <http://example.org/s7> ?p ?o }", varies=False),
        Load(
            "aggregates of some 20 ms, another each time",
            f"SELECT (COUNT(?c) AS ?n) {{ {star} FILTER(?s != <http://example.org/s@>) }}",
            varies=True,
        ),
    ]


def write(file: Path, triples: int) -> int:
    """Write synthetic triples, and tell of how many subjects."""
    subjects = triples // _PROPERTIES
    with file.open("w") as out:
        for i in range(subjects):
            for j in range(_PROPERTIES):
                # A join of the aggregate meets but a few thousand subjects, at whichever size.
                value = f"s{(i * 7 + j * 13) % subjects}" if j or i < 5000 else f'"{i}"'
                value = f"<http://example.org/{value}>" if value[0] == "s" else value
                out.write(f"<http://example.org/s{i}> <http://example.org/p{j}> {value} .\n")
    return subjects


# Servers


@contextmanager
def started(
    name: str, command: list[str], endpoint: str, patience: float = 120, **environment: str
) -> Iterator[Server]:
    begun = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    ) as process:
        try:
            while not _answers(endpoint):
                if time.monotonic() - begun > patience or process.poll() is not None:
                    raise RuntimeError(f"{name} did not start.")
                time.sleep(0.01)
            yield Server(name, endpoint, time.monotonic() - begun)
        finally:
            process.send_signal(signal.SIGTERM)


def _answers(endpoint: str) -> bool:
    at = urlsplit(endpoint)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=5)
    try:
        connection.request("GET", f"{at.path}?query={quote('ASK {}')}", headers={"Accept": _ACCEPT})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


_ACCEPT = "application/sparql-results+json"


def servers(file: Path, folder: Path, stack: ExitStack, wanted: list[str]) -> Iterator[Server]:
    known = {
        "oxigraph": _oxigraph,
        "terril": _terril,
        "virtuoso": _virtuoso,
        "fuseki": _fuseki,
        "rdflib-endpoint": _rdflib,
    }
    for name in wanted:
        place = folder / name
        place.mkdir()
        server = known[name](file, place)
        if server is None:
            print(f"{name} is not installed here, and left out.", file=sys.stderr)
            continue
        yield stack.enter_context(server)


def _oxigraph(file: Path, folder: Path):
    program = shutil.which("oxigraph", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        return None
    for step in (["load", "-l", folder, "-f", file], ["optimize", "-l", folder]):
        subprocess.run([program, *step], check=True, capture_output=True)
    at = f"127.0.0.1:{port()}"
    return started("oxigraph", [program, "serve-read-only", "-l", folder, "-b", at], f"http://{at}/query")


def _terril(file: Path, folder: Path):
    number = port()
    command = [sys.executable, "-m", "terril", "serve", "--at", str(file), "--port", str(number)]
    command += ["--store", str(folder / "kept")]
    with started("terril", command, f"http://127.0.0.1:{number}/sparql"):
        pass  # reads the file, as others are loaded beforehand
    return started("terril", command, f"http://127.0.0.1:{number}/sparql")


def _fuseki(file: Path, folder: Path):
    """Fuseki over a TDB2 database that Jena's own bulk loader has filled and summed up for its optimiser."""
    if shutil.which("java") is None or not is_installed("fuseki"):
        return None
    jena = ["java", "-Xmx4g", "-cp", f"{FOLDER / 'fuseki'}/*"]
    load = [*jena, "tdb2.tdbloader", "--loader=phased", f"--loc={folder}", str(file)]
    subprocess.run(load, check=True, capture_output=True)
    told = subprocess.run([*jena, "tdb2.tdbstats", f"--loc={folder}"], check=True, capture_output=True)
    (folder / "Data-0001" / "stats.opt").write_bytes(told.stdout)
    number = port()
    options = ["--port", str(number), "--localhost", "--tdb2", f"--loc={folder}", "/terril"]
    command = [*jena, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", *options]
    return started("fuseki", command, f"http://127.0.0.1:{number}/terril/query")


def _rdflib(file: Path, folder: Path):
    if importlib.util.find_spec("rdflib_endpoint") is None:
        return None
    number = port()
    code = (
        "import sys, rdflib, uvicorn; from rdflib_endpoint import SparqlEndpoint;"
        "g = rdflib.Dataset(default_union=True); g.parse(sys.argv[1], format='nt');"
        "uvicorn.run(SparqlEndpoint(graph=g, path='/'), port=int(sys.argv[2]), log_level='error')"
    )
    command = [sys.executable, "-c", code, str(file), str(number)]
    return started("rdflib-endpoint", command, f"http://127.0.0.1:{number}/", patience=600)


def _virtuoso(file: Path, folder: Path):
    program = shutil.which("virtuoso-t")
    isql = shutil.which("isql-vt") or shutil.which("isql-v")
    if program is None or isql is None:
        return None
    http_port, sql_port = port(), port()
    settings = virtuoso_settings(folder, http_port, sql_port, file.parent, buffers=170_000)
    stack = started("virtuoso", [program, "-f", "-c", str(settings)], f"http://127.0.0.1:{http_port}/sparql")

    @contextmanager
    def loaded() -> Iterator[Server]:
        with stack as server:
            steps = f"ld_dir('{file.parent}', '{file.name}', 'http://example.org/g'); rdf_loader_run(); checkpoint;"
            subprocess.run([isql, str(sql_port), "dba", "dba", f"exec={steps}"], check=True, capture_output=True)
            yield server

    return loaded()


def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# Load


def rate(server: Server, load: Load, subjects: int, seconds: float, connections: int, folder: Path) -> float:
    """Requests a second that a server answers with 200."""
    script = folder / "load.lua"
    path = urlsplit(server.endpoint).path
    before, _, after = (quote(part, safe="") for part in load.query.partition("@"))
    number = f"((n * 7919 + {time.monotonic_ns() % 1000}) % {subjects})" if load.varies else '""'
    target = f'"{path}?query={before}" .. {number} .. "{after}"'
    script.write_text(
        "local n = 0\nrequest = function()\n  n = n + 1\n"
        f'  return wrk.format("GET", {target}, {{["Accept"]="{_ACCEPT}"}})\nend\n'
    )
    at = urlsplit(server.endpoint)
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        "--timeout",
        "30s",
        "-s",
        script,
        f"http://{at.netloc}",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        raise RuntimeError(f"{server.name} answered {failed[1]} requests with an error.")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def table(
    found: list[Server], kinds: list[Load], subjects: int, rounds: int, seconds: float, connections: int, folder: Path
) -> Iterator[str]:
    yield f"{'':<46}" + "".join(f"{server.name:>18}" for server in found)
    yield f"{'start, with the graph on disk or read, in s':<46}" + "".join(f"{server.start:>18.2f}" for server in found)
    for load in kinds:
        rates = {server.name: [] for server in found}
        for _ in range(rounds):
            for server in found:
                rates[server.name].append(rate(server, load, subjects, seconds, connections, folder))
        medians = {name: statistics.median(values) for name, values in rates.items()}
        base = medians[found[0].name] or 1.0
        cells = "".join(f"{medians[s.name]:>11.0f} ({medians[s.name] / base:.2f})" for s in found)
        yield f"{load.name:<46}{cells}"


def waits(server: Server, count: int) -> list[float]:
    """Seconds that short queries wait, one after the other, over one connection."""
    at = urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    found = []
    for number in range(count):
        path = f"{at.path}?query={quote(f'SELECT ?p ?o {{ <http://example.org/s{number}> ?p ?o }}')}"
        begun = time.monotonic()
        connection.request("GET", path, headers={"Accept": _ACCEPT})
        connection.getresponse().read()
        found.append(time.monotonic() - begun)
    return found


def hostile(server: Server) -> str:
    """The 99th percentile of what others wait while somebody asks what does not end."""
    quiet = sorted(waits(server, 500))
    endless = threading.Thread(target=_endless, args=(server,), daemon=True)
    endless.start()
    time.sleep(0.3)
    loud = sorted(waits(server, 500))
    told = f"within {quiet[494] * 1e3:.1f} ms, beside an endless one {loud[494] * 1e3:.1f} ms"
    return f"{server.name}: 99 in 100 short queries {told}"


def _endless(server: Server) -> None:
    at = urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=120)
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", f"{at.path}?query={quote(text)}", headers={"Accept": _ACCEPT})
        connection.getresponse().read()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--settle", type=float, default=30, help="seconds that servers have before they are asked")
    parser.add_argument("--servers", default="oxigraph,terril,virtuoso,fuseki,rdflib-endpoint")
    given = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not installed here: apt install wrk")
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        subjects = write(folder / "graph.nt", given.triples)
        found = list(servers(folder / "graph.nt", folder, stack, given.servers.split(",")))
        time.sleep(given.settle)  # some read on behind their first answers
        for line in table(found, loads(subjects), subjects, given.rounds, given.seconds, given.connections, folder):
            print(line, flush=True)
        for server in found:
            if server.name in ("terril", "oxigraph"):
                print(hostile(server), flush=True)


if __name__ == "__main__":
    main()
