"""A file of any size is judged by rules that the office writes itself."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dataro.build.rules_file import read_rules
from dataro.cli import app, language
from dataro.data.quality import batches
from dataro.data.quality.by_rules import judge_by_rules
from dataro.vocabulary.problem import Problem

RULES = """
key: [번호]
columns:
  번호: {required: true, length: 3}
  이용자: {kind: integer, minimum: 0}
  점유율: {kind: decimal, minimum: 0, maximum: 100}
  개장: {kind: date, maximum: 2026-01-31}
  구분: {codes: [실내, 실외]}
  정원: {kind: integer}
  전화: {pattern: '031-\\d{3}-\\d{4}'}
rules:
  - condition: 이용자 <= 정원
    text: {ko: 이용자는 정원을 넘지 않습니다., en: No more visitors than places.}
"""
ROWS = [
    ("번호", "이용자", "점유율", "개장", "구분", "전화", "정원"),
    ("001", "10", "20.5", "2024-01-31", "실내", "031-229-4000", "100"),
    ("002", "열", "20%", "2026-02-01", "실내", "031-229-4001", "100"),  # row 3
    ("003", "", "120", "2023-02-30", "옥상", "031-12", "100"),  # row 4
    ("001", "130", "0", "2024-01-31", "실외", "031-229-4003", "100"),  # row 5
    ("", "-1", "", "", "", "", "100"),  # row 6
]
BROKEN = {
    "번호:required": [6], "key": [5], "이용자:kind": [3], "이용자:range": [3, 6],
    "점유율:kind": [3], "점유율:range": [3, 4], "개장:kind": [4], "개장:range": [3, 4],
    "구분:codes": [4], "전화:pattern": [4], "rule:1": [5],
}  # fmt: skip
"""Worked out by hand. What cannot be read (열, 20%, 30 February) breaks its limits too."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "시설.csv"
    path.write_text("\n".join(",".join(row) for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "규칙.yml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_every_failing_row_is_kept_with_its_rules(file: Path, rules: Path) -> None:
    found = judge_by_rules(file, read_rules(rules))
    assert found.findings is not None
    rows = found.findings.group_by("rule").agg(pl.col("row").sort())
    assert dict(rows.iter_rows()) == BROKEN
    judged = {rule.rule: rule.judged for rule in found.rules}
    assert (judged["번호:required"], judged["이용자:range"], judged["rule:1"]) == (5, 4, 3)
    assert {r.rule: r.failed for r in found.rules if r.failed} == {
        rule: len(rows) for rule, rows in BROKEN.items()
    }


def test_a_large_file_is_judged_alike_also_where_the_short_way_breaks_off(
    tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row with too many cells far down does not end the judging: the rest is read the long way."""
    many = [ROWS[0], *(ROWS[1 + n % 5] for n in range(200_000))]
    lines = [",".join(row) for row in many]
    path = tmp_path / "큰 파일.csv"
    monkeypatch.setattr(batches, "LARGE", 1000)
    path.write_text("\n".join(lines), encoding="utf-8")
    whole = judge_by_rules(path, read_rules(rules))
    lines[150_000] += ",남는 칸"
    path.write_text("\n".join(lines), encoding="utf-8")
    broken = judge_by_rules(path, read_rules(rules))
    assert whole.findings is not None
    assert broken.findings is not None
    assert broken.findings.equals(whole.findings)
    assert any("150,001" in note.en or "extra cells" in note.en for note in broken.notes)


def test_the_command_writes_all_reports(
    file: Path, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(language, "LANGUAGE", "en")
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    with pytest.raises(SystemExit) as ended:
        app.main(["check", str(file), "--rules", str(rules), "--html", str(page),
                  "--xlsx", str(book), "--json"])  # fmt: skip
    assert ended.value.code == 1
    document = json.loads(capsys.readouterr().out)
    assert document["mode"] == "own"
    assert document["failed"] == 11  # cells: one that breaks two rules counts once
    assert "No more visitors than places." in page.read_text("utf-8")
    assert book.stat().st_size > 5000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {이용자수: {required: true}}", "이용자"),
        ("columns: {이용자: {minimum: 0}}", "kind"),
        ("columns: {개장: {kind: date, maximum: 5}}", "2024-01-31"),
        ("columns: {전화: {pattern: '('}}", "regular expression"),
        ("columns: {이용자: {minimun: 0}}", "minimum"),
        ("rules: [{condition: 이용자 >>> 3, text: {ko: 가, en: a}}]", "cannot be understood"),
        ("", "columns, key, rules"),
    ],
    ids=["column", "limit without kind", "limit of a day", "pattern", "key", "condition", "empty"],
)
def test_rules_that_cannot_be_used_are_named(file: Path, rules: Path, text: str, said: str) -> None:
    rules.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as raised:
        judge_by_rules(file, read_rules(rules))
    assert said in raised.value.text.en
