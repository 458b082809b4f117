"""Charts of the date at which the city passes a number of people."""

from __future__ import annotations

from typing import Any

from dataro.analyses.population.axes import JOINED, MONTH, PEOPLE, SOURCE, along, said
from dataro.analyses.reach_population.tables import (
    METHODS,
    ReachBacktest,
    ReachDates,
    ReachDistrictAges,
    ReachLevers,
    ReachMonths,
    ReachPublished,
    ReachYears,
)
from dataro.methods.months import every, month_at, number
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.figure import Axis, Bars, Line, Mark, Note, Series
from dataro.vocabulary.text import Text, both

Row = dict[str, Any]

YEAR = Axis(d.YEAR.text, "text")
PROBABILITY = Axis(both("확률", "Probability"), "percent", from_zero=True)
BROAD = (
    (0, 15, both("15세 미만", "Under 15")),
    (15, 65, both("15~64세", "15–64")),
    (65, 200, both("65세 이상", "65 and over")),
)
COMPARED = ("combined", "trend", "drift", "housing", "ar4")
BEFORE, AFTER = 60, 60
"""Months drawn before and after the last count where definitions are compared."""

NAMED = 2
"""Districts of an area that are all named in a figure."""

LONGEST = 12
"""Distances drawn: farther ones are described in the table, and AR(4) explodes there."""


def fan(months_ahead: ReachMonths, dates: ReachDates, definition: str, city: City) -> Line | None:
    """The chosen definition by month, what is expected with its band, and the target."""
    rows = [r for r in months_ahead.frame().to_dicts() if r["definition"] == definition]
    found = [r for r in dates.frame().to_dicts() if r["definition"] == definition]
    if not rows or not found:
        return None
    at = every(min(r["month"] for r in rows), max(r["month"] for r in rows))
    middle, target = found[0]["middle"], found[0]["target"]
    title = (
        said(
            "{city} 인구가 {target:만} 명에 이르는 달: 가운데 전망 {middle:month}",
            "{city} reaches {target:,} in {middle:month}, in the middle of what is expected",
            city=city.name, target=target, middle=middle,
        )
        if middle is not None
        else said(
            "{city} 인구는 {last:month}까지 절반의 가능성으로도 {target:만} 명에 이르지 않습니다",
            "By {last:month} it is less likely than not that {city} reaches {target:,}",
            city=city.name, target=target, last=at[-1],
        )
    )  # fmt: skip
    return Line(
        title=title,
        x=MONTH,
        at=at,
        y=PEOPLE,
        series=[
            Series(DEFINITIONS[definition], along(at, rows, "people")),
            Series(
                both("전망(80% 구간)", "Expected (80 % band)"),
                along(at, rows, "middle"), along(at, rows, "low"), along(at, rows, "high"),
                dashed=True,
            ),
            Series(both("목표", "Target"), [target] * len(at), dashed=True),
        ],
        marks=[Mark(middle, both("가운데 전망", "Middle"))] if middle in at else [],
        note=Note(
            alt=both(
                "월별 인구와 80% 구간이 있는 전망, 목표를 나타낸 선 그래프",
                "Line chart of residents by month, the forecast with its 80 % band, and the target",
            ),
            source=SOURCE,
            caution=both(
                "12개월을 넘는 전망은 설명일 뿐이며 정확도를 주장하지 않습니다.",
                "Beyond twelve months the forecast is described; no accuracy is claimed.",
            ),
        ),
    )  # fmt: skip


def definitions_compared(months_ahead: ReachMonths, dates: ReachDates) -> Line | None:
    """Every definition, counted and expected, against the target."""
    rows = months_ahead.frame().to_dicts()
    known = [one for one in DEFINITIONS if any(r["definition"] == one for r in rows)]
    if len(known) < 2:
        return None
    counted = [r["month"] for r in rows if r["people"] is not None]
    last = max(counted)
    at = every(month_at(number(last) - BEFORE), month_at(number(last) + AFTER))
    at = [m for m in at if min(counted) <= m <= max(r["month"] for r in rows)]
    target, series = int(dates.frame()["target"][0]), []
    for one in known:
        own = [r for r in rows if r["definition"] == one]
        people, middle = along(at, own, "people"), along(at, own, "middle")
        joined = [m if p is None else p for p, m in zip(people, middle, strict=True)]
        series.append(Series(DEFINITIONS[one], joined))
    return Line(
        title=said(
            "인구를 어떻게 세느냐에 따라 {target:만} 명에 이르는 때가 다릅니다",
            "When {target:,} is reached depends on who is counted",
            target=target,
        ),
        x=MONTH,
        at=at,
        y=PEOPLE,
        series=[*series, Series(both("목표", "Target"), [target] * len(at), dashed=True)],
        marks=[Mark(last, both("마지막 집계", "Last count"))],
        note=Note(
            alt=both(
                "정의별 월별 인구와 가운데 전망을 나타낸 선 그래프",
                "Line chart of residents and middle forecast by definition",
            ),
            source=SOURCE,
            caution=both(
                "마지막으로 집계한 달 다음은 전망이며, 그 앞의 집계하지 않은 달은 비워 둡니다.",
                "After a definition's last count the line is the forecast; earlier months not counted stay empty.",
            ),
        ),
    )


