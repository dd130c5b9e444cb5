"""The proof that a store holds the graph: one triple among very many is found, and what is the same is not accused."""

import json
import random
from dataclasses import replace
from io import BytesIO

import pyoxigraph as ox
import pytest

import terril
from benchmarks import synthetic
from conftest import oxigraph_server, oxigraph_store
from terril.errors import BadValue
from terril.loads import cargoes, differences, kinds, sheaves, tallies, values
from terril.loads.lines import statements, triples
from test_push import run, update

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def running():
    with oxigraph_store() as url:
        yield url


@pytest.fixture
def store(running):
    update(running, "CLEAR ALL")
    return running


@pytest.fixture
def graph(tmp_path):
    def write(text: str):
        path = tmp_path / "graph.trig"
        path.write_text(f"@prefix : <https://w3id.org/terril/id/> . @prefix xsd: <{XSD}> .\n{text}", "utf-8")
        return path

    return write


def test_one_altered_triple_among_100_000_is_found(store, tmp_path):
    path = tmp_path / "graph.nt"
    synthetic.write(path, 100_000)
    assert terril.push(store, at=path).is_whole
    line = path.read_text("utf-8").splitlines()[54_321]
    subject, predicate, _ = line.split(" ", 2)
    update(store, f"DELETE DATA {{ {line} }}; INSERT DATA {{ {subject} {predicate} 'something else' }}")
    verified = terril.verify(store, at=path)
    (outcome,) = verified.graphs
    found = outcome.differences
    assert (outcome.state, found.missing, found.extra, found.altered) == ("changed", 0, 0, 1)
    assert found.listed == (differences.Difference(line.removesuffix(" ."), f'{subject} {predicate} "something else"'),)


def test_what_is_missing_and_extra_is_counted_and_listed_as_far_as_wanted(store, graph):
    path = graph(" ".join(f":s{number} :p :o ." for number in range(50)))
    terril.push(store, at=path)
    update(store, "DELETE { ?s ?p ?o } INSERT { <a:a> ?s ?o } WHERE { ?s ?p ?o }")
    done = run("verify", store, "--at", path, "--limit", "3")
    assert done.exit_code == 1
    assert "default graph: 50 missing, 50 extra" in done.stdout
    assert done.stdout.count("missing: ") == 3
    assert "… and 97 more" in done.stdout


def test_a_graph_of_ours_that_is_no_part_is_extra_and_one_of_others_is_nobodys_business(store, graph):
    path = graph(":a :b :c .")
    terril.push(store, at=path)
    update(store, "INSERT DATA { GRAPH <https://example.org/g> { <a:a> <a:b> <a:c> } }")
    assert run("verify", store, "--at", path).exit_code == 0
    update(store, "INSERT DATA { GRAPH <https://w3id.org/terril/id/graph/x> { <a:a> <a:b> <a:c> } }")
    done = run("verify", store, "--at", path)
    assert done.exit_code == 1
    assert "https://w3id.org/terril/id/graph/x: 1 triples of a graph that is no part" in done.stdout


def test_the_findings_are_told_as_json(store, graph):
    path = graph(":a :b :c , :d .")
    terril.push(store, at=path)
    update(
        store,
        "DELETE DATA { <https://w3id.org/terril/id/a> <https://w3id.org/terril/id/b> <https://w3id.org/terril/id/d> }",
    )
    found = json.loads(run("verify", store, "--at", path, "--format", "json").stdout)
    assert (found["whole"], found["graphs"][0]["missing"]) == (False, 1)
    assert found["graphs"][0]["differences"][0]["found"] is None


def test_literals_that_a_store_spells_otherwise_are_named_and_not_accused(store, graph):
    path = graph(':a :b 1.50 , 007 , 1e0 , "2020-01-01T00:00:00.000+00:00"^^xsd:dateTime , "x"@en-GB .')
    pushed = terril.push(store, at=path)
    assert pushed.is_whole
    verified = terril.verify(store, at=path)
    assert verified.is_whole
    rewritten = verified.graphs[0].differences.rewritten
    assert bool(rewritten) == ("in its own spelling" in str(verified))


def test_a_store_of_no_known_habit_may_not_rewrite(store, graph, monkeypatch):
    path = graph(":a :b 1.50 .")
    terril.push(store, at=path)
    update(
        store,
        "DELETE WHERE { ?s ?p ?o }; INSERT DATA { <https://w3id.org/terril/id/a> <https://w3id.org/terril/id/b> 1.5 }",
    )
    assert not terril.verify(f"{store}/query", at=path, store="generic").is_whole


def test_a_negative_limit_is_a_sentence(store, graph):
    with pytest.raises(BadValue, match="0 or more"):
        terril.verify(store, at=graph(":a :b :c ."), limit=-1)


# Tallies


def lines(text: str) -> list[bytes]:
    return list(triples(statements(BytesIO(text.encode()), ox.RdfFormat.TURTLE, "https://example.org/")))


def test_a_tally_does_not_depend_on_order_and_tells_the_parts_that_differ():
    many = [f"<a:{number}> <a:b> <a:c>".encode() for number in range(2000)]
    shuffled = random.Random(7).sample(many, len(many))
    one = tallies.tally(many)
    assert tallies.tally(shuffled) == one
    other = tallies.tally([*many[1:], b"<a:x> <a:b> <a:c>"])
    assert one.parts_unlike(other) == {tallies.part(many[0]), tallies.part(b"<a:x> <a:b> <a:c>")}


