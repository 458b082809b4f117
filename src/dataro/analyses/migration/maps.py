"""Maps of the migration analysis: arrows between districts and places, by year and by month."""

from __future__ import annotations

from typing import Any

from dataro.analyses.migration.figures import HIDDEN, PEOPLE, SOURCE, said
from dataro.analyses.migration.ground import Ground, lay
from dataro.analyses.migration.tables import MigrationPairFlows, MigrationPlaceMonths
from dataro.data.datasets.migration import MigrationPlaces
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DIRECTIONS
from dataro.vocabulary.figure import Flows, Note
from dataro.vocabulary.text import both

Row = dict[str, Any]
SHOWN = 60
"""Arrows of one kind on a map: more cannot be told apart. The table has all."""


def flows_map(
    pairs: MigrationPairFlows,
    districts: Districts | None,
    places: MigrationPlaces | None,
    shapes: DistrictShapes | None,
    city: City,
) -> Flows | None:
    """The largest flows of each kind by year, between districts and places."""
    rows = pairs.frame().filter(pairs.frame()["people"].is_not_null()).to_dicts()
    ground = lay(city, places, districts, shapes)
    rows = [
        row for row in rows if row["district"] in ground.points and row["place"] in ground.points
    ]
    if shapes is None or not rows:
        return None
    ends = {
        (row["direction"], *_ends(row, row["district"])) for row in _largest(rows, ("district", "place"))
    }  # fmt: skip
    by_flow: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        key = (row["direction"], *_ends(row, row["district"]))
        if key in ends:
            by_flow.setdefault(key, {})[str(row["year"])] = row["people"]
    years = sorted({str(row["year"]) for row in rows})
    largest = max(by_flow, key=lambda key: by_flow[key].get(years[-1], 0))
    return _drawn(
        ground, by_flow, years,
        said(
            "{year}년 가장 큰 흐름은 {a} → {b}입니다: {people:,}명",
            "The largest flow of {year}: {a} → {b}, {people:,} people",
            year=years[-1], a=ground.name(largest[1]), b=ground.name(largest[2]),
            people=by_flow[largest].get(years[-1], 0),
        ),
    )  # fmt: skip


def months_map(
    place_months: MigrationPlaceMonths,
    districts: Districts | None,
    places: MigrationPlaces | None,
    shapes: DistrictShapes | None,
    city: City,
) -> Flows | None:
    """Moves between the whole city and other places, month by month."""
    rows = place_months.frame().filter(place_months.frame()["people"].is_not_null()).to_dicts()
    ground = lay(city, places, districts, shapes)
    inside = [point for code, point in ground.points.items() if code not in ground.province]
    if shapes is None or not inside or not rows:
        return None
    middle = (sum(x for x, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside))
    ground.points[city.code] = middle
    ground.names[city.code] = city.name
    by_flow: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        if row["place"] in ground.points:
            key = (row["direction"], *_ends(row, city.code))
            by_flow.setdefault(key, {})[f"{row['month']:%Y-%m}"] = row["people"]
    months = sorted({f"{row['month']:%Y-%m}" for row in rows})
    return _drawn(
        ground, by_flow, months,
        both("우리 시와 다른 지역 사이의 월별 이동", "Moves between the city and other places by month"),
    )  # fmt: skip


def _ends(row: Row, own: str) -> tuple[str, str]:
    return (row["place"], own) if row["direction"] == "in" else (own, row["place"])


def _largest(rows: list[Row], by: tuple[str, str]) -> list[Row]:
    """Rows of the pairs that are among the largest of their kind in any year."""
    kept: list[Row] = []
    for direction in DIRECTIONS:
        own = [row for row in rows if row["direction"] == direction]
        most: dict[tuple[str, ...], int] = {}
        for row in own:
            key = tuple(row[name] for name in by)
            most[key] = max(most.get(key, 0), row["people"])
        top = set(sorted(most, key=lambda key: -most[key])[:SHOWN])
        kept += [row for row in own if tuple(row[name] for name in by) in top]
    return kept


def _drawn(
    ground: Ground, by_flow: dict[tuple[str, str, str], dict[str, int]], moments: list[str], title: Any
) -> Flows:  # fmt: skip
    codes = sorted({code for _, a, b in by_flow for code in (a, b)})
    place = {code: i for i, code in enumerate(codes)}
    flows = sorted(by_flow)
    groups = {code: words for code, words in DIRECTIONS.items() if any(f[0] == code for f in flows)}
    frames = {moment: [by_flow[flow].get(moment) for flow in flows] for moment in moments}
    return Flows(
        title=title,
        shapes=DistrictShapes.id,
        places=codes,
        at=[ground.name(code) for code in codes],
        longitude=[ground.points[code][0] for code in codes],
        latitude=[ground.points[code][1] for code in codes],
        outside=[code in ground.province for code in codes],
        origin=[place[a] for _, a, _ in flows],
        target=[place[b] for _, _, b in flows],
        y=PEOPLE,
        values=frames[moments[-1]],
        group=[direction for direction, _, _ in flows],
        groups=groups,
        frames=frames,
        note=Note(
            both(
                "이동을 화살표로 나타낸 지도. 굵기는 사람 수이고, 시 밖의 지역은 방향에 맞춰 가장자리에 둠",
                "Map of moves as arrows, wide as the number of people; places outside stand at the "
                "edge in their direction",
            ),
            SOURCE,
            HIDDEN,
        ),
    )


ALL = (flows_map, months_map)
