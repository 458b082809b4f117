"""What open APIs of different houses expect and answer, their error answers included."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dataro.data.sources.records import xml_as_json
from dataro.vocabulary.dataset import Api
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

KEY_PARAMETER = {"data_go_kr": "serviceKey", "kosis": "apiKey", "paged": "serviceKey"}

FINE = {"0", "00", "000", "0000", "INFO-0", "INFO-000", "NORMAL SERVICE."}
EMPTY = {"03", "INFO-200"}
"""Result codes of an answer without records (NODATA)."""

PASSING = {"01", "02", "04", "05", "21", "23", "ERROR-500", "ERROR-600", "ERROR-601"}
"""Faults of the provider that go away: application, database, HTTP, time out, too many a second."""

MEANING: Mapping[str, Text] = {
    "10": both("요청 변수의 값이 잘못되었습니다.", "A parameter has a wrong value."),
    "11": both("필수 요청 변수가 빠졌습니다.", "A required parameter is missing."),
    "12": both("없어졌거나 주소가 바뀐 API입니다.", "The API is gone or has moved."),
    "20": both("이 API의 활용 신청이 승인되지 않았습니다.", "Use of this API is not approved."),
    "22": both("하루 호출 한도를 다 썼습니다. 내일 이어서 받으십시오.",
               "The daily limit of calls is used up. Go on tomorrow."),
    "30": both("등록되지 않은 인증키입니다. 키를 확인하거나 승인 후 한 시간쯤 기다리십시오.",
               "The key is not registered. Check it, or wait an hour after approval."),
    "31": both("인증키의 기한이 지났습니다. 활용 기간을 연장하십시오.",
               "The key has expired. Extend its term."),
    "32": both("등록되지 않은 IP에서 호출하였습니다.", "Called from an address not registered."),
}  # fmt: skip
"""Codes of the national data portal's gateway (공공데이터포털 오류 코드)."""

KOSIS_EMPTY = {"30"}

TOTALS = ("totalCount", "total_count", "list_total_count", "totalCnt", "total", "matchCount")


class PassingFault(Exception):
    """The provider failed in a way that may be gone at the next try."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer holds: how many records, and how many there are in all if it says so."""

    rows: int
    total: int | None
    suffix: str


def the_key(api: Api) -> str | None:
    """The key, from the environment variable that the declaration names. A key that is percent-
    encoded, as the portal also shows it, is decoded. Raises ``Problem`` where it is not set."""
    if api.key is None:
        return None
    value = os.environ.get(api.key, "").strip()
    if not value:
        raise Problem(
            both(
                f"환경변수 {api.key}에 인증키가 없습니다. 키를 발급받아 환경변수로 넣으십시오"
                f"(파일에는 적지 마십시오): export {api.key}=…",
                f"The environment variable {api.key} holds no key. Get one from the provider and "
                f"set it (never in a file): export {api.key}=…",
            )
        )
    return unquote(value) if "%" in value else value


def request(api: Api, page: int, key: str | None) -> tuple[str, dict[str, str]]:
    """Address and parameters of one page.

    ``{page}``, ``{size}``, ``{start}``, ``{end}`` (1-based record numbers) and ``{key}`` in the
    address or in a parameter are filled in; without them the house's usual names are used.
    """
    fields = {
        "page": str(page),
        "size": str(api.page_size),
        "start": str((page - 1) * api.page_size + 1),
        "end": str(page * api.page_size),
    }
    declared = {name: _plain(value) for name, value in api.parameters.items()}
    written = api.url + "\n" + "\n".join(declared.values())
    parameters: dict[str, str] = {}
    if key is not None and "{key}" not in written:
        parameters[KEY_PARAMETER[api.kind]] = key
    if api.kind != "kosis" and "{page}" not in written and "{start}" not in written:
        names = ("pageNo", "numOfRows") if api.kind == "data_go_kr" else ("page", "perPage")
        parameters |= {names[0]: fields["page"], names[1]: fields["size"]}
    if api.kind == "kosis":
        parameters |= {"method": "getList", "format": "json", "jsonVD": "Y"}
    parameters |= {name: _filled(value, fields, key or "") for name, value in declared.items()}
    return _filled(api.url, fields, quote(key or "", safe="")), parameters


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filled(text: str, fields: Mapping[str, str], key: str) -> str:
    for name, value in fields.items():
        text = text.replace("{" + name + "}", value)
    return text.replace("{key}", key)


