"""What the population analysis says, in sentences with their numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from dataro.analyses.population.axes import Row, spoken
from dataro.analyses.population.peers import called
from dataro.analyses.population.tables import (
    PopulationAgeMeasures,
    PopulationByDistrict,
    PopulationByMonth,
    PopulationComponents,
    PopulationGaps,
    PopulationGrowth,
    PopulationHouseholds,
    PopulationPeers,
    PopulationUnplaced,
)
from dataro.data.datasets.places import Districts
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.text import Finding, Text, both, finding

SHOWN = 5
"""So many strange codes are named in a sentence; the table has all."""
SERIES = {"city": both("시 전체", "the city"), "districts": both("읍면동", "the districts")}


def size(by_month: PopulationByMonth, definition: str, city: City) -> list[Finding]:
    """How many people, and how many more than a year and than at the beginning of the series."""
    rows = _of(by_month, definition)
    last, first = rows[-1], rows[0]
    said = {"city": city.name, "month": last["month"], "people": last["people"],
            "definition": DEFINITIONS[definition]}  # fmt: skip
    if last["change"] is None:
        found = [
            finding(
                "{city}의 인구는 {month:month} 말 {people:,}명입니다(정의: {definition}).",
                "{city} had {people:,} residents at the end of {month:month} (definition: {definition}).",
                **said,
            )
        ]
    else:
        found = [
            finding(
                "{city}의 인구는 {month:month} 말 {people:,}명으로, 12개월 동안 {amount:,}명({growth:+.1%}) "
                "{went}(정의: {definition}).",
                "{city} had {people:,} residents at the end of {month:month}, {amount:,} {went} than "
                "twelve months before ({growth:+.1%}; definition: {definition}).",
                amount=abs(last["change"]), went=_went(last["change"]), growth=last["growth"], **said,
            )
        ]  # fmt: skip
    if first["month"] < last["month"] and first["people"]:
        found.append(
            finding(
                "{first:month} 말 {before:,}명과 비교하면 {ratio:.2f}배입니다.",
                "That is {ratio:.2f} times the {before:,} of {first:month}.",
                first=first["month"], before=first["people"],
                ratio=last["people"] / first["people"],
            )
        )  # fmt: skip
    return found


def _went(change: int) -> Text:
    return both("늘었습니다", "more") if change >= 0 else both("줄었습니다", "fewer")


def definitions(by_month: PopulationByMonth, definition: str) -> list[Finding]:
    """The same month under other definitions, and the foreigners counted last."""
    month = _of(by_month, definition)[-1]["month"]
    rows = by_month.frame().sort("month").to_dicts()
    own = next(row for row in _of(by_month, definition) if row["month"] == month)
    found = [
        finding(
            "같은 달을 다른 정의({other})로 세면 {people:,}명으로 {difference:+,}명 차이가 납니다. 두 계열은 섞지 않습니다.",
            "Counted as “{other}” the same month has {people:,} residents, a difference of "
            "{difference:+,}; the two series are never mixed.",
            other=DEFINITIONS[row["definition"]], people=row["people"],
            difference=row["people"] - own["people"],
        )
        for row in rows
        if row["month"] == month and row["definition"] != definition
    ]  # fmt: skip
    foreign = [row for row in rows if row["foreigners"] is not None]
    if foreign:
        last = foreign[-1]
        found.append(
            finding(
                "외국인을 포함한 수는 {month:month}이(가) 마지막이며, 그달 외국인은 {foreigners:,}명입니다({other}).",
                "Foreigners were last counted for {month:month}: {foreigners:,} ({other}).",
                month=last["month"], foreigners=last["foreigners"],
                other=DEFINITIONS[last["definition"]],
            )
        )  # fmt: skip
    return found


def of_districts(
    by_district: PopulationByDistrict, growth: PopulationGrowth, districts: Districts | None
) -> list[Finding]:
    """The largest and densest districts, and the areas that grew and shrank most."""
    rows = by_district.frame().sort("people", descending=True).to_dicts()
    found: list[Finding] = []
    say = spoken(districts)
    if rows:
        found.append(
            finding(
                "{month:month} 말 읍면동 {count}곳 가운데 {name}에 {people:,}명으로 가장 많이 살고, {least}에 "
                "{fewest:,}명으로 가장 적게 삽니다(정의: {definition}).",
                "At the end of {month:month} {name} had the most residents of {count} districts "
                "({people:,}), {least} the fewest ({fewest:,}; definition: {definition}).",
                month=rows[0]["month"], count=len(rows), name=say(rows[0]["name"]),
                people=rows[0]["people"], least=say(rows[-1]["name"]), fewest=rows[-1]["people"],
                definition=DEFINITIONS[rows[0]["definition"]],
            )
        )  # fmt: skip
    dense = sorted((r for r in rows if r["density"] is not None), key=lambda r: -r["density"])
    if dense:
        area = sum(row["area"] for row in dense)
        found.append(
            finding(
                "{name}은(는) ㎢당 {density:,.0f}명, {least}은(는) {lowest:,.0f}명이 살아 밀도 차이가 가장 큽니다. "
                "경계로 잰 면적의 합은 {area:,.1f}㎢입니다.",
                "{name} is densest with {density:,.0f} people per km², {least} least dense with "
                "{lowest:,.0f}; the outlines measure {area:,.1f} km² in all.",
                name=say(dense[0]["name"]), density=dense[0]["density"], least=say(dense[-1]["name"]),
                lowest=dense[-1]["density"], area=area,
            )
        )  # fmt: skip
    return found + _growth(growth, say)


def _growth(growth: PopulationGrowth, say: Callable[[str], Text]) -> list[Finding]:
    rows = [r for r in growth.frame().to_dicts() if r["growth_yearly"] is not None]
    if len(rows) < 2:
        return []
    rows.sort(key=lambda row: -row["growth_yearly"])
    fast, slow = rows[0], rows[-1]
    found = [
        finding(
            "{before:month}부터 {month:month}까지 한 해 평균 증감률은 {name}이(가) {rate:+.1%}로 가장 높고, "
            "{other}이(가) {lowest:+.1%}로 가장 낮았습니다.",
            "From {before:month} to {month:month} {name} had the highest growth, {rate:+.1%} a year, "
            "and {other} the lowest, {lowest:+.1%}.",
            before=fast["month_before"], month=fast["month"], name=say(fast["area"]),
            rate=fast["growth_yearly"], other=say(slow["area"]), lowest=slow["growth_yearly"],
        )
    ]  # fmt: skip
    found += [
        finding(
            "{name}은(는) 이 기간에 나뉘어 {count}곳을 합친 지역으로 비교했습니다({people_before:,}명 → {people:,}명).",
            "{name} were divided in this time and are compared as one area of {count} districts "
            "({people_before:,} → {people:,} residents).",
            name=say(row["area"]), count=row["districts"], people_before=row["people_before"],
            people=row["people"],
        )
        for row in sorted(rows, key=lambda row: row["codes"])
        if row["districts"] > 1
    ]  # fmt: skip
    return found


def ages(age_measures: PopulationAgeMeasures) -> list[Finding]:
    """Median age, the young, the old and those whom each hundred of working age carries."""
    rows = age_measures.frame().sort("month").to_dicts()
    if not rows:
        return []
    last, first = rows[-1], rows[0]
    found = [
        finding(
            "{month:month} 말 중위연령은 {median:.1f}세, 15세 미만은 {young:.1%}, 65세 이상은 {old:.1%}이며, "
            "15~64세 100명이 {carried:.1f}명을 부양합니다(정의: {definition}).",
            "At the end of {month:month} the median age was {median:.1f}; {young:.1%} were under 15 "
            "and {old:.1%} 65 or over, {carried:.1f} dependants per 100 people aged 15–64 "
            "(definition: {definition}).",
            month=last["month"], median=last["median_age"], young=last["share_young"],
            old=last["share_old"], carried=100 * last["dependency"],
            definition=DEFINITIONS[last["definition"]],
        )
    ]  # fmt: skip
    if first["month"] < last["month"]:
        found.append(
            finding(
                "{first:month} 이후 65세 이상의 비율은 {old:+.1f}%포인트, 15세 미만의 비율은 {young:+.1f}%포인트 달라졌습니다.",
                "Since {first:month} the share of 65 and over changed by {old:+.1f} percentage points, "
                "that of under 15 by {young:+.1f}.",
                first=first["month"], old=100 * (last["share_old"] - first["share_old"]),
                young=100 * (last["share_young"] - first["share_young"]),
            )
        )  # fmt: skip
    return found


def change(components: PopulationComponents) -> list[Finding]:
    """What the last twelve months' change is made of."""
    rows = components.frame().sort("month").to_dicts()[-12:]
    if not rows:
        return []
    total = {name: sum(row[name] for row in rows)
             for name in ("births", "deaths", "natural", "moved_in", "moved_out", "net_moves",
                          "other", "change")}  # fmt: skip
    unexplained = [row["unexplained"] for row in rows if row["unexplained"] is not None]
    found = [
        finding(
            "{first:month}부터 {last:month}까지 출생 {births:,}명, 사망 {deaths:,}명으로 자연 증감이 {natural:+,}명, "
            "순이동이 {net_moves:+,}명, 기타 증감이 {other:+,}명이어서 모두 {change:+,}명 변했습니다.",
            "From {first:month} to {last:month} {births:,} births and {deaths:,} deaths "
            "({natural:+,}), net moves of {net_moves:+,} and other change of {other:+,} add up to "
            "{change:+,}.",
            first=rows[0]["month"], last=rows[-1]["month"], **total,
        )
    ]  # fmt: skip
    if any(unexplained):
        found.append(
            finding(
                "등록 인구의 증감과 맞추어 보면 {rest:+,}명이 변동 요인으로 설명되지 않습니다.",
                "Held against the register's own change, {rest:+,} are not explained by the components.",
                rest=sum(unexplained),
            )
        )
    return found


