"""Dumps: sorted, and the same bytes for the same graph, whatever a store calls its blank nodes."""

import pyoxigraph as ox

from terril import dumps, sorting

TURTLE = """
@prefix e: <https://example.org/> .
e:a e:list ( e:b e:c ) ; e:says "_: no node" .
e:b e:knows [ e:knows e:c ] .
"""


def lines(folder, order=1):
    store = ox.Store()
    store.bulk_extend(list(ox.parse(TURTLE, ox.RdfFormat.TURTLE))[::order])
    return list(dumps.lines(store, folder))


def test_lines_are_sorted_and_blank_nodes_have_the_same_names_each_time(tmp_path):
    found = lines(tmp_path)
    assert found == sorted(found) == lines(tmp_path, -1)
    assert sum(b"_:c14n" in line for line in found) == 7
    assert not list(tmp_path.iterdir())


def test_a_graph_larger_than_a_part_is_in_order_too(tmp_path, monkeypatch):
    whole = lines(tmp_path)
    monkeypatch.setattr(sorting, "_SIZE", 200)
    assert lines(tmp_path) == whole
