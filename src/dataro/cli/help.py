"""Help and usage errors in the reader's language.

Typer's own help is English only, and importing its rich form costs 0.45 CPU seconds (measured with
typer 0.29), more than the whole budget of ``--help``. So the pages are written here, plainly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from dataro.cli.language import say
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.text import Text, both, resolve_particles

_SENTENCES: tuple[tuple[str, Text], ...] = (
    (
        r"No such command '(.+)'\..*",
        both("“{0}” 명령은 없습니다.", "There is no command “{0}”."),
    ),
    (r"No such option: (\S+).*", both("“{0}” 옵션은 없습니다.", "There is no option “{0}”.")),
    (r"Missing argument '([^']+)'.*", both("빠진 것이 있습니다: {0}.", "{0} is missing.")),
    (r"Missing option '([^']+)'.*", both("빠진 옵션이 있습니다: {0}.", "Option {0} is missing.")),
    (r"Missing command\.", both("명령을 적어 주세요.", "Give a command.")),
    (
        r"Got unexpected extra argument\(s\) \((.+)\)",
        both("“{0}”은(는) 여기에 쓸 수 없습니다.", "“{0}” is one argument too many."),
    ),
    (
        r"Option '(.+)' requires an argument\.",
        both("옵션 {0} 뒤에 값이 있어야 합니다.", "Option {0} needs a value."),
    ),
    (
        r"Option '(.+)' does not take a value\.",
        both("옵션 {0}은(는) 값을 받지 않습니다.", "Option {0} takes no value."),
    ),
    (
        r"Invalid value for '(.+?)': .*valid integer.*",
        both("{0}에는 정수를 적어 주세요.", "{0} takes a whole number."),
    ),
    (
        r"Invalid value for '(.+?)': .*valid number.*",
        both("{0}에는 수를 적어 주세요.", "{0} takes a number."),
    ),
)


def usage_sentence(message: str, known: Iterable[str] = ()) -> str:
    """A usage error of the parser as a sentence in the reader's language, with the nearest guess.

    ``known`` are the words that could have been meant. A message that is not in the list above
    stays as the parser wrote it.
    """
    for pattern, text in _SENTENCES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            sentence = say(text).format(*match.groups())
            wrong = match.lastindex and match[1] not in (known := set(known))
            guess = say(did_you_mean(match[1], known)) if wrong else ""
            return resolve_particles(sentence + guess)
    return message


class Command(TyperCommand):
    """One command, with a page of help in the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = [_argument(param) for param in _arguments(self)]
        pieces.insert(0, say(both("[옵션]", "[OPTIONS]")))
        formatter.write_usage(ctx.command_path, " ".join(pieces), say(_USAGE))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        if arguments := [(_argument(one), _about(one)) for one in _arguments(self)]:
            with formatter.section(say(both("인자", "Arguments"))):
                formatter.write_dl(arguments)
        with formatter.section(say(_OPTIONS)):
            formatter.write_dl(_options(self, ctx))


class Group(TyperGroup):
    """The program: a page that lists its commands."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = say(both("명령 [옵션] …", "COMMAND [OPTIONS] …"))
        formatter.write_usage(ctx.command_path, pieces, say(_USAGE))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        rows = [(name, command.help or "") for name, command in self.commands.items()]
        with formatter.section(say(both("명령", "Commands"))):
            formatter.write_dl(rows)
        with formatter.section(say(_OPTIONS)):
            formatter.write_dl(_options(self, ctx))


_USAGE = both("사용법: ", "Usage: ")
_OPTIONS = both("옵션", "Options")


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    name += "…" if param.nargs != 1 else ""
    return name if param.required else f"[{name}]"


def _options(command: Any, ctx: Any) -> list[tuple[str, str]]:
    rows = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or param.hidden:
            continue
        names = ", ".join([*param.opts, *param.secondary_opts])
        if "--help" in param.opts:
            rows.append((names, say(both("이 도움말을 보여 줍니다.", "Shows this help."))))
        else:
            rows.append((f"{names} {param.metavar}" if param.metavar else names, _about(param)))
    return rows


def _about(param: Any) -> str:
    help = param.help or ""
    shown = "" if isinstance(param.default, bool | list) else str(param.default or "")
    if shown not in ("", "."):
        help += say(both(f" 기본값은 {shown}입니다.", f" Default: {shown}."))
    return help
