"""A table of open data made and written as its department keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from dataro.twin.facts import Facts
from dataro.twin.history import History
from dataro.twin.housing import DAYS, Estate
from dataro.twin.months import STYLES
from dataro.twin.open_data.spec import OpenTable, read_tables
from dataro.twin.open_data.town import Town, settle
from dataro.twin.open_data.values import MAKERS, Making, Values
from dataro.twin.outlines import Ground
from dataro.twin.plant import SWAP, TOTAL, TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_csv, write_xlsx
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

_NUMBERS = {"whole", "rate", "part", "rest", "times"}
_ERRORS: Mapping[str, tuple[str, ...]] = {
    "serial": (TWICE,),
    "name": ("spaces",),
    "firm": ("spaces",),
    "code": ("lost_digit", "wrong_code"),
    "lon": ("outside", SWAP),
    "lat": ("missing",),
    "phone": ("letter_for_digit",),
    "day": ("impossible_date",),
    "whole": ("negative", "full_width", "letter_for_digit", "not_a_number"),
    "rate": ("negative", "full_width", "letter_for_digit"),
    "times": ("negative", "not_a_number"),
    "real": ("decimal_comma", "missing"),
}
"""Errors that a column invites, by what made it."""


def write_open_data(
    facts: Facts, history: History, estates: Sequence[Estate], ground: Ground, scale: float,
    seed: int, folder: Path, planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write a file a table; yields their paths and appends what was planted."""
    tables = read_tables(facts.folder)
    if not tables:
        return
    rng = np.random.default_rng([seed, 13])
    town = settle(facts, history, estates, ground, scale, rng)
    share = float(facts.settings["planted"]["share"])
    for number, table in enumerate(tables):
        own = np.random.default_rng([seed, 14, number])
        sheet = make_sheet(table, town, own)
        if not table.clean:
            planted += plant(sheet, _kinds(table), share, own)
        if table.form == "xlsx":
            numbers = {i for i, one in enumerate(table.columns) if one.make in _NUMBERS}
            write_xlsx(sheet, folder, lambda c, text, own=numbers: c in own and _is_number(text))  # type: ignore[misc]
        else:
            write_csv(sheet, folder, table.form)
        yield folder / table.file


def make_sheet(table: OpenTable, town: Town, rng: np.random.Generator) -> Sheet:
    """One table without errors. Raises ``Problem`` for a column that nothing makes."""
    making = _crossed(table, town, rng) if table.each else _standing(table, town, rng)
    for one in table.columns:
        if one.heading in making.made:
            continue  # a dimension of ``each``
        maker = MAKERS.get(one.make)
        if maker is None:
            guess = did_you_mean(one.make, MAKERS)
            raise Problem(
                both(
                    f"open_data.toml [{table.id}] {one.heading}: “{one.make}”은(는) 없는 방식입니다.{guess.ko} "
                    f"쓸 수 있는 방식: {', '.join(MAKERS)}.",
                    f"open_data.toml [{table.id}] {one.heading}: nothing makes “{one.make}”.{guess.en} "
                    f"Known: {', '.join(MAKERS)}.",
                )
            )
        making.made[one.heading] = maker(making, one.settings)
    names = [one.heading for one in table.columns]
    columns = [_written(table, making.made[name], rng) for name in names]
    for one, cells in zip(table.columns, columns, strict=True):
        if one.empty:
            for i in np.flatnonzero(rng.random(making.rows) < one.empty).tolist():
                cells[i] = ""
    body: list[Row] = [list(row) for row in zip(*columns, strict=True)]
    return _framed(table, names, body, making)


def _standing(table: OpenTable, town: Town, rng: np.random.Generator) -> Making:
    """Rows that are things, each at a spot of its own as far as spots go."""
    spots = town.spots[table.at]
    rows = table.rows if table.fixed else max(5, round(table.rows * town.size))
    spot = rng.choice(len(spots), rows, replace=rows > len(spots))
    return Making(town, rng, rows, spots, np.asarray(spot))


