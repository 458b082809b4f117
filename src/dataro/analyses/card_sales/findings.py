"""What the analysis of card sales says, in sentences with their numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from dataro.analyses.card_sales.collect import OTHER
from dataro.analyses.card_sales.figures import DAYS, FACTORS
from dataro.analyses.card_sales.tables import (
    ALL as EVERY,
)
from dataro.analyses.card_sales.tables import (
    TRADES_AND_ALL,
    CardSalesCells,
    CardSalesDistrictMonths,
    CardSalesDistricts,
    CardSalesGrowth,
    CardSalesLeakage,
    CardSalesMonths,
    CardSalesPayers,
    CardSalesReconciled,
    CardSalesUnusual,
    CardSalesWeek,
)
from dataro.analyses.card_sales.words import divided, known, spoken, won
from dataro.data.datasets.money import TRADES
from dataro.data.datasets.places import Districts
from dataro.methods import months as calendar
from dataro.vocabulary.text import Finding, Text, both, finding


def now(months: CardSalesMonths, trade: str) -> list[Finding]:
    """Sales of the month, and against the same month of the year before."""
    rows = [row for row in months.frame().sort("month").to_dicts() if row["trade"] == trade]
    if not rows:
        return [
            finding(
                "{trade}의 카드매출이 자료에 없습니다.",
                "There are no card sales of {trade} in the data.",
                trade=TRADES_AND_ALL[trade],
            )
        ]
    last = rows[-1]
    if last["amount"] is None:
        return [
            finding(
                "{month:month} {trade} 카드매출은 점포나 결제가 적어 비웠습니다.",
                "Sales of {trade} in {month:month} are withheld: too few shops or payments.",
                month=last["month"], trade=TRADES_AND_ALL[trade],
            )
        ]  # fmt: skip
    before = [r for r in rows if (r["month"].year, r["month"].month)
              == (last["month"].year - 1, last["month"].month)]  # fmt: skip
    said = finding(
        "{month:month} {trade} 카드매출은 {amount}, 결제 {payments:만}건, 건당 {ticket:,.0f}원입니다.",
        "In {month:month}, {trade}: {amount} in {payments:,} card payments, {ticket:,.0f} won each.",
        month=last["month"], trade=TRADES_AND_ALL[trade], amount=won(last["amount"]),
        payments=last["payments"], ticket=last["ticket"] or 0,
    )  # fmt: skip
    if not before or (before[0]["amount"] or 0) <= 0:
        return [said]
    return [
        said,
        finding(
            "1년 전 같은 달보다 {change:+.1%} 변했습니다.",
            "That is {change:+.1%} from the same month a year before.",
            change=last["amount"] / before[0]["amount"] - 1,
        ),
    ]


def why(growth: CardSalesGrowth) -> list[Finding]:
    """The change of twelve months, by factor."""
    rows = known(growth, "change")
    city = next((row for row in rows if row["group"] == "city"), None)
    if city is None:
        return [
            finding(
                "견줄 전년 자료나 점포 수가 없어 증감의 요인을 나누지 못했습니다.",
                "Without the year before or counts of shops the change could not be taken apart.",
            )
        ]
    parts = {name: city[name] / city["before"] for name in FACTORS}
    trades = [r for r in rows if r["group"] == "trade" and r["member"] != OTHER]
    trades.sort(key=lambda r: r["change"])
    return [
        finding(
            "최근 12개월 매출은 전년보다 {change:+.1%}({amount}) 변했습니다. 점포 수 {stores:+.1%}p, "
            "점포당 결제 건수 {tickets:+.1%}p, 건당 금액 {ticket:+.1%}p의 합입니다.",
            "Sales of the last twelve months changed by {change:+.1%} ({amount}): shops {stores:+.1%}, "
            "payments per shop {tickets:+.1%}, average ticket {ticket:+.1%} of the year before.",
            change=city["change"] / city["before"], amount=won(city["change"]),
            stores=parts["by_stores"], tickets=parts["by_tickets"], ticket=parts["by_ticket"],
        ),
    ] + [
        finding(
            "가장 많이 늘어난 업종은 {most}({up}), 가장 적게 늘거나 줄어든 업종은 {least}({down})입니다.",
            "{most} grew most ({up}); {least} grew least or fell ({down}).",
            most=TRADES[trades[-1]["member"]], up=won(trades[-1]["change"]),
            least=TRADES[trades[0]["member"]], down=won(trades[0]["change"]),
        )
        for _ in trades[:1]
    ]  # fmt: skip


def who_and_when(payers: CardSalesPayers, week: CardSalesWeek, trade: str) -> list[Finding]:
    """Share of visitors, and the busiest hours."""
    found = []
    paid = [row for row in known(payers) if trade in (EVERY, row["trade"])]
    total = sum(row["amount"] for row in paid)
    if total > 0:
        visiting = sum(row["amount"] for row in paid if row["home"] == "visitor")
        found.append(
            finding(
                "최근 12개월 {trade} 매출의 {share:.1%}는 시 밖에서 온 방문객이 썼습니다.",
                "Visitors from outside paid {share:.1%} of what {trade} sold in twelve months.",
                trade=TRADES_AND_ALL[trade], share=visiting / total,
            )
        )  # fmt: skip
    times: dict[tuple[int, int], float] = {}
    for row in known(week):
        if trade in (EVERY, row["trade"]):
            key = (row["weekday"], row["hour_from"])
            times[key] = times.get(key, 0.0) + row["amount"]
    if times:
        day, hour = max(times, key=lambda key: times[key])
        found.append(
            finding(
                "한 주에서 가장 많이 팔리는 때는 {day}요일 {start}~{end}시로 한 주의 {share:.1%}입니다.",
                "The busiest time of the week is {day} {start}–{end} h, {share:.1%} of the week.",
                day=DAYS[day - 1], start=hour, end=hour + 3,
                share=times[day, hour] / sum(times.values()),
            )
        )  # fmt: skip
    return found


def leaks(leakage: CardSalesLeakage) -> list[Finding]:
    """What leaves the city and what goes online."""
    rows = [row for row in known(leakage) if row["share"] is not None]
    if not rows:
        return []
    total = sum(row["amount"] for row in rows)
    sums = {w: sum(r["amount"] for r in rows if r["where"] == w) for w in ("outside", "online")}
    top = max(
        (row for row in rows if row["where"] == "online"), key=lambda r: r["share"], default=None
    )
    found = [
        finding(
            "주민이 최근 12개월에 쓴 {total} 가운데 시 밖에서 {outside:.1%}, 온라인에서 {online:.1%}를 썼습니다.",
            "Of {total} that residents spent in twelve months {outside:.1%} went outside the city and "
            "{online:.1%} online.",
            total=won(total), outside=sums["outside"] / total, online=sums["online"] / total,
        )
    ]  # fmt: skip
    if top is not None:
        found.append(
            finding(
                "온라인으로 나가는 비율은 {trade}에서 {share:.1%}로 가장 높습니다.",
                "Online takes most of {trade}: {share:.1%}.",
                trade=TRADES[top["trade"]],
                share=top["share"],
            )
        )
    return found


def odd(unusual: CardSalesUnusual) -> list[Finding]:
    """Unusual months, the widest first."""
    rows = sorted(unusual.frame().to_dicts(), key=lambda row: -abs(row["gap"]))
    if not rows:
        return [
            finding(
                "평소 수준에서 크게 벗어난 달이 없습니다.",
                "No month lies far from the usual level.",
            )
        ]
    months: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        months.setdefault(row["month"], []).append(row)
    return [
        finding(
            "{month:month}에는 {trades} 매출이 평소와 {gap:+.1%}까지 달랐습니다. {why}.",
            "{month:month}: sales of {trades} lay up to {gap:+.1%} from the usual. {why}.",
            month=month, trades=_listed([row["trade"] for row in mine]), gap=mine[0]["gap"],
            why=both(mine[0]["said"], mine[0]["said_en"]),
        )
        for month, mine in list(months.items())[:4]
    ]  # fmt: skip


def _listed(trades: list[str]) -> Text:
    return both(", ".join(TRADES[t].ko for t in trades), ", ".join(TRADES[t].en for t in trades))


def reconciliation(reconciled: CardSalesReconciled) -> list[Finding]:
    """Refunds and unknown trades: what they are, and that nothing was dropped."""
    rows = reconciled.frame().sort("order").to_dicts()
    first = rows[0]
    found = [
        finding(
            "환불이 매출보다 많은 {refund_rows:,}행({refunds})은 음수 그대로 더했고, 업종을 알 수 없는 "
            "{unknown_rows:,}행({unknown})은 그 밖의 업종으로 셌습니다. 여기에서 버린 행은 없으며 합계는 {total}입니다.",
            "{refund_rows:,} rows in which refunds exceed sales ({refunds}) were added as negative, and "
            "{unknown_rows:,} rows of an unknown trade ({unknown}) counted as other trades. No row was "
            "dropped; the total is {total}.",
            refund_rows=first["refund_rows"], refunds=won(first["refunds"]),
            unknown_rows=first["unknown_rows"], unknown=won(first["unknown"]),
            total=won(first["total"]),
        )
    ]  # fmt: skip
    if len(rows) > 1:
        found.append(
            finding(
                "세 가지로 나눈 자료의 합계는 서로 {gap:.2%} 안에서 맞습니다.",
                "Totals of the sources agree within {gap:.2%}.",
                gap=max(abs(row["gap"]) for row in rows),
            )
        )
    return found


def split(district_months: CardSalesDistrictMonths, districts: Districts | None) -> list[Finding]:
    """Districts that were divided while they were watched: their sales fall without a shop less."""
    months = sorted({row["month"] for row in district_months.frame().to_dicts()})
    say = spoken(districts)
    return [
        finding(
            "{month:month}에 {new}이(가) {old}에서 나뉘었습니다. 그 앞의 매출은 {old}에 들어 있으므로, 두 곳의 전년 비교와 "
            "추이는 합쳐서 보십시오.",
            "{new} was divided from {old} in {month:month}. Sales before that are those of {old}: read "
            "changes and trends of the two together.",
            month=month, new=say(new), old=say(old),
        )
        for month, new, old in divided(districts, months[0], months[-1])
    ] if months else []  # fmt: skip


def gaps(months: CardSalesMonths, reconciled: CardSalesReconciled) -> list[Finding]:
    """Months that nobody delivered, and age bands that changed."""
    known_months = sorted({row["month"] for row in months.frame().to_dicts()})
    absent: list[date] = []
    if known_months:
        absent = sorted({*calendar.every(known_months[0], known_months[-1])} - {*known_months})
    found = []
    if absent:
        found.append(
            finding(
                "{count:,}개 달({listed})의 카드매출이 자료에 없습니다. 그 달은 비워 두었고, 전년 비교는 두 해 모두 있는 달만으로 "
                "했습니다.",
                "Card sales of {count:,} months ({listed}) are missing. They are left empty, and years are "
                "compared over the months that both have.",
                count=len(absent), listed=", ".join(f"{month:%Y-%m}" for month in absent),
            )
        )  # fmt: skip
    merged = next(
        (row["bands_merged"] for row in reconciled.frame().to_dicts() if row["bands_merged"]), 0
    )
    if merged:
        found.append(
            finding(
                "결제자의 연령 구분이 달마다 달라, {count:,}개 구분을 모든 달에 공통인 구분에 합쳤습니다.",
                "Age bands of payers differ between months: {count:,} of them were added to the bands that "
                "all months share.",
                count=merged,
            )
        )  # fmt: skip
    return found


def hidden(by_district: CardSalesDistricts, by_cell: CardSalesCells) -> list[Finding]:
    """How much was left out to protect the few."""
    cell, place = by_cell.frame(), by_district.frame()
    return [
        finding(
            "점포가 적은 칸을 지키려고 읍면동·업종 {all:,}칸 가운데 {some:,}칸, 격자 {squares:,}곳 가운데 {few:,}곳의 "
            "금액을 비웠습니다.",
            "To protect cells of few shops {some:,} of {all:,} cells of district and trade, and "
            "{few:,} of {squares:,} grid cells, show no amount.",
            all=place.height, some=place["amount"].null_count(), squares=cell.height,
            few=cell["amount"].null_count(),
        )
    ]  # fmt: skip


ALL = (now, why, who_and_when, leaks, odd, split, gaps, reconciliation, hidden)
