"""Charts of card sales."""

from __future__ import annotations

from typing import Any

from dataro.analyses.card_sales.tables import (
    ALL as EVERY,
)
from dataro.analyses.card_sales.tables import (
    TRADES_AND_ALL,
    CardSalesDistrictMonths,
    CardSalesGrowth,
    CardSalesLeakage,
    CardSalesMonths,
    CardSalesPayers,
    CardSalesUnusual,
    CardSalesWeek,
)
from dataro.analyses.card_sales.words import (
    MONEY,
    SOURCE,
    compared,
    divided,
    eok,
    known,
    said,
    spoken,
    won,
)
from dataro.data.datasets.money import HOMES, TRADES, WHERE
from dataro.data.datasets.places import Districts
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis, Bars, Line, Mark, Note, Series
from dataro.vocabulary.text import Text, both

Row = dict[str, Any]
MONTH = Axis(d.MONTH.text, "month")
DAYS = tuple(
    both(ko, en)
    for ko, en in zip(
        "월화수목금토일", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
    )
)
FACTORS = {
    "by_stores": both("점포 수", "Shops"),
    "by_tickets": both("점포당 결제 건수", "Payments per shop"),
    "by_ticket": both("건당 금액", "Average ticket"),
}


def months_line(months: CardSalesMonths, unusual: CardSalesUnusual, trade: str) -> Line | None:
    """Sales of a trade by month with what is usual, odd months marked."""
    rows = months.frame().filter(months.frame()["trade"] == trade).sort("month").to_dicts()
    if not rows:
        return None
    odd = [
        row for row in unusual.frame().sort("month").to_dicts() if trade in (EVERY, row["trade"])
    ]
    notes: dict[Any, Text] = {}
    for row in odd:
        notes.setdefault(row["month"], both(row["said"], row["said_en"]))
    last, series = rows[-1], [Series(MONEY.text, [eok(row["amount"]) for row in rows])]
    if last["expected"] is not None:
        usual = [eok(row["expected"]) for row in rows]
        series.append(
            Series(both("평소 수준(추세×계절)", "Usual (trend × season)"), usual, dashed=True)
        )
    return Line(
        title=said(
            "{month:month} {trade} 매출은 {amount}입니다",
            "{trade} sold {amount} in {month:month}",
            month=last["month"], trade=TRADES_AND_ALL[trade], amount=won(last["amount"]),
        ),
        x=MONTH,
        at=[row["month"] for row in rows],
        y=Axis(MONEY.text, "number", MONEY.unit),
        series=series,
        marks=[Mark(month, text) for month, text in sorted(notes.items())],
        note=Note(
            both(
                "월별 카드매출과 평소 수준을 그리고 평소와 다른 달에 까닭을 적은 선 그래프",
                "Line of monthly card sales against the usual level, unusual months marked",
            ),
            SOURCE,
            both(
                "표시한 달에 있었던 일이며, 원인이라는 증명은 아닙니다.",
                "What happened in a marked month is no proof of a cause.",
            ),
        ),
    )  # fmt: skip


def growth_bars(growth: CardSalesGrowth) -> Bars | None:
    """The change of each trade by factor."""
    rows = [row for row in known(growth, "change") if row["group"] == "trade"]
    city = next((row for row in known(growth, "change") if row["group"] == "city"), None)
    if city is None or not rows:
        return None
    rows.sort(key=lambda row: -row["change"])
    most = max(FACTORS, key=lambda name: abs(city[name]))
    return Bars(
        title=said(
            "1년 사이 매출은 {change:+.1%} 변했고, {factor}의 몫이 가장 큽니다",
            "Sales changed by {change:+.1%} in a year, most of it by {factor}",
            change=city["change"] / city["before"], factor=FACTORS[most],
        ),
        x=Axis(both("업종", "Trade"), "text"),
        at=[TRADES[row["member"]] for row in rows],
        y=Axis(both("증감", "Change"), "number", MONEY.unit),
        series=[Series(text, [eok(row[name]) for row in rows]) for name, text in FACTORS.items()],
        note=Note(
            both(
                "업종별 매출 증감을 점포 수, 점포당 결제 건수, 건당 금액의 몫으로 나누어 쌓은 막대그래프",
                "Stacked bars: change of each trade by shops, payments per shop and average ticket",
            ),
            SOURCE,
        ),
        stacked=True,
        lying=True,
    )  # fmt: skip


