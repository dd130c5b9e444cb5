"""One contract for real stores: what is pushed is there, what is changed is found, and every question answers alike."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import terril
from conftest import ROOT
from stores.running import STORES, Running
from terril.loads.finding import remote
from terril.loads.pushing import is_ours

README = (ROOT / "README.md").read_text("utf-8")

VALUES = """\
:a :p :b , "Liège \\"\\n\\t\\\\ 𝄞"@fr , "été"@fr-BE , "" , 5 , 1.5 , true ,
  "2020"^^xsd:gYear , "--03-04"^^xsd:gMonthDay ."""
SMALL = f"""\
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://w3id.org/terril/id/> . @prefix graph: <https://w3id.org/terril/id/graph/> .
{VALUES}
graph:one {{ {VALUES} }}
graph:two {{ [] :p [ :q :a ] . }}
graph:two {{ :a :p :b }}
"""


@pytest.fixture(scope="module", params=STORES)
def store(request):
    # In memory where that can be had: stores wait for the disk after every graph, which proves nothing here.
    shared = Path("/dev/shm")
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory(dir=shared if shared.is_dir() else None, ignore_cleanup_errors=True) as folder,
    ):
        patch.setenv("JAVA_TOOL_OPTIONS", _SHORT_LIVED)
        with STORES[request.param](Path(folder)) as running:
            yield running


_SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""What Java needs not to spend more on compiling than on the test."""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.trig"
    path.write_text(SMALL, "utf-8")
    return path


def test_a_graph_is_pushed_verified_changed_and_pruned(store: Running, small, tmp_path):
    pushed = terril.push(store.load, at=small, prune=True)
    assert pushed.is_whole, str(pushed)
    assert terril.verify(store.load, at=small).is_whole
    assert not terril.push(store.load, at=small).number("sent")
    other = tmp_path / "other.trig"
    other.write_text(small.read_text("utf-8").replace("graph:two { :a :p :b }", "graph:three { :a :p :b }"), "utf-8")
    verified = terril.verify(store.load, at=other)
    assert {outcome.graph.rpartition("/")[2]: outcome.state for outcome in verified.graphs if outcome.graph} == {
        "one": "there",
        "two": "changed",
        "three": "changed",
    }
    assert terril.push(store.load, at=other).number("sent") == 2
    assert terril.push(store.load, at=small, prune=True).number("removed") == 1
    assert terril.verify(store.load, at=small).is_whole


# The built graph, loaded as the README says


@pytest.fixture(scope="module")
def loaded(store: Running) -> terril.Endpoint:
    """The endpoint that the README asks, after its commands for this store."""
    empty(store)
    *loading, asking = commands(store)
    for command in loading:
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert ": all there, and nothing else.\n" in done.stdout
    url = asking.rpartition(" --at ")[2]
    assert run(asking).stdout.replace(url, "") == run(asking.partition(" --at ")[0]).stdout
    return terril.Endpoint(url, timeout=120)


def empty(store: Running) -> None:
    """Remove what another test has loaded."""
    found = remote(store.load)
    for name in filter(is_ours, found.counts()):
        found.remove(name)


def commands(store: Running) -> list[str]:
    """What the README has a reader type for a store, with the address of this one."""
    label = remote(store.load).kind.label
    section = re.findall(rf"^# {label}.*\n((?:(?!#|```).*\n)+)", README, re.MULTILINE)
    if not section:
        pytest.skip(f"the README has no commands for {label}")
    assert len(section) == 1
    server = re.findall(r"http://localhost:\d+(?:/rdf4j-server)?", section[0])[0]
    return section[0].replace("\\\n", "").replace(server, store.server).strip().splitlines()


def run(command: str) -> "subprocess.CompletedProcess[str]":
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


ANSWERS = {
    "find": lambda at: terril.find("Univeristy fo Liege", at=at).rows,
    "describe": lambda at: terril.describe("mecatech", at=at),
    "explain": lambda at: terril.explain("clusters-of-topic", at=at),
    "explain a passage": lambda at: terril.explain("passages-between", at=at),
    "path": lambda at: terril.path("N-Side", "Phoenix AI", at=at),
    "no path": lambda at: terril.path("mecatech", "University of Liège", at=at),
    "ask in words": lambda at: terril.ask("How many players does MecaTech oversee?", at=at).result.rows,
}


@pytest.mark.slow
@pytest.mark.parametrize("asked", ANSWERS)
def test_a_verb_gives_what_it_gives_of_the_built_graph(asked, loaded: terril.Endpoint):
    assert ANSWERS[asked](loaded) == answer_here(asked)


@cache
def answer_here(asked: str) -> object:
    """What the built graph gives; it is the same beside each store."""
    return ANSWERS[asked](None)


@pytest.mark.slow
def test_every_question_answers_as_the_built_graph_does(loaded: terril.Endpoint):
    assert [name for name in terril.questions() if rows(name, loaded) != rows_here(name)] == []


@cache
def rows_here(name: str) -> list[str]:
    return rows(name, None)


def rows(name: str, at: terril.Endpoint | None) -> list[str]:
    return sorted(map(str, terril.ask(name, at=at).result.rows))
