"""Versions of a served graph: whole or not at all, and a reader keeps the one it has."""

import os
import threading
import time

import pyoxigraph as ox
import pytest

from terril.errors import BadGraph, NotWritten
from terril.web.current import Current
from terril.web.versions import Versions, open_version


def quad(number: int) -> ox.Quad:
    return ox.Quad(*[ox.NamedNode(f"http://example.org/{number}")] * 3)


@pytest.fixture
def versions(tmp_path) -> Versions:
    made = Versions(tmp_path / "versions")
    made.change(lambda store: store.add(quad(1)))
    return made


def held(versions: Versions) -> set[ox.Quad]:
    return set(open_version(versions.current()))


def test_a_change_is_a_version_that_differs_from_the_former_one_by_it(versions):
    former = versions.current()
    versions.change(lambda store: store.add(quad(2)))
    assert held(versions) == {quad(1), quad(2)}
    assert set(open_version(former)) == {quad(1)}


def test_what_goes_wrong_leaves_everything_as_it_was(versions):
    def half(store):
        store.add(quad(2))
        raise ValueError("no")

    before = versions.state()
    with pytest.raises(ValueError, match="no"):
        versions.change(half)
    assert (versions.state(), held(versions)) == (before, {quad(1)})
    assert not list(versions.folder.glob("new-*"))


def test_what_a_killed_process_left_half_made_is_not_served_and_swept_in_time(versions):
    stray = versions.folder / "new-stray_12"
    stray.mkdir()
    versions.change(lambda store: store.add(quad(2)))
    assert stray.exists()  # another process may just be making it
    os.utime(stray, (time.time() - 1000,) * 2)
    versions.change(lambda store: store.add(quad(3)))
    assert not stray.exists()


def test_a_version_that_was_served_for_long_stays_for_a_while_when_another_takes_its_place(versions):
    former = versions.current()
    os.utime(former, (time.time() - 1000,) * 2)
    versions.change(lambda store: store.add(quad(2)))
    versions.change(lambda store: store.add(quad(3)))
    assert set(open_version(former)) == {quad(1)}  # a long query may still read it
    os.utime(former, (time.time() - 1000,) * 2)
    versions.change(lambda store: store.add(quad(4)))
    assert not former.exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotWritten, match=r"could be written in .*file/versions"):
        Versions(tmp_path / "file" / "versions").change(lambda store: store.add(quad(1)))


@pytest.mark.parametrize("pointer", ["", "nowhere", "../versions", "/etc", "\x80"])
def test_a_spoilt_pointer_points_at_nothing(versions, pointer):
    (versions.folder / "current").write_text(pointer, encoding="latin-1")
    assert versions.current() is None
    with pytest.raises(BadGraph, match="There is no graph in"):
        Current(versions).dataset()


def test_a_reader_keeps_its_state_and_the_next_has_the_new_one(versions):
    told = []
    current = Current(versions, lambda: told.append(1))
    first = current.dataset()
    assert current.dataset() is first
    versions.change(lambda store: store.add(quad(2)))
    second = current.dataset()
    assert (len(first.store), len(second.store), len(told)) == (1, 2, 2)
    assert first.version != second.version


def test_a_version_is_taken_into_memory_and_gives_the_same(versions):
    held = threading.Event()
    current = Current(versions, held=held.set, in_memory=True)
    on_disk = current.dataset()
    assert held.wait(30)
    in_memory = current.dataset()
    assert in_memory.store is not on_disk.store
    assert (set(in_memory.store), in_memory.version) == (set(on_disk.store), on_disk.version)
    versions.change(lambda store: store.add(quad(2)))
    assert len(current.dataset().store) == 2
