"""Opening many datasets at once: declared, put in place, built, judged, and each a case.

Everything may be run again: a row that is done already is left as it is.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from sqlalchemy import select

from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.columns import dataset_columns
from dataro.build.context import Context, opened
from dataro.build.declarations import read_dataset
from dataro.build.declaring import write_declaration
from dataro.build.run import StepResult, build
from dataro.build.workspace import Workspace
from dataro.cases import engine, opening
from dataro.cases.bulk.declare import MARK, declaration, raw_path
from dataro.cases.bulk.rows import DatasetRow
from dataro.cases.case import case_of
from dataro.cases.opening import Proposed
from dataro.cases.register import AlreadyOpen, register
from dataro.cases.schema import cases
from dataro.data.quality.judge import judge
from dataro.data.sources.files import read
from dataro.data.standards.standardise import standardise
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

Standing = Literal["open", "review", "failed", "tried"]
Told = Callable[[str, int, int], None]
_WORKFLOW = "dataset_opening"


@dataclass(slots=True)
class Opened:
    """How one row went. ``blocked`` are the checks against it with their reasons; ``changed`` says
    whether this run wrote anything for it; ``case`` is the number of its case."""

    row: DatasetRow
    standing: Standing
    rows: int | None = None
    set_aside: int = 0
    error_rate: float | None = None
    case: str | None = None
    changed: bool = False
    blocked: Mapping[str, Text] = field(default_factory=dict)
    problem: Text | None = None


def try_all(
    workspace: Workspace, city: City, rows: Sequence[DatasetRow], folder: Path, told: Told
) -> list[Opened]:
    """Judge every row's file by the declaration that it would get; nothing is written."""
    done = []
    with TemporaryDirectory(prefix="dataro-open-") as name:
        trial = Path(name) / "datasets"
        trial.mkdir()
        for number, row in enumerate(rows, 1):
            told(row.id, number, len(rows))
            try:
                dataset, verdict = _judged(row, trial, folder, city)
            except Problem as problem:
                done.append(Opened(row, "failed", problem=problem.text))
                continue
            one = Opened(row, "tried", changed=_declares_anew(workspace, row))
            _with_verdict(one, dataset, verdict)
            done.append(one)
    return done


def open_all(
    workspace: Workspace, records: Records, person: Person, rows: Sequence[DatasetRow],
    folder: Path, told: Told, *, approve: bool,
) -> list[Opened]:  # fmt: skip
    """Declare, build and submit every row; with ``approve`` open those that nothing stands against.

    ``person`` is the data officer who does so. Raises ``Problem`` where the workspace cannot be
    written at all; what is wrong with single rows is told row by row.
    """
    done = [_declared(workspace, row, folder) for row in rows]
    good = {one.row.id: one for one in done if one.standing != "failed"}
    steps = build(workspace, only=sorted(good), report=lambda p: told(p.id, p.done, p.total))
    results = {one.id: one for one in steps}
    with opened(workspace) as context:
        for id, one in good.items():
            _review(context, records, person, one, results.get(id), approve=approve)
    return done


def _declared(workspace: Workspace, row: DatasetRow, folder: Path) -> Opened:
    """The row's file in ``raw/`` and its declaration in ``datasets/``."""
    one = Opened(row, "review")
    target = workspace.raw / raw_path(row)
    source = folder / row.file
    try:
        one.changed = _declares_anew(workspace, row)
        if one.changed:
            path = workspace.datasets / f"{row.id}.yml"
            dataset = write_declaration(path, declaration(row))
            try:
                dataset_columns(dataset, {}, path)
            except Problem:
                path.unlink()
                raise
        if not target.exists() or not filecmp.cmp(source, target, shallow=False):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(source, part)
            part.replace(target)
            one.changed = True
    except Problem as problem:
        one.standing, one.problem = "failed", problem.text
    except OSError as error:
        one.standing = "failed"
        one.problem = both(
            f"{target}에 쓸 수 없습니다({error.strerror}). 권한과 남은 공간을 확인해 주세요.",
            f"{target} cannot be written ({error.strerror}). Check permissions and free space.",
        )
    return one


