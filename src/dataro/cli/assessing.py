"""assess: the quality management assessment, from what the workspace knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from dataro.accounts.records import open_records
from dataro.build.context import opened
from dataro.build.evidence import FILE, assess_city
from dataro.build.workspace import find
from dataro.cases.reports import answered
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.quality.assessment import Assessment
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def assess(workspace: Path, year: int | None, supposed: Sequence[str], as_json: bool) -> None:
    """Tell points, evidence and grade; with suppositions also what they would change.

    Raises ``Problem`` for a folder that is no workspace, a year without indicators, or a
    supposition that is not ``indicator=share``.
    """
    changes = dict(_supposed(one) for one in supposed)
    with opened(find(workspace)) as context:
        records = open_records(context.workspace)
        reports = answered(records)
        records.close()
        now = assess_city(context, year=year, reports=reports)
        then = (
            assess_city(context, year=year, changes=changes, reports=reports) if changes else None
        )
    if as_json:
        print_json(document(now) | ({"what_if": document(then)} if then else {}))
        return
    _tell(now, then)


def document(assessed: Assessment) -> dict[str, Any]:
    """The assessment in plain values."""
    return {
        "year": assessed.scheme.year, "source": assessed.scheme.source, "points": assessed.points,
        "most": assessed.most, "known": assessed.known,
        "grade": assessed.grade.name if assessed.grade else None,
        "indicators": [
            {"id": one.indicator.id, "name": one.indicator.name, "most": one.indicator.points,
             "points": one.points, "share": one.evidence.share if one.evidence else None,
             "evidence": one.evidence.text if one.evidence else None,
             "reading": one.indicator.reading, "reading_is": "ours"}
            for one in assessed.scored
        ],
    }  # fmt: skip


def _tell(now: Assessment, then: Assessment | None) -> None:
    out = console()
    made = Table(box=None, pad_edge=False)
    for words, right in (
        (both("지표", "Indicator"), False), (both("이름", "Id"), False),
        (both("점수", "Points"), True), (both("근거", "Evidence"), False),
        (both("기준(자체 해석)", "Measure (our reading)"), False),
    ):  # fmt: skip
        made.add_column(say(words), justify="right" if right else "left", overflow="fold")
    for at, one in enumerate(now.scored):
        got = "–" if one.points is None else f"{one.points:.1f}"
        if then is not None and then.scored[at].points != one.points:
            got += f" → {then.scored[at].points:.1f}"
        evidence = one.evidence.text if one.evidence else both("확인 안 됨", "not known")
        made.add_row(
            escape(say(one.indicator.name)), one.indicator.id, f"{got} / {one.indicator.points:.0f}",
            escape(say(evidence)), escape(say(one.indicator.reading)),
        )  # fmt: skip
    out.print(made)
    for title, assessed in ((both("지금", "now"), now), (both("가정", "supposed"), then)):
        if assessed is not None:
            grade = f" · {say(assessed.grade.name)}" if assessed.grade else ""
            out.print(f"[bold]{say(title)}[/] {assessed.points:.1f} / {assessed.most:.0f}{grade}")
    out.print(f"[dim]{say(_note(now))}[/]")


def _note(assessed: Assessment) -> Any:
    scheme, known = assessed.scheme, assessed.known
    return both(
        f"{scheme.year}년 지표: {scheme.source.ko}. 근거가 있는 지표의 배점은 {known:.0f}점이며, 나머지는 "
        f"0점으로 세었습니다. 점수로 바꾸는 기준과 등급 경계는 자체 해석이며 {FILE}에서 고칠 수 있습니다.",
        f"Indicators of {scheme.year}: {scheme.source.en}. Those with evidence carry {known:.0f} points; "
        f"the rest count as nothing. How shares become points and grades is our reading: edit {FILE}.",
    )


def _supposed(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError as error:
        raise Problem(both(
            f"“{text}”을(를) 알아볼 수 없습니다. ‘지표=비율’로 적어 주십시오. 예: error_rate=0.001",
            f"“{text}” is not understood. Write indicator=share, such as error_rate=0.001.",
        )) from error  # fmt: skip
