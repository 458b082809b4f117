"""Reporting an error in one row of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dataro.cases import inbox
from dataro.cases.forms import read_form
from dataro.cases.reports import WORKFLOW as ERROR_REPORT
from dataro.cases.reports import report_cell
from dataro.cases.workflows import installed
from dataro.portal.case_forms import EMAIL, field_views
from dataro.portal.case_pages import address_of, asks, opened_page, takes
from dataro.portal.case_parts import NOTHING_WRONG, Wrong, known, wrong_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.pages import Visit, page
from dataro.portal.row_keys import named_row, value_text
from dataro.portal.views import cell
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import Entry
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text
from dataro.vocabulary.workflow import Field

_SHOWN_REPORTS = 5
_MOST_TEXT = 200


def report_page(desk: Desk, visit: Visit, id: str) -> Page:
    """The form for an error in the row that the query names. Raises ``NotThere``."""
    takes(desk, ERROR_REPORT)
    given = {"column": visit.query.get("column", "")}
    return _report_form(desk, visit, desk.store.entry(id), given, NOTHING_WRONG)


def report(desk: Desk, visit: Visit, id: str, given: Mapping[str, str]) -> Page:
    """Open a case for what was reported, or show the form again with what is wrong.

    Raises ``NotThere`` for an unknown dataset or row.
    """
    takes(desk, ERROR_REPORT)
    entry = desk.store.entry(id)
    key, row = named_row(desk.store, entry, visit.query)
    try:
        answers = read_form(_report_fields(desk, entry, row), known(given, _REPORTED))
        opened = report_cell(
            desk.records, desk.registry, asks(visit),
            dataset=id, key=key, column=answers["column"], should_be=answers["should_be"],
            value=_one_line(row[answers["column"]]), snapshot=entry.published().snapshots[id],
            reason=answers.get("reason", ""), email=answers.get("email", ""),
            language=visit.language,
        )  # fmt: skip
    except Problem as problem:
        return _report_form(desk, visit, entry, given, wrong_of(problem, _REPORTED))
    return opened_page(desk, visit, opened)


_REPORTED = ("column", "should_be", "reason", "email")


def _report_fields(desk: Desk, entry: Entry, row: Mapping[str, Any]) -> dict[str, Field]:
    form = installed(desk.records)[ERROR_REPORT].form
    title = Text(WORDS["wrong_column"].ko, WORDS["wrong_column"].en)
    choices = {name: entry.columns[name].text for name in row}
    asked = {name: form[name] for name in ("should_be", "reason") if name in form}
    return {"column": Field(title, kind="choice", choices=choices), **asked, "email": EMAIL}


def _report_form(
    desk: Desk, visit: Visit, entry: Entry, given: Mapping[str, str], wrong: Wrong
) -> Page:
    _, row = named_row(desk.store, entry, visit.query)
    language = visit.language
    shown = {
        n: (entry.columns[n].text, cell(v, entry.columns[n], language)) for n, v in row.items()
    }
    fields = field_views(_report_fields(desk, entry, row), given, wrong.fields, language)
    options = [(n, f"{title[language]}: {value[:80]}") for n, (title, value) in shown.items()]
    fields[0] = replace(fields[0], options=options)
    before = inbox.public_cases_of_dataset(desk.records, entry.id, limit=_SHOWN_REPORTS)
    body = page(
        desk.store, visit, "case_report.html",
        entry=entry, one=entry, row=shown, fields=fields, wrong=wrong,
        action=address_of(visit), before=before, synthetic=entry.published().receipt.synthetic,
    )  # fmt: skip
    return Page(body, 422 if wrong is not NOTHING_WRONG else 200)


def _one_line(value: Any) -> str:
    return " ".join(value_text(value).split())[:_MOST_TEXT]
