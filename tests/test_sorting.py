"""Lines larger than memory come in order, whatever they are and wherever a stretch ends."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril import sorting
from terril.ntriples import whole_lines
from terril.sorting import Stretches, chosen, stretches

WORDS = st.text("ab<> ", max_size=3).map(lambda text: f"{text} .\n".encode())


def whole(line: bytes, before: bytes) -> bytes:
    return line


def first_word(line: bytes, before: bytes) -> bytes:
    return line[: line.index(b" ") + 1]


def laid(folder, lines, heads=whole) -> Stretches:
    path = folder / "some.txt"
    path.write_bytes(b"".join(lines))
    found = stretches(path, heads)
    with path.open("rb") as file:
        for text in whole_lines(file, 1000):
            found.lay(text.splitlines(keepends=True))
    return found


@given(st.lists(WORDS), st.integers(1, 40))
def test_lines_come_in_order_each_once(tmp_path_factory, lines, size):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sorting, "_SIZE", size)
        found = laid(tmp_path_factory.mktemp("sorting"), lines)
    assert list(chain.from_iterable(found)) == sorted(set(lines))


def test_a_stretch_holds_about_its_size_and_all_lines_of_a_head(tmp_path, monkeypatch):
    lines = [b"%05d %d .\n" % (number * 7919 % 500, number) for number in range(5000)]
    monkeypatch.setattr(sorting, "_SIZE", 4000)
    parts = list(laid(tmp_path, lines, first_word))
    assert len(parts) > 10
    assert max(sum(map(len, part)) for part in parts) < 3 * 4000
    heads = [{line.split()[0] for line in part} for part in parts]
    assert sum(map(len, heads)) == len(set().union(*heads)) == 500


def test_lines_that_start_with_a_text_are_found_in_their_stretch(tmp_path, monkeypatch):
    lines = [b"%05d %d .\n" % (number % 500, number) for number in range(5000)]
    monkeypatch.setattr(sorting, "_SIZE", 4000)
    found = laid(tmp_path, lines, first_word)
    wanted = [b"00007 ", b"00499 ", b"00500 "]
    assert set(found.starting(wanted)) == {line for line in lines if line.startswith(tuple(wanted))}


@given(st.lists(WORDS, unique=True), st.integers(1, 5), st.randoms())
def test_the_same_lines_are_chosen_in_any_order(lines, share, random):
    before = chosen(lines, share)
    random.shuffle(lines)
    assert sorted(chosen(lines, share)) == sorted(before)
