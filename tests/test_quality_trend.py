"""Error rates over time: of the city, its departments, indicators, datasets and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import portal_city
import pytest
from portal_server import serving

from dataro.build.context import opened
from dataro.build.quality_trend import trends
from dataro.build.run import build
from dataro.build.workspace import Workspace

DAYS = ("2024-03-01", "2024-03-02", "2024-03-05")
WRONG = (4, 2, 1)
"""Cells of the benches that cannot be read, delivery by delivery."""


def _deliver(workspace: Workspace, wrong: int) -> None:
    rows = [f"B{n},{'모름' if n < wrong else n % 5 + 1}" for n in range(30)]
    (workspace.raw / "의자.csv").write_text("\n".join(["번호,좌석", *rows]), encoding="utf-8")
    build(workspace, only=["benches"])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three deliveries of one dataset on three days, and one of another."""
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace, only=["residents"])
    for wrong in WRONG:
        _deliver(workspace, wrong)
    _date(workspace)
    return workspace


def _date(workspace: Workspace) -> None:
    """Put the publications on the days on which they are to have been made."""
    import sqlite3

    with sqlite3.connect(workspace.state / "state.sqlite") as state:
        numbers = [
            n
            for (n,) in state.execute(
                "SELECT rowid FROM publication WHERE id = 'benches' ORDER BY rowid"
            )
        ]
        for number, day in zip(numbers, DAYS, strict=True):
            state.execute(
                "UPDATE publication SET made_at = ? WHERE rowid = ?",
                (f"{day}T01:00:00+00:00", number),
            )
        state.execute(
            "UPDATE publication SET made_at = ? WHERE id = 'residents'",
            (f"{DAYS[1]}T02:00:00+00:00",),
        )
    state.close()


@pytest.fixture(scope="module")
def address(city: Workspace) -> Iterator[str]:
    with serving(city.folder) as found:
        yield found


def test_every_day_adds_up_what_then_stood(city: Workspace) -> None:
    with opened(city) as context:
        found = trends(context.state, context.registry, ["benches", "residents"])
    datasets = {one.key: one for one in found.datasets}
    benches, residents = datasets["benches"], datasets["residents"]
    assert [point.day for point in benches.points] == list(DAYS)
    failed = [point.failed for point in benches.points]
    assert failed == sorted(failed, reverse=True)
    assert failed[0] - failed[-1] == WRONG[0] - WRONG[-1]
    assert [point.day for point in residents.points] == list(DAYS[1:])  # not before it was there
    assert found.city is not None
    for at, point in enumerate(found.city.points):
        others = residents.points[at - 1] if at else None
        assert point.judged == benches.points[at].judged + (others.judged if others else 0)
        assert point.failed == benches.points[at].failed + (others.failed if others else 0)


def test_departments_indicators_and_columns_add_up_to_the_city(city: Workspace) -> None:
    with opened(city) as context:
        found = trends(context.state, context.registry, ["benches", "residents"])
    assert found.city is not None
    now = found.city.now
    for parts in (found.departments, found.indicators, found.datasets):
        assert sum(one.now.judged for one in parts) == now.judged
        assert sum(one.now.failed for one in parts) == now.failed
    assert found.columns[0].now.failed == WRONG[-1]
    assert found.columns[0].key.startswith("benches.")
    assert len(found.versions["benches"]) == 3


def test_the_page_draws_them_and_works_out_what_is_supposed(address: str) -> None:
    page = httpx.get(f"{address}/ko/quality").text
    assert f"{DAYS[0]} " in page
    assert page.count("<polyline") >= 4  # the city, its department, an indicator, the dataset
    supposed = httpx.get(
        f"{address}/en/quality", params={"if.error_rate": "0", "if.plan": "100"}
    ).text
    assert "Points if so" in supposed
    assert re.search(r"→ <strong>2\.0</strong>", supposed)
    refused = httpx.get(f"{address}/en/quality", params={"if.plan": "viel"})
    assert refused.status_code == 200
    assert "write a number from 0 to 100" in refused.text
