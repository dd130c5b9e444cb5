"""What is kept beside a built graph is used for that graph alone, and never needed."""

import os
import pickle
import shutil
import tempfile
from dataclasses import make_dataclass

import pytest

import terril
from terril import keeping
from terril.store import connect


@pytest.fixture
def graph(home, tmp_path):
    """A built graph in a folder of its own."""
    built = connect(home=home).path
    for path in (built, built.with_name("index.sqlite")):
        shutil.copy2(path, tmp_path / path.name)
    return tmp_path / built.name


def test_a_copy_that_opens_at_once_holds_the_same(graph):
    keeping.keep_copy(graph)
    copy = keeping.open_copy(graph)
    assert copy is not None
    assert len(copy) == len(connect(graph).graph)


def test_a_copy_of_another_state_of_the_graph_is_not_opened_and_goes_when_there_is_a_new_one(graph):
    keeping.keep_copy(graph)
    (former,) = graph.parent.glob("store-*")
    os.utime(graph, (1, 1))
    assert keeping.open_copy(graph) is None
    keeping.keep_copy(graph)
    assert former.is_dir()  # somebody may still read it
    os.utime(former, (1, 1))
    os.utime(graph, (2, 2))
    keeping.keep_copy(graph)
    assert not former.exists()


def test_a_spoilt_copy_is_not_used_and_goes(graph):
    keeping.keep_copy(graph)
    (folder,) = graph.parent.glob("store-*")
    for path in folder.iterdir():
        path.write_bytes(b"\xff" * path.stat().st_size)
    assert keeping.open_copy(graph) is None
    assert not folder.exists()


def test_a_large_graph_is_not_copied(graph, monkeypatch):
    monkeypatch.setattr(keeping, "_LARGEST", 1000)
    keeping.keep_copy(graph)
    assert keeping.open_copy(graph) is None


def test_nothing_is_kept_for_a_file_that_is_no_built_graph(graph):
    graph.with_name("index.sqlite").unlink()
    keeping.keep_copy(graph)
    keeping.keep(graph, "words", 1)
    assert [path.name for path in graph.parent.iterdir()] == [graph.name]


def test_a_folder_that_cannot_be_written_is_left_alone(graph, monkeypatch):
    def refused(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    keeping.keep_copy(graph)
    assert keeping.open_copy(graph) is None


def test_plain_values_and_records_come_back(graph):
    keeping.keep(graph, "words", {"a": frozenset({1})})
    assert keeping.recall(graph, "words", ()) == {"a": frozenset({1})}


class Bomb:
    def __reduce__(self):
        return os.system, ("exit 1",)


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(Bomb()), pickle.dumps((("0", "0", ()), 1))])
def test_a_file_that_holds_anything_else_is_not_used(graph, content):
    keeping.keep(graph, "words", 1)
    (path,) = graph.parent.glob("words-*")
    path.write_bytes(content)
    assert keeping.recall(graph, "words", ()) is None


def test_questions_are_answered_alike_with_and_without_what_is_kept(graph, home):
    first, second = (terril.ask("Which clusters care about smart maintenance?", at=graph, home=home) for _ in range(2))
    assert list(first) == list(second)
    assert list(graph.parent.glob("words-*"))


def test_what_is_made_of_other_records_is_not_used(graph):
    former = make_dataclass("Record", ["a"])
    keeping.keep(graph, "words", {"a": 1}, (former,))
    assert keeping.recall(graph, "words", (former,)) == {"a": 1}
    assert keeping.recall(graph, "words", (make_dataclass("Record", ["a", "b"]),)) is None
