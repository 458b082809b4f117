"""The workbook of a bulk opening: written pre-filled, read back with errors by row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from dataro.cases.bulk.rows import (
    CADENCES,
    COLUMN_HEADINGS,
    COLUMNS_TAB,
    DATASET_HEADINGS,
    DATASETS_TAB,
    HELP_TAB,
    NO,
    YES,
    ColumnRow,
    DatasetRow,
    Heading,
)
from dataro.publish.catalogue.words import THEMES
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_LAST = 2_000
_CHOICES = {
    "opens": [YES, NO], "rights": [YES, NO], "keep": [YES, NO], "key": [YES, NO],
    "empty": [YES, NO], "personal": [YES, NO], "licence": list(LICENCES),
    "cadence": list(CADENCES), "theme": [one for one in THEMES if one != "transit"],
    "kind": ["text", "code", "integer", "decimal", "boolean", "date", "month", "year", "time", "datetime"],
}  # fmt: skip
_READ_ONLY = ("file", "heading", "remark", "sample", "personal")
_STEPS = (
    both("1. ‘데이터셋’ 시트의 노란 칸을 채웁니다. 미리 채운 값은 파일을 살펴 제안한 것이니 고쳐도 됩니다.",
         "1. Fill in the yellow cells of the first tab. What is filled in already was proposed; change it as you like."),
    both("2. ‘열’ 시트에서 이름과 형식을 확인합니다. 개인정보로 보이는 열은 빼 두었습니다.",
         "2. Check names and kinds on the second tab. Columns that look personal were set not to be kept."),
    both("3. dataro open --bulk 폴더 이_파일.xlsx --dry-run 으로 먼저 점검합니다.",
         "3. Try it first: dataro open --bulk FOLDER THIS.xlsx --dry-run."),
    both("4. 고칠 것이 없으면 --dry-run 없이 다시 실행합니다. 몇 번 실행해도 결과는 같습니다.",
         "4. Once nothing is left to mend, run it without --dry-run. Running it again changes nothing."),
)  # fmt: skip


def write_sheet(rows: Sequence[DatasetRow], path: Path) -> None:
    """Write the workbook: a tab of datasets, one of columns, one that says how to go on."""
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#e8eef7", "text_wrap": True}
        )
        fill = book.add_format({"bg_color": "#fff6cc", "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        told = book.add_format({"font_color": "#666666", "text_wrap": True, "valign": "top"})
        formats = {"head": head, "fill": fill, "plain": plain, "told": told}
        _tab(book.add_worksheet(DATASETS_TAB), DATASET_HEADINGS, rows, formats)
        columns = [column for row in rows for column in row.columns]
        _tab(book.add_worksheet(COLUMNS_TAB), COLUMN_HEADINGS, columns, formats)
        help_tab = book.add_worksheet(HELP_TAB)
        help_tab.set_column(0, 0, 90, plain)
        for line, step in enumerate(_STEPS):
            help_tab.write_string(line, 0, step.ko)
            help_tab.write_string(line + len(_STEPS) + 1, 0, step.en)


def read_sheet(path: Path) -> list[DatasetRow]:
    """The rows of a workbook that somebody filled in; rows with 개방 = 아니오 are left out.

    What is wrong in single rows is told by ``check_rows``. Raises ``Problem`` for a file that is no
    such workbook.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        tabs = {unicodedata.normalize("NFC", name): name for name in book.sheet_names}
        given = {
            tab: book.get_sheet_by_name(tabs[tab]).to_python(skip_empty_area=False)
            for tab in (DATASETS_TAB, COLUMNS_TAB)
        }
    except (CalamineError, OSError, KeyError) as error:
        raise Problem(
            both(
                f"{path}: 개방 목록으로 읽을 수 없습니다. ‘{DATASETS_TAB}’과 ‘{COLUMNS_TAB}’ 시트가 있는 엑셀 파일이어야 "
                "합니다. `dataro open --sheet 폴더`로 새로 만들 수 있습니다.",
                f"{path}: not a list for opening. It is a workbook with the tabs {DATASETS_TAB} and "
                f"{COLUMNS_TAB}; `dataro open --sheet FOLDER` writes one.",
            )
        ) from error
    columns: dict[str, list[ColumnRow]] = {}
    for line, cells in _records(given[COLUMNS_TAB], COLUMN_HEADINGS, path, COLUMNS_TAB):
        one = _column(line, cells)
        columns.setdefault(one.file, []).append(one)
    rows = [
        _dataset(line, cells)
        for line, cells in _records(given[DATASETS_TAB], DATASET_HEADINGS, path, DATASETS_TAB)
    ]
    return [replace(row, columns=columns.get(row.file, [])) for row in rows if row.opens]


