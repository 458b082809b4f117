"""Words, money and units that card sales and sales areas share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from dataro.data.datasets.places import Districts
from dataro.vocabulary.figure import Axis
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import Text, both, finding

EOK = 1e8
"""Won in 억 원 (a hundred million won)."""
MONEY = Axis(
    both("카드매출", "Card sales"), "number", both("억 원", "100 million won"), from_zero=True
)
SOURCE = both("자료: 카드매출(카드사 제공)", "Source: card sales (card companies)")
HIDDEN_CAUTION = both(
    "점포나 결제가 3 미만인 곳과 이를 되짚을 수 있는 곳은 비워 두었습니다.",
    "Places with fewer than three shops or payments, and those that would give them away, are left empty.",
)


def known(table: Table, column: str = "amount") -> list[dict[str, Any]]:
    """The rows of a table whose value is shown."""
    return [row for row in table.frame().to_dicts() if row[column] is not None]


def won(value: float | None) -> Text:
    """An amount as a reader says it: ``1,234억 원``, ``KRW 123.4 billion``; or that it is hidden."""
    if value is None:
        return both("금액 비공개", "amount withheld")
    if abs(value) >= 10 * EOK:
        return both(f"{value / EOK:,.0f}억 원", f"KRW {value / 1e9:,.1f} billion")
    if abs(value) >= EOK:
        return both(f"{value / EOK:,.1f}억 원", f"KRW {value / 1e6:,.0f} million")
    return both(f"{value / 1e4:,.0f}만 원", f"KRW {value / 1e6:,.1f} million")


def said(ko: str, en: str, **numbers: Any) -> Text:
    """A title with its numbers written in."""
    return finding(ko, en, **numbers).text


def eok(value: float | None) -> float | None:
    """Won as 억 원, to a tenth."""
    return None if value is None else round(value / EOK, 1)


def spoken(districts: Districts | None) -> Callable[[str], Text]:
    """The name of a district in both languages; as it is where no register gives it in English."""
    english: Mapping[str, str] = {}
    if districts is not None:
        rows = districts.frame().sort("valid_from").to_dicts()
        english = {row["name"]: row.get("name_en") or row["name"] for row in rows}
    return lambda name: Text(name, english.get(name, name))


def divided(districts: Districts | None, first: date, last: date) -> list[tuple[date, str, str]]:
    """Districts that were divided between two months: when, the new one's name, the old one's."""
    if districts is None:
        return []
    rows = districts.frame().sort("valid_from").to_dicts()
    names = {row["district"]: row["name"] for row in rows}
    return [
        (row["valid_from"].replace(day=1), row["name"], names.get(row["split_from"], row["split_from"]))
        for row in rows
        if row.get("split_from") and first < row["valid_from"].replace(day=1) <= last
    ]  # fmt: skip


def renumbered(districts: Districts | None, outlined: Collection[str]) -> Callable[[str], str]:
    """The code under which a district has its outline: its own, or the one it was renumbered to."""
    later: dict[str, str] = {}
    if districts is not None:
        for row in districts.frame().sort("valid_from").to_dicts():
            if row.get("renumbered_from"):
                later[row["renumbered_from"]] = row["district"]

    def follow(code: str) -> str:
        seen = {code}
        while code not in outlined and later.get(code) not in (None, *seen):
            code = later[code]
            seen.add(code)
        return code

    return follow


def compared(names: Sequence[str], wanted: str, *, most: int = 12) -> list[str]:
    """The names in ``wanted`` (separated by commas), each one of ``names``.

    Raises ``Problem`` for one that is not, or for more than ``most``.
    """
    given = list(dict.fromkeys(filter(None, (one.strip() for one in wanted.split(",")))))
    if len(given) > most:
        raise Problem(
            both(
                f"compare 설정에 {len(given)}곳을 적었습니다. {most}곳까지 비교할 수 있으니 줄여 주십시오.",
                f"compare names {len(given)} places; up to {most} can be compared. Name fewer.",
            )
        )
    for name in given:
        if name not in names:
            guess = did_you_mean(name, names)
            listed = ", ".join(sorted(names)[:40]) or "–"
            raise Problem(
                both(
                    f"compare 설정의 “{name}”에 해당하는 곳이 없습니다.{guess.ko} 있는 곳: {listed}.",
                    f"compare names “{name}”, which is no place here.{guess.en} Places: {listed}.",
                )
            )
    return given