def beside_peers(peers: PopulationPeers, city: City) -> list[Finding]:
    """Where the city stands among those of its size."""
    rows = [row for row in peers.frame().to_dicts() if row["growth"] is not None]
    own = next((row for row in rows if row["place"] in city.codes), None)
    if own is None or len(rows) < 2:
        return []
    rank = 1 + sum(row["growth"] > own["growth"] for row in rows)
    names = [called(row["place"], row["name"], city) for row in rows if row is not own]
    others = both(", ".join(n.ko for n in names), ", ".join(n.en for n in names))
    return [
        finding(
            "인구 규모가 비슷한 도시({others})와 함께 보면 12개월 증감률 {growth:+.1%}로 {count}곳 가운데 {rank}번째입니다.",
            "Among cities of similar size ({others}) its growth of {growth:+.1%} over twelve months "
            "ranks {rank} of {count}.",
            others=others, growth=own["growth"], count=len(rows), rank=rank,
        )
    ]  # fmt: skip


def households(household_sizes: PopulationHouseholds) -> list[Finding]:
    """How common it is to live alone, now and when the series began."""
    rows = household_sizes.frame().filter(household_sizes.frame()["size"] == 1).sort("month")
    if rows.is_empty():
        return []
    last, first = rows.row(-1, named=True), rows.row(0, named=True)
    return [
        finding(
            "1인 세대는 {month:month} 말 {households:,}세대로 전체의 {share:.1%}이며, {first:month}에는 {before:.1%}였습니다.",
            "People living alone made up {households:,} households at the end of {month:month}, "
            "{share:.1%} of all; in {first:month} it was {before:.1%}.",
            month=last["month"], households=last["households"], share=last["share"],
            first=first["month"], before=first["share"],
        )
    ]  # fmt: skip


