"""The catalogue: what an entry says, what has expired, what changed, how well it is described."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
import small_city
from hypothesis import given, settings

from dataro.accounts.clock import KOREA
from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.build.context import Context, opened
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.data.lake.compare import compare
from dataro.data.lake.lake import Lake
from dataro.publish.catalogue import entries as catalogue
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.catalogue.first_chart import first_chart
from dataro.publish.catalogue.metadata import score
from dataro.publish.catalogue.refresh import refresh
from dataro.publish.catalogue.registration import COLUMNS, registration_rows
from dataro.publish.catalogue.search.ask import Wanted
from dataro.publish.catalogue.search.find import find, find_similar
from dataro.publish.catalogue.told import change_words
from dataro.publish.catalogue.versions import version, versions

PLACES = """
title: {ko: 의류 수거함, en: Clothes bins}
description: {ko: 헌 옷을 넣는 수거함의 자리입니다., en: Where old clothes are collected.}
owner: {ko: 자원순환과, en: Recycling}
row: {ko: 한 행은 수거함 하나입니다., en: One row per bin.}
licence: kogl-1
theme: environment
cadence: yearly
keywords: [의류, 수거함, 재활용]
contact: 031-000-0000
basis: {ko: 폐기물관리법 제14조, en: Waste control act}
collection: {ko: 담당자가 현장에서 적습니다., en: Noted on the spot.}
template: parking
source: {files: 수거함.csv}
columns:
  id: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
  kind: {from: 종류, title: {ko: 종류, en: Kind}, kind: text}
  placed: {from: 설치일자, title: {ko: 설치일자, en: Placed}, kind: date}
  as_of: {from: 기준일, title: {ko: 데이터기준일자, en: Base date}, kind: date}
  longitude: {from: 경도, term: longitude}
  latitude: {from: 위도, term: latitude}
