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


class PublishedPopulation(
    Table, title=both("발표된 인구 전망과 수치", "Population forecasts and figures as published")
):
    """One row per published figure: a forecast, a count, or what a forecast assumed.

    ``kind`` is ``forecast``, ``observed`` or ``assumption``; ``measure`` is ``people``,
    ``passes`` (the month in which so many people are reached), ``persons_per_household``,
    ``share_from_outside`` or ``foreigner_growth`` (a year). ``origin`` is the last month that a
    forecast knew.
    """

    published = d.MONTH.called(both("발표한 달", "Published")).key()
    kind = d.KIND.key()
    measure = d.NAME.called(both("항목", "Measure")).key()
    month = d.MONTH.key()
    definition = d.DEFINITION.optional()
    origin = d.MONTH.called(both("자료 기준 달", "Last month known")).optional()
    value = d.VALUE
    source = d.SENTENCE.called(both("출처", "Source"))