def reconciled(
    by_district: PopulationByDistrict, by_month: PopulationByMonth, unplaced: PopulationUnplaced
) -> list[Finding]:
    """Whether the districts add up to the city, and which codes no district has."""
    rows = by_district.frame().to_dicts()
    found: list[Finding] = []
    whole = next(
        (
            row["people"]
            for row in (_of(by_month, rows[0]["definition"]) if rows else ())
            if row["month"] == rows[0]["month"]
        ),
        None,
    )
    if whole is not None:
        total = sum(row["people"] for row in rows)
        sentence = (
            (
                "읍면동을 모두 더하면 {total:,}명으로, 같은 달 시 전체와 같습니다.",
                "The districts add up to {total:,}, which is the city's own total of that month.",
            )
            if total == whole
            else (
                "읍면동을 모두 더하면 {total:,}명으로, 같은 달 시 전체 {whole:,}명과 {difference:+,}명 차이가 납니다.",
                "The districts add up to {total:,}; the city has {whole:,} in the same month, a "
                "difference of {difference:+,}.",
            )
        )
        found.append(finding(*sentence, total=total, whole=whole, difference=total - whole))
    strange = unplaced.frame().to_dicts()
    if strange:
        codes = sorted({row["code"] for row in strange})
        found.append(
            finding(
                "행정구역 이력에 없는 코드 {count}개({codes})의 {left_out:,}행은 읍면동 결과에 넣지 못했습니다.",
                "{left_out:,} rows with {count} codes that no district ever had ({codes}) are in no "
                "district's figures.",
                count=len(codes), left_out=sum(row["rows_left_out"] for row in strange),
                codes=", ".join(codes[:SHOWN]) + (" …" if len(codes) > SHOWN else ""),
            )
        )  # fmt: skip
    return found


def missing(gaps: PopulationGaps, definition: str) -> list[Finding]:
    """Which months the series lack: they are drawn as gaps."""
    found: list[Finding] = []
    for series, text in SERIES.items():
        rows = [
            row
            for row in gaps.frame().sort("first_month").to_dicts()
            if row["series"] == series and (series != "city" or row["definition"] == definition)
        ]
        if not rows:
            continue
        listed = both(
            ", ".join(_run(row["first_month"], row["last_month"]) for row in rows),
            ", ".join(_run(row["first_month"], row["last_month"]) for row in rows),
        )
        found.append(
            finding(
                "{series} 계열에는 {months:,}개월({listed})의 자료가 없어 비워 두었습니다.",
                "The series of {series} lacks {months:,} months ({listed}); they stay empty.",
                series=text, months=sum(row["months"] for row in rows), listed=listed,
            )
        )  # fmt: skip
    return found


def _run(first: date, last: date) -> str:
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}–{last:%Y-%m}"


def _of(by_month: PopulationByMonth, definition: str) -> list[Row]:
    rows: list[Row] = by_month.frame().sort("month").to_dicts()
    return [row for row in rows if row["definition"] == definition]


ALL = (size, definitions, of_districts, ages, change, beside_peers, households, missing, reconciled)
