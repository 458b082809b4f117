"""Sums of card sales, as tables of the analysis want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dataro.data.datasets.money import (
    CardSalesByCell,
    CardSalesByPayer,
    CardSalesByTime,
    ResidentSpending,
)
from dataro.data.datasets.places import Districts
from dataro.methods import months as calendar
from dataro.methods.bands import common_bands, to_common
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

LATEST, OTHER = "latest", "other"


def fetched(rows: ir.Table) -> pl.DataFrame:
    """The rows, taken out of the engine."""
    frame: pl.DataFrame = rows.to_polars()
    return frame


def last_month(payers: CardSalesByPayer, wanted: str) -> date:
    """The month that is shown: the last one, or the one that ``wanted`` (``2025-03``) names.

    Raises ``Problem`` where there are no sales in it.
    """
    known: list[date] = sorted(
        payers.rows.select("month").distinct().to_polars()["month"].to_list()
    )
    if wanted == LATEST and known:
        return known[-1]
    month = next((one for one in known if f"{one:%Y-%m}" == wanted), None)
    if month is not None:
        return month
    span = f"{known[0]:%Y-%m}~{known[-1]:%Y-%m}" if known else "–"
    raise Problem(
        both(
            f"month 설정 “{wanted}”의 카드매출이 없습니다. {LATEST} 또는 {span} 사이의 달을 2025-03처럼 적어 주십시오.",
            f"There are no card sales for month “{wanted}”. Write {LATEST} or a month such as 2025-03 "
            f"within {span}.",
        )
    )


def year_to(rows: ir.Table, month: date) -> ir.Table:
    """The rows of the twelve months that end with ``month``."""
    first = calendar.month_at(calendar.number(month) - 11)
    return rows.filter(rows.month >= first, rows.month <= month)


def names_of(districts: Districts | None, codes: Sequence[str], month: date) -> dict[str, str]:
    """What districts are called in a month; the code where no register says it."""
    names = {code: code for code in codes}
    if districts is not None:
        for row in districts.frame().sort("valid_from").to_dicts():
            if row["district"] in names:
                names[row["district"]] = row["name"]
    return names


def by_month(payers: CardSalesByPayer, times: CardSalesByTime | None, until: date) -> pl.DataFrame:
    """Stores, payments and amount by month, district and trade, up to a month.

    ``stores`` is empty where no table says it.
    """
    import polars as pl

    keys = ["month", "district", "trade"]
    rows = payers.rows.filter(payers.month <= until)
    made = fetched(
        rows.group_by(keys).aggregate(payments=rows.payments.sum(), amount=rows.amount.sum())
    )
    if times is None:
        return made.with_columns(stores=pl.lit(None, pl.Int64)).sort(keys)
    known = times.rows.filter(times.month <= until)
    stores = fetched(known.group_by(keys).aggregate(stores=known.stores.max()))
    return made.join(stores, on=keys, how="left").sort(keys)


def with_names(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """The frame with the district's name beside its code."""
    import polars as pl

    return frame.with_columns(
        name=pl.col("district").replace_strict(dict(names), default=pl.first("district"))
    )


def of_districts(frame: pl.DataFrame, month: date, names: Mapping[str, str]) -> pl.DataFrame:
    """District × trade of one month, with zeros where nothing was sold.

    Zeros stay as rows, so that they can be hidden with others and fewer totals give a cell away. All
    trades are there, unknown ones too: what a table leaves out of a sum, its sum gives away.
    """
    import polars as pl

    rows = frame.filter(pl.col("month") == month)
    grid = rows.select("district").unique().join(rows.select("trade").unique(), how="cross")
    whole = grid.join(rows, on=["district", "trade"], how="left").with_columns(
        month=pl.lit(month),
        amount=pl.col("amount").fill_null(0),
        payments=pl.col("payments").fill_null(0),
        stores=pl.when(pl.col("amount").is_null()).then(0).otherwise(pl.col("stores").fill_null(1)),
    )
    return with_names(whole.sort("district", "trade"), names)


def of_district_months(
    payers: CardSalesByPayer, until: date, names: Mapping[str, str]
) -> pl.DataFrame:
    """District × month, with the share of what visitors paid."""
    import polars as pl

    rows = payers.rows.filter(payers.month <= until)
    made = fetched(
        rows.group_by("district", "month").aggregate(
            amount=rows.amount.sum(),
            positive=rows.amount.sum(where=rows.amount > 0),
            visiting=rows.amount.sum(where=(rows.home == "visitor") & (rows.amount > 0)),
        )
    )
    share = pl.when(pl.col("positive") > 0).then(
        pl.col("visiting").fill_null(0) / pl.col("positive")
    )
    return with_names(made.with_columns(visitors=share), names)


def of_hours(times: CardSalesByTime, month: date, names: Mapping[str, str]) -> pl.DataFrame:
    """District × hours over twelve months."""
    rows = year_to(times.rows, month)
    made = rows.group_by("district", "hour_from").aggregate(
        payments=rows.payments.sum(), amount=rows.amount.sum()
    )
    return with_names(fetched(made), names)


