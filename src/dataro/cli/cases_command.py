"""The command ``dataro cases``: what it takes and does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

ABOUT_CASES = both(
    "진행 중인 건(오류 신고, 데이터 신청, 받아들이지 못한 파일)을 보여 줍니다. 번호를 적으면 그 건을 "
    "자세히 보여 줍니다.",
    "Shows the open cases (reported errors, requests, refused deliveries); with a number, that one "
    "in full.",
)


def cases(
    number: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER",
            help=say(both("접수 번호 (예: 2026-ERR-00001).", "A number, like 2026-ERR-00001.")),
        ),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(
            "--department",
            metavar="NAME",
            help=say(both("이 부서의 건만.", "Only those of this department.")),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Lists open cases, or shows one."""
    from dataro.cli import casework

    if number is None:
        casework.show_open(workspace, department, as_json)
    else:
        casework.show_case(workspace, number, as_json)
