"""Pages of cases: an error that is reported, data that is asked for, how far a case has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dataro.accounts.clock import korean_day, moment
from dataro.cases import inbox, view
from dataro.cases.case import Case
from dataro.cases.engine import Opened, open_case
from dataro.cases.forms import FormProblem, read_form
from dataro.cases.reports import WORKFLOW as ERROR_REPORT
from dataro.cases.reports import report_cell
from dataro.cases.similar import similar
from dataro.cases.trail import Event
from dataro.cases.workflows import installed
from dataro.portal.case_forms import EMAIL, answer_words, field_views
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.pages import Visit, page
from dataro.portal.row_keys import named_row, value_text
from dataro.portal.views import cell
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both
from dataro.vocabulary.workflow import Field

DATA_REQUEST = "data_request"
PAGE_SIZE = 20
_SHOWN_REPORTS = 5
_MOST_TEXT = 200
_ORDERS: Mapping[inbox.Order, str] = {
    "newest": "newest", "votes": "most_votes", "waiting": "longest_wait",
}  # fmt: skip
_KINDS = {
    "opened": "opened", "handed_over": "handed_over", "merged": "merged",
    "upgraded": "upgraded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in the way of a form: by field, and in general."""

    fields: Mapping[str, Text]
    general: Text | None = None


_NOTHING_WRONG = Wrong({})


def report_page(desk: Desk, visit: Visit, id: str) -> Page:
    """The form for an error in the row that the query names. Raises ``NotThere``."""
    _takes(desk, ERROR_REPORT)
    given = {"column": visit.query.get("column", "")}
    return _report_form(desk, visit, desk.store.entry(id), given, _NOTHING_WRONG)


def report(desk: Desk, visit: Visit, id: str, given: Mapping[str, str]) -> Page:
    """Open a case for what was reported, or show the form again with what is wrong.

    Raises ``NotThere`` for an unknown dataset or row.
    """
    _takes(desk, ERROR_REPORT)
    entry = desk.store.entry(id)
    key, row = named_row(desk.store, entry, visit.query)
    try:
        answers = read_form(_report_fields(desk, entry, row), _known(given, _REPORTED))
        opened = report_cell(
            desk.records, desk.registry, None,
            dataset=id, key=key, column=answers["column"], should_be=answers["should_be"],
            value=_one_line(row[answers["column"]]), snapshot=entry.published().snapshots[id],
            reason=answers.get("reason", ""), email=answers.get("email", ""),
            language=visit.language,
        )  # fmt: skip
    except Problem as problem:
        return _report_form(desk, visit, entry, given, _wrong(problem, _REPORTED))
    return _opened_page(desk, visit, opened)


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
        action=_address(visit), before=before, synthetic=entry.published().receipt.synthetic,
    )  # fmt: skip
    return Page(body, 422 if wrong is not _NOTHING_WRONG else 200)


def _one_line(value: Any) -> str:
    return " ".join(value_text(value).split())[:_MOST_TEXT]


