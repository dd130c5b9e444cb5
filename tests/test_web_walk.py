"""The real graph and a hostile one in Chromium: walks through a server and a published site, page by page."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, require, terril_server
from terril.names import AUTH, ID, PREFIXES

TESTS = ROOT / "tests" / "front"
SKOS, TERRIL = PREFIXES["skos"], PREFIXES["terril"]
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SCRIPT = r"""\"><script>window.ran=1;alert(1)</script><img src=x onerror=\"window.ran=1\">'{{7*7}}"""
"""What would run if a page took it for markup, as N-Quads write it."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chromium(front: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome")
    require("chromium", any(Path("/usr/bin", name).exists() for name in names))
    require("site", importlib.util.find_spec("jinja2") is not None)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph file with script in labels, literals, IRIs and language tags."""
    file = tmp_path_factory.mktemp("hostile") / "graph.nq"
    file.write_text("\n".join(_hostile()) + "\n", encoding="utf-8")
    return file


def _hostile() -> Iterator[str]:
    evil, topic = f"<{ID}organisation/evil>", f"<{AUTH}topic/evil>"
    label, about = f"<{SKOS}prefLabel>", "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
    yield f"{evil} <{TYPE}> <{TERRIL}Cluster> ."
    yield f'{evil} {label} "{SCRIPT}"@en .'
    yield f'{evil} {label} "</script><script>window.ran=1</script>"@fr .'
    yield f'{evil} <{SKOS}altLabel> "{SCRIPT}"@x-onclick-ran .'
    yield f'{evil} <{SKOS}definition> "<!--<script>{SCRIPT}"@en .'
    yield f'{evil} {about} "{SCRIPT}"^^<javascript:window.ran=1> .'
    for iri in ("javascript:window.ran=1;alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "JaVaScRiPt:alert(1)"):
        yield f"{evil} {about} <{iri}> ."
        yield f"{evil} <{TERRIL}focusesOn> <{iri}> ."
        yield f'<{iri}> {label} "{SCRIPT}"@en .'
    yield f"{evil} <javascript:window.ran=1> {topic} ."
    yield f"{evil} <{TERRIL}focusesOn> {topic} ."
    yield f"{topic} <{TYPE}> <{TERRIL}Topic> ."
    yield f'{topic} {label} "evil"@en .'
    yield f'{topic} <{SKOS}altLabel> "</title></textarea>{SCRIPT}" .'


def test_readers_walk_through_the_server_and_the_site(chromium: None, published: Path) -> None:
    with terril_server() as address:
        _node("walk.test.mjs", TERRIL_SERVER=address, TERRIL_SITE=str(published))


def test_nothing_that_a_graph_carries_runs(chromium: None, hostile: Path) -> None:
    with terril_server("--at", str(hostile)) as address:
        _node("hostile.test.mjs", TERRIL_SERVER=address)


def _node(test: str, **environment: str) -> None:
    command = ["node", "--test", "--test-reporter=spec", test]  # ends with what failed
    done = subprocess.run(
        command, cwd=TESTS, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{test}\n{done.stdout[-8000:]}{done.stderr[-2000:]}"
