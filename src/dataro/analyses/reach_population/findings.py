"""What the answer says about the date, in sentences with their numbers."""

from __future__ import annotations

from typing import Any

from dataro.analyses.reach_population.tables import (
    METHODS,
    ReachAgeTest,
    ReachBacktest,
    ReachDates,
    ReachLevers,
    ReachMethods,
    ReachMonths,
    ReachPublished,
    ReachYears,
)
from dataro.methods.months import month_at, number
from dataro.vocabulary.analysis import Skill
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.text import Finding, Text, both, finding

Row = dict[str, Any]

TESTED = (1, 6, 12)
LONG = (36, 60)
NEAR = 6
"""Months before an origin in which a gap matters to what is said there."""

FEW = 24
"""Forecasts with an outcome below which a definition's skill is not spoken of."""


def when(dates: ReachDates, definition: str, city: City) -> list[Finding]:
    """Every definition's date, the chosen one first."""
    rows = sorted(dates.frame().to_dicts(), key=lambda r: r["definition"] != definition)
    found = [_when(row, city) for row in rows]
    if definition not in {row["definition"] for row in rows}:
        found.insert(
            0,
            finding(
                "{city}에는 정의 “{name}”으로 센 자료가 없어 다른 정의로만 답합니다.",
                "{city} has no counts under the definition “{name}”; the answer is for the others.",
                city=city.name, name=DEFINITIONS[definition],
            ),
        )  # fmt: skip
    return found


def _when(row: Row, city: City) -> Finding:
    said = {"city": city.name, "name": DEFINITIONS[row["definition"]], "target": row["target"],
            "early": row["early"], "middle": row["middle"], "late": row["late"],
            "last": row["last_month"], "people": row["people"], "counts": row["counts"]}  # fmt: skip
    if row["status"] == "counted":
        return finding(
            "{name}: {city} 인구는 {middle:month} 집계에서 {target:만} 명 이상이었습니다(그 뒤 마지막 집계 {last:month} {people:,}명).",
            "{name}: {city} was counted at {target:,} or more in {middle:month} (last count {people:,} in {last:month}).",
            **said,
        )
    if row["status"] == "thin":
        return finding(
            "{name}: 견줄 수 있는 집계가 적어(모두 {counts}개월) 전망하지 않습니다. 마지막 집계는 {last:month} {people:,}명입니다.",
            "{name}: too few counts to compare ({counts} months in all) for a forecast; the last was {people:,} in {last:month}.",
            **said,
        )
    if row["status"] == "estimated":
        return finding(
            "{name}: {last:month} {people:,}명 뒤로 집계가 없으나, {target:만} 명은 이미 {middle:month}께 지난 것으로 추정합니다"
            "(80% 구간 {early:month}~{late:month}).",
            "{name}: not counted since {last:month} ({people:,}), but {target:,} is estimated to have been passed about "
            "{middle:month} (80 % between {early:month} and {late:month}).",
            **said,
        )
    if row["status"] == "beyond":
        return finding(
            "{name}: 전망 기간 안에 {target:만} 명에 이를 가능성이 절반에 미치지 못합니다(마지막 집계 {last:month} {people:,}명).",
            "{name}: within the months looked at, reaching {target:,} is less likely than not (last count {people:,} in {last:month}).",
            **said,
        )
    if row["late"] is None:
        return finding(
            "{name}: {target:만} 명에 이르는 달은 가운데 전망으로 {middle:month}이며, 빠르면 {early:month}입니다. 경로의 10% 넘게는 "
            "전망 기간 안에 이르지 않습니다(마지막 집계 {last:month} {people:,}명).",
            "{name}: {target:,} is expected in {middle:month}, in {early:month} at the earliest (10 %); more than 10 % of the "
            "paths do not reach it within the months looked at (last count {people:,} in {last:month}).",
            **said,
        )
    return finding(
        "{name}: {target:만} 명에 이르는 달은 가운데 전망으로 {middle:month}이며, 80% 구간은 {early:month}부터 {late:month}까지입니다"
        "(마지막 집계 {last:month} {people:,}명).",
        "{name}: {target:,} is expected in {middle:month}, with 80 % between {early:month} and {late:month} "
        "(last count {people:,} in {last:month}).",
        **said,
    )


