"""The page on adding a dataset and an analysis, carried out as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import small_city

from dataro.build.answers import answer
from dataro.build.context import opened
from dataro.build.registry import load
from dataro.build.run import build
from dataro.build.workspace import Workspace

PAGE = Path(__file__).resolve().parent.parent / "docs" / "adding.md"
HOUSEHOLDS = """
title: {ko: 세대원수별 세대, en: Households by size}
description: {ko: 삼평시의 세대입니다., en: Households of Sampyeong.}
owner: {ko: 자치행정과, en: Local administration}
table: households_by_size
licence: kogl-1
source: {files: 세대.csv}
columns: {month: 월, district: 동, size: 원, households: 수}
"""
HOUSEHOLDS_CSV = """월,동,원,수
2024-01,9911051000,1,90
2024-02,9911051000,1,30
2024-02,9911051000,2,70
2024-02,9911052000,1,60
2024-02,9911052000,2,40
2024-02,9911053000,1,5
"""


def files_of_the_page() -> dict[str, str]:
    """Path → text of each code block that begins with a comment naming its file."""
    blocks = re.findall(
        r"```(?:csv|yaml|python)\n# (\S[^\n]*)\n(.*?)```", PAGE.read_text("utf-8"), re.S
    )
    return dict(blocks)


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    workspace = small_city.make(tmp_path)
    (workspace.datasets / "households.yml").write_text(HOUSEHOLDS, "utf-8")
    (workspace.raw / "세대.csv").write_text(HOUSEHOLDS_CSV, "utf-8")
    for name, text in files_of_the_page().items():
        path = workspace.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "cp949" if path.suffix == ".csv" else "utf-8")
    return workspace


def test_the_page_shows_one_file_of_each_kind():
    assert sorted(Path(name).suffix for name in files_of_the_page()) == [".csv", ".py", ".yml"]


def test_the_dataset_of_the_page_is_read_corrected_and_judged(city):
    (result,) = build(city, only=["library_loans"])
    assert (result.result, result.rows) == ("built", 2)
    with opened(city) as context:
        published = context.state.current("library_loans")
        with context.lake.session() as session:
            rows = session.read("library_loans", published.snapshots["library_loans"]).to_polars()
    assert rows["loans"].to_list() == [12345, 3210]
    verdict = published.verdicts["library_loans"]
    assert verdict.passed
    assert sum(verdict.corrected.values()) == 1
    assert published.receipt.files[0].encoding in ("cp949", "euc-kr")


def test_the_analysis_of_the_page_answers_and_takes_its_setting(city):
    results = {one.id: one for one in build(city)}
    assert results["living_alone"].result == "built", results["living_alone"].problem
    with opened(city) as context:
        usual = answer(context, "living_alone")
        all_of_them = answer(context, "living_alone", {"at_least": "1"})
    assert usual.tables["result"].select("district", "alone").rows() == [
        ("9911051000", 0.3),
        ("9911052000", 0.6),
    ]
    assert usual.findings[0].text.en.startswith("9911052000 has the highest share")
    assert all_of_them.tables["result"].height == 3
    assert set(usual.figures) == {"by_district"}


def test_without_the_files_both_are_gone(city):
    build(city)
    (city.datasets / "library_loans.yml").unlink()
    (city.analyses / "living_alone.py").unlink()
    build(city)
    registry = load(city)
    assert "library_loans" not in registry.datasets
    assert "living_alone" not in registry.analyses
    with opened(city) as context:
        assert not {"library_loans", "living_alone"} & set(context.state.published())
