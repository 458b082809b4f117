"""Where people live: apartment complexes."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both


class ApartmentComplexes(Table, title=both("공동주택 단지", "Apartment complexes")):
    """One row per apartment complex and address."""

    name = d.NAME.called(both("단지명", "Complex")).key()
    address = d.ADDRESS.key()
    kind = d.KIND
    buildings = d.BUILDINGS.optional()
    households = d.HOUSEHOLDS
    floor_area = d.FLOOR_AREA.optional()
    moved_in_from = d.MONTH.called(both("입주 시작", "Move-in begins")).optional()
    district = d.DISTRICT.optional()
    longitude = d.LONGITUDE.optional()
    latitude = d.LATITUDE.optional()
    base_date = d.BASE_DATE.optional()
