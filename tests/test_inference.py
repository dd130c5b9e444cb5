"""Inferences as a caller sees them: sorted, counted, written, and contradictions in words."""

import importlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from terril import rules
from terril.errors import Contradiction

ROOT = Path(__file__).parents[1]
PREFIXES = """
@prefix t: <https://w3id.org/terril/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


BOOK = rules.compile(triples("t:p rdfs:subPropertyOf t:q ; rdfs:domain t:A . t:A owl:disjointWith t:B ."))


@pytest.mark.parametrize("engine", ["terril", "owlrl"])
def test_new_triples_come_in_the_order_of_their_lines(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.inference.BLOCK", 2)
    data = triples('t:b t:p "z"@fr , "é" , t:a , 5 . t:a t:p t:b .')
    found = rules.infer(data, BOOK, engine=engine)  # type: ignore[arg-type]
    lines = [f"{triple} ." for triple in found]
    assert lines == sorted(lines)
    assert len(lines) == len(found) == 7


def test_inferences_are_written_as_lines_that_read_back_the_same(tmp_path: Path) -> None:
    found = rules.infer(triples('t:b t:p "a\\nb" , t:a .'), BOOK)
    found.write(tmp_path / "inferred.nt")
    assert [quad.triple for quad in ox.parse(path=tmp_path / "inferred.nt")] == list(found)


def test_nothing_follows_from_nothing() -> None:
    found = rules.infer([], BOOK)
    assert (list(found), len(found), found.clashes) == ([], 0, ())


def test_a_contradiction_is_told_with_the_rule_and_the_triples() -> None:
    found = rules.infer(triples("t:x a t:B ; t:p t:y ."), BOOK)
    with pytest.raises(Contradiction) as fault:
        found.raise_for_clashes()
    assert str(fault.value).splitlines()[1] == (
        "Nothing is both a terril:A and a terril:B. But: terril:x rdf:type terril:A; terril:x rdf:type terril:B."
    )


def test_ten_contradictions_are_told_and_the_rest_counted() -> None:
    data = triples("\n".join(f"t:x{n} a t:A , t:B ." for n in range(12)))
    found = rules.infer(data, BOOK)
    assert len(found.clashes) == 12
    with pytest.raises(Contradiction, match=r"And 2 more\."):
        found.raise_for_clashes()


def test_the_same_input_in_any_order_gives_the_same_inference() -> None:
    data = triples("t:b t:p t:c . t:a t:p t:b . t:c a t:A , t:B .")
    one, other = rules.infer(data, BOOK), rules.infer(reversed(data), BOOK)
    assert (list(one), one.clashes) == (list(other), other.clashes)


def test_a_path_may_be_given_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(PREFIXES + "t:a t:p t:b .", encoding="utf-8")
    assert list(rules.infer(str(path), BOOK)) == triples("t:a a t:A ; t:q t:b .")


@pytest.mark.slow
def test_on_a_generated_graph_over_the_whole_ontology_owlrl_infers_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "tests" / "benchmarks")
    synthetic = importlib.import_module("synthetic")
    modules = sorted((ROOT / "ontology" / "modules").glob("*.ttl"))
    book = rules.compile(quad for path in modules for quad in ox.parse(path=path))
    path = tmp_path / "graph.nt"
    synthetic.write(path, 3600)
    region = path.read_bytes().splitlines(keepends=True)[-500:]
    path.write_bytes(b"".join(region))
    ours, theirs = rules.infer(path, book), rules.infer(path, book, engine="owlrl")
    assert list(ours) == list(theirs) != []
    assert ours.clashes == theirs.clashes == ()
