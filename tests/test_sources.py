"""Raw files of every kind a department sends become one table of text, and bad ones a sentence."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyogrio
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from dataro.data.sources.files import read, scan
from dataro.data.sources.raw import Raw
from dataro.vocabulary.dataset import Source, Unpivot
from dataro.vocabulary.problem import Problem

SIMPLE = "이름,값\n가,1\n나,2\n"


def table(raw: Raw) -> list[dict[str, str | None]]:
    return raw.frame.drop("_file", "_row").to_dicts()


def kept(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read_one(path: Path, **declared: object) -> Raw:
    return read(Source(**declared), [path], base=path.parent)  # type: ignore[arg-type]


def said(raw: Raw) -> str:
    return "\n".join(note.en for note in raw.notes)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp949", "cp949"),
        ("euc-kr", "cp949"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_the_encoding_of_a_csv_is_found_and_recorded(
    tmp_path: Path, encoding: str, found: str
) -> None:
    raw = read_one(kept(tmp_path, "a.csv", SIMPLE, encoding))
    assert table(raw) == [{"이름": "가", "값": "1"}, {"이름": "나", "값": "2"}]
    assert raw.files[0].encoding == found
    assert raw.frame["_row"].to_list() == [2, 3]
    assert raw.frame["_file"].unique().to_list() == ["a.csv"]


def test_a_wrong_declared_encoding_names_the_byte_and_what_was_found(tmp_path: Path) -> None:
    raw = read_one(kept(tmp_path, "a.csv", SIMPLE, "cp949"), encoding="utf-8")
    assert raw.files[0].encoding == "cp949"
    assert "declared as utf-8, but byte 0 (line 1, value 0xC0)" in said(raw)


def test_one_damaged_character_does_not_cost_the_file(tmp_path: Path) -> None:
    content = SIMPLE.encode() * 50 + b"\xff\xfe\xf0,3\n" + "다,4\n".encode()
    raw = read_one(kept(tmp_path, "a.csv", content))
    assert raw.frame.height == 151
    assert raw.faults[0].rule == "encoding"
    assert raw.faults[0].row == 151


def test_rows_keep_the_numbers_a_spreadsheet_gives_them(tmp_path: Path) -> None:
    content = (
        '단위: 명\n\n이름,설명,값\n가,"두\n줄",1\n\n나,모자람\n다,쉼표, 있음,3\n라,나,4\n,,\n,,\n'
    )
    raw = read_one(kept(tmp_path, "a.csv", content))
    rows = dict(zip(raw.frame["_row"], table(raw), strict=True))
    assert rows[4] == {"이름": "가", "설명": "두\n줄", "값": "1"}
    assert rows[6] == {"이름": "나", "설명": "모자람", "값": None}
    assert rows[8]["값"] == "4"
    assert [(fault.row, fault.rule, fault.kept) for fault in raw.faults] == [
        (6, "ragged", True),
        (7, "ragged", True),
    ]
    assert "3 empty row(s)" in said(raw)


def test_headings_over_several_rows_are_flattened_and_filled_to_the_right(tmp_path: Path) -> None:
    content = (
        "※ 매월 말일자 통계 현황,Unnamed: 1,Unnamed: 2,Unnamed: 3,Unnamed: 4,Unnamed: 5\n"
        ",,2023년07월,,2023년08월,\n,,계,남,계,남\n코드,기관,인구,인구,인구,인구\n"
        '11,서울,"9,338",1,2,3\n'
    )
    path = kept(tmp_path, "a.csv", content)
    names = ["코드", "기관", "2023년07월/계/인구", "2023년07월/남/인구"]
    assert read_one(path).frame.columns[:4] == names
    assert read_one(path, header=(2, 3, 4)).frame.columns[:4] == names
    assert table(read_one(path))[0]["2023년07월/계/인구"] == "9,338"


def test_columns_that_carry_values_in_their_headings_become_rows(tmp_path: Path) -> None:
    path = kept(tmp_path, "a.csv", "기관,2023-01/계,2023-02/계\n가,1,2\n나,3,\n")
    raw = read_one(path, unpivot=Unpivot(r"(?P<month>\d{4}-\d\d)/계", "people"))
    assert raw.frame.rows() == [
        ("가", "2023-01", "1", "a.csv", 2),
        ("가", "2023-02", "2", "a.csv", 2),
        ("나", "2023-01", "3", "a.csv", 3),
        ("나", "2023-02", None, "a.csv", 3),
    ]
    with pytest.raises(Problem, match="no heading matches all of"):
        read_one(path, unpivot=Unpivot(r"(?P<month>\d{4}년)"))


def test_footnotes_leave_the_table_and_totals_are_only_noted(tmp_path: Path) -> None:
    content = "구분,인구,세대\n합계,3,2\n가,1,1\n나,2,1\n,,\n※ 외국인은 뺐음,,\n자료: 통계청,,\n"
    raw = read_one(kept(tmp_path, "a.csv", content))
    assert raw.frame["구분"].to_list() == ["합계", "가", "나"]
    assert "2 row(s) of footnotes" in said(raw)
    assert "look like totals (row 2)" in said(raw)


def test_files_with_different_columns_stand_under_each_other(tmp_path: Path) -> None:
    first = kept(tmp_path, "1.csv", "이름,값\n가,1\n")
    second = kept(tmp_path, "2.csv", "이름,비고\n나,새\n", "cp949")
    raw = read(Source(), [first, second], base=tmp_path)
    assert table(raw)[1] == {"이름": "나", "값": None, "비고": "새"}
    assert "“값” are missing in 1 of 2 files" in said(raw)
    assert [file.path for file in raw.files] == ["1.csv", "2.csv"]


def test_headings_that_repeat_or_are_decomposed_are_told_apart(tmp_path: Path) -> None:
    decomposed = "\u110b\u1175\u1105\u1173\u11b7"  # 이름, as a Mac writes it
    raw = read_one(kept(tmp_path, "a.csv", f"{decomposed},값,값,{'가' * 300}\n1,2,3,4\n"))
    assert raw.frame.columns[:3] == ["이름", "값", "값_2"]
    assert "NFD" in said(raw)
    assert raw.faults[0].rule == "heading"


def test_one_column_and_ten_thousand_columns_are_tables_too(tmp_path: Path) -> None:
    one = read_one(kept(tmp_path, "one.csv", "이름\n가\n나\n"))
    assert table(one) == [{"이름": "가"}, {"이름": "나"}]
    names = ",".join(f"열{number}" for number in range(10_000))
    wide = read_one(kept(tmp_path, "wide.csv", names + "\n" + ",".join(["1"] * 10_000) + "\n"))
    assert wide.frame.shape == (1, 10_002)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    raw = read_one(kept(tmp_path, "a.txt", SIMPLE.replace(",", delimiter)))
    assert raw.frame.columns[:2] == ["이름", "값"]


def test_a_heading_longer_or_shorter_than_its_rows_is_not_every_rows_fault(tmp_path: Path) -> None:
    longer = read_one(kept(tmp_path, "a.csv", "이름,값,,\n가,1\n나,2\n"))
    assert (longer.frame.columns[:2], longer.faults) == (["이름", "값"], [])
    shorter = read_one(kept(tmp_path, "b.csv", "표 제목\n이름,값\n가,1,새\n나,2,\n"))
    assert shorter.frame.columns[:3] == ["이름", "값", "column_3"]
    assert (shorter.frame["column_3"][0], shorter.faults) == ("새", [])


CELLS = st.text(st.sampled_from('가나다abc0,"\n 1.'), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=20))
def test_what_a_csv_writer_wrote_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    frame = pl.DataFrame(
        [["행", *row] for row in rows], schema=["가1", "나1", "다1", "라1"], orient="row"
    )
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    frame.write_csv(path, quote_style="always")
    expected = [tuple(cell or None for cell in row) for row in frame.rows()]
    assert read_one(path, header=(1,)).frame.drop("_file", "_row").rows() == expected


def test_a_large_file_arrives_in_batches_with_unbroken_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="cp949") as file:
        file.write("번호,이름,긴글\n")
        file.writelines(f"{n},화성,{'가' * 40}\n" for n in range(200_000))
    batches = [raw.frame for raw in scan(Source(), path, base=tmp_path)]
    assert len(batches) > 1
    whole = pl.concat(batches)
    assert (whole["_row"] - 2 == whole["번호"].cast(pl.Int64)).all()


def test_a_workbook_gives_its_merged_cells_dates_and_numbers_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("인구")
    sheet.write(0, 0, "읍면동별 인구")
    sheet.merge_range(1, 0, 2, 0, "구분")
    sheet.merge_range(1, 1, 1, 2, "인구")
    sheet.write_row(2, 1, ["남", "여"])
    sheet.merge_range(3, 0, 4, 0, "동부")
    sheet.write_row(3, 1, [1234, 0.5])
    sheet.write_datetime(
        4, 1, datetime(2023, 12, 31), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    sheet.write_row(6, 0, ["이름", "전화"])
    sheet.write_row(7, 0, ["둘째", "표"])
    book.add_worksheet("메타").write(0, 0, "출처")
    book.close()
    raw = read_one(path)
    assert table(raw) == [
        {"구분": "동부", "인구/남": "1234", "인구/여": "0.5"},
        {"구분": "동부", "인구/남": "2023-12-31", "인구/여": None},
    ]
    assert raw.frame["_row"].to_list() == [4, 5]
    assert "a second table seems to begin in row 7" in said(raw)
    assert "read the sheet “인구”" in said(raw)
    with pytest.raises(Problem, match=r"no sheet “인구표”. Did you mean “인구”\?"):
        read_one(path, sheet="인구표")


def test_a_value_left_in_the_last_cell_of_a_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["이름", "값"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Problem, match="spans 1,048,576 rows × 16,384 columns"):
        read_one(path)


def test_tables_side_by_side_are_noticed_and_all_sheets_read_together(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("1월", "2월"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["이름", "값", None, "합"])
            sheet.write_row(1, 0, ["가", 1, None, 9])
    raw = read_one(path, sheet="*월")
    assert "column 3 is empty" in said(raw)
    assert raw.frame.select("sheet", "값").rows() == [("1월", "1"), ("2월", "1")]


def test_records_of_json_are_found_below_their_path(tmp_path: Path) -> None:
    document = {
        "기준": "2023",
        "regions": {
            "41590": {"name": "화성시", "monthly": [{"month": 1, "people": 10.50}, {"month": 2}]},
            "11000": {"name": "서울", "monthly": []},
        },
    }
    path = kept(
        tmp_path, "a.json", json.dumps(document, ensure_ascii=False).replace("10.5", "10.50")
    )
    raw = read_one(path, records="regions.*.monthly")
    assert table(raw)[0] == {
        "기준": "2023", "key": "41590", "name": "화성시", "month": "1", "people": "10.50",
    }  # fmt: skip
    with pytest.raises(Problem, match=r"Did you mean “monthly”\?"):
        read_one(path, records="regions.*.montly")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("<items><item><a>1</a></item><item><a>2</a></item></items>", ["1", "2"]),
        ("<items><item><a>1</a></item></items>", ["1"]),
        ("<items/>", []),
    ],
)
def test_xml_of_the_data_portal_is_read_be_there_many_one_or_none(
    tmp_path: Path, items: str, expected: list[str]
) -> None:
    text = f"<response><header/><body>{items}<totalCount>9</totalCount></body></response>"
    path = kept(tmp_path, "a.xml", text)
    for records in (None, "response.body.items.item", "body.items.item"):
        raw = read_one(path, records=records)
        assert (raw.frame["a"].to_list() if expected else []) == expected
        assert raw.frame.height == len(expected)


def test_an_xml_that_defines_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a><b>&y;</b></a>'
    with pytest.raises(Problem, match="XML cannot be read"):
        read_one(kept(tmp_path, "a.xml", bomb))


@pytest.mark.parametrize("crs", ["EPSG:5179", "EPSG:5181", "EPSG:5186", "EPSG:4326"])
@pytest.mark.parametrize("suffix", [".gpkg", ".zip", ".geojson"])
def test_maps_in_korean_coordinate_systems_arrive_in_degrees(
    tmp_path: Path, crs: str, suffix: str
) -> None:
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(126.83, 37.2)
    shape = shapely.to_wkb([shapely.Point(*there)])
    path = tmp_path / f"a{suffix}"
    fields = {"geometry_type": "Point", "crs": crs, "fields": ["이름", "값"]}
    data = [np.array(["시청"], dtype=object), np.array([7.0])]
    declared: dict[str, object] = {}
    if suffix == ".zip":
        pyogrio.raw.write(tmp_path / "a.shp", shape, data, encoding="CP949", **fields)
        (tmp_path / "a.cpg").unlink()
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("a.*"):
                if part != path:
                    archive.write(part, part.name)
    elif suffix == ".geojson":
        point = {"type": "Feature", "properties": {"이름": "시청", "값": 7},
                 "geometry": {"type": "Point", "coordinates": there}}  # fmt: skip
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
        declared = {"crs": crs}
    else:
        pyogrio.raw.write(path, shape, data, **fields)
    raw = read_one(path, **declared)
    point = shapely.from_wkb(raw.frame["geometry"][0])
    assert (round(point.x, 5), round(point.y, 5)) == (126.83, 37.2)
    assert (raw.frame["이름"][0], raw.frame["값"][0]) == ("시청", "7")


def test_map_coordinates_that_cannot_be_are_said_so(tmp_path: Path) -> None:
    def points(*at: tuple[float, float]) -> str:
        features = [
            {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": p}}
            for p in at
        ]  # fmt: skip
        return json.dumps({"type": "FeatureCollection", "features": features})

    raw = read_one(kept(tmp_path, "a.geojson", points((126.8, 37.2), (37.2, 126.8))))
    assert [(fault.rule, fault.row) for fault in raw.faults] == [("swapped_coordinates", 2)]
    with pytest.raises(Problem, match="Declare “crs”"):
        read_one(kept(tmp_path, "b.geojson", points((956_000.0, 1_920_000.0))))


def test_archives_are_opened_and_korean_names_in_them_read(tmp_path: Path) -> None:
    packed = kept(tmp_path, "인구.csv.gz", gzip.compress(SIMPLE.encode("cp949")))
    assert table(read_one(packed))[1] == {"이름": "나", "값": "2"}
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("xxxx.csv")
        archive.writestr(info, SIMPLE)
        archive.writestr("../../etc/hosts.csv", SIMPLE)
        archive.writestr("그림.png", b"\x89PNG\r\n")
    path.write_bytes(path.read_bytes().replace(b"xxxx.csv", "인구".encode("cp949") + b".csv"))
    raw = read_one(path)
    assert set(raw.frame["_file"]) == {"a.zip/인구.csv", "a.zip/../../etc/hosts.csv"}
    assert not (tmp_path.parent / "etc").exists()
    assert "hold no table: a.zip/그림.png" in said(raw)


def test_an_archive_that_unpacks_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataro.data.sources.unpack.FREE_RATIO", 1 << 20)
    path = kept(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n" * 2_000_000))
    with pytest.raises(Problem, match="it was stopped"):
        read_one(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\xef\xbb\xbf\r\n \n", "the file is empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", "this is a PNG file, not a table"),
        ("binary.csv", bytes(range(256)) * 20, "this is a binary file, not a table"),
        ("report.xlsx", b"%PDF-1.7", "this is a PDF file"),
        ("broken.xlsx", b"PK\x03\x04 and no more", "the archive is damaged"),
        ("broken.json", b'[{"a": 1}, {"a": ', "not JSON at line 1, character 18"),
        ("broken.xml", b"<a><b></a>", "the XML cannot be read"),
        ("broken.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "the archive is damaged"),
        ("broken.geojson", b'{"type": "Feat', "the map file cannot be read"),
    ],
)
def test_a_file_that_holds_no_table_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(Problem, match=words) as caught:
        read_one(kept(tmp_path, name, content))
    assert name in caught.value.text.ko
    assert name in caught.value.text.en


def test_a_quotation_mark_never_closed_does_not_pass_silently(tmp_path: Path) -> None:
    content = 'a,b\n1,2\n3,"4\n' + "5,6\n" * 10
    raw = read_one(kept(tmp_path, "a.csv", content))
    assert raw.frame["b"].to_list() == ["2", "4", *["6"] * 10]
    assert raw.frame["_row"].to_list() == list(range(2, 14))
    assert [(fault.row, fault.rule) for fault in raw.faults] == [(3, "quote")]


def test_what_cannot_be_opened_is_said_with_what_to_do(tmp_path: Path) -> None:
    kept(tmp_path, "population.csv", SIMPLE)
    with pytest.raises(Problem, match="There is “population"):
        read_one(tmp_path / "popluation.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(Problem, match="a folder, not a file"):
        read_one(tmp_path / "folder")
    if os.geteuid():
        locked = kept(tmp_path, "locked.csv", SIMPLE)
        locked.chmod(0)
        with pytest.raises(Problem, match="no permission"):
            read_one(locked)


def test_one_bad_file_among_good_ones_is_a_fault_and_the_rest_goes_on(tmp_path: Path) -> None:
    good, bad = kept(tmp_path, "a.csv", SIMPLE), kept(tmp_path, "b.csv", b"")
    raw = read(Source(), [good, bad], base=tmp_path)
    assert raw.frame.height == 2
    assert [(fault.file, fault.rule, fault.kept) for fault in raw.faults] == [
        ("b.csv", "file", False)
    ]


def test_a_heading_that_begins_with_기준_is_no_caption(tmp_path: Path) -> None:
    """Two heading rows, the upper with few cells, below a title and a unit."""
    path = tmp_path / "연령.csv"
    wide = ["기준월", "읍면동", "총계", "", "", "0~4세", "", "", "5~9세", "", "", "10~14세", "", ""]
    lower = ["", "", *(["계", "남", "여"] * 4)]
    body = ["2025-01", "봉담읍", *map(str, range(12))]
    title = ["읍면동별 인구 (2025년)", *[""] * 13]
    lines = [title, ["(단위: 명)", *[""] * 13], wide, lower, body, body]
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    frame = read(Source(), [path], base=tmp_path).frame
    assert frame.columns[:4] == ["기준월", "읍면동", "총계/계", "총계/남"]
    captioned = [["기준: 2024년 12월", *[""] * 13], *lines[2:]]
    path.write_text("\n".join(",".join(line) for line in captioned), encoding="utf-8")
    assert read(Source(), [path], base=tmp_path).frame.columns[:3] == frame.columns[:3]
