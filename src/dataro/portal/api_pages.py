"""The page about the interfaces: what is offered, how to call it, what the limits are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Response, get

from dataro.portal.api.calls import BURST, MOST_STREAMS_EACH, SECONDS
from dataro.portal.pages import Visit, page
from dataro.portal.quality_routes import Show
from dataro.portal.replies import PortalRequest
from dataro.portal.store import Store
from dataro.publish.catalogue.entry import Entry
from dataro.publish.downloads import MEDIA_TYPES
from dataro.publish.forms.rest.documents import BASE
from dataro.publish.forms.rest.examples import examples
from dataro.publish.forms.rest.grammar import MOST_BYTES, MOST_LIMIT, OPERATORS, WORDS
from dataro.publish.forms.rest.problems import ALL
from dataro.publish.sql.ask import MOST_ROWS
from dataro.publish.sql.ask import SECONDS as SQL_SECONDS
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Standard:
    """One interface: its name, where it is, when one takes it. ``links`` can be opened as they are."""

    name: Text
    links: tuple[str, ...]
    text: Text


def standards(example: str) -> list[Standard]:
    """Everything that the portal speaks; ``example`` is the id of an open dataset."""
    return [
        Standard(
            both("REST", "REST"),
            (f"{BASE}/datasets", f"{BASE}/openapi.json"),
            both(
                "처음이라면 이것으로 시작하십시오. OpenAPI 3.1 문서가 있습니다.",
                "Start here. It has an OpenAPI 3.1 document.",
            ),
        ),
        Standard(
            both("SQL", "SQL"),
            (f"{BASE}/sql",),
            both(
                "여러 표를 잇고 집계할 때. 토큰이 필요합니다.",
                "To join and aggregate tables. Needs a token.",
            ),
        ),
        Standard(
            both("CKAN Action API v3", "CKAN Action API v3"),
            ("/api/3/action/package_list",),
            both("ckanapi 같은 CKAN 도구를 그대로 쓸 때", "For CKAN tools such as ckanapi"),
        ),
        Standard(
            both("공공데이터포털 방식", "In the manner of data.go.kr"),
            (f"/openapi/{example}?pageNo=1&numOfRows=10&type=json",),
            both(
                "공공데이터포털용으로 만든 프로그램을 고치지 않고 쓸 때(serviceKey, pageNo, numOfRows). "
                "odcloud 방식도 있습니다.",
                "For programs written for the national portal (serviceKey, pageNo, numOfRows); its "
                "odcloud form too.",
            ),
        ),
        Standard(
            both("DCAT-AP 3 · schema.org · Croissant", "DCAT-AP 3 · schema.org · Croissant"),
            (
                "/catalog.jsonld",
                "/catalog.ttl",
                "/catalog.rdf",
                f"/dataset/{example}/croissant.json",
            ),
            both(
                "목록 전체를 다른 포털로 거두어 갈 때",
                "For other portals that harvest the catalogue",
            ),
        ),
        Standard(
            both("OGC API Features · Tiles", "OGC API Features · Tiles"),
            ("/ogc", "/ogc/collections"),
            both("QGIS 같은 지도 프로그램에서", "In programs for maps, such as QGIS"),
        ),
        Standard(
            both("Frictionless Data Package · CSVW", "Frictionless Data Package · CSVW"),
            (f"/dataset/{example}/datapackage.json", f"/dataset/{example}/csvw.json"),
            both("CSV를 열의 뜻과 함께 받을 때", "To get CSV with what its columns mean"),
        ),
        Standard(
            both("Model Context Protocol", "Model Context Protocol"),
            ("/mcp",),
            both("인공지능 비서에 연결할 때", "To connect an assistant"),
        ),
    ]


def api_page(store: Store, visit: Visit) -> str:
    """The page."""
    first = _telling(store)
    return page(
        store, visit, "api.html",
        standards=standards(first.id if first else "ID"),
        example=first,
        examples=examples(first, visit.origin) if first else [],
        operators=OPERATORS, words=WORDS, problems=ALL,
        forms=", ".join(f".{one}" for one in [*MEDIA_TYPES, "metadata.json"]),
        most_rows=f"{MOST_LIMIT:,}", most_bytes=f"{MOST_BYTES:,}", burst=BURST,
        rate=round(1 / SECONDS), files=MOST_STREAMS_EACH,
        sql_seconds=f"{SQL_SECONDS:g}", sql_rows=f"{MOST_ROWS:,}",
    )  # fmt: skip


def _telling(store: Store) -> Entry | None:
    """An open dataset to show calls with: one that has months and something to add up."""
    there = [one for one in store.entries() if one.snapshot is not None]

    def tells(one: Entry) -> bool:
        keys = {term.domain.kind for term in one.columns.values() if term.is_key}
        numbers = any(term.domain.kind == "integer" for term in one.columns.values())
        return "month" in keys and "code" in keys and numbers and one.temporal is not None

    telling = [one for one in there if tells(one)]
    return next(iter([*telling, *there]), None)


def api_route(store: Store, show: Show) -> Any:
    """``/LANG/api``."""

    @get("/{lang:str}/api")
    async def about(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: api_page(store, visit))

    return about
