"""What changed between two versions of a table: rows added, removed and changed, columns too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.data.lake.lake import Session

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DIGEST = "_digest"
_TIMES = "_times"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a newer version of a table differs from an older one.

    ``changed`` counts rows whose key is in both with other values in the columns that both have;
    it is None where the table has no key, and such a row counts as one removed and one added.
    """

    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int | None
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_retyped: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the two versions say the same."""
        counts = self.added or self.removed or self.changed
        return not (counts or self.columns_added or self.columns_removed or self.columns_retyped)


def compare(
    session: Session, table: str, older: int, newer: int, keys: Sequence[str]
) -> Difference:
    """Hold two snapshots of ``table`` against each other, row by row.

    Rows are told apart by ``keys`` where both versions have them; without keys equal rows are
    matched as often as they occur. Values are compared by a 64-bit digest.
    """
    before, after = session.read(table, older), session.read(table, newer)
    was, now = before.schema(), after.schema()
    common = [name for name in now if name in was and was[name] == now[name]]
    keyed = [name for name in keys if name in common]
    whole = bool(keyed) and len(keyed) == len(keys)
    counts = _by_key(before, after, keyed, common) if whole else _by_row(before, after, common)
    return Difference(
        rows_before=int(before.count().execute()),
        rows_after=int(after.count().execute()),
        added=counts[0],
        removed=counts[1],
        changed=counts[2],
        columns_added=tuple(name for name in now if name not in was),
        columns_removed=tuple(name for name in was if name not in now),
        columns_retyped=tuple(name for name in now if name in was and was[name] != now[name]),
    )


def _by_key(
    before: ir.Table, after: ir.Table, keys: list[str], common: list[str]
) -> tuple[int, int, int]:
    old, new = _digested(before, keys, common), _digested(after, keys, common)
    same: Any = [old[name].identical_to(new[name]) for name in keys]
    back: Any = [new[name].identical_to(old[name]) for name in keys]
    both = new.inner_join(old, back)
    other = both.filter(both[_DIGEST] != both[f"{_DIGEST}_right"])
    return (
        int(new.anti_join(old, back).count().execute()),
        int(old.anti_join(new, same).count().execute()),
        int(other.select(keys).distinct().count().execute()),
    )


def _by_row(before: ir.Table, after: ir.Table, common: list[str]) -> tuple[int, int, None]:
    if not common:
        return int(after.count().execute()), int(before.count().execute()), None
    old, new = _counted(before, common), _counted(after, common)
    joined = new.outer_join(old, _DIGEST)
    here, there = joined[_TIMES].fill_null(0), joined[f"{_TIMES}_right"].fill_null(0)
    more = joined.aggregate(
        added=(here - there).clip(lower=0).sum(), removed=(there - here).clip(lower=0).sum()
    )
    found = more.to_polars().row(0)
    return int(found[0] or 0), int(found[1] or 0), None


def _digested(rows: ir.Table, keys: list[str], common: list[str]) -> ir.Table:
    return rows.select([*(rows[name] for name in keys), _digest(rows, common)])


def _counted(rows: ir.Table, common: list[str]) -> ir.Table:
    digests = rows.select(_digest(rows, common))
    counted: ir.Table = digests.group_by(_DIGEST).aggregate(**{_TIMES: digests.count()})
    return counted


def _digest(rows: ir.Table, common: list[str]) -> Any:
    import ibis

    return ibis.struct({name: rows[name] for name in common}).hash().name(_DIGEST)
