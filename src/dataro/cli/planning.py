"""plan: the yearly opening plan, told and written."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from dataro.build.context import opened
from dataro.build.workspace import find
from dataro.cases.opening_plan.propose import OpeningPlan, opening_plan
from dataro.cases.opening_plan.written import plan_markdown, plan_workbook
from dataro.cases.workflows import open_cases
from dataro.cli import language
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.vocabulary.text import both


def plan(
    year: int, workspace: Path, national: Path | None, xlsx: Path | None, markdown: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Propose, tell and write. Raises ``Problem``."""
    place = find(workspace)
    records = open_cases(place)
    try:
        with opened(place) as context:
            made = opening_plan(context, records, year, national=national)
    finally:
        records.close()
    if xlsx is not None:
        xlsx.write_bytes(plan_workbook(made, language.LANGUAGE))
    if markdown is not None:
        markdown.write_text(plan_markdown(made, language.LANGUAGE), "utf-8")
    if as_json:
        print_json(_document(made))
    else:
        _tell(made)


def _tell(made: OpeningPlan) -> None:
    out = console()
    if not made.proposals:
        none = both(
            "아직 제안할 것이 없습니다. 신청과 이용이 쌓이면 까닭과 함께 제안합니다.",
            "Nothing to propose yet: proposals come from requests and use.",
        )
        out.print(escape(say(none)))
        return
    for rank, one in enumerate(made.proposals, 1):
        where = f" · {say(one.department)}" if one.department else ""
        out.print(f"[bold]{rank}. {escape(say(one.title))}[/]  {one.points:g}{escape(where)}")
        for reason in one.reasons:
            out.print(escape(f"   {say(reason.text)}"))
        for text in one.obstacles:
            out.print(f"   [dim]{escape(say(text))}[/]")


def _document(made: OpeningPlan) -> dict[str, object]:
    return {
        "year": made.year,
        "made_at": made.made_at,
        "proposals": [
            {
                "title": one.title.as_dict(),
                "dataset": one.dataset,
                "department": one.department.as_dict() if one.department else None,
                "theme": one.theme,
                "points": one.points,
                "reasons": [
                    {"ground": r.ground, "text": r.text.as_dict(), "points": r.points,
                     "cases": list(r.cases)}
                    for r in one.reasons
                ],
                "obstacles": [text.as_dict() for text in one.obstacles],
            }
            for one in made.proposals
        ],
    }  # fmt: skip
