"""Files that people take away, opened with the programs they open them with."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl
import pytest
import shapely
from python_calamine import CalamineWorkbook

from dataro.publish.downloads import write
from dataro.publish.rows import About, Rows
from dataro.publish.workbook import figure_workbook
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.answer import Receipt, SourceFile
from dataro.vocabulary.figure import Axis, Bars, Note, Series
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

FRAME = pl.DataFrame(
    {
        "name": ["가람동", '=HYPERLINK("http://x")', "-1+1", '따옴표"와,쉼표'],
        "people": [10_000, None, 3, 4],
        "shape": [shapely.to_wkb(shapely.Point(127 + i, 37)) for i in range(3)] + [None],
    }
)


def rows(synthetic: bool = False, **without: Any) -> Rows:
    columns = {"name": d.NAME, "people": d.PEOPLE, "shape": d.SHAPE}
    for name in without:
        columns.pop(name)
    receipt = Receipt("places", "dataset", 7, "2026-01-02T03:04:05+00:00", "c0de",
                      files=[SourceFile("a.csv", "f" * 64, 10)], synthetic=synthetic)  # fmt: skip
    about = About("places", both("곳", "Places"), both("곳들", "Places"), both("과", "Office"),
                  "kogl-1", receipt)  # fmt: skip
    return Rows(FRAME.select(list(columns)), columns, about)


def test_csv_opens_in_excel_and_cannot_run_a_formula() -> None:
    body = write(rows(shape=True), "csv", "ko")
    assert body.startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(body)
    assert read["name"].to_list() == [
        "가람동",
        '\'=HYPERLINK("http://x")',
        "'-1+1",
        '따옴표"와,쉼표',
    ]
    assert read["people"].to_list() == [10_000, None, 3, 4]
    assert not write(rows(shape=True), "csv", "ko", bom=False).startswith(b"\xef\xbb\xbf")


def test_parquet_carries_its_receipt_and_its_types() -> None:
    body = write(rows(), "parquet", "ko")
    assert pl.read_parquet(body).equals(FRAME)
    said = json.loads(pl.read_parquet_metadata(io.BytesIO(body))["dataro"])
    assert said["snapshot"] == 7
    assert said["files"] == [{"path": "a.csv", "sha256": "f" * 64}]


def test_a_workbook_says_what_it_is_and_keeps_text_as_text() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(write(rows(), "xlsx", "ko")))
    assert book.sheet_names == ["설명", "자료"]
    about = dict(line[:2] for line in book.get_sheet_by_name("설명").to_python())
    assert about["제목"] == "곳"
    assert about["이용 조건"] == "kogl-1"
    data = book.get_sheet_by_name("자료").to_python()
    assert data[0][:2] == ["명칭", "인구수 (명)"]
    assert data[2][:2] == ['=HYPERLINK("http://x")', ""]
    assert data[1][1] == 10_000


def test_geojson_is_read_by_gdal_with_its_rows_and_places() -> None:
    pyogrio = pytest.importorskip("pyogrio")
    body = write(rows(), "geojson", "ko")
    meta, _, geometry, fields = pyogrio.raw.read(body)
    assert meta["crs"] == "EPSG:4326"
    assert len(geometry) == 4
    assert list(fields[list(meta["fields"]).index("name")]) == FRAME["name"].to_list()
    with pytest.raises(Problem, match="no column that says where"):
        write(rows(shape=True), "geojson", "ko")


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet", "geojson", "json"])
def test_every_format_of_a_synthetic_dataset_says_so_inside(format: Any) -> None:
    body = write(rows(synthetic=True), format, "en")
    if format == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        assert "Synthetic" in str(book.get_sheet_by_name("About").to_python())
    else:
        assert b"ynthetic" in body


def test_json_explains_its_columns() -> None:
    document = json.loads(write(rows(), "json", "ko"))
    assert document["columns"]["people"]["unit"] == {"ko": "명", "en": "people"}
    assert document["rows"][1]["people"] is None
    assert document["rows"][0]["shape"] == "POINT (127 37)"


def test_a_figures_workbook_has_its_numbers_and_a_chart_that_excel_can_edit() -> None:
    import zipfile

    figure = Bars(
        both("막대", "Bars"), Axis(both("구분", "Kind"), "text"), ["가", "나"],
        Axis(both("값", "Value")), [Series(both("값", "Value"), [1, None])],
        Note(both("설명", "Alt"), both("출처", "Source")),
    )  # fmt: skip
    body = figure_workbook(figure, "ko", synthetic=True)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("자료").to_python()
    assert ["가", 1.0] in [line[:2] for line in sheet]
    assert "합성 자료" in str(sheet)
    assert "xl/charts/chart1.xml" in zipfile.ZipFile(io.BytesIO(body)).namelist()
