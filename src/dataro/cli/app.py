"""The commands: what each is called, takes and does. Each loads its room only when it runs."""

from __future__ import annotations

import faulthandler
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from dataro import __version__
from dataro.cli.cases_command import ABOUT_CASES, cases
from dataro.cli.catalogue_commands import catalogue_app
from dataro.cli.daily_command import ABOUT_DAILY, daily
from dataro.cli.extract_commands import extract_app
from dataro.cli.fetch_command import ABOUT_FETCH, fetch
from dataro.cli.help import Command, Group, usage_sentence
from dataro.cli.language import say
from dataro.cli.open_command import ABOUT_OPEN, open_datasets
from dataro.cli.options import AsJson, Folder, Schema, WriteHtml, WriteXlsx
from dataro.cli.people_command import ABOUT_PEOPLE, people
from dataro.cli.plan_command import ABOUT_PLAN, plan
from dataro.cli.purge_command import ABOUT_PURGE, purge
from dataro.cli.standards_commands import standards_app
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

EPILOG = both(
    "처음이라면: dataro demo. 이미 있는 파일로 시작하려면: dataro init 폴더 → dataro add 파일 → "
    "dataro build → dataro serve. 언어는 DATARO_LANG=ko 또는 en으로 고릅니다. "
    "종료 코드: 0 정상, 1 문제 있음, 2 명령을 잘못 입력함.",
    "New here: dataro demo. With files of your own: dataro init DIR → dataro add FILE → "
    "dataro build → dataro serve. DATARO_LANG=ko or en chooses the language. "
    "Exit codes: 0 fine, 1 a problem, 2 a mistyped command.",
)

DEMO_SCALE = 1.0  # as many people as the city has: numbers one can believe

app = typer.Typer(
    cls=Group,
    name="dataro",
    help=say(
        both(
            "데이터로: 도시가 데이터로 행정을 펴는 데 쓰는 소프트웨어.",
            "Dataro: the software a city runs to govern by data.",
        )
    ),
    epilog=say(EPILOG),
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Options that several commands share

City = Annotated[
    str | None,
    typer.Option(
        "--city",
        metavar="ID",
        help=say(
            both(
                "어느 도시의 선언을 쓸지 (하나뿐이면 적지 않아도 됩니다).",
                "Whose declarations to use (needless where only one city is shipped).",
            )
        ),
    ),
]
Host = Annotated[
    str,
    typer.Option(
        "--host", metavar="ADDR", help=say(both("접속을 받을 주소.", "Address to listen on."))
    ),
]
Port = Annotated[
    int,
    typer.Option("--port", metavar="N", help=say(both("접속을 받을 포트.", "Port to listen on."))),
]
TestMode = Annotated[
    bool,
    typer.Option(
        "--test-mode",
        help=say(
            both(
                "작업 폴더 대신, 시험용 빈 CKAN 사이트를 이 컴퓨터에서만 엽니다.",
                "Serves an empty CKAN site for tests instead, on this machine only.",
            )
        ),
    ),
]
Scale = Annotated[
    float,
    typer.Option(
        "--scale",
        metavar="X",
        help=say(
            both(
                "실제 인구의 몇 배로 만들지 (1이 실제 크기).",
                "Share of the real number of people (1 is full size).",
            )
        ),
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        metavar="N",
        help=say(
            both(
                "난수 시드. 시드가 같으면 같은 도시가 만들어집니다.",
                "Random seed: the same one makes the same city.",
            )
        ),
    ),
]
Subject = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help=say(both("데이터셋이나 분석의 이름.", "A dataset's or an analysis's id.")),
    ),
]


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help=say(both("버전을 출력합니다.", "Prints the version."))),
    ] = False,
) -> None:
    """Shows the help where no command is given."""
    if version:
        typer.echo(f"dataro {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(
    cls=Command,
    help=say(
        both(
            "합성 도시를 만들고 빌드해서 화면으로 보여 줍니다.",
            "Makes the synthetic city, builds it and shows it.",
        )
    ),
)
def demo(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=say(both("만들 폴더.", "The folder to make."))),
    ] = Path("demo"),
    city: City = None,
    scale: Scale = DEMO_SCALE,
    seed: Seed = 0,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve/--no-serve",
            help=say(both("빌드한 뒤 화면을 띄울지.", "Whether to serve the portal afterwards.")),
        ),
    ] = True,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    from dataro.cli import making

    well = making.demo(folder, city, scale, seed)
    if serve:
        making.serve(folder, host, port)
    raise typer.Exit(0 if well else 1)


@app.command(
    cls=Command,
    help=say(
        both(
            "폴더를 한 도시의 작업 폴더로 만듭니다. 선언을 복사해 두어 고쳐 쓸 수 있습니다.",
            "Makes a folder the workspace of a city: copies its declarations, to be edited.",
        )
    ),
)
def init(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=say(both("만들 폴더.", "The folder to make."))),
    ],
    city: City = None,
) -> None:
    from dataro.cli import making

    making.init(folder, city)


