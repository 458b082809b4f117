"""The yearly opening plan: what to open next, from what people asked for, with reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from dataro.accounts.records import Records
from dataro.accounts.use.totals import Use, totals
from dataro.build.context import Context
from dataro.cases.case import Case, case_of
from dataro.cases.opening_plan.national import Kind, kinds_elsewhere, like
from dataro.cases.schema import cases
from dataro.cases.similar import bigrams
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.text import Text, both

Ground = Literal["request", "research", "neighbours", "elsewhere"]
_REQUEST, _VOTE, _RESEARCH, _NEIGHBOURS, _CITIES = 5.0, 2.0, 4.0, 1.5, 0.03
"""Points of one request, one vote, one request for research, a tenfold use of neighbours, one city:
our own reading, so that what was asked weighs most."""
NATIONAL = ("standards/national_list.csv", "standards/national_list.csv.gz")
"""Where a workspace keeps the national list, if it has one."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something should be opened, with the points it gives; ``cases`` are numbers of cases."""

    ground: Ground
    text: Text
    points: float
    cases: tuple[str, ...] = ()


@dataclass
class Proposal:
    """One thing to open. ``dataset`` is its id where it is declared already; ``obstacles`` are what
    must be cleared first."""

    title: Text
    department: Text | None
    dataset: str | None
    theme: str
    reasons: list[Reason] = field(default_factory=list)
    obstacles: list[Text] = field(default_factory=list)

    @property
    def points(self) -> float:
        return round(sum(one.points for one in self.reasons), 1)


@dataclass(frozen=True)
class OpeningPlan:
    """The plan for a year: proposals, those with most points first."""

    year: int
    made_at: str
    proposals: Sequence[Proposal]
    national: bool


def opening_plan(
    context: Context, records: Records, year: int, *, national: Path | None = None, most: int = 60
) -> OpeningPlan:
    """Propose what to open in ``year``.

    From requests that nobody answered with data yet (with votes), requests for research on data that
    is closed, the use of open data of the same theme, and kinds that many cities open (``national``:
    the national list as CSV; the workspace's own where it has one). Raises ``Problem`` for a list
    that cannot be read.
    """
    registry = context.registry
    closed = [
        one for one in registry.datasets.values() if one.openness != "open" and one.retired is None
    ]
    proposals = {one.id: _of(one) for one in closed}
    wishes: list[Proposal] = []
    for case in _asked(records):
        _place(case, closed, proposals, wishes)
    for case in _researched(records):
        _research(case, proposals)
    _neighbours(proposals, registry.datasets, totals(records))
    found = national or _own_list(context)
    if found is not None:
        own = [one.title.ko for one in registry.datasets.values()]
        own += [one.title.ko for one in wishes]
        wishes += [_elsewhere(kind) for kind in kinds_elsewhere(found, own)]
    asked = [one for one in proposals.values() if one.reasons]
    ranked = sorted([*asked, *wishes], key=lambda one: (-one.points, one.title.ko))
    return OpeningPlan(year, records.now(), ranked[:most], found is not None)


def _own_list(context: Context) -> Path | None:
    for name in NATIONAL:
        path = context.workspace.folder / name
        if path.is_file():
            return path
    return None


def _of(dataset: Dataset) -> Proposal:
    made = Proposal(dataset.title, dataset.owner, dataset.id, dataset.theme)
    if dataset.personal != "none":
        made.obstacles.append(
            both(
                "개인정보가 있어 집계하거나 가명 처리한 형태로만 열 수 있습니다.",
                "Holds personal data: only aggregates or pseudonymous rows can be opened.",
            )
        )
    if dataset.licence == "not-stated":
        made.obstacles.append(
            both(
                "원자료의 이용 조건을 확인해야 합니다.",
                "The source's licence must be cleared first.",
            )
        )
    if dataset.openness_reason is not None:
        made.obstacles.append(dataset.openness_reason)
    return made


