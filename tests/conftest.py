"""What several test modules share: the project, its built graph, the source texts, a real SPARQL server."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import terril

ROOT = Path(__file__).parents[1]


def require(tool: str, present: bool) -> None:
    """Skip a test whose tool is missing, unless TERRIL_REQUIRE lists the tool: then its absence is a failure."""
    if present:
        return
    if tool in os.environ.get("TERRIL_REQUIRE", "").split():
        pytest.fail(f"{tool} is required here and missing")
    pytest.skip(f"needs {tool}, which this machine lacks")


@pytest.fixture(scope="session")
def home() -> terril.Home:
    return terril.find_home(ROOT)


@pytest.fixture
def project(tmp_path, home) -> terril.Home:
    """A copy of the project, not built yet, to spoil."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(home.path / folder, tmp_path / folder)
    return terril.Home(tmp_path)


@pytest.fixture(scope="session")
def texts() -> list[Path]:
    """The source texts, which are not ours to publish: from TERRIL_DOCUMENTS, or a folder beside the project."""
    folder = Path(os.environ.get("TERRIL_DOCUMENTS", ROOT.parent / "shared" / "documents"))
    found = sorted(folder.glob("*.txt"))
    require("texts", bool(found))
    return found


@contextmanager
def oxigraph_server(graph: Path) -> Iterator[str]:
    """Serve a graph file with Oxigraph's own server; give the address that answers queries."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    require("oxigraph", program is not None)
    with tempfile.TemporaryDirectory() as location:
        subprocess.run([program, "load", "-l", location, "-f", graph], check=True, capture_output=True)
        address = f"127.0.0.1:{free_port()}"
        command = [program, "serve-read-only", "-l", location, "-b", address]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for(f"http://{address}/")
                yield f"http://{address}/query"
            finally:
                server.terminate()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server at {url} did not start within ten seconds")
