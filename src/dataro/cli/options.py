"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.vocabulary.text import both

Folder = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help=say(
            both("작업 폴더 (적지 않으면 지금 폴더).", "The workspace (if not given, this folder).")
        ),
    ),
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help=say(both("프로그램이 읽을 JSON으로 출력합니다.", "Gives JSON for programs."))
    ),
]
WriteHtml = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="OUT",
        help=say(
            both(
                "보고서를 HTML 파일 하나로 씁니다.",
                "Writes the report as one HTML file.",
            )
        ),
    ),
]
WriteXlsx = Annotated[
    Path | None,
    typer.Option(
        "--xlsx",
        metavar="OUT",
        help=say(
            both(
                "엑셀로 씁니다.",
                "Writes a workbook.",
            )
        ),
    ),
]
Schema = Annotated[
    str | None,
    typer.Option(
        "--schema",
        metavar="NAME",
        help=say(both("데이터베이스의 스키마.", "The schema of a database.")),
    ),
]
