"""What the portal shows comes through here: the one place of it that calls the build."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from dataro.build.answers import answer
from dataro.build.columns import row_sentence
from dataro.build.context import Context, close_context, open_context
from dataro.build.feeds import current_feeds, merged
from dataro.build.state import Publication
from dataro.build.status import Standing, status
from dataro.build.workspace import find
from dataro.portal.memory import Memory
from dataro.publish.render.maps import Shapes
from dataro.publish.rows import About, Rows
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Answer, Verdict
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both


class NotThere(Problem):
    """There is no such dataset, analysis, table or figure."""


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset as a page shows it; ``publication`` is None where nothing is published yet."""

    dataset: Dataset
    columns: Mapping[str, Term]
    row: Text
    publication: Publication | None

    @property
    def verdict(self) -> Verdict | None:
        return self.publication.verdicts.get(self.dataset.id) if self.publication else None

    def keys(self) -> list[str]:
        """Names of the columns that identify a row; all columns where none is declared."""
        return [n for n, term in self.columns.items() if term.is_key] or list(self.columns)

    def published(self) -> Publication:
        """The current version. Raises ``NotThere`` where there is none."""
        if self.publication is None or self.dataset.id not in self.publication.snapshots:
            raise NotThere(
                both(
                    f"“{self.dataset.title.ko}”: 선언되어 있지만 아직 자료가 들어오지 않았습니다. "
                    f"담당 부서: {self.dataset.owner.ko}.",
                    f"“{self.dataset.title.en}” is declared, but its data has not come in yet. "
                    f"Responsible: {self.dataset.owner.en}.",
                )
            )
        return self.publication

    def about(self) -> About:
        """What a file of it says of itself. Raises ``NotThere``."""
        one = self.dataset
        receipt = self.published().receipt
        return About(one.id, one.title, one.description, one.owner, one.licence, receipt)


