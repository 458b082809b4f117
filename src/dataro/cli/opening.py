"""open: a folder of files looked at, listed, and opened as the list says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from dataro.accounts.people import person_by_login
from dataro.build.registry import load
from dataro.build.workspace import find
from dataro.cases.bulk.declare import RowFault, check_rows
from dataro.cases.bulk.open_all import Opened, open_all, try_all
from dataro.cases.bulk.propose import files_of, propose
from dataro.cases.bulk.rows import DatasetRow
from dataro.cases.bulk.sheet import read_sheet, write_sheet
from dataro.cases.workflows import open_cases
from dataro.cli.keeper import KEEPER
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.standards.store import standard
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

LIST = "개방목록.xlsx"
_STANDINGS = {
    "open": both("개방", "open"),
    "review": both("검토 중", "in review"),
    "failed": both("실패", "failed"),
    "tried": both("점검함", "tried"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the list is to be done."""

    approve: bool = False
    dry_run: bool = False
    login: str | None = None
    as_json: bool = False


def write_list(folder: Path, sheet: Path | None, workspace: Path) -> None:
    """Look at every file and write the list. Raises ``Problem`` where there is none to list."""
    registry = load(find(workspace))
    files = files_of(_existing(folder))
    target = sheet or folder / LIST
    files = [path for path in files if path.resolve() != target.resolve()]
    if not files:
        raise Problem(
            both(
                f"{folder}에 읽을 수 있는 파일이 없습니다(CSV, XLSX, XLS, ODS, JSON, GeoJSON, ZIP).",
                f"{folder} holds no file that can be read (CSV, XLSX, XLS, ODS, JSON, GeoJSON, ZIP).",
            )
        )
    if target.exists():
        raise Problem(
            both(
                f"{target}이(가) 이미 있습니다. 채운 내용을 잃지 않도록 덮어쓰지 않습니다. 다른 이름을 적거나 옮겨 주세요.",
                f"{target} is there already and may be filled in, so it is not overwritten. Move it "
                "or name another.",
            )
        )
    edition = standard(registry.workspace.folder)
    taken, rows, failed = set(registry.datasets), [], []
    out, began = console(), time.perf_counter()
    for number, path in enumerate(files, 1):
        _progress(path.name, number, len(files))
        try:
            rows.append(propose(path, folder, edition, registry.city, taken))
        except Problem as problem:
            failed.append((path, problem.text))
    write_sheet(rows, target)
    seconds = time.perf_counter() - began
    out.print(
        escape(
            say(
                both(
                    f"파일 {len(rows):,}개를 살펴 {target}에 적었습니다({seconds:.0f}초). 노란 칸을 채운 뒤 "
                    f"`dataro open --bulk {folder} --dry-run`으로 점검해 주세요.",
                    f"{len(rows):,} files were looked at and listed in {target} ({seconds:.0f} s). Fill "
                    f"in the yellow cells, then try `dataro open --bulk {folder} --dry-run`.",
                )
            )
        )
    )
    for path, text in failed:
        out.print(escape(f"✗ {path.name}: {say(text)}"))


def open_listed(folder: Path, sheet: Path | None, workspace: Path, wanted: Wanted) -> int:
    """Do what the list says; 1 where something was wrong in it or failed."""
    place = find(workspace)
    rows = read_sheet(_existing(sheet or _existing(folder) / LIST))
    faults = check_rows(rows, folder)
    if faults:
        for text, places in _grouped(faults).items():
            console().print(escape(f"✗ {places}: {say(text)}"))
        told = both(
            f"목록에서 고칠 곳이 {len(faults):,}군데입니다. 아무것도 쓰지 않았습니다.",
            f"{len(faults):,} places of the list must be mended. Nothing was written.",
        )
        console().print(escape(say(told)))
        return 1
    if wanted.dry_run:
        done = try_all(place, load(place).city, rows, folder, _progress)
    else:
        done = _opened(place.folder, rows, folder, wanted)
    if wanted.as_json:
        print_json({"datasets": [_document(one) for one in done]})
    else:
        _tell(done)
    return int(any(one.standing == "failed" for one in done))


def _grouped(faults: Sequence[RowFault]) -> dict[Text, str]:
    """The same thing wrong in many rows is said once, with all the rows."""
    found: dict[Text, dict[str, list[int]]] = {}
    for one in faults:
        found.setdefault(one.text, {}).setdefault(one.tab, []).append(one.line)
    return {
        text: "; ".join(
            say(both(f"‘{tab}’ {_lines(lines)}행", f"{tab}, row {_lines(lines)}"))
            for tab, lines in tabs.items()
        )
        for text, tabs in found.items()
    }


def _lines(lines: Sequence[int]) -> str:
    """``2–7, 9``."""
    parts: list[list[int]] = []
    for line in sorted(lines):
        if parts and line == parts[-1][-1] + 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)


def _opened(
    workspace: Path, rows: Sequence[DatasetRow], folder: Path, wanted: Wanted
) -> list[Opened]:
    records = open_cases(find(workspace))
    try:
        person = person_by_login(records, wanted.login) if wanted.login else KEEPER
        return open_all(
            find(workspace), records, person, rows, folder, _progress, approve=wanted.approve
        )
    finally:
        records.close()


def _existing(path: Path) -> Path:
    if not path.exists():
        raise Problem(
            both(
                f"{path}이(가) 없습니다. 경로를 확인해 주세요.",
                f"There is no {path}. Check the path.",
            )
        )
    return path


def _progress(name: str, done: int, total: int) -> None:
    out = console()
    if out.is_terminal:
        out.print(escape(f"{done}/{total} {name}"), end="\r")


def _tell(done: Sequence[Opened]) -> None:
    out = console()
    table = Table(box=None, pad_edge=False)
    for head in (both("줄", "Row"), both("식별자", "Id"), both("상태", "Standing"),
                 both("행", "Rows"), both("뺀 행", "Set aside"), both("오류율", "Errors"),
                 both("건", "Case")):  # fmt: skip
        table.add_column(escape(say(head)), no_wrap=True)
    for one in done:
        rate = "–" if one.error_rate is None else f"{one.error_rate:.2%}"
        rows = "–" if one.rows is None else f"{one.rows:,}"
        table.add_row(
            str(one.row.line), one.row.id, say(_STANDINGS[one.standing]), rows, f"{one.set_aside:,}",
            rate, one.case or "–",
        )  # fmt: skip
    out.print(table)
    for one in done:
        for reason in _reasons(one):
            out.print(escape(f"  {one.row.id}: {say(reason)}"))
    counts = {name: sum(one.standing == name for one in done) for name in _STANDINGS}
    changed = sum(one.changed for one in done)
    said = " · ".join(f"{say(_STANDINGS[name])} {n:,}" for name, n in counts.items() if n)
    told = both(f"{said} · 이번에 바뀐 것 {changed:,}", f"{said} · changed now {changed:,}")
    out.print(escape(say(told)))


def _reasons(one: Opened) -> list[Text]:
    return [*([one.problem] if one.problem else []), *one.blocked.values()]


def _document(one: Opened) -> dict[str, object]:
    return {
        "row": one.row.line,
        "id": one.row.id,
        "standing": one.standing,
        "rows": one.rows,
        "set_aside": one.set_aside,
        "error_rate": one.error_rate,
        "case": one.case,
        "changed": one.changed,
        "blocked": {name: text.as_dict() for name, text in one.blocked.items()},
        "problem": one.problem.as_dict() if one.problem else None,
    }
