"""Rules of one's own on a file: what each column must hold, which rows are right.

A city writes them in YAML (``dataro.build.rules_file``); here they become conditions under which a
row fails. A cell that is no number or no day fails the limits of its column too: what cannot be
read never passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

import polars as pl

from dataro.data.standards.cast import STORED
from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

Kind = Literal["text", "integer", "decimal", "date"]
KINDS: Mapping[Kind, Text] = {
    "text": both("글", "Text"),
    "integer": both("정수", "Whole number"),
    "decimal": both("숫자", "Number"),
    "date": both("날짜", "Date"),
}
MOST = 64
"""So many conditions fit in the mask that is kept of a failing row."""
_PLAIN_DATE = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """What the cells of a column must be. ``minimum`` and ``maximum`` are numbers, or days of a
    column of dates (written ``2024-01-31``); ``length`` counts letters; ``pattern`` is a regular
    expression for the whole cell. An empty cell breaks only ``required``."""

    kind: Kind = "text"
    required: bool = False
    minimum: date | float | None = None
    maximum: date | float | None = None
    length: int | None = None
    pattern: str | None = None
    codes: tuple[str, ...] | None = None
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True, slots=True)
class RowRule:
    """A condition in SQL that rows must meet, with the sentence that says so. Columns with a kind
    are compared as numbers and days. A row in which it has no answer (a cell is empty, or is no
    number) is not judged by it."""

    condition: str
    text: Text
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class RuleSet:
    """Rules of one's own: by column, the columns that identify a row, conditions on rows."""

    columns: Mapping[str, ColumnRules] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    rules: tuple[RowRule, ...] = ()
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Condition:
    """One rule as it is judged: ``failed`` tells the rows that break it, ``column`` the cell to
    blame (None: the whole row); ``blanks`` says that empty cells are judged too."""

    rule: str
    indicator: str
    text: Text
    fix: Text
    column: str | None
    failed: pl.Expr
    blanks: bool = False


def readings(rules: RuleSet) -> list[pl.Expr]:
    """Columns that conditions are put to beside those of the table: where a column has a kind, its
    numbers or days under its own name, and its cells under another."""
    typed = [(name, own.kind) for name, own in rules.columns.items() if own.kind != "text"]
    return [
        *(_read(pl.col(name), kind).alias(name) for name, kind in typed),
        *(pl.col(name).alias(_raw(name)) for name, _ in typed),
    ]


def _raw(name: str) -> str:
    return f"\0raw:{name}"


def conditions(rules: RuleSet, names: Sequence[str]) -> list[Condition]:
    """The conditions that rules make of a table with these columns and those of ``readings``.

    Raises ``Problem`` for a column that is not there, a pattern or a condition that cannot be
    understood, a limit on a column of text, and more than ``MOST`` conditions.
    """
    for name in (*rules.columns, *rules.key):
        if name not in names:
            raise _unknown(name, names)
    found = [one for name, own in rules.columns.items() for one in _of_column(name, own)]
    stored = {name: rules.columns.get(name, ColumnRules()).kind for name in names}
    found += [_of_row(number, rule, stored) for number, rule in enumerate(rules.rules, 1)]
    if len(found) > MOST:
        raise Problem(both(
            f"규칙이 {len(found)}개입니다. 한 번에 {MOST}개까지 판정합니다. 파일을 나누어 주십시오.",
            f"{len(found)} rules; at most {MOST} are judged at once. Divide the file of rules.",
        ))  # fmt: skip
    return found


