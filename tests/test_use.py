"""Use is counted cheaply, by kind of caller and never by visitor, and survives a busy database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import portal_city
import pytest
import small_office
from portal_server import serving
from small_office import Office
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from dataro.accounts.records import open_records
from dataro.accounts.use.caller import caller_of
from dataro.accounts.use.counter import UseCounter
from dataro.accounts.use.totals import fetches, series, totals, use_of
from dataro.build.run import build

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


@pytest.mark.parametrize(
    ("agent", "caller"),
    [
        (CHROME, "visitor"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
        ("Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)", "robot"),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", "robot"),
        ("python-requests/2.32", "program"),
        ("curl/8.5.0", "program"),
        ("", "program"),
    ],
)
def test_a_caller_is_known_by_kind(agent: str, caller: str) -> None:
    assert caller_of(agent) == caller


def test_use_adds_up_over_restarts_with_robots_apart(office: Office) -> None:
    for _ in range(2):  # the portal is started twice
        use = UseCounter(office.records)
        for _ in range(3):
            use.count("trees", "download", door="portal", format="CSV", agent=CHROME)
        use.count("trees", "call", door="rest", format="json", agent="curl/8")
        use.count("trees", "view", door="portal", agent=CHROME, person=office.officer)
        use.count("trees", "call", door="rest", agent="Googlebot/2.1")
        use.count("benches", "call", door="mcp", times=5)
        use.close()
    trees = use_of(office.records, "trees")
    assert (trees.downloads, trees.calls, trees.views, trees.robots) == (6, 2, 2, 2)
    assert trees.by_format == {"csv": 6, "json": 2}
    assert trees.by_door == {"portal": 6, "rest": 2}
    assert totals(office.records)["benches"].calls == 10
    assert use_of(office.records, "unknown").taken == 0
    (month,) = series(office.records, "trees")
    assert (month.at, month.downloads) == (office.records.today().isoformat()[:7], 6)
    assert use_of(office.records, "trees", until=date(2000, 1, 1)).taken == 0


def test_who_was_signed_in_is_kept_only_for_data_taken(office: Office) -> None:
    use = UseCounter(office.records)
    use.count("trees", "download", door="portal", format="csv", agent=CHROME, person=office.officer)
    use.count("trees", "view", door="portal", agent=CHROME, person=office.citizen)
    use.close()
    (one,) = fetches(office.records, "trees")
    assert (one.login, one.format, one.times) == (office.officer.login, "csv", 1)


def test_many_threads_count_exactly_and_a_count_costs_microseconds(office: Office) -> None:
    use = UseCounter(office.records, seconds=0.01)

    def work() -> None:
        for _ in range(2_000):
            use.count("trees", "call", door="rest", format="json", agent="curl/8")

    began = time.process_time()
    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    use.close()
    assert use_of(office.records, "trees").calls == 8_000
    assert (time.process_time() - began) / 8_000 < 200e-6


def test_a_database_that_refuses_loses_nothing_and_fails_no_request(office: Office) -> None:
    refusing = True

    @event.listens_for(office.records.engine, "before_cursor_execute")
    def refuse(_c: object, _u: object, statement: str, *_: object) -> None:
        if refusing and "use_count" in statement:
            raise OperationalError(statement, {}, Exception("disk full"))

    use = UseCounter(office.records, seconds=60)
    use.count("trees", "call", door="rest")
    use.flush()
    refusing = False
    use.close()
    assert use_of(office.records, "trees").calls == 1


def test_a_counter_without_records_counts_nothing() -> None:
    use = UseCounter(None)
    use.count("trees", "call", door="rest")
    use.close()


@pytest.mark.slow
def test_the_portal_counts_pages_and_files_and_writes_them_when_it_is_stopped(
    tmp_path: Path,
) -> None:
    workspace = portal_city.make(tmp_path)
    build(workspace)
    with serving(workspace.folder) as address:
        for path in ("/ko/data/stops", "/data/stops.csv", "/data/stops.csv", "/data/nothing.csv"):
            httpx.get(f"{address}{path}", headers={"user-agent": CHROME}, timeout=60)
        httpx.get(f"{address}/data/stops.json", timeout=60)
    records = open_records(workspace)
    assert set(totals(records)) == {"stops"}
    stops = use_of(records, "stops")
    records.close()
    assert (stops.views, stops.downloads) == (1, 3)
    assert stops.by_format == {"csv": 2, "json": 1}
    assert stops.by_caller == {"visitor": 2, "program": 1}
