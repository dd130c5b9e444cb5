"""Processes that share out work: what comes of it is in order, whoever does it, and what goes wrong is raised here."""

import math
import operator
import os
import time
from functools import partial

import pytest

from terril import crews
from terril.crews import Crew
from terril.errors import NotWritten

PID = "__import__('os').getpid()"
SIZES = pytest.mark.parametrize("size", [0, 1, 2, 3])


@SIZES
def test_what_is_made_of_each_comes_in_order(size):
    with Crew(size) as crew:
        assert list(crew.each(math.factorial, range(20))) == list(map(math.factorial, range(20)))
        assert list(crew.each(partial(operator.add, b"a"), [b"b"])) == [b"ab"]
        assert list(crew.each(math.factorial, [])) == []


@SIZES
def test_what_work_raises_is_raised_here_and_the_crew_goes_on(size):
    with Crew(size) as crew:
        found = crew.each(math.sqrt, [4, -1, 9])
        assert next(found) == 2
        with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
            list(found)
        assert list(crew.each(math.sqrt, [16])) == [4]


def test_several_share_in_the_work_and_hash_alike():
    with Crew(2) as crew:
        told = list(
            crew.each(eval, ["(__import__('time').sleep(0.05), __import__('os').getpid(), hash(b'a'))[1:]"] * 9)
        )
    pids, hashes = map(set, zip(*told, strict=True))
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert len(hashes) == 1


def test_one_does_the_work_where_it_is():
    with Crew(1) as crew:
        assert set(crew.each(eval, [PID])) == {os.getpid()}


def test_a_process_that_ends_is_a_sentence(monkeypatch):
    monkeypatch.setattr(crews, "_AHEAD", 0)
    with Crew(2) as crew, pytest.raises(NotWritten, match=r"was ended\. Give it more memory"):
        list(crew.each(os._exit, [1, 1]))


def test_no_process_is_left():
    with Crew(2) as crew:
        pids = set(crew.each(eval, [PID] * 4))
    for pid in pids:
        for _ in range(100):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"{pid} is still there")


def test_work_may_be_done_in_a_process_of_its_own():
    assert crews.apart(math.factorial, 5) == 120
    assert crews.apart(eval, PID) not in (os.getpid(), crews.apart(eval, PID))
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        crews.apart(math.sqrt, -1)
