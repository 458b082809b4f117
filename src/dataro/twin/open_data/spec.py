"""What the files of open data hold, read from ``twin/open_data.toml`` of a city's folder.

A table has ``rows`` things somewhere in the city, or ``each`` combination of months, districts and
kinds; every column names one way to make values (``dataro.twin.open_data.values``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

FORMS = ("cp949", "utf-8", "utf-8-sig", "xlsx")
PLACES = ("people", "land")
_TABLE = {"file", "form", "rows", "fixed", "each", "at", "title", "unit", "foot", "total",
          "dates", "commas", "columns", "clean"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``make`` names what makes its values, ``settings`` is what that is told.

    ``empty`` is the share of rows that leave the cell empty.
    """

    heading: str
    make: str
    settings: Any
    empty: float


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One file. ``rows`` are so many at life size, scaled with the city unless ``fixed``.

    ``at`` is where things stand (``people``: where people live, ``land``: evenly). ``title`` and
    ``unit`` are lines above the heading, ``foot`` a line below; ``total`` is the heading under
    which a last row says 합계. ``dates`` is the style of days and months (0–4, or -1: mixed).
    """

    id: str
    file: str
    form: str
    rows: int
    fixed: bool
    each: Mapping[str, Any]
    at: str
    title: str
    unit: str
    foot: str
    total: str
    dates: int
    commas: bool
    clean: bool
    columns: tuple[Column, ...]


def read_tables(folder: Path) -> list[OpenTable]:
    """Tables of a city's folder; none where it has no ``twin/open_data.toml``.

    Raises ``Problem`` naming the table and what is wrong in it.
    """
    path = folder / "twin" / "open_data.toml"
    if not path.is_file():
        return []
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Problem(
            both(
                f"{path}: TOML 형식이 아닙니다({error}). 그 줄을 고쳐 주십시오.",
                f"{path} is not TOML: {error}. Mend that line.",
            )
        ) from error
    return [_table(path, id, one) for id, one in given.items()]


def _table(path: Path, id: str, one: Mapping[str, Any]) -> OpenTable:
    for key in one:
        if key not in _TABLE:
            raise _wrong(path, id, key, _TABLE)
    form, at = str(one.get("form", "utf-8-sig")), str(one.get("at", "people"))
    if form not in FORMS:
        raise _wrong(path, id, form, FORMS)
    if at not in PLACES:
        raise _wrong(path, id, at, PLACES)
    if ("rows" in one) == ("each" in one):
        raise _wrong(path, id, "rows, each", ("rows", "each"))
    return OpenTable(
        id=id,
        file=str(one["file"]),
        form=form,
        rows=int(one.get("rows", 0)),
        fixed=bool(one.get("fixed", False)),
        each=one.get("each", {}),
        at=at,
        title=str(one.get("title", "")),
        unit=str(one.get("unit", "")),
        foot=str(one.get("foot", "")),
        total=str(one.get("total", "")),
        dates=int(one.get("dates", 0)),
        commas=bool(one.get("commas", True)),
        clean=bool(one.get("clean", False)),
        columns=tuple(_column(path, id, name, told) for name, told in one["columns"].items()),
    )


def _column(path: Path, id: str, heading: str, told: Any) -> Column:
    given = {told: True} if isinstance(told, str) else dict(told)
    empty = float(given.pop("empty", 0))
    if len(given) != 1:
        raise _wrong(path, id, heading, ("serial", "name", "pick", "whole"))
    ((make, settings),) = given.items()
    return Column(heading, make, settings, empty)


def _wrong(path: Path, id: str, given: str, known: Any) -> Problem:
    guess, listed = did_you_mean(given, known), ", ".join(sorted(known))
    return Problem(
        both(
            f"{path}: [{id}]의 “{given}”을(를) 쓸 수 없습니다.{guess.ko} 쓸 수 있는 값: {listed}.",
            f"{path}: “{given}” in [{id}] cannot be used.{guess.en} Allowed: {listed}.",
        )
    )
