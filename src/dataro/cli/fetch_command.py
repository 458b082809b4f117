"""``dataro fetch``: the open APIs that datasets declare, fetched into the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import Folder
from dataro.vocabulary.text import Text, both

ABOUT_FETCH = both(
    "데이터셋에 선언된 오픈 API의 오늘 자료를 받아 raw/api에 둡니다. 자료를 네트워크에서 받는 명령은 이것뿐입니다.",
    "Fetches today's edition of the open APIs that datasets declare into raw/api. No other "
    "command takes data from the network.",
)


def fetch(
    datasets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            help=say(
                both(
                    "받을 데이터셋 (적지 않으면 오픈 API로 받는 것 모두).",
                    "Datasets to fetch (if none is given, all that come from an open API).",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
) -> None:
    from dataro.build.context import opened
    from dataro.build.fetching import fetch_declared
    from dataro.build.workspace import find
    from dataro.vocabulary.problem import Problem

    def told(id: str, text: Text) -> None:
        typer.echo(f"{id}: {say(text)}", err=True)

    with opened(find(workspace)) as context:
        fetched = fetch_declared(context, datasets or [], report=told)
    for id, outcome in fetched.items():
        if isinstance(outcome, Problem):
            typer.echo(f"✗ {id}: {say(outcome.text)}", err=True)
        else:
            pages = both(
                f"✓ {id}: {len(outcome)}쪽을 받았습니다.", f"✓ {id}: {len(outcome)} pages."
            )
            typer.echo(say(pages))
    if not fetched:
        typer.echo(
            say(both("오픈 API로 받는 데이터셋이 없습니다.", "No dataset comes from an open API."))
        )
    raise typer.Exit(any(isinstance(one, Problem) for one in fetched.values()))
