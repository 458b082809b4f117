"""What the pages of quality and standards ask of a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.build.evidence import assess_city
from dataro.build.quality_history import (
    Standing,
    Tally,
    by_department,
    by_indicator,
    standing,
    verdicts,
)
from dataro.build.quality_trend import Trends, trends
from dataro.cases.reports import answered
from dataro.data.quality.assessment import Assessment
from dataro.data.standards.edition import Edition
from dataro.data.standards.store import standard
from dataro.publish.catalogue.entries import public_entries
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.dataset import Dataset


@dataclass(frozen=True, slots=True)
class DatasetQuality:
    """A public dataset with its verdict as sums and the error rates of its versions, oldest first."""

    dataset: Dataset
    now: Standing
    past: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of everything public: each dataset, and the sums."""

    datasets: tuple[DatasetQuality, ...]
    indicators: tuple[Tally, ...]
    departments: tuple[Tally, ...]
    trends: Trends
    judged: int
    failed: int
    corrected: int

    @property
    def error_rate(self) -> float:
        """Failed over judged; 0 where nothing was judged."""
        return self.failed / self.judged if self.judged else 0.0


def quality(context: Context) -> Quality:
    """Verdicts on what is public, the worst first."""
    registry = context.registry
    shown = _public(context)
    found: Mapping[str, Verdict] = verdicts(context.state, shown)
    past = trends(context.state, registry, list(found))
    datasets = [
        DatasetQuality(registry.datasets[id], standing(one), past.versions[id])
        for id, one in found.items()
    ]
    datasets.sort(key=lambda one: (-one.now.error_rate, one.dataset.title.ko))
    return Quality(
        tuple(datasets),
        tuple(by_indicator(found)),
        tuple(by_department(found, registry)),
        past,
        sum(one.now.judged for one in datasets),
        sum(one.now.failed for one in datasets),
        sum(one.now.corrected for one in datasets),
    )


def assessment(
    context: Context, records: Records, supposed: Mapping[str, float] | None = None
) -> Assessment:
    """The self-check by the newest indicators, or those the city chose, some of them at other
    shares (0–1) where supposed. Raises ``Problem``."""
    return assess_city(context, changes=supposed, reports=answered(records))


def edition(context: Context) -> Edition:
    """The standard in force."""
    return standard(folder(context))


def folder(context: Context) -> Path:
    """Where the workspace is."""
    return context.workspace.folder


def used_in(context: Context, term: str) -> list[Dataset]:
    """Public datasets with a column of this Korean name or abbreviation."""
    registry = context.registry
    return [
        registry.datasets[id]
        for id in _public(context)
        if any(t.text.ko == term for t in registry.columns[id].values())
    ]


def _public(context: Context) -> list[str]:
    """Ids of the datasets that everybody may see."""
    return [one.id for one in public_entries(context) if one.kind == "dataset"]
