"""Opening what is to be diagnosed: a file or a raw table, as batches and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dataro.data.quality.batches import read_raw_batches
from dataro.data.quality.structure import labels_above
from dataro.data.sources.raw import Raw
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.text import Text, both

WHOLE = 300_000
"""Tables up to so many rows are judged as a whole; of larger ones the first rows are the sample
from which thresholds, code lists and styles are learned, and the rest streams through."""


@dataclass
class Facts:
    """What is noticed while a source is read."""

    file: str
    encoding: str | None = None
    notes: list[Text] = field(default_factory=list)


def open_table(
    source: Path | str | Raw | Iterator[Raw], layout: Source
) -> tuple[Iterator[pl.DataFrame], Facts]:
    """The table in batches, and the facts, which fill while the batches are taken."""
    if isinstance(source, Iterator):
        facts = Facts("")
        return _noted(source, facts), facts
    if isinstance(source, Raw):
        facts = Facts(source.files[0].path if source.files else "")
        facts.notes = list(source.notes)
        facts.encoding = source.files[0].encoding if source.files else None
        return iter([source.frame]), facts
    path = Path(source)
    facts = Facts(path.name)
    return _frames(path, layout, facts), facts


def _frames(path: Path, layout: Source, facts: Facts) -> Iterator[pl.DataFrame]:
    yield from _noted(read_raw_batches(path, layout), facts)


def _noted(batches: Iterator[Raw], facts: Facts) -> Iterator[pl.DataFrame]:
    for raw in batches:
        facts.notes += raw.notes
        facts.notes += [fault.text for fault in raw.faults[:20]]
        if raw.files and facts.encoding is None:
            facts.encoding = raw.files[0].encoding
        if raw.files and not facts.file:
            facts.file = raw.files[0].path
        yield raw.frame


def first_rows(
    batches: Iterator[pl.DataFrame],
) -> tuple[pl.DataFrame, Iterator[pl.DataFrame], bool]:
    """The first batches up to ``WHOLE`` rows as one frame, what follows, whether that is all."""
    first: list[pl.DataFrame] = []
    rows = 0
    for batch in batches:
        first.append(batch)
        rows += batch.height
        if rows > WHOLE:
            return pl.concat(first, how="diagonal"), batches, False
    return pl.concat(first, how="diagonal"), iter(()), True


def chain(sample: pl.DataFrame, rest: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield sample
    for batch in rest:
        absent = [
            pl.lit(None, pl.String).alias(c) for c in sample.columns if c not in batch.columns
        ]
        yield batch.with_columns(absent) if absent else batch


def last_delivery(against: Path | Raw) -> pl.DataFrame:
    batches, _ = open_table(against, Source())
    return first_rows(batches)[0]


def fill_labels(sample: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """The labels of merged cells written into every row they belong to; says so in the notes."""
    above = labels_above(sample)
    if not above:
        return sample
    facts.notes.append(both(
        f"첫 행에만 적힌 이름(병합된 셀)을 아래 행에 채워 진단하였습니다: {', '.join(above)}.",
        f"Labels that stand only in the first row of a block (merged cells) were read as "
        f"belonging to the rows below: {', '.join(above)}.",
    ))  # fmt: skip
    return sample.with_columns(
        pl.when(pl.col(above).str.strip_chars() != "").then(pl.col(above)).forward_fill()
    )
