"""What the system knows of a dataset before it is opened: a proposal for each check of the review.

A person decides; what they decide stands on the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dataro.build.context import Context
from dataro.cases.personal_scan import personal_data
from dataro.cases.small_cells import LEAST, small_cells
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

GATE = 0.01
"""The largest share of failed checks with which a dataset passes by itself: our own reading."""
LEFT_OUT = 0.02
"""The largest share of rows that could not be taken in: our own reading."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the review would answer by what is known; None where only a person can tell."""

    passes: bool | None
    reason: Text


def review(context: Context, dataset: str) -> Mapping[str, Proposed]:
    """A proposal for each check of the workflow ``dataset_opening``, by the name of its field.

    Rows of the newest version are looked through for personal data and for small cells. Raises
    ``Problem`` for an unknown dataset.
    """
    registry = context.registry
    if dataset not in registry.datasets:
        guess = did_you_mean(dataset, registry.datasets)
        raise Problem(
            both(
                f"“{dataset[:60]}” 데이터셋은 없습니다.{guess.ko}",
                f"There is no dataset “{dataset[:60]}”.{guess.en}",
            )
        )
    declared = registry.datasets[dataset]
    rows = _rows(context, dataset)
    return {
        "no_personal_data": _personal(context, declared, rows),
        "no_small_cells": _small(context, dataset, rows),
        "rights_cleared": _rights(declared),
        "quality_passed": _quality(context, declared),
    }


def blocked(proposals: Mapping[str, Proposed]) -> dict[str, Text]:
    """The checks that stand against opening, with the reason."""
    return {name: one.reason for name, one in proposals.items() if one.passes is False}


def _rows(context: Context, dataset: str) -> pl.DataFrame | None:
    current = context.state.current(dataset)
    if current is None or dataset not in current.snapshots:
        return None
    shown = [
        name
        for name, term in context.registry.columns[dataset].items()
        if term.domain.kind != "geometry"
    ]
    with context.lake.session() as session:
        table = session.read(dataset, current.snapshots[dataset])
        frame: pl.DataFrame = table.select([n for n in shown if n in table.columns]).to_polars()
    return frame


def _personal(context: Context, dataset: Dataset, rows: pl.DataFrame | None) -> Proposed:
    columns = [name for name, one in dataset.columns.items() if one.personal]
    if dataset.personal != "none" or columns:
        listed = ", ".join(columns) or dataset.personal
        return Proposed(
            False,
            both(
                f"개인정보가 선언되어 있습니다: {listed}. 빼거나 가명 처리한 뒤 공개해 주세요.",
                f"Personal data is declared: {listed}. Remove or pseudonymise it first.",
            ),
        )
    if rows is None:
        return Proposed(
            None,
            both(
                "개인정보가 없다고 선언되어 있지만 아직 자료가 없어 확인하지 못했습니다.",
                "Declared to hold no personal data; there are no rows yet to look at.",
            ),
        )
    terms = context.registry.columns[dataset.id]
    found = personal_data(rows, terms)
    if found:
        ko = ", ".join(_where(one.text.ko, terms[one.column].text.ko, one.cells) for one in found)
        en = ", ".join(_where(one.text.en, terms[one.column].text.en, one.cells) for one in found)
        return Proposed(
            False,
            both(
                f"선언과 달리 개인정보로 보이는 값이 있습니다: {ko}. 지우거나 선언을 고쳐 주세요.",
                f"Values look like personal data, against the declaration: {en}. Remove them.",
            ),
        )
    return Proposed(
        True,
        both(
            f"{rows.height:,}행을 살펴 주민등록번호, 휴대전화번호, 전자우편 주소, 사람 이름을 찾지 못했습니다.",
            f"In {rows.height:,} rows no resident numbers, mobile numbers, e-mail addresses or names "
            "of persons were found.",
        ),
    )


def _where(what: str, column: str, cells: int | None) -> str:
    return f"{what}({column}{f' {cells:,}' if cells else ''})"


