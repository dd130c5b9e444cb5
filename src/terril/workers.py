"""Workers: processes that do what strangers ask for, each within limits of memory, CPU and wall time.

An engine at work in compiled code cannot be interrupted from within its process, so what outruns its limits is killed
with the whole process, and another takes its place.
"""

import contextlib
import multiprocessing
import os
import pickle
import queue
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar

from .errors import Outrun

_T = TypeVar("_T")
_SPAWN: Final = multiprocessing.get_context("spawn")
"""A worker starts afresh: it shares no memory, threads or open files with its master."""


@dataclass(frozen=True)
class Limits:
    """How much one piece of work may take: `seconds` of CPU and of wall time, and `memory` in bytes."""

    seconds: float = 20.0
    memory: int = 2 << 30


class Workers:
    """A few processes that all do one kind of work: calls of `function`, which a worker must be able to import.

    A context manager; leaving it ends the processes. Any number of threads may call at once and are served in turn.
    """

    def __init__(self, function: Callable[..., Any], *, count: int = 2, limits: Limits | None = None) -> None:
        self._function = function
        self._limits = limits or Limits()
        self._all = [_Worker(function, self._limits) for _ in range(count)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._all:
            self._idle.put(worker)

    def call(self, *arguments: object) -> Any:
        """What the function returns for these arguments. Raises `Outrun` if it takes more than it may."""
        worker = self._idle.get()
        try:
            return worker.call(*arguments)
        except Outrun:
            worker = self._replace(worker)
            raise
        finally:
            self._idle.put(worker)

    def _replace(self, worker: "_Worker") -> "_Worker":
        worker.end()
        if worker not in self._all:  # all have been told to end
            return worker
        self._all.remove(worker)
        self._all.append(_Worker(self._function, self._limits))
        return self._all[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ended, self._all = self._all, []
        for worker in ended:
            worker.end()


def apart(works: Sequence[Callable[[], _T]], limits: Limits) -> list[_T | Outrun]:
    """What pieces of work give, done one after the other in a fork of this process, which finds all that is in memory.

    Each may take `seconds` of a processor, so that it does not matter what else a machine does, and `memory` besides
    what this process has; one that takes more gives an `Outrun`, and another fork goes on with the next. Raises what
    the work raises. On a system that does not fork it is done in this process, without limits.
    """
    if sys.platform != "linux":
        return [work() for work in works]
    found: list[_T | Outrun] = []
    while len(found) < len(works):
        found += _forked(works[len(found) :], limits)
        if len(found) < len(works):
            told = f"This took more than {limits.seconds:g} s or {limits.memory >> 20:,} MB and was stopped."
            found.append(Outrun(told))
    return found


def _forked(works: Sequence[Callable[[], _T]], limits: Limits) -> list[_T]:
    """What a fork gives for pieces of work, as far as it comes with them."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _give(works, limits, writing)
    os.close(writing)
    found: list[_T] = []
    with os.fdopen(reading, "rb") as line, contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            given, error = pickle.load(line)
            if error is not None:
                raise error
            found.append(given)
    os.waitpid(process, 0)
    return found


def _give(works: Sequence[Callable[[], object]], limits: Limits, line: int) -> NoReturn:
    """In the fork: do the work, tell what comes of it, and end without what else this process would do at its end."""
    with contextlib.suppress(BaseException), os.fdopen(line, "wb") as file:
        limit = _limiter(Limits(limits.seconds, limits.memory + _held()))
        for work in works:
            limit()
            try:
                told = pickle.dumps((work(), None))
            except MemoryError:
                break
            except Exception as error:  # it is raised where the work is waited for
                told = pickle.dumps((None, error))
            file.write(told)
            file.flush()
    os._exit(0)


def _held() -> int:
    """How many bytes of addresses this process has."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class _Worker:
    """One process and the line to it, on which it says that it is ready before each piece of work."""

    def __init__(self, function: Callable[..., Any], limits: Limits) -> None:
        self._limits = limits
        self._line, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(theirs, function, limits), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, *arguments: object) -> Any:
        try:
            self._line.poll(None)
            self._line.recv()
            self._line.send(arguments)
            if self._line.poll(self._limits.seconds):
                return self._line.recv()
        except (EOFError, OSError):
            raise Outrun(self._fate()) from None
        raise Outrun(_TOO_LONG.format(self._limits.seconds))

    def _fate(self) -> str:
        """Why the process ended by itself."""
        self._process.join()
        code = self._process.exitcode
        if code in (_OUT_OF_MEMORY, -signal.SIGABRT):
            return _TOO_LARGE.format(self._limits.memory >> 20)
        if code == -getattr(signal, "SIGXCPU", signal.SIGKILL):
            return _TOO_LONG.format(self._limits.seconds)
        return f"The process that answered ended by itself (exit code {code}). Ask again, or ask for less."

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._line.close()


_TOO_LONG: Final = "This took longer than {:g} s and was stopped. Ask for less: name the things, add a LIMIT."
_TOO_LARGE: Final = "This needed more memory than {:,} MB and was stopped. Ask for less: name the things, add a LIMIT."
_OUT_OF_MEMORY: Final = 77
"""The exit code of a worker that Python itself has no more memory for; compiled code aborts instead."""


def _work(line: Connection, function: Callable[..., Any], limits: Limits) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master decides when its workers end
    os.dup2(sys.stderr.fileno(), 1)  # standard output may be a master's line to its own client
    limit = _limiter(limits)
    try:
        while True:
            line.send(None)
            arguments = line.recv()
            limit()
            line.send(function(*arguments))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the master is gone
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _limiter(limits: Limits) -> Callable[[], None]:
    """Limit this process's memory, and make a function that allots it the CPU time of one more piece of work."""
    try:
        import resource
    except ImportError:  # a system without such limits still has the limit of wall time
        return lambda: None
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = limits.memory if most == resource.RLIM_INFINITY else min(limits.memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def limit() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = used.ru_utime + used.ru_stime
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(spent + limits.seconds) + 1, most))

    return limit
