"""Tables in documents and pages: HWPX, HWP 5 and HTML (many an ".xls" is a page inside)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dataro.data.sources.encoding import detect
from dataro.data.sources.grid import Grid, read_grid
from dataro.data.sources.heading import Merged
from dataro.data.sources.hwp import Cell, hwp_tables
from dataro.data.sources.raw import Report
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MOST_SECTION = 1 << 28
"""Bytes of one section of a document (256 MB)."""

MOST_CELLS = 5_000_000


def read_hwp(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """One table of an HWP 5 document. Raises ``Problem`` where it is locked or holds no table."""
    yield from _one(hwp_tables(path, report), source, report)


def read_hwpx(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """One table of an HWPX document. Raises ``Problem`` where it is damaged or holds no table."""
    tables: list[list[Cell]] = []
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if re.fullmatch(r"Contents/section\d+\.xml", n)]
            for name in sorted(names, key=lambda name: int(re.sub(r"\D", "", name))):
                with archive.open(name) as file:
                    content = file.read(MOST_SECTION + 1)
                if len(content) > MOST_SECTION:
                    raise _damaged(report, "too large")
                root = fromstring(content)
                tables += [_hwpx_cells(table) for table in _named(root, "tbl")]
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, RuntimeError) as error:
        raise _damaged(report, str(error)) from error
    yield from _one(tables, source, report)


def read_html(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """One table of an HTML page. Raises ``Problem`` where there is none."""
    encoding = detect(path, report, source.encoding)
    report.encoding = encoding.name
    parser = _Tables()
    parser.feed(path.read_text(encoding=encoding.name, errors="replace"))
    yield from _one(parser.tables, source, report)


def _damaged(report: Report, reason: str) -> Problem:
    return Problem(
        both(
            f"{report.file}: 문서를 읽을 수 없습니다({reason}). 한글에서 열어 다시 저장하십시오.",
            f"{report.file}: the document cannot be read ({reason}). Open it in a word processor "
            "and save it again.",
        )
    )


def _one(tables: Sequence[list[Cell]], source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """The table that ``sheet`` numbers from 1, or the one with most cells."""
    if not any(tables):
        raise Problem(
            both(
                f"{report.file}: 문서에 표가 없습니다. 표가 있는 문서를 올리십시오.",
                f"{report.file}: the document holds no table. Add one that does.",
            )
        )
    numbers = [str(number) for number in range(1, len(tables) + 1)]
    if source.sheet is not None:
        chosen = [n for n in numbers if fnmatchcase(n, source.sheet)]
        if not chosen:
            raise Problem(
                both(
                    f"{report.file}: sheet에는 표 번호를 적으십시오. 이 문서에는 표가 "
                    f"{len(tables)}개 있습니다.",
                    f"{report.file}: “sheet” is the number of a table; the document has "
                    f"{len(tables)}.",
                )
            )
        number = int(chosen[0])
    else:
        number = max(range(1, len(tables) + 1), key=lambda n: len(tables[n - 1]))
        if len(tables) > 1:
            report.note(
                f"문서의 표 {len(tables)}개 중 {number}번째 표를 읽었습니다. 다른 표를 읽으려면 "
                "선언의 sheet에 번호를 적으십시오.",
                f"read table {number} of {len(tables)} in the document. To read another, declare "
                "its number as “sheet”.",
            )
    yield from read_grid(_grid(str(number), tables[number - 1], report), source, report)


def _grid(name: str, cells: Sequence[Cell], report: Report) -> Grid:
    height = max(cell.row + cell.rows for cell in cells)
    width = max(cell.column + cell.columns for cell in cells)
    if height * width > MOST_CELLS:
        raise _damaged(report, f"{height} × {width} cells")
    rows: list[list[str | None]] = [[None] * width for _ in range(height)]
    merged: list[Merged] = []
    for cell in cells:
        rows[cell.row][cell.column] = cell.text.strip() or None
        if cell.rows > 1 or cell.columns > 1:
            last = (cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            merged.append(((cell.row, cell.column), last))
    return Grid(name, rows, tuple(merged))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _named(element: Element, name: str) -> Iterator[Element]:
    return (found for found in element.iter() if _local(found) == name)


def _hwpx_cells(table: Element) -> list[Cell]:
    cells = []
    for row_number, row in enumerate(child for child in table if _local(child) == "tr"):
        for column_number, cell in enumerate(child for child in row if _local(child) == "tc"):
            at = next(_named(cell, "cellAddr"), None)
            span = next(_named(cell, "cellSpan"), None)
            cells.append(
                Cell(
                    int(at.get("rowAddr", row_number)) if at is not None else row_number,
                    int(at.get("colAddr", column_number)) if at is not None else column_number,
                    int(span.get("rowSpan", 1)) if span is not None else 1,
                    int(span.get("colSpan", 1)) if span is not None else 1,
                    "\n".join(
                        "".join("".join(text.itertext()) for text in _named(paragraph, "t"))
                        for paragraph in _named(cell, "p")
                    ),
                )
            )
    return cells


class _Tables(HTMLParser):
    """Collects the outermost tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Cell]] = []
        self._depth = 0
        self._row = -1
        self._column = 0
        self._taken: set[tuple[int, int]] = set()
        self._open: tuple[int, int, int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self._row, self._taken, self._open = -1, set(), None
        elif self._depth == 1 and tag == "tr":
            self._close()
            self._row, self._column = self._row + 1, 0
        elif self._depth == 1 and tag in ("td", "th"):
            self._close()
            self._row = max(self._row, 0)
            spans = dict(attrs)
            down, across = _span(spans.get("rowspan")), _span(spans.get("colspan"))
            while (self._row, self._column) in self._taken:
                self._column += 1
            if down > 1:
                self._taken |= {
                    (self._row + below, self._column + beside)
                    for below in range(1, down)
                    for beside in range(across)
                }
            self._open = (self._row, self._column, down, across)
            self._column += across
        elif tag == "br":
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._close()
            self._depth -= 1
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._close()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text.append(data)

    def _close(self) -> None:
        if self._open:
            text = "\n".join(" ".join(line.split()) for line in "".join(self._text).split("\n"))
            self.tables[-1].append(Cell(*self._open, text.strip()))
        self._open, self._text = None, []


def _span(given: str | None) -> int:
    return min(max(int(given), 1), 1000) if given and given.isdigit() else 1
