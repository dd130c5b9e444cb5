"""Boosted trees: they learn what no sum of weights can tell, and say the same when they are kept and restored."""

import json

import numpy as np
import pytest

from terril.trees import NEVER, Tree, kept, restored, total

ROWS = [{"far": n / 10} for n in range(11)] * 10
BETWEEN = np.array([0.3 < row["far"] < 0.7 for row in ROWS], dtype=float)


@pytest.fixture(scope="module")
def grown():
    import boosting

    table = boosting.Table(np.array([[row["far"]] for row in ROWS]), ["far"])
    return boosting.boosted(table, lambda score: (score - BETWEEN, np.ones(len(ROWS))), count=60, rate=0.3)


def test_trees_learn_that_what_is_neither_near_nor_far_is_right(grown):
    assert [round(total(grown, row)) for row in ROWS] == BETWEEN.tolist()


def test_the_same_rows_give_the_same_trees_and_these_may_be_kept(grown):
    again = restored(json.loads(json.dumps(kept(grown))))
    assert [total(again, row) for row in ROWS] == [total(grown, row) for row in ROWS]


def test_where_nothing_is_asked_all_goes_left():
    tree = Tree(["near", NEVER, "far"], [0.5, 1e9, 2.0], [1.0, 2.0, 3.0, 4.0])
    assert [tree.value(one) for one in ({}, {"near": 1.0}, {"near": 1.0, "far": 3.0})] == [1.0, 3.0, 4.0]
