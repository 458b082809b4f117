"""A new data officer opens a folder of files with ugly names by one list, as often as they like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_office
from small_office import Office

from dataro.build.context import opened
from dataro.build.registry import load
from dataro.cases.bulk.declare import check_rows
from dataro.cases.bulk.open_all import Opened, open_all, try_all
from dataro.cases.bulk.propose import files_of, propose, title_of
from dataro.cases.bulk.rows import DatasetRow
from dataro.cases.bulk.sheet import read_sheet, write_sheet
from dataro.data.standards.core import core
from dataro.publish.catalogue.entries import public_entries
from dataro.vocabulary.problem import Problem

PARKING = (
    "공영주차장 현황,,,,,\r\n관리번호,주차장명,주차구획수(면),개장시각,위도,경도\r\n"
    + "".join(
        f"PK-{n:03d},가람{n}주차장,\"{1000 + n:,}\",09:{n:02d},36.{500 + n},127.{500 + n}\r\n"
        for n in range(40)
    )
)  # fmt: skip
WASTE = "기준월,읍면동,수거량(톤)\r\n" + "".join(
    f"2025.{month:02d},{place},{month * 10}\r\n"
    for month in range(1, 13)
    for place in ("가람동", "나래동", "다솜읍", "합계")
)
CLASSES = "순번,강좌명,신청자 성명,휴대전화\r\n" + "".join(
    f"{n},요가{n % 5},김{'철영수민지'[n % 5]}{'호희진'[n % 3]},010-{1000 + n}-{2000 + n}\r\n"
    for n in range(30)
)
FILES = {
    "2. 삼평시_공영주차장_현황_20251231_최종_진짜최종.csv": PARKING,
    "자원순환과/[붙임1] 월별 생활폐기물 수거량(1).csv": WASTE,
    "평생학습강좌-제출용.csv": CLASSES,
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "받은자료" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("cp949"))
    (tmp_path / "받은자료" / "메모.hwp.tmp").write_text("-")
    return tmp_path / "받은자료"


def proposed(office: Office, folder: Path) -> list[DatasetRow]:
    city, taken = load(office.workspace).city, {"benches"}
    return [propose(path, folder, core(), city, taken) for path in files_of(folder)]


def filled(office: Office, folder: Path, sheet: Path) -> list[DatasetRow]:
    """The list as the officer fills it in and reads it back."""
    rows = proposed(office, folder)
    for row in rows:
        row.department, row.rights = row.department or "교통과", True
    write_sheet(rows, sheet)
    return read_sheet(sheet)


def run(office: Office, rows: list[DatasetRow], folder: Path) -> dict[str, Opened]:
    done = open_all(
        office.workspace, office.records, office.chief, rows, folder, lambda *_: None, approve=True
    )
    return {one.row.title: one for one in done}


def test_a_list_is_proposed_from_what_the_files_hold(office: Office, folder: Path) -> None:
    rows = {row.title: row for row in proposed(office, folder)}
    assert set(rows) == {"공영주차장 현황", "월별 생활폐기물 수거량", "평생학습강좌"}
    parking = {one.heading: one for one in rows["공영주차장 현황"].columns}
    assert parking["관리번호"].key
    assert (parking["경도"].term, parking["주차구획수(면)"].kind) == ("longitude", "integer")
    assert parking["개장시각"].kind == "time"
    waste = rows["월별 생활폐기물 수거량"]
    assert (waste.department, waste.cadence, waste.theme) == (
        "자원순환과",
        "monthly",
        "environment",
    )
    assert [one.heading for one in waste.columns if one.key] == ["기준월", "읍면동"]
    assert waste.total == "읍면동"
    hidden = {one.heading for one in rows["평생학습강좌"].columns if not one.keep}
    assert hidden == {"신청자 성명", "휴대전화"}
    assert "010" not in str(rows["평생학습강좌"].columns)


def test_the_folder_is_opened_and_a_second_run_changes_nothing(
    office: Office, folder: Path, tmp_path: Path
) -> None:
    rows = filled(office, folder, tmp_path / "목록.xlsx")
    assert check_rows(rows, folder) == []
    tried = try_all(office.workspace, load(office.workspace).city, rows, folder, lambda *_: None)
    assert [one.standing for one in tried] == ["tried"] * 3
    assert not (office.workspace.raw / "개방").exists()
    done = run(office, rows, folder)
    assert {one.standing for one in done.values()} == {"open"}, [
        (t, o.blocked) for t, o in done.items()
    ]
    assert done["월별 생활폐기물 수거량"].rows == 36  # without the totals
    with opened(office.workspace) as context:
        seen = {one.title.ko: one for one in public_entries(context)}
        assert set(FILES_TITLES) <= set(seen)
        assert "applicant" not in str(seen["평생학습강좌"].columns)
    again = run(office, rows, folder)
    assert not any(one.changed for one in again.values())
    # a file that came anew is taken in; what was decided stays
    (folder / next(iter(FILES))).write_bytes(PARKING.replace("가람1주", "나래1주").encode("cp949"))
    newer = run(office, rows, folder)
    assert [one.row.title for one in newer.values() if one.changed] == ["공영주차장 현황"]


FILES_TITLES = ("공영주차장 현황", "월별 생활폐기물 수거량", "평생학습강좌")


def test_what_stands_against_opening_is_said_row_by_row(
    office: Office, folder: Path, tmp_path: Path
) -> None:
    rows = filled(office, folder, tmp_path / "목록.xlsx")
    parking = next(row for row in rows if row.title == "공영주차장 현황")
    parking.rights = False
    classes = next(row for row in rows if row.title == "평생학습강좌")
    for column in classes.columns:  # somebody insists
        column.keep, column.personal = True, False
    done = run(office, rows, folder)
    assert done["공영주차장 현황"].standing == "review"
    assert set(done["공영주차장 현황"].blocked) == {"rights_cleared"}
    assert set(done["평생학습강좌"].blocked) == {"no_personal_data"}
    with opened(office.workspace) as context:
        assert "평생학습강좌" not in {one.title.ko for one in public_entries(context)}


def test_mistakes_in_the_list_are_told_by_row_and_nothing_is_written(
    office: Office, folder: Path, tmp_path: Path
) -> None:
    rows = filled(office, folder, tmp_path / "목록.xlsx")
    rows[0].licence, rows[0].id = "kogl1", "공영주차장"
    rows[1].department, rows[1].id = "", rows[2].id
    rows[1].columns[0].kind, rows[1].columns[0].term = "number", ""
    faults = [one.said().en for one in check_rows(rows, folder)]
    assert any("row 2" in one and "Did you mean “kogl-1”" in one for one in faults)
    assert any("row 2" in one and "begins with a small letter" in one for one in faults)
    assert any("row 3" in one and "department is empty" in one for one in faults)
    assert sum("Several rows have the id" in one for one in faults) == 2
    assert any("is no kind" in one for one in faults)


def test_another_dataset_is_never_overwritten(office: Office, folder: Path, tmp_path: Path) -> None:
    rows = filled(office, folder, tmp_path / "목록.xlsx")
    before = (office.workspace.datasets / "benches.yml").read_text("utf-8")
    rows[0].id = "benches"
    done = run(office, rows[:1], folder)
    (one,) = done.values()
    assert one.standing == "failed"
    assert one.problem is not None
    assert "Another dataset has the id" in one.problem.en
    assert (office.workspace.datasets / "benches.yml").read_text("utf-8") == before


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(Problem, match="not a list for opening"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("삼평시_CCTV_현황_v2.csv", "CCTV 현황"),
        ("교통과_버스정류장(2025.12.31).xlsx", "버스정류장"),
        ("2024년도 제설함 수정본.csv", "제설함"),
        ("자전거보관소_20251231.csv", "자전거보관소"),
    ],
)
def test_titles_are_read_off_names(office: Office, name: str, title: str) -> None:
    assert title_of(Path(name), load(office.workspace).city) == title
