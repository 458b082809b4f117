"""A citizen's report of an error in one cell of a dataset, held against the registry first."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from dataro.accounts.permissions import dataset_subject, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.registry import Registry
from dataro.cases.engine import Opened, open_case
from dataro.cases.schema import cases
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Language, both

WORKFLOW = "error_report"


def report_cell(
    records: Records,
    registry: Registry,
    person: Person | None,
    *,
    dataset: str,
    column: str,
    key: Mapping[str, str],
    should_be: str,
    value: str = "",
    snapshot: int | None = None,
    reason: str = "",
    email: str = "",
    language: Language = "ko",
) -> Opened:
    """Report that the cell in ``column`` of the row with ``key`` is wrong.

    ``value`` is what it says now, ``snapshot`` the version that the reader saw. Raises ``Problem``
    for an unknown dataset or column, or a dataset that the person may not read.
    """
    if dataset not in registry.datasets:
        guess = did_you_mean(dataset, registry.datasets)
        raise Problem(
            both(
                f"“{dataset[:60]}” 데이터셋은 없습니다.{guess.ko}",
                f"There is no dataset “{dataset[:60]}”.{guess.en}",
            )
        )
    declared, columns = registry.datasets[dataset], registry.columns[dataset]
    require(person, "dataset.read", dataset_subject(declared), today=records.today())
    for name in (column, *key):
        if name not in columns:
            guess = did_you_mean(name, columns)
            raise Problem(
                both(
                    f"{declared.title.ko}에 “{name[:60]}” 열은 없습니다.{guess.ko}",
                    f"{declared.title.en} has no column “{name[:60]}”.{guess.en}",
                )
            )
    title = columns[column].text.ko
    form = {
        "title": f"{declared.title.ko}의 {title}: {value or '빈 값'} → {should_be}"[:200],
        "dataset": dataset,
        "snapshot": snapshot,
        "key": key,
        "column": column,
        "value": value,
        "should_be": should_be,
        "reason": reason,
    }
    return open_case(
        records, person, WORKFLOW, form,
        department=declared.owner, email=email, language=language,
    )  # fmt: skip


def answered(records: Records) -> tuple[int, int]:
    """Reports of errors received, and dealt with (closed), since the records began."""
    mine = cases.c.workflow == WORKFLOW
    with records.reading() as connection:
        received = connection.execute(select(func.count()).where(mine)).scalar_one()
        done = connection.execute(
            select(func.count()).where(mine, cases.c.closed_at.is_not(None))
        ).scalar_one()
    return int(received), int(done)
