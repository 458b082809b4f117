"""How often 95 % intervals hold the truth of 100 synthetic provinces, and how wide they are.

    python bench/causal_coverage.py [SEEDS]

For the gain per won used (a panel of cities) and the effect on shops that join (a sample of shops):
coverage, sign, and the median width over that of an oracle. The oracle knows what every month does
to everybody and what neighbours take away, and estimates the effect alone. A second oracle of the
cities knows only what neighbours take away: the rest of the difference is the price of not knowing
the months, which no method escapes where the currency spreads with them.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dataro.methods.causal.fixed_effects import two_way
from dataro.methods.causal.saturated import saturated
from dataro.methods.causal.spillover import exposure, spill_over
from dataro.methods.causal.staggered import group_times, overall
from dataro.twin.economy import Economy, load_economy
from dataro.twin.economy_cities import make_cities
from dataro.twin.economy_panel import draw_joins, panel_log_sales

FACTS = Path(__file__).parents[1] / "src/dataro/cities"
SHOPS = 400

Floats = NDArray[np.float64]


def alone(outcome: Floats, dose: Floats) -> float:
    """Width of the interval of the oracle: means of units taken out, nothing else."""
    unit = np.indices(outcome.shape)[0].ravel()
    once = np.zeros_like(unit)
    fit = two_way(outcome.ravel(), dose.reshape(-1, 1), unit, once)
    return float(fit.high[0] - fit.low[0])


def cities(economy: Economy, seed: int) -> tuple[list[bool], float, float, bool, float]:
    """Own and net gain covered; width over the oracle's; width; signs right; second oracle."""
    currency = economy.settings["currency"]
    order = {city.code: i for i, city in enumerate(economy.cities)}
    near = np.zeros((len(order), len(order)), bool)
    for city in economy.cities:
        near[order[city.code], [order[n] for n in city.neighbours]] = True
    panel = make_cities(currency, economy.cities, economy.cities[0].code,
                        np.random.default_rng([seed, 64]))  # fmt: skip
    base = panel.small[:, :12].mean(1)
    found = spill_over(panel.small, panel.used, exposure(panel.used, near), base)
    new = float(currency["new"])
    net = new * (1 - float(currency["from_neighbours"]))
    covered = [found.own.low <= new <= found.own.high, found.net.low <= net <= found.net.high]
    without = (panel.small - panel.new - panel.spilt) / base[:, None]
    known = (panel.small - panel.spilt) / base[:, None] - without.mean(0)
    oracle = alone(known, panel.used / base[:, None])
    unit, time_of = (index.ravel() for index in np.indices(panel.small.shape))
    given = two_way(
        ((panel.small - panel.spilt) / base[:, None]).ravel(),
        (panel.used / base[:, None]).reshape(-1, 1), unit, time_of,
    )  # fmt: skip
    second = (found.own.high - found.own.low) / float(given.high[0] - given.low[0])
    signs = found.own.estimate > 0 > found.neighbours.estimate
    width = found.own.high - found.own.low
    return covered, width / oracle, width, signs, second


def shops(economy: Economy, seed: int) -> tuple[list[bool], float, float, bool, float]:
    """Covered by the saturated regression and by staggered differences; widths over the oracle's;
    the sign."""
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
    oracle = alone(logs - month, effect / truth)
    covered = [found.low <= truth <= found.high, plain.low <= truth <= plain.high]
    width = found.high - found.low
    return covered, width / oracle, width, found.estimate > 0, float("nan")


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
        held = np.array([covered for covered, *_ in runs]).mean(0)
        said = ", ".join(f"{case} {share:.0%}" for case, share in zip(cases, held, strict=True))
        ratio, width = (float(np.median([run[i] for run in runs])) for i in (1, 2))
        signs, second = (float(np.mean([run[i] for run in runs])) for i in (3, 4))
        other = f" ({second:.2f} of the second's)" if np.isfinite(second) else ""
        print(
            f"{name}: covered {said}; median width {width:.3f}, {ratio:.2f} of the oracle's"
            f"{other}; "
            f"sign right {signs:.0%}; {time.process_time() - begin:.1f} s CPU"
        )


if __name__ == "__main__":
    main()
