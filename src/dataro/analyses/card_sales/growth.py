"""What changed sales: stores, payments a store, won a payment; and the season of each trade."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.card_sales.collect import OTHER
from dataro.analyses.card_sales.tables import ALL
from dataro.methods import months as calendar

if TYPE_CHECKING:
    import polars as pl

FACTORS = ("by_stores", "by_tickets", "by_ticket")
ODD = 4.0
"""Robust standard deviations from which a month is marked: chance alone passes it in 1 of 16,000."""
LEAST = 0.04
"""Smaller gaps than 4 % are not worth a mark, however quiet the series."""


def of_growth(frame: pl.DataFrame, month: date) -> pl.DataFrame:
    """The change from the twelve months before, by city, trade and district.

    Cells are district × trade × calendar month, so that openings in one place do not hide closures
    in another; where twelve months before are not there, the months that have a pair are compared.
    Unknown trades are a trade of their own, and refunds over sales count with the shops, so that
    these sums are the same sums as in other tables. Empty where stores are not known.
    """
    import numpy as np
    import polars as pl

    from dataro.methods.decomposition import divisia

    schema = {"group": pl.String, "member": pl.String, "before": pl.Float64, "after": pl.Float64,
              "change": pl.Float64, **dict.fromkeys(FACTORS, pl.Float64)}  # fmt: skip
    last = calendar.number(month)
    known = frame.with_columns(
        at=pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month() - 1
    )
    keys = ["district", "trade", "at"]
    new = known.filter(pl.col("at").is_between(last - 11, last))
    old = known.with_columns(pl.col("at") + 12).filter(pl.col("at").is_between(last - 11, last))
    paired = set(new["at"]) & set(old["at"])
    if not paired or known["stores"].null_count() == known.height:
        return pl.DataFrame(schema=schema)
    pairs = new.filter(pl.col("at").is_in(paired)).join(
        old.filter(pl.col("at").is_in(paired)), on=keys, how="full", suffix="_old", coalesce=True
    )
    factors = [_factors(pairs, tail) for tail in ("_old", "")]
    parts = divisia(*factors)
    sold = [pairs[name].fill_null(0).cast(float).to_numpy() for name in ("amount_old", "amount")]
    parts[:, 0] += sold[1] - sold[0] - parts.sum(1)
    made = pairs.select(
        "district", "trade", before=pl.Series(sold[0]), after=pl.Series(sold[1])
    ).with_columns(
        *(pl.Series(name, np.ascontiguousarray(parts[:, i])) for i, name in enumerate(FACTORS)),
        all=pl.lit(ALL),
    )
    sums = [pl.col("before", "after", *FACTORS).sum()]
    groups = [("city", "all"), ("trade", "trade"), ("district", "district")]
    return pl.concat(
        [
            made.group_by(column).agg(sums).rename({column: "member"}).with_columns(
                group=pl.lit(group), change=pl.col("after") - pl.col("before")
            ).select(list(schema))
            for group, column in groups
        ]
    )  # fmt: skip


def _factors(pairs: pl.DataFrame, tail: str) -> Any:
    """Stores, payments a store and won a payment; zeros where nothing was sold."""
    import numpy as np

    def of(name: str) -> Any:
        return pairs[name + tail].fill_null(0).cast(float).to_numpy()

    # a few refunds over sales leave a cell without takings: it counts as nothing sold
    amount = np.maximum(of("amount"), 0.0)
    payments = np.where(amount > 0, np.maximum(of("payments"), 1.0), 0.0)
    stores = np.where(amount > 0, np.maximum(of("stores"), 1.0), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(stores > 0, payments / stores, 0.0)
        ticket = np.where(payments > 0, amount / payments, 0.0)
    return np.column_stack([stores, each, ticket])


def of_months(frame: pl.DataFrame) -> pl.DataFrame:
    """Sales by month and trade with trend, season and what is left; and the same of all trades."""
    import polars as pl

    sums = [
        pl.when(pl.col("stores").null_count() < pl.len()).then(pl.col("stores").sum()).alias("stores"),
        pl.col("payments", "amount").sum(),
    ]  # fmt: skip
    of_trades = frame.group_by("month", "trade").agg(sums)
    of_all = frame.group_by("month").agg(sums).with_columns(trade=pl.lit(ALL))
    rows = pl.concat([of_trades, of_all.select(of_trades.columns)]).sort("trade", "month")
    made = [_taken_apart(part) for part in rows.partition_by("trade", maintain_order=True)]
    return pl.concat(made).with_columns(
        ticket=pl.when((pl.col("payments") > 0) & (pl.col("amount") > 0)).then(
            pl.col("amount") / pl.col("payments")
        )
    )  # fmt: skip


def _taken_apart(rows: pl.DataFrame) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    from dataro.methods.decomposition import seasonal

    months = [calendar.number(month) for month in rows["month"].to_list()]
    found = seasonal(rows["amount"].to_numpy(), months)
    if found is None:
        empty = [pl.lit(None, pl.Float64).alias(n) for n in ("trend", "season", "expected", "z")]
        return rows.with_columns(empty)
    return rows.with_columns(
        trend=pl.Series(np.exp(found.trend)),
        season=pl.Series(np.exp(found.season)),
        expected=pl.Series(np.exp(found.trend + found.season)),
        z=pl.Series(found.z),
    )


def odd_months(months: pl.DataFrame) -> list[dict[str, Any]]:
    """Months and trades outside the usual range, oldest first."""
    rows = months.filter(months["trade"].is_in([ALL, OTHER]).not_()).drop_nulls("z")
    return [
        row
        for row in rows.sort("month", "trade").to_dicts()
        if abs(row["z"]) >= ODD and abs(row["amount"] / row["expected"] - 1) >= LEAST
    ]
