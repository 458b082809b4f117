"""Things listed twice: rows and keys that repeat, and entities under two spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.quality.screen import FINDINGS, Screened, repeated
from dataro.data.quality.sheet import AT, Column, Sheet, text

_DIMENSIONS = ("date", "month", "year", "time", "code", "district", "district_code", "yes_no")
_UNIQUE = 0.97
_ALIKE = 0.8
_MOST_SHARING = 12  # more rows than that behind one telephone or address are a building, an office
_FIRM = re.compile(r"주식회사|유한회사|\(주\)|㈜|\(유\)|\(사\)|사단법인|재단법인|[\s()\[\]·.,\-_]")


def key_columns(sheet: Sheet) -> tuple[str, ...]:
    """The column that identifies a row: named like one, and repeated in hardly a cell."""
    for column in sheet.of("id"):
        cells = sheet.sample[text(column.name)].drop_nulls()
        if cells.len() >= max(10, 0.9 * sheet.sample.height) and (
            cells.n_unique() >= _UNIQUE * cells.len()
        ):
            return (column.name,)
    return _dimensions(sheet)


def _dimensions(sheet: Sheet) -> tuple[str, ...]:
    """The columns that together identify a row of a statistical table: a time and codes, with
    nothing but numbers beside them, which are different in most rows."""
    numbers = [c for c in sheet.columns if c.family == "number" and c.meaning != "year"]
    others = [c for c in sheet.columns if c.family != "number" or c.meaning == "year"]
    timed = any(c.family == "date" or c.meaning in ("year", "time") for c in others)
    if len(numbers) < 2 or not timed or any(c.meaning not in _DIMENSIONS for c in others):
        return ()
    names = tuple(c.name for c in others)
    keys = sheet.sample.select(text(n) for n in names).drop_nulls()
    distinct = keys.n_unique() / keys.height if keys.height else 0.0
    return names if distinct >= 0.7 else ()


def repetitions(screened: Screened, key: Sequence[str], values: pl.Series | None) -> pl.DataFrame:
    """Findings for repeated rows, and for repeated keys in rows that are not repeated whole.

    ``values`` are the key's cells by position, where they are at hand (a streamed table has them
    no longer).
    """
    rows = pl.concat(screened.numbers) if screened.numbers else pl.Series(dtype=pl.UInt32)
    again = repeated(screened.row_hashes)
    keys = np.setdiff1d(repeated(screened.key_hashes), again)
    parts = [
        _at(again, None, "duplicate_row", rows, None),
        _at(keys, key[0] if len(key) == 1 else None, "duplicate_key", rows, values),
    ]
    return pl.concat(parts)


def _at(
    at: npt.NDArray[np.int64],
    column: str | None,
    rule: str,
    rows: pl.Series,
    values: pl.Series | None,
) -> pl.DataFrame:
    where = pl.Series(at, dtype=pl.Int64)
    nothing = pl.Series([None] * len(at), dtype=pl.String)
    return pl.DataFrame(
        {
            "at": where,
            "row": rows.gather(where).cast(pl.Int64),
            "column": pl.Series([column] * len(at), dtype=pl.String),
            "rule": pl.Series([rule] * len(at), dtype=pl.String),
            "value": nothing if values is None else values.gather(where),
            "proposed": nothing,
        },
        schema=FINDINGS,
    )


def entities(sheet: Sheet) -> pl.DataFrame:
    """Rows that list an entity again under nearly the same name.

    Two rows are one entity where their names are alike (four fifths of the letters, firm forms
    and spaces aside) and they share a telephone, an address or coordinates; the later row is
    found. Needs the whole table as the sheet's sample.
    """
    names = _telling(sheet)
    shared = [_shared(sheet, columns) for columns in _links(sheet)]
    if not names or not shared:
        return pl.DataFrame(schema=FINDINGS)
    name = sheet.sample[text(names[0].name)]
    later: dict[int, int] = {}
    for groups in shared:
        for group in groups:
            _compare(group, name, later)
    rows = sheet.sample["_row"]
    again = np.array(sorted(later), dtype=np.int64)
    return _at(again, None, "near_duplicate", rows, None).with_columns(
        value=pl.Series([name[int(i)] for i in again], dtype=pl.String)
    )


def _telling(sheet: Sheet) -> list[Column]:
    """Name columns by how many different names they hold; only those that tell things apart."""
    shares = {
        c.name: sheet.sample[text(c.name)].drop_nulls().n_unique() / max(1, sheet.sample.height)
        for c in sheet.of("name")
    }
    told = [c for c in sheet.of("name") if shares[c.name] >= 0.4]
    return sorted(told, key=lambda c: -shares[c.name])


def _links(sheet: Sheet) -> list[list[Column]]:
    singles = [[c] for c in sheet.of("phone", "address", "business_number")]
    places = [list(pair) for pair in zip(sheet.of("longitude"), sheet.of("latitude"), strict=False)]
    return singles + places


def _shared(sheet: Sheet, columns: list[Column]) -> list[list[int]]:
    """Positions of rows that have the same cells, for groups of two to a dozen."""
    cells = [pl.col(text(c.name)).str.replace_all(r"\s|-", "").alias(f"k{i}")
             for i, c in enumerate(columns)]  # fmt: skip
    keys = [f"k{i}" for i in range(len(columns))]
    grouped = (
        sheet.sample.select(pl.int_range(pl.len()).alias(AT), *cells)
        .drop_nulls()
        .group_by(keys)
        .agg(pl.col(AT))
        .filter(pl.col(AT).list.len().is_between(2, _MOST_SHARING))
    )
    return [list(group) for group in grouped[AT]]


def _compare(group: Sequence[int], name: pl.Series, later: dict[int, int]) -> None:
    for position, second in enumerate(group):
        for first in group[:position]:
            if name[first] and name[second] and _same(name[first], name[second]):
                later[max(first, second)] = min(first, second)
                break


def _same(first: str, second: str) -> bool:
    a, b = _FIRM.sub("", first), _FIRM.sub("", second)
    if a == b:
        return True
    if re.sub(r"\D", "", a) != re.sub(r"\D", "", b):  # 1차 and 2차 are two things
        return False
    return min(len(a), len(b)) >= 3 and SequenceMatcher(None, a, b).ratio() >= _ALIKE