def _crossed(table: OpenTable, town: Town, rng: np.random.Generator) -> Making:
    """Rows that are combinations; the dimensions' columns are made, the first varies slowest."""
    axes = [_axis(told, town) for told in table.each.values()]
    rows = list(product(*axes))
    spots = town.spots["people"]
    making = Making(town, rng, len(rows), spots, np.zeros(len(rows), np.int64))
    whole = sum(town.people.values()) / 1000
    making.mean = np.array(
        [whole * np.prod([weight for _, weight in row]) for row in rows], np.float64
    )
    for heading, cells in zip(table.each, zip(*rows, strict=True), strict=True):
        values = [value for value, _ in cells]
        if isinstance(values[0], np.datetime64):
            making.made[heading] = np.array(values)
            if making.made[heading].dtype != "datetime64[Y]":
                making.month = making.made[heading].astype("datetime64[M]").astype(np.int64) % 12
        else:
            making.made[heading] = np.array(values, object)
            if table.each[heading] == "districts":
                code = {name: code for code, name in town.names.items()}
                making.made["행정동코드"] = np.array([code[name] for name in values], object)
    return making


def _axis(told: Any, town: Town) -> list[tuple[Any, float]]:
    """Values of a dimension with their weights."""
    last = np.datetime64(town.last, "D")
    if told == "districts":
        whole = sum(town.people.values())
        return [(town.names[code], people / whole) for code, people in sorted(town.people.items())]
    if isinstance(told, Mapping) and set(told) & {"months", "years", "days"}:
        ((unit, many),) = told.items()
        step = {"months": "M", "years": "Y", "days": "D"}[unit]
        end = last.astype(f"datetime64[{step}]").astype(np.int64)
        return [(np.datetime64(int(n), step), 1.0) for n in range(end - many, end)]  # type: ignore[call-overload]
    if isinstance(told, Mapping):
        return [(str(value), float(weight)) for value, weight in told.items()]
    return [(str(value), 1.0) for value in told]


def _written(table: OpenTable, values: Values, rng: np.random.Generator) -> list[str]:
    """Values as this department writes them."""
    if values.dtype == object:
        return [str(value) for value in values.tolist()]
    if values.dtype.kind == "M":
        return _days(table, values, rng)
    if values.dtype.kind in "iu":
        pattern = "{:,}" if table.commas else "{}"
        return [pattern.format(int(value)) for value in values.tolist()]
    return [repr(float(value)) for value in values.tolist()]


def _days(table: OpenTable, values: Values, rng: np.random.Generator) -> list[str]:
    if values.dtype == "datetime64[Y]":
        return [str(value) for value in values]
    styles = STYLES if values.dtype == "datetime64[M]" else DAYS
    # a short year is written only where a whole column is written so
    chosen = (
        rng.integers(0, len(styles) - 1, len(values)).tolist()
        if table.dates < 0
        else [table.dates] * len(values)
    )
    found = []
    for value, style in zip(values.astype("datetime64[D]").tolist(), chosen, strict=True):
        found.append(
            styles[style].format(y=value.year, m=value.month, d=value.day, s=value.year % 100)
        )
    return found


def _framed(table: OpenTable, names: list[str], body: list[Row], making: Making) -> Sheet:
    """With title, unit, total and footnote as the department adds them."""
    width = len(names)
    blank = [""] * (width - 1)
    head: list[Row] = []
    if table.title:
        head.append([table.title, *blank])
    if table.unit:
        head.append([*blank, table.unit])
    merged = [(0, 0, 0, width - 1)] if table.title and table.form == "xlsx" else []
    head.append(names)
    foot: list[Row] = []
    if table.total:
        summed = {one.heading for one in table.columns if one.make in {"rate", "part", "times"}}
        foot.append(
            [
                TOTAL if name == table.total
                else f"{int(making.made[name].sum()):,}" if name in summed else ""
                for name in names
            ]
        )  # fmt: skip
    if table.foot:
        foot.append([table.foot, *blank])
    return Sheet(table.file, head, names, body, foot, merged)


def _kinds(table: OpenTable) -> dict[str, list[str]]:
    """Errors that may be planted in a table, each with the columns it may stand in."""
    found: dict[str, list[str]] = {}
    places = [one.heading for one in table.columns if one.make in ("lon", "lat")]
    for one in table.columns:
        for kind in _ERRORS.get(one.make, ()):
            if kind == SWAP and len(places) != 2:
                continue
            found.setdefault(kind, []).append(one.heading)
    if SWAP in found:
        found[SWAP] = places
    return found


def _is_number(text: str) -> bool:
    return text.replace(",", "").isdigit()
