"""Bars show the interval of an estimate, on the page, in the picture and in the table beside them."""

from __future__ import annotations

import re

import pytest

from dataro.publish.render.drawing import chart_svg
from dataro.publish.render.echarts import option
from dataro.vocabulary.figure import Axis, Bars, Note, Series
from dataro.vocabulary.text import both

NOTE = Note(both("막대", "Bars"), both("시험", "Test"))
VALUE = Axis(both("값", "Value"), "decimal", from_zero=True)
KINDS = Axis(both("구분", "Kind"), "text")


def bars(*series: Series, lying: bool = False, stacked: bool = False) -> Bars:
    return Bars(both("추정", "Estimates"), KINDS, ["가", "나", "다"], VALUE, series, NOTE,
                lying=lying, stacked=stacked)  # fmt: skip


ESTIMATE = Series(
    both("추정", "Estimate"), [1.2, 0.5, -0.3], low=[0.8, None, -4], high=[1.9, None, 9]
)


@pytest.mark.parametrize("lying", [False, True])
def test_an_interval_is_a_line_with_caps_and_the_axis_reaches_its_ends(lying: bool) -> None:
    made = option(bars(ESTIMATE, lying=lying), "ko")
    lines = made["series"][0]["markLine"]["data"]
    ends = [[end["coord"] if not lying else end["coord"][::-1] for end in line] for line in lines]
    assert ends == [[[0, 0.8], [0, 1.9]], [[2, -4], [2, 9]]]  # who has none is drawn without
    svg = chart_svg(bars(ESTIMATE, lying=lying), "ko", theme="light")
    numbers = {float(text) for text in re.findall(r">(-?\d+(?:\.\d+)?)</text>", svg)}
    assert max(numbers) >= 9
    assert min(numbers) <= -4
    assert bars(ESTIMATE).cells()[1][0] == ["가", 1.2, 0.8, 1.9]


def test_stacked_bars_and_several_series_keep_intervals_to_the_table() -> None:
    for figure in (bars(ESTIMATE, stacked=True), bars(ESTIMATE, ESTIMATE)):
        assert all("markLine" not in one for one in option(figure, "ko")["series"])
        assert "하한" in figure.cells()[0][2].ko
