"""Crews: processes that share out work among them, piece by piece, so that all processors are used.

What is done may not depend on who does it. Work is a function that a process can import, or a `functools.partial` of
one, so nothing has to be said of how programs are started; in a crew of one it is done in the process that asks.
"""

import contextlib
import gc
import os
import pickle
import queue
import random
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from os import pathsep
from typing import Any, Final, TypeVar

from .errors import NotWritten

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
_AHEAD: Final = 2
"""Pieces for each process that may be done before they are asked for."""


class Crew(contextlib.ExitStack):
    """Some processes, in which equal texts have equal hashes; leaving the context ends them."""

    def __init__(self, size: int) -> None:
        super().__init__()
        seed = str(random.randrange(1 << 32))
        wanted = size if size > 1 and sys.executable else 0
        self._members = [self.enter_context(_member(seed)) for _ in range(wanted)]
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        for member in self._members:
            self._idle.put(member)

    def each(self, work: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
        """What work makes of each item, in order. Raises what it raises, and `NotWritten` if a process was ended."""
        if not self._members:
            yield from map(work, items)
            return
        with ThreadPoolExecutor(len(self._members)) as pool:
            waiting: deque[Future[_Made]] = deque()
            try:
                for item in items:
                    waiting.append(pool.submit(self._call, work, item))
                    if len(waiting) > _AHEAD * len(self._members):
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _call(self, work: Callable[[_Item], _Made], item: _Item) -> _Made:
        member = self._idle.get()
        try:
            made: _Made = _told(member, work, item)
            return made
        finally:
            self._idle.put(member)


def apart(work: Callable[[_Item], _Made], item: _Item) -> _Made:
    """What work makes of an item in a process of its own, if one can be started. Raises as `Crew.each`."""
    if not sys.executable:
        return work(item)
    with _member("random") as member:
        made: _Made = _told(member, work, item)
        return made


@contextlib.contextmanager
def _member(seed: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", _COMMAND, pathsep.join(sys.path)]
    surroundings = {**_MEMORY, **os.environ, "PYTHONHASHSEED": seed}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings) as process:
        try:
            yield process
        finally:
            process.kill()


_MEMORY: Final = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}
"""What tells the GNU C library to keep memory that is freed: each piece of work takes as much as the one before. (To
give it back and get it anew takes a twentieth of the time of a release.)"""
_COMMAND: Final = f"import sys; sys.path = sys.argv[1].split({pathsep!r}); import {__name__} as c; c.serve()"


def _told(member: "subprocess.Popen[bytes]", work: object, item: object) -> Any:
    assert member.stdin is not None
    assert member.stdout is not None
    try:
        pickle.dump((work, item), member.stdin)
        member.stdin.flush()
        made, error = pickle.load(member.stdout)
    except (EOFError, OSError, pickle.UnpicklingError):
        raise NotWritten("A process that did part of the work was ended. Give it more memory.") from None
    if error is not None:
        raise error
    return made


def serve() -> None:
    """In a process of a crew: do what one is told, until nothing more comes."""
    gc.disable()  # looking for garbage takes a sixth of the time, and all is freed as soon as its piece is done
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            work, item = pickle.load(asked)
            try:
                told = pickle.dumps((work(item), None))
            except Exception as error:  # it is raised where the work is waited for
                told = pickle.dumps((None, error))
            answers.write(told)
            answers.flush()
