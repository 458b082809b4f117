"""Replies kept as bytes: made once for each state of the data, in a small pool of threads."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread
from litestar import Request, Response
from litestar.datastructures import State

_Made = TypeVar("_Made")
PortalRequest = Request[object, object, State]

SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_SMALLEST_ZIPPED = 600
_ZIPPED_TYPES = (
    "text/", "application/json", "application/geo+json", "application/ld+json",
    "application/rdf+xml", "application/csvm+json", "image/svg+xml",
)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What is sent: status, bytes, their type; and the same bytes zipped where that helps."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    zipped: bytes | None = None
    etag: str = ""

    def packed(self) -> Reply:
        """With its digest and, where smaller, its zipped form."""
        zipped = None
        if len(self.body) >= _SMALLEST_ZIPPED and self.media_type.startswith(_ZIPPED_TYPES):
            zipped = gzip.compress(self.body, 6, mtime=0)
        etag = f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'
        return Reply(self.body, self.media_type, self.status, self.headers, zipped, etag)

    def weight(self) -> int:
        return len(self.body) + len(self.zipped or b"")


class Kept:
    """Replies by key, the longest unused dropped above ``most`` bytes. Safe between threads."""

    def __init__(self, most: int = 96_000_000) -> None:
        self._most, self._used = most, 0
        self._lock = threading.Lock()
        self._replies: OrderedDict[object, Reply] = OrderedDict()

    def get(self, key: object) -> Reply | None:
        with self._lock:
            found = self._replies.get(key)
            if found is not None:
                self._replies.move_to_end(key)
            return found

    def put(self, key: object, reply: Reply) -> None:
        if reply.weight() > self._most // 4:
            return
        with self._lock:
            before = self._replies.pop(key, None)
            self._used += reply.weight() - (before.weight() if before else 0)
            self._replies[key] = reply
            while self._used > self._most:
                _, dropped = self._replies.popitem(last=False)
                self._used -= dropped.weight()


class Maker:
    """Makes replies off the event loop and keeps them.

    Pages are made in as many threads as there are cores: a page may be an analysis that computes
    for seconds, and more of them at once would only take turns. What does not wait for pages
    (calls, forms, who somebody is) has ``threads`` of its own.
    """

    def __init__(self, threads: int = 4) -> None:
        self._threads, self._pages = threads, max(2, os.cpu_count() or 2)
        self._limiters: dict[int, anyio.CapacityLimiter] = {}
        self._kept = Kept()

    async def reply(self, key: object, make: Callable[[], Reply]) -> Reply:
        """The kept reply, or a new one; only good ones are kept."""
        found = self._kept.get(key)
        if found is not None:
            return found
        return await self._run(0, self._pages, partial(self._make, key, make))

    async def run(self, work: Callable[[], _Made]) -> _Made:
        """What ``work`` gives; nothing is kept."""
        return await self._run(1, self._threads, work)

    async def _run(self, room: int, most: int, work: Callable[[], _Made]) -> _Made:
        if room not in self._limiters:  # a limiter belongs to the loop that is running
            self._limiters[room] = anyio.CapacityLimiter(most)
        return await anyio.to_thread.run_sync(work, limiter=self._limiters[room])

    def _make(self, key: object, make: Callable[[], Reply]) -> Reply:
        # Whoever waited in the queue for the same page finds it made.
        found = self._kept.get(key)
        if found is not None:
            return found
        made = make().packed()
        if made.status == 200:
            self._kept.put(key, made)
        return made


def respond(request: PortalRequest, reply: Reply, cache: str = "no-cache") -> Response[bytes]:
    """The reply as this reader can take it: zipped, or not at all where they have it already."""
    headers = {
        **SECURITY_HEADERS,
        **reply.headers,
        "cache-control": cache,
        "vary": "accept-encoding",
    }
    if reply.etag:
        headers["etag"] = reply.etag
        known = request.headers.get("if-none-match", "")
        if reply.status == 200 and reply.etag in known:
            return Response(b"", status_code=304, headers=headers, media_type=reply.media_type)
    body = reply.body
    if reply.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = reply.zipped
        headers["content-encoding"] = "gzip"
    return Response(body, status_code=reply.status, headers=headers, media_type=reply.media_type)
