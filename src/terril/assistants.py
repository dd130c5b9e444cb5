"""Assistants: programs with a language model, which use the tools over the Model Context Protocol (MCP).

The server is thin: it passes what it is asked to workers with limits, over standard input and output, or over HTTP on
this machine only. The protocol is that of the official SDK.
"""

import pickle
import socket
import sys
from contextlib import closing
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from . import tools
from .errors import BadValue, NotInstalled, TerrilError
from .home import Home
from .replies import Reply
from .store import Where, connect
from .tools import TOOLS, Place, Tool
from .workers import Limits, Workers

if TYPE_CHECKING:
    from mcp import types
    from mcp.server import Server, ServerRequestContext

HOST: Final = "127.0.0.1"
INSTRUCTIONS: Final = """\
Terril is a knowledge graph of a region's innovation ecosystem, made from documents: its clusters, strategic strands,
strategies, programmes, organisations, people, places and figures. Every fact has the passage that states it, every
inferred fact its rule.

Begin with `questions` and `ask`; `find` gives things by name, `describe` tells all about one, `path` how two are
connected; `query` takes SPARQL, for which `schema` gives the terms; `explain` proves an answer in full. Cite the
evidence that comes with each answer: document, characters and gist. A reading is what a careful reader concludes, and a
statement is what its speaker says: tell both from what a document says itself. When the graph does not say something,
say that the documents do not say it, and invent nothing."""


def mcp(
    *,
    http: bool = False,
    port: int = 8787,
    seconds: float = 20.0,
    memory: int = 2048,
    at: Where = None,
    home: Home | str | Path | None = None,
) -> None:
    """Serve the verbs as tools to assistants, over the Model Context Protocol.

    By default a client starts this command and speaks over standard input and output; with `http` it listens on this
    machine at `port` (0: any that is free), at the path /mcp. One answer may take so many `seconds`, and a process that
    answers so many MB of `memory`. Returns when the client leaves. Raises `NotInstalled` without the extra, `BadValue`
    if the port cannot be had or a limit is none, and what `connect` raises.
    """
    _check_installed()
    _check_limit("seconds", seconds, 86_400)
    _check_limit("memory", memory, 1 << 24)
    place = Place(at, home)
    _check_place(place)
    limits = Limits(seconds, memory << 20)
    serve = partial(_over_http, _listener(port)) if http else _over_stdio
    import_module("anyio").run(serve, place, limits)


def _check_installed() -> None:
    try:
        import_module("mcp")
    except ModuleNotFoundError:
        raise NotInstalled("mcp is not installed. Install it with `pip install 'terril[mcp]'`.") from None


def _check_limit(name: str, value: float, most: int) -> None:
    if not 0 < value <= most:
        raise BadValue(f"{name}: {value:g} is not above 0 and at most {most:,}. Choose another, or leave it out.")


def _check_place(place: Place) -> None:
    """Say before there is a client that there is no graph, or none that other processes can open too."""
    connect(place.at, home=place.home)
    try:
        pickle.dumps(place)
    except (TypeError, pickle.PicklingError):
        raise BadValue("at: a graph in memory cannot be served. Save it to a file, and name that.") from None


# The server


def server(workers: Workers, place: Place) -> "Server[Any]":
    """A server of the protocol that has the tools done by workers."""
    from anyio.to_thread import run_sync
    from mcp import types
    from mcp.server import Server

    from . import __version__

    async def list_tools(
        context: "ServerRequestContext[Any]", page: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS.values()])

    async def call_tool(
        context: "ServerRequestContext[Any]", request: types.CallToolRequestParams
    ) -> types.CallToolResult:
        work = partial(_reply, workers, request.name, request.arguments or {}, place)
        reply = await run_sync(work, abandon_on_cancel=True)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=reply.text)],
            structured_content=None if reply.content is None else dict(reply.content),
            is_error=reply.content is None,
        )

    return Server(
        "terril",
        title="Terril",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _reply(workers: Workers, name: str, arguments: dict[str, Any], place: Place) -> Reply:
    try:
        reply: Reply = workers.call(name, arguments, place)
    except TerrilError as error:
        return Reply(str(error))
    return reply


def _listed(tool: Tool) -> "types.Tool":
    from mcp import types

    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.arguments),
        output_schema=dict(tool.values),
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


# Transports


async def _over_stdio(place: Place, limits: Limits) -> None:
    from mcp.server.stdio import stdio_server

    # Workers start after the SDK has taken the line to the client away from what other processes inherit.
    async with stdio_server() as (incoming, outgoing):
        with Workers(tools.call, limits=limits) as workers:
            ours = server(workers, place)
            await ours.run(incoming, outgoing, ours.create_initialization_options())


async def _over_http(listener: socket.socket, place: Place, limits: Limits) -> None:
    import uvicorn

    with closing(listener), Workers(tools.call, limits=limits) as workers:
        # Its DNS rebinding protection keeps web pages out that a browser on this machine shows.
        app = server(workers, place).streamable_http_app(host=HOST, stateless_http=True, json_response=True)
        print(f"Listening at http://{HOST}:{listener.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
        await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[listener])


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise BadValue(f"port: {port} cannot be had: {reason}. Choose another, or 0 for any that is free.") from None
    return listener
