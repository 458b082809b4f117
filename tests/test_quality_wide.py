"""A table of thousands of columns is judged in seconds, and as its columns are judged alone."""

from __future__ import annotations

import random
import time
from pathlib import Path

import polars as pl
import pytest

from dataro.data.quality.diagnose import diagnose
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.vocabulary.answer import SourceFile

ROWS = 60
FORMS = (
    "시설명",
    "개업일자",
    "요금",
    "이용자수",
    "비율",
    "전화번호",
    "구분코드",
    "사용여부",
    "면적",
    "기준월",
)


def _cell(form: str, at: int, rng: random.Random) -> str:
    return {
        "시설명": f"시설 {at}", "개업일자": f"2023-0{at % 9 + 1}-1{at % 9}", "요금": str(1000 + at * 7),
        "이용자수": str(rng.randint(10, 900)), "비율": f"{rng.random() * 90:.1f}",
        "전화번호": f"031-229-{4000 + at}", "구분코드": f"A{at % 4}", "사용여부": "YN"[at % 2],
        "면적": f"{rng.random() * 300 + 10:.2f}", "기준월": f"2023-{at % 12 + 1:02}",
    }[form]  # fmt: skip


SLIPS = {
    "시설명": "시설　１", "개업일자": "2023-02-30", "요금": "1200원", "이용자수": "-5", "비율": "12,5",
    "전화번호": "031-12", "사용여부": "", "면적": "3l.5", "기준월": "2023-13",
}  # fmt: skip


def _table(columns: int) -> Raw:
    rng = random.Random(3)
    made: dict[str, list[str]] = {}
    for n in range(columns):
        form = FORMS[n % len(FORMS)]
        cells = [_cell(form, at, rng) for at in range(ROWS)]
        if n % 3 == 0 and form in SLIPS:
            cells[rng.randrange(ROWS)] = SLIPS[form]
        made[f"{n}_{form}"] = cells
    frame = pl.DataFrame(made).with_columns(
        pl.lit("넓은 표.csv").alias(FILE), pl.int_range(2, ROWS + 2, dtype=pl.Int64).alias(ROW)
    )
    return Raw(frame, [SourceFile("넓은 표.csv", "", 0)], [], [])


def test_a_wide_table_is_judged_as_its_columns_are_judged_in_narrow_ones() -> None:
    """What is shared between columns changes no finding and no count of judged cells."""
    wide = _table(200)
    names = [name for name in wide.frame.columns if name not in (FILE, ROW)]
    whole = diagnose(wide)
    assert whole.findings is not None
    found = {tuple(r) for r in whole.findings.select("row", "column", "rule", "proposed").rows()}
    slips = {c for c in names if int(c.split("_")[0]) % 3 == 0 and c.split("_")[1] in SLIPS}
    assert slips <= {column for _, column, _, _ in found}
    judged = {rule.rule: 0 for rule in whole.rules}
    alone: set[tuple[object, ...]] = set()
    for start in range(0, len(names), 20):
        part = diagnose(
            Raw(wide.frame.select(*names[start : start + 20], FILE, ROW), wide.files, [], [])
        )
        assert part.findings is not None
        alone |= {
            tuple(r) for r in part.findings.select("row", "column", "rule", "proposed").rows()
        }
        for rule in part.rules:
            judged[rule.rule] = judged.get(rule.rule, 0) + rule.judged
    per_cell = ("nfd", "spaces", "missing_mandatory", "not_number", "negative", "impossible_date")
    assert {r: n for r, n in judged.items() if r in per_cell} == {
        rule.rule: rule.judged for rule in whole.rules if rule.rule in per_cell
    }
    of_cells = {one for one in alone if one[1] is not None}
    assert of_cells == {one for one in found if one[1] is not None}


@pytest.mark.slow
def test_ten_thousand_columns_take_seconds(tmp_path: Path) -> None:
    """Twenty rows of ten thousand columns, from the file: some 9 CPU seconds on our machine."""
    rng = random.Random(5)
    path = tmp_path / "만 열.csv"
    heads = [f"{FORMS[n % len(FORMS)]}{n}" for n in range(10_000)]
    lines = [[_cell(FORMS[n % len(FORMS)], at, rng) for n in range(10_000)] for at in range(20)]
    path.write_text("\n".join(",".join(line) for line in (heads, *lines)), encoding="utf-8")
    began = time.process_time()
    found = diagnose(path)
    assert len(found.columns) == 10_000
    assert time.process_time() - began < 20
