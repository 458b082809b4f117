"""Purging rows: out of raw files, every kept version, shelves and caches, by one audited act.

The order is chosen so that a purge that is interrupted can be run again: rows leave the raw files
first, then the dataset is built anew, then what held the old rows is removed. ``resume`` goes on
where an earlier run has taken the rows out already.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from dataro.accounts import audit
from dataro.accounts.permissions import dataset_subject, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.schema import people
from dataro.accounts.use.schema import extracts
from dataro.accounts.use.totals import fetches, series
from dataro.build.context import Context, opened
from dataro.build.feeds import result_table
from dataro.build.plan import needed_by
from dataro.build.registry import Registry
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.cases.purge.certificate import Certificate, keep
from dataro.cases.purge.choose import Chosen, Selection, choose
from dataro.cases.purge.raw_rows import Cut, cut
from dataro.cases.purge.traces import find_traces
from dataro.data.lake.forget import Forgotten, forget_earlier
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

FOLDER = "purges"
"""Certificates lie in this folder of ``state/``."""
_CACHES = ("catalogue.sqlite", "search.sqlite")
_LONGEST_REASON = 500
Told = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a purge would do: ``files`` with the number of rows in each, ``versions`` of the dataset
    that are kept, answers ``built_on`` it, which are made anew."""

    dataset: str
    chosen: Chosen
    versions: int
    built_on: tuple[str, ...]

    @property
    def files(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.chosen.rows.items()}


def plan(context: Context, dataset: str, selection: Selection) -> Plan:
    """What would be purged; nothing is changed. Raises ``Problem``."""
    context.registry.thing(dataset)
    if dataset not in context.registry.datasets:
        raise Problem(
            both(
                f"“{dataset}”은(는) 분석입니다. 개인정보가 든 데이터셋을 적어 주세요.",
                f"“{dataset}” is an analysis. Name the dataset that holds the personal data.",
            )
        )
    chosen = choose(context, dataset, selection)
    kept = len(context.lake.snapshots(dataset))
    return Plan(dataset, chosen, kept, built_on(context.registry, dataset))


def built_on(registry: Registry, dataset: str) -> tuple[str, ...]:
    """Analyses that read the dataset, directly or through others."""
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        found |= {
            id for id in registry.analyses if {dataset, *found} & set(needed_by(registry, id))
        }
    return tuple(id for id in registry.analyses if id in found)


def purge(
    workspace: Workspace, records: Records, person: Person, dataset: str, selection: Selection,
    reason: str, *, whole: bool = False, resume: bool = False, told: Told = lambda _: None,
) -> Certificate:  # fmt: skip
    """Remove rows for good, and certify it.

    Raises ``Problem`` for who may not, a missing reason, or a selection that finds no row.
    """
    if not 5 <= len(reason.strip()) <= _LONGEST_REASON:
        raise Problem(
            both(
                f"지우는 까닭을 {_LONGEST_REASON}자 안으로 적어 주세요. 지우는 값은 적지 마세요.",
                f"Give the reason in at most {_LONGEST_REASON} characters, without the values.",
            )
        )
    with opened(workspace) as context:
        planned = plan(context, dataset, selection)
        subject = dataset_subject(context.registry.datasets[dataset])
        require(person, "dataset.purge", subject, today=records.today())
        _some(planned, resume=resume)
        before = context.state.current(dataset)
        first = context.state.first_made(dataset)
    _begun(records, person, dataset, reason, planned)
    told("raw")
    cuts = [
        cut(planned.chosen.base / name, name, rows, whole=whole)
        for name, rows in planned.chosen.rows.items()
    ]
    told("build")
    _rebuilt(workspace, dataset, planned.built_on)
    told("versions")
    with opened(workspace) as context:
        gone, shelves, scrubbed = _forget(context, dataset, planned.built_on)
        after = context.state.current(dataset)
        title = context.registry.datasets[dataset].title
    told("traces")
    caches, left, looked = _cleared(workspace, planned.chosen.traces)
    named, unnamed = _fetched(records, dataset)
    made = Certificate(
        number=_number(workspace, records), dataset=dataset, title=title.as_dict(),
        reason=reason.strip(), at=records.now(), by=person.name or person.login,
        selection=_digest(selection), rows=planned.chosen.count, first_version=first,
        raw=[asdict(one) for one in cuts], lake=[asdict(one) for one in gone],
        shelves=shelves, caches=caches, scrubbed=scrubbed,
        snapshot_before=before.snapshots.get(dataset) if before else None,
        snapshot_after=after.snapshots.get(dataset) if after else None,
        looked_at=looked, left=left, fetched_by=named, fetched_unnamed=unnamed,
        extracts=_extracts(records, dataset),
    )  # fmt: skip
    keep(made, workspace.state / FOLDER)
    _ended(records, person, made, cuts)
    return made


def certificates(workspace: Workspace) -> list[dict[str, object]]:
    """Every certificate, the newest first, as its JSON has it."""
    folder = workspace.state / FOLDER
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda one: str(one["at"]), reverse=True)


