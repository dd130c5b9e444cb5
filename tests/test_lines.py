"""Triples as canonical lines: what is taken without a parser is what the parser would have given."""

from io import BytesIO

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.errors import BadGraph
from terril.loads import cargoes
from terril.loads import lines as module
from terril.loads.lines import END, by_graph, statements, triples

BASE = "https://example.org/"
S, P = "<https://example.org/s>", "<https://example.org/p>"
OBJECTS = [
    "<https://example.org/o#x>", "<urn:a:b>", "<https://example.org/%C3%A9>", "<https://example.org/é>",
    '"plain"', '"é 🜚"', '"a <b> c"', '"two words" ', '""', r'"a \"b\""', r'"\u00e9"', r'"a\tb"', '"a\tb"',
    '"x"@en', '"x"@EN', '"x"@en-GB', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"ends with ."', '" <https://example.org/g> ."',
    "_:b", "_:c", f"<<( {S} {P} _:d )>>", f"<<( {S} {P} {S} )>>",
]  # fmt: skip
STATEMENT = st.builds(
    "{}{}{}{}{} {}{}".format,
    st.sampled_from([S, "<urn:s>", "_:a"]),
    st.sampled_from([" ", " ", " ", "\t", "  ", ""]),
    st.just(P),
    st.sampled_from([" ", " ", " ", ""]),
    st.sampled_from(OBJECTS),
    st.sampled_from(["", "", "<https://example.org/g> ", "<urn:g> ", "<urn:g>", "_:g "]),
    st.sampled_from([".\n", ".\n", ".\n", ". \n", ".\r\n", ". # told by somebody\n", ".\n\n", ".\n# a remark\n"]),
)


@pytest.fixture(params=[1, 64, 1 << 20])
def block(request, monkeypatch):
    """Bytes that are read at once."""
    monkeypatch.setattr(module, "_BLOCK", request.param)


def read(text: str, form: ox.RdfFormat) -> list[tuple[bytes, str]]:
    found = []
    for rows, others in statements(BytesIO(text.encode()), form, BASE):
        found += [(line, graph.decode()) for line, graph in rows]
        found += [(str(quad.triple).encode(), graph_of(quad)) for quad in others]
    return sorted(found)


def graph_of(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)


@pytest.mark.usefixtures("block")
@settings(deadline=None)
@given(st.lists(STATEMENT, max_size=12), st.booleans())
def test_statements_are_those_of_the_parser(given_lines, ends):
    text = "".join(given_lines) if ends else "".join(given_lines).rstrip("\n")
    expected = ox.parse(text.encode(), ox.RdfFormat.N_QUADS)
    assert read(text, ox.RdfFormat.N_QUADS) == sorted((str(q.triple).encode(), graph_of(q)) for q in expected)


@pytest.mark.usefixtures("block")
@settings(deadline=None)
@given(st.lists(STATEMENT, max_size=12))
def test_a_rough_reading_finds_the_same_triples_in_the_same_graphs(given_lines):
    text = "".join(given_lines)
    parts = list(by_graph(BytesIO(text.encode()), ox.RdfFormat.N_QUADS, BASE))
    lines = [(line, graph) for graphs, _ in parts for graph, some in graphs.items() for line in some.splitlines(True)]
    found = [quad for line, graph in lines for quad in parsed(line.removesuffix(END) + b" " + graph + END)]
    found += [quad for _, others in parts for quad in others]
    assert sorted(map(str, found)) == sorted(map(str, parsed(text.encode())))


def parsed(text: bytes) -> list[ox.Quad]:
    return list(ox.parse(text, ox.RdfFormat.N_QUADS))


def test_usual_lines_need_no_parser():
    text = "".join(f"{S} {P} {object} <urn:g> .\n" for object in ("<urn:a:b>", '"é"', '"x"@en', '"1"^^<urn:number>'))
    ((rows, others),) = statements(BytesIO(text.encode()), ox.RdfFormat.N_QUADS, BASE)
    assert ([graph for _, graph in rows], list(others)) == ([b"<urn:g>"] * 4, [])


def test_triples_with_blank_nodes_come_last():
    text = f'_:a {P} "1" .\n{S} {P} "2" .\n'
    assert list(triples(statements(BytesIO(text.encode()), ox.RdfFormat.N_TRIPLES, BASE))) == [
        f'{S} {P} "2"'.encode(), f'_:c14n0 {P} "1"'.encode(),
    ]  # fmt: skip


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize(
    ("ending", "damage"),
    [
        (".nt", f"{S} {P} {S} <urn:g> .".encode()),
        (".nq", b'<urn:s> <urn:p> "\xff" .'),
        (".nq", b"<urn:s> <urn:p> <urn:o o> ."),
        (".nq", b"<urn:s> <urn:p> ."),
        (".nq", b'"s" <urn:p> <urn:o> .'),
    ],
)
def test_damage_is_told_with_its_line(ending, damage, tmp_path):
    path = tmp_path / f"graph{ending}"
    path.write_bytes(f'{S} {P} "é" .\n'.encode() * 100 + damage + b"\n" + f"{S} {P} {S} .\n".encode() * 100)
    with pytest.raises(BadGraph, match=r"line 101, column \d+: this is no N-"), cargoes.unpacked(path) as found:
        print([cargo.tally for cargo in found])