def year_ends(
    years: ReachYears, dates: ReachDates, definition: str, years_in_a_row: int
) -> list[Finding]:
    """The next year-end, and when the rule is more likely than not fulfilled."""
    rows = [r for r in years.frame().sort("year").to_dicts() if r["definition"] == definition]
    if not rows:
        return []
    target, counted = int(dates.frame()["target"][0]), dates.frame()["last_month"].to_list()
    ahead = month_at(number(max(counted)) + 1).year
    first = next((r for r in rows if r["year"] >= ahead), rows[-1])
    found = [
        finding(
            "{year}년 말 인구가 {target:만} 명 이상일 확률은 {at_end:.0%}입니다.",
            "The probability of {target:,} or more at the end of {year} is {at_end:.0%}.",
            year=first["year"], target=target, at_end=first["at_end"],
        )
    ]  # fmt: skip
    likely = next((r for r in rows if r["rule"] >= 0.5), None)
    if likely is not None:
        found.append(
            finding(
                "연말 인구가 {n}년 연속 {target:만} 명 이상이라는 요건은 {year}년 말에 충족되어 있을 확률이 {rule:.0%}로, 처음으로 "
                "절반을 넘습니다.",
                "That {n} year-ends in a row are at {target:,} or more is first more likely than not at "
                "the end of {year} ({rule:.0%}).",
                n=years_in_a_row, target=target, year=likely["year"], rule=likely["rule"],
            )
        )  # fmt: skip
    return found


def by_method(methods: ReachMethods) -> list[Finding]:
    """What the methods say when each is asked alone."""
    rows = [r for r in methods.frame().to_dicts() if r["weight"]]
    dated = [r for r in rows if r["month"] is not None]
    if not dated or len(rows) < 2:
        return []
    dated.sort(key=lambda r: r["month"])
    first, last = dated[0], dated[-1]
    never = next((r for r in rows if r["month"] is None), None)
    if never is not None:
        return [
            finding(
                "방법마다 따로 물으면 {first}이(가) {early:month}로 가장 이르고, {never}은(는) 전망 기간 안에 이르지 않습니다.",
                "Asked alone, {first} is earliest ({early:month}); {never} does not get there within the months looked at.",
                first=METHODS[first["method"]], early=first["month"], never=METHODS[never["method"]],
            )
        ]  # fmt: skip
    return [
        finding(
            "방법마다 따로 물으면 {first}이(가) {early:month}로 가장 이르고 {last}이(가) {late:month}로 가장 늦습니다.",
            "Asked alone, {first} is earliest ({early:month}) and {last} latest ({late:month}).",
            first=METHODS[first["method"]], early=first["month"],
            last=METHODS[last["method"]], late=last["month"],
        )
    ]  # fmt: skip


def tests(backtest: ReachBacktest) -> list[Finding]:
    """How earlier selves did, per definition; where there are too few it says so."""
    found = []
    rows = backtest.frame().to_dicts()
    most = max(rows, key=lambda r: r["forecasts"])["definition"] if rows else None
    for definition in dict.fromkeys(r["definition"] for r in rows):
        own = {(r["method"], r["ahead"]): r for r in rows if r["definition"] == definition}
        year = own.get(("combined", 12))
        name = DEFINITIONS[definition]
        if year is None or year["forecasts"] < FEW:
            found.append(
                finding(
                    "{name}: 12개월 앞 전망을 실제와 견줄 수 있는 것이 {n}개뿐이어서 정확도를 말하지 않습니다.",
                    "{name}: only {n} forecasts twelve months ahead can be held against what came; no accuracy is claimed.",
                    name=name, n=year["forecasts"] if year else 0,
                )
            )  # fmt: skip
            continue
        found.append(
            finding(
                "{name}: 12개월 앞 전망 {n}개(겹치지 않는 것 {alone}개)의 평균 절대 오차는 {mae:,.0f}명이며, 80% 구간은 실제의 "
                "{covered:.0%}를 담았습니다(표본 오차를 고려하면 {low:.0%}~{high:.0%}).",
                "{name}: {n} forecasts twelve months ahead ({alone} not overlapping) erred by {mae:,.0f} people on average; "
                "their 80 % bands held {covered:.0%} of what came (with sampling error {low:.0%} to {high:.0%}).",
                name=name, n=year["forecasts"], alone=year["independent"], mae=year["mean_error"],
                covered=year["covered"], low=year["covered_low"], high=year["covered_high"],
            )
        )  # fmt: skip
        listed, blind = own.get(("housing_listed", 12)), own.get(("housing", 12))
        if listed and blind and definition == most:
            found.append(
                finding(
                    "{name}: 주택 단위법의 12개월 앞 오차는 {blind:,.0f}명이고, 실제 입주 달을 미리 알았다면 {listed:,.0f}명이었을 것입니다.",
                    "{name}: twelve months ahead the housing-unit method erred by {blind:,.0f}; had the true months of "
                    "move-in been known, by {listed:,.0f}.",
                    name=name, blind=blind["mean_error"], listed=listed["mean_error"],
                )
            )  # fmt: skip
    return found


