"""The command ``dataro purge``: what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

ABOUT_PURGE = both(
    "공개한 뒤 발견한 개인정보를 원자료, 지난 판, 조회용 파일, 임시 파일에서 모두 지우고 확인서를 남깁니다. 되돌릴 수 없습니다.",
    "Removes personal data that was found after publication from raw files, earlier versions, "
    "shelves and caches, and certifies it. There is no way back.",
)


def purge(
    dataset: Annotated[
        str, typer.Argument(metavar="ID", help=say(both("데이터셋의 이름.", "The dataset's id.")))
    ],
    where: Annotated[
        str | None,
        typer.Option(
            "--where",
            metavar="SQL",
            help=say(
                both("이 조건에 맞는 행 (예: \"id = 'K-12'\").", "Rows that meet this condition.")
            ),
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            "--value",
            metavar="TEXT",
            help=say(both("어느 칸에든 이 글이 든 행.", "Rows of which any cell holds this text.")),
        ),
    ] = None,
    rows: Annotated[
        list[str] | None,
        typer.Option(
            "--rows",
            metavar="FILE:N",
            help=say(
                both(
                    "원자료의 행 번호 (예: 현황.csv:12,15-18). 여러 번 적을 수 있습니다.",
                    "Rows of a raw file (like list.csv:12,15-18); may be given several times.",
                )
            ),
        ),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help=say(
                both("지우는 까닭. 지우는 값은 적지 마세요.", "Why. Do not write the values here.")
            ),
        ),
    ] = "",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=say(both("무엇을 지울지만 보여 줍니다.", "Only shows what would be removed.")),
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=say(both("묻지 않고 지웁니다.", "Does not ask.")))
    ] = False,
    whole_files: Annotated[
        bool,
        typer.Option(
            "--whole-files",
            help=say(
                both(
                    "행만 지울 수 없는 형식이면 파일째 지웁니다.",
                    "Removes whole files where single rows cannot be taken out.",
                )
            ),
        ),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help=say(both("끊긴 삭제를 이어서 합니다.", "Goes on with one that was interrupted.")),
        ),
    ] = False,
    login: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="LOGIN", help=say(both("이 계정의 이름으로.", "As this account."))
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import purging

    wanted = purging.Wanted(
        where, value, tuple(rows or ()), reason, dry_run, yes, whole_files, resume, login, as_json
    )
    raise typer.Exit(purging.purge(dataset, wanted, workspace))
