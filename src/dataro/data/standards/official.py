"""Reading the ministry's common standard from whatever file a city has of it.

Workbooks (the 2020-08 and 2020-12 layouts and later ones with the same headings), CSV (terms of
several rounds, UTF-8 or CP949) and JSON (``{"meta": …, "data": […]}``). What a table is, is told
from its headings, not from its name. Rows marked 폐기 (withdrawn) are dropped; what is missing is
said, not guessed.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from dataro.data.standards.core import described
from dataro.data.standards.edition import (
    Edition,
    StandardDomain,
    StandardTerm,
    StandardWord,
    parse_domain,
)
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

SIZE_LIMIT = 16 * 2**20
"""Larger files are refused: the largest edition has some 4 MB."""

Sheet = Literal["terms", "words", "domains"]
Row = dict[str, str]

_FIELDS: Mapping[Sheet, Mapping[str, tuple[str, ...]]] = {
    "terms": {
        "name": ("용어명",),
        "abbreviation": ("용어영문약어명", "물리명", "영문약어명"),
        "domain": ("도메인명", "도메인"),
        "about": ("용어설명", "정의"),
        "allowed": ("허용값",),
        "stored": ("저장형식",),
        "shown": ("표현형식",),
        "code": ("행정표준코드명", "코드명"),
        "owner": ("소관기관명", "최종요청자"),
        "synonyms": ("용어이음동의어목록", "이음동의어목록"),
        "round": ("제정차수", "요청업무"),
    },
    "words": {
        "name": ("단어명",),
        "abbreviation": ("단어영문약어명", "영문약어명"),
        "english": ("단어영문명", "영문명"),
        "about": ("단어설명",),
        "domain_class": ("도메인분류명",),
        "synonyms": ("이음동의어목록",),
        "forbidden": ("금칙어목록",),
        "round": ("제정차수",),
    },
    "domains": {
        "name": ("도메인명",),
        "domain_class": ("도메인분류명", "분류어"),
        "group": ("도메인그룹명",),
        "about": ("도메인설명",),
        "unit": ("단위",),
        "stored": ("저장형식",),
        "shown": ("표현형식",),
        "allowed": ("허용값",),
        "round": ("제정차수",),
    },
}


@dataclass(frozen=True, slots=True)
class _Table:
    place: str
    headings: tuple[str, ...]
    rows: list[Row]


def read_edition(paths: Iterable[Path]) -> Edition:
    """Everything that some files of the standard say, later rounds over earlier ones.

    Raises ``Problem`` for a file that cannot be read or that holds no table of the standard.
    """
    terms: list[StandardTerm] = []
    words: dict[str, StandardWord] = {}
    domains: dict[str, StandardDomain] = {}
    nameless: list[StandardWord] = []
    missing: list[Text] = []
    names = []
    for path in paths:
        found = False
        for table in _tables(path):
            sheet = _what(table.headings)
            if sheet is None:
                continue
            found = True
            rows = [row for row in (_fields(sheet, r) for r in table.rows) if not _withdrawn(row)]
            missing += _lacking(sheet, table, rows)
            if sheet == "terms":
                terms += [_term(row) for row in rows if row["name"] and row["abbreviation"]]
            elif sheet == "words":
                for word in (_word(row) for row in rows if row["abbreviation"]):
                    if word.name:
                        words[word.name] = word
                    else:
                        nameless.append(word)
            else:
                domains.update((d.name, d) for d in map(_domain, rows) if d is not None)
        if not found:
            raise Problem(_unknown(path))
        names.append(path.name)
    terms.sort(key=lambda term: term.round or 0)
    by_name = {term.name: term for term in terms}
    for name in {term.domain for term in by_name.values()}:
        if name not in domains and re.search(r"[CVND]\d*(,\d+)?$", name):
            domains[name] = described(parse_domain(name))
    return Edition(
        title=both("공공데이터 공통표준", "Common standard of public data"),
        terms=by_name,
        words=words,
        domains=domains,
        nameless=tuple(nameless),
        missing=tuple(missing),
        files=tuple(names),
    )


def _tables(path: Path) -> Iterator[_Table]:
    if path.stat().st_size > SIZE_LIMIT:
        raise Problem(both(
            f"{path.name}: 16MB가 넘는 파일은 공통표준 파일로 읽지 않습니다.",
            f"{path.name}: a file over 16 MB is not read as the common standard."))  # fmt: skip
    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".xls", ".xlsm", ".ods"):
            yield from _workbook(path)
        elif suffix == ".json":
            yield from _json(path)
        elif suffix in (".csv", ".tsv", ".txt"):
            yield from _csv(path)
        else:
            raise Problem(_unknown(path))
    except (OSError, UnicodeError, ValueError, csv.Error) as error:
        raise Problem(both(
            f"{path.name}: 파일을 읽지 못했습니다({error}). 내려받은 원본인지 확인해 주십시오.",
            f"{path.name}: could not be read ({error}). Is it the file as downloaded?")) from error  # fmt: skip


def _workbook(path: Path) -> Iterator[_Table]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except CalamineError as error:
        raise ValueError(str(error)) from error
    for name, rows in sheets.items():
        for start, row in enumerate(rows[:10]):
            headings = tuple(_heading(str(cell)) for cell in row)
            if _what(headings):
                yield _table(f"{path.name} [{name}]", headings, rows[start + 1 :])
                break


def _csv(path: Path) -> Iterator[_Table]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp949")
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    rows = list(csv.reader(StringIO(text), delimiter=delimiter))
    if rows:
        yield _table(path.name, tuple(_heading(cell) for cell in rows[0]), rows[1:])


def _json(path: Path) -> Iterator[_Table]:
    document = json.loads(path.read_text("utf-8-sig"))
    records = document.get("data", []) if isinstance(document, dict) else document
    if isinstance(records, list) and records and isinstance(records[0], dict):
        keys = list(dict.fromkeys(key for record in records for key in record))
        rows = [[record.get(key) for key in keys] for record in records]
        yield _table(path.name, tuple(_heading(key) for key in keys), rows)


def _table(place: str, headings: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> _Table:
    said = [
        dict(zip(headings, (_cell(cell) for cell in row), strict=False))
        for row in rows
        if any(cell not in (None, "") for cell in row)
    ]
    return _Table(place, headings, said)


def _heading(text: str) -> str:
    return re.sub(r"\s|공통표준", "", unicodedata.normalize("NFC", text))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = unicodedata.normalize("NFC", str(value)).strip()
    return "" if text == "-" else text


def _what(headings: Sequence[str]) -> Sheet | None:
    if "용어명" in headings and {"물리명", "용어영문약어명", "영문약어명"} & set(headings):
        return "terms"
    if "단어명" in headings and {"단어영문약어명", "영문약어명"} & set(headings):
        return "words"
    if "도메인명" in headings and {"도메인분류명", "분류어"} & set(headings):
        return "domains"
    return None


def _fields(sheet: Sheet, row: Mapping[str, str]) -> Row:
    return {
        name: next((row[heading] for heading in headings if row.get(heading)), "")
        for name, headings in _FIELDS[sheet].items()
    }


def _withdrawn(row: Row) -> bool:
    """Marked 폐기 in its round; 폐기후제정 (withdrawn, then enacted again) is in force."""
    return "폐기" in row["round"].replace("폐기후제정", "")


def _lacking(sheet: Sheet, table: _Table, rows: Sequence[Row]) -> list[Text]:
    ko = {"terms": "용어", "words": "단어", "domains": "도메인"}[sheet]
    lacks = []
    for name, title in (("name", both(f"{ko}명", "name")),
                        ("abbreviation", both("영문약어명", "abbreviation"))):  # fmt: skip
        empty = sum(not row.get(name, "·") for row in rows)
        if empty:
            lacks.append(both(
                f"{table.place}: {ko} {len(rows):,}개 가운데 {empty:,}개에 {title.ko}이 없습니다.",
                f"{table.place}: {empty:,} of {len(rows):,} {sheet} have no {title.en}."))  # fmt: skip
    return lacks


def _round(text: str) -> int | None:
    match = re.search(r"(\d+)\s*차", text)
    return int(match[1]) if match else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,，;\n]", text) if part.strip())


def _term(row: Row) -> StandardTerm:
    return StandardTerm(
        name=re.sub(r"\s", "", row["name"]),
        abbreviation=row["abbreviation"].upper(),
        domain=re.sub(r"\s", "", row["domain"]),
        about=Text(row["about"], ""),
        allowed=row["allowed"],
        stored=row["stored"],
        shown=row["shown"],
        code=row["code"],
        owner=row["owner"],
        synonyms=_list(row["synonyms"]),
        round=_round(row["round"]),
    )


def _word(row: Row) -> StandardWord:
    return StandardWord(
        name=re.sub(r"\s", "", row["name"]),
        abbreviation=row["abbreviation"].upper(),
        english=re.sub(r"\s+", " ", row["english"].replace("\xa0", " ")).strip(),
        synonyms=_list(row["synonyms"]),
        forbidden=_list(row["forbidden"]),
        domain_class=row["domain_class"],
        about=Text(row["about"], ""),
        round=_round(row["round"]),
    )


def _domain(row: Row) -> StandardDomain | None:
    try:
        told = parse_domain(re.sub(r"\s", "", row["name"]))
    except ValueError:
        return None
    return described(StandardDomain(
        name=told.name,
        domain_class=told.domain_class,
        type=told.type,
        length=told.length,
        scale=told.scale,
        group=row["group"],
        unit=row["unit"],
        stored=row["stored"],
        shown=row["shown"],
        allowed=row["allowed"],
        about=Text(row["about"], ""),
    ))  # fmt: skip


def _unknown(path: Path) -> Text:
    return both(
        f"{path.name}: 공통표준용어·단어·도메인 표를 찾지 못했습니다. 첫 줄에 “공통표준용어명”, "
        "“공통표준용어영문약어명” 같은 제목이 있는 XLSX, CSV, JSON 파일이어야 합니다.",
        f"{path.name}: no table of standard terms, words or domains. An XLSX, CSV or JSON file with "
        "headings such as 공통표준용어명 and 공통표준용어영문약어명 is expected.",
    )
