"""A database is judged like files: table by table, as it stands, read-only, no password shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import mariadb_server
import postgres_server
import pytest
import sqlalchemy as sa

from dataro.cli import app, language
from dataro.data.quality.diagnose import diagnose
from dataro.data.sources import database
from dataro.data.sources.database import BATCH, connected, hidden, is_address, read_table, tables
from dataro.vocabulary.problem import Problem

FACILITIES = [
    (n, f"시설{n}", f"031-229-{4000 + n}", f"2024-01-{n % 28 + 1:02}") for n in range(1, 60)
]
FACILITIES[9] = (10, "시설10", "031-229-4010", "2024-02-31")  # no such day
FACILITIES[19] = (20, "시설20", "전화 없음", "2024-01-20")  # no telephone


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    path = tmp_path / "시설.sqlite"
    with sqlite3.connect(path) as made:
        made.execute(
            "CREATE TABLE facility (facility_id INTEGER PRIMARY KEY, facility_name TEXT, "
            "phone_number TEXT, opening_date TEXT, photo BLOB)"
        )
        made.executemany("INSERT INTO facility VALUES (?, ?, ?, ?, x'00')", reversed(FACILITIES))
        made.execute("CREATE TABLE empty_table (name TEXT)")
    made.close()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    if postgres_server.binaries() is None:
        pytest.skip("there is no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    with postgres_server.postgres() as where:
        engine = sa.create_engine(f"postgresql+pg8000://{where}")
        with engine.begin() as made:
            for statement in (
                "CREATE SCHEMA 복지",
                "CREATE TABLE 복지.facility (facility_id int PRIMARY KEY, name varchar(40), "
                "phone varchar(20), opened varchar(10), fee numeric(12,2), active boolean, "
                "checked timestamp, extra jsonb)",
                "COMMENT ON COLUMN 복지.facility.opened IS '개업일자'",
                f"CREATE TABLE numbers AS SELECT g AS id, g % 7 AS amount "
                f"FROM generate_series(1, {2 * BATCH + 5}) g",
            ):
                made.execute(sa.text(statement))
            made.execute(
                sa.text(
                    "INSERT INTO 복지.facility VALUES (:a, :b, :c, :d, 1234567.50, true, "
                    "'2024-03-01 09:30', '{\"k\": \"값\"}')"
                ),
                [dict(zip("abcd", row, strict=True)) for row in FACILITIES],
            )
        engine.dispose()
        yield where


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    if mariadb_server.binaries() is None:
        pytest.skip("there is no MariaDB on this machine (Debian: apt-get install mariadb-server)")
    with mariadb_server.mariadb() as where:
        engine = sa.create_engine(f"mysql+pymysql://{where}")
        with engine.begin() as made:
            made.execute(sa.text(
                "CREATE TABLE facility (facility_id int PRIMARY KEY, name varchar(40), "
                "phone varchar(20), opened varchar(10) COMMENT '개업일자', fee decimal(12,2), "
                "active bool, checked datetime, photo blob)"
            ))  # fmt: skip
            made.execute(
                sa.text("INSERT INTO facility VALUES (:a, :b, :c, :d, 1234567.50, true, "
                        "'2024-03-01 09:30', x'00')"),
                [dict(zip("abcd", row, strict=True)) for row in FACILITIES],
            )  # fmt: skip
        engine.dispose()
        yield where


@pytest.fixture
def dataro(capsys, monkeypatch):
    monkeypatch.setattr(language, "LANGUAGE", "en")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app.main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def test_a_table_is_read_as_text_in_the_order_of_its_key_without_its_pictures(sqlite: str) -> None:
    with connected(sqlite) as connection:
        found = {one.name: one for one in tables(connection)}
        assert list(found) == ["empty_table", "facility"]
        assert found["facility"].key == ("facility_id",)
        batches = list(read_table(connection, found["facility"]))
        empty = list(read_table(connection, found["empty_table"]))
    frame = batches[0].frame
    assert frame["facility_id"].to_list() == [str(row[0]) for row in FACILITIES]
    assert frame["_row"].to_list() == list(range(1, 60))
    assert "photo" not in frame.columns
    assert any("photo" in note.en for note in batches[0].notes)
    assert empty[0].frame.height == 0


def test_its_faults_are_found_like_those_of_a_file(sqlite: str) -> None:
    with connected(sqlite) as connection:
        (table,) = tables(connection, only=["facility"])
        found = diagnose(read_table(connection, table))
    assert found.file == "facility"
    assert found.findings is not None
    seen = {(f["row"], f["column"], f["rule"]) for f in found.findings.iter_rows(named=True)}
    assert {
        (10, "opening_date", "impossible_date"),
        (20, "phone_number", "phone"),
    } <= seen


def test_nothing_is_written_and_no_file_is_made(sqlite: str, tmp_path: Path) -> None:
    with pytest.raises(Problem), connected(sqlite) as connection:
        connection.execute(sa.text("DELETE FROM facility"))
    absent = tmp_path / "없음.sqlite"
    with pytest.raises(Problem, match="no SQLite file"), connected(f"sqlite:///{absent}"):
        pass
    assert not absent.exists()


def test_an_address_is_told_from_a_path_and_shows_no_password() -> None:
    assert is_address("postgresql://a:b@c/d")
    assert is_address("mysql+pymysql://a@c/d")
    assert not is_address("C:\\자료\\시설.csv")
    assert not is_address("https://example.org/a.csv")
    assert "b" not in hidden("postgresql://a:b@c/d").replace("postgresql", "")
    assert "secret" not in hidden("postgresql://a:secret@[broken/d")


def test_a_missing_driver_names_the_package_to_install(monkeypatch) -> None:
    monkeypatch.setitem(database._DRIVERS, "oracle", ("oracle+nodriver", "oracledb", ""))
    with pytest.raises(Problem, match="pip install oracledb"), connected("oracle://u:p@h/x"):
        pass


def test_a_server_that_is_not_there_is_a_sentence_without_the_password(dataro) -> None:
    code, out, err = dataro("check", "postgresql://clerk:geheim@127.0.0.1:1/nothing")
    assert code == 1
    assert "could not be read" in err
    assert "geheim" not in out + err


def test_check_judges_every_table_of_a_database(dataro, sqlite: str, tmp_path: Path) -> None:
    code, out, err = dataro(
        "check", sqlite, "--json", "--html", str(tmp_path / "a.html"), "--xlsx", str(tmp_path / "a.xlsx")
    )  # fmt: skip
    document = json.loads(out)
    assert code == 1, err
    assert [one["file"] for one in document["tables"]] == ["empty_table", "facility"]
    assert (tmp_path / "a.html").stat().st_size > 2_000
    assert (tmp_path / "a.xlsx").stat().st_size > 5_000
    code, _, err = dataro("check", sqlite, "--table", "facilty")
    assert code == 1
    assert "facility" in err


def test_postgresql_is_read_in_batches_with_types_comments_and_schemas(postgres: str) -> None:
    with connected(f"postgresql://{postgres}") as connection:
        (table,) = tables(connection, schema="복지")
        assert table.label == "복지.facility"
        assert {c.name: c.comment for c in table.columns}["opened"] == "개업일자"
        assert {c.name: c.type for c in table.columns}["phone"] == "VARCHAR(20)"
        frame = next(read_table(connection, table)).frame
        numbers = list(read_table(connection, tables(connection, only=["numbers"])[0]))
    assert frame.row(0)[4:8] == ("1234567.50", "Y", "2024-03-01 09:30:00", '{"k": "값"}')
    assert [batch.frame.height for batch in numbers] == [BATCH, BATCH, 5]
    assert numbers[2].frame["_row"].to_list()[-1] == 2 * BATCH + 5


def test_postgresql_is_judged_from_the_command_line_with_the_password_from_outside(
    postgres: str, dataro, monkeypatch
) -> None:
    address = f"postgresql://{postgres}".replace(f":{postgres_server.QUOTED}@", "@")
    code, _, err = dataro("check", address)
    assert code == 1
    assert database.PASSWORD_VARIABLE in err
    monkeypatch.setenv(database.PASSWORD_VARIABLE, postgres_server.PASSWORD)
    code, out, err = dataro("check", address, "--schema", "복지", "--json")
    assert code == 1, err
    (judged,) = json.loads(out)["tables"]
    wrong = {rule["rule"]: rule["failed"] for rule in judged["rules"] if rule["failed"]}
    assert wrong["impossible_date"] == 1
    assert wrong["phone"] == 1
    assert postgres_server.PASSWORD not in out


def test_postgresql_refuses_to_be_written(postgres: str) -> None:
    with (
        pytest.raises(Problem, match="read-only"),
        connected(f"postgresql://{postgres}") as connection,
    ):
        connection.execute(sa.text("DELETE FROM numbers"))


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql"])
def test_mariadb_is_judged_like_a_file(mariadb: str, dataro, scheme: str) -> None:
    code, out, err = dataro("check", f"{scheme}://{mariadb}", "--json")
    assert code == 1, err
    (judged,) = json.loads(out)["tables"]
    wrong = {rule["rule"]: rule["failed"] for rule in judged["rules"] if rule["failed"]}
    assert wrong["impossible_date"] == 1
    assert wrong["phone"] == 1
    assert mariadb_server.PASSWORD not in out


def test_mariadb_is_read_with_types_and_comments_and_refuses_to_be_written(mariadb: str) -> None:
    with connected(f"mariadb://{mariadb}") as connection:
        (table,) = tables(connection)
        assert {c.name: c.comment for c in table.columns}["opened"] == "개업일자"
        frame = next(read_table(connection, table)).frame
    assert frame.row(0)[4:7] == ("1234567.50", "1", "2024-03-01 09:30:00")
    with (
        pytest.raises(Problem, match="READ ONLY"),
        connected(f"mariadb://{mariadb}") as connection,
    ):
        connection.execute(sa.text("DELETE FROM facility"))
