"""Calls of the REST interface: who asks, how often, in which thread, and how errors are said."""

from __future__ import annotations

import ipaddress
import logging
import math
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Stream

from dataro.accounts.person import Person
from dataro.accounts.use.counter import Act, Door
from dataro.portal.desk import Desk
from dataro.portal.guard import Bucket
from dataro.portal.language import preferred
from dataro.portal.origin import client_of, public_origin
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.used import used
from dataro.portal.who import credentials_of, person_behind
from dataro.publish.forms.rest.grammar import pairs_of
from dataro.publish.forms.rest.problems import (
    MEDIA_TYPE,
    TooManyRequests,
    problem_document,
    problem_type,
)
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language

BURST, SECONDS = 300, 0.05
"""Requests that one reader may make at once, and seconds for each one more."""

MOST_STREAMS = 32
MOST_STREAMS_EACH = 8
"""Files under way at a time: in all, and for one reader."""

OPEN: Mapping[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, link, content-disposition, retry-after",
    "cross-origin-resource-policy": "cross-origin",
}
"""Data is for programs in pages of other sites too; cookies are not sent along from there."""
_ASKED_BEFORE: Mapping[str, str] = {
    **OPEN,
    "access-control-allow-headers": "authorization, if-none-match, accept-language, content-type",
    "access-control-max-age": "86400",
}
_SMALLEST_ZIPPED = 1_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as those who answer it see it."""

    pairs: list[tuple[str, str]]
    origin: str
    path: str
    language: Language
    person: Person | None
    known: str

    @property
    def address(self) -> str:
        """What was asked for, without its query."""
        return f"{self.origin}{self.path}"


Use = tuple[str, Act, str]
"""Entry, act and format to count."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: bytes, or pieces one after the other; None for a reader who has it already."""

    body: bytes | Iterator[bytes] | None
    media_type: str = "application/json"
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    kept: bool = False
    """Whether it never changes (a named version)."""
    parts: bool = False
    """Whether a part of the bytes may be asked for (a file)."""


Work = Callable[[Call], Given]


