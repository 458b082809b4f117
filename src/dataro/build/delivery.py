"""A delivery judged by what its dataset declares, before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataro.build.registry import Registry
from dataro.data.quality.judge import judge
from dataro.data.sources.files import read
from dataro.data.sources.raw import Raw
from dataro.data.standards.standardise import standardise
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.dataset import DeclaredRule
from dataro.vocabulary.table import Rule


@dataclass(frozen=True)
class Delivery:
    """Files of a dataset as they were read, the rows that can go on, and the verdict."""

    raw: Raw
    frame: pl.DataFrame
    verdict: Verdict


def judge_delivery(registry: Registry, id: str, paths: Sequence[Path], base: Path) -> Delivery:
    """Read, standardise and judge files as dataset ``id`` declares it.

    ``base`` is the folder below which the files are named. Raises ``Problem`` for an unknown
    dataset and for files that cannot be read.
    """
    registry.thing(id)
    dataset, columns = registry.datasets[id], registry.columns[id]
    table = registry.tables.get(dataset.table) if dataset.table else None
    raw = read(dataset.source, paths, base=base)
    standard = standardise(raw, dataset, columns, city=registry.city)
    keys = tuple(name for name, term in columns.items() if term.is_key)
    rules: list[Rule | DeclaredRule] = [*(table.rules if table else ()), *dataset.rules]
    frame, verdict = judge(standard, columns=columns, keys=keys, rules=rules, city=registry.city)
    return Delivery(raw, frame, verdict)
