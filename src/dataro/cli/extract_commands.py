"""The commands ``dataro extract …``: extracts for research, and whose copy a file is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.help import Command, Group
from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

extract_app = typer.Typer(
    cls=Group,
    name="extract",
    help=say(
        both(
            "연구용 추출본을 만들고, 파일이 누구의 추출본인지 밝힙니다.",
            "Makes extracts for research, and tells whose extract a file is.",
        )
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
)


@extract_app.command(
    cls=Command,
    help=say(
        both(
            "허가받은 사람에게 줄 추출본을 만듭니다.",
            "Makes the extract of somebody with a permission.",
        )
    ),
)
def make(
    dataset: Annotated[
        str, typer.Argument(metavar="ID", help=say(both("데이터셋의 이름.", "The dataset's id.")))
    ],
    login: Annotated[
        str,
        typer.Option(
            "--for", metavar="LOGIN", help=say(both("받을 사람의 계정.", "Their account."))
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help=say(both("저장할 폴더.", "The folder for it."))),
    ] = Path(),
    workspace: Folder = Path(),
) -> None:
    from dataro.cli import extracting

    extracting.make(dataset, login, out, workspace)


@extract_app.command(
    cls=Command,
    help=say(both("파일이 누구의 추출본인지 밝힙니다.", "Tells whose extract a file is.")),
)
def trace(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=say(both("밖에서 발견한 파일.", "The file found."))),
    ],
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import extracting

    raise typer.Exit(extracting.trace(file, workspace, as_json))


@extract_app.command(
    "list",
    cls=Command,
    help=say(both("만든 추출본을 보여 줍니다.", "Shows the extracts that were made.")),
)
def listed(workspace: Folder = Path(), as_json: AsJson = False) -> None:
    from dataro.cli import extracting

    extracting.listed(workspace, as_json)
