"""Tables inside documents: HWPX, HWP 5 and pages that call themselves workbooks."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from dataro.data.sources.files import read
from dataro.data.sources.raw import Raw
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem

TABLE = [("구분", "인구", ""), ("", "남", "여"), ("봉담읍", "1,234", "987"), ("향남읍", "55", "66")]
MERGED = {(0, 0): (2, 1), (0, 1): (1, 2)}
"""Where a cell spans: (row, column) → (rows, columns)."""

READ = [
    {"구분": "봉담읍", "인구/남": "1,234", "인구/여": "987"},
    {"구분": "향남읍", "인구/남": "55", "인구/여": "66"},
]


def cells() -> list[tuple[int, int, int, int, str]]:
    hidden = {(0, 2), (1, 0)}
    return [
        (row, column, *MERGED.get((row, column), (1, 1)), text)
        for row, texts in enumerate(TABLE)
        for column, text in enumerate(texts)
        if (row, column) not in hidden
    ]


def compound(path: Path, streams: dict[str, bytes]) -> Path:
    """An OLE file with streams one level deep at most, each long enough to need no mini stream."""
    storages = sorted({name.split("/")[0] for name in streams if "/" in name})
    tops = [*storages, *(name for name in streams if "/" not in name)]
    entries: list[tuple[str, int, int, int, int, int]] = []
    numbers = {
        name: number for number, name in enumerate([*tops, *(n for n in streams if "/" in n)], 1)
    }
    body, table = b"", []
    starts = {}
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % 512)
        starts[name] = (len(table), len(padded))
        first = len(table)
        table += [*range(first + 1, first + len(padded) // 512), 0xFFFFFFFE]
        body += padded
    none = 0xFFFFFFFF
    entries.append(("Root Entry", 5, none, 1, 0xFFFFFFFE, 0))
    for place, name in enumerate(tops):
        right = numbers[tops[place + 1]] if place + 1 < len(tops) else none
        inside = [inner for inner in streams if inner.startswith(name + "/")]
        child = numbers[inside[0]] if inside else none
        entries.append((name, 1 if inside else 2, right, child, *starts.get(name, (0, 0))))
    entries += [(n.split("/")[1], 2, none, none, *starts[n]) for n in streams if "/" in n]
    directory = b""
    for name, kind, right, child, start, size in entries:
        encoded = (name + "\0").encode("utf-16-le")
        directory += encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        directory += struct.pack("<III", none, right, child) + b"\0" * 36
        directory += struct.pack("<IQ", start, size)
    directory += b"\0" * (-len(directory) % 512)
    first_directory = len(table)
    count = len(directory) // 512
    table += [*range(first_directory + 1, first_directory + count), 0xFFFFFFFE]
    table.append(0xFFFFFFFD)
    assert len(table) <= 128
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", len(table) - 1).ljust(436, b"\xff")
    path.write_bytes(head + body + directory + fat)
    return path


def record(tag: int, level: int, data: bytes) -> bytes:
    if len(data) < 0xFFF:
        return struct.pack("<I", tag | level << 10 | len(data) << 20) + data
    return struct.pack("<II", tag | level << 10 | 0xFFF << 20, len(data)) + data


def hwp(path: Path, *, flags: int = 1) -> Path:
    paragraph = record(0x42, 0, b"\0" * 22)
    before = record(0x43, 1, "표 앞의 글\r".encode("utf-16-le"))
    section = paragraph + before + paragraph
    section += record(0x47, 1, b" lbt" + b"\0" * 42)
    section += record(0x4D, 2, struct.pack("<IHH", 0, 4, 3) + b"\0" * 20)
    for row, column, rows, columns, text in cells():
        where = struct.pack("<IIHHHH", 1, 0, column, row, columns, rows)
        section += record(0x48, 2, where + b"\0" * 30)
        tab = struct.pack("<8H", 9, *[0] * 6, 9)
        section += record(0x42, 2, b"\0" * 22)
        section += record(0x43, 3, tab + (text + "\r").encode("utf-16-le"))
    section += paragraph + record(0x43, 1, "표 뒤의 글\r".encode("utf-16-le"))
    if flags & 1:
        deflate = zlib.compressobj(wbits=-15)
        section = deflate.compress(section) + deflate.flush()
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000500, flags)
    return compound(path, {"BodyText/Section0": section, "FileHeader": header})


def hwpx(path: Path) -> Path:
    rows: dict[int, str] = {}
    for row, column, down, across, text in cells():
        rows[row] = rows.get(row, "") + (
            f"<hp:tc><hp:subList><hp:p><hp:run><hp:t>{text}</hp:t></hp:run></hp:p></hp:subList>"
            f'<hp:cellAddr colAddr="{column}" rowAddr="{row}"/>'
            f'<hp:cellSpan colSpan="{across}" rowSpan="{down}"/></hp:tc>'
        )
    table = "".join(f"<hp:tr>{cells_of}</hp:tr>" for cells_of in rows.values())
    small = "<hp:tbl><hp:tr><hp:tc><hp:p><hp:t>담당</hp:t></hp:p></hp:tc></hp:tr></hp:tbl>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr(
            "Contents/section0.xml",
            '<hs:sec xmlns:hs="urn:s" xmlns:hp="urn:p">'
            f"{small}<hp:p><hp:tbl>{table}</hp:tbl></hp:p></hs:sec>",
        )
    return path


def html(path: Path) -> Path:
    rows: dict[int, str] = {}
    for row, _, down, across, text in cells():
        span = f'rowspan="{down}" colspan="{across}"'
        rows[row] = rows.get(row, "") + f"<td {span}>{text}</td>"
    body = "".join(f"<tr>{cells_of}</tr>" for cells_of in rows.values())
    text = f"<html><meta charset=euc-kr><body><table border=1>{body}</table></body></html>"
    path.write_bytes(text.encode("cp949"))
    return path


def read_one(path: Path, **declared: str) -> Raw:
    return read(Source(**declared), [path], base=path.parent)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "name"),
    [(hwp, "인구.hwp"), (hwpx, "인구.hwpx"), (html, "인구.xls")],
)
def test_a_table_in_a_document_is_read_with_its_merged_cells(
    tmp_path: Path, make: object, name: str
) -> None:
    raw = read_one(make(tmp_path / name))  # type: ignore[operator]
    assert raw.frame.drop("_file", "_row").to_dicts() == READ
    assert raw.frame["_row"].to_list() == [3, 4]


def test_hwp_is_read_whether_packed_or_not(tmp_path: Path) -> None:
    raw = read_one(hwp(tmp_path / "a.hwp", flags=0))
    assert raw.frame.drop("_file", "_row").to_dicts() == READ


def test_another_table_of_a_document_is_chosen_by_its_number(tmp_path: Path) -> None:
    path = hwpx(tmp_path / "a.hwpx")
    assert any("table 2 of 2" in note.en for note in read_one(path).notes)
    assert read_one(path, sheet="1").frame.columns[0] == "담당"
    with pytest.raises(Problem, match="the document has 2"):
        read_one(path, sheet="3")


def test_a_locked_document_or_workbook_says_so(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="locked by a password"):
        read_one(hwp(tmp_path / "a.hwp", flags=3))
    locked = compound(tmp_path / "a.xlsx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    with pytest.raises(Problem, match="locked with a password"):
        read_one(locked)


def test_a_document_without_a_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.hwpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("Contents/section0.xml", "<sec><p>글</p></sec>")
    with pytest.raises(Problem, match="holds no table"):
        read_one(path)
