"""Mending a table by the corrections that findings propose; the original is never touched."""

from __future__ import annotations

import polars as pl

from dataro.data.quality.catalogue import rules

DROPPED = ("empty_row", "duplicate_row", "total_row")
"""Rules whose rows a mended copy leaves out."""

_MASKED = "resident_number"  # its findings hold the masked number already

CHANGES = {
    "row": pl.Int64(),
    "column": pl.String(),
    "rule": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "why": pl.String(),
}
"""Columns of the change log; ``after`` is null where the row was left out."""


def mend(
    frame: pl.DataFrame, findings: pl.DataFrame, *, drop_rows: bool = True
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A copy with every proposed value put in, and the log of what was changed.

    ``frame`` holds the raw cells in the order in which they were diagnosed, ``findings`` is
    ``Diagnosis.findings``. Cells for which nothing follows stay as they are. With ``drop_rows``
    empty, repeated and total rows are left out. Columns of ``CHANGES`` make up the log, ``why``
    in Korean.
    """
    proposed = findings.filter(
        pl.col("at").is_not_null()
        & pl.col("column").is_not_null()
        & pl.col("proposed").is_not_null()
        & (pl.col("proposed").ne_missing(pl.col("value")) | (pl.col("rule") == _MASKED))
    )
    columns: list[pl.Series] = []
    for (name,), cells in proposed.group_by("column", maintain_order=True):
        if str(name) in frame.columns:
            values = frame[str(name)].scatter(cells["at"], cells["proposed"])
            columns.append(values.rename(str(name)))
    mended = frame.with_columns(columns)
    gone = findings.filter(
        pl.col("at").is_not_null() & pl.col("column").is_null() & pl.col("rule").is_in(DROPPED)
    )
    if not drop_rows:
        gone = gone.clear()
    if gone.height:
        at = pl.int_range(mended.height, eager=True)
        mended = mended.filter(~at.is_in(gone["at"].implode()))
    why = {rule.rule: rule.text.ko for rule in rules().values()}
    log = pl.concat([proposed, gone]).select(
        "row", "column", "rule",
        pl.col("value").alias("before"), pl.col("proposed").alias("after"),
        pl.col("rule").replace(why).alias("why"),
    )  # fmt: skip
    return mended, log.cast(pl.Schema(CHANGES)).sort("row", nulls_last=True, maintain_order=True)
