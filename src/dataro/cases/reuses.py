"""What people made from the data: registered by them, looked at by an official, then shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.cases import engine
from dataro.cases.case import Case, case_of
from dataro.cases.engine import Opened
from dataro.cases.schema import cases
from dataro.publish.catalogue.entries import visible_entry
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both

WORKFLOW = "reuse"
_SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Reuse:
    """One thing made from data, as everybody may see it. ``address`` is http(s) or empty."""

    number: str
    title: str
    kind: Text
    datasets: tuple[str, ...]
    address: str
    description: str
    maker: str
    since: str


def register_reuse(
    context: Context, records: Records, person: Person | None, form: Mapping[str, Any], *,
    email: str = "", language: Language = "ko",
) -> Opened:  # fmt: skip
    """Take in what somebody made; it is shown once it has been checked.

    Raises ``NotThere`` for a dataset that they may not see, ``FormProblem`` for the form, and
    ``Problem`` for an address that is none.
    """
    dataset = visible_entry(context, str(form.get("dataset", "")), person)
    for id in _others(form):
        visible_entry(context, id, person)
    _checked(str(form.get("address") or ""))
    return engine.open_case(
        records, person, WORKFLOW, form, department=dataset.owner, email=email, language=language
    )


def reuses(records: Records, dataset: str | None = None) -> list[Reuse]:
    """What is shown, newest first; of one dataset where it is named."""
    query = (
        select(cases)
        .where(cases.c.workflow == WORKFLOW, cases.c.state == _SHOWN)
        .order_by(cases.c.id.desc())
        .limit(1_000)
    )
    with records.reading() as connection:
        found = [_reuse(case_of(connection, r)) for r in connection.execute(query).mappings()]
    return [one for one in found if dataset is None or dataset in one.datasets]


def _reuse(case: Case) -> Reuse:
    form = case.form
    kinds = case.workflow.form["kind"].choices or {}
    address = str(form.get("address") or "")
    return Reuse(
        number=case.number,
        title=str(form["title"]),
        kind=kinds.get(str(form["kind"]), both("그 밖", "Other")),
        datasets=(str(form["dataset"]), *_others(form)),
        address=address if _is_web(address) else "",
        description=str(form["description"]),
        maker=str(form["maker"]),
        since=case.changed_at,
    )


def _others(form: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(id.strip() for id in str(form.get("others") or "").split(",") if id.strip())[:20]


def _checked(address: str) -> None:
    if address and not _is_web(address):
        raise Problem(
            both(
                f"주소 “{address[:80]}”을(를) 쓸 수 없습니다. https://로 시작하는 주소를 적어 주세요.",
                f"“{address[:80]}” is no web address. Give one that begins with https://.",
            )
        )


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
