"""Reading a table in batches; a large well-formed UTF-8 CSV by the shortest way."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from dataro.data.sources.files import scan
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.vocabulary.answer import SourceFile
from dataro.vocabulary.dataset import Source

LARGE = 64 * 2**20
"""Bytes from which a file is worth the check that the short way needs."""
BATCH = 100_000
HEAD = 2_000
BLOCK = 2**20


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
    frames = pl.scan_csv(path, infer_schema=False).collect_batches(
        maintain_order=True, chunk_size=BATCH
    )
    notes, files = head.notes, [SourceFile(path.name, "", path.stat().st_size, "utf-8")]
    for frame in frames:
        numbered = frame.with_columns(
            pl.int_range(rows, rows + pl.len(), dtype=pl.Int64).alias(ROW),
            pl.lit(path.name).alias(FILE),
        )
        rows += frame.height
        yield Raw(numbered, files, [], notes)
        files, notes = [], []


def _plain_head(path: Path, layout: Source) -> Raw | None:
    """The first rows of a file that polars reads as Dataro does; None for any other file."""
    if path.suffix.lower() != ".csv" or path.stat().st_size < LARGE or layout != Source():
        return None
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as file:
        some = Path(folder) / path.name
        some.write_bytes(b"".join(islice(file, HEAD)))
        ours = next(scan(layout, some, base=some.parent), None)
        try:
            theirs = pl.read_csv(some, infer_schema=False)
        except pl.exceptions.PolarsError:
            return None
    if ours is None or ours.faults or ours.frame[ROW][0] != 2:
        return None
    names = [name for name in ours.frame.columns if name not in (FILE, ROW)]
    alike = theirs.columns == names and ours.frame.select(names).equals(theirs)
    return ours if alike and _is_utf8(path) else None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(BLOCK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
