"""Addresses of the pages of quality and standards, and of the file that is checked."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import anyio
import anyio.to_thread
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.status_codes import HTTP_200_OK

from dataro.accounts.records import Records
from dataro.portal import quality_pages, quality_store
from dataro.portal.kept_reports import SECONDS as KEPT_SECONDS
from dataro.portal.kept_reports import KeptReports
from dataro.portal.language import known_language
from dataro.portal.pages import Visit
from dataro.portal.quality_words import say
from dataro.portal.replies import SECURITY_HEADERS, PortalRequest
from dataro.portal.store import Store
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.quality.apart import NotJudged, Report, judge_apart
from dataro.vocabulary.text import Language, Text, both

Show = Callable[[PortalRequest, str, Callable[[Visit], str]], Awaitable[Response[bytes]]]

MOST_MEGABYTES = 30
AT_ONCE = 2
"""So many files are judged at a time, and as many wait; whoever comes then is asked to come back."""
_HTML = "text/html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def quality_routes(store: Store, show: Show, records: Records) -> list[Any]:
    """Handlers; ``show`` answers with a page that is kept for as long as the data stays."""
    return [*_page_routes(store, show, records), *_check_routes(store, KeptReports())]


def _page_routes(store: Store, show: Show, records: Records) -> list[Any]:
    @get("/{lang:str}/quality")
    async def quality(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda v: quality_pages.quality_page(store, records, v))

    @get("/{lang:str}/standards")
    async def standards(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda v: quality_pages.standards_page(store, v))

    @get("/{lang:str}/standards/{name:str}")
    async def term(request: PortalRequest, lang: str, name: str) -> Response[bytes]:
        return await show(request, lang, lambda v: quality_pages.term_page(store, v, name))

    @get("/{lang:str}/check")
    async def check(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(
            request, lang, lambda v: quality_pages.check_page(store, v, MOST_MEGABYTES)
        )

    return [quality, standards, term, check]


def _check_routes(store: Store, kept: KeptReports) -> list[Any]:
    places = _Places()

    @post(
        "/{lang:str}/check",
        status_code=HTTP_200_OK,
        request_max_body_size=(MOST_MEGABYTES + 1) * 2**20,
    )
    async def judge(request: PortalRequest, lang: str) -> Response[bytes]:
        language = known_language(lang)
        visit = Visit(language, "/check", {})

        async def told(status: int, key: str | Text) -> Response[bytes]:
            text = key if isinstance(key, Text) else _both(key)
            make = partial(quality_pages.check_page, store, visit, MOST_MEGABYTES, problem=text)
            return _page(await anyio.to_thread.run_sync(make), status)

        form = await request.form()
        given = form.get("file")
        if not isinstance(given, UploadFile) or not given.filename:
            return await told(400, "no_file")
        name, content = _plain_name(given.filename), await given.read()
        if len(content) > MOST_MEGABYTES * 2**20:
            return await told(413, "too_large")
        if not content:
            return await told(400, "no_file")
        if not places.take():
            return await told(503, "busy")
        try:
            work = partial(_judge, store, name, content, language, form.get("rules") == "assessor")
            report = await anyio.to_thread.run_sync(work, limiter=places.limiter())
        except NotJudged as problem:
            return await told(422, problem.text)
        finally:
            places.leave()
        token = kept.keep(report, name)
        make = partial(
            quality_pages.checked_page, store, visit, MOST_MEGABYTES, report, name, token,
            KEPT_SECONDS // 60,
        )  # fmt: skip
        return _page(await anyio.to_thread.run_sync(make))

    @get("/{lang:str}/check/{token:str}/{kind:str}", sync_to_thread=False)
    def report_file(lang: str, token: str, kind: str) -> Response[bytes]:
        known_language(lang)
        held = kept.get(token)
        if held is None or kind not in ("report.html", "report.xlsx"):
            raise NotThere(_both("gone"))
        report, name = held
        is_page = kind == "report.html"
        body = report.page.encode() if is_page else report.workbook
        stem = quote(f"{PurePosixPath(name).stem}.{'html' if is_page else 'xlsx'}")
        headers = {
            **SECURITY_HEADERS, "cache-control": "no-store",
            "content-disposition": f"attachment; filename*=UTF-8''{stem}",
        }  # fmt: skip
        return Response(body, headers=headers, media_type=_HTML if is_page else _XLSX)

    return [judge, report_file]


class _Places:
    """Who may be judged now, who may wait."""

    def __init__(self) -> None:
        self._here = 0
        self._limiter: anyio.CapacityLimiter | None = None

    def take(self) -> bool:
        """A place, if one is left. Called on the event loop alone."""
        if self._here >= 2 * AT_ONCE:
            return False
        self._here += 1
        return True

    def leave(self) -> None:
        self._here -= 1

    def limiter(self) -> anyio.CapacityLimiter:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        return self._limiter


def _judge(store: Store, name: str, content: bytes, language: Language, assessor: bool) -> Report:
    """Judge a file that lies on the disk for as long as it takes, and no longer."""
    with tempfile.TemporaryDirectory(prefix="check") as made:
        inside, out = Path(made) / "in", Path(made) / "out"
        inside.mkdir()
        out.mkdir()
        file = inside / name
        file.write_bytes(content)
        return judge_apart(
            file, out, language, assessor=assessor, bounds=store.city.bounds,
            workspace=quality_store.folder(store.context),
        )  # fmt: skip


def _plain_name(given: str) -> str:
    """The last part of a file's name, without what a file system or a page could stumble over."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    path = PurePosixPath(kept or "file")
    return f"{path.stem[:60]}{path.suffix[:12]}"


def _both(key: str) -> Text:
    return both(say("ko", key, most=MOST_MEGABYTES), say("en", key, most=MOST_MEGABYTES))


def _page(body: str, status: int = 200) -> Response[bytes]:
    headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
    return Response(body.encode(), status_code=status, headers=headers, media_type=_HTML)
