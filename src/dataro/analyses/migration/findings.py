"""What the migration analysis says, in sentences with their numbers."""

from __future__ import annotations

from dataro.analyses.migration.figures import latest
from dataro.analyses.migration.ground import naming
from dataro.analyses.migration.reconcile import KINDS
from dataro.analyses.migration.tables import (
    MigrationAges,
    MigrationByDistrict,
    MigrationByMonth,
    MigrationByPlace,
    MigrationLaw,
    MigrationNewHomes,
    MigrationPairFlows,
    MigrationProvinces,
    MigrationReconciled,
    MigrationStrong,
)
from dataro.data.datasets.migration import MigrationMovers, MigrationPlaces
from dataro.data.datasets.places import Districts
from dataro.vocabulary.analysis import Skill
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DIRECTIONS
from dataro.vocabulary.text import Finding, both, finding

SCOPES = {**DIRECTIONS, "provinces": both("시도 사이의 이동", "Moves between provinces")}


def balance(
    by_place: MigrationByPlace, by_district: MigrationByDistrict, by_month: MigrationByMonth,
    districts: Districts | None, places: MigrationPlaces | None, city: City,
) -> list[Finding]:  # fmt: skip
    """In, out and net of the city in the year, and where the balance comes from."""
    rows = latest(by_place.frame().to_dicts())
    if not rows:
        return []
    called = naming(districts, places, city)
    year = [r for r in by_month.frame().to_dicts() if r["month"].year == rows[0]["year"]]
    inward, outward = (
        sum(r["people"] or 0 for r in year if r["direction"] == side) for side in ("in", "out")
    )
    found = [
        finding(
            "{year}년 {city}에는 {inward:,}명이 들어오고 {outward:,}명이 나가 순이동이 {net:+,}명입니다"
            "(효율성 {efficiency:+.1%}).",
            "In {year} {inward:,} people moved to {city} and {outward:,} away: net {net:+,} "
            "(efficiency {efficiency:+.1%}).",
            year=str(rows[0]["year"]), city=city.name, inward=inward, outward=outward,
            net=inward - outward, efficiency=(inward - outward) / max(inward + outward, 1),
        )
    ]  # fmt: skip
    gain, loss = max(rows, key=lambda r: r["net"]), min(rows, key=lambda r: r["net"])
    if gain["net"] > 0 > loss["net"]:
        found.append(
            finding(
                "{gain}에서 온 사람이 간 사람보다 {plus:,}명 많고, {loss}(으)로는 {minus:,}명을 더 보냈습니다.",
                "{plus:,} more came from {gain} than went there; {loss} took {minus:,} more than it sent.",
                gain=called(gain["place"], gain["name"]), plus=gain["net"],
                loss=called(loss["place"], loss["name"]), minus=-loss["net"],
            )
        )  # fmt: skip
    own = latest(by_district.frame().to_dicts())
    if own:
        best, worst = max(own, key=lambda r: r["net"]), min(own, key=lambda r: r["net"])
        found.append(
            finding(
                "읍면동 가운데 순이동은 {best}에서 {plus:+,}명으로 가장 크고 {worst}에서 {minus:+,}명으로 가장 작습니다.",
                "Among districts net migration is highest in {best} ({plus:+,}) and lowest in {worst} ({minus:+,}).",
                best=called(best["district"], best["name"]), plus=best["net"],
                worst=called(worst["district"], worst["name"]), minus=worst["net"],
            )
        )  # fmt: skip
    return found


def decay(law: MigrationLaw) -> list[Finding]:
    """How flows fall with distance."""
    return [
        finding(
            "{scope}: 거리가 두 배가 되면 이동은 {factor:.0%}로 줄어듭니다(거리 탄력성 {decay:.2f}, 95% 구간 "
            "{low:.2f}~{high:.2f}).",
            "{scope}: at twice the distance {factor:.0%} of the movers are left (decay {decay:.2f}, "
            "95 % interval {low:.2f} to {high:.2f}).",
            scope=SCOPES[row["scope"]], factor=2 ** -row["decay"], decay=row["decay"],
            low=row["decay_low"], high=row["decay_high"],
        )
        for row in law.frame().to_dicts()
    ]  # fmt: skip


def ties(
    strong: MigrationStrong, districts: Districts | None, places: MigrationPlaces | None, city: City
) -> list[Finding]:
    """The strongest pairs beyond the law."""
    called = naming(districts, places, city)
    rows = [row for row in strong.frame().to_dicts() if row["scope"] != "provinces"]
    rows.sort(key=lambda row: -row["z"])
    return [
        finding(
            "{a}에서 {b}(으)로 {people:,}명이 옮겨, 거리와 규모로 본 예상 {expected:,.0f}명의 {ratio:.1f}배입니다(z {z:.1f}).",
            "{people:,} moved from {a} to {b}, {ratio:.1f} times the {expected:,.0f} that size and "
            "distance explain (z {z:.1f}).",
            a=called(row["origin"], row["origin_name"]),
            b=called(row["destination"], row["destination_name"]), people=row["people"],
            expected=row["expected"], ratio=row["ratio"], z=row["z"],
        )
        for row in rows[:3]
    ]  # fmt: skip


