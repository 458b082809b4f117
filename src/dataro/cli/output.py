"""How the command line speaks: consoles, JSON, tables of a frame, and a build's progress."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dataro.cli.language import say
from dataro.publish.document import plain
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

SHOWN_ROWS = 20
_PIPE_WIDTH = 160  # columns where the output goes to a file or a pipe


def console(*, error: bool = False) -> Console:
    """Where to print; a pipe gets no colours and lines wide enough for tables."""
    stream = sys.stderr if error else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH,
        highlight=False,
    )


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False))


def table(*headings: Text, rows: Iterable[Sequence[str]], title: str | None = None) -> Table:
    """A plain table; cells are text without markup."""
    made = Table(title=title and escape(title), title_justify="left", box=None, pad_edge=False)
    for heading in headings:
        made.add_column(say(heading), overflow="fold")
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made


def frame_table(frame: Any, columns: Mapping[str, Term], title: str | None = None) -> Table:
    """The first rows of a polars frame under the titles of its terms, numbers to the right."""
    made = Table(title=title and escape(title), title_justify="left", box=None, pad_edge=False)
    names = [name for name in frame.columns if not _is_shape(columns.get(name))]
    for name in names:
        term = columns.get(name)
        numeric = term is not None and term.domain.kind in ("integer", "decimal")
        made.add_column(
            escape(_heading(name, term)), justify="right" if numeric else "left", overflow="fold"
        )
    for row in frame.head(SHOWN_ROWS).select(names).iter_rows():
        made.add_row(
            *(
                escape(cell(value, columns.get(name)))
                for name, value in zip(names, row, strict=True)
            )
        )
    return made


def cell(value: Any, term: Term | None = None) -> str:
    """One value as a reader writes it: thousands separators, words for codes, – where missing."""
    kind = term.domain.kind if term else None
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if kind == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    if kind == "year" or isinstance(value, bool):
        return str(value)
    if term and term.domain.codes and value in term.domain.codes:
        return say(term.domain.codes[value])
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


def elapsed(seconds: float) -> str:
    """``0.4초``, ``1분 05초``; ``0.4 s``, ``1 min 05 s``."""
    if seconds < 60:
        return say(both(f"{seconds:.1f}초", f"{seconds:.1f} s"))
    minutes, rest = divmod(round(seconds), 60)
    return say(both(f"{minutes}분 {rest:02}초", f"{minutes} min {rest:02} s"))


def more_rows(total: int) -> str:
    """What to say under a table of which only the first rows are shown."""
    if total <= SHOWN_ROWS:
        return say(both(f"모두 {total:,}행", f"{total:,} rows"))
    return say(
        both(f"{total:,}행 가운데 처음 {SHOWN_ROWS}행", f"the first {SHOWN_ROWS} of {total:,} rows")
    )


def _heading(name: str, term: Term | None) -> str:
    if term is None:
        return name
    unit = f" ({say(term.unit)})" if term.unit else ""
    return f"{say(term.text)}{unit}"


def _is_shape(term: Term | None) -> bool:
    return term is not None and term.domain.kind == "geometry"
