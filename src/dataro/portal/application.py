"""The application itself: what is true of every address, before anybody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from litestar import Litestar
from litestar.enums import ScopeType

if TYPE_CHECKING:
    from litestar.types import (
        HTTPScope,
        LifeSpanReceive,
        LifeSpanScope,
        LifeSpanSend,
        Message,
        Receive,
        Scope,
        Send,
    )


class Portal(Litestar):
    """Litestar, but whatever can be read can be asked for by HEAD (RFC 9110, section 9.3.2): the
    same status and headers as with GET, and no body."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        if scope["type"] == ScopeType.HTTP and scope.get("method") == "HEAD":
            await self._without_body(scope, receive, send)  # type: ignore[arg-type]
        else:
            await super().__call__(scope, receive, send)

    async def _without_body(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        asked: HTTPScope = {**scope, "method": "GET"}
        with anyio.CancelScope() as work:

            async def without_body(message: Message) -> None:
                if message["type"] != "http.response.body":
                    await send(message)
                    return
                going_on = message["more_body"]
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                if going_on:
                    work.cancel()  # a long answer is not made for nobody

            await super().__call__(asked, receive, without_body)
