"""What several test modules share: the project, its built graph, the source texts, a real SPARQL server."""

import importlib.util
import itertools
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

import terril

if TYPE_CHECKING:
    from pages import Reading

ROOT = Path(__file__).parents[1]


def require(tool: str, present: bool, how: str = "") -> None:
    """Skip a test whose tool is missing, and say how it is installed, unless TERRIL_REQUIRE lists the tool: then its
    absence is a failure."""
    if present:
        return
    if tool in os.environ.get("TERRIL_REQUIRE", "").split():
        pytest.fail(f"{tool} is required here and missing")
    pytest.skip(f"needs {tool}, which this machine lacks" + f" ({how})" * bool(how))


_SHARE_THE_FRONT_END = {
    *("test_web_front", "test_web_pages", "test_web_resources", "test_web_site", "test_web_walk", "test_wheel")
}
"""Modules that build the front end in this checkout, or look whether it has been built."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, metavar="N", help="run no more than N cases of a test that has many")


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # the order is made below


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep as many cases of each test as are wanted, and put what takes longest first, so that of several processes
    none waits for another at the end.
    """
    if config.getoption("cases"):
        items[:] = _some_cases(items, config.getoption("cases"))
    slow = Counter(_together(item.nodeid) for item in items if item.get_closest_marker("slow"))
    many = Counter(_together(item.nodeid) for item in items)
    items.sort(key=lambda item: (-slow[name := _together(item.nodeid)], -many[name], name))


def _some_cases(items: list[pytest.Item], most: int) -> list[pytest.Item]:
    """No more than so many cases of each test, from all along its list."""
    tests = [item.nodeid.partition("[")[0] for item in items]
    all_of, seen, kept = Counter(tests), Counter[str](), []
    for item, test in zip(items, tests, strict=True):
        before, seen[test] = seen[test], seen[test] + 1
        if before * most // all_of[test] < seen[test] * most // all_of[test]:
            kept.append(item)
    return kept


def _together(nodeid: str) -> str:
    """What a test shares a process with: its module, or all that build the front end."""
    module = Path(nodeid.partition("::")[0]).stem
    return "front" if module in _SHARE_THE_FRONT_END else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several processes run the tests, what belongs together stays in one of them."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _together(nodeid)

    return Together(config, log)


@pytest.fixture(autouse=True)
def _as_talkative_as_before() -> Iterator[None]:
    """Commands that run in this process may tell more of what they do; the next test starts as the first did."""
    logger = logging.getLogger("terril")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture(scope="session")
def home() -> terril.Home:
    return terril.find_home(ROOT)


@pytest.fixture(scope="session")
def truth(home: terril.Home) -> Callable[[str], bool | None]:
    """Asks a question of yes or no; nothing, if the documents do not say or it is not understood."""
    from terril.results import Truth

    def said(question: str) -> bool | None:
        try:
            answer = terril.ask(question, home=home)
        except terril.NotUnderstood:
            return None
        known = answer.reading is not None and answer.reading.answered and isinstance(answer.result, Truth)
        return bool(answer.result) if known else None

    return said


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


@pytest.fixture(scope="session")
def front() -> Path:
    """The folder of the built front end, with what its tests need."""
    require("node", shutil.which("node") is not None and shutil.which("npm") is not None)
    source = ROOT / "src" / "terril" / "web" / "front"
    for command in (["npm", "ci"], ["node", "build.mjs"]):
        done = subprocess.run(command, cwd=source, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
    return source.parent / "static" / "front"


PUBLISHED_AT = "https://example.org/terril/"


@pytest.fixture(scope="session")
def published(request: pytest.FixtureRequest, home: terril.Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built graph as a site in files, with the front end where that can be built; no test changes it."""
    from terril.web.site import publish

    if shutil.which("node") and shutil.which("npm"):
        request.getfixturevalue("front")
    return publish(tmp_path_factory.mktemp("published") / "site", base=PUBLISHED_AT, home=home).folder.resolve()


@pytest.fixture(scope="session")
def read_pages(published: Path) -> "dict[Path, Reading]":
    """Every page of the site, read strictly."""
    from pages import Reading

    return {path: Reading(path.read_text("utf-8")) for path in published.rglob("*.html")}


@contextmanager
def oxigraph_server(graph: Path, *options: str) -> Iterator[str]:
    """Serve a graph file with Oxigraph's own server, with further options; give the address that answers queries."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    require("oxigraph", program is not None)
    with tempfile.TemporaryDirectory() as location:
        subprocess.run([program, "load", "-l", location, "-f", graph], check=True, capture_output=True)
        address = f"127.0.0.1:{free_port()}"
        command = [program, "serve-read-only", "-l", location, "-b", address, *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for(f"http://{address}/")
                yield f"http://{address}/query"
            finally:
                server.terminate()


@contextmanager
def oxigraph_store(location: Path | None = None, port: int | None = None) -> Iterator[str]:
    """Oxigraph's own server, to be written to, in memory or over a folder, perhaps at a port; give its address."""
    with oxigraph_process(location, port) as (url, _):
        yield url


@contextmanager
def oxigraph_process(
    location: Path | None = None, port: int | None = None
) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    """The same, with its process."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    require("oxigraph", program is not None)
    address = f"127.0.0.1:{port or free_port()}"
    command = [program, "serve", "-b", address, *(["-l", location] if location else [])]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://{address}/")
            yield f"http://{address}", server
        finally:
            server.terminate()


@contextmanager
def terril_server(*options: str, largest_file: int | None = None, **environment: str) -> Iterator[str]:
    """Serve with `terril serve` on a free port, perhaps with room for files of so many kB only."""
    require("server", importlib.util.find_spec("httptools") is not None)
    command = [sys.executable, "-m", "terril", "serve", "--port", "0", *options]
    if largest_file is not None:
        command = ["bash", "-c", f'ulimit -f {largest_file}; exec "$0" "$@"', *command]
    with (
        tempfile.TemporaryFile("w+") as talk,
        subprocess.Popen(command, stderr=talk, stdin=subprocess.DEVNULL, env={**os.environ, **environment}) as server,
    ):
        try:
            yield _address_in(talk, server)
        finally:
            server.terminate()


def _address_in(talk: IO[str], server: "subprocess.Popen[bytes]") -> str:
    """The address that a server tells of itself."""
    for _ in range(600):
        talk.seek(0)
        said = talk.read()
        if "Serving at " in said:
            return said.partition("Serving at ")[2].split()[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {said}")


def _own_ports() -> Iterator[int]:
    """Ports that neither the system hands out of itself nor another process of this run: a server that is slow to start
    must find the one it was told free.
    """
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return itertools.cycle(range(12_000 + 500 * (process % 40), 12_500 + 500 * (process % 40)))


_PORTS = _own_ports()


def free_port() -> int:
    """A port of this machine at which nobody listens, given to nobody else of this run for a long time."""
    for port in _PORTS:
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError  # ports never end


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens, nor can anybody as long as the test lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server at {url} did not start within ten seconds")
