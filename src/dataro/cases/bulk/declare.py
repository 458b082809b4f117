"""A row of the sheet as a declaration, and what is wrong with it before anything is written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from dataro.build.columns import KINDS
from dataro.cases.bulk.rows import CADENCES, COLUMNS_TAB, DATASETS_TAB, ColumnRow, DatasetRow
from dataro.publish.catalogue.words import THEMES
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.text import Text, both

FOLDER = "개방"
"""Files of a bulk opening lie in this folder of ``raw/``, each department's apart."""
MARK = "# 개방 목록에서 만든 선언입니다. 고쳐도 되며, 고친 뒤에는 목록을 다시 넣어도 덮어쓰지 않습니다."
_ID = re.compile(r"[a-z][a-z0-9_]{1,59}")
_TOTALS = ("합계", "총계", "계", "소계", "총합", "합 계", "총 계")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one cell of the sheet: ``line`` is the row as a spreadsheet numbers it."""

    tab: str
    line: int
    text: Text

    def said(self) -> Text:
        """With its place before it."""
        return both(
            f"‘{self.tab}’ 시트 {self.line}행: {self.text.ko}",
            f"Tab {self.tab}, row {self.line}: {self.text.en}",
        )


def check_rows(rows: Sequence[DatasetRow], folder: Path) -> list[RowFault]:
    """Everything that is wrong in the rows, in their order; files are looked for in ``folder``."""
    ids = Counter(row.id for row in rows)
    found: list[RowFault] = []
    for row in rows:
        found += [RowFault(DATASETS_TAB, row.line, text) for text in _dataset_faults(row, folder)]
        if ids[row.id] > 1:
            said = both(
                f"식별자 “{row.id}”을(를) 여러 줄이 씁니다. 서로 다르게 적어 주세요.",
                f"Several rows have the id “{row.id}”. Give each its own.",
            )
            found.append(RowFault(DATASETS_TAB, row.line, said))
        found += _column_faults(row)
    return found


def raw_path(row: DatasetRow) -> PurePosixPath:
    """Where a row's file lies below ``raw/``."""
    name = unicodedata.normalize("NFC", PurePosixPath(row.file).name)
    office = re.sub(r"[^\w가-힣]+", "_", row.department) or "부서"
    return PurePosixPath(FOLDER, office, f"{row.id}{PurePosixPath(name).suffix.lower()}")


