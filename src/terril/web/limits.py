"""Limits: what the requests of strangers may take from a process that answers them."""

import contextlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What queries may take: `seconds` each, `memory` in bytes all together, `size` of an answer in bytes; and how many
    may run `at_once`. A change takes `writing` seconds at most.
    """

    seconds: float = 20.0
    memory: int = 1 << 30
    size: int = 64 << 20
    at_once: int = 64
    writing: float = 120.0


def limit_memory(limits: Limits) -> None:
    """Bound the memory of this process for what outgrows it faster than it is watched."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    most = limits.memory * 4 + (4 << 30)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
