"""A file is given to the portal, judged without being kept; quality and standards have pages."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import portal_city
import pytest
from portal_server import serving
from python_calamine import CalamineWorkbook

from dataro.build.run import build
from dataro.portal.kept_reports import KeptReports
from dataro.publish.quality.apart import NotJudged, Report, judge_apart

TABLE = "시설명,전화번호,데이터기준일자,주민번호\n" + "".join(
    f"시설{n},031-229-{4000 + n},2024-01-{n:02},\n" for n in range(1, 29)
)
BAD = TABLE + "<script>alert(1)</script>,031-229-4567,2023-02-30,\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace, only=["benches", "residents", "stops"])
    with serving(workspace.folder) as found:
        yield found


def give(
    address: str, name: str, content: bytes, language: str = "ko", **more: str
) -> httpx.Response:
    return httpx.post(
        f"{address}/{language}/check", files={"file": (name, content)}, data=more, timeout=60
    )


def left_behind() -> list[Path]:
    return [one for one in Path(tempfile.gettempdir()).glob("check*") if one.is_dir()]


def test_a_file_is_judged_and_its_reports_are_taken_along(address: str) -> None:
    before = left_behind()
    page = give(address, "시설 목록.csv", BAD.encode("cp949"))
    assert page.status_code == 200
    assert "2023-02-30" in page.text
    assert "시설 목록.csv" in page.text
    assert "<script>alert" not in page.text
    assert page.headers["cache-control"] == "no-store"
    links = re.findall(r'href="(/ko/check/[^"]+)"', page.text)
    assert len(links) == 2
    html, xlsx = (httpx.get(address + link) for link in links)
    assert html.headers["content-disposition"].startswith("attachment")
    assert "2023-02-30" in html.text
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx.content))
    assert "오류 목록" in book.sheet_names
    assert left_behind() == before  # nothing of the file stays


def test_the_assessors_rules_can_be_chosen_and_the_page_speaks_english(address: str) -> None:
    page = give(address, "a.csv", BAD.encode(), "en", rules="assessor")
    assert page.status_code == 200
    assert "The national assessment tool" in page.text


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("빈 파일.csv", b"", 400),
        ("그림.png", b"\x89PNG\r\n\x1a\n" + bytes(200), 422),
        ("깨진.xlsx", b"PK\x03\x04" + bytes(500), 422),
        ("../../etc/passwd", b"\x00\x01\x02" * 50, 422),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(address: str, name, content, status) -> None:
    page = give(address, name, content)
    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert "Traceback" not in page.text
    assert "/tmp" not in page.text


def test_too_large_a_file_is_refused_before_it_is_read(address: str) -> None:
    assert give(address, "큰.csv", b"a,b\n" * 8_100_000).status_code == 413
    assert httpx.post(f"{address}/ko/check", data={"x": "1"}).status_code == 400


def test_an_unknown_report_is_gone(address: str) -> None:
    page = httpx.get(f"{address}/ko/check/nothing/report.html")
    assert page.status_code == 404
    assert "다시 올려" in page.text


def test_quality_shows_verdicts_sums_and_the_self_check(address: str) -> None:
    page = httpx.get(f"{address}/ko/quality").text
    for words in ("공원 의자", "공원과", "유효성", "품질관리 수준평가", "자체 해석", "확인 안 됨"):
        assert words in page
    assert "내부 자료" not in page  # what is internal is not told
    assert "Error rate by department" in httpx.get(f"{address}/en/quality").text


def test_standards_are_searched_and_a_term_has_a_page(address: str) -> None:
    found = httpx.get(f"{address}/ko/standards", params={"q": "전화번호"}).text
    link = re.search(r'href="(/ko/standards/[^"?]+)"', found)
    assert link is not None
    term = httpx.get(address + link[1])
    assert term.status_code == 200
    assert "영문약어명" in term.text
    assert "TELNO" in httpx.get(f"{address}/en/standards", params={"q": "telephone"}).text
    assert httpx.get(f"{address}/ko/standards/없는용어").status_code == 404
    nothing = httpx.get(f"{address}/ko/standards", params={"q": "<b>쀍</b>"})
    assert "<b>쀍" not in nothing.text


# Apart


def test_a_reader_that_loops_is_ended_with_a_sentence(tmp_path: Path) -> None:
    looping = (sys.executable, "-c", "while True: pass")
    file = tmp_path / "고장.xls"
    file.write_bytes(b"x")
    started = time.monotonic()
    with pytest.raises(NotJudged) as told:
        judge_apart(file, tmp_path, "ko", seconds=1, program=looping)
    assert time.monotonic() - started < 10
    assert "1초 안에" in told.value.text.ko
    assert "고장.xls" in told.value.text.en


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_reader_that_fills_the_memory_is_ended_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "큰.csv"
    file.write_text("가\n" + "1\n" * 10)
    greedy = (
        "import sys, json\n"
        "from dataro.publish.quality import apart_child\n"
        "apart_child.diagnose = lambda *a, **k: bytearray(2**31)\n"
        "sys.exit(apart_child.main(json.loads(sys.argv[1])))\n"
    )
    with pytest.raises(NotJudged) as told:
        judge_apart(
            file, tmp_path, "ko", memory=2**30, program=(sys.executable, "-c", greedy)
        )  # fmt: skip
    assert "메모리" in told.value.text.ko


def test_a_reader_that_breaks_off_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.xls"
    file.write_bytes(b"x")
    crash = (sys.executable, "-c", "import os; os.kill(os.getpid(), 11)")
    with pytest.raises(NotJudged, match="may be damaged"):
        judge_apart(file, tmp_path, "ko", program=crash)


def test_the_child_gets_no_secret_of_the_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DATARO_DATABASE_PASSWORD", "geheim")
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    seen = tmp_path / "seen.json"
    tell = f"import json, os; open({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))"
    with pytest.raises(NotJudged):  # the child wrote no report
        judge_apart(file, tmp_path, "ko", program=(sys.executable, "-c", tell))
    assert "geheim" not in json.dumps(json.loads(seen.read_text()))


def test_reports_are_held_for_a_while_and_not_without_end() -> None:
    kept = KeptReports(seconds=0.05)
    token = kept.keep(Report({}, "p", b"w"), "a.csv")
    assert kept.get(token) is not None
    time.sleep(0.06)
    assert kept.get(token) is None
    long = KeptReports()
    tokens = [long.keep(Report({}, "p", b"w"), "a.csv") for _ in range(45)]
    assert long.get(tokens[0]) is None
    assert long.get(tokens[-1]) is not None