def _declares_anew(workspace: Workspace, row: DatasetRow) -> bool:
    """Whether the row's declaration is to be written: it is new, or not yet opened and differs.

    Raises ``Problem`` where another dataset has the id.
    """
    path = workspace.datasets / f"{row.id}.yml"
    if not path.exists():
        return True
    text = path.read_text("utf-8")
    there = read_dataset(path)
    if there.source.files != raw_path(row).as_posix():
        raise Problem(
            both(
                f"식별자 “{row.id}”을(를) 다른 데이터셋이 이미 씁니다({path.name}). 다른 식별자를 적어 주세요.",
                f"Another dataset has the id “{row.id}” ({path.name}). Choose another.",
            )
        )
    # what was edited by hand, or decided in its case, is worth more than the sheet
    return text.startswith(MARK) and there.openness == "internal" and text != declaration(row)


def _judged(row: DatasetRow, trial: Path, folder: Path, city: City) -> tuple[Dataset, Verdict]:
    path = trial / f"{row.id}.yml"
    dataset = write_declaration(path, declaration(row))
    columns = dataset_columns(dataset, {}, path)
    raw = read(dataset.source, [folder / row.file], base=folder)
    standard = standardise(raw, dataset, columns, city=city)
    keys = tuple(name for name, term in columns.items() if term.is_key)
    return dataset, judge(standard, columns=columns, keys=keys, rules=(), city=city)[1]


def _with_verdict(one: Opened, dataset: Dataset, verdict: Verdict) -> None:
    one.rows, one.error_rate = verdict.rows_kept, verdict.error_rate
    one.set_aside = opening.set_aside(dataset, verdict)


def _review(
    context: Context, records: Records, person: Person, one: Opened, step: StepResult | None,
    *, approve: bool,
) -> None:  # fmt: skip
    """The row's case brought as far as it may go by itself."""
    row = one.row
    if step is not None and step.result in ("failed", "absent"):
        one.standing, one.problem = "failed", step.problem or step.reason
        return
    current = context.state.current(row.id)
    if current is not None and row.id in current.verdicts:
        _with_verdict(one, context.registry.datasets[row.id], current.verdicts[row.id])
    if context.registry.datasets[row.id].openness == "open":
        one.standing = "open"
        return
    proposals = dict(opening.review(context, row.id))
    proposals["rights_cleared"] = _rights(row, proposals["rights_cleared"])
    one.blocked = opening.blocked(proposals)
    one.case = _case(records, person, row)
    state = _state(records, one.case)
    if state == "planned":
        engine.move(records, person, one.case, "submit", {"licence": row.licence})
        one.changed, state = True, "review"
    if not approve or one.blocked or state not in ("review", "approved"):
        return
    if state == "review":
        engine.move(records, person, one.case, "approve", _checked(one))
    engine.move(records, person, one.case, "publish", {"opened_on": records.today().isoformat()})
    one.standing, one.changed = "open", True


def _rights(row: DatasetRow, proposed: Proposed) -> Proposed:
    """The sheet answers what no program can know."""
    if proposed.passes is False or row.rights:
        return proposed if proposed.passes is False else Proposed(True, proposed.reason)
    return Proposed(
        False,
        both(
            f"개방 목록 {row.line}행의 ‘제3자 권리 확인’이 비어 있습니다.",
            f"Row {row.line} of the list does not say that nobody else has rights in it.",
        ),
    )


def _case(records: Records, person: Person, row: DatasetRow) -> str:
    form = {
        "title": row.title, "dataset": row.id, "why": f"일괄 개방(목록 {row.line}행)",
        "planned_on": records.today().isoformat(),
        "cadence": row.cadence if row.cadence in _OFFERED else "yearly",
    }  # fmt: skip
    department = both(row.department, row.department)
    try:
        if not person.id:  # whoever runs the command without an account: the system itself asks
            with records.writing() as connection:
                return register(
                    connection, records, None, _WORKFLOW, form, department=department
                ).number
        return engine.open_case(records, person, _WORKFLOW, form, department=department).case.number
    except AlreadyOpen as there:
        return there.number


_OFFERED = ("once", "daily", "weekly", "monthly", "quarterly", "yearly")


def _state(records: Records, number: str) -> str:
    with records.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.number == number)).mappings().one()
        return case_of(connection, row).state


def _checked(one: Opened) -> dict[str, str]:
    rate = 100 * (one.error_rate or 0)
    return {
        "no_personal_data": "yes", "no_small_cells": "yes", "rights_cleared": "yes",
        "quality_passed": "yes", "error_rate": f"{rate:.2f}",
        "remarks": f"일괄 개방(목록 {one.row.line}행)에서 확인한 내용입니다.",
    }  # fmt: skip
