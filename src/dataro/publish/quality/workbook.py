"""The quality report as a workbook: the list of errors that a department works through.

In the assessor's mode it is their report: kinds of columns with cells, errors and rate, and the
list of rules with five samples each.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from dataro.data.quality.catalogue import assessor_rules, rules
from dataro.data.quality.screen import FINDINGS
from dataro.publish.quality.judged import Judged
from dataro.publish.quality.page import clip, word
from dataro.vocabulary.text import Language, Text

MOST_ERRORS = 20_000
"""Errors listed in the workbook, of more the first of each rule; the CSV list holds them all."""
_CELL = 2_000  # letters of one cell

_Rows = Iterable[Sequence[Any]]


def report_workbook(judged: Judged, language: Language, *, most: int = MOST_ERRORS) -> bytes:
    """The report as XLSX.

    Sheets: summary, columns, rules, errors (file, row, column, value, rule, proposed value, how to
    mend it, who, done). In the assessor's mode: kinds of columns, rules with five samples, errors.
    Text never becomes a formula or a link; of more than ``most`` errors the first of each rule are
    listed and the summary says so.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        sheets = _Sheets(book, language)
        _summary(sheets, judged, most)
        if judged.assessor:
            _types(sheets, judged)
        _columns(sheets, judged)
        _rules(sheets, judged)
        if judged.declared is not None:
            _declared(sheets, judged)
        _errors(sheets, judged, most)
    return buffer.getvalue()


def error_list(judged: Judged) -> pl.DataFrame:
    """Every failing cell: ``table``, ``row``, ``column``, ``rule``, ``value``, ``proposed``; all text
    but the row. A null column means the whole row, a null row the whole table."""
    parts = [
        one.findings.select(
            pl.lit(one.file).alias("table"), "row", "column", "rule", "value", "proposed"
        )
        for one in judged.tables
        if one.findings is not None
    ]
    if parts:
        return pl.concat(parts)
    names = ("row", "column", "rule", "value", "proposed")
    return pl.DataFrame(schema={"table": pl.String, **{name: FINDINGS[name] for name in names}})


def write_error_list(judged: Judged, path: Path) -> None:
    """Every failing cell as CSV in UTF-8 with a byte order mark, so that Excel reads Korean.

    A cell that Excel would take for a formula gets an apostrophe before it.
    """
    frame = error_list(judged)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    shown = [
        pl.when(pl.col(n).str.contains(r"^[=+@\t\r]|^-[^0-9]"))
        .then(pl.lit("'") + pl.col(n))
        .otherwise(pl.col(n))
        .alias(n)
        for n in texts
    ]
    frame.with_columns(shown).write_csv(path, include_bom=True)


class _Sheets:
    """A workbook in the making: adds a sheet with a heading row, widths, a filter."""

    def __init__(self, book: Any, language: Language) -> None:
        self.book, self.language = book, language
        self._heading = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})

    def add(
        self, title: str, heads: Sequence[tuple[str, int]], rows: _Rows, *, above: str = ""
    ) -> int:
        """Write one sheet; ``heads`` are words with widths. Returns the number of rows."""
        sheet = self.book.add_worksheet(word(title, self.language)[:31])
        first = 0
        if above:
            sheet.write_string(0, 0, above, self._title)
            first = 2
        for at, (key, width) in enumerate(heads):
            sheet.write_string(first, at, word(key, self.language), self._heading)
            sheet.set_column(at, at, width)
        line = first
        for line, row in enumerate(rows, first + 1):
            for at, value in enumerate(row):
                self._cell(sheet, line, at, value)
        sheet.freeze_panes(first + 1, 0)
        if line > first:
            sheet.autofilter(first, 0, line, len(heads) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)
        return line - first

    def _cell(self, sheet: Any, line: int, at: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Text):
            value = value[self.language]
        if isinstance(value, int | float):
            sheet.write_number(line, at, value)
        else:
            sheet.write_string(line, at, clip(str(value), _CELL), self._wrap)


def _first_of_each_rule(errors: pl.DataFrame, most: int) -> pl.DataFrame:
    """All errors where there are no more than so many, else as many of each rule."""
    if errors.height <= most:
        return errors
    each = most // max(1, errors["rule"].n_unique())
    return errors.filter(pl.int_range(pl.len()).over("rule") < max(1, each)).head(most)


