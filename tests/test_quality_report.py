"""Reports on a table: one small HTML file, a workbook to work through, a mended copy beside."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import small_city
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dataro.cli import app, language
from dataro.data.quality.diagnose import diagnose
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.publish.quality.judged import Judged
from dataro.publish.quality.page import MOST_BYTES, report_page
from dataro.publish.quality.workbook import error_list, report_workbook

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in its order, no script, nothing from outside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.headings: list[int] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe")
        for name, value in attrs:
            assert name not in ("src", "href") or (value or "").startswith("#")
            assert not name.startswith("on")
        if tag not in VOID:
            self.open.append(tag)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)


def table(rows: int = 40) -> str:
    lines = [
        f"시설{n},031-229-{4000 + n},2024-01-{n % 28 + 1:02},{n * 100}" for n in range(1, rows)
    ]
    return "\n".join(["시설명,전화번호,데이터기준일자,이용금액", *lines])


@pytest.fixture
def bad_file(tmp_path: Path) -> Path:
    file = tmp_path / "시설 목록.csv"
    text = table() + "\n=1+1,031-229-4567,2023-02-30,１２００\n시설99,전화 없음,2024-01-09,1200원\n"
    file.write_bytes(text.encode("cp949"))
    return file


@pytest.fixture
def dataro(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(language, "LANGUAGE", "ko")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app.main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# The page


@pytest.mark.parametrize(("tongue", "words"), [("ko", "오류율"), ("en", "Error rate")])
def test_the_page_is_whole_by_itself_in_the_readers_language(bad_file, tongue, words) -> None:
    page = report_page(Judged(bad_file.name, [diagnose(bad_file)]), tongue)
    read = Reader(page)
    text = " ".join(read.texts)
    assert f'<html lang="{tongue}">' in page
    assert words in text
    assert "2023-02-30" in text
    assert "://" not in page
    steps = zip(read.headings, read.headings[1:], strict=False)
    assert all(after - before <= 1 or before == 1 for before, after in steps)


def wide(columns: int, rows: int, letters: int) -> Raw:
    frame = pl.DataFrame(
        {f"{'긴열이름' * (letters // 4)}{c}": [f"<b>{'가' * letters}&{r} " for r in range(rows)]
         for c in range(columns)}
    )  # fmt: skip
    here = frame.with_columns(
        pl.lit("넓은표.csv").alias(FILE), pl.int_range(2, rows + 2, dtype=pl.Int64).alias(ROW)
    )
    return Raw(here)


@pytest.mark.parametrize(("columns", "rows", "letters"), [(1, 1, 4), (300, 3, 60), (12, 40, 4_000)])
def test_the_page_stays_under_a_megabyte_whatever_the_input(columns, rows, letters) -> None:
    found = diagnose(wide(columns, rows, letters))
    assert found.failed > 0
    page = report_page(Judged("x" * 400, [found] * 60), "ko")
    assert len(page.encode()) <= MOST_BYTES < 1_000_000
    Reader(page)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=20), min_size=1, max_size=6, unique=True),
       st.lists(st.text(max_size=30), min_size=1, max_size=8))  # fmt: skip
def test_no_cell_or_heading_breaks_the_page_or_the_workbook(names, cells) -> None:
    names = [f"열{n}" + name for n, name in enumerate(names)]
    frame = pl.DataFrame(dict.fromkeys(names, cells), schema=dict.fromkeys(names, pl.String))
    raw = Raw(
        frame.with_columns(pl.lit("a").alias(FILE), pl.int_range(2, frame.height + 2, dtype=pl.Int64).alias(ROW))
    )  # fmt: skip
    judged = Judged("a", [diagnose(raw)])
    Reader(report_page(judged, "ko"))
    report_workbook(judged, "en")


# The workbook


def test_the_workbook_lists_every_error_with_its_place_rule_and_fix(bad_file) -> None:
    found = diagnose(bad_file)
    judged = Judged(bad_file.name, [found])
    made = sheets(report_workbook(judged, "ko"))
    assert list(made) == ["요약", "열별", "규칙 목록", "오류 목록"]
    head, *rows = made["오류 목록"]
    assert found.findings is not None
    assert len(rows) == found.findings.height == error_list(judged).height
    at = {name: number for number, name in enumerate(head)}
    (wrong,) = [row for row in rows if row[at["지금 값"]] == "2023-02-30"]
    assert wrong[at["행 번호"]] == 41
    assert wrong[at["열"]] == "데이터기준일자"
    assert wrong[at["고치는 법"]]
    (wide_digits,) = [row for row in rows if row[at["지금 값"]] == "１２００"]
    assert wide_digits[at["제안 값"]] == "1200"
    head, *columns = made["열별"]
    assert [row[1] for row in columns] == ["시설명", "전화번호", "데이터기준일자", "이용금액"]
    assert "TELNO" in columns[1]


def test_a_cut_list_of_errors_says_so(bad_file) -> None:
    found = Judged("a", [diagnose(bad_file)])
    made = sheets(report_workbook(found, "ko", most=2))
    assert len(made["오류 목록"]) == 3
    assert any("2건까지만" in str(row) for row in made["요약"])


def test_the_assessors_workbook_has_kinds_rates_and_rules_with_samples(bad_file) -> None:
    found = diagnose(bad_file, mode="assessor")
    made = sheets(report_workbook(Judged(bad_file.name, [found]), "ko"))
    head, *kinds = made["유형별"]
    assert head == ["유형", "진단 열 수", "진단한 칸", "오류 칸", "오류율(%)"]
    by_kind = {row[0]: row for row in kinds}
    assert by_kind["전화번호"][1:] == [1, 41, 1, 2.44]
    head, *rules = made["규칙 목록"]
    source = head.index("출처")
    assert all(row[source] for row in rules)


# The command


def test_check_writes_page_workbook_and_the_whole_list(dataro, bad_file, tmp_path) -> None:
    out = {kind: tmp_path / f"보고서.{kind}" for kind in ("html", "xlsx", "csv")}
    code, said, err = dataro(
        "check", bad_file.name, "--html", str(out["html"]), "--xlsx", str(out["xlsx"]),
        "--errors", str(out["csv"]),
    )  # fmt: skip
    assert code == 1, err
    assert str(out["html"]) in said.replace("\n", "")
    Reader(out["html"].read_text("utf-8"))
    with out["csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(sheets(out["xlsx"].read_bytes())["오류 목록"]) - 1
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_fix_writes_a_mended_copy_and_its_log_and_leaves_the_original(
    dataro, bad_file, tmp_path
) -> None:
    before = bad_file.read_bytes()
    copy = tmp_path / "고친.csv"
    assert dataro("check", bad_file.name, "--fix", str(copy))[0] == 1
    assert bad_file.read_bytes() == before
    mended = pl.read_csv(copy, infer_schema=False)
    assert mended["이용금액"].to_list()[-2:] == ["1200", "1200"]
    assert mended.height == 41
    log = pl.read_csv(tmp_path / "고친.changes.csv", infer_schema=False)
    assert {"１２００", "1200원"} <= set(log["before"].drop_nulls())
    code, _, err = dataro("check", bad_file.name, "--fix", str(bad_file))
    assert code == 1
    assert "원본에는 쓰지 않습니다" in err
    assert bad_file.read_bytes() == before
    book = tmp_path / "고친.xlsx"
    dataro("check", bad_file.name, "--fix", str(book))
    (rows,) = sheets(book.read_bytes()).values()
    assert rows[-2][0] == "=1+1"


def test_against_a_dataset_judges_by_its_declaration_too(dataro, tmp_path, monkeypatch) -> None:
    folder = small_city.make(tmp_path / "시").folder
    monkeypatch.chdir(folder)
    delivery = tmp_path / "의자 새것.csv"
    delivery.write_text("번호,좌석\nB01,2\nB01,3\nB02,다섯\n", encoding="utf-8")
    code, out, err = dataro("check", str(delivery), "--against", "benches", "--json")
    document = json.loads(out)
    assert code == 1, err
    assert document["declaration"]["dataset"] == "benches"
    assert document["declaration"]["verdict"]["rows_read"] == 3
    assert document["declaration"]["verdict"]["rows_kept"] == 1
    code, _, err = dataro("check", str(delivery), "--against", "benchs")
    assert code == 1
    assert "benches" in err
    page = tmp_path / "a.html"
    code, out, _ = dataro("check", str(delivery), "--against", "benches", "--html", str(page))
    assert "선언과 견준 결과" in page.read_text("utf-8")
    Reader(page.read_text("utf-8"))


# The standard


def test_standards_are_searched_adopted_applied_and_measured(dataro, tmp_path, monkeypatch) -> None:
    folder = small_city.make(tmp_path / "시").folder
    monkeypatch.chdir(folder)
    code, out, _ = dataro("standards", "search", "전화번호", "--json")
    assert code == 0
    assert json.loads(out)[0]["abbreviation"] == "TELNO"
    assert dataro("standards", "search", "쀍뚫")[0] == 1
    one, two = tmp_path / "공원.csv", tmp_path / "시장.csv"
    one.write_text("시설명,연락처,TELNO\n가,031-229-4000,1\n", encoding="utf-8")
    two.write_text("시장이름,전화번호\n나,031-229-4001\n", encoding="utf-8")
    book = tmp_path / "표준.xlsx"
    code, out, err = dataro(
        "standards", "workbench", str(one), str(two), "--xlsx", str(book), "--json"
    )
    assert code == 0, err
    same = {group["term"]: group["headings"] for group in json.loads(out)["same"]}
    assert set(same["전화번호"]) >= {"연락처", "전화번호"}
    assert "DDL" in "".join(sheets(book.read_bytes()))
    code, out, _ = dataro("standards", "measure", str(one), str(two), "--json")
    measured = {row["column"]: row["verdict"] for row in json.loads(out)["columns"]}
    assert measured["전화번호"] == measured["TELNO"] == "standard"
    assert 0 < json.loads(out)["names"] < 1
    official = tmp_path / "표준용어.csv"
    official.write_text(
        "공통표준용어명,공통표준용어설명,공통표준용어영문약어명,공통표준도메인명\n"
        "공원의자수,공원에 놓인 의자의 수,PARK_CHR_CNT,수N10\n",
        encoding="utf-8",
    )
    code, out, err = dataro("standards", "adopt", str(official))
    assert code == 0, err
    assert dataro("standards", "search", "공원의자수")[0] == 0
