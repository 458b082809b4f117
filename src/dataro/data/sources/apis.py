"""Fetches an open API page by page and keeps the pages as they came."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx

from dataro.data.sources.conventions import Page, PassingFault, host, judge, request, the_key
from dataro.vocabulary.dataset import Api
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

MANIFEST = "manifest.json"
MOST_BYTES = 1 << 26
"""The largest answer that is taken (64 MB)."""

MOST_PAGES = 100_000
TRIES = 5
LONGEST_WAIT = 60.0
TIMEOUT = 30.0

Told = Callable[[Text], None]


@dataclass
class Manifest:
    """What has been fetched into a folder: the request (without the key) and the pages kept."""

    url: str
    parameters: dict[str, Any]
    page_size: int
    fetched_at: str = ""
    total: int | None = None
    complete: bool = False
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def same_request(self, other: Manifest) -> bool:
        """Whether pages of ``other`` can be used."""
        return (self.url, self.parameters, self.page_size) == (
            other.url,
            other.parameters,
            other.page_size,
        )


def fetch(api: Api, folder: Path, *, report: Told | None = None, wait: float = 1.0) -> list[Path]:
    """Fetch all pages of ``api`` into ``folder`` and return them in order, for ``read``.

    Pages already there (and whole, by their digest) are not fetched again, so an interrupted
    fetch goes on where it stopped; a folder that is complete is returned as it is, so a newer
    edition goes into another folder. Server errors, time-outs and “too many requests” are tried
    again after ``wait``, 2 × ``wait``, … seconds. The key is read from the environment and stands
    in no file, log or message. Raises ``Problem`` where the provider refuses, cannot be reached,
    or gave fewer or more records than it counted.
    """
    key = the_key(api)
    if not api.url.lower().startswith(("https://", "http://")):
        raise Problem(
            both(
                f"API 주소 “{host(api)}”은(는) http:// 또는 https://로 시작해야 합니다.",
                f"The address “{host(api)}” must begin with http:// or https://.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(api, folder)
    if not manifest.complete:
        with _without_addresses_in_logs(), httpx.Client(timeout=TIMEOUT) as client:
            _fetch_pages(_Caller(api, key, client, wait), folder, manifest, report)
    return [folder / page["file"] for _, page in _in_order(manifest)]


def _in_order(manifest: Manifest) -> list[tuple[str, dict[str, Any]]]:
    return sorted(manifest.pages.items(), key=lambda item: int(item[0]))


def _fetch_pages(caller: _Caller, folder: Path, manifest: Manifest, report: Told | None) -> None:
    api = caller.api
    for number in range(1, MOST_PAGES + 1):
        if str(number) not in manifest.pages:
            content, page = caller.page(number)
            if page.rows == 0 and number > 1:
                break
            _keep(folder, manifest, number, caller.redacted(content), page)
        if report:
            report(_progress(number, manifest, api))
        rows = manifest.pages[str(number)]["rows"]
        got = sum(page["rows"] for page in manifest.pages.values())
        if api.kind == "kosis" or rows == 0 or _has_all(manifest, got, rows):
            break
    _check_total(api, folder, manifest)
    manifest.complete = True
    _write(folder, manifest)


def _has_all(manifest: Manifest, got: int, rows: int) -> bool:
    return got >= manifest.total if manifest.total is not None else rows < manifest.page_size


def _progress(number: int, manifest: Manifest, api: Api) -> Text:
    pages = -(-manifest.total // api.page_size) if manifest.total else None
    return both(
        f"{number}쪽을 받았습니다" + (f"(전체 {pages}쪽)." if pages else "."),
        f"Page {number}" + (f" of {pages}." if pages else "."),
    )


def _check_total(api: Api, folder: Path, manifest: Manifest) -> None:
    got = sum(page["rows"] for page in manifest.pages.values())
    if manifest.total is None or got == manifest.total:
        return
    raise Problem(
        both(
            f"{host(api)}: 전체 {manifest.total:,}건이라고 했으나 {got:,}건을 받았습니다. 받는 "
            f"동안 자료가 바뀐 것으로 보이니 {folder.name} 폴더를 지우고 다시 받으십시오.",
            f"{host(api)}: said to have {manifest.total:,} records, but gave {got:,}. The data "
            f"seem to have changed meanwhile: delete the folder {folder.name} and fetch again.",
        )
    )


def _manifest(api: Api, folder: Path) -> Manifest:
    """The manifest of the folder with only pages that are still whole, or a fresh one."""
    fresh = Manifest(api.url, dict(api.parameters), api.page_size)
    path = folder / MANIFEST
    if not path.exists():
        return fresh
    try:
        kept = Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return fresh
    if not kept.same_request(fresh):
        return fresh
    whole = {
        number: page
        for number, page in kept.pages.items()
        if (folder / page["file"]).exists()
        and hashlib.sha256((folder / page["file"]).read_bytes()).hexdigest() == page["sha256"]
    }
    kept.complete = kept.complete and len(whole) == len(kept.pages)
    kept.pages = whole
    return kept


def _keep(folder: Path, manifest: Manifest, number: int, content: bytes, page: Page) -> None:
    name = f"page-{number:05}{page.suffix}"
    _replace(folder / name, content)
    if page.total is not None:
        manifest.total = page.total
    manifest.pages[str(number)] = {
        "file": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": page.rows,
    }
    _write(folder, manifest)


def _write(folder: Path, manifest: Manifest) -> None:
    manifest.fetched_at = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    _replace(folder / MANIFEST, text.encode())


def _replace(path: Path, content: bytes) -> None:
    """Written beside and renamed, so that no half page is ever taken for a whole one."""
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)


@dataclass
class _Caller:
    """Calls one API, no faster than declared, and tries again where that may help."""

    api: Api
    key: str | None
    client: httpx.Client
    wait: float
    _last: float = 0.0

    def page(self, number: int) -> tuple[bytes, Page]:
        """The content of one page and what it holds."""
        url, parameters = request(self.api, number, self.key)
        reason = ""
        for attempt in range(TRIES):
            pause = self.wait * 2**attempt
            try:
                status, asked_to_wait, content = self._call(url, parameters)
                if status == 200:
                    return content, judge(self.api, content)
                if status not in (429, 500, 502, 503, 504):
                    raise self._refused(status, content)
                reason = f"HTTP {status}"
                pause = max(pause, asked_to_wait)
            except PassingFault as fault:
                reason = str(fault)
            except httpx.HTTPError as error:
                # Only the kind of error: its words may hold the address, and so the key.
                reason = type(error).__name__
            if attempt + 1 < TRIES:
                time.sleep(min(pause, LONGEST_WAIT))
        reason = self.redacted(reason.encode()).decode()
        raise Problem(
            both(
                f"{host(self.api)}: {number}쪽을 {TRIES}번 시도했으나 받지 못했습니다({reason}). "
                "받은 쪽은 남아 있으니 잠시 뒤 다시 실행하면 이어서 받습니다.",
                f"{host(self.api)}: page {number} could not be fetched in {TRIES} tries "
                f"({reason}). Pages already fetched are kept; run it again later to go on.",
            )
        )

    def redacted(self, content: bytes) -> bytes:
        """Without the key, should the provider repeat it."""
        if self.key:
            for form in {self.key, quote(self.key, safe=""), quote_plus(self.key), quote(self.key)}:
                content = content.replace(form.encode(), b"***")
        return content

    def _call(self, url: str, parameters: dict[str, str]) -> tuple[int, float, bytes]:
        pause = self._last + 1 / self.api.requests_per_second - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._last = time.monotonic()
        content = bytearray()
        with self.client.stream("GET", url, params=parameters or None) as answer:
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise self._too_large()
            after = answer.headers.get("Retry-After", "")
            return answer.status_code, float(after) if after.isdigit() else 0.0, bytes(content)

    def _too_large(self) -> Problem:
        return Problem(
            both(
                f"{host(self.api)}: 한 쪽이 {MOST_BYTES >> 20} MB를 넘습니다. page_size를 줄이십시오.",
                f"{host(self.api)}: one page exceeds {MOST_BYTES >> 20} MB. Reduce “page_size”.",
            )
        )

    def _refused(self, status: int, content: bytes) -> Problem:
        said = self.redacted(content[:2000]).decode("utf-8", errors="replace")
        said = " ".join(said.split())[:200]
        return Problem(
            both(
                f"{host(self.api)}: 제공 기관이 HTTP {status}로 거절했습니다(“{said}”). 주소와 "
                "인증키를 확인하십시오.",
                f"{host(self.api)}: the provider refused with HTTP {status} (“{said}”). Check the "
                "address and the key.",
            )
        )


@contextmanager
def _without_addresses_in_logs() -> Iterator[None]:
    """httpx logs each address with its parameters; the key is one of them."""

    def drop(_: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11", "httpcore.http2")]
    for logger in loggers:
        logger.addFilter(drop)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(drop)
