"""Cases: what a citizen asks and an office does, with its deadlines, its trail and its secrets."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import small_office
from small_office import PARKS, TRANSPORT, Office
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dataro.accounts import audit
from dataro.accounts.people import person_by_id
from dataro.accounts.permissions import Subject, allowed
from dataro.build.context import opened
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.cases import (
    engine,
    inbox,
    moderation,
    opening,
    proposals,
    quarantine,
    reports,
    similar,
    talk,
    upgrade,
)
from dataro.cases.case import Case
from dataro.cases.deadlines import days_before, deadline, working_days_between
from dataro.cases.forms import FormProblem
from dataro.cases.reasons import legal_reasons
from dataro.cases.register import MOST_A_DAY, AlreadyOpen
from dataro.cases.trail import events_of
from dataro.cases.view import see
from dataro.cases.workflows import install, installed, open_cases, read_workflow
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.workflow import Field


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


def asked(office: Office, **changed: str) -> Case:
    form = {**office.request, **changed}
    return engine.open_case(
        office.records, office.citizen, "data_request", form, department=PARKS
    ).case


# Deadlines


@pytest.mark.parametrize(
    ("start", "days", "first", "expected"),
    [
        ("2026-01-12", 10, True, "2026-01-23"),  # two whole weeks
        ("2026-01-12", 10, False, "2026-01-26"),
        ("2026-02-13", 2, False, "2026-02-20"),  # 설날: 16 to 18 February are holidays
        ("2026-09-23", 2, False, "2026-09-29"),  # 추석: 24 and 25 September, then a weekend
        ("2025-10-02", 1, False, "2025-10-10"),  # 개천절, 추석, its substitute, 한글날 in a row
        ("2026-08-14", 1, False, "2026-08-18"),  # 광복절 on a Saturday: the Monday is off
        ("2026-02-17", 1, True, "2026-02-19"),  # received on a holiday: the next day is the first
        ("2026-12-31", 1, False, "2027-01-04"),
    ],
)
def test_deadlines_count_working_days_across_holidays(
    start: str, days: int, first: bool, expected: str
) -> None:
    due = deadline(date.fromisoformat(start), days, first_day_counts=first)
    assert due == date.fromisoformat(expected)
    if not first:
        assert working_days_between(date.fromisoformat(start), due) == days
        assert working_days_between(due, date.fromisoformat(start)) == -days


def test_the_working_day_before_a_deadline_lies_before_the_holiday() -> None:
    assert days_before(date(2026, 2, 19), 1) == date(2026, 2, 13)


# A request from asking to answer


def test_a_request_is_numbered_public_counted_in_days_and_answered_with_a_ground_in_law(
    office: Office,
) -> None:
    records, case = office.records, asked(office)
    assert (case.number, case.due_on) == ("2026-REQ-00001", date(2026, 1, 23))
    assert asked(office).number == "2026-REQ-00002"
    office.clock.to(2026, 1, 16)
    public = see(records, None, case.number)
    assert (public.days_open, public.days_left) == (4, 5)
    assert "phone" not in public.case.form
    assert see(records, office.citizen, case.number).case.form["phone"] == "010-1234-5678"
    engine.move(records, office.steward, case.number, "extend", {"reason": "자료를 모으는 중"})
    assert see(records, None, case.number).case.due_on == date(2026, 2, 6)
    with pytest.raises(FormProblem) as wrong:
        engine.move(records, office.steward, case.number, "refuse", {"ground": "no time"})
    assert wrong.value.fields.keys() == {"ground", "answer"}
    answer = {"ground": "privacy", "answer": "개인을 알아볼 수 있는 기록이어서 제공할 수 없습니다."}
    closed = engine.move(records, office.steward, case.number, "refuse", answer)
    assert not closed.is_open
    told = inbox.inbox(records, office.citizen).notices[0].text
    assert "제9조제1항제6호" in told.ko
    assert "Article 9(1)6" in told.en


def test_what_may_not_be_done_says_who_may_and_what_is_possible(office: Office) -> None:
    records, number = office.records, asked(office).number
    with pytest.raises(Problem, match="for a data steward, a data officer"):
        engine.move(records, office.officer, number, "refuse")
    with pytest.raises(Problem, match="Sign in first"):
        engine.move(records, None, number, "extend")
    with pytest.raises(Problem, match=r"department: 공원과.*교통과"):
        engine.move(records, office.elsewhere, number, "extend", {"reason": "아무개 부서"})
    with pytest.raises(Problem, match=r"no move “exten”.*Did you mean “extend”"):
        engine.move(records, office.steward, number, "exten")
    engine.move(records, office.citizen, number, "withdraw")
    with pytest.raises(Problem, match="“Withdrawn” now"):
        engine.move(records, office.steward, number, "accept")
    with pytest.raises(Problem):
        see(records, office.neighbour, number)
    with pytest.raises(Problem, match="There is no case 2026-REQ-99999"):
        see(records, None, "2026-REQ-99999")


def test_bad_forms_are_answered_field_by_field(office: Office) -> None:
    given = {**office.request, "title": "짧", "use": "fun", "purpose": "가" * 3000, "tittle": "x"}
    with pytest.raises(FormProblem) as wrong:
        engine.open_case(office.records, office.citizen, "data_request", given)
    assert wrong.value.fields.keys() == {"title", "use", "purpose", "tittle"}
    assert "Did you mean “title”" in wrong.value.fields["tittle"].en
    assert "personal(개인)" in wrong.value.fields["use"].ko
    with pytest.raises(Problem, match="not an e-mail address"):
        engine.open_case(
            office.records, None, "data_request", office.request, email="a@b.kr\nBcc: x@y.kr"
        )


def test_a_requester_without_an_account_comes_back_with_a_key(office: Office) -> None:
    records = office.records
    made = engine.open_case(records, None, "data_request", office.request, department=PARKS)
    assert made.key is not None
    talk.comment(records, None, made.case.number, "급하지 않습니다.", key=made.key)
    assert see(records, None, made.case.number, key=made.key).comments[0].text == "급하지 않습니다."
    assert see(records, None, made.case.number).comments == []
    engine.move(records, None, made.case.number, "withdraw", key=made.key)
    with pytest.raises(Problem):
        see(records, None, made.case.number, key="guessed")


def test_a_robot_that_opens_cases_all_day_is_stopped(office: Office) -> None:
    for _ in range(MOST_A_DAY):
        asked(office)
    with pytest.raises(Problem, match="tomorrow"):
        asked(office)
    office.clock.to(2026, 1, 14)
    asked(office)


def test_duplicates_are_suggested_whatever_spaces_and_endings_they_have(office: Office) -> None:
    case = asked(office, title="공원별 의자 수와 위치 자료")
    asked(office, title="하천 수질 측정 결과")
    found = similar.similar(office.records, None, "data_request", "공원 별의자수 위치")
    assert [one.case.number for one in found] == [case.number]
    assert similar.similar(office.records, None, "data_request", "나") == []
    secret = engine.open_case(
        office.records, office.steward, "dataset_opening",
        {"title": "공원별 의자", "dataset": "benches", "why": "신청", "planned_on": "2026-03-02",
         "cadence": "yearly"}, department=PARKS,
    ).case  # fmt: skip
    assert similar.similar(office.records, None, "dataset_opening", "공원별 의자") == []
    seen = similar.similar(office.records, office.officer, "dataset_opening", "공원별 의자")
    assert seen[0].case.number == secret.number


def test_votes_count_once_and_follow_a_merged_duplicate(office: Office) -> None:
    records, main = office.records, asked(office).number
    twin = engine.open_case(
        records, office.neighbour, "data_request", office.request, department=PARKS
    ).case
    assert talk.vote(records, office.chief, twin.number) == 1
    assert talk.vote(records, office.chief, twin.number) == 1
    with pytest.raises(Problem, match="other people"):
        talk.vote(records, office.citizen, main)
    closed = engine.merge(records, office.steward, twin.number, main)
    assert not closed.is_open
    assert see(records, office.neighbour, twin.number).merged_into == main
    assert see(records, None, main).case.votes == 2  # the voter and the requester of the twin
    assert [one.number for one in inbox.public_cases(records, "data_request").cases] == [main]
    assert main in inbox.inbox(records, office.neighbour).notices[0].text.ko


def test_a_case_is_assigned_handed_over_and_found_on_the_right_desks(office: Office) -> None:
    records, case = office.records, asked(office)
    assert [one.number for one in inbox.inbox(records, office.officer).waiting] == [case.number]
    engine.assign(records, office.steward, case.number, office.officer.id)
    assert [one.number for one in inbox.inbox(records, office.officer).mine] == [case.number]
    with pytest.raises(Problem, match="not of its department"):
        engine.assign(records, office.steward, case.number, office.elsewhere.id)
    moved = engine.hand_over(records, office.steward, case.number, TRANSPORT, "정류장 의자입니다.")
    assert (moved.department, moved.assignee, moved.due_on) == ("교통과", None, case.due_on)
    assert inbox.inbox(records, office.officer).mine == []
    assert [one.number for one in inbox.inbox(records, office.elsewhere).waiting] == [case.number]
    office.clock.to(2026, 1, 26)
    assert inbox.inbox(records, office.elsewhere).overdue
    assert inbox.public_cases(records, "data_request", page=99).cases == []
    assert inbox.department_cases(records, office.chief).total == 1


def test_internal_words_stay_inside(office: Office) -> None:
    records, number = office.records, asked(office).number
    talk.comment(records, office.officer, number, "위치는 측량 중", visibility="department")
    talk.comment(records, office.officer, number, "곧 답하겠습니다.", visibility="public")
    assert [one.text for one in see(records, office.citizen, number).comments] == [
        "곧 답하겠습니다."
    ]
    assert len(see(records, office.steward, number).comments) == 2
    with pytest.raises(Problem, match="Only the department"):
        talk.comment(records, office.citizen, number, "저도 안에서", visibility="department")
    events = see(records, None, number).events
    assert all(not one.actor_name for one in events)


def test_personal_data_in_a_public_request_can_be_removed_for_good(office: Office) -> None:
    records, number = office.records, asked(office, title="홍길동 010-1111-2222 연락 바람").number
    said = talk.comment(records, office.citizen, number, "제 주소는 …", visibility="public")
    with pytest.raises(Problem, match="Not permitted"):
        moderation.redact(records, office.elsewhere, number, "title", "개인정보")
    moderation.redact(records, office.steward, number, "title", "개인정보")
    moderation.hide_comment(records, office.steward, number, said.id, "개인정보")
    public = see(records, None, number)
    assert public.comments == []
    assert (public.case.heading, public.case.form["title"]) == (moderation.REMOVED,) * 2
    assert similar.similar(records, None, "data_request", "홍길동 010-1111-2222 연락 바람") == []


# Two at once


def test_the_second_of_two_officers_is_told_instead_of_overwriting(office: Office) -> None:
    records, seen = office.records, asked(office)
    engine.move(
        records,
        office.steward,
        seen.number,
        "extend",
        {"reason": "검토 중입니다"},
        version=seen.version,
    )
    with pytest.raises(Problem) as told:
        engine.assign(records, office.steward, seen.number, office.officer.id, version=seen.version)
    assert "김관리가 2026-REQ-00001을 먼저 처리했습니다" in told.value.text.ko
    assert "“Deadline extended” now" in told.value.text.en


def withdraw(office: Office, number: str, version: int) -> str:
    try:
        engine.move(office.records, office.citizen, number, "withdraw", version=version)
    except Problem as problem:
        return problem.text.en
    return "done"


def test_of_many_at_the_same_moment_exactly_one_wins(office: Office) -> None:
    case = asked(office)
    with ThreadPoolExecutor(8) as hands:
        said = list(hands.map(lambda _: withdraw(office, case.number, case.version), range(8)))
    assert said.count("done") == 1
    with office.records.reading() as connection:
        trail = events_of(connection, see(office.records, office.steward, case.number).case)
    assert [one.kind for one in trail] == ["opened", "moved"]


def open_some(workspace: Workspace, count: int) -> None:
    records = open_cases(workspace)
    form = {"title": "나무의 위치 자료", "purpose": "그늘 지도를 만들려고 합니다.", "use": "press"}
    for _ in range(count):
        engine.open_case(records, None, "data_request", form)
    records.close()


@pytest.mark.slow
def test_processes_that_open_cases_at_once_leave_no_gap_and_no_repeat(office: Office) -> None:
    spawn = multiprocessing.get_context("spawn")
    hands = [spawn.Process(target=open_some, args=(office.workspace, 10)) for _ in range(4)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(120)
    assert [one.exitcode for one in hands] == [0] * 4
    page = inbox.public_cases(office.records, "data_request", size=100)
    numbers = sorted(int(one.number.rpartition("-")[2]) for one in page.cases)
    assert numbers == list(range(1, 41))
    assert audit.verify(office.records).broken_at is None


def test_the_trail_of_a_case_cannot_be_changed(office: Office) -> None:
    asked(office)
    for forbidden in ("UPDATE case_event SET kind = 'x'", "DELETE FROM case_event"):
        with pytest.raises(DBAPIError, match="append-only"), office.records.writing() as connection:
            connection.execute(text(forbidden))


# What stands on the engine


def test_a_report_on_a_cell_goes_to_its_steward_and_becomes_a_declared_correction(
    office: Office,
) -> None:
    build(office.workspace)
    with opened(office.workspace) as context:
        registry = context.registry
    report = {"dataset": "benches", "key": {"bench": "A01"}, "column": "seats", "value": "3"}
    with pytest.raises(Problem, match=r"no column “seat”.*Did you mean “seats”"):
        reports.report_cell(
            office.records, registry, None, **{**report, "column": "seat"}, should_be="4"
        )
    case = reports.report_cell(office.records, registry, None, **report, should_be="4").case
    assert case.department == "공원과"
    assert [one.number for one in inbox.public_cases_of_dataset(office.records, "benches")] == [
        case.number
    ]
    engine.move(office.records, office.steward, case.number, "correct", {"reason": "현장에서 셈"})
    proposal = proposals.proposals_for(office.records, "benches")[0]
    with pytest.raises(Problem):
        proposals.decide(office.records, office.elsewhere, proposal.id, True)
    proposals.decide(office.records, office.steward, proposal.id, True)
    assert proposals.proposals_for(office.records, "benches") == []
    declared = office.workspace.datasets / "benches.yml"
    declared.write_text(
        declared.read_text("utf-8") + "corrections:\n" + proposal.declaration, "utf-8"
    )
    assert {one.id: one.result for one in build(office.workspace)}["benches"] == "built"
    with opened(office.workspace) as context:
        snapshot = context.state.current("benches").snapshots["benches"]  # type: ignore[union-attr]
        with context.lake.session() as session:
            rows = session.read("benches", snapshot).to_polars()
    assert dict(zip(rows["bench"], rows["seats"], strict=True))["A01"] == 4


def test_a_refused_delivery_becomes_one_case_while_it_is_open(office: Office) -> None:
    build(office.workspace)
    (office.workspace.raw / "의자.csv").write_text("번호,좌석\n,셋\n", encoding="utf-8")

    def refused() -> list[Case]:
        done = build(office.workspace)
        with opened(office.workspace) as context:
            return quarantine.from_build(office.records, context, done)

    (case,) = refused()
    assert (case.dataset, case.department, case.visibility) == ("benches", "공원과", "department")
    assert "last_good" in case.form
    assert refused() == []
    assert [one.number for one in inbox.inbox(office.records, office.steward).waiting] == [
        case.number
    ]
    engine.move(office.records, office.steward, case.number, "settle", {"how": "new_file"})
    assert len(refused()) == 1


def test_an_opening_goes_through_every_check_and_only_once_at_a_time(office: Office) -> None:
    records = office.records
    form = {
        "title": "공원 의자", "dataset": "benches", "why": "시민이 신청했습니다.",
        "planned_on": "2026-03-02", "cadence": "yearly",
    }  # fmt: skip
    number = engine.open_case(
        records, office.officer, "dataset_opening", form, department=PARKS
    ).case.number
    with pytest.raises(AlreadyOpen, match=number):
        engine.open_case(records, office.steward, "dataset_opening", form, department=PARKS)
    engine.move(records, office.officer, number, "submit", {"licence": "kogl-1"})
    checks = {
        "no_personal_data": "yes", "no_small_cells": "no", "rights_cleared": "yes",
        "quality_passed": "yes", "error_rate": "0.12", "remarks": "내부 메모",
    }  # fmt: skip
    with pytest.raises(FormProblem, match="only where this is “yes”"):
        engine.move(records, office.chief, number, "approve", checks)
    with pytest.raises(Problem):
        see(records, None, number)
    engine.move(records, office.chief, number, "approve", {**checks, "no_small_cells": "yes"})
    engine.move(records, office.steward, number, "publish", {"opened_on": "2026-01-12"})
    told = str(see(records, None, number).events)
    assert "error_rate" in told
    assert "내부 메모" not in told
    engine.move(
        records, office.steward, number, "retire", {"reason": "새 데이터셋으로 대신합니다."}
    )
    assert [one.kind for one in see(records, None, number).events] == ["opened"] + ["moved"] * 4


def test_the_review_of_an_opening_is_proposed_from_what_is_known(office: Office) -> None:
    build(office.workspace)
    with opened(office.workspace) as context:
        known = opening.review(context, "benches")
        assert known["no_personal_data"].passes is True
        assert known["no_small_cells"].passes is True  # benches are no people
        assert known["quality_passed"].passes is False
        assert "2 of 4 rows set aside" in known["quality_passed"].reason.en
        assert opening.review(context, "residents")["quality_passed"].passes is True
        with pytest.raises(Problem, match="Did you mean “benches”"):
            opening.review(context, "bench")


def test_research_access_is_given_for_a_time_and_taken_back(office: Office) -> None:
    records = office.records
    form = {
        "title": "산책로와 건강", "dataset": "walks", "purpose": "산책로 이용과 건강의 관계를 살핍니다. " * 3,
        "institution": "대학", "level": "pseudonymous", "until": "2026-12-31", "agreement": "예",
        "phone": "010-0000-0000",
    }  # fmt: skip
    number = engine.open_case(records, office.citizen, "research_access", form).case.number
    assert [one.number for one in inbox.inbox(records, office.chief).waiting] == [number]
    with pytest.raises(Problem, match="within three years"):
        engine.move(
            records, office.chief, number, "grant", {"level": "aggregate", "until": "2036-01-01"}
        )
    engine.move(
        records, office.chief, number, "grant", {"level": "aggregate", "until": "2026-06-30"}
    )
    walks = Subject("dataset", "walks", department="공원과", openness="on_request")

    def may_read(day: date) -> bool:
        person = person_by_id(records, office.citizen.id)
        return bool(allowed(person, "dataset.read", walks, today=day))

    assert may_read(date(2026, 6, 30))
    assert not may_read(date(2026, 7, 1))
    engine.move(records, office.citizen, number, "end", {"deleted": "yes"})
    assert not may_read(date(2026, 6, 30))


# Workflows that change


def test_open_cases_keep_their_workflow_until_they_are_moved_to_the_new_one(
    office: Office,
) -> None:
    records, old = office.records, asked(office)
    old_ids = installed(records).keys()
    declared = installed(records)["data_request"]
    checked = {**declared.states, "checked": replace(declared.states["received"], due=5)}
    del checked["received"]
    moves = {
        name: replace(one, source=tuple("checked" if s == "received" else s for s in one.source))
        for name, one in declared.moves.items()
    }
    install(records, [replace(declared, states=checked, moves=moves, start="checked")])
    install(records, [replace(declared, states=checked, moves=moves, start="checked")])
    new = asked(office)
    assert (new.workflow_version, new.state, installed(records).keys()) == (2, "checked", old_ids)
    assert see(records, None, old.number).case.standing.title.en == "Received"
    with pytest.raises(Problem, match="Not permitted"):
        upgrade.upgrade_cases(records, office.steward, "data_request")
    plan = upgrade.upgrade_cases(records, office.chief, "data_request", dry_run=True)
    assert plan.moved == ()
    assert "no state “received”" in plan.staying[old.number].en
    done = upgrade.upgrade_cases(
        records, office.chief, "data_request", states={"received": "checked"}
    )
    assert done.moved == (old.number,)
    now = see(records, office.steward, old.number).case
    assert (now.state, now.workflow_version, now.due_on) == ("checked", 2, date(2026, 1, 16))
    engine.move(records, office.steward, old.number, "extend", {"reason": "새 절차에서 처리"})
    needed = {**declared.form, "region": Field(title=PARKS)}
    again = replace(declared, states=checked, moves=moves, start="checked", form=needed)
    install(records, [again])
    kept = upgrade.upgrade_cases(records, office.chief, "data_request")
    assert kept.moved == ()
    assert "region" in kept.staying[new.number].en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: refused", "to: refusd", r"line \d+: .*“refusd”.*Did you mean “refused”"),
        ("by: [requester]", "by: [requestor]", "Did you mean “requester”"),
        ("prefix: REQ", "prefix: 요청", "capital letters"),
        ("votes: true", "vote: true", "Did you mean “votes”"),
        ("start: received", "start: begun", "“begun”"),
        ("    kind: choice\n", "", "choices go with kind: choice"),
        ("  withdraw:\n", "  extend:\n", "stands twice"),
        ("    closed: true\nmoves", "moves", "No move leads out of withdrawn"),
    ],
)
def test_a_mistake_in_a_workflow_names_the_line_and_what_is_allowed(
    office: Office, old: str, new: str, said: str
) -> None:
    path = office.workspace.folder / "workflows" / "data_request.yml"
    given = path.read_text("utf-8")
    assert old in given
    path.write_text(given.replace(old, new, 1), "utf-8")
    with pytest.raises(Problem, match=said):
        read_workflow(path)


def test_every_ground_in_law_is_cited_in_both_languages() -> None:
    for one in legal_reasons().values():
        assert "제" in one.sentence.ko
        assert "Article" in one.sentence.en
