"""Identifiers: forms, check digits, leading zeros, personal numbers where they must not be."""

from __future__ import annotations

import numpy as np
import polars as pl

from dataro.data.quality.share import share
from dataro.data.quality.sheet import Column, Screen, Sheet, text
from dataro.data.standards.identifiers import BUSINESS, IDENTIFIERS, canonical
from dataro.data.standards.numbering import TELEPHONE_PATTERN

RESIDENT = r"(?:^|\D)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?-\s?[1-8]\d{6}(?:\D|$)"  # a resident number inside any text
RESIDENT_DIGITS = r"(\d{6}\s?-\s?[1-8])\d{6}"
"""What is replaced where a resident number is masked: all behind the first digit of the second
part."""

_PHONES = rf"^(?:{TELEPHONE_PATTERN})(?:\s*[,/;~]\s*(?:{TELEPHONE_PATTERN}|\d{{1,4}}))*$"
_MASKED = r"\*{2,}"
_ZEROLESS_PHONE = r"^(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|10|70)[-. )]?\d{3,4}[-. ]?\d{4}$"


def resident_number(sheet: Sheet, column: Column) -> list[Screen]:
    """A resident registration number in any cell; nothing is proposed but to take it out."""
    cell = pl.col(text(column.name))
    masked = cell.str.replace_all(RESIDENT_DIGITS, "${1}******")
    return [Screen("resident_number", (column.name,), cell.str.contains(RESIDENT),
                   proposed=(masked,))]  # fmt: skip


def phone(sheet: Sheet, column: Column) -> list[Screen]:
    """No telephone number; one whose leading zero a spreadsheet dropped is told apart."""
    cell = pl.col(text(column.name))
    zeroless = cell.str.contains(_ZEROLESS_PHONE)
    wrong = ~cell.str.contains(_PHONES) & ~cell.str.contains(_MASKED)
    tidy = cell.map_batches(_canonical_phones, return_dtype=pl.String)
    restored = ("0" + cell).map_batches(_canonical_phones, return_dtype=pl.String)
    return [Screen("lost_leading_zero", (column.name,), zeroless & wrong, proposed=(restored,)),
            Screen("phone", (column.name,), wrong & ~zeroless, proposed=(tidy,))]  # fmt: skip


def business_number(sheet: Sheet, column: Column) -> list[Screen]:
    """Ten digits, 3-2-5, the last of them the check digit."""
    cell = pl.col(text(column.name))
    formed = cell.str.contains(r"^\d{3}[- ]?\d{2}[- ]?\d{5}$")
    holds = cell.map_batches(_business_holds, return_dtype=pl.Boolean)
    return [Screen("business_checksum", (column.name,), formed & ~holds),
            Screen("business_number", (column.name,), ~formed)]  # fmt: skip


def postcode(sheet: Sheet, column: Column) -> list[Screen]:
    """Five digits; four are one whose leading zero was lost, six the numbering before 2015."""
    cell = pl.col(text(column.name))
    four = cell.str.contains(r"^[1-9]\d{3}$")
    five = cell.str.contains(r"^\d{5}$")
    return [Screen("lost_leading_zero", (column.name,), four, proposed=("0" + cell,)),
            Screen("postcode", (column.name,), ~five & ~four)]  # fmt: skip


def form(sheet: Sheet, column: Column) -> list[Screen]:
    """E-mail and web addresses by their patterns."""
    identifier = IDENTIFIERS[column.meaning]
    wrong = ~pl.col(text(column.name)).str.contains(rf"^(?:{identifier.pattern})$")
    share = sheet.narrow(column).select(wrong.mean()).item()
    return [] if share is None or share > 0.5 else [
        Screen(column.meaning, (column.name,), wrong)
    ]  # fmt: skip


def lost_leading_zero(sheet: Sheet, column: Column) -> list[Screen]:
    """A code shorter than all others, where leading zeros are usual."""
    cells = sheet.sample[text(column.name)].drop_nulls()
    digits = cells.filter(cells.str.contains(r"^\d+$"))
    if digits.len() < 20 or digits.len() < 0.9 * cells.len():
        return []
    lengths = digits.str.len_chars().value_counts(sort=True)
    length, times = lengths.row(0)
    zeros = share(digits.str.starts_with("0"))
    if times / digits.len() < 0.8 or length < 2 or zeros < 0.02:
        return []
    cell = pl.col(text(column.name))
    short = cell.str.contains(r"^[1-9]\d*$") & (cell.str.len_chars() < length)
    full = cell.str.zfill(length)
    known = digits.filter(digits.str.len_chars() == length).unique()
    if known.len() < 0.2 * digits.len():  # a code list, so the padded value must be on it
        short = short & full.is_in(known.implode())
    return [Screen("lost_leading_zero", (column.name,), short, proposed=(full,))]


def _canonical_phones(values: pl.Series) -> pl.Series:
    found = [canonical("telephone", v) if v else None for v in values]
    return pl.Series(values.name, found, dtype=pl.String)


def _business_holds(values: pl.Series) -> pl.Series:
    """Whether the check digit holds; null where the cell is empty or has not ten digits."""
    digits = values.str.replace_all(r"\D", "")
    whole = digits.str.len_bytes() == 10
    some = digits.filter(whole.fill_null(False))
    if some.is_empty():
        return pl.repeat(None, values.len(), dtype=pl.Boolean, eager=True).rename(values.name)
    grid = np.frombuffer("".join(some).encode(), dtype=np.uint8).reshape(-1, 10).astype(int) - 48
    products = grid[:, :9] * np.array(BUSINESS.weights)
    total = products.sum(axis=1) + products[:, 8] // 10
    holds = (BUSINESS.complement - total % BUSINESS.modulus) % 10 == grid[:, 9]
    result = pl.repeat(None, values.len(), dtype=pl.Boolean, eager=True)
    result = result.scatter(whole.fill_null(False).arg_true(), pl.Series(holds))
    return result.rename(values.name)
