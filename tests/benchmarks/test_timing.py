"""The measurements run: every question finds something on a small graph, and the table has a row for each."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from timing import load, questions

ANSWERS = [sys.executable, Path(__file__).with_name("timing.py"), "--triples", "50000", "--repeat", "1"]

NOTHING = {"priorities-without-cluster"}
"""Every synthetic topic has a root in common with some cluster."""


@pytest.mark.slow
def test_every_question_finds_something_on_a_synthetic_graph():
    graph = load(50_000)
    assert {task.name for task in questions(graph) if not task.run()} == NOTHING


@pytest.mark.slow
def test_the_table_has_a_row_for_each_task_slowest_first_and_the_share_that_is_quick():
    done = subprocess.run([*ANSWERS, "--only", "^strands-of"], check=True, capture_output=True, text=True)
    rows = re.findall(r"^(strands-of-\w+) +([\d.]+) +(\d+)$", done.stdout, re.MULTILINE)
    times = [float(milliseconds) for _, milliseconds, _ in rows]
    assert {name for name, *_ in rows} == {"strands-of-cluster", "strands-of-topic"}
    assert times == sorted(times, reverse=True)
    assert re.search(r"^\d of 2 within 300 ms \(\d+%\)$", done.stdout, re.MULTILINE)


@pytest.mark.slow
def test_a_task_that_takes_too_long_is_stopped_and_said_to_be():
    done = subprocess.run(
        [*ANSWERS, "--only", "^strands-of-cluster", "--limit", "0"], check=True, capture_output=True, text=True
    )
    assert re.search(r"^strands-of-cluster .* stopped$", done.stdout, re.MULTILINE)
    assert "0 of 1 within 300 ms (0%)" in done.stdout
