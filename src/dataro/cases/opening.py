"""What the system knows of a dataset before it is opened: a proposal for each check of the review.

A person decides; what they decide stands on the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.build.context import Context
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

GATE = 0.01
"""The largest share of failed checks with which a dataset passes by itself: our own reading."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the review would answer by what is known; None where only a person can tell."""

    passes: bool | None
    reason: Text


def review(context: Context, dataset: str) -> Mapping[str, Proposed]:
    """A proposal for each check of the workflow ``dataset_opening``, by the name of its field.

    Raises ``Problem`` for an unknown dataset.
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
    return {
        "no_personal_data": _personal(declared),
        "no_small_cells": Proposed(
            None,
            both(
                "집계표라면 한 칸의 인원이 적은 곳이 없는지 사람이 확인해야 합니다.",
                "Where the rows are counts of people, somebody must look for small cells.",
            ),
        ),
        "rights_cleared": _rights(declared),
        "quality_passed": _quality(context, dataset),
    }


def _personal(dataset: Dataset) -> Proposed:
    columns = [name for name, one in dataset.columns.items() if one.personal]
    if dataset.personal == "none" and not columns:
        return Proposed(
            True, both("개인정보가 없다고 선언되어 있습니다.", "Declared to hold no personal data.")
        )
    listed = ", ".join(columns) or dataset.personal
    return Proposed(
        False,
        both(
            f"개인정보가 선언되어 있습니다: {listed}. 빼거나 가명 처리한 뒤 공개해 주세요.",
            f"Personal data is declared: {listed}. Remove or pseudonymise it first.",
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


def _quality(context: Context, dataset: str) -> Proposed:
    current = context.state.current(dataset)
    if current is None:
        return Proposed(False, both("아직 빌드된 적이 없습니다.", "It has never been built."))
    verdicts = current.verdicts.values()
    worst = max((one.error_rate for one in verdicts), default=0.0)
    aside = sum(one.rows_read - one.rows_kept for one in verdicts)
    return Proposed(
        worst <= GATE and not aside,
        both(
            f"오류율 {worst:.2%}, 받아들이지 못한 행 {aside:,}개입니다(기준 {GATE:.0%} 이하, 0개).",
            f"Error rate {worst:.2%}, {aside:,} rows set aside (the gate: {GATE:.0%} and none).",
        ),
    )