@app.command(
    cls=Command,
    help=say(
        both(
            "원자료 파일을 작업 폴더에 넣고, 각각 어느 데이터셋인지 알려 줍니다.",
            "Puts raw files into the workspace and says which dataset each is.",
        )
    ),
)
def add(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help=say(both("넣을 파일.", "The files to put in."))),
    ],
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset",
            metavar="ID",
            help=say(
                both(
                    "알아보지 못할 때 어느 데이터셋인지 직접 적습니다.",
                    "Says which dataset it is, where that is not recognised.",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import intake

    raise typer.Exit(intake.add(workspace, files, dataset, as_json))


@app.command(
    cls=Command,
    help=say(
        both(
            "바뀐 것만 다시 빌드합니다: 원자료 → 표준 → 품질 → 저장소 → 답.",
            "Builds what changed: raw files → standard → quality → lake → answers.",
        )
    ),
)
def build(
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="ID",
            help=say(
                both(
                    "이것과 이것에 필요한 것만 (여러 번 적을 수 있습니다).",
                    "Only this and what it needs (may be given several times).",
                )
            ),
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=say(both("바뀌지 않았어도 다시 빌드합니다.", "Even what has not changed.")),
        ),
    ] = False,
    raw: Annotated[
        Path | None,
        typer.Option(
            "--raw",
            metavar="DIR",
            help=say(
                both(
                    "원자료 파일이 있는 폴더 (적지 않으면 작업 폴더의 raw).",
                    "Where the raw files are (if not given, raw in the workspace).",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import making

    raise typer.Exit(making.build(workspace, only or [], force, raw, as_json))


@app.command(
    cls=Command,
    help=say(
        both(
            "무엇이 있고, 언제 것이며, 무엇을 왜 다시 빌드해야 하는지 보여 줍니다.",
            "Shows what is there, how fresh it is, and what is stale and why.",
        )
    ),
)
def status(workspace: Folder = Path(), as_json: AsJson = False) -> None:
    from dataro.cli import telling

    telling.status(workspace, as_json)


@app.command(
    cls=Command,
    help=say(
        both(
            "작업 폴더 없이 아무 파일이나 데이터베이스를 점검하고 잘못된 곳을 알려 줍니다.",
            "Judges any file or database, without a workspace, and lists its faults.",
        )
    ),
)
def check(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help=say(
                both(
                    "점검할 파일, 또는 데이터베이스 주소(postgresql://사용자@서버/이름; 비밀번호는 환경 "
                    "변수 DATARO_DATABASE_PASSWORD).",
                    "The file to judge, or the address of a database (postgresql://user@server/name; "
                    "the password in the environment variable DATARO_DATABASE_PASSWORD).",
                )
            ),
        ),
    ],
    html: WriteHtml = None,
    xlsx: WriteXlsx = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors",
            metavar="OUT",
            help=say(both("오류를 빠짐없이 CSV로 씁니다.", "Writes every error as CSV.")),
        ),
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option(
            "--fix",
            metavar="OUT",
            help=say(
                both(
                    "고친 사본(.csv, .xlsx)과 변경 기록을 씁니다. 원본은 건드리지 않습니다.",
                    "Writes a mended copy (.csv, .xlsx) and a log of its changes. The original is "
                    "never touched.",
                )
            ),
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="FILE|ID",
            help=say(
                both(
                    "지난번 파일이면 무엇이 달라졌는지 보고, 작업 폴더의 데이터셋이면 그 선언대로도 봅니다. "
                    "template:parking처럼 적으면 전국 표준 양식에 맞추어 봅니다.",
                    "The last delivery, to see what drifted since; or a dataset of the workspace, "
                    "to judge by its declaration too; template:parking holds it against a national "
                    "template.",
                )
            ),
        ),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help=say(
                both(
                    "데이터베이스에서 이 표만 (여러 번 적을 수 있습니다).",
                    "Of a database only this table (may be given several times).",
                )
            ),
        ),
    ] = None,
    schema: Schema = None,
    assessor: Annotated[
        bool,
        typer.Option(
            "--assessor",
            help=say(
                both(
                    "공공데이터 품질진단 도구의 기준으로만 판정합니다.",
                    "Judges only by the rules of the national assessment tool.",
                )
            ),
        ),
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            metavar="RULES.yml",
            help=say(
                both(
                    "이 규칙만으로 판정합니다. 아주 큰 파일도 한 번 훑어 봅니다(docs/quality.md).",
                    "Judges by these rules alone, a file of any size in one pass (docs/quality.md).",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import checking

    wanted = checking.Wanted(html, xlsx, errors, fix, as_json)
    raise typer.Exit(
        checking.check(source, against, assessor, schema, table or [], workspace, wanted, rules)
    )


app.add_typer(standards_app)
app.add_typer(extract_app)
app.add_typer(catalogue_app)
app.command(cls=Command, help=say(ABOUT_CASES))(cases)
app.command(cls=Command, help=say(ABOUT_PEOPLE))(people)
app.command(cls=Command, help=say(ABOUT_FETCH))(fetch)
app.command("open", cls=Command, help=say(ABOUT_OPEN))(open_datasets)
app.command(cls=Command, help=say(ABOUT_PURGE))(purge)
app.command(cls=Command, help=say(ABOUT_PLAN))(plan)
app.command(cls=Command, help=say(ABOUT_DAILY))(daily)


@app.command(
    cls=Command,
    help=say(
        both(
            "품질관리 수준평가를 지금 아는 것으로 셈해 봅니다.",
            "Scores the quality management assessment by what is known now.",
        )
    ),
)
def assess(
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YYYY",
            help=say(both("어느 해의 지표로 볼지.", "By the indicators of which year.")),
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="ID=SHARE",
            help=say(
                both(
                    "지표가 이 비율이라면 (예: error_rate=0.001, 여러 번 적을 수 있습니다).",
                    "Supposes an indicator at this share (such as error_rate=0.001; may be given "
                    "several times).",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import assessing

    assessing.assess(workspace, year, what_if or [], as_json)


@app.command(
    cls=Command,
    help=say(
        both(
            "데이터셋의 앞 행이나 분석의 답을 보여 줍니다.",
            "Shows the first rows of a dataset or the answer of an analysis.",
        )
    ),
)
def show(
    subject: Subject,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help=say(
                both(
                    "분석의 설정 (여러 번 적을 수 있습니다).",
                    "A setting of the analysis (may be given several times).",
                )
            ),
        ),
    ] = None,
    workspace: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    from dataro.cli import telling

    telling.show(workspace, subject, settings or [], as_json)


@app.command(
    cls=Command,
    help=say(
        both(
            "답이나 데이터셋의 출처를 원자료 파일의 지문(SHA-256)까지 거슬러 보여 줍니다.",
            "Follows an answer or a dataset home, down to the digests of its raw files.",
        )
    ),
)
def trace(subject: Subject, workspace: Folder = Path(), as_json: AsJson = False) -> None:
    from dataro.cli import telling

    telling.trace(workspace, subject, as_json)


@app.command(
    cls=Command,
    help=say(both("작업 폴더를 화면(포털)으로 보여 줍니다.", "Serves the workspace as a portal.")),
)
def serve(
    workspace: Folder = Path(),
    host: Host = "127.0.0.1",
    port: Port = 8000,
    test_mode: TestMode = False,
) -> None:
    from dataro.cli import making

    if test_mode:
        making.serve_test_mode(host, port)
    else:
        making.serve(workspace, host, port)


@app.command(
    cls=Command,
    help=say(
        both(
            "합성 도시의 파일을 씁니다. 부서에서 보내는 모습 그대로, 미리 아는 오류까지 담습니다.",
            "Writes the synthetic city's files, as departments send them, known errors included.",
        )
    ),
)
def twin(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=say(both("만들 폴더.", "The folder to make."))),
    ],
    city: City = None,
    scale: Scale = 1.0,
    seed: Seed = 0,
) -> None:
    from dataro.cli import making

    making.twin(folder, city, scale, seed)


def main(arguments: list[str] | None = None) -> None:
    """Run one command line and end the process: 0 fine, 1 a problem, 2 a mistyped command.

    What is expected to go wrong is a sentence on standard error; a defect of ours keeps its
    traceback.
    """
    with suppress(OSError):  # a standard error that is no file has nowhere to write it
        faulthandler.enable()  # a crash inside a library says in which of our functions it happened
    # Small matrices, many of them: threads of BLAS only wait for each other, three times over.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console of another code page lacks “✓”
    code = 0
    try:
        code = app(arguments, standalone_mode=False, prog_name="dataro") or 0
    except Problem as problem:
        _complain(say(problem.text))
        code = 1
    except typer.TyperException as error:
        _complain(usage_sentence(error.format_message(), _words(error)))
        code = error.exit_code
    except BrokenPipeError:  # the reader has seen enough: dataro show … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    sys.exit(code)


def _words(error: typer.TyperException) -> list[str]:
    """What could have been meant where the error happened: commands, or a command's options."""
    context = getattr(error, "ctx", None)
    if context is None:
        return []
    options = [option for param in context.command.get_params(context) for option in param.opts]
    return [*getattr(context.command, "commands", {}), *options]


def _complain(sentence: str) -> None:
    print(f"dataro: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    main()
