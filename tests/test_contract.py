"""What every place that holds the graph must do: answer each catalogued question as it lies, and tell the same sources.

To add a store, write a function that takes the file of the graph, serves it, and yields what `at` takes.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

import terril
from conftest import ROOT, oxigraph_server, terril_server
from terril import results
from terril.pipeline import ensure

QUESTIONS = sorted((ROOT / "queries").glob("*/*.rq"))


@contextmanager
def in_this_process(graph: Path) -> Iterator[ox.Store]:
    held = ox.Store()
    held.bulk_load(path=graph, format=ox.RdfFormat.N_QUADS)
    yield held


@contextmanager
def in_a_packed_file(graph: Path) -> Iterator[Path]:
    packed = graph.with_name("packed.nq.gz")
    packed.write_bytes(gzip.compress(graph.read_bytes(), 1))
    yield packed


@contextmanager
def in_named_graphs_only(graph: Path) -> Iterator[Path]:
    """A file whose default graph is empty, as an export of a store may be whose default graph is a union."""
    named = graph.with_name("named.nq")
    quads = ox.parse(path=graph, format=ox.RdfFormat.N_QUADS)
    ox.serialize((q for q in quads if isinstance(q.graph_name, ox.NamedNode)), str(named), ox.RdfFormat.N_QUADS)
    yield named


@contextmanager
def at_oxigraph_with_a_union_as_default_graph(graph: Path) -> Iterator[str]:
    with oxigraph_server(graph, "--union-default-graph") as address:
        yield address


@contextmanager
def at_terril(graph: Path) -> Iterator[str]:
    with terril_server("--at", str(graph), "--workers", "1") as address:
        yield f"{address}sparql"


STORES: dict[str, Callable[[Path], AbstractContextManager[object]]] = {
    "memory": in_this_process,
    "file": in_a_packed_file,
    "named graphs": in_named_graphs_only,
    "oxigraph": oxigraph_server,
    "oxigraph, union": at_oxigraph_with_a_union_as_default_graph,
    "terril": at_terril,
}


@pytest.fixture(scope="module")
def graph(home, tmp_path_factory) -> Path:
    """A copy of the built graph, so that a build at the same time changes nothing."""
    return Path(shutil.copy(ensure(home), tmp_path_factory.mktemp("contract") / "graph.nq"))


@pytest.fixture(scope="module", params=STORES)
def place(request, graph) -> Iterator[object]:
    with STORES[request.param](graph) as at:
        yield at


@pytest.fixture(scope="module")
def reference(graph) -> terril.Store:
    return terril.connect(graph)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_is_answered_as_it_lies(path, place, home):
    answer = terril.ask(path.stem, at=place, home=home)
    assert results.write(answer.result, "csv").encode() == path.with_suffix(".csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("clusters-of-strand", {"strand": "smart maintenance"}),
        ("clusters-of-topic", {"topic": "mécatronique"}),
        ("clusters-of-topic", {"topic": "https://w3id.org/terril/auth/topic/manufacturing"}),
        ("places-within", {"territory": "Belgique"}),
        ("instruments-of-year", {"year": 2024}),
    ],
    ids=str,
)
def test_parameters_are_resolved_alike(name, values, place, reference, home):
    there = terril.ask(name, at=place, home=home, lang="fr", **values)
    here = terril.ask(name, at=reference, home=home, lang="fr", **values)
    assert len(here) > 0
    assert (there.sparql, there.result) == (here.sparql, here.result)


EXPLAINED = (
    "clusters-of-strand", "clusters-of-topic", "spin-offs", "ecosystems-and-strategy", "rankings", "located-in",
    "coverage",
)  # fmt: skip


@pytest.fixture(scope="module")
def explained(reference, home) -> Callable[[str], terril.Explanations]:
    """Explanations by the reference, each made once."""
    return cache(lambda name: terril.explain(name, at=reference, home=home))


@pytest.mark.parametrize("name", EXPLAINED)
def test_an_explanation_shows_the_same_evidence(name, place, explained, home):
    here = explained(name)
    assert any(explanation.evidence for explanation in here)
    assert terril.explain(name, at=place, home=home) == here


@pytest.mark.parametrize("thing", ["mecatech", "Namur", "smart maintenance", "Digital Wallonia"])
def test_a_description_is_the_same(thing, place, reference, home):
    here = terril.describe(thing, at=reference, home=home)
    assert terril.describe(thing, at=place, home=home) == here


@pytest.mark.parametrize("name", ["mecatech", "Universite de Liege", "smart maintainance", "UCL", "Charleroi"])
def test_a_name_finds_the_same_things(name, place, reference, home):
    here = terril.find(name, at=reference, home=home)
    assert len(here) > 0
    assert terril.find(name, at=place, home=home) == here


@pytest.mark.parametrize(
    "sparql",
    [
        "ASK { ?s a <https://w3id.org/terril/ns#Cluster> }",
        "CONSTRUCT WHERE { ?s <https://w3id.org/terril/ns#hasStrand> ?o }",
        "SELECT DISTINCT ?s ?p ?o WHERE { GRAPH <https://w3id.org/terril/id/graph/inferred> { ?s ?p ?o } } "
        "ORDER BY ?s ?p ?o",
        "SELECT DISTINCT ?l WHERE { ?s <http://www.w3.org/2004/02/skos/core#altLabel> ?l } ORDER BY ?l LANG(?l)",
    ],
)
def test_a_query_gives_the_same_result(sparql, place, reference):
    here = reference.query(sparql)
    assert here.value if isinstance(here, terril.Truth) else len(here) > 1
    assert terril.connect(place).query(sparql) == here
