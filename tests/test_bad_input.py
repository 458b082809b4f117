"""What is wrong with a delivery is said in a sentence; good rows go on, the raw file is kept."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
import small_city

from dataro.build.context import opened
from dataro.build.run import StepResult, build
from dataro.build.state import State
from dataro.build.workspace import Workspace
from dataro.vocabulary.answer import Fault
from dataro.vocabulary.problem import Problem

STOPS = """
title: {ko: 정류장, en: Stops}
description: {ko: 정류장입니다., en: Stops.}
owner: {ko: 교통과, en: Transport}
row: {ko: 한 행은 정류장 하나입니다., en: One row per stop.}
licence: kogl-1
source: {files: 정류장.csv%s}
columns:
  stop: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
  opened: {from: 개통일, title: {ko: 개통일, en: Opened}, kind: date}
  longitude: {from: 경도, term: longitude}
  latitude: {from: 위도, term: latitude}
"""
HEADINGS = "번호,개통일,경도,위도\n"
GOOD = "A1,2023-02-01,127.5,36.5\n"


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    workspace = small_city.make(tmp_path / "city")
    (workspace.datasets / "stops.yml").write_text(STOPS % "", encoding="utf-8")
    return workspace


def deliver(city: Workspace, raw: bytes | str) -> StepResult:
    """Put a file in, build it, and see that it lies there as it came."""
    file = city.raw / "정류장.csv"
    content = raw.encode() if isinstance(raw, str) else raw
    file.write_bytes(content)
    (result,) = build(city, only=["stops"])
    assert file.read_bytes() == content
    return result


def kept_and_faults(city: Workspace) -> tuple[int, list[Fault]]:
    with opened(city) as context:
        published = context.state.current("stops")
        assert published is not None
        verdict = published.verdicts["stops"]
        return verdict.rows_kept, list(verdict.faults)


@pytest.mark.parametrize(
    ("raw", "korean", "english"),
    [
        (b"", "빈 파일입니다", "the file is empty"),
        (HEADINGS, "쓸 수 있는 행이 없어", "none can be used"),
        (random.Random(1).randbytes(5000), "이진 파일입니다", "a binary file, not a table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG 파일입니다", "a PNG file, not a table"),
        ("번호,개통일,경도\nA1,2023-02-01,127.5\n", "“위도” 열이 없습니다", "no column “위도”"),
    ],
)
def test_a_delivery_that_cannot_be_read_is_refused_in_a_sentence(city, raw, korean, english):
    deliver(city, HEADINGS + GOOD)
    result = deliver(city, raw)
    assert result.result == "failed"
    assert result.problem is not None
    assert korean in result.problem.ko
    assert english in result.problem.en
    assert kept_and_faults(city)[0] == 1  # the last good delivery stays


@pytest.mark.parametrize(
    ("row", "column", "korean", "english"),
    [
        ("A2,2023-02-30,127.6,36.5", "opened", "2023-02-30", "2023-02-30"),
        ("A1,2023-02-02,127.6,36.5", "stop", "키(번호)가 앞의 행과 같아", "key"),
    ],
)
def test_a_row_that_cannot_be_is_set_aside_and_named_and_the_others_go_on(
    city, row, column, korean, english
):
    assert deliver(city, HEADINGS + GOOD + row + "\n").result == "built"
    kept, (fault,) = kept_and_faults(city)
    assert kept == 1
    assert (fault.file, fault.row, fault.kept) == ("정류장.csv", 3, False)
    assert korean in fault.text.ko
    assert english in fault.text.en.lower()
    assert fault.column in (column, None, "번호", "개통일")


@pytest.mark.parametrize(
    ("row", "korean"),
    [
        ("A2,2023-02-28,36.6,127.5", "위도와 경도가 서로 바뀌었습니다"),
        ("A2,2023-02-28,200123.4,420000.2", "다른 좌표계"),
    ],
)
def test_coordinates_that_are_swapped_or_of_another_system_are_named(city, row, korean):
    assert deliver(city, HEADINGS + GOOD + row + "\n").result == "built"
    _, faults = kept_and_faults(city)
    assert any(fault.row == 3 and korean in fault.text.ko for fault in faults)


def test_a_file_too_large_to_hold_in_memory_is_refused_before_it_is_read(city, monkeypatch):
    deliver(city, HEADINGS + GOOD)
    monkeypatch.setattr("dataro.build.steps.MOST_BYTES", 3_000_000)
    result = deliver(city, HEADINGS + GOOD * 200_000)
    assert result.result == "failed"
    assert result.problem is not None
    assert "5MB" in result.problem.ko
    assert "정류장.csv" in result.problem.en
    assert kept_and_faults(city)[0] == 1


def test_a_packed_file_counts_by_what_it_unpacks_to(city, monkeypatch):
    deliver(city, HEADINGS + GOOD)
    monkeypatch.setattr("dataro.build.steps.MOST_BYTES", 3_000_000)
    packed = gzip.compress((HEADINGS + GOOD * 200_000).encode())
    assert len(packed) < 100_000
    result = deliver(city, packed)
    assert result.result == "failed"
    assert result.problem is not None
    assert "too much to build at once" in result.problem.en
    assert kept_and_faults(city)[0] == 1


def test_an_unknown_column_harms_nothing(city):
    result = deliver(city, "번호,개통일,경도,위도,비고\nA1,2023-02-01,127.5,36.5,좋음\n")
    assert (result.result, result.rows) == ("built", 1)


@pytest.mark.parametrize(("declared", "written"), [("utf-8", "cp949"), ("cp949", "utf-8")])
def test_a_wrong_encoding_in_the_declaration_breaks_no_letter(city, declared, written):
    (city.datasets / "stops.yml").write_text(STOPS % f", encoding: {declared}", encoding="utf-8")
    result = deliver(city, (HEADINGS + GOOD).encode(written))
    assert (result.result, result.rows) == ("built", 1)


def test_a_tab_in_a_declaration_is_named_and_what_was_published_stays(city):
    build(city)
    declaration = city.datasets / "residents.yml"
    declaration.write_text(
        declaration.read_text("utf-8").replace("  month", "\tmonth"), encoding="utf-8"
    )
    done = {one.id: one for one in build(city)}
    assert done["growth"].result == "blocked"
    with opened(city) as context:
        (problem,) = context.registry.broken.values()
        assert "탭 문자" in problem.text.ko
        assert "a tab" in problem.text.en
        assert context.state.current("growth") is not None


def test_a_failure_blocks_only_what_needs_it(city):
    deliver(city, "")
    (city.raw / "인구" / "2024.csv").unlink()
    done = {one.id: one for one in build(city)}
    assert done["stops"].result == "failed"
    assert done["growth"].result == "absent"


def test_a_build_with_nothing_to_say_changes_no_version(city):
    (city.raw / "인구" / "2024.csv").unlink()
    build(city)
    with opened(city) as context:
        before = context.state.version()
    build(city)
    with opened(city) as context:
        assert context.state.version() == before


def test_a_disk_that_fills_up_while_the_state_is_written_is_said(tmp_path):
    state = State(tmp_path)
    pages = state._connection.execute("PRAGMA page_count").fetchone()[0]
    state._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite: disk is full
    with pytest.raises(Problem) as caught:
        state.remember("note", "x" * 100_000)
    assert "남은 공간" in caught.value.text.ko
    state.close()


def test_a_state_file_that_is_something_else_is_said(tmp_path):
    (tmp_path / "state.sqlite").write_bytes(b"not a database at all, but long enough" * 99)
    with pytest.raises(Problem) as caught:
        State(tmp_path)
    assert "state.sqlite" in caught.value.text.en
