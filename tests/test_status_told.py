"""Whoever reads the page of what is fresh and stale learns no name of data that is not open."""

from __future__ import annotations

from dataro.build.status import Standing, told_to
from dataro.vocabulary.text import both


def test_what_an_analysis_waits_for_is_named_only_where_it_is_open() -> None:
    reason = both("다시 만들 입력이 있습니다: stops, secret", "inputs to be rebuilt: stops, secret")
    stale = Standing(
        "areas", "analysis", both("동네", "Areas"), "stale", reason, waiting=("stops", "secret")
    )
    told = told_to(stale, {"stops", "areas"})
    assert told.reason.ko == "다시 만들 입력이 있습니다: stops, 공개하지 않는 데이터 1건"
    assert "secret" not in repr(told)
    assert told_to(stale, {"stops", "secret"}) == stale
