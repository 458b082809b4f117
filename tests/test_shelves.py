"""Rows from shelves: what a plain loop over the rows gives, whatever is asked; versions and purges."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
import small_city
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.build.context import Context, opened
from dataro.build.run import build
from dataro.data.lake.lake import Lake
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.query import (
    BadOperator,
    BadPage,
    BadValue,
    Compare,
    Condition,
    Either,
    Every,
    NoPlaces,
    Not,
    Query,
    QueryTooLong,
    Sort,
    UnknownColumn,
    Within,
)
from dataro.publish.shelves.fill import fill
from dataro.publish.shelves.keeping import shelf
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.terms import Domain, Kind, Term
from dataro.vocabulary.text import both


def term(name: str, kind: Kind, *, key: bool = False) -> Term:
    return Term(both(f"{name} 열", name), Domain("", kind), name=name, is_key=key)


COLUMNS = {
    "number": term("number", "integer", key=True),
    "district": term("district", "code"),
    "month": term("month", "month"),
    "people": term("people", "integer"),
    "share": term("share", "decimal"),
    "name": term("name", "text"),
    "closed": term("closed", "boolean"),
    "longitude": term("longitude", "decimal"),
    "latitude": term("latitude", "decimal"),
}
NAMES = ["가람동", "Park 1", "park 2", "50%_길", "", None]
ROWS: list[dict[str, Any]] = [
    {
        "number": i,
        "district": f"{i % 5}",
        "month": date(2024, 1 + i % 4, 1).isoformat(),
        "people": None if i % 7 == 0 else (i * 37) % 50 - 10,
        "share": None if i % 11 == 0 else (i % 9) / 8,
        "name": NAMES[i % len(NAMES)],
        "closed": None if i % 13 == 0 else i % 2 == 0,
        "longitude": 127 + (i % 10) / 10,
        "latitude": None if i == 3 else 36 + (i // 10) / 10,
    }
    for i in range(60)
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("shelf")
    lake = Lake(folder / "lake")
    frame = pl.DataFrame(ROWS[::-1]).with_columns(pl.col("month").str.to_date())
    snapshot = lake.write("table", frame.to_arrow())
    fill(lake, "table", snapshot, COLUMNS, folder / "1.sqlite")
    lake.close()
    return Shelf(folder / "1.sqlite", COLUMNS)


PLAIN = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "in": lambda a, *b: a in b,
    "contains": lambda a, b: b.lower() in a.lower(),
    "starts": lambda a, b: a.lower().startswith(b.lower()),
}  # fmt: skip


def holds(one: Condition, row: dict[str, Any]) -> bool | None:
    """SQL's three answers, written out: None where an empty cell leaves it open."""
    if isinstance(one, Compare):
        cell = row[one.column]
        if one.operator in ("null", "not_null"):
            return (cell is None) == (one.operator == "null")
        return None if cell is None else PLAIN[one.operator](cell, *one.values)
    if isinstance(one, Not):
        return holds(one.condition, row) is not True
    if isinstance(one, Within):
        if row["latitude"] is None:
            return False
        return (
            one.west <= row["longitude"] <= one.east and one.south <= row["latitude"] <= one.north
        )
    found = [holds(part, row) for part in one.conditions]
    if isinstance(one, Every):
        return False if False in found else None if None in found else True
    return True if True in found else None if None in found else False


def compare(column: str, operators: list[str], values: st.SearchStrategy[Any]) -> Any:
    single = st.builds(lambda o, v: Compare(column, o, (v,)), st.sampled_from(operators), values)
    many = st.builds(
        lambda v: Compare(column, "in", tuple(v)), st.lists(values, min_size=1, max_size=4)
    )
    empty = st.builds(lambda o: Compare(column, o), st.sampled_from(["null", "not_null"]))
    return single | many | empty


ORDERED = ["eq", "ne", "gt", "ge", "lt", "le"]
COMPARES = st.one_of(
    compare("number", ORDERED, st.integers(-3, 62)),
    compare("district", ORDERED, st.sampled_from(["0", "3", "7"])),
    compare("month", ORDERED, st.sampled_from(["2024-02-01", "2024-03-01", "2030-01-01"])),
    compare("people", ORDERED, st.integers(-11, 41)),
    compare("share", ORDERED, st.sampled_from([0.0, 0.25, 0.5, 2.0])),
    compare(
        "name", [*ORDERED, "contains", "starts"], st.sampled_from(["가람", "park", "%", "_길", ""])
    ),
    compare("closed", ["eq", "ne"], st.booleans()),
)
BOXES = st.builds(
    Within, st.sampled_from([126.0, 127.2]), st.sampled_from([36.0, 36.3]),
    st.sampled_from([127.5, 128.0]), st.sampled_from([36.2, 37.0]),
)  # fmt: skip
CONDITIONS = st.recursive(
    COMPARES | BOXES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Either(tuple(parts)), st.lists(inner, max_size=3)),
    ),
    max_leaves=5,
)
SORTS = st.lists(
    st.builds(Sort, st.sampled_from(sorted(COLUMNS)), st.booleans()),
    max_size=2, unique_by=lambda one: one.column,
)  # fmt: skip


