"""The result tables of local currency, from what was read and estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.analyses.local_currency.effects import Estimates
from dataro.analyses.local_currency.members import Members
from dataro.analyses.local_currency.tables import (
    DEFINITIONS,
    CurrencyChain,
    CurrencyChecks,
    CurrencyDefinitions,
    CurrencyEvents,
    CurrencyResult,
    CurrencyTroubles,
    CurrencyUse,
)
from dataro.analyses.nearby import Trouble
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    import polars as pl

    from dataro.analyses.local_currency.inputs import Panel
    from dataro.methods.causal.spillover import Share
    from dataro.methods.causal.staggered import EventStudy


@dataclass(frozen=True)
class Assumed:
    """Settings of the chain: ``definition`` of the effect, shares and rates per won."""

    definition: str
    benefit: float
    city_share: float
    running: float
    induced: float


def collect(
    use: pl.DataFrame, panel: Panel | None, found: Estimates, members: Members | None,
    assumed: Assumed, troubles: Sequence[Trouble],
) -> CurrencyResult:  # fmt: skip
    """All tables of the answer."""
    import polars as pl

    said = [
        {"kind": t.kind, "count": t.count, "said": t.text.ko, "said_en": t.text.en}
        for t in troubles
    ]
    return CurrencyResult(
        use=CurrencyUse(use),
        chain=CurrencyChain(pl.DataFrame(_chain(use, found, members, assumed), infer_schema_length=None)),
        definitions=CurrencyDefinitions(
            pl.DataFrame(_definitions(panel, found, members, assumed), infer_schema_length=None)
        ),
        events=CurrencyEvents(_events(found.studies)),
        checks=CurrencyChecks(_rows(found.checks, ("check", "case", "value", "low", "high"))),
        troubles=CurrencyTroubles(_rows(said, ("kind", "count", "said", "said_en"))),
    )  # fmt: skip


def _rows(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pl.DataFrame:
    """Rows as a frame that has its columns even where there are none."""
    import polars as pl

    return pl.DataFrame(
        {name: [row[name] for row in rows] for name in names},
        schema_overrides={} if rows else dict.fromkeys(names, pl.Null),
    )


def _definitions(
    panel: Panel | None, found: Estimates, members: Members | None, assumed: Assumed
) -> list[dict[str, Any]]:
    shares = dict(found.shares)
    rows = []
    ratio = _use_over_sales(panel)
    for order, name in enumerate(DEFINITIONS):
        share = members.per_won if name == "members" and members else shares.get(name)
        growth = None
        if name == "members" and members:
            growth = members.growth
        elif share is not None and ratio is not None and name in ("own", "neighbours"):
            growth = share.estimate * ratio
        sure = name == "gross"
        rows.append(
            {
                "definition": name, "order": order,
                "share": 1.0 if sure else share.estimate if share else None,
                "low": 1.0 if sure else share.low if share else None,
                "high": 1.0 if sure else share.high if share else None,
                "growth": growth, "chosen": name == assumed.definition,
            }
        )  # fmt: skip
    return rows


def _use_over_sales(panel: Panel | None) -> float | None:
    """Use of the city over sales of its small shops, in the panel's last twelve months."""
    if panel is None or panel.own < 0:
        return None
    used, small = panel.used[panel.own, -12:].sum(), panel.small[panel.own, -12:].sum()
    return float(used / (small - used)) if small > used > 0 else None


def _chain(
    use: pl.DataFrame, found: Estimates, members: Members | None, assumed: Assumed
) -> list[dict[str, Any]]:
    """From gross use to a won of public money, over the last twelve months of the city."""
    own = use.filter(use["own"]).sort("month").tail(12)
    gross = float(own["used"].sum()) / 1000 if own.height else None
    charged = float(own["charged"].fill_null(own["used"]).sum()) / 1000 if own.height else None
    share = _share(assumed.definition, found, members)
    small = members.small_share if members else None
    public = None if charged is None else charged * (
        assumed.benefit * assumed.city_share + assumed.running
    )  # fmt: skip
    per_won = gross / public if gross and public else None
    steps: list[tuple[str, tuple[float, float, float] | None, float | None]] = [
        ("gross", (1.0, 1.0, 1.0), gross),
        ("diverted", share and (1 - share[0], 1 - share[2], 1 - share[1]), gross),
        ("net_new", share, gross),
        ("small", (small.estimate, small.low, small.high) if small else None, gross),
        ("induced", share and tuple(assumed.induced * s for s in share), gross),  # type: ignore[list-item]
        ("per_won", share, per_won),
    ]
    return [_step(order, *step) for order, step in enumerate(steps)]


