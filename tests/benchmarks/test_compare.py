"""The comparison runs: every contestant does every task, and the table has a row for each."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("reasonable")
COMPARE = [sys.executable, Path(__file__).with_name("compare.py")]


@pytest.mark.slow
def test_every_contestant_finishes_a_small_graph_and_is_shown_beside_terril():
    table = subprocess.run([*COMPARE, "--triples", "2000"], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^ *(\w+) +2,000 .* ([0-9.]+)$", table, re.MULTILINE)
    assert [name for name, _ in rows] == [
        *("terril", "owlrl", "reasonable", "floor"),
        *("terril", "pyshacl"),
        *("terril", "rdflib"),
    ]
    assert [times for name, times in rows if name == "terril"] == ["1.00"] * 3


@pytest.mark.slow
def test_a_contestant_that_takes_too_long_is_said_to():
    table = subprocess.run(
        [*COMPARE, "--triples", "2000", "--limit", "0.01"], check=True, capture_output=True, text=True
    )
    assert "terril      2,000  did not finish in 0.01 s" in table.stdout
