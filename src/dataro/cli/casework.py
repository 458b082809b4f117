"""cases: what is open and with whom, and one case with all that happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from dataro.accounts.clock import korean_day, moment
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import opened
from dataro.build.run import StepResult
from dataro.build.workspace import Workspace, find
from dataro.cases import view
from dataro.cases.case import Case
from dataro.cases.inbox import all_open
from dataro.cases.quarantine import from_build
from dataro.cases.workflows import open_cases
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

# Whoever runs the command can read the file of the records, and so sees what is in it.
_KEEPER = Person(
    id=0, login="", name="", email="", phone="", language="ko", department=None,
    roles=frozenset({"data_officer"}),
)  # fmt: skip
_HEADS = (
    both("접수 번호", "Number"), both("종류", "Kind"), both("내용", "What"), both("상태", "State"),
    both("담당 부서", "Department"), both("지난 날수", "Days open"), both("기한", "Due"),
)  # fmt: skip


def quarantine(workspace: Workspace, results: Sequence[StepResult]) -> list[Case]:
    """A case for each delivery that a build refused. Raises ``Problem`` for a broken workflow."""
    with _records(workspace) as records, opened(workspace) as context:
        return from_build(records, context, results)


def show_open(folder: Path, department: str | None, as_json: bool) -> None:
    """Tell the open cases, the nearest deadline first; of one department where it is named."""
    with _records(find(folder)) as records:
        found = all_open(records, department)
        days = [view.days_open(records, one) for one in found]
    if as_json:
        documents = [_document(one, n) for one, n in zip(found, days, strict=True)]
        print_json({"cases": documents})
        return
    out = console()
    if not found:
        out.print(say(both("진행 중인 건이 없습니다.", "No case is open.")))
        return
    table = Table(box=None, pad_edge=False)
    for head in _HEADS:
        table.add_column(escape(say(head)), no_wrap=head is _HEADS[0])
    for one, n in zip(found, days, strict=True):
        due = one.due_on.isoformat() if one.due_on else "–"
        cells = (
            one.number, say(one.workflow.title), one.heading, say(one.standing.title),
            one.department or "–", str(n), due,
        )  # fmt: skip
        table.add_row(*(escape(cell) for cell in cells))
    out.print(table)


def show_case(folder: Path, number: str, as_json: bool) -> None:
    """Tell one case: what was asked, where it stands, what happened. Raises ``Problem``."""
    with _records(find(folder)) as records:
        seen = view.see(records, _KEEPER, number)
    case, form = seen.case, seen.case.workflow.form
    if as_json:
        print_json(
            {
                **_document(case, seen.days_open),
                "days_left": seen.days_left,
                "form": dict(case.form),
                "events": [
                    {"at": one.at, "kind": one.kind, "move": one.move, "state": one.to_state,
                     "by": one.actor_name, "detail": dict(one.detail)}
                    for one in seen.events
                ],
            }
        )  # fmt: skip
        return
    out = console()
    out.print(f"[bold]{case.number}[/]  {escape(case.heading)}")
    out.print(escape(f"{say(case.workflow.title)} · {say(case.standing.title)}"))
    words = both(f"{seen.days_open}일 지남", f"{seen.days_open} days open")
    due = f" · {say(_HEADS[-1])} {case.due_on.isoformat()}" if case.due_on else ""
    out.print(escape(f"{case.department or '–'} · {say(words)}{due}"))
    for name, value in case.form.items():
        title = say(form[name].title) if name in form else name
        out.print(f"  [dim]{escape(title)}:[/] {escape(str(value))}")
    for event in seen.events:
        move = case.workflow.moves.get(event.move or "")
        what = say(move.title) if move else event.kind
        state = case.workflow.states.get(event.to_state)
        day = korean_day(moment(event.at)).isoformat()
        to = say(state.title) if state else event.to_state
        out.print(escape(f"  {day}  {what} → {to}  {event.actor_name}".rstrip()))


def _document(case: Case, days_open: int) -> dict[str, Any]:
    return {
        "number": case.number,
        "workflow": case.workflow.id,
        "heading": case.heading,
        "state": case.state,
        "department": case.department,
        "dataset": case.dataset,
        "opened_at": case.opened_at,
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "days_open": days_open,
        "open": case.is_open,
    }


@contextmanager
def _records(workspace: Workspace) -> Iterator[Records]:
    """The records of cases, closed afterwards. Raises ``Problem`` where there are no workflows."""
    if not (workspace.folder / "workflows").is_dir():
        raise Problem(
            both(
                f"{workspace.folder}에 workflows 폴더가 없습니다. 업무 절차를 YAML로 선언해 그 폴더에 "
                "넣으면 건을 접수할 수 있습니다.",
                f"{workspace.folder} has no folder workflows. Declare workflows as YAML in it, and "
                "cases can be opened.",
            )
        )
    records = open_cases(workspace)
    try:
        yield records
    finally:
        records.close()
