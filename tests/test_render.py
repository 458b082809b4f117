"""Figures drawn without a browser, and what must be true of each drawing."""

from __future__ import annotations

import json
import math
import threading
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dataro.publish.render import numbers, theme
from dataro.publish.render.breaks import METHODS, class_of, diverging_bounds, upper_bounds
from dataro.publish.render.drawing import chart_svg, isolate, option_json
from dataro.publish.render.echarts import mark_words, option
from dataro.publish.render.maps import choropleth_svg, legend, points_svg
from dataro.publish.render.picture import picture_svg, png
from dataro.vocabulary.figure import (
    Axis,
    Bars,
    Choropleth,
    Line,
    Mark,
    Note,
    Points,
    Pyramid,
    Series,
)
from dataro.vocabulary.text import both

NOTE = Note(both("대체 <설명>", "What it shows"), both("출처: 시험", "Source: test"))
PEOPLE = Axis(both("인구수", "Residents"), unit=both("명", "people"))
SHAPES = {
    code: shapely.box(127 + i / 10, 37, 127.1 + i / 10, 37.1) for i, code in enumerate("abcdef")
}


def line(values: list[float | None], **more: Any) -> Line:
    months = [date(2020 + i // 12, i % 12 + 1, 1) for i in range(len(values))]
    return Line(
        both("제목", "Title"), Axis(both("연월", "Month"), "month"), months, PEOPLE,
        [Series(both("주민 <b>", "Residents"), values)], NOTE, **more,
    )  # fmt: skip


def areas(values: list[float | None], **more: Any) -> Choropleth:
    return Choropleth(
        both("지도", "Map"), "district_shapes", list("abcdef")[: len(values)],
        [f"{c}동" for c in "abcdef"[: len(values)]], PEOPLE, values, NOTE, **more,
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _close_isolate() -> Any:
    yield
    isolate().close()


def test_a_gap_is_drawn_as_a_gap_and_a_lonely_value_gets_a_dot() -> None:
    made = option(line([1, 2, None, 4, None, 6, 7]), "ko")
    points = made["series"][0]["data"]
    assert points[2] == ["2020-03-01", None]
    assert points[3] == {"value": ["2020-04-01", 4], "symbol": "circle", "symbolSize": 7}
    assert made["series"][0]["connectNulls"] is False
    svg = ET.fromstring(chart_svg(line([1, 2, None, 6, 7]), "ko", theme="light"))
    runs = [p.get("d", "") for p in svg.findall(".//{*}path") if p.get("stroke-width") == "2.5"]
    assert sum(d.count("M") for d in runs) == 2  # two strokes of the pen, none across the gap


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_one_option_serves_every_theme_and_every_theme_has_every_colour(name: Any) -> None:
    svg = chart_svg(line([1, 2, 3]), "en", theme=name)
    assert theme.THEMES[name]["series-1"] in svg
    assert set(theme.THEMES[name]) == set(theme.ROLES)


def test_a_chart_inside_a_page_has_no_inline_style_and_follows_the_pages_colours() -> None:
    svg = chart_svg(
        line([1, 2, 3], marks=[Mark(date(2020, 2, 1), both("분동", "Split"))]), "ko", theme=None
    )
    assert "style" not in svg
    assert "var(--series-1)" in svg
    assert "#01f" not in svg
    assert "<b>" not in svg
    assert ET.fromstring(svg).tag.endswith("svg")


def test_korean_axes_count_in_ten_thousands_and_english_in_thousands() -> None:
    figure = line([500_000.0, 1_000_000.0])
    assert "60만" in chart_svg(figure, "ko", theme="light")
    assert "600k" in chart_svg(figure, "en", theme="light")


@pytest.mark.parametrize(
    ("value", "format", "ko", "en"),
    [
        (940_000, "number", "94만", "940k"),
        (12_345, "number", "1.23만", "12.3k"),
        (150_000_000, "number", "1.5억", "150M"),
        (9_999, "number", "9,999", "9,999"),
        (-52_000, "number", "-5.2만", "-52k"),
        (0.125, "percent", "12.5%", "12.5%"),
        (None, "number", "–", "–"),
        (math.nan, "number", "–", "–"),
    ],
)
def test_short_numbers(value: Any, format: Any, ko: str, en: str) -> None:
    assert numbers.short(value, "ko", format) == ko
    assert numbers.short(value, "en", format) == en


@given(
    st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(["ko", "en"]),
    st.sampled_from(["number", "percent"]),
)  # fmt: skip
def test_the_browser_writes_short_numbers_as_python_does(
    value: float, lang: Any, kind: Any
) -> None:
    with isolate()._lock:
        engine = isolate()._engine or isolate()._start()
        isolate()._engine = engine
        said = engine.eval(f"dataroFormat.short({json.dumps(value)}, '{lang}', '{kind}')")
    ours = numbers.short(value, lang, kind)
    # Halves may round to either side; everything else is the same.
    assert said == ours or _number(said) == pytest.approx(_number(ours), rel=0.006)


def _number(words: str) -> float:
    return float("".join(c for c in words if c.isdigit() or c in ".-") or 0)


def test_a_band_is_its_lower_edge_and_its_width_stacked_on_it() -> None:
    figure = Line(
        both("전망", "Outlook"), Axis(both("연도", "Year"), "year"), [2024, 2025, 2026], PEOPLE,
        [Series(both("전망", "Expected"), [5, 6, 7], low=[None, 5, 5], high=[None, 8, 10])], NOTE,
    )  # fmt: skip
    edge, width, run = option(figure, "ko")["series"]
    assert [pair[1] for pair in edge["data"]] == [None, 5, 5]
    assert [pair[1] for pair in width["data"]] == [None, 3, 5]
    assert edge["stack"] == width["stack"]
    assert "stack" not in run


def test_many_marks_become_numbers_with_their_words_beside() -> None:
    marks = [Mark(date(2020, i, 1), both(f"{i}월 일", f"Event {i}")) for i in range(1, 6)]
    figure = line([1.0] * 12, marks=marks)
    assert option(figure, "ko")["series"][0]["markLine"]["data"][2]["name"] == "③"
    assert mark_words(figure, "en")[2] == "③ March 2020 Event 3"
    assert "③" in picture_svg(figure, "ko")


def test_a_pyramid_lies_evenly_around_its_middle_and_says_sizes_without_a_sign() -> None:
    figure = Pyramid(
        both("나이", "Ages"), ["0–9", "10–19"], Series(both("남", "Men"), [900, 400]),
        Series(both("여", "Women"), [800, 450]), PEOPLE, NOTE,
        men_before=Series(both("남 2018", "Men 2018"), [700, 500]),
    )  # fmt: skip
    made = option(figure, "ko")
    assert made["xAxis"]["min"] == -made["xAxis"]["max"]
    assert made["series"][0]["data"] == [-900, -400]
    svg = chart_svg(figure, "ko", theme="light")
    assert ">-" not in svg
    assert json.loads(option_json(figure, "ko", 720))["absolute"] is True


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=60), st.integers(1, 7),
    st.sampled_from(METHODS),
)  # fmt: skip
def test_every_known_value_has_a_class_and_no_missing_one_has(
    values: list[float | None], classes: int, method: Any
) -> None:
    bounds = upper_bounds(values, classes, method)
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= classes
    for value in values:
        number = class_of(value, bounds)
        if value is None:
            assert number is None
        else:
            assert number is not None
            assert value <= bounds[number]
            assert number == 0 or value > bounds[number - 1]


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60), st.integers(2, 6))
def test_no_class_of_a_diverging_scale_holds_losses_and_gains(values: list[int], n: int) -> None:
    bounds = diverging_bounds(values, n)
    sides: dict[int | None, set[bool]] = {}
    for value in values:
        sides.setdefault(class_of(value, bounds), set()).add(value < 0)
    assert all(len(side) == 1 for side in sides.values())


