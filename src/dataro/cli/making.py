"""init, twin, build, demo and serve: what they say while the rooms below work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dataro.build import workspace as workspaces
from dataro.build.workspace import Workspace
from dataro.cli.language import say
from dataro.cli.output import console, elapsed, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    from dataro.build.run import Progress as BuildProgress
    from dataro.build.run import StepResult

RESULTS: dict[str, tuple[str, Text]] = {
    "built": ("[green]✓[/]", both("빌드함", "built")),
    "fresh": ("[dim]=[/]", both("그대로", "unchanged")),
    "absent": ("[dim]·[/]", both("원자료 없음", "no raw data")),
    "failed": ("[red]✗[/]", both("실패", "failed")),
    "blocked": ("[red]–[/]", both("앞 단계 실패로 멈춤", "blocked by a failure")),
}
_BAD = ("failed", "blocked")


def init(folder: Path, city: str | None) -> None:
    """Make a workspace and say what to do next."""
    made = workspaces.init(folder, chosen_city(city))
    console().print(
        say(
            both(
                f"작업 폴더를 만들었습니다: {folder}\n"
                f"  선언: {made.datasets.name}/*.yml   분석: {made.analyses.name}/*.py   "
                f"원자료: {made.raw.name}/\n"
                f"다음: cd {folder} → dataro add 파일… → dataro build → dataro serve",
                f"Made the workspace {folder}\n"
                f"  declarations: {made.datasets.name}/*.yml   analyses: {made.analyses.name}/*.py   "
                f"raw files: {made.raw.name}/\n"
                f"Next: cd {folder} → dataro add FILE… → dataro build → dataro serve",
            )
        ),
        markup=False,
    )


def chosen_city(city: str | None) -> str:
    """The city that is meant: the named one, or the only one that is shipped.

    Raises ``Problem`` listing the cities where it is not clear.
    """
    shipped = workspaces.shipped_cities()
    if city is not None:
        return city
    if len(shipped) == 1:
        return shipped[0]
    listed = ", ".join(shipped)
    raise Problem(
        both(
            f"--city로 도시를 골라 주세요. 들어 있는 도시: {listed}.",
            f"Choose a city with --city. Shipped: {listed}.",
        )
    )


def build(folder: Path, only: Sequence[str], force: bool, raw: Path | None, as_json: bool) -> int:
    """Build, telling each step as it ends; 1 where a step failed or a declaration is broken."""
    from dataro.build.registry import load

    workspace = workspaces.find(folder)
    broken = load(workspace).broken
    results = run_build(workspace, only, force, raw, console(error=as_json))
    if as_json:
        print_json(
            {
                "steps": [_step_document(one) for one in results],
                "broken": {str(path): problem.text for path, problem in broken.items()},
            }
        )
    _complain(console(error=True), [one.text for one in broken.values()])
    return 1 if broken or any(one.result in _BAD for one in results) else 0


def run_build(
    workspace: Workspace, only: Sequence[str], force: bool, raw: Path | None, out: Console
) -> list[StepResult]:
    """Build with a bar and a line for each step that did something; then a summary."""
    from dataro.build.run import build as build_workspace

    started = time.monotonic()
    with progress(out) as bar:
        task = bar.add_task(say(both("빌드하는 중", "Building")), total=None)

        def report(step: BuildProgress) -> None:
            if step.result is None:
                bar.update(task, description=step.id, total=step.total)
                return
            bar.update(task, completed=step.done, total=step.total)
            if step.result.result != "fresh":
                bar.console.print(_line(step.result))

        results = build_workspace(workspace, only=only, force=force, raw=raw, report=report)
    counted = Counter[str](one.result for one in results)
    parts = [f"{say(RESULTS[name][1])} {counted[name]}" for name in RESULTS if counted[name]]
    out.print(f"{' · '.join(parts)} — {elapsed(time.monotonic() - started)}")
    return results


def _line(result: StepResult) -> str:
    mark, _ = RESULTS[result.result]
    detail = f"[dim]{escape(say(result.problem or result.reason))}[/]"
    if result.result != "built":
        return f"{mark} [bold]{result.id}[/]  {detail}"
    rows = say(both(f"{result.rows or 0:,}행", f"{result.rows or 0:,} rows"))
    return f"{mark} [bold]{result.id}[/]  {rows}  {elapsed(result.seconds)}  {detail}"


def _step_document(one: StepResult) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "result": one.result,
        "reason": one.reason,
        "problem": one.problem,
        "rows": one.rows,
        "seconds": round(one.seconds, 3),
    }


def _complain(out: Console, texts: Sequence[Text]) -> None:
    for text in texts:
        out.print(f"[red]✗[/] {escape(say(text))}")


@contextmanager
def progress(out: Console) -> Iterator[Progress]:
    """A bar with elapsed time; in a pipe only the lines that are printed beside it."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    )
    with bar:
        yield bar