class Store:
    """One workspace, opened. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._context: Context = open_context(find(folder))
        self._version = (0.0, "")
        # A page and each of its figures ask for the same answer.
        self._answers: Memory[Answer] = Memory(24)
        self._shapes: Memory[Shapes] = Memory(8)

    def close(self) -> None:
        """Let go of the lake and the state file."""
        close_context(self._context)

    def version(self) -> str:
        """Changes whenever anything is published: what pages are kept by.

        Looked up at most ten times a second, so that a kept page costs no query.
        """
        now = time.monotonic()
        seen, version = self._version
        if now - seen > 0.1:
            version = self._context.state.version()
            self._version = (now, version)
        return version

    @property
    def context(self) -> Context:
        """The workspace itself, for what looks at it as a whole."""
        return self._context

    @cached_property
    def workflows(self) -> frozenset[str]:
        """Ids of the workflows that the workspace declares: what citizens can be offered."""
        folder = self._context.workspace.folder / "workflows"
        return frozenset(path.stem for path in folder.glob("*.yml"))

    @property
    def city(self) -> City:
        return self._context.registry.city

    @property
    def analyses(self) -> Mapping[str, Analysis]:
        return self._context.registry.analyses

    def analysis(self, id: str) -> Analysis:
        """The declaration of an analysis. Raises ``NotThere``."""
        if id not in self.analyses:
            raise _not_there("분석", "analysis", id, self.analyses)
        return self.analyses[id]

    def answer(self, id: str, settings: Mapping[str, str]) -> Answer:
        """The answer with these settings, as text. Raises ``Problem``."""
        self.analysis(id)
        key = (self._context.state.version(), id, tuple(sorted(settings.items())))
        return self._answers.get(key, lambda: answer(self._context, id, settings))

    def is_published(self, id: str) -> bool:
        """Whether a dataset or an analysis has a current version."""
        return self._context.state.current(id) is not None

    def entries(self) -> list[DatasetEntry]:
        """Every dataset that may be shown to the public, in the order of the registry."""
        registry = self._context.registry
        return [self.entry(id) for id, one in registry.datasets.items() if is_public(one)]

    def entry(self, id: str) -> DatasetEntry:
        """One dataset. Raises ``NotThere``, for one that is internal as well."""
        registry = self._context.registry
        dataset = registry.datasets.get(id)
        if dataset is None or not is_public(dataset):
            open_ones = [name for name, one in registry.datasets.items() if is_public(one)]
            raise _not_there("데이터셋", "dataset", id, open_ones)
        return DatasetEntry(
            dataset,
            registry.columns[id],
            row_sentence(dataset, registry.tables),
            self._context.state.current(id),
        )

    def used_by(self, id: str) -> list[Analysis]:
        """Analyses that read the table which a dataset fills."""
        table = self._context.registry.datasets[id].table
        return [
            one for one in self.analyses.values() if any(i.table.id == table for i in one.inputs)
        ]

    def page_of_rows(self, id: str, offset: int, limit: int) -> tuple[pl.DataFrame, int]:
        """Some rows of a published dataset in the order of its keys, and how many it has."""
        entry = self.entry(id)
        with self._context.lake.session() as session:
            rows = session.read(id, entry.published().snapshots[id])
            # A snapshot from before the declaration gained a column does not have it.
            there = {n: t for n, t in entry.columns.items() if n in rows.columns}
            shown = [n for n, t in there.items() if t.domain.kind != "geometry"]
            keys = [name for name in there if name in set(entry.keys())]
            part = rows.order_by(keys).select(shown).limit(limit, offset=offset)
            return part.to_polars(), int(rows.count().execute())

    def rows(self, id: str) -> Rows:
        """All rows of a published dataset with what a download says of itself."""
        entry = self.entry(id)
        with self._context.lake.session() as session:
            frame = session.read(id, entry.published().snapshots[id]).to_polars()
        columns = {name: t for name, t in entry.columns.items() if name in frame.columns}
        return Rows(frame.select(list(columns)), columns, entry.about())

    def row(self, id: str, key: Mapping[str, str]) -> dict[str, Any] | None:
        """The row of a published dataset whose columns say, written as text, what ``key`` says."""
        entry = self.entry(id)
        with self._context.lake.session() as session:
            rows = session.read(id, entry.published().snapshots[id])
            shown = [
                name
                for name, term in entry.columns.items()
                if name in rows.columns and term.domain.kind != "geometry"
            ]
            if not set(key) <= set(shown):
                return None
            same = [rows[name].cast("string") == value for name, value in key.items()]
            found = rows.filter(same).select(shown).limit(1).to_polars()
        return next(found.iter_rows(named=True), None)

    def shapes(self, table: str) -> Shapes:
        """Outlines (EPSG:4326) by code, of the table that a map names; empty where there are none."""
        key = (self._context.state.version(), table)
        return self._shapes.get(key, lambda: self._read_shapes(table))

    def _read_shapes(self, table: str) -> Shapes:
        declared = self._context.registry.tables.get(table)
        if declared is None:
            return {}
        feeds = current_feeds(self._context.registry, self._context.state, declared)
        if not feeds:
            return {}
        shape = next(n for n, term in declared.columns.items() if term.domain.kind == "geometry")
        with self._context.lake.session() as session:
            frame = merged(session, declared, feeds).select("district", shape).to_polars()
        found = zip(frame["district"], shapely.from_wkb(frame[shape].to_list()), strict=True)
        return dict(sorted((code, one) for code, one in found if one is not None))

    def standings(self) -> list[Standing]:
        """How everything stands: fresh, stale, absent, failed."""
        return status(self._context)


def is_public(dataset: Dataset) -> bool:
    """Whether everybody may see a dataset; the others are for the city's own staff."""
    return dataset.openness == "open" and dataset.personal == "none"


def _not_there(ko: str, en: str, id: str, known: Any) -> NotThere:
    shown = id[:80]
    guess = did_you_mean(shown, known)
    return NotThere(
        both(
            f"“{shown}”이라는 {ko}을 찾을 수 없습니다.{guess.ko}",
            f"There is no {en} called “{shown}”.{guess.en}",
        )
    )