"""
BINS = (
    "번호,종류,설치일자,기준일,경도,위도\n"
    "1,철,2001-05-01,2024-03-31,127.1,36.2\n2,나무,2003-05-01,2024-03-31,127.4,36.6\n"
    "3,철,2010-05-01,2024-02-29,36.5,127.2\n"  # swapped
    + "".join(f"{n},철,2010-05-01,2024-03-31,127.2,36.{n}\n" for n in range(10, 30))
)


def the_city(folder: Path) -> Workspace:
    workspace = small_city.make(folder)
    (folder / "datasets" / "bins.yml").write_text(PLACES, "utf-8")
    (folder / "raw" / "수거함.csv").write_text(BINS, "utf-8")
    return workspace


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = the_city(tmp_path_factory.mktemp("catalogue"))
    build(workspace)
    with opened(workspace) as context:
        refresh(context)
    return workspace


@pytest.fixture
def context(city: Workspace) -> Context:
    with opened(city) as found:
        yield found


def test_every_declared_dataset_and_every_answer_is_an_entry(context: Context) -> None:
    found = {one.id: one for one in catalogue.entries(context)}
    assert set(found) >= {"residents", "benches", "bins", "growth"}
    bins, growth = found["bins"], found["growth"]
    assert (bins.kind, bins.keys, bins.rows) == ("dataset", ("id",), 23)
    assert bins.formats == ("csv", "xlsx", "parquet", "geojson", "json")
    # When the rows hold, not when a bin was placed; a swapped coordinate does not stretch the map.
    assert bins.temporal == ("2024-02-29", "2024-03-31")
    assert bins.spatial == (127.1, 36.1, 127.4, 36.6)
    assert found["residents"].temporal == ("2024-01-01", "2024-03-31")  # whole months
    assert (growth.kind, growth.keys, growth.snapshot is not None) == ("answer", ("month",), True)
    assert growth.licence == "kogl-1"  # that of the data it is made from
    assert [table.name for table in growth.tables] == ["result"]
    with pytest.raises(NotThere, match="benches"):
        catalogue.visible_entry(context, "bench")


def test_a_dataset_whose_licence_ends_tonight_is_gone_in_the_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = the_city(tmp_path)
    declared = tmp_path / "datasets" / "bins.yml"
    declared.write_text(declared.read_text("utf-8") + "expires: 2024-06-30\n", "utf-8")
    tonight = datetime(2024, 6, 30, 23, 59, tzinfo=KOREA)
    steward = Person(1, "a", "a", "", "", "ko", "자원순환과", roles=frozenset({"data_officer"}))
    with opened(workspace) as context:
        monkeypatch.setattr(catalogue, "system_clock", lambda: tonight.astimezone(UTC))
        assert "bins" in [one.id for one in catalogue.public_entries(context)]
        monkeypatch.setattr(
            catalogue, "system_clock", lambda: (tonight + timedelta(minutes=1)).astimezone(UTC)
        )
        assert "bins" not in [one.id for one in catalogue.public_entries(context)]
        with pytest.raises(Gone, match="2024-06-30"):
            catalogue.visible_entry(context, "bins")
        # Nobody reads it any more, whatever their role; taking it away is still allowed.
        subject = next(one for one in catalogue.entries(context) if one.id == "bins").subject
        assert not allowed(steward, "dataset.read", subject, today=date(2024, 7, 1))
        assert allowed(steward, "dataset.retire", subject, today=date(2024, 7, 1))


def test_a_new_version_says_what_changed_and_the_old_one_can_still_be_had(tmp_path: Path) -> None:
    workspace = the_city(tmp_path)
    build(workspace, only=["bins"])
    raw = tmp_path / "raw" / "수거함.csv"
    raw.write_text(BINS.replace("2,나무", "2,플라스틱").replace("1,철,2001", "99,철,2001"), "utf-8")
    build(workspace, only=["bins"])
    build(workspace, only=["bins"], force=True)  # the same again makes no version
    with opened(workspace) as context:
        entry = catalogue.entry(context, "bins")
        newest, first = versions(context, entry)
        assert (first.first, first.current, newest.current) == (True, False, True)
        found = newest.change
        assert found is not None
        assert (found.added, found.removed, found.changed) == (1, 1, 1)
        assert change_words(entry, newest).ko == "행 1 더함, 1 뺌, 1 고침."
        assert version(context, entry, first.snapshot).receipt.rows == 23
        with pytest.raises(NotThere, match="no version 999"):
            version(context, entry, 999)


@settings(max_examples=12)
@given(
    before=st.dictionaries(st.integers(0, 9), st.sampled_from(["a", "b", None]), max_size=8),
    after=st.dictionaries(st.integers(0, 9), st.sampled_from(["a", "b", None]), max_size=8),
)
def test_changes_are_those_that_a_plain_comparison_finds(
    shared_lake: Lake, before: dict[int, str | None], after: dict[int, str | None]
) -> None:
    older, newer = (
        shared_lake.write("t", pa.table({"k": pa.array(rows.keys(), pa.int64()),
                                         "v": pa.array(rows.values(), pa.string())}))
        for rows in (before, after)
    )  # fmt: skip
    with shared_lake.session() as session:
        keyed = compare(session, "t", older, newer, ["k"])
        free = compare(session, "t", older, newer, [])
    assert (keyed.added, keyed.removed) == (len(after.keys() - before), len(before.keys() - after))
    assert keyed.changed == sum(before[k] != after[k] for k in before.keys() & after)
    was, now = Counter(before.items()), Counter(after.items())
    assert (free.added, free.removed) == ((now - was).total(), (was - now).total())


@pytest.fixture(scope="module")
def shared_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(tmp_path_factory.mktemp("lake"))


def test_metadata_is_scored_point_by_point_with_what_to_do(context: Context) -> None:
    found = {one.id: one for one in catalogue.public_entries(context)}
    city = context.registry.city
    good, bare = (score(found[id], city, date.today()) for id in ("bins", "benches"))
    assert good.of("udata") == (8, 9)  # the description is short
    assert [point.id for point in good.missing] == ["description", "agency"]
    assert good.share > bare.share
    basis = next(point for point in bare.missing if point.id == "basis")
    assert "basis" in basis.advice.ko
    assert all(point.source for point in bare.points)


def test_the_national_sheet_is_filled_from_the_declarations(context: Context) -> None:
    rows = registration_rows(
        catalogue.public_entries(context), context.registry.city, "https://data.example/"
    )
    bins = next(row for row in rows if row["목록.URL"].endswith("/bins"))
    assert list(bins) == list(COLUMNS)
    assert bins["목록명"] == "한빛도 삼평시_의류 수거함"
    assert (bins["분류체계"], bins["업데이트 주기"], bins["전체 행"]) == ("환경기상", "연간", "23")
    assert bins["이용허락범위"] == "이용허락범위 제한 없음"
    assert bins["표준데이터여부"] == "Y"
    assert "growth" not in {row["목록.URL"].rpartition("/")[2] for row in rows}  # no answers


def test_a_first_chart_is_drawn_only_where_the_columns_allow_one(context: Context) -> None:
    charts = {}
    for entry in catalogue.public_entries(context):
        if entry.kind == "dataset" and entry.snapshot is not None:
            with context.lake.session() as session:
                frame = session.read(entry.id, entry.snapshot).to_polars()
            charts[entry.id] = first_chart(entry, frame)
    bars = charts["bins"]
    assert bars is not None
    assert bars.title.ko == "종류별 건수"
    assert bars.series[0].values == [22, 1]
    assert charts["benches"] is None  # too few rows, and nothing to count by


def test_a_damaged_search_index_is_made_anew(city: Workspace) -> None:
    path = city.state / "search.sqlite"
    for left in (path, path.with_name("search.sqlite-wal"), path.with_name("search.sqlite-shm")):
        left.unlink(missing_ok=True)
    path.write_bytes(b"this is no database" * 1_000)
    with opened(city) as context:
        assert find(context, Wanted("수거함")).ids == ["bins"]
        assert [one.id for one, _ in find_similar(context, "의류 수거함 위치를 알려 주세요")] == [
            "bins"
        ]
