"""Days, months and times in the styles that Korean offices write.

Read as days: ``2023-12-01`` ``2023-12-1`` ``2023.12.01`` ``2023.12.1.`` ``2023. 12. 1.``
``2023/12/01`` ``2023 12 01`` ``2023년 12월 1일`` ``2023년12월01일`` ``20231201`` ``'23.12.1``
``23-12-01`` ``2023-12-01 09:30:00`` ``2023-12-01T09:30:00+09:00`` ``2023.12.1.(금)``
``1-Dec-2023`` ``Dec 1, 2023``. Left unread, because two readings are possible: ``12/01/2023``,
``231201``, a spreadsheet's serial number.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_SEPARATOR = r"\s*[-./·\s]\s*"
_TIME = (
    r"(?:[T\s]\s*(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})[:시]\s*(?P<minute>\d{1,2})분?"
    r"(?:[:\s]\s*(?P<second>\d{1,2})(?:초|[.,]\d+)?)?\s*(?P<half2>AM|PM)?"
    r"\s*(?:Z|\+09:?00|KST)?)?"
)
_WEEKDAY = r"\.?\s*(?:\([월화수목금토일](?:요일)?\))?"
_DAY_STYLES = (
    rf"^'?(?P<year>\d{{4}}|\d{{2}}){_SEPARATOR}(?P<month>\d{{1,2}}){_SEPARATOR}(?P<day>\d{{1,2}})"
    rf"{_WEEKDAY}{_TIME}$",
    rf"^(?P<year>\d{{4}}|\d{{2}})년\s*(?P<month>\d{{1,2}})월\s*(?P<day>\d{{1,2}})일{_WEEKDAY}{_TIME}$",
    rf"^(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}$",
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?$",
    r"^(?P<day>\d{1,2})[-\s](?P<month>[A-Za-z]{3,9})[-,\s]+(?P<year>\d{4})$",
    r"^(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})$",
)
_MONTH_STYLES = (
    r"^(?P<year>\d{4})(?P<month>\d{2})$",
    r"^(?P<year>\d{4})\s*[-./\s]\s*(?P<month>\d{1,2})\.?(?:\s*월)?$",
    r"^'?(?P<year>\d{4}|\d{2})년\s*(?P<month>\d{1,2})월$",
    r"^'(?P<year>\d{2})\s*[-./]\s*(?P<month>\d{1,2})\.?$",
    r"^(?P<year>\d{4})\s*M\s*(?P<month>\d{1,2})$",
    r"^(?P<month>[A-Za-z]{3,9})[-\s](?P<year>\d{4})$",
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY_TURNS = 50  # a two-digit year below is of this century, from it on of the last
_PARTS = ("year", "month", "day", "hour", "minute", "second", "half", "half2")


def cast_date(values: pl.Series) -> pl.Series:
    """Days; null where the text is no day of the calendar (``2023-02-30``)."""
    plain = values.str.to_date("%Y-%m-%d", strict=False)
    # the plain reader takes years of any length; a year has four digits
    plain = plain.set(~values.str.contains(r"^\d{4}-").fill_null(False), None)
    return _careful(values, plain, _DAY_STYLES, _days)


def cast_month(values: pl.Series) -> pl.Series:
    """Months as the date of their first day; a whole date counts for its month."""
    months = _careful(values, _nothing(values, pl.Date()), _MONTH_STYLES, _days)
    days = _careful(values.set(months.is_not_null(), None), _nothing(values, pl.Date()),
                    _DAY_STYLES, _days)  # fmt: skip
    return months.zip_with(months.is_not_null(), days.dt.month_start())


def cast_datetime(values: pl.Series) -> pl.Series:
    """Date and time without a zone (Korean time); a bare date is its midnight."""
    return _careful(values, _nothing(values, pl.Datetime("us")), _DAY_STYLES, _moments)


def cast_time(values: pl.Series) -> pl.Series:
    """Times of day: ``09:30``, ``9:30:00``, ``0930``, ``오후 3:20``, ``9시 30분``."""
    style = (
        r"^(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})[:시]\s*(?P<minute>\d{1,2})분?"
        r"(?:[:\s]\s*(?P<second>\d{1,2})초?)?\s*(?P<half2>AM|PM)?$"
    )
    digits = r"^(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?$"
    return _careful(values, _nothing(values, pl.Time()), (style, digits), _times)


def looks_like_date(values: pl.Series) -> pl.Series:
    """Whether the text is written like a day, be it one of the calendar or not; null is not."""
    found = pl.repeat(False, len(values), eager=True)
    for style in _DAY_STYLES:
        found = found | values.str.contains(style).fill_null(False)
    return found


def _nothing(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    return pl.Series(values.name, [None], dtype=dtype).extend_constant(None, len(values))[1:]


def _careful(
    values: pl.Series,
    plain: pl.Series,
    styles: tuple[str, ...],
    build: Callable[[pl.DataFrame], pl.Series],
) -> pl.Series:
    """Read what ``plain`` left open, style by style; each style sees only what is still open."""
    read = plain
    for style in styles:
        open_rows = (read.is_null() & values.is_not_null()).arg_true()
        if open_rows.is_empty():
            break
        parts = values.gather(open_rows).str.extract_groups(style).struct.unnest()
        absent = [pl.lit(None, pl.String).alias(p) for p in _PARTS if p not in parts.columns]
        read = read.scatter(open_rows, build(parts.with_columns(absent)))
    return read


def _padded(part: str, default: str, width: int) -> pl.Expr:
    return pl.col(part).fill_null(default).str.zfill(width)


def _day_text() -> pl.Expr:
    """``2023-12-01`` of the parts; null where there is no year or no known month."""
    english = pl.col("month").str.to_lowercase().str.head(3)
    month = (
        pl.when(pl.col("month").str.contains(r"^\d"))
        .then(pl.col("month").str.zfill(2))
        .otherwise(english.replace_strict(
            list(_ENGLISH), [f"{n:02}" for n in range(1, 13)], default=None,
            return_dtype=pl.String,
        ))
    )  # fmt: skip
    short = pl.col("year").str.len_chars() == 2
    this = pl.col("year").cast(pl.Int32, strict=False) < _CENTURY_TURNS
    century = pl.when(~short).then(pl.lit("")).when(this).then(pl.lit("20")).otherwise(pl.lit("19"))
    return pl.concat_str([century + pl.col("year"), month, _padded("day", "01", 2)], separator="-")


def _time_text() -> pl.Expr:
    """``09:30:00`` of the parts; null (never a wrong time) where a half of the day contradicts."""
    half = pl.coalesce("half", "half2")
    hour = pl.col("hour").fill_null("0").cast(pl.Int32)
    afternoon = half.is_in(["오후", "PM"])
    full = (
        pl.when(half.is_null())
        .then(hour)
        .when(hour.is_between(1, 12).not_())
        .then(None)
        .when(afternoon)
        .then(hour % 12 + 12)
        .otherwise(hour % 12)
    )
    return pl.concat_str(
        [
            full.cast(pl.String).str.zfill(2),
            _padded("minute", "0", 2),
            _padded("second", "0", 2),
        ],
        separator=":",
    )


def _days(parts: pl.DataFrame) -> pl.Series:
    return parts.select(_day_text().str.to_date("%Y-%m-%d", strict=False)).to_series()


def _moments(parts: pl.DataFrame) -> pl.Series:
    text = pl.concat_str([_day_text(), _time_text()], separator=" ")
    return parts.select(
        text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    ).to_series()


def _times(parts: pl.DataFrame) -> pl.Series:
    text = pl.when(pl.col("hour").is_not_null()).then(_time_text())
    return parts.select(text.str.to_time("%H:%M:%S", strict=False)).to_series()
