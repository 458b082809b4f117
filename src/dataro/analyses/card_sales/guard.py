"""Card sales protected as one: every cut of the same takings, so that none gives another away.

Behind an amount stand the shops that took it and the payments they took; the fewer of both counts.
Shops that are not known count as one where something was sold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dataro.analyses.card_sales.tables import ALL
from dataro.methods import months as calendar
from dataro.vocabulary.disclosure import SHOWN, Disclosure

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.disclosure.linked import Cut
    from dataro.methods.disclosure.together import Guarded

BEHIND, SIDE, SPAN = "behind", "side", "span"
FITTED = ("ticket", "trend", "season", "expected", "z")


@dataclass(frozen=True)
class Taken:
    """What is to be protected: ``frame`` by month, district and trade (see ``collect.by_month``),
    the tables made of card sales, and the month up to which they go. Absent ones are None."""

    frame: pl.DataFrame
    months: pl.DataFrame
    by_district: pl.DataFrame
    district_months: pl.DataFrame
    homes: pl.DataFrame
    hours: pl.DataFrame | None
    week: pl.DataFrame | None
    payers: pl.DataFrame
    growth: pl.DataFrame
    until: date


def protected(taken: Taken) -> dict[str, pl.DataFrame]:
    """The tables under protection, by name, with their column of states."""
    from dataro.methods.disclosure.together import protect_together

    done = protect_together(_cuts(taken))
    months = _joined([done["trade_months"], done["all_months"]])
    made = {
        "months": months,
        "by_district": done["by_district"].frame,
        "district_months": _with_visitors(done["district_months"].frame, done["homes"].frame),
        "payers": done["payers"].frame,
        "growth": _growth(taken.growth, done),
    }
    return made | {name: done[name].frame for name in ("hours", "week") if name in done}


def _cuts(taken: Taken) -> dict[str, Cut]:
    """Every table as cells of one system: the sums that two of them share are the same sums."""
    import polars as pl

    from dataro.methods.disclosure.linked import Cut

    before, after = compared_months(taken.frame, taken.until)
    last = calendar.number(taken.until)
    same = after == list(range(last - 11, last + 1))  # then both are one span, and their sums one
    span, word = (SIDE, "after") if same else (SPAN, "year")

    def placed(frame: pl.DataFrame) -> pl.DataFrame:
        number = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month() - 1
        side = (
            pl.when(number.is_in(pl.Series(after, dtype=pl.Int64).implode())).then(pl.lit("after"))
            .when(number.is_in(pl.Series(before, dtype=pl.Int64).implode())).then(pl.lit("before"))
        )  # fmt: skip
        year = pl.when(number.is_between(last - 11, last)).then(pl.lit("year"))
        return frame.with_columns(side.alias(SIDE), year.alias(SPAN))

    def of_span(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.lit(word).alias(span))

    spans = (SIDE,) if same else (SIDE, SPAN)
    cells = behind(taken.frame)
    rows = placed(cells)
    month_trade = _sum(rows, "month", "trade")
    month_all, month_district = _sum(rows, "month"), _sum(rows, "month", "district")
    of_trades = taken.months.filter(pl.col("trade") != ALL)
    of_all = taken.months.filter(pl.col("trade") == ALL)
    fitted = ("stores", "payments", *FITTED)

    def rule(value: str, *margins: tuple[str, ...], also: tuple[str, ...] = ()) -> Disclosure:
        return Disclosure(value, margins, contributors=BEHIND, also=also)

    cuts = {
        "all_months": Cut(
            placed(_met(of_all, month_all, "month")),
            rule("amount", *((one,) for one in spans), also=fitted), ("month",),
        ),
        "trade_months": Cut(
            placed(_met(of_trades, month_trade, "month", "trade")),
            rule("amount", ("month",), *(("trade", one) for one in spans), also=fitted),
            ("month", "trade"),
        ),
        "district_months": Cut(
            placed(_met(taken.district_months, month_district, "month", "district")),
            rule("amount", ("month",), *(("district", one) for one in spans)),
            ("month", "district"),
        ),
        "by_district": Cut(
            _met(taken.by_district, cells, "month", "district", "trade"),
            rule("amount", ("month", "district"), ("month", "trade"), also=("payments", "stores")),
            ("month", "district", "trade"),
        ),
        "homes": Cut(
            placed(_fewer(taken.homes, month_district, "month", "district")),
            rule("amount", ("month", "district"), ("home", span)), ("month", "district", "home"),
        ),
        "payers": Cut(
            of_span(_fewer(taken.payers, _most(month_trade, taken.until, "trade"), "trade")),
            rule("amount", ("trade", span), ("home", span), also=("payments",)),
            ("trade", "sex", "age_from", "home"),
        ),
    }  # fmt: skip
    if taken.hours is not None:
        shops = _most(month_district, taken.until, "district")
        cuts["hours"] = Cut(
            of_span(_fewer(taken.hours, shops, "district")),
            rule("amount", ("district", span), ("hour_from", span)), ("district", "hour_from"),
        )  # fmt: skip
    if taken.week is not None:
        shops = _most(month_trade, taken.until, "trade")
        cuts["week"] = Cut(
            of_span(_fewer(taken.week, shops, "trade")),
            rule("amount", ("trade", span), ("hour_from", span), also=("payments",)),
            ("trade", "weekday", "hour_from"),
        )  # fmt: skip
    return cuts | _growth_cuts(taken, rows)


def behind(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with how many stand behind each amount at least: shops or payments."""
    import polars as pl

    shops = pl.col("stores").fill_null(1).clip(1)
    few = pl.min_horizontal(shops, pl.col("payments").clip(1)).cast(pl.Int64)
    return frame.with_columns(pl.when(pl.col("amount") != 0).then(few).otherwise(0).alias(BEHIND))


