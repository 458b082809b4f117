"""Opening and retiring a dataset: what the review computes, what the public sees, what stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import small_office
from small_office import PARKS, Office

from dataro.accounts import audit
from dataro.build.context import Context, close_context, open_context, opened
from dataro.build.declaring import redeclare
from dataro.build.run import build
from dataro.cases import engine, lifecycle, opening
from dataro.cases.personal_scan import personal_data
from dataro.cases.small_cells import small_cells
from dataro.publish.catalogue.entries import visible_entry
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.catalogue.tombstones import tombstones
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

CHECKED = {
    "no_personal_data": "yes", "no_small_cells": "yes", "rights_cleared": "yes",
    "quality_passed": "yes", "error_rate": "0.1",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    build(office.workspace)
    yield office
    office.records.close()


@pytest.fixture
def portal(office: Office) -> Iterator[Context]:
    context = open_context(office.workspace, live=True)
    yield context
    close_context(context)


def at_once(context: Context) -> Context:
    """Look at the declarations without waiting for the second to pass."""
    context.declared._looked = 0.0
    return context


def approved(office: Office, dataset: str) -> str:
    form = {
        "title": dataset, "dataset": dataset, "why": "시민이 신청했습니다.",
        "planned_on": "2026-03-02", "cadence": "yearly",
    }  # fmt: skip
    number = engine.open_case(
        office.records, office.officer, "dataset_opening", form, department=PARKS
    ).case.number
    engine.move(office.records, office.officer, number, "submit", {"licence": "kogl-1"})
    engine.move(office.records, office.chief, number, "approve", CHECKED)
    return number


def test_a_dataset_is_seen_once_it_is_opened_and_leaves_a_word_when_it_is_retired(
    office: Office, portal: Context
) -> None:
    redeclare(office.workspace, "benches", {"openness": "internal"})
    with pytest.raises(NotThere):
        visible_entry(at_once(portal), "benches")
    number = approved(office, "benches")
    engine.move(office.records, office.steward, number, "publish", {"opened_on": "2026-01-12"})
    assert visible_entry(at_once(portal), "benches").openness == "open"
    reason = {"reason": "같은 내용을 새 데이터셋으로 대신합니다.", "replaced_by": "residents"}
    engine.move(office.records, office.steward, number, "retire", reason)
    with pytest.raises(Gone, match=r"since 2026-01-12.*Use “residents” instead"):
        visible_entry(at_once(portal), "benches")
    assert [one.dataset for one in tombstones(portal)] == ["benches"]
    acts = [one.action for one in audit.entries(office.records, subject="dataset/benches")]
    assert acts == ["dataset.retire", "dataset.publish"]


def test_a_declaration_keeps_its_words_when_one_field_is_written(office: Office) -> None:
    path = office.workspace.datasets / "benches.yml"
    path.write_text("# 공원과가 보냅니다\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_text("utf-8")
    redeclare(office.workspace, "benches", {"openness": "internal"})
    assert path.read_text("utf-8").startswith("# 공원과가 보냅니다")
    redeclare(office.workspace, "benches", {"openness": None})
    assert path.read_text("utf-8") == before
    with pytest.raises(Problem, match=r"benches\.yml.*secret"):
        redeclare(office.workspace, "benches", {"openness": "secret"})
    assert path.read_text("utf-8") == before


def test_personal_data_is_never_opened(office: Office) -> None:
    redeclare(office.workspace, "benches", {"openness": "internal", "personal": "personal"})
    number = approved(office, "benches")
    with pytest.raises(Problem, match="declared to hold personal data"):
        engine.move(office.records, office.steward, number, "publish", {"opened_on": "2026-01-12"})


def test_what_expired_is_written_down_as_retired(office: Office) -> None:
    redeclare(office.workspace, "benches", {"expires": date(2026, 1, 11)})
    with opened(office.workspace) as context:
        assert [one.id for one in lifecycle.retire_expired(office.records, context)] == ["benches"]
    with opened(office.workspace) as context:
        assert lifecycle.retire_expired(office.records, context) == []
        assert "2026-01-11" in tombstones(context)[0].reason.en


COUNTS = {
    "district": d.DISTRICT.key(), "kind": d.KIND.key(), "people": d.PEOPLE,
}  # fmt: skip


def test_small_counts_of_people_are_counted() -> None:
    frame = pl.DataFrame({"district": list("abcd"), "kind": ["k"] * 4, "people": [0, 1, 2, 90]})
    found = small_cells(frame, COUNTS)
    assert (found.counts, found.cells, found.small, found.passes) == (("people",), 4, 2, False)
    assert small_cells(frame.with_columns(people=pl.lit(50)), COUNTS).passes


def test_persons_who_stand_alone_by_what_is_said_of_them_are_counted() -> None:
    columns = {"id": d.ID.key(), "sex": d.SEX, "age": d.AGE_FROM.called(both("나이", "Age"))}
    frame = pl.DataFrame(
        {"id": range(7), "sex": ["m"] * 3 + ["f"] * 4, "age": [30, 30, 30, 41, 41, 41, 88]}
    )
    found = small_cells(frame, columns)
    assert found.describing == ("sex", "age")
    assert found.alone == 1


def test_things_with_a_place_are_no_small_cells() -> None:
    columns = {**COUNTS, "longitude": d.LONGITUDE}
    frame = pl.DataFrame({"district": ["a"], "kind": ["k"], "people": [1], "longitude": [127.0]})
    assert not small_cells(frame, columns).concerned


def test_personal_data_in_rows_is_found_against_the_declaration() -> None:
    columns = {
        "id": d.ID.key(),
        "note": d.SENTENCE,
        "who": d.NAME.called(both("신청자 성명", "By")),
    }
    frame = pl.DataFrame(
        {
            "id": ["1", "2", "3", "4"],
            "note": ["확인", "신청인 900101-1234567", "010-1234-5678", "문의 a@b.kr"],
            "who": ["김철수", "이영희", "박민수", "최지우"],
        }
    )
    found = {(one.column, one.kind) for one in personal_data(frame, columns)}
    assert found == {
        ("note", "resident_number"), ("note", "mobile"), ("note", "email"), ("who", "person_name"),
    }  # fmt: skip
    clean = pl.DataFrame(
        {"id": ["20250101-0123"], "note": ["031-000-1234로 문의"], "who": ["공원과"]}
    )
    assert personal_data(clean, columns) == []


def test_the_review_says_what_stands_against_opening(office: Office) -> None:
    with opened(office.workspace) as context:
        known = opening.review(context, "benches")
        assert known["no_small_cells"].passes is True
        assert "quality_passed" in opening.blocked(known)