def _share(
    definition: str, found: Estimates, members: Members | None
) -> tuple[float, float, float] | None:
    if definition == "gross":
        return 1.0, 1.0, 1.0
    share: Share | None = (
        members.per_won if definition == "members" and members else found.shares.get(definition)
    )
    return (share.estimate, share.low, share.high) if share else None


def _step(
    order: int, step: str, share: tuple[float, float, float] | None, whole: float | None
) -> dict[str, Any]:
    method, denominator = METHODS[step]
    per_won = step == "per_won"
    amounts: list[float | None] = [None, None, None]
    if share is not None and whole is not None and not per_won:
        amounts = [whole * s for s in share]
    shares: list[float | None] = list(share) if share else [None, None, None]
    if per_won:
        shares = [s * whole for s in share] if share and whole else [None, None, None]
    if step == "gross":  # counted, not estimated
        shares[1:], amounts[1:] = [None, None], [None, None]
    return {
        "step": step, "order": order, "amount": amounts[0], "low": amounts[1], "high": amounts[2],
        "share": shares[0], "share_low": shares[1], "share_high": shares[2], "method": method.ko, "method_en": method.en,
        "denominator": denominator.ko, "denominator_en": denominator.en,
    }  # fmt: skip


_OF_USE = both(
    "최근 12개월 시의 지역화폐 사용액", "Local currency used in the city, last twelve months"
)
METHODS: dict[str, tuple[Text, Text]] = {
    "gross": (
        both("카드·모바일·지류 사용액의 합", "Sum of card, mobile and paper use"), _OF_USE,
    ),
    "diverted": (
        both("총사용액에서 순증을 뺀 값: 어차피 썼거나 다른 점포에서 옮겨 온 소비",
             "Gross use less the net gain: spending that would have come anyway or elsewhere"),
        _OF_USE,
    ),
    "net_new": (
        both("시군·월 고정효과 회귀의 사용액 1원당 매출 증가(설정한 정의) × 총사용액",
             "Gain of sales per won of use, effects of city and month taken out (definition chosen) "
             "× gross use"),
        _OF_USE,
    ),
    "small": (
        both("가맹점 표본의 지역화폐 결제액 가운데 소상공인 비율 × 총사용액",
             "Share of small shops in what the sampled shops took × gross use"), _OF_USE,
    ),
    "induced": (
        both("순증 × 설정한 유발 계수(가정)", "Net gain × the multiplier set (assumed)"), _OF_USE,
    ),
    "per_won": (
        both("순증 ÷ 시가 낸 혜택과 운영비", "Net gain over what the city pays in benefits and running"),
        both("충전액 × (혜택률 × 시 부담률 + 운영비율), 설정한 값(가정)",
             "Charged × (benefit × the city's share + running), as set (assumed)"),
    ),
}  # fmt: skip
"""Method and denominator of each step."""


def _events(studies: Mapping[str, EventStudy]) -> pl.DataFrame:
    rows = [
        {
            "panel": panel, "since": int(k), "estimate": float(estimate), "low": float(low),
            "high": float(high), "band_low": float(estimate - study.band * error),
            "band_high": float(estimate + study.band * error),
        }
        for panel, study in studies.items()
        for k, estimate, error, low, high in zip(
            study.since, study.estimate, study.error, study.low, study.high, strict=True
        )
    ]  # fmt: skip
    return _rows(rows, ("panel", "since", "estimate", "low", "high", "band_low", "band_high"))