def _sum(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Shops of different districts and trades are different shops: they add up."""
    import polars as pl

    return rows.group_by(keys).agg(pl.col(BEHIND).sum())


def _most(rows: pl.DataFrame, until: date, key: str) -> pl.DataFrame:
    """Over a year at least the shops of its fullest month stand behind a sum."""
    import polars as pl

    first = calendar.month_at(calendar.number(until) - 11)
    year = rows.filter(pl.col("month").is_between(first, until))
    return year.group_by(key).agg(pl.col(BEHIND).max())


def _met(frame: pl.DataFrame, shops: pl.DataFrame, *keys: str) -> pl.DataFrame:
    import polars as pl

    made = frame.join(shops.select(*keys, BEHIND), on=keys, how="left", maintain_order="left")
    return made.with_columns(pl.col(BEHIND).fill_null(0))


def _fewer(frame: pl.DataFrame, shops: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The fewer of a cell's own payments and the shops over it."""
    import polars as pl

    few = pl.min_horizontal(pl.col(BEHIND).clip(1), pl.col("payments").clip(1)).cast(pl.Int64)
    return _met(frame, shops, *keys).with_columns(
        pl.when(pl.col("amount") != 0).then(few).otherwise(0).alias(BEHIND)
    )


def compared_months(frame: pl.DataFrame, until: date) -> tuple[list[int], list[int]]:
    """Months before and after that the comparison of two years pairs, as ``months.number``."""
    last = calendar.number(until)
    known = {calendar.number(month) for month in frame["month"].unique().to_list()}
    after = [m for m in range(last - 11, last + 1) if m in known and m - 12 in known]
    return [m - 12 for m in after], after


def _growth_cuts(taken: Taken, rows: pl.DataFrame) -> dict[str, Cut]:
    """The sums that the comparison of two years shows, by city, trade and district."""
    import polars as pl

    from dataro.methods.disclosure.linked import Cut

    made = {}
    sides = rows.drop_nulls(SIDE)
    for group, keys in (("city", ()), ("trade", ("trade",)), ("district", ("district",))):
        shown = taken.growth.filter(pl.col("group") == group)
        if shown.is_empty():
            continue
        shops = _sum(sides, "month", *keys, SIDE).group_by(*keys, SIDE).agg(pl.col(BEHIND).max())
        named = shown.select(*(pl.col("member").alias(key) for key in keys), "before", "after")
        long = named.unpivot(
            on=["before", "after"], index=list(keys), variable_name=SIDE, value_name="amount"
        )
        frame = _met(long, shops, *keys, SIDE)
        margins = ((SIDE,),) if keys else ()
        made[f"growth_{group}"] = Cut(
            frame, Disclosure("amount", margins, contributors=BEHIND), (*keys, SIDE)
        )
    return made  # fmt: skip


def _growth(growth: pl.DataFrame, done: Mapping[str, Guarded]) -> pl.DataFrame:
    """The comparison of two years; a row shows nothing where one of its sums is hidden."""
    import polars as pl

    gone: set[tuple[str, str]] = set()
    for group in ("city", "trade", "district"):
        if f"growth_{group}" in done:
            frame = done[f"growth_{group}"].frame.filter(pl.col("status") != SHOWN)
            members = frame[group].to_list() if group in frame.columns else [ALL] * frame.height
            gone |= {(group, member) for member in members}
    hidden = pl.struct("group", "member").is_in(
        [{"group": group, "member": member} for group, member in sorted(gone)]
    ) if gone else pl.lit(False)  # fmt: skip
    values = ("before", "after", "change", "by_stores", "by_tickets", "by_ticket")
    return growth.with_columns(
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in values),
        pl.when(hidden).then(pl.lit("hidden")).otherwise(pl.lit(SHOWN)).alias("status"),
        pl.when(hidden).then(0).otherwise(None).cast(pl.Int64).alias(BEHIND),
    )


