"""Estimates of what the local currency does, and what holds them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataro.analyses.local_currency.inputs import Panel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dataro.methods.causal.spillover import Share, SpillOver
    from dataro.methods.causal.staggered import EventStudy

    Floats = NDArray[np.float64]

SEED, DRAWS = 20_190_401, 99
LEADS, LAGS = 9, 18
"""Months before and after the beginning that event studies show."""
SIZES = (0.0, 0.5, 1.0)

Check = dict[str, Any]


@dataclass
class Estimates:
    """What was estimated: shares per won of use by definition, event studies, checks."""

    shares: dict[str, Share] = field(default_factory=dict)
    spill: SpillOver | None = None
    studies: dict[str, EventStudy] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def check(self, check: str, case: str, value: float | None, low: float | None = None,
              high: float | None = None) -> None:  # fmt: skip
        """Note one check; what is not a number is kept empty."""
        row = {"value": value, "low": low, "high": high}
        clean = {k: None if v is None or v != v or abs(v) == float("inf") else float(v)
                 for k, v in row.items()}  # fmt: skip
        self.checks.append({"check": check, "case": case, **clean})


def estimate(panel: Panel) -> Estimates:
    """All estimates that a panel of cities allows."""
    import numpy as np

    from dataro.methods.causal.spillover import exposure, spill_over

    found = Estimates()
    around = None if panel.near is None else exposure(panel.used, panel.near)
    spill = spill_over(panel.small, panel.used, around, panel.base)
    found.spill = spill
    found.shares["own"] = spill.own
    if around is not None:
        found.shares["neighbours"] = spill.net
        found.check("moved", "neighbours", spill.moved)
    if panel.large is not None:
        every = spill_over(panel.small + panel.large, panel.used, around, panel.base)
        found.shares["city"] = every.own
        if around is not None:
            found.shares["region"] = every.net
    # what neighbours took is given back before cities are compared: else a city that has not
    # launched yet would look worse than it would have been
    taken = 0.0 if around is None else spill.neighbours.estimate * around
    logs = np.log(np.maximum(panel.small - taken, 1.0))
    _staggered(found, logs, panel)
    _of_city(found, logs, panel)
    return found


def _staggered(found: Estimates, logs: Floats, panel: Panel) -> None:
    """The event study over cities, and everything that tries to shake it."""
    import numpy as np

    from dataro.methods.causal import staggered as cs
    from dataro.methods.causal.sensitivity import breakdown, honest_bounds

    def mean(outcome: Floats, start: NDArray[np.int64]) -> float:
        return cs.overall(cs.group_times(outcome, start)).estimate

    try:
        groups = cs.group_times(logs, panel.start)
    except ValueError:  # everybody began in the same month: nobody is left to compare with
        return
    whole = cs.overall(groups)
    found.check("overall", "cities", whole.estimate, whole.low, whole.high)
    study = cs.event_study(groups, first=-LEADS, last=LAGS, seed=SEED)
    found.studies["cities"] = study
    found.check("pretrend", "cities", cs.pretrend_test(study)[2])
    if study.before.any():
        for bound in honest_bounds(study, SIZES, horizon=11):
            found.check("honest", f"{bound.m:g}", None, bound.low, bound.high)
        found.check("breakdown", "cities", breakdown(study, horizon=11))
    found.check("placebo", "cities", cs.placebo(logs, panel.start, mean, draws=DRAWS, seed=SEED)[1])
    without = cs.leave_one_out(logs, panel.start, mean)
    if np.isfinite(without).any():
        found.check(
            "leave_one_out", "cities", float(np.nanmedian(without)), float(np.nanmin(without)),
            float(np.nanmax(without)),
        )  # fmt: skip


def _of_city(found: Estimates, logs: Floats, panel: Panel) -> None:
    """The city itself against cities that had not launched a year after it did."""
    import numpy as np

    from dataro.methods.causal.synthetic import plain_did, with_placebos

    if panel.own < 0 or panel.start[panel.own] < 2:
        return
    before = int(panel.start[panel.own])
    until = min(before + 12, len(panel.months))
    free = (panel.start < 0) | (panel.start >= until)
    free[panel.own] = False
    own = logs[panel.own : panel.own + 1, :until]
    cases = {"all": free}
    if panel.near is not None:
        cases["without_neighbours"] = free & ~panel.near[panel.own]
    for case, donors in cases.items():
        if donors.sum() < 5:
            continue
        result = with_placebos(logs[donors, :until], own, before, seed=SEED)
        found.check("twin_city", case, result.estimate, result.low, result.high)
        found.check("plain", case, plain_did(logs[donors, :until], own, before))
        if case == "all":
            found.check("placebo_cities", f"{int(np.sum(donors))}", result.error)


def estimate_members(found: Estimates, members: Any) -> None:
    """Effect on shops that joined (``members`` as ``members.Members``), and its naive sister."""
    from dataro.methods.causal import staggered as cs
    from dataro.methods.causal.saturated import saturated

    try:
        groups = cs.group_times(members.logs, members.start)
        whole = saturated(members.logs, members.start)
    except ValueError:
        return
    found.check("members", "shops", whole.estimate, whole.low, whole.high)
    study = cs.event_study(groups, first=-LEADS, last=LAGS, seed=SEED, draws=299)
    found.studies["merchants"] = study
    found.check("pretrend", "merchants", cs.pretrend_test(study)[2])
