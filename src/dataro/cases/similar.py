"""Cases like the one that somebody is about to open, while they type: shared pairs of letters.

Korean words change their endings and spaces come and go; pairs of neighbouring letters without
spaces survive both. Likeness is Dice's coefficient over the sets of pairs (Dice 1945).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases.case import Case, case_of, case_subject
from dataro.cases.schema import cases, grams

LONGEST = 200
ALIKE = 0.35


@dataclass(frozen=True, slots=True)
class Similar:
    """A case and how alike its heading is, from 0 to 1."""

    case: Case
    likeness: float


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and digits of ``text``, in NFC and lower case."""
    plain = unicodedata.normalize("NFC", text[:LONGEST]).lower()
    letters = "".join(c for c in plain if c.isalnum())
    return frozenset(letters[n : n + 2] for n in range(len(letters) - 1))


def similar(
    records: Records, person: Person | None, workflow: str, text: str, *, limit: int = 5
) -> list[Similar]:
    """Open and answered cases of ``workflow`` that ``person`` may see, the likest first."""
    wanted = bigrams(text)
    if not wanted:
        return []
    near = (  # a heading has at least the shared pairs: that alone leaves few cases to look up
        select(grams.c.case_id, func.count().label("shared"))
        .where(grams.c.gram.in_(wanted))
        .group_by(grams.c.case_id)
        .having(func.count() >= ALIKE * len(wanted) / (2 - ALIKE))
        .subquery()
    )
    likeness = 2.0 * near.c.shared / (cases.c.grams + len(wanted))
    query = (
        select(cases, likeness.label("likeness"))
        .join(near, near.c.case_id == cases.c.id)
        .where(cases.c.workflow == workflow, cases.c.merged_into.is_(None), likeness >= ALIKE)
        .order_by(likeness.desc(), cases.c.id)
        .limit(100)
    )
    found: list[Similar] = []
    with records.reading() as connection:
        for row in connection.execute(query).mappings():
            case = case_of(connection, row)
            subject = case_subject(case, person)
            if allowed(person, "case.see", subject, today=records.today()):
                found.append(Similar(case, row["likeness"]))
            if len(found) == limit:
                break
    return found


def remember(connection: Connection, case_id: int, heading: str) -> None:
    """Index the heading of a new case."""
    pairs = sorted(bigrams(heading))
    if pairs:
        connection.execute(grams.insert(), [{"gram": one, "case_id": case_id} for one in pairs])
