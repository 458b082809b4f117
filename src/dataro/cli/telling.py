"""status, show and trace: what is there, what it says, where it comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from dataro.build import workspace as workspaces
from dataro.build.answers import answer as run_answer
from dataro.build.context import Context, opened
from dataro.build.status import Standing
from dataro.build.status import status as workspace_status
from dataro.cli.language import say
from dataro.cli.output import SHOWN_ROWS, cell, console, more_rows, print_frame, print_json
from dataro.publish.document import (
    answer_document,
    column_document,
    receipt_document,
    records,
    verdict_document,
)
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Answer, Fault, Receipt, Verdict
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text as Bilingual
from dataro.vocabulary.text import both

ANSWER_ROWS = 5  # of each result table; --json gives all
SYNTHETIC = both("합성 자료", "synthetic")


STATES = {
    "fresh": ("[green]✓[/]", both("최신", "fresh")),
    "stale": ("[yellow]↻[/]", both("다시 빌드할 것", "stale")),
    "absent": ("[dim]·[/]", both("자료 없음", "no data")),
    "failed": ("[red]✗[/]", both("실패", "failed")),
    "broken": ("[red]✗[/]", both("선언 오류", "broken")),
}


def status(folder: Path, as_json: bool) -> None:
    """What is there, how fresh, and what is stale and why."""
    workspace = workspaces.find(folder)
    with opened(workspace) as context:
        standings = workspace_status(context)
        city = context.registry.city
    if as_json:
        things = [dataclasses.asdict(one) for one in standings]
        print_json({"workspace": str(workspace.folder), "city": city.name, "things": things})
        return
    out = console()
    out.print(f"[bold]{escape(say(city.name))}[/]  [dim]{escape(str(workspace.folder))}[/]")
    for kind, heading in (
        ("file", both("읽지 못한 선언", "Declarations that cannot be read")),
        ("dataset", both("데이터셋", "Datasets")),
        ("analysis", both("분석", "Analyses")),
    ):
        if rows := [one for one in standings if one.kind == kind]:
            out.print()
            out.print(_standings(say(heading), rows))
    synthetic = sum(one.synthetic for one in standings)
    if synthetic:
        words = both(
            f"⚠ {synthetic}개는 합성 자료이거나 합성 자료로 만든 것입니다.",
            f"⚠ {synthetic} are synthetic or made from synthetic data.",
        )
        out.print(f"\n[yellow]{say(words)}[/]")


def _standings(heading: str, rows: Sequence[Standing]) -> Table:
    made = Table(title=heading, title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.add_column(say(both("상태", "State")), no_wrap=True)
    made.add_column(say(both("이름", "Name")), overflow="fold")
    made.add_column(say(both("행", "Rows")), justify="right", no_wrap=True)
    made.add_column(say(both("오류율", "Errors")), justify="right", no_wrap=True)
    made.add_column(say(both("빌드한 날", "Built")), no_wrap=True)
    for one in rows:
        mark, word = STATES[one.state]
        about = [f"{escape(Path(one.id).name)}  [dim]{escape(say(one.title))}[/]"]
        if one.state != "fresh":
            about.append(f"[yellow]{escape(say(one.reason))}[/]")
        if one.overdue:
            about.append(f"[yellow]{say(both('갱신 주기를 넘겼습니다', 'overdue'))}[/]")
        made.add_row(
            f"{mark} {say(word)}",
            "\n".join(about),
            "" if one.rows is None else f"{one.rows:,}",
            "" if one.error_rate is None else f"{one.error_rate:.2%}",
            (one.made_at or "")[:10],
        )
    return made


def show(folder: Path, subject: str, settings: Sequence[str], as_json: bool) -> None:
    """A dataset's first rows or an analysis' answer."""
    given = read_settings(settings)
    with opened(workspaces.find(folder)) as context:
        thing = context.registry.thing(subject)
        if isinstance(thing, Analysis):
            answer = run_answer(context, subject, given)
            if as_json:
                print_json(answer_document(answer))
            else:
                _show_answer(console(), answer)
        elif given:
            raise Problem(
                both(
                    f"{subject}은(는) 데이터셋이라 설정이 없습니다. --set 없이 실행해 주세요.",
                    f"{subject} is a dataset and has no settings. Leave out --set.",
                )
            )
        else:
            _show_dataset(context, thing, as_json)


def read_settings(given: Sequence[str]) -> dict[str, str]:
    """``name=value`` of each ``--set``.

    Raises ``Problem`` where one has no ``=``.
    """
    read = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise Problem(
                both(
                    f"--set {one}: 이름=값으로 적어 주세요.",
                    f"--set {one}: write it as name=value.",
                )
            )
        read[name.strip()] = value.strip()
    return read


def _show_dataset(context: Context, dataset: Dataset, as_json: bool) -> None:
    published = context.state.current(dataset.id)
    if published is None:
        raise Problem(
            both(
                f"{dataset.id}에는 아직 자료가 없습니다. {_source(dataset).ko} 뒤 "
                "dataro build를 실행해 주세요.",
                f"{dataset.id} has no data yet. {_source(dataset).en}, then run dataro build.",
            )
        )
    columns = context.registry.columns[dataset.id]
    with context.lake.session() as session:
        rows = session.read(dataset.id, published.snapshots[dataset.id])
        total = published.receipt.rows or 0
        frame = rows.limit(SHOWN_ROWS).to_polars()
    verdict = published.verdicts[dataset.id]
    if as_json:
        print_json(
            {
                "id": dataset.id,
                "title": dataset.title,
                "description": dataset.description,
                "owner": dataset.owner,
                "licence": dataset.licence,
                "columns": [column_document(one) for one in columns.values()],
                "rows": total,
                "first": records(frame, columns),
                "quality": verdict_document(verdict),
                "receipt": receipt_document(published.receipt),
            }
        )
        return
    out = console()
    _heading(out, say(dataset.title), published.receipt)
    out.print(escape(say(dataset.description)))
    out.print()
    print_frame(out, frame, columns)
    out.print(f"[dim]{more_rows(total)}[/]")
    out.print()
    out.print(_quality(dataset.id, verdict))
    for fault in verdict.faults[:5]:
        out.print(f"  [dim]{escape(f'{place(fault)}{say(fault.text)}')}[/]")
    _home(out, dataset.id)


def _source(dataset: Dataset) -> Bilingual:
    if dataset.source.files is None:
        return both(
            f"오픈 API에서 오는 자료이니 dataro fetch {dataset.id}로 받은",
            f"It comes from an open API: get it with dataro fetch {dataset.id}",
        )
    return both(
        f"원자료({dataset.source.files})를 넣은", f"Put its raw files ({dataset.source.files}) in"
    )


def place(fault: Fault) -> str:
    """Where a fault lies (``인구.csv · 3행 · 개통일: ``), without what its own sentence says."""
    row = "" if fault.row is None else say(both(f"{fault.row:,}행", f"row {fault.row:,}"))
    named = [one for one in (fault.column, fault.value) if one and one not in say(fault.text)]
    parts = [one for one in (fault.file, row, *named) if one]
    return " · ".join(parts) + ": " if parts else ""


def _show_answer(out: Console, answer: Answer) -> None:
    analysis = answer.analysis
    _heading(out, say(analysis.question), answer.receipt)
    for one in answer.findings:
        out.print(f"  • {escape(say(one.text))}")
    for name, table in analysis.results.items():
        frame = answer.tables[name]
        out.print()
        rows = more_rows(frame.height, ANSWER_ROWS)
        out.print(f"[bold]{escape(say(table.title))}[/]  [dim]{rows}[/]")
        print_frame(out, frame, table.columns, most=ANSWER_ROWS)
    sections = (
        (both("설정", "Settings"), [_setting(analysis, n, v) for n, v in answer.settings.items()]),
        (both("그림", "Figures"), [say(figure.title) for figure in answer.figures.values()]),
        (both("방법", "Method"), [say(analysis.method)]),
        (both("한계", "Limits"), [say(one) for one in answer.limits]),
        (both("과거 성적", "Measured skill"), [say(one.text) for one in answer.skill]),
        (both("자료 품질", "Data quality"), [_quality(n, v) for n, v in answer.quality.items()]),
    )
    for heading, lines in sections:
        if lines:
            out.print(f"\n[bold]{say(heading)}[/]")
            for line in lines:
                out.print(f"  {escape(line)}")
    _home(out, analysis.id)


def _heading(out: Console, words: str, receipt: Receipt) -> None:
    mark = f"  [yellow]⚠ {say(SYNTHETIC)}[/]" if receipt.synthetic else ""
    out.print(f"[bold]{escape(words)}[/]{mark}")


def _setting(analysis: Analysis, name: str, value: object) -> str:
    declared = analysis.settings[name]
    return f"{name} = {cell(value)}  ({say(declared.text)})"


def _quality(name: str, verdict: Verdict) -> str:
    kept = f"{verdict.rows_kept:,}/{verdict.rows_read:,}"
    rate = f"{verdict.error_rate:.2%}"
    return say(
        both(
            f"{name}: {kept}행을 받아들임, 오류율 {rate}, 지적 {verdict.fault_count:,}건",
            f"{name}: {kept} rows accepted, error rate {rate}, {verdict.fault_count:,} faults",
        )
    )


def _home(out: Console, id: str) -> None:
    words = say(both("이 숫자가 온 길:", "Where these numbers come from:"))
    out.print(f"\n[dim]{words} dataro trace {id}[/]")


def trace(folder: Path, subject: str, as_json: bool) -> None:
    """The receipt of what is published, down to the digests of raw files."""
    with opened(workspaces.find(folder)) as context:
        context.registry.thing(subject)
        published = context.state.current(subject)
    if published is None:
        raise Problem(
            both(
                f"{subject}은(는) 아직 만들어지지 않았습니다. dataro build를 먼저 실행해 주세요.",
                f"{subject} has not been built yet. Run dataro build first.",
            )
        )
    if as_json:
        print_json(receipt_document(published.receipt))
    else:
        console().print(receipt_tree(published.receipt))


def receipt_tree(receipt: Receipt, into: Tree | None = None) -> Tree:
    """A receipt and those below it as a tree; its leaves are files with size and digest."""
    label = f"[bold]{receipt.of}[/]  {escape(_said(receipt))}"
    if receipt.synthetic:
        label += f"  [yellow]{say(SYNTHETIC)}[/]"
    branch = into.add(label) if into is not None else Tree(label)
    branch.add(
        f"[dim]{say(both('코드', 'code'))} {receipt.code[:16]} · dataro {receipt.version}[/]"
    )
    if receipt.settings:
        settings = ", ".join(f"{name}={value}" for name, value in receipt.settings.items())
        branch.add(f"[dim]{say(both('설정', 'settings'))} {escape(settings)}[/]")
    for file in receipt.files:
        encoding = f" · {file.encoding}" if file.encoding else ""
        leaf = branch.add(f"{escape(file.path)}  [dim]{file.bytes:,} B{encoding}[/]")
        leaf.add(Text(f"sha256 {file.sha256}", style="dim", overflow="fold"))
    for below in receipt.inputs:
        receipt_tree(below, branch)
    for absent in receipt.absent:
        branch.add(f"[dim]{absent}: {say(both('자료 없음', 'no data'))}[/]")
    return branch


def _said(receipt: Receipt) -> str:
    parts = [
        say(both("데이터셋", "dataset") if receipt.kind == "dataset" else both("분석", "analysis"))
    ]
    if receipt.snapshot is not None:
        parts.append(say(both(f"스냅숏 {receipt.snapshot}", f"snapshot {receipt.snapshot}")))
    if receipt.rows is not None:
        parts.append(say(both(f"{receipt.rows:,}행", f"{receipt.rows:,} rows")))
    if receipt.error_rate is not None:
        rate = f"{receipt.error_rate:.2%}"
        parts.append(say(both(f"오류율 {rate}", f"error rate {rate}")))
    return " · ".join([*parts, receipt.made_at])
