"""add and check: files on their way in, and files that are only looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape

from dataro.build import workspace as workspaces
from dataro.build.intake import Recognised, is_taken, put, recognise
from dataro.build.registry import Registry, load
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


def add(folder: Path, files: Sequence[Path], dataset: str | None, as_json: bool) -> int:
    """Copy each file to where its dataset looks for it; 1 where one was not taken."""
    workspace = workspaces.find(folder)
    registry = load(workspace)
    told = [_added(registry, file, dataset) for file in files]
    if as_json:
        print_json({"files": told})
    else:
        out = console()
        for one in told:
            mark = "[green]✓[/]" if one["path"] else "[red]✗[/]"
            out.print(f"{mark} [bold]{escape(one['file'])}[/]  {escape(say(one['said']))}")
        if any(one["path"] for one in told):
            words = both("다음: dataro build", "Next: dataro build")
            out.print(f"[dim]{say(words)}[/]")
    return 0 if all(one["path"] for one in told) else 1


def _added(registry: Registry, file: Path, dataset: str | None) -> dict[str, Any]:
    """What became of one file: ``path`` is None where it was not taken, ``said`` tells why."""
    try:
        if dataset is None:
            found = recognise(registry, file)
            if not found.datasets:
                return _document(file, (), None, _unknown(found))
            said = _taken(registry, found)
            datasets = found.datasets
            if found.by == "headings" and is_taken(registry, file, datasets[0]):
                return _document(file, (), None, _taken_already(registry, found))
        else:
            datasets, said = (dataset,), both(f"→ {dataset}", f"→ {dataset}")
        target = put(registry, file, datasets[0])
    except Problem as problem:
        return _document(file, (), None, problem.text)
    return _document(file, datasets, target.relative_to(registry.workspace.folder), said)


def _document(
    file: Path, datasets: tuple[str, ...], path: Path | None, said: Text
) -> dict[str, Any]:
    placed = path.as_posix() if path else None
    return {"file": str(file), "datasets": datasets, "path": placed, "said": said}


def _taken(registry: Registry, found: Recognised) -> Text:
    ids = ", ".join(found.datasets)
    title = registry.datasets[found.datasets[0]].title
    by = both("이름으로", "by its name") if found.by == "name" else both("열 제목으로", "by its headings")  # fmt: skip
    return both(
        f"→ {ids} ({title.ko}, {by.ko} 알아봄)", f"→ {ids} ({title.en}, recognised {by.en})"
    )


def _taken_already(registry: Registry, found: Recognised) -> Text:
    id = found.datasets[0]
    pattern = registry.datasets[id].source.files
    return both(
        f"열 제목은 {id} 같지만 그 데이터셋의 파일({pattern})이 이미 있어 넣지 않았습니다. "
        f"새로 받은 파일이어서 바꿔야 한다면 --dataset {id} 옵션을 붙여 주세요.",
        f"Its headings look like {id}, whose file ({pattern}) is there already, so it was not put "
        f"in. If this one replaces it, add --dataset {id}.",
    )


def _unknown(found: Recognised) -> Text:
    headings = ", ".join(found.headings[:8]) + (" …" if len(found.headings) > 8 else "")
    read = both(f" 읽은 열 제목: {headings}.", f" Headings read: {headings}.")
    if not headings:
        read = both("", "")
    near = both("", "")
    if found.near:
        near = both(
            f" 가장 가까운 데이터셋은 {found.near}입니다. 맞으면 --dataset {found.near} 옵션을 붙여 주세요.",
            f" The nearest is {found.near}; if that is right, add --dataset {found.near}.",
        )
    return both(
        f"어느 데이터셋인지 알 수 없어 넣지 않았습니다.{near.ko}{read.ko} "
        "새 데이터셋이라면 datasets/에 선언을 하나 더해 주세요(docs/adding.md).",
        f"Not recognised, so it was not put in.{near.en}{read.en} "
        "If it is a new dataset, declare it in datasets/ (docs/adding.md).",
    )
