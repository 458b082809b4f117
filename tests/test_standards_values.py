"""Identifiers, units and administrative codes: judged value by value."""

from __future__ import annotations

import gzip
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataro.data.standards.codes import (
    CodeHistory,
    from_districts,
    legal_level,
    read_districts,
    read_legal_history,
)
from dataro.data.standards.identifiers import (
    BUSINESS,
    CARD,
    CORPORATION,
    IDENTIFIERS,
    RESIDENT,
    Checksum,
    birth_date,
    canonical,
    is_valid,
    matching,
    why_not,
)
from dataro.data.standards.numbering import (
    PROVINCES,
    province_of_code,
    province_of_name,
    province_of_postcode,
    province_of_telephone,
)
from dataro.data.standards.units import (
    PYEONG,
    convert,
    parse_quantity,
    slip,
    split_heading,
    unit_of,
)
from dataro.vocabulary.problem import Problem

DIGITS = st.text(alphabet="0123456789", min_size=12, max_size=12)

# Identifiers


@pytest.mark.parametrize("rule", [BUSINESS, CORPORATION, RESIDENT, CARD])
@given(DIGITS)
def test_a_check_digit_is_found_again_and_one_wrong_digit_is_noticed(
    rule: Checksum, digits: str
) -> None:
    body = digits.ljust(15, "7")[: len(rule.weights)]
    whole = body + str(rule.digit(body))
    assert rule.holds(whole)
    wrong = whole[:-1] + str((int(whole[-1]) + 1) % 10)
    assert not rule.holds(wrong)


@pytest.mark.parametrize("kind", [kind for kind in IDENTIFIERS if kind != "resident_number"])
def test_the_example_of_every_identifier_is_valid_and_canonical(kind: str) -> None:
    example = IDENTIFIERS[kind].example
    assert is_valid(kind, example)
    assert canonical(kind, example) == example
    assert kind in matching(example)
    assert why_not(kind, example) is None


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("business_number", "123-45-67891", True),
        ("business_number", "1234567891", True),
        ("business_number", "123-45-67890", False),
        ("business_number", "１２３－４５－６７８９１", True),
        ("telephone", "031-200-1234", True),
        ("telephone", "(031)200-1234", True),
        ("telephone", "02 2100 3399", True),
        ("telephone", "1577-0000", True),
        ("telephone", "119", True),
        ("telephone", "031-5189-211", False),
        ("telephone", "035-200-1234", False),
        ("telephone", "1234", False),
        ("postcode", "18274", True),
        ("postcode", "64000", False),
        ("postcode", "445-160", False),
        ("resident_number", "210315-3123456", True),
        ("resident_number", "211332-3123456", False),
        ("email", "data@city.go.kr", True),
        ("email", "data@city", False),
        ("vehicle_number", "12가3456", True),
        ("parcel_number", "1111010100300010000", False),
    ],
)
def test_identifiers_are_told_from_what_only_looks_like_them(
    kind: str, value: str, holds: bool
) -> None:
    assert is_valid(kind, value) is holds
    reason = why_not(kind, value)
    assert (reason is None) is holds


def test_a_value_is_written_as_the_standard_writes_it() -> None:
    assert canonical("telephone", "+82-31-200-1234") == "031-200-1234"
    assert canonical("telephone", "0212345678") is None
    assert canonical("telephone", "0222345678") == "02-2234-5678"
    assert canonical("business_number", "1234567891") == "123-45-67891"
    assert canonical("business_number", "1234567890") is None


def test_resident_numbers_since_october_2020_have_no_check_digit() -> None:
    body = "990101" + "123456"
    wrong = body + str((RESIDENT.digit(body) + 1) % 10)
    assert not is_valid("resident_number", wrong)
    assert is_valid("resident_number", "220101" + "3" + "123456")
    assert birth_date("220101-3123456") == date(2022, 1, 1)
    assert birth_date("990231-1123456") is None


def test_provinces_are_told_by_code_name_telephone_and_postcode() -> None:
    gangwon = province_of_code("4211010100")
    assert gangwon is province_of_code("51") is province_of_name("강원도 어느군")
    assert province_of_telephone("033-240-0000") is gangwon is province_of_postcode("24266")
    ranges = sorted(province.postcodes for province in PROVINCES)
    assert ranges[0][0] == 1
    assert ranges[-1][1] == 63
    assert all(a[1] + 1 == b[0] for a, b in pairwise(ranges))


# Units


@pytest.mark.parametrize(
    ("cell", "number", "symbol"),
    [
        ("3억 5,000만원", 350_000_000, "원"), ("1,234 천원", 1234, "천원"), ("△1,200", -1200, None),
        ("12.5㎡", 12.5, "㎡"), ("100명", 100, "명"), ("1천5백만원", 15_000_000, "원"), ("10 %", 10, "%"),
        ("33 m2", 33, "㎡"), ("5조", 5e12, None), ("2,000백만원", 2e9, "원"), ("0", 0, None),
    ],
)  # fmt: skip
def test_a_cell_gives_its_number_and_unit(cell: str, number: float, symbol: str | None) -> None:
    parsed = parse_quantity(cell)
    assert parsed is not None
    assert parsed[0] == number
    assert (parsed[1].symbol if parsed[1] else None) == symbol


@pytest.mark.parametrize("cell", ["", "약 30", "1.2.3", "서른", "2023-01-02", "원", "1 furlong"])
def test_a_cell_that_is_no_quantity_is_not_made_one(cell: str) -> None:
    assert parse_quantity(cell) is None


@given(st.text(max_size=40))
def test_any_text_can_be_asked_for_its_quantity_and_unit(text: str) -> None:
    parse_quantity(text)
    name, unit = split_heading(text)
    assert unit is None or name != text


