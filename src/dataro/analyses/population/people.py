"""Charts of the population analysis: ages, components of change, households, peers."""

from __future__ import annotations

from datetime import date

from dataro.analyses.population.axes import MONTH, PEOPLE, SOURCE, along, said, spoken
from dataro.analyses.population.peers import called
from dataro.analyses.population.tables import (
    PopulationAgeMeasures,
    PopulationAgeStructure,
    PopulationComponents,
    PopulationDistrictComponents,
    PopulationHouseholds,
    PopulationPeerMonths,
    PopulationPeers,
)
from dataro.data.datasets.places import Districts
from dataro.methods.months import every
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.figure import Axis, Bars, Line, Note, Pyramid, Series
from dataro.vocabulary.text import Text, both


def age_pyramid(ages: PopulationAgeStructure) -> Pyramid | None:
    """Men and women by age now, with the first month of the series as an outline."""
    rows = [row for row in ages.frame().sort("age_from").to_dicts() if row["sex"] != "all"]
    if not rows:
        return None
    last, first = (pick(row["month"] for row in rows) for pick in (max, min))
    bands = {(row["age_from"], row["age_to"]): None for row in rows if row["month"] == last}
    people = {
        (row["month"], row["sex"], row["age_from"], row["age_to"]): row["people"] for row in rows
    }

    def side(sex: str, month: date) -> Series:
        text = d.SEXES[sex]
        if month != last:
            text = said("{sex} {month:month}", "{sex}, {month:month}", sex=text, month=month)
        return Series(text, [people.get((month, sex, *band)) for band in bands])

    largest = max(bands, key=lambda b: sum(people.get((last, s, *b)) or 0 for s in d.SEXES))
    earlier = first < last
    return Pyramid(
        title=said(
            "{band} 주민이 가장 많습니다", "The largest age band is {band}", band=_band(*largest)
        ),
        ages=[_band(*band) for band in bands],
        men=side("male", last),
        women=side("female", last),
        men_before=side("male", first) if earlier else None,
        women_before=side("female", first) if earlier else None,
        y=PEOPLE,
        note=Note(
            alt=said(
                "{month:month} 성별 연령별 인구 피라미드",
                "Population pyramid by sex and age, {month:month}",
                month=last,
            ),
            source=SOURCE,
            caution=said(
                "정의: {definition}", "Definition: {definition}",
                definition=DEFINITIONS[rows[0]["definition"]],
            ),
        ),
    )  # fmt: skip


def _band(age_from: int, age_to: int | None) -> Text:
    if age_to is None:
        return both(f"{age_from}세 이상", f"{age_from} and over")
    return both(f"{age_from}~{age_to}세", f"{age_from}–{age_to}")


def ageing(age_measures: PopulationAgeMeasures) -> Line | None:
    """The young and the old as shares of all, month by month."""
    rows = age_measures.frame().sort("month").to_dicts()
    if len(rows) < 2:
        return None
    at = every(rows[0]["month"], rows[-1]["month"])
    last = rows[-1]
    return Line(
        title=said(
            "65세 이상 {old:.1%}, 15세 미만 {young:.1%}",
            "65 and over {old:.1%}, under 15 {young:.1%}",
            old=last["share_old"], young=last["share_young"],
        ),
        x=MONTH,
        at=at,
        y=Axis(d.SHARE.text, "percent", from_zero=True),
        series=[
            Series(both("15세 미만", "Under 15"), along(at, rows, "share_young")),
            Series(both("65세 이상", "65 and over"), along(at, rows, "share_old")),
        ],
        note=Note(
            alt=both("15세 미만과 65세 이상 비율의 월별 선 그래프",
                     "Line chart of the shares of under 15 and of 65 and over by month"),
            source=SOURCE,
        ),
    )  # fmt: skip


def components_by_year(components: PopulationComponents) -> Bars | None:
    """Births, deaths, moves and other change by calendar year."""
    rows = components.frame().sort("month").to_dicts()
    if not rows:
        return None
    years = sorted({row["month"].year for row in rows})

    def total(name: str, year: int, sign: int = 1) -> int:
        return sign * sum(int(row[name]) for row in rows if row["month"].year == year)

    last = years[-1]
    part = sum(row["month"].year == last for row in rows)
    return Bars(
        title=said(
            "{year}년 자연 증감 {natural:+,}명, 순이동 {net:+,}명",
            "{year}: natural change {natural:+,}, net moves {net:+,}",
            year=last, natural=total("natural", last), net=total("net_moves", last),
        ),
        x=Axis(d.YEAR.text, "year"),
        at=years,
        y=Axis(d.CHANGE.text, "number", d.PEOPLE.unit),
        series=[
            Series(d.BIRTHS.text, [total("births", year) for year in years]),
            Series(d.DEATHS.text, [total("deaths", year, -1) for year in years]),
            Series(both("순이동", "Net moves"), [total("net_moves", year) for year in years]),
            Series(d.OTHER_CHANGE.text, [total("other", year) for year in years]),
        ],
        stacked=True,
        note=Note(
            alt=both("해마다 출생, 사망, 순이동, 기타 증감을 쌓은 막대그래프",
                     "Stacked bars of births, deaths, net moves and other change by year"),
            source=SOURCE,
            caution=said(
                "{year}년은 {part}개월의 합입니다.", "{year} sums {part} months.",
                year=last, part=part,
            ),
        ),
    )  # fmt: skip


