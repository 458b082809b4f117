"""The four-step caution light: rules as data, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.vocabulary.text import Text, both, finding

STEPS = ("calm", "watch", "care", "risk")
OURS = both("우리의 해석", "our reading")
GUIDE = both(
    "시군구 상권 안내에서 쓰는 지표(폐업률·생존율)에 대한 우리의 해석",
    "our reading of an indicator that area services use (closings, survival)",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One point of caution where ``measure`` (relative to the city) is at or over ``over``.

    ``said`` is told with the value; ``source`` says where the rule comes from.
    """

    measure: str
    over: float
    said: Text
    source: Text


RULES = (
    Rule("closing", 1.3, both("폐업률이 시 평균의 {value:.1f}배", "closing rate {value:.1f} × the city's"), GUIDE),
    Rule("leaving", 1.2, both("1년 폐업이 개업의 {value:.1f}배", "{value:.1f} closed for each opened"), OURS),
    Rule("dying", 1.15, both("3년 안에 닫는 비율이 시 평균의 {value:.2f}배", "{value:.2f} × the city's share closes within three years"), GUIDE),
    Rule("crowding", 1.4, both("유동인구 대비 점포가 시 평균의 {value:.1f}배", "{value:.1f} × the city's shops for its people"), OURS),
    Rule("poor", 1.25, both("시 평균 점포당 매출이 이곳의 {value:.1f}배", "the city's shop sells {value:.1f} × one here"), OURS),
)  # fmt: skip
"""One point each: none is calm, one is watch, two are care, three or more are risk."""


def light(measures: Mapping[str, float | None]) -> tuple[str, Text]:
    """The step and its reasons; a measure that is not known gives no point, and is told."""
    found: list[Text] = []
    for rule in RULES:
        value = measures.get(rule.measure)
        if value is not None and value >= rule.over:
            found.append(finding(rule.said.ko, rule.said.en, value=value).text)
    step = STEPS[min(len(found), 3)]
    if not found:
        return step, both(
            "시 평균보다 뚜렷이 나쁜 지표가 없음", "no measure clearly worse than the city"
        )
    return step, both("; ".join(t.ko for t in found), "; ".join(t.en for t in found))
