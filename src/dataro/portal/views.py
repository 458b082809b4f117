"""Figures and tables as templates take them: drawn, written out, with their addresses."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import polars as pl
from markupsafe import Markup

from dataro.portal.words import WORDS
from dataro.publish.render.breaks import METHODS, Method
from dataro.publish.render.drawing import chart_svg
from dataro.publish.render.echarts import NARROW, WIDE, mark_words
from dataro.publish.render.flows import flows_svg, seen
from dataro.publish.render.maps import Legend, Shapes, choropleth_svg, legend, points_svg
from dataro.publish.render.numbers import axis_title, written
from dataro.publish.render.theme import colours, follow_page
from dataro.vocabulary.figure import Bars, Choropleth, Figure, Flows, Format, Line, Points
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Language


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as words; ``numeric`` tells which columns stand to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    places: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MapView:
    """What a map has besides its drawing."""

    legend: Legend | None
    legend_title: str
    unplaced: str
    methods: Sequence[Method] = METHODS
    method: Method = "quantile"
    moments: Sequence[str] = ()
    moment: str = ""
    sides: Sequence[tuple[str, str]] = ()
    side: str = ""


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure in a page. ``wide`` and ``narrow`` are the same drawing for two widths."""

    id: str
    title: str
    alt: str
    source: str
    caution: str
    marks: Sequence[str]
    table: Table
    wide: Markup | None
    narrow: Markup | None
    address: str
    query: str
    asked: Mapping[str, str]
    map: MapView | None = None

    def file(self, ending: str) -> str:
        """The address of the figure as a file of a kind."""
        return f"{self.address}.{ending}{self.query}"

    @property
    def embedded(self) -> str:
        """The address of the figure as a page for other sites; empty where it has none."""
        before, found, after = self.address.partition("/analysis/")
        name = after.replace("/figures/", "/", 1)
        if not found:
            before, found, name = self.address.partition("/area/map/")
            name = f"area/{name}"
        return f"{before}/embed/{name}{self.query}" if found else ""


@dataclass(frozen=True, slots=True)
class Looks:
    """How the reader wants maps: class breaks, the moment of the slider, the side of a filter.

    ``pin`` is the version of the answer that a page shows, so that its files are of the same one.
    """

    method: Method = "quantile"
    moment: str = ""
    side: str = ""
    pin: str = ""

    def as_query(self) -> dict[str, str]:
        query: dict[str, str] = {}
        if self.method != "quantile":
            query["breaks"] = self.method
        if self.moment:
            query["at"] = self.moment
        if self.side:
            query["side"] = self.side
        if self.pin:
            query["v"] = self.pin
        return query


def figure_view(
    id: str,
    figure: Figure,
    language: Language,
    *,
    shapes: Shapes,
    looks: Looks,
    address: str,
    query: Mapping[str, str],
) -> FigureView:
    """Draw a figure for a page, under ``address`` for its files, with its table beside it."""
    figure = at_moment(figure, looks)
    wide, narrow = _drawings(id, figure, language, shapes, looks)
    asked = {**query, **looks.as_query()}
    return FigureView(
        id=id,
        title=figure.title[language],
        alt=figure.note.alt[language],
        source=source_words(figure.note.source[language], language),
        caution=figure.note.caution[language] if figure.note.caution else "",
        marks=mark_words(figure, language),
        table=figure_table(figure, language),
        wide=wide,
        narrow=narrow,
        address=address,
        query=f"?{urlencode(asked)}" if asked else "",
        asked=asked,
        map=_map_view(figure, language, shapes, looks),
    )


def source_words(source: str, language: Language) -> str:
    """A source with a word before it that says so, unless it has one."""
    if re.match(r"(자료|출처|source|data)\b", source, re.IGNORECASE):
        return source
    return f"{WORDS['source'][language]}: {source}"


def at_moment(figure: Figure, looks: Looks) -> Figure:
    """A map with the values of one of its frames, arrows of one side; anything else as it is."""
    if isinstance(figure, Choropleth) and looks.moment in figure.frames:
        return replace(figure, values=figure.frames[looks.moment])
    if isinstance(figure, Flows):
        return seen(figure, looks.side, looks.moment)
    return figure


