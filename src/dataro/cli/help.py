"""Help and usage errors in the reader's language.

Typer's own help is English only, and importing its rich form costs 0.45 CPU seconds (measured with
typer 0.29), more than the whole budget of ``--help``. So the pages are written here, plainly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from dataro.cli.language import say
from dataro.vocabulary.text import Text, both

_SENTENCES: tuple[tuple[str, Text], ...] = (
    (r"No such command '(.+)'\..*", both("“{0}”라는 명령은 없습니다.", "There is no command “{0}”.")),
    (
        r"No such option: ([^ ]+)(?: \(Possible options: (.+)\))?",
        both("“{0}”라는 옵션은 없습니다.", "There is no option “{0}”."),
    ),
    (r"Missing argument '([^']+)'.*", both("{0}이(가) 빠졌습니다.", "{0} is missing.")),
    (r"Missing option '([^']+)'.*", both("옵션 {0}이(가) 빠졌습니다.", "The option {0} is missing.")),
    (r"Missing command\.", both("명령을 적어 주세요.", "Give a command.")),
    (
        r"Got unexpected extra argument\(s\) \((.+)\)",
        both("“{0}”은(는) 여기에 쓸 수 없습니다.", "“{0}” is one argument too many."),
    ),
    (
        r"Option '(.+)' requires an argument\.",
        both("옵션 {0} 뒤에 값이 있어야 합니다.", "The option {0} needs a value."),
    ),
    (
        r"Option '(.+)' does not take a value\.",
        both("옵션 {0}은(는) 값을 받지 않습니다.", "The option {0} takes no value."),
    ),
    (
        r"Invalid value for '(.+?)': (.+)",
        both("{0}의 값이 잘못되었습니다: {1}", "The value of {0} is wrong: {1}"),
    ),
)  # fmt: skip


def usage_sentence(message: str, known: Iterable[str] = ()) -> str:
    """A usage error of the parser as a sentence in the reader's language, with the nearest guess."""
    from dataro.vocabulary.text import resolve_particles

    for pattern, text in _SENTENCES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            given = [one or "" for one in match.groups()]
            sentence = resolve_particles(say(text).format(*given))
            near = get_close_matches(given[0], list(known), 1) if given else []
            guess = say(both(" “{}”을(를) 뜻하셨습니까?", " Did you mean “{}”?"))
            return sentence + (resolve_particles(guess.format(near[0])) if near else "")
    return message


class _Pages:
    """What a page of help looks like; mixed into the group and into each command."""

    def format_usage(self: Any, ctx: typer.Context, formatter: Any) -> None:
        pieces = [_argument(param) for param in _arguments(self)]
        pieces = ([say(both("[옵션]", "[OPTIONS]"))] if _options(self, ctx) else []) + pieces
        if isinstance(self, TyperGroup):
            pieces = [say(both("명령 [옵션] …", "COMMAND [OPTIONS] …"))]
        prefix = say(both("사용법: ", "Usage: "))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix)

    def format_options(self: Any, ctx: typer.Context, formatter: Any) -> None:
        if isinstance(self, TyperGroup):
            rows = [(name, _first(command.help)) for name, command in self.commands.items()]
            with formatter.section(say(both("명령", "Commands"))):
                formatter.write_dl(rows)
        if arguments := [(_argument(param), param.help or "") for param in _arguments(self)]:
            with formatter.section(say(both("인자", "Arguments"))):
                formatter.write_dl(arguments)
        with formatter.section(say(both("옵션", "Options"))):
            formatter.write_dl(_options(self, ctx))


class Command(_Pages, TyperCommand):
    """One command."""


class Group(_Pages, TyperGroup):
    """The program: its commands."""


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    name += "…" if param.nargs != 1 else ""
    return name if param.required else f"[{name}]"


def _options(command: Any, ctx: typer.Context) -> list[tuple[str, str]]:
    rows = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or param.hidden:
            continue
        names = ", ".join([*param.opts, *param.secondary_opts])
        if "--help" in param.opts:
            rows.append((names, say(both("이 도움말을 보여 줍니다.", "Shows this help."))))
        else:
            rows.append((f"{names} {param.metavar}" if param.metavar else names, param.help or ""))
    return rows


def _first(help: str | None) -> str:
    return (help or "").split("\n", 1)[0]
