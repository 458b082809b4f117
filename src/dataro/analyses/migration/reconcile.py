"""Every mover that was read, counted or set aside: what the pages leave out is named, not dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.analyses.migration.ground import Ground
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import polars as pl

KINDS = {
    "counted": both("셈에 넣음", "Counted"),
    "later": both("고른 해 뒤의 이동", "After the year asked for"),
    "part_year": both("열두 달이 차지 않은 해의 이동", "In years without all their months"),
    "same": both("오늘의 같은 읍면동 안에서 옮김", "Within what is one district today"),
    "elsewhere": both("시 밖에서 시 밖으로 옮김", "Neither from nor to the city"),
}
"""What becomes of a mover."""


def reconciled(
    pairs: pl.DataFrame, moves: pl.DataFrame, ground: Ground, years: list[int], year: int
) -> pl.DataFrame:
    """People by what became of them; they add up to all that were read.

    ``moves`` is ``moves_of(pairs)``, ``years`` the whole ones among them, ``year`` the one asked for.
    """
    import polars as pl

    codes = {*pairs["origin"].unique(), *pairs["destination"].unique()}
    inside = [code for code in codes if ground.inside(code)]
    touching = pl.col("origin").is_in(inside) | pl.col("destination").is_in(inside)
    total = int(pairs["people"].sum())
    within = int(pairs.filter(touching)["people"].sum())
    whole = moves.filter(pl.col("year").is_in(years))
    kept = int(whole.filter(pl.col("year") <= year)["people"].sum())
    known = int(moves["people"].sum())
    people = {
        "counted": kept,
        "later": int(whole["people"].sum()) - kept,
        "part_year": known - int(whole["people"].sum()),
        "same": within - known,
        "elsewhere": total - within,
    }
    return pl.DataFrame(
        {"kind": list(people), "people": list(people.values())},
        schema={"kind": pl.String, "people": pl.Int64},
    )