def _some(planned: Plan, *, resume: bool) -> None:
    if planned.chosen.count or resume:
        return
    raise Problem(
        both(
            f"“{planned.dataset}”의 원자료에 그런 행이 없습니다. 앞서 하던 삭제가 끊겼다면 --resume을 붙여 이어서 해 주세요.",
            f"No such row in the raw files of “{planned.dataset}”. If an earlier purge was "
            "interrupted, go on with --resume.",
        )
    )


def _begun(records: Records, person: Person, dataset: str, reason: str, planned: Plan) -> None:
    detail = {"reason": reason.strip(), "rows": planned.chosen.count, "files": list(planned.files)}
    with records.writing() as connection:
        audit.note(connection, records, person, "dataset.purge.begin", f"dataset/{dataset}", detail)


def _ended(records: Records, person: Person, made: Certificate, cuts: Sequence[Cut]) -> None:
    detail = {
        "certificate": made.number, "digest": made.digest(), "rows": made.rows,
        "files": {one.path: one.after for one in cuts}, "left": len(made.left),
    }  # fmt: skip
    with records.writing() as connection:
        subject = f"dataset/{made.dataset}"
        audit.note(connection, records, person, "dataset.purge", subject, detail)


def _rebuilt(workspace: Workspace, dataset: str, answers: Sequence[str]) -> None:
    """The dataset and what is built on it, made anew; a dataset that has no row left is withdrawn."""
    results = {one.id: one for one in build(workspace, only=[dataset, *answers], force=True)}
    if results[dataset].result in ("failed", "absent"):
        with opened(workspace) as context:
            context.state.withdraw(dataset)


_KEPT_BY_TABLE = ("shelves", "tiles")
"""Folders of the state in which each version of a table has files of its own."""


def _forget(
    context: Context, dataset: str, answers: Sequence[str]
) -> tuple[list[Forgotten], list[str], int]:
    """Earlier versions of the tables, their shelves and tiles, and what the state file quotes of them."""
    tables = [dataset]
    for id in answers:
        tables += [result_table(id, name) for name in context.registry.analyses[id].results]
    alive = context.state.current(dataset) is not None
    gone = [
        file
        for table in tables
        for file in forget_earlier(context.lake, table, newest=table == dataset and not alive)
    ]
    shelves = []
    for table in tables:
        for room in _KEPT_BY_TABLE:
            folder = context.workspace.state / room / table
            shelves += sorted(
                path.relative_to(context.workspace.folder).as_posix()
                for path in folder.glob("[!.]*")
            )
            shutil.rmtree(folder, ignore_errors=True)
    return gone, shelves, context.state.scrub(dataset)


def _cleared(
    workspace: Workspace, traces: Sequence[str]
) -> tuple[list[str], list[dict[str, str]], int]:
    """Caches that hold a trace removed; what is left then, and how many files were looked at."""
    own = [workspace.state / FOLDER]
    found, _ = find_traces(workspace.folder, traces, but=_below(own))
    removed = []
    for trace in found:
        path = workspace.folder / trace.path
        if path.parent == workspace.state and path.name.startswith(_CACHES):
            path.unlink(missing_ok=True)
            removed.append(trace.path)
    left, looked = find_traces(workspace.folder, traces, but=_below(own))
    return removed, [asdict(one) for one in left], looked


def _below(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders if folder.is_dir() for path in folder.rglob("*")]


def _fetched(
    records: Records, dataset: str
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Who took the dataset, by name where they were signed in, else by day."""
    named = [
        {"person": one.person, "name": one.name, "login": one.login, "day": one.day.isoformat(),
         "door": one.door, "format": one.format, "times": one.times}
        for one in fetches(records, dataset)
    ]  # fmt: skip
    by_day: dict[str, int] = {}
    for one in named:
        by_day[str(one["day"])] = by_day.get(str(one["day"]), 0) + int(str(one["times"]))
    unnamed = []
    for moment in series(records, dataset, step="day"):
        times = moment.downloads + moment.calls - by_day.get(moment.at, 0)
        if times > 0:
            unnamed.append({"day": moment.at, "times": times})
    return list(named), list(unnamed)


def _extracts(records: Records, dataset: str) -> list[dict[str, object]]:
    query = (
        select(extracts.c.mark, people.c.name, extracts.c.made_at)
        .join_from(extracts, people, people.c.id == extracts.c.person)
        .where(extracts.c.dataset == dataset)
    )
    with records.reading() as connection:
        return [
            {"mark": row[0], "person": row[1], "made_at": row[2]}
            for row in connection.execute(query)
        ]


def _number(workspace: Workspace, records: Records) -> str:
    year = records.today().year
    there = len(list((workspace.state / FOLDER).glob(f"{year}-PRG-*.json")))
    return f"{year}-PRG-{there + 1:05d}"


def _digest(selection: Selection) -> str:
    said = json.dumps([selection.where, selection.value, list(selection.rows)], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