def _asked(records: Records) -> list[Case]:
    """Requests for data that still wait, and those that were refused."""
    query = select(cases).where(
        cases.c.workflow == "data_request",
        cases.c.merged_into.is_(None),
        cases.c.state.in_(("received", "extended", "accepted", "refused")),
    )
    return _read(records, query)


def _researched(records: Records) -> list[Case]:
    query = select(cases).where(
        cases.c.workflow == "research_access", cases.c.state.in_(("received", "granted", "refused"))
    )
    return _read(records, query)


def _read(records: Records, query: object) -> list[Case]:
    with records.reading() as connection:
        rows = connection.execute(query).mappings().all()  # type: ignore[call-overload]
        return [case_of(connection, row) for row in rows]


def _place(
    case: Case, closed: Sequence[Dataset], proposals: Mapping[str, Proposal], wishes: list[Proposal]
) -> None:
    """Count a request for the closed dataset it asks for, or as a wish of its own."""
    wanted = bigrams(case.heading)
    names = {one.id: bigrams(" ".join((one.title.ko, *one.keywords))) for one in closed}
    best = max(names, key=lambda id: len(wanted & names[id]), default=None)
    if best is not None and like(wanted, names[best]):
        target = proposals[best]
    else:
        target = next((one for one in wishes if like(wanted, bigrams(one.title.ko))), None) or (
            Proposal(both(case.heading, case.heading), _department(case), None, "general")
        )
        if target not in wishes:
            wishes.append(target)
    state_ko, state_en = case.standing.title.ko, case.standing.title.en
    target.reasons.append(
        Reason(
            "request",
            both(
                f"시민이 신청했습니다: “{case.heading}”({case.number}, 공감 {case.votes:,}, {state_ko})",
                f"Asked for: “{case.heading}” ({case.number}, {case.votes:,} votes, {state_en})",
            ),
            _REQUEST + _VOTE * case.votes,
            (case.number,),
        )
    )


def _department(case: Case) -> Text | None:
    return both(case.department, case.department) if case.department else None


def _research(case: Case, proposals: Mapping[str, Proposal]) -> None:
    if case.dataset is None or case.dataset not in proposals:
        return
    proposals[case.dataset].reasons.append(
        Reason(
            "research",
            both(
                f"연구자가 이용을 신청했습니다({case.number}). 집계한 자료를 열면 신청 없이 쓸 수 있습니다.",
                f"A researcher asked for access ({case.number}): opened as aggregates it needs none.",
            ),
            _RESEARCH,
            (case.number,),
        )
    )


def _neighbours(
    proposals: Mapping[str, Proposal], datasets: Mapping[str, Dataset], use: Mapping[str, Use]
) -> None:
    """How much open data of the same theme is taken says how much this one would be."""
    by_theme: dict[str, list[int]] = {}
    for one in datasets.values():
        if one.openness == "open":
            by_theme.setdefault(one.theme, []).append(use[one.id].taken if one.id in use else 0)
    for id, proposal in proposals.items():
        taken = by_theme.get(datasets[id].theme, [])
        mean = sum(taken) / len(taken) if taken else 0.0
        if mean < 1:
            continue
        proposal.reasons.append(
            Reason(
                "neighbours",
                both(
                    f"같은 주제로 열린 데이터 {len(taken):,}종을 한 종에 평균 {mean:,.0f}번 받아 갔습니다.",
                    f"The {len(taken):,} open datasets of its theme were taken {mean:,.0f} times each.",
                ),
                round(_NEIGHBOURS * math.log10(1 + mean), 1),
            )
        )


def _elsewhere(kind: Kind) -> Proposal:
    reason = Reason(
        "elsewhere",
        both(
            f"다른 시·군·구 {kind.cities:,}곳이 열었고 모두 {kind.views:,}번 조회되었습니다(공공데이터포털 목록).",
            f"{kind.cities:,} other cities open it, looked at {kind.views:,} times in all (national "
            "list).",
        ),
        round(_CITIES * kind.cities, 1),
    )
    return Proposal(both(kind.title, kind.title), None, None, "general", [reason])
