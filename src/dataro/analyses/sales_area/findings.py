"""What the analysis of sales areas says, in sentences with their numbers."""

from __future__ import annotations

from dataro.analyses.card_sales.words import known, won
from dataro.analyses.sales_area.figures import cell_name, chosen_areas
from dataro.analyses.sales_area.tables import (
    CHANGES,
    LIGHTS,
    SalesAreaCells,
    SalesAreaFounder,
    SalesAreaFounderCells,
    SalesAreas,
    SalesAreaSkill,
    SalesAreaSurvival,
)
from dataro.data.datasets.money import TRADES, Merchants
from dataro.vocabulary.analysis import Skill
from dataro.vocabulary.text import Finding, Text, both, finding


def areas_found(areas: SalesAreas, merchants: Merchants) -> list[Finding]:
    """How many areas there are, and what share of shops stands in them."""
    rows = areas.frame().to_dicts()
    top = max(rows, key=lambda row: row["stores"])
    shops = merchants.rows.filter(merchants.rows.closed.isnull())
    total = int(shops.count().to_polars())
    placeless = int(shops.filter(shops.cell.isnull()).count().to_polars())
    found = [
        finding(
            "상권 {count}곳을 찾았고, 영업 중인 점포 {total:,}곳의 {share:.0%}가 그 안에 있습니다. 가장 큰 곳은 "
            "{name}(점포 {stores:,}곳)입니다.",
            "{count} areas were found; {share:.0%} of {total:,} open shops stand in them. The largest "
            "is {name} ({stores:,} shops).",
            count=len(rows), total=total, share=sum(row["stores"] for row in rows) / max(1, total),
            name=Text(top["name"], top["name_en"]), stores=top["stores"],
        )
    ]  # fmt: skip
    if placeless:
        found.append(
            finding(
                "영업 중인 점포 {count:,}곳은 격자를 알 수 없어 상권에 넣지 못했습니다.",
                "{count:,} open shops have no grid cell and belong to no area.",
                count=placeless,
            )
        )
    return found


def cautions(areas: SalesAreas) -> list[Finding]:
    """How many areas show each light, and the most urgent."""
    rows = areas.frame().sort("stores", descending=True).to_dicts()
    count = {step: sum(row["light"] == step for row in rows) for step in LIGHTS}
    found = [
        finding(
            "주의 신호는 양호 {calm}곳, 관찰 {watch}곳, 주의 {care}곳, 위험 {risk}곳입니다.",
            "Lights: calm {calm}, watch {watch}, care {care}, risk {risk}.",
            **count,
        )
    ]
    urgent = [row for step in ("risk", "care") for row in rows if row["light"] == step][:3]
    return found + [
        finding(
            "{name}은(는) {light}입니다: {why}.", "{name} is at {light}: {why}.",
            name=Text(row["name"], row["name_en"]), light=LIGHTS[row["light"]],
            why=Text(row["why"], row["why_en"]),
        )
        for row in urgent
    ]  # fmt: skip


def lives(survival: SalesAreaSurvival) -> list[Finding]:
    """Survival of the city's shops over one, three and five years, and the trades at the ends."""
    rows = survival.frame().to_dicts()

    def at(group: str, member: str, months: int) -> dict[str, float] | None:
        mine = [r for r in rows if (r["group"], r["member"]) == (group, member)]
        if not mine or max(r["months"] for r in mine) < months:
            return None
        return max(
            (r for r in mine if r["months"] <= months), key=lambda r: r["months"], default=None
        )

    one, three, five = (at("city", "all", 12 * years) for years in (1, 3, 5))
    if not one or not three or not five:
        return []
    found = [
        finding(
            "새 점포는 1년 {one:.0%}, 3년 {three:.0%}(95% 구간 {low:.1%}~{high:.1%}), 5년 {five:.0%}가 남습니다.",
            "Of new shops {one:.0%} last a year, {three:.0%} three years (95 % interval {low:.1%}–"
            "{high:.1%}) and {five:.0%} five.",
            one=one["share"], three=three["share"], low=three["low"], high=three["high"],
            five=five["share"],
        )
    ]  # fmt: skip
    trades = {t: at("trade", t, 36) for t in TRADES}
    known = {t: row["share"] for t, row in trades.items() if row}
    if len(known) > 1:
        best, worst = max(known, key=lambda t: known[t]), min(known, key=lambda t: known[t])
        found.append(
            finding(
                "3년 생존율은 {best}이(가) {high:.0%}로 가장 높고 {worst}이(가) {low:.0%}로 가장 낮습니다.",
                "Three-year survival is highest for {best} ({high:.0%}) and lowest for {worst} ({low:.0%}).",
                best=TRADES[best], high=known[best], worst=TRADES[worst], low=known[worst],
            )
        )  # fmt: skip
    return found


def for_founders(founder: SalesAreaFounder, areas: SalesAreas) -> list[Finding]:
    """What a founder would face in the best area, and why none can be said."""
    rows = [row for row in founder.frame().to_dicts() if row["expected"] is not None]
    if not rows:
        return [
            finding(
                "유입지역, 주민 소비, 읍면동 경계 가운데 없는 자료가 있어 예상 매출을 내지 못했습니다.",
                "Without flows of customers, spending of residents or district outlines no sales could "
                "be expected.",
            )
        ]
    names = {row["area"]: Text(row["name"], row["name_en"]) for row in areas.frame().to_dicts()}
    best = min(rows, key=lambda row: row["rank"])
    worst = max(rows, key=lambda row: row["rank"])
    return [
        finding(
            "{trade}을(를) {name}에 열면 월 {won}(95% 구간 {low}~{high})을 예상합니다. 1 ㎞ 안에 같은 업종이 "
            "{near:,}곳 있고, 손님 절반은 {reach:.1f} ㎞ 안에서 옵니다.",
            "A shop ({trade}) in {name} would expect {won} a month (95 % interval {low}–{high}); {near:,} "
            "of its trade stand within 1 km, and half of its customers come from within {reach:.1f} km.",
            trade=TRADES[best["trade"]], name=names[best["area"]], won=won(best["expected"]),
            low=won(best["low"]), high=won(best["high"]), near=best["near"], reach=best["reach"],
        ),
        finding(
            "예상 매출이 가장 작은 곳은 {name}으로(로) 월 {won}입니다.",
            "Least is expected in {name}: {won} a month.",
            name=names[worst["area"]], won=won(worst["expected"]),
        ),
    ]  # fmt: skip


