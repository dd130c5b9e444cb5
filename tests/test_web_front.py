"""The front end: what Node builds of it, what it computes, and what it does in Chromium."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, require
from terril.names import PREFIXES

pytestmark = pytest.mark.slow

FRONT = ROOT / "src" / "terril" / "web" / "front"
TESTS = ROOT / "tests" / "front"
LARGEST_START = 15_000
"""Bytes of script that every page may load."""


def _run(*command: str, cwd: Path = FRONT) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"


def test_the_prefixes_of_the_front_end_are_those_of_names() -> None:
    assert json.loads((FRONT / "src" / "prefixes.json").read_text(encoding="utf-8")) == PREFIXES


def test_the_lock_file_names_no_host_to_fetch_from() -> None:
    packages = json.loads((FRONT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_what_every_page_loads_is_small_and_the_large_parts_come_on_demand(front: Path) -> None:
    app = (front / "app.js").read_text(encoding="utf-8")
    assert len(app) < LARGEST_START
    assert not re.search(r"""^import[^(]*from""", app), "app.js loads nothing before it is needed"
    for part in ("graph", "map", "search", "sparql", "question"):
        assert re.search(rf"""import\("\./{part}-\w+\.js"\)""", app), part


def test_what_is_built_names_no_other_host_to_call(front: Path) -> None:
    """Addresses in the bundle are names of vocabularies and notes of libraries; none is fetched, as Chromium shows."""
    for file in front.glob("*.js"):
        calls = re.findall(r"""fetch\(["'`]https?:""", file.read_text(encoding="utf-8"))
        assert not calls, file.name


def test_the_licences_of_what_is_bundled_come_along(front: Path) -> None:
    text = (front / "licences.txt").read_text(encoding="utf-8")
    for name in ("@codemirror/view", "cytoscape", "leaflet", "oxigraph"):
        assert f"\n{name} " in f"\n{text}"


def test_two_builds_are_alike(front: Path) -> None:
    before = {file.name: file.read_bytes() for file in front.iterdir()}
    _run("node", "build.mjs")
    assert before == {file.name: file.read_bytes() for file in front.iterdir()}


def test_types(front: Path) -> None:
    _run("npm", "run", "--silent", "check")


def test_functions(front: Path) -> None:
    _run("node", "--test", "functions.test.mjs", cwd=TESTS)


@pytest.mark.slow
def test_pages_in_chromium(front: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome")
    require("chromium", any(Path("/usr/bin", name).exists() for name in names))
    _run("node", "--test", "pages.test.mjs", cwd=TESTS)
