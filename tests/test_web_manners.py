"""A connection stays as long as something is asked on it, and no longer than its patience after that."""

import asyncio
import importlib.util
import time

import pytest

from conftest import require

QUICK = b"GET /sparql?query=x HTTP/1.1\r\nHost: e.org\r\n\r\n"
USUAL = b"GET / HTTP/1.1\r\nHost: e.org\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Application:
    """Answers ok, whichever way it is asked."""

    class quick:  # noqa: N801
        @staticmethod
        def answer(request: bytes, date: bytes) -> bytes:
            return ANSWER

    async def __call__(self, scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


async def seconds_until_closed(requests: list[bytes], pause: float) -> float:
    """Ask, with pauses between, and wait until the server closes; the seconds since the last answer."""
    import uvicorn
    from uvicorn.server import ServerState

    from terril.web.manners import Mannered

    config = uvicorn.Config(
        Application(),
        http=Mannered,
        timeout_keep_alive=1,
        lifespan="off",
        proxy_headers=False,
        ws="none",
        log_config=None,
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Mannered(config=config, server_state=state, app_state={}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for request in requests:
            await asyncio.sleep(pause)
            writer.write(request)
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
        answered = time.monotonic()
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()
    return time.monotonic() - answered


@pytest.mark.parametrize(
    "requests",
    [[QUICK] * 6, [USUAL, QUICK] * 3, [QUICK, USUAL] * 3, [QUICK]],
    ids=["quick", "to quick", "to usual", "one"],
)
def test_a_connection_stays_while_something_is_asked_and_is_closed_after(requests):
    require("server", importlib.util.find_spec("uvicorn") is not None)
    assert 0.8 < asyncio.run(seconds_until_closed(requests, 0.4)) < 5
