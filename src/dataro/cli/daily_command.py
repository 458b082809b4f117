"""The command ``dataro daily``: what is to be done once a day."""

from __future__ import annotations

from pathlib import Path

import typer

from dataro.cli.language import say
from dataro.cli.options import Folder
from dataro.vocabulary.text import both

ABOUT_DAILY = both(
    "하루에 한 번 할 일을 합니다: 기한을 알리고, 지난 건을 올리고, 이용 기한이 끝난 데이터를 내립니다.",
    "Does what is due once a day: reminds of deadlines, escalates what is late, retires data whose "
    "time is over.",
)


def daily(workspace: Folder = Path()) -> None:
    from dataro.build.context import opened
    from dataro.build.workspace import find
    from dataro.cases.lifecycle import retire_expired
    from dataro.cases.reminders import remind
    from dataro.cases.workflows import open_cases

    place = find(workspace)
    records = open_cases(place)
    try:
        told = remind(records)
        with opened(place) as context:
            over = retire_expired(records, context)
    finally:
        records.close()
    typer.echo(
        say(
            both(
                f"기한 알림 {len(told.reminded):,}건, 기한 지남 {len(told.escalated):,}건, 내린 데이터 {len(over):,}종",
                f"{len(told.reminded):,} reminded, {len(told.escalated):,} escalated, "
                f"{len(over):,} datasets retired",
            )
        )
    )
