"""The command ``dataro open``: what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

ABOUT_OPEN = both(
    "폴더 하나에 든 파일을 한꺼번에 개방합니다. --sheet로 미리 채운 개방 목록(엑셀)을 만들고, 확인해 채운 뒤 "
    "--bulk로 선언, 빌드, 검토 접수까지 합니다. 여러 번 실행해도 결과는 같습니다.",
    "Opens a folder of files at once. --sheet writes a list (a workbook) filled in as far as the "
    "files tell; once you have checked it, --bulk declares, builds and submits all of them. Running "
    "it again changes nothing.",
)


def open_datasets(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help=say(both("부서가 보낸 파일이 든 폴더.", "The folder of the departments' files.")),
        ),
    ],
    sheet: Annotated[
        Path | None,
        typer.Argument(
            metavar="SHEET.xlsx",
            help=say(
                both(
                    "개방 목록 (적지 않으면 FOLDER/개방목록.xlsx).",
                    "The list (if not given, FOLDER/개방목록.xlsx).",
                )
            ),
        ),
    ] = None,
    make_sheet: Annotated[
        bool,
        typer.Option(
            "--sheet",
            help=say(
                both("파일을 살펴 개방 목록을 만듭니다.", "Looks at the files and writes the list.")
            ),
        ),
    ] = False,
    bulk: Annotated[
        bool,
        typer.Option(
            "--bulk",
            help=say(both("개방 목록대로 한꺼번에 접수합니다.", "Does what the list says.")),
        ),
    ] = False,
    approve: Annotated[
        bool,
        typer.Option(
            "--approve",
            help=say(
                both(
                    "모든 검토를 통과한 것은 바로 개방합니다.",
                    "Opens at once whatever passes every check.",
                )
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=say(both("아무것도 쓰지 않고 점검만 합니다.", "Only checks; writes nothing.")),
        ),
    ] = False,
    login: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="LOGIN",
            help=say(
                both(
                    "이 계정의 이름으로 접수하고 결정합니다.",
                    "Submits and decides as this account.",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import opening

    if make_sheet == bulk:
        usage = both(
            "--sheet(목록 만들기)와 --bulk(목록대로 하기) 가운데 하나를 적어 주세요.",
            "Give one of --sheet (write the list) and --bulk (do what it says).",
        )
        raise typer.BadParameter(say(usage))
    if make_sheet:
        opening.write_list(folder, sheet, workspace)
        return
    raise typer.Exit(
        opening.open_listed(
            folder, sheet, workspace,
            opening.Wanted(approve=approve, dry_run=dry_run, login=login, as_json=as_json),
        )
    )  # fmt: skip
