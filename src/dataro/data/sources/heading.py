"""Where the heading of a table ends, and what its columns are called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dataro.data.sources.raw import FILE, ROW, Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

Row = Sequence[str | None]
Merged = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (first row, first column), (last row, last column), from 0, inclusive."""

PREVIEW = 60
"""Rows that are looked at to find the heading."""

MOST_HEADER_ROWS = 6

_UNNAMED = re.compile(r"Unnamed: \d+(_level_\d+)?")
_NUMBER = re.compile(r"[-+−△▲]?\s*[\d,]*\.?\d+\s*%?|-")
_YEAR = re.compile(r"(19|20)\d\d(\.0)?")
_DATE = re.compile(r"\d{2,4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}.*|\d{1,2}:\d{2}(:\d{2})?")
_CAPTION = re.compile(
    r"[(\[<]?\s*(단위|기준\w*\s*[:：=]|기준\s+\d|출처|자료|작성|※|\*|■|□|○|◦|▣|unit\b|source\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """``names`` of the columns and the 0-based row where the body begins."""

    names: list[str]
    body: int


def layout(
    preview: Sequence[Row],
    report: Report,
    *,
    header: Sequence[int] | None = None,
    merged: Sequence[Merged] = (),
    width: int | None = None,
) -> Layout:
    """Names and body of the table whose first rows are ``preview``.

    ``header`` are declared 1-based rows; without it title lines are skipped and several heading
    rows recognised. ``merged`` ranges are filled; where there are none, upper heading rows are
    filled to the right. Parts of one heading are joined by ``/``, equal neighbours once.
    Raises ``Problem`` where a declared row does not exist.
    """
    rows = [[clean(cell) for cell in row] for row in preview]
    width = width or max((len(row) for row in rows), default=0)
    rows = [row + [None] * (width - len(row)) for row in rows]
    if header:
        if max(header) > len(rows) or min(header) < 1:
            raise Problem(
                both(
                    f"{report.file}: 제목행이 {', '.join(map(str, header))}행으로 선언되어 있으나 "
                    f"앞부분은 {len(rows)}행뿐입니다. 선언의 header를 고치십시오.",
                    f"{report.file}: the heading is declared in rows "
                    f"{', '.join(map(str, header))}, but the beginning has only {len(rows)} rows. "
                    "Correct “header” in the declaration.",
                )
            )
        chosen = [number - 1 for number in header]
    else:
        chosen = _found(rows, merged)
    names = _flatten(rows, chosen, merged, width)
    body = max(chosen) + 1 if chosen else 0
    if not header and (len(chosen) > 1 or (chosen and chosen[0] > 0)):
        listed = ", ".join(str(row + 1) for row in chosen)
        report.note(f"제목행은 {listed}행입니다.", f"the heading is in row(s) {listed}.")
    if any(
        cell and unicodedata.normalize("NFC", cell) != cell for n in chosen for cell in preview[n]
    ):
        report.note(
            "제목에 풀어쓴 한글(NFD)이 있어 완성형(NFC)으로 바꾸어 읽었습니다.",
            "headings hold decomposed Hangul (NFD); they were read composed (NFC).",
        )
    spread = {column for (top, left), (_, right) in merged if top in chosen
              for column in range(left + 1, right + 1)}  # fmt: skip
    return Layout(_unique(names, report, body, spread), body)


def clean(cell: str | None) -> str | None:
    """A heading cell as compared and shown: NFC, single spaces, no pandas ``Unnamed: 3``."""
    if cell is None:
        return None
    text = " ".join(unicodedata.normalize("NFC", cell).replace("\ufeff", "").split())
    return None if not text or _UNNAMED.fullmatch(text) else text


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


def is_number(cell: str | None) -> bool:
    """Whether a cell looks like a value rather than a label (years may be labels)."""
    return cell is not None and not _YEAR.fullmatch(cell) and bool(
        _NUMBER.fullmatch(cell) or _DATE.fullmatch(cell)
    )  # fmt: skip


def _found(rows: Sequence[Row], merged: Sequence[Merged]) -> list[int]:
    start = _first(rows)
    if start is None:
        return [next((n for n, row in enumerate(rows) if _filled(row)), 0)] if rows else []
    used = [
        column
        for column in range(len(rows[0]))
        if any(row[column] is not None for row in rows[start:])
    ]
    last = start
    for below in range(start + 1, min(start + MOST_HEADER_ROWS, len(rows))):
        cells = [row for row in (rows[below][column] for column in used) if row is not None]
        if any(
            top <= last and bottom >= below and top >= start for (top, _), (bottom, _) in merged
        ):
            last = below
            continue
        if not cells or any(is_number(cell) for cell in cells):
            break
        if _answers(rows, range(start, below), below, used, merged):
            last = below
    return list(range(start, last + 1))


def _first(rows: Sequence[Row]) -> int | None:
    """The first row that is no title: at least two cells, not a title with a unit beside it."""
    widest = max((_filled(row) for row in rows), default=0)
    for number, row in enumerate(rows):
        cells = [cell for cell in row if cell is not None]
        if len(cells) < min(2, widest):
            continue
        if len(cells) < widest / 2 and any(_CAPTION.match(cell) for cell in cells):
            continue
        if not cells:
            continue
        return number
    return None


def _answers(
    rows: Sequence[Row],
    above: Sequence[int],
    below: int,
    used: Sequence[int],
    merged: Sequence[Merged],
) -> bool:
    """Whether the row ``below`` names columns that the rows above it leave without a name of
    their own (empty, or spread over several columns)."""
    row = rows[below]
    spread = [
        column
        for (top, left), (bottom, right) in merged
        if top in above and bottom == below - 1 and right > left
        for column in range(left, right + 1)
    ]
    if spread:
        return any(column < len(row) and row[column] is not None for column in spread)
    if merged:
        return False
    stacked = {column: tuple(rows[number][column] for number in above) for column in used}
    counts = Counter(stacked.values())
    nameless = [column for column, parts in stacked.items() if counts[parts] > 1 or not any(parts)]
    named = [column for column in nameless if row[column] is not None]
    years = all(cell is None or _YEAR.fullmatch(cell) for cell in row)
    return len(nameless) >= max(2, len(used) // 5) and len(named) * 2 >= len(nameless) and not years


def _flatten(
    rows: Sequence[Row], chosen: Sequence[int], merged: Sequence[Merged], width: int
) -> list[str | None]:
    grid = {number: list(rows[number]) for number in chosen}
    if merged:
        for (top, left), (bottom, right) in merged:
            value = rows[top][left] if top < len(rows) and left < width else None
            for number in range(top, bottom + 1):
                if number in grid:
                    for column in range(left, min(right, width - 1) + 1):
                        grid[number][column] = value
    if not any(top in grid and right > left for (top, left), (_, right) in merged):
        for depth, number in enumerate(chosen[:-1]):
            above = chosen[:depth]
            for column in range(1, width):
                same_parent = all(grid[up][column] == grid[up][column - 1] for up in above)
                if grid[number][column] is None and same_parent:
                    grid[number][column] = grid[number][column - 1]
    names: list[str | None] = []
    for column in range(width):
        parts: list[str] = []
        for number in chosen:
            part = grid[number][column]
            if part is not None and (not parts or parts[-1] != part):
                parts.append(part)
        names.append("/".join(parts) or None)
    return names


def _unique(names: Sequence[str | None], report: Report, body: int, spread: set[int]) -> list[str]:
    """Names as columns need them: none empty, none twice, none of ours. Columns under a merged
    heading (``spread``) share a name by design; others are a fault."""
    taken = {FILE, ROW}
    given = [name or f"column_{number}" for number, name in enumerate(names, 1)]
    firsts = set(given)
    result: list[str] = []
    for column, name in enumerate(given):
        unique, count = name, 1
        while unique in taken or (count > 1 and unique in firsts):
            count += 1
            unique = f"{name}_{count}"
        if unique != name and column not in spread:
            report.fault(
                "heading",
                both(
                    f"제목 “{name}”이(가) 두 번 이상 나와 뒤의 열을 “{unique}”(으)로 읽었습니다. "
                    "제목을 서로 다르게 적으십시오.",
                    f"The heading “{name}” stands more than once; the later column was read as "
                    f"“{unique}”. Give the columns different headings.",
                ),
                row=body or None,
                column=unique,
                value=name,
            )
        taken.add(unique)
        result.append(unique)
    return result
