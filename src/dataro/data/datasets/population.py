"""Residents: of every city by month, of the city's districts, by age, by household."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Rule, Table
from dataro.vocabulary.text import both


class CityResidents(Table, title=both("시군구 월별 인구", "Residents of cities by month")):
    """One row per month, city and definition of population."""

    month = d.MONTH.key()
    place = d.PLACE.key()
    definition = d.DEFINITION.key()
    place_name = d.PLACE_NAME.optional()
    people = d.PEOPLE
    men = d.MEN.optional()
    women = d.WOMEN.optional()
    households = d.HOUSEHOLDS.optional()
    rules = (
        Rule(
            "men + women = people",
            both("남자와 여자의 합은 전체입니다", "Men and women add up to all"),
        ),
    )


class CityResidentsByAge(Table, title=both("시군구 연령별 인구", "Residents of cities by age")):
    """One row per month, city, definition of population, sex and age band."""

    month = d.MONTH.key()
    place = d.PLACE.key()
    definition = d.DEFINITION.key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    age_to = d.AGE_TO.optional()
    place_name = d.PLACE_NAME.optional()
    people = d.PEOPLE


class DistrictResidents(Table, title=both("읍면동 월별 인구", "Residents of districts by month")):
    """One row per month, district and definition of population."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    definition = d.DEFINITION.key()
    people = d.PEOPLE
    men = d.MEN.optional()
    women = d.WOMEN.optional()
    households = d.HOUSEHOLDS.optional()
    rules = (
        Rule(
            "men + women = people",
            both("남자와 여자의 합은 전체입니다", "Men and women add up to all"),
        ),
    )


class DistrictResidentsByAge(
    Table, title=both("읍면동 연령별 인구", "Residents of districts by age")
):
    """One row per month, district, definition of population, sex and age band."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    definition = d.DEFINITION.key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    age_to = d.AGE_TO.optional()
    people = d.PEOPLE


class HouseholdsBySize(Table, title=both("읍면동 세대원수별 세대", "Households by size")):
    """One row per month, district and household size (the largest size means “and more”)."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    size = d.HOUSEHOLD_SIZE.key()
    households = d.HOUSEHOLDS


class PopulationChange(Table, title=both("읍면동 인구 변동 요인", "Components of change")):
    """One row per month and district: births, deaths and moves of that month."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    births = d.BIRTHS
    deaths = d.DEATHS
    moved_in = d.MOVED_IN
    moved_out = d.MOVED_OUT
    other = d.OTHER_CHANGE.optional()
