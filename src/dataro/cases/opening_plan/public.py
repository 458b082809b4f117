"""The part of an opening plan that everybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from dataro.accounts.records import Records
from dataro.cases.case import case_of
from dataro.cases.opening_plan.propose import OpeningPlan, Proposal, Reason
from dataro.cases.schema import cases
from dataro.vocabulary.text import both


def public_plan(plan: OpeningPlan, records: Records) -> OpeningPlan:
    """The plan without what only staff may know.

    Data that is not open stays unnamed, as it does everywhere else: a proposal to open it goes by
    the words of the request that everybody sees, and stands for that request alone. What was
    refused is left to staff: nobody is promised what the law forbids.
    """
    numbers = {number for one in plan.proposals for r in one.reasons for number in r.cases}
    headings = _public_headings(records, numbers)
    shown = [_shown(one, headings) for one in plan.proposals]
    kept = sorted(
        (one for one in shown if one.reasons), key=lambda one: (-one.points, one.title.ko)
    )
    return replace(plan, proposals=kept)


def _public_headings(records: Records, numbers: set[str]) -> Mapping[str, str]:
    """What public cases that still wait ask for, by number."""
    with records.reading() as connection:
        rows = connection.execute(select(cases).where(cases.c.number.in_(numbers))).mappings()
        found = [case_of(connection, row) for row in rows.all()]
    return {one.number: one.heading for one in found if one.visibility == "public" and one.is_open}


def _shown(one: Proposal, headings: Mapping[str, str]) -> Proposal:
    reasons = [reason for reason in one.reasons if _may_stand(reason, headings)]
    title = one.title
    if one.dataset is not None and reasons:
        asked = headings[reasons[0].cases[0]]
        title = both(asked, asked)
    department = None if one.dataset is not None else one.department
    theme = "general" if one.dataset is not None else one.theme
    return Proposal(title, department, None, theme, reasons)


def _may_stand(reason: Reason, headings: Mapping[str, str]) -> bool:
    if reason.ground == "elsewhere":
        return True
    return reason.ground == "request" and all(number in headings for number in reason.cases)