def _of_column(name: str, own: ColumnRules) -> list[Condition]:
    cell, value = pl.col(name if own.kind == "text" else _raw(name)), pl.col(name)
    found: list[Condition] = []

    def add(rule: str, indicator: str, failed: pl.Expr, ko: str, en: str) -> None:
        found.append(Condition(
            f"{name}:{rule}", indicator, both(f"{name}: {ko}", f"{name}: {en}"),
            both(f"{name} 값을 확인해 고치십시오", f"Check and correct {name}"), name, failed,
            blanks=rule == "required",
        ))  # fmt: skip

    if own.required:
        add(
            "required",
            "completeness",
            cell.is_null(),
            "비어 있지 않아야 합니다",
            "must not be empty",
        )
    if own.kind != "text":
        said = KINDS[own.kind]
        add("kind", "validity", value.is_null() & cell.is_not_null(), f"{said.ko}여야 합니다",
            f"must be a {said.en.lower()}")  # fmt: skip
    if own.minimum is not None or own.maximum is not None:
        _check_limits(name, own)
        low, high = own.minimum, own.maximum
        kept = pl.lit(True)
        if low is not None:
            kept = kept & (value >= low)
        if high is not None:
            kept = kept & (value <= high)
        add("range", "validity", cell.is_not_null() & ~kept.fill_null(False), *_limits(low, high))
    if own.length is not None:
        add("length", "validity", cell.str.len_chars() != own.length, f"{own.length}자여야 합니다",
            f"must have {own.length} letters")  # fmt: skip
    if own.pattern is not None:
        whole = f"^(?:{own.pattern})$"
        _check_pattern(name, whole)
        add("pattern", "validity", ~cell.str.contains(whole), f"{own.pattern} 형식이어야 합니다",
            f"must have the form {own.pattern}")  # fmt: skip
    if own.codes is not None:
        listed = ", ".join(own.codes[:8]) + (" …" if len(own.codes) > 8 else "")
        add("codes", "validity", ~cell.is_in(list(own.codes)), f"{listed} 가운데 하나여야 합니다",
            f"must be one of {listed}")  # fmt: skip
    return found


def _limits(low: date | float | None, high: date | float | None) -> tuple[str, str]:
    if high is None:
        return f"{low} 이상이어야 합니다", f"must be {low} or more"
    if low is None:
        return f"{high} 이하여야 합니다", f"must be {high} or less"
    return f"{low} 이상 {high} 이하여야 합니다", f"must be between {low} and {high}"


def _read(cell: pl.Expr, kind: Kind) -> pl.Expr:
    if kind == "date":
        return cell.str.to_date(_PLAIN_DATE, strict=False)
    return cell.cast(pl.Int64 if kind == "integer" else pl.Float64, strict=False)


def _of_row(number: int, rule: RowRule, stored: Mapping[str, Kind]) -> Condition:
    try:
        condition = pl.sql_expr(rule.condition)
        for name in condition.meta.root_names():
            if name not in stored:
                raise _unknown(name, list(stored))
        schema = {name: STORED[kind] for name, kind in stored.items()}
        pl.DataFrame(schema=schema).select(condition.cast(pl.Boolean))
    except pl.exceptions.PolarsError as error:
        raise Problem(both(
            f"규칙을 이해할 수 없습니다(“{rule.condition}”): {error}. 수나 날짜로 견줄 열은 "
            "columns에 kind를 적어 주십시오.",
            f"The rule “{rule.condition}” cannot be understood: {error}. Give a "
            "column its kind under columns where it is to be compared as a number or a day.",
        )) from error  # fmt: skip
    named = set(condition.meta.root_names())
    fix = both("행을 확인해 고치십시오", "Check and correct the row")
    return Condition(f"rule:{number}", "consistency", rule.text, fix,
                     named.pop() if len(named) == 1 else None, ~condition.cast(pl.Boolean))  # fmt: skip


def _check_limits(name: str, own: ColumnRules) -> None:
    limits = [limit for limit in (own.minimum, own.maximum) if limit is not None]
    days = all(isinstance(limit, date) for limit in limits)
    if own.kind == "text" or days != (own.kind == "date"):
        raise Problem(both(
            f"{name}: minimum·maximum은 kind가 integer·decimal일 때 수로, date일 때 날짜(2024-01-31)로 "
            "적습니다.",
            f"{name}: minimum and maximum are numbers where the kind is integer or decimal, days "
            "(2024-01-31) where it is date.",
        ))  # fmt: skip


def _check_pattern(name: str, pattern: str) -> None:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        raise Problem(both(
            f"{name}: pattern을 정규식으로 읽을 수 없습니다({error}).",
            f"{name}: pattern is no regular expression ({error}).",
        )) from error  # fmt: skip


def _unknown(name: str, names: Sequence[str]) -> Problem:
    guess = did_you_mean(name, names)
    listed = ", ".join(f"“{one}”" for one in list(names)[:20])
    return Problem(both(
        f"규칙에 적힌 “{name}” 열이 파일에 없습니다.{guess.ko} 파일의 열: {listed}",
        f"The rules name a column “{name}” that the file does not have.{guess.en} Its columns: {listed}",
    ))  # fmt: skip
