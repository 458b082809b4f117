"""The sheet with which a city registers its data at the national portal (공공데이터포털 등록 양식).

The first columns are those of the national list of open data, in its order; the others are what
the portal asks for on the page of a file. One row for each entry that everybody may see.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import xlsxwriter

from dataro.accounts.clock import korean_day, moment
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.metadata import national_class, next_update
from dataro.publish.catalogue.words import licence_words
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Cadence
from dataro.vocabulary.licence import LICENCES

SHEET = "등록양식"
_CADENCES: Mapping[Cadence, str] = {
    "once": "1회성 데이터", "live": "실시간", "daily": "일간", "weekly": "주간", "monthly": "월간",
    "quarterly": "분기", "yearly": "연간", "irregular": "수시",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filling:
    """What a column is filled from: the entry, its city, the address of the portal."""

    entry: Entry
    city: City
    address: str


COLUMNS: Mapping[str, Callable[[Filling], str]] = {
    "목록유형": lambda f: "FILE",
    "목록명": lambda f: f"{institution(f.city)}_{_without_city(f.entry.title.ko, f.city)}",
    "목록설명": lambda f: f.entry.description.ko,
    "분류체계": lambda f: national_class(f.entry.theme),
    "기관코드": lambda f: f.city.agency,
    "기관명": lambda f: institution(f.city),
    "국가중점여부": lambda f: "N",
    "표준데이터여부": lambda f: "Y" if f.entry.template else "N",
    "목록.등록일": lambda f: _day(f.entry.created),
    "목록.수정일": lambda f: _day(f.entry.modified),
    "목록.URL": lambda f: f"{f.address}/ko/data/{f.entry.id}" if f.address else "",
    "관리부서명": lambda f: f.entry.owner.ko,
    "관리부서 전화번호": lambda f: f.entry.contact,
    "보유근거": lambda f: f.entry.basis.ko if f.entry.basis else "",
    "수집방법": lambda f: f.entry.collection.ko if f.entry.collection else "",
    "업데이트 주기": lambda f: _CADENCES[f.entry.cadence],
    "차기 등록 예정일": lambda f: _next(f.entry),
    "매체유형": lambda f: "텍스트",
    "확장자": lambda f: ", ".join(one.upper() for one in f.entry.formats),
    "전체 행": lambda f: "" if f.entry.rows is None else str(f.entry.rows),
    "키워드": lambda f: ",".join(f.entry.keywords),
    "이용허락범위": lambda f: _allowed(f.entry),
    "비용부과유무": lambda f: "무료",
    "제공형태": lambda f: "공공데이터포털에서 다운로드(원문파일등록)",
    "시간범위": lambda f: "~".join(f.entry.temporal) if f.entry.temporal else "",
    "공간범위": lambda f: f"{f.city.province.ko} {f.city.name.ko}" if f.entry.spatial else "",
    "기타 유의사항": lambda f: f.entry.terms.ko if f.entry.terms else "",
}
"""Headings of the sheet, and how each is filled; empty where the declaration does not say."""


def institution(city: City) -> str:
    """The city's name as the national list writes it: province, then city."""
    return f"{city.province.ko} {city.name.ko}"


def registration_rows(entries: Iterable[Entry], city: City, address: str) -> list[dict[str, str]]:
    """A row for each published dataset among ``entries``; ``address`` is the portal's own."""
    return [
        {name: fill(Filling(one, city, address.rstrip("/"))) for name, fill in COLUMNS.items()}
        for one in entries
        if one.kind == "dataset" and one.snapshot is not None
    ]


def registration_sheet(entries: Iterable[Entry], city: City, address: str = "") -> bytes:
    """The sheet as a workbook; cells that still have to be filled by hand are marked yellow."""
    rows = registration_rows(entries, city, address)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format(
            {"bold": True, "bg_color": "#E3ECF6", "border": 1, "text_wrap": True}
        )
        empty = book.add_format({"bg_color": "#FFF2B3"})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, head)
            widest = max([len(name), *(min(len(row[name]), 40) for row in rows)], default=10)
            sheet.set_column(column, column, 4 + 1.6 * widest)
            for line, row in enumerate(rows, start=1):
                if row[name]:
                    sheet.write_string(line, column, row[name])
                elif name != "기타 유의사항":
                    sheet.write_blank(line, column, None, empty)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    return buffer.getvalue()


def _without_city(title: str, city: City) -> str:
    """A title without the city's name at its beginning, which stands before it already."""
    return title.removeprefix(city.name.ko).strip() or title


def _day(at: str | None) -> str:
    return korean_day(moment(at)).isoformat() if at else ""


def _next(entry: Entry) -> str:
    due = next_update(entry)
    return due.isoformat() if due else ""


def _allowed(entry: Entry) -> str:
    """The portal's own words for a licence that restricts nothing; else the licence's name."""
    known = LICENCES.get(entry.licence)
    if entry.licence == "not-stated" or known is None:
        return ""
    if known.commercial and known.derivatives and entry.licence.startswith("kogl"):
        return "이용허락범위 제한 없음"
    return licence_words(entry.licence).ko