def _summary(sheets: _Sheets, judged: Judged, most: int) -> None:
    say = sheets.language
    errors = sum(one.findings.height for one in judged.tables if one.findings is not None)
    rows: list[Sequence[Any]] = [
        (word("mode", say), word(judged.mode, say)),
        (word("score", say), judged.score),
        (word("error_rate", say), judged.error_rate),
        (word("failed", say), judged.failed),
        (word("cells", say), judged.cells),
        (word("rows", say), judged.rows),
        ("", word("formula_assessor" if judged.assessor else "formula", say)),
    ]
    if errors > most:
        rows.append(("", word("cut", say, all=errors, shown=most)))
    rows += [
        (f"{word('by_indicator', say)} · {one.text[say]} (%)", one.error_rate)
        for one in judged.indicators()
    ]
    if len(judged.tables) > 1:
        rows += [(f"{one.file} (%)", one.error_rate) for one in judged.tables]
    rows += [("", note[say]) for one in judged.tables for note in list(one.notes)[:20]]
    sheets.add("summary", (("what", 34), ("value", 90)), rows, above=judged.name)


def _types(sheets: _Sheets, judged: Judged) -> None:
    rows = [(t.kind, t.columns, t.cells, t.failed, t.error_rate) for t in judged.types()]
    heads = (("type", 24), ("type_columns", 14), ("cells", 14), ("failed", 12), ("error_rate", 12))
    sheets.add("by_type", heads, rows)


def _columns(sheets: _Sheets, judged: Judged) -> None:
    rows = (
        (
            table.file, c.name, c.text, round(100 * c.confidence), c.cells, c.blanks, c.failed,
            c.error_rate, c.term, c.abbreviation, c.domain,
        )
        for table in judged.tables for c in table.columns
    )  # fmt: skip
    heads = (
        ("table", 24), ("column", 28), ("meaning", 20), ("confidence", 10), ("cells", 12),
        ("blanks", 10), ("failed", 10), ("error_rate", 10), ("term", 22), ("abbreviation", 20),
        ("domain", 18),
    )  # fmt: skip
    sheets.add("by_column", heads, rows)


def _rules(sheets: _Sheets, judged: Judged) -> None:
    rows = (
        (
            table.file, r.text, r.rule, r.judged, r.failed, r.error_rate,
            r.source if r.source is not None else "",
            " / ".join(clip(e.value, 80) for e in list(r.examples)[:5] if e.value is not None), r.fix,
        )
        for table in judged.tables for r in table.rules if r.failed or judged.assessor
    )  # fmt: skip
    heads = (
        ("table", 24), ("rule", 44), ("code", 22), ("judged", 12), ("wrong", 10),
        ("error_rate", 10), ("source", 18), ("samples", 50), ("fix", 40),
    )  # fmt: skip
    sheets.add("rules", heads, rows)


def _declared(sheets: _Sheets, judged: Judged) -> None:
    assert judged.declared is not None
    faults = judged.declared.verdict.faults
    rows = ((f.file, f.row, f.column, f.value, f.text, f.rule) for f in faults)
    heads = (("file", 24), ("row", 10), ("column", 24), ("value", 30), ("what", 70), ("code", 20))
    sheets.add("declaration", heads, rows)


def _errors(sheets: _Sheets, judged: Judged, most: int) -> None:
    say = sheets.language
    named: dict[str, tuple[str, str]] = {
        r.rule: (r.text[say], r.fix[say]) for r in rules().values()
    }
    if judged.assessor:
        named |= {r.rule: (r.text[say], named.get(r.rule, ("", ""))[1]) for r in assessor_rules()}
    for table in judged.tables:
        if table.mode == "own":
            named |= {r.rule: (r.text[say], r.fix[say]) for r in table.rules}
    shown = _first_of_each_rule(error_list(judged), most)
    rows = (
        (
            table, row,
            column if column is not None
            else word("whole_row" if row is not None else "whole_table", say),
            value, named.get(rule, (rule, ""))[0], proposed, named.get(rule, (rule, ""))[1], rule,
        )
        for table, row, column, rule, value, proposed in shown.iter_rows()
    )  # fmt: skip
    heads = (
        ("file", 26), ("row", 10), ("column", 24), ("value", 30), ("rule", 40), ("proposed", 30),
        ("fix", 40), ("code", 20), ("who", 12), ("state", 12),
    )  # fmt: skip
    sheets.add("errors", heads, rows)
