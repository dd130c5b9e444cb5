"""Manners of a connection: who says nothing for long, or too much before a request is whole, is shown the door."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_PATIENCE: Final = 10.0
"""Seconds within which the head of a request must be whole."""
_MOST: Final = 1 << 16
"""Bytes that a head may have before it is whole."""

_TOO_LONG: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: application/problem+json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
)
_PLAIN: Final = 8192
"""Bytes that a request may have to be answered at once."""
_SENTENCE: Final = (
    b'{"title": "Request Header Fields Too Large", "status": 431,'
    b' "detail": "The address and headers of a request have at most 65,536 bytes. Send a long query with POST."}'
)


class Mannered(HttpToolsProtocol):
    """Uvicorn's protocol with limits on the head of a request, which it leaves to a proxy in front, and with a quick
    way for plain requests: the usual one costs several times what their answer does.
    """

    _waiting: asyncio.TimerHandle | None = None
    _heard = 0
    _idling: asyncio.TimerHandle | None = None
    _answered = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._answer_quickly(data):
            return
        if self._waiting is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        if self._waiting is not None:
            self._heard += len(data)
            if self._heard > _MOST + (1 << 18):  # a read is at most 256 kB, of which much may be a body
                self.transport.write(_TOO_LONG % (len(_SENTENCE), _SENTENCE))
                self.transport.close()
                return
        super().data_received(data)

    def _answer_quickly(self, data: bytes) -> bool:
        """Answer a plain request that stands alone in what arrived, if that can be done at once."""
        is_plain = len(data) < _PLAIN and data.startswith(b"GET /sparql?") and data.find(b"\r\n\r\n") == len(data) - 4
        if not is_plain or self._heard or self.flow.write_paused or not self._is_between_requests():
            return False
        date = b"%b: %b" % self.server_state.default_headers[0] if self.server_state.default_headers else b"server: -"
        response = self.app.quick.answer(data, date)
        if response is None:
            return False
        self._wait_no_more()
        self.transport.write(response)
        self._answered = self.loop.time()
        if self._idling is None or self.timeout_keep_alive_task is not self._idling:
            self._unset_keepalive_if_required()
            self._idle(self.timeout_keep_alive)
        return True

    def _idle(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self._idling = self.loop.call_later(seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        """End a connection on which nothing was asked for long; a timer that looks is cheaper than a new one for each
        request."""
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle(left)
        else:
            self.timeout_keep_alive_handler()

    def _is_between_requests(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.cycle.more_body and not self.pipeline)

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(_PATIENCE, self._leave)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting, self._heard = None, 0

    def _leave(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