def _small(context: Context, dataset: str, rows: pl.DataFrame | None) -> Proposed:
    if rows is None:
        return Proposed(
            None,
            both(
                "아직 자료가 없어 소규모 칸을 세지 못했습니다.",
                "There are no rows yet to look for small cells in.",
            ),
        )
    terms = context.registry.columns[dataset]
    found = small_cells(rows, terms)
    if not found.concerned:
        return Proposed(
            True,
            both(
                "사람을 센 집계표도, 사람마다 한 행인 자료도 아닙니다.",
                "Neither a table that counts people nor one with a row per person.",
            ),
        )
    if found.passes:
        return Proposed(
            True,
            both(
                f"칸 {found.cells:,}개에 {LEAST}명보다 적은 곳이 없습니다.",
                f"None of {found.cells:,} cells has fewer than {LEAST} people.",
            )
            if found.counts
            else both(
                f"어느 행도 같은 특성을 가진 사람이 {LEAST}명보다 적지 않습니다.",
                f"Every row shares its traits with at least {LEAST - 1} others.",
            ),
        )
    if found.counts:
        return Proposed(
            False,
            both(
                f"칸 {found.cells:,}개 가운데 {found.small:,}개에 {LEAST}명보다 적은 사람이 있습니다. "
                "읍면동이나 유형을 합치거나 작은 칸을 가린 뒤 공개해 주세요.",
                f"{found.small:,} of {found.cells:,} cells have fewer than {LEAST} people. Merge "
                "districts or kinds, or protect small cells first.",
            ),
        )
    names_ko = ", ".join(terms[name].text.ko for name in found.describing)
    names_en = ", ".join(terms[name].text.en for name in found.describing)
    return Proposed(
        False,
        both(
            f"{names_ko}을(를) 함께 보면 {found.alone:,}행이 {LEAST}명보다 적은 사람만 가리킵니다. "
            "나이와 지역을 묶어 주세요.",
            f"By {names_en} together, {found.alone:,} rows point at fewer than {LEAST} people. Widen "
            "ages and districts.",
        ),
    )


def _rights(dataset: Dataset) -> Proposed:
    licence = LICENCES[dataset.licence]
    if dataset.licence == "not-stated":
        return Proposed(
            False,
            both(
                "원자료의 이용 조건이 적혀 있지 않습니다. 만든 곳에 확인해 주세요.",
                "The source states no licence. Ask whoever made it.",
            ),
        )
    return Proposed(
        None,
        both(
            f"이용 조건은 {licence.text.ko}입니다. 제3자의 권리가 없는지 확인해 주세요.",
            f"Its licence is {licence.text.en}. Check that no third party has rights in it.",
        ),
    )


def set_aside(dataset: Dataset, verdict: Verdict) -> int:
    """Rows that could not be taken in, those apart that a declared correction leaves out."""
    meant = sum(verdict.corrected.get(one.reason.ko, 0) for one in dataset.corrections if one.drop)
    return max(0, verdict.rows_read - verdict.rows_kept - meant)


def _quality(context: Context, dataset: Dataset) -> Proposed:
    current = context.state.current(dataset.id)
    if current is None:
        return Proposed(False, both("아직 빌드된 적이 없습니다.", "It has never been built."))
    verdicts = current.verdicts.values()
    worst = max((one.error_rate for one in verdicts), default=0.0)
    read = sum(one.rows_read for one in verdicts)
    aside = sum(set_aside(dataset, one) for one in verdicts)
    return Proposed(
        worst <= GATE and aside <= LEFT_OUT * read,
        both(
            f"오류율 {worst:.2%}, 받아들이지 못한 행 {aside:,}개(전체 {read:,}개)입니다. "
            f"기준은 {GATE:.0%} 이하, 행은 {LEFT_OUT:.0%} 이하입니다.",
            f"Error rate {worst:.2%}, {aside:,} of {read:,} rows set aside. The gate: {GATE:.0%}, and "
            f"{LEFT_OUT:.0%} of the rows.",
        ),
    )
