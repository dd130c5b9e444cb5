"""Making the graph: the same input gives the same bytes, and what is on disk is whole at any time."""

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

import slag_valley
import terril
from terril import names, pipeline
from terril.home import Home

BUILD = [sys.executable, "-m", "terril", "build", "--home"]


@pytest.fixture(scope="module")
def built_once(tmp_path_factory, home) -> Home:
    """A copy of the project, built, which no test changes."""
    once = Home(tmp_path_factory.mktemp("built"))
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(home.path / folder, once.path / folder)
    terril.build(home=once)
    return once


@pytest.fixture
def built(tmp_path, built_once) -> Home:
    """A copy of the project, built, to spoil."""
    shutil.copytree(built_once.path, tmp_path / "project")
    return Home(tmp_path / "project")


@pytest.fixture(scope="module")
def valley_once(tmp_path_factory) -> Home:
    """A small project, built, which no test changes: what does not depend on how much there is, is soon tried on it."""
    once = slag_valley.project(tmp_path_factory.mktemp("valley"))
    terril.build(home=once)
    return once


@pytest.fixture
def valley(tmp_path, valley_once) -> Home:
    """The small project, built, to spoil."""
    shutil.copytree(valley_once.path, tmp_path / "project")
    return Home(tmp_path / "project")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def outputs(project: Home) -> dict[str, str]:
    return {path.name: digest(path) for path in (project.graph, project.index, project.manifest, project.turtle)}


def test_two_builds_in_different_processes_give_the_same_bytes(built):
    first = outputs(built)
    built.graph.unlink()
    subprocess.run([*BUILD, built.path], check=True, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True)
    assert outputs(built) == first


def test_the_plain_turtle_in_the_repository_is_what_the_sources_give(built, home):
    assert home.turtle.read_bytes() == built.turtle.read_bytes(), "run `terril build` and commit data/wallonia.ttl"


def test_the_graph_is_sorted_and_has_every_triple_in_its_default_graph_too(built):
    lines = built.graph.read_bytes().splitlines()
    assert lines == sorted(set(lines))
    quads = list(ox.parse(path=str(built.graph), format=ox.RdfFormat.N_QUADS))
    default = {quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)}
    assert default == {quad.triple for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)}


def test_what_was_inferred_is_stated_nowhere(built):
    quads = list(ox.parse(path=str(built.graph), format=ox.RdfFormat.N_QUADS))
    named = [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
    inferred = {quad.triple for quad in named if quad.graph_name.value == names.INFERRED}
    assert inferred
    assert not inferred & {quad.triple for quad in named if quad.graph_name.value != names.INFERRED}


def test_data_has_no_blank_nodes(built):
    facts = ox.parse(path=str(built.turtle), format=ox.RdfFormat.TURTLE)
    assert not [quad for quad in facts if ox.BlankNode in {type(quad.subject), type(quad.object)}]


def test_a_built_graph_is_fresh_and_is_not_built_again(valley):
    before = valley.graph.stat().st_mtime_ns
    assert pipeline.staleness(valley) is None
    assert pipeline.ensure(valley) == valley.graph
    assert valley.graph.stat().st_mtime_ns == before


def remake(home: Home, version: str) -> None:
    """Make a graph look as if another version had built it."""
    manifest = json.loads(home.manifest.read_text())
    home.manifest.write_text(json.dumps({**manifest, "terril": version}))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda home: home.graph.unlink(), "There is no built graph"),
        (lambda home: home.manifest.unlink(), "no readable manifest"),
        (lambda home: home.manifest.write_text("[]"), "no readable manifest"),
        (lambda home: remake(home, "0.0.1"), "was built by Terril 0.0.1"),
        (lambda home: home.graph.write_bytes(home.graph.read_bytes()[:-9]), "not the one that was built"),
        (lambda home: home.index.unlink(), "The index of names at"),
        (lambda home: home.index.write_bytes(home.index.read_bytes()[:-9]), "is not the one that was built"),
        (lambda home: home.documents[0].open("a").write("# a remark\n"), "have changed since"),
        (lambda home: (home.shapes[0].parent / "more.ttl").write_text("# nothing yet\n"), "have changed since"),
    ],
)
def test_a_missing_damaged_or_outdated_graph_is_built_again_and_the_reason_is_said(valley, caplog, spoil, says):
    spoil(valley)
    pipeline.ensure(valley)
    assert says in caplog.text
    assert pipeline.staleness(valley) is None


def unreadable(path: Path) -> str:
    """Put something into the place of a file that no user, not even root, can read as one."""
    path.unlink()
    path.symlink_to("/proc/self/mem" if path.suffix == ".nq" else path.parent)
    return path.name


