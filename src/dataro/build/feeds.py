"""The rows behind a table class: one dataset, several merged by rank, or an analysis' result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataro.build.registry import Registry
from dataro.build.state import Publication, State
from dataro.data.lake.lake import Session
from dataro.vocabulary.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Feed:
    """One published lake table that fills a table class."""

    source: str
    table: str
    snapshot: int
    publication: Publication


def current_feeds(registry: Registry, state: State, table: type[Table]) -> list[Feed]:
    """What fills ``table`` now, best rank first; empty where nothing is published."""
    if table.id in registry.makers:
        maker, result = registry.makers[table.id]
        names = [(maker, result_table(maker, result))]
    else:
        names = [(id, id) for id in registry.feeds.get(table.id, ())]
    found = []
    for source, name in names:
        publication = state.current(source)
        if publication is not None and name in publication.snapshots:
            found.append(Feed(source, name, publication.snapshots[name], publication))
    return found


def result_table(analysis: str, result: str) -> str:
    """The lake's name for a result table of an analysis."""
    return analysis if result == "result" else f"{analysis}__{result}"


def merged(session: Session, table: type[Table], feeds: list[Feed]) -> ir.Table:
    """The rows of all feeds; where two give the same key, the better rank wins."""
    import ibis

    parts = [session.read(feed.table, feed.snapshot) for feed in feeds]
    if len(parts) == 1:
        return parts[0]
    ranked = ibis.union(*(part.mutate(_rank=rank) for rank, part in enumerate(parts)))
    place = ibis.row_number().over(group_by=list(table.keys()), order_by="_rank")
    return ranked.mutate(_place=place).filter(ibis._._place == 0).drop("_rank", "_place")
