"""Rows taken out of raw files: the bytes of all other rows stay as they came."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from dataro.data.sources.encoding import detect
from dataro.data.sources.raw import Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_TEXTS = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".xlsm")
_RECORDS = (".json", ".geojson")


@dataclass(frozen=True, slots=True)
class Cut:
    """A raw file before and after: digests (SHA-256), rows taken out; ``after`` is None for a file
    that was removed whole. ``rewritten`` says that formats and formulas of a workbook were lost."""

    path: str
    before: str
    after: str | None
    rows: int
    rewritten: bool = False


def cut(path: Path, name: str, rows: Sequence[int], *, whole: bool) -> Cut:
    """Take the rows (1-based, as a spreadsheet numbers them) out of a file, or remove it whole.

    Raises ``Problem`` for a kind of file that single rows cannot be taken out of.
    """
    before = path.read_bytes()
    digest = hashlib.sha256(before).hexdigest()
    if whole:
        path.unlink()
        return Cut(name, digest, None, len(rows))
    ending = path.suffix.lower()
    if ending in _TEXTS:
        after = _text_without(before, path, frozenset(rows))
    elif ending in _BOOKS:
        after = _book_without(path, frozenset(rows))
    elif ending in _RECORDS:
        after = _records_without(before, frozenset(rows))
    else:
        raise Problem(
            both(
                f"{name}: 이 형식({ending})에서는 행만 지울 수 없습니다. 파일 전체를 지우려면 --whole-files를 붙이고, "
                "고친 파일을 다시 넣어 주세요.",
                f"{name}: single rows cannot be taken out of a {ending} file. Add --whole-files to "
                "remove it whole, and put a mended one in.",
            )
        )
    _replace(path, after)
    return Cut(name, digest, hashlib.sha256(after).hexdigest(), len(rows), ending in _BOOKS)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _text_without(content: bytes, path: Path, rows: frozenset[int]) -> bytes:
    """Without these records; a quoted cell may run over several lines."""
    encoding = detect(path, Report(path.name)).name
    text = content.decode(encoding)
    kept, start, number = [], 0, 0
    for end in _ends(text):
        number += 1
        if number not in rows:
            kept.append(text[start:end])
        start = end
    if start < len(text):
        number += 1
        if number not in rows:
            kept.append(text[start:])
    return "".join(kept).encode(encoding)


def _ends(text: str) -> list[int]:
    """Where records end: line breaks outside of quotes."""
    ends, quoted, at = [], False, 0
    while at < len(text):
        letter = text[at]
        if letter == '"':
            quoted = not quoted
        elif letter in "\r\n" and not quoted:
            if letter == "\r" and text[at + 1 : at + 2] == "\n":
                at += 1
            ends.append(at + 1)
        at += 1
    return ends


def _book_without(path: Path, rows: frozenset[int]) -> bytes:
    """Every sheet written anew without these rows of the first one; values stay, looks do not."""
    book = CalamineWorkbook.from_path(str(path))
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as target:
        for at, name in enumerate(book.sheet_names):
            page = target.add_worksheet(name)
            lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            kept = [line for n, line in enumerate(lines, 1) if at > 0 or n not in rows]
            for r, line in enumerate(kept):
                for c, value in enumerate(line):
                    _cell(page, r, c, value)
    return made.getvalue()


def _cell(page: Any, row: int, column: int, value: Any) -> None:
    if value in ("", None):
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, str(value))


def _records_without(content: bytes, rows: frozenset[int]) -> bytes:
    """Without these members of the longest list of records in a JSON document."""
    document = json.loads(content.decode("utf-8-sig"))
    longest = _longest(document)
    longest[:] = [one for n, one in enumerate(longest, 1) if n not in rows]
    return json.dumps(document, ensure_ascii=False).encode()


def _longest(node: Any) -> list[Any]:
    best: list[Any] = []
    if isinstance(node, list) and node and isinstance(node[0], dict):
        best = node
    members = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for one in members:
        if isinstance(one, dict | list):
            found = _longest(one)
            if len(found) > len(best):
                best = found
    return best
