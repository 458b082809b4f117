"""What every reader does with rows under the heading: empty rows, footnotes, totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from dataro.data.sources.raw import ROW, Report

BATCH = 100_000
"""Rows of one batch where a reader decides it."""

FOOTNOTE = re.compile(
    r"\s*(※|\*|주\s*\d*\s*[):：]|주석|자료\s*[:：]|출처|비고\s*[:：]|\d\)\s|참고|○|◦|▣|source\b|note\b)",
    re.IGNORECASE,
)
TOTALS = (
    *("합계", "총계", "소계", "계", "총합계", "누계", "전체"),
    *("합 계", "총 계", "소 계", "누 계", "전 체", "합  계", "총  계", "소  계"),
    *(
        "total",
        "Total",
        "TOTAL",
        "subtotal",
        "Subtotal",
        "grand total",
        "Grand Total",
        "sum",
        "Sum",
    ),
)
"""What a first cell says whose row is a total of others."""

MOST_FOOTNOTES = 40


def tidy(frames: Iterable[pl.DataFrame], report: Report) -> Iterator[pl.DataFrame]:
    """Leave out empty rows (counted) and footnotes after the last row (kept as a note); note
    total rows, which stay in the table. Frames carry ``_row``."""
    empty = 0
    totals: list[int] = []
    total_count = 0
    held: pl.DataFrame | None = None
    for given in frames:
        frame = _without_empty(given)
        empty += given.height - frame.height
        if frame.is_empty() and held is not None:
            continue
        if held is not None and held.height:
            found = _totals(held)
            total_count += len(found)
            totals += found[: max(0, 5 - len(totals))]
            yield held
        held = frame
    if held is not None:
        held = _without_footnotes(held, report)
        found = _totals(held)
        total_count += len(found)
        totals += found[: max(0, 5 - len(totals))]
        yield held
    if empty:
        report.note(f"빈 행 {empty:,}개를 뺐습니다.", f"{empty:,} empty row(s) were left out.")
    if total_count:
        shown = ", ".join(map(str, totals)) + (" …" if total_count > len(totals) else "")
        report.note(
            f"합계로 보이는 행이 {total_count:,}개 있습니다({shown}행). 표에 그대로 두었습니다.",
            f"{total_count:,} row(s) look like totals (row {shown}). They stay in the table.",
        )


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.drop(ROW)
    # A column without a gap means that no row is empty: the usual case, and no copy.
    if not cells.width or any(not column.null_count() for column in cells):
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(cells.columns).is_null()))


def _totals(frame: pl.DataFrame) -> list[int]:
    strings = (name for name, kind in frame.schema.items() if kind == pl.String)
    first = next(strings, None)
    if first is None:
        return []
    label = pl.col(first).str.strip_chars()
    return frame.filter(label.is_in(TOTALS)).get_column(ROW).to_list()


def _without_footnotes(frame: pl.DataFrame, report: Report) -> pl.DataFrame:
    """Without the last rows that hold one text cell which begins like a footnote."""
    cells = [name for name in frame.columns if name != ROW]
    if len(cells) < 2:
        return frame
    tail = frame.tail(MOST_FOOTNOTES).rows()
    kept = frame.height
    said: list[str] = []
    at = frame.columns.index(ROW)
    pending: list[str] = []
    for row in reversed(tail):
        filled = {v for n, v in enumerate(row) if v is not None and n != at and v != ""}
        if len(filled) != 1 or not isinstance(text := next(iter(filled)), str):
            break
        # A footnote may run over several rows; only its first begins with a mark.
        pending.append(text)
        if FOOTNOTE.match(text):
            said += pending
            kept -= len(pending)
            pending = []
    if said:
        text = " ".join(" ".join(reversed(said)).split())
        text = text if len(text) <= 300 else text[:299] + "…"
        report.note(
            f"표 아래 각주 {len(said)}행을 표에서 뺐습니다: “{text}”",
            f"{len(said)} row(s) of footnotes under the table were left out: “{text}”",
        )
    return frame.head(kept)
