"""Archives opened on the way: .gz and .zip, with limits, and names in CP949 read rightly."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MOST_UNPACKED = 1 << 33
"""Bytes one archive may unpack to (8 GiB)."""

MOST_MEMBERS = 10_000

FREE_RATIO = 1 << 28
"""Below this size (256 MiB) an archive may be packed as tightly as it likes."""

MOST_RATIO = 200
"""Above it, times its packed size that an archive may unpack to: text reaches 20 to 50."""

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file to read: where it lies now, and what it is called below the raw folder."""

    path: Path
    name: str


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[list[Member]]:
    """The files in ``path``: itself, or what a .gz or .zip holds, for as long as the block lasts.

    Workbooks and documents that are zips inside (XLSX, ODS, HWPX) count as files. Raises
    ``Problem`` for a damaged, locked or oversized archive.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        with tempfile.TemporaryDirectory(prefix="dataro-") as folder:
            inner = PurePosixPath(name).name.removesuffix(".gz").removesuffix(".GZ")
            target = Path(folder, inner or "content")
            _gunzip(path, target, name)
            with unpacked(target, name) as members:
                yield members
    elif magic == b"PK\x03\x04" and not is_document(path):
        with tempfile.TemporaryDirectory(prefix="dataro-") as folder:
            yield _unzip(path, Path(folder), name)
    else:
        yield [Member(path, name)]


def size_unpacked(path: Path, most: int) -> int:
    """The bytes of a file once unpacked: itself, or what a .gz or .zip holds.

    Counting stops beyond ``most``. A damaged archive counts as it lies: reading it says what is
    wrong.
    """
    packed = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(4)
    try:
        if magic[:2] == b"\x1f\x8b":
            return _counted(path, most)
        if magic == b"PK\x03\x04" and not is_document(path):
            with zipfile.ZipFile(path) as archive:
                return sum(info.file_size for info in archive.infolist())
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return packed
    return packed


def _counted(path: Path, most: int) -> int:
    size = 0
    with gzip.open(path) as content:
        while size <= most and (chunk := content.read(CHUNK)):
            size += len(chunk)
    return size


def is_document(path: Path) -> bool:
    """Whether a zip is one document: an Office or OpenDocument file, or HWPX."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return False
    return bool(names & {"[Content_Types].xml", "mimetype", "META-INF/container.xml"})


def _gunzip(path: Path, target: Path, name: str) -> None:
    limit = _limit(path.stat().st_size)
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            _copy(packed, out, limit, name)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(name, error) from error


def _limit(packed: int) -> int:
    return min(MOST_UNPACKED, max(FREE_RATIO, packed * MOST_RATIO))


def check_size(path: Path, unpacked_bytes: int, name: str) -> None:
    """Raise ``Problem`` where a packed document claims to unpack beyond the limit."""
    limit = _limit(path.stat().st_size)
    if unpacked_bytes > limit:
        raise _too_large(name, limit)


def _too_large(name: str, limit: int) -> Problem:
    return Problem(
        both(
            f"{name}: 압축을 풀면 {limit >> 20:,} MB를 넘어 멈추었습니다. 믿을 수 있는 파일이면 "
            "압축을 직접 풀어 넣으십시오.",
            f"{name}: unpacks to more than {limit >> 20:,} MB, so it was stopped. If you trust "
            "the file, unpack it yourself and add what is inside.",
        )
    )


def _copy(packed: IO[bytes] | gzip.GzipFile, out: IO[bytes], limit: int, name: str) -> int:
    written = 0
    while chunk := packed.read(CHUNK):
        written += len(chunk)
        if written > limit:
            raise _too_large(name, limit)
        out.write(chunk)
    return written


def _damaged(name: str, error: Exception) -> Problem:
    return Problem(
        both(
            f"{name}: 압축 파일이 손상되어 풀 수 없습니다({error}). 파일을 다시 받으십시오.",
            f"{name}: the archive is damaged and cannot be unpacked ({error}). Get it again.",
        )
    )


def _unzip(path: Path, folder: Path, name: str) -> list[Member]:
    members: list[Member] = []
    left = _limit(path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_MEMBERS:
                raise Problem(
                    both(
                        f"{name}: 안에 든 파일이 {len(infos):,}개로 한도({MOST_MEMBERS:,}개)를 "
                        "넘습니다. 나누어 압축하십시오.",
                        f"{name}: holds {len(infos):,} files, more than {MOST_MEMBERS:,}. Split it.",
                    )
                )
            for info in infos:
                inner = member_name(info)
                if _is_clutter(inner):
                    continue
                if info.flag_bits & 1:
                    raise Problem(
                        both(
                            f"{name}: 암호로 잠긴 압축 파일입니다. 암호 없이 다시 압축하십시오.",
                            f"{name}: the archive is locked with a password. Pack it without one.",
                        )
                    )
                target = _inside(folder, inner)
                with archive.open(info) as packed, target.open("wb") as out:
                    left -= _copy(packed, out, left, name)
                members.append(Member(target, f"{name}/{inner}"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise _damaged(name, error) from error
    return members


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; names not marked as UTF-8 are read as UTF-8 or else CP949."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_clutter(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db")


def _inside(folder: Path, inner: str) -> Path:
    """A place below ``folder``, whatever the member's name says about going up."""
    parts = [
        part
        for part in PurePosixPath(inner.replace("\\", "/")).parts
        if part not in ("..", "/", ".")
    ]
    target = folder.joinpath(*[part.replace(":", "_") for part in parts] or ["member"])
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
