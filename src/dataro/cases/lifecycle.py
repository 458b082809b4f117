"""From planned to open to retired: what a move of the workflow ``dataset_opening`` does to the data.

Whether a dataset is open stands in one place, its declaration in the workspace: opening writes
``openness: open`` there, retiring writes ``openness: internal`` and ``retired``. Permissions,
catalogue, pages and interfaces all read it from there, within a second where they run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from dataro.accounts import audit
from dataro.accounts.permissions import dataset_subject, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.build.declarations import read_dataset
from dataro.build.declaring import declaration_file, redeclare
from dataro.build.workspace import Workspace
from dataro.cases.case import Case
from dataro.cases.forms import Answers
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


def open_dataset(
    connection: Connection, records: Records, case: Case, person: Person | None, answers: Answers
) -> None:
    """Declare the case's dataset open. Raises ``Problem`` for personal data or who may not."""
    workspace, dataset = _declared(records, case)
    if person is not None:
        require(person, "dataset.publish", dataset_subject(dataset), today=records.today())
    if dataset.personal != "none":
        raise Problem(
            both(
                f"“{dataset.title.ko}”에는 개인정보가 선언되어 있어({dataset.personal}) 개방할 수 없습니다. "
                "개인정보 열을 빼고 personal: none으로 고친 뒤 다시 해 주세요.",
                f"“{dataset.title.en}” is declared to hold personal data ({dataset.personal}) and "
                "cannot be opened. Leave those columns out and declare personal: none.",
            )
        )
    redeclare(workspace, dataset.id, {"openness": "open", "openness_reason": None, "retired": None})
    detail = {"case": case.number, "before": dataset.openness}
    audit.note(connection, records, person, "dataset.publish", f"dataset/{dataset.id}", detail)


def retire_dataset(
    connection: Connection, records: Records, case: Case, person: Person | None, answers: Answers
) -> None:
    """Close the case's dataset, leaving word why and what takes its place."""
    workspace, dataset = _declared(records, case)
    if person is not None:
        require(person, "dataset.retire", dataset_subject(dataset), today=records.today())
    reason = str(answers["reason"])
    _retire(
        connection, records, workspace, dataset, person,
        reason=both(reason, reason), replaced_by=answers.get("replaced_by"), case=case.number,
    )  # fmt: skip


def expired(context: Context, today: date) -> list[Dataset]:
    """Datasets whose time is over and whose declaration does not say so yet."""
    return [
        one
        for one in context.registry.datasets.values()
        if one.expires is not None and one.expires < today and one.retired is None
    ]


def retire_expired(records: Records, context: Context) -> Sequence[Dataset]:
    """Declare every dataset retired whose time is over; gives those that were.

    Nobody sees an expired dataset from the first moment of the next day, whether this has run or
    not: it only writes down the end. Meant to run once a day.
    """
    over = expired(context, records.today())
    for dataset in over:
        assert dataset.expires is not None
        day = dataset.expires.isoformat()
        reason = both(
            f"이용 기한({day})이 끝났습니다.",
            f"The time for which it could be used ended on {day}.",
        )
        with records.writing() as connection:
            _retire(
                connection, records, context.workspace, dataset, None,
                reason=reason, replaced_by=None, case=None,
            )  # fmt: skip
    return over


def _retire(
    connection: Connection, records: Records, workspace: Workspace, dataset: Dataset,
    person: Person | None, *, reason: Text, replaced_by: str | None, case: str | None,
) -> None:  # fmt: skip
    if replaced_by is not None:
        declaration_file(workspace, replaced_by)  # a name that leads nowhere helps nobody
    end = {"on": records.today(), "reason": reason, "replaced_by": replaced_by}
    redeclare(
        workspace,
        dataset.id,
        {"openness": "internal", "openness_reason": reason, "retired": end},
    )
    detail = {"case": case, "reason": reason.ko[:500], "replaced_by": replaced_by}
    audit.note(connection, records, person, "dataset.retire", f"dataset/{dataset.id}", detail)


def _declared(records: Records, case: Case) -> tuple[Workspace, Dataset]:
    if case.dataset is None or records.workspace is None:
        raise Problem(
            both(
                f"{case.number}에 데이터셋이 적혀 있지 않습니다. 데이터셋을 적은 건으로 다시 접수해 주세요.",
                f"{case.number} names no dataset. Open a case that names one.",
            )
        )
    return records.workspace, read_dataset(declaration_file(records.workspace, case.dataset))
