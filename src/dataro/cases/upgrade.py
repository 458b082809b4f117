"""Moving open cases to the newest version of their workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from dataro.accounts import audit
from dataro.accounts.permissions import Subject, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases import trail
from dataro.cases.case import Case, case_of
from dataro.cases.deadlines import deadline
from dataro.cases.schema import cases
from dataro.cases.workflows import newest_workflow
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both
from dataro.vocabulary.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The numbers of the cases that moved, and of those that stay on their version, with why."""

    version: int
    moved: tuple[str, ...]
    staying: Mapping[str, Text]


def upgrade_cases(
    records: Records,
    person: Person,
    workflow: str,
    *,
    states: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Upgraded:
    """Move the open cases of ``workflow`` to its newest version.

    A case keeps its state where the new version has it; ``states`` says where cases go whose
    state is gone or means something else. A deadline that runs is kept; a state that got its first
    one starts it today. A case whose state has no place, or that lacks what the new form demands,
    stays on its version and is listed. ``dry_run`` changes nothing and tells the same.
    """
    moved, staying = [], {}
    with records.writing() as connection:
        newest, version = newest_workflow(connection, workflow)
        subject = Subject("workflow", workflow)
        require(person, "case.upgrade", subject, today=records.today())
        for target in (states or {}).values():
            if target not in newest.states:
                guess = did_you_mean(target, newest.states)
                raise Problem(
                    both(
                        f"새 절차에 “{target}” 상태가 없습니다.{guess.ko}",
                        f"The new version has no state “{target}”.{guess.en}",
                    )
                )
        query = select(cases).where(
            cases.c.workflow == workflow, cases.c.closed_at.is_(None),
            cases.c.workflow_version < version,
        )  # fmt: skip
        for row in connection.execute(query).mappings().all():
            case = case_of(connection, row)
            target = (states or {}).get(case.state, case.state)
            obstacle = _obstacle(case, newest, target)
            if obstacle is not None:
                staying[case.number] = obstacle
                continue
            moved.append(case.number)
            if not dry_run:
                _upgrade(connection, records, person, case, newest, version, target)
        if not dry_run:
            detail = {"version": version, "moved": len(moved), "staying": len(staying)}
            audit.note(connection, records, person, "case.upgrade", f"workflow/{workflow}", detail)
    return Upgraded(version, tuple(moved), staying)


def _obstacle(case: Case, newest: Workflow, target: str) -> Text | None:
    if target not in newest.states:
        return both(
            f"새 절차에 “{case.state}” 상태가 없습니다. 어느 상태로 옮길지 정해 주세요.",
            f"The new version has no state “{case.state}”. Say which one takes its place.",
        )
    if newest.states[target].closed:
        return both(
            f"“{target}”은(는) 새 절차에서 끝난 상태입니다. 진행 중인 건은 옮기지 않습니다.",
            f"“{target}” is closed in the new version. An open case is not moved there.",
        )
    missing = [n for n, f in newest.form.items() if f.required and n not in case.form]
    if missing:
        return both(
            f"새 양식에 필요한 항목이 없습니다: {', '.join(missing)}.",
            f"It lacks what the new form demands: {', '.join(missing)}.",
        )
    return None


def _upgrade(
    connection: Connection, records: Records, person: Person, case: Case, newest: Workflow,
    version: int, target: str,
) -> None:  # fmt: skip
    due, days = case.due_on, newest.states[target].due
    if days is None:
        due = None
    elif due is None or target != case.state:
        due = deadline(records.today(), days, first_day_counts=newest.first_day_counts)
    connection.execute(
        cases.update()
        .where(cases.c.id == case.id)
        .values(
            workflow_version=version, state=target, version=case.version + 1,
            changed_at=records.now(), due_on=due.isoformat() if due else None,
        )
    )  # fmt: skip
    trail.add_event(
        connection, records, case, person, "upgraded", to_state=target,
        detail={"from_version": case.workflow_version, "to_version": version},
    )  # fmt: skip
