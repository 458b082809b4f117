"""Rows, and figures with charts that can still be edited, as an Excel workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from dataro.publish.render.numbers import axis_title, written
from dataro.publish.rows import SYNTHETIC
from dataro.publish.streams.source import RowSource
from dataro.vocabulary.figure import Bars, Figure, Line
from dataro.vocabulary.text import Language, Text, both

MOST_ROWS = 1_048_575
_WORDS = {
    "about": both("설명", "About"),
    "data": both("자료", "Data"),
    "columns": both("열", "Columns"),
    "title": both("제목", "Title"),
    "description": both("설명", "Description"),
    "source": both("출처", "Source"),
    "licence": both("이용 조건", "Licence"),
    "snapshot": both("판", "Snapshot"),
    "made": both("만든 때(UTC)", "Made at (UTC)"),
    "code": both("처리 코드 지문", "Digest of the code"),
    "file": both("원본 파일과 지문(SHA-256)", "Raw file and its SHA-256"),
    "notice": both("주의", "Notice"),
    "chart": both("차트", "Chart"),
}


def write_workbook(source: RowSource, language: Language, path: Path) -> None:
    """A sheet that says what the rows are, and the rows, on as many sheets as they need (1,048,575
    on each; the first sheet then says so).

    Text never becomes a formula or a link. Rows are written as they come: memory stays small.
    """
    with _open(str(path), constant_memory=True) as book:
        sheets = max(1, -(-source.rows // MOST_ROWS))
        _about_sheet(book, source, language, sheets)
        formats = (
            book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        lines = _lines(source)
        for number in range(sheets):
            name = _WORDS["data"][language] + (f" {number + 1}" if sheets > 1 else "")
            _data_sheet(
                book.add_worksheet(name), source, islice(lines, MOST_ROWS), formats, language
            )


def _lines(source: RowSource) -> Iterator[tuple[Any, ...]]:
    for frame in source.flat():
        yield from frame.iter_rows()


def _data_sheet(
    sheet: Any,
    source: RowSource,
    lines: Iterator[tuple[Any, ...]],
    formats: tuple[Any, Any],
    language: Language,
) -> None:
    heading, day = formats
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(source.columns) - 1), 16)
    for number, (_, term) in enumerate(source.columns.items()):
        unit = f" ({term.unit[language]})" if term.unit else ""
        sheet.write_string(0, number, term.text[language] + unit, heading)
    line = 0
    for line, cells in enumerate(lines, 1):
        for number, value in enumerate(cells):
            _cell(sheet, line, number, value, day)
    if line:
        sheet.autofilter(0, 0, line, len(source.columns) - 1)


def figure_workbook(figure: Figure, language: Language, *, synthetic: bool) -> bytes:
    """A figure's numbers and, for lines and bars, a chart over them that Excel can edit."""
    heads, lines = figure.cells()
    buffer = io.BytesIO()
    with _open(buffer) as book:
        name = _WORDS["data"][language]
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, figure.title[language], bold)
        sheet.write_string(1, 0, figure.note.source[language])
        if synthetic:
            sheet.write_string(2, 0, SYNTHETIC[language], bold)
        for number, head in enumerate(heads):
            sheet.write_string(4, number, head[language], bold)
            for line, row in enumerate(lines, 5):
                value = row[number]
                kind = figure.x.format if isinstance(figure, Line | Bars) else "text"
                shown = written(value, language, kind) if number == 0 else value
                _cell(sheet, line, number, shown, None)
        sheet.set_column(0, len(heads) - 1, 16)
        if isinstance(figure, Line | Bars) and lines:
            _chart(book, sheet, figure, language, name, (5, 4 + len(lines)), len(heads))
    return buffer.getvalue()


def _open(where: io.BytesIO | str, *, constant_memory: bool = False) -> Any:
    return xlsxwriter.Workbook(
        where,
        {"in_memory": not constant_memory, "constant_memory": constant_memory, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False, "nan_inf_to_errors": False},
    )  # fmt: skip


def _cell(sheet: Any, line: int, column: int, value: Any, day: Any) -> None:
    if value is None or (isinstance(value, float) and value != value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif isinstance(value, date) and day is not None and value.year >= 1900:
        sheet.write_datetime(line, column, value, day)
    else:
        sheet.write_string(line, column, str(value)[:32_767])


def _about_sheet(book: Any, source: RowSource, language: Language, sheets: int) -> None:
    sheet = book.add_worksheet(_WORDS["about"][language])
    bold, wrap = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True}),
    )
    about, receipt = source.about, source.about.receipt
    lines: list[tuple[Text, str]] = [
        (_WORDS["title"], about.title[language]),
        (_WORDS["description"], about.description[language]),
        (_WORDS["source"], about.source[language]),
        (_WORDS["licence"], about.licence),
        (_WORDS["snapshot"], written(receipt.snapshot, language, "text")),
        (_WORDS["made"], receipt.made_at),
        (_WORDS["code"], receipt.code),
    ]
    lines += [(_WORDS["file"], f"{file.path}  {file.sha256}") for file in receipt.files]
    if sheets > 1:
        lines.insert(0, (_WORDS["notice"], _split(source.rows, sheets)[language]))
    if receipt.synthetic:
        lines.insert(0, (_WORDS["notice"], SYNTHETIC[language]))
    for number, (head, words) in enumerate(lines):
        sheet.write_string(number, 0, head[language], bold)
        sheet.write_string(number, 1, words, wrap)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)


def _split(rows: int, sheets: int) -> Text:
    return both(
        f"{rows:,}행은 엑셀 한 시트(최대 {MOST_ROWS:,}행)에 담을 수 없어 {sheets}개 시트에 나누어 담았습니다.",
        f"{rows:,} rows do not fit into a sheet of Excel ({MOST_ROWS:,} at most): they continue on "
        f"{sheets} sheets.",
    )


def _chart(
    book: Any,
    sheet: Any,
    figure: Line | Bars,
    language: Language,
    name: str,
    lines: tuple[int, int],
    columns: int,
) -> None:
    kind = "line" if isinstance(figure, Line) else "bar" if figure.lying else "column"
    stacked = isinstance(figure, Bars) and figure.stacked
    chart = book.add_chart({"type": kind, **({"subtype": "stacked"} if stacked else {})})
    first, last = lines
    for column in range(1, columns):
        chart.add_series(
            {
                "name": [name, 4, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
            }
        )
    chart.set_title({"name": figure.title[language], "name_font": {"size": 12}})
    chart.set_y_axis({"name": axis_title(figure.y, language)})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 720, "height": 400})
    sheet.insert_chart(4, columns + 1, chart)
