"""extract: made, traced, listed."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from dataro.accounts.people import person_by_login
from dataro.build.context import opened
from dataro.build.workspace import find
from dataro.cases.extracts.extract import extracts_of, make_extract, trace_extract
from dataro.cases.workflows import open_cases
from dataro.cli.keeper import KEEPER
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def make(dataset: str, login: str, out: Path, workspace: Path) -> None:
    """Write the ZIP of one person's extract. Raises ``Problem``."""
    place = find(workspace)
    records = open_cases(place)
    try:
        person = person_by_login(records, login)
        with opened(place) as context:
            made = make_extract(context, records, person, dataset)
    finally:
        records.close()
    out.mkdir(parents=True, exist_ok=True)
    target = out / made.name
    target.write_bytes(made.content)
    told = both(
        f"{target}에 {made.rows:,}행을 썼습니다. 추출본 번호: {made.mark}",
        f"{made.rows:,} rows written to {target}. Extract number {made.mark}",
    )
    console().print(escape(say(told)))


def trace(file: Path, workspace: Path, as_json: bool) -> int:
    """Tell whose extract ``file`` is; 1 where nobody's for sure. Raises ``Problem``."""
    if not file.is_file():
        raise Problem(both(f"파일이 없습니다: {file}.", f"There is no file {file}."))
    records = open_cases(find(workspace))
    try:
        found = trace_extract(records, KEEPER, file)
    finally:
        records.close()
    if as_json:
        print_json(
            {
                "matches": [
                    {"extract": one.mark, "dataset": one.dataset, "login": one.login,
                     "name": one.name, "made_at": one.made_at, "sure": one.sure,
                     "log10_chance": one.evidence.chance, "named": one.named,
                     "rows": one.evidence.rows, "digits": one.evidence.digits,
                     "agreeing": one.evidence.agreeing}
                    for one in found
                ]
            }
        )  # fmt: skip
        return int(not any(one.sure for one in found))
    if not found:
        none = both("어느 추출본과도 맞지 않습니다.", "It fits no extract.")
        console().print(escape(say(none)))
    for one in found:
        chance = f"10^{one.evidence.chance:.0f}"
        word = (
            both("확실합니다", "for sure")
            if one.sure
            else both("확실하지 않습니다", "not for sure")
        )
        told = both(
            f"{one.mark} {one.name}({one.login}), {one.dataset}: {word.ko}. 우연일 확률 {chance}.",
            f"{one.mark} {one.name} ({one.login}), {one.dataset}: {word.en}. By chance: {chance}.",
        )
        console().print(escape(say(told)))
    return int(not any(one.sure for one in found))


def listed(workspace: Path, as_json: bool) -> None:
    """Tell the extracts that were made."""
    records = open_cases(find(workspace))
    try:
        found = extracts_of(records)
    finally:
        records.close()
    if as_json:
        print_json({"extracts": [dict(one) for one in found]})
        return
    for one in found:
        line = f"{one['mark']}  {one['dataset']}  {one['login']}  {one['level']}  {one['until']}  {one['rows']:,}"
        console().print(escape(line))
    if not found:
        console().print(escape(say(both("만든 추출본이 없습니다.", "No extract was made."))))
