"""From a town and a goal to a plan and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.analyses.nearby import Trouble
from dataro.analyses.siting.tables import (
    SitingAlternatives,
    SitingPlan,
    SitingProof,
    SitingReach,
    SitingResult,
    SitingTroubles,
)
from dataro.analyses.siting.town import Town, listed, nearest
from dataro.vocabulary.text import finding

if TYPE_CHECKING:
    from dataro.methods.spatial.siting import Plan

SECONDS = 1.2
"""How long an exact solve may take, so that a page answers while one thinks."""


@dataclass(frozen=True)
class Wish:
    """What a user asks for; sites are row numbers of the town's."""

    goal: str
    new: int
    moves: int
    limit: float
    pinned: list[int]
    excluded: list[int]
    seats: int
    budget: float


def solve(town: Town, wish: Wish) -> Plan:
    """The plan for a goal. Raises ``Problem`` where the wishes contradict each other."""
    import numpy as np

    from dataro.methods.spatial import coverage, median, seats
    from dataro.methods.spatial.siting import Conditions

    standing = range(town.standing)
    if wish.goal == "cover_all":
        return coverage.fewest_sites(
            town.minutes, wish.limit, existing=tuple(standing), pinned=tuple(wish.pinned),
            excluded=tuple(wish.excluded), seconds=SECONDS,
        )  # fmt: skip
    conditions = Conditions(
        new=wish.new, existing=standing, moves=wish.moves, pinned=wish.pinned,
        excluded=wish.excluded,
        cost=town.sites["cost"].to_list() if wish.budget else None,
        budget=wish.budget or None,
    )  # fmt: skip
    room = None
    if wish.seats:
        room = town.sites["seats"].fill_null(float(wish.seats)).to_numpy().astype(np.float64)
    if wish.goal == "coverage":
        return coverage.most_covered(
            town.minutes, town.need, wish.limit, conditions, capacity=room, seconds=SECONDS
        )
    if room is not None:
        return seats.smallest_mean_with_seats(
            town.minutes, town.need, room, conditions, seconds=SECONDS
        )
    return median.smallest_mean(town.minutes, town.need, conditions)


def result(town: Town, wish: Wish, plan: Plan) -> SitingResult:
    """All tables of the answer."""
    import numpy as np

    before = nearest(town.minutes, np.arange(town.standing))
    after = nearest(town.minutes, plan.sites)
    troubles = [*town.troubles, *_unreached(town, wish, plan)]
    return SitingResult(
        plan=SitingPlan(_sites(town, wish, plan)),
        proof=SitingProof(_proof(town, wish, plan, before, after)),
        reach=SitingReach(_reach(town, wish, before, after)),
        alternatives=SitingAlternatives(_alternatives(town, wish, plan)),
        troubles=SitingTroubles(_troubles(troubles)),
    )


def _sites(town: Town, wish: Wish, plan: Plan) -> Any:
    import numpy as np
    import polars as pl

    from dataro.methods.spatial.siting import ranked

    kept = np.setdiff1d(plan.sites, plan.opened)
    near = town.minutes <= wish.limit

    def reached(sites: Any) -> float:
        return float(town.people[near[:, sites].any(axis=1)].sum())

    def mean(sites: Any) -> float:
        return _mean(nearest(town.minutes, sites), town.people)

    if wish.goal == "mean":
        far = 2.0 * float(town.minutes[np.isfinite(town.minutes)].max(initial=1.0))
        ways = np.minimum(town.minutes, far)

        def worth(sites: Any) -> float:
            return -float(town.need @ nearest(np.minimum(ways, far), sites).clip(max=far))
    else:

        def worth(sites: Any) -> float:
            return float(town.need[near[:, sites].any(axis=1)].sum())

    order = [site for site, _ in ranked(plan.opened.tolist(), kept.tolist(), worth)]
    rank, adds, saves = {}, {}, {}
    standing = list(kept)
    for number, site in enumerate(order, 1):
        later = np.array([*standing, site], dtype=np.intp)
        now = np.array(standing, dtype=np.intp)
        rank[site] = number
        adds[site] = reached(later) - reached(now)
        gain = mean(now) - mean(later)
        saves[site] = max(gain, 0.0) if np.isfinite(gain) else None
        standing.append(site)
    finite = np.isfinite(town.minutes[:, plan.sites]).any(axis=1) if plan.sites.size else None
    serves = np.zeros(town.sites.height)
    if finite is not None:
        closest = plan.sites[town.minutes[:, plan.sites].argmin(axis=1)]
        np.add.at(serves, closest[finite], town.people[finite])
    role = {int(s): "kept" for s in kept} | {int(s): "opened" for s in plan.opened}
    role |= {int(s): "closed" for s in plan.closed}
    rows = sorted(role)
    return town.sites[rows].select(
        "site", "name",
        pl.Series("role", [role[s] for s in rows]),
        pl.Series("rank", [rank.get(s) for s in rows], dtype=pl.Int64),
        pl.Series("adds", [adds.get(s) for s in rows], dtype=pl.Float64),
        pl.Series("saves", [saves.get(s) for s in rows], dtype=pl.Float64),
        pl.Series("serves", [float(serves[s]) for s in rows]),
        "longitude", "latitude",
    )  # fmt: skip


