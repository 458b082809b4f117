"""Columns whose headings carry values (months, ages) become rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from dataro.data.sources.raw import ROW, Report
from dataro.vocabulary.dataset import Unpivot
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

STAYS = "column"
"""The group of a heading that stays one, so that several measures stand side by side."""


def unpivot(
    frames: Iterator[pl.DataFrame], declared: Unpivot, report: Report
) -> Iterator[pl.DataFrame]:
    """Each frame with the matching columns turned into rows, in the order of the file's rows.

    Raises ``Problem`` where the expression is not one or no heading matches all of it.
    """
    try:
        pattern = re.compile(declared.columns)
    except re.error as error:
        raise Problem(
            both(
                f"선언의 unpivot.columns “{declared.columns}”은(는) 정규식이 아닙니다({error}).",
                f"unpivot.columns “{declared.columns}” is not a regular expression ({error}).",
            )
        ) from error
    for frame in frames:
        yield _longer(frame, pattern, declared.value, report)


def _longer(
    frame: pl.DataFrame, pattern: re.Pattern[str], value: str, report: Report
) -> pl.DataFrame:
    cells = [name for name, kind in frame.schema.items() if kind == pl.String]
    matches = {name: match for name in cells if (match := pattern.fullmatch(name))}
    if not matches:
        raise _no_match(cells, pattern, report)
    groups = [group for group in pattern.groupindex if group != STAYS]
    kept = [name for name in frame.columns if name not in matches]
    rows: dict[tuple[str | None, ...], dict[str, str]] = {}
    for name, match in matches.items():
        key = tuple(match[group] for group in groups)
        made = match[STAYS] if STAYS in pattern.groupindex else value
        rows.setdefault((*key, name) if made == value else key, {})[made] = name
    measures = list(dict.fromkeys(made for row in rows.values() for made in row))
    for name in (*groups, *measures):
        if name in kept:
            raise Problem(
                both(
                    f"{report.file}: unpivot이 만드는 열 “{name}”이(가) 이미 있습니다. 선언에서 "
                    "다른 이름을 쓰십시오.",
                    f"{report.file}: unpivot would make the column “{name}”, which exists. Use "
                    "another name in the declaration.",
                )
            )
    parts = [
        frame.select(
            *kept,
            *(
                pl.lit(key, dtype=pl.String).alias(group)
                for group, key in zip(groups, keys, strict=False)
            ),
            *(
                (pl.col(row[made]) if made in row else pl.lit(None, dtype=pl.String)).alias(made)
                for made in measures
            ),
        )
        for keys, row in rows.items()
    ]
    return pl.concat(parts).sort(ROW, maintain_order=True)


def _no_match(cells: Sequence[str], pattern: re.Pattern[str], report: Report) -> Problem:
    shown = ", ".join(f"“{name}”" for name in cells[:12]) + (" …" if len(cells) > 12 else "")
    return Problem(
        both(
            f"{report.file}: 선언의 unpivot.columns “{pattern.pattern}”에 전부 맞는 제목이 "
            f"없습니다. 제목: {shown}. 정규식이나 header를 고치십시오.",
            f"{report.file}: no heading matches all of unpivot.columns “{pattern.pattern}”. "
            f"Headings: {shown}. Correct the expression, or “header”.",
        )
    )