def test_natural_breaks_find_the_planted_groups() -> None:
    values = [1, 2, 3, 50, 51, 52, 900, 905]
    assert upper_bounds(values, 3, "natural") == [3, 52, 905]


def test_a_map_draws_missing_as_missing_counts_all_areas_and_names_who_has_no_outline() -> None:
    figure = areas([5, None, 7, 9, 11, 0])
    shapes = {code: shape for code, shape in SHAPES.items() if code != "c"}
    key = legend(figure, shapes, "ko", "quantile")
    assert key.missing == 1
    assert key.unplaced == ["c동"]
    assert sum(one.areas for one in key.classes) + key.missing == len(shapes)
    svg = ET.fromstring(choropleth_svg(figure, shapes, "ko", colours=theme.colours("light")))
    fills = {p.get("data-place"): p.get("fill") for p in svg.findall(".//{*}path")}
    assert fills["b"] == "url(#m-missing)"
    assert fills["f"] == theme.THEMES["light"][key.classes[0].role]  # zero is a value
    assert len(set(fills)) == 5


def test_equal_values_still_draw_and_nothing_known_draws_all_missing() -> None:
    key = legend(areas([4, 4, 4, 4, 4, 4]), SHAPES, "ko", "quantile")
    assert [(one.words, one.areas) for one in key.classes] == [("4", 6)]
    empty = legend(areas([None] * 6), SHAPES, "ko", "equal")
    assert empty.classes == []
    assert empty.missing == 6
    assert "m-missing" in choropleth_svg(
        areas([None] * 6), SHAPES, "ko", colours=theme.colours("light")
    )


