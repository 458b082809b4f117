"""Figures: what a chart or a map layer shows, said once, drawn anywhere.

A figure holds its data. ``dataro.publish.render`` turns it into ECharts options, SVG, PNG and
spreadsheets; the portal draws the same options in the browser and lays ``cells()`` beside it as a
table that a keyboard and a screen reader can use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dataro.vocabulary.text import Text, Value

Format = Literal["number", "decimal", "percent", "month", "date", "year", "text"]
Label = str | Text | date | int


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along an axis, its unit, and how its values are written."""

    text: Text
    format: Format = "number"
    unit: Text | None = None
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One named run of values; None is a gap and is drawn as one. ``low``/``high`` are its band."""

    text: Text
    values: Sequence[float | int | None]
    low: Sequence[float | None] | None = None
    high: Sequence[float | None] | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis worth a word: a holiday, a split, a threshold crossed."""

    at: Label
    text: Text


@dataclass(frozen=True, slots=True)
class Note:
    """What stands under every figure: its text alternative, its source, a caution."""

    alt: Text
    source: Text
    caution: Text | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Series over a common x axis."""

    title: Text
    x: Axis
    at: Sequence[Label]
    y: Axis
    series: Sequence[Series]
    note: Note
    marks: Sequence[Mark] = ()
    area: bool = False

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows."""
        return _cells(self.x, self.at, self.series)


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars by category, side by side or stacked, upright or lying.

    The interval of a series (``low``, ``high``) is drawn where it is the only one; it always stands
    in the table.
    """

    title: Text
    x: Axis
    at: Sequence[Label]
    y: Axis
    series: Sequence[Series]
    note: Note
    stacked: bool = False
    lying: bool = False

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows."""
        return _cells(self.x, self.at, self.series)


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Men and women by age band, youngest first; ``before`` is drawn as an outline."""

    title: Text
    ages: Sequence[Label]
    men: Series
    women: Series
    y: Axis
    note: Note
    men_before: Series | None = None
    women_before: Series | None = None

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows."""
        series = [s for s in (self.men, self.women, self.men_before, self.women_before) if s]
        return _cells(Axis(Text("나이", "Age"), "text"), self.ages, series)


@dataclass(frozen=True, slots=True)
class Choropleth:
    """Areas coloured by a value. Missing (None) is not zero and is drawn as missing.

    ``shapes`` is the id of a table with the columns ``district`` (code) and ``shape`` (WKB,
    EPSG:4326); ``places`` are the codes of ``at``. ``frames`` gives a value list for each moment
    of a time slider, oldest first; ``values`` is what shows first.
    """

    title: Text
    shapes: str
    places: Sequence[str]
    at: Sequence[Label]
    y: Axis
    values: Sequence[float | int | None]
    note: Note
    frames: Mapping[str, Sequence[float | int | None]] = field(default_factory=dict)
    classes: int = 5
    diverging: bool = False

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows."""
        return _cells(
            Axis(Text("읍면동", "District"), "text"), self.at, [Series(self.y.text, self.values)]
        )


@dataclass(frozen=True, slots=True)
class Points:
    """Places on the map, EPSG:4326; ``size`` scales the dot's area, ``group`` colours it.

    ``tiles`` is the address of vector tiles (``{z}``, ``{x}``, ``{y}``) and ``items`` that of the
    places themselves, where there are more than a picture holds and each dot stands for many.
    """

    title: Text
    at: Sequence[Label]
    longitude: Sequence[float]
    latitude: Sequence[float]
    note: Note
    y: Axis | None = None
    size: Sequence[float | int | None] | None = None
    group: Sequence[Label] | None = None
    tiles: str = ""
    items: str = ""

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows."""
        heads = [Text("이름", "Name"), Text("경도", "Longitude"), Text("위도", "Latitude")]
        columns: list[Sequence[Label | float | int | None]] = [
            self.at,
            self.longitude,
            self.latitude,
        ]
        if self.group is not None:
            heads.append(Text("구분", "Kind"))
            columns.append(self.group)
        if self.y and self.size is not None:
            heads.append(self.y.text)
            columns.append(self.size)
        return heads, [list(row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Flows:
    """Arrows between places, EPSG:4326, wide as the flow is large.

    ``places`` are the codes of places, with names ``at`` and points; ``origin`` and ``target`` are
    indexes into them, ``values`` the flows (None is hidden or not known, and not drawn). ``group``
    says which side of a filter a flow belongs to, one of the keys of ``groups`` (their words;
    the first shows first). ``frames`` gives a value list for each moment of a time slider, oldest
    first. ``shapes`` is the id of the table of outlines beneath; ``outside`` places lie far away
    and are drawn at the edge, in their direction.
    """

    title: Text
    shapes: str
    places: Sequence[str]
    at: Sequence[Label]
    longitude: Sequence[float]
    latitude: Sequence[float]
    outside: Sequence[bool]
    origin: Sequence[int]
    target: Sequence[int]
    y: Axis
    values: Sequence[float | int | None]
    group: Sequence[str]
    groups: Mapping[str, Text]
    note: Note
    frames: Mapping[str, Sequence[float | int | None]] = field(default_factory=dict)

    def cells(self) -> tuple[list[Text], list[list[Value | Text]]]:
        """The figure as a table: headings, rows, the largest flow first."""
        heads = [Text("출발", "From"), Text("도착", "To"), Text("구분", "Kind"), self.y.text]
        rows: list[list[Value | Text]] = [
            [
                self.at[self.origin[i]],
                self.at[self.target[i]],
                self.groups[self.group[i]],
                self.values[i],
            ]
            for i in self.order()
        ]
        return heads, rows

    def order(self) -> list[int]:
        """The numbers of the flows, the largest first, hidden ones last."""
        sizes = [-1.0 if value is None else float(value) for value in self.values]
        return sorted(range(len(sizes)), key=lambda i: -sizes[i])


Figure = Line | Bars | Pyramid | Choropleth | Points | Flows


def _cells(
    x: Axis, at: Sequence[Label], series: Sequence[Series]
) -> tuple[list[Text], list[list[Value | Text]]]:
    heads = [x.text]
    columns: list[Sequence[Label | float | int | None]] = [at]
    for one in series:
        heads.append(one.text)
        columns.append(one.values)
        for band, word in ((one.low, Text("하한", "low")), (one.high, Text("상한", "high"))):
            if band is not None:
                heads.append(Text(f"{one.text.ko} {word.ko}", f"{one.text.en}, {word.en}"))
                columns.append(band)
    return heads, [list(row) for row in zip(*columns, strict=True)]
