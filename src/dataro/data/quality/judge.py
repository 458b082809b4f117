"""Judging a standard table by what its columns, keys and rules declare."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dataro.data.quality.coordinates import bounds_of_shapes, column_pairs, explain, locate
from dataro.data.sources.raw import FILE, ROW
from dataro.data.standards.standardise import FAULT_LIMIT, Standard
from dataro.vocabulary.answer import Check, Fault, Verdict
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import DeclaredRule
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Rule
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Objects = NDArray[np.object_]

_FEWEST = 20  # rows from which two rules that no row keeps together are called a contradiction
_SPEAKS_OF_NULL = re.compile(r"\bis\s+(not\s+)?null\b|\bcoalesce\b", re.IGNORECASE)


@dataclass
class _Findings:
    """What has been found so far; faults in full only up to the limit."""

    frame: pl.DataFrame
    faults: list[Fault]
    count: int
    checks: list[Check] = field(default_factory=list)

    def add(
        self,
        rule: str,
        text: Text,
        judged: int,
        failed: pl.Series,
        column: str | None,
        say: Callable[[object], Text],
        *,
        kept: bool = True,
    ) -> None:
        """Record one check and the rows that failed it (``failed`` is never null)."""
        number = int(failed.sum())
        self.checks.append(Check(rule, text, judged, number))
        self.count += number
        room = FAULT_LIMIT - len(self.faults)
        if not number or room <= 0:
            return
        shown = pl.col(column) if column else pl.lit(None)
        rows = self.frame.filter(failed).head(room).select(FILE, ROW, shown.alias("value"))
        for file, row, value in rows.iter_rows():
            cell = None if value is None or isinstance(value, bytes) else str(value)
            self.faults.append(Fault(file, row, column, cell, rule, say(value), kept))


def judge(
    standard: Standard,
    *,
    columns: Mapping[str, Term],
    keys: Sequence[str],
    rules: Sequence[Rule | DeclaredRule],
    city: City,
) -> tuple[pl.DataFrame, Verdict]:
    """The rows that go on, without ``_file`` and ``_row``, and the verdict on them all.

    Judged are the limits of each domain, the uniqueness of ``keys`` (of rows with one key the
    first goes on, the others are set aside), the declared rules (a row in which a column of the
    condition is empty is not judged by it) and, where columns hold degrees or outlines, whether
    they lie inside ``city.bounds`` (EPSG:4326).

    Raises ``Problem`` where a rule cannot be understood or names an unknown column.
    """
    found = _Findings(
        standard.frame, list(standard.faults), standard.fault_count, list(standard.checks)
    )
    paired = _judge_places(found, columns, city)
    for name, term in columns.items():
        _judge_domain(found, name, term, limits=name not in paired)
    broken = [_judge_rule(found, number, rule) for number, rule in enumerate(rules, 1)]
    _judge_together(found, rules, broken)
    first = _judge_key(found, columns, keys)
    going_on = standard.frame.filter(first).drop(FILE, ROW)
    return going_on, Verdict(
        rows_read=standard.rows_read,
        rows_kept=going_on.height,
        checks=tuple(found.checks),
        faults=tuple(found.faults),
        fault_count=found.count,
        corrected=standard.corrected,
    )


def _judge_domain(found: _Findings, name: str, term: Term, *, limits: bool) -> None:
    domain, values = term.domain, found.frame[name]
    present = values.len() - values.null_count()

    def fails(rule: str, bad: pl.Series, ko: str, en: str) -> None:
        text = both(f"{term.text.ko}: {ko}", f"{term.text.en}: {en}")

        def say(value: object) -> Text:
            return both(
                f"“{term.text.ko}”({name}) 열에 허용되지 않는 값이 있습니다: “{value}”. 기대한 값: {ko}.",
                f"{term.text.en} ({name}): “{value}” is not allowed: {en}.",
            )

        found.add(f"{name}:{rule}", text, present, bad.fill_null(False), name, say)

    if limits and domain.minimum is not None:
        fails("minimum", values < domain.minimum, f"{domain.minimum:,} 이상",
              f"at least {domain.minimum:,}")  # fmt: skip
    if limits and domain.maximum is not None:
        fails("maximum", values > domain.maximum, f"{domain.maximum:,} 이하",
              f"at most {domain.maximum:,}")  # fmt: skip
    if values.dtype != pl.String:
        return
    if domain.pattern is not None:
        fails("pattern", ~values.str.contains(f"^(?:{domain.pattern})$"),
              f"정해진 형식({domain.pattern})", f"the form {domain.pattern}")  # fmt: skip
    elif domain.length is not None:
        fails("length", values.str.len_chars() > domain.length, f"{domain.length}자 이내",
              f"at most {domain.length} characters")  # fmt: skip
    if domain.codes is not None:
        allowed = ", ".join(list(domain.codes)[:12])
        fails("codes", ~values.is_in(list(domain.codes)), f"코드 목록({allowed})에 있는 값",
              f"one of {allowed}")  # fmt: skip


def _judge_rule(found: _Findings, number: int, rule: Rule | DeclaredRule) -> pl.Series:
    """Judge one declared rule; which rows broke it."""
    try:
        condition = pl.sql_expr(rule.condition)
        named = condition.meta.root_names()
        met = found.frame.select(condition.cast(pl.Boolean).alias("met")).to_series()
    except pl.exceptions.PolarsError as error:
        known = ", ".join(c for c in found.frame.columns if c not in (FILE, ROW))
        raise Problem(
            both(
                f"규칙을 적용할 수 없습니다(“{rule.condition}”): {error}. 쓸 수 있는 열: {known}.",
                f"The rule “{rule.condition}” cannot be applied: {error}. Columns: {known}.",
            )
        ) from error
    if met.len() != found.frame.height:  # a condition without a column gives one value
        met = pl.repeat(bool(met[0]), found.frame.height, eager=True)
    if named and not _SPEAKS_OF_NULL.search(rule.condition):
        whole = found.frame.select(pl.all_horizontal(pl.col(named).is_not_null())).to_series()
        met = met.set(~whole, None)
    judged = met.len() - met.null_count()

    def say(value: object) -> Text:
        del value
        return both(
            f"규칙에 어긋납니다: {rule.text.ko} ({rule.condition}).",
            f"Breaks the rule: {rule.text.en} ({rule.condition}).",
        )

    column = named[0] if len(set(named)) == 1 else None
    broken = ~met.fill_null(True)
    found.add(f"rule:{number}", rule.text, judged, broken, column, say)
    return broken


def _judge_together(
    found: _Findings, rules: Sequence[Rule | DeclaredRule], broken: Sequence[pl.Series]
) -> None:
    """Name two rules that no row keeps together though each is kept by some: a contradiction."""
    rows = found.frame.height
    for second in range(len(rules)):
        for first in range(second):
            a, b = broken[first], broken[second]
            if rows < _FEWEST or a.all() or b.all() or not (a | b).all():
                continue
            text = both(
                f"두 규칙을 함께 지키는 행이 하나도 없습니다: “{rules[first].condition}”, "
                f"“{rules[second].condition}”. 서로 어긋나는 규칙인지 확인해 주십시오.",
                f"No row keeps both “{rules[first].condition}” and “{rules[second].condition}”. "
                f"Check whether the rules contradict each other.",
            )
            found.count += 1
            if len(found.faults) < FAULT_LIMIT:
                found.faults.append(Fault("", None, None, None, "rules", text, kept=True))


def _judge_key(found: _Findings, columns: Mapping[str, Term], keys: Sequence[str]) -> pl.Series:
    """Which rows are the first of their key."""
    frame = found.frame
    if not keys:
        return pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    first = frame.select(pl.struct(keys).is_first_distinct()).to_series()
    titles = both(
        ", ".join(columns[k].text.ko for k in keys), ", ".join(columns[k].text.en for k in keys)
    )
    text = both(f"키({titles.ko})는 겹치면 안 됩니다", f"The key ({titles.en}) must be unique")

    def say(value: object) -> Text:
        return both(
            f"키({titles.ko})가 앞의 행과 같아 이 행을 제외하였습니다.",
            f"The key ({titles.en}) repeats that of an earlier row; this row is set aside.",
        )

    column = keys[0] if len(keys) == 1 else None
    found.add("key", text, frame.height, ~first, column, say, kept=False)
    return first


def _judge_places(found: _Findings, columns: Mapping[str, Term], city: City) -> set[str]:
    """Check coordinates against the city; the names of the columns judged so."""
    frame, judged = found.frame, set()
    for longitude, latitude in column_pairs(columns):
        x, y = frame[longitude], frame[latitude]
        given = x.is_not_null() & y.is_not_null()
        state, system = locate(_numbers(x), _numbers(y), city.bounds)
        _add_places(found, f"{longitude}:place", longitude, int(given.sum()), state, system)
        judged |= {longitude, latitude}
    for name, term in columns.items():
        if term.domain.kind == "geometry" and frame.height:
            west, south, east, north = bounds_of_shapes(frame[name]).T
            bounds = city.bounds
            apart = (east < bounds[0]) | (west > bounds[2]) | (north < bounds[1])
            apart |= south > bounds[3]
            state = np.where(apart, "outside", "inside").astype(object)
            whole = int(np.isfinite(west).sum())
            _add_places(found, f"{name}:place", name, whole, state, np.full(len(state), None))
    return judged


def _add_places(
    found: _Findings, rule: str, column: str, judged: int, state: Objects, system: Objects
) -> None:
    """One check; its faults say for each point what is wrong with it."""
    failed = pl.Series((state != "inside").astype(bool))
    reasons = iter(zip(state[state != "inside"], system[state != "inside"], strict=True))

    def say(value: object) -> Text:
        why = explain(*next(reasons))
        shown = "" if value is None or isinstance(value, bytes) else f" “{value}”"
        return both(f"“{column}”{shown}: {why.ko}", f"{column}{shown}: {why.en}.")

    text = both("좌표는 시 안에 있어야 합니다", "Coordinates lie inside the city")
    found.add(rule, text, judged, failed, column, say)


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(math.nan).to_numpy()
