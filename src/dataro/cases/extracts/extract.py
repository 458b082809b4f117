"""Extracts for research: made for one person by their permission, marked, and traced back to them."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import select

from dataro.accounts import audit
from dataro.accounts.permissions import dataset_subject, require
from dataro.accounts.person import Grant, Person
from dataro.accounts.records import Records, insert
from dataro.accounts.schema import people
from dataro.accounts.use.schema import extracts
from dataro.build.context import Context
from dataro.cases.extracts.generalise import aggregate, pseudonymous
from dataro.cases.extracts.watermark import Evidence, look, mark
from dataro.data.sources.files import read
from dataro.data.sources.raw import FILE, ROW
from dataro.vocabulary.dataset import Dataset, Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

MOST_ROWS = 200_000
MARK = "extract"
"""The column that shows, in every row, which extract it is of."""
SURE = -6.0
"""A file is somebody's where chance would make it fit so well less than once in a million."""


@dataclass(frozen=True)
class Extract:
    """One extract: a ZIP of the rows as CSV and a note; ``mark`` is its visible number."""

    mark: str
    dataset: str
    level: str
    rows: int
    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Match:
    """An extract that a file may be a copy of. ``named`` says that its number stands in the file."""

    mark: str
    dataset: str
    person: int
    login: str
    name: str
    made_at: str
    evidence: Evidence
    named: bool

    @property
    def sure(self) -> bool:
        """Whether chance cannot explain it."""
        return self.evidence.chance <= SURE


def make_extract(context: Context, records: Records, person: Person, dataset: str) -> Extract:
    """The rows that ``person`` was permitted, at the level of the permission, marked as theirs.

    Raises ``Problem`` without a permission that still holds, or where there are no rows.
    """
    declared = _declared(context, dataset)
    require(person, "dataset.download", dataset_subject(declared), today=records.today())
    grant = _grant(records, person, declared)
    frame = _rows(context, declared)
    key = secrets.token_bytes(32)
    terms = context.registry.columns[dataset]
    decimals: tuple[str, ...] = ()
    if grant.level == "aggregate":
        made = aggregate(frame, declared, terms)
    else:
        made = pseudonymous(frame, declared, terms, key)
        decimals = tuple(n for n, kind in made.schema.items() if kind == pl.Float64)
        made = mark(made, key, decimals)
    made = made.head(MOST_ROWS)
    number = f"{records.today():%Y%m%d}-{secrets.token_hex(4)}"
    shown = made.with_columns(pl.lit(number).alias(MARK))
    content = _packed(shown, declared, person, grant, number)
    detail = {"key": key.hex(), "columns": made.columns, "decimals": list(decimals)}
    with records.writing() as connection:
        insert(
            connection, extracts, mark=number, dataset=dataset, person=person.id,
            reason=grant.reason, level=grant.level, until=grant.until.isoformat(),
            made_at=records.now(), rows=made.height, sha256=hashlib.sha256(content).hexdigest(),
            detail=json.dumps(detail),
        )  # fmt: skip
        told = {"mark": number, "level": grant.level, "rows": made.height, "case": grant.reason}
        audit.note(connection, records, person, "dataset.extract", f"dataset/{dataset}", told)
    return Extract(number, dataset, grant.level, made.height, content, f"{dataset}-{number}.zip")


