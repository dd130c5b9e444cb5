"""A real client of the Model Context Protocol, in a thread of its own, for tests that are not asynchronous."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conftest import ROOT, require

COMMAND = (sys.executable, "-m", "terril", "mcp")


class Assistant:
    """What an assistant does with a server: it lists the tools, and calls them."""

    def __init__(self, portal: Any, client: Any) -> None:
        self._portal = portal
        self.client = client

    def tools(self) -> dict[str, Any]:
        return {tool.name: tool for tool in self._portal.call(self.client.list_tools).tools}

    def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """The result of a call; the client checks its values by the schema that the server gave."""
        return self._portal.call(self.client.call_tool, name, arguments)


@contextmanager
def assistant(server: Any) -> Iterator[Assistant]:
    from anyio.from_thread import start_blocking_portal
    from mcp import Client

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, read_timeout_seconds=60)) as client,
    ):
        yield Assistant(portal, client)


@contextmanager
def over_stdio(*options: str) -> Iterator[Assistant]:
    require("mcp", importlib.util.find_spec("mcp") is not None)
    from mcp import StdioServerParameters, stdio_client

    command, *arguments = (*COMMAND, *options)
    started = StdioServerParameters(command=command, args=arguments, cwd=ROOT, env=dict(os.environ))
    with assistant(stdio_client(started)) as client:
        yield client


@contextmanager
def over_http(*options: str) -> Iterator[str]:
    """The address of a server at a free port."""
    require("mcp", importlib.util.find_spec("mcp") is not None)
    command = [*COMMAND, "--http", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = next(line for line in server.stderr if "http://" in line)
            yield re.search(r"http://\S+", line)[0]
        finally:
            server.terminate()