def judge(api: Api, content: bytes) -> Page:
    """What an answer with status 200 really says.

    Raises ``PassingFault`` where trying again may help, ``Problem`` with the provider's reason
    where it does not.
    """
    document, suffix = _document(api, content)
    if api.kind == "kosis" and isinstance(document, Mapping) and "err" in document:
        code = str(document["err"])
        if code in KOSIS_EMPTY:
            return Page(0, 0, suffix)
        raise refused(api, code, str(document.get("errMsg", "")))
    result, message = _result(document)
    if result in EMPTY:
        return Page(0, 0, suffix)
    if result is not None and result not in FINE:
        if result in PASSING:
            raise PassingFault(f"{result} {message}")
        raise refused(api, result, message)
    total = next(_values(document, TOTALS), None)
    count = int(total) if total is not None and str(total).strip().isdigit() else None
    return Page(_count(document), count, suffix)


def _document(api: Api, content: bytes) -> tuple[Any, str]:
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if text[:1] in (b"{", b"["):
            return json.loads(text), ".json"
        if text[:1] == b"<":
            return xml_as_json(fromstring(text)), ".xml"
    except (ValueError, ParseError, DefusedXmlException):
        raise PassingFault("the answer is cut off or garbled") from None
    said = " ".join(text[:120].decode("utf-8", errors="replace").split())
    if not text or "error" in said.lower():
        raise PassingFault(said or "an empty answer")
    raise Problem(
        both(
            f"{host(api)}: JSON도 XML도 아닌 응답입니다(“{said}”). url을 확인하십시오.",
            f"{host(api)}: the answer is neither JSON nor XML (“{said}”). Check “url”.",
        )
    )


def _result(document: Any) -> tuple[str | None, str]:
    """Result code and message, wherever this house puts them."""
    code = next(_values(document, ("returnReasonCode", "resultCode", "CODE")), None)
    message = next(
        _values(document, ("returnAuthMsg", "resultMsg", "MESSAGE", "errMsg", "message")), ""
    )
    return (str(code).strip() if code is not None else None), str(message or "")


def _values(node: Any, names: tuple[str, ...], depth: int = 5) -> Iterator[Any]:
    """Values under any of ``names``, nearest the top first, never inside records."""
    if depth == 0:
        return
    if isinstance(node, Mapping):
        for name in names:
            if name in node and not isinstance(node[name], list | Mapping):
                yield node[name]
        for name, member in node.items():
            if name not in ("item", "row", "data"):
                yield from _values(member, names, depth - 1)
    elif isinstance(node, list):
        for member in node[:3]:
            if isinstance(member, Mapping) and any(
                isinstance(inner, list | Mapping) or key in names for key, inner in member.items()
            ):
                yield from _values(member, names, depth - 1)


def _count(document: Any) -> int:
    """How many records an answer holds: ``items`` may hold a list, one mapping or an empty text."""
    if isinstance(document, list):
        return len(document)
    if not isinstance(document, Mapping):
        return 0
    for name in ("items", "item", "row", "data", "records", "features", "list"):
        if name in document:
            inner = document[name]
            if isinstance(inner, Mapping) and ("item" in inner or "row" in inner):
                return _count(inner)
            if isinstance(inner, list):
                nested = [m for m in inner if isinstance(m, Mapping) and set(m) == {"item"}]
                return sum(_count(m) for m in nested) if nested else len(inner)
            return 1 if isinstance(inner, Mapping) and inner else 0
    counts = [_count(inner) for inner in document.values() if isinstance(inner, Mapping)]
    for inner in document.values():
        if isinstance(inner, list):
            rows = [_count(m) for m in inner if isinstance(m, Mapping) and "row" in m]
            counts.append(sum(rows) if rows else len(inner))
    return max(counts, default=0)


def host(api: Api) -> str:
    """The API's address as shown in messages: without its parameters, which may hold a key."""
    return api.url.split("?")[0].split("{key}")[0]


def refused(api: Api, code: str, message: str) -> Problem:
    """The provider refused, with its code, its words and what they mean."""
    meaning = MEANING.get(code) if api.kind == "data_go_kr" else None
    said = " ".join(message.split())[:200]
    return Problem(
        both(
            f"{host(api)}: 제공 기관이 오류 {code}({said})로 답했습니다."
            + (f" {meaning.ko}" if meaning else " 선언의 url과 parameters를 확인하십시오."),
            f"{host(api)}: the provider answered with error {code} ({said})."
            + (f" {meaning.en}" if meaning else " Check “url” and “parameters”."),
        )
    )
