"""A raw table becomes a standard one: typed columns, and a fault for every cell that is not."""

from __future__ import annotations

from datetime import date, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataro.data.sources.raw import Raw
from dataro.data.standards.cast import cast
from dataro.data.standards.standardise import Standard, standardise
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import ColumnSource, Correction, Dataset, Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

CITY = City(
    id="somewhere",
    name=both("어디시", "Somewhere"),
    codes=("9999900000",),
    bounds=(126.5, 37.0, 127.3, 37.4),
    province=both("어느도", "Province"),
    office=both("데이터과", "Data office"),
)


def read(
    columns: dict[str, Term],
    cells: dict[str, list[str | None]],
    sources: dict[str, ColumnSource] | None = None,
    corrections: tuple[Correction, ...] = (),
) -> Standard:
    """Standardise one raw table given as columns of cells; row 2 is its first."""
    rows = len(next(iter(cells.values())))
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(
        _file=pl.lit("given.csv"), _row=pl.int_range(2, rows + 2)
    )
    dataset = Dataset(
        "given", both("주어진 것", "Given"), both("", ""), both("담당", "Owner"), Source(),
        sources or {}, "KOGL-1", corrections=corrections,
    )  # fmt: skip
    raw = Raw(frame=frame, files=[], faults=[], notes=[])
    return standardise(raw, dataset, columns, city=CITY)


DAY = date(2023, 1, 5)
STYLES_OF_A_DAY = [
    "2023-01-05", "2023-1-5", "2023.01.05", "2023.1.5.", "2023. 1. 5.", "2023/1/5", "2023 01 05",
    "20230105", "2023년 1월 5일", "2023년01월05일", "'23.1.5", "23-01-05", "2023-01-05 09:30:00",
    "2023-01-05T09:30:00+09:00", "2023.1.5.(목)", "5-Jan-2023", "Jan 5, 2023", "２０２３-０１-０５",
    " 2023-01-05　",
]  # fmt: skip


@pytest.mark.parametrize("written", STYLES_OF_A_DAY)
def test_a_day_is_read_in_every_style_that_offices_write(written: str) -> None:
    assert cast(pl.Series([written]), "date").to_list() == [DAY]


@pytest.mark.parametrize(
    "written", ["2023-02-30", "2023-13-01", "12/01/2023", "231201", "44931", "2023-1", "어제"]
)
def test_what_is_no_day_or_could_be_two_is_not_read(written: str) -> None:
    assert cast(pl.Series([written]), "date").to_list() == [None]


@pytest.mark.parametrize(
    "written",
    ["2023년01월", "2023-01", "202301", "2023. 1", "2023.01.", "2023/1", "2023년 1월", "2023M01",
     "2023-01-31", "'23.1", "Jan 2023", "2023.01 월"],
)  # fmt: skip
def test_a_month_is_the_date_of_its_first_day(written: str) -> None:
    assert cast(pl.Series([written]), "month").to_list() == [date(2023, 1, 1)]


def test_numbers_are_read_as_korean_tables_write_them() -> None:
    people = both("명", "people")
    cells = pl.Series(["1,234", " １２３ ", "(1,234)", "△12", "−7", "12.0", "35명", "+5"])
    assert cast(cells, "integer", people).to_list() == [1234, 123, -1234, -12, -7, 12, 35, 5]
    won = both("원", "won")
    assert cast(pl.Series(["₩1,000", "3천원", "1.5억원"]), "decimal", won).to_list() == [
        1000.0, 3000.0, 150_000_000.0,
    ]  # fmt: skip


def test_numbers_that_lost_digits_or_mean_two_things_are_not_read() -> None:
    cells = [
        "1.23E+15",
        "12.5",
        "1,5",
        "12,34",
        "5원",
        "(-3)",
        "(3",
        "1 234",
        "99999999999999999999",
    ]
    assert cast(pl.Series(cells), "integer", both("명", "people")).null_count() == len(cells)
    assert cast(pl.Series(["inf", "NaN", "1e999"]), "decimal").null_count() == 3


@given(st.integers(-(10**15), 10**15))
def test_a_number_survives_its_thousands_separators(number: int) -> None:
    assert cast(pl.Series([f"{number:,}"]), "integer").to_list() == [number]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_date_survives_any_style(day: date) -> None:
    styles = [f"{day:%Y.%m.%d}", f"{day.year}. {day.month}. {day.day}.", f"{day:%Y%m%d}"]
    assert cast(pl.Series(styles), "date").to_list() == [day] * 3