def in_order(rows: list[dict[str, Any]], sort: tuple[Sort, ...]) -> list[dict[str, Any]]:
    """Stable, last column first; equal rows in the direction of the last column; empty last."""
    rows = sorted(rows, key=lambda row: row["number"], reverse=bool(sort and sort[-1].descending))
    for one in reversed(sort):
        there = [row for row in rows if row[one.column] is not None]
        there.sort(key=lambda row: row[one.column], reverse=one.descending)
        rows = there + [row for row in rows if row[one.column] is None]
    return rows


@settings(max_examples=300, deadline=None)
@given(
    filters=st.lists(CONDITIONS, max_size=3).map(tuple),
    sort=SORTS.map(tuple),
    offset=st.integers(0, 70),
    limit=st.none() | st.integers(0, 30),
)
def test_a_page_is_what_a_plain_loop_over_the_rows_gives(
    small: Shelf, filters: Any, sort: Any, offset: int, limit: int | None
) -> None:
    query = Query(filters, sort, None, offset, limit)
    expected = [row for row in ROWS if all(holds(one, row) is True for one in filters)]
    page = small.select(query)
    assert page.total == len(expected) == small.count(query)
    ordered = in_order(expected, sort)
    assert page.records() == ordered[offset : None if limit is None else offset + limit]
    assert [row for chunk in small.rows(query, 7) for row in chunk] == page.rows


def test_what_cannot_be_asked_is_named_with_what_is_expected(small: Shelf) -> None:
    def refused(*filters: Condition, **others: Any) -> Any:
        with pytest.raises(Exception) as caught:  # noqa: PT011 (its kind is what the test reads)
            small.select(Query(filters, **others))
        return caught.value

    wrong = refused(Compare("peeple", "eq", ("1",)))
    assert isinstance(wrong, UnknownColumn)
    assert "“people”" in wrong.text.ko
    assert wrong.about == "peeple"
    assert "“district”" in refused(Compare("district 열", "eq", ("1",))).text.en
    assert isinstance(refused(sort=(Sort('n" --'),)), UnknownColumn)
    assert isinstance(refused(columns=("rowid",)), UnknownColumn)
    many = refused(Compare("people", "gt", ("많이",)))
    assert isinstance(many, BadValue)
    assert "정수" in many.text.ko
    assert isinstance(refused(Compare("people", "contains", ("1",))), BadOperator)
    assert isinstance(refused(Compare("month", "eq", ("2024-13",))), BadValue)
    assert isinstance(refused(Compare("name", "eq", ("가" * 10_000,))), QueryTooLong)
    assert isinstance(refused(*[Compare("people", "null")] * 51), QueryTooLong)
    assert isinstance(refused(offset=-1), BadPage)
    assert small.select(Query((Compare("month", "eq", ("202403",)),))).total == 15
    assert small.select(Query((Compare("name", "like", ("50\\%\\_%",)),))).total == 10
    assert small.select(Query((Compare("name", "like", ("가람동",)),))).total == 10  # NFD
    found = small.select(Query((Compare("number", "eq", ("3",)),))).records()
    assert [row["closed"] for row in found] == [False]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    workspace = small_city.make(tmp_path_factory.mktemp("city"))
    made = build(workspace, only=["residents", "benches", "growth"])
    assert {one.result for one in made} == {"built"}, made
    with opened(workspace) as context:
        yield context


def test_a_pinned_version_stays_as_it_was_until_it_is_gone(city: Context) -> None:
    first = shelf(city, "residents")
    assert first.select(Query(limit=1)).total == 3
    assert shelf(city, "growth").columns.keys() == {"month", "people", "change"}
    people = city.workspace.raw / "인구/2024.csv"
    people.write_text(small_city.PEOPLE_CSV + '2024-04,"10,300"\n', encoding="utf-8")
    build(city.workspace, only=["residents"])
    newest = shelf(city, "residents")
    assert newest.snapshot != first.snapshot
    assert newest.total == 4
    assert shelf(city, "residents", first.snapshot) is first
    with pytest.raises(NotThere):
        shelf(city, "residents", 999)
    with pytest.raises(NotThere, match="result"):
        shelf(city, "growth", table="resutl")
    with pytest.raises(NoPlaces):
        newest.select(Query((Within(1, 2, 3, 4),)))

    shutil.rmtree(first.path.parent)  # what a purge does
    assert not first.stands()
    # The lake still has the rows, so the version comes back; one that it lost is gone.
    assert shelf(city, "residents", first.snapshot).total == 3
    current = city.state.current("residents")
    assert current is not None
    city.state.publish(replace(current, snapshots={"residents": 12_345}))
    city.state.publish(current)
    with pytest.raises(Gone, match="12345"):
        shelf(city, "residents", 12_345)


def test_many_threads_that_ask_first_build_one_file(city: Context) -> None:
    shutil.rmtree(city.workspace.state / "shelves/benches", ignore_errors=True)
    found: list[Shelf] = []
    threads = [
        threading.Thread(target=lambda: found.append(shelf(city, "benches"))) for _ in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({id(one) for one in found}) == 1
    assert [one.name for one in found[0].path.parent.glob("*.sqlite")] == [found[0].path.name]