def test_a_source_that_cannot_be_read_is_named_in_a_sentence_even_if_a_graph_was_built(valley):
    name = unreadable(valley.documents[0])
    with pytest.raises(terril.BadSource, match=rf"{re.escape(name)}: \w+"):
        pipeline.ensure(valley)


def test_a_built_graph_that_cannot_be_read_is_built_again(valley, caplog):
    unreadable(valley.graph)
    pipeline.ensure(valley)
    assert "cannot be read" in caplog.text
    assert pipeline.staleness(valley) is None


def test_where_nothing_can_be_written_the_outdated_graph_is_still_offered(valley):
    valley.documents[0].open("a").write("# a remark\n")
    valley.turtle.unlink()
    valley.turtle.mkdir()
    with pytest.raises(terril.NotWritten, match=r"wallonia\.ttl could not .* add --at .*graph\.nq"):
        pipeline.ensure(valley)


def test_the_project_that_came_with_the_package_is_not_built_anew_by_accident(project, monkeypatch):
    monkeypatch.setattr(pipeline, "_PACKAGE", project.path)
    monkeypatch.setattr(pipeline, "find_home", lambda _: project)
    with pytest.raises(terril.NotFound, match="--home"):
        terril.build()
    assert not project.graph.exists()


def test_an_engine_that_there_is_not_is_refused(home):
    with pytest.raises(terril.BadValue, match="terril, owlrl"):
        terril.infer(engine="x", home=home)


def test_a_violation_leaves_the_old_graph_untouched(valley):
    before = outputs(valley)
    path = valley.documents[0]
    path.write_text(path.read_text("utf-8").replace("terril:characters", "terril:charcters"), "utf-8")
    with pytest.raises(terril.Violations, match="terril:characters"):
        terril.build(home=valley)
    assert outputs(valley) == before


def test_a_disk_that_is_full_leaves_the_old_graph_and_no_scraps(valley):
    before, files = outputs(valley), sorted(valley.graph.parent.iterdir())
    os.utime(valley.documents[0])
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    done = subprocess.run([*BUILD, valley.path], preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert outputs(valley) == before
    assert sorted(valley.graph.parent.iterdir()) == files


def test_a_folder_that_cannot_be_made_is_named_in_a_sentence(tmp_path):
    project = slag_valley.project(tmp_path)
    (project.path / ".terril").write_text("a file where the folder should be")
    with pytest.raises(terril.NotWritten, match=r"\.terril.* could not be written"):
        terril.build(home=project)


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_the_old_graph_or_the_new_one_whole(built):
    old = digest(built.graph)
    path = built.documents[0]
    path.write_text(path.read_text("utf-8") + "# one more line\n", "utf-8")
    started = time.perf_counter()
    subprocess.run([*BUILD, built.path], check=True, capture_output=True)
    took = time.perf_counter() - started
    new = digest(built.graph)
    for share in (0.3, 0.7, 0.85, 0.9, 0.95, 1.0):
        process = subprocess.Popen([*BUILD, built.path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(took * share)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert digest(built.graph) in {old, new}
        json.loads(built.manifest.read_text())


def test_what_a_killed_build_left_is_cleared_away_once_it_is_old(valley):
    left = valley.graph.with_name(".graph.nq.1.part")
    left.write_text("half a gra")
    os.utime(left, (0, 0))
    terril.build(home=valley)
    assert not left.exists()


def test_infer_gives_only_what_is_new(built):
    inferred = set(terril.infer(home=built))
    assert inferred
    assert not inferred & {quad.triple for quad in terril.read(built).quads()}


@pytest.mark.slow
def test_on_the_whole_graph_the_reference_engine_infers_the_same(home):
    ours, reference = terril.infer(home=home), terril.infer(engine="owlrl", home=home)
    assert list(ours) == list(reference) != []
    assert ours.clashes == reference.clashes == ()


@pytest.mark.slow
def test_of_a_file_with_one_fact_the_reference_engine_infers_the_same(valley, tmp_path):
    path = tmp_path / "fact.nt"
    path.write_text(f"<{names.ID}organisation/x> <{names.NS}focusesOn> <{names.BASE}auth/topic/heat> .\n")
    ours, reference = (terril.infer(path, engine=engine, home=valley) for engine in ("terril", "owlrl"))
    assert list(ours) == list(reference)
    broader = f"<{names.ID}organisation/x> <{names.NS}focusesOn> <{names.BASE}auth/topic/metals>"
    assert broader in set(map(str, ours))
