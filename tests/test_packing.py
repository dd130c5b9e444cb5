"""Files of texts that were packed apart are read as one, by whoever reads gzip."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.bundle.packing import Archive, text_for

TEXTS = st.lists(st.binary(max_size=50) | st.integers(1, 3000).map(lambda count: b"<a> <b> <c> .\n" * count))


@given(TEXTS, st.sampled_from(["all.nt.gz", "all.nt"]))
def test_a_file_holds_its_texts_whoever_packs_them(tmp_path_factory, texts, name):
    path = tmp_path_factory.mktemp("packed") / name
    with Archive(path) as file:
        for number, text in enumerate(texts):
            if number % 2:
                file.write(text)
            else:
                file.take(text_for(path, text))
    content = path.read_bytes()
    assert (gzip.decompress(content) if path.suffix == ".gz" else content) == b"".join(texts)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_file_that_is_finished_is_taken_whole(tmp_path, ending):
    first, second = tmp_path / f"first{ending}", tmp_path / f"second{ending}"
    with Archive(first) as file:
        file.write(b"one\n")
    with Archive(second) as file:
        file.write(b"two\n")
        file.extend(first)
        file.write(b"three\n")
    content = second.read_bytes()
    if ending:
        reader = zlib.decompressobj(31)
        content = reader.decompress(content)
        assert reader.eof
        assert not reader.unused_data
    assert content == b"two\none\nthree\n"


def test_the_same_texts_give_the_same_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        with Archive(tmp_path / name) as file:
            file.write(b"one\n" * 1000)
            file.write(b"two\n")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