def by_year_end(
    years: ReachYears, dates: ReachDates, definition: str, years_in_a_row: int
) -> Bars | None:
    """Probability of the target and of the rule by each year-end."""
    rows = [r for r in years.frame().sort("year").to_dicts() if r["definition"] == definition]
    if not rows:
        return None
    target = int(dates.frame()["target"][0])
    likely = next((r["year"] for r in rows if r["passed"] >= 0.5), None)
    title = (
        said(
            "{year}년 말까지 {target:만} 명에 이를 확률이 절반을 넘습니다",
            "By the end of {year} passing {target:,} is more likely than not",
            year=likely, target=target,
        )
        if likely is not None
        else said(
            "어느 해 말까지도 {target:만} 명에 이를 확률이 절반을 넘지 않습니다",
            "By no year-end looked at is passing {target:,} more likely than not",
            target=target,
        )
    )  # fmt: skip
    return Bars(
        title=title,
        x=YEAR,
        at=[str(r["year"]) for r in rows],
        y=PROBABILITY,
        series=[
            Series(both("그때까지 도달", "Reached by then"), [r["passed"] for r in rows]),
            Series(
                said("연말 {n}년 연속 충족", "{n} year-ends in a row fulfilled", n=years_in_a_row),
                [r["rule"] for r in rows],
            ),
        ],
        note=Note(
            alt=both("연말별 도달 확률 막대그래프", "Bars of the probability by year-end"),
            source=SOURCE,
        ),
    )


def errors_by_distance(backtest: ReachBacktest) -> Bars | None:
    """Mean absolute error of each method at 1 to 12 months, for the definition tested most."""
    rows = backtest.frame().to_dicts()
    if not rows:
        return None
    most = max(rows, key=lambda r: r["forecasts"])["definition"]
    rows = [r for r in rows if r["definition"] == most and r["ahead"] <= LONGEST]
    distances = sorted({r["ahead"] for r in rows})
    of = {(r["method"], r["ahead"]): r["mean_error"] for r in rows}
    shown = [one for one in COMPARED if any(r["method"] == one for r in rows)]
    year = {m: of[(m, distances[-1])] for m in shown if (m, distances[-1]) in of}
    rival = min((m for m in year if m in ("drift", "ar4")), key=lambda m: year[m])
    return Bars(
        title=said(
            "{h}개월 앞 전망의 평균 오차는 {ours:,.0f}명이고, {rival}만으로는 {other:,.0f}명이었습니다",
            "{h} months ahead the forecast erred by {ours:,.0f} on average, {rival} alone by {other:,.0f}",
            h=distances[-1], ours=year["combined"], rival=METHODS[rival], other=year[rival],
        ),
        x=Axis(both("몇 달 앞", "Months ahead"), "text"),
        at=[str(h) for h in distances],
        y=Axis(both("평균 절대 오차", "Mean absolute error"), "number", d.PEOPLE.unit, True),
        series=[Series(METHODS[m], [of.get((m, h)) for h in distances]) for m in shown],
        note=Note(
            alt=both(
                "방법과 거리별 평균 절대 오차 막대그래프",
                "Bars of mean absolute error by method and distance",
            ),
            source=SOURCE,
            caution=said(
                "정의: {name}. 각 시점은 그때까지의 자료만 씁니다.",
                "Definition: {name}. Each origin knows only its past.",
                name=DEFINITIONS[most],
            ),
        ),
    )  # fmt: skip


def what_moves_it(levers: ReachLevers, delay: int) -> Bars | None:
    """By how many months the middle date moves."""
    rows = levers.frame().to_dicts()
    if not rows:
        return None
    rows.sort(key=lambda r: -abs(r["months"]))
    top = rows[0]
    return Bars(
        title=said(
            "도달 시점을 가장 크게 바꾸는 것은 “{lever}”입니다: {months:+.0f}개월",
            "What moves the date most: {lever}, {months:+.0f} months",
            lever=Text(top["lever"], top["lever_en"]), months=top["months"],
        ),
        x=Axis(both("요인", "Lever"), "text"),
        at=[Text(r["lever"], r["lever_en"]) for r in rows],
        y=Axis(both("달라지는 달 수", "Months later"), "number", both("개월", "months")),
        series=[Series(both("달라지는 달 수", "Months later"), [r["months"] for r in rows])],
        lying=True,
        note=Note(
            alt=both("요인별 도달 시점의 변화 막대그래프", "Bars of the date's change by lever"),
            source=both("자료: 주민등록 인구통계, 공동주택 입주 현황", "Source: register, list of complexes"),
            caution=said(
                "단지는 입주가 {delay}개월 늦어진 경우입니다.",
                "Complexes: move-in {delay} months late.",
                delay=delay,
            ),
        ),
    )  # fmt: skip


