"""How often 95 % intervals hold the truth of 100 synthetic provinces, and how wide they are.

    python bench/causal_coverage.py [SEEDS]

For the gain per won used (a panel of cities) and the effect on shops that join (a sample of shops):
coverage, sign, and the median width over that of an oracle.

The oracle knows how the data come about, as far as anybody could: what neighbours take away, which
shops no effect reaches, how much noise lasts, and its own interval's exact quantile. It does not
know what each month does to everybody, because that shows in no other data than these: to have to
estimate it is the problem, not a weakness of a method. The width over a second oracle that is told
the months too is printed beside it: nobody can reach it where the currency spreads with the months.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from dataro.methods.causal.saturated import saturated
from dataro.methods.causal.spillover import exposure, spill_over
from dataro.methods.causal.staggered import group_times, overall
from dataro.twin.economy import Economy, load_economy
from dataro.twin.economy_cities import make_cities
from dataro.twin.economy_panel import draw_joins, panel_log_sales

FACTS = Path(__file__).parents[1] / "src/dataro/cities"
SHOPS = 400

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """One seed: which intervals held the truth; the interval's width, over that of the oracle and
    of one that knows the months; whether the signs are right."""

    covered: list[bool]
    width: float
    over_oracle: float
    over_told: float
    signs: bool


def whitened(values: Floats, memory: float) -> Floats:
    """Units × periods without what lasts from the period before; the first one scaled to match."""
    made = values.copy()
    made[:, 1:] -= memory * values[:, :-1]
    made[:, 0] *= np.sqrt(1 - memory**2)
    return made


def oracle(outcome: Floats, dose: Floats, memory: float, *, months: bool) -> float:
    """Width of the interval of weighted least squares with the true ``memory``; ``months`` says
    that the effect of each month has to be estimated, not only that of each unit."""
    units, periods = outcome.shape
    one = whitened(np.ones((1, periods)), memory)[0]

    def left(values: Floats) -> Floats:
        made = whitened(values, memory)
        made = made - np.outer(made @ one / (one @ one), one)
        return made - made.mean(0) if months else made

    y, x = left(outcome), left(dose)
    rest = y - x * float((x * y).sum() / (x * x).sum())
    freedom = outcome.size - units - 1 - (periods - 1 if months else 0)
    error = np.sqrt((rest**2).sum() / freedom / (x * x).sum())
    return float(2 * stats.norm.ppf(0.975) * error)


def cities(economy: Economy, seed: int) -> Run:
    """Own and net gain covered; width over the oracle's, over the second's; signs right."""
    currency = economy.settings["currency"]
    order = {city.code: i for i, city in enumerate(economy.cities)}
    near = np.zeros((len(order), len(order)), bool)
    for city in economy.cities:
        near[order[city.code], [order[n] for n in city.neighbours]] = True
    panel = make_cities(currency, economy.cities, economy.cities[0].code,
                        np.random.default_rng([seed, 64]))  # fmt: skip
    base = panel.small[:, :12].mean(1)
    found = spill_over(panel.small, panel.used, exposure(panel.used, near), base)
    new, memory = float(currency["new"]), float(currency["memory"])
    net = new * (1 - float(currency["from_neighbours"]))
    covered = [found.own.low <= new <= found.own.high, found.net.low <= net <= found.net.high]
    known, dose = (panel.small - panel.spilt) / base[:, None], panel.used / base[:, None]
    month = ((panel.small - panel.new - panel.spilt) / base[:, None]).mean(0)
    width = found.own.high - found.own.low
    return Run(
        covered, width, width / oracle(known, dose, memory, months=True),
        width / oracle(known - month, dose, memory, months=False),
        found.own.estimate > 0 > found.neighbours.estimate,
    )  # fmt: skip


def shops(economy: Economy, seed: int) -> Run:
    """Covered by the saturated regression and by staggered differences; widths; the sign."""
    given = economy.settings["panel"]
    rng = np.random.default_rng([seed, 63])
    joined = draw_joins(given, SHOPS, rng)
    months = np.arange(24_276, 24_312)
    logs, effect = panel_log_sales(given, joined, rng.normal(16, 0.8, SHOPS), months, rng)
    member = (joined[:, None] >= 0) & (months >= joined[:, None])
    start = np.where(joined >= 0, joined - months[0], -1)
    truth = float(effect[member].mean())
    found, plain = saturated(logs, start), overall(group_times(logs, start))
    month = (logs - effect)[joined < 0].mean(0)
    covered = [found.low <= truth <= found.high, plain.low <= truth <= plain.high]
    width = found.high - found.low
    return Run(
        covered, width, width / oracle(logs, effect / truth, 0.0, months=True),
        width / oracle(logs - month, effect / truth, 0.0, months=False), found.estimate > 0,
    )  # fmt: skip


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    folder = next(path.parent.parent for path in FACTS.glob("*/twin/economy.toml"))
    economy = load_economy(folder)
    assert economy is not None
    for name, study, cases in (
        ("gain per won used", cities, ("own", "net of neighbours")),
        ("effect on shops", shops, ("saturated", "staggered")),
    ):
        begin = time.process_time()
        runs = [study(economy, seed) for seed in range(seeds)]
        held = np.array([run.covered for run in runs]).mean(0)
        said = ", ".join(f"{case} {share:.0%}" for case, share in zip(cases, held, strict=True))
        width, ratio, told = (
            float(np.median([getattr(run, name) for run in runs]))
            for name in ("width", "over_oracle", "over_told")
        )
        print(
            f"{name}: covered {said}; median width {width:.4f}, {ratio:.2f} of the oracle's "
            f"({told:.2f} of one that is told the months); "
            f"sign right {np.mean([run.signs for run in runs]):.0%}; "
            f"{time.process_time() - begin:.1f} s CPU"
        )


if __name__ == "__main__":
    main()
