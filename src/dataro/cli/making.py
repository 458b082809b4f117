"""init, twin, build, demo and serve: what they say while the rooms below work."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
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
    from dataro.twin.write import Manifest

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


def twin(folder: Path, city: str | None, scale: float, seed: int) -> None:
    """Write the synthetic city's files into ``folder``."""
    out = console()
    with as_file(files("dataro") / "cities" / chosen_city(city)) as facts:
        manifest = _write_twin(folder, facts, folder / "truth", scale, seed, out)
    out.print(
        say(
            both(
                f"{folder}에 파일 {len(manifest.digests)}개를 썼습니다. "
                f"무엇이 참인지는 {folder / 'truth'}에 있습니다.",
                f"Wrote {len(manifest.digests)} files to {folder}; "
                f"what is true of them stands in {folder / 'truth'}.",
            )
        ),
        markup=False,
    )


def demo(folder: Path, city: str | None, scale: float, seed: int) -> bool:
    """A workspace with the synthetic city in it, built; False where a step failed."""
    started = time.monotonic()
    out = console()
    workspace = workspaces.init(folder, chosen_city(city))
    out.print(f"[bold]1/2[/] {say(both('합성 도시를 만듭니다', 'Making the synthetic city'))}")
    if not _is_written(workspace, scale, seed):
        _write_twin(workspace.raw, workspace.folder, workspace.folder / "truth", scale, seed, out)
    out.print(f"[bold]2/2[/] {say(both('빌드합니다', 'Building'))}")
    results = run_build(workspace, (), False, None, out)
    from dataro.cli.demo_people import tell_people

    tell_people(workspace, out)
    out.print(
        say(
            both(
                f"준비되었습니다({elapsed(time.monotonic() - started)}). "
                f"모두 합성 자료입니다. 작업 폴더: {folder}",
                f"Ready after {elapsed(time.monotonic() - started)}. "
                f"All of it is synthetic. Workspace: {folder}",
            )
        ),
        markup=False,
    )
    return not any(one.result in _BAD for one in results)


def _is_written(workspace: Workspace, scale: float, seed: int) -> bool:
    """Whether the files of this very synthetic city are there already."""
    from dataro.twin.write import MANIFEST, VERSION

    try:
        manifest = json.loads((workspace.raw / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    wanted = {"version": VERSION, "seed": seed, "scale": scale}
    return all(manifest.get(name) == value for name, value in wanted.items()) and all(
        (workspace.raw / path).is_file() for path in manifest["digests"]
    )


def _write_twin(
    folder: Path, facts: Path, truth: Path, scale: float, seed: int, out: Console
) -> Manifest:
    from dataro.twin.write import write_city

    started = time.monotonic()
    with progress(out) as bar:
        living = bar.add_task(
            say(both("사람들이 달마다 살아갑니다", "Living month by month")), total=None
        )
        writing = bar.add_task(say(both("파일을 씁니다", "Writing files")), total=None)

        def report(stage: str, done: int, total: int) -> None:
            task = living if stage == "live" else writing
            bar.update(task, completed=done, total=total or None)

        manifest = write_city(folder, facts, scale=scale, seed=seed, truth=truth, report=report)
    out.print(
        say(
            both(
                f"   주민 {manifest.people:,}명(축척 {scale:g}, 시드 {seed}), {manifest.until}까지, "
                f"일부러 심은 오류 {manifest.planted:,}건 — {elapsed(time.monotonic() - started)}",
                f"   {manifest.people:,} residents (scale {scale:g}, seed {seed}) up to {manifest.until}, "
                f"{manifest.planted:,} planted errors — {elapsed(time.monotonic() - started)}",
            )
        ),
        markup=False,
    )
    return manifest


def serve(folder: Path, host: str, port: int) -> None:
    """Serve the portal until interrupted, saying what to open."""
    from dataro.portal.serve import serve as serve_portal

    workspace = workspaces.find(folder)
    words = both("브라우저에서 여십시오(끝내려면 Ctrl+C):", "Open in a browser (Ctrl+C ends it):")
    console().print(f"{say(words)} [bold]http://{host}:{port}[/]", soft_wrap=True)
    serve_portal(workspace.folder, host, port)


def serve_test_mode(host: str, port: int) -> None:
    """Serve an empty CKAN site for replaying tests until interrupted; see docs/ckan.md."""
    from dataro.portal.serve import serve_test_mode as serve_empty

    words = both(
        "시험용 빈 CKAN 사이트입니다. 어떤 도시의 자료도 없습니다(끝내려면 Ctrl+C):",
        "An empty CKAN site for tests, with nothing of any city (Ctrl+C ends it):",
    )
    address = f"http://{host}:{port}/api/3/action"
    console().print(f"{say(words)} [bold]{address}[/]", soft_wrap=True)
    serve_empty(host, port)


def build(folder: Path, only: Sequence[str], force: bool, raw: Path | None, as_json: bool) -> int:
    """Build, telling each step as it ends; 1 where a step failed or a declaration is broken."""
    from dataro.build.registry import load

    workspace = workspaces.find(folder)
    broken = load(workspace).broken
    results = run_build(workspace, only, force, raw, console(error=as_json))
    opened = _quarantined(workspace, results, console(error=as_json))
    if as_json:
        print_json(
            {
                "steps": [_step_document(one) for one in results],
                "broken": {str(path): problem.text for path, problem in broken.items()},
                "cases": opened,
            }
        )
    _complain(console(error=True), [one.text for one in broken.values()])
    return 1 if broken or any(one.result in _BAD for one in results) else 0


def _quarantined(workspace: Workspace, results: Sequence[StepResult], out: Console) -> list[str]:
    """Open a case for each delivery that was refused; their numbers.

    Nothing where nothing failed or the workspace has no workflows. A broken workflow is told, and
    does not undo the build.
    """
    if not any(one.result == "failed" for one in results):
        return []
    if not (workspace.folder / "workflows").is_dir():
        return []
    from dataro.cli.casework import quarantine

    try:
        opened = quarantine(workspace, results)
    except Problem as problem:
        _complain(console(error=True), [problem.text])
        return []
    for case in opened:
        due = case.due_on.isoformat() if case.due_on else "–"
        words = both(
            f"담당 {case.department or '없음'}, 기한 {due}",
            f"for {case.department or 'nobody'}, due {due}",
        )
        out.print(f"[yellow]![/] [bold]{case.number}[/]  {escape(case.heading)}  {say(words)}")
    return [case.number for case in opened]


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
        if any(one.result == "built" for one in results):
            bar.update(task, description=say(both("목록 갱신", "Catalogue")))
            _follow(workspace)
    counted = Counter[str](one.result for one in results)
    parts = [f"{say(RESULTS[name][1])} {counted[name]}" for name in RESULTS if counted[name]]
    out.print(f"{' · '.join(parts)} — {elapsed(time.monotonic() - started)}")
    return results


def _follow(workspace: Workspace) -> None:
    """What the catalogue works out of what was built; whoever follows it is told."""
    from dataro.build.context import opened
    from dataro.publish.catalogue.refresh import refresh

    with opened(workspace) as context:
        refresh(context)
        if not ((workspace.state / "records.sqlite").exists() or os.environ.get("DATARO_RECORDS")):
            return  # nobody has registered anything yet
        from dataro.accounts.records import open_records
        from dataro.publish.after_build import after_build

        records = open_records(workspace)
        try:
            after_build(context, records, os.environ)
        finally:
            records.close()


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
