"""An office for tests: a workspace with the shipped workflows, a few people, a clock that is set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import small_city

from dataro.accounts.people import add_person
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.workspace import Workspace, init, shipped_cities
from dataro.cases.workflows import open_cases
from dataro.vocabulary.text import both

PARKS = both("공원과", "Parks")
TRANSPORT = both("교통과", "Transport")


@dataclass
class SetClock:
    """A clock that stands until it is moved; it begins on Monday 2026-01-12, 10:00 in Korea."""

    moment: datetime = datetime(2026, 1, 12, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def to(self, year: int, month: int, day: int) -> None:
        self.moment = datetime(year, month, day, 1, tzinfo=UTC)


@dataclass
class Office:
    """The records, and who works and asks here."""

    workspace: Workspace
    records: Records
    clock: SetClock
    admin: Person
    steward: Person
    officer: Person
    elsewhere: Person
    chief: Person
    citizen: Person
    neighbour: Person
    request: dict[str, str] = field(
        default_factory=lambda: {
            "title": "공원별 의자 수와 위치",
            "purpose": "어르신 산책 지도를 만들려고 합니다.",
            "use": "personal",
            "phone": "010-1234-5678",
        }
    )


def workflows_into(folder: Path) -> None:
    """Copy the workflows that a shipped city declares."""
    shipped = init(folder.parent / "shipped", shipped_cities()[0])
    (shipped.folder / "workflows").rename(folder / "workflows")


def open_office(folder: Path, *, url: str | None = None) -> Office:
    """An office in a workspace of the small city in ``folder``."""
    workspace = small_city.make(folder / "city")
    workflows_into(workspace.folder)
    clock = SetClock()
    records = open_cases(workspace, url=url, clock=clock)
    admin = add_person(records, None, login="admin", name="관리자", roles=["admin"])

    def official(login: str, name: str, role: str, department: object) -> Person:
        return add_person(
            records, admin, login=login, name=name, roles=[role], department=department,
            email=f"{login}@city.example",
        )  # fmt: skip

    return Office(
        workspace, records, clock, admin,
        steward=official("kim", "김관리", "steward", PARKS),
        officer=official("park", "박담당", "officer", PARKS),
        elsewhere=official("choi", "최교통", "steward", TRANSPORT),
        chief=official("jung", "정총괄", "data_officer", None),
        citizen=add_person(records, None, login="lee", name="이시민", email="lee@home.example"),
        neighbour=add_person(records, None, login="han", name="한이웃", language="en",
                             email="han@home.example", phone="010-9999-0000"),
    )  # fmt: skip
