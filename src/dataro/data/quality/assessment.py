"""The quality management assessment (공공데이터 품질관리 수준평가): score, grade, and what if.

The tables of indicators stand by year in ``assessment.yml``, each with its source. How a share
becomes points is written in no source: it is our reading, marked so, and a city edits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import ClassVar

import yaml
from pydantic import TypeAdapter

from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True)
class Indicator:
    """One indicator: its points, the evidence measured for it, and our reading of that.

    ``measure`` is None where the system cannot know. A share of ``full`` has all points, one of
    ``none`` has none, in between by a straight line (``full`` may be the smaller of the two).
    """

    id: str
    name: Text
    points: float
    measure: str | None
    reading: Text
    full: float = 1.0
    none: float = 0.0
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Grade:
    """A grade and the points of 100 from which it is given."""

    name: Text
    least: float
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Scheme:
    """The indicators of one year, with their source."""

    year: int
    source: Text
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known for one measure: a share (0–1), and the sentence that says why."""

    share: float
    text: Text


@dataclass(frozen=True, slots=True)
class Scored:
    """One indicator with its evidence and points; both None where nothing is known."""

    indicator: Indicator
    evidence: Evidence | None
    points: float | None


@dataclass(frozen=True)
class Assessment:
    """The score. ``points`` counts what is not known as nothing; ``known`` are the points that
    indicators with evidence could give."""

    scheme: Scheme
    scored: tuple[Scored, ...]
    points: float = field(default=0.0)
    known: float = field(default=0.0)

    @property
    def most(self) -> float:
        """All points of the scheme."""
        return sum(one.points for one in self.scheme.indicators)

    @property
    def of_known(self) -> float:
        """Points of 100, by the indicators with evidence alone."""
        return 100 * self.points / self.known if self.known else 0.0

    @property
    def grade(self) -> Grade | None:
        """The grade of all points, what is not known counted as nothing."""
        share = 100 * self.points / self.most if self.most else 0.0
        ranked = sorted(self.scheme.grades, key=lambda one: -one.least)
        return next((one for one in ranked if share >= one.least), None)


def shipped_years() -> list[int]:
    """Years for which a table of indicators is shipped."""
    return sorted(_shipped())


def scheme(year: int | None = None) -> Scheme:
    """The shipped indicators of a year (of the newest where none is given).

    Raises ``Problem`` for a year without a table.
    """
    tables = _shipped()
    wanted = max(tables) if year is None else year
    if wanted not in tables:
        listed = ", ".join(str(one) for one in sorted(tables))
        raise Problem(both(
            f"{wanted}년 평가 지표는 들어 있지 않습니다. 들어 있는 해: {listed}. 다른 해의 지표는 작업 "
            "폴더의 assessment.yml에 적어 쓸 수 있습니다.",
            f"There are no indicators of {wanted}. Shipped: {listed}. Those of another year can be "
            "written into assessment.yml of the workspace.",
        ))  # fmt: skip
    return read_scheme(wanted, tables[wanted])


def read_scheme(year: int, given: Mapping[str, object]) -> Scheme:
    """A table of indicators from plain values. Raises ``pydantic.ValidationError``."""
    return Scheme(
        year,
        TypeAdapter(Text).validate_python(given["source"]),
        tuple(TypeAdapter(list[Indicator]).validate_python(given["indicators"])),
        tuple(TypeAdapter(list[Grade]).validate_python(given["grades"])),
    )


def assess(table: Scheme, evidence: Mapping[str, Evidence]) -> Assessment:
    """Points for each indicator from the evidence, by measure or by the indicator's own id."""
    scored = []
    for one in table.indicators:
        known = evidence.get(one.id) or (evidence.get(one.measure) if one.measure else None)
        points = None if known is None else one.points * _reached(one, known.share)
        scored.append(Scored(one, known, points))
    return Assessment(
        table,
        tuple(scored),
        points=sum(one.points for one in scored if one.points is not None),
        known=sum(one.indicator.points for one in scored if one.points is not None),
    )


def what_if(
    table: Scheme, evidence: Mapping[str, Evidence], changes: Mapping[str, float]
) -> Assessment:
    """The assessment if some indicators stood at other shares (0–1), by the indicator's id.

    Raises ``Problem`` for an unknown indicator or a share outside 0–1.
    """
    known = {one.id for one in table.indicators}
    supposed = dict(evidence)
    for id, share in changes.items():
        if id not in known:
            guess = did_you_mean(id, known)
            listed = ", ".join(sorted(known))
            raise Problem(both(
                f"“{id}”이라는 지표는 없습니다.{guess.ko} 있는 지표: {listed}",
                f"There is no indicator “{id}”.{guess.en} There are: {listed}",
            ))  # fmt: skip
        if not 0 <= share <= 1:
            raise Problem(both(
                f"{id}: 0과 1 사이의 비율을 적어 주십시오(1 %는 0.01). 받은 값: {share}",
                f"{id}: give a share between 0 and 1 (1 % is 0.01), not {share}.",
            ))  # fmt: skip
        supposed[id] = Evidence(share, both("가정한 값", "supposed"))
    return assess(table, supposed)


def with_changes(table: Scheme, changes: Mapping[str, tuple[float, float]]) -> Scheme:
    """The scheme with other shares for full points and none, by the indicator's id."""
    return replace(
        table,
        indicators=tuple(
            replace(one, full=changes[one.id][0], none=changes[one.id][1])
            if one.id in changes
            else one
            for one in table.indicators
        ),
    )


def _reached(one: Indicator, share: float) -> float:
    """Which part of the points a share is worth."""
    if one.full == one.none:
        return 1.0 if share >= one.full else 0.0
    return min(1.0, max(0.0, (share - one.none) / (one.full - one.none)))


def _shipped() -> Mapping[int, Mapping[str, object]]:
    text = files("dataro.data.quality").joinpath("assessment.yml").read_text(encoding="utf-8")
    tables: Mapping[int, Mapping[str, object]] = yaml.safe_load(text)
    return tables
