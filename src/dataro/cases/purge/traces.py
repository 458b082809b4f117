"""Looking through every file of a workspace for what should be gone."""

from __future__ import annotations

import gzip
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ENCODINGS = ("utf-8", "cp949", "utf-16-le", "utf-16-be")
_BLOCK = 8_000_000
_LARGEST_MEMBER = 200_000_000


@dataclass(frozen=True, slots=True)
class Trace:
    """A file in which one of the texts still stands, below the folder that was searched."""

    path: str
    encoding: str


def find_traces(
    folder: Path, texts: Sequence[str], *, but: Iterable[Path] = ()
) -> tuple[list[Trace], int]:
    """Files below ``folder`` that hold any of ``texts``, and how many were looked at.

    Texts are looked for in UTF-8 (composed and decomposed), CP949 and UTF-16, inside ZIP and gzip
    files too. Parquet is compressed by column: what it holds is told by its statistics only.
    """
    wanted = _patterns(texts)
    left_out = {path.resolve() for path in but}
    found, looked = [], 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.resolve() in left_out:
            continue
        looked += 1
        encoding = _first(path, wanted)
        if encoding is not None:
            found.append(Trace(path.relative_to(folder).as_posix(), encoding))
    return found, looked


def _patterns(texts: Sequence[str]) -> list[tuple[str, bytes]]:
    found = set()
    for text in texts:
        for form in (text, unicodedata.normalize("NFD", text)):
            for encoding in ENCODINGS:
                try:
                    found.add((encoding, form.encode(encoding)))
                except UnicodeEncodeError:  # not every letter is in CP949
                    continue
        # JSON as Python writes it by default
        escaped = text.encode("ascii", "backslashreplace")
        if b"\\u" in escaped:
            found.add(("utf-8", escaped))
    return sorted(found)


def _first(path: Path, wanted: Sequence[tuple[str, bytes]]) -> str | None:
    try:
        for block in _blocks(path, max((len(p) for _, p in wanted), default=1)):
            for encoding, pattern in wanted:
                if pattern in block:
                    return encoding
    except (OSError, zipfile.BadZipFile, EOFError):
        return None
    return None


def _blocks(path: Path, longest: int) -> Iterator[bytes]:
    """The bytes of a file in overlapping blocks; those of its members where it is an archive."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        tail = b""
        while block := file.read(_BLOCK):
            yield tail + block
            tail = block[-longest:]
    if head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size <= _LARGEST_MEMBER:
                    yield archive.read(member)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.open(path) as file:
            while block := file.read(_BLOCK):
                yield block