def test_headings_say_their_unit() -> None:
    assert split_heading("금액 (단위: 천원)") == ("금액", unit_of("천원"))
    assert split_heading("전화번호(대표)") == ("전화번호(대표)", None)
    assert split_heading("예산_백만원") == ("예산", unit_of("백만 원"))
    assert split_heading("세대 수") == ("세대 수", None)


def test_units_convert_within_their_quantity() -> None:
    assert convert(1, "평", "㎡") == pytest.approx(3.305785, rel=1e-6)
    assert convert(1, "㎢", "ha") == pytest.approx(100)
    assert convert(3, "백만원", "천원") == pytest.approx(3000)
    with pytest.raises(ValueError, match="no conversion"):
        convert(1, "㎡", "원")


def test_a_ratio_tells_the_confusion_of_units_behind_it() -> None:
    thousand, pyeong = slip(1004), slip(1 / PYEONG)
    assert thousand is not None
    assert thousand.factor == 1000
    assert slip(0.001) is thousand
    assert pyeong is not None
    assert "평" in pyeong.text.ko
    assert slip(7) is None
    assert slip(0) is None


# Codes


def register() -> CodeHistory:
    """A city of one gu-less code: A splits in 2015, B is renumbered in 2020, C ends alone."""
    return from_districts(
        [
            {"district": "1000051000", "valid_from": "2001-01-01", "valid_to": None, "name": "가동",
             "level": "dong", "parent": "1000000000"},
            {"district": "1000051100", "valid_from": "2015-07-01", "valid_to": None, "name": "나동",
             "level": "dong", "parent": "1000000000", "split_from": "1000051000"},
            {"district": "1000031000", "valid_from": "2001-01-01", "valid_to": "2020-01-01",
             "name": "다면", "level": "myeon", "parent": "1000000000"},
            {"district": "1000025000", "valid_from": "2020-01-01", "valid_to": None, "name": "다읍",
             "level": "eup", "parent": "1000000000", "renumbered_from": "1000031000"},
            {"district": "1000052000", "valid_from": "2001-01-01", "valid_to": "2010-01-01",
             "name": "라동", "level": "dong", "parent": "1000000000"},
        ]
    )  # fmt: skip


def test_the_code_list_of_a_day_holds_what_was_valid_on_that_day() -> None:
    history = register()
    assert set(history.at(date(2014, 1, 1))) == {"1000051000", "1000031000"}
    assert set(history.at(date(2019, 12, 31))) == {"1000051000", "1000051100", "1000031000"}
    assert set(history.at(date(2020, 1, 1))) == {"1000051000", "1000051100", "1000025000"}
    assert set(history.at(date(2020, 1, 1), level="eup")) == {"1000025000"}


def test_what_became_of_a_code_is_said() -> None:
    history, today = register(), date(2024, 1, 1)
    assert history.standing("1000051000", today).state == "valid"
    retired = history.standing("1000031000", today)
    assert retired.state == "retired"
    assert [place.code for place in retired.successors] == ["1000025000"]
    assert "2020-01-01" in retired.text.ko
    assert history.standing("1000025000", date(2010, 1, 1)).state == "not_yet"
    assert history.standing("9", today).state == "unknown"
    assert [place.name for place in history.split_into("1000051000")] == ["나동"]
    assert history.predecessors("1000051100") == ("1000051000",)


def test_the_nearest_valid_code_is_proposed_with_its_reason() -> None:
    history, today = register(), date(2024, 1, 1)

    def nearest(code: str, name: str | None = None) -> str | None:
        found = history.nearest(code, today, name)
        return found.place.code if found else None

    assert nearest("1000031000") == "1000025000"
    assert nearest("1000051000") == "1000051000"
    assert nearest("10000510") == "1000051000"
    assert nearest("1000050100") == "1000051000"
    assert nearest("7777777777", "나 동") == "1000051100"
    assert nearest("1000052000") is None
    assert nearest("없음") is None


def test_the_city_that_ships_has_a_history_that_follows_its_codes_through_2026() -> None:
    path = Path(str(files("dataro.cities"))) / "hwaseong" / "districts.csv"
    history = read_districts(path)
    before, after = date(2025, 12, 31), date(2026, 6, 1)
    old = history.at(before)
    assert len(old) >= 29
    for code, place in old.items():
        if place.level in ("eup", "myeon", "dong"):
            standing = history.standing(code, after)
            assert standing.state in ("valid", "retired"), code
            assert history.nearest(code, after) is not None, place


def test_a_legal_register_is_read_with_what_a_spreadsheet_did_to_its_codes(tmp_path: Path) -> None:
    lines = [
        "법정동코드,시도명,시군구명,읍면동명,리명,순위,생성일자,삭제일자,과거법정동코드",
        "4900000000.0,모도,,,,1,1988-04-23,,",
        "4900100000.0,모도,모군,,,1,1988-04-23,2001-03-21,",
        "4900131000.0,모도,모군,안면,,1,1988-04-23,2001-03-21,12345678.0",
        "4900200000.0,모도,모시,,,1,2001-03-21,,",
        "4900225000.0,모도,모시,안읍,,1,2001-03-21,,4900131000.0",
    ]
    path = tmp_path / "legal.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode("utf-8")))
    history = read_legal_history(path)
    day = date(2010, 1, 1)
    assert legal_level("4900225000") == "district"
    assert [p.code for p in history.successors("4900131000", day)] == ["4900225000"]
    assert [p.code for p in history.successors("4900100000", day)] == ["4900200000"]
    assert history.named("모도 모시 안읍", day)[0].code == "4900225000"
    (tmp_path / "wrong.csv").write_text("code,name\n1,2\n", "utf-8")
    with pytest.raises(Problem):
        read_legal_history(tmp_path / "wrong.csv")
