"""What kind of file it is: by what stands in it, by its name only where that does not say."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

import olefile

from dataro.data.sources.raw import Report
from dataro.data.sources.unpack import check_size
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

Format = Literal["delimited", "workbook", "json", "xml", "shapes", "hwp", "hwpx", "html"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"PAR1", "Parquet"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
)

SHAPE_NAMES = {".shp", ".gpkg", ".kml", ".gml", ".geojson", ".osm"}
SHAPE_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix"}
"""Files that belong to a Shapefile and hold no table of their own."""


def recognise(path: Path, report: Report) -> Format:
    """The format of a file. Raises ``Problem`` for an empty file and for one that holds no table
    Dataro can read (a picture, a PDF, a program, unknown bytes)."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    suffix = path.suffix.lower()
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Problem(
            both(
                f"{report.file}: 빈 파일입니다. 내용이 있는 파일을 다시 받으십시오.",
                f"{report.file}: the file is empty. Get it again with its content.",
            )
        )
    if suffix in (".shp", ".pbf") or head.startswith(b"SQLite format 3\0"):
        return "shapes"
    if head.startswith(OLE):
        return _of_ole(path, report)
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path, report)
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise _foreign(report, name)
    if _is_binary(head):
        raise _foreign(report, None)
    return _of_text(head, suffix)


def _of_ole(path: Path, report: Report) -> Format:
    if not olefile.isOleFile(str(path)):
        raise _foreign(report, "OLE")
    try:
        with olefile.OleFileIO(str(path)) as file:
            if file.exists("EncryptedPackage"):
                raise locked(report)
            return "hwp" if file.exists("FileHeader") else "workbook"
    except olefile.olefile.OleFileError as error:
        raise damaged(report, str(error)) from error


def _of_zip(path: Path, report: Report) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            check_size(path, sum(info.file_size for info in archive.infolist()), report.file)
    except zipfile.BadZipFile:
        raise _foreign(report, "ZIP") from None
    if any(name.startswith("Contents/section") for name in names):
        return "hwpx"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or "content.xml" in names:
        return "workbook"
    raise _foreign(report, "DOCX" if "word/document.xml" in names else "ZIP")


def _of_text(head: bytes, suffix: str) -> Format:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if suffix in SHAPE_NAMES:
        return "shapes"
    if start[:1] in (b"{", b"[") and suffix not in (".csv", ".tsv", ".txt"):
        return "shapes" if b'"FeatureCollection"' in head[:4096] else "json"
    if start[:1] == b"<":
        lower = start[:2048].lower()
        return "html" if b"<html" in lower or b"<table" in lower else "xml"
    return "delimited"


def _is_binary(head: bytes) -> bool:
    """Control bytes that no text holds; UTF-16 has zeros in every other place only."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    zeros = head.count(0)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if zeros and not (4 * min(even, odd) < max(even, odd) and max(even, odd) > len(head) // 10):
        return True
    if zeros:
        return False
    control = sum(
        head.count(byte) for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 26, 27)
    )
    return control > max(4, len(head) // 100)


def locked(report: Report) -> Problem:
    """The file needs a password."""
    return Problem(
        both(
            f"{report.file}: 암호로 잠긴 파일입니다. 암호를 풀고 다시 저장한 뒤 올리십시오.",
            f"{report.file}: the file is locked with a password. Save it without the password and "
            "add it again.",
        )
    )


def damaged(report: Report, said: str) -> Problem:
    """The file cannot be opened; ``said`` is what the reader said of it."""
    why = f"({said})" if said else ""
    return Problem(both(
        f"{report.file}: 파일을 열 수 없습니다{why}. 파일이 손상되었을 수 있으니 원래 프로그램에서 열어 다시 "
        "저장하십시오.",
        f"{report.file}: the file cannot be opened {why}. It may be damaged: open it in the "
        "program that made it and save it again.".replace(" .", "."),
    ))  # fmt: skip


def _foreign(report: Report, name: str | None) -> Problem:
    what_ko = f"{name} 파일" if name else "글자가 아닌 이진 파일"
    what_en = f"a {name} file" if name else "a binary file"
    return Problem(
        both(
            f"{report.file}: 이름과 달리 표가 아니라 {what_ko}입니다. CSV, XLSX, XLS, ODS, JSON, "
            "XML, GeoJSON, GeoPackage, Shapefile(zip), HWP, HWPX를 읽을 수 있습니다.",
            f"{report.file}: this is {what_en}, not a table. CSV, XLSX, XLS, ODS, JSON, XML, "
            "GeoJSON, GeoPackage, Shapefile (zip), HWP and HWPX can be read.",
        )
    )
