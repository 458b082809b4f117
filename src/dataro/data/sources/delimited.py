"""CSV and its relatives, streamed: text columns in batches with the rows' exact numbers."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from dataro.data.sources.encoding import Encoding, detect
from dataro.data.sources.heading import PREVIEW, layout
from dataro.data.sources.raw import ROW, Report
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

DELIMITERS = (",", "\t", ";", "|")
BLOCK = 1 << 22
"""Bytes parsed at a time; also the longest cell."""


def read_delimited(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """Batches of the body of a delimited file, every cell text or null, with ``_row``.

    A row with too many or too few cells is kept (cut or filled) and reported as a fault. Raises
    ``Problem`` where the file is empty, is not text, or a quotation mark is never closed.
    """
    encoding = detect(path, report, source.encoding)
    report.encoding = encoding.name
    if encoding.clean:
        yield from _batches(path, encoding, source, report)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "utf8.csv")
        with (
            path.open(encoding=encoding.name, errors="replace", newline="") as old,
            copy.open("w", encoding="utf-8", newline="") as new,
        ):
            while text := old.read(1 << 20):
                new.write(text)
        yield from _batches(copy, Encoding("utf-8"), source, report)


def _batches(
    path: Path, encoding: Encoding, source: Source, report: Report
) -> Iterator[pl.DataFrame]:
    delimiter = source.delimiter or _sniff(path, encoding, report)
    preview = _preview(path, encoding, delimiter, report, max(source.header or (0,)))
    if not any(any(cell for cell in row) for row in preview):
        raise empty(report)
    rows = [[cell or None for cell in row] for row in preview]
    names, body = _shape(rows, source, report)
    if body >= len(preview):
        yield pl.DataFrame(schema={**dict.fromkeys(names, pl.String), ROW: pl.Int64})
        return
    bad: dict[int, str] = {}
    next_row = body + 1
    try:
        reader = _open(path, encoding, delimiter, len(names), body, bad)
    except pa.ArrowInvalid as error:
        raise _unclosed(report, next_row, error) from error
    held = pl.DataFrame(schema={**dict.fromkeys(names, pl.String), ROW: pl.Int64})
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            break
        except pa.ArrowInvalid as error:
            raise _unclosed(report, next_row, error) from error
        if held.height:
            yield held
        frame = pl.DataFrame(pl.from_arrow(batch))
        frame.columns = names
        frame, next_row = _numbered(frame, next_row, bad)
        held = _mended(frame, _due(bad, next_row), delimiter, report)
    yield _mended(*_released(held, bad, path, report), delimiter, report)


def _released(
    last: pl.DataFrame, bad: dict[int, str], path: Path, report: Report
) -> tuple[pl.DataFrame, dict[int, str]]:
    """The last batch and the rows still set aside, with those set free that a quotation mark
    which is never closed has drawn into the last cell of the file."""
    with path.open("rb") as file:
        file.seek(-min(64, path.stat().st_size), io.SEEK_END)
        closed = file.read().rstrip(b"\r\n \0").endswith(b'"')
    if closed:
        return last, bad
    if bad:
        number = max(bad)
        first, *lines = bad[number].rstrip("\r\n").splitlines()
        bad = {**bad, number: first}
    elif last.height:
        number = int(last[ROW][-1])
        cells = [name for name in last.columns if name != ROW]
        name = next((name for name in reversed(cells) if last[name][-1] is not None), cells[0])
        first, *lines = (last[name][-1] or "").splitlines() or [""]
        if lines:
            mended = pl.when(pl.col(ROW) == number).then(pl.lit(first)).otherwise(name).alias(name)
            last = last.with_columns(mended)
    else:
        lines = []
    if lines:
        report.fault(
            "quote",
            both(
                f"큰따옴표가 열린 뒤 닫히지 않았습니다. 뒤의 {len(lines)}행은 따로 읽었습니다. "
                "이 행의 큰따옴표를 바로잡으십시오.",
                f"A quotation mark is opened and never closed. The {len(lines)} row(s) after it "
                "were read on their own. Mend the quotation marks of this row.",
            ),
            row=number,
            value=first,
        )
    return last, {**bad, **{number + n: line for n, line in enumerate(lines, 1)}}


def _shape(
    rows: Sequence[list[str | None]], source: Source, report: Report
) -> tuple[list[str], int]:
    """Names of all columns and the row (from 0) where the body begins."""
    body = layout(rows, Report(report.file), header=source.header).body
    usual = Counter(len(row) for row in rows[body:] if any(row)).most_common(1)
    width = max([usual[0][0] if usual else 1, *(_used(row) for row in rows[:body])])
    found = layout([row[:width] for row in rows], report, header=source.header, width=width)
    return found.names, found.body


def _used(row: Sequence[str | None]) -> int:
    """Cells of a row without the empty ones at its end."""
    return max((number for number, cell in enumerate(row, 1) if cell), default=0)


def empty(report: Report) -> Problem:
    """The file has no cell at all."""
    return Problem(
        both(
            f"{report.file}: 빈 파일입니다. 내용이 있는 파일을 다시 받으십시오.",
            f"{report.file}: the file is empty. Get it again with its content.",
        )
    )


def _decoded(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    return path.open(encoding=encoding.name, newline="", errors="replace")


def _sniff(path: Path, encoding: Encoding, report: Report) -> str:
    """The delimiter that cuts the first rows most evenly into most cells."""
    with _decoded(path, encoding) as file:
        text = file.read(1 << 16)
    text = text[: text.rfind("\n") + 1] or text
    best, best_score = ",", (0.0, 0.0)
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        counts = Counter(
            len(row) for row in itertools.islice(_rows(io.StringIO(text), delimiter), 50) if row
        )
        width, hits = counts.most_common(1)[0]
        score = (hits / sum(counts.values()) if width > 1 else 0.0, float(width))
        if score > best_score:
            best, best_score = delimiter, score
    if best != ",":
        report.note(
            f"구분자는 {'탭' if best == chr(9) else best}입니다.",
            f"the delimiter is {'a tab' if best == chr(9) else best}.",
        )
    return best


def _rows(file: Any, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(BLOCK)
    reader = csv.reader(file, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _preview(
    path: Path, encoding: Encoding, delimiter: str, report: Report, at_least: int
) -> list[list[str]]:
    with _decoded(path, encoding) as file:
        return list(itertools.islice(_rows(file, delimiter), max(PREVIEW, at_least)))


def _open(
    path: Path, encoding: Encoding, delimiter: str, width: int, skip: int, bad: dict[int, str]
) -> pa_csv.CSVStreamingReader:
    columns = [f"c{number}" for number in range(width)]

    def set_aside(row: pa_csv.InvalidRow) -> str:
        bad[row.number] = row.text
        return "skip"

    return pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(
            use_threads=False,  # only then are row numbers known
            block_size=BLOCK,
            column_names=columns,
            skip_rows_after_names=skip,
            encoding="utf-8" if encoding.name == "utf-8-sig" else encoding.name,
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _numbered(frame: pl.DataFrame, first: int, bad: dict[int, str]) -> tuple[pl.DataFrame, int]:
    """With ``_row``, counting from ``first`` and past rows that were set aside."""
    end = first + frame.height
    if not bad or min(bad) >= end:
        return frame.with_columns(pl.int_range(first, end, dtype=pl.Int64).alias(ROW)), end
    numbers = np.arange(first, end + len(bad), dtype=np.int64)
    good = numbers[~np.isin(numbers, np.fromiter(bad, np.int64))][: frame.height]
    end = int(good[-1]) + 1 if len(good) else first
    return frame.with_columns(pl.Series(ROW, good)), end


def _due(bad: dict[int, str], before: int | None) -> dict[int, str]:
    numbers = sorted(number for number in bad if before is None or number < before)
    return {number: bad.pop(number) for number in numbers}


def _mended(
    frame: pl.DataFrame, bad: dict[int, str], delimiter: str, report: Report
) -> pl.DataFrame:
    """With the rows whose cells are too many or too few put back in their places."""
    if not bad:
        return frame
    names = frame.columns[:-1]
    mended = []
    for number, text in bad.items():
        cells = next(_rows(io.StringIO(text), delimiter), [])
        extra = [cell for cell in cells[len(names) :] if cell.strip()]
        if extra or len(cells) < len(names):
            _ragged(report, number, len(cells), len(names), text)
        kept = [cell or None for cell in cells[: len(names)]]
        mended.append((*kept, *[None] * (len(names) - len(kept)), number))
    added = pl.DataFrame(mended, schema=frame.schema, orient="row")
    return pl.concat([frame, added]).sort(ROW)


def _ragged(report: Report, row: int, found: int, expected: int, text: str) -> None:
    report.fault(
        "ragged",
        both(
            f"열이 {expected}개여야 하는데 {found}개입니다. "
            + (
                "넘치는 칸은 뺐습니다. 쉼표가 든 값은 큰따옴표로 묶으십시오."
                if found > expected
                else "모자라는 칸은 비워 두었습니다. 빠진 칸을 채우십시오."
            ),
            f"The row has {found} cells where {expected} were expected. "
            + (
                "The extra cells were left out. Put values that hold a comma in quotation marks."
                if found > expected
                else "Missing cells were left empty. Fill in what is missing."
            ),
        ),
        row=row,
        value=text.rstrip("\r\n"),
    )


def _unclosed(report: Report, row: int, error: Exception) -> Problem:
    return Problem(
        both(
            f"{report.file}: {row:,}행 이후 어딘가에서 큰따옴표가 열린 뒤 닫히지 않아 "
            f"({BLOCK >> 20} MB 안에서) 더 읽을 수 없습니다. 그 부분의 큰따옴표를 바로잡으십시오.",
            f"{report.file}: somewhere after row {row:,} a quotation mark is opened and not closed "
            f"(within {BLOCK >> 20} MB), so the file cannot be read on. Mend the quotation marks "
            f"there. ({error})",
        )
    )
