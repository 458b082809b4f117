"""Deliveries that the build refused, as cases for the steward of the dataset."""

from __future__ import annotations

from collections.abc import Iterable

from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.build.run import StepResult
from dataro.cases.case import Case
from dataro.cases.register import AlreadyOpen, register
from dataro.cases.workflows import installed
from dataro.vocabulary.text import Text

WORKFLOW = "quarantine"
_LONGEST = 4_000


def from_build(records: Records, context: Context, results: Iterable[StepResult]) -> list[Case]:
    """Open a case for each delivery that the build refused, unless one is open already.

    ``results`` are what ``build`` gave. The case goes to the dataset's department; the last good
    version stays published meanwhile. The new cases; none where the city declares no workflow
    ``quarantine``.
    """
    if WORKFLOW not in installed(records):
        return []
    opened = []
    for one in results:
        if one.result != "failed" or one.id not in context.registry.datasets:
            continue
        dataset = context.registry.datasets[one.id]
        problem = one.problem or one.reason
        current = context.state.current(one.id)
        form = {
            "title": f"{dataset.title.ko}: 새 파일을 받아들이지 못했습니다"[:200],
            "dataset": one.id,
            "reason": _short(problem, "ko"),
            "reason_en": _short(problem, "en"),
        }
        if current is not None:
            form["last_good"] = current.made_at
        try:
            with records.writing() as connection:
                opened.append(
                    register(connection, records, None, WORKFLOW, form, department=dataset.owner)
                )
        except AlreadyOpen:
            continue
    return opened


def _short(text: Text, language: str) -> str:
    said = text.ko if language == "ko" else text.en
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
