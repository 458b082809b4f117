"""What an attached file really is, by its content; its name only narrows that down.

Signatures: PDF 32000-1 §7.5.2, PNG §5.2, JPEG (JFIF) SOI marker, ZIP APPNOTE 4.3.7, MS-CFB §2.2.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import olefile

_ZIPPED: Mapping[str, tuple[str, str]] = {
    ".xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ".hwpx": ("Contents/", "application/hwp+zip"),
    ".ods": ("content.xml", "application/vnd.oasis.opendocument.spreadsheet"),
    ".odt": ("content.xml", "application/vnd.oasis.opendocument.text"),
}
_COMPOUND: Mapping[str, tuple[str, str]] = {
    ".hwp": ("FileHeader", "application/x-hwp"),
    ".xls": ("Workbook", "application/vnd.ms-excel"),
    ".doc": ("WordDocument", "application/msword"),
}
_PICTURES: Mapping[str, tuple[bytes, str]] = {
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".pdf": (b"%PDF-", "application/pdf"),
}
_TEXTS: Mapping[str, str] = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".json": "application/json",
    ".geojson": "application/geo+json",
}
ACCEPTED = (*_PICTURES, *_ZIPPED, *_COMPOUND, *_TEXTS)
"""The kinds of files that can be attached, by their endings."""

_MOST_MEMBERS = 5_000
_MOST_UNPACKED = 500_000_000  # bytes: more is a bomb, not a document


def media_type(ending: str, content: bytes) -> str | None:
    """The media type of ``content`` where it is what a file with this ending (``.pdf``) holds.

    None for everything else: another kind of file, a damaged one, or one with macros.
    """
    if ending in _PICTURES:
        signature, kind = _PICTURES[ending]
        return kind if content.startswith(signature) else None
    if ending in _ZIPPED:
        member, kind = _ZIPPED[ending]
        return kind if _is_document(content, member) else None
    if ending in _COMPOUND:
        stream, kind = _COMPOUND[ending]
        return kind if _has_stream(content, stream) else None
    if ending in _TEXTS and _is_text(content):
        if ending.endswith("json") and not _is_json(content):
            return None
        return _TEXTS[ending]
    return None


def _is_document(content: bytes, member: str) -> bool:
    """A zipped office document without macros that does not burst; nothing is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    names = [one.filename for one in members]
    return (
        len(members) <= _MOST_MEMBERS
        and sum(one.file_size for one in members) <= _MOST_UNPACKED
        and any(name.startswith(member) for name in names)
        and not any("vbaproject" in name.lower() for name in names)
    )


def _has_stream(content: bytes, stream: str) -> bool:
    if not content.startswith(olefile.MAGIC):
        return False
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as document:
            streams = {part for path in document.listdir() for part in path}
    except (OSError, ValueError, IndexError):
        return False
    return stream in streams and not {"_VBA_PROJECT", "VBA"} & streams


def _is_text(content: bytes) -> bool:
    """Text in UTF-8 or CP949 that no browser takes for a page or script."""
    if b"\x00" in content:
        return False
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        start = text[:1000].lstrip().lower()
        return not start.startswith(("<!doctype", "<html", "<script", "<svg", "<?xml", "#!"))
    return False


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
