"""What is planted is found, and nothing else: on seeds that the rules were not tuned on."""

from __future__ import annotations

from collections import Counter
from functools import cache

import polars as pl
import pytest
from registers import BOUNDS, OFFICES, RETIRED, ROLES, TODAY, codes, register

from dataro.data.quality.diagnose import diagnose
from dataro.data.quality.mend import mend
from dataro.data.quality.report import Diagnosis
from dataro.data.sources.raw import Raw
from dataro.twin.errors import PLANTERS, Planted, Row, plant, shift
from dataro.vocabulary.city import City
from dataro.vocabulary.text import both

CITY = City(
    id="somewhere",
    name=both("누리시", "Nuri"),
    codes=("4199900000",),
    bounds=BOUNDS,
    province=both("가온도", "Gaon"),
    office=both("데이터과", "Data office"),
)
SEED = 2026


def raw(rows: list[Row]) -> Raw:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return Raw(
        frame.with_columns(_file=pl.lit("register.csv"), _row=pl.int_range(2, len(rows) + 2))
    )


def judged(rows: list[Row], **more: object) -> Diagnosis:
    return diagnose(
        raw(rows),
        city=CITY,
        codes=codes(),
        references={"관리기관코드": OFFICES},
        today=TODAY,
        **more,  # type: ignore[arg-type]
    )


def found(diagnosis: Diagnosis) -> set[tuple[str, int | None, str | None]]:
    assert diagnosis.findings is not None
    return set(diagnosis.findings.select("rule", "row", "column").iter_rows())


@cache
def planted() -> tuple[list[Row], list[Planted], Diagnosis]:
    rows, errors = plant(register(2500, SEED), ROLES, each=20, seed=SEED, retired=RETIRED)
    before = register(2500, SEED + 1)
    errors += shift(rows, "이용요금", 3.0)
    return rows, errors, judged(rows, against=raw(before).frame)


def test_every_kind_of_error_is_planted() -> None:
    assert {error.kind for error in planted()[1]} == {*PLANTERS, "drift"}


def test_planted_errors_are_found_and_hardly_anything_else() -> None:
    _, errors, diagnosis = planted()
    truth = {(e.kind, e.row, e.column) for e in errors}
    got = found(diagnosis)
    assert len(truth & got) / len(truth) >= 0.98
    assert len(truth & got) / len(got) >= 0.95


def test_no_kind_of_error_is_found_badly() -> None:
    _, errors, diagnosis = planted()
    truth = {(e.kind, e.row, e.column) for e in errors}
    got = found(diagnosis)
    there, hits, all_found = (Counter(k for k, _, _ in some) for some in (truth, truth & got, got))
    weak = {k: (hits[k], there[k], all_found[k]) for k in there
            if hits[k] < 0.9 * there[k] or hits[k] < 0.9 * all_found[k]}  # fmt: skip
    assert weak == {}


def test_a_clean_register_has_no_fault() -> None:
    assert found(judged(register(2000, 7))) == set()


def test_a_mended_copy_is_right_where_something_follows_and_the_log_says_what_changed() -> None:
    rows, _, diagnosis = planted()
    truth = {row["관리번호"]: row for row in register(2500, SEED)}
    frame = raw(rows).frame
    mended, log = mend(frame, diagnosis.findings)
    after = judged(mended.drop("_file", "_row").to_dicts())
    certain = ("date_style", "decimal_comma", "full_width", "nfd", "spaces", "lost_leading_zero",
               "excel_date", "sum_of_parts", "name_code_mismatch", "outlier")  # fmt: skip
    for change in log.filter(pl.col("rule").is_in(certain)).iter_rows(named=True):
        row = frame.row(change["row"] - 2, named=True)
        assert change["after"] == truth[row["관리번호"]][change["column"]], change
    assert {rule for rule, _, _ in found(after)}.isdisjoint(certain)
    gone = log.filter(pl.col("column").is_null())
    assert mended.height == frame.height - gone.height
    assert set(gone["rule"]) == {"total_row", "duplicate_row"}


def test_no_resident_number_leaves_the_diagnosis() -> None:
    rows, errors, diagnosis = planted()
    frame = raw(rows).frame
    assert diagnosis.findings is not None
    _, log = mend(frame, diagnosis.findings)
    said = diagnosis.findings.write_csv() + log.write_csv() + str(diagnosis.as_dict())
    numbers = [e for e in errors if e.kind == "resident_number"]
    assert len(numbers) == 20
    for error in numbers:
        cell = str(rows[(error.row or 2) - 2]["비고"])
        digits = cell[cell.index("-") + 2 :][:6]
        assert f"-{cell[cell.index('-') + 1]}{digits}" not in said


def test_the_report_is_plain_json_and_names_the_worst_columns() -> None:
    import json

    diagnosis = planted()[2]
    report = json.loads(json.dumps(diagnosis.as_dict(), ensure_ascii=False))
    assert report["score"] == pytest.approx(100 - report["error_rate"], abs=0.01)
    assert len(report["worst"]) == 10
    assert {i["indicator"] for i in report["indicators"]} >= {"completeness", "validity"}
    column = next(c for c in report["columns"] if c["name"] == "전화번호")
    assert (column["meaning"], column["term"], column["domain"]) == (
        "phone", "전화번호", "전화번호V11",
    )  # fmt: skip
    phone = next(r for r in report["rules"] if r["rule"] == "phone")
    assert phone["failed"] == 20
    assert len(phone["examples"]) == 5
    assert phone["fix"]["ko"]


def test_the_assessor_counts_blanks_as_correct_and_prints_where_a_rule_comes_from() -> None:
    rows: list[Row] = [{"전화번호": "031-200-1234", "요금": "1200"} for _ in range(97)]
    rows += [{"전화번호": None, "요금": "1,200"}, {"전화번호": "", "요금": "-5.5"},
             {"전화번호": "없음", "요금": None}]  # fmt: skip
    diagnosis = judged(rows, mode="assessor")
    assert [(t.kind.en, t.columns, t.cells, t.failed, t.error_rate) for t in diagnosis.types] == [
        ("Amount", 1, 100, 1, 1.0),
        ("Telephone", 1, 100, 1, 1.0),
    ]
    assert diagnosis.error_rate == 1.0
    days: list[Row] = [
        {"허가일자": d} for d in ["20230105", "2023.01.05", "2023-01", "2023년 01월"]
    ]
    days += [{"허가일자": d} for d in ["2023-02-30", "230105", "2023. 1. 5.", None]]
    assert [t.failed for t in judged(days, mode="assessor").types] == [3]
    assert all(rule.source is not None for rule in diagnosis.rules)
    assert diagnosis.rules[0].source is not None
    assert diagnosis.rules[0].source.en == "our reading"
