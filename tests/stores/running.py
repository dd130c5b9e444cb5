"""Real triplestores on loopback, at free ports, each empty; they end with the test that started them."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

import terril
from conftest import free_port, oxigraph_store, require, terril_server
from stores.install import FOLDER, HERE, is_installed


class Running(NamedTuple):
    """A store at work: its server's address, where it is loaded, and the endpoint that is asked."""

    server: str
    load: terril.Endpoint
    ask: terril.Endpoint


@contextmanager
def oxigraph(folder: Path) -> Iterator[Running]:
    with oxigraph_store(folder / "kept") as url:
        yield _running(url, "", "/query")


@contextmanager
def terril_serve(folder: Path) -> Iterator[Running]:
    with terril_server("--writable", "--empty", "--store", str(folder), TERRIL_TOKEN="secret") as url:
        yield _running(url.rstrip("/"), "", "/sparql", token="secret")


@contextmanager
def fuseki(folder: Path) -> Iterator[Running]:
    port, command = free_port(), "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
    options = ["--port", str(port), "--localhost", "--update", "--tdb2", f"--loc={folder}", "/terril"]
    with _process([*java("fuseki"), command, *options], f"http://127.0.0.1:{port}/$/ping"):
        yield _running(f"http://127.0.0.1:{port}", "/terril", "/query")


@contextmanager
def rdf4j(folder: Path) -> Iterator[Running]:
    with _rdf4j("rdf4j", folder, "/rdf4j-server", _REPOSITORY) as url:
        yield _running(url, "/repositories/tests", "")


_REPOSITORY = """\
@prefix config: <tag:rdf4j.org,2023:config/> .
<#tests> a config:Repository ; config:rep.id "tests" ;
  config:rep.impl [ config:rep.type "openrdf:SailRepository" ;
    config:sail.impl [ config:sail.type "openrdf:MemoryStore" ] ] .
"""


@contextmanager
def graphdb(folder: Path) -> Iterator[Running]:
    """The engine of GraphDB in the server of RDF4J, as GraphDB has it, at the same addresses. It is told from RDF4J by
    a list of repositories, for which a file stands in: the program that gives it is nowhere to be fetched."""
    listed = folder / "webapps" / "rest" / "repositories"
    listed.parent.mkdir(parents=True)
    listed.write_text("[]")
    with _rdf4j("graphdb", folder, "", _OF_GRAPHDB) as url:
        yield _running(url, "/repositories/terril", "")


_OF_GRAPHDB = """\
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
@prefix owlim: <http://www.ontotext.com/trree/owlim#> .
<#terril> a rep:Repository ; rep:repositoryID "terril" ;
  rep:repositoryImpl [ rep:repositoryType "graphdb:FreeSailRepository" ;
    <http://www.openrdf.org/config/repository/sail#sailImpl> [ sail:sailType "graphdb:FreeSail" ;
      owlim:ruleset "empty" ; owlim:disable-sameAs "true" ; owlim:repository-type "file-repository" ] ] .
"""


@contextmanager
def _rdf4j(store: str, folder: Path, path: str, repository: str) -> Iterator[str]:
    """The server of RDF4J with a repository, and with the libraries of a store that it has not itself."""
    port = free_port()
    name = re.search(r"<#(\w+)>", repository)[1]
    place = folder / "data" / "server" / "repositories" / name
    place.mkdir(parents=True)
    (place / "config.ttl").write_text(repository)
    require(store, shutil.which("javac") is not None, "a JDK of Java 17 or later")
    program, *options = java(store)
    (war,) = (FOLDER / store).glob("*.war")
    known = {_library(name) for name in ZipFile(war).namelist()}
    others = [jar for jar in sorted((FOLDER / store).glob("*.jar")) if _library(jar.name) not in known]
    libraries = [jar for jar in others if not jar.name.startswith("tomcat-")]
    base = f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}"
    command = [program, base, *options, HERE / "Rdf4j.java", str(port), war, folder, path, *libraries]
    url = f"http://127.0.0.1:{port}{path}"
    with _process(command, f"{url}/protocol"):
        yield url


def _library(path: str) -> str:
    """The name of a library, without its version."""
    return re.split(r"-\d", path.rpartition("/")[2])[0]


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    with virtuoso_server(folder) as (url, _):
        where = _running(url, "", "/sparql", user="dba", password="dba")
        yield where._replace(ask=terril.Endpoint(where.ask.url))


@contextmanager
def virtuoso_server(folder: Path, *reads: Path) -> Iterator[tuple[str, int]]:
    """Virtuoso, which may bulk load from these folders; its address, and its port for SQL."""
    program = shutil.which("virtuoso-t")
    require("virtuoso", program is not None, "apt-get install virtuoso-opensource-7-bin")
    port, sql = free_port(), free_port()
    settings = virtuoso_settings(folder, port, sql, *reads)
    with _process([program, "-f", "-c", settings], f"http://127.0.0.1:{port}/sparql"):
        yield f"http://127.0.0.1:{port}", sql


def virtuoso_settings(folder: Path, port: int, sql: int, *reads: Path, buffers: int = 20_000) -> Path:
    """Write the settings of a Virtuoso with its database in a folder, and so many pages of 8 kB in memory."""
    path = folder / "virtuoso.ini"
    told = {"folder": folder, "port": port, "sql": sql, "buffers": buffers, "dirty": buffers * 3 // 4}
    path.write_text(_VIRTUOSO.format(**told, reads=", ".join(map(str, (folder, *reads)))))
    return path


_VIRTUOSO = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {reads}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
"""

STORES: dict[str, Callable[[Path], AbstractContextManager[Running]]] = {
    "oxigraph": oxigraph,
    "terril": terril_serve,
    "fuseki": fuseki,
    "rdf4j": rdf4j,
    "graphdb": graphdb,
    "virtuoso": virtuoso,
}


def _running(server: str, load: str, ask: str, **shown: str) -> Running:
    addresses = server + load, server + load + ask
    return Running(server, *(terril.Endpoint(address, timeout=120, **shown) for address in addresses))


def java(store: str) -> list[str | Path]:
    """How a program of a store's libraries is run, up to the name of its class; Jena's are those of Fuseki."""
    present = shutil.which("java") is not None and is_installed(store)
    require(store, present, f"{Path(sys.executable).name} tests/stores/install.py {store}")
    return ["java", "-Xmx2g", "-cp", f"{FOLDER / store}/*"]


@contextmanager
def _process(command: list[str | Path], ready: str) -> Iterator[None]:
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"}
    ) as server:
        try:
            _wait_for(ready, server)
            yield
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait for any answer."""
    for _ in range(1200):
        try:
            return urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return None
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the server at {url} did not start")
