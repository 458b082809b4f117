"""Reads raw files of any kind into one raw table."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from dataro.data.sources.body import tidy
from dataro.data.sources.delimited import read_delimited
from dataro.data.sources.documents import read_html, read_hwp, read_hwpx
from dataro.data.sources.format import SHAPE_PARTS, Format, recognise
from dataro.data.sources.raw import FILE, GEOMETRY, ROW, Raw, Report
from dataro.data.sources.records import read_json, read_xml
from dataro.data.sources.shapes import read_shapes
from dataro.data.sources.unpack import Member, unpacked
from dataro.data.sources.wide import unpivot
from dataro.data.sources.workbook import read_workbook
from dataro.vocabulary.answer import Fault, SourceFile
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


def read(source: Source, paths: Sequence[Path], *, base: Path) -> Raw:
    """All files under each other as one raw table; see ``Raw``.

    A column that only some files have is empty in the others, and a note names it. A file that
    cannot be read is a fault (``kept=False``) while others can; ``Problem`` is raised where none
    can, or a declaration is wrong.
    """
    frames: list[pl.DataFrame] = []
    files: list[SourceFile] = []
    faults: list[Fault] = []
    notes: list[Text] = []
    columns: dict[str, list[str]] = {}
    failed: list[Problem] = []
    for path in paths:
        try:
            for part in scan(source, path, base=base):
                frames.append(part.frame)
                files += part.files
                faults += part.faults
                notes += part.notes
                for name in part.frame.get_column(FILE).unique():
                    columns.setdefault(name, part.frame.columns)
        except Problem as problem:
            failed.append(problem)
            faults.append(Fault(_name(path, base), None, None, None, "file", problem.text))
    if failed and len(failed) == len(paths):
        raise failed[0]
    notes += _uneven(columns)
    frame = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema=_EMPTY)
    down = [name for name in source.fill_down if name in frame.columns]
    frame = frame.with_columns(pl.col(down).forward_fill().over(FILE)) if down else frame
    return Raw(_ordered(_without_empty(frame)), files, faults, notes)


_EMPTY = {FILE: pl.String, ROW: pl.Int64}


def scan(source: Source, path: Path, *, base: Path) -> Iterator[Raw]:
    """One file in batches of bounded size: ``files`` comes with the first batch, notes and faults
    with the batch in which they were noticed (the last one at the latest).

    Raises ``Problem`` as ``read`` does.
    """
    name = _name(path, base)
    digest, size = _digest(path, name)
    try:
        with unpacked(path, name) as members:
            yield from _members(members, source, SourceFile(name, digest, size))
    except PermissionError as error:
        raise _forbidden(name) from error
    except OSError as error:
        raise _disk(name, error) from error


def _members(members: list[Member], source: Source, file: SourceFile) -> Iterator[Raw]:
    tables, foreign = _tables(_wanted(members, source), file.path)
    first = True
    for member, form, report in tables:
        frames = tidy(_READERS[form](member.path, source, report), report)
        if source.unpivot:
            frames = unpivot(frames, source.unpivot, report)
        held: pl.DataFrame | None = None
        for frame in frames:
            if held is not None:
                yield _batch(held, member, file if first else None, report)
                first = False
            held = frame
        if held is None:
            held = pl.DataFrame(schema={ROW: pl.Int64})
        if report.more_faults:
            report.note(
                f"이 밖에 같은 종류의 오류가 {report.more_faults:,}건 더 있습니다.",
                f"there are {report.more_faults:,} more faults of these kinds.",
            )
        if foreign:
            report.note(
                f"표가 아니어서 읽지 않은 파일: {', '.join(foreign)}.",
                f"not read, because they hold no table: {', '.join(foreign)}.",
            )
            foreign = []
        yield _batch(held, member, file if first else None, report)
        first = False


_READERS = {
    "delimited": read_delimited,
    "workbook": read_workbook,
    "json": read_json,
    "xml": read_xml,
    "shapes": read_shapes,
    "hwp": read_hwp,
    "hwpx": read_hwpx,
    "html": read_html,
}


def _tables(
    members: list[Member], name: str
) -> tuple[list[tuple[Member, Format, Report]], list[str]]:
    """The members that hold tables, with their formats, and the names of those that do not."""
    found: list[tuple[Member, Format, Report]] = []
    foreign: list[str] = []
    problem = None
    for member in sorted(members, key=lambda member: member.name):
        if len(members) > 1 and member.path.suffix.lower() in SHAPE_PARTS:
            continue
        report = Report(member.name)
        try:
            form = recognise(member.path, report)
        except Problem as error:
            problem = error
            foreign.append(member.name)
            continue
        found.append((member, form, report))
    if not found:
        raise problem or Problem(
            both(
                f"{name}: 압축 파일 안에 읽을 수 있는 표가 없습니다.",
                f"{name}: the archive holds no table that can be read.",
            )
        )
    return found, foreign


def _wanted(members: list[Member], source: Source) -> list[Member]:
    """Of an archive with several files those that ``sheet`` names, if it names any."""
    if source.sheet is None or len(members) < 2:
        return members
    return [m for m in members if fnmatchcase(m.path.name, source.sheet)] or members


def _batch(frame: pl.DataFrame, member: Member, file: SourceFile | None, report: Report) -> Raw:
    named = frame.with_columns(pl.lit(member.name).alias(FILE))
    files = [
        SourceFile(file.path, file.sha256, file.bytes, report.encoding)
    ] if file else []  # fmt: skip
    if file and report.encoding and not report.encoding.startswith("utf-8"):
        report.note(f"인코딩은 {report.encoding}입니다.", f"the encoding is {report.encoding}.")
    faults, notes = report.take()
    return Raw(_ordered(named), files, faults, notes)


def _name(path: Path, base: Path) -> str:
    try:
        shown = path.resolve().relative_to(base.resolve()).as_posix()
    except ValueError:
        shown = path.name
    return unicodedata.normalize("NFC", shown)


def _digest(path: Path, name: str) -> tuple[str, int]:
    try:
        if path.is_dir():
            raise Problem(
                both(
                    f"{name}: 파일이 아니라 폴더입니다. 폴더 안의 파일을 files에 적으십시오.",
                    f"{name}: this is a folder, not a file. Name the files in it in “files”.",
                )
            )
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        near = get_close_matches(path.name, beside, 1)
        raise Problem(
            both(
                f"{name}: 파일이 없습니다." + (f" “{near[0]}” 파일은 있습니다." if near else ""),
                f"{name}: there is no such file." + (f" There is “{near[0]}”." if near else ""),
            )
        ) from error
    except PermissionError as error:
        raise _forbidden(name) from error
    except OSError as error:
        raise _disk(name, error) from error


def _disk(name: str, error: OSError) -> Problem:
    return Problem(
        both(
            f"{name}: 읽거나 압축을 푸는 중 오류가 났습니다({error.strerror or error}). 디스크 여유 "
            "공간과 저장 장치를 확인하십시오.",
            f"{name}: reading or unpacking failed ({error.strerror or error}). Check the free "
            "space and the disk.",
        )
    )


def _forbidden(name: str) -> Problem:
    return Problem(
        both(
            f"{name}: 읽을 권한이 없습니다. 파일과 폴더의 읽기 권한을 주십시오.",
            f"{name}: no permission to read it. Grant read access to the file and its folder.",
        )
    )


def _uneven(columns: dict[str, list[str]]) -> list[Text]:
    """Which files lack columns that others have."""
    everything = dict.fromkeys(name for names in columns.values() for name in names)
    lacking: dict[tuple[str, ...], list[str]] = {}
    having = {file: set(names) for file, names in columns.items()}
    for name in everything:
        files = tuple(file for file, names in having.items() if name not in names)
        if files:
            lacking.setdefault(files, []).append(name)
    return [
        both(
            f"{_few(names)} 열이 파일 {len(columns)}개 중 {len(files)}개에 없습니다"
            f"({_few(files)}). 그 행은 비워 두었습니다.",
            f"the column(s) {_few(names)} are missing in {len(files)} of {len(columns)} files "
            f"({_few(files)}); they are empty there.",
        )
        for files, names in list(lacking.items())[:20]
    ]


def _few(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:5]) + (" …" if len(names) > 5 else "")


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Without columns that have neither a heading nor a cell."""
    unnamed = [name for name in frame.columns if name.startswith("column_")]
    return frame.drop(
        name for name in unnamed if frame.get_column(name).null_count() == frame.height
    )


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    last = [name for name in (GEOMETRY, FILE, ROW) if name in frame.columns]
    return frame.select(*(name for name in frame.columns if name not in last), *last)
