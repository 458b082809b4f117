"""The quality management assessment: points by evidence, what is unknown said, what if."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_city

from dataro.build.context import opened
from dataro.build.evidence import assess_city
from dataro.build.quality_history import by_department, by_indicator, history, verdicts
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.cli import app, language
from dataro.data.quality.assessment import Evidence, assess, scheme, what_if
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

DATASETS = ["benches", "residents"]
KNOWN = both("근거", "evidence")


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    made = small_city.make(tmp_path / "시")
    build(made, only=DATASETS)
    return made


def test_the_indicators_of_2023_add_up_to_a_hundred_and_name_their_source() -> None:
    table = scheme(2023)
    assert sum(one.points for one in table.indicators) == 100
    assert {one.id: one.points for one in table.indicators}["error_rate"] == 14
    assert table.source.ko
    with pytest.raises(Problem, match="no indicators of 1999"):
        scheme(1999)


def test_all_evidence_gives_all_points_and_none_gives_none() -> None:
    table = scheme()
    best = {one.id: Evidence(one.full, KNOWN) for one in table.indicators}
    worst = {one.id: Evidence(one.none, KNOWN) for one in table.indicators}
    assert assess(table, best).points == pytest.approx(100)
    assert assess(table, worst).points == 0
    nothing = assess(table, {})
    assert nothing.known == 0
    assert all(one.points is None for one in nothing.scored)
    grade = assess(table, best).grade
    assert grade is not None
    assert grade.name.ko == "우수"


def test_a_lower_error_rate_never_costs_points() -> None:
    table = scheme()
    points = [what_if(table, {}, {"error_rate": rate / 100}).points for rate in range(11)]
    assert points == sorted(points, reverse=True)
    assert points[0] == 14
    with pytest.raises(Problem, match="error_rate"):
        what_if(table, {}, {"eror_rate": 0.1})
    with pytest.raises(Problem, match="between 0 and 1"):
        what_if(table, {}, {"error_rate": 3})


def test_evidence_comes_from_what_the_city_has_and_shows(city: Workspace) -> None:
    with opened(city) as context:
        found = {one.indicator.id: one for one in assess_city(context).scored}
        supposed = assess_city(context, changes={"error_rate": 0.0})
        reported = assess_city(context, reports=(4, 3))
    assert found["diagnosis"].points == 20
    assert found["plan"].points is None  # nobody said so
    rate = found["error_rate"]
    assert rate.evidence is not None
    assert rate.evidence.share == pytest.approx(2 / 55)
    assert rate.evidence.text.ko == "값 55개 가운데 오류 2개"
    assert {o.indicator.id: o.points for o in supposed.scored}["error_rate"] == 14
    assert {o.indicator.id: o.points for o in reported.scored}["reports"] == pytest.approx(3)


def test_a_city_says_what_the_system_cannot_know_and_edits_our_readings(city: Workspace) -> None:
    (city.folder / "assessment.yml").write_text(
        "evidence:\n  plan: {share: 1, text: {ko: 품질관리 계획 2026, en: Plan of 2026}}\n"
        "scales:\n  error_rate: {full: 0.0, none: 0.5}\n",
        encoding="utf-8",
    )
    with opened(city) as context:
        found = {one.indicator.id: one for one in assess_city(context).scored}
    assert found["plan"].points == 2
    assert found["error_rate"].points == pytest.approx(14 * (1 - 2 / 55 / 0.5))
    (city.folder / "assessment.yml").write_text("evidense: {}\n", encoding="utf-8")
    with opened(city) as context, pytest.raises(Problem, match="evidense"):
        assess_city(context)
    (city.folder / "assessment.yml").write_text(
        "scales: {eror_rate: {full: 0, none: 1}}\n", encoding="utf-8"
    )
    with opened(city) as context, pytest.raises(Problem, match="error_rate"):
        assess_city(context)


def test_mended_errors_count_as_action_and_show_in_the_history(city: Workspace) -> None:
    (city.raw / "의자.csv").write_text("번호,좌석\nA01,3\nA02,2\nA03,4\n", encoding="utf-8")
    build(city, only=DATASETS)
    with opened(city) as context:
        past = history(context.state, "benches")
        found = {one.indicator.id: one for one in assess_city(context).scored}
        now = verdicts(context.state, DATASETS)
        departments = by_department(now, context.registry)
        indicators = {one.key: one for one in by_indicator(now)}
    assert [one.failed for one in past] == [2, 0]
    assert [one.set_aside for one in past] == [2, 0]
    assert past[0].error_rate > past[1].error_rate == 0
    assert found["action"].points == 20
    assert {one.text.ko for one in departments} == {"공원과", "자치행정과"}
    assert indicators["uniqueness"].failed == 0
    assert indicators["validity"].judged > 0


def test_assess_tells_points_and_what_would_change(city: Workspace, capsys, monkeypatch) -> None:
    monkeypatch.setattr(language, "LANGUAGE", "ko")
    monkeypatch.chdir(city.folder)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app.main(["assess", *arguments])
        return ended.value.code, *capsys.readouterr()

    code, out, err = run("--what-if", "error_rate=0")
    assert code == 0, err
    assert "자체 해석" in out
    assert "→ 14.0" in out
    document = json.loads(run("--json", "--year", "2023")[1])
    assert document["most"] == 100
    assert run("--what-if", "error_rate")[0] == 1


NEXT_YEAR = """
year: 2026
schemes:
  2026:
    source: {ko: 다음 해 지침, en: next year's guideline}
    indicators:
      - {id: rate, name: {ko: 오류율, en: Error rate}, points: 60, measure: error_rate, full: 0, none: 0.1, reading: {ko: 오류 값의 비율, en: failed values}}
      - {id: names, name: {ko: 표준, en: Standards}, points: 40, measure: standard_names, reading: {ko: 표준용어 비율, en: standard terms}}
    grades:
      - {name: {ko: 우수, en: Excellent}, least: 80}
      - {name: {ko: 미흡, en: Poor}, least: 0}
"""


def test_a_city_writes_the_table_of_another_year_and_is_assessed_by_it(city: Workspace) -> None:
    (city.folder / "assessment.yml").write_text(NEXT_YEAR, encoding="utf-8")
    with opened(city) as context:
        found = assess_city(context, changes={"rate": 0.05, "names": 0.5})
        assert (found.scheme.year, found.points, found.most) == (2026, pytest.approx(50), 100)
        assert found.grade is not None
        assert found.grade.name.en == "Poor"
        assert assess_city(context, year=2023).scheme.year == 2023
        with pytest.raises(Problem, match="no indicators of 2031"):
            assess_city(context, year=2031)
    (city.folder / "assessment.yml").write_text(NEXT_YEAR.replace("points:", "pionts:"), "utf-8")
    with opened(city) as context, pytest.raises(Problem, match="points"):
        assess_city(context)
