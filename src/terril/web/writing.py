"""Writing: who may, and how a change is handed to the process that makes it."""

import asyncio
import contextlib
import hmac
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .limits import Limits
from .responses import Problem, Response
from .writer import Change


@dataclass
class Writing:
    """Leave to write: the folder of versions, the bearer token that gives it, the project whose shapes are the gate."""

    folder: str
    token: str
    home: str | None
    limits: Limits
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise `Problem` 401 unless a request brings the token (RFC 6750)."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            sentence = "Writing needs a bearer token: send it in the header Authorization."
            raise Problem(401, sentence, WWW_Authenticate='Bearer realm="terril"')
        if not hmac.compare_digest(given.strip().encode(), self.token.encode()):
            refusal = 'Bearer realm="terril", error="invalid_token"'
            raise Problem(401, "This is not the token that gives leave to write here.", WWW_Authenticate=refusal)

    async def make(self, change: Change) -> Response:
        """Have a change made, after those that were asked for before. Raises `Problem` with what kept it from it."""
        async with self._turn:
            try:
                told = await asyncio.wait_for(self._told(change), self.limits.writing)
            except TimeoutError:
                self._end()
                raise Problem(
                    503, f"This change took longer than {self.limits.writing:g} s and was given up."
                ) from None
            except BaseException:  # whoever asked is gone: what came of it must not answer the next one
                self._end()
                raise
        if told["status"] >= 400:
            raise Problem(told["status"], told["detail"])
        return Response(told["status"])

    async def _told(self, change: Change) -> dict[str, Any]:
        """What the process that writes tells of a change."""
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "terril.web.writer"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(change.as_text().encode() + b"\n")
            await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            code = await self._process.wait()
            raise Problem(500, f"The process that writes ended by itself (exit code {code}); nothing was changed.")
        found: dict[str, Any] = json.loads(line)
        return found

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
