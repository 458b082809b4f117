"""The result tables of care demand, from what was fitted and simulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataro.analyses.care_demand.expect import Expected
from dataro.analyses.care_demand.inputs import BANDS, KEY, Estates
from dataro.analyses.care_demand.tables import (
    CareAgeing,
    CareCheck,
    CareOutlook,
    CareResult,
    CareShortfall,
    CareTotals,
    CareTroubles,
)
from dataro.analyses.nearby import Trouble

if TYPE_CHECKING:
    from dataro.methods.children import ChildModel


def collect(
    estates: Estates,
    models: Mapping[int, ChildModel],
    expected: Mapping[tuple[int, int], Expected],
    frames: list[Any],
    troubles: list[Trouble],
) -> CareResult:
    """All tables of the answer."""
    import polars as pl

    return CareResult(
        shortfall=CareShortfall(pl.concat(frames)),
        outlook=CareOutlook(_outlook(estates, expected)),
        totals=CareTotals(_totals(expected)),
        ageing=CareAgeing(_ageing(models)),
        check=CareCheck(_check(estates, models)),
        troubles=CareTroubles(
            pl.DataFrame(
                {
                    "kind": [one.kind for one in troubles],
                    "count": [one.count for one in troubles],
                    "said": [one.text.ko for one in troubles],
                    "said_en": [one.text.en for one in troubles],
                },
                schema={"kind": pl.String, "count": pl.Int64, "said": pl.String,
                        "said_en": pl.String},
            ).unique("kind", maintain_order=True)
        ),
    )  # fmt: skip


def _outlook(estates: Estates, expected: Mapping[tuple[int, int], Expected]) -> Any:
    import numpy as np
    import polars as pl

    frames = []
    ends = dict(BANDS)
    for (first, year), one in expected.items():
        low, high = np.quantile(one.children, (0.1, 0.9), axis=0)
        wanting_low, wanting_high = np.quantile(one.wanting, (0.1, 0.9), axis=0)
        frames.append(
            estates.frame.select(
                *KEY,
                pl.lit(first).alias("age_from"),
                pl.lit(ends[first]).alias("age_to"),
                pl.lit(year).alias("year"),
                pl.Series("children", one.mean_children),
                pl.Series("children_low", low),
                pl.Series("children_high", high),
                pl.Series("wanting", one.mean_wanting),
                pl.Series("wanting_low", wanting_low),
                pl.Series("wanting_high", wanting_high),
                pl.Series("observed", one.counted).fill_nan(None).cast(pl.Int64),
            )
        )
    return pl.concat(frames)


def _totals(expected: Mapping[tuple[int, int], Expected]) -> Any:
    import numpy as np
    import polars as pl

    rows = []
    ends = dict(BANDS)
    for (first, year), one in expected.items():
        low, high = np.quantile(one.children.sum(axis=1), (0.1, 0.9))
        rows.append(
            {"age_from": first, "age_to": ends[first], "year": year,
             "children": one.mean_children.sum(), "children_low": low, "children_high": high,
             "wanting": one.mean_wanting.sum()}
        )  # fmt: skip
    return pl.DataFrame(rows)


def _ageing(models: Mapping[int, ChildModel]) -> Any:
    import numpy as np
    import polars as pl

    from dataro.methods.children import curve

    names = ["age_from", "complex_age", "relative", "low", "high"]
    ages = np.arange(0, 31, dtype=np.float64)
    frames = [
        pl.DataFrame(
            dict(
                zip(
                    names,
                    [np.full(31, first), ages.astype(np.int64), *curve(model, ages)],
                    strict=True,
                )
            )
        )
        for first, model in models.items()
        if model.check is not None
    ]
    schema = {"age_from": pl.Int64, "complex_age": pl.Int64} | dict.fromkeys(names[2:], pl.Float64)
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _check(estates: Estates, models: Mapping[int, ChildModel]) -> Any:
    import polars as pl

    frames = [
        estates.frame.select(*KEY)[model.check.complex].with_columns(
            pl.lit(first).alias("age_from"),
            pl.Series("counted", model.check.observed).cast(pl.Int64),
            pl.Series("expected", model.check.expected),
            pl.Series("low", model.check.low),
            pl.Series("high", model.check.high),
        )
        for first, model in models.items()
        if model.check is not None
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=list(CareCheck.columns))
