"""Several graphs in one body: `multipart/form-data`, as a form of a page sends files (RFC 7578)."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from .responses import Problem

MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True)
class Part:
    """What is sent as one file: its media type, in lower case and without parameters, and its bytes."""

    media_type: str
    content: bytes


def media_type_of(header: str) -> str:
    """The media type that a Content-Type header names, without its parameters."""
    return header.partition(";")[0].strip().lower()


async def parts_of(header: str, body: bytes) -> list[Part]:
    """The files of a body; fields that hold no file mean nothing to a graph store. Raises `Problem` 400."""
    try:
        form = await MultiPartParser(Headers({"content-type": header}), _once(body)).parse()
    except KeyError:
        raise Problem(400, f"This is no {MULTIPART}: its Content-Type names no boundary.") from None
    except (MultiPartException, ValueError) as error:  # what the parser says itself is a ValueError
        reason = getattr(error, "message", str(error))
        raise Problem(400, f"This is no {MULTIPART}: {reason.rstrip('.')}.") from None
    try:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
        parts = [Part(media_type_of(file.content_type or ""), await file.read()) for file in files]
    finally:
        await form.close()
    if not parts:
        raise Problem(400, f"There is no file in this {MULTIPART}.")
    return parts


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