class Calls:
    """Answers requests in the threads of ``maker``; keeps count of who asks how often."""

    def __init__(self, desk: Desk, maker: Maker, door: Door = "rest") -> None:
        self._desk, self._maker, self._door = desk, maker, door
        self._bucket = Bucket(BURST, SECONDS)
        self._streams: Counter[str] = Counter()

    async def answer(
        self, request: PortalRequest, work: Work, methods: str = "GET, HEAD, OPTIONS"
    ) -> Response[bytes] | Stream:
        """What ``work`` gives, or the problem that it raises, with the headers of both."""
        if request.method == "OPTIONS":
            told = {"allow": methods, "access-control-allow-methods": methods}
            return Response(b"", status_code=204, headers={**_ASKED_BEFORE, **told})
        try:
            return await self.give(request, work)
        except Exception as error:
            return problem_response(request, error)

    async def give(self, request: PortalRequest, work: Work) -> Response[bytes] | Stream:
        """What ``work`` gives. Raises what it raises, for a door that says errors its own way."""
        client = client_of(request)
        self._admit(client)
        call, given = await self._maker.run(partial(self._work, request, work))
        return self._reply(request, call, given, client)

    def _work(self, request: PortalRequest, work: Work) -> tuple[Call, Given]:
        call = Call(
            pairs_of(request.scope["query_string"]),
            public_origin(request),
            request.scope["path"],
            language_of_call(request),
            person_behind(credentials_of(request), self._desk),
            request.headers.get("if-none-match", ""),
        )
        return call, work(call)

    def _admit(self, client: str) -> None:
        if not _is_here(client) and not self._bucket.take(client):
            raise TooManyRequests(math.ceil(10 * SECONDS))

    def _reply(
        self, request: PortalRequest, call: Call, given: Given, client: str
    ) -> Response[bytes] | Stream:
        headers = {**SECURITY_HEADERS, **OPEN, **given.headers, "vary": _VARY}
        whose = "private" if call.person else "public"
        headers["cache-control"] = f"{whose}, {'max-age=3600' if given.kept else 'no-cache'}"
        if given.etag:
            headers["etag"] = given.etag
        if given.body is None:
            return Response(b"", status_code=304, headers=headers, media_type=given.media_type)
        for entry, act, form in given.uses:
            used(request, entry, act, door=self._door, format=form, person=call.person)
        if isinstance(given.body, bytes):
            body = given.body
            part = _part(request.headers.get("range", ""), len(body)) if given.parts else None
            if given.parts:
                headers["accept-ranges"] = "bytes"
            if part is not None:
                first, last = part
                headers["content-range"] = f"bytes {first}-{last}/{len(body)}"
                piece = body[first : last + 1]
                return Response(
                    piece, status_code=206, headers=headers, media_type=given.media_type
                )
            text = given.media_type.startswith("text/") or "json" in given.media_type
            zips = text and "gzip" in request.headers.get("accept-encoding", "")
            if zips and len(body) > _SMALLEST_ZIPPED:
                body = _zipped(body)
                headers["content-encoding"] = "gzip"
            return Response(body, headers=headers, media_type=given.media_type)
        who = f"person {call.person.id}" if call.person else client
        many = not _is_here(who) and self._streams[who] >= MOST_STREAMS_EACH
        if many or self._streams.total() >= MOST_STREAMS:
            raise TooManyRequests(10)
        pieces = self._pieces(given.body, who)
        return Stream(pieces, headers=headers, media_type=given.media_type)

    async def _pieces(self, body: Iterator[bytes], who: str) -> AsyncIterator[bytes]:
        """Each piece is made in a thread, once the one before it has been taken."""
        self._streams[who] += 1
        try:
            while (piece := await self._maker.run(partial(next, body, None))) is not None:
                yield piece
        finally:
            self._streams[who] -= 1
            close = getattr(body, "close", None)
            if close is not None:
                close()


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range (RFC 9110, section 14); None for all others, which
    are answered with the whole."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", asked.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return (first, last) if first <= last else None


_VARY = "accept-encoding, accept-language, authorization, cookie"


def problem_response(request: PortalRequest, error: Exception) -> Response[bytes]:
    """An error as ``application/problem+json``, in the reader's language."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind = problem_type(error, status)
    if kind.status >= 500 and not isinstance(error, Problem):
        _log.exception("call failed: %s", request.url.path, exc_info=error)
    language = language_of_call(request)
    document = problem_document(error, language, request.url.path, status)
    headers = {
        **SECURITY_HEADERS, **OPEN, "cache-control": "no-store", "content-language": language,
        "vary": _VARY,
    }  # fmt: skip
    if kind.status == 401:
        headers["www-authenticate"] = 'Bearer realm="dataro"'
    if kind.status == 405:
        headers["allow"] = "GET, HEAD, OPTIONS"
    if kind.status == 413:  # the rest of the body was not read, so nothing can follow it
        headers["connection"] = "close"
    if isinstance(error, TooManyRequests):
        headers["retry-after"] = str(error.seconds)
    body = msgspec.json.encode(document)
    return Response(body, status_code=kind.status, headers=headers, media_type=MEDIA_TYPE)


def language_of_call(request: PortalRequest) -> Language:
    """``lang=`` in the address, else the better accepted."""
    query = request.scope["query_string"]
    if b"lang=en" in query:
        return "en"
    if b"lang=ko" in query:
        return "ko"
    return preferred(request.headers.get("accept-language"))


def _is_here(client: str) -> bool:
    """Programs of this very machine are not held up."""
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False


def _zipped(body: bytes) -> bytes:
    # The lightest level: three quarters of the saving for a quarter of the time.
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    return squeeze.compress(body) + squeeze.flush()
