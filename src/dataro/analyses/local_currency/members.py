"""Shops of a sample: sales before and after each joined, and where the currency is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataro.analyses.nearby import Trouble
from dataro.data.datasets.money import MerchantSales
from dataro.vocabulary.text import Text, both, finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dataro.methods.causal.spillover import Share


@dataclass(frozen=True)
class Members:
    """Shops × months: ``logs`` of sales; ``start`` the index of the month of joining, -1 never.

    ``small_share`` of what was paid in local currency went to small shops (None: not known);
    ``growth`` of members' sales since they joined, nobody compared; ``per_won`` the same growth
    per won of use.
    """

    logs: NDArray[np.float64]
    start: NDArray[np.int64]
    small_share: Share | None
    growth: float | None
    per_won: Share | None


def read_members(sales: MerchantSales | None) -> tuple[Members | None, list[Trouble]]:
    """Shops with sales above zero in every month; and what was left out."""
    import numpy as np
    import polars as pl

    if sales is None:
        return None, [Trouble("no_members", 0, _NO_MEMBERS)]
    rows = sales.frame().select("month", "merchant", "small", "joined", "sales", "used")
    months = rows["month"].unique().sort()
    whole = (
        rows.group_by("merchant")
        .agg(pl.len().alias("n"), pl.col("sales").min().alias("least"))
        .filter((pl.col("n") == len(months)) & (pl.col("least") > 0))
    )
    kept = rows.join(whole.select("merchant"), on="merchant", how="semi").sort("merchant", "month")
    lost = rows["merchant"].n_unique() - whole.height
    troubles = [] if not lost else [Trouble("shops_left_out", lost, _left_out(lost, whole.height))]
    if whole.height < 40:
        return None, troubles
    shape = (whole.height, len(months))
    logs = np.log(kept["sales"].cast(pl.Float64).to_numpy()).reshape(shape)
    joined = kept["joined"].to_numpy().reshape(shape)[:, 0]
    begins = np.searchsorted(months.to_numpy(), joined)
    start = np.where(np.isnat(joined), -1, np.minimum(begins, len(months)))
    start = np.where(start >= len(months), -1, start)
    won = kept["sales"].cast(pl.Float64).to_numpy().reshape(shape)
    used = kept["used"].fill_null(0).cast(pl.Float64).to_numpy().reshape(shape)
    small = kept["small"].to_numpy().reshape(shape)[:, 0]
    growth, per_won = _since_joining(won, used, start)
    known = (
        None
        if kept["small"].null_count()
        else _ratio(used.sum(1) * small.astype(float), used.sum(1))
    )
    return Members(logs, start, known, growth, per_won), troubles


def _since_joining(
    won: NDArray[np.float64], used: NDArray[np.float64], start: NDArray[np.int64]
) -> tuple[float | None, Share | None]:
    """Members' mean monthly sales after against before: as growth, and per won of use."""
    import numpy as np

    mine = start > 0
    if not mine.any():
        return None, None
    after = np.arange(won.shape[1])[None, :] >= start[mine][:, None]
    before_mean = (won[mine] * ~after).sum(1) / (~after).sum(1)
    gain = ((won[mine] - before_mean[:, None]) * after).sum(1)
    spent = (used[mine] * after).sum(1)
    base = (before_mean[:, None] * after).sum()
    return float(gain.sum() / base), _ratio(gain, spent)


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> Share | None:
    """A ratio of sums over shops with its 95 % interval (linearised, shops independent)."""
    import numpy as np

    from dataro.methods.causal.spillover import Share

    if bottom.sum() <= 0:
        return None
    ratio = float(top.sum() / bottom.sum())
    left = top - ratio * bottom
    error = float(np.sqrt((left**2).sum() * len(top) / (len(top) - 1)) / bottom.sum())
    return Share(ratio, error, ratio - 1.96 * error, ratio + 1.96 * error)


def _left_out(lost: int, kept: int) -> Text:
    return finding(
        "빠진 달이 있거나 매출이 0 이하인 달(환불)이 있는 가맹점 {lost:,}곳은 가맹점 효과에서 뺐습니다"
        "(남은 가맹점 {kept:,}곳).",
        "{lost:,} shops with a missing month or one without sales above zero (refunds) are left "
        "out of the effect on shops ({kept:,} remain).",
        lost=lost, kept=kept,
    ).text  # fmt: skip


_NO_MEMBERS = both(
    "가맹점 표본의 월매출이 없어 가맹점 효과와 소상공인 몫을 계산하지 못했습니다. 가입 전후를 담은 가맹점 표본을 요청하십시오.",
    "Without monthly sales of sampled shops, the effect on shops and the share of small shops "
    "cannot be told. Ask for a sample that spans the months around joining.",
)
