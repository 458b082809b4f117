"""Complexes, counts and anchors as the model takes them, with what the data lacks in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.nearby import Trouble
from dataro.data.datasets.care import ComplexChildren, ComplexDwellings
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.places import DistrictShapes
from dataro.data.datasets.population import CityResidents, CityResidentsByAge
from dataro.data.datasets.transit import BusStops
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import FLOOR_CLASS
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both, finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from dataro.methods.children import Complexes, Counts

BANDS = ((0, 2), (3, 5), (6, 12))
KEY = ["name", "address"]
CLASSES = tuple(FLOOR_CLASS.domain.codes or {})
UNDER_REVIEW = "검토 단지 (under review)"


@dataclass(frozen=True)
class Review:
    """A complex that is planned and not in the list: what the settings say of it."""

    households: int
    floor_class: str
    opens: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Estates:
    """Complexes in the order of ``frame``, as the model takes them, with their places."""

    frame: pl.DataFrame
    model: Complexes
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    placed: list[str]
    now: int
    troubles: list[Trouble]
    reviewed: bool = False
    """Whether the last complex is one under review, which nobody counted."""

    @property
    def planned(self) -> NDArray[np.bool_]:
        """Complexes that nobody has moved into yet."""
        planned: NDArray[np.bool_] = self.model.opened >= self.now + 1
        return planned

    @property
    def size_known(self) -> list[str]:
        """``classes``, ``area`` or ``none`` for each complex."""
        import numpy as np

        classes = self.model.dwellings.sum(axis=1) > 0
        area = np.isfinite(self.model.area)
        return [str(word) for word in np.where(classes, "classes", np.where(area, "area", "none"))]


def read_estates(
    complexes: ApartmentComplexes,
    dwellings: ComplexDwellings | None,
    children: ComplexChildren | None,
    stops: BusStops | None,
    shapes: DistrictShapes | None,
    city: City,
    review: Review | None,
) -> Estates:
    """The complexes with households, the one under review among them.

    Raises ``Problem`` where no complex has households.
    """
    import numpy as np
    import polars as pl

    from dataro.methods.children import Complexes

    everything = complexes.frame().sort(KEY)
    rows = everything.filter(pl.col("households") > 0)
    troubles: list[Trouble] = []
    if rows.height < everything.height:
        troubles.append(_no_households(everything, rows))
    if review is not None:
        rows = pl.concat([rows, _reviewed(review)], how="diagonal_relaxed")
    if rows.is_empty():
        raise Problem(
            both(
                "세대수가 있는 공동주택 단지가 하나도 없습니다. 공동주택 자료의 세대수 열을 확인해 주십시오.",
                "No apartment complex has households. Check that column of the housing data.",
            )
        )
    rows = rows.join(_by_class(dwellings, review), on=KEY, how="left", maintain_order="left")
    months = rows["moved_in_from"]
    codes = rows["district"].unique().drop_nulls().sort().to_list()
    district = rows["district"].replace_strict(
        {code: i for i, code in enumerate(codes)}, default=-1, return_dtype=pl.Int64
    )
    model = Complexes(
        households=rows["households"].cast(pl.Float64).to_numpy(),
        dwellings=rows.select(CLASSES).fill_null(np.nan).to_numpy().astype(np.float64),
        area=rows["floor_area"].fill_null(np.nan).to_numpy().astype(np.float64),
        opened=(months.dt.year() + (months.dt.month() - 1) / 12).fill_null(np.nan).to_numpy(),
        district=district.to_numpy().astype(np.intp),
    )
    lon, lat, placed = _places(rows, stops, shapes, city, troubles)
    estates = Estates(
        rows, model, lon, lat, placed, _now(rows, children), troubles, review is not None
    )
    troubles += _lacking(estates)
    return estates


def _reviewed(review: Review) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        {
            "name": [UNDER_REVIEW], "address": ["–"], "kind": ["–"],
            "households": [review.households], "moved_in_from": [date(review.opens, 1, 1)],
            "longitude": [review.longitude or None], "latitude": [review.latitude or None],
        },
        schema_overrides={"longitude": pl.Float64, "latitude": pl.Float64},
    )  # fmt: skip


def _by_class(dwellings: ComplexDwellings | None, review: Review | None) -> pl.DataFrame:
    """Households by class, one row per complex."""
    import polars as pl

    parts = []
    if dwellings is not None:
        parts.append(dwellings.frame().select(*KEY, "floor_class", "households"))
    if review is not None:
        parts.append(
            pl.DataFrame(
                {"name": [UNDER_REVIEW], "address": ["–"], "floor_class": [review.floor_class],
                 "households": [review.households]}
            )
        )  # fmt: skip
    if not parts:
        schema = dict.fromkeys(KEY, pl.String) | dict.fromkeys(CLASSES, pl.Float64)
        return pl.DataFrame(schema=schema)
    long = pl.concat(parts, how="vertical_relaxed")
    return long.group_by(KEY).agg(
        pl.col("households")
        .filter(pl.col("floor_class") == name)
        .sum()
        .cast(pl.Float64)
        .alias(name)
        for name in CLASSES
    )


def _now(rows: pl.DataFrame, children: ComplexChildren | None) -> int:
    """The year to speak of: the last one counted, else that of the list, else of the last move-in."""
    if children is not None and (counted := children.frame()["year"].max()) is not None:
        return int(counted)  # type: ignore[arg-type]
    for column in ("base_date", "moved_in_from"):
        last: Any = rows[column].max()
        if last is not None:
            return int(last.year)
    raise Problem(
        both(
            "기준 연도를 알 수 없습니다. 공동주택 자료에 데이터기준일자나 입주 시작 월이 있어야 합니다.",
            "The base year is unknown. The housing data needs a base date or months of moving in.",
        )
    )


def _places(
    rows: pl.DataFrame, stops: BusStops | None, shapes: DistrictShapes | None, city: City,
    troubles: list[Trouble],
) -> tuple[Any, Any, list[str]]:  # fmt: skip
    import numpy as np

    from dataro.methods.spatial.geocode import place_by_name

    lon = rows["longitude"].fill_null(np.nan).to_numpy().astype(np.float64).copy()
    lat = rows["latitude"].fill_null(np.nan).to_numpy().astype(np.float64).copy()
    west, south, east, north = city.bounds
    given = np.isfinite(lon) & np.isfinite(lat)
    outside = given & ~((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    if outside.any():
        example = rows["name"][int(np.flatnonzero(outside)[0])]
        said = finding(
            "단지 {count:,}곳의 좌표가 시의 범위 밖에 있어 쓰지 않았습니다(예: {example}).",
            "Coordinates of {count:,} complexes lie outside the city and are not used ({example}).",
            count=int(outside.sum()), example=example,
        )  # fmt: skip
        troubles.append(Trouble("complex_outside", int(outside.sum()), said.text))
    lon[outside], lat[outside] = np.nan, np.nan
    how = ["given" if known else "none" for known in given & ~outside]
    missing = [i for i, word in enumerate(how) if word == "none"]
    if missing:
        points = (
            [] if stops is None else stops.frame().select("name", "longitude", "latitude").rows()
        )
        names, addresses = rows["name"].to_list(), rows["address"].to_list()
        found = place_by_name(
            [names[i] for i in missing], [addresses[i] for i in missing],
            [point for point in points if None not in point], _middles(shapes),
        )  # fmt: skip
        lon[missing], lat[missing] = found.lon, found.lat
        for i, word in zip(missing, found.how, strict=True):
            how[i] = word or "none"
        troubles.append(_placed(how, len(missing)))
    return lon, lat, how


def _middles(shapes: DistrictShapes | None) -> Mapping[str, tuple[float, float]]:
    """A point inside each 읍 and 면: addresses name these, not the 동 of a city."""
    if shapes is None:
        return {}
    import shapely

    rows = shapes.frame()
    points = shapely.point_on_surface(shapely.from_wkb(rows["shape"].to_numpy()))
    names = [name.split()[-1] for name in rows["name"]]
    return {
        name: (float(shapely.get_x(point)), float(shapely.get_y(point)))
        for name, point in zip(names, points, strict=True)
        if name.endswith(("읍", "면"))
    }


def _placed(how: Sequence[str], missing: int) -> Trouble:
    count = {word: how.count(word) for word in ("point", "street", "area", "none")}
    said = finding(
        "좌표가 없는 단지 {missing:,}곳 가운데 {point:,}곳은 같은 이름의 정류장으로, {street:,}곳은 같은 길의 이웃 "
        "단지로, {area:,}곳은 읍면의 가운데로 위치를 정했고 {none:,}곳은 정하지 못했습니다. 단지 좌표를 "
        "요청하십시오.",
        "Of {missing:,} complexes without coordinates {point:,} were placed by a bus stop of their "
        "name, {street:,} by neighbours on their street, {area:,} at the middle of their town, and "
        "{none:,} not at all. Ask for coordinates.",
        missing=missing, **count,
    )  # fmt: skip
    return Trouble("placed", missing, said.text)


def _no_households(everything: pl.DataFrame, rows: pl.DataFrame) -> Trouble:
    lost = everything.join(rows, on=KEY, how="anti")
    said = finding(
        "단지 {count:,}곳은 세대수가 없거나 0이어서 뺐습니다(예: {example}).",
        "{count:,} complexes have no households and are left out ({example}).",
        count=lost.height, example=lost["name"][0],
    )  # fmt: skip
    return Trouble("no_households", lost.height, said.text)


def _lacking(estates: Estates) -> list[Trouble]:
    """Complexes without size or date: what cannot be computed for them and what to ask for."""
    import numpy as np

    troubles = []
    size = estates.size_known.count("none")
    undated = int((~np.isfinite(estates.model.opened)).sum())
    every = estates.frame.height
    if size:
        said = finding(
            "단지 {count:,}/{every:,}곳은 평형도 연면적도 없어 알려진 단지의 평균 비율로 어림했고 구간이 넓습니다. "
            "평형별 세대수를 요청하십시오.",
            "{count:,} of {every:,} complexes have neither floor-area classes nor area: the mean rate "
            "stands in and bands are wide. Ask for households by class.",
            count=size, every=every,
        )  # fmt: skip
        troubles.append(Trouble("no_size", size, said.text))
    if undated:
        said = finding(
            "단지 {count:,}/{every:,}곳은 입주 시작 월이 없어 나이에 따른 변화와 정점을 따로 계산하지 못했습니다. "
            "입주(사용승인) 시기를 요청하십시오.",
            "{count:,} of {every:,} complexes have no month of moving in, so their ageing and peak "
            "cannot be told. Ask for the dates of completion.",
            count=undated, every=every,
        )  # fmt: skip
        troubles.append(Trouble("no_date", undated, said.text))
    return troubles


def read_counts(
    children: ComplexChildren | None, estates: Estates
) -> tuple[dict[int, Counts], dict[int, tuple[Any, Any, Any]], list[Trouble]]:
    """Counts by first age of the band; survey answers (complex, asked, wanting) likewise."""
    import numpy as np
    import polars as pl

    from dataro.methods.children import Counts

    nothing = (np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))
    counts = {first: Counts(nothing[0], nothing[1], nothing[2]) for first, _ in BANDS}
    asked: dict[int, tuple[Any, Any, Any]] = dict.fromkeys(counts, nothing)
    if children is None:
        return counts, asked, []
    index = estates.frame.select(*KEY).with_row_index("complex")
    rows = children.frame()
    known = rows.join(index, on=KEY, how="inner").sort("complex", "year")
    troubles = []
    if known.height < rows.height:
        lost = rows.join(index, on=KEY, how="anti")
        said = finding(
            "아동 현황 {count:,}행의 단지가 공동주택 목록에 없어 쓰지 못했습니다(예: {example}). 단지명과 주소를 "
            "맞추십시오.",
            "{count:,} rows of children name complexes that are not in the housing list ({example}). "
            "Make names and addresses agree.",
            count=lost.height, example=lost["name"][0],
        )  # fmt: skip
        troubles.append(Trouble("unknown_complex", lost.height, said.text))
    for first, last in BANDS:
        band = known.filter((pl.col("age_from") == first) & (pl.col("age_to") == last))
        band = band.filter(pl.col("children") >= 0)
        who = band["complex"].to_numpy().astype(np.intp)
        opened = estates.model.opened[who]
        year = band["year"].to_numpy().astype(np.float64)
        lived = ~(opened >= year + 1)
        counts[first] = Counts(
            who[lived], year[lived], band["children"].to_numpy().astype(np.float64)[lived]
        )
        survey = band.filter((pl.col("asked") > 0) & (pl.col("wanting") <= pl.col("asked")))
        asked[first] = (
            survey["complex"].to_numpy().astype(np.intp),
            survey["asked"].to_numpy().astype(np.float64),
            survey["wanting"].to_numpy().astype(np.float64),
        )
    return counts, asked, troubles


def city_children(
    by_age: CityResidentsByAge | None, residents: CityResidents | None, city: City
) -> dict[int, float]:
    """Children of each band per household in the whole city, where the register tells.

    Bands of the register are divided evenly by years of age.
    """
    import polars as pl

    if by_age is None or residents is None:
        return {}
    homes = residents.frame().filter(
        pl.col("place").is_in(city.codes), pl.col("households").is_not_null()
    ).sort("month")  # fmt: skip
    ages = by_age.frame().filter(pl.col("place").is_in(city.codes))
    if homes.is_empty() or ages.is_empty():
        return {}
    ages = ages.filter(pl.col("month") == pl.col("month").max(), pl.col("age_to").is_not_null())
    ages = ages.filter(pl.col("definition") == pl.col("definition").first())
    both_sexes = ages.filter(pl.col("sex") == "all")
    ages = both_sexes if both_sexes.height else ages.filter(pl.col("sex") != "all")
    households = float(homes["households"][-1])
    found = {}
    for first, last in BANDS:
        total = sum(
            people * max(0, min(last, to) - max(first, start) + 1) / (to - start + 1)
            for start, to, people in ages.select("age_from", "age_to", "people").rows()
        )
        found[first] = total / households
    return found
