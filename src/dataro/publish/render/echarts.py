"""Figures as ECharts options: the one chart grammar of page, picture and spreadsheet's neighbour.

Options are plain JSON. Where ECharts wants a function or a colour they hold a name
(``@format:short:ko:number``, ``@colour:series-1``) that ``chart-format.js`` and
``dataro.publish.render.drawing`` resolve, so that one option serves every theme.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from dataro.publish.render.numbers import axis_title, label
from dataro.vocabulary.figure import Axis, Bars, Figure, Label, Line, Pyramid, Series
from dataro.vocabulary.text import Language, both

Option = dict[str, Any]
Chart = Line | Bars | Pyramid

WIDE, NARROW = 720, 358
_LEGEND_ROW = 24
_MOST_NAMED_MARKS = 2
_NUMBERS = [chr(0x2460 + i) for i in range(20)] + [f"({i})" for i in range(21, 200)]
_AGE = Axis(both("나이", "Age"), "text", both("세", "years"))


def is_chart(figure: Figure) -> bool:
    """Whether ECharts draws it; the other figures are maps."""
    return isinstance(figure, Line | Bars | Pyramid)


def height(figure: Chart, width: int) -> int:
    """Height in pixels that suits a figure at a width: lying bars and ages need a row each."""
    if isinstance(figure, Pyramid):
        return max(340, 18 * len(figure.ages) + 100)
    if isinstance(figure, Bars) and figure.lying:
        groups = 1 if figure.stacked else max(1, len(figure.series))
        return 90 + len(figure.at) * max(22, 14 * groups)
    return 320 if width < 500 else 400


def option(figure: Chart, language: Language, width: int = WIDE) -> Option:
    """The option of a chart, to be drawn ``width`` pixels wide, without its title and source."""
    if isinstance(figure, Line):
        return _line(figure, language, width)
    if isinstance(figure, Bars):
        return _bars(figure, language, width)
    return _pyramid(figure, language, width)


def _colour(role: str) -> str:
    return f"@colour:{role}"


def _frame(legend: Sequence[str], width: int, *, above: int = 34, below: int = 4) -> Option:
    rows = _legend_rows(legend, width) if len(legend) > 1 else 0
    frame: Option = {
        "animation": False,
        "textStyle": {"color": _colour("ink")},
        "grid": {
            "left": 4, "right": 18, "bottom": below, "top": above + rows * _LEGEND_ROW,
            "outerBoundsMode": "same", "outerBoundsContain": "axisLabel",
        },
        "tooltip": {"trigger": "axis", "confine": True},
    }  # fmt: skip
    if rows:
        frame["legend"] = {
            "data": list(legend), "left": 0, "top": 3, "itemGap": 14, "padding": 0,
            "itemHeight": 10, "itemWidth": 18,
            "textStyle": {"color": _colour("ink"), "fontSize": 13},
            "inactiveColor": _colour("rule"),
        }  # fmt: skip
    return frame


def _legend_rows(names: Sequence[str], width: int) -> int:
    rows, used = 1, 0.0
    for name in names:
        wide = 36 + sum(13 if ord(letter) > 0x2E7F else 7.2 for letter in name)
        if used and used + wide > width - 10:
            rows, used = rows + 1, 0.0
        used += wide + 14
    return rows


def _label_style(**more: Any) -> Option:
    return {"color": _colour("muted"), "fontSize": 12, "hideOverlap": True, **more}


def _value_axis(axis: Axis, language: Language, kind: str = "short") -> Option:
    return {
        "type": "value",
        "name": axis_title(axis, language),
        "nameLocation": "end",
        "nameGap": 14,
        "nameTextStyle": {"color": _colour("muted"), "fontSize": 12, "align": "left"},
        "scale": not axis.from_zero,
        "splitNumber": 4,
        "axisLabel": _label_style(formatter=f"@format:{kind}:{language}:{axis.format}"),
        "splitLine": {"lineStyle": {"color": _colour("grid")}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
    }


def _lying(axis: Option) -> Option:
    """A value axis along the bottom, its name in the middle below."""
    style = {**axis["nameTextStyle"], "align": "center"}
    return {**axis, "nameLocation": "middle", "nameGap": 28, "nameTextStyle": style}


def _label_axis(axis: Axis, at: Sequence[Label], language: Language) -> Option:
    return {
        "type": "category",
        "data": [label(one, language, axis.format) for one in at],
        "axisLabel": _label_style(),
        "axisLine": {"lineStyle": {"color": _colour("edge")}},
        "axisTick": {"show": False},
    }


def _time_axis(axis: Axis, language: Language) -> Option:
    names = (
        {"year": "{yyyy}년", "month": "{M}월", "day": "{d}일"}
        if language == "ko"
        else {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"}
    )
    return {
        "type": "time",
        "axisLabel": _label_style(formatter=names),
        "axisLine": {"lineStyle": {"color": _colour("edge")}},
        "axisTick": {"show": True, "lineStyle": {"color": _colour("edge")}},
        "splitLine": {"show": False},
        "minInterval": 31_536_000_000 if axis.format == "year" else 2_419_200_000,
    }


def _line(figure: Line, language: Language, width: int) -> Option:
    timed = all(isinstance(at, date) for at in figure.at)
    at: list[Any] = (
        [one.isoformat() for one in figure.at if isinstance(one, date)]
        if timed
        else [label(one, language, figure.x.format) for one in figure.at]
    )
    made = _frame([series.text[language] for series in figure.series], width)
    if "legend" in made:  # a line is shown by its own stroke, dashes included, without a dot
        made["legend"]["itemStyle"] = {"opacity": 0}
        made["legend"]["lineStyle"] = {"width": 2.5}
    made["xAxis"] = (
        _time_axis(figure.x, language)
        if timed
        else {**_label_axis(figure.x, figure.at, language), "boundaryGap": False}
    )
    made["yAxis"] = _value_axis(figure.y, language)
    made["series"] = []
    for number, series in enumerate(figure.series, 1):
        colour = _colour(f"series-{1 + (number - 1) % 6}")
        made["series"] += _band(series, at, colour, number)
        run = _run(series, at, colour, language, figure.area)
        if number > 6 and not series.dashed:  # the colours begin again: dots tell them apart
            run["lineStyle"]["type"] = "dotted"
        made["series"].append(run)
    if figure.marks and made["series"]:
        made["series"][-1]["markLine"] = _marks(figure, language, timed)
    return made


def _run(series: Series, at: Sequence[Any], colour: str, language: Language, area: bool) -> Option:
    run: Option = {
        "type": "line",
        "name": series.text[language],
        "data": _points(series.values, at),
        "symbol": "none",
        "connectNulls": False,
        "color": colour,
        "lineStyle": {
            "width": 2.5,
            "color": colour,
            "type": "dashed" if series.dashed else "solid",
        },
        "emphasis": {"disabled": True},
    }
    if area:
        run["areaStyle"] = {"color": colour, "opacity": 0.16}
    return run


def _points(values: Sequence[float | None], at: Sequence[Any]) -> list[Any]:
    """Pairs for a line; a value with a gap on both sides is given a dot, or nobody would see it."""
    points: list[Any] = []
    for i, value in enumerate(values):
        pair = [at[i], _clean(value)]
        alone = (
            pair[1] is not None
            and (i == 0 or _clean(values[i - 1]) is None)
            and (i + 1 == len(values) or _clean(values[i + 1]) is None)
        )
        points.append({"value": pair, "symbol": "circle", "symbolSize": 7} if alone else pair)
    return points


def _clean(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _band(series: Series, at: Sequence[Any], colour: str, number: int) -> list[Option]:
    """A band is two stacked runs without lines: its lower edge, and its width above that."""
    if series.low is None or series.high is None:
        return []
    low = [_clean(value) for value in series.low]
    high = [_clean(value) for value in series.high]
    width = [
        b - a if a is not None and b is not None else None for a, b in zip(low, high, strict=True)
    ]
    common: Option = {
        "type": "line", "stack": f"band-{number}", "stackStrategy": "all", "symbol": "none",
        "lineStyle": {"opacity": 0, "width": 0}, "silent": True, "color": colour,
        "emphasis": {"disabled": True}, "tooltip": {"show": False},
    }  # fmt: skip
    return [
        {**common, "data": [list(pair) for pair in zip(at, low, strict=True)]},
        {
            **common,
            "data": [list(pair) for pair in zip(at, width, strict=True)],
            "areaStyle": {"color": colour, "opacity": 0.2},
        },
    ]


def mark_words(figure: Figure, language: Language) -> list[str]:
    """Words for marks that stand in the chart as numbers, because they are too many to fit."""
    if not isinstance(figure, Line) or len(figure.marks) <= _MOST_NAMED_MARKS:
        return []
    return [
        f"{_NUMBERS[i]} {label(mark.at, language, figure.x.format)} {mark.text[language]}"
        for i, mark in enumerate(figure.marks)
    ]


def _marks(figure: Line, language: Language, timed: bool) -> Option:
    numbered = len(figure.marks) > _MOST_NAMED_MARKS
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": _colour("edge"), "type": "dashed", "width": 1},
        "label": {
            "color": _colour("muted"), "fontSize": 12, "formatter": "{b}", "position": "end",
            "textBorderWidth": 0,
        },
        "data": [
            {
                "name": _NUMBERS[number] if numbered else mark.text[language],
                "xAxis": mark.at.isoformat()
                if timed and isinstance(mark.at, date)
                else label(mark.at, language, figure.x.format),
            }
            for number, mark in enumerate(figure.marks)
        ],
    }  # fmt: skip


def _bars(figure: Bars, language: Language, width: int) -> Option:
    names = [series.text[language] for series in figure.series]
    made = _frame(names, width, above=8, below=26) if figure.lying else _frame(names, width)
    labels = _label_axis(figure.x, figure.at, language)
    values = {**_value_axis(figure.y, language), "scale": False}
    if figure.stacked and figure.y.format == "percent" and figure.series:
        sums = [
            sum(v or 0.0 for v in run)
            for run in zip(*(s.values for s in figure.series), strict=True)
        ]
        if sums and 0.95 < max(sums) < 1.01:  # shares of a whole
            values["max"] = 1
    made["series"] = [
        {
            "type": "bar",
            "name": series.text[language],
            "data": [_clean(value) for value in series.values],
            "color": _colour(f"series-{1 + (number - 1) % 6}"),
            "barMaxWidth": 44,
            "emphasis": {"disabled": True},
            **({"stack": "all"} if figure.stacked else {}),
        }
        for number, series in enumerate(figure.series, 1)
    ]
    for number, series in enumerate(figure.series):
        if len(figure.series) == 1 and not figure.stacked:
            made["series"][number] |= _whiskers(series, lying=figure.lying)
            made["series"] += _room(series, lying=figure.lying)
    if figure.lying:
        labels = {**labels, "inverse": True, "axisLabel": _label_style(interval=0)}
        values = {**_lying(values), "splitNumber": 3 if width < 500 else 5}
        made["xAxis"], made["yAxis"] = values, labels
    else:
        made["xAxis"], made["yAxis"] = labels, values
    return made


def _whiskers(series: Series, *, lying: bool) -> Option:
    """The interval of each bar as a thin line with a cap at both ends."""
    ends = [
        (i, low, high)
        for i, (low, high) in enumerate(zip(series.low or (), series.high or (), strict=True))
        if low is not None and high is not None and math.isfinite(low) and math.isfinite(high)
    ]
    if not ends:
        return {}

    def at(i: int, value: float) -> Option:
        return {"coord": [value, i] if lying else [i, value]}

    return {
        "markLine": {
            "silent": True,
            "symbol": ["rect", "rect"],
            "symbolSize": [9, 1.5],
            "label": {"show": False},
            "lineStyle": {"color": _colour("ink"), "type": "solid", "width": 1.5},
            "itemStyle": {"color": _colour("ink")},
            "emphasis": {"disabled": True},
            "data": [[at(i, low), at(i, high)] for i, low, high in ends],
        }
    }


def _room(series: Series, *, lying: bool) -> list[Option]:
    """Runs that nobody sees, so that the axis reaches both ends of every interval."""
    made = []
    for bounds in (series.low, series.high):
        if bounds is None:
            continue
        known = [(i, value) for i, value in enumerate(map(_clean, bounds)) if value is not None]
        made.append(
            {
                "type": "line",
                "data": [[value, i] if lying else [i, value] for i, value in known],
                "symbol": "none", "lineStyle": {"opacity": 0, "width": 0}, "silent": True,
                "emphasis": {"disabled": True}, "tooltip": {"show": False},
            }
        )  # fmt: skip
    return made


def _pyramid(figure: Pyramid, language: Language, width: int) -> Option:
    runs: list[tuple[Series, int, str, bool]] = [
        (figure.men, -1, "men", False),
        (figure.women, 1, "women", False),
    ]
    if figure.men_before:
        runs.append((figure.men_before, -1, "ink", True))
    if figure.women_before:
        runs.append((figure.women_before, 1, "ink", True))
    made = _frame([series.text[language] for series, *_ in runs], width, below=26)
    most = max(
        (abs(v) for s, *_ in runs for v in map(_clean, s.values) if v is not None), default=1
    )
    edge = _round_up(most)
    made["xAxis"] = {
        **_lying(_value_axis(figure.y, language, kind="size")),
        "min": -edge, "max": edge, "interval": edge / 2,
    }  # fmt: skip
    made["yAxis"] = {
        **_label_axis(_AGE, figure.ages, language),
        "name": axis_title(_AGE, language),
        "nameTextStyle": {"color": _colour("muted"), "fontSize": 12, "align": "right"},
        "axisLabel": _label_style(interval="auto"),
    }
    made["tooltip"]["axisPointer"] = {"type": "shadow"}
    made["series"] = [
        {
            "type": "bar",
            "name": series.text[language],
            "data": [None if v is None else sign * v for v in map(_clean, series.values)],
            "color": _colour(role),
            "itemStyle": {"color": "transparent", "borderColor": _colour("ink"), "borderWidth": 1}
            if outline
            else {"color": _colour(role)},
            "barGap": "-100%",
            "barCategoryGap": "12%",
            "emphasis": {"disabled": True},
        }
        for series, sign, role, outline in runs
    ]
    return made


def _round_up(value: float) -> float:
    """The next number of the kind 1, 2, 4, 6, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if value <= step * power
    )
