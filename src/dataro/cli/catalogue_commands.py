"""The commands of ``dataro catalogue``: what each is called, takes and does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataro.cli.help import Command, Group
from dataro.cli.language import say
from dataro.cli.options import AsJson, Folder
from dataro.vocabulary.text import both

ABOUT = both(
    "데이터 목록: 무엇이 있는지 보고, 찾고, 설명이 충실한지 점수를 매기고, 등록 양식을 쓰고, 바뀌면 알립니다.",
    "The catalogue: list it, search it, score its metadata, fill registration sheets, tell of changes.",
)

catalogue_app = typer.Typer(
    cls=Group, name="catalogue", help=say(ABOUT), rich_markup_mode=None, no_args_is_help=True
)


@catalogue_app.command(
    name="list",
    cls=Command,
    help=say(
        both(
            "선언된 데이터와 답을 모두 보여 줍니다(내부 자료와 기한이 지난 자료도).",
            "Lists everything that is declared, internal and expired data too.",
        )
    ),
)
def list_(workspace: Folder = Path(), as_json: AsJson = False) -> None:
    from dataro.cli import cataloguing

    cataloguing.list_entries(workspace, as_json)


@catalogue_app.command(
    cls=Command,
    help=say(
        both(
            "공개된 데이터를 찾습니다. 띄어쓰기와 가벼운 오타는 괜찮습니다.",
            "Searches what is public; spaces and small mistakes do not matter.",
        )
    ),
)
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD", help=say(both("찾을 말.", "What to look for.")))
    ],
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import cataloguing

    raise typer.Exit(cataloguing.search(workspace, " ".join(words), as_json))


@catalogue_app.command(
    cls=Command,
    help=say(
        both(
            "설명이 얼마나 충실한지 점수를 매기고, 무엇을 더 적을지 알려 줍니다.",
            "Scores how well data is described, and says what to add.",
        )
    ),
)
def score(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help=say(both("하나만 자세히 봅니다.", "One entry, in full."))
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import cataloguing

    cataloguing.score_entries(workspace, subject, as_json)


@catalogue_app.command(
    cls=Command,
    help=say(
        both(
            "공공데이터포털 등록 양식을 채운 엑셀 파일을 씁니다.",
            "Writes a workbook with the national portal's registration sheet filled in.",
        )
    ),
)
def export(
    registration: Annotated[
        Path,
        typer.Option(
            "--registration",
            metavar="OUT.xlsx",
            help=say(both("쓸 파일.", "The file to write.")),
        ),
    ],
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar="URL",
            help=say(
                both(
                    "포털의 주소. 목록 URL 칸에 씁니다.",
                    "Where the portal is reached: fills the column with addresses.",
                )
            ),
        ),
    ] = "",
    workspace: Folder = Path(),
) -> None:
    from dataro.cli import cataloguing

    cataloguing.export(workspace, registration, address)


@catalogue_app.command(
    cls=Command,
    help=say(
        both(
            "전국 표준 양식(공공데이터 제공표준)을 보여 줍니다. 파일 점검은 dataro check 파일 --against "
            "template:이름.",
            "Shows the national templates. To hold a file against one: dataro check FILE --against "
            "template:NAME.",
        )
    ),
)
def templates(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help=say(both("양식의 이름.", "The name of a template."))),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from dataro.cli import cataloguing

    cataloguing.show_templates(name, as_json)


@catalogue_app.command(
    cls=Command,
    help=say(
        both(
            "데이터가 바뀌면 알릴 웹 주소(웹훅)를 보이고, 더하고, 지우고, 밀린 알림을 보냅니다. 서명 열쇠는 "
            "환경 변수 DATARO_WEBHOOK_KEY에 둡니다.",
            "Lists, adds and removes addresses that are told when data changes (webhooks), and sends "
            "what waits. The signing key is in the environment variable DATARO_WEBHOOK_KEY.",
        )
    ),
)
def webhooks(
    add: Annotated[
        str | None,
        typer.Option("--add", metavar="URL", help=say(both("더할 주소.", "An address to add."))),
    ] = None,
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of",
            metavar="ID",
            help=say(
                both(
                    "이 데이터가 바뀔 때만 (여러 번 적을 수 있습니다).",
                    "Only when this changes (may be given several times).",
                )
            ),
        ),
    ] = None,
    key_name: Annotated[
        str,
        typer.Option(
            "--key-name",
            metavar="NAME",
            help=say(
                both("서명 열쇠가 든 환경 변수.", "The environment variable with the signing key.")
            ),
        ),
    ] = "DATARO_WEBHOOK_KEY",
    remove: Annotated[
        int | None,
        typer.Option(
            "--remove", metavar="NUMBER", help=say(both("지울 번호.", "The number to remove."))
        ),
    ] = None,
    send: Annotated[
        bool,
        typer.Option(
            "--send", help=say(both("밀린 알림을 지금 보냅니다.", "Sends what waits now."))
        ),
    ] = False,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import cataloguing

    if add is not None:
        cataloguing.add_webhook(workspace, add, of or [], key_name)
    elif remove is not None:
        cataloguing.remove_webhook(workspace, remove)
    elif send:
        cataloguing.send_webhooks(workspace)
    else:
        cataloguing.list_webhooks(workspace, as_json)
