"""What is in a workspace: how fresh each thing is, what is stale and why."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dataro.build.context import Context
from dataro.build.plan import needed_by, order, plan_analysis, plan_dataset
from dataro.build.times import now
from dataro.vocabulary.dataset import Cadence
from dataro.vocabulary.text import Text, both

State = Literal["fresh", "stale", "absent", "failed", "broken"]

OVERDUE_AFTER: dict[Cadence, timedelta] = {
    "live": timedelta(days=1),
    "daily": timedelta(days=2),
    "weekly": timedelta(days=10),
    "monthly": timedelta(days=45),
    "quarterly": timedelta(days=120),
    "yearly": timedelta(days=400),
}
"""The age from which data is older than the cadence it promises."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one dataset or analysis stands. ``overdue`` is against the cadence it promises."""

    id: str
    kind: Literal["dataset", "analysis", "file"]
    title: Text
    state: State
    reason: Text
    made_at: str | None = None
    rows: int | None = None
    error_rate: float | None = None
    synthetic: bool = False
    overdue: bool = False
    waiting: tuple[str, ...] = ()
    """The inputs that will be rebuilt first, where that is the reason."""


def told_to(standing: Standing, seen: Container[str]) -> Standing:
    """The standing as somebody is told who sees only these datasets: others are counted, not named."""
    hidden = sum(one not in seen for one in standing.waiting)
    if not hidden:
        return standing
    named = [one for one in standing.waiting if one in seen]
    more = both(f"공개하지 않는 데이터 {hidden}건", f"{hidden} that are not open")
    return replace(
        standing,
        reason=_waiting([*named, more.ko], [*named, more.en]),
        waiting=tuple(named),
    )


def _waiting(ko: Sequence[str], en: Sequence[str]) -> Text:
    return both(
        f"다시 만들 입력이 있습니다: {', '.join(ko)}", f"inputs to be rebuilt: {', '.join(en)}"
    )


def status(context: Context) -> list[Standing]:
    """Every declared thing, in the order of what needs what; nothing is built.

    An analysis whose inputs will change is stale because of them.
    """
    sorter = order(context)
    standings: dict[str, Standing] = {}
    folders = context.raw_folders()
    while sorter.is_active():
        for id in sorted(sorter.get_ready()):
            if id in context.registry.datasets:
                step = plan_dataset(context, id, folders, force=False)
                title = context.registry.datasets[id].title
            else:
                analysis = context.registry.analyses[id]
                step, title = plan_analysis(context, analysis, force=False), analysis.title
                waiting = [
                    s for s in needed_by(context.registry, id) if standings[s].state == "stale"
                ]
                if waiting and step.condition != "stale":
                    standings[id] = replace(
                        _standing(
                            context, id, "analysis", title, "stale", _waiting(waiting, waiting)
                        ),
                        waiting=tuple(waiting),
                    )
                    sorter.done(id)
                    continue
            standings[id] = _standing(context, id, step.kind, title, step.condition, step.reason)
            sorter.done(id)
    broken = [
        Standing(str(path), "file", both(path.name, path.name), "broken", problem.text)
        for path, problem in context.registry.broken.items()
    ]
    return [*broken, *standings.values()]


def _standing(
    context: Context,
    id: str,
    kind: Literal["dataset", "analysis"],
    title: Text,
    state: State,
    reason: Text,
) -> Standing:
    published = context.state.current(id)
    last = context.state.last_outcome(id)
    if last is not None and last.outcome == "failed" and last.problem and state == "stale":
        state, reason = "failed", last.problem
    if last is not None and last.outcome == "absent" and last.problem and published is None:
        state, reason = "absent", last.problem
    if published is None:
        return Standing(id, kind, title, state, reason)
    receipt = published.receipt
    overdue = False
    if kind == "dataset":
        allowed = OVERDUE_AFTER.get(context.registry.datasets[id].cadence)
        age = datetime.fromisoformat(now()) - datetime.fromisoformat(published.made_at)
        overdue = allowed is not None and age > allowed
    return Standing(
        id, kind, title, state, reason,
        published.made_at, receipt.rows, receipt.error_rate, receipt.synthetic, overdue,
    )  # fmt: skip