def moved_by(levers: ReachLevers, dates: ReachDates, definition: str, delay: int) -> list[Finding]:
    """What would change the date; that no complex is announced, where none is."""
    rows = levers.frame().to_dicts()
    found = [
        finding(
            "{lever} 가운데 전망이 {months:+.0f}개월 달라집니다.",
            "{lever}: the middle moves by {months:+.0f} months.",
            lever=Text(row["lever"], row["lever_en"]),
            months=row["months"],
        )
        for row in rows
        if row["month"] is None
    ]
    announced = [row for row in rows if row["month"] is not None]
    matter = [row for row in announced if row["months"] or abs(row["probability"]) >= 0.005]
    found += [
        finding(
            "{name}({households:,}세대, {month:month} 입주)의 입주가 {delay}개월 늦으면 가운데 전망이 {months:+.0f}개월 달라지고 "
            "다음 연말 확률이 {points:+.0f}%포인트 달라집니다.",
            "If {name} ({households:,} households, {month:month}) is {delay} months late, the middle moves by "
            "{months:+.0f} months and the probability at the next year-end by {points:+.0f} points.",
            name=row["lever"], households=row["households"], month=row["month"], delay=delay,
            months=row["months"], points=100 * row["probability"],
        )
        for row in matter[:3]
    ]  # fmt: skip
    if announced and not matter:
        found.append(
            finding(
                "입주를 앞둔 단지 {n}곳({households:,}세대) 가운데 어느 하나가 {delay}개월 늦어도 가운데 전망은 달라지지 않습니다.",
                "Of {n} complexes still to open ({households:,} households) none moves the middle by being {delay} months late.",
                n=len(announced), households=sum(row["households"] for row in announced), delay=delay,
            )
        )  # fmt: skip
    own = [r for r in dates.frame().to_dicts() if r["definition"] == definition]
    if own and own[0]["status"] == "expected" and not announced:
        found.append(
            finding(
                "마지막 집계 {last:month} 뒤에 입주할 단지가 목록에 없어, 단지가 늦어지는 경우는 계산하지 못했습니다.",
                "No complex is listed to open after the last count ({last:month}), so what a late one would do cannot be told.",
                last=own[0]["last_month"],
            )
        )
    return found


def beside_published(
    published_forecasts: ReachPublished, months_ahead: ReachMonths
) -> list[Finding]:
    """Each published forecast, what came, and ours from the same months; gaps at its origin."""
    found = []
    rows = published_forecasts.frame().to_dicts()
    for row in rows:
        said = {"published": row["published"], "month": row["month"], "value": row["value"],
                "known": row["known_until"]}  # fmt: skip
        if row["measure"] == "passes" and row["came_month"] is not None and row["half"] is not None:
            found.append(
                finding(
                    "{published:month}에는 {value:,.0f}명에 {month:month} 이른다고 발표되었고, 실제로는 {came:month}이었습니다. "
                    "{known:month}까지의 자료로 한 우리 전망은 가운데가 {half:month}입니다.",
                    "In {published:month} {value:,.0f} was announced for {month:month}; it came in {came:month}. "
                    "Ours from data up to {known:month} has its middle in {half:month}.",
                    came=row["came_month"], half=row["half"], **said,
                )
            )  # fmt: skip
        elif row["measure"] == "passes" and row["came_month"] is not None:
            found.append(
                finding(
                    "{published:month}에는 {value:,.0f}명에 {month:month} 이른다고 발표되었고, 실제로는 {came:month}이었습니다.",
                    "In {published:month} {value:,.0f} was announced for {month:month}; it came in {came:month}.",
                    came=row["came_month"], **said,
                )
            )  # fmt: skip
        elif row["came"] is not None and row["middle"] is not None:
            found.append(
                finding(
                    "{published:month}에는 {month:month} {value:,.0f}명으로 발표되었고 실제는 {came:,.0f}명이었습니다"
                    "(오차 {error:+,.0f}명). {known:month}까지의 자료로 한 우리 전망은 {middle:,.0f}명(80% 구간 {low:,.0f}~{high:,.0f}명)"
                    "으로 오차가 {ours:+,.0f}명입니다.",
                    "In {published:month} {value:,.0f} was announced for {month:month}; {came:,.0f} came ({error:+,.0f}). "
                    "Ours from data up to {known:month} is {middle:,.0f} (80 %: {low:,.0f} to {high:,.0f}), off by {ours:+,.0f}.",
                    came=row["came"], error=row["value"] - row["came"], middle=row["middle"],
                    low=row["low"], high=row["high"], ours=row["middle"] - row["came"], **said,
                )
            )  # fmt: skip
    return found + _gaps(rows, months_ahead)