def rising(areas: SalesAreas) -> list[Finding]:
    """The areas whose sales rose and fell most in a year."""
    rows = sorted(known(areas, "growth"), key=lambda row: row["growth"])
    if len(rows) < 2:
        return []
    up, down = rows[-1], rows[0]
    return [
        finding(
            "1년 사이 매출이 가장 많이 는 상권은 {up}({more:+.1%}), 가장 적게 늘거나 준 상권은 {down}({less:+.1%})입니다.",
            "Sales rose most in {up} ({more:+.1%}) and rose least or fell in {down} ({less:+.1%}) in a year.",
            up=Text(up["name"], up["name_en"]), more=up["growth"],
            down=Text(down["name"], down["name_en"]), less=down["growth"],
        )
    ]  # fmt: skip


def in_the_cell(founder_cells: SalesAreaFounderCells) -> list[Finding]:
    """What a founder would face in the cell asked for."""
    rows = known(founder_cells, "expected")
    mine = next((row for row in rows if row["chosen"]), None)
    if mine is None:
        return []
    best = min(rows, key=lambda row: row["rank"])
    found = [
        finding(
            "{cell}에 {trade}을(를) 열면 월 {won}(95% 구간 {low}~{high})을 예상합니다. 격자 {all:,}곳 가운데 "
            "{rank:,}번째입니다. 이 격자에 같은 업종 {rivals:,}곳(1년 폐업 {closed:,}곳), 1 ㎞ 안에 {near:,}곳이 있고, 손님 "
            "절반은 {reach:.1f} ㎞ 안에서 옵니다.",
            "A shop ({trade}) in {cell} would expect {won} a month (95 % interval {low}–{high}), place "
            "{rank:,} of {all:,} cells. {rivals:,} shops of its trade stand in the cell ({closed:,} closed in a "
            "year), {near:,} within 1 km; half of its customers come from within {reach:.1f} km.",
            cell=cell_name(mine), trade=TRADES[mine["trade"]], won=won(mine["expected"]),
            low=won(mine["low"]), high=won(mine["high"]), rank=mine["rank"], all=len(rows),
            rivals=mine["rivals"], closed=mine["closed"], near=mine["near"], reach=mine["reach"],
        )
    ]  # fmt: skip
    if best["cell"] != mine["cell"]:
        found.append(
            finding(
                "같은 업종이라면 {cell}의 예상 매출이 월 {won}으로 가장 큽니다.",
                "For the same trade {cell} would take most: {won} a month.",
                cell=cell_name(best), won=won(best["expected"]),
            )
        )  # fmt: skip
    return found


def side_by_side(areas: SalesAreas, compare: str) -> list[Finding]:
    """The areas compared, one sentence each."""
    return [
        finding(
            "{name}: 점포 {stores:,}곳, 폐업률 {closing:.1%}, 3년 생존율 {survival:.0%}, 특화 업종 {trade}"
            "({quotient:.1f}배), {change}.",
            "{name}: {stores:,} shops, closing rate {closing:.1%}, three-year survival {survival:.0%}, "
            "stands for {trade} ({quotient:.1f} ×), {change}.",
            name=Text(row["name"], row["name_en"]), stores=row["stores"], closing=row["closing"],
            survival=row["survival"], trade=TRADES[row["main_trade"]], quotient=row["quotient"],
            change=CHANGES[row["change"]] if row["change"] else Text("변화 유형 모름", "change unknown"),
        )
        for row in chosen_areas(areas, compare)
    ]  # fmt: skip


def hidden(areas: SalesAreas, area_cells: SalesAreaCells) -> list[Finding]:
    """How many areas show no sales to protect the few."""
    few = areas.frame()["sales"].null_count()
    if not few:
        return []
    return [
        finding(
            "점포가 적은 상권을 지키려고 {few}곳의 매출을 비웠습니다.",
            "{few} areas show no sales, to protect the few.", few=few,
        )
    ]  # fmt: skip


def skill(expected_skill: SalesAreaSkill) -> Skill:
    """How well Huff's rule tells what areas sell now."""
    rows = expected_skill.frame().to_dicts()
    if not rows or rows[0]["order"] is None:
        return Skill(
            both(
                "견줄 매출이 없어 예상 매출을 검증하지 못했습니다.",
                "No sales to hold expectations against.",
            )
        )
    row = rows[0]
    said = finding(
        "지금 상권 {areas}곳의 {trade} 매출과 견주면 순위 상관 {order:.2f}, 오차의 중앙값 {error:.0%}입니다.",
        "Against what {areas} areas sell now ({trade}): rank correlation {order:.2f}, median error {error:.0%}.",
        areas=row["areas"], trade=TRADES[row["trade"]], order=row["order"], error=row["error"],
    )  # fmt: skip
    return Skill(said.text, {"areas": row["areas"], "order": row["order"], "error": row["error"]})


ALL = (areas_found, cautions, rising, in_the_cell, for_founders, lives, side_by_side, hidden)
