"""A mended copy of a file and the log of its changes; the original is never touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from dataro.data.quality.mend import mend
from dataro.data.quality.report import Diagnosis
from dataro.data.sources.files import read
from dataro.data.sources.raw import FILE, GEOMETRY, ROW
from dataro.publish.workbook import MOST_ROWS
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


@dataclass(frozen=True, slots=True)
class Mended:
    """Where the copy and the log were written; cells changed and rows left out."""

    copy: Path
    log: Path
    cells: int
    rows: int


def write_mended(
    file: Path, diagnosis: Diagnosis, out: Path, layout: Source | None = None
) -> Mended:
    """Write a copy of ``file`` with every proposed value put in, and beside it the log.

    ``out`` ends in ``.csv`` (UTF-8 with a byte order mark) or ``.xlsx``; the log is
    ``<name>.changes.csv``: row, column, rule, before, after, why. Cells for which nothing follows
    stay as they are. Raises ``Problem`` where ``out`` is the original, ends otherwise, or the
    diagnosis holds no findings.
    """
    if out.exists() and out.samefile(file):
        raise Problem(both(
            f"{out}: 원본에는 쓰지 않습니다. 다른 이름을 적어 주십시오.",
            f"{out} is the original, which is never written. Give another name.",
        ))  # fmt: skip
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise Problem(both(
            f"{out.name}: 고친 사본은 .csv나 .xlsx로 씁니다.",
            f"{out.name}: a mended copy is written as .csv or .xlsx.",
        ))  # fmt: skip
    assert diagnosis.findings is not None
    frame = read(layout or Source(), [file], base=file.parent).frame
    frame = frame.drop([FILE, ROW, GEOMETRY], strict=False)
    copy, log = mend(frame, diagnosis.findings)
    if out.suffix.lower() == ".csv":
        copy.write_csv(out, include_bom=True)
    else:
        _write_sheet(copy, out)
    beside = out.with_name(f"{out.stem}.changes.csv")
    log.write_csv(beside, include_bom=True)
    gone = frame.height - copy.height
    return Mended(out, beside, log.height - gone, gone)


def _write_sheet(frame: pl.DataFrame, out: Path) -> None:
    """All cells as text: a leading zero stays, nothing becomes a formula."""
    if frame.height > MOST_ROWS:
        raise Problem(both(
            f"{frame.height:,}행은 엑셀 한 시트에 담을 수 없습니다. .csv로 적어 주십시오.",
            f"{frame.height:,} rows do not fit into a sheet of Excel. Write a .csv instead.",
        ))  # fmt: skip
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for at, name in enumerate(frame.columns):
            sheet.write_string(0, at, name, bold)
        for line, row in enumerate(frame.iter_rows(), 1):
            for at, value in enumerate(row):
                if value is not None:
                    sheet.write_string(line, at, value[:32_767], text)
