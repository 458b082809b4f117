"""Small tables held as a grid of cells: a sheet, a table in a document or on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import polars as pl

from dataro.data.sources.body import BATCH
from dataro.data.sources.delimited import empty
from dataro.data.sources.heading import PREVIEW, Merged, Row, clean, is_number, layout
from dataro.data.sources.raw import ROW, Report
from dataro.vocabulary.dataset import Source


@dataclass
class Grid:
    """Rows of cells from the first row on, and the ranges that are merged."""

    name: str
    rows: Iterable[Row]
    merged: Sequence[Merged] = field(default_factory=tuple)


def read_grid(grid: Grid, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """Batches of the body of a grid, with ``_row``: merged cells filled, a second table below
    the first left out and noted. Raises ``Problem`` where no cell is filled."""
    rows = iter(grid.rows)
    preview = list(islice(rows, max(PREVIEW, *(source.header or (0,)))))
    if not any(any(cell is not None for cell in row) for row in preview):
        raise empty(report)
    width = max(_width(row) for row in preview)
    near = [(start, end) for start, end in grid.merged if start[0] < len(preview)]
    found = layout(
        [row[:width] for row in preview], report, header=source.header, merged=near, width=width
    )
    _notice_gap(preview, width, report)
    filled = _fill(chain(preview, rows), [m for m in grid.merged if m[1][0] >= found.body])
    numbered = ((number, row) for number, row in enumerate(filled, 1) if number > found.body)
    one = _first_table(numbered, report)
    yield _frame([], found.names)
    while chunk := list(islice(one, BATCH)):
        yield _frame(chunk, found.names)


def _notice_gap(preview: Sequence[Row], width: int, report: Report) -> None:
    """An empty column between filled ones: two tables may stand side by side."""
    seen = [any(column < len(row) and row[column] is not None for row in preview)
            for column in range(width)]  # fmt: skip
    if True in seen and False in seen[seen.index(True) :]:
        gap = seen.index(False, seen.index(True)) + 1
        report.note(
            f"{gap}번째 열이 비어 있어 표 두 개가 나란히 있는 것으로 보입니다. 한 표로 읽었습니다. "
            "표마다 시트를 나누는 것이 좋습니다.",
            f"column {gap} is empty, so two tables seem to stand side by side; read as one. "
            "Better give each table a sheet.",
        )


def _width(row: Row) -> int:
    return max((n for n, cell in enumerate(row, 1) if cell is not None), default=0)


def _fill(rows: Iterable[Row], merged: Sequence[Merged]) -> Iterator[Row]:
    """Each merged range filled with its first cell."""
    by_row: dict[int, list[tuple[int, int, Merged]]] = {}
    for area in merged:
        (top, left), (bottom, right) = area
        for number in range(top, min(bottom, top + 10_000) + 1):
            by_row.setdefault(number, []).append((left, right, area))
    values: dict[Merged, str | None] = {}
    for number, row in enumerate(rows):
        if number in by_row:
            cells = list(row)
            for left, right, area in by_row[number]:
                if number == area[0][0]:
                    values[area] = cells[left] if left < len(cells) else None
                for column in range(left, min(right, len(cells) - 1) + 1):
                    cells[column] = values.get(area)
            row = cells
        yield row


def _first_table(rows: Iterable[tuple[int, Row]], report: Report) -> Iterator[tuple[int, Row]]:
    """Rows up to a second heading: after an empty row, two or more labels and no value where
    the table has had values."""
    valued: set[int] = set()
    after_gap = False
    rows = iter(rows)
    for number, row in rows:
        filled = [column for column, cell in enumerate(row) if cell is not None]
        if not filled:
            after_gap = True
            yield number, row
            continue
        values = {column for column in filled if is_number(clean(row[column]))}
        if after_gap and not values and len(filled) > 1 and valued.intersection(filled):
            last = max((below for below, _ in rows), default=number)
            report.note(
                f"{number}행에서 둘째 표가 시작하는 것으로 보여 {number}~{last}행은 읽지 "
                f"않았습니다. 둘째 표를 읽으려면 선언의 header를 [{number}]로 적으십시오.",
                f"a second table seems to begin in row {number}; rows {number}–{last} were not "
                f"read. To read it, declare “header: [{number}]”.",
            )
            return
        valued |= values
        after_gap = False
        yield number, row


def _frame(chunk: Sequence[tuple[int, Row]], names: Sequence[str]) -> pl.DataFrame:
    width = len(names)
    columns: list[list[str | None]] = [[] for _ in names]
    for _, row in chunk:
        for column in range(width):
            columns[column].append(row[column] if column < len(row) else None)
    data = {
        name: pl.Series(name, values, dtype=pl.String)
        for name, values in zip(names, columns, strict=True)
    }
    return pl.DataFrame({**data, ROW: pl.Series([n for n, _ in chunk], dtype=pl.Int64)})
