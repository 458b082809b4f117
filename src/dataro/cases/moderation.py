"""Taking back what should not stand in public: personal data in a request, abuse in a comment."""

from __future__ import annotations

import json

from dataro.accounts.permissions import require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases import similar, trail
from dataro.cases.case import Case, case_subject, load_case
from dataro.cases.schema import cases, comments, grams
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

REMOVED = "(가림 · removed)"


def redact(records: Records, person: Person, number: str, field: str, reason: str) -> Case:
    """Remove what was filled into ``field`` of a case, from its heading and its index too.

    The words are gone afterwards; that they were removed, by whom and why, is on the trail.
    Raises ``Problem`` for a field that the case does not have, or where ``reason`` is missing.
    """
    with records.writing() as connection:
        case = load_case(connection, number)
        require(person, "case.redact", case_subject(case, person), today=records.today())
        if field not in case.form or not reason.strip():
            guess = did_you_mean(field, case.form)
            raise Problem(
                both(
                    f"가릴 항목과 까닭을 적어 주세요.{guess.ko} {number}의 항목: {', '.join(case.form)}.",
                    f"Name the field and say why.{guess.en} Fields of {number}: {', '.join(case.form)}.",
                )
            )
        values = {"form": json.dumps({**case.form, field: REMOVED}, ensure_ascii=False)}
        if field == case.workflow.heading:
            connection.execute(grams.delete().where(grams.c.case_id == case.id))
            values["heading"] = REMOVED
        connection.execute(
            cases.update()
            .where(cases.c.id == case.id)
            .values(
                **values,
                version=case.version + 1,
                changed_at=records.now(),
                grams=len(similar.bigrams(values.get("heading", case.heading))),
            )
        )
        detail = {"field": field, "reason": reason[:500]}
        trail.add_event(connection, records, case, person, "redacted", detail=detail)
        return load_case(connection, number)


def hide_comment(records: Records, person: Person, number: str, comment: int, reason: str) -> None:
    """Let only officials read a comment from now on.

    Raises ``Problem`` where the case has no such comment.
    """
    with records.writing() as connection:
        case = load_case(connection, number)
        require(person, "case.redact", case_subject(case, person), today=records.today())
        hidden = connection.execute(
            comments.update()
            .where(comments.c.id == comment, comments.c.case_id == case.id)
            .values(visibility="department")
        )
        if not hidden.rowcount:
            raise Problem(
                both(
                    f"{number}에 {comment}번 의견이 없습니다.",
                    f"{number} has no comment number {comment}.",
                )
            )
        detail = {"comment": comment, "reason": reason[:500]}
        trail.add_event(connection, records, case, person, "hid_comment", detail=detail)
