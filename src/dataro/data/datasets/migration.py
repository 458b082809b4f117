"""Who moves from where to where: pairs by month, movers by age and reason, provinces, places."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

# Points outside the city: the city's bounds, which the dictionary's coordinates are held to, do not
# apply to them.
_EAST = Term(d.LONGITUDE.text, Domain("좌표", "decimal", -180, 180), d.LONGITUDE.unit)
_NORTH = Term(d.LATITUDE.text, Domain("좌표", "decimal", -90, 90), d.LATITUDE.unit)
_FROM, _TO = both("전출지 코드", "Origin"), both("전입지 코드", "Destination")


class MigrationPairs(
    Table, title=both("전출입지별 월별 이동자", "Moves by pair and month"), confidential=True
):
    """One row per month, place of origin and place of destination: people who moved.

    A place is a district of the city or, elsewhere, a city or a province; a place within another
    is not counted in that other.
    """

    month = d.MONTH.key()
    origin = d.PLACE.called(_FROM).key()
    destination = d.PLACE.called(_TO).key()
    people = d.MOVERS


class MigrationMovers(
    Table,
    title=both("전출입지·연령·사유별 이동자", "Movers by pair, age and reason"),
    confidential=True,
):
    """One row per month, origin, destination, sex, age band and reason for moving."""

    month = d.MONTH.key()
    origin = d.PLACE.called(_FROM).key()
    destination = d.PLACE.called(_TO).key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    reason = d.REASON.key()
    age_to = d.AGE_TO.optional()
    people = d.MOVERS


class ProvinceMoves(Table, title=both("시도 간 이동자", "Moves between provinces")):
    """One row per year, quarter (0: the whole year), province of origin and of destination."""

    year = d.YEAR.key()
    quarter = d.COUNT.called(both("분기(0: 한 해)", "Quarter (0: whole year)")).key()
    origin = d.PLACE.called(_FROM).key()
    destination = d.PLACE.called(_TO).key()
    people = d.MOVERS


class MigrationPlaces(
    Table, title=both("이동 상대 지역", "Places that movers come from and go to")
):
    """One row per place outside the city: its province, a point near its centre, EPSG:4326."""

    place = d.PLACE.key()
    name = d.PLACE_NAME
    name_en = d.NAME_EN
    province = d.PLACE.called(both("시도 코드", "Province code"))
    longitude = _EAST
    latitude = _NORTH
