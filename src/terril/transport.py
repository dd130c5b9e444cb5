"""HTTP as a careful client speaks it: one limit of time for the whole, bounds on what is read, secrets kept at home.

Redirections follow RFC 9110 section 15.4, except that a query stays a query: only 303 turns a POST into a GET.
"""

import base64
import random
import re
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import IO, Any, Final, TypeVar
from urllib import request as urllib_request
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

from .errors import EndpointFailed

T = TypeVar("T")

MAX_BYTES: Final = 256 * 2**20
"""Longest answer that is read, in bytes after unpacking."""
MAX_REDIRECTS: Final = 5

_CHUNK: Final = 2**16
_FIRST_PAUSE: Final = 0.25  # seconds
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_SECRET: Final = 6
"""A word of a header that is shorter is no secret, and may well occur in a message."""
_PORTS: Final = {"http": 80, "https": 443}


class Passing(EndpointFailed):
    """A failure that may be over in a moment, or after `wait` seconds if the server says so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class TooLarge(OSError):
    """An answer is larger than what is read."""


# Time


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do work, and stop waiting for it after that many seconds, whatever it hangs on. Raises `TimeoutError`."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # whatever it is, it belongs to who waits
            outcome.set_exception(error)

    # A thread that is given up must not keep the program from ending, as those of a ThreadPoolExecutor would.
    threading.Thread(target=run, daemon=True).start()
    return outcome.result(timeout=max(0.0, seconds))


def patiently(attempt: Callable[[], T], deadline: float, retries: int) -> T:
    """Try again, at most `retries` times and until the deadline, what fails for a reason that may pass.

    The pauses double and vary at random, so that many clients do not come back at once; a server that says how long to
    wait is taken at its word. Raises `TimeoutError`, and the last `Passing` failure.
    """
    for number in range(retries + 1):
        try:
            return within(deadline - time.monotonic(), attempt)
        except Passing as error:
            pause = pause_after(number, error)
            if number == retries or time.monotonic() + pause >= deadline:
                raise
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def pause_after(number: int, error: Passing) -> float:
    """Seconds to wait after a failed attempt, the first of which has the number 0."""
    pause = _FIRST_PAUSE * 2**number if error.wait is None else error.wait
    return pause * random.uniform(1.0, 1.25)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110 section 10.2.3); None for what is neither.

    >>> seconds_to_wait("120"), seconds_to_wait("soon")
    (120.0, None)
    """
    if retry_after is None:
        return None
    if re.fullmatch(r" *[0-9]{1,9} *", retry_after):
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


# Secrets


def origin(url: str) -> tuple[str, str, int]:
    """The scheme, host and port of an address: who gets what is sent there. Raises `ValueError`.

    >>> origin("HTTPS://Example.org/sparql")
    ('https', 'example.org', 443)
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


@dataclass(frozen=True)
class Access:
    """What shows an endpoint who asks: headers, a user with a password, or a bearer token.

    `waits` until it is challenged, which some servers want that take nothing but Digest.
    """

    headers: Mapping[str, str]
    user: str | None = None
    password: str | None = None
    token: str | None = None
    waits: bool = False

    def shown(self) -> dict[str, str]:
        """The headers that are sent to the endpoint, and to nobody else."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}", **self.headers}
        if self.user is not None:
            return {"Authorization": f"Basic {self._pair()}", **self.headers}
        return dict(self.headers)

    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password or ''}".encode(errors="surrogateescape")).decode()

    def hidden(self, text: str) -> str:
        """The text without any secret: a server may repeat in its answer what it was sent."""
        parts = {part for value in self.headers.values() for part in value.split() if len(part) >= _SECRET}
        secrets = parts | {self.password or "", self.token or "", self._pair() if self.user else ""}
        for secret in sorted(secrets - {""}, key=len, reverse=True):
            text = text.replace(secret, "[…]")
        return text