def _tab(
    page: Any, headings: Mapping[str, Heading], rows: Sequence[Any], formats: Mapping[str, Any]
) -> None:
    page.freeze_panes(1, 3)
    page.set_row(0, 32)
    for at, (name, heading) in enumerate(headings.items()):
        page.set_column(at, at, heading.wide)
        page.write_string(0, at, heading.title, formats["head"])
        page.write_comment(0, at, f"{heading.text.ko}\n{heading.text.en}", {"x_scale": 2})
        if name in _CHOICES:
            page.data_validation(
                1, at, _LAST, at,
                {"validate": "list", "source": _CHOICES[name], "error_type": "warning"},
            )  # fmt: skip
        for line, row in enumerate(rows, 1):
            text = _text(name, getattr(row, name))
            missing = heading.needed and not text
            look = "told" if name in _READ_ONLY else "fill" if missing else "plain"
            page.write_string(line, at, text, formats[look])
    page.autofilter(0, 0, max(1, len(rows)), len(headings) - 1)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        blank = name in ("key", "empty", "personal", "rights")
        return YES if value else "" if blank else NO
    if name == "cadence":
        return next((ko for ko, id in CADENCES.items() if id == value), str(value))
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)[:32_000]


def _records(
    lines: Sequence[Sequence[Any]], headings: Mapping[str, Heading], path: Path, tab: str
) -> list[tuple[int, dict[str, str]]]:
    """Filled rows as texts by field, with the row that the spreadsheet numbers them."""
    titles = [_plain(cell).replace(" ", "") for cell in lines[0]] if lines else []
    places = {}
    for name, heading in headings.items():
        title = heading.title.replace(" ", "")
        if title in titles:
            places[name] = titles.index(title)
        elif heading.needed:
            raise Problem(
                both(
                    f"{path}, ‘{tab}’ 시트: “{heading.title}” 열이 없습니다. 1행의 열 이름을 되돌려 주세요.",
                    f"{path}, tab {tab}: the column “{heading.title}” is missing from row 1.",
                )
            )
    found = []
    for number, cells in enumerate(lines[1:], 2):
        record = {n: _plain(cells[at]) if at < len(cells) else "" for n, at in places.items()}
        if record.get("file"):
            found.append((number, record))
    return found


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()


def _yes(text: str) -> bool:
    return text.lower() in (YES, "y", "yes", "o", "true", "1")


def _dataset(line: int, cells: Mapping[str, str]) -> DatasetRow:
    return DatasetRow(
        file=cells["file"],
        id=cells["id"],
        title=cells["title"],
        title_en=cells["title_en"],
        description=cells["description"],
        row=cells["row"],
        department=cells["department"],
        licence=cells["licence"].lower(),
        cadence=CADENCES.get(cells["cadence"], cells["cadence"].lower()),
        theme=cells["theme"].lower(),
        keywords=tuple(w.strip() for w in cells.get("keywords", "").split(",") if w.strip()),
        rights=_yes(cells["rights"]),
        contact=cells.get("contact", ""),
        expires=cells.get("expires", ""),
        total=cells.get("total", ""),
        opens=cells["opens"] == "" or _yes(cells["opens"]),
        line=line,
    )


def _column(line: int, cells: Mapping[str, str]) -> ColumnRow:
    return ColumnRow(
        file=cells["file"],
        heading=cells["heading"],
        name=cells["name"],
        title=cells["title"],
        title_en=cells["title_en"],
        kind=cells["kind"].lower(),
        term=cells.get("term", ""),
        unit=cells.get("unit", ""),
        keep=cells["keep"] == "" or _yes(cells["keep"]),
        key=_yes(cells.get("key", "")),
        empty=_yes(cells.get("empty", "")),
        personal=_yes(cells.get("personal", "")),
        line=line,
    )