def _with_visitors(districts: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """The share of visitors, where neither theirs nor the residents' part is hidden."""
    import polars as pl

    open_ = homes.group_by("month", "district").agg((pl.col("status") == SHOWN).all().alias("open"))
    made = districts.join(open_, on=["month", "district"], how="left", maintain_order="left")
    known = pl.col("open").fill_null(True) & (pl.col("status") == SHOWN)
    return made.with_columns(pl.when(known).then(pl.col("visitors")).alias("visitors"))


def _joined(parts: list[Guarded]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([part.frame for part in parts], how="diagonal_relaxed")


def of_leakage(leakage: pl.DataFrame) -> pl.DataFrame:
    """Where residents spend: at least one person stands behind each home district that paid.

    Shares are hidden with any part of their trade's sum that would give it away.
    """
    import polars as pl

    from dataro.methods.disclosure.linked import Cut
    from dataro.methods.disclosure.together import protect_together

    sums = leakage.group_by("trade").agg(pl.col("amount").sum(), pl.col(BEHIND).max())
    rule = Disclosure("amount", (("trade",),), contributors=BEHIND, also=("share",))
    of_trades = Disclosure("amount", contributors=BEHIND)
    done = protect_together(
        {"sums": Cut(sums, of_trades, ("trade",)), "cells": Cut(leakage, rule, ("trade", "where"))}
    )
    hidden = done["sums"].frame.filter(pl.col("status") != SHOWN)["trade"].to_list()
    cells = done["cells"].frame
    return cells.with_columns(
        pl.when(~pl.col("trade").is_in(hidden)).then(pl.col("share")).alias("share")
    )


def of_sources(sources: pl.DataFrame) -> pl.DataFrame:
    """Reconciliation without sums of so few rows that they are somebody's."""
    import polars as pl

    refunds = pl.col("refund_rows").is_between(1, 2)
    unknown = pl.col("unknown_rows").is_between(1, 2)
    return sources.with_columns(
        pl.when(~refunds).then(pl.col("sales")).alias("sales"),
        pl.when(~refunds).then(pl.col("refunds")).alias("refunds"),
        pl.when(~unknown).then(pl.col("unknown")).alias("unknown"),
    )