def declaration(row: DatasetRow) -> str:
    """The YAML of one row: internal until its opening has been decided."""
    columns = {one.name: _column(one) for one in row.columns if one.keep}
    given: dict[str, Any] = {
        "title": {"ko": row.title, "en": row.title_en},
        "description": {"ko": row.description, "en": f"{row.title_en}."},
        "owner": {"ko": row.department, "en": row.department},
        "row": {"ko": row.row, "en": "One row per record."},
        "licence": row.licence,
        "openness": "internal",
        "openness_reason": {"ko": "개방 검토를 기다립니다.", "en": "Waits for its review."},
        "theme": row.theme,
        "cadence": row.cadence,
        "keywords": list(row.keywords),
    }
    if row.contact:
        given["contact"] = row.contact
    if row.expires:
        given["expires"] = date.fromisoformat(row.expires)
    given["source"] = {"files": raw_path(row).as_posix()}
    given["columns"] = columns
    total = next((one for one in row.columns if one.keep and one.heading == row.total), None)
    if row.total and total is not None:
        listed = ", ".join(f"'{word}'" for word in _TOTALS)
        reason = {"ko": "다른 행을 더한 합계 행입니다.", "en": "A row that sums others."}
        given["corrections"] = [
            {"where": f"trim({total.name}) IN ({listed})", "drop": True, "reason": reason}
        ]
    return f"{MARK}\n{_dumped(given)}"


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes texts and columns on one line each, as declarations are written by hand."""


_Dumper.add_representer(
    _Flow,
    lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True),
)


def _dumped(given: dict[str, Any]) -> str:
    made = {name: _Flow(value) if _is_text(value) else value for name, value in given.items()}
    made["columns"] = {
        name: _Flow({k: _Flow(v) if isinstance(v, dict) else v for k, v in one.items()})
        for name, one in given["columns"].items()
    }
    return yaml.dump(made, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"ko", "en"}


def _column(one: ColumnRow) -> dict[str, Any]:
    made: dict[str, Any] = {"from": one.heading}
    if one.term:
        made["term"] = one.term
    made["title"] = {"ko": one.title, "en": one.title_en}
    if not one.term:
        made["kind"] = one.kind
    if one.unit:
        made["unit"] = {"ko": one.unit, "en": one.unit}
    if one.key:
        made["key"] = True
    if one.empty:
        made["optional"] = True
    return made


def _dataset_faults(row: DatasetRow, folder: Path) -> Iterator[Text]:
    if not (folder / row.file).is_file():
        yield both(
            f"파일 {row.file}이(가) 폴더에 없습니다.", f"There is no file {row.file} in the folder."
        )
    if not _ID.fullmatch(row.id):
        yield both(
            f"식별자 “{row.id}”은(는) 영문 소문자로 시작하고 소문자·숫자·밑줄만 쓸 수 있습니다.",
            f"The id “{row.id}” begins with a small letter and takes small letters, digits and _.",
        )
    for name, ko in (("title", "제목"), ("title_en", "영문 제목"), ("description", "설명"),
                     ("row", "한 행의 뜻"), ("department", "담당 부서")):  # fmt: skip
        if not getattr(row, name):
            yield both(f"{ko}이(가) 비어 있습니다. 적어 주세요.", f"{name} is empty. Fill it in.")
    for ko, given, known in (("이용 조건", row.licence, list(LICENCES)),
                             ("갱신 주기", row.cadence, [*CADENCES.values(), *CADENCES]),
                             ("주제", row.theme, list(THEMES))):  # fmt: skip
        if given not in known:
            guess = did_you_mean(given, known)
            yield both(
                f"{ko} “{given}”은(는) 없는 값입니다.{guess.ko} 쓸 수 있는 값: {', '.join(known)}.",
                f"“{given}” is no value of {ko}.{guess.en} Allowed: {', '.join(known)}.",
            )
    if row.expires and not _is_day(row.expires):
        yield both(
            f"이용 기한 “{row.expires}”을(를) 읽을 수 없습니다. 2027-12-31처럼 적어 주세요.",
            f"“{row.expires}” is no day. Write it like 2027-12-31.",
        )
    if not any(one.keep for one in row.columns):
        yield both(
            f"{row.file}의 열이 ‘{COLUMNS_TAB}’ 시트에 없거나 모두 빼기로 되어 있습니다.",
            f"No column of {row.file} is kept on the tab {COLUMNS_TAB}.",
        )


def _column_faults(row: DatasetRow) -> Iterator[RowFault]:
    names = Counter(one.name for one in row.columns if one.keep)
    for one in row.columns:
        if not one.keep:
            continue
        for text in _column_texts(one, names):
            yield RowFault(COLUMNS_TAB, one.line, text)


def _column_texts(one: ColumnRow, names: Counter[str]) -> Iterator[Text]:
    if not _ID.fullmatch(one.name):
        yield both(
            f"열 식별자 “{one.name}”은(는) 영문 소문자로 시작하고 소문자·숫자·밑줄만 쓸 수 있습니다.",
            f"The name “{one.name}” begins with a small letter and takes small letters, digits and _.",
        )
    if names[one.name] > 1:
        yield both(
            f"한 데이터셋에 열 식별자 “{one.name}”이(가) 둘 있습니다.",
            f"The name “{one.name}” stands twice in this dataset.",
        )
    if not one.term and one.kind not in KINDS:
        guess = did_you_mean(one.kind, KINDS)
        yield both(
            f"형식 “{one.kind}”은(는) 없는 값입니다.{guess.ko} 쓸 수 있는 값: {', '.join(KINDS)}.",
            f"“{one.kind}” is no kind.{guess.en} Allowed: {', '.join(KINDS)}.",
        )
    if not one.title or not one.title_en:
        yield both("한글 이름과 영문 이름을 적어 주세요.", "Give the column both its names.")
    if one.personal and one.keep:
        yield both(
            f"“{one.heading}” 열은 개인정보로 보입니다. 담기를 아니오로 하거나, 개인정보가 아니면 개인정보 칸을 비워 주세요.",
            f"“{one.heading}” looks personal. Set it not to be kept or, if it is not, empty that cell.",
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
