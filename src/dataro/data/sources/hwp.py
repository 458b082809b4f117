"""HWP 5 documents: their tables, read from the records of the body.

After Hancom's published description "한글 문서 파일 형식 5.0": an OLE file whose streams
``BodyText/Section0…`` hold records (tag 10 bits, level 10, size 12), usually deflated.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import olefile

from dataro.data.sources.raw import Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MOST_SECTION = 1 << 28

PARAGRAPH_TEXT = 0x43
CONTROL = 0x47
LIST_HEADER = 0x48
TABLE = 0x4D

COMPRESSED = 1
LOCKED = 2
DISTRIBUTION = 4

CELL_AT = 8
"""Bytes of a list header before the cell's column, row, columns and rows (each two bytes)."""

ONE_UNIT = {0, 10, 13, *range(24, 32)}
"""Control characters of one unit; the others below 32 take eight."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: where it begins (from 0), how far it spans, its text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@dataclass(frozen=True, slots=True)
class _Record:
    tag: int
    level: int
    data: bytes


@dataclass
class _Open:
    """A table whose records are being read: cells begin after its TABLE record, a caption
    before it."""

    level: int
    cells: list[Cell]
    begun: bool = False
    places: list[tuple[int, int, int, int]] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)


def hwp_tables(path: Path, report: Report) -> list[list[Cell]]:
    """The cells of every table of an HWP 5 document, in the order they stand.

    A table within a cell follows the one it stands in. Raises ``Problem`` for a document that is
    locked with a password, made for distribution only, or damaged.
    """
    try:
        with olefile.OleFileIO(str(path)) as file:
            header = file.openstream("FileHeader").read(256)
            flags = struct.unpack_from("<I", header, 36)[0]
            if flags & (LOCKED | DISTRIBUTION):
                raise _locked(report)
            sections = ["/".join(name) for name in file.listdir() if name[0] == "BodyText"]
            tables = []
            for section in sorted(sections, key=lambda name: (len(name), name)):
                content = file.openstream(section).read()
                if flags & COMPRESSED:
                    content = zlib.decompressobj(-15).decompress(content, MOST_SECTION)
                tables += _tables(list(_records(content)))
            return tables
    except (OSError, zlib.error, struct.error) as error:
        raise Problem(
            both(
                f"{report.file}: 한글 문서를 읽을 수 없습니다({error}). 한글에서 열어 HWPX로 다시 "
                "저장하십시오.",
                f"{report.file}: the HWP document cannot be read ({error}). Open it in Hangul and "
                "save it as HWPX.",
            )
        ) from error


def _locked(report: Report) -> Problem:
    return Problem(
        both(
            f"{report.file}: 암호가 걸렸거나 배포용으로 잠긴 한글 문서입니다. 잠금을 풀고 다시 "
            "저장하십시오.",
            f"{report.file}: the HWP document is locked by a password or made for distribution. "
            "Save it unlocked.",
        )
    )


def _records(content: bytes) -> Iterator[_Record]:
    at = 0
    while at + 4 <= len(content):
        head = struct.unpack_from("<I", content, at)[0]
        at += 4
        tag, level, size = head & 0x3FF, head >> 10 & 0x3FF, head >> 20
        if size == 0xFFF:
            size = struct.unpack_from("<I", content, at)[0]
            at += 4
        yield _Record(tag, level, content[at : at + size])
        at += size


def _tables(records: list[_Record]) -> list[list[Cell]]:
    """Cells belong to the innermost open table; a table ends where a record stands no deeper
    than its control."""
    finished: list[list[Cell]] = []
    open_tables: list[_Open] = []

    def close(level: int) -> None:
        while open_tables and open_tables[-1].level >= level:
            table = open_tables.pop()
            for (column, row, columns, rows), lines in zip(table.places, table.texts, strict=True):
                text = "\n".join(lines)
                table.cells.append(Cell(row, column, max(rows, 1), max(columns, 1), text))

    for record in records:
        if record.tag == CONTROL or record.level == 0:
            close(record.level)
        if record.tag == CONTROL and record.data[:4] == b" lbt":
            cells: list[Cell] = []
            finished.append(cells)
            open_tables.append(_Open(record.level, cells))
            continue
        if not open_tables:
            continue
        table = open_tables[-1]
        if record.tag == TABLE:
            table.begun = True
        elif record.tag == LIST_HEADER and record.level == table.level + 1 and table.begun:
            if len(record.data) >= CELL_AT + 8:
                table.places.append(struct.unpack_from("<4H", record.data, CELL_AT))
                table.texts.append([])
        elif record.tag == PARAGRAPH_TEXT and table.texts:
            table.texts[-1].append(_text(record.data))
    close(0)
    return [cells for cells in finished if cells]


def _text(data: bytes) -> str:
    units = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    kept: list[int] = []
    at = 0
    while at < len(units):
        unit = units[at]
        if unit >= 32:
            kept.append(unit)
            at += 1
        elif unit in ONE_UNIT:
            if unit == 10:
                kept.append(10)
            at += 1
        else:
            if unit == 9:
                kept.append(32)
            at += 8
    return struct.pack(f"<{len(kept)}H", *kept).decode("utf-16-le", errors="replace")
