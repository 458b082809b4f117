"""How good the datasets are and were: verdicts of every published version, and sums over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dataro.build.registry import Registry
from dataro.build.state import State
from dataro.data.quality.catalogue import INDICATORS
from dataro.vocabulary.answer import Check, Verdict
from dataro.vocabulary.text import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """One published version of a dataset. ``judged`` and ``failed`` are sums over all checks,
    ``corrected`` the values mended as declared, ``made_at`` ISO 8601 in UTC."""

    made_at: str
    snapshot: int
    rows_read: int
    rows_kept: int
    judged: int
    failed: int
    corrected: int
    passed: bool

    @property
    def error_rate(self) -> float:
        """Failed over judged; 0 where nothing was judged."""
        return self.failed / self.judged if self.judged else 0.0

    @property
    def set_aside(self) -> int:
        """Rows that were read and did not go on."""
        return self.rows_read - self.rows_kept


@dataclass(frozen=True, slots=True)
class Tally:
    """Checks of one indicator or department added up."""

    key: str
    text: Text
    judged: int
    failed: int
    datasets: int

    @property
    def error_rate(self) -> float:
        """Failed over judged; 0 where nothing was judged."""
        return self.failed / self.judged if self.judged else 0.0


def history(state: State, id: str, limit: int = 100) -> list[Standing]:
    """The verdict on each published version of a dataset, oldest first."""
    found = []
    for one in reversed(state.history(id, limit)):
        verdict = one.verdicts.get(id)
        if verdict is not None:
            found.append(standing_of(one.made_at, one.snapshots.get(id, 0), verdict))
    return found


def verdicts(state: State, ids: Iterable[str]) -> dict[str, Verdict]:
    """The verdict on the current version of each dataset that has one."""
    found = {}
    for id in ids:
        current = state.current(id)
        if current is not None and id in current.verdicts:
            found[id] = current.verdicts[id]
    return found


def by_indicator(found: Mapping[str, Verdict]) -> list[Tally]:
    """Checks of all verdicts by indicator (완전성, 유효성 …), in the usual order."""

    def of(id: str, check: Check) -> tuple[str, Text]:
        key = indicator_of(check.rule)
        return key, INDICATORS[key]

    tallies = {one.key: one for one in _tallied(found, of)}
    return [tallies[key] for key in INDICATORS if key in tallies]


def by_department(found: Mapping[str, Verdict], registry: Registry) -> list[Tally]:
    """Checks of all verdicts by the department that owns the dataset, the worst first."""

    def of(id: str, check: Check) -> tuple[str, Text]:
        owner = registry.datasets[id].owner
        return owner.ko, owner

    return sorted(_tallied(found, of), key=lambda one: (-one.error_rate, one.key))


_KINDS = {
    # the end of a check's name (``column:kind``), as judging and casting write it
    "mandatory": "completeness",
    "key": "uniqueness", "place": "accuracy",
}  # fmt: skip


def indicator_of(rule: str) -> str:
    """The indicator that a check of a verdict belongs to.

    ``key`` → uniqueness; ``rule:1`` (a declared condition between columns) → consistency;
    ``column:mandatory`` → completeness; ``column:place`` → accuracy; any other check of a column's
    domain → validity.
    """
    head, _, kind = rule.rpartition(":")
    if head == "rule":
        return "consistency"
    return _KINDS.get(kind, "validity")


def standing(verdict: Verdict) -> Standing:
    """A verdict by itself as a standing: without a version."""
    return standing_of("", 0, verdict)


def standing_of(made_at: str, snapshot: int, verdict: Verdict) -> Standing:
    """A verdict as the standing of a version: when it was made (ISO 8601, UTC), its snapshot."""
    return Standing(
        made_at, snapshot, verdict.rows_read, verdict.rows_kept,
        sum(check.judged for check in verdict.checks),
        sum(check.failed for check in verdict.checks),
        sum(verdict.corrected.values()), verdict.passed,
    )  # fmt: skip


def _tallied(
    found: Mapping[str, Verdict], of: Callable[[str, Check], tuple[str, Text]]
) -> Sequence[Tally]:
    sums: dict[str, tuple[Text, int, int, set[str]]] = {}
    for id, verdict in found.items():
        for check in verdict.checks:
            key, text = of(id, check)
            _, judged, failed, seen = sums.get(key, (text, 0, 0, set()))
            sums[key] = (text, judged + check.judged, failed + check.failed, seen | {id})
    return [
        Tally(k, text, judged, failed, len(seen))
        for k, (text, judged, failed, seen) in sums.items()
    ]
