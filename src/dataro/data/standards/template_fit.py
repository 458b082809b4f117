"""How well columns and values fit a national template: what is there, misnamed, missing, wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dataro.data.standards.cast import cast, trim, without_nothing
from dataro.data.standards.edition import plain
from dataro.data.standards.templates import Template, TemplateColumn
from dataro.vocabulary.terms import Kind
from dataro.vocabulary.text import Text, both

ALIKE = 0.62
"""Dice's coefficient over letter pairs from which a heading is taken for a misnamed column."""
_SHOWN = 5
_CAST: Mapping[str, Kind] = {
    "integer": "integer", "decimal": "decimal", "date": "date", "month": "month", "year": "year",
    "time": "time", "flag": "boolean", "latitude": "decimal", "longitude": "decimal",
}  # fmt: skip
_PHONE = r"^[0-9+()~,/ .-]{7,40}$"
_KOREA = {"latitude": (32.0, 39.5), "longitude": (123.5, 132.5)}
"""Degrees between which places of Korea lie, the southern and eastern islands included."""
_EXPECTED: Mapping[str, Text] = {
    "integer": both("정수", "a whole number"),
    "decimal": both("숫자", "a number"),
    "date": both("날짜(예: 2024-01-31)", "a date such as 2024-01-31"),
    "month": both("연월(예: 2024-01)", "a month such as 2024-01"),
    "year": both("연도(예: 2024)", "a year such as 2024"),
    "time": both("시각(예: 09:00)", "a time such as 09:00"),
    "flag": both("Y 또는 N", "Y or N"),
    "phone": both("전화번호(예: 031-000-0000)", "a telephone number such as 031-000-0000"),
    "latitude": both("우리나라 안의 위도", "a latitude in Korea"),
    "longitude": both("우리나라 안의 경도", "a longitude in Korea"),
}


@dataclass(frozen=True, slots=True)
class WrongValues:
    """Values of a column that the template does not allow: how many, the first of them."""

    column: str
    heading: str
    count: int
    first: tuple[str, ...]
    expected: Text


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table fits a template.

    ``there`` maps columns of the template to the heading that is exactly theirs, ``misnamed`` to
    the heading that most likely means them; ``missing`` are absent, and no other column of their
    group makes up for it; ``excused`` are absent but another of their group is there; ``extra``
    are headings that the template does not know.
    """

    template: Template
    there: Mapping[str, str]
    misnamed: Mapping[str, str]
    missing: tuple[str, ...]
    excused: tuple[str, ...]
    extra: tuple[str, ...]
    wrong: tuple[WrongValues, ...] = ()

    @property
    def fits(self) -> bool:
        """Nothing is missing, misnamed or wrong."""
        return not (self.missing or self.misnamed or self.wrong)

    @property
    def share(self) -> float:
        """Columns that are there (under whatever name) over those that are asked for, 0 to 1."""
        asked = len(self.template.columns) - len(self.excused)
        return (len(self.there) + len(self.misnamed)) / asked if asked else 1.0


def fit_headings(template: Template, headings: Sequence[str]) -> Fit:
    """Hold headings against a template; names are compared without spaces and case."""
    left = {plain(heading): heading for heading in headings}
    there = {name: left.pop(plain(name)) for name in template.columns if plain(name) in left}
    misnamed: dict[str, str] = {}
    for name, column in template.columns.items():
        other = next((plain(one) for one in column.also if plain(one) in left), None)
        if name not in there and other is not None:
            misnamed[name] = left.pop(other)
    for name in template.columns:
        if name not in there and name not in misnamed and left:
            nearest = max(left, key=lambda one: _likeness(plain(name), one))
            if _likeness(plain(name), nearest) >= ALIKE:
                misnamed[name] = left.pop(nearest)
    found = {*there, *misnamed}
    absent = [name for name in template.columns if name not in found]
    excused = [
        name
        for name in absent
        if any(name in group and found & set(group) for group in template.either)
    ]
    missing = tuple(name for name in absent if name not in excused)
    return Fit(template, there, misnamed, missing, tuple(excused), tuple(left.values()))


def fit_rows(template: Template, frame: pl.DataFrame) -> Fit:
    """Hold headings and values against a template; every column of ``frame`` is text."""
    fit = fit_headings(template, frame.columns)
    wrong = []
    for name, heading in {**fit.there, **fit.misnamed}.items():
        found = _wrong(template.columns[name], frame[heading].cast(pl.String), heading)
        if found is not None:
            wrong.append(found)
    return Fit(template, fit.there, fit.misnamed, fit.missing, fit.excused, fit.extra, tuple(wrong))


def _wrong(column: TemplateColumn, values: pl.Series, heading: str) -> WrongValues | None:
    said = without_nothing(trim(values)).drop_nulls()
    if column.allowed:
        bad = said.filter(~said.is_in(list(column.allowed)))
        expected = both(", ".join(column.allowed), ", ".join(column.allowed))
    elif column.kind == "phone":
        bad, expected = said.filter(~said.str.contains(_PHONE)), _EXPECTED["phone"]
    elif column.kind in _CAST:
        read = cast(said, _CAST[column.kind])
        unread = read.is_null()
        if column.kind in _KOREA:
            least, most = _KOREA[column.kind]
            unread = unread | ~read.is_between(least, most).fill_null(False)
        bad, expected = said.filter(unread), _EXPECTED[column.kind]
    else:
        return None
    if bad.is_empty():
        return None
    first = tuple(bad.unique(maintain_order=True).head(_SHOWN).to_list())
    return WrongValues(column.name, heading, len(bad), first, expected)


def _likeness(one: str, other: str) -> float:
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