def season_line(months: CardSalesMonths, trade: str) -> Line | None:
    """The season: how far each month of a year lies from the mean."""
    rows = [
        row for row in months.frame().sort("month").to_dicts()
        if row["trade"] == trade and row["season"] is not None
    ][-12:]  # fmt: skip
    if len(rows) < 12:
        return None
    rows.sort(key=lambda row: row["month"].month)
    top = max(rows, key=lambda row: row["season"])
    low = min(rows, key=lambda row: row["season"])
    return Line(
        title=said(
            "{trade} 매출은 {top}월에 평소보다 {more:.1%} 많고 {low}월에 {less:.1%} 적습니다",
            "{trade}: {more:.1%} above the mean in month {top}, {less:.1%} below in month {low}",
            trade=TRADES_AND_ALL[trade], top=top["month"].month, more=top["season"] - 1,
            low=low["month"].month, less=1 - low["season"],
        ),
        x=Axis(both("월", "Month of the year"), "text"),
        at=[both(f"{r['month'].month}월", f"{r['month']:%b}") for r in rows],
        y=Axis(both("평균 대비", "Over the mean"), "percent"),
        series=[Series(both("계절", "Season"), [round(row["season"] - 1, 4) for row in rows])],
        note=Note(
            both("열두 달의 계절 변동 선 그래프", "Line of the season through twelve months"), SOURCE
        ),
    )  # fmt: skip


def week_bars(week: CardSalesWeek, trade: str) -> Bars | None:
    """Bands of hours by weekday."""
    rows = [row for row in known(week) if trade in (EVERY, row["trade"])]
    if not rows:
        return None
    hours = sorted({row["hour_from"] for row in rows})
    # six colours can be told apart: the quiet bands of the night, and the last ones, stand together
    merged = hours if len(hours) <= 6 else [hours[0], *hours[2:-1]]
    bands = {h: max(b for b in merged if b <= h) for h in hours}
    ends = {b: (merged[i + 1] if i + 1 < len(merged) else 24) for i, b in enumerate(merged)}
    sums: dict[tuple[int, int], float] = {}
    for row in rows:
        key = (row["weekday"], bands[row["hour_from"]])
        sums[key] = sums.get(key, 0.0) + row["amount"]
    days = {day: sum(v for (k, _), v in sums.items() if k == day) for day in range(1, 8)}
    top = max(days, key=lambda day: days[day])
    return Bars(
        title=said(
            "{trade}은(는) {day}요일에 가장 많이 팔립니다: 한 주의 {share:.1%}",
            "{trade}: most is sold on {day}, {share:.1%} of the week",
            trade=TRADES_AND_ALL[trade], day=DAYS[top - 1], share=days[top] / sum(days.values()),
        ),
        x=Axis(both("요일", "Weekday"), "text"),
        at=list(DAYS),
        y=MONEY,
        series=[
            Series(
                both(f"{h}~{ends[h]}시", f"{h}–{ends[h]} h"),
                [eok(sums.get((day, h))) for day in range(1, 8)],
            )
            for h in merged
        ],
        note=Note(
            both(
                "요일별 카드매출을 세 시간 단위로 쌓은 막대그래프(최근 12개월 합계)",
                "Stacked bars: card sales by weekday and band of hours (last twelve months)",
            ),
            SOURCE,
        ),
        stacked=True,
    )  # fmt: skip


