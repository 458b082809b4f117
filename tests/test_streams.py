"""Files written some rows at a time: the same rows, whatever their number."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from dataro.publish import workbook
from dataro.publish.downloads import Form, stream
from dataro.publish.rows import About
from dataro.publish.streams.source import RowSource
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.answer import Receipt
from dataro.vocabulary.text import both

RECEIPT = Receipt("people", "dataset", 3, "2026-01-02T03:04:05+00:00", "c0de", files=[])
ABOUT = About("people", both("사람", "People"), both("사람", "People"), both("과", "Office"), "kogl-1",
              RECEIPT)  # fmt: skip


def source(frames: int, rows: int) -> RowSource:
    def made() -> Iterator[pl.DataFrame]:
        for i in range(frames):
            at = range(i * rows, (i + 1) * rows)
            yield pl.DataFrame({"name": [f"가게 {k}" for k in at], "people": [k - 5 for k in at]})

    return RowSource({"name": d.NAME, "people": d.PEOPLE}, ABOUT, frames * rows, made)


def test_more_rows_than_a_sheet_holds_continue_on_the_next_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    body = b"".join(stream(source(5, 5), "xlsx", "ko"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["설명", "자료 1", "자료 2", "자료 3"]
    told = book.get_sheet_by_name("설명").to_python()[0][1]
    assert "25행" in told
    assert "3개 시트" in told
    sheets = [book.get_sheet_by_name(f"자료 {i}").to_python() for i in (1, 2, 3)]
    assert {tuple(sheet[0]) for sheet in sheets} == {("명칭", "인구수 (명)")}
    assert [row[1] for sheet in sheets for row in sheet[1:]] == [k - 5 for k in range(25)]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "zip"])
def test_a_hundred_times_the_rows_need_no_more_memory(form: Form) -> None:
    def peak(frames: int) -> int:
        tracemalloc.start()
        for _ in stream(source(frames, 2_000), form, "ko"):
            continue
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)  # what is imported at first use
    assert peak(100) < 1.5 * peak(3) + 300_000


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "geojson", "zip", "xlsx"])
def test_a_table_without_rows_is_a_whole_file_too(form: Form, tmp_path: Path) -> None:
    columns = {"name": d.NAME, "longitude": d.LONGITUDE, "latitude": d.LATITUDE}
    empty = RowSource(columns, ABOUT, 0, lambda: iter(()))
    body = b"".join(stream(empty, form, "en", bom=False))
    if form == "csv":
        assert body == b"name,longitude,latitude\r\n"
    elif form == "parquet":
        assert pl.read_parquet(body).columns == list(columns)
    elif form in ("json", "geojson"):
        frame = pl.read_json(body)
        assert frame.height == 1
    else:
        assert body.startswith(b"PK")
