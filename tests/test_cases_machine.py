"""Whatever people do in whatever order, a case stands in a declared state and its trail says why."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import small_office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from small_office import PARKS, TRANSPORT
from sqlalchemy import select

from dataro.accounts import audit
from dataro.accounts.person import Person
from dataro.cases import engine, inbox, reminders, talk
from dataro.cases.case import Case, case_of
from dataro.cases.forms import FormProblem, expectation, read_form
from dataro.cases.reasons import legal_reasons
from dataro.cases.schema import cases
from dataro.cases.trail import events_of, replay
from dataro.cases.view import see
from dataro.cases.workflows import installed
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both
from dataro.vocabulary.workflow import Field

ANSWERS: dict[str, Any] = {
    "text": "공원과에 물어봄", "long_text": "현장에서 하나하나 확인한 내용을 적습니다. " * 3,
    "integer": 3, "decimal": 0.5, "date": "2026-06-30", "yes_no": True,
    "email": "a@b.example", "dataset": "benches", "key": {"bench": "A01"},
    "legal_reason": next(iter(legal_reasons())),
}  # fmt: skip


def filled(fields: dict[str, Field]) -> dict[str, Any]:
    """A form as somebody would fill it in."""
    return {
        name: next(iter(field.choices)) if field.choices else ANSWERS[field.kind]
        for name, field in fields.items()
    }


WORKFLOWS = ("data_request", "error_report", "dataset_opening", "research_access", "quarantine")
PEOPLE = ("citizen", "neighbour", "officer", "steward", "elsewhere", "chief", "admin")


class Days(RuleBasedStateMachine):
    """Days at an office: people open, move, assign, hand over, merge and vote, allowed or not."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.office = small_office.open_office(self.folder)
        self.records = self.office.records
        self.numbers: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "office"):
            assert audit.verify(self.records).broken_at is None
            self.records.close()
            shutil.rmtree(self.folder)

    def person(self, name: str) -> Person:
        found: Person = getattr(self.office, name)
        return found

    def one(self, draw: int) -> Case | None:
        found = self.all_cases()
        return found[draw % len(found)] if found else None

    def all_cases(self) -> list[Case]:
        with self.records.reading() as connection:
            rows = connection.execute(select(cases).order_by(cases.c.id)).mappings().all()
            return [case_of(connection, row) for row in rows]

    @rule(who=st.sampled_from(PEOPLE), what=st.sampled_from(WORKFLOWS))
    def opens(self, who: str, what: str) -> None:
        form = filled(dict(installed(self.records)[what].form))
        with suppress(Problem):
            engine.open_case(self.records, self.person(who), what, form, department=PARKS)

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 50), how=st.integers(0, 50))
    def moves(self, who: str, which: int, how: int) -> None:
        case = self.one(which)
        if case is None:
            return
        names = list(case.workflow.moves)
        name = names[how % len(names)]
        person = self.person(who)
        possible = engine.moves_open_to(self.records, person, case)
        form = filled(dict(case.workflow.moves[name].needs))
        if "until" in form:
            form["until"] = (self.records.today() + timedelta(days=30)).isoformat()
        try:
            engine.move(self.records, person, case.number, name, form, version=case.version)
        except Problem:
            assert name not in possible
        else:
            assert name in possible

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 50), other=st.integers(0, 50))
    def merges(self, who: str, which: int, other: int) -> None:
        case, main = self.one(which), self.one(other)
        if case is not None and main is not None:
            try:
                engine.merge(self.records, self.person(who), case.number, main.number)
            except Problem:
                return
            assert case.id != main.id

    @rule(who=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE), which=st.integers(0, 50))
    def assigns(self, who: str, to: str, which: int) -> None:
        case = self.one(which)
        if case is not None:
            try:
                engine.assign(self.records, self.person(who), case.number, self.person(to).id)
            except Problem:
                return
            assert to not in ("citizen", "neighbour", "admin")

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 50), there=st.booleans())
    def hands_over(self, who: str, which: int, there: bool) -> None:
        case = self.one(which)
        if case is not None:
            try:
                place = TRANSPORT if there else PARKS
                engine.hand_over(self.records, self.person(who), case.number, place, "소관 부서")
            except Problem:
                return
            assert "admin" not in self.person(who).roles

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 50))
    def votes_and_speaks(self, who: str, which: int) -> None:
        case = self.one(which)
        if case is not None:
            for act in (talk.vote, talk.unvote):
                try:
                    assert act(self.records, self.person(who), case.number) >= 0
                except Problem:
                    break
            with suppress(Problem):
                talk.comment(self.records, self.person(who), case.number, "확인 부탁드립니다.")

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.office.clock.moment += timedelta(days=days)
        reminders.remind(self.records)
        again = reminders.remind(self.records)
        assert again == reminders.Reminded((), ())

    @invariant()
    def every_case_stands_where_its_trail_leads(self) -> None:
        if not hasattr(self, "office"):
            return
        for case in self.all_cases():
            assert case.state in case.workflow.states
            with self.records.reading() as connection:
                there = replay(events_of(connection, case))
            assert there.state == case.state
            assert (there.department, there.assignee) == (case.department, case.assignee)
            ended = case.standing.closed or there.merged_into is not None
            assert ended is (not case.is_open)

    @invariant()
    def nobody_sees_what_is_not_for_them(self) -> None:
        if not hasattr(self, "office"):
            return
        for case in self.all_cases():
            try:
                seen = see(self.records, None, case.number)
            except Problem:
                assert case.visibility != "public"
            else:
                assert case.visibility == "public"
                assert "phone" not in seen.case.form
                assert seen.moves == {}
        desk = inbox.inbox(self.records, self.office.elsewhere)
        assert all(one.department == "교통과" for one in desk.waiting)


DaysTest = pytest.mark.slow(Days.TestCase)
DaysTest.settings = settings(max_examples=25, stateful_step_count=25, deadline=None,
                             suppress_health_check=list(HealthCheck))  # fmt: skip


class ADayTest(Days.TestCase):
    """The same, short enough for every commit."""

    settings = settings(max_examples=4, stateful_step_count=12, deadline=None,
                        suppress_health_check=list(HealthCheck))  # fmt: skip


KINDS = sorted(ANSWERS)


@given(
    st.dictionaries(
        st.sampled_from([*KINDS, "unknown", ""]),
        st.one_of(
            st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(),
            st.binary(max_size=5), st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
            st.sampled_from(["9" * 5000, "NaN", "1e999", "{" * 3000, "[" * 4000, "한" * 6000, "\x00", "\ud800"]),
        ),
    )
)  # fmt: skip
def test_a_form_gives_clean_answers_or_a_sentence_for_each_field(given: dict[str, Any]) -> None:
    fields = {kind: Field(both(kind, kind), kind=kind, required=False) for kind in KINDS}  # type: ignore[arg-type]
    wrong: dict[str, Text] = {}
    try:
        answers = read_form(fields, given)
    except FormProblem as problem:
        wrong = problem.fields
    else:
        assert answers.keys() <= fields.keys()
        str(answers).encode()
        assert read_form(fields, answers) == answers
    assert wrong.keys() <= {one[:60] for one in given}
    assert all(one.ko and one.en for one in wrong.values())
    assert all(expectation(field).ko for field in fields.values())
