"""An extract for research gives what was permitted, and a leaked copy names who it was made for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import small_office
from small_office import Office

from dataro.accounts import audit
from dataro.accounts.people import person_by_id
from dataro.accounts.person import Person
from dataro.build.context import opened
from dataro.build.run import build
from dataro.cases import engine
from dataro.cases.extracts.extract import Extract, extracts_of, make_extract, trace_extract
from dataro.vocabulary.problem import Problem

WALKERS = """
title: {ko: 산책로 이용자 조사, en: A survey of walkers}
description: {ko: 산책로를 걷는 사람을 조사했습니다., en: Who walks where.}
owner: {ko: 공원과, en: Parks}
row: {ko: 한 행은 응답자 한 사람입니다., en: One row per respondent.}
licence: kogl-1
openness: internal
openness_reason: {ko: 개인을 알아볼 수 있습니다., en: Persons can be recognised.}
source: {files: "조사.csv"}
columns:
  respondent: {from: 응답번호, title: {ko: 응답번호, en: Respondent}, kind: code, key: true}
  name: {from: 성명, title: {ko: 성명, en: Name}, kind: text, personal: true}
  phone: {from: 전화, title: {ko: 전화번호, en: Telephone}, kind: text, personal: true}
  sex: {from: 성별, title: {ko: 성별, en: Sex}, kind: text}
  age: {from: 나이, title: {ko: 나이, en: Age}, kind: integer}
  day: {from: 조사일, title: {ko: 조사일, en: Day}, kind: date}
  kilometres: {from: 거리, title: {ko: 걸은 거리, en: Distance}, kind: decimal}
  minutes: {from: 시간, title: {ko: 걸은 시간, en: Minutes}, kind: integer}
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    place = office.workspace
    (place.datasets / "walkers.yml").write_text(WALKERS, "utf-8")
    lines = ["응답번호,성명,전화,성별,나이,조사일,거리,시간"]
    for n in range(3_000):
        km = 0.5 + (n * 37 % 900) / 97
        lines.append(
            f"R{n:05d},김가람{n},010-1234-{n:04d},{'남여'[n % 2]},{20 + n * 7 % 60},"
            f"2025-0{n % 9 + 1}-1{n % 9},{km:.3f},{10 + n % 120}"
        )
    (place.raw / "조사.csv").write_text("\n".join(lines), "utf-8")
    build(place, only=["walkers"])
    yield office
    office.records.close()


def permitted(office: Office, person: Person, level: str = "pseudonymous") -> Person:
    form = {
        "title": "산책과 건강", "dataset": "walkers", "purpose": "걷는 거리와 나이의 관계를 살핍니다. " * 3,
        "institution": "대학", "level": level, "until": "2026-12-31", "agreement": "예",
        "phone": "010-0000-0000",
    }  # fmt: skip
    number = engine.open_case(office.records, person, "research_access", form).case.number
    engine.move(
        office.records, office.chief, number, "grant", {"level": level, "until": "2026-06-30"}
    )
    return person_by_id(office.records, person.id)


def extract(office: Office, person: Person) -> Extract:
    with opened(office.workspace) as context:
        return make_extract(context, office.records, person, "walkers")


def rows(one: Extract) -> pl.DataFrame:
    with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".csv")]
        assert "읽어주세요.txt" in archive.namelist()
        return pl.read_csv(archive.read(name))


def test_an_extract_holds_no_identifier_and_only_widened_traits(office: Office) -> None:
    one = extract(office, permitted(office, office.citizen))
    frame = rows(one)
    assert frame.columns == [
        "respondent", "sex", "age", "day", "kilometres", "minutes", "extract",
    ]  # fmt: skip
    text = frame.write_csv()
    assert "김가람" not in text
    assert "010-" not in text
    assert not frame["respondent"].str.starts_with("R0").any()
    assert frame["respondent"].n_unique() == frame.height
    assert set(frame["age"].drop_nulls().str.slice(2, 1)) == {"~"}
    assert set(frame["day"].drop_nulls().str.len_chars()) == {7}
    assert 0.975 * 3_000 < frame.height < 3_000  # one row in 64 is left out
    truth = sum(0.5 + (n * 37 % 900) / 97 for n in range(3_000)) / 3_000
    assert abs(float(frame["kilometres"].mean()) - truth) < 0.05  # type: ignore[arg-type]


def test_a_leaked_copy_names_its_recipient_though_half_of_it_is_gone(
    office: Office, tmp_path: Path
) -> None:
    mine = rows(extract(office, permitted(office, office.citizen)))
    other = rows(extract(office, permitted(office, office.neighbour)))
    leaks = {
        "whole.csv": mine,
        "without the mark.csv": mine.drop("extract"),
        "a tenth, mixed.csv": mine.drop("extract").sample(fraction=0.1, shuffle=True, seed=1),
        "one column.csv": mine.select("kilometres").head(200),
    }
    for name, leak in leaks.items():
        path = tmp_path / name
        leak.write_csv(path)
        best, *others = trace_extract(office.records, office.chief, path)
        assert (best.login, best.sure) == (office.citizen.login, True), name
        assert not any(one.sure for one in others), name
    (tmp_path / "other.csv").write_bytes(other.drop("extract").write_csv().encode())
    assert trace_extract(office.records, None, tmp_path / "other.csv")[0].login == (
        office.neighbour.login
    )
    assert audit.entries(office.records, subject="extract")[0].action == "extract.trace"


def test_a_file_that_is_nobodys_extract_accuses_nobody(office: Office, tmp_path: Path) -> None:
    extract(office, permitted(office, office.citizen))
    innocent = pl.DataFrame(
        {"kilometres": [0.5 + (n * 41 % 887) / 89 for n in range(2_000)]}
    ).with_columns(pl.col("kilometres").round(3))
    path = tmp_path / "innocent.csv"
    innocent.write_csv(path)
    assert not any(one.sure for one in trace_extract(office.records, None, path))


def test_an_aggregate_permission_gives_counts_without_small_ones(office: Office) -> None:
    frame = rows(extract(office, permitted(office, office.citizen, "aggregate")))
    assert "respondent" not in frame.columns
    assert frame["count"].drop_nulls().min() >= 3  # type: ignore[operator]


def test_no_permission_or_an_ended_one_gives_nothing(office: Office) -> None:
    with pytest.raises(Problem):
        extract(office, office.citizen)
    person = permitted(office, office.citizen)
    office.clock.to(2026, 7, 1)
    with pytest.raises(Problem):
        extract(office, person_by_id(office.records, person.id))
    assert extracts_of(office.records) == []
