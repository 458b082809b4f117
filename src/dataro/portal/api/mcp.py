"""``/mcp``: the tools of ``publish.tools`` over the Model Context Protocol (streamable HTTP).

The protocol itself, both its eras, is the reference implementation's; it is loaded when somebody
first asks, so that a portal starts without it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request, asgi
from litestar.types import Receive, Scope, Send

from dataro import __version__
from dataro.accounts.person import Person
from dataro.portal.api.calls import BURST, SECONDS
from dataro.portal.desk import Desk
from dataro.portal.guard import Bucket
from dataro.portal.origin import client_of, public_origin
from dataro.portal.replies import Maker
from dataro.portal.store import Store
from dataro.portal.used import used
from dataro.portal.who import person_of
from dataro.publish.tools import TOOLS, Caller, call
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

MOST_BYTES = 64_000


def mcp_routes(server: Mcp) -> list[Any]:
    """The handler of ``/mcp``."""

    @asgi("/mcp", is_mount=False, copy_scope=True)
    async def mcp(scope: Scope, receive: Receive, send: Send) -> None:
        await server.answer(scope, receive, send)

    return [mcp]


class Mcp:
    """The protocol's server, started at the first request and ended with the portal."""

    def __init__(self, store: Store, maker: Maker, desk: Desk) -> None:
        self._store, self._maker, self._desk = store, maker, desk
        self._bucket = Bucket(BURST, SECONDS)
        self._manager: StreamableHTTPSessionManager | None = None
        self._starting = asyncio.Lock()
        self._ending = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of the protocol."""
        async with self._starting:
            if self._manager is None:
                await self._start()
        assert self._manager is not None
        await self._manager.handle_request(scope, receive, send)  # type: ignore[arg-type]

    @asynccontextmanager
    async def living(self, _: Litestar) -> AsyncIterator[None]:
        """As long as the portal lives; ends what runs."""
        yield
        self._ending.set()
        if self._running is not None:
            await self._running

    async def _start(self) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        manager = StreamableHTTPSessionManager(
            await self._maker.run(self._server),
            json_response=True, stateless=True, max_request_body_size=MOST_BYTES,
        )  # fmt: skip
        ready = asyncio.Event()

        async def run() -> None:
            async with manager.run():
                ready.set()
                await self._ending.wait()

        self._running = asyncio.create_task(run())
        await ready.wait()
        self._manager = manager

    def _server(self) -> Any:
        import mcp_types as types
        from mcp.server.lowlevel.server import Server

        city = self._store.city
        listed = [
            types.Tool(
                name=one.name,
                title=one.title.en,
                description=f"{one.about.en} {one.about.ko}",
                input_schema=dict(one.schema),
                annotations=types.ToolAnnotations(
                    read_only_hint=True, idempotent_hint=True, open_world_hint=False
                ),
            )
            for one in TOOLS.values()
        ]

        async def list_tools(ctx: Any, params: Any) -> types.ListToolsResult:
            return types.ListToolsResult(tools=listed)

        async def call_tool(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
            failed, document = await self._called(ctx.request, params.name, params.arguments or {})
            text = json.dumps(document, ensure_ascii=False)
            return types.CallToolResult(
                content=[types.TextContent(type="text", text=text)],
                structured_content=dict(document),
                is_error=failed,
            )

        return Server(
            "dataro",
            version=__version__,
            title=f"{city.name.en} · Dataro",
            instructions=(
                "Open data and analyses of a city. Search first, describe before you query, and give "
                "every number with its version and source. Results marked with a caution are not "
                "real statistics."
            ),
            on_list_tools=list_tools,
            on_call_tool=call_tool,
        )

    async def _called(
        self, asked: Any, name: str, arguments: Mapping[str, Any]
    ) -> tuple[bool, Mapping[str, Any]]:
        """Whether a call failed, and what it gave: a document, or the sentence that says why."""
        request: Request[Any, Any, Any] = Request(asked.scope)
        if not self._bucket.take(client_of(request)):
            return True, both(
                "요청이 너무 잦습니다. 잠시 뒤 다시 시도해 주십시오.",
                "Too many requests. Please try again in a while.",
            ).as_dict()
        try:
            person, document = await self._maker.run(partial(self._work, request, name, arguments))
        except Problem as problem:
            return True, problem.text.as_dict()
        tool = TOOLS[name]
        if tool.entry:
            id = str(arguments[tool.entry])
            used(request, id, "call", door="mcp", format=name, person=person)
        return False, document

    def _work(
        self, request: Request[Any, Any, Any], name: str, arguments: Mapping[str, Any]
    ) -> tuple[Person | None, Mapping[str, Any]]:
        person = person_of(request, self._desk)
        caller = Caller(self._store.context, public_origin(request), person)
        return person, call(name, caller, arguments)
