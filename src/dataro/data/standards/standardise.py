"""From a raw table, all text, to the standard columns of a dataset, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.data.standards.cast import EXPECTED, STORED, cast, says_nothing, trim
from dataro.vocabulary.answer import Check, Fault
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import ColumnSource, Correction, Dataset
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

FAULT_LIMIT = 10_000
"""So many faults are kept in full; all are counted."""

_RAW = "\0raw"  # behind a column's name: the cell as the file has it


@dataclass(frozen=True, slots=True)
class Standard:
    """A table in its standard columns, with ``_file`` and ``_row`` carried along.

    ``faults`` are the first ``FAULT_LIMIT`` in full, ``fault_count`` all of them; ``corrected``
    counts rows by the Korean reason of each declared correction; ``checks`` say of each column
    how many cells were judged readable and present.
    """

    frame: pl.DataFrame
    faults: list[Fault] = field(default_factory=list)
    corrected: dict[str, int] = field(default_factory=dict)
    rows_read: int = 0
    fault_count: int = 0
    checks: list[Check] = field(default_factory=list)


def standardise(raw: Raw, dataset: Dataset, columns: Mapping[str, Term], *, city: City) -> Standard:
    """Fill, correct and cast the standard columns of ``dataset`` from its raw table.

    Each column is filled as ``dataset.columns`` declares (heading, constant, pattern, values), or
    from the heading that equals its Korean title or its name. Corrections then see those columns
    as text. A cell that cannot be read is a fault: in a mandatory column the row is set aside, in
    an optional one the cell is empty and the row goes on. An empty mandatory cell sets the row
    aside too.

    Raises ``Problem`` where a declared or mandatory heading is not in the raw table, or a
    correction cannot be understood.
    """
    del city  # judged later; part of the contract so that casting by local rules stays possible
    files = ", ".join(one.path for one in raw.files[:3])
    text = _fill(raw.frame, dataset, columns, files)
    text, corrected = _correct(text, dataset, columns)
    typed, aside, faults, total, checks = _cast(text, columns)
    return Standard(
        frame=typed.filter(~aside),
        faults=[*raw.faults, *faults][:FAULT_LIMIT],
        corrected=corrected,
        rows_read=raw.frame.height,
        fault_count=len(raw.faults) + total,
        checks=checks,
    )


def _fill(
    frame: pl.DataFrame, dataset: Dataset, columns: Mapping[str, Term], files: str
) -> pl.DataFrame:
    headings = [h for h in frame.columns if h not in (FILE, ROW)]
    filled: list[pl.Expr | str] = [FILE, ROW]
    for name, term in columns.items():
        declared = dataset.columns.get(name, ColumnSource())
        heading = _heading(name, term, declared, headings, dataset, files)
        if declared.constant is not None and heading is None:
            source = pl.lit(str(declared.constant))
        elif heading is None:
            source = pl.lit(None, pl.Binary if term.domain.kind == "geometry" else pl.String)
        else:
            source = pl.col(heading)
        value = source
        if declared.pattern is not None:
            value = value.str.extract(declared.pattern, 1)
        if declared.values is not None:
            value = _mapped(value, declared.values)
        filled += [value.alias(name), source.alias(name + _RAW)]
    return frame.select(filled)


def _mapped(value: pl.Expr, values: Mapping[str, object]) -> pl.Expr:
    """Raw values as the codes they stand for; what the map does not name stays as it is."""
    known = value.map_batches(trim, return_dtype=pl.String)
    return known.replace(list(values), [_scalar(v) for v in values.values()])


def _scalar(value: object) -> str:
    """A YAML scalar as a cell: ``true`` is written ``Y``, as casting reads it."""
    return ("Y" if value else "N") if isinstance(value, bool) else str(value)


def _heading(
    name: str,
    term: Term,
    declared: ColumnSource,
    headings: Sequence[str],
    dataset: Dataset,
    files: str,
) -> str | None:
    """The heading that fills a column; None where nothing does and nothing must."""
    wanted = [declared.source] if declared.source is not None else [term.text.ko, name]
    for heading in wanted:
        if heading in headings:
            return heading
    loosely = {_plain(h): h for h in reversed(headings)}
    for heading in wanted:
        if _plain(heading) in loosely:
            return loosely[_plain(heading)]
    if declared.constant is not None or (declared.source is None and term.is_optional):
        return None
    hint = did_you_mean(wanted[0], headings)
    seen = ", ".join(f"“{h}”" for h in headings[:20])
    raise Problem(
        both(
            f"데이터셋 “{dataset.id}”, {files}: “{wanted[0]}” 열이 없습니다(표준 열 “{name}”에 필요). "
            f"원본의 열: {seen}.{hint.ko} 선언의 columns.{name}.from을 고쳐 주십시오.",
            f"Dataset “{dataset.id}”, {files}: there is no column “{wanted[0]}”, which fills the "
            f"standard column “{name}”. Columns of the file: {seen}.{hint.en} Correct "
            f"columns.{name}.from in the declaration.",
        )
    )


def _plain(heading: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", trim(pl.Series([heading]))[0]).lower()


def _correct(
    text: pl.DataFrame, dataset: Dataset, columns: Mapping[str, Term]
) -> tuple[pl.DataFrame, dict[str, int]]:
    counts: dict[str, int] = {}
    for correction in dataset.corrections:
        chosen = _chosen(text, correction, dataset)
        reason = correction.reason.ko
        counts[reason] = counts.get(reason, 0) + int(chosen.sum())
        if correction.drop:
            text = text.filter(~chosen)
            continue
        unknown = [name for name in correction.set if name not in columns]
        if unknown:
            hint = did_you_mean(unknown[0], columns)
            raise Problem(
                both(
                    f"데이터셋 “{dataset.id}”의 보정 “{reason}”: “{unknown[0]}” 열은 없습니다.{hint.ko}",
                    f"Dataset “{dataset.id}”, correction “{correction.reason.en}”: there is no "
                    f"column “{unknown[0]}”.{hint.en}",
                )
            )
        text = text.with_columns(
            pl.when(chosen).then(pl.lit(_scalar(value))).otherwise(pl.col(column)).alias(column)
            for name, value in correction.set.items()
            for column in (name, name + _RAW)
        )
    return text, counts


def _chosen(text: pl.DataFrame, correction: Correction, dataset: Dataset) -> pl.Series:
    try:
        found = text.select(pl.sql_expr(correction.where)).to_series()
        return found.cast(pl.Boolean).fill_null(False)
    except pl.exceptions.PolarsError as error:
        names = ", ".join(c for c in text.columns if not c.endswith(_RAW))
        raise Problem(
            both(
                f"데이터셋 “{dataset.id}”의 보정 조건을 적용할 수 없습니다(“{correction.where}”): "
                f"{error}. 쓸 수 있는 열(모두 글자): {names}.",
                f"Dataset “{dataset.id}”: the correction's condition “{correction.where}” cannot "
                f"be applied: {error}. Columns it may use (all are text): {names}.",
            )
        ) from error


def _cast(
    text: pl.DataFrame, columns: Mapping[str, Term]
) -> tuple[pl.DataFrame, pl.Series, list[Fault], int, list[Check]]:
    """Typed columns, the mask of rows set aside, faults in full, their number, the checks."""
    typed: list[pl.Series] = [text[FILE], text[ROW]]
    aside = pl.repeat(False, text.height, dtype=pl.Boolean, eager=True)
    faults: list[Fault] = []
    total = 0
    checks: list[Check] = []
    for name, term in columns.items():
        kind = term.domain.kind
        values = text[name]
        cells = cast(values, kind, term.unit).rename(name)
        typed.append(cells.cast(STORED[kind]))
        if kind == "geometry":
            empty = unreadable = values.is_null()
            unreadable = unreadable & False
        else:
            raw = text[name + _RAW].cast(pl.String)
            mapped_away = values.is_not_null() & says_nothing(values)
            empty = says_nothing(raw) | mapped_away
            unreadable = cells.is_null() & ~empty
        missing = empty & cells.is_null() & (not term.is_optional)
        if not term.is_optional:
            aside = aside | unreadable | missing
        for mask, rule, make in (
            (unreadable, f"{name}:readable", _unreadable),
            (missing, f"{name}:mandatory", _missing),
        ):
            failed = int(mask.sum())
            total += failed
            judged = int((~empty).sum()) if rule.endswith("readable") else text.height
            if rule.endswith("readable") or not term.is_optional:
                checks.append(Check(rule, _rule_text(rule, term), judged, failed))
            room = FAULT_LIMIT - len(faults)
            if failed and room > 0:
                rows = text.filter(mask).head(room)
                faults += [
                    Fault(file, row, name, value, rule, make(name, term, value), term.is_optional)
                    for file, row, value in rows.select(
                        FILE, ROW, name + _RAW if kind != "geometry" else pl.lit(None)
                    ).iter_rows()
                ]
    return pl.DataFrame(typed), aside, faults, total, checks


def _rule_text(rule: str, term: Term) -> Text:
    title, expected = term.text, EXPECTED[term.domain.kind]
    if rule.endswith("mandatory"):
        return both(f"{title.ko}: 비어 있으면 안 됩니다", f"{title.en}: must not be empty")
    return both(f"{title.ko}: {expected.ko}", f"{title.en}: {expected.en}")


def _unreadable(name: str, term: Term, value: str | None) -> Text:
    expected = EXPECTED[term.domain.kind]
    return both(
        f"“{term.text.ko}”({name}) 열에 읽을 수 없는 값이 있습니다: “{value}”. "
        f"기대한 값: {expected.ko}.",
        f"{term.text.en} ({name}): “{value}” cannot be read. Expected {expected.en}.",
    )


def _missing(name: str, term: Term, value: str | None) -> Text:
    del value
    return both(
        f"“{term.text.ko}”({name}) 열은 필수인데 비어 있습니다. 값을 채워 주십시오.",
        f"{term.text.en} ({name}) must not be empty. Fill it in.",
    )
