"""The load scripts of a release: into real stores where they are installed, else against stand-ins."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

import terril
from conftest import require
from slag_valley import project
from stores.running import STORES, fuseki, virtuoso_server
from terril.bundle.loading import LOADERS
from terril.names import BASE

PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
SCRIPTS = [each for each in LOADERS if each.script.endswith(".sh")]
FACTS = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"
SAID = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}')) }}"


@pytest.fixture(scope="module")
def valley(tmp_path_factory) -> ox.Store:
    home = project(tmp_path_factory.mktemp("valley"))
    terril.build(home=home)
    return terril.connect(home.graph).graph


@pytest.fixture(scope="module")
def bundle(valley, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    terril.release(folder, at=valley)
    return folder


def run(script: Path, *words: object, path: str = PROGRAMS, **environment: str) -> None:
    command = ["sh", str(script), *map(str, words)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, **environment},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def canonical(quads) -> set[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def union(graph: ox.Store) -> set[str]:
    return canonical(quad for quad in graph if quad.graph_name != ox.DefaultGraph())


@pytest.mark.parametrize("loader", LOADERS, ids=lambda each: each.store)
def test_a_script_names_files_of_the_bundle_and_says_whether_it_was_tested(bundle, loader):
    text = (bundle / "load" / loader.script).read_text("utf-8")
    for name in loader.file.split(", "):
        assert (bundle / name).is_file()
        assert name in text
    assert (
        (f" Tested with {loader.tested}.\n" in text) if loader.tested else (" Not tested with the store itself" in text)
    )
    assert loader.script not in [each.script for each in SCRIPTS] or text.startswith("#!/bin/sh\n# ")


# Real stores


def test_oxigraph(bundle, valley, tmp_path):
    require("oxigraph", shutil.which("oxigraph", path=PROGRAMS) is not None)
    run(bundle / "load" / "oxigraph.sh", tmp_path / "db")
    assert canonical(ox.Store.read_only(str(tmp_path / "db"))) == canonical(valley)


@pytest.mark.slow
def test_virtuoso(bundle, valley, tmp_path):
    client = shutil.which("isql-vt") or shutil.which("isql")
    with virtuoso_server(tmp_path, bundle) as (url, sql):
        run(bundle / "load" / "virtuoso.sh", sql, VIRTUOSO_PASSWORD="dba", ISQL=client)
        assert count(f"{url}/sparql", SAID) == len(union(valley))


@pytest.mark.slow
def test_fuseki(bundle, valley, tmp_path):
    with fuseki(tmp_path) as store:
        run(bundle / "load" / "fuseki.sh", store.load.url)
        assert count(store.ask.url, SAID) == len(union(valley))
        assert count(store.ask.url, FACTS) == len(valley) - len(union(valley))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rdf4j", "graphdb"])
def test_a_store_that_has_a_union_as_its_default_graph(bundle, valley, tmp_path, kind):
    with STORES[kind](tmp_path) as store:
        run(bundle / "load" / f"{kind}.sh", store.load.url)
        assert count(store.ask.url, SAID) == len(union(valley))
        assert count(store.ask.url, FACTS) == len(valley) - len(union(valley))


def count(endpoint: str, query: str) -> int:
    wanted = {"Accept": "application/sparql-results+json"}
    with urlopen(Request(f"{endpoint}?{urlencode({'query': query})}", headers=wanted), timeout=60) as answer:
        (row,) = json.load(answer)["results"]["bindings"]
    return int(row["n"]["value"])


# Stand-ins: what a script would have sent


@pytest.fixture
def sent() -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """The address of a server that takes anything, and what it was sent: path, type and content."""
    requests: list[tuple[str, str, bytes]] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.path, self.headers["Content-Type"], content))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("script", "place", "path", "media_type"),
    [
        ("fuseki.sh", "/terril", "/terril/data", "application/n-quads"),
        ("graphdb.sh", "/repositories/terril", "/repositories/terril/statements", "application/n-quads"),
        ("rdf4j.sh", "/rdf4j-server/repositories/t", "/rdf4j-server/repositories/t/statements", "application/n-quads"),
        ("blazegraph.sh", "/blazegraph", "/blazegraph/namespace/terril/sparql", "text/x-nquads"),
    ],
)
def test_a_script_sends_the_quads_where_its_store_takes_them(bundle, valley, sent, script, place, path, media_type):
    require("curl", shutil.which("curl") is not None)
    address, requests = sent
    run(bundle / "load" / script, address + place)
    *before, (last, kind, content) = requests
    assert (last, kind) == (path, media_type)
    assert [each[0] for each in before] == (["/blazegraph/namespace"] if before else [])
    read = ox.parse(content, format=ox.RdfFormat.N_QUADS)
    assert canonical(read) == (canonical(valley) if script == "fuseki.sh" else union(valley))


@pytest.mark.parametrize("script", ["fuseki.sh", "graphdb.sh", "rdf4j.sh", "blazegraph.sh"])
def test_a_script_whose_store_is_not_there_fails(bundle, nobody, script):
    command = ["sh", str(bundle / "load" / script), nobody]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.fixture
def stand_ins(tmp_path) -> tuple[str, Path]:
    """A path on which the programs of some stores only write down how they were called."""
    calls, folder = tmp_path / "calls", tmp_path / "bin"
    folder.mkdir()
    for name in ("qlever", "stardog-admin", "aws"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{calls}"\n')
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{PROGRAMS}", calls


def test_stardog_is_asked_to_create_a_database_from_the_file(bundle, stand_ins):
    path, calls = stand_ins
    run(bundle / "load" / "stardog.sh", path=path)
    assert calls.read_text() == "stardog-admin db create --copy-server-side -n terril graph.nq.gz\n"


def test_qlever_gets_a_configuration_and_the_file_beside_it(bundle, stand_ins, valley, tmp_path):
    path, calls = stand_ins
    run(bundle / "load" / "qlever.sh", tmp_path / "index", path=path)
    assert calls.read_text() == "qlever index\nqlever start\n"
    configuration = (tmp_path / "index" / "Qleverfile").read_text()
    assert "FORMAT = nq\n" in configuration
    assert "CAT_INPUT_FILES = gzip -dc graph-union.nq.gz\n" in configuration
    content = gzip.decompress((tmp_path / "index" / "graph-union.nq.gz").read_bytes())
    assert canonical(ox.parse(content, format=ox.RdfFormat.N_QUADS)) == union(valley)


def test_neptune_is_told_where_the_file_was_put(bundle, stand_ins, sent):
    require("curl", shutil.which("curl") is not None)
    path, calls = stand_ins
    address, requests = sent
    run(bundle / "load" / "neptune.sh", address, "s3://b/t", "arn:aws:iam::1:role/r", "eu-west-1", path=path)
    assert calls.read_text() == "aws s3 cp graph-union.nq.gz s3://b/t/graph-union.nq.gz\n"
    ((where, kind, content),) = requests
    assert (where, kind) == ("/loader", "application/json")
    told = json.loads(content)
    assert (told["source"], told["format"], told["region"]) == ("s3://b/t/graph-union.nq.gz", "nquads", "eu-west-1")
