"""Codes: unknown, retired, at odds with the name beside them, pointing nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from functools import partial

import polars as pl

from dataro.data.quality.share import quantile, share
from dataro.data.quality.sheet import Column, Screen, Sheet, day, number, text

_ESTABLISHED = 0.004  # a value is established with this share of the filled cells, and three times
_OFTEN = 30  # so often no slip is repeated
_YES_NO = (
    {"Y", "N"}, {"y", "n"}, {"예", "아니오", "아니요"}, {"O", "X"}, {"○", "×"}, {"유", "무"},
    {"있음", "없음"}, {"true", "false"}, {"TRUE", "FALSE"}, {"True", "False"}, {"0", "1"},
    {"가능", "불가능", "불가"}, {"여", "부"},
)  # fmt: skip
_GAP = 0.25
_MOST_VALUES = 80
_FEWEST = 200
_NEAR = 6  # a name stands within so many columns of its code
_NAMING = ("code", "name", "district")
_BESIDE = 2  # so near, values that go together pair by pair are enough
_FEW_CITIES = 20
_BASE = re.compile(r"기준|조사|base|crtr|ref_")
_EVENT = re.compile(r"입주|준공|착공|개업|폐업|인허가|설립|승인|시작|종료|개통|open|built")
_PARENT = re.compile(r"상위|부모|소속|parent|upper|up_|관리기관")


def wrong_code(sheet: Sheet, column: Column) -> list[Screen]:
    """A value outside the code list, which the column's own frequent values establish."""
    cells = sheet.sample[text(column.name)].drop_nulls()
    if cells.len() < _FEWEST or column.confidence < 0.7:
        return []
    known = established(cells)
    if column.meaning == "yes_no":  # the other answer is right though it be rare
        answers = [pair for pair in _YES_NO if pair & set(known)]
        known = sorted({v for pair in answers for v in pair})
    if not known or cells.is_in(known).mean() == 1.0:
        return []
    cell = pl.col(text(column.name))
    outside = ~cell.is_in(known)
    if any("," in value for value in known):  # several codes in a cell: each must be on the list
        single = sorted({part.strip() for value in known for part in value.split(",")})
        parts = cell.str.split(",").list.eval(pl.element().str.strip_chars().is_in(single))
        outside = outside & ~parts.list.all()
    near = {
        value: matches[0]
        for value in cells.filter(~cells.is_in(known)).unique().head(500)
        if len(matches := get_close_matches(value, known, 2, 0.75)) == 1
    }
    proposed = cell.replace_strict(list(near), list(near.values()), default=None,
                                   return_dtype=pl.String)  # fmt: skip
    return [Screen("wrong_code", (column.name,), outside, proposed=(proposed,))]


def established(cells: pl.Series) -> list[str]:
    """The values that make up a column's code list; none where it has no clear one."""
    counts = cells.value_counts()
    floor = min(max(3.0, _ESTABLISHED * cells.len()), _OFTEN)
    known = counts.filter(pl.col("count") >= floor)
    covered = int(known["count"].sum()) / cells.len()
    if not 1 <= known.height <= _MOST_VALUES or covered < 0.96:
        return []
    rare = counts.filter(pl.col("count") < floor)
    if rare.height and quantile(rare["count"], 1) > _GAP * quantile(known["count"], 0):
        return []  # a long tail of rarer and rarer values is no list with slips beside it
    return [str(v) for v in known[cells.name or counts.columns[0]]]


def district_code(sheet: Sheet, column: Column) -> list[Screen]:
    """A district code that the register does not have, or not on the day that the row is about.

    That day is the row's month, year or base date where the table has one, else today.
    """
    codes = sheet.context.codes
    if codes is None:
        return []
    ever = codes.ever()
    here = sheet.sample.select(pl.col(text(column.name)).is_in(list(ever)).mean()).item() or 0.0
    if here < 0.5:
        return []
    standing = f"\0standing:{column.name}"
    derived = {standing: partial(_standing, column=column, sheet=sheet)}
    names = [c for c in sheet.of("district", "name") if c.name != column.name]
    near = partial(_nearest, column=column, name=names[0] if names else None, sheet=sheet)
    state = pl.col(standing)
    return [
        Screen("retired_district_code", (column.name,), state == "retired", None, (near,), derived),
        Screen("wrong_code", (column.name,), state == "unknown", None, (near,), derived),
    ]


def _months(sheet: Sheet) -> list[Column]:
    """Month columns that say when the row holds, not when a thing was built or opened."""
    return [c for c in sheet.of("month") if not _EVENT.search(c.name)]


def _days(batch: pl.DataFrame, sheet: Sheet) -> list[date | None]:
    """The day that each row is about: of a month its last, of a year its last."""
    months = _months(sheet)
    based = [c for c in sheet.of("date") if _BASE.search(c.name.lower())]
    if months:
        return list(batch[day(months[0].name)].dt.month_end())
    if based:
        return list(batch[day(based[0].name)])
    years = sheet.of("year")
    if years:
        numbers = batch[number(years[0].name)]
        return [date(int(y), 12, 31) if y and 1900 < y < 2200 else None for y in numbers]
    return [None] * batch.height


