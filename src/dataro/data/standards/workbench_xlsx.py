"""The workbench as the workbook that officials hand in: definitions, crosswalk, words to register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from dataro.data.standards.edition import english_name, sql_type
from dataro.data.standards.workbench import CrosswalkRow, Workbench, ddl

_WIDEST = 60


def workbook(bench: Workbench) -> bytes:
    """An XLSX of eight sheets: 표준용어·단어·도메인 정의서, 테이블·컬럼 정의서, 매핑표, 이음동의 열, DDL.

    Text stays text: a heading that begins with ``=`` is not a formula.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True}
        )
        body = book.add_format({"border": 1, "valign": "top"})
        for title, headings, rows in _sheets(bench):
            _write(book.add_worksheet(title), headings, rows, head, body)
    return buffer.getvalue()


_Sheet = tuple[str, Sequence[str], list[Sequence[Any]]]


def _sheets(bench: Workbench) -> Iterable[_Sheet]:
    terms = {row.name.term.name: row for row in bench.crosswalk}
    yield _terms([terms[name] for name in sorted(terms)])
    yield _words(bench)
    domains = {row.domain.name: row.domain for row in bench.crosswalk}
    yield (
        "표준도메인 정의서",
        ("도메인그룹명", "도메인분류명", "도메인명", "도메인설명", "데이터타입", "데이터길이", "소수점길이",
         "저장형식", "표현형식", "단위", "허용값"),
        [(d.group, d.domain_class, d.name, d.about.ko, sql_type(d).split("(")[0], d.length, d.scale,
          d.stored, d.shown, d.unit, d.allowed) for _, d in sorted(domains.items())],
    )  # fmt: skip
    tables: dict[str, list[CrosswalkRow]] = {}
    for row in bench.crosswalk:
        tables.setdefault(row.table, []).append(row)
    yield ("테이블 정의서", ("테이블명(영문)", "원본 파일", "열 수"),
           [(table, rows[0].file, len(rows)) for table, rows in tables.items()])  # fmt: skip
    yield (
        "컬럼 정의서",
        ("테이블명(영문)", "순서", "컬럼명(영문)", "컬럼명(한글)", "도메인명", "데이터타입", "표현형식", "예시값"),
        [(table, at, row.column, row.name.term.name, row.domain.name, sql_type(row.domain),
          row.domain.shown, row.example)
         for table, rows in tables.items() for at, row in enumerate(rows, 1)],
    )  # fmt: skip
    yield (
        "매핑표",
        ("원본 파일", "원본 열", "표준용어", "영문약어명", "도메인", "확신도", "표준에 있음", "까닭"),
        [(row.file, row.heading, row.name.term.name, row.name.term.abbreviation, row.domain.name,
          row.name.confidence, "Y" if row.name.exists else "N", row.name.reason.ko)
         for row in bench.crosswalk],
    )  # fmt: skip
    yield ("같은 뜻 다른 이름", ("표준용어", "쓰인 이름", "이름 수", "열 수", "설명"),
           [(group.term, ", ".join(group.headings), len(group.headings), len(group.places),
             group.text.ko) for group in bench.same])  # fmt: skip
    yield "DDL", ("DDL",), [(line,) for line in ddl(bench).splitlines()]


def _terms(rows: Sequence[CrosswalkRow]) -> _Sheet:
    headings = ("표준용어명", "영문명", "영문약어명", "도메인명", "용어설명", "허용값", "구분")
    return "표준용어 정의서", headings, [
        (row.name.term.name, row.name.term.english, row.name.term.abbreviation, row.domain.name,
         row.name.term.about.ko, row.domain.allowed,
         "공통표준" if row.name.term.official else "기관 표준" if row.name.exists else "신규 제안")
        for row in rows
    ]  # fmt: skip


def _words(bench: Workbench) -> _Sheet:
    used: dict[str, Sequence[Any]] = {}
    for row in bench.crosswalk:
        for name in row.name.words:
            word = bench.edition.words.get(name)
            if word is not None:
                used[name] = (name, word.abbreviation, english_name([word]), word.domain_class,
                              ", ".join(word.synonyms), "표준")  # fmt: skip
            else:
                used[name] = (
                    name,
                    "",
                    "",
                    "",
                    "",
                    f"등록 필요({bench.unknown_words.get(name, 0)}회)",
                )
    headings = (
        "표준단어명",
        "영문약어명",
        "영문명",
        "도메인분류명(형식단어)",
        "이음동의어",
        "구분",
    )
    return "표준단어 정의서", headings, [used[name] for name in sorted(used)]


def _write(
    sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[Any]], head: Any, body: Any
) -> None:
    sheet.write_row(0, 0, headings, head)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(at, column, value, body)
            else:
                sheet.write_string(at, column, "" if value is None else str(value)[:32_000], body)
    for column, heading in enumerate(headings):
        longest = max([len(heading), *(len(str(row[column] or "")) for row in rows[:200])])
        sheet.set_column(column, column, min(_WIDEST, 2 + round(longest * 1.6)))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
