"""The same records in PostgreSQL: a real server, started for the test and stopped after it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import small_office
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from small_office import PARKS, Office
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import dataro.cases.schema
from dataro.accounts import audit
from dataro.accounts.schema import METADATA
from dataro.cases import engine, inbox, reminders, similar, talk
from dataro.cases.register import AlreadyOpen
from dataro.cases.trail import events_of, replay
from dataro.cases.view import see
from dataro.vocabulary.problem import Problem

assert dataro.cases.schema  # its tables belong to the metadata
pytestmark = pytest.mark.slow
USER = "postgres"


def server_programs() -> Path | None:
    """The folder of PostgreSQL's own programs."""
    for place in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (place / "initdb").exists():
            return place
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def run(*command: str | Path) -> None:
    """Run one of the server's programs; it refuses to run as root, so another account does."""
    words = [str(one) for one in command]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", *words]
    subprocess.run(words, check=True, capture_output=True, timeout=60, cwd="/")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("pg8000", reason="pg8000 is not installed: dataro[postgres]")
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    folder = Path("/tmp") / f"dataro-pg-{os.getpid()}"  # short and open to the other account
    folder.mkdir()
    try:
        if os.geteuid() == 0:
            try:
                shutil.chown(folder, USER, USER)
            except LookupError:
                pytest.skip("PostgreSQL does not run as root, and there is no account postgres")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        data = folder / "data"
        run(
            programs / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "dataro",
            "-E",
            "UTF8",
            "--no-sync",
        )
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        start = ("-D", data, "-o", options, "-l", folder / "log", "-w")
        run(programs / "pg_ctl", *start, "start")
        try:
            yield f"postgresql+pg8000://dataro@127.0.0.1:{port}/postgres"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office(server: str, tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path, url=server)
    yield office
    with office.records.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    office.records.close()


def asked(office: Office) -> str:
    return engine.open_case(
        office.records, office.citizen, "data_request", office.request, department=PARKS
    ).case.number


def test_an_office_works_on_postgresql_as_it_does_on_sqlite(office: Office) -> None:
    records = office.records
    with records.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    number = asked(office)
    assert similar.similar(records, None, "data_request", "공원별 의자수")[0].case.number == number
    assert talk.vote(records, office.chief, number) == 1
    engine.assign(records, office.steward, number, office.officer.id)
    office.clock.to(2026, 1, 22)
    assert reminders.remind(records).reminded == (number,)
    answer = {
        "ground": "not_held",
        "answer": "우리 시가 가지고 있지 않은 자료입니다. 양해 바랍니다.",
    }
    engine.move(records, office.steward, number, "refuse", answer)
    case = see(records, office.steward, number).case
    with records.reading() as connection:
        assert replay(events_of(connection, case)).state == "refused"
    assert inbox.public_cases(records, "data_request").total == 1
    for forbidden in ("UPDATE audit SET subject = 'x'", "DELETE FROM case_event", "TRUNCATE audit"):
        with pytest.raises(DBAPIError, match="append-only"), records.writing() as connection:
            connection.execute(text(forbidden))
    assert audit.verify(records).broken_at is None


def test_many_at_once_on_postgresql_leave_no_gap_no_repeat_and_one_winner(office: Office) -> None:
    records = office.records
    form = {"title": "공원 의자", "dataset": "benches", "why": "신청", "planned_on": "2026-03-02",
            "cadence": "yearly"}  # fmt: skip

    def opens(_: int) -> str:
        try:
            engine.open_case(records, office.steward, "dataset_opening", form, department=PARKS)
        except AlreadyOpen:
            return "already open"
        return "opened"

    def withdraws(_: int) -> str:
        try:
            engine.move(records, office.citizen, numbers[0], "withdraw", version=1)
        except Problem:
            return "too late"
        return "done"

    with ThreadPoolExecutor(4) as hands:
        numbers = sorted(hands.map(lambda _: asked(office), range(12)))
        assert numbers == [f"2026-REQ-{n:05d}" for n in range(1, 13)]
        assert list(hands.map(opens, range(8))).count("opened") == 1
        assert list(hands.map(withdraws, range(8))).count("done") == 1
    assert audit.verify(records).broken_at is None