def districts_by_age(district_ages: ReachDistrictAges) -> Bars | None:
    """Areas by broad age group in the last year, the largest first."""
    rows = district_ages.frame().to_dicts()
    if not rows:
        return None
    year = max(r["year"] for r in rows)
    rows = [r for r in rows if r["year"] == year]
    total: dict[str, float] = {}
    for row in rows:
        total[row["area"]] = total.get(row["area"], 0.0) + row["people"]
    areas = sorted(total, key=lambda area: -total[area])
    english = {r["area"]: r["area_en"] for r in rows}
    of: dict[tuple[str, int], float] = {}
    for row in rows:
        group = next(n for n, (start, end, _) in enumerate(BROAD) if start <= row["age_from"] < end)
        of[(row["area"], group)] = of.get((row["area"], group), 0.0) + row["people"]
    old = sum(of.get((area, 2), 0.0) for area in areas) / sum(total.values())
    return Bars(
        title=said(
            "{year}년에는 {old:.0%}가 65세 이상이고 {name}에 가장 많이 삽니다",
            "In {year} {old:.0%} are 65 or over and {name} has the most residents",
            year=year, old=old, name=_short(areas[0], english[areas[0]]),
        ),
        x=Axis(both("지역", "Area"), "text"),
        at=[_short(area, english[area]) for area in areas],
        y=PEOPLE,
        series=[
            Series(text, [of.get((area, n), 0.0) for area in areas])
            for n, (_, _, text) in enumerate(BROAD)
        ],
        stacked=True,
        lying=True,
        note=Note(
            alt=both("지역별 연령대별 전망 인구 막대그래프", "Bars of expected residents by area and age"),
            source=SOURCE,
            caution=said(
                "{base:month}의 연령에서 이어 가고 시 전체 전망에 맞춘 것입니다.",
                "Carried forward from the ages of {base:month} and scaled to the city's forecast.",
                base=rows[0]["base_month"],
            ),
        ),
    )  # fmt: skip


def _short(area: str, english: str) -> Text:
    """An area of many districts by its first; the table has all their names."""
    ko, en = area.split(JOINED), english.split(JOINED)
    if len(ko) <= NAMED:
        return Text(area, english)
    return Text(f"{ko[0]} 외 {len(ko) - 1}곳", f"{en[0]} and {len(en) - 1} more")


def beside_published_forecasts(published_forecasts: ReachPublished) -> Bars | None:
    """Published numbers of people, ours from the same months, and what came."""
    rows = [r for r in published_forecasts.frame().to_dicts() if r["measure"] == "people"]
    if not rows:
        return None
    first = rows[0]
    words = (
        (
            "{published:month}에 발표된 {month:month} 전망은 {value:,.0f}명, 실제는 {came:,.0f}명이었습니다",
            "Published in {published:month} for {month:month}: {value:,.0f}; {came:,.0f} came",
        )
        if first["came"] is not None
        else (
            "{published:month}에 발표된 {month:month} 전망은 {value:,.0f}명입니다",
            "Published in {published:month} for {month:month}: {value:,.0f}",
        )
    )
    return Bars(
        title=said(
            *words,
            published=first["published"], month=first["month"], value=first["value"],
            came=first["came"],
        ),
        x=MONTH,
        at=[r["month"] for r in rows],
        y=PEOPLE,
        series=[
            Series(both("발표된 전망", "Published"), [r["value"] for r in rows]),
            Series(
                both("같은 자료로 한 우리 전망", "Ours from the same months"),
                [r["middle"] for r in rows], [r["low"] for r in rows], [r["high"] for r in rows],
            ),
            Series(both("실제", "What came"), [r["came"] for r in rows]),
        ],
        note=Note(
            alt=both(
                "발표된 전망, 우리 전망과 실제 인구 막대그래프",
                "Bars of published forecasts, ours and what came",
            ),
            source=said("자료: {source}", "Source: {source}", source=first["source"]),
            caution=both(
                "60개월을 넘는 전망은 검증하지 않으므로 우리 값을 두지 않습니다.",
                "Beyond 60 months nothing is tested, so ours is left empty.",
            ),
        ),
    )  # fmt: skip


ALL = (
    fan,
    definitions_compared,
    by_year_end,
    errors_by_distance,
    what_moves_it,
    beside_published_forecasts,
    districts_by_age,
)
