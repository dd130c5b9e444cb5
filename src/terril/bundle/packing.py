"""Files of texts that are packed by whoever makes them, each on its own, and joined as they are.

A packed text ends at a full byte and refers to nothing before it, so that texts that stand one behind the other are one
stream (RFC 1951), and a file of them is one member of gzip (RFC 1952), as every reader expects. The same texts, cut at
the same places, give the same bytes, whoever packs them.
"""

import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple

from zlib_ng.zlib_ng import DEFLATED, MAX_WBITS, Z_SYNC_FLUSH, compressobj, crc32, crc32_combine

_LEVEL: Final = 2
"""Of a dozen files, each a tenth to a fifth larger than at the level of single dumps, in a third of the time."""


class Text(NamedTuple):
    """A text as it stands in its file; `size` and `crc` are those of what it is unpacked."""

    content: bytes
    size: int
    crc: int = 0


def text_for(path: Path, text: bytes) -> Text:
    """A text as a file holds it: packed if the file's name says so."""
    if not _is_packed(path):
        return Text(text, len(text))
    packer = compressobj(_LEVEL, DEFLATED, -MAX_WBITS)
    return Text(packer.compress(text) + packer.flush(Z_SYNC_FLUSH), len(text), crc32(text))


def _is_packed(path: Path) -> bool:
    return path.suffix == ".gz"


class Archive(ExitStack):
    """A file that texts are written to, one behind the other, packed if its name says so."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._is_packed = path, _is_packed(path)
        self._size = self._crc = 0
        self._file: BinaryIO = self.enter_context(path.open("wb"))
        self._file.write(_HEAD if self._is_packed else b"")

    def write(self, text: bytes) -> None:
        """Write a text that is not packed yet."""
        if text:
            self.take(text_for(self._path, text))

    def take(self, text: Text) -> None:
        """Write a text as it stands."""
        self._file.write(text.content)
        self._crc = crc32_combine(self._crc, text.crc, text.size)
        self._size += text.size

    def extend(self, path: Path) -> None:
        """Write what another such file holds, which is finished."""
        with path.open("rb") as file:
            if not self._is_packed:
                shutil.copyfileobj(file, self._file)
                return
            crc, size = _numbers(file)
            left = file.seek(-_NUMBERS - len(_END), 2) - file.seek(len(_HEAD))
            while left:
                piece = file.read(min(left, _PIECE))
                self._file.write(piece)
                left -= len(piece)
        self._crc = crc32_combine(self._crc, crc, size)
        self._size += size

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._is_packed and not self._file.closed:
            numbers = self._crc, self._size % (1 << 32)
            self._file.write(_END + b"".join(number.to_bytes(4, "little") for number in numbers))
        return super().__exit__(kind, error, trace)


def unpacked_size(path: Path) -> int:
    """How many bytes a packed file holds, less than 4 GB."""
    with path.open("rb") as file:
        return _numbers(file)[1]


def _numbers(file: BinaryIO) -> tuple[int, int]:
    """The checksum and the size of what a file holds that is packed."""
    file.seek(-_NUMBERS, 2)
    return int.from_bytes(file.read(4), "little"), int.from_bytes(file.read(4), "little")


_HEAD: Final = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
"""What a packed file starts with: neither its name nor the time, nor the system that wrote it."""
_END: Final = b"\x03\x00"
"""The last block of a stream, which is empty."""
_NUMBERS: Final = 8
"""Bytes that tell the checksum and the size of what is packed."""
_PIECE: Final = 1 << 20
