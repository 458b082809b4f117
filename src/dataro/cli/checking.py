"""check: a file or the tables of a database are diagnosed, told about and reported on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dataro.build.delivery import judge_delivery
from dataro.build.raw_files import RawFolder, find_raw
from dataro.build.registry import Registry, load
from dataro.build.rules_file import read_rules
from dataro.build.workspace import find
from dataro.cli import language
from dataro.cli.checking_template import PREFIX, check_template
from dataro.cli.checking_told import tell
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.quality.by_rules import judge_by_rules
from dataro.data.quality.diagnose import diagnose
from dataro.data.quality.results import Mode
from dataro.data.sources.database import connected, hidden, is_address, read_table, tables
from dataro.data.sources.files import read
from dataro.data.sources.raw import Raw
from dataro.data.standards.edition import Edition
from dataro.data.standards.store import standard
from dataro.publish.quality.judged import Declared, Judged
from dataro.publish.quality.mended import write_mended
from dataro.publish.quality.page import report_page
from dataro.publish.quality.workbook import report_workbook, write_error_list
from dataro.vocabulary.dataset import Dataset, Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write beside what is told: the report as files, the mended copy."""

    html: Path | None = None
    xlsx: Path | None = None
    errors: Path | None = None
    fix: Path | None = None
    as_json: bool = False


def check(
    source: str, against: str | None, assessor: bool, schema: str | None, only: Sequence[str],
    workspace: Path, wanted: Wanted, rules: Path | None = None,
) -> int:  # fmt: skip
    """Diagnose a file or a database and tell; 1 where something is wrong with it.

    ``against`` is a file (the last delivery), the id of a dataset of ``workspace``, or
    ``template:NAME`` for a national template alone; ``rules`` is a
    file of rules to judge by instead of all we know. Raises
    ``Problem`` where a file is missing or cannot be read, or the options contradict each other.
    """
    if against is not None and against.startswith(PREFIX):
        return check_template(_existing(Path(source)), against.removeprefix(PREFIX), wanted.as_json)
    mode: Mode = "assessor" if assessor else "strict"
    registry = _registry(workspace)
    edition = standard(registry.workspace.folder if registry else None)
    _check_options(source, against, assessor, wanted, rules)
    layout = Source()
    if rules is not None:
        file = _existing(Path(source))
        judged = Judged(file.name, [judge_by_rules(file, read_rules(rules), edition=edition)])
    elif is_address(source):
        judged = _database(source, schema, only, mode, registry, edition)
    else:
        dataset = _declaration(against, registry)
        layout = dataset.source if dataset else layout
        judged = _file(_existing(Path(source)), against, dataset, mode, registry, edition)
    _write(judged, source, layout, wanted)
    if wanted.as_json:
        print_json(judged.as_dict())
    else:
        tell(console(), judged)
        _tell_written(wanted)
    return 0 if judged.passed else 1


def _declaration(against: str | None, registry: Registry | None) -> Dataset | None:
    """The dataset that ``--against`` names; None where it is a file, or nothing."""
    if against is None or Path(against).is_file():
        return None
    if registry is not None and against in registry.datasets:
        return registry.datasets[against]
    if registry is not None and not Path(against).suffix:
        registry.thing(against)  # says which dataset comes nearest
    raise _missing(Path(against))


def _file(
    file: Path, against: str | None, dataset: Dataset | None, mode: Mode,
    registry: Registry | None, edition: Edition,
) -> Judged:  # fmt: skip
    city = registry.city if registry else None
    if dataset is None or registry is None:
        before = Path(against) if against else None
        found = diagnose(file, city=city, against=before, mode=mode, edition=edition)
        return Judged(file.name, [found])
    delivery = judge_delivery(registry, dataset.id, [file], file.parent)
    last = _last_delivery(registry, dataset, file)
    found = diagnose(delivery.raw, city=city, against=last, mode=mode, edition=edition)
    return Judged(file.name, [found], Declared(dataset.id, dataset.title, delivery.verdict))


def _last_delivery(registry: Registry, dataset: Dataset, file: Path) -> Raw | None:
    """The files of the dataset that are in the workspace now, where they can be read."""
    folder = RawFolder(registry.workspace.folder)
    raw = find_raw(dataset, [RawFolder(registry.workspace.raw)], folder)
    if raw is None:
        return None
    others = [path for path in raw.paths if not path.samefile(file)]
    if not others:
        return None
    with suppress(Problem):  # an unreadable last delivery is no fault of this one
        return read(dataset.source, others, base=raw.base)
    return None


def _database(
    address: str, schema: str | None, only: Sequence[str], mode: Mode,
    registry: Registry | None, edition: Edition,
) -> Judged:  # fmt: skip
    city = registry.city if registry else None
    with connected(address) as connection:
        found = [
            diagnose(read_table(connection, table), city=city, mode=mode, edition=edition)
            for table in tables(connection, schema=schema, only=only)
            if any(column.readable for column in table.columns)
        ]
    return Judged(hidden(address), found)


def _check_options(
    source: str, against: str | None, assessor: bool, wanted: Wanted, rules: Path | None
) -> None:
    if rules is not None and (assessor or against or wanted.fix or is_address(source)):
        raise Problem(both(
            "--rules는 파일을 그 규칙만으로 판정합니다. --assessor, --against, --fix나 데이터베이스와 함께 쓸 "
            "수 없습니다.",
            "--rules judges a file by those rules alone: leave out --assessor, --against and --fix, "
            "and name a file.",
        ))  # fmt: skip
    if wanted.fix is not None and (assessor or is_address(source)):
        raise Problem(both(
            "--fix는 파일을 정밀 진단할 때만 쓸 수 있습니다. --assessor를 빼고 파일을 적어 주십시오.",
            "--fix works on a file judged by every rule: leave --assessor out and name a file.",
        ))  # fmt: skip
    if against is not None and is_address(source):
        raise Problem(both(
            "데이터베이스는 --against 없이 진단합니다.",
            "A database is judged without --against.",
        ))  # fmt: skip


def _registry(workspace: Path) -> Registry | None:
    """The workspace's declarations, where the folder is one."""
    try:
        found = find(workspace)
    except Problem:
        return None
    return load(found)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise _missing(file)
    return file


def _missing(file: Path) -> Problem:
    return Problem(
        both(
            f"파일이 없습니다: {file}. 경로를 확인해 주세요.",
            f"There is no file {file}. Check the path.",
        )
    )


def _write(judged: Judged, source: str, layout: Source, wanted: Wanted) -> None:
    try:
        if wanted.html is not None:
            wanted.html.write_text(report_page(judged, language.LANGUAGE), encoding="utf-8")
        if wanted.xlsx is not None:
            wanted.xlsx.write_bytes(report_workbook(judged, language.LANGUAGE))
        if wanted.errors is not None:
            write_error_list(judged, wanted.errors)
        if wanted.fix is not None:
            write_mended(Path(source), judged.tables[0], wanted.fix, layout)
    except OSError as error:
        raise Problem(both(
            f"{error.filename}에 쓸 수 없습니다({error.strerror}). 폴더와 권한을 확인해 주십시오.",
            f"{error.filename} cannot be written ({error.strerror}). Check the folder and its permissions.",
        )) from error  # fmt: skip


def _tell_written(wanted: Wanted) -> None:
    out = console()
    for path in (wanted.html, wanted.xlsx, wanted.errors, wanted.fix):
        if path is not None:
            out.print(f"[green]✓[/] {say(both('썼습니다', 'written'))}: {path}", markup=True)