def _gaps(rows: list[Row], months_ahead: ReachMonths) -> list[Finding]:
    """Published origins around which the longest series lacks months."""
    counted: dict[str, set[int]] = {}
    for row in months_ahead.frame().filter(months_ahead.frame()["people"].is_not_null()).to_dicts():
        counted.setdefault(row["definition"], set()).add(number(row["month"]))
    if not counted:
        return []
    longest = max(counted.values(), key=len)
    found = []
    for published, known in dict.fromkeys((r["published"], r["known_until"]) for r in rows):
        if known is None:
            continue
        around = range(number(known) - NEAR + 1, number(published) + 1)
        missing = [m for m in around if m not in longest and m > min(longest)]
        if missing:
            found.append(
                finding(
                    "{published:month}의 발표 앞뒤로 월별 계열에 {n}개월({first:month}부터)이 비어 있어, 우리 전망은 {known:month}에서 "
                    "시작합니다. 두 전망은 같은 달에서 출발하지 않습니다.",
                    "Around the publication of {published:month} the monthly series lacks {n} months (from {first:month}), so ours "
                    "begins at {known:month}: the two do not start from the same month.",
                    published=published, n=len(missing), first=month_at(missing[0]), known=known,
                )
            )  # fmt: skip
    return found


def ages(age_test: ReachAgeTest) -> list[Finding]:
    """How ages expected five years ahead did."""
    rows = age_test.frame().to_dicts()
    found = []
    for method in dict.fromkeys(row["method"] for row in rows):
        own = [row for row in rows if row["method"] == method]
        found.append(
            finding(
                "{method}으로(로) 5년 앞을 전망한 {n}번의 연령별 평균 오차는 {error:.1%}였습니다. 횟수가 적어 결합에는 쓰지 않습니다.",
                "{method}, five years ahead, {n} times: a mean error of {error:.1%} by age. Too few to be combined.",
                method=METHODS[method], n=len(own),
                error=sum(row["age_error"] for row in own) / len(own),
            )
        )  # fmt: skip
    return found


def skill(backtest: ReachBacktest) -> Skill:
    """The combined forecast's errors at 1, 6 and 12 months beside the benchmarks', and coverage."""
    rows = backtest.frame().to_dicts()
    most = max(rows, key=lambda r: r["forecasts"])["definition"] if rows else ""
    own = {(r["method"], r["ahead"]): r for r in rows if r["definition"] == most}
    numbers: dict[str, float | int | None] = {}
    parts_ko, parts_en = [], []
    for ahead in TESTED:
        row = own.get(("combined", ahead))
        if row is None or not row["claimed"]:
            continue
        numbers |= {f"forecasts_{ahead}": row["forecasts"], f"error_{ahead}": row["mean_error"]}
        for name in ("drift", "ar4"):
            numbers[f"{name}_{ahead}"] = own[(name, ahead)]["mean_error"]
        said = finding(
            "{h}개월 앞 {mae:,.0f}명(증가 지속 {drift:,.0f}명, AR(4) {ar4:,.0f}명, {n}회)",
            "{h}-month {mae:,.0f} (drift {drift:,.0f}, AR(4) {ar4:,.0f}; n = {n})",
            h=ahead, mae=row["mean_error"], n=row["forecasts"],
            drift=numbers[f"drift_{ahead}"], ar4=numbers[f"ar4_{ahead}"],
        )  # fmt: skip
        parts_ko.append(said.text.ko)
        parts_en.append(said.text.en)
    year = own.get(("combined", 12))
    if not parts_ko or year is None:
        return Skill(
            both(
                "과거 시점 검증의 횟수가 적어 정확도를 말하지 않습니다.",
                "Too few past forecasts have an outcome; no accuracy is claimed.",
            )
        )
    numbers |= {"covered_12": year["covered"], "covered_low_12": year["covered_low"],
                "covered_high_12": year["covered_high"]}  # fmt: skip
    inside = finding(
        "12개월 앞 80% 구간의 포함률 {covered:.0%}({low:.0%}~{high:.0%})",
        "80 % bands at 12 months covered {covered:.0%} ({low:.0%}–{high:.0%})",
        covered=year["covered"], low=year["covered_low"], high=year["covered_high"],
    )  # fmt: skip
    far = [own[("combined", h)] for h in LONG if ("combined", h) in own]
    rest = finding(
        "36·60개월 앞 오차({errors}명)는 설명일 뿐입니다",
        "errors at 36 and 60 months ({errors}) are only described",
        errors=", ".join(f"{r['mean_error']:,.0f}" for r in far) or "–",
    )
    return Skill(
        both(
            f"과거의 매달에서 다시 전망한 평균 절대 오차: {', '.join(parts_ko)}. {inside.text.ko}. {rest.text.ko}.",
            f"Mean absolute error over every past month: {', '.join(parts_en)}. {inside.text.en}; {rest.text.en}.",
        ),
        numbers,
    )


ALL = (when, year_ends, by_method, tests, moved_by, beside_published, ages)