class _Digest(urllib_request.HTTPDigestAuthHandler):
    """Answers a Digest challenge (RFC 7616), once, and only of the endpoint that the password is meant for."""

    def __init__(self, access: Access, url: str) -> None:
        passwords = urllib_request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, urljoin(url, "/"), access.user or "", access.password or "")
        super().__init__(passwords)
        self.home, self.is_answered = origin(url), False

    def http_error_401(
        self, req: urllib_request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Any:
        challenge = str(headers.get("WWW-Authenticate", ""))
        if self.is_answered or origin(req.full_url) != self.home or not challenge.lower().startswith("digest "):
            return None
        self.is_answered = True
        return super().http_error_401(req, fp, code, msg, headers)


# One exchange


def send(
    request: urllib_request.Request, access: Access, deadline: float, *, most: int = MAX_BYTES, follow: bool = True
) -> "Body":
    """Send a request to an endpoint, and on to where it redirects, unless `follow` is false; secrets go to no other
    origin. At most `most` bytes of the answer are read.

    Raises `HTTPError` for a refusal, and `URLError`, `HTTPException`, `OSError` or `ValueError` for no answer.
    """
    home = request.full_url
    for _ in range(MAX_REDIRECTS + 1):
        if origin(request.full_url) == origin(home) and not access.waits:
            for name, value in access.shown().items():
                request.add_unredirected_header(name, value)
        try:
            seconds = max(0.01, deadline - time.monotonic())
            return Body(_opener(access, home).open(request, timeout=seconds), deadline, most)
        except HTTPError as refusal:
            if not follow or refusal.code not in _REDIRECTS or not refusal.headers.get("Location"):
                raise
            request = _redirected(request, refusal)
    raise URLError(f"it redirects more than {MAX_REDIRECTS} times")


def _opener(access: Access, home: str) -> urllib_request.OpenerDirector:
    """What opens addresses of HTTP and no others, through the proxies of the environment."""
    opener = urllib_request.OpenerDirector()
    handlers = [
        urllib_request.ProxyHandler(),
        _Plain(),
        _Encrypted(),
        urllib_request.HTTPDefaultErrorHandler(),
        urllib_request.HTTPErrorProcessor(),
    ]
    for handler in handlers if access.user is None else (*handlers, _Digest(access, home)):
        opener.add_handler(handler)
    return opener


class _Hearing(HTTPConnection):
    """A connection that hears what a server says which takes no more of a body: it often says why, and hangs up."""

    def request(self, *parts: Any, **options: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            super().request(*parts, **options)


class _HearingEncrypted(_Hearing, HTTPSConnection):
    pass


class _Plain(urllib_request.HTTPHandler):
    def http_open(self, req: urllib_request.Request) -> HTTPResponse:
        return self.do_open(_Hearing, req)


class _Encrypted(urllib_request.HTTPSHandler):
    def https_open(self, req: urllib_request.Request) -> HTTPResponse:
        return self.do_open(_HearingEncrypted, req)


def _redirected(request: urllib_request.Request, refusal: HTTPError) -> urllib_request.Request:
    target = urljoin(request.full_url, refusal.headers["Location"])
    refusal.close()
    scheme, host, _ = origin(target)
    if scheme not in _PORTS or (request.type, scheme) == ("https", "http"):
        raise URLError(f"it redirects to {scheme}://{host}, which is not followed")
    data = None if refusal.code == 303 else request.data
    headers = {name: value for name, value in request.headers.items() if data or name != "Content-type"}
    return urllib_request.Request(target, data, headers)


class Body:
    """What a server answers, to be read once like a file: unpacked, bounded in size, and until a deadline."""

    def __init__(self, response: "HTTPResponse | HTTPError", deadline: float, most: int = MAX_BYTES) -> None:
        self.headers, self.status = response.headers, int(response.status or 0)
        self.end = b""
        self._response: Any = response
        self._deadline, self._left = deadline, most
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise HTTPException(f"its answer is packed as {coding}, which was not asked for")
        self._unpacker = None if coding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)

    def read(self, size: int = _CHUNK) -> bytes:
        """Read on, at most `size` bytes; none at the end.

        Raises `TimeoutError`, `TooLarge`, `IncompleteRead` for a connection that was cut, and what else sockets raise.
        """
        piece = self._unpacked(size) if self._unpacker else self._packed(size)
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge
        self.end = (self.end + piece)[-120:]
        return piece

    def _unpacked(self, size: int) -> bytes:
        assert self._unpacker is not None
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._packed(_CHUNK)
            try:
                piece = self._unpacker.decompress(packed, size)
            except zlib.error as error:
                raise HTTPException("its answer is said to be gzip, and is not") from error
            if piece:
                return piece
            if not packed:
                raise IncompleteRead(b"")
        return b""

    def _packed(self, size: int) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError
        piece: bytes = self._response.read1(size)
        if not piece and self._response.length:  # of what it announced
            raise IncompleteRead(b"", self._response.length)
        return piece

    def close(self) -> None:
        """Read no more."""
        self._response.close()

    def words(self, most: int) -> bytes:
        """Up to `most` bytes of what it says, as far as it comes."""
        said = b""
        try:
            while len(said) < most and (piece := self.read(most - len(said))):
                said += piece
        except (HTTPException, OSError):
            return said
        return said
