"""An old workbook is read in a process of its own: what damages its reader ends that process."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from test_sources_documents import compound

from dataro.data.sources import old_workbook
from dataro.data.sources.files import read
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem

TABLE = [
    ("동", "인구", "기준일"),
    ("봉담읍", "96000", "2024-01-31"),
    ("남양읍", "41000", "2024-01-31"),
]


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(row: int, column: int, text: str) -> bytes:
    head = struct.pack("<HHHHB", row, column, 0, len(text), 1)
    return _record(0x0204, head + text.encode("utf-16-le"))


def old(path: Path, *, far: bytes = b"") -> Path:
    """A BIFF8 workbook of one sheet ([MS-XLS]: BOF, BoundSheet8, EOF; BOF, Dimensions, Label, EOF)."""
    begin = struct.pack("<HHHHII", 0x0600, 5, 0, 0x07CC, 0, 6)
    name = "시트"
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    start = len(_record(0x0809, begin)) + len(_record(0x0085, bound)) + len(_record(0x000A, b""))
    book = _record(0x0809, begin)
    book += _record(0x0085, struct.pack("<I", start) + bound[4:]) + _record(0x000A, b"")
    size = struct.pack("<IIHHH", 0, len(TABLE), 0, len(TABLE[0]), 0)
    book += _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0x07CC, 0, 6))
    book += _record(0x0200, size)
    for row, cells in enumerate(TABLE):
        book += b"".join(_text(row, column, cell) for column, cell in enumerate(cells))
    return compound(path, {"Workbook": book + far + _record(0x000A, b"")})


def test_an_old_workbook_is_read_whole(tmp_path: Path) -> None:
    found = read(Source(), [old(tmp_path / "인구.xls")], base=tmp_path).frame
    assert found.select("동", "인구", "기준일").rows() == TABLE[1:]


def test_a_reader_that_never_ends_is_stopped_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = old(tmp_path / "인구.xls")
    monkeypatch.setattr(old_workbook, "SECONDS", 0.01)
    with pytest.raises(Problem) as raised:
        read(Source(), [file], base=tmp_path)
    assert "could not be read within" in raised.value.text.en
    assert "손상되었을 수" in raised.value.text.ko


def test_a_reader_that_takes_all_memory_ends_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stray cell far away: the reader lays out sixty million."""
    file = old(tmp_path / "인구.xls", far=_text(59_999, 999, "끝"))
    monkeypatch.setattr(old_workbook, "MEMORY", 2**28)
    with pytest.raises(Problem) as raised:
        read(Source(), [file], base=tmp_path)
    assert "save it again" in raised.value.text.en


def test_a_cut_workbook_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = old(tmp_path / "인구.xls")
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(Problem) as raised:
        read(Source(), [file], base=tmp_path)
    assert "damaged" in raised.value.text.en
