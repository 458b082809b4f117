"""A table as a department keeps it: heading rows, body, footnotes; written as CSV or XLSX."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import xlsxwriter

Row = list[str]


@dataclass(slots=True)
class Sheet:
    """``head`` rows (titles and headings), ``names`` (the flattened heading of each column),
    ``body``, ``foot``. ``merged`` are ranges (first row, first column, last row, last column)
    from 0 over the whole sheet."""

    file: str
    head: list[Row]
    names: list[str]
    body: list[Row]
    foot: list[Row] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    tab: str = "Sheet1"

    def rows(self) -> list[Row]:
        """All rows from the top."""
        return [*self.head, *self.body, *self.foot]

    def row_number(self, index: int) -> int:
        """The number a spreadsheet shows for a body row."""
        return len(self.head) + index + 1


def write_csv(sheet: Sheet, folder: Path, encoding: str) -> None:
    """As comma-separated text; a cell with a comma is quoted."""
    with _open(folder / sheet.file).open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(sheet.rows())


def write_plain_csv(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> None:
    """Rows as comma-separated text, a line feed after each; ``.gz`` is compressed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_bytes(path, text.getvalue().encode(encoding))


def write_bytes(path: Path, content: bytes) -> None:
    """Bytes as a file; ``.gz`` is compressed, without a time in its header."""
    if path.suffix == ".gz":
        content = gzip.compress(content, 6, mtime=0)
    _open(path).write_bytes(content)


def write_xlsx(sheet: Sheet, folder: Path, number: Callable[[int, str], bool]) -> None:
    """As a workbook with merged cells; ``number(column, text)`` says which cells are numbers."""
    path = _open(folder / sheet.file)
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 2)})  # no clock: files stay the same
        page = book.add_worksheet(sheet.tab)
        middle = book.add_format({"align": "center", "valign": "vcenter", "border": 1})
        count = book.add_format({"num_format": "#,##0", "border": 1})
        rows = sheet.rows()
        covered = set()
        for top, left, bottom, right in sheet.merged:
            page.merge_range(top, left, bottom, right, rows[top][left], middle)
            covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        heads = len(sheet.head)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if (r, c) in covered or text == "":
                    continue
                if r >= heads and number(c, text):
                    page.write_number(r, c, float(text.replace(",", "")), count)
                else:
                    page.write_string(r, c, text)


def _open(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
