"""check --against template: a file held against a national template, told kindly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.sources.files import read
from dataro.data.sources.raw import FILE, ROW
from dataro.data.standards.template_fit import Fit, fit_rows
from dataro.data.standards.templates import template
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.text import Text, both, resolve_particles

PREFIX = "template:"


def check_template(file: Path, name: str, as_json: bool) -> int:
    """Hold a file against the template ``name``; 1 where something is missing, misnamed or wrong.

    Raises ``Problem`` for an unknown template or a file that cannot be read.
    """
    chosen = template(name)
    raw = read(Source(), [file], base=file.parent)
    found = fit_rows(chosen, raw.frame.drop([c for c in (FILE, ROW) if c in raw.frame.columns]))
    if as_json:
        print_json(fit_document(found))
    else:
        _tell(console(), file.name, found)
    return 0 if found.fits else 1


def fit_document(found: Fit) -> Mapping[str, object]:
    """How a table fits, for programs."""
    return {
        "template": found.template.id, "title": found.template.title,
        "source": found.template.source, "fits": found.fits, "share": found.share,
        "there": dict(found.there), "misnamed": dict(found.misnamed),
        "missing": list(found.missing), "excused": list(found.excused),
        "extra": list(found.extra),
        "wrong": [
            {"column": one.column, "heading": one.heading, "count": one.count,
             "first": list(one.first), "expected": one.expected}
            for one in found.wrong
        ],
    }  # fmt: skip


def _tell(out: Console, name: str, found: Fit) -> None:
    asked = len(found.template.columns) - len(found.excused)
    there = len(found.there) + len(found.misnamed)
    title = found.template.title
    said = both(
        f"제공표준 ‘{title.ko}’의 항목 {asked}개 가운데 {there}개가 있습니다.",
        f"Of the {asked} columns of the national template “{title.en}”, {there} are here.",
    )
    out.print(f"[bold]{escape(name)}[/]  {escape(say(said))}")
    out.print(f"[dim]{found.template.source}[/]")
    if found.fits:
        out.print(f"[green]✓[/] {say(both('표준에 맞습니다.', 'It fits the template.'))}")
    for column, heading in found.misnamed.items():
        words = both(
            f"“{heading}” 열의 이름을 “{column}”(으)로 바꾸어 주세요.",
            f"Rename the column “{heading}” to “{column}”.",
        )
        out.print(f"[yellow]↻[/] {escape(_said(words))}")
    if found.missing:
        listed = ", ".join(found.missing)
        words = both(
            f"없는 열 {len(found.missing)}개를 더해 주세요: {listed}",
            f"Add the {len(found.missing)} columns that are missing: {listed}",
        )
        out.print(f"[red]✗[/] {escape(_said(words))}")
    for one in found.wrong:
        first = ", ".join(f"“{value}”" for value in one.first[:3])
        words = both(
            f"“{one.heading}”: {one.count:,}칸이 맞지 않습니다({first}). 기대한 값: {one.expected.ko}.",
            f"“{one.heading}”: {one.count:,} cells do not fit ({first}). Expected: {one.expected.en}.",
        )
        out.print(f"[red]✗[/] {escape(_said(words))}")
    if found.extra:
        words = both(
            f"표준에 없는 열은 그대로 두어도 됩니다: {', '.join(found.extra)}",
            f"Columns beside the template may stay: {', '.join(found.extra)}",
        )
        out.print(f"[dim]{escape(_said(words))}[/]")


def _said(words: Text) -> str:
    return say(Text(resolve_particles(words.ko), words.en))
