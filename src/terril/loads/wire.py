"""One exchange with a store, and what came of it as a sentence: which fault it is, and what to do about it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request

from ..endpoint import Endpoint, shown
from ..engine import one_line
from ..errors import EndpointFailed
from ..transport import MAX_BYTES, Access, Body, Passing, TooLarge, seconds_to_wait, send


class Refused(EndpointFailed):
    """A store will not do what it is asked to; `status` is that of HTTP. `is_general` means that it would refuse the
    next graph, too."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
        self.is_general = status in _GENERAL or 300 <= status < 400


class Unreachable(Passing):
    """Nobody answers at an address."""


_GENERAL: Final = (401, 403, 404, 405, 501, 507)
_PASSING: Final = (408, 425, 429, 500, 502, 503, 504)
_MOST_WORDS: Final = 10_000  # bytes
_BLOCK: Final = 1 << 16


@dataclass(frozen=True)
class Content:
    """A file that is sent, from its beginning however often; `TimeoutError` after the deadline."""

    path: Path
    deadline: float

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                if time.monotonic() > self.deadline:
                    raise TimeoutError
                yield block


@dataclass(frozen=True)
class Wire:
    """How a store is spoken to: who asks, and how long one exchange may take; `waits` is that of `Access`."""

    endpoint: Endpoint
    waits: bool = False

    def read(self, url: str, accept: str, doing: str, most: int = MAX_BYTES) -> Body:
        """Ask for what lies at an address; at most so many bytes. Raises `Refused` or `Passing`."""
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        return self._exchange(Request(url, headers=headers), doing, most, follow=True)

    def write(self, method: str, url: str, sent: bytes | Path | None, media_type: str, doing: str) -> int:
        """Send something to an address, which is not followed elsewhere, and tell the status of the answer.

        Raises `Refused`, or `Passing` for what may be over in a moment, or may have been done all the same.
        """
        headers: dict[str, Any] = {"Content-Type": media_type} if sent is not None else {}
        data: Any = sent
        if isinstance(sent, Path):
            data, headers["Content-Length"] = Content(sent, self._deadline()), str(sent.stat().st_size)
        body = self._exchange(Request(url, data, headers, method=method), doing, MAX_BYTES, follow=False)
        try:
            body.words(_MOST_WORDS)
        finally:
            body.close()
        return body.status

    def headers(self, url: str) -> dict[str, str]:
        """The headers, their names in lower case, of the answer at an address, whatever its status.

        Raises `EndpointFailed` if there is none.
        """
        try:
            answer = send(Request(url), self.endpoint.access, self._deadline())
        except HTTPError as refusal:
            answer = Body(refusal, self._deadline())
        except (HTTPException, OSError, ValueError) as error:
            raise self.silence(error, "answer") from None
        answer.close()
        return {name.lower(): value for name, value in answer.headers.items()}

    def _access(self) -> Access:
        return replace(self.endpoint.access, waits=self.waits and self.endpoint.user is not None)

    def _deadline(self) -> float:
        return time.monotonic() + self.endpoint.timeout

    def _exchange(self, request: Request, doing: str, most: int, *, follow: bool) -> Body:
        try:
            return send(request, self._access(), self._deadline(), most=most, follow=follow)
        except HTTPError as refusal:
            failure: EndpointFailed = self._refusal(refusal, doing, request)
        except (HTTPException, OSError, ValueError) as error:
            failure = self.silence(error, doing)
        raise failure

    # Sentences

    def _refusal(self, refusal: HTTPError, doing: str, request: Request) -> EndpointFailed:
        said = self.endpoint.words(Body(refusal, self._deadline()).words(_MOST_WORDS)).rstrip(".")
        told = f"{self.endpoint.name} did not {doing} (HTTP status {refusal.code}): {said}."
        if refusal.code in _PASSING:
            return Passing(told, seconds_to_wait(refusal.headers.get("Retry-After")))
        return Refused(f"{told} {self._hint(refusal, request)}".rstrip(), refusal.code)

    def _hint(self, refusal: HTTPError, request: Request) -> str:
        if 300 <= refusal.code < 400:
            target = self.endpoint.hidden(shown(one_line(str(refusal.headers.get("Location") or "nowhere"))))
            return f"It redirects to {target}, which is not followed with what is written. Name that address."
        if refusal.code == 413:
            size = int(request.get_header("Content-length") or 0)
            return f"It was sent {size:,} bytes. Allow larger bodies there, or in the proxy before it."
        if refusal.code == 401 and not self.endpoint.access.shown():
            return "Say who you are: --user with the password in TERRIL_PASSWORD, or --token."
        return _HINTS.get(refusal.code, "")

    def silence(self, error: Exception, doing: str) -> EndpointFailed:
        """The sentence for an exchange that broke."""
        reason = getattr(error, "reason", None) or error
        name, timeout = self.endpoint.name, self.endpoint.timeout
        if isinstance(reason, TimeoutError):
            return Passing(f"{name} did not {doing} within {timeout:g} seconds. Allow more time (--timeout).")
        if isinstance(reason, TooLarge):
            return EndpointFailed(f"{name} gave far more than it was sent, when asked to {doing}. Look what is there.")
        if isinstance(reason, IncompleteRead):
            return Passing(f"{name} cut the connection in the middle of its answer, when asked to {doing}.")
        words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        words = self.endpoint.hidden(one_line(words)).rstrip(".")
        if isinstance(reason, ConnectionError) and not isinstance(reason, ConnectionRefusedError):
            return Passing(f"{name} broke off the connection, when asked to {doing}: {words}.")
        return Unreachable(f"{name} did not answer: {words}. Check the address and that it is running.")


_HINTS: Final[Mapping[int, str]] = {
    401: "Check the credentials given.",
    403: "It only reads, or does not let this user write: ask whoever runs it.",
    404: "There is no such service: check the path of the address, and the kind of store (--store).",
    405: "It only reads, or this is the address of something else: check its path, and the kind of store (--store).",
    501: "It only reads, or this is the address of something else: check its path, and the kind of store (--store).",
    507: "There is no room left there.",
}
