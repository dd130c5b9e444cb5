"""A worker: one process that answers requests of connections which it accepts from a socket shared with others.

It tells its supervisor, a byte a time, that it is ready, that it lives, and that it is about to end. It ends when told
to, when a query had to be left behind, and when nobody listens any more.
"""

import asyncio
import contextlib
import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ..errors import TerrilError
from .limits import limit_memory
from .settings import Settings

if TYPE_CHECKING:
    import uvicorn

READY: Final = b"+"
ALIVE: Final = b"."
RETIRING: Final = b"-"

BEAT: Final = 1.0
"""Seconds between two signs of life."""

_MOST_CONNECTIONS: Final = 2_000
_FAREWELL: Final = 5
"""Seconds that requests under way have to end when a worker does."""


def main(settings: Settings, listener: socket.socket, line: int) -> None:
    """Answer requests until told to end; the process ends with it, and whatever threads were left behind."""
    limit_memory(settings.limits)
    code = 1
    try:
        with asyncio.Runner(loop_factory=_quickest_loop()) as runner:
            runner.run(_serve(settings, listener, line))
        code = 0
    except TerrilError as error:
        print(f"Error: {error}", file=sys.stderr)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _quickest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, where there is one: requests cost it half of what they cost the standard library's loop."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings, listener: socket.socket, line: int) -> None:
    import uvicorn

    from .application import Application
    from .manners import Mannered

    loop = asyncio.get_running_loop()
    listener.setblocking(False)

    def retire() -> None:
        loop.remove_reader(listener)
        _tell(line, RETIRING)
        server.should_exit = True

    config = uvicorn.Config(
        Application(settings, retire),
        http=Mannered,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=_FAREWELL,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[]))
    while not server.started:
        await asyncio.sleep(0)
    loop.add_reader(listener, _accept, listener, _maker(server))
    _tell(line, READY)
    beating = asyncio.create_task(_beat(line, retire))
    await serving
    beating.cancel()


def _maker(server: "uvicorn.Server") -> Callable[[], asyncio.Protocol]:
    protocol: Any = server.config.http_protocol_class
    return lambda: protocol(config=server.config, server_state=server.server_state, app_state={})


_being_made: set["asyncio.Task[Any]"] = set()


def _accept(listener: socket.socket, maker: Callable[[], asyncio.Protocol]) -> None:
    """Take one connection at a time, so that the workers share them evenly."""
    try:
        connection, _ = listener.accept()
    except (BlockingIOError, ConnectionError):  # another worker was quicker, or the client is gone
        return
    except OSError:  # no more files may be opened: those that are open will end
        return
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made = asyncio.get_running_loop().create_task(_connect(maker, connection))
    _being_made.add(made)
    made.add_done_callback(_being_made.discard)


async def _connect(maker: Callable[[], asyncio.Protocol], connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        await asyncio.get_running_loop().connect_accepted_socket(maker, connection)


async def _beat(line: int, retire: Callable[[], None]) -> None:
    while _tell(line, ALIVE):
        await asyncio.sleep(BEAT)
    retire()


def _tell(line: int, sign: bytes) -> bool:
    """Say something to the supervisor; false if it is gone."""
    try:
        os.write(line, sign)
    except BlockingIOError:  # it is there, and busy
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    text, listening, telling = sys.argv[1:]
    os.set_blocking(int(telling), False)
    main(Settings.from_text(text), socket.socket(fileno=int(listening)), int(telling))