def trace_extract(records: Records, by: Person | None, path: Path) -> list[Match]:
    """Whose extract a file is a copy of, the likeliest first; only those that fit at all.

    Raises ``Problem`` for a file that cannot be read.
    """
    raw = read(Source(), [path], base=path.parent)
    frame = raw.frame.drop([n for n in (FILE, ROW) if n in raw.frame.columns])
    named = set(frame[MARK].drop_nulls().unique().to_list()) if MARK in frame.columns else set()
    query = select(extracts, people.c.login, people.c.name).join_from(
        extracts, people, people.c.id == extracts.c.person
    )
    with records.reading() as connection:
        rows = connection.execute(query).mappings().all()
    found = []
    for row in rows:
        detail = json.loads(row["detail"])
        evidence = look(frame, bytes.fromhex(detail["key"]), detail["columns"], detail["decimals"])
        if evidence.chance < -1 or row["mark"] in named:
            found.append(
                Match(row["mark"], row["dataset"], row["person"], row["login"], row["name"],
                      row["made_at"], evidence, row["mark"] in named)
            )  # fmt: skip
    found.sort(key=lambda one: (one.evidence.chance, not one.named))
    with records.writing() as connection:
        told = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "matches": [one.mark for one in found if one.sure]}  # fmt: skip
        audit.note(connection, records, by, "extract.trace", "extract", told)
    return found


def extracts_of(records: Records, dataset: str | None = None) -> Sequence[dict[str, object]]:
    """Every extract that was made, newest first, without its key."""
    query = select(
        extracts.c.mark, extracts.c.dataset, people.c.login, people.c.name, extracts.c.level,
        extracts.c.until, extracts.c.made_at, extracts.c.rows, extracts.c.reason,
    ).join_from(extracts, people, people.c.id == extracts.c.person)  # fmt: skip
    if dataset is not None:
        query = query.where(extracts.c.dataset == dataset)
    with records.reading() as connection:
        rows = connection.execute(query.order_by(extracts.c.id.desc())).mappings().all()
    return [dict(row) for row in rows]


def _declared(context: Context, id: str) -> Dataset:
    context.registry.thing(id)
    if id in context.registry.datasets:
        return context.registry.datasets[id]
    raise Problem(both(f"“{id}”은(는) 데이터셋이 아닙니다.", f"“{id}” is no dataset."))


def _grant(records: Records, person: Person, dataset: Dataset) -> Grant:
    today = records.today()
    held = [g for g in person.grants if g.dataset == dataset.id and today <= g.until]
    if not held:
        raise Problem(
            both(
                f"“{dataset.title.ko}”을(를) 연구에 쓰도록 허가받은 기록이 없거나 기한이 지났습니다. 연구용 데이터 이용을 신청해 주세요.",
                f"There is no permission to use “{dataset.title.en}” for research, or it has ended. "
                "Ask for access for research.",
            )
        )
    return max(held, key=lambda one: one.until)


def _rows(context: Context, dataset: Dataset) -> pl.DataFrame:
    current = context.state.current(dataset.id)
    if current is None or dataset.id not in current.snapshots:
        raise Problem(
            both(
                f"“{dataset.title.ko}”에는 아직 자료가 없습니다.",
                f"“{dataset.title.en}” has no rows yet.",
            )
        )
    with context.lake.session() as session:
        frame: pl.DataFrame = session.read(dataset.id, current.snapshots[dataset.id]).to_polars()
    return frame


def _packed(
    frame: pl.DataFrame, dataset: Dataset, person: Person, grant: Grant, number: str
) -> bytes:
    note = _note(dataset, person, grant, number)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{dataset.id}-{number}.csv", b"\xef\xbb\xbf" + frame.write_csv().encode())
        archive.writestr("읽어주세요.txt", f"{note.ko}\r\n\r\n{note.en}\r\n")
    return made.getvalue()


def _note(dataset: Dataset, person: Person, grant: Grant, number: str) -> Text:
    day = grant.until.isoformat()
    return both(
        f"연구용 추출본 {number}: {dataset.title.ko}\n받은 사람: {person.name} · 허가: {grant.reason} · 기한: {day}\n"
        "이 파일에는 받은 사람을 알아볼 수 있는 표시가 들어 있습니다. 재식별하거나 다른 사람에게 주지 말고, "
        "기한이 지나면 지워 주세요.",
        f"Extract for research {number}: {dataset.title.en}\nFor: {person.name} · permission "
        f"{grant.reason} · until {day}\nThis file carries marks that identify its recipient. Do not "
        "re-identify anybody, do not pass it on, and delete it after that day.",
    )
