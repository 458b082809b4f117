"""What is proposed to be opened next year: a page, a workbook, Markdown."""

from __future__ import annotations

import time

from dataro.cases.opening_plan.propose import OpeningPlan, opening_plan
from dataro.cases.opening_plan.public import public_plan
from dataro.cases.opening_plan.written import plan_markdown, plan_workbook
from dataro.portal.case_pages import takes
from dataro.portal.case_parts import day_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.memory import Memory
from dataro.portal.pages import Visit, page
from dataro.portal.request_pages import DATA_REQUEST
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.catalogue.words import theme_words

KEPT_SECONDS = 600
"""A plan reads every request that waits: it is proposed anew this often, whoever asks."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKDOWN = "text/markdown; charset=utf-8"


class Plans:
    """The plan for the coming year, one for everybody and one for staff, made now and then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._whole: Memory[OpeningPlan] = Memory(1)
        self._public: Memory[OpeningPlan] = Memory(1)

    def of(self, visit: Visit) -> OpeningPlan:
        """The plan as this reader may see it. Raises ``NotThere`` where nobody can ask for data."""
        takes(self._desk, DATA_REQUEST)
        year = self._desk.records.today().year + 1
        key = year, self._desk.store.version(), int(time.monotonic() // KEPT_SECONDS)
        whole = self._whole.get(
            key, lambda: opening_plan(self._desk.store.context, self._desk.records, year)
        )
        if visit.reader is not None and visit.reader.staff:
            return whole
        return self._public.get(key, lambda: public_plan(whole, self._desk.records))


def plan_page(desk: Desk, plans: Plans, visit: Visit) -> Page:
    """The proposals, each with its reasons."""
    plan = plans.of(visit)
    body = page(
        desk.store, visit, "plan.html", plan=plan, made=day_of(plan.made_at), theme=theme_words
    )
    return Page(body)


def plan_file(plans: Plans, visit: Visit, ending: str) -> tuple[str, str, bytes]:
    """Name, type and bytes of the plan as ``xlsx`` or ``md``. Raises ``NotThere``."""
    plan = plans.of(visit)
    if ending == "xlsx":
        return f"opening-plan-{plan.year}.xlsx", XLSX, plan_workbook(plan, visit.language)
    if ending == "md":
        return (
            f"opening-plan-{plan.year}.md",
            MARKDOWN,
            plan_markdown(plan, visit.language).encode(),
        )
    raise NotThere(WORDS["no_page"])