def _drawings(
    id: str, figure: Figure, language: Language, shapes: Shapes, looks: Looks
) -> tuple[Markup | None, Markup | None]:
    page = colours(None)
    if isinstance(figure, Choropleth):
        if not shapes:
            return None, None
        drawn = choropleth_svg(
            figure, shapes, language, colours=page, method=looks.method, name=f"f-{id}"
        )
        return Markup(follow_page(drawn)), None  # noqa: S704 — escaped where it is drawn
    if isinstance(figure, Points):
        drawn = points_svg(figure, shapes, language, colours=page)
        return Markup(follow_page(drawn)), None  # noqa: S704 — escaped where it is drawn
    if isinstance(figure, Flows):
        drawn = flows_svg(figure, shapes, language, colours=page)
        return Markup(follow_page(drawn)), None  # noqa: S704 — escaped where it is drawn
    wide = chart_svg(figure, language, theme=None, width=WIDE, name=f"w-{id}")
    narrow = chart_svg(figure, language, theme=None, width=NARROW, name=f"n-{id}")
    return Markup(wide), Markup(narrow)  # noqa: S704 — ECharts escapes the labels


def _map_view(figure: Figure, language: Language, shapes: Shapes, looks: Looks) -> MapView | None:
    if isinstance(figure, Points):
        return MapView(None, "", "", methods=())
    if isinstance(figure, Flows):
        moments = list(figure.frames)
        shown = looks.moment if looks.moment in figure.frames else (moments[-1] if moments else "")
        sides = [(code, words[language]) for code, words in figure.groups.items()]
        side = looks.side if looks.side in figure.groups else next(iter(figure.groups))
        return MapView(
            None, "", "", methods=(), moments=moments, moment=shown, sides=sides, side=side
        )
    if not isinstance(figure, Choropleth):
        return None
    key = legend(figure, shapes, language, looks.method)
    moments = list(figure.frames)
    return MapView(
        legend=key,
        legend_title=axis_title(figure.y, language),
        unplaced=", ".join(key.unplaced),
        method=looks.method,
        moments=moments,
        moment=looks.moment if looks.moment in figure.frames else (moments[-1] if moments else ""),
    )


def figure_table(figure: Figure, language: Language) -> Table:
    """The cells of a figure, written as their axes are."""
    heads, rows = figure.cells()
    numeric = [
        i > 0 and any(isinstance(row[i], int | float) for row in rows) for i in range(len(heads))
    ]
    formats = [_column_format(figure, i, [row[i] for row in rows]) for i in range(len(heads))]
    written_rows = [
        [
            f"{value:.5f}"
            if _is_degree(figure, i) and isinstance(value, float)
            else written(value, language, formats[i])
            for i, value in enumerate(row)
        ]
        for row in rows
    ]
    places = figure.places if isinstance(figure, Choropleth) else ()
    if isinstance(figure, Flows):
        places = [str(i) for i in figure.order()]
    return Table([head[language] for head in heads], written_rows, numeric, places)


def _column_format(figure: Figure, column: int, cells: Sequence[Any]) -> Format:
    """How a column is written: the label's way, or the axis' with the same decimals throughout."""
    if column == 0:
        return figure.x.format if isinstance(figure, Line | Bars) else "text"
    format: Format = figure.y.format if figure.y else "number"
    known = (cell for cell in cells if isinstance(cell, float) and math.isfinite(cell))
    if format == "number" and any(abs(cell - round(cell)) > 1e-6 for cell in known):
        return "decimal"
    return format


def _is_degree(figure: Figure, column: int) -> bool:
    return isinstance(figure, Points) and column in (1, 2)


def frame_table(frame: pl.DataFrame, columns: Mapping[str, Term], language: Language) -> Table:
    """Rows of a dataset or a result: titles with units over cells, codes in words."""
    shown = [name for name in frame.columns if columns[name].domain.kind != "geometry"]
    heads = []
    for name in shown:
        unit = columns[name].unit
        title = columns[name].text[language]
        heads.append(f"{title} ({unit[language]})" if unit else title)
    return Table(
        heads,
        [
            [cell(value, columns[name], language) for name, value in zip(shown, row, strict=True)]
            for row in frame.select(shown).iter_rows()
        ],
        [columns[name].domain.kind in ("integer", "decimal") for name in shown],
    )


def cell(value: Any, term: Term, language: Language) -> str:
    """One cell as a reader sees it."""
    domain = term.domain
    if domain.codes and value in domain.codes:
        return domain.codes[value][language]
    formats: Mapping[str, Format] = {
        "month": "month", "date": "date", "year": "year", "decimal": "decimal",
    }  # fmt: skip
    if domain.name == "율" and term.unit is None and isinstance(value, float):
        return written(value, language, "percent")
    if domain.name in ("경도", "위도") and isinstance(value, float):
        return f"{value:.5f}"
    return written(value, language, formats.get(domain.kind, "number"))
