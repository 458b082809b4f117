"""Real files of a city and its country, as they came: rows, headings and known cells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import shapely

from dataro.data.sources.files import read
from dataro.data.sources.raw import Raw
from dataro.vocabulary.dataset import Source, Unpivot

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not SHARED.is_dir(),
        reason="the real files are not here; set DATARO_SHARED to the folder that holds data/",
    ),
]


def read_real(pattern: str, **declared: object) -> Raw:
    paths = sorted(SHARED.glob(pattern))
    assert paths, pattern
    return read(Source(**declared), paths, base=SHARED)  # type: ignore[arg-type]


CASES = [
    ("population/hwaseong_registered_monthly_2011_2025.csv", 168, 2, "registered_total", "507180"),
    ("population/mois_sigungu_monthly/2023_second_half_population_by_age_monthly.csv",
     291, 5, "2023년07월/계/0~9세", "525,678"),
    ("population/mois_sigungu_monthly/2023_second_half_registered_population_and_household_monthly.csv",
     289, 4, "2023년07월/세대수", "4,418,758"),
    ("population/mois_sigungu_monthly/2025_first_half_registered_population_other_population_change_monthly.csv",
     247, 5, "2025년01월/인구증감/계", "-9,347"),
    ("population/dong_5yr_age/POP5_2021.csv.gz", 3507, 2, None, None),
    ("population/hwaseong_2018_excel/화성시 연령별 인구자료.xlsx", 122, 4, "화성시/계", "758722"),
    ("population/hwaseong_2018_excel/화성시 읍면동별 세대및인구.xlsx", 27, 5, "총인구/계", "798100"),
    ("population/hwaseong_2018_excel/화성시 사업체, 종사자수.xlsx", 18, 3, "화성시/사업체수", "58194"),
    ("transit/hwaseong_2018/화성시 정류장별 이용인원.xls", 2266, 8, "2018/월/승차", "20,626"),
    ("transit/hwaseong_2018/화성시 버스노선.xls", 102, 3, "기점", "조암터미널"),
    ("transit/hwaseong_2018/화성시 버스 전체노선.xls", 314, 2, "주중배차간격", "24분~40분"),
    ("transit/hwaseong_2026/stops_hwaseong.csv", 3158, 2, "ars", "37539"),
    ("transit/bus_positions_2022/2022-10-23_merged_1008_233000125_rTimeBusPos.csv.gz",
     19137, 2, None, None),
    ("housing_care/hwaseong_apartments_20260701.csv", 476, 2, "세대수", "621"),
    ("housing_care/hwaseong_schools.json", 188, 1, "name", "갈담초등학교"),
    ("housing_care/유치원_개황_2000_2024.xlsx", 72, 4, "2000/유치원수 (개)/소계", "8494"),
    ("messy/버스회사 전처리.csv", 573, 2, "노선명", "M6410"),
    ("messy/전국야영장2.csv", 2290, 2, "위도", "37.7608264"),
    ("messy/성별_연령별*.xlsx", 260, 3, "2015/통근·통학 인구(12세 이상)", "29358111"),
    ("messy/hwaseong_parking_static.json", 131, 1, "lat", "37.1600052"),
    ("local_currency/경기도_지역화폐발행및이용현황.csv", 1302, 2, None, None),
    ("migration/kosis_DT_1B26003_province_od_quarterly_1970_2021.csv.gz",
     44433, 2, "Migrants[명]", "220422"),
    ("migration/전출지_전입지_시도_별_이동자수_2000_2024.xlsx", 324, 3, "2000/이동자수 (명)", "9009441"),
    ("safety/seoul_crime_cctv/01. population_in_Seoul.xls", 26, 4, "인구/합계/계", "10197604"),
    ("boundaries/codes/대한민국_읍면동코드_3단계_매핑_2017.csv", 3557, 2, None, None),
    ("boundaries/gyeonggi/hangjeongdong_경기도.geojson", 551, 1, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "rows", "first", "column", "cell"), CASES)
def test_a_real_file_is_read_whole_with_its_headings_found(
    pattern: str, rows: int, first: int, column: str | None, cell: str | None
) -> None:
    raw = read_real(pattern)
    assert raw.frame.height == rows
    assert raw.frame["_row"][0] == first
    if column:
        assert raw.frame[column][0] == cell
    assert not [fault for fault in raw.faults if not fault.kept]


def test_eighteen_monthly_exports_become_one_long_table() -> None:
    raw = read_real(
        "population/mois_sigungu_monthly/*population_by_age_monthly.csv",
        header=(2, 3, 4),
        unpivot=Unpivot(r"(?P<month>\d{4}년\d{2}월)/(?P<sex>계|남|여)/(?P<age>.+)", "people"),
    )
    city = raw.frame.filter(raw.frame["행정기관"].str.strip_chars() == "경기도 화성시")
    december = city.filter(
        (city["month"] == "2023년12월") & (city["age"] == "총 거주자수") & (city["sex"] == "계")
    )
    assert december["people"].to_list() == ["941,840"]
    assert city["month"].n_unique() == 36


def test_records_of_all_regions_carry_their_region() -> None:
    raw = read_real(
        "population/all_regions/jumin_monthly_full.json.gz", records="regions.*.monthly"
    )
    assert raw.frame.height == 173_815
    assert raw.frame["key"].n_unique() == 4_528
    seoul = raw.frame.filter((raw.frame["key"] == "1100000000") & (raw.frame["date"] == "2018-01"))
    assert seoul["population"].to_list() == ["9851767"]


def test_a_citys_own_layout_of_districts_is_read_below_its_path() -> None:
    raw = read_real("boundaries/hwaseong/*raw.json", records="districts.*.areas")
    assert raw.frame.height == 29
    assert raw.frame["name"][0] == "남양읍"
    assert raw.frame["parent.name"][0] == "만세구"


def test_real_boundaries_arrive_as_shapes_in_degrees_with_the_broken_ones_noted() -> None:
    raw = read_real("boundaries/hwaseong/hwaseong_dong_sgis_2025Q2.geojson")
    assert raw.frame.height == 29
    assert any("4 shape(s)" in note.en for note in raw.notes)
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(raw.frame["geometry"]))
    assert 126 < west < east < 128
    assert 36 < south < north < 38
