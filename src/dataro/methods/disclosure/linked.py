"""Several tables that count the same thing, as one system of equations.

Every cell of every table is an unknown. Where two tables are cut by columns that they share, their
sums are equal: each grouping of each table (its ``margins``) makes one equation, whose total is the
cell of the table that has exactly these columns or, where no table shows it, an unknown of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from dataro.methods.disclosure.sensitive import Cells, Need, needs
from dataro.methods.disclosure.sums import group_ids
from dataro.vocabulary.disclosure import HIDDEN, Disclosure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Key = tuple[str, ...]

_ALL = "_all"
ROUGHLY = 2.0
"""How well a reader is taken to know how far two sources lie apart."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One table of a family: ``frame`` has one row a cell, identified by the columns ``cells``.

    ``margins`` of ``rule`` are groupings that other tables of the family share, or a sum that is
    shown. A row whose grouping column is empty belongs to no total of it. ``published`` is false
    for sums that no table shows but that must not be worked out either; ``settled`` says that the
    frame has its states already (protected before): no more of it can be hidden.
    """

    frame: pl.DataFrame
    rule: Disclosure
    cells: Key
    published: bool = True
    settled: bool = False


@dataclass(slots=True)
class System:
    """All cells (``nodes``) and sums: ``matrix`` (sums × nodes, +1 a part, −1 the total) · value = 0.
    ``hidden`` so far; ``free`` may be hidden; ``floor`` and ``ceiling`` the least and most that each
    is known to be; ``at`` the first node of each table. Where sources differ, the difference is a
    node too: a reader knows its size (to a factor of ``ROUGHLY``), not its value."""

    value: Floats
    need: Need
    floor: Floats
    ceiling: Floats
    free: Flags
    hidden: Flags
    matrix: csr_matrix
    at: Mapping[str, int]
    totals: Mapping[tuple[str, Key], tuple[pl.DataFrame, Ints]]


@dataclass(slots=True)
class _Making:
    value: list[Floats] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    floor: list[Floats] = field(default_factory=list)
    free: list[Flags] = field(default_factory=list)
    hidden: list[Flags] = field(default_factory=list)
    size: int = 0
    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    signs: list[Floats] = field(default_factory=list)
    sums: int = 0
    known: dict[Key, pl.DataFrame] = field(default_factory=dict)
    ceiling: dict[int, float] = field(default_factory=dict)

    def matrix(self) -> csr_matrix:
        """Sums × nodes."""
        none = np.empty(0, np.int64)
        return csr_matrix(
            (
                np.concatenate([*self.signs, np.empty(0)]),
                (np.concatenate([*self.rows, none]), np.concatenate([*self.columns, none])),
            ),
            shape=(self.sums, self.size),
        )

    def add(self, value: Floats, need: Need, floor: Floats, free: Flags, hidden: Flags) -> int:
        """Nodes more; the number of the first."""
        first = self.size
        self.value.append(value)
        self.needs.append(need)
        self.floor.append(floor)
        self.free.append(free)
        self.hidden.append(hidden)
        self.size += len(value)
        return first

    def name(self, kept: Sequence[str], keys: pl.DataFrame, nodes: Ints) -> None:
        """Remember under which keys nodes are found."""
        columns = tuple(sorted(kept))
        made = keys.select(columns or [_ALL]).with_columns(pl.Series("_node", nodes))
        old = self.known.get(columns)
        self.known[columns] = (
            made if old is None else pl.concat([old, made], how="vertical_relaxed")
        )


def link(cuts: Mapping[str, Cut]) -> System:
    """The system of a family of tables. Columns of one name must have one type in all tables."""
    making = _Making()
    at = {name: _add_cells(making, cut) for name, cut in cuts.items()}
    totals = {
        (name, kept): _tie(making, cut, at[name], kept)
        for name, cut in cuts.items()
        for kept in cut.rule.margins
    }
    _let_sources_differ(making)
    need = Need(
        *(np.concatenate([getattr(n, part) for n in making.needs]) for part in ("sensitive", "up", "down"))
    )  # fmt: skip
    ceiling = np.full(making.size, np.inf)
    for node, most in making.ceiling.items():
        ceiling[node] = most
    return System(
        np.concatenate(making.value), need, np.concatenate(making.floor), ceiling,
        np.concatenate(making.free), np.concatenate(making.hidden), making.matrix(), at, totals,
    )  # fmt: skip


def _let_sources_differ(making: _Making) -> None:
    """Where parts do not make up their total, the rest stands in the equation as a node."""
    value = np.concatenate(making.value)
    rest = np.asarray(making.matrix() @ value).ravel()
    scale = np.asarray(abs(making.matrix()) @ np.abs(value)).ravel()
    differ = np.flatnonzero(np.abs(rest) > 1e-9 * np.maximum(scale, 1.0))
    if not len(differ):
        return
    many, zero = len(differ), np.zeros(len(differ))
    no = np.zeros(many, bool)
    size = ROUGHLY * np.abs(rest[differ])
    first = making.add(rest[differ], Need(no, zero, zero), -size, no, ~no)
    making.ceiling |= dict(zip(range(first, first + many), size.tolist(), strict=True))
    making.rows.append(differ)
    making.columns.append(np.arange(first, first + many))
    making.signs.append(-np.ones(many))


def _add_cells(making: _Making, cut: Cut) -> int:
    rule, frame = cut.rule, cut.frame
    value = frame[rule.value].cast(pl.Float64).to_numpy()

    def column(name: str | None) -> Floats | None:
        return None if name is None else frame[name].cast(pl.Float64).to_numpy()

    behind = column(rule.contributors)
    cells = Cells(
        value, value if behind is None else behind, column(rule.largest), column(rule.second)
    )
    need = needs(cells, rule, counts=behind is None)
    # whoever sees that a table of counts has no zeros knows that a hidden one is no zero
    least = 1.0 if behind is None and len(value) and bool((value > 0).all()) else 0.0
    floor = np.where(value < 0, -np.inf, least)
    settled = frame[rule.status] == HIDDEN if cut.settled else None
    hidden = need.sensitive.copy() if settled is None else np.asarray(settled.to_numpy(), bool)
    if not cut.published:
        hidden = np.ones(len(value), bool)
    free = np.full(len(value), cut.published and not cut.settled)
    first = making.add(value, need, floor, free, hidden)
    keys = frame.with_columns(pl.lit(1).alias(_ALL))
    making.name(cut.cells, keys, np.arange(first, first + len(value)))
    return first


def _tie(making: _Making, cut: Cut, first: int, kept: Key) -> tuple[pl.DataFrame, Ints]:
    """One equation a group; the groups and the node of each one's total."""
    frame = cut.frame.with_row_index("_row")
    mine = frame.drop_nulls(list(kept)) if kept else frame
    ids = group_ids(mine, kept)
    parts = np.asarray(mine["_row"].to_numpy(), np.int64)
    groups = mine.with_columns(pl.Series("_group", ids)).unique("_group", keep="first")
    groups = groups.sort("_group").select(list(kept)) if kept else pl.DataFrame({_ALL: [1]})
    many = groups.height if len(mine) else 0
    groups = groups.head(many)
    columns = sorted(kept) or [_ALL]
    old = making.known.get(tuple(sorted(kept)))
    if old is None:
        nodes = np.full(many, -1)
    else:
        met = groups.select(columns).join(
            old.unique(columns, keep="first"), on=columns, how="left", maintain_order="left"
        )
        nodes = np.asarray(met["_node"].fill_null(-1).to_numpy(), np.int64)
    new = np.flatnonzero(nodes < 0)
    if len(new):
        begin = _add_totals(making, cut, mine, ids, many, new)
        nodes = nodes.copy()
        nodes[new] = np.arange(begin, begin + len(new))
        making.name(kept, groups[new.tolist()], nodes[new])
    making.rows += [ids + making.sums, np.arange(many) + making.sums]
    making.columns += [first + parts, nodes]
    making.signs += [np.ones(len(ids)), -np.ones(many)]
    making.sums += many
    return groups, nodes


def _add_totals(
    making: _Making, cut: Cut, mine: pl.DataFrame, ids: Ints, many: int, new: Ints
) -> int:
    """Totals that no table shows. At least the contributors of its largest cell stand behind one;
    where people are counted, they add up."""
    rule = cut.rule
    value = mine[rule.value].cast(pl.Float64).to_numpy()
    total: Floats = np.asarray(np.bincount(ids, value, many), float)
    behind = total
    if rule.contributors is not None:
        behind = np.zeros(many)
        np.maximum.at(behind, ids, mine[rule.contributors].cast(pl.Float64).to_numpy())
    need = needs(Cells(total, behind), rule, counts=rule.contributors is None)
    low = np.zeros(many)
    low[np.unique(ids[value < 0])] = -np.inf
    every = np.ones(len(new), bool)
    chosen = Need(need.sensitive[new], need.up[new], need.down[new])
    return making.add(total[new], chosen, low[new], ~every, every)
