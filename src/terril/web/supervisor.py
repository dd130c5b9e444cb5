"""The supervisor: it starts the workers that share a socket, and replaces those that end or no longer answer."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from ..errors import NotServed
from .settings import Settings
from .worker import READY, RETIRING

_SILENCE: Final = 10.0
"""Seconds without a sign of life after which a worker is taken for dead."""
_PATIENCE: Final = 120.0
"""Seconds that a worker may take before it is ready."""
_FAREWELL: Final = 8.0
"""Seconds that workers have to end when told to, before they are killed."""
_MOST_FAILURES: Final = 3
"""Workers that end before they were ready, one after the other, before the supervisor gives up."""


@dataclass(eq=False)
class _Worker:
    process: "subprocess.Popen[bytes]"
    line: int
    heard: float = field(default_factory=time.monotonic)
    ready: bool = False
    replaced: bool = False


class Supervisor:
    """Keeps so many workers at work until it is told to stop."""

    def __init__(self, settings: Settings, listener: socket.socket, count: int) -> None:
        self._settings, self._listener, self._count = settings, listener, count
        self._workers: list[_Worker] = []
        self._lines = selectors.DefaultSelector()
        self._failures = 0
        self._stopping = False

    def run(self, ready: Callable[[], None], tick: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM: `ready` is called once, when the first worker answers, `tick` now and then.

        Raises `NotServed`, and what `tick` raises.
        """
        told = False
        with _signals(self._stop):
            try:
                for _ in range(self._count):
                    self._start()
                while not self._stopping:
                    self._look()
                    if not told and any(worker.ready for worker in self._workers):
                        told = True
                        ready()
                    tick()
            finally:
                self._end()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self) -> None:
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "terril.web.worker", self._settings.as_text()]
        fds = (self._listener.fileno(), writing)
        process = subprocess.Popen([*command, *map(str, fds)], pass_fds=fds, stdin=subprocess.DEVNULL)
        os.close(writing)
        os.set_blocking(reading, False)
        worker = _Worker(process, reading)
        self._workers.append(worker)
        self._lines.register(reading, selectors.EVENT_READ, worker)

    def _look(self) -> None:
        """Wait a moment for what the workers say, and see to those that are silent."""
        with suppress(InterruptedError):
            for key, _ in self._lines.select(timeout=0.5):
                self._hear(key.data)
        now = time.monotonic()
        for worker in self._workers:
            if now - worker.heard > (_SILENCE if worker.ready else _PATIENCE):
                worker.process.kill()  # its line will end, and then it is replaced

    def _hear(self, worker: _Worker) -> None:
        said = os.read(worker.line, 4096)
        if not said:
            self._lost(worker)
            return
        worker.heard = time.monotonic()
        if READY in said:
            worker.ready, self._failures = True, 0
        if RETIRING in said:
            self._replace(worker)

    def _lost(self, worker: _Worker) -> None:
        """A worker has ended: forget it, and have another in its place."""
        self._lines.unregister(worker.line)
        os.close(worker.line)
        worker.process.wait()
        self._workers.remove(worker)
        if not worker.ready:
            self._failures += 1
        if self._failures >= _MOST_FAILURES:
            raise NotServed("The processes that should answer end before they are ready. What they said stands above.")
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        if not worker.replaced and not self._stopping:
            worker.replaced = True
            self._start()

    def _end(self) -> None:
        self._listener.close()
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + _FAREWELL
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            os.close(worker.line)


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have SIGINT and SIGTERM handled this way for a while."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    former = [signal.signal(kind, handler) for kind in kinds]
    try:
        yield
    finally:
        for kind, was in zip(kinds, former, strict=True):
            signal.signal(kind, was)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `NotServed` if the address is taken or not ours."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise NotServed(f"No server can listen at {host}:{port}: {reason}. Name another --host or --port.") from None
    return listener
