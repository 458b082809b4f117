"""What programs may call besides files: one entry for each standard that the portal speaks."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.publish.forms.site import Site
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Service:
    """One programming interface. ``endpoint`` is its root, ``description`` its machine-readable
    description, where the standard has one."""

    id: str
    title: Text
    about: Text
    address: str
    endpoint: str
    description: str = ""


_DECLARED = (
    (
        "rest", both("REST API", "REST API"), "/api/v1", "/api/v1/openapi.json",
        both(
            "조건·정렬·집계로 행을 골라 JSON, CSV 등으로 받습니다(OpenAPI 3.1).",
            "Choose rows by conditions, order and groups, as JSON, CSV and more (OpenAPI 3.1).",
        ),
    ),
    (
        "ckan", both("CKAN 방식 API", "CKAN Action API"), "/api/3/action", "",
        both("CKAN 클라이언트가 그대로 쓰는 API입니다.", "What clients of CKAN call."),
    ),
    (
        "openapi-kr", both("공공데이터포털 방식 API", "API in the national portal's manner"),
        "/openapi", "",
        both(
            "serviceKey, pageNo, numOfRows로 부르는 공공데이터포털 방식입니다.",
            "Called with serviceKey, pageNo and numOfRows, as on the national data portal.",
        ),
    ),
    (
        "ogc", both("OGC API", "OGC API"), "/ogc", "/ogc/api",
        both(
            "지도 프로그램(QGIS 등)이 읽는 OGC API – Features와 Tiles입니다.",
            "OGC API – Features and Tiles, which map programs such as QGIS read.",
        ),
    ),
    (
        "mcp", both("모델 컨텍스트 프로토콜(MCP)", "Model Context Protocol"), "/mcp", "",
        both(
            "인공지능 도구가 데이터를 찾고 조회하고 분석의 답을 받는 창구입니다.",
            "Where AI tools search, describe and query data and ask for answers.",
        ),
    ),
)  # fmt: skip


def services(site: Site) -> list[Service]:
    """Every programming interface, with its addresses on this portal."""
    return [
        Service(
            id, title, about, f"{site.catalogue}#service-{id}", f"{site.origin}{root}",
            f"{site.origin}{description}" if description else "",
        )
        for id, title, root, description, about in _DECLARED
    ]  # fmt: skip
