"""What an analysis returned, held against what it declared."""

from __future__ import annotations

from typing import Any

import polars as pl

from dataro.data.standards.cast import STORED
from dataro.vocabulary.disclosure import HIDDEN, Disclosure
from dataro.vocabulary.problem import Problem, TooLittleData
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both


def conform(analysis: str, table: type[Table], rows: Any) -> pl.DataFrame:
    """The rows as a polars frame with the declared columns, types and order.

    Raises ``Problem`` for a missing column, a value of another type, an empty mandatory cell, or
    a key that stands twice: a mistake in the analysis, not in the data. A table that declares its
    disclosure is protected here, so that no door ever sees it unprotected.
    """
    where = f"{analysis} → {table.id}"
    frame = _protected(where, table, _frame(rows))
    missing = [name for name in table.columns if name not in frame.columns]
    if missing:
        listed = ", ".join(missing)
        raise Problem(
            both(
                f"{where}: 선언한 열이 결과에 없습니다: {listed}. 결과의 열: {', '.join(frame.columns)}.",
                f"{where}: declared columns are missing from the result: {listed}. "
                f"It has: {', '.join(frame.columns)}.",
            )
        )
    expected = pl.Schema({name: STORED[term.domain.kind] for name, term in table.columns.items()})
    try:
        frame = frame.select(list(table.columns)).cast(expected)
    except pl.exceptions.PolarsError as error:
        raise Problem(
            both(
                f"{where}: 선언한 형과 다른 값이 있습니다({error}).",
                f"{where}: a value is not of the declared type ({error}).",
            )
        ) from error
    _check(where, table, frame)
    return frame.sort(table.keys())


def _protected(where: str, table: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    rule = table.disclosure
    if rule is None or frame.is_empty():
        return frame if rule is None else frame.with_columns(pl.lit("").alias(rule.status))
    if rule.together:
        _check_protected(where, rule, frame)
        return frame
    # It loads scipy, which a portal that only shows what is published does without.
    from dataro.methods.disclosure.protect import protect

    try:
        done = protect(frame, rule, cells=table.keys())
    except Problem as problem:
        raise Problem(
            both(f"{where}: {problem.text.ko}", f"{where}: {problem.text.en}")
        ) from problem
    besides = done.report.totals_besides
    if besides and not rule.guarded:
        raise TooLittleData(
            both(
                f"{where}: 합계 {besides:,}개를 함께 가려야 작은 칸을 지킬 수 있는데, 그 합계는 다른 표에 "
                "나옵니다. 값이 0인 칸도 행으로 두거나, 칸을 더 크게 묶거나, margins를 줄여 주십시오.",
                f"{where}: small cells can only be protected by hiding {besides:,} totals that other "
                "tables show. Keep cells of zero as rows, make cells larger, or declare fewer margins.",
            )
        )
    return done.frame


def _check_protected(where: str, rule: Disclosure, frame: pl.DataFrame) -> None:
    """Hold a table that the analysis has protected to its rule."""
    behind = rule.contributors or rule.value
    stated = rule.status in frame.columns and not frame[rule.status].null_count()
    few = pl.col(rule.status) != HIDDEN
    if behind in frame.columns:
        few &= (pl.col(behind) > 0) & (pl.col(behind) < rule.minimum) & (pl.col(rule.value) != 0)
    else:
        stated = False
    open_ = frame.filter(few).height if stated else frame.height
    leaking = stated and frame.filter(
        (pl.col(rule.status) == HIDDEN) & pl.any_horizontal(
            pl.col(name).is_not_null() for name in (rule.value, *rule.also)
        )
    ).height  # fmt: skip
    if open_ or leaking:
        raise Problem(
            both(
                f"{where}: {open_ + leaking:,}행이 보호되지 않은 채로 나왔습니다. 같은 값을 나눈 표를 모두 "
                "methods.disclosure.together.protect_together로 함께 보호해 주세요.",
                f"{where}: {open_ + leaking:,} rows come unprotected. Protect all tables that cut the "
                "same value together, by methods.disclosure.together.protect_together.",
            )
        )


def _check(where: str, table: type[Table], frame: pl.DataFrame) -> None:
    for name, term in table.columns.items():
        empty = frame[name].null_count()
        if empty and not term.is_optional:
            raise Problem(
                both(
                    f"{where}: 필수 열 {name}에 빈 값이 {empty:,}개 있습니다. "
                    "비어 있을 수 있다면 .optional()로 선언해 주세요.",
                    f"{where}: the mandatory column {name} is empty in {empty:,} rows. "
                    "Declare it .optional() if that may be.",
                )
            )
    repeated = frame.select(table.keys()).is_duplicated()
    if repeated.any():
        example = frame.filter(repeated).select(table.keys()).row(0)
        raise Problem(
            both(
                f"{where}: 키 {table.keys()}이(가) 겹치는 행이 있습니다. 예: {example}.",
                f"{where}: the key {table.keys()} stands more than once, for example {example}.",
            )
        )


def _frame(rows: Any) -> pl.DataFrame:
    if isinstance(rows, pl.DataFrame):
        return rows
    if isinstance(rows, pl.LazyFrame):
        return rows.collect()
    if hasattr(rows, "to_polars"):  # Ibis
        made: pl.DataFrame = rows.to_polars()
        return made
    if isinstance(rows, list):
        return pl.DataFrame(rows, infer_schema_length=None)
    return pl.DataFrame(rows)