def _mean(minutes: Any, people: Any) -> float:
    """Mean minutes over the people who have a way; infinite where nobody has one."""
    import numpy as np

    finite = np.isfinite(minutes) & (people > 0)
    if not finite.any():
        return float("inf")
    return float(np.average(minutes[finite], weights=people[finite]))


def _proof(town: Town, wish: Wish, plan: Plan, before: Any, after: Any) -> Any:
    import polars as pl

    people = town.people
    means = [_mean(before, people), _mean(after, people)]
    return pl.DataFrame(
        {
            "goal": [wish.goal], "status": [plan.status], "value": [plan.value],
            "bound": [plan.bound], "gap": [min(plan.gap, 1.0)], "seconds": [plan.seconds],
            "limit": [wish.limit], "people": [float(people.sum())],
            "reached_before": [float(people[before <= wish.limit].sum())],
            "reached_after": [float(people[after <= wish.limit].sum())],
            "mean_before": [None if means[0] == float("inf") else means[0]],
            "mean_after": [None if means[1] == float("inf") else means[1]],
            "unreached": [int(plan.unreached.size)],
            "candidates": [town.sites.height - town.standing], "places": [town.cells.height],
        },
        schema_overrides={"mean_before": pl.Float64, "mean_after": pl.Float64},
    )  # fmt: skip


def _reach(town: Town, wish: Wish, before: Any, after: Any) -> Any:
    import numpy as np
    import polars as pl

    def known(values: Any) -> list[float | None]:
        return [round(float(v), 2) if np.isfinite(v) else None for v in values]

    return town.cells.select(
        "cell", "longitude", "latitude",
        pl.Series("people", town.people),
        pl.Series("minutes_before", known(before), dtype=pl.Float64),
        pl.Series("minutes_after", known(after), dtype=pl.Float64),
        pl.Series("reached_before", before <= wish.limit),
        pl.Series("reached_after", after <= wish.limit),
    )  # fmt: skip


def _alternatives(town: Town, wish: Wish, plan: Plan) -> Any:
    """The twenty candidates that would add most to the plan."""
    import numpy as np
    import polars as pl

    left = town.people * (nearest(town.minutes, plan.sites) > wish.limit)
    adds = left @ (town.minutes <= wish.limit)
    adds[plan.sites] = -1.0
    adds[wish.excluded] = -1.0
    adds[: town.standing] = -1.0
    best = np.argsort(-adds, kind="stable")[:20]
    best = best[adds[best] >= 0]
    return town.sites[best.tolist()].select(
        "site", "name", pl.Series("adds", adds[best]), "longitude", "latitude"
    )


def _unreached(town: Town, wish: Wish, plan: Plan) -> list[Trouble]:
    if not plan.unreached.size:
        return []
    cells = town.cells["cell"].to_list()
    said = finding(
        "지역 {count:,}곳({people:,.0f}명)은 어느 후보지에서도 정한 시간 안에 닿지 않아 어떤 배치로도 나아지지 않습니다(예: {example}).",
        "{count:,} places ({people:,.0f} people) are within the time of no candidate, so no plan helps them "
        "({example}).",
        count=int(plan.unreached.size), people=float(town.people[plan.unreached].sum()),
        example=listed([str(cells[i]) for i in plan.unreached[:3]]),
    )  # fmt: skip
    return [Trouble("unreached", int(plan.unreached.size), said.text)]


def _troubles(troubles: list[Trouble]) -> Any:
    import polars as pl

    return pl.DataFrame(
        {
            "kind": [one.kind for one in troubles],
            "count": [one.count for one in troubles],
            "said": [one.text.ko for one in troubles],
            "said_en": [one.text.en for one in troubles],
        },
        schema={"kind": pl.String, "count": pl.Int64, "said": pl.String, "said_en": pl.String},
    ).unique("kind", maintain_order=True)