def payers_bars(payers: CardSalesPayers, trade: str) -> Bars | None:
    """Age bands of payers by sex and home."""
    rows = [row for row in known(payers) if trade in (EVERY, row["trade"])]
    if not rows:
        return None
    ages = sorted({row["age_from"] for row in rows})
    kinds = [(home, sex) for home in HOMES for sex in ("male", "female")]
    sums: dict[tuple[int, str, str], float] = {}
    for row in rows:
        key = (row["age_from"], row["home"], row["sex"])
        sums[key] = sums.get(key, 0.0) + row["amount"]
    by_age = {age: sum(v for (a, _, _), v in sums.items() if a == age) for age in ages}
    top = max(ages, key=lambda age: by_age[age])
    return Bars(
        title=said(
            "{trade} 매출은 {age}에게서 가장 많습니다: {share:.1%}",
            "{trade}: most is paid by people aged {age}, {share:.1%}",
            trade=TRADES_AND_ALL[trade], age=_age(top, ages),
            share=by_age[top] / sum(by_age.values()),
        ),
        x=Axis(both("연령대", "Age"), "text"),
        at=[_age(age, ages) for age in ages],
        y=MONEY,
        series=[
            Series(
                both(f"{HOMES[home].ko} {d.SEXES[sex].ko}", f"{HOMES[home].en}, {d.SEXES[sex].en}"),
                [eok(sums.get((age, home, sex))) for age in ages],
            )
            for home, sex in kinds
        ],
        note=Note(
            both(
                "결제자의 연령대별 카드매출을 성별과 거주 구분으로 쌓은 막대그래프",
                "Stacked bars: card sales by age of the payer, by sex and home",
            ),
            SOURCE,
        ),
        stacked=True,
    )  # fmt: skip


def _age(age: int, ages: list[int]) -> Text:
    if age == ages[-1]:
        return both(f"{age}세 이상", f"{age}+")
    after = ages[ages.index(age) + 1] - 1
    return both(f"{age}~{after}세", f"{age}–{after}")


def leakage_bars(leakage: CardSalesLeakage) -> Bars | None:
    """Where residents pay, by trade."""
    rows = [row for row in known(leakage) if row["share"] is not None]
    if not rows:
        return None
    total = sum(row["amount"] for row in rows)
    out = sum(row["amount"] for row in rows if row["where"] in ("outside", "online"))
    by = {(row["trade"], row["where"]): row["share"] for row in rows}
    trades = sorted(
        {row["trade"] for row in rows},
        key=lambda t: -(by.get((t, "outside"), 0) + by.get((t, "online"), 0)),
    )
    return Bars(
        title=said(
            "주민이 쓴 돈의 {share:.1%}는 시 밖이나 온라인으로 나갑니다",
            "{share:.1%} of what residents spend leaves the city or goes online",
            share=out / total,
        ),
        x=Axis(both("업종", "Trade"), "text"),
        at=[TRADES[trade] for trade in trades],
        y=Axis(both("소비 비율", "Share of spending"), "percent", from_zero=True),
        series=[
            Series(text, [round(by.get((trade, where), 0), 4) for trade in trades])
            for where, text in WHERE.items()
        ],
        note=Note(
            both(
                "업종별로 주민이 돈을 쓴 곳의 비율을 쌓은 막대그래프",
                "Stacked bars: where residents paid, by trade",
            ),
            both("자료: 주민 소비지역별 카드사용", "Source: where residents spend"),
        ),
        stacked=True,
        lying=True,
    )  # fmt: skip


def compare_line(
    district_months: CardSalesDistrictMonths, districts: Districts | None, compare: str
) -> Line | None:
    """Districts side by side: those asked for, or the four with the largest sales."""
    rows = sorted(known(district_months), key=lambda row: row["month"])
    months = sorted({row["month"] for row in rows})
    if len(months) < 2:
        return None
    last = {row["name"]: row["amount"] for row in rows if row["month"] == months[-1]}
    names = compared(sorted({row["name"] for row in rows}), compare)
    chosen = names or sorted(last, key=lambda name: -last[name])[:4]
    by = {(row["name"], row["month"]): row["amount"] for row in rows}
    say = spoken(districts)
    top = max(chosen, key=lambda name: last.get(name, 0))
    return Line(
        title=said(
            "견준 읍면동 {count}곳 가운데 {name}의 매출이 가장 많습니다",
            "Of {count} districts compared {name} sells most",
            count=len(chosen), name=say(top),
        ),
        x=MONTH,
        at=months,
        y=MONEY,
        series=[Series(say(n), [eok(by.get((n, m))) for m in months]) for n in chosen],
        marks=[
            Mark(month, both(f"{say(old).ko} → {say(new).ko} 분동", f"{say(new).en} divided off"))
            for month, new, old in divided(districts, months[0], months[-1])
            if {new, old} & set(chosen)
        ],
        note=Note(
            both("읍면동별 월 카드매출 선 그래프", "Lines of monthly card sales by district"), SOURCE
        ),
    )  # fmt: skip


ALL = (
    months_line, growth_bars, season_line, week_bars, payers_bars, leakage_bars, compare_line,
)  # fmt: skip
