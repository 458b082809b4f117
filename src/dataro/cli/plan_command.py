"""The command ``dataro plan``: the yearly opening plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder, WriteXlsx
from dataro.vocabulary.text import both

ABOUT_PLAN = both(
    "한 해의 개방 계획을 제안합니다: 신청과 공감, 연구 신청, 비슷한 데이터의 이용, 다른 도시가 여는 것을 까닭과 함께.",
    "Proposes what to open in a year, with reasons: requests and votes, requests for research, use "
    "of data like it, and what other cities open.",
)


def plan(
    year: Annotated[int, typer.Argument(metavar="YYYY", help=say(both("어느 해.", "The year.")))],
    national: Annotated[
        Path | None,
        typer.Option(
            "--national",
            metavar="FILE",
            help=say(
                both(
                    "공공데이터포털 목록 CSV (적지 않으면 작업 폴더의 standards/national_list.csv).",
                    "The national list as CSV (if not given, standards/national_list.csv of the "
                    "workspace).",
                )
            ),
        ),
    ] = None,
    xlsx: WriteXlsx = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            "--md", metavar="OUT", help=say(both("마크다운으로 씁니다.", "Writes Markdown."))
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import planning

    planning.plan(year, workspace, national, xlsx, markdown, as_json)
