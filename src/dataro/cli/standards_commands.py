"""The commands of ``dataro standards``: what each is called, takes and does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.help import Command, Group
from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder, Schema
from dataro.vocabulary.text import both

ABOUT = both(
    "공공데이터 공통표준: 찾고, 들이고, 이름을 제안하고, 얼마나 지켰는지 잽니다.",
    "The common data standard: search it, adopt it, propose names, measure compliance.",
)

standards_app = typer.Typer(
    cls=Group, name="standards", help=say(ABOUT), rich_markup_mode=None, no_args_is_help=True
)


@standards_app.command(
    cls=Command,
    help=say(
        both(
            "표준 용어를 찾습니다: 한글 이름, 영문명, 영문약어, 설명.",
            "Searches the standard terms: Korean and English names, abbreviations, descriptions.",
        )
    ),
)
def search(
    word: Annotated[
        str, typer.Argument(metavar="WORD", help=say(both("찾을 말.", "What to look for.")))
    ],
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import standards

    raise typer.Exit(standards.search_terms(workspace, word, as_json))


@standards_app.command(
    cls=Command,
    help=say(
        both(
            "공통표준의 공식 파일을 작업 폴더에 들입니다. 그때부터 이 표준을 씁니다.",
            "Takes an official file of the common standard into the workspace, which then uses it.",
        )
    ),
)
def adopt(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=say(both("공식 파일.", "The official file.")))
    ],
    workspace: Folder = Path(),
) -> None:
    from dataro.cli import standards

    standards.adopt_file(workspace, file)


@standards_app.command(
    cls=Command,
    help=say(
        both(
            "여러 파일의 열에 표준 이름을 제안하고, 뜻이 같은데 이름이 다른 열을 찾습니다.",
            "Proposes standard names for the columns of files, and finds those that mean the same "
            "under different names.",
        )
    ),
)
def workbench(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=say(both("볼 파일.", "The files.")))
    ],
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx",
            metavar="OUT",
            help=say(
                both(
                    "정의서·매핑표·DDL을 담은 엑셀을 씁니다.",
                    "Writes a workbook of definitions, crosswalk and DDL.",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import standards

    standards.work(workspace, files, xlsx, as_json)


@standards_app.command(
    cls=Command,
    help=say(
        both(
            "파일이나 데이터베이스의 열이 표준을 얼마나 지켰는지 잽니다.",
            "Measures how far the columns of files or a database keep to the standard.",
        )
    ),
)
def measure(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help=say(both("파일 또는 데이터베이스 주소.", "Files, or addresses of databases.")),
        ),
    ],
    schema: Schema = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import standards

    standards.measure_sources(workspace, sources, schema, as_json)
