"""What there is to do: every dataset and analysis, fresh, stale (and why), or without data."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

from dataro.build.answers import Inputs, analysis_code, find_inputs
from dataro.build.context import Context
from dataro.build.fingerprint import code_digest, digest
from dataro.build.raw_files import RawFiles, RawFolder, digests, find_raw
from dataro.build.registry import Registry
from dataro.build.state import Publication
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

Condition = Literal["fresh", "stale", "absent"]

DATASET_CODE = (
    "dataro.data.sources.files",
    "dataro.data.standards.standardise",
    "dataro.data.quality.judge",
)


@dataclass(frozen=True)
class Step:
    """One dataset or analysis: its condition, why, and what its fingerprint is made of."""

    id: str
    kind: Literal["dataset", "analysis"]
    condition: Condition
    reason: Text
    parts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    raw: RawFiles | None = None
    inputs: Inputs | None = None

    @property
    def fingerprint(self) -> str:
        return digest(self.parts)


def order(context: Context) -> TopologicalSorter[str]:
    """Steps in the order of what needs what.

    Raises ``Problem`` naming the analyses of a circle.
    """
    registry = context.registry
    needs: dict[str, set[str]] = {id: set() for id in registry.datasets}
    for id in registry.analyses:
        needs[id] = set(needed_by(registry, id))
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise Problem(
            both(
                f"분석들이 서로를 필요로 합니다: {circle}. 한쪽의 입력을 바꿔 주세요.",
                f"These need each other: {circle}. Change the inputs of one of them.",
            )
        ) from error
    return sorter


def needed_by(registry: Registry, id: str) -> list[str]:
    """The datasets and analyses that analysis ``id`` reads from directly."""
    found: list[str] = []
    for one in registry.analyses[id].inputs:
        maker = registry.makers.get(one.table.id)
        found += [maker[0]] if maker else registry.feeds.get(one.table.id, ())
    return found


def plan_dataset(context: Context, id: str, folders: tuple[RawFolder, ...], *, force: bool) -> Step:
    """What there is to do for one dataset."""
    dataset = context.registry.datasets[id]
    raw = find_raw(dataset, folders, RawFolder(context.workspace.folder))
    if raw is None:
        pattern = dataset.source.files or f"`dataro fetch {id}`"
        return Step(
            id,
            "dataset",
            "absent",
            both(f"원자료 없음({pattern})", f"no raw file ({pattern})"),
        )
    table = context.registry.tables.get(dataset.table) if dataset.table else None
    parts = {
        "declaration": digest(dataclasses.asdict(dataset)),
        "table": code_digest([Path(inspect.getfile(table))]) if table else "",
        "code": code_digest(DATASET_CODE),
        "city": digest(context.registry.city.facts()),
        "files": digests(raw, context.state),
        "synthetic": raw.synthetic,
    }
    return _compared(Step(id, "dataset", "stale", both("", ""), parts, raw), context, force)


def plan_analysis(context: Context, analysis: Analysis, *, force: bool) -> Step:
    """What there is to do for one analysis, given what is published now."""
    try:
        inputs = find_inputs(context, analysis)
    except Problem as problem:
        return Step(analysis.id, "analysis", "absent", problem.text)
    parts = {
        "code": analysis_code(analysis),
        "settings": {name: str(one.default) for name, one in analysis.settings.items()},
        "city": digest(context.registry.city.facts()),
        "inputs": {
            name: [[feed.table, feed.snapshot] for feed in feeds]
            for name, feeds in inputs.feeds.items()
        },
    }
    step = Step(analysis.id, "analysis", "stale", both("", ""), parts, inputs=inputs)
    return _compared(step, context, force)


def _compared(step: Step, context: Context, force: bool) -> Step:
    published = context.state.current(step.id)
    if published is None:
        reason = both("처음 만듭니다", "never built")
    elif force:
        reason = both("다시 만들라고 했습니다", "forced")
    elif published.fingerprint != step.fingerprint:
        reason = _difference(step.parts, published)
    else:
        return dataclasses.replace(
            step, condition="fresh", reason=both("바뀐 것이 없습니다", "nothing changed")
        )
    return dataclasses.replace(step, reason=reason)


_PARTS = {
    "declaration": both("선언이 바뀌었습니다", "the declaration changed"),
    "table": both("표의 정의가 바뀌었습니다", "the table's definition changed"),
    "code": both("코드가 바뀌었습니다", "the code changed"),
    "city": both("city.toml이 바뀌었습니다", "city.toml changed"),
    "settings": both("기본 설정이 바뀌었습니다", "the default settings changed"),
    "inputs": both("입력 자료가 바뀌었습니다", "its inputs changed"),
    "synthetic": both("합성/실제 구분이 바뀌었습니다", "it changed between real and synthetic"),
}


def _difference(parts: Mapping[str, Any], published: Publication) -> Text:
    changed = [name for name, value in parts.items() if published.parts.get(name) != value]
    said = [_files(parts["files"], published.parts.get("files", {}))] if "files" in changed else []
    said += [_PARTS[name] for name in changed if name in _PARTS]
    return Text(", ".join(one.ko for one in said), ", ".join(one.en for one in said))


def _files(now: Mapping[str, str], before: Mapping[str, str]) -> Text:
    changed = [path for path in now if before.get(path) != now[path]]
    gone = [path for path in before if path not in now]
    names = ", ".join([*changed, *gone][:3]) + ("…" if len(changed) + len(gone) > 3 else "")
    return both(f"원자료가 바뀌었습니다: {names}", f"raw files changed: {names}")
