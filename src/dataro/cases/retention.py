"""Forgetting: personal data of a case is erased a year after the case has been closed."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from dataro.accounts import audit
from dataro.accounts.clock import written
from dataro.accounts.records import Records
from dataro.cases.case import Case, case_of
from dataro.cases.schema import cases, deliveries, notices
from dataro.vocabulary.workflow import Workflow

KEPT_DAYS = 365
"""How long a closed case keeps who can be reached about it, as the page on privacy says."""
_MOST = 1_000


def forget(records: Records) -> int:
    """Erase addresses, telephone numbers and other personal answers of long closed cases; how many
    cases had any. What was asked and answered stays."""
    long_ago = written(records.clock() - timedelta(days=KEPT_DAYS))
    query = select(cases).where(cases.c.closed_at < long_ago).order_by(cases.c.id)
    due: list[Case] = []
    with records.reading() as connection:
        for row in connection.execute(query).mappings():
            case = case_of(connection, row)
            if case.contact_email or case.key_hash or _personal(case.workflow) & set(case.form):
                due.append(case)
            if len(due) == _MOST:
                break
    if not due:
        return 0
    with records.writing() as connection:
        for case in due:
            personal = _personal(case.workflow)
            form = {name: value for name, value in case.form.items() if name not in personal}
            kept = json.dumps(form, ensure_ascii=False, sort_keys=True)
            connection.execute(
                cases.update()
                .where(cases.c.id == case.id)
                .values(form=kept, contact_email="", key_hash=None)
            )
            told = select(notices.c.id).where(notices.c.case_id == case.id)
            connection.execute(
                deliveries.update().where(deliveries.c.notice.in_(told)).values(address="")
            )
        audit.note(connection, records, None, "case.forget", "case", {"cases": len(due)})
    return len(due)


def _personal(workflow: Workflow) -> set[str]:
    """The names under which a case of this workflow keeps personal answers."""
    of_moves = {
        f"{move}.{name}"
        for move, declared in workflow.moves.items()
        for name, one in declared.needs.items()
        if one.personal
    }
    return of_moves | {name for name, one in workflow.form.items() if one.personal}
