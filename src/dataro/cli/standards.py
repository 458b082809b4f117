"""standards: the common standard searched, adopted, applied to files and measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from dataro.build.workspace import find
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.sources.database import connected, is_address, tables
from dataro.data.standards.compliance import Compliance, JudgedColumn, PhysicalColumn, measure
from dataro.data.standards.edition import Edition, english_of
from dataro.data.standards.file_columns import columns_of_files
from dataro.data.standards.search import search
from dataro.data.standards.store import adopt, domain_model, standard
from dataro.data.standards.workbench import Workbench, work_through
from dataro.data.standards.workbench_xlsx import workbook
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

SHOWN = 30


def search_terms(workspace: Path, word: str, as_json: bool) -> int:
    """Tell the terms that answer ``word``; 1 where there is none."""
    edition = _edition(workspace)
    hits = search(word, edition, SHOWN)
    if as_json:
        print_json([
            {"name": h.term.name, "abbreviation": h.term.abbreviation, "domain": h.term.domain,
             "english": english_of(h.term, edition), "about": h.term.about, "score": h.score,
             "official": h.term.official}
            for h in hits
        ])  # fmt: skip
        return 0 if hits else 1
    out = console()
    if not hits:
        out.print(say(both(
            f"“{word}”에 가까운 표준용어가 없습니다. 더 짧은 낱말로 찾아 보십시오.",
            f"No standard term comes near “{word}”. Try a shorter word.")))  # fmt: skip
        return 1
    made = _table(
        both("용어", "Term"), both("영문약어명", "Abbreviation"), both("영문명", "English"),
        both("도메인", "Domain"), both("설명", "Description"),
    )  # fmt: skip
    for hit in hits:
        term = hit.term
        made.add_row(
            *map(escape, (term.name, term.abbreviation, english_of(term, edition), term.domain)),
            escape(say(term.about)),
        )
    out.print(made)
    out.print(f"[dim]{escape(say(edition.title))}[/]")
    return 0


def adopt_file(workspace: Path, file: Path) -> None:
    """Take an official file into the workspace. Raises ``Problem``."""
    if not file.is_file():
        raise _absent(file)
    edition = adopt(file, find(workspace).folder)
    out = console()
    out.print(say(both(
        f"들였습니다: {edition.title.ko} · 용어 {len(edition.terms):,}개, 단어 {len(edition.words):,}개, "
        f"도메인 {len(edition.domains):,}개",
        f"adopted: {edition.title.en} · {len(edition.terms):,} terms, {len(edition.words):,} words, "
        f"{len(edition.domains):,} domains")))  # fmt: skip
    for lack in edition.missing:
        out.print(f"[yellow]{escape(say(lack))}[/]")


def work(workspace: Path, files: Sequence[Path], xlsx: Path | None, as_json: bool) -> None:
    """Propose names for the columns of files. Raises ``Problem`` where none can be read."""
    for file in files:
        if not file.is_file():
            raise _absent(file)
    edition = _edition(workspace)
    columns, problems = columns_of_files(files)
    if not columns and problems:
        raise problems[0]
    bench = work_through(columns, edition, domain_model(edition))
    if xlsx is not None:
        try:
            xlsx.write_bytes(workbook(bench))
        except OSError as error:
            raise Problem(both(
                f"{xlsx}에 쓸 수 없습니다({error.strerror}). 폴더와 권한을 확인해 주십시오.",
                f"{xlsx} cannot be written ({error.strerror}). Check the folder and its permissions.",
            )) from error  # fmt: skip
    if as_json:
        print_json(_bench_document(bench))
    else:
        _tell_bench(bench, problems, xlsx)


def _bench_document(bench: Workbench) -> dict[str, object]:
    return {
        "columns": [
            {"file": r.file, "table": r.table, "heading": r.heading, "term": r.name.term.name,
             "column": r.column, "domain": r.domain.name, "confidence": r.name.confidence,
             "exists": r.name.exists, "reason": r.name.reason}
            for r in bench.crosswalk
        ],
        "same": [
            {"term": s.term, "headings": s.headings, "places": s.places, "text": s.text}
            for s in bench.same
        ],
        "unknown_words": bench.unknown_words,
    }  # fmt: skip


def _tell_bench(bench: Workbench, problems: Sequence[Problem], xlsx: Path | None) -> None:
    out = console()
    made = _table(
        both("파일", "File"), both("열", "Column"), both("표준 이름", "Standard name"),
        both("영문약어명", "Abbreviation"), both("도메인", "Domain"), both("확신", "Surety"),
    )  # fmt: skip
    for row in bench.crosswalk:
        made.add_row(
            escape(row.file), escape(row.heading), escape(row.name.term.name), escape(row.column),
            escape(row.domain.name), f"{row.name.confidence:.0%}",
        )  # fmt: skip
    out.print(made)
    for group in bench.same:
        if len(group.headings) > 1:
            out.print(f"[yellow]≈[/] {escape(say(group.text))}")
    if bench.unknown_words:
        words = ", ".join(list(bench.unknown_words)[:SHOWN])
        out.print(f"{say(both('먼저 등록할 단어', 'Words to register first'))}: {escape(words)}")
    for problem in problems:
        out.print(f"[red]✗[/] {escape(say(problem.text))}")
    if xlsx is not None:
        out.print(f"[green]✓[/] {say(both('썼습니다', 'written'))}: {escape(str(xlsx))}")


def measure_sources(
    workspace: Path, sources: Sequence[str], schema: str | None, as_json: bool
) -> None:
    """How far the columns keep to the standard in force. Raises ``Problem``."""
    edition = _edition(workspace)
    columns: list[PhysicalColumn] = []
    for source in sources:
        columns += _of_database(source, schema) if is_address(source) else _of_file(Path(source))
    found = measure(columns, edition, domain_model(edition))
    if as_json:
        print_json({
            "names": found.names, "types": found.types, "counts": found.counts,
            "columns": [_judged_document(one) for one in found.columns],
        })  # fmt: skip
    else:
        _tell_measured(found, edition)


def _judged_document(one: JudgedColumn) -> dict[str, object]:
    return {
        "table": one.column.table, "column": one.column.physical, "logical": one.column.logical,
        "verdict": one.verdict, "text": one.text, "term": one.term.name if one.term else None,
        "proposed": one.proposed.term.name if one.proposed else None,
    }  # fmt: skip


def _tell_measured(found: Compliance, edition: Edition) -> None:
    out = console()
    made = _table(
        both("표", "Table"), both("열", "Column"), both("한글 이름", "Korean name"),
        both("판정", "Verdict"),
    )  # fmt: skip
    for one in found.columns:
        tone = "green" if one.verdict == "standard" else "yellow"
        made.add_row(
            escape(one.column.table), escape(one.column.physical), escape(one.column.logical),
            f"[{tone}]{escape(say(one.text))}[/]",
        )  # fmt: skip
    out.print(made)
    out.print(say(both(
        f"이름 준수율 {found.names:.1%} ({len(found.columns):,}열)",
        f"names as the standard has them: {found.names:.1%} of {len(found.columns):,} columns")))  # fmt: skip
    if found.types is not None:
        out.print(say(both(
            f"자료형 준수율 {found.types:.1%}", f"types as the domain asks: {found.types:.1%}")))  # fmt: skip
    out.print(f"[dim]{escape(say(edition.title))}[/]")


def _of_database(address: str, schema: str | None) -> list[PhysicalColumn]:
    with connected(address) as connection:
        return [
            PhysicalColumn(table.label, column.name, column.comment, column.type)
            for table in tables(connection, schema=schema)
            for column in table.columns
        ]


def _of_file(path: Path) -> list[PhysicalColumn]:
    if not path.is_file():
        raise _absent(path)
    found, problems = columns_of_files([path])
    if problems and not found:
        raise problems[0]
    return [
        PhysicalColumn(one.file, name, name if _is_korean(name) else "")
        for one in found for name in one.headings
    ]  # fmt: skip


def _is_korean(name: str) -> bool:
    return any("가" <= letter <= "힣" for letter in name)


def _edition(workspace: Path) -> Edition:
    """The standard of the workspace, or the core where the folder is none."""
    try:
        return standard(find(workspace).folder)
    except Problem:
        return standard(None)


def _absent(path: Path) -> Problem:
    return Problem(both(
        f"파일이 없습니다: {path}. 경로를 확인해 주십시오.",
        f"There is no file {path}. Check the path.",
    ))  # fmt: skip


def _table(*headings: Text) -> Table:
    made = Table(box=None, pad_edge=False)
    for words in headings:
        made.add_column(say(words), overflow="fold")
    return made