@pytest.mark.parametrize("number", range(10))
def test_blank_nodes_have_the_same_names_whatever_they_were_called(number):
    chain = [f"_:n{i} <a:next> _:n{i + 1} ." for i in range(20)] + ["<a:a> <a:first> _:n0 ."]
    renamed = [line.replace("_:n", f"_:m{number}x") for line in random.Random(number).sample(chain, len(chain))]
    assert sorted(lines("\n".join(chain))) == sorted(lines("\n".join(renamed)))


@pytest.mark.parametrize("page", [1, 7, 40, 100])
def test_a_store_that_gives_few_triples_at_a_time_is_read_in_pages(page, store, tmp_path, monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "oxigraph", replace(kinds.KINDS["oxigraph"], page=page))
    path = tmp_path / "graph.ttl"
    path.write_text("".join(f'_:a <a:b> "{number}" . <a:a> <a:b> "\\"{number}" .\n' for number in range(20)))
    assert terril.push(store, at=path).is_whole
    update(store, 'DELETE DATA { <a:a> <a:b> "\\"7" }')
    (graph,) = terril.verify(store, at=path).graphs
    assert [item.sent for item in graph.differences.listed] == [r'<a:a> <a:b> "\"7"']


def test_language_tags_are_compared_without_case():
    assert lines('<a:a> <a:b> "x"@en-GB .') == lines('<a:a> <a:b> "x"@EN-gb .')


def test_graphs_are_laid_down_without_being_held(tmp_path, monkeypatch):
    """Small limits make small graphs take the way of large ones."""
    monkeypatch.setattr(sheaves, "_HELD", 100)
    monkeypatch.setattr(cargoes, "_AT_ONCE", 200)
    text = [f"<a:{number % 40}> <a:b> <a:c> <a:g{number % 3}> .\n" for number in range(240)]
    (tmp_path / "graph.nq").write_text("".join(text))
    with cargoes.unpacked(tmp_path / "graph.nq") as found:
        assert [(cargo.name, cargo.tally.count) for cargo in found] == [(f"a:g{n}", 40) for n in range(3)]
        assert all(tallies.tally(cargo.lines()) == cargo.tally for cargo in found)


ALL = frozenset(range(tallies.PARTS))


def test_a_triple_given_twice_is_extra():
    found = differences.compare([b"<a:a> <a:b> <a:c>"], [b"<a:a> <a:b> <a:c>"] * 2, ALL)
    assert (found.missing, found.extra) == (0, 1)


def test_graphs_with_nothing_in_common_are_compared():
    ours, theirs = ([f"<{scheme}:{number}> <a:b> <a:c>".encode() for number in range(30_000)] for scheme in "xy")
    found = differences.compare(ours, theirs, ALL, 5)
    assert (found.missing, found.extra, len(found.listed)) == (30_000, 30_000, 5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f'"007"^^<{XSD}integer>', f'"7"^^<{XSD}integer>', True),
        (f'"+7"^^<{XSD}int>', f'"7"^^<{XSD}integer>', True),
        (f'"-0"^^<{XSD}integer>', f'"0"^^<{XSD}integer>', True),
        (f'"1.50"^^<{XSD}decimal>', f'"1.5"^^<{XSD}decimal>', True),
        (f'"100"^^<{XSD}decimal>', f'"1"^^<{XSD}decimal>', False),
        (f'"{"1" * 40}.0"^^<{XSD}decimal>', f'"{"1" * 40}"^^<{XSD}decimal>', True),
        (f'"{"1" * 40}"^^<{XSD}decimal>', f'"{"1" * 39}2"^^<{XSD}decimal>', False),
        (f'"1e0"^^<{XSD}double>', f'"1.0E0"^^<{XSD}double>', True),
        (f'"1"^^<{XSD}boolean>', f'"true"^^<{XSD}boolean>', True),
        (f'"2020-01-01T00:00:00.000+00:00"^^<{XSD}dateTime>', f'"2020-01-01T00:00:00Z"^^<{XSD}dateTime>', True),
        (f'"2020-01-01T00:00:10Z"^^<{XSD}dateTime>', f'"2020-01-01T00:00:1Z"^^<{XSD}dateTime>', False),
        ('"1.50"', '"1.5"', False),
        ("<a:1>", "<a:01>", False),
    ],
)
def test_values_are_the_same_or_not(one, other, same):
    assert (values.value(f"<a:a> <a:b> {one}") == values.value(f"<a:a> <a:b> {other}")) is same


@pytest.mark.slow
def test_one_altered_triple_among_a_million_in_a_store_is_found(tmp_path):
    sent, held = tmp_path / "sent.nt", tmp_path / "held.nt"
    synthetic.write(sent, 1_000_000)
    with sent.open("rb") as lines, held.open("wb") as file:
        for number, line in enumerate(lines):
            if number == 654_321:
                subject, predicate, _ = line.split(b" ", 2)
                altered = b"%b %b <https://example.org/altered>" % (subject, predicate)
                original, line = line[:-3], altered + b" .\n"
            file.write(line)
    with oxigraph_server(held) as url:
        verified = terril.verify(url, at=sent)
    (outcome,) = verified.graphs
    found = outcome.differences
    assert (outcome.state, found.altered, found.missing, found.extra) == ("changed", 1, 0, 0)
    assert found.listed == (differences.Difference(original.decode(), altered.decode()),)