def of_homes(payers: CardSalesByPayer, until: date) -> pl.DataFrame:
    """District × month × home of the payers: what the share of visitors is made of."""
    rows = payers.rows.filter(payers.month <= until)
    return fetched(
        rows.group_by("district", "month", "home").aggregate(
            payments=rows.payments.sum(), amount=rows.amount.sum()
        )
    )


def of_week(times: CardSalesByTime, month: date) -> pl.DataFrame:
    """Trade × weekday × hours over twelve months."""
    rows = year_to(times.rows, month)
    keys = ["trade", "weekday", "hour_from"]
    return fetched(
        rows.group_by(keys).aggregate(payments=rows.payments.sum(), amount=rows.amount.sum())
    )


def of_payers(payers: CardSalesByPayer, month: date) -> pl.DataFrame:
    """Trade × sex × age × home over twelve months; age bands that changed within them are brought
    to those that every month has."""
    import polars as pl

    rows = year_to(payers.rows, month)
    keys = ["trade", "sex", "age_from", "home"]
    made = fetched(
        rows.group_by("month", *keys).aggregate(
            payments=rows.payments.sum(), amount=rows.amount.sum()
        )
    )
    shared = common_bands(_by_age(made))
    edges = dict(to_common(made["age_from"].unique().to_list(), shared))
    known = pl.col("age_from").replace_strict(edges, return_dtype=made.schema["age_from"])
    return made.group_by(*keys[:2], known, keys[3]).agg(pl.col("payments", "amount").sum())


def bands_merged(payers: CardSalesByPayer, month: date) -> int:
    """How many age bands of twelve months not every month has."""
    rows = year_to(payers.rows, month)
    made = fetched(rows.group_by("month", "age_from").aggregate(payments=rows.payments.sum()))
    return made["age_from"].n_unique() - len(common_bands(_by_age(made)))


def _by_age(rows: pl.DataFrame) -> list[dict[int, float]]:
    """Payments by age band, month by month."""
    import polars as pl

    sums = rows.group_by("month", "age_from").agg(pl.col("payments").sum())
    return [
        dict(one.select("age_from", "payments").iter_rows()) for one in sums.partition_by("month")
    ]


def of_cells(cells: CardSalesByCell, month: date) -> pl.DataFrame:
    """Mean month of each cell over twelve months, and its shops in the last."""
    import polars as pl

    rows = year_to(cells.rows, month)
    keys = ["cell", "month"]
    made = fetched(
        rows.group_by(keys).aggregate(
            longitude=rows.longitude.max(),
            latitude=rows.latitude.max(),
            stores=rows.stores.sum(),
            payments=rows.payments.sum(),
            amount=rows.amount.sum(),
        )
    ).sort(keys)
    months = made["month"].n_unique()
    few = pl.min_horizontal(pl.col("stores"), pl.col("payments")).clip(1).cast(pl.Int64)
    # the fewest shops of any month decide: every month must hide in the mean
    found = made.group_by("cell").agg(
        pl.col("longitude", "latitude").last(),
        pl.col("stores").last(),
        few.min().alias("behind"),
        (pl.col("amount").sum() / months).round().cast(pl.Int64).alias("amount"),
    )
    return found.filter(pl.col("amount") >= 0)


def of_leakage(spending: ResidentSpending, month: date) -> pl.DataFrame:
    """Trade × where over twelve months, with shares within the trade."""
    import polars as pl

    rows = year_to(spending.rows, month)
    made = fetched(
        rows.group_by("trade", "where").aggregate(
            amount=rows.amount.sum(),
            behind=rows.district.nunique(where=rows.amount > 0),  # each holds somebody else
        )
    )
    made = made.filter(pl.col("amount") > 0)
    return made.with_columns(share=pl.col("amount") / pl.col("amount").sum().over("trade"))


def of_sources(sources: Mapping[str, Table | None], until: date, merged: int = 0) -> pl.DataFrame:
    """Rows, sales, refunds and unknown trades of each source, how far totals lie apart, and how many
    age bands of the payers were ``merged``."""
    import polars as pl

    found = []
    for order, (name, table) in enumerate(sources.items(), start=1):
        if table is None:
            continue
        rows = table.rows.filter(table.rows.month <= until)
        refund, unknown = rows.amount < 0, rows.trade == OTHER
        made = fetched(
            rows.aggregate(
                row_count=rows.count(),
                refund_rows=refund.sum(),
                unknown_rows=unknown.sum(),
                sales=rows.amount.sum(where=~refund),
                refunds=-rows.amount.sum(where=refund),
                unknown=rows.amount.sum(where=unknown),
                total=rows.amount.sum(),
            )
        )
        found.append(
            made.fill_null(0)
            .cast(pl.Int64)
            .with_columns(
                source=pl.lit(name),
                order=pl.lit(order),
                bands_merged=pl.lit(merged if name == "payer" else 0),
            )
        )
    frame = pl.concat(found)
    return frame.with_columns(gap=pl.col("total") / pl.col("total").first() - 1)
