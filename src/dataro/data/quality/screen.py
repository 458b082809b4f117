"""Putting batches of a table through screens: every failing cell is kept, with its rule.

Memory is one batch and what failed: nothing else of the table is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dataro.data.quality.sheet import AT, EVERY_ROW, Column, Proposal, Screen, prepare, text
from dataro.data.sources.raw import ROW

FINDINGS = {
    "at": pl.Int64(),
    "row": pl.Int64(),
    "column": pl.String(),
    "rule": pl.String(),
    "value": pl.String(),
    "proposed": pl.String(),
}
"""Columns of a findings frame: position from 0, the row as a spreadsheet numbers it, the column
(null: the whole row), the rule, the cell, and what should stand there (null: nothing follows)."""


@dataclass
class Screened:
    """What screening gave: findings, cells judged by rule and column, rows seen."""

    findings: pl.DataFrame
    judged: dict[tuple[str, str | None], int] = field(default_factory=dict)
    rows: int = 0
    numbers: list[pl.Series] = field(default_factory=list)
    row_hashes: list[np.ndarray] = field(default_factory=list)
    key_hashes: list[np.ndarray] = field(default_factory=list)


def screen(
    batches: Iterable[pl.DataFrame],
    columns: Sequence[Column],
    screens: Sequence[Screen],
    *,
    key: Sequence[str] = (),
) -> Screened:
    """Judge batches of raw text, each with its row numbers in ``_row``, by screens.

    ``key`` are the columns that identify a row; repeated keys and repeated rows are found by
    64-bit hashes of all rows (8 bytes a row and kind; 4 more for its number).
    """
    result = Screened(pl.DataFrame(schema=FINDINGS))
    parts: list[pl.DataFrame] = []
    for batch in batches:
        numbered = batch.with_columns(
            (pl.int_range(pl.len(), dtype=pl.Int64) + result.rows).alias(AT)
        )
        prepared = prepare(numbered, columns)
        derived = {name: derive for one in screens for name, derive in one.derived.items()}
        prepared = prepared.with_columns(
            derive(prepared).alias(name) for name, derive in derived.items()
        )
        parts += _failures(prepared, screens, result)
        names = [column.name for column in columns]
        result.numbers.append(batch[ROW].cast(pl.UInt32))
        result.row_hashes.append(batch.select(names).hash_rows(0).to_numpy())
        if key:
            whole = pl.all_horizontal(pl.col(key).is_not_null())
            hashes = batch.select(pl.when(whole).then(pl.struct(key).hash(0)).alias("h"))["h"]
            result.key_hashes.append(hashes.fill_null(0).to_numpy())
        result.rows += batch.height
    found = [part for part in parts if part.height]
    if found:
        result.findings = pl.concat(found)
    return result


def _failures(
    prepared: pl.DataFrame, screens: Sequence[Screen], result: Screened
) -> list[pl.DataFrame]:
    masks = prepared.select(s.failed.fill_null(False).alias(f"f{n}") for n, s in enumerate(screens))
    counts = prepared.select(
        (s.judged if s.judged is not None else _filled(s)).fill_null(False).sum().alias(f"j{n}")
        for n, s in enumerate(screens)
    ).row(0)
    parts: list[pl.DataFrame] = []
    for number, (one, judged) in enumerate(zip(screens, counts, strict=True)):
        for name in one.columns or (None,):
            seat = (one.rule, name)
            result.judged[seat] = result.judged.get(seat, 0) + int(judged)
        mask = masks[f"f{number}"]
        if mask.any():
            parts += _cells(_needed(prepared, one).filter(mask), one)
    return parts


def _needed(prepared: pl.DataFrame, one: Screen) -> pl.DataFrame:
    """The columns that the findings of a screen are made of, where its proposals say them all."""
    names = {AT: None, ROW: None, **dict.fromkeys(one.columns)}
    for proposal in one.proposed:
        if proposal is None:
            continue
        if not isinstance(proposal, pl.Expr):
            return prepared
        names |= dict.fromkeys(proposal.meta.root_names())
    return pl.DataFrame([prepared[name] for name in names])


def _filled(one: Screen) -> pl.Expr:
    return pl.col(text(one.columns[0])).is_not_null() if one.columns else EVERY_ROW


def _cells(failed: pl.DataFrame, one: Screen) -> list[pl.DataFrame]:
    """Findings of one screen over the rows that failed it."""
    if not one.columns:
        return [_frame(failed, None, one.rule, None)]
    proposals = one.proposed or (None,) * len(one.columns)
    return [
        _frame(failed, name, one.rule, proposal)
        for name, proposal in zip(one.columns, proposals, strict=True)
    ]


def _frame(failed: pl.DataFrame, column: str | None, rule: str, proposal: Proposal) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    if proposal is None:
        proposed: pl.Expr | pl.Series = nothing
    elif isinstance(proposal, pl.Expr):
        proposed = proposal.cast(pl.String)
    else:
        proposed = proposal(failed).cast(pl.String)
    return failed.select(
        pl.col(AT).alias("at"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.lit(column, pl.String).alias("column"),
        pl.lit(rule).alias("rule"),
        (nothing if column is None else pl.col(column)).alias("value"),
        proposed.alias("proposed"),
    )


def repeated(hashes: Sequence[np.ndarray]) -> np.ndarray:
    """Positions of rows whose hash an earlier row has; a hash of 0 stands for “no key”.

    Holds one copy of the hashes while it sorts them, and little more.
    """
    if not hashes:
        return np.empty(0, dtype=np.int64)
    ordered = np.concatenate(hashes)
    ordered.sort()
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    twice = twice[twice != 0]
    starts = np.cumsum([0, *(len(part) for part in hashes)])
    at = np.concatenate(
        [
            np.flatnonzero(np.isin(part, twice)) + start
            for part, start in zip(hashes, starts, strict=False)
        ]
    )
    among = np.concatenate([part[np.isin(part, twice)] for part in hashes])
    order = np.argsort(among, kind="stable")
    again = np.zeros(len(order), dtype=bool)
    again[1:] = among[order][1:] == among[order][:-1]
    return np.sort(at[order[again]])
