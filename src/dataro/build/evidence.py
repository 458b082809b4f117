"""What the workspace knows for the quality management assessment, and the city's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from dataro.build.context import Context
from dataro.build.declarations import read_yaml, validated
from dataro.build.quality_history import history, verdicts
from dataro.build.status import status
from dataro.data.quality.assessment import (
    Assessment,
    Evidence,
    Grade,
    Indicator,
    Scheme,
    scheme,
    what_if,
    with_changes,
)
from dataro.data.standards.compliance import PhysicalColumn, measure
from dataro.data.standards.store import domain_model, standard
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.text import Text, both

FILE = "assessment.yml"
"""Where a city says what the system cannot know, and edits our readings."""


@dataclass(frozen=True)
class Shown:
    """Evidence that the city gives itself: a share 0–1 and what it rests on."""

    share: float
    text: Text
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Scale:
    """The shares at which an indicator has all its points and none."""

    full: float
    none: float
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class OwnScheme:
    """The indicators of a year that is not shipped, as its guideline gives them, with their points
    and from how many of 100 each grade starts."""

    source: Text
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...] = ()
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Own:
    """A workspace's ``assessment.yml``: the year, tables of other years, own evidence and own scales
    by indicator."""

    year: int | None = None
    schemes: Mapping[int, OwnScheme] = field(default_factory=dict)
    evidence: Mapping[str, Shown] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    __pydantic_config__: ClassVar = STRICT


def assess_city(
    context: Context,
    *,
    year: int | None = None,
    changes: Mapping[str, float] | None = None,
    reports: tuple[int, int] | None = None,
) -> Assessment:
    """How the city stands in the assessment, by what is known now.

    ``year`` chooses the table of indicators, ``changes`` supposes shares (0–1) by indicator,
    ``reports`` are error reports received and dealt with. Raises ``Problem`` for a year without a
    table, an unknown indicator, or an ``assessment.yml`` that cannot be read.
    """
    own = read_own(context.workspace.folder / FILE)
    table = with_changes(
        _scheme(own, year or own.year), {id: (one.full, one.none) for id, one in own.scales.items()}
    )
    known = gather(context)
    if reports is not None and reports[0]:
        received, done = reports
        known["reports_answered"] = Evidence(done / received, both(
            f"오류신고 {received:,}건 가운데 {done:,}건 처리",
            f"{done:,} of {received:,} error reports dealt with"))  # fmt: skip
    known |= {id: Evidence(one.share, one.text) for id, one in own.evidence.items()}
    _known_ids(table, {**own.evidence, **own.scales})
    return what_if(table, known, changes or {})


def _scheme(own: Own, year: int | None) -> Scheme:
    """The city's own table of a year, or the shipped one."""
    if year is not None and year in own.schemes:
        given = own.schemes[year]
        return Scheme(year, given.source, given.indicators, given.grades)
    return scheme(year)


def read_own(path: Path) -> Own:
    """The city's own settings; none where the file is not there. Raises ``Problem``."""
    if not path.is_file():
        return Own()
    given, lines = read_yaml(path)
    return validated(Own, given or {}, path, lines)


def gather(context: Context) -> dict[str, Evidence]:
    """Evidence by measure, from declarations, verdicts, schedules and the standard in force.

    A measure for which nothing is there yet is absent.
    """
    registry = context.registry
    found = verdicts(context.state, registry.datasets)
    evidence: dict[str, Evidence] = {}
    declared = len(registry.datasets)
    if declared:
        keyed = sum(
            any(t.is_key for t in registry.columns[id].values()) for id in registry.datasets
        )
        evidence["with_key"] = _share(keyed, declared, "데이터셋", "datasets")
        evidence["judged"] = _share(len(found), declared, "데이터셋", "datasets")
        evidence["standard_names"] = _names(context)
    if not found:
        return evidence
    evidence["judged_before"] = _share(
        len(found), len(found), "실린 데이터셋", "published datasets"
    )
    standings = {one.id: one for one in status(context) if one.id in found}
    punctual = sum(not one.overdue for one in standings.values())
    evidence["on_time"] = _share(punctual, len(standings), "데이터셋", "datasets")
    evidence |= _errors(found)
    evidence["mended"] = _mended(context, found)
    opened = [v for id, v in found.items() if registry.datasets[id].openness == "open"]
    if opened:
        evidence["open_passed"] = _share(
            sum(one.passed for one in opened), len(opened), "공개 데이터셋", "open datasets"
        )
    return evidence


def _errors(found: Mapping[str, Verdict]) -> dict[str, Evidence]:
    judged = sum(check.judged for one in found.values() for check in one.checks)
    failed = sum(check.failed for one in found.values() for check in one.checks)
    if not judged:
        return {}
    text = both(
        f"값 {judged:,}개 가운데 오류 {failed:,}개", f"{failed:,} of {judged:,} values failed"
    )
    return {"error_rate": Evidence(failed / judged, text)}


def _mended(context: Context, found: Mapping[str, Verdict]) -> Evidence:
    """Of the errors at their worst in each dataset, and those corrected as declared, how many are gone."""
    once = gone = 0
    for id in found:
        past = history(context.state, id)
        worst = max(one.failed + one.corrected for one in past)
        once += worst
        gone += worst - past[-1].failed
    if not once:
        return Evidence(1.0, both("조치할 오류가 없었습니다", "there were no errors to act on"))
    return Evidence(gone / once, both(
        f"오류 {once:,}개 가운데 {gone:,}개가 지금은 없습니다",
        f"{gone:,} of {once:,} errors are gone"))  # fmt: skip


def _names(context: Context) -> Evidence:
    """How many declared columns have the name of a standard term."""
    edition = standard(context.workspace.folder)
    columns = [
        PhysicalColumn(id, term.abbreviation or term.text.ko, term.text.ko)
        for id in context.registry.datasets
        for term in context.registry.columns[id].values()
    ]
    compliance = measure(columns, edition, domain_model(edition))
    right = round(compliance.names * len(columns))
    return Evidence(compliance.names, both(
        f"열 {len(columns):,}개 가운데 {right:,}개가 표준용어입니다({edition.title.ko})",
        f"{right:,} of {len(columns):,} columns are standard terms ({edition.title.en})"))  # fmt: skip


def _share(part: int, whole: int, ko: str, en: str) -> Evidence:
    share = part / whole if whole else 0.0
    return Evidence(
        share, both(f"{ko} {whole:,}개 가운데 {part:,}개", f"{part:,} of {whole:,} {en}")
    )


def _known_ids(table: Scheme, given: Mapping[str, object]) -> None:
    """Raises ``Problem`` where the city's settings name an indicator that there is not."""
    known = {one.id for one in table.indicators}
    unknown = {id: 0.0 for id in given if id not in known}
    if unknown:
        what_if(table, {}, unknown)