def test_colours_mean_the_same_at_every_moment_of_a_slider() -> None:
    frames = {"2020": [1.0, 2, 3, 4, 5, 6], "2021": [10.0, 20, 30, 40, 50, 60]}
    figure = areas([10.0, 20, 30, 40, 50, 60], frames=frames, classes=3)
    key = legend(figure, SHAPES, "en", "equal")
    assert key.bounds[-1] == 60
    assert class_of(6, key.bounds) == 0


def test_hostile_names_stay_words() -> None:
    figure = Points(
        both("점", "Dots"), ["<script>", 'a"b'], [127.0, 127.1], [37.0, 37.05], NOTE,
        group=["갑", "을"],
    )  # fmt: skip
    svg = points_svg(figure, SHAPES, "ko", colours=theme.colours("light"))
    assert "<script>" not in svg
    words = [text.text for text in ET.fromstring(svg).findall("{*}text")]
    assert words == ["갑", "을"], "the key names what each colour means"


@pytest.mark.parametrize(
    "figure",
    [
        line([1, 2, None, 4]),
        line([]),
        Bars(both("막대", "Bars"), Axis(both("구분", "Kind"), "text"), ["가", "나"], PEOPLE,
             [Series(both("값", "Value"), [1, None])], NOTE, lying=True),
        areas([1, 2, None, 4, 5, 6]),
        Points(both("점", "Dots"), [], [], [], NOTE),
    ],
)  # fmt: skip
def test_a_picture_stands_alone_with_title_source_and_says_when_it_is_synthetic(
    figure: Any,
) -> None:
    svg = picture_svg(figure, "ko", shapes=SHAPES, synthetic=True)
    root = ET.fromstring(svg)
    words = " ".join(root.itertext())
    assert figure.title.ko in words
    assert "출처: 시험" in words
    assert "합성 자료" in words
    assert not any(bad in svg for bad in ("undefined", "NaN", "None"))
    picture = png(svg, zoom=1)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 2_000


def test_threads_share_one_isolate() -> None:
    drawn: list[str] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(chart_svg(line([1, 2]), "ko", theme="light")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 6
