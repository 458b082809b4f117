"""How large the sheets of a workbook are, found before they are laid out in memory.

The reader lays a sheet out as a full rectangle. One stray value in the last cell of a sheet
(XFD1048576), or a damaged old workbook, would ask for seventeen thousand million cells.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

import olefile

from dataro.data.sources.raw import Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MOST_CELLS = 100_000_000

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')
_CHUNK = 1 << 20

# Record types of BIFF8 that hold a cell, whose first two numbers are its row and column
# ([MS-XLS] 2.3: Formula, MulRk, MulBlank, LabelSst, Blank, Number, Label, BoolErr, Rk).
_BIFF_CELLS = {0x0006, 0x00BD, 0x00BE, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
_BIFF_BEGIN = 0x0809
_BIFF_DIMENSIONS = 0x0200
_BIFF_STRINGS = 0x00FC


def check_extent(path: Path, report: Report) -> None:
    """Raise ``Problem`` where a sheet of an XLSX or XLS workbook spans too many cells."""
    try:
        if zipfile.is_zipfile(path):
            rows, columns = _of_xlsx(path)
        elif olefile.isOleFile(str(path)):
            rows, columns = _of_old(path, report)
        else:
            return
    except (OSError, struct.error, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        return  # the reader says what is wrong with the file
    if rows * columns > MOST_CELLS:
        raise Problem(
            both(
                f"{report.file}: 시트가 {rows:,}행 × {columns:,}열에 걸쳐 있어 읽지 않았습니다. "
                "멀리 떨어진 칸에 값이 남아 있거나 파일이 손상된 것으로 보입니다. 그 칸을 지우고 "
                "다시 저장하십시오.",
                f"{report.file}: a sheet spans {rows:,} rows × {columns:,} columns and was not "
                "read. A value seems to be left in a far cell, or the file is damaged. Delete "
                "that cell and save it again.",
            )
        )


def _of_xlsx(path: Path) -> tuple[int, int]:
    """Rows and columns of the sheet that spans most."""
    most = (0, 0)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            rows = columns = 0
            with archive.open(name) as file:
                while chunk := file.read(_CHUNK):
                    for letters, number in _CELL.findall(chunk):
                        rows = max(rows, int(number))
                        columns = max(columns, _column(letters))
            most = max(most, (rows, columns), key=lambda size: size[0] * size[1])
    return most


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _of_old(path: Path, report: Report) -> tuple[int, int]:
    """As ``_of_xls``; what is damaged goes no further, for the reader may not survive it."""
    try:
        return _of_xls(path)
    except (OSError, struct.error) as error:
        raise Problem(
            both(
                f"{report.file}: 엑셀 파일이 손상되어 읽을 수 없습니다({error}). 엑셀에서 열어 XLSX로 "
                "다시 저장하십시오.",
                f"{report.file}: the workbook is damaged and cannot be read ({error}). Open it in "
                "a spreadsheet and save it as XLSX.",
            )
        ) from error


def _of_xls(path: Path) -> tuple[int, int]:
    with olefile.OleFileIO(str(path)) as file:
        name = "Workbook" if file.exists("Workbook") else "Book"
        content = file.openstream(name).read()
    most, rows, columns, at = (0, 0), 0, 0, 0
    while at + 8 <= len(content):
        kind, size, row, column = struct.unpack_from("<4H", content, at)
        if kind == _BIFF_BEGIN:
            rows = columns = 0
        elif kind == _BIFF_DIMENSIONS and size >= 12:
            below, _, beyond = struct.unpack_from("<IHH", content, at + 8)
            most = max(most, (below, beyond), key=lambda size: size[0] * size[1])
        elif kind == _BIFF_STRINGS and size >= 8:
            # The reader makes room for as many strings as are announced.
            (announced,) = struct.unpack_from("<I", content, at + 8)
            if announced > len(content):
                return MOST_CELLS + 1, 1
        elif kind in _BIFF_CELLS:
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            most = max(most, (rows, columns), key=lambda size: size[0] * size[1])
        at += 4 + size
    return most
