"""Large tables stream by; small ones as a whole; both judge alike, and shape never matters."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import TODAY, register

from dataro.data.quality import batches, diagnose, opening
from dataro.data.quality.batches import read_batches
from dataro.data.quality.bits import judge_batches
from dataro.data.quality.profile import profile
from dataro.data.sources.raw import Raw
from dataro.vocabulary.problem import Problem

CELL = st.one_of(st.none(), st.sampled_from(["", " ", "1", "-3", "a", "가", "２", "1.5", "0"]))


@given(rows=st.lists(st.tuples(CELL, CELL), max_size=40), size=st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_batches_of_any_size_keep_the_same_failing_rows(
    rows: list[tuple[str | None, str | None]], size: int
) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    frame = frame.with_columns(_row=pl.int_range(2, pl.len() + 2))
    number = pl.col("a").cast(pl.Float64, strict=False)
    failed = [pl.col("a").is_null(), number < 0, pl.col("b") == pl.col("a")]
    parts = [frame[start : start + size] for start in range(0, frame.height, size)]
    found = judge_batches(parts, failed, key=("a",))

    def breaks(a: str | None, b: str | None) -> int:  # the same in plain Python
        try:
            below = a is not None and float(a) < 0
        except ValueError:
            below = False
        return (a is None) + 2 * below + 4 * (a is not None and a == b)

    expected = [(n, breaks(a, b)) for n, (a, b) in enumerate(rows, 2) if breaks(a, b)]
    assert found.failing.rows() == expected
    assert found.rows == len(rows)
    seen: set[str] = set()
    again = []
    for n, (a, _) in enumerate(rows, 2):
        if a is not None and a in seen:
            again.append(n)
        seen |= {a} if a is not None else set()
    assert list(found.repeated_at["_row"]) == again


def test_a_large_plain_file_is_read_the_short_way_with_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.csv"
    pl.DataFrame(register(5000, 3)).write_csv(path)
    slow = pl.concat(read_batches(path))
    monkeypatch.setattr(batches, "LARGE", 1000)
    fast = pl.concat(read_batches(path))
    assert fast.select(slow.columns).equals(slow)


def test_what_a_streamed_table_shows_does_not_depend_on_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = register(4000, 5)
    rows[3500]["전화번호"] = "전화없음"
    rows[3600] = dict(rows[10])
    path = tmp_path / "register.csv"
    pl.DataFrame(rows).write_csv(path)
    monkeypatch.setattr(opening, "WHOLE", 1000)
    monkeypatch.setattr(batches, "LARGE", 1000)
    monkeypatch.setattr(batches, "BATCH", 700)
    found = diagnose.diagnose(path, today=TODAY)
    assert found.rows == 4000
    assert {(r.rule, r.examples[0].row) for r in found.rules if r.failed} == {
        ("phone", 3502), ("duplicate_row", 3602),
    }  # fmt: skip
    assert any("first" in note.en for note in found.notes)


def test_the_profile_counts_blanks_values_extremes_and_patterns() -> None:
    cells = ["가1", "가2", None, "", "가1"]
    frame = pl.DataFrame({"a": cells, "n": ["5", "-1", "30", "x", None]})
    a, n = profile([frame[:2], frame[2:]])
    assert (a.rows, a.blanks, a.distinct, a.values[0]) == (5, 2, 2, ("가1", 2))
    assert a.patterns == (("가9", 3),)
    assert (n.low, n.high, n.blanks, n.exact) == (-1.0, 30.0, 1, True)


@pytest.mark.parametrize(
    "cells",
    [
        {"하나": ["1", "2", "3"]},
        {"빈": [None] * 30, "또": [None] * 30},
        {"가" * 300: ["값"] * 25},
        {f"c{n}": ["1", "x"] for n in range(300)},
        {"a": [], "b": []},
    ],
    ids=["one column", "all nulls", "long heading", "many columns", "no rows"],
)
def test_tables_of_odd_shape_are_judged(cells: dict[str, list[str | None]]) -> None:
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    frame = frame.with_columns(_file=pl.lit("odd.csv"), _row=pl.int_range(2, pl.len() + 2))
    found = diagnose.diagnose(Raw(frame), today=TODAY)
    assert len(found.columns) == len(cells)
    assert 0 <= found.score <= 100


def test_a_table_without_columns_says_what_to_do() -> None:
    frame = pl.DataFrame(schema={"_file": pl.String, "_row": pl.Int64})
    with pytest.raises(Problem) as raised:
        diagnose.diagnose(Raw(frame))
    assert "heading" in raised.value.text.en
