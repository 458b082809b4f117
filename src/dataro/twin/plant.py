"""Errors as departments make them, planted at known places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from dataro.twin.sheet import Sheet

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error: ``row`` as a spreadsheet numbers it, ``column`` the flattened heading."""

    file: str
    row: int
    column: str
    kind: str
    original: str
    planted: str

    def as_dict(self) -> dict[str, str | int]:
        """As the truth file lists it."""
        return asdict(self)


TOTAL = "합계"
"""What a total row is called: totals are left as they are."""

Change = Callable[[str], str]

KINDS: Mapping[str, Change] = {
    "missing": lambda value: "",
    "negative": lambda value: f"-{value}",
    "with_unit": lambda value: f"{value}명",
    "full_width": lambda value: value.translate(FULL_WIDTH),
    "letter_for_digit": lambda value: value.replace("0", "O") if "0" in value else f"{value}l",
    "spaces": lambda value: f" {value}  ",
    "impossible_date": lambda value: "2023-02-30",
    "impossible_month": lambda value: "2023-13",
    "wrong_code": lambda value: f"{value[:-2]}99",
    "lost_digit": lambda value: value[:-1],
    "thousandfold": lambda value: f"{value},000" if value.isdigit() else f"{value}000",
    "decimal_comma": lambda value: value.replace(".", ","),
    "outside": lambda value: f"{float(value) - 7:.6f}",
    "not_a_number": lambda value: "미상",
}
"""What each kind does to a cell."""

SWAP, TWICE = "swapped_coordinates", "duplicate_row"
"""Kinds that touch more than one cell: longitude and latitude, the whole row."""


def plant(
    sheet: Sheet, kinds: Mapping[str, Sequence[str]], share: float, rng: np.random.Generator
) -> list[Planted]:
    """Change ``share`` of the body's rows, totals apart, by kinds in turn.

    ``kinds`` maps a kind to the columns (flattened headings) in which it may stand; a row carries
    one error at most. The sheet is changed in place.
    """
    columns = {name: i for i, name in enumerate(sheet.names)}
    # totals stay right, so that what was changed can be told from them
    chosen = rng.permutation([i for i, row in enumerate(sheet.body) if TOTAL not in row])
    wanted = round(share * len(chosen))
    names = [str(kind) for kind in rng.permutation(list(kinds))]
    result: list[Planted] = []
    again: list[int] = []
    for index in chosen.tolist():
        if len(result) + len(again) >= wanted:
            break
        kind = names[(len(result) + len(again)) % len(names)]
        row = sheet.body[index]
        if kind == TWICE:
            again.append(index)
            continue
        column = kinds[kind][int(rng.integers(len(kinds[kind])))]
        place = columns[column]
        original = row[place]
        if kind == SWAP:
            other = columns[kinds[kind][1 - kinds[kind].index(column)]]
            row[place], row[other] = row[other], row[place]
        elif original and KINDS[kind](original) != original:
            row[place] = KINDS[kind](original)
        else:
            continue
        number = sheet.row_number(index)
        result.append(Planted(sheet.file, number, column, kind, original, row[place]))
    for index in sorted(again):
        sheet.body.append(list(sheet.body[index]))
        number = sheet.row_number(len(sheet.body) - 1)
        original = str(sheet.row_number(index))
        result.append(Planted(sheet.file, number, sheet.names[0], TWICE, original, ""))
    return sorted(result, key=lambda p: (p.row, p.column))
