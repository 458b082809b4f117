"""Accounts: who may do what, tokens, passwords, and a log that only grows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import small_office
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from small_office import PARKS, Office
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import dataro.accounts.use.schema
import dataro.cases.schema
import dataro.ckan.schema
import dataro.publish.webhooks.schema
from dataro.accounts import access, audit, passwords, people, tokens
from dataro.accounts.migrate import migrate, newest
from dataro.accounts.permissions import SCOPES, Subject, allowed, permissions
from dataro.accounts.person import ROLES, Grant, Person
from dataro.accounts.records import NEWEST, open_records
from dataro.accounts.schema import METADATA
from dataro.vocabulary.problem import Problem

assert dataro.accounts.use.schema
assert dataro.ckan.schema
assert dataro.publish.webhooks.schema
assert dataro.cases.schema  # their tables belong to the metadata
TODAY = date(2026, 1, 12)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


def somebody(*roles: str, department: str | None = "공원과", **more: object) -> Person:
    return Person(1, "a", "A", "", "", "ko", department, frozenset(roles), **more)  # type: ignore[arg-type]


OPEN = Subject("dataset", "trees", department="공원과", openness="open")
ASKED = Subject("dataset", "trees", department="공원과", openness="on_request")
INTERNAL = Subject("dataset", "trees", department="공원과", openness="internal")
PERSONAL = Subject(
    "dataset", "trees", department="공원과", openness="internal", personal="personal"
)
CASE = Subject("case", "1", department="공원과", visibility="department")

# who (roles, department) · action · subject → allowed
TABLE = [
    (None, None, "dataset.read", OPEN, True),
    (None, None, "dataset.read", ASKED, False),
    (None, None, "dataset.write", OPEN, False),
    ((), None, "dataset.read", INTERNAL, False),
    (("officer",), "공원과", "dataset.read", INTERNAL, True),
    (("officer",), "교통과", "dataset.read", INTERNAL, False),
    (("officer",), "교통과", "dataset.read", ASKED, True),
    (("officer",), "공원과", "dataset.read", PERSONAL, False),
    (("steward",), "공원과", "dataset.read", PERSONAL, True),
    (("steward",), "교통과", "dataset.publish", OPEN, False),
    (("steward",), "공원과", "dataset.publish", OPEN, True),
    (("data_officer",), None, "dataset.purge", PERSONAL, True),
    (("steward",), "공원과", "dataset.purge", PERSONAL, False),
    (("admin",), None, "dataset.read", INTERNAL, False),
    (("admin",), None, "person.manage", Subject("person"), True),
    (("data_officer",), None, "person.manage", Subject("person"), False),
    (("auditor",), None, "audit.read", Subject("audit"), True),
    (("auditor",), None, "case.move", CASE, False),
    (("officer",), "공원과", "case.see", CASE, True),
    (("officer",), "교통과", "case.see", CASE, False),
    ((), None, "case.see", CASE, False),
]


@pytest.mark.parametrize(("roles", "department", "action", "subject", "expected"), TABLE)
def test_the_table_of_permissions_says_who_may_do_what(
    roles: tuple[str, ...] | None, department: str | None, action: str, subject: Subject,
    expected: bool,
) -> None:  # fmt: skip
    person = None if roles is None else somebody(*roles, department=department)
    decision = allowed(person, action, subject, today=TODAY)
    assert decision.allowed is expected, decision.reason
    assert decision.reason.ko
    assert decision.reason.en


def test_every_cell_of_the_table_is_a_known_scope_and_an_unknown_action_is_refused() -> None:
    for rule in permissions().values():
        assert rule.scopes.keys() <= ROLES.keys()
        assert {one for scopes in rule.scopes.values() for one in scopes} <= SCOPES.keys()
    with pytest.raises(Problem, match=r"Did you mean “dataset.read”"):
        allowed(None, "dataset.raed", OPEN, today=TODAY)


@given(
    st.sampled_from(sorted(permissions())),
    st.sets(st.sampled_from(sorted(ROLES))),
    st.sampled_from([OPEN, ASKED, INTERNAL, PERSONAL, CASE]),
)
def test_nobody_suspended_and_no_token_beyond_its_limits_may_do_anything(
    action: str, roles: set[str], subject: Subject
) -> None:
    assert not allowed(somebody(*roles, active=False), action, subject, today=TODAY)
    limited = somebody(*roles, limited_to=frozenset({"nothing.*"}))
    assert not allowed(limited, action, subject, today=TODAY)


def test_a_grant_opens_one_dataset_until_its_last_day() -> None:
    person = somebody(department=None, grants=(Grant(1, "trees", "aggregate", TODAY, "R"),))
    assert allowed(person, "dataset.read", INTERNAL, today=TODAY)
    assert not allowed(person, "dataset.read", INTERNAL, today=TODAY + timedelta(days=1))
    other = Subject("dataset", "benches", department="공원과", openness="internal")
    assert not allowed(person, "dataset.read", other, today=TODAY)


def test_migrations_from_an_empty_database_give_exactly_the_declared_tables(
    tmp_path: Path,
) -> None:
    assert newest() == NEWEST
    engine = create_engine(f"sqlite:///{tmp_path / 'r.sqlite'}")
    with engine.begin() as connection:
        migrate(connection, "0001")
        connection.execute(text("INSERT INTO department VALUES ('공원과', 'Parks')"))
        migrate(connection)
        assert connection.execute(text("SELECT name FROM department")).scalar() == "공원과"
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_records_of_a_newer_version_and_a_wrong_address_are_explained(
    tmp_path: Path, office: Office
) -> None:
    with office.records.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Problem, match="newer Dataro"):
        open_records(office.workspace)
    with pytest.raises(Problem, match="DATARO_RECORDS"):
        open_records(office.workspace, url="no address")


def test_the_log_only_grows_and_a_change_behind_its_back_is_found(office: Office) -> None:
    records = office.records
    before = audit.verify(records)
    assert before.broken_at is None
    assert before.entries == len(audit.entries(records))
    for forbidden in ("UPDATE audit SET subject = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"), records.writing() as connection:
            connection.execute(text(forbidden))
    with records.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DELETE FROM audit WHERE id = 3"))
    assert audit.verify(records).broken_at == 4


def test_cutting_the_end_off_the_log_is_found_by_an_earlier_head(office: Office) -> None:
    head = audit.verify(office.records).head
    with office.records.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)"))
    assert audit.verify(office.records).broken_at is None
    assert audit.verify(office.records, head=head).broken_at is not None


def test_a_token_is_shown_once_limited_expires_and_can_be_revoked(office: Office) -> None:
    records = office.records
    secret, token = tokens.make_token(
        records, office.steward, "loader", days=30, actions=["dataset.*"]
    )
    with records.reading() as connection:
        dump = str(connection.execute(text("SELECT * FROM token")).all())
    assert secret not in dump
    person = tokens.person_of_token(records, secret)
    assert allowed(person, "dataset.write", OPEN, today=TODAY)
    assert not allowed(person, "case.see", CASE, today=TODAY)
    with pytest.raises(Problem, match="Not permitted"):
        tokens.revoke_token(records, office.citizen, token.id)
    tokens.revoke_token(records, office.steward, token.id)
    with pytest.raises(Problem, match="revoked"):
        tokens.person_of_token(records, secret)
    short, _ = tokens.make_token(records, office.steward, "day", days=1)
    office.clock.to(2026, 1, 14)
    with pytest.raises(Problem, match="expired on 2026-01-13"):
        tokens.person_of_token(records, short)
    with pytest.raises(Problem, match="No action fits"):
        tokens.make_token(records, office.steward, "x", actions=["datasett.read"])


def test_passwords_work_in_either_form_of_hangul_and_wrong_ones_lock_for_a_while(
    office: Office,
) -> None:
    records, id = office.records, office.citizen.id
    people.set_password(records, office.citizen, id, "한글비밀번호 2026")
    decomposed = unicodedata.normalize("NFD", "한글비밀번호 2026")
    assert people.sign_in(records, "lee", decomposed).id == id
    for _ in range(people.TRIES):
        with pytest.raises(Problem) as wrong:
            people.sign_in(records, "lee", "아닌 비밀번호입니다")
    with pytest.raises(Problem) as unknown:
        people.sign_in(records, "nobody", "아닌 비밀번호입니다")
    assert wrong.value.text == unknown.value.text
    with pytest.raises(Problem):
        people.sign_in(records, "lee", decomposed)
    office.clock.moment += timedelta(minutes=people.LOCK_MINUTES + 1)
    assert people.sign_in(records, "lee", decomposed).id == id
    with records.reading() as connection:
        assert "한글비밀번호" not in str(connection.execute(text("SELECT * FROM person")).all())
    for weak in ("short", "aaaaaaaaaaaa", "my-lee-password"):
        with pytest.raises(Problem):
            passwords.check_strength(weak, "lee")


def test_only_administrators_give_roles_and_one_always_stays(office: Office) -> None:
    records = office.records
    with pytest.raises(Problem, match="Sign in first"):
        people.add_person(records, None, login="intruder", name="X", roles=["admin"])
    with pytest.raises(Problem, match="Not permitted"):
        people.change_person(records, office.chief, office.citizen.id, roles=["steward"])
    with pytest.raises(Problem, match="Did you mean “steward”"):
        people.change_person(records, office.admin, office.citizen.id, roles=["stewart"])
    for change in ({"roles": []}, {"active": False}):
        with pytest.raises(Problem, match="Nobody would be left"):
            people.change_person(records, office.admin, office.admin.id, **change)  # type: ignore[arg-type]
    now = people.change_person(
        records, office.admin, office.citizen.id, roles=["officer"], department=PARKS
    )
    assert (now.roles, now.department) == ({"officer"}, "공원과")
    with pytest.raises(Problem, match="taken"):
        people.add_person(records, None, login="lee", name="다른 사람")
    with pytest.raises(Problem, match="cannot be a login"):
        people.add_person(records, None, login="이시민", name="이시민")


def test_access_given_by_a_case_ends_with_it(office: Office) -> None:
    records = office.records
    with records.writing() as connection:
        access.grant(
            connection, records, office.chief, office.citizen.id, "trees",
            level="aggregate", until=TODAY, reason="2026-RES-00001",
        )  # fmt: skip
    granted = people.person_by_id(records, office.citizen.id)
    assert allowed(granted, "dataset.read", INTERNAL, today=TODAY)
    with records.writing() as connection:
        assert access.revoke(connection, records, None, granted.id, reason="2026-RES-00001") == 1
    ended = people.person_by_id(records, office.citizen.id)
    assert not allowed(ended, "dataset.read", INTERNAL, today=TODAY)
