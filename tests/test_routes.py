"""Routes: exactly the shortest ways, whatever the graph, without following what may not be passed."""

from itertools import pairwise
from random import Random

import pyoxigraph as ox
import pytest

import terril
from terril import links, names, routes
from terril.routes import Terms

TYPE = ox.NamedNode(names.expand("rdf:type"))
TO = ox.NamedNode("https://example.org/to")
ALSO = ox.NamedNode("https://example.org/also")
READING = ox.NamedNode(names.expand("terril:Reading"))
PASSAGE, READ = ox.NamedNode("https://example.org/passage"), ox.NamedNode("https://example.org/reading")


def node(name) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/{name}")


class Counted:
    """A store that counts what it is asked."""

    def __init__(self, graph: ox.Store) -> None:
        self.store, self.asked = terril.connect(graph), 0

    def query(self, sparql: str):
        self.asked += 1
        return self.store.query(sparql)


def graph(edges, hubs=(), kinds=()) -> ox.Store:
    """A store of edges (from, to, whether a reading), all in named graphs, and of classes."""
    store = ox.Store()
    store.add(ox.Quad(READ, TYPE, READING))
    for start, end, is_reading in edges:
        store.add(ox.Quad(node(start), TO, node(end), READ if is_reading else PASSAGE))
    for name in hubs:
        store.add(ox.Quad(node(name), TYPE, node("Hub")))
    for name, kind in kinds:
        store.add(ox.Quad(node(name), TYPE, node(kind)))
    return store


def search(store, start, end, **options):
    terms = Terms(**{"longest": 4, "count": 3, "most": 100, "hubs": frozenset({node("Hub")})} | options)
    network = links.network(store, frozenset({TO, ALSO}))
    return routes.routes(node(start), node(end), network, terms)[0]


def shown(found) -> list[tuple[int, ...]]:
    return [tuple(int(thing.value.rpartition("/")[2]) for thing in route) for route in found.routes]


def every_route(edges, start, end, longest, may_pass):
    """All simple paths between two nodes, by plain recursion."""
    beside = {}
    for one, other, _ in edges:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)

    def extend(route):
        if route[-1] == end:
            yield route
        elif len(route) <= longest and (len(route) == 1 or may_pass(route[-1])):
            for other in beside.get(route[-1], ()):
                if other not in route:
                    yield from extend((*route, other))

    return list(extend((start,)))


def cost(route, edges):
    """Length, readings, links of the middle, names: the order that routes are promised in."""
    words = {frozenset(edge[:2]) for edge in edges if not edge[2]}
    width = {thing: len({edge[:2] for edge in edges if thing in edge[:2]}) for thing in route}
    readings = sum(frozenset(pair) not in words for pair in pairwise(route))
    return len(route), readings, sum(width[thing] for thing in route[1:-1]), [node(thing).value for thing in route]


def random_graph(random: Random, nodes=14, number=30):
    edges = {(random.randrange(nodes), random.randrange(nodes), random.random() < 0.3) for _ in range(number)}
    edges = [edge for edge in edges if edge[0] != edge[1]]
    return edges, random.sample(range(nodes), 3), [(name, f"K{name % 3}") for name in range(nodes)]


@pytest.mark.parametrize("seed", range(60))
def test_the_routes_are_the_first_of_all_simple_paths_in_the_promised_order(seed):
    random = Random(seed)
    edges, hubs, kinds = random_graph(random)
    store = terril.connect(graph(edges, hubs, kinds))
    start, end = random.sample(range(14), 2)
    longest, count = random.randint(1, 6), random.randint(1, 8)
    expected = every_route(edges, start, end, longest, lambda thing: thing not in hubs)
    expected.sort(key=lambda route: cost(route, edges))
    assert shown(search(store, start, end, longest=longest, count=count)) == expected[:count]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_to_be_passed_is_passed_and_what_is_to_be_avoided_is_not(seed):
    random = Random(1000 + seed)
    edges, hubs, kinds = random_graph(random)
    store = terril.connect(graph(edges, hubs, kinds))
    start, end, avoided, thing = random.sample(range(14), 4)
    via = (frozenset({node(thing)}), frozenset({node("K1")}))[: random.randint(1, 2)]
    freed = {thing} if len(via) == 1 else {thing, *(each for each in range(14) if each % 3 == 1)}
    passable = (set(range(14)) - set(hubs) | freed) - {avoided}
    routes = every_route(edges, start, end, 5, lambda each: each in passable)
    asked = [each for each in routes if thing in each[1:-1] and (len(via) == 1 or any(n % 3 == 1 for n in each[1:-1]))]
    asked.sort(key=lambda route: cost(route, edges))
    found = search(store, start, end, longest=5, count=4, via=via, avoided=frozenset({node(avoided)}))
    assert shown(found) == asked[:4]
    assert found.hubs == ()


