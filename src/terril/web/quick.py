"""The quick way: requests whose answer is at hand, or takes but a look-up, are answered as they come in.

Such a request is a plain GET of a query, whole and alone in what arrived. A query that is one pattern streams its rows,
so it can be given up at any time, and need not be watched from outside. Whatever is not so plain takes the usual way,
which answers in the same words; nothing is answered here that would be answered otherwise there.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ..errors import BadGraph, BadQuery, Outrun
from .cache import Cache
from .current import Current, Dataset
from .evaluation import ROWS, Bounds, Content, chosen, content, few_rows
from .exchange import OPEN, of_content
from .lookups import Lookup, as_json, lookup
from .protocol import Operation, operation
from .responses import Problem, Response

_TYPES: Final = tuple(ROWS)
_JSON: Final = _TYPES[0]
_LARGEST: Final = 1 << 20
"""Bytes of an answer that is given at once."""
_TARGET: Final = re.compile(rb"GET /sparql\?([!-~]+) HTTP/1\.1")
_HEADER: Final = re.compile(rb"([A-Za-z-]+): ?([ -~]*)")
_OTHERWISE: Final = frozenset({"content-length", "expect", "transfer-encoding", "upgrade"})
_PATIENCE: Final = 0.05
"""Seconds that everybody may be kept waiting for one look-up."""


@dataclass
class Quick:
    """Answers what can be answered at once; the cache is that of the usual way."""

    current: Current
    cache: Cache[Content]
    size: int
    _known: Cache[bytes] = field(default_factory=lambda: Cache[bytes](16 << 20), init=False)

    def answer(self, request: bytes, date: bytes) -> bytes | None:
        """The whole response to the bytes of a request, with the header `date`; None if it takes the usual way."""
        try:
            dataset = self.current.dataset()
            key = (dataset.version, request)
            response = self._known.get(key)
            if response is None:
                response = self._found(request, dataset)
                if response is None:
                    return None
                self._known.put(key, response, len(response) + len(request) + 200)
        except (BadGraph, BadQuery, Outrun, Problem):  # it is said in the usual way
            return None
        status, _, rest = response.partition(b"\r\n")
        return b"%b\r\n%b\r\n%b" % (status, date, rest)

    def _found(self, request: bytes, dataset: Dataset) -> bytes | None:
        read = _read(request)
        if read is None:
            return None
        asked, headers = read
        key = (dataset.version, asked, headers.get("accept"))
        found = self.cache.get(key)
        if found is None:
            one = None if asked.default_graphs or asked.named_graphs else lookup(asked.text)
            if one is None:
                return None
            found = self._looked_up(one, asked.text, headers.get("accept"), dataset)
        return _bytes(of_content(found, headers))

    def _looked_up(self, one: Lookup, text: str, accept: str | None, dataset: Dataset) -> Content:
        bounds = Bounds(time.monotonic() + _PATIENCE, min(self.size, _LARGEST))
        if chosen(accept, _TYPES) == _JSON and not dataset.union:
            body = as_json(one, dataset.store, bounds.deadline, bounds.size)
            if body is not None:
                return content(_JSON, body)
        return few_rows(text, accept, dataset, bounds)


def _read(request: bytes) -> tuple[Operation, Mapping[str, str]] | None:
    """The query and the headers of a request; None unless it is as plain as can be."""
    first, _, block = request[:-4].partition(b"\r\n")
    target = _TARGET.fullmatch(first)
    headers = _headers(block) if target else None
    if target is None or headers is None:
        return None
    asked = operation("GET", target[1], None, b"")
    return None if asked is None else (asked, headers)


@lru_cache(256)
def _headers(block: bytes) -> Mapping[str, str] | None:
    """The headers of a request by name in lower case; a client sends the same ones again and again."""
    headers: dict[str, str] = {}
    for line in block.split(b"\r\n"):
        header = _HEADER.fullmatch(line)
        name = header[1].decode().lower() if header else ""
        if header is None or name in headers or name in _OTHERWISE:
            return None
        headers[name] = header[2].decode().strip()
    return headers if headers.get("connection", "keep-alive").lower() == "keep-alive" else None


def _bytes(response: Response) -> bytes:
    length = "" if response.status == 304 else f"content-length: {len(response.body)}\r\n"
    phrase = "OK" if response.status == 200 else "Not Modified"
    told = "".join([f"{name}: {value}\r\n" for name, value in response.headers.items()])
    return f"HTTP/1.1 {response.status} {phrase}\r\n{_OPEN}{told}{length}\r\n".encode("latin-1") + response.body


_OPEN: Final = "".join(f"{name}: {value}\r\n" for name, value in OPEN.items())
