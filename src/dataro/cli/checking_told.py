"""What a diagnosis says at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dataro.cli.language import say
from dataro.data.quality.report import Diagnosis, Example, RuleResult
from dataro.publish.quality.judged import Declared, Judged
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    from rich.console import JustifyMethod

SHOWN_EXAMPLES = 3
SHOWN_TABLES = 5
"""Of a database so many tables are told about in full: those with most wrong cells."""


def tell(out: Console, judged: Judged) -> None:
    """Score, columns, indicators and faults of each table; of a database a list of tables first."""
    if len(judged.tables) != 1:
        size = both(f"표 {len(judged.tables):,}개", f"{len(judged.tables):,} tables")
        out.print(f"[bold]{escape(judged.name)}[/]  {say(size)}")
        out.print(_verdict(judged))
        out.print(_tables(judged))
    if judged.declared is not None:
        _tell_declared(out, judged.declared)
    worst = sorted(judged.tables, key=lambda one: -one.failed)
    for found in judged.tables if len(worst) <= SHOWN_TABLES else worst[:SHOWN_TABLES]:
        _tell_table(out, found)


def _verdict(found: Diagnosis | Judged) -> str:
    words = both(
        f"{found.score:.2f}점 · 오류율 {found.error_rate:.2f} % · 잘못된 칸 {found.failed:,}개",
        f"score {found.score:.2f} · error rate {found.error_rate:.2f} % · {found.failed:,} wrong cells",
    )
    return f"[{'red' if found.failed else 'green'}]{say(words)}[/]"


def _tell_table(out: Console, found: Diagnosis) -> None:
    encoding = f" · {found.encoding}" if found.encoding else ""
    size = both(
        f"{found.rows:,}행 × {len(found.columns)}열", f"{found.rows:,} rows × {len(found.columns)}"
    )
    out.print(f"\n[bold]{escape(found.file)}[/]  {say(size)}{encoding}")
    out.print(_verdict(found))
    for note in found.notes:
        out.print(f"[dim]{escape(say(note))}[/]")
    out.print()
    out.print(_columns(found))
    out.print()
    out.print(_types(found) if found.types else _indicators(found))
    for rule in sorted(found.rules, key=lambda one: -one.failed):
        if rule.failed:
            _tell_rule(out, rule)


def _tell_declared(out: Console, declared: Declared) -> None:
    verdict = declared.verdict
    words = both(
        f"{verdict.rows_read:,}행 가운데 {verdict.rows_kept:,}행을 실을 수 있습니다.",
        f"of {verdict.rows_read:,} rows {verdict.rows_kept:,} can be taken in.",
    )
    tone = "green" if verdict.passed else "red"
    out.print(
        f"[bold]{escape(say(declared.title))}[/] ({declared.dataset}): [{tone}]{say(words)}[/]"
    )
    for check in verdict.checks:
        if check.failed:
            out.print(f"[red]✗[/] {escape(say(check.text))}  {check.failed:,} / {check.judged:,}")
    for fault in list(verdict.faults)[:SHOWN_EXAMPLES]:
        row = f"{say(both('행', 'row'))} {fault.row:,} · " if fault.row is not None else ""
        out.print(f"    {row}{escape(say(fault.text))}")


def _tables(judged: Judged) -> Table:
    made = _table(
        (both("표", "Table"), "left"),
        (both("행", "Rows"), "right"),
        (both("잘못된 칸", "Wrong"), "right"),
        (both("오류율", "Error rate"), "right"),
    )
    for one in judged.tables:
        wrong = f"[red]{one.failed:,}[/]" if one.failed else "0"
        made.add_row(escape(one.file), f"{one.rows:,}", wrong, f"{one.error_rate:.2f} %")
    return made


def _types(found: Diagnosis) -> Table:
    made = _table(
        (both("유형", "Type"), "left"),
        (both("열", "Columns"), "right"),
        (both("칸", "Cells"), "right"),
        (both("오류", "Failed"), "right"),
        (both("오류율", "Error rate"), "right"),
    )
    for one in found.types:
        made.add_row(
            escape(say(one.kind)), f"{one.columns:,}", f"{one.cells:,}", f"{one.failed:,}",
            f"{one.error_rate:.2f} %",
        )  # fmt: skip
    return made


def _columns(found: Diagnosis) -> Table:
    made = _table(
        (both("열", "Column"), "left"),
        (both("무엇으로 보았는지", "Taken for"), "left"),
        (both("확신", "Surety"), "right"),
        (both("빈칸", "Blank"), "right"),
        (both("잘못된 칸", "Wrong"), "right"),
        (both("제안 표준용어", "Standard term"), "left"),
    )
    for one in found.columns:
        wrong = f"[red]{one.failed:,}[/]" if one.failed else "0"
        made.add_row(
            escape(one.name), escape(say(one.text)), f"{one.confidence:.0%}", f"{one.blanks:,}", wrong,
            escape(" ".join(part for part in (one.term, one.domain) if part)),
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
