"""Which rows are to be purged: named by a condition, by a value, or by file and row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataro.build.context import Context
from dataro.build.raw_files import RawFolder, find_raw
from dataro.data.sources.files import read
from dataro.data.sources.raw import FILE, GEOMETRY, ROW
from dataro.data.standards.standardise import standardise
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_SHORTEST = 5
_MOST_TRACES = 400


@dataclass(frozen=True, slots=True)
class Selection:
    """How rows are named. ``where`` is a SQL condition over the dataset's columns, ``value`` a text
    that any cell of the row holds, ``rows`` are ``file:12,15-18`` as a spreadsheet numbers them."""

    where: str | None = None
    value: str | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """Rows found in the raw files: numbers by file (below ``base``), and texts that stand in
    these rows and nowhere else, by which what is left of them is looked for afterwards."""

    base: Path
    rows: Mapping[str, Sequence[int]]
    traces: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(len(numbers) for numbers in self.rows.values())


def choose(context: Context, dataset: str, selection: Selection) -> Chosen:
    """Find the rows in the files that the dataset is built from.

    Raises ``Problem`` for a selection that names nothing or cannot be read.
    """
    registry = context.registry
    declared = registry.datasets[dataset]
    found = find_raw(declared, context.raw_folders(), RawFolder(registry.workspace.folder))
    if found is None or not found.paths:
        raise Problem(
            both(
                f"“{dataset}”의 원자료 파일이 없어 지울 행을 찾을 수 없습니다.",
                f"“{dataset}” has no raw files in which rows could be found.",
            )
        )
    raw = read(declared.source, found.paths, base=found.base)
    frame = raw.frame.drop([n for n in (GEOMETRY,) if n in raw.frame.columns])
    mask = pl.Series([False] * frame.height)
    if selection.value:
        cells = [n for n in frame.columns if n not in (FILE, ROW)]
        held = [
            pl.col(n).str.contains(selection.value, literal=True).fill_null(False) for n in cells
        ]
        mask = mask | frame.select(pl.any_horizontal(held)).to_series()
    if selection.rows:
        mask = mask | _numbered(frame, selection.rows)
    if selection.where:
        standard = standardise(raw, declared, registry.columns[dataset], city=registry.city)
        mask = mask | _where(frame, standard.frame, selection.where, dataset)
    picked = frame.filter(mask)
    rows: dict[str, list[int]] = {}
    for name, number in picked.select(FILE, ROW).iter_rows():
        rows.setdefault(str(name), []).append(int(number))
    return Chosen(
        found.base, {n: sorted(set(numbers)) for n, numbers in rows.items()},
        _traces(picked, frame.filter(~mask), selection.value),
    )  # fmt: skip


def _where(frame: pl.DataFrame, standard: pl.DataFrame, where: str, dataset: str) -> pl.Series:
    try:
        met = standard.filter(pl.sql_expr(where))
    except pl.exceptions.PolarsError as error:
        raise Problem(
            both(
                f"조건을 읽을 수 없습니다({str(error).splitlines()[0][:120]}). {dataset}의 열: "
                f"{', '.join(n for n in standard.columns if not n.startswith('_'))}.",
                f"The condition cannot be read ({str(error).splitlines()[0][:120]}). Columns of "
                f"{dataset}: {', '.join(n for n in standard.columns if not n.startswith('_'))}.",
            )
        ) from error
    places = met.select(FILE, ROW).unique()
    joined = frame.select(FILE, ROW).with_row_index("_at").join(places, on=[FILE, ROW], how="inner")
    mask = pl.Series([False] * frame.height)
    return mask.scatter(joined["_at"].to_list(), True)


def _numbered(frame: pl.DataFrame, told: Sequence[str]) -> pl.Series:
    mask = pl.Series([False] * frame.height)
    for one in told:
        match = re.fullmatch(r"(?:(.+):)?([\d,\s-]+)", one.strip())
        if match is None:
            raise Problem(
                both(
                    f"행 번호 “{one[:60]}”을(를) 읽을 수 없습니다. 파일.csv:12,15-18처럼 적어 주세요.",
                    f"“{one[:60]}” names no rows. Write file.csv:12,15-18.",
                )
            )
        numbers = set()
        for part in match[2].split(","):
            first, _, last = part.strip().partition("-")
            if first:
                numbers |= set(range(int(first), int(last or first) + 1))
        there = pl.col(ROW).is_in(sorted(numbers))
        if match[1]:
            there &= pl.col(FILE).str.ends_with(match[1])
        mask = mask | frame.select(there).to_series()
    return mask


def _traces(picked: pl.DataFrame, others: pl.DataFrame, value: str | None) -> tuple[str, ...]:
    """Texts of the rows that no other row has, the longest first."""
    found: set[str] = {value} if value else set()
    for name, kind in picked.schema.items():
        if kind != pl.String or name in (FILE, ROW):
            continue
        mine = set(picked[name].drop_nulls().str.strip_chars().to_list())
        rest = (
            set(others[name].drop_nulls().str.strip_chars().to_list()) if others.height else set()
        )
        found |= {text for text in mine - rest if len(text) >= _SHORTEST and not _plain(text)}
    return tuple(sorted(found, key=len, reverse=True)[:_MOST_TRACES])


def _plain(text: str) -> bool:
    """A day or a number would be found in many files that have nothing to do with the row."""
    return re.fullmatch(r"[\d.,:/\-년월일 ]+", text) is not None and len(text) < 11
