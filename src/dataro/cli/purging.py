"""purge: shown first, then confirmed, then done and certified."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.markup import escape

from dataro.accounts.people import person_by_login
from dataro.build.context import opened
from dataro.build.workspace import find
from dataro.cases.purge import certificate
from dataro.cases.purge.choose import Selection
from dataro.cases.purge.purge import FOLDER, Plan
from dataro.cases.purge.purge import plan as plan_purge
from dataro.cases.purge.purge import purge as do_purge
from dataro.cases.workflows import open_cases
from dataro.cli.keeper import KEEPER
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_STEPS = {
    "raw": both("원자료에서 행을 지웁니다", "Taking rows out of raw files"),
    "build": both("다시 빌드합니다", "Building anew"),
    "versions": both("지난 판을 지웁니다", "Removing earlier versions"),
    "traces": both("남은 곳이 있는지 살펴봅니다", "Looking for what is left"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be purged, and how."""

    where: str | None
    value: str | None
    rows: tuple[str, ...]
    reason: str
    dry_run: bool
    yes: bool
    whole_files: bool
    resume: bool
    login: str | None
    as_json: bool


def purge(dataset: str, wanted: Wanted, workspace: Path) -> int:
    """Show, ask, remove; 1 where something is still found somewhere. Raises ``Problem``."""
    if not (wanted.where or wanted.value or wanted.rows or wanted.resume):
        raise Problem(
            both(
                "지울 행을 --where, --value, --rows 가운데 하나로 적어 주세요.",
                "Name the rows by --where, --value or --rows.",
            )
        )
    place, selection = find(workspace), Selection(wanted.where, wanted.value, wanted.rows)
    with opened(place) as context:
        planned = plan_purge(context, dataset, selection)
    if not wanted.as_json:
        _show(planned)
    if wanted.dry_run:
        if wanted.as_json:
            print_json({"dataset": dataset, "rows": planned.chosen.count, "files": planned.files})
        return 0
    if not wanted.yes and not _confirmed(dataset):
        console().print(escape(say(both("지우지 않았습니다.", "Nothing was removed."))))
        return 1
    records = open_cases(place)
    try:
        person = person_by_login(records, wanted.login) if wanted.login else KEEPER
        made = do_purge(
            place, records, person, dataset, selection, wanted.reason,
            whole=wanted.whole_files, resume=wanted.resume,
            told=lambda step: typer.echo(say(_STEPS[step]), err=True),
        )  # fmt: skip
    finally:
        records.close()
    if wanted.as_json:
        print_json(json.loads(made.json()))
    else:
        console().print(escape(say(certificate.said(made))))
        kept = place.state / FOLDER / f"{made.number}.html"
        console().print(escape(say(both(f"확인서: {kept}", f"Certificate: {kept}"))))
    return 1 if made.left else 0


def _show(planned: Plan) -> None:
    out = console()
    for name, rows in planned.files.items():
        out.print(escape(say(both(f"  {name}: {rows:,}행", f"  {name}: {rows:,} rows"))))
    built = ", ".join(planned.built_on) or "–"
    out.print(
        escape(
            say(
                both(
                    f"행 {planned.chosen.count:,}개, 보관된 판 {planned.versions:,}개. 다시 만드는 분석: {built}",
                    f"{planned.chosen.count:,} rows, {planned.versions:,} kept versions. Answers made "
                    f"anew: {built}",
                )
            )
        )
    )


def _confirmed(dataset: str) -> bool:
    question = both(
        f"되돌릴 수 없습니다. 지우려면 데이터셋 이름({dataset})을 적어 주세요",
        f"There is no way back. Type the dataset's id ({dataset}) to go on",
    )
    return bool(typer.prompt(say(question), default="", show_default=False).strip() == dataset)
