"""Corrections that cases led to: proposals for a dataset's YAML, which a person decides on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml
from sqlalchemy import Connection, RowMapping, select

from dataro.accounts import audit
from dataro.accounts.permissions import Subject, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases.case import Case
from dataro.cases.schema import cases, proposals
from dataro.vocabulary.dataset import Correction
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction of one cell, and the case it comes from; ``accepted`` is None until decided."""

    id: int
    case: str
    dataset: str
    key: Mapping[str, str]
    column: str
    old: str | None
    new: str
    reason: Text
    accepted: bool | None

    @property
    def correction(self) -> Correction:
        """As a dataset declares it: the row by its key, and only while the cell is still wrong.

        Conditions are over the text of the file, which may write a number with separators: both
        ways are looked for. A day may stand there in another style than the reader saw; whoever
        decides checks that.
        """
        cells = dict(self.key) if self.old is None else {**self.key, self.column: self.old}
        where = " AND ".join(
            f"{_name(one)} IN ({', '.join(_literal(way) for way in _ways(value))})"
            for one, value in cells.items()
        )
        return Correction(where=where, reason=self.reason, set={self.column: self.new})

    @property
    def declaration(self) -> str:
        """The lines to put under ``corrections:`` in the dataset's YAML file."""
        one = self.correction
        entry = {"where": one.where, "set": dict(one.set), "reason": one.reason.as_dict()}
        return yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100)


def propose(connection: Connection, records: Records, case: Case, value: str, reason: str) -> None:
    """Keep the correction of the cell that ``case`` reports: its column becomes ``value``."""
    why = reason or str(case.form.get("reason", case.heading))
    connection.execute(
        proposals.insert().values(
            case_id=case.id,
            dataset=case.dataset,
            row_key=json.dumps(case.form["key"], ensure_ascii=False),
            column_name=case.form["column"],
            old_value=case.form.get("value"),
            new_value=value,
            reason_ko=f"{why} ({case.number})",
            reason_en=f"{why} ({case.number})",
            made_at=records.now(),
        )
    )


def proposals_for(
    records: Records, dataset: str | None = None, *, undecided: bool = True
) -> list[Proposal]:
    """Proposed corrections, of one dataset where it is given, oldest first."""
    query = (
        select(proposals, cases.c.number)
        .join(cases, cases.c.id == proposals.c.case_id)
        .order_by(proposals.c.id)
    )
    if dataset is not None:
        query = query.where(proposals.c.dataset == dataset)
    if undecided:
        query = query.where(proposals.c.decided.is_(None))
    with records.reading() as connection:
        return [_proposal(row) for row in connection.execute(query).mappings()]


def decide(records: Records, person: Person, id: int, accept: bool) -> Proposal:
    """Accept or refuse a proposal; accepted, its ``declaration`` goes into the dataset's YAML.

    Raises ``Problem`` where there is none, or it was decided already.
    """
    query = (
        select(proposals, cases.c.number, cases.c.department)
        .join(cases, cases.c.id == proposals.c.case_id)
        .where(proposals.c.id == id)
    )
    with records.writing() as connection:
        row = connection.execute(query).mappings().first()
        if row is None or row["decided"] is not None:
            raise Problem(
                both(
                    f"{id}번 정정안이 없거나 이미 결정되었습니다.",
                    f"There is no undecided proposal number {id}.",
                )
            )
        subject = Subject("dataset", row["dataset"], department=row["department"])
        require(person, "correction.decide", subject, today=records.today())
        connection.execute(proposals.update().where(proposals.c.id == id).values(decided=accept))
        detail = {"proposal": id, "accepted": accept, "case": row["number"]}
        audit.note(
            connection, records, person, "correction.decide", f"dataset/{row['dataset']}", detail
        )
        return _proposal(connection.execute(query).mappings().one())


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        row["id"], row["number"], row["dataset"], json.loads(row["row_key"]), row["column_name"],
        row["old_value"], row["new_value"], Text(row["reason_ko"], row["reason_en"]),
        row["decided"],
    )  # fmt: skip


def _ways(value: str) -> list[str]:
    """How a file may write a value: a number from 1,000 on with and without separators."""
    match = re.fullmatch(r"(-?)(\d{4,})(\.\d+)?", value)
    if match is None or match[2].startswith("0"):
        return [value]
    return [value, f"{match[1]}{int(match[2]):,}{match[3] or ''}"]


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
