"""The command ``dataro people``: what it takes and does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

ABOUT_PEOPLE = both(
    "로그인할 수 있는 사람을 보여 줍니다. 로그인 이름을 적으면 그 사람의 계정을 만들고, 있는 계정이면 "
    "비밀번호를 다시 정합니다. 비밀번호는 물어서 받습니다.",
    "Shows who can sign in. With a login, makes that account or, where it exists, sets a new "
    "password; the password is asked for.",
)


def people(
    login: Annotated[
        str | None,
        typer.Argument(
            metavar="LOGIN",
            help=say(both("로그인 이름 (예: kim).", "A login, like kim.")),
        ),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="NAME",
            help=say(both("새 계정의 이름.", "The name of a new account.")),
        ),
    ] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help=say(
                both(
                    "새 계정의 역할 (여러 번 적을 수 있습니다. 예: admin).",
                    "A role of a new account, like admin (may be repeated).",
                )
            ),
        ),
    ] = None,
    department: Annotated[
        str,
        typer.Option(
            "--department",
            metavar="NAME",
            help=say(both("새 계정의 부서.", "The department of a new account.")),
        ),
    ] = "",
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import peoplework

    if login is None:
        peoplework.show_people(workspace, as_json)
        return
    words = say(both("비밀번호 (10자 이상)", "Password (10 characters or more)"))
    again = say(both("한 번 더", "Once more"))
    password = typer.prompt(words, hide_input=True, confirmation_prompt=again, err=True)
    peoplework.keep_person(workspace, login, name, role or [], department, password)
