"""The build: what changed is made again, side by side, each step failing alone."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from dataro.build.context import Context, opened
from dataro.build.plan import Step, needed_by, order, plan_analysis, plan_dataset
from dataro.build.raw_files import RawFolder
from dataro.build.state import Outcome, Publication
from dataro.build.times import now
from dataro.build.workspace import Workspace
from dataro.vocabulary.problem import Problem, TooLittleData
from dataro.vocabulary.text import Text, both

Result = Literal["built", "fresh", "absent", "failed", "blocked"]


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step ended.

    ``built`` anew, ``fresh`` (nothing to do), ``absent`` (no data for it), ``failed``, or
    ``blocked`` by a failure before it and never built; ``problem`` says why where it did not end
    well. After a failure the last good version stays published.
    """

    id: str
    kind: str
    result: Result
    reason: Text
    seconds: float
    rows: int | None = None
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a build reports as it goes: a step that started (``result`` None) or ended."""

    id: str
    result: StepResult | None
    done: int
    total: int


Report = Callable[[Progress], None]


def build(
    workspace: Workspace,
    *,
    only: Iterable[str] = (),
    force: bool = False,
    raw: Path | None = None,
    report: Report | None = None,
    wait_seconds: float = 600,
) -> list[StepResult]:
    """Bring ``workspace`` up to date and say how each step ended.

    ``only`` limits the build to these things and what they need; ``raw`` names an outside folder
    of raw files, remembered for later builds. Another build of the same workspace is waited for.
    """
    with opened(workspace) as context:
        if raw is not None:
            context.use_raw(raw)
        wanted = _wanted(context, tuple(only))
        lock = FileLock(workspace.state / "build.lock")
        try:
            with lock.acquire(timeout=wait_seconds):
                return _Build(context, wanted, force, report).run()
        except Timeout as error:
            raise Problem(
                both(
                    f"다른 빌드가 {wait_seconds:.0f}초 넘게 진행 중입니다. 끝난 뒤에 다시 실행해 주세요.",
                    f"Another build has been running for over {wait_seconds:.0f} s. Try again later.",
                )
            ) from error


def _wanted(context: Context, only: tuple[str, ...]) -> set[str] | None:
    """The named things and everything they need; None for all."""
    if not only:
        return None
    registry = context.registry
    wanted: set[str] = set()
    waiting = [registry.thing(id).id for id in only]
    while waiting:
        id = waiting.pop()
        if id in wanted:
            continue
        wanted.add(id)
        if id in registry.analyses:
            waiting += needed_by(registry, id)
    return wanted


class _Build:
    """One run: the graph is walked with as many hands as there are cores."""

    def __init__(
        self, context: Context, wanted: set[str] | None, force: bool, report: Report | None
    ) -> None:
        self.context = context
        self.wanted = wanted
        self.force = force
        self.report = report or (lambda progress: None)
        self.folders: tuple[RawFolder, ...] = context.raw_folders()
        self.results: list[StepResult] = []
        self.failed: set[str] = set()
        self._one_analysis = threading.Lock()
        everything = {*context.registry.datasets, *context.registry.analyses}
        self.total = len(everything if wanted is None else wanted & everything)

    def run(self) -> list[StepResult]:
        sorter = order(self.context)
        running: dict[Future[StepResult], str] = {}
        with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as hands:
            while sorter.is_active():
                for id in sorter.get_ready():
                    if self.wanted is None or id in self.wanted:
                        running[hands.submit(self._step, id)] = id
                    else:
                        sorter.done(id)
                if not running:
                    continue
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    id = running.pop(future)
                    result = future.result()
                    self.results.append(result)
                    if result.result in ("failed", "blocked"):
                        self.failed.add(id)
                    self.report(Progress(id, result, len(self.results), self.total))
                    sorter.done(id)
        self._forget_undeclared()
        return self.results

    def _step(self, id: str) -> StepResult:
        started, began = now(), time.perf_counter()
        self.report(Progress(id, None, len(self.results), self.total))
        kind = "dataset" if id in self.context.registry.datasets else "analysis"
        try:
            step = self._plan(id)
            result = self._do(step)
        except TooLittleData as problem:
            self.context.state.withdraw(id)
            result = StepResult(id, kind, "absent", problem.text, 0.0)
        except Problem as problem:
            result = StepResult(
                id, kind, "failed", both("실패", "failed"), 0.0, problem=problem.text
            )
        except Exception as error:  # whatever a reader or a library raised: this step alone fails
            text = both(
                f"{id}: 처리하지 못했습니다({type(error).__name__}: {error}).",
                f"{id}: could not be processed ({type(error).__name__}: {error}).",
            )
            result = StepResult(id, kind, "failed", both("실패", "failed"), 0.0, problem=text)
        seconds = time.perf_counter() - began
        result = dataclasses.replace(result, seconds=seconds)
        self.context.state.record(
            Outcome(id, result.result, result.reason.ko, _said(result), seconds, started)
        )
        return result

    def _plan(self, id: str) -> Step:
        registry = self.context.registry
        if id in registry.datasets:
            return plan_dataset(self.context, id, self.folders, force=self.force)
        return plan_analysis(self.context, registry.analyses[id], force=self.force)

    def _do(self, step: Step) -> StepResult:
        if step.condition == "absent":
            blocked = self._is_blocked(step)
            if not blocked:
                self.context.state.withdraw(step.id)
            return StepResult(
                step.id,
                step.kind,
                "blocked" if blocked else "absent",
                step.reason,
                0.0,
                problem=step.reason if blocked else None,
            )
        if step.condition == "fresh":
            return StepResult(step.id, step.kind, "fresh", step.reason, 0.0)
        published = self._publication(step)
        self.context.state.publish(published)
        return StepResult(
            step.id, step.kind, "built", step.reason, 0.0, rows=published.receipt.rows
        )

    def _is_blocked(self, step: Step) -> bool:
        """Whether data is missing because of a mistake, not because there is none: then what was
        published stays. A declaration that cannot be read may be one that the step needs."""
        if step.kind == "dataset":
            return False
        return bool(self.context.registry.broken) or not self.failed.isdisjoint(
            needed_by(self.context.registry, step.id)
        )

    def _publication(self, step: Step) -> Publication:
        # The readers and the rule engine are loaded only where there is something to build.
        from dataro.build.steps import build_analysis, build_dataset

        if step.kind == "dataset":
            return build_dataset(self.context, step)
        # One analysis at a time: solvers and kernels below them are not all safe beside each other
        # in one process (a build ended with a segmentation fault). Datasets go on meanwhile.
        with self._one_analysis:
            return build_analysis(self.context, step, self.context.registry.analyses[step.id])

    def _forget_undeclared(self) -> None:
        """What is no longer declared is no longer published."""
        if self.wanted is not None or self.context.registry.broken:
            return
        registry = self.context.registry
        for id in self.context.state.published():
            if id not in registry.datasets and id not in registry.analyses:
                self.context.state.withdraw(id)


def _said(result: StepResult) -> Text | None:
    """What there is to say of a step that gave nothing, in both languages."""
    return result.reason if result.result == "absent" else result.problem
