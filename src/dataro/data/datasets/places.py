"""Districts through time, and their outlines."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Rule, Table
from dataro.vocabulary.text import both


class Districts(Table, title=both("읍면동 이력", "Districts through time")):
    """One row per district code and period of validity.

    A split keeps the old code for what remains and names it in ``split_from`` of the new one; a
    renumbering ends the old code and names it in ``renumbered_from``.
    """

    district = d.DISTRICT.key()
    valid_from = d.VALID_FROM.key()
    valid_to = d.VALID_TO.optional()
    name = d.DISTRICT_NAME
    name_en = d.NAME_EN.optional()
    level = d.LEVEL
    parent = d.PLACE.called(both("상위 행정기관 코드", "Code of the place above"))
    split_from = d.DISTRICT.called(both("분동 전 코드", "Split from")).optional()
    renumbered_from = d.DISTRICT.called(both("변경 전 코드", "Renumbered from")).optional()
    rules = (
        Rule(
            "valid_to > valid_from",
            both("끝은 시작보다 뒤여야 합니다", "The end is after the start"),
        ),
    )


class DistrictShapes(Table, title=both("읍면동 경계", "District outlines")):
    """One row per district: its outline (WKB, EPSG:4326)."""

    district = d.DISTRICT.key()
    name = d.DISTRICT_NAME
    gu = d.PLACE_NAME.called(both("구", "Gu")).optional()
    shape = d.SHAPE
