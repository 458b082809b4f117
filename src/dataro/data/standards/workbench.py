"""The standardisation workbench: a set of files in, standard names, crosswalk and DDL out.

It finds the columns that mean the same and are named differently, proposes a standard name for
each, lists the words that must be registered first, and writes the tables' definitions. What it
says is a proposal; an official decides.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Dialect, Edition, StandardDomain, sql_type
from dataro.data.standards.matching import clean, in_standard_words
from dataro.data.standards.naming import NewName, propose_name, romanised
from dataro.data.standards.values import class_of_values, form_of_values
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

_NAMELESS = re.compile(r"(?:(?:column|unnamed|열|컬럼)[_ :]*\d*)?", re.IGNORECASE)

COLUMN_LIMIT = 20_000
"""More columns than this in one go are refused."""


@dataclass(frozen=True, slots=True)
class FileColumns:
    """A file (or table): its name, headings, and for each heading some values."""

    file: str
    headings: Sequence[str]
    samples: Sequence[Sequence[str | None]] = ()


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """One row of the crosswalk: a column as it is, and the standard name proposed for it."""

    file: str
    table: str
    heading: str
    column: str
    name: NewName
    domain: StandardDomain
    example: str


@dataclass(frozen=True, slots=True)
class SameMeaning:
    """Columns that mean the same; ``headings`` has more than one name for it."""

    term: str
    headings: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Workbench:
    """What was found in a set of files."""

    edition: Edition
    crosswalk: tuple[CrosswalkRow, ...]
    same: tuple[SameMeaning, ...]
    unknown_words: dict[str, int]


def work_through(files: Iterable[FileColumns], edition: Edition, model: DomainModel) -> Workbench:
    """Propose a standard name for every column of the files.

    Raises ``Problem`` where there are more than ``COLUMN_LIMIT`` columns.
    """
    told = list(files)
    count = sum(len(each.headings) for each in told)
    if count > COLUMN_LIMIT:
        raise Problem(both(
            f"열이 {count:,}개입니다. 한 번에 {COLUMN_LIMIT:,}개까지 다룹니다. 파일을 나누어 주십시오.",
            f"{count:,} columns; at most {COLUMN_LIMIT:,} at once. Divide the files."))  # fmt: skip
    crosswalk: list[CrosswalkRow] = []
    tables: Counter[str] = Counter()
    for each in told:
        table = table_name(each.file, edition)
        tables[table] += 1
        if tables[table] > 1:
            table = f"{table}_{tables[table]}"
        crosswalk += _columns(each, table, edition, model)
    words: Counter[str] = Counter(word for row in crosswalk for word in row.name.unknown)
    return Workbench(edition, tuple(crosswalk), _same(crosswalk), dict(words.most_common()))


def _columns(
    file: FileColumns, table: str, edition: Edition, model: DomainModel
) -> Iterable[CrosswalkRow]:
    used: Counter[str] = Counter()
    for at, heading in enumerate(file.headings):
        values = file.samples[at] if at < len(file.samples) else ()
        # a column without a name stays one of its own
        told = f"미상{at + 1}" if _NAMELESS.fullmatch(heading.strip()) else heading
        name = propose_name(
            told, edition, model, domain_class=class_of_values(values), form=form_of_values(values)
        )
        used[name.term.abbreviation] += 1
        times = used[name.term.abbreviation]
        yield CrosswalkRow(
            file=file.file,
            table=table,
            heading=heading,
            column=name.term.abbreviation + (f"_{times}" if times > 1 else ""),
            name=name,
            domain=edition.domain(name.term.domain),
            example=next((value for value in values if value), "") or "",
        )


def _same(crosswalk: Sequence[CrosswalkRow]) -> tuple[SameMeaning, ...]:
    """Groups of columns with one proposed term, those under several names first."""
    groups: dict[str, list[CrosswalkRow]] = defaultdict(list)
    for row in crosswalk:
        groups[row.name.term.name].append(row)
    found = []
    for term, rows in groups.items():
        headings = tuple(dict.fromkeys(row.heading for row in rows))
        if len(rows) < 2:
            continue
        listed = ", ".join(headings)
        text = both(
            f"같은 뜻을 {len(headings)}가지로 적었습니다: {listed}. 표준용어: {term}"
            if len(headings) > 1 else f"{len(rows)}곳에서 같은 이름을 씁니다: {term}",
            f"{len(headings)} names for one meaning: {listed}. Standard: {term}"
            if len(headings) > 1 else f"one name in {len(rows)} places: {term}")  # fmt: skip
        places = tuple((row.file, row.heading) for row in rows)
        found.append(SameMeaning(term, headings, places, text))
    found.sort(key=lambda group: (-len(group.headings), -len(group.places), group.term))
    return tuple(found)


def table_name(file: str, edition: Edition) -> str:
    """The physical name of a table: abbreviations of the words in the file's name.

    Dates, versions and the office before the first ``_`` are left out; at most 30 characters.
    """
    stem = PurePath(file.replace("\\", "/")).stem
    stem = re.sub(r"(?:19|20)\d{2}[-._]?\d{0,2}[-._]?\d{0,2}|v?\d+(?:\.\d+)+", " ", stem)
    words = in_standard_words(clean(re.sub(r"[_\-]+", " ", stem)), edition)
    parts = [
        edition.words[word].abbreviation if word in edition.words else romanised(word)[:6].upper()
        for word in words
    ]
    name = re.sub(r"[^A-Z0-9_]", "", "_".join(parts).upper())[:30].strip("_")
    return name if name and name[0].isalpha() else f"T_{name or 'TABLE'}"


def ddl(bench: Workbench, dialect: Dialect = "postgresql") -> str:
    """CREATE TABLE statements for all files, with the Korean names as comments."""
    tables: dict[str, list[CrosswalkRow]] = defaultdict(list)
    for row in bench.crosswalk:
        tables[row.table].append(row)
    return "\n\n".join(_create(table, rows, dialect) for table, rows in tables.items()) + "\n"


def _create(table: str, rows: Sequence[CrosswalkRow], dialect: Dialect) -> str:
    lines = []
    for at, row in enumerate(rows):
        comma = "," if at < len(rows) - 1 else ""
        type_ = sql_type(row.domain, dialect)
        if dialect == "mysql":
            lines.append(f"    {row.column} {type_} COMMENT {_quoted(row.name.term.name)}{comma}")
        else:
            lines.append(f"    {row.column} {type_}{comma}")
    source = re.sub(r"[\r\n]+", " ", rows[0].file)
    said = [f"-- {source}", f"CREATE TABLE {table} (", *lines, ");"]
    if dialect != "mysql":
        said += [
            f"COMMENT ON COLUMN {table}.{row.column} IS {_quoted(row.name.term.name)};"
            for row in rows
        ]
    return "\n".join(said)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "").replace("'", "''") + "'"
