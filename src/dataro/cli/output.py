"""How the command line speaks: consoles, JSON, tables and values as a reader writes them."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from datetime import date
from io import TextIOWrapper
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from dataro.cli.language import say
from dataro.publish.document import plain
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

SHOWN_ROWS = 20
_GAP = 2  # between columns
_WIDEST_TEXT = 30
_PIPE_WIDTH = 160  # columns where the output goes to a file or a pipe


def console(*, error: bool = False) -> Console:
    """Where to print; a pipe gets no colours and lines wide enough for tables."""
    stream = sys.stderr if error else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH,
        highlight=False,
        emoji=False,
    )


def print_json(document: Any) -> None:
    """One JSON document on standard output, in UTF-8 wherever it goes."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False))


def print_frame(
    out: Console, frame: Any, columns: Mapping[str, Term], *, most: int = SHOWN_ROWS
) -> None:
    """The first rows of a polars frame under the titles of its terms, numbers to the right.

    Columns that do not fit the width are left out and named below: a cut number misleads.
    """
    made = Table(box=None, pad_edge=False)
    shown: list[list[str]] = []
    left_out: list[str] = []
    room = out.width
    for name in frame.columns:
        term = columns.get(name)
        if _is_shape(term):
            continue
        heading = _heading(name, term)
        cells = [cell(value, term) for value in frame[name].head(most)]
        width = max(cell_len(one) for one in (*cells, *heading.split()))
        numeric = term is not None and term.domain.kind in ("integer", "decimal")
        if not numeric:
            width = min(width, _WIDEST_TEXT)
        room -= width + _GAP
        if room + _GAP < 0:
            left_out.append(heading)
            continue
        justify: JustifyMethod = "right" if numeric else "left"
        made.add_column(escape(heading), justify=justify, width=width)
        shown.append([set_cell_size(one, width) if cell_len(one) > width else one for one in cells])
    for row in zip(*shown, strict=True):
        made.add_row(*(escape(one) for one in row))
    out.print(made)
    if left_out:
        words = both("폭이 좁아 보이지 않은 열", "Columns left out for want of width")
        out.print(f"[dim]{say(words)}: {escape(', '.join(left_out))}[/]")


def cell(value: Any, term: Term | None = None) -> str:
    """One value as a reader writes it: thousands separators, words for codes, – where missing."""
    kind = term.domain.kind if term else None
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if kind == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    if isinstance(value, bool):
        return say(both("예", "yes") if value else both("아니요", "no"))
    if kind == "year":
        return str(value)
    if term and term.domain.codes and value in term.domain.codes:
        return say(term.domain.codes[value])
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.{_decimals(value, term)}f}"
    return str(value)


def _decimals(value: float, term: Term | None) -> int:
    if term is not None and term.unit is not None and term.unit.en == "°":
        return 5  # about a metre
    return 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3


def elapsed(seconds: float) -> str:
    """``0.4초``, ``1분 05초``; ``0.4 s``, ``1 min 05 s``."""
    if seconds < 60:
        return say(both(f"{seconds:.1f}초", f"{seconds:.1f} s"))
    minutes, rest = divmod(round(seconds), 60)
    return say(both(f"{minutes}분 {rest:02}초", f"{minutes} min {rest:02} s"))


def more_rows(total: int, most: int = SHOWN_ROWS) -> str:
    """What to say under a table of which only the first rows are shown."""
    if total <= most:
        return say(both(f"모두 {total:,}행", f"{total:,} rows"))
    return say(both(f"{total:,}행 가운데 처음 {most}행", f"the first {most} of {total:,} rows"))


def _heading(name: str, term: Term | None) -> str:
    if term is None:
        return name
    unit = f" ({say(term.unit)})" if term.unit else ""
    return f"{say(term.text)}{unit}"


def _is_shape(term: Term | None) -> bool:
    return term is not None and term.domain.kind == "geometry"
