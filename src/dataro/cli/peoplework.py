"""people: who can sign in, a new account, a new password."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from dataro.accounts import people
from dataro.accounts.listing import people_list
from dataro.accounts.person import ROLES, Person
from dataro.accounts.records import Records, open_records
from dataro.build.workspace import find
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

# Whoever runs the command can write the file of the records, and so decides who is in it.
_KEEPER = Person(
    id=0, login="", name="", email="", phone="", language="ko", department=None,
    roles=frozenset({"admin"}),
)  # fmt: skip
_MOST = 1_000
_HEADS = (
    both("로그인 이름", "Login"), both("이름", "Name"), both("부서", "Department"),
    both("역할", "Roles"), both("상태", "Status"),
)  # fmt: skip


def show_people(folder: Path, as_json: bool) -> None:
    """Tell who can sign in, by name."""
    records = open_records(find(folder))
    try:
        found = _everybody(records)
    finally:
        records.close()
    if as_json:
        print_json(
            {
                "people": [
                    {"login": one.login, "name": one.name, "department": one.department,
                     "roles": sorted(one.roles), "active": one.active}
                    for one in found
                ]
            }
        )  # fmt: skip
        return
    out = console()
    if not found:
        words = both(
            "아직 계정이 없습니다. 첫 계정: dataro people root --name 관리자 --role admin",
            "There is no account yet. The first: dataro people root --name Admin --role admin",
        )
        out.print(say(words))
        return
    table = Table(box=None, pad_edge=False)
    for head in _HEADS:
        table.add_column(say(head))
    for one in found:
        roles = ", ".join(say(text) for role, text in ROLES.items() if role in one.roles)
        status = both("사용 중", "active") if one.active else both("정지됨", "suspended")
        table.add_row(one.login, one.name, one.department or "–", roles or "–", say(status))
    out.print(table)


def keep_person(
    folder: Path, login: str, name: str, roles: Sequence[str], department: str, password: str
) -> None:
    """Make an account, or set a new password for one that exists.

    Raises ``Problem`` for a weak password, an unknown role, or a login that cannot be.
    """
    records = open_records(find(folder))
    try:
        known = next((one for one in _everybody(records) if one.login == login), None)
        if known is not None:
            if name or roles or department:
                raise Problem(
                    both(
                        f"“{login}” 계정이 이미 있습니다. 역할과 부서는 /desk/people에서 바꾸고, 비밀번호만 "
                        "다시 정하려면 다른 선택 사항 없이 실행해 주세요.",
                        f"There is an account “{login}” already. Change roles and department at "
                        "/desk/people; for a new password alone, give nothing else.",
                    )
                )
            people.set_password(records, _KEEPER, known.id, password)
            said = both(f"{login}의 비밀번호를 바꾸었습니다.", f"{login} has a new password.")
        else:
            people.add_person(
                records, _KEEPER, login=login, name=name or login, roles=roles,
                department=both(department, department) if department else None, password=password,
            )  # fmt: skip
            said = both(f"{login} 계정을 만들었습니다.", f"Made the account {login}.")
    finally:
        records.close()
    console().print(say(said), markup=False)


def _everybody(records: Records) -> list[Person]:
    found: list[Person] = []
    for page in range(1, _MOST):
        part = people_list(records, page=page, size=100)
        found += [one.person for one in part.people]
        if len(found) >= part.total:
            break
    return found
