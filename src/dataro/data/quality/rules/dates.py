"""Dates: no day of the calendar, another style than the column's, the future, order, ages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from dataro.data.quality.sheet import ANY, Column, Screen, Sheet, day, number, text
from dataro.data.standards.cast_dates import looks_like_date

_PLANNED = re.compile(
    r"예정|종료|만료|마감|까지|유효|완공|계획|다음|차기|end|expir|until|due|plan|to$|next"
)
_STARTS = re.compile(
    r"시작|개시|착공|개업|인허가|허가|개설|설립|접수|신청|신고|발생|부터|계약|입사|임용|전입|제정"
    r"|start|begin|bgng|strt|from|open"
)
_ENDS = re.compile(
    r"종료|마감|준공|완공|폐업|폐쇄|해산|처리|완료|승인|조치|까지|만료|퇴사|퇴직|전출|폐지|끝"
    r"|end|close|finish|expir|(^|_)to($|_)"
)
_MOST_ENDS = 12  # a beginning that could belong to more ends than that tells nothing
_STYLES = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y년 %m월 %d일")


def impossible_date(sheet: Sheet, column: Column) -> list[Screen]:
    """Written like a date, but no day of the calendar (``2023-02-30``)."""
    cell = pl.col(text(column.name))
    unread = cell.is_not_null() & pl.col(day(column.name)).is_null()
    alike = cell.map_batches(looks_like_date, return_dtype=pl.Boolean)
    return [Screen("impossible_date", (column.name,), unread & alike),
            Screen("not_date", (column.name,), unread & ~alike)]  # fmt: skip


def date_style(sheet: Sheet, column: Column) -> list[Screen]:
    """Another way of writing than most of the column."""
    shapes = (
        sheet.narrow(column).select(_shape(pl.col(text(column.name))).alias("s"))["s"].drop_nulls()
    )
    if shapes.is_empty():
        return []
    counts = shapes.value_counts(sort=True)
    usual, times = counts.row(0)
    if times / shapes.len() < 0.6 or counts.height == 1:
        return []
    cell, read = pl.col(text(column.name)), pl.col(day(column.name))
    other = read.is_not_null() & (_shape(cell) != usual)
    example = next(v for v in sheet.sample[text(column.name)] if v and _shape_of(v) == usual)
    return [Screen("date_style", (column.name,), other, read.is_not_null(),
                   (read.dt.strftime(_format_like(example, column)),))]  # fmt: skip


def may_be_future(column: Column) -> bool:
    """Whether a heading speaks of what is planned or ends."""
    return _PLANNED.search(column.name.lower()) is not None


def future_date(sheet: Sheet, column: Column) -> list[Screen]:
    """After today, in a column that records what has happened."""
    if may_be_future(column):
        return []
    after = pl.col(day(column.name)) > pl.lit(sheet.context.today)
    if column.name == ANY.name:
        return [Screen("future_date", (column.name,), after)]
    late = sheet.narrow(column).select(after.fill_null(False).mean()).item() or 0.0
    return [] if late > 0.3 else [Screen("future_date", (column.name,), after)]


def end_before_start(sheet: Sheet) -> list[Screen]:
    """The end before its start, for columns whose names make a pair and that mostly keep order."""
    screens = []
    for first, last in _pairs(sheet.of("date", "month")):
        start, end = pl.col(day(first.name)), pl.col(day(last.name))
        wrong = end < start
        share = sheet.only(day(first.name), day(last.name)).select(wrong.mean()).item()
        if share is not None and share < 0.2:
            screens.append(Screen("end_before_start", (last.name,), wrong,
                                  start.is_not_null() & end.is_not_null()))  # fmt: skip
    return screens


def age_against_birth(sheet: Sheet) -> list[Screen]:
    """An age that does not follow from the birth date, counted on the row's base date or today."""
    ages, births = sheet.of("age"), sheet.of("birth_date")
    if not ages or not births:
        return []
    age, birth = ages[0], births[0]
    based = [c for c in sheet.of("date") if re.search("기준|조사|base|crtr", c.name.lower())]
    on = pl.col(day(based[0].name)) if based else pl.lit(sheet.context.today)
    difference = on.dt.year() - pl.col(day(birth.name)).dt.year() - pl.col(number(age.name))
    usual = sheet.sample.select(difference.median()).item()
    if usual is None:
        return []
    wrong = (difference - usual).abs() > 1
    share = sheet.sample.select(wrong.mean()).item() or 0.0
    return [] if share > 0.2 else [
        Screen("age_against_birth", (age.name,), wrong, difference.is_not_null())
    ]  # fmt: skip


def _pairs(dates: Sequence[Column]) -> Iterator[tuple[Column, Column]]:
    """Columns of which one heading says a beginning and the other an end, of the same thing if it
    is named: all words but those two agree (or begin alike where no others agree), or one heading
    has no others."""
    ends: dict[str, list[Column]] = defaultdict(list)
    alike: dict[str, list[Column]] = defaultdict(list)
    for last in dates:
        if _ENDS.search(last.name.lower()):
            rest = _rest(_ENDS, last.name.lower())
            ends[rest].append(last)
            alike[rest[:2]].append(last)
    for first in dates:
        heading = first.name.lower()
        if not _STARTS.search(heading) or _ENDS.search(heading):
            continue
        rest = _rest(_STARTS, heading)
        if rest:
            same = ends[""] + (ends[rest] or alike[rest[:2]])
        else:
            same = [last for of_one in ends.values() for last in of_one]
        if len(same) <= _MOST_ENDS:
            yield from ((first, last) for last in same)


def _rest(words: re.Pattern[str], heading: str) -> str:
    bare = re.sub(r"일자|일시|날짜|연월일|년월일|_?(ymd|date|dt|de)$|일$|[\s_]", "", heading)
    return words.sub("", bare).strip("_ ")


def _shape(cell: pl.Expr) -> pl.Expr:
    """Digits as one ``9``, words as they are: ``2023. 1. 5.`` → ``9. 9. 9.``."""
    short = cell.str.replace_all(r"\d+", "9")
    six = cell.str.contains(r"^\d{6}$")
    return pl.when(six).then(pl.lit("six")).otherwise(short)


def _shape_of(value: str) -> str:
    return "six" if re.fullmatch(r"\d{6}", value) else re.sub(r"\d+", "9", value)


def _format_like(example: str, column: Column) -> str:
    """The strftime format that writes like an example; ISO where the style is not known."""
    if column.meaning == "month":
        for style in ("%Y-%m", "%Y.%m", "%Y/%m", "%Y%m", "%Y년 %m월", "%Y년%m월"):
            if _shape_of(re.sub("%[Ymd]", "9", style)) == _shape_of(example):
                return style
        return "%Y-%m"
    for style in _STYLES:
        if re.sub("%[Ymd]", "9", style).replace("999", "9") == _shape_of(example):
            return style
    return "%Y-%m-%d"