def complexes(new_homes: MigrationNewHomes) -> list[Finding]:
    """What new complexes bring, and how much of it from outside."""
    rows = {row["source"]: row for row in new_homes.frame().to_dicts()}
    if not rows or rows["all"]["per_dwelling"] <= 0:
        return []
    whole, outside = rows["all"], rows["outside"]
    return [
        finding(
            "새 단지 한 세대는 입주를 시작한 여섯 달 동안 {people:.2f}명(95% 구간 {low:.2f}~{high:.2f})을 불렀고, 그 가운데 "
            "{share:.0%}가 시 밖에서 왔습니다(단지 {complexes:,}곳, {dwellings:,}세대).",
            "A dwelling of a new complex brought {people:.2f} people (95 % interval {low:.2f} to {high:.2f}) "
            "in the six months from move-in, {share:.0%} of them from outside the city ({complexes:,} "
            "complexes, {dwellings:,} dwellings).",
            people=whole["per_dwelling"], low=whole["low"], high=whole["high"],
            share=min(max(outside["per_dwelling"] / whole["per_dwelling"], 0.0), 1.0),
            complexes=whole["complexes"], dwellings=whole["dwellings"],
        )
    ]  # fmt: skip


def province(
    provinces: MigrationProvinces, pairs: MigrationPairFlows, places: MigrationPlaces | None,
    city: City,
) -> list[Finding]:  # fmt: skip
    """The province's balance; and that nothing is known of the city where that is so."""
    rows = [row for row in provinces.frame().to_dicts() if row["quarters"] == 4]
    found = []
    if pairs.frame().is_empty():
        found.append(
            finding(
                "{city}의 전출입지별 이동 자료가 없어, {city}에 누가 어디에서 오고 어디로 가는지는 알 수 없습니다. "
                "아래는 {province} 전체의 이동입니다.",
                "There are no moves by origin and destination for {city}, so where its people come from "
                "and go to is not known. What follows is {province} as a whole.",
                city=city.name, province=city.province,
            )
        )  # fmt: skip
    if rows:
        last = max(row["year"] for row in rows)
        own = [row for row in rows if row["year"] == last]
        top = max(own, key=lambda row: abs(row["net"]))
        found.append(
            finding(
                "{year}년 {province}의 순이동은 {net:+,}명이며, 가장 큰 몫은 {name}과(와)의 {part:+,}명입니다.",
                "In {year} net migration of {province} was {net:+,}, the largest part of it with {name} ({part:+,}).",
                year=str(last), province=city.province, net=sum(row["net"] for row in own),
                name=naming(None, places, city)(top["province"], top["name"]), part=top["net"],
            )
        )  # fmt: skip
    return found


def hidden(pairs: MigrationPairFlows) -> list[Finding]:
    """How much is left out to protect people."""
    rows = pairs.frame()
    if rows.is_empty():
        return []
    gone = rows["people"].null_count()
    return [
        finding(
            "흐름 {cells:,}개 칸 가운데 {gone:,}개는 소수의 사람을 보호하려고 비웠습니다.",
            "Of {cells:,} cells of flows {gone:,} are left out to protect the few people in them.",
            cells=rows.height, gone=gone,
        )
    ]  # fmt: skip


def totals(
    reconciled: MigrationReconciled, ages: MigrationAges, movers: MigrationMovers | None
) -> list[Finding]:
    """How many movers were read, how many counted, and why the rest was set aside."""
    rows = {row["kind"]: row["people"] for row in reconciled.frame().to_dicts()}
    if not rows:
        return []
    aside = [kind for kind in KINDS if kind != "counted" and rows.get(kind) != 0]
    words = [
        finding(
            "{kind} {people}명", "{kind}: {people}", kind=KINDS[kind],
            people=f"{rows[kind]:,}" if rows.get(kind) is not None else both("소수의", "a few"),
        ).text
        for kind in aside if kind in rows
    ]  # fmt: skip
    found = [
        finding(
            "읽은 이동자 {all:,}명 가운데 {counted:,}명을 셌습니다. 세지 않은 이동: {rest}.",
            "Of {all:,} movers read {counted:,} are counted. Set aside: {rest}.",
            all=sum(people or 0 for people in rows.values()), counted=rows.get("counted") or 0,
            rest=both("; ".join(w.ko for w in words), "; ".join(w.en for w in words))
            if words else both("없음", "none"),
        )
    ]  # fmt: skip
    given = (
        set()
        if movers is None
        else set(movers.rows.select("age_from").distinct().to_polars()["age_from"])
    )
    shown = set(ages.frame()["age_from"])
    if shown and given - shown:
        found.append(
            finding(
                "달마다 연령 구분이 달라, 모든 달에 공통인 {bands:,}개 구분으로 묶었습니다.",
                "Age bands differ between months; they are brought to the {bands:,} that all months share.",
                bands=len(shown),
            )
        )  # fmt: skip
    return found


def skill(law: MigrationLaw) -> Skill:
    """How much of the flows the law accounts for."""
    rows = law.frame().to_dicts()
    numbers = {f"explained_{row['scope']}": row["explained"] for row in rows}
    listed = [f"{SCOPES[row['scope']].ko} {row['explained']:.0%}" for row in rows]
    in_english = [f"{SCOPES[row['scope']].en} {row['explained']:.0%}" for row in rows]
    if not rows:
        return Skill(
            both("모형을 추정할 만큼 흐름이 없습니다.", "There are too few flows to fit the model.")
        )
    return Skill(
        both(
            "출발지와 도착지의 크기만으로 설명되지 않는 편차 가운데 거리가 설명하는 비율: " + ", ".join(listed) + ".",
            "Of the deviance that the sizes of origin and destination leave, distance explains: "
            + ", ".join(in_english) + ".",
        ),
        numbers,
    )  # fmt: skip


ALL = (balance, decay, ties, complexes, province, hidden, totals)
