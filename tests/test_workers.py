"""Work that outruns its limits is stopped with its process, and the next piece of work finds another."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest

from terril.errors import Outrun
from terril.workers import Limits, Workers, apart

LIMITS = Limits(seconds=1.5, memory=1 << 30)


def work(what: str) -> object:
    """What a worker is told to do, each by its name."""
    return {
        "answer": lambda: 42,
        "process": os.getpid,
        "sleep": lambda: time.sleep(60),
        "nap": lambda: time.sleep(0.5),
        "spin": spin,
        "allocate": lambda: len([bytes(1 << 20) for _ in range(4096)]),
        "join": join,
        "collect": collect,
        "exit": lambda: os._exit(5),
        "print": lambda: print("to standard output"),
    }[what]()


def spin() -> None:
    while True:
        pass


def graph(size: int) -> ox.Store:
    store = ox.Store()
    node = ox.NamedNode("https://example.org/p")
    store.extend(ox.Quad(ox.NamedNode(f"https://example.org/{i}"), node, ox.Literal(i)) for i in range(size))
    return store


def join() -> int:
    """A cartesian product that no engine finishes."""
    return sum(1 for _ in graph(2000).query("SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h }"))


def collect() -> int:
    """A sort that needs more memory than there is, allocated in compiled code."""
    return sum(1 for _ in graph(3000).query("SELECT * { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f } ORDER BY ?b ?d ?f"))


@pytest.fixture(scope="module")
def workers():
    with Workers(work, count=1, limits=LIMITS) as workers:
        yield workers


def test_a_worker_returns_what_the_function_returns(workers):
    assert workers.call("answer") == 42


def test_work_is_done_in_another_process_that_stays(workers):
    assert workers.call("process") == workers.call("process") != os.getpid()


@pytest.mark.parametrize("what", ["sleep", "spin", "join"])
def test_what_takes_too_long_is_stopped_in_time(workers, what):
    start = time.monotonic()
    with pytest.raises(Outrun, match=r"longer than 1\.5 s"):
        workers.call(what)
    assert time.monotonic() - start < LIMITS.seconds + 3


@pytest.mark.parametrize("what", ["allocate", "collect"])
def test_what_takes_too_much_memory_is_stopped(what):
    with Workers(work, count=1, limits=Limits(seconds=60, memory=1 << 30)) as workers:
        with pytest.raises(Outrun, match="more memory than 1,024 MB"):
            workers.call(what)
        assert workers.call("answer") == 42


def test_a_worker_that_ends_by_itself_is_replaced(workers):
    with pytest.raises(Outrun, match="exit code 5"):
        workers.call("exit")
    assert workers.call("answer") == 42


def test_what_a_worker_prints_does_not_reach_standard_output(workers, capfd):
    workers.call("print")
    workers.call("answer")
    assert capfd.readouterr().out == ""


def test_two_workers_work_at_the_same_time():
    with Workers(work, count=2, limits=LIMITS) as workers, ThreadPoolExecutor(2) as threads:
        list(threads.map(workers.call, ["answer"] * 2))
        start = time.monotonic()
        list(threads.map(workers.call, ["nap"] * 2))
        assert time.monotonic() - start < 0.9


def test_leaving_ends_the_processes():
    with Workers(work, count=1, limits=LIMITS) as workers:
        process = workers.call("process")
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


# In a fork

BRIEF = Limits(seconds=0.5, memory=1 << 30)
"""For work that never ends: a fork has nothing to load first."""


def test_a_fork_finds_what_is_here_and_gives_what_comes_of_it():
    here = graph(3)
    one, other = apart([lambda: (len(here), os.getpid()), lambda: (len(here) + 1, os.getpid())], LIMITS)
    assert (one[0], other[0]) == (3, 4)
    assert one[1] == other[1] != os.getpid()
    assert apart([], LIMITS) == []


def test_what_goes_wrong_in_a_fork_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        apart([lambda: 1, lambda: 1 // 0], LIMITS)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limits")
@pytest.mark.parametrize(
    ("what", "limits"), [("spin", BRIEF), ("join", BRIEF), ("allocate", LIMITS), ("collect", LIMITS), ("exit", BRIEF)]
)
def test_what_takes_more_than_it_may_in_a_fork_is_stopped_and_the_next_is_done(what, limits):
    first, stopped, last = apart([lambda: 1, lambda: work(what), lambda: 3], limits)
    assert (first, last) == (1, 3)
    assert isinstance(stopped, Outrun)
    assert f"more than {limits.seconds} s or 1,024 MB" in str(stopped)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limits")
def test_the_time_of_a_fork_is_that_of_the_processor():
    assert apart([lambda: time.sleep(1)], BRIEF) == [None]
