"""check: a table is diagnosed and told about, without a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.quality.diagnose import diagnose
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from dataro.data.quality.report import Diagnosis, Example, RuleResult

SHOWN_EXAMPLES = 3


def check(file: Path, against: Path | None, assessor: bool, as_json: bool) -> int:
    """Diagnose ``file`` and tell; 1 where something is wrong with it.

    Raises ``Problem`` where a file is missing or cannot be read.
    """
    for one in (file, against):
        if one is not None and not one.is_file():
            raise Problem(
                both(
                    f"파일이 없습니다: {one}. 경로를 확인해 주세요.",
                    f"There is no file {one}. Check the path.",
                )
            )
    found = diagnose(file, against=against, mode="assessor" if assessor else "strict")
    if as_json:
        print_json(found.as_dict())
    else:
        _tell(console(), found)
    return 1 if found.failed else 0


def _tell(out: Console, found: Diagnosis) -> None:
    encoding = f" · {found.encoding}" if found.encoding else ""
    size = both(
        f"{found.rows:,}행 × {len(found.columns)}열", f"{found.rows:,} rows × {len(found.columns)}"
    )
    out.print(f"[bold]{escape(found.file)}[/]  {say(size)}{encoding}")
    verdict = both(
        f"{found.score:.2f}점 · 오류율 {found.error_rate:.2f} % · 잘못된 칸 {found.failed:,}개",
        f"score {found.score:.2f} · error rate {found.error_rate:.2f} % · {found.failed:,} wrong cells",
    )
    out.print(f"[{'red' if found.failed else 'green'}]{say(verdict)}[/]")
    for note in found.notes:
        out.print(f"[dim]{escape(say(note))}[/]")
    out.print()
    out.print(_columns(found))
    out.print()
    out.print(_indicators(found))
    for rule in sorted(found.rules, key=lambda one: -one.failed):
        if rule.failed:
            _tell_rule(out, rule)


def _columns(found: Diagnosis) -> Table:
    made = _table(
        (both("열", "Column"), "left"),
        (both("무엇으로 보았는지", "Taken for"), "left"),
        (both("확신", "Surety"), "right"),
        (both("빈칸", "Blank"), "right"),
        (both("잘못된 칸", "Wrong"), "right"),
    )
    for one in found.columns:
        wrong = f"[red]{one.failed:,}[/]" if one.failed else "0"
        made.add_row(
            escape(one.name), escape(say(one.text)), f"{one.confidence:.0%}", f"{one.blanks:,}", wrong
        )  # fmt: skip
    return made


def _indicators(found: Diagnosis) -> Table:
    made = _table(
        (both("품질 지표", "Indicator"), "left"),
        (both("판정", "Judged"), "right"),
        (both("오류", "Failed"), "right"),
        (both("오류율", "Error rate"), "right"),
    )
    for one in found.indicators:
        made.add_row(
            escape(say(one.text)), f"{one.judged:,}", f"{one.failed:,}", f"{one.error_rate:.2f} %"
        )
    return made


def _table(*headings: tuple[Text, JustifyMethod]) -> Table:
    made = Table(box=None, pad_edge=False)
    for words, justify in headings:
        made.add_column(say(words), justify=justify, overflow="fold")
    return made


def _tell_rule(out: Console, rule: RuleResult) -> None:
    count = say(both(f"{rule.failed:,}건", f"{rule.failed:,} cells"))
    out.print(f"\n[red]✗[/] [bold]{escape(say(rule.text))}[/]  {count}  [dim]{rule.rule}[/]")
    for one in rule.examples[:SHOWN_EXAMPLES]:
        out.print(f"    {escape(_place(one))}")
    out.print(f"    [green]→[/] {escape(say(rule.fix))}")


def _place(one: Example) -> str:
    row = say(both(f"{one.row:,}행", f"row {one.row:,}")) if one.row is not None else ""
    parts: list[Any] = [row, one.column, f"“{one.value}”" if one.value is not None else None]
    shown = " · ".join(part for part in parts if part)
    return f"{shown} → “{one.proposed}”" if one.proposed else shown
