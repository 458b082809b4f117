"""What the description of districts shows of itself: an indicator as a map, what stands out."""

from __future__ import annotations

from typing import Any

from dataro.analyses.areas.indicators import BY_ID, Indicator
from dataro.analyses.areas.tables import AreaIndicators, Areas
from dataro.data.datasets.places import DistrictShapes
from dataro.vocabulary.figure import Axis, Choropleth, Note
from dataro.vocabulary.text import Finding, Text, both, finding


def indicator_map(one: Indicator, areas: Areas, indicators: AreaIndicators) -> Choropleth | None:
    """The last values of an indicator on the map; None where nothing is known of it."""
    import polars as pl

    rows = (
        areas.frame().filter(pl.col("level") == "district")
        .join(indicators.frame().filter(pl.col("indicator") == one.id), on="area").sort("area")
    )  # fmt: skip
    known = rows.drop_nulls("value").sort("value")
    if known.is_empty():
        return None
    top, count = known.row(-1, named=True), rows.height
    most, _, most_en, _ = _words(one)
    said = finding(
        f"{{title}}이(가) 가장 {most} 곳은 {{name}}입니다",
        f"{{title}}: {most_en} in {{name}}",
        title=one.title,
        name=_name(top),
    )
    about = one.about or both("읍면동별 값입니다.", "Values by district.")
    return Choropleth(
        title=said.text,
        shapes=DistrictShapes.id,
        places=rows["area"].to_list(),
        at=[_name(row) for row in rows.to_dicts()],
        y=Axis(one.title, one.format, one.unit),
        values=rows["value"].to_list(),
        diverging=float(known["value"][0]) < 0 < float(known["value"][-1]),
        note=Note(
            alt=both(
                f"읍면동 {count}곳의 ‘{one.title.ko}’ 지도. {about.ko}",
                f"Map of “{one.title.en}” in {count} districts. {about.en}",
            ),
            source=both(f"자료: 동네 비교({one.of})", f"Source: districts compared ({one.of})"),
        ),
    )


def by_people(areas: Areas, indicators: AreaIndicators) -> Choropleth | None:
    """Where people live."""
    return indicator_map(BY_ID["people"], areas, indicators)


def by_growth(areas: Areas, indicators: AreaIndicators) -> Choropleth | None:
    """Where the number of people grows and shrinks."""
    return indicator_map(BY_ID["growth"], areas, indicators)


def findings(areas: Areas, indicators: AreaIndicators) -> list[Finding]:
    """For a few indicators, the two districts furthest apart."""
    import polars as pl

    names = {row["area"]: row for row in areas.frame().to_dicts() if row["level"] == "district"}
    said = []
    for id in ("people", "growth", "median_age", "share_old", "card_sales", "closing", "seats"):
        one = BY_ID[id]
        rows = indicators.frame().filter(
            pl.col("indicator") == id, pl.col("area").is_in(list(names)), pl.col("value").is_not_null()
        )  # fmt: skip
        if rows.height > 1:
            low, high = (rows.sort("value").row(i, named=True) for i in (0, -1))
            said.append(
                _apart(one, names[low["area"]], low["value"], names[high["area"]], high["value"])
            )
    return said


def _words(one: Indicator) -> tuple[str, str, str, str]:
    """How much and how little of it are said in both languages."""
    if one.format == "number":
        return "많은", "적은", "largest", "smallest"
    return "높은", "낮은", "highest", "lowest"


def _apart(
    one: Indicator, low: dict[str, Any], least: float, high: dict[str, Any], most: float
) -> Finding:
    form = {"percent": ".1%", "decimal": ",.1f"}.get(one.format, ",.0f")
    unit = one.unit or both("", "")
    much, little, much_en, little_en = _words(one)
    space = " " if unit.en else ""
    return finding(
        f"{{title}}이(가) 가장 {much} 곳은 {{high}}({{most:{form}}}{{unit}}), 가장 {little} 곳은 "
        f"{{low}}({{least:{form}}}{{unit}})입니다.",
        f"{{title}}: {much_en} in {{high}} ({{most:{form}}}{space}{{unit}}), {little_en} in {{low}} "
        f"({{least:{form}}}{space}{{unit}}).",
        title=one.title, high=_name(high), most=most, low=_name(low), least=least, unit=unit,
    )  # fmt: skip


def _name(row: dict[str, Any]) -> Text:
    return Text(row["name"], row["name_en"])


ALL = (by_people, by_growth)
