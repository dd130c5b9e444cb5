"""Evaluators: threads that run queries, watched while they do.

The engine lets go of Python's lock while it works, so a query in a thread of its own keeps nobody waiting. It cannot be
stopped there, though. Whoever asked what outruns its limits is told so at once, and the thread is left behind, to end
with the whole process, whose owner is told to retire it.
"""

import asyncio
import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..errors import Outrun
from .limits import Limits
from .responses import Problem

T = TypeVar("T")

_TICK: Final = 0.025
"""Seconds between two looks at what is running."""
_SHORT: Final = 0.1
"""Seconds after which a query is a long one, which must let the short ones pass."""
_SLOWNESS: Final = 5
"""How nice a long query must be: it has a third of what a short one has, and still its share of a busy machine, for
it may hold Python's lock while it waits for its turn."""
_GRACE: Final = 1.0
"""Seconds that a thread whose time is over has to end by itself."""


@dataclass(eq=False)
class _Job:
    function: Callable[[float], Any]
    done: "asyncio.Future[Any]"
    begun: float
    thread: int = 0
    slowed: bool = False
    over: bool = False


class Evaluators:
    """A few threads that run what they are given, within limits.

    `retire` is called once when a thread had to be left behind: the process then ought to end soon.
    """

    def __init__(self, limits: Limits, retire: Callable[[], None]) -> None:
        self._limits = limits
        self._retire: Callable[[], None] | None = retire
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._running: list[_Job] = []
        self._threads = 0
        self._ending = threading.Lock()
        self._base = _resident()
        self._watching = False

    async def run(self, function: Callable[[float], T]) -> T:
        """What the function returns, which is called with the moment by which it must have ended.

        Raises `Outrun` if it takes more than it may, `Problem` 503 if too much is running already.
        """
        if len(self._running) >= self._limits.at_once:
            raise Problem(503, "Too many queries are running. Ask again in a moment.", Retry_After="2")
        loop = asyncio.get_running_loop()
        job = _Job(function, loop.create_future(), time.monotonic())
        self._running.append(job)
        if sum(not one.slowed for one in self._running) > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, args=(loop,), daemon=True).start()
        self._jobs.put(job)
        self._watch()
        return await job.done  # type: ignore[no-any-return]

    def rest(self) -> None:
        """Take what memory is in use now for what the process needs at rest."""
        self._base = _resident()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """The life of a thread: it takes jobs until one was so long that the thread had to be slowed down."""
        slowed = False
        while not slowed:
            job = self._jobs.get()
            job.thread = threading.get_native_id()
            value, error = _outcome(job.function, job.begun + self._limits.seconds)
            with self._ending:
                job.over, slowed = True, job.slowed
            with contextlib.suppress(RuntimeError):  # the loop may have been closed by then
                loop.call_soon_threadsafe(self._end, job, value, error)

    def _end(self, job: _Job, value: Any, error: BaseException | None) -> None:
        self._running.remove(job)
        if job.done.done():
            return
        if error is None:
            job.done.set_result(value)
        else:
            job.done.set_exception(error)

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            asyncio.get_running_loop().call_later(_TICK, self._look)

    def _look(self) -> None:
        """Slow long jobs down, tell those who wait too long, and ask for retirement if one does not end."""
        now = time.monotonic()
        for job in self._running:
            if now - job.begun > _SHORT and job.thread and not job.slowed:
                self._slow(job)
            if now - job.begun > self._limits.seconds:
                self._give_up(job, _TOO_LONG.format(self._limits.seconds))
        self._look_at_memory(now)
        if any(job.done.done() and now - job.begun > self._limits.seconds + _GRACE for job in self._running):
            self._ask_to_retire()
        self._watching = False
        if self._running:
            self._watch()

    def _slow(self, job: _Job) -> None:
        with self._ending:
            if job.over:
                return
            job.slowed = True
        self._threads -= 1
        with contextlib.suppress(OSError):  # it has ended in this very moment, or the system has no such thing
            os.setpriority(os.PRIO_PROCESS, job.thread, _SLOWNESS)

    def _look_at_memory(self, now: float) -> None:
        if _resident() - self._base <= self._limits.memory:
            return
        for job in self._running:
            if now - job.begun > _TICK:
                self._give_up(job, _TOO_LARGE.format(self._limits.memory >> 20))
        self._ask_to_retire()

    def _ask_to_retire(self) -> None:
        retire, self._retire = self._retire, None
        if retire is not None:
            retire()

    @staticmethod
    def _give_up(job: _Job, sentence: str) -> None:
        if not job.done.done():
            job.done.set_exception(Outrun(sentence))


_TOO_LONG: Final = "This took longer than {:g} s and was stopped. Ask for less: name the things, add a LIMIT."
_TOO_LARGE: Final = "This needed more memory than {:,} MB and was stopped. Ask for less: name the things, add a LIMIT."


def _outcome(function: Callable[[float], T], deadline: float) -> tuple[T | None, BaseException | None]:
    try:
        return function(deadline), None
    except BaseException as error:  # whoever waits for the job is told
        return None, error


def _resident() -> int:
    """Bytes of memory in use by this process; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - read forty times a second
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
