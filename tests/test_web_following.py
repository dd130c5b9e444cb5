"""Versions of a graph file: made once for each of its states, also by servers that start one after the other."""

import os
from importlib.util import find_spec

import pytest

from conftest import require
from terril.errors import BadGraph, BadValue, NotFound

if find_spec("uvicorn"):
    from terril.web import following, server
    from terril.web.following import Follower
    from terril.web.versions import Versions, open_version


@pytest.fixture(autouse=True)
def installed():
    require("server", find_spec("uvicorn") is not None)


@pytest.fixture
def graph(tmp_path):
    return written(tmp_path / "graph.nt", 1)


def written(file, *numbers):
    before = file.stat().st_mtime_ns if file.exists() else 0
    lines = (f"<http://example.org/s> <http://example.org/p> <http://example.org/{n}> .\n" for n in numbers)
    file.write_text("".join(lines), encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))
    return file


def held(versions):
    return {quad.object.value.rpartition("/")[2] for quad in open_version(versions.current())}


def test_a_file_is_read_once_for_each_of_its_states(monkeypatch, tmp_path, graph):
    read = []
    load = following.load
    monkeypatch.setattr(following, "load", lambda file, store: (read.append(file), load(file, store)))
    for _ in range(3):
        versions = Versions(tmp_path / "kept")
        Follower(graph, versions)
        assert held(versions) == {"1"}
    assert len(read) == 1
    written(graph, 1, 2)
    for _ in range(2):
        Follower(graph, Versions(tmp_path / "kept"))
        assert held(versions) == {"1", "2"}
    assert len(read) == 2


def test_what_changes_while_it_is_served_is_not_read_again_by_the_next_server(monkeypatch, tmp_path, graph):
    versions = Versions(tmp_path / "kept")
    follower = Follower(graph, versions)
    written(graph, 3)
    follower.look()
    follower._thread.join(60)
    assert held(versions) == {"3"}
    monkeypatch.setattr(following, "load", lambda *_: pytest.fail("read again"))
    Follower(graph, Versions(tmp_path / "kept"))


@pytest.mark.parametrize("note", ["", "[]", "null", '{"file": 5}', "[" * 200_000, None])
def test_a_copy_whose_note_is_damaged_is_made_anew(tmp_path, graph, note):
    versions = Versions(tmp_path / "kept")
    Follower(graph, versions)
    before = versions.current()
    path = tmp_path / "kept" / "origin.json"
    path.unlink() if note is None else path.write_text(note, encoding="utf-8")
    Follower(graph, versions)
    assert versions.current() != before
    assert held(versions) == {"1"}


def test_a_copy_that_is_damaged_is_made_anew(tmp_path, graph):
    versions = Versions(tmp_path / "kept")
    Follower(graph, versions)
    (versions.current() / "CURRENT").unlink()
    Follower(graph, versions)
    assert held(versions) == {"1"}


def test_a_folder_with_other_files_is_left_alone(tmp_path, graph):
    kept = tmp_path / "mine" / "version-2"
    kept.mkdir(parents=True)
    os.utime(kept, (0, 0))
    with pytest.raises(BadValue, match=r"mine holds version-2, which no server has put there\. Name an empty folder"):
        Follower(graph, Versions(tmp_path / "mine"))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["version-2"]


def test_what_no_server_has_made_is_not_swept(tmp_path, graph):
    versions = Versions(tmp_path / "kept")
    Follower(graph, versions)
    for name in ("version-2", "new-ideas-of-mine"):
        (tmp_path / "kept" / name).mkdir()
        os.utime(tmp_path / "kept" / name, (0, 0))
    versions.change(lambda store: store.clear())
    assert (tmp_path / "kept" / "version-2").is_dir()
    assert (tmp_path / "kept" / "new-ideas-of-mine").is_dir()


def test_a_file_that_is_gone_is_told(tmp_path, graph):
    Follower(graph, Versions(tmp_path / "kept"))
    graph.unlink()
    with pytest.raises(NotFound, match="no graph file"):
        Follower(graph, Versions(tmp_path / "kept"))


def test_a_folder_is_for_one_file(tmp_path, graph):
    Follower(graph, Versions(tmp_path / "kept"))
    other = written(tmp_path / "other.nt", 2)
    with pytest.raises(BadValue, match=r"kept holds copies of .*graph\.nt\. Name another folder"):
        Follower(other, Versions(tmp_path / "kept"))
    assert held(Versions(tmp_path / "kept")) == {"1"}


def test_who_reads_and_who_writes_do_not_share_a_folder(tmp_path, graph, home):
    with server._versions(graph, home, writable=True, empty=False, store=tmp_path / "written") as (written_to, _):
        assert held(written_to) == {"1"}
    with pytest.raises(BadValue, match=r"what was written to a server"):
        Follower(graph, Versions(tmp_path / "written"))
    Follower(graph, Versions(tmp_path / "kept"))
    with (
        pytest.raises(BadValue, match=r"holds copies of .*graph\.nt\. Name another folder"),
        server._versions(graph, home, writable=True, empty=False, store=tmp_path / "kept"),
    ):
        pass


@pytest.mark.parametrize(("content", "error"), [(None, NotFound), (b"no RDF", BadGraph), (b"", BadGraph)])
def test_of_a_file_that_cannot_be_read_nothing_is_kept(tmp_path, graph, content, error):
    graph.unlink()
    if content is not None:
        graph.write_bytes(content)
    with pytest.raises(error):
        Follower(graph, Versions(tmp_path / "kept"))
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["purpose"]