def components_by_district(
    district_components: PopulationDistrictComponents, districts: Districts | None
) -> Bars | None:
    """Natural change, net moves and other change of each area over the last twelve months."""
    rows = district_components.frame().sort("change", descending=True).to_dicts()
    if not rows:
        return None
    moved = max(rows, key=lambda row: row["net_moves"])
    say = spoken(districts)
    return Bars(
        title=said(
            "순이동이 가장 많은 곳은 {net:+,}명인 {name}입니다",
            "{name} gained most from moves: {net:+,}",
            name=say(moved["area"]), net=moved["net_moves"],
        ),
        x=Axis(both("지역", "Area"), "text"),
        at=[say(row["area"]) for row in rows],
        y=Axis(d.CHANGE.text, "number", d.PEOPLE.unit),
        series=[
            Series(both("자연 증감", "Natural change"), [row["natural"] for row in rows]),
            Series(both("순이동", "Net moves"), [row["net_moves"] for row in rows]),
            Series(d.OTHER_CHANGE.text, [row["other"] for row in rows]),
        ],
        stacked=True,
        lying=True,
        note=Note(
            alt=said(
                "{first:month}부터 {last:month}까지 지역별 자연 증감, 순이동, 기타 증감 막대그래프",
                "Bars of natural change, net moves and other change by area, {first:month} to {last:month}",
                first=moved["month_before"], last=moved["month"],
            ),
            source=SOURCE,
            caution=both(
                "전입과 전출에는 시 안에서 옮긴 것이 들어 있습니다.",
                "Arrivals and departures include moves within the city.",
            ),
        ),
    )  # fmt: skip


def peers_growth(peers: PopulationPeers, city: City) -> Bars | None:
    """Growth over twelve months, this city and those of its size."""
    rows = [row for row in peers.frame().to_dicts() if row["growth"] is not None]
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: -row["growth"])
    own = next((row for row in rows if row["place"] in city.codes), rows[-1])
    return Bars(
        title=said(
            "{name}의 12개월 증감률은 {growth:+.1%}입니다",
            "{name} grew by {growth:+.1%} in twelve months",
            name=called(own["place"], own["name"], city), growth=own["growth"],
        ),
        x=Axis(both("도시", "City"), "text"),
        at=[called(row["place"], row["name"], city) for row in rows],
        y=Axis(both("12개월 증감률", "Growth over 12 months"), "percent"),
        series=[Series(both("12개월 증감률", "Growth over 12 months"), [r["growth"] for r in rows])],
        lying=True,
        note=Note(
            alt=said(
                "{month:month} 비슷한 규모 도시의 12개월 증감률 막대그래프",
                "Bars of growth over twelve months in cities of similar size, {month:month}",
                month=own["month"],
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


def peers_index(peer_months: PopulationPeerMonths, city: City) -> Line | None:
    """Residents of the cities as an index of the first month that all of them have."""
    rows = [row for row in peer_months.frame().to_dicts() if row["index"] is not None]
    base = min((row["month"] for row in rows if abs(row["index"] - 100) < 1e-9), default=None)
    rows = [row for row in rows if base is not None and row["month"] >= base]
    if base is None or len({row["place"] for row in rows}) < 2:
        return None
    at = every(base, max(row["month"] for row in rows))
    ends = {row["place"]: row for row in sorted(rows, key=lambda row: row["month"])}
    places = sorted(ends, key=lambda place: -ends[place]["index"])
    top = ends[places[0]]
    return Line(
        title=said(
            "{base:month}을(를) 100으로 하면 {name}은(는) {index:.0f}입니다",
            "With {base:month} as 100, {name} stands at {index:.0f}",
            base=base, name=called(top["place"], top["name"], city), index=top["index"],
        ),
        x=MONTH,
        at=at,
        y=Axis(d.INDEX.text, "decimal"),
        series=[
            Series(
                called(place, ends[place]["name"], city),
                along(at, (row for row in rows if row["place"] == place), "index"),
            )
            for place in places
        ],
        note=Note(
            alt=said(
                "비슷한 규모 도시의 인구를 {base:month}=100으로 나타낸 선 그래프",
                "Line chart of residents of cities of similar size, {base:month} = 100",
                base=base,
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


def household_size(household_sizes: PopulationHouseholds) -> Bars | None:
    """Households by number of members, now and when the series began."""
    rows = household_sizes.frame().sort("size").to_dicts()
    if not rows:
        return None
    last, first = (pick(row["month"] for row in rows) for pick in (max, min))
    sizes = sorted({row["size"] for row in rows})
    share = {(row["month"], row["size"]): row["share"] for row in rows}
    shown = [first, last] if first < last else [last]
    return Bars(
        title=said(
            "1인 세대는 전체 세대의 {share:.0%}입니다", "{share:.0%} of households are one person",
            share=share.get((last, sizes[0]), 0.0),
        ),
        x=Axis(d.HOUSEHOLD_SIZE.text, "text"),
        at=[
            both(f"{size}인 이상", f"{size} and more") if size == sizes[-1]
            else both(f"{size}인", str(size))
            for size in sizes
        ],
        y=Axis(d.SHARE.text, "percent", from_zero=True),
        series=[
            Series(
                said("{month:month}", "{month:month}", month=month),
                [share.get((month, size)) for size in sizes],
            )
            for month in shown
        ],
        note=Note(
            alt=both("세대원 수별 세대 비율 막대그래프", "Bars of the share of households by size"),
            source=SOURCE,
        ),
    )  # fmt: skip


ALL = (
    age_pyramid,
    ageing,
    components_by_year,
    components_by_district,
    household_size,
    peers_growth,
    peers_index,
)
