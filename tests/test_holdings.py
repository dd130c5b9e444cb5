"""Holdings: what a graph elsewhere lacks is said once, aloud, and never stands in the way of an answer."""

from functools import partial

import pyoxigraph as ox
import pytest

import terril
from conftest import oxigraph_server
from faults import reply, serving, silence
from terril import holdings, names
from terril.documents import read
from terril.holdings import Holdings, consult, remarks
from terril.pipeline import ensure
from terril.store import Embedded

ONTOLOGY = ox.NamedNode(names.NS.removesuffix("#"))
VERSION = ox.NamedNode(names.expand("owl:versionInfo"))


@pytest.fixture(autouse=True)
def anew(monkeypatch):
    monkeypatch.setattr(holdings, "_told", set())


@pytest.fixture(scope="module")
def graph(home):
    return ensure(home)


@pytest.fixture
def spoilt(tmp_path, graph):
    """Write the built graph with only the quads that pass, and perhaps another release of the ontology."""

    def write(passes, release=terril.__version__):
        held = ox.Store()
        quads = ox.parse(path=graph, format=ox.RdfFormat.N_QUADS)
        held.extend(quad for quad in quads if passes(quad) and quad.predicate != VERSION)
        if release:
            held.add(ox.Quad(ONTOLOGY, VERSION, ox.Literal(release)))
        path = tmp_path / "spoilt.nq"
        held.dump(path, format=ox.RdfFormat.N_QUADS)
        return path

    return write


def everything(quad):
    return True


def test_the_package_and_its_ontology_are_of_one_release(home):
    stated = [quad.object.value for quad in read(home).quads() if (quad.subject, quad.predicate) == (ONTOLOGY, VERSION)]
    assert stated == [terril.__version__]


def test_the_built_graph_lacks_nothing(graph, caplog):
    found = holdings.holdings(terril.connect(graph))
    assert found == Holdings((terril.__version__,), has_passages=True, has_inferred=True)
    consult(graph)
    assert caplog.text == ""


LACKING = {
    "an older ontology": (everything, "0.0.9", "is of release 0.0.9 of the ontology, older than this program"),
    "a newer ontology": (everything, "10.0", "is of release 10.0 of the ontology, newer than this program"),
    "no ontology": (everything, None, "holds no Terril ontology"),
    "no named graphs": (lambda quad: isinstance(quad.graph_name, ox.DefaultGraph), "0.1.0", "lacks the passages"),
    "no inferred graph": (lambda quad: quad.graph_name.value != names.INFERRED, "0.1.0", "not tell what was inferred"),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_a_graph_lacks_is_said_with_the_name_of_its_file(name, spoilt, caplog):
    passes, release, says = LACKING[name]
    if name == "no inferred graph":
        passes = named(passes)
    path = spoilt(passes, release)
    consult(path)
    (message,) = caplog.messages
    assert message.startswith(f"The graph at {path} ")
    assert says in message


def named(passes):
    return lambda quad: isinstance(quad.graph_name, ox.DefaultGraph) or passes(quad)


def test_an_endpoint_is_looked_into_as_a_file_is(spoilt, caplog):
    with oxigraph_server(spoilt(LACKING["no named graphs"][0])) as address:
        terril.ask("clusters", at=terril.Endpoint(address))
    (message,) = caplog.messages
    assert message.startswith(f"The graph at {address} lacks the passages")
    assert "inferred" in message


@pytest.mark.parametrize(
    ("verb", "word"),
    [
        (terril.ask, "clusters-of-strand"),
        (terril.explain, "clusters-of-strand"),
        (terril.describe, "mecatech"),
        (terril.find, "mecatech"),
        (partial(terril.path, "n-side"), "mecatech"),
    ],
)
def test_every_verb_says_it_and_only_once(verb, word, spoilt, caplog, home):
    path = spoilt(everything, "0.0.9")
    for _ in range(2):
        verb(word, at=path, home=home)
    assert len(caplog.messages) == 1


def test_a_query_may_go_to_any_graph_without_a_word(spoilt, caplog):
    terril.query("ASK {}", at=spoilt(everything, None))
    assert caplog.messages == []


def test_stores_of_ones_own_are_not_looked_into(caplog):
    held = ox.Store()
    assert consult(held) == Embedded(held)
    assert consult(Embedded(held)) == Embedded(held)
    assert caplog.messages == []


def test_an_endpoint_that_does_not_tell_is_asked_nevertheless_and_in_time(caplog):
    with serving(silence) as served:
        endpoint = terril.Endpoint(served.url, timeout=0.8)
        assert consult(endpoint) is endpoint
    with serving(reply(b"no such thing", 500)) as served:
        assert consult(served.url) == terril.Endpoint(served.url)
        assert len(served.requests) == 1
    assert caplog.messages == []


def test_releases_are_compared_by_number():
    (older,) = remarks(Holdings(("0.0.10", "0.0.9"), has_passages=True, has_inferred=True))
    assert older.startswith("is of release 0.0.10 of the ontology, older")