def _standing(batch: pl.DataFrame, *, column: Column, sheet: Sheet) -> pl.Series:
    """``valid``, ``retired`` or ``unknown`` for each code; null where there is none to judge."""
    codes = sheet.context.codes
    if codes is None:
        return pl.repeat(None, batch.height, dtype=pl.String, eager=True)
    heads = {code[:4] for code in codes.ever()}
    local = len(heads) < _FEW_CITIES  # one city's register does not speak of other places
    known: dict[tuple[str, date], str | None] = {}
    found: list[str | None] = []
    for code, on in zip(batch[text(column.name)], _days(batch, sheet), strict=True):
        if code is None:
            found.append(None)
            continue
        seat = (code, on or sheet.context.today)
        if seat not in known:
            state = codes.standing(*seat).state
            if state == "retired" and _months(sheet):  # it may have ended within the month
                state = codes.standing(code, seat[1].replace(day=1)).state
            known[seat] = "retired" if state == "not_yet" else state
            if state == "unknown" and local and len(code) == 10 and code[:4] not in heads:
                known[seat] = None
        found.append(known[seat])
    return pl.Series(found, dtype=pl.String)


def _nearest(
    batch: pl.DataFrame, *, column: Column, name: Column | None, sheet: Sheet
) -> pl.Series:
    """The code that was meant, where the register or the name beside it tells."""
    codes = sheet.context.codes
    names = batch[text(name.name)] if name else [None] * batch.height
    found: list[str | None] = []
    for code, on, beside in zip(batch[text(column.name)], _days(batch, sheet), names, strict=True):
        near = codes.nearest(code, on or sheet.context.today, beside) if codes and code else None
        found.append(near.place.code if near is not None and near.confidence >= 0.5 else None)
    return pl.Series(found, dtype=pl.String)


def name_against_code(sheet: Sheet) -> list[Screen]:
    """A name that is not the one its code has everywhere else in the table."""
    screens: list[Screen] = []
    taken: set[str] = set()
    places = {column.name: at for at, column in enumerate(sheet.columns)}
    for code in sheet.of("code", "district_code", "id"):
        at = places[code.name]
        for name in sheet.columns[max(0, at - _NEAR) : at + _NEAR + 1]:
            beside = abs(places[name.name] - at) <= _BESIDE
            if name.meaning not in _NAMING or name.name in (code.name, *taken):
                continue
            if not beside and not _belong(code.name, name.name):
                continue
            names = _names_of_codes(sheet, code, name)
            if not names:
                continue
            cell, key = pl.col(text(name.name)), pl.col(text(code.name))
            right = key.replace_strict(list(names), list(names.values()), default=None,
                                       return_dtype=pl.String)  # fmt: skip
            wrong = (cell != right) & cell.is_in(list(set(names.values())))
            judged = cell.is_not_null() & right.is_not_null()
            screens.append(Screen("name_code_mismatch", (name.name,), wrong, judged, (right,)))
            taken.add(name.name)
    return screens


def _belong(code: str, name: str) -> bool:
    """Whether two headings speak of the same thing: the same words before 코드 and 명."""
    stem = re.sub(r"코드|번호|(_|\b)(cd|code|id|no)$", "", code.lower()).strip("_ ")
    other = re.sub(r"명칭|명$|이름|(_|\b)(nm|name)$", "", name.lower()).strip("_ ")
    return bool(stem) and bool(other) and (stem in other or other in stem or stem[:2] == other[:2])


def _names_of_codes(sheet: Sheet, code: Column, name: Column) -> dict[str, str]:
    """One name for each code where the sample shows one, and one code for each name."""
    pairs = (
        sheet.only(text(code.name), text(name.name))
        .rename({text(code.name): "code", text(name.name): "name"})
        .drop_nulls()
        .group_by("code", "name")
        .len()
    )  # fmt: skip
    if pairs.is_empty():
        return {}
    per_code = pairs.group_by("code").agg(
        pl.col("name").sort_by("len", descending=True).first(), pl.col("len").max().alias("top"),
        pl.col("len").sum().alias("all"),
    )  # fmt: skip
    floor = max(5.0, _ESTABLISHED * sheet.sample.height)
    sure = per_code.filter((pl.col("all") >= floor) & (pl.col("top") >= 0.8 * pl.col("all")))
    strength = int(sure["top"].sum()) / int(per_code["all"].sum())
    if sure.height < 2 or strength < 0.9 or sure["name"].n_unique() < 0.9 * sure.height:
        return {}
    return dict(sure.select("code", "name").iter_rows())


def broken_reference(sheet: Sheet) -> list[Screen]:
    """A key that the table it points to does not have: one given, or this table itself."""
    screens = []
    for column in sheet.columns:
        known: Iterable[str] | None = sheet.context.references.get(column.name)
        if known is None and sheet.whole and _PARENT.search(column.name.lower()):
            known = _own_keys(sheet, column)
        if known is None:
            continue
        cell = pl.col(text(column.name))
        broken = ~cell.is_in(pl.Series(sorted(known), dtype=pl.String).implode())
        screens.append(Screen("broken_reference", (column.name,), broken))
    return screens


def _own_keys(sheet: Sheet, column: Column) -> frozenset[str] | None:
    """The keys of this very table, where nine in ten cells of a column point to them."""
    cells = sheet.sample[text(column.name)].drop_nulls()
    for key in sheet.of("id"):
        if key.name == column.name:
            continue
        keys = sheet.sample[text(key.name)].drop_nulls()
        if cells.len() and share(cells.is_in(keys.implode())) >= 0.9:
            return frozenset(keys)
    return None