def requests_page(desk: Desk, visit: Visit) -> Page:
    """The requests that everybody sees, in the order that the reader chose."""
    _takes(desk, DATA_REQUEST)
    chosen = visit.query.get("order")
    order: inbox.Order = next((one for one in _ORDERS if one == chosen), "newest")
    only_open = bool(visit.query.get("open"))
    asked = visit.query.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = inbox.public_cases(
        desk.records, DATA_REQUEST, order=order, only_open=only_open, page=number, size=PAGE_SIZE
    )
    body = page(
        desk.store, visit, "case_requests.html",
        found=found, order=order, orders=_ORDERS, only_open=only_open,
        days={one.number: view.days_open(desk.records, one) for one in found.cases},
        days_of=_day, pages=max(1, -(-found.total // PAGE_SIZE)),
    )  # fmt: skip
    return Page(body)


def request_page(desk: Desk, visit: Visit) -> Page:
    """The form with which data is asked for."""
    _takes(desk, DATA_REQUEST)
    return _request_form(desk, visit, {}, _NOTHING_WRONG, ())


def request(desk: Desk, visit: Visit, given: Mapping[str, str]) -> Page:
    """Open a request, or show the form again: with what is wrong, or with requests like it.

    Where similar ones are found, sending the form a second time opens a new one.
    """
    _takes(desk, DATA_REQUEST)
    workflow = installed(desk.records)[DATA_REQUEST]
    fields = _request_fields(desk)
    try:
        answers = read_form(fields, _known(given, fields))
        email = answers.pop("email", "")
        heading = str(answers[workflow.heading])
        alike = () if given.get("anyway") else similar(desk.records, None, DATA_REQUEST, heading)
        if alike:
            found = [one.case for one in alike]
            return _request_form(desk, visit, given, _NOTHING_WRONG, found)
        opened = open_case(
            desk.records, None, DATA_REQUEST, answers, email=email, language=visit.language
        )
    except Problem as problem:
        return _request_form(desk, visit, given, _wrong(problem, fields), ())
    return _opened_page(desk, visit, opened)


def _request_fields(desk: Desk) -> dict[str, Field]:
    form = installed(desk.records)[DATA_REQUEST].form
    return {**{name: one for name, one in form.items() if not one.internal}, "email": EMAIL}


def _request_form(
    desk: Desk, visit: Visit, given: Mapping[str, str], wrong: Wrong, alike: Sequence[Case]
) -> Page:
    body = page(
        desk.store, visit, "case_request.html",
        fields=field_views(_request_fields(desk), given, wrong.fields, visit.language),
        wrong=wrong, alike=alike, action=_address(visit),
    )  # fmt: skip
    return Page(body, 422 if wrong is not _NOTHING_WRONG else 409 if alike else 200)


def case_page(desk: Desk, visit: Visit, number: str) -> Page:
    """A case as whoever holds the key in the query may see it. Raises ``NotThere``."""
    try:
        seen = view.see(desk.records, None, number[:40], key=visit.query.get("key"))
    except Problem as problem:
        said = WORDS["no_case"]
        raise NotThere(
            both(said.ko.format(number=number[:40]), said.en.format(number=number[:40]))
        ) from problem
    case, language = seen.case, visit.language
    form = case.workflow.form
    body = page(
        desk.store, visit, "case.html",
        case=case, seen=seen, opened_on=_day(case.opened_at),
        answers=[
            (form[name].title, answer_words(form[name], case.form[name], language))
            for name in form
            if name in case.form and name != case.workflow.heading
        ],
        about=_public_dataset(desk, case.dataset),
        events=[_told(case, event, language) for event in seen.events],
        comments=[(_day(one.at), one.text) for one in seen.comments],
    )  # fmt: skip
    return Page(body)


def _public_dataset(desk: Desk, id: str | None) -> Entry | None:
    """The dataset that a case is about, where everybody may see it."""
    return next((one for one in desk.store.entries() if one.id == id), None)


def _told(case: Case, event: Event, language: Language) -> dict[str, Any]:
    """One event in words: its day, what happened, the state that followed, the details."""
    move = case.workflow.moves.get(event.move or "")
    state = case.workflow.states.get(event.to_state)
    what = move.title if move else WORDS.get(_KINDS.get(event.kind, event.kind))
    details = []
    if move:
        details = [
            (move.needs[name].title[language], answer_words(move.needs[name], value, language))
            for name, value in event.detail.items()
            if name in move.needs
        ]
    elif event.kind == "handed_over":
        to, why = event.detail.get("department", ""), event.detail.get("reason", "")
        details = [(WORDS["department"][language], to), (WORDS["why"][language], why)]
    return {
        "day": _day(event.at),
        "what": what[language] if what else event.kind,
        "state": state.title[language] if state and event.kind == "moved" else "",
        "details": details,
    }


def _opened_page(desk: Desk, visit: Visit, opened: Opened) -> Page:
    body = page(desk.store, visit, "case_opened.html", case=opened.case, key=opened.key)
    return Page(body, 201)


def _wrong(problem: Problem, shown: Sequence[str] | Mapping[str, Field]) -> Wrong:
    """What a problem says of the fields that are shown; anything else stands above them."""
    if not isinstance(problem, FormProblem):
        return Wrong({}, problem.text)
    fields = {name: text for name, text in problem.fields.items() if name in shown}
    others = [text for name, text in problem.fields.items() if name not in shown]
    return Wrong(fields, others[0] if others else None)


def _known(given: Mapping[str, str], fields: Sequence[str] | Mapping[str, Field]) -> dict[str, str]:
    return {name: given[name] for name in fields if name in given}


def _takes(desk: Desk, workflow: str) -> None:
    if workflow not in desk.store.workflows:
        raise NotThere(WORDS["no_reports"])


def _address(visit: Visit) -> str:
    return f"/{visit.language}{visit.path}"


def _day(text: str) -> str:
    return korean_day(moment(text)).isoformat()
