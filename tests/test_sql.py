"""SQL from people: what they may ask is answered; nothing else is, whatever they try."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import portal_city
import pytest
from portal_server import serving

from dataro.accounts import audit
from dataro.accounts.people import add_person
from dataro.accounts.records import open_records
from dataro.accounts.tokens import make_token
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.data.lake.locked import answer
from dataro.publish.sql.engine import Engine
from dataro.vocabulary.text import both

ADDRESS = "/api/v1/sql"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace, only=["residents", "stops", "secret", "showcase"])
    return workspace


@pytest.fixture(scope="module")
def web(city: Workspace) -> Iterator[dict[str, httpx.Client]]:
    """Clients: of a visitor, of a researcher, of an officer who keeps the internal list."""
    records = open_records(city)
    admin = add_person(records, None, login="admin", name="admin", roles=("admin",))
    tokens = {}
    for login, roles, department in [
        ("lee", ("researcher",), None),
        ("kim", ("officer",), both("감사담당관", "Audit")),
    ]:
        person = add_person(
            records, admin, login=login, name=login, roles=roles, department=department
        )
        tokens[login], _ = make_token(records, person, "test")
    records.close()
    os.environ["DATARO_TEST_SECRET"] = "sesame"
    with serving(city.folder) as address:
        clients = {"": httpx.Client(base_url=address, timeout=60)} | {
            login: httpx.Client(
                base_url=address, timeout=60, headers={"authorization": f"Bearer {secret}"}
            )
            for login, secret in tokens.items()
        }
        yield clients
        for one in clients.values():
            one.close()


def test_people_who_are_signed_in_ask_across_tables(
    web: dict[str, httpx.Client], city: Workspace
) -> None:
    refused = web[""].get(ADDRESS, params={"sql": "SELECT 1"})
    assert refused.status_code == 401
    assert "토큰" in refused.json()["detail"]

    lee = web["lee"]
    listed = {one["name"] for one in lee.get(ADDRESS).json()["tables"]}
    assert {"residents", "stops", "showcase"} <= listed
    assert "secret" not in listed
    sql = """WITH busy AS (SELECT name, people FROM showcase WHERE people > 20000)  -- 한글 주석
        SELECT count(*) AS 곳, max(r.people) AS 인구, min(r.month) FROM busy, residents AS r"""
    found = lee.post(ADDRESS, json={"sql": sql}).json()
    assert found["rows"] == [[12, 10_250, "2024-01-01"]]
    assert [one["name"] for one in found["columns"]][:2] == ["곳", "인구"]
    assert found["datasets"] == ["residents", "showcase"]
    as_text = lee.post(
        ADDRESS,
        params={"format": "csv"},
        content="SELECT name, -1 AS n FROM stops WHERE stop='S003'",
    )
    assert as_text.text == "name,n\r\n'=1+1,-1\r\n"
    cut = lee.get(ADDRESS, params={"sql": "SELECT a.stop FROM stops a, stops b, stops c"}).json()
    assert cut["truncated"] is True
    assert len(cut["rows"]) == cut["limit"] == 10_000

    kim = web["kim"].get(ADDRESS, params={"sql": 'SELECT * FROM "secret"'})
    assert kim.json()["rows"] == [["X1"]]
    hidden = lee.get(ADDRESS, params={"sql": "SELECT * FROM secret"}).json()
    absent = lee.get(ADDRESS, params={"sql": "SELECT * FROM sacret"}).json()
    assert hidden["detail"] == absent["detail"].replace("sacret", "secret")
    records = open_records(city)
    noted = [one for one in audit.entries(records) if one.action == "dataset.query"]
    records.close()
    assert {one.actor_name for one in noted} == {"kim", "lee"}
    assert noted[0].detail["tables"] == ["secret"]
    assert noted[0].detail["seconds"] > 0


ATTACKS = [
    "SELECT * FROM '/etc/passwd'",
    "FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd', header = false)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('{lake}/**/*.parquet')",
    "SELECT * FROM parquet_metadata('{lake}/**/*.parquet')",
    "SELECT * FROM '{lake}/files/main/secret/*.parquet'",
    "SELECT * FROM read_json('{workspace}/state/records.sqlite')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/**')",
    "SELECT stop, (SELECT content FROM read_text('/etc/hosts')) FROM stops",
    "WITH stops AS (SELECT * FROM read_text('/etc/hosts')) SELECT * FROM stops",
    "COPY stops TO '{workspace}/stolen.csv'",
    "COPY (SELECT 1) TO PROGRAM 'sh'",
    "EXPORT DATABASE '{workspace}/stolen'",
    "ATTACH '{workspace}/state/records.sqlite' AS r (TYPE sqlite)",
    "DETACH memory",
    "INSTALL httpfs",
    "LOAD sqlite_scanner",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "PRAGMA version",
    "CALL pragma_version()",
    "CALL duckdb_settings()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_views",
    "SELECT * FROM duckdb_databases()",
    "SELECT * FROM pragma_table_info('stops')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM memory.main.stops",
    "SELECT * FROM main.stops",
    "SELECT current_setting('allowed_paths')",
    "SELECT getenv('DATARO_TEST_SECRET')",
    "SELECT version()",
    "SELECT getvariable('x')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('secret')",
    "SELECT * FROM query_table(['stops', 'secret'])",
    "SELECT json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SHOW TABLES",
    "DESCRIBE stops",
    "SUMMARIZE stops",
    "EXPLAIN ANALYZE SELECT * FROM stops",
    "SELECT * FROM (DESCRIBE stops)",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW stops",
    "SELECT 1 /* ; */ ; ATTACH 'x'",
    "SELECT 1 -- harmless\n; COPY stops TO 'x'",
    "DROP VIEW stops",
    "CREATE TABLE t AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "INSERT INTO stops VALUES (1)",
    "DELETE FROM stops",
    "UPDATE stops SET name = ''",
    "SELECT * INTO t FROM stops",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "BEGIN TRANSACTION",
    "VACUUM",
    "CHECKPOINT",
    "USE memory",
    "SELECT * FROM secret",
    "SELECT * FROM stops JOIN secret ON true",
    'SELECT (SELECT max("case") FROM secret)',
    "WITH secret AS (SELECT 1 AS x) SELECT * FROM secret, main.secret",
    "SELECT",
    "",
    "(((",
    "\x00",
    "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "SELECT '" + "가" * 25_000 + "'",
]


def test_attacks_end_in_a_sentence_and_leave_nothing_behind(
    web: dict[str, httpx.Client], city: Workspace
) -> None:
    names = {"{lake}": str(city.lake), "{workspace}": str(city.folder)}
    before = {path for path in city.folder.rglob("*") if path.suffix in (".csv", ".db")}
    for attack in ATTACKS:
        for name, path in names.items():
            attack = attack.replace(name, path)
        reply = web["lee"].post(ADDRESS, json={"sql": attack})
        if not attack.strip("\x00 "):
            assert reply.status_code in (200, 400), attack
            continue
        assert reply.status_code in (400, 413, 422), (attack[:80], reply.status_code, reply.text)
        assert reply.headers["content-type"] == "application/problem+json"
        told = reply.text
        assert not any(
            word in told for word in ("root:", "sesame", "X1", str(city.lake) + "/files")
        ) or (str(city.lake) in attack), attack[:80]
    assert {path for path in city.folder.rglob("*") if path.suffix in (".csv", ".db")} == before
    assert web["lee"].get(ADDRESS, params={"sql": "SELECT 1 AS x"}).json()["rows"] == [[1]]


def test_what_runs_away_is_stopped_and_the_next_question_answered(city: Workspace) -> None:
    (stops,) = (city.lake / "files/main/stops").glob("*.parquet")
    order = {
        "tables": {"stops": {"files": [str(stops)], "columns": ["stop"]}},
        "seconds": 1, "rows": 5, "bytes": 1_000_000,
    }  # fmt: skip
    many = ", ".join(f"stops s{i}" for i in range(9))
    engine = Engine(workers=1)
    try:
        for runaway in (
            f"SELECT count(*) FROM {many}",
            "SELECT repeat('a', 200000000) FROM range(50)",
            "SELECT list(range) FROM range(200000000)",
        ):
            found = engine.run({**order, "sql": runaway}, 1)
            assert found["kind"] in ("time", "memory"), found  # whichever limit is met first
        assert engine.run({**order, "sql": "SELECT count(*) FROM stops"}, 1)["rows"] == [[80]]
    finally:
        engine.close()


def test_the_locked_engine_alone_holds_where_the_checks_before_it_fail(city: Workspace) -> None:
    """Its own parser, and behind that a process that reaches the named files alone."""
    (stops,) = (city.lake / "files/main/stops").glob("*.parquet")
    (secret,) = (city.lake / "files/main/secret").glob("*.parquet")
    order = {
        "tables": {"stops": {"files": [str(stops)], "columns": ["stop", "name"]}},
        "seconds": 2, "rows": 5, "bytes": 1_000_000,
    }  # fmt: skip
    found = answer({**order, "sql": "SELECT * FROM stops ORDER BY stop LIMIT 1"})
    assert (found["columns"], found["rows"]) == (["stop", "name"], [["S000", "정류장 0"]])
    assert answer({**order, "sql": "SELECT longitude FROM stops"})["kind"] == "sql"
    for attack in [
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_parquet('{secret}')",
        f"SELECT * FROM read_parquet('{stops}')",
        "SELECT * FROM duckdb_settings()",
        "SELECT current_setting('memory_limit')",
        "SELECT 1; SELECT 2",
        "COPY stops TO '/tmp/x.csv'",
        "SET threads = 8",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    ]:
        assert answer({**order, "sql": attack}).get("kind") in (
            "table", "function", "statement", "sql", "time",
        ), attack  # fmt: skip


def test_with_every_check_removed_the_engine_still_reaches_nothing(
    city: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataro.data.lake import locked

    monkeypatch.setattr(locked, "_check", lambda *_: None)
    (stops,) = (city.lake / "files/main/stops").glob("*.parquet")
    (secret,) = (city.lake / "files/main/secret").glob("*.parquet")
    target = Path(city.folder) / "stolen.csv"
    order = {
        "tables": {"stops": {"files": [str(stops)], "columns": ["stop"]}},
        "seconds": 2, "rows": 5, "bytes": 1_000_000,
    }  # fmt: skip
    for attack in [
        f"SELECT * FROM read_parquet('{secret}')",
        f"SELECT * FROM '{city.lake}/**/*.parquet'",
        "SELECT * FROM read_text('/etc/hosts')",
        "SELECT * FROM glob('/etc/*')",
        f"COPY stops TO '{target}'",
        f"ATTACH '{city.folder}/state/records.sqlite' AS r (TYPE sqlite)",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '20GB'",
    ]:
        found = answer({**order, "sql": attack})
        assert found.get("kind") == "sql", (attack, json.dumps(found)[:300])
    assert not target.exists()
