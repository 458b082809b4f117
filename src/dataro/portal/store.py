"""What the portal shows comes through here: the one place of it that calls the build."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from dataro.accounts.clock import korean_day, system_clock
from dataro.accounts.use.totals import Moment, Use
from dataro.build.answers import answer
from dataro.build.context import Context, close_context, open_context
from dataro.build.feeds import current_feeds, merged
from dataro.build.pinned import pinned_answer
from dataro.build.status import Standing, status
from dataro.build.workspace import find
from dataro.cases.reuses import Reuse
from dataro.portal.memory import Memory
from dataro.publish.catalogue.entries import public_entries, visible_entry
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.publish.catalogue.versions import version
from dataro.publish.render.maps import Shapes
from dataro.publish.rows import Rows
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.text import Text, both

AREAS = "areas"
"""The analysis that describes districts."""


class Store:
    """One workspace, opened. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._context: Context = open_context(find(folder), live=True)
        self._version = (0.0, "")
        # A page and each of its figures ask for the same answer.
        self._answers: Memory[Answer] = Memory(24)
        self._shapes: Memory[Shapes] = Memory(8)
        self._pinned: Memory[Answer | None] = Memory(8)
        self._places: Memory[frozenset[str]] = Memory(2)
        self._uses: tuple[int, Mapping[str, Use]] = (0, {})
        self._months: Mapping[str, Sequence[Moment]] = {}
        self._reuses: Sequence[Reuse] = ()

    def close(self) -> None:
        """Let go of the lake and the state file."""
        close_context(self._context)

    def version(self) -> str:
        """Changes whenever anything is published, and with the day in Korea: what pages are kept by.

        Looked up at most ten times a second, so that a kept page costs no query.
        """
        now = time.monotonic()
        seen, version = self._version
        if now - seen > 0.1:
            day = korean_day(system_clock())  # what expires tonight is not kept until tomorrow
            self._context.declared.now()  # a changed declaration is a new version
            version = f"{self._context.state.version()}.{day.isoformat()}.{self._uses[0]}"
            self._version = (now, version)
        return version

    def published(self) -> str:
        """Changes with each publication: what ``version`` is made from, looked up now."""
        return self._context.state.version()

    def note_uses(self, uses: Mapping[str, Use], months: Mapping[str, Sequence[Moment]]) -> None:
        """How often each entry was used, in all and by month, counted now and then: pages that tell
        it are made anew."""
        if uses != self._uses[1] or months != self._months:
            self._months = months
            self._uses = self._uses[0] + 1, uses

    def note_reuses(self, reuses: Sequence[Reuse]) -> None:
        """What people made from the data: pages that show it are made anew where it changed."""
        if reuses != self._reuses:
            self._reuses = reuses
            self._uses = self._uses[0] + 1, self._uses[1]

    def reuses_of(self, id: str) -> list[Reuse]:
        """What was made from an entry and may be shown, newest first."""
        return [one for one in self._reuses if id in one.datasets]

    def months_of(self, id: str) -> Sequence[Moment]:
        """Use of an entry by month, as far as it has been counted; only months with any."""
        return self._months.get(id, ())

    def use_of(self, id: str) -> Use:
        """How often an entry was used, as far as it has been counted."""
        return self._uses[1].get(id, Use())

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

    def answer_of(self, id: str, settings: Mapping[str, str], pin: str = "") -> Answer:
        """The answer of the version ``pin`` where that can be had, else today's."""
        declared = self.analysis(id)
        if pin and not settings:
            now = self._context.state.current(id)
            if now is not None and str(now.receipt.snapshot) != pin:
                pinned = self._pinned.get(
                    (self._context.state.version(), id, pin),
                    lambda: pinned_answer(self._context, declared, int(pin)),
                )
                if pinned is not None:
                    return pinned
        return self.answer(id, settings)

    def is_stale(self, answer: Answer) -> bool:
        """Whether anything that the answer read has been published anew since."""
        state = self._context.state
        below = ((one.of, one.snapshot, state.current(one.of)) for one in answer.receipt.inputs)
        return any(
            now is not None and now.receipt.snapshot != snapshot for _, snapshot, now in below
        )

    def snapshot_of(self, id: str) -> int | None:
        """The version of a dataset or an analysis that is current."""
        now = self._context.state.current(id)
        return now.receipt.snapshot if now is not None else None

    def table_title(self, id: str) -> Text:
        """What a table class is called."""
        table = self._context.registry.tables.get(id)
        return table.title if table is not None else Text(id, id)

    def is_published(self, id: str) -> bool:
        """Whether a dataset or an analysis has a current version."""
        return self._context.state.current(id) is not None

    def entries(self) -> list[Entry]:
        """Every dataset that everybody may see, in the order of the registry."""
        return [one for one in public_entries(self._context) if one.kind == "dataset"]

    def everything(self) -> list[Entry]:
        """Every dataset and answer that everybody may see."""
        return public_entries(self._context)

    def entry(self, id: str) -> Entry:
        """One dataset that everybody may see. Raises ``NotThere``, ``Gone``."""
        found = visible_entry(self._context, id)
        if found.kind != "dataset":
            raise _not_there("데이터셋", "dataset", id, [one.id for one in self.entries()])
        return found

    def table_of(self, id: str) -> str | None:
        """The table class that a dataset fills."""
        return self._context.registry.datasets[id].table

    def used_by(self, id: str) -> list[Analysis]:
        """Analyses that read the table which a dataset fills."""
        table = self.table_of(id)
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
            keys = [name for name in entry.row_names() if name in there]
            part = rows.order_by(keys).select(shown).limit(limit, offset=offset)
            return part.to_polars(), int(rows.count().execute())

    def rows(self, id: str, snapshot: int | None = None) -> Rows:
        """All rows of a published dataset with what a download says of itself.

        ``snapshot`` names an older version. Raises ``Gone`` where it is no longer kept.
        """
        entry = self.entry(id)
        published = entry.published()
        if snapshot is not None:
            published = version(self._context, entry, snapshot)
        with self._context.lake.session() as session:
            frame = session.read(id, published.snapshots[id]).to_polars()
        columns = {name: t for name, t in entry.columns.items() if name in frame.columns}
        about = replace(entry.about(), receipt=published.receipt)
        return Rows(frame.select(list(columns)), columns, about)

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

    @property
    def open_titles(self) -> Mapping[str, Text]:
        """Titles of the datasets that everybody may see, by id."""
        return {one.id: one.title for one in self.entries()}

    def has_areas(self) -> bool:
        """Whether areas are described yet."""
        return self.is_published(AREAS)

    def is_place(self, code: str) -> bool:
        """Whether an area has a page. Read when a table first asks: other pages need not wait."""
        if not self.has_areas():
            return False
        key = self._context.state.version()
        return code in self._places.get(
            key, lambda: frozenset(self.answer(AREAS, {}).tables["areas"]["area"])
        )

    def standings(self) -> list[Standing]:
        """How everything stands: fresh, stale, absent, failed."""
        return status(self._context)


def _not_there(ko: str, en: str, id: str, known: Any) -> NotThere:
    shown = id[:80]
    guess = did_you_mean(shown, known)
    return NotThere(
        both(
            f"“{shown}”이라는 {ko}을 찾을 수 없습니다.{guess.ko}",
            f"There is no {en} called “{shown}”.{guess.en}",
        )
    )