def test_yes_no_years_times_and_codes_are_read() -> None:
    assert cast(pl.Series(["Y", "아니오", "○", "×", "있음"]), "boolean").to_list() == [
        True, False, True, False, True,
    ]  # fmt: skip
    assert cast(pl.Series(["2023년", "23"]), "year").to_list() == [2023, None]
    assert cast(pl.Series(["0430", "오후 3:20", "24:00"]), "time").to_list() == [
        time(4, 30), time(15, 20), None,
    ]  # fmt: skip
    assert cast(pl.Series(["00１２", " 007 "]), "code").to_list() == ["0012", "007"]


def test_a_cell_that_cannot_be_read_is_a_fault_with_its_place() -> None:
    columns = {"month": d.MONTH.key(), "people": d.PEOPLE, "men": d.MEN.optional()}
    standard = read(
        columns,
        {
            "연월": ["2023-01", "2023-02", None, "2023-04"],
            "인구수": ["1,000", "천 명", "3", "4"],
            "남자 인구수": ["500", "1", "2", "오백"],
        },
    )
    assert standard.frame.select("month", "people", "men").rows() == [
        (date(2023, 1, 1), 1000, 500),
        (date(2023, 4, 1), 4, None),
    ]
    assert standard.frame["_row"].to_list() == [2, 5]
    assert [(f.row, f.column, f.value, f.kept) for f in standard.faults] == [
        (4, "month", None, False),
        (3, "people", "천 명", False),
        (5, "men", "오백", True),
    ]
    assert "천 명" in standard.faults[1].text.ko
    assert "1,234" in standard.faults[1].text.en  # what was expected
    assert (standard.rows_read, standard.fault_count) == (4, 3)


def test_columns_are_filled_by_heading_constant_pattern_and_values() -> None:
    columns = {"district": d.DISTRICT, "definition": d.DEFINITION, "sex": d.SEX, "people": d.PEOPLE}
    standard = read(
        columns,
        {
            "행정구역": ["서울특별시  (1100000000)", "없음"],
            "성": [" 남자 ", "여자"],
            "people": ["1", "2"],
        },
        {
            "district": ColumnSource(source="행정 구역", pattern=r"\((\d{10})\)"),
            "definition": ColumnSource(constant="residents"),
            "sex": ColumnSource(source="성", values={"남자": "male", "여자": "female"}),
        },
    )
    assert standard.frame.drop("_file", "_row").rows() == [("1100000000", "residents", "male", 1)]
    assert [(f.column, f.value) for f in standard.faults] == [("district", "없음")]


def test_declared_corrections_are_applied_to_text_and_counted_by_reason() -> None:
    standard = read(
        {"name": d.NAME, "people": d.PEOPLE},
        {"명칭": ["합계", "가동", "나동"], "인구수": ["30", "10", "2O"]},
        corrections=(
            Correction("name = '합계'", both("합계 행", "Total row"), drop=True),
            Correction("people LIKE '%O%'", both("숫자 0을 글자 O로 적음", "O for 0"),
                       set={"people": 20}),
        ),
    )  # fmt: skip
    assert standard.frame.select("name", "people").rows() == [("가동", 10), ("나동", 20)]
    assert standard.corrected == {"합계 행": 1, "숫자 0을 글자 O로 적음": 1}
    assert standard.faults == []


def test_a_missing_heading_is_named_with_the_nearest_one() -> None:
    with pytest.raises(Problem) as raised:
        read({"name": d.NAME}, {"명칭칭": ["가"]}, {"name": ColumnSource(source="명칭침")})
    assert "명칭칭" in raised.value.text.en
    assert "columns.name.from" in raised.value.text.ko


def test_a_correction_that_cannot_be_applied_says_which_columns_there_are() -> None:
    with pytest.raises(Problem) as raised:
        read({"name": d.NAME}, {"명칭": ["가"]},
             corrections=(Correction("nmae = 'x'", both("이유", "Reason"), drop=True),))  # fmt: skip
    assert "nmae" in raised.value.text.en
    assert "name" in raised.value.text.en
