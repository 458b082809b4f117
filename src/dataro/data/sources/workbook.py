"""XLSX, XLS and ODS workbooks, read by calamine: which sheet, and every cell as text."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from dataro.data.sources.cells import as_text
from dataro.data.sources.delimited import empty
from dataro.data.sources.extent import check_extent
from dataro.data.sources.format import damaged, locked
from dataro.data.sources.grid import Grid, read_grid
from dataro.data.sources.old_workbook import OldBook, is_old, read_apart
from dataro.data.sources.raw import Report
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

SHEET = "sheet"
"""Column that names the sheet where a declaration asks for several (``sheet: "*"``)."""


def read_workbook(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """Batches of one sheet of a workbook: the declared one, or the first that holds a table.

    ``sheet`` may be a pattern (``*``, ``Sheet?``): then all matching sheets follow each other and
    the column ``sheet`` says which. Raises ``Problem`` for a workbook that is damaged or locked
    with a password, and for a sheet that is not there.
    """
    check_extent(path, report)
    book = read_apart(path, report) if is_old(path) else _opened(path, report)
    for name, several in _chosen(book, source, report):
        grid = _grid(book, name)
        for frame in read_grid(grid, source, report):
            yield frame.with_columns(pl.lit(name).alias(SHEET)) if several else frame


def _opened(path: Path, report: Report) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise locked(report) from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(report, str(error)) from error


def _chosen(
    book: CalamineWorkbook | OldBook, source: Source, report: Report
) -> Iterator[tuple[str, bool]]:
    names = list(book.sheet_names)
    if source.sheet:
        if source.sheet in names:
            yield source.sheet, False
            return
        matching = [name for name in names if fnmatchcase(name, source.sheet)]
        if not matching:
            near = did_you_mean(source.sheet, names)
            raise Problem(
                both(
                    f"{report.file}: “{source.sheet}” 시트가 없습니다.{near.ko} 있는 시트: "
                    f"{', '.join(names)}.",
                    f"{report.file}: there is no sheet “{source.sheet}”.{near.en} Sheets: "
                    f"{', '.join(names)}.",
                )
            )
        for name in matching:
            if book.get_sheet_by_name(name).total_height:
                yield name, True
        return
    with_table = [name for name in names if _has_table(book.get_sheet_by_name(name))]
    if not with_table:
        raise empty(report)
    if len(with_table) > 1:
        others = ", ".join(with_table[1:])
        report.note(
            f"“{with_table[0]}” 시트를 읽었습니다. 다른 시트({others})를 읽으려면 선언에 sheet를 "
            "적으십시오.",
            f"read the sheet “{with_table[0]}”. To read another ({others}), declare “sheet”.",
        )
    yield with_table[0], False


def _has_table(sheet: Any) -> bool:
    return bool(sheet.height and sheet.width)


def _grid(book: CalamineWorkbook | OldBook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = ([as_text(cell) for cell in row] for row in sheet.iter_rows())
    return Grid(name, rows, tuple(sheet.merged_cell_ranges or ()))
