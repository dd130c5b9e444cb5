"""An installed Terril answers at once and offline: the wheel carries the sources, the questions and the built graph."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from conftest import ROOT, require

CARRIED = [
    "terril/cli.py",
    "terril/home/ontology/terril.ttl",
    "terril/home/ontology/shapes/organisation.ttl",
    "terril/home/data/wallonia/namur-clusters.trig",
    "terril/home/queries/strands/clusters-of-strand.rq",
    "terril/home/.terril/graph.nq",
    "terril/home/.terril/index.sqlite",
    "terril/home/.terril/manifest.json",
    "terril/web/words.toml",
    "terril/web/templates/base.html",
    "terril/web/static/terril.css",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    require("wheel", importlib.util.find_spec("hatchling") is not None)
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True)
    (built,) = folder.glob("terril-*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_carries_sources_questions_and_the_built_graph(wheel):
    assert set(CARRIED) <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
def test_the_wheel_carries_the_built_front_end_and_not_its_sources(wheel):
    require("node", shutil.which("node") is not None and shutil.which("npm") is not None)
    names = zipfile.ZipFile(wheel).namelist()
    place = "terril/web/static/front/"
    front = [name.removeprefix(place) for name in names if name.startswith(place)]
    assert {"app.js", "app.css", "licences.txt"} <= set(front)
    assert any(name.endswith(".wasm") for name in front)
    assert not [name for name in names if name.startswith("terril/web/front/")]


def test_a_wheel_without_the_front_end_says_what_is_missing(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("wheel", ROOT / ".ci" / "wheel.py")
    require("wheel", importlib.util.find_spec("hatchling") is not None)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "is not here" in module.build_front(tmp_path)
    (tmp_path / "package.json").write_text("{}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Node is not installed" in module.build_front(tmp_path)


@pytest.mark.slow
def test_an_unpacked_wheel_answers_in_an_empty_folder_without_building(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "work").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "terril", "ask", "clusters-of-strand", "--format", "csv"],
        cwd=tmp_path / "work",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "MecaTech Competitiveness Cluster" in done.stdout
