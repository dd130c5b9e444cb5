"""Lines taken apart by the block say what the parser says they say."""

import io
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terril.errors import BadSource
from terril.ntriples import PREDICATE, QUAD_END, SUBJECT, TRIPLE_END, Block, blocks, whole_lines

PIECES = [
    b"<http://e.org/a>", b"<https://e.org/b#c>", b"<urn:x>", b"<http://e.org/a#b#c>", b"<http://e.org:80/>", b"<a>",
    b"<http://e.org/%zz>", b"<http://e.org/[>", "<http://e.org/é>".encode(), b"<http://e.org:x/>", b"<mailto:a@b>",
    b"_:a",
    b"_:0", b"_:a.", b"_:-", b'"a"', b'"a b"', b'"a"@fr', b'"a"@EN', b'"a"@', b'"a"@abcdefghijk', b'"\\u00e9"',
    '"é"'.encode(), b'"a\tb"', b'"a"b"', b'"', b'"1"^^<http://www.w3.org/2001/XMLSchema#integer>', b"<http:///x>",
    b'"a"^^<http://www.w3.org/2001/XMLSchema#string>', b'"a"^^<x>', b'"a"^^<http://e.org/d>', b"<http://e.org/a", b"x",
    b'"a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>', b"<http://e.org//a?b=c&d>",
    b"<http:a>", b"<a:b:c>",
]  # fmt: skip
GAPS = st.sampled_from([b" "] * 8 + [b"", b"  ", b"\t"])
ENDS = st.sampled_from([b" ."] * 8 + [b"", b".", b" . ", b" .\r", b" . # why", b" . ."])
LINES = st.tuples(
    st.sampled_from(PIECES), GAPS, st.sampled_from(PIECES), GAPS, st.sampled_from(PIECES),
    st.just(b"") | st.sampled_from(PIECES).map(lambda graph: b" " + graph), ENDS,
).map(b"".join)  # fmt: skip


def taken_apart(line: bytes, end: re.Pattern[bytes]) -> tuple[bytes, bytes, bytes] | None:
    """A line's terms if it is in plain form, by the patterns that are applied to whole blocks."""
    block = Block(line + b"\n", 1)
    rows, subjects, predicates, rests = block.parts
    if not len(rows):
        return None
    subject, predicate, rest = (spans.cut(block.text)[0] for spans in (subjects, predicates, rests))
    found = end.fullmatch(rest)
    if found and SUBJECT.fullmatch(subject) and PREDICATE.fullmatch(predicate):
        return subject, predicate, found[1]
    return None


@pytest.mark.parametrize(
    ("form", "end"), [(ox.RdfFormat.N_TRIPLES, TRIPLE_END), (ox.RdfFormat.N_QUADS, QUAD_END)], ids=["triples", "quads"]
)
@settings(deadline=None)
@given(line=LINES)
@example(line=b"<http://e.org/a> <http://e.org/a> <http://e.org/a> <http://e.org/a> .")
def test_a_plain_line_is_one_that_the_parser_reads_and_writes_the_same(
    form: ox.RdfFormat, end: re.Pattern[bytes], line: bytes
) -> None:
    terms = taken_apart(line, end)
    if terms:
        (quad,) = ox.parse(line, format=form)
        assert terms == tuple(str(term).encode() for term in quad.triple)


def test_usual_lines_are_plain() -> None:
    for rest in (
        b"<https://e.org/o#x>",
        b'"a b"',
        b'"a"@en',
        b'"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        b"_:b",
    ):
        assert taken_apart(b"<https://e.org/s> <https://e.org/p#q> " + rest + b" .", TRIPLE_END)
        assert taken_apart(b"<https://e.org/s> <https://e.org/p#q> " + rest + b" <https://e.org/g> .", QUAD_END)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40).filter(lambda piece: b" " not in piece and b"\n" not in piece), min_size=1))
@example([b"a" * 9, b"a" * 10, b"a" * 16, b"a" * 17])
def test_pieces_are_alike_exactly_if_their_bytes_are(pieces: list[bytes]) -> None:
    text = b"".join(piece + b" x y\n" for piece in pieces)
    block = Block(text, 1)
    _, subjects, _, _ = block.parts
    different, places = block.distinct(subjects)
    assert [different[place] for place in places] == pieces
    assert sorted(different) == sorted(set(pieces))


def test_a_file_is_read_in_whole_lines_numbered_from_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.ntriples.BLOCK", 10)
    path = tmp_path / "a.nt"
    path.write_bytes(b"one\ntwo\nthree and more\nlast")
    assert [(block.text, block.first) for block in blocks(path)] == [
        (b"one\ntwo\n", 1),
        (b"three and more\n", 3),
        (b"last\n", 4),
    ]


def test_bytes_that_are_no_utf8_are_an_error_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(b"# one\n# t\xffo\n")
    with pytest.raises(BadSource, match=r"a\.nt, line 2, column 4: this is not UTF-8\."):
        list(blocks(path))


@given(st.lists(st.sampled_from([b"", b"a", b"bcd", b"\n", b"e\n", b"\nf"])), st.integers(1, 4))
def test_whole_lines_are_the_file_cut_at_line_ends_only(pieces, size):
    text = b"".join(pieces)
    found = list(whole_lines(io.BytesIO(text), size))
    assert b"".join(found) == text
    assert all(block.endswith(b"\n") for block in found[:-1])
    assert all(found)