def test_a_thing_with_more_links_than_the_policy_allows_is_not_passed():
    wide = [(1, n, False) for n in range(10, 20)]
    edges = [(0, 1, False), (1, 2, False), *wide]
    assert shown(search(terril.connect(graph(edges)), 0, 2, most=12)) == [(0, 1, 2)]
    found = search(terril.connect(graph(edges)), 0, 2, most=11)
    assert found.routes == ()
    assert found.hubs == ((node(1),),)


def test_a_triple_that_several_sources_state_is_one_link():
    store = graph([(0, 1, False), (1, 2, False)])
    for n in range(300):
        store.add(ox.Quad(node(0), TO, node(1), node(f"passage-{n}")))
    assert shown(search(terril.connect(store), 0, 2, most=2)) == [(0, 1, 2)]


def test_what_is_only_inferred_is_no_link_where_the_store_says_who_states_what():
    store = graph([(0, 1, False)])
    store.add(ox.Quad(node(1), TO, node(2), ox.NamedNode(names.INFERRED)))
    store.add(ox.Quad(node(1), TO, node(2)))
    assert search(terril.connect(store), 0, 2).routes == ()


def test_a_store_without_named_graphs_is_walked_as_it_is():
    store = ox.Store()
    store.extend([ox.Quad(node(0), TO, node(1)), ox.Quad(node(2), ALSO, node(1))])
    assert shown(search(terril.connect(store), 0, 2)) == [(0, 1, 2)]


def test_literals_blank_nodes_loops_and_other_relations_are_no_links():
    text = ox.Literal("x")
    pairs = [(node(0), TO, text), (node(1), TO, text), (node(0), TO, node(0)), (node(0), TYPE, node(1))]
    blank = ox.BlankNode("b")
    pairs += [(node(0), TO, blank), (blank, TO, node(1))]
    store = ox.Store()
    store.extend(ox.Quad(*pair, PASSAGE) for pair in pairs)
    assert search(terril.connect(store), 0, 1).routes == ()


def test_hubs_that_would_join_the_ends_are_named_nearest_first_and_pairs_only_where_no_single_one_does():
    edges = [(0, 1, False), (1, 9, False), (0, 2, False), (2, 3, False), (3, 9, False)]
    assert search(terril.connect(graph(edges, [1, 3])), 0, 9).hubs == ((node(1),), (node(3),))
    edges = [(0, 1, False), (1, 2, False), (9, 2, False)]
    assert search(terril.connect(graph(edges, [1, 2])), 0, 9).hubs == ((node(1), node(2)),)
    assert search(terril.connect(graph(edges, [1, 2])), 0, 9, longest=2).hubs == ()


@pytest.fixture(scope="module")
def star() -> Counted:
    """Things 1 and 2 with 100,000 links each, of which thing 0 and thing 3 have one; and a chain from 3 to 5."""
    store = graph([(0, 1, False), (1, 3, False), (3, 4, False), (4, 5, False), (2, 5, False), (1, 7, False)])
    store.bulk_extend(ox.Quad(node(f"many/{n}"), TO, node(1 + n % 2), PASSAGE) for n in range(200_000))
    return Counted(store)


def test_a_thing_with_a_hundred_thousand_links_is_no_middle_but_may_be_an_end(star):
    found = search(star, 0, 3)
    assert found.routes == ()
    assert found.hubs == ((node(1),),)
    assert shown(search(star, 0, 1)) == [(0, 1)]
    assert shown(search(star, 5, 1)) == [(5, 4, 3, 1)]
    assert shown(search(star, 1, 5)) == [(1, 3, 4, 5)]


def test_between_two_such_things_only_a_direct_link_is_looked_for_and_the_answer_says_so(star):
    found = search(star, 1, 2)
    assert (found.routes, found.searched) == ((), 1)
    star.store.graph.add(ox.Quad(node(2), TO, node(1), PASSAGE))
    assert shown(search(star, 1, 2)) == [(1, 2)]


def test_the_number_of_questions_is_bounded_whatever_the_graph(star):
    random = Random(7)
    edges = [(random.randrange(3000), random.randrange(3000), False) for _ in range(9000)]
    for store, ends in ((Counted(graph(edges)), (1, 2)), (star, (0, 3)), (star, (0, 4)), (star, (5, 1))):
        for longest in range(1, 5):
            store.asked = 0
            search(store, *ends, longest=longest, count=100)
            assert store.asked <= 2 + 3 * (3 + 4 * longest)


def test_a_search_that_would_meet_too_many_things_stops_and_says_how_far_it_came(monkeypatch):
    monkeypatch.setattr(routes, "OPENED", 50)
    random = Random(8)
    edges = [(random.randrange(900), random.randrange(900), False) for _ in range(5000)]
    store = Counted(graph(edges))
    found = search(store, 1, 2, longest=8, count=100_000)
    assert 1 <= found.searched < 8
    assert all(len(route) <= found.searched + 1 for route in found.routes)
