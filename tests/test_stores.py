"""One contract for real stores: what is pushed is there, what is changed is found, and every question answers alike."""

import pytest

import terril
from stores.running import STORES, Running
from terril.loads.finding import remote

VALUES = """\
:a :p :b , "Liège \\"\\n\\t\\\\ 𝄞"@fr , "été"@fr-BE , "" , 5 , 1.5 , true ,
  "2020"^^xsd:gYear , "--03-04"^^xsd:gMonthDay ."""
SMALL = f"""\
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://w3id.org/terril/id/> . @prefix graph: <https://w3id.org/terril/id/graph/> .
{VALUES}
graph:one {{ {VALUES} }}
graph:two {{ [] :p [ :q :a ] . }}
graph:two {{ :a :p :b }}
"""


@pytest.fixture(scope="module", params=STORES)
def store(request, tmp_path_factory):
    with STORES[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.trig"
    path.write_text(SMALL, "utf-8")
    return path


def test_a_graph_is_pushed_verified_changed_and_pruned(store: Running, small, tmp_path):
    pushed = terril.push(store.load, at=small, prune=True)
    assert pushed.is_whole, str(pushed)
    assert terril.verify(store.load, at=small).is_whole
    assert not terril.push(store.load, at=small).number("sent")
    other = tmp_path / "other.trig"
    other.write_text(small.read_text("utf-8").replace("graph:two { :a :p :b }", "graph:three { :a :p :b }"), "utf-8")
    verified = terril.verify(store.load, at=other)
    assert {outcome.graph.rpartition("/")[2]: outcome.state for outcome in verified.graphs if outcome.graph} == {
        "one": "there",
        "two": "changed",
        "three": "changed",
    }
    assert terril.push(store.load, at=other).number("sent") == 2
    assert terril.push(store.load, at=small, prune=True).number("removed") == 1
    assert terril.verify(store.load, at=small).is_whole


@pytest.fixture(scope="module")
def loaded(store: Running):
    """The store with the whole built graph."""
    if store.load.token:
        pytest.skip("every put makes a version of its own there, which takes minutes for so many graphs")
    pushed = terril.push(store.load, prune=True)
    assert pushed.is_whole, str(pushed)
    return store


@pytest.mark.slow
def test_the_built_graph_arrives_whole(loaded: Running):
    verified = terril.verify(loaded.load)
    assert verified.is_whole, str(verified)


UNLIKE = {
    ("Virtuoso", "instruments-of-territory"): "rows are lost where a path stands in an OPTIONAL",
    ("Virtuoso", "news"): "booleans are numbers",
    ("Virtuoso", "places-of-organisation"): "a path of any length forgets where it is to begin",
    ("RDF4J Server", "documents-about"): "an empty answer",
    ("RDF4J Server", "passages-between"): "an empty answer",
}
"""What stores are known to answer otherwise, although they hold the same triples."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(terril.questions()))
def test_a_question_answers_as_the_built_graph_does(name, loaded: Running, request):
    if reason := UNLIKE.get((remote(loaded.load).kind.label, name)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert rows(terril.ask(name, at=loaded.ask)) == rows(terril.ask(name))


def rows(answer: terril.Answer) -> list[str]:
    return sorted(map(str, answer.result.rows))
