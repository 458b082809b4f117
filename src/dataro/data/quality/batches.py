"""Reading a table in batches; a large well-formed UTF-8 CSV by the shortest way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import polars as pl

from dataro.data.sources.files import scan
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.vocabulary.answer import SourceFile
from dataro.vocabulary.dataset import Source

LARGE = 64 * 2**20
"""Bytes from which a file is worth the check that the short way needs."""
BATCH = 50_000
HEAD = 2_000


def read_batches(path: Path) -> Iterator[pl.DataFrame]:
    """Batches of text cells with ``_row``; raises ``Problem`` where the file cannot be read."""
    for raw in read_raw_batches(path, Source()):
        yield raw.frame


def read_raw_batches(path: Path, layout: Source) -> Iterator[Raw]:
    """As ``dataro.data.sources.files.scan``; a large plain CSV in UTF-8 is read by polars as it
    streams, once its head has shown that both read it alike."""
    head = _plain_head(path, layout)
    if head is None:
        yield from scan(layout, path, base=path.parent)
        return
    rows = 2
    frames = pl.scan_csv(path, infer_schema=False, null_values="").collect_batches(
        maintain_order=True, chunk_size=BATCH
    )
    notes, files = head.notes, [SourceFile(path.name, "", path.stat().st_size, "utf-8")]
    try:
        for frame in frames:
            numbered = frame.with_columns(
                pl.lit(path.name).alias(FILE),
                pl.int_range(rows, rows + pl.len(), dtype=pl.Int64).alias(ROW),
            )
            rows += frame.height
            yield Raw(numbered, files, [], notes)
            files, notes = [], []
    except pl.exceptions.PolarsError:  # bytes or a row that only the long way knows how to read
        for raw in scan(layout, path, base=path.parent):
            yield replace(raw, frame=raw.frame.filter(pl.col(ROW) >= rows))


def _plain_head(path: Path, layout: Source) -> Raw | None:
    """The first rows of a file that polars reads as Dataro does; None for any other file."""
    if path.suffix.lower() != ".csv" or path.stat().st_size < LARGE or layout != Source():
        return None
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as file:
        some = Path(folder) / path.name
        some.write_bytes(b"".join(islice(file, HEAD)))
        ours = next(scan(layout, some, base=some.parent), None)
        try:
            theirs = pl.read_csv(some, infer_schema=False, null_values="")
        except pl.exceptions.PolarsError:
            return None
    if ours is None or ours.faults or ours.frame[ROW][0] != 2:
        return None
    names = [name for name in ours.frame.columns if name not in (FILE, ROW)]
    alike = theirs.columns == names and ours.frame.select(names).equals(theirs)
    return ours if alike else None
