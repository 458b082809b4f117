"""A set of files on the workbench: one meaning, one name, and the tables officials hand in."""

from __future__ import annotations

import re
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dataro.data.standards.core import core
from dataro.data.standards.file_columns import columns_of_files
from dataro.data.standards.store import domain_model
from dataro.data.standards.workbench import FileColumns, Workbench, ddl, table_name, work_through
from dataro.data.standards.workbench_xlsx import workbook
from dataro.vocabulary.problem import Problem

FILES = [
    FileColumns(
        "교통과_주차장 현황_20230101.csv",
        ["주차장명", "소재지도로명주소", "연락처", "설치일", "=1+1"],
        [["가", "나"], ["모시 모로 1", "모시 모로 2"], ["031-200-1234"], ["2001-02-03"] * 3, ["x"]],
    ),
    FileColumns(
        "공원녹지과_공원.csv",
        ["공원명", "전화번호", "설치일자", "면적(㎡)", "맨홀수"],
        [["가"], ["031-200-1235"], ["20010203"], ["12.5"], ["3"]],
    ),
    FileColumns("b/parks.csv", ["tel", "install_date", "tel", ""], []),
]


def worked() -> Workbench:
    return work_through(FILES, core(), domain_model(core()))


def test_columns_that_mean_the_same_are_found_under_their_different_names() -> None:
    same = {group.term: set(group.headings) for group in worked().same}
    assert same["전화번호"] == {"연락처", "전화번호", "tel"}
    assert same["설치일자"] == {"설치일", "설치일자", "install_date"}


def test_the_crosswalk_names_every_column_once_and_lists_words_to_register() -> None:
    bench = worked()
    assert len(bench.crosswalk) == sum(len(file.headings) for file in FILES)
    columns = [(row.table, row.column) for row in bench.crosswalk]
    assert len(set(columns)) == len(columns)
    assert "맨홀" in bench.unknown_words


def test_the_ddl_creates_the_tables_in_a_real_database() -> None:
    text = ddl(worked(), "mysql")
    runnable = re.sub(r" COMMENT '(?:[^']|'')*'", "", text)
    database = sqlite3.connect(":memory:")
    database.executescript(runnable)
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    assert tables == len(FILES)
    database.close()
    assert "COMMENT ON COLUMN" in ddl(worked())


def test_the_workbook_holds_the_sheets_officials_hand_in_and_no_formula() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(worked())))
    assert book.sheet_names == [
        "표준용어 정의서", "표준단어 정의서", "표준도메인 정의서", "테이블 정의서", "컬럼 정의서", "매핑표",
        "같은 뜻 다른 이름", "DDL",
    ]  # fmt: skip
    mapping = book.get_sheet_by_name("매핑표").to_python()
    assert len(mapping) == 1 + len(worked().crosswalk)
    assert "=1+1" in [row[1] for row in mapping]


def test_table_names_leave_out_dates_and_stay_plain() -> None:
    assert table_name("주차장 현황_20230101.csv", core()).startswith("PKLT")
    assert re.fullmatch(r"[A-Z][A-Z0-9_]{0,29}", table_name("../a'; DROP TABLE x;--.csv", core()))
    assert re.fullmatch(r"[A-Z][A-Z0-9_]{0,29}", table_name("2023.csv", core()))


def test_nothing_and_far_too_much_are_both_answered() -> None:
    assert work_through([], core(), domain_model(core())).crosswalk == ()
    with pytest.raises(Problem):
        work_through([FileColumns("a", ["x"] * 20_001)], core(), domain_model(core()))


def test_files_of_any_kind_are_opened_for_the_workbench(tmp_path: Path) -> None:
    (tmp_path / "공원.csv").write_bytes("공원명,전화번호\n가공원,031-200-1234\n".encode("cp949"))
    (tmp_path / "parks.json").write_text('[{"name": "a", "tel": "1"}]', "utf-8")
    (tmp_path / "empty.csv").write_text("", "utf-8")
    found, problems = columns_of_files(sorted(tmp_path.iterdir()))
    assert {each.file: list(each.headings) for each in found} == {
        "공원.csv": ["공원명", "전화번호"],
        "parks.json": ["name", "tel"],
    }
    assert found[1].samples[1] == ["031-200-1234"]
    assert len(problems) == 1


def test_columns_without_a_name_are_not_taken_for_one_meaning() -> None:
    bench = work_through(
        [FileColumns("a", ["column_1", "column_2", "", "pop"], [[], [], [], ["1", "2"]])],
        core(),
        domain_model(core()),
    )
    assert bench.same == ()
    assert bench.crosswalk[3].name.term.name == "인구수"
