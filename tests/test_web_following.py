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


def test_a_copy_whose_note_is_damaged_is_not_trusted(tmp_path, graph):
    versions = Versions(tmp_path / "kept")
    Follower(graph, versions)
    (tmp_path / "kept" / "origin.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BadValue, match=r"holds what was written to a server\. Name another folder"):
        Follower(graph, versions)


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
        pytest.raises(BadValue, match=r"another folder to write to"),
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
    assert list((tmp_path / "kept").iterdir()) == []
