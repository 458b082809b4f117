"""Protect the few in a table before anyone sees it: one call for every table that counts people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataro.methods.disclosure.rounding import BASE, round_small
from dataro.methods.disclosure.sensitive import Cells, needs
from dataro.methods.disclosure.sums import Sums, add_up, group_ids
from dataro.methods.disclosure.suppress import suppress
from dataro.vocabulary.disclosure import HIDDEN, SHOWN, Disclosure
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Report:
    """What was done: ``sensitive`` cells by the rule, cells ``hidden`` or ``rounded`` in all,
    ``totals_hidden`` sums that must not be shown either (``totals_besides`` of
    them not sensitive themselves), ``moved`` the largest distance of a total
    from its true value, ``share_hidden`` of the whole value."""

    cells: int
    sensitive: int
    hidden: int
    rounded: int
    totals_hidden: int
    totals_besides: int
    moved: float
    share_hidden: float

    def said(self) -> Text:
        """The same in a sentence."""
        if self.rounded:
            return both(
                f"{self.cells:,}개 칸 가운데 1·2인 {self.rounded:,}개를 0 또는 3으로 바꾸었습니다.",
                f"Of {self.cells:,} cells {self.rounded:,} with 1 or 2 were rounded to 0 or 3.",
            )
        return both(
            f"{self.cells:,}개 칸 가운데 {self.hidden:,}개를 비웠습니다(값의 {self.share_hidden:.1%}).",
            f"Of {self.cells:,} cells {self.hidden:,} were left out "
            f"({self.share_hidden:.1%} of the value).",
        )


@dataclass(frozen=True, slots=True)
class Protected:
    """``frame`` as given, hidden values empty, with a status column; ``totals`` by margin, from the
    same arithmetic; the ``report``."""

    frame: pl.DataFrame
    totals: Mapping[tuple[str, ...], pl.DataFrame]
    report: Report


def protect(frame: pl.DataFrame, rule: Disclosure, *, cells: Sequence[str]) -> Protected:
    """``frame`` (one row a cell, identified by the columns ``cells``) under ``rule``.

    A cell that is not in the frame counts as a known zero. Where the frame has rows of zero they
    may be hidden too, so that a hidden cell need not be more than zero; without them more has to be
    hidden. Rows keep their order. Raises ``Problem`` for columns that are not there, empty values,
    repeated cells and, when rounding, values that are not whole numbers.
    """
    check(frame, rule, cells)
    value = frame[rule.value].cast(pl.Float64).to_numpy()
    sums = add_up(frame, rule.margins)
    if rule.method == "round":
        return _rounded(frame, rule, cells, value, sums)
    counts = rule.contributors is None
    base = needs(_cells(frame, rule, value), rule, counts=counts)
    over = needs(_cells_of_totals(frame, rule, value, sums), rule, counts=counts)
    hidden = suppress(value, sums, base, over, _floor(value, counts))
    empty = pl.Series(hidden.cells)
    gone = [
        name
        for name in (rule.value, rule.contributors, rule.largest, rule.second, *rule.also)
        if name is not None and name in frame.columns
    ]
    made = frame.with_columns(
        *(pl.when(empty).then(None).otherwise(pl.col(name)).alias(name) for name in gone),
        pl.when(empty).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)).alias(rule.status),
    )
    whole = float(np.abs(value).sum())
    report = Report(
        cells=frame.height,
        sensitive=int(base.sensitive.sum()),
        hidden=int(hidden.cells.sum()),
        rounded=0,
        totals_hidden=int(hidden.totals.sum()),
        totals_besides=int((hidden.totals & ~over.sensitive).sum()),
        moved=0.0,
        share_hidden=float(np.abs(value[hidden.cells]).sum()) / whole if whole else 0.0,
    )
    totals = _totals(frame, rule, np.asarray(sums.member @ value).ravel(), sums, hidden.totals)
    return Protected(made, totals, report)


def _floor(value: Floats, counts: bool) -> float:
    """The least that a hidden cell is known to be by whoever knows how cells are hidden."""
    if (value < 0).any():
        return -np.inf
    return 1.0 if counts and (value > 0).all() else 0.0


def _cells(frame: pl.DataFrame, rule: Disclosure, value: Floats) -> Cells:
    def column(name: str | None) -> Floats | None:
        return None if name is None else frame[name].cast(pl.Float64).to_numpy()

    behind = column(rule.contributors)
    return Cells(
        value, value if behind is None else behind, column(rule.largest), column(rule.second)
    )


def _cells_of_totals(frame: pl.DataFrame, rule: Disclosure, value: Floats, sums: Sums) -> Cells:
    """The totals as cells. Contributors are added up and the largest is that of any cell: who
    contributes to several cells is counted in each."""
    own = _cells(frame, rule, value)
    total = np.asarray(sums.member @ value).ravel()
    behind = np.asarray(sums.member @ own.contributors).ravel()
    if own.largest is None:
        return Cells(total, behind)
    top, next_ = np.zeros(len(total)), np.zeros(len(total))
    indptr, indices = sums.member.indptr, sums.member.indices
    for i, (start, end) in enumerate(pairwise(indptr)):
        inside = indices[start:end]
        of = [own.largest[inside]] + ([own.second[inside]] if own.second is not None else [])
        two = np.sort(np.concatenate(of))[-2:]
        top[i], next_[i] = two[-1], two[0] if len(two) > 1 else 0.0
    return Cells(total, behind, top, next_)


def _rounded(
    frame: pl.DataFrame, rule: Disclosure, cells: Sequence[str], value: Floats, sums: Sums
) -> Protected:
    whole = value.astype(np.int64)
    keys = frame.select(
        pl.concat_str(
            [pl.col(name).cast(pl.String).fill_null("") for name in cells], separator="\x1f"
        )
    ).to_series()
    group = group_ids(frame, rule.margins[0]) if rule.margins else np.zeros(len(whole), np.int64)
    made = round_small(whole, keys.to_list(), group)
    total = np.asarray(sums.member @ made.astype(float)).ravel()
    off = np.abs(total - np.asarray(sums.member @ value).ravel())
    kind = frame.schema[rule.value]
    result = frame.with_columns(
        pl.Series(rule.value, made).cast(kind), pl.lit(SHOWN).alias(rule.status)
    )
    small = int(((whole > 0) & (whole < BASE)).sum())
    report = Report(frame.height, small, 0, small, 0, 0, float(off.max(initial=0.0)), 0.0)
    return Protected(result, _totals(frame, rule, total, sums, np.zeros(len(total), bool)), report)


def _totals(
    frame: pl.DataFrame, rule: Disclosure, total: Floats, sums: Sums, hidden: NDArray[np.bool_]
) -> dict[tuple[str, ...], pl.DataFrame]:
    made = {}
    for number, kept in enumerate(rule.margins):
        of = sums.margin == number
        ids = pl.Series("_group", group_ids(frame, kept))
        named = pl.DataFrame([ids, *(frame[name] for name in kept)])
        named = named.unique("_group", keep="first", maintain_order=True)
        empty = pl.Series(hidden[of])
        made[kept] = named.sort("_group").drop("_group").with_columns(
            pl.when(empty).then(None).otherwise(pl.Series(total[of])).alias(rule.value),
            pl.when(empty).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)).alias(rule.status),
        )  # fmt: skip
    return made


def check(frame: pl.DataFrame, rule: Disclosure, cells: Sequence[str]) -> None:
    """Refuse a frame that a rule cannot protect: see ``protect``."""
    named = {rule.value, *cells, *(one for kept in rule.margins for one in kept)}
    named |= {one for one in (rule.contributors, rule.largest, rule.second) if one}
    missing = sorted(named - set(frame.columns))
    if missing:
        raise Problem(
            both(
                f"보호 규칙이 쓰는 열이 표에 없습니다: {', '.join(missing)}.",
                f"The protection needs columns that the table lacks: {', '.join(missing)}.",
            )
        )
    used = [one for one in (rule.value, rule.contributors, rule.largest, rule.second) if one]
    empty = [one for one in used if frame[one].null_count()]
    if empty:
        raise Problem(
            both(
                f"보호할 값에 빈 칸이 있습니다: {', '.join(empty)}. 값이 없는 칸은 0으로 채우거나 행을 빼 주십시오.",
                f"Values to be protected are empty in {', '.join(empty)}. Write 0 or leave the row out.",
            )
        )
    repeated = frame.select(list(cells)).is_duplicated()
    if repeated.any():
        example = frame.filter(repeated).select(list(cells)).row(0)
        raise Problem(
            both(
                f"칸 {example}이(가) 두 번 이상 있습니다. 칸마다 한 행으로 합쳐 주십시오.",
                f"The cell {example} stands more than once. Add it up to one row.",
            )
        )
    if rule.method == "round":
        values = frame[rule.value].cast(pl.Float64)
        if not ((values == values.round()) & (values >= 0)).all():
            raise Problem(
                both(
                    f"{rule.value}: 0 이상의 정수만 반올림할 수 있습니다.",
                    f"{rule.value}: only whole numbers from 0 on can be rounded.",
                )
            )
