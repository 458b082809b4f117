"""Protect tables that count the same thing together: what one hides, no other gives away.

``protect`` guards one table against sums that are known elsewhere. Where an answer cuts one
quantity several ways, the cells of one table are the sums of another; here they are hidden as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from dataro.methods.disclosure.linear import Bounds
from dataro.methods.disclosure.linked import Cut, Ints, Key, System, link
from dataro.methods.disclosure.protect import check
from dataro.vocabulary.disclosure import HIDDEN, SHOWN
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

PROOFS = 120_000
"""How many cells may be looked at, proof by proof, to show again what was hidden needlessly."""

LARGEST = 1e6
"""The size to which the largest value of a linear programme is brought."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """``frame`` with its hidden values emptied and a status column; ``totals`` by margin with the
    value and the state of each; how many cells are ``sensitive`` and ``hidden``."""

    frame: pl.DataFrame
    totals: Mapping[Key, pl.DataFrame]
    sensitive: int
    hidden: int


def protect_together(cuts: Mapping[str, Cut]) -> dict[str, Guarded]:
    """Each table of a family under its rule, none of which gives a sensitive cell of another away.

    A sensitive cell may lie anywhere from its ``down`` to its ``up`` (see ``sensitive.needs``) for a
    reader who has all of the tables and, where two sources differ, knows roughly by how much. That
    is proved by linear programmes. Raises ``Problem`` as ``protect`` does.
    """
    for cut in cuts.values():
        if not cut.settled:
            check(cut.frame, cut.rule, cut.cells)
    if not cuts or not any(cut.frame.height for cut in cuts.values()):
        return {name: _guarded(cut, None, name) for name, cut in cuts.items()}
    system = link(cuts)
    hide(system)
    return {name: _guarded(cut, system, name) for name, cut in cuts.items()}


def _guarded(cut: Cut, system: System | None, name: str) -> Guarded:
    rule, frame = cut.rule, cut.frame
    if system is None:
        return Guarded(frame.with_columns(pl.lit(SHOWN).alias(rule.status)), {}, 0, 0)
    first = system.at[name]
    mine = slice(first, first + frame.height)
    empty = pl.Series(system.hidden[mine], dtype=pl.Boolean)
    gone = [
        column
        for column in (rule.value, rule.contributors, rule.largest, rule.second, *rule.also)
        if column is not None and column in frame.columns
    ]
    made = frame.with_columns(
        *(pl.when(empty).then(None).otherwise(pl.col(column)).alias(column) for column in gone),
        pl.when(empty).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)).alias(rule.status),
    )
    totals = {}
    for (of, kept), (groups, nodes) in system.totals.items():
        if of == name:
            away = pl.Series(system.hidden[nodes] & system.free[nodes], dtype=pl.Boolean)
            totals[kept] = groups.with_columns(
                pl.when(away)
                .then(None)
                .otherwise(pl.Series(system.value[nodes]))
                .alias(rule.value),
                pl.when(away).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)).alias(rule.status),
            )
    sensitive = int(system.need.sensitive[mine].sum())
    return Guarded(made, totals, sensitive, int(system.hidden[mine].sum()))


def hide(system: System) -> None:
    """Hide more cells of a system until no sensitive one can be worked out."""
    work = _Joint(system)
    work.cover(range(system.matrix.shape[0]))
    while len(exposed := work.exposed()):
        work.widen(exposed)
    work.restore()


class _Joint:
    def __init__(self, system: System) -> None:
        self.of = system
        self.by_node: csr_matrix = system.matrix.T.tocsr()
        self.proved: set[bytes] = set()

    def members(self, equation: int) -> tuple[Ints, Ints]:
        """The nodes of an equation and their signs."""
        start, end = self.of.matrix.indptr[equation : equation + 2]
        return self.of.matrix.indices[start:end], self.of.matrix.data[start:end]

    def equations(self, node: int) -> Ints:
        """The equations that a node stands in."""
        start, end = self.by_node.indptr[node : node + 2]
        return np.asarray(self.by_node.indices[start:end])

    def cover(self, which: range | set[int]) -> None:
        """Give each sensitive cell company in each of its sums, as far as there is any."""
        waiting = list(which)
        while waiting:
            equation = waiting.pop()
            while not self._covered(equation):
                node = self._cheapest(equation)
                if node is None:
                    break
                self.of.hidden[node] = True
                waiting += [int(one) for one in self.equations(node) if one != equation]

    def _covered(self, equation: int) -> bool:
        """Whether the hidden cells beside it leave each sensitive one room to be larger.

        A hidden total leaves any; whether it can itself be worked out, the programmes tell.
        """
        nodes, signs = self.members(equation)
        inside = self.of.hidden[nodes]
        asked = inside & self.of.need.sensitive[nodes]
        if not asked.any():
            return True
        nodes, signs, asked = nodes[inside], signs[inside], asked[inside]
        if len(nodes) == 1:
            return False
        room = self.of.value[nodes] - self.of.floor[nodes]
        for i in np.flatnonzero(asked):
            same = signs == signs[i]
            if same.all() and room[same].sum() - room[i] < self.of.need.up[nodes[i]] - 1e-9:
                return False
        return True

    def _cheapest(self, equation: int) -> int | None:
        """The shown cell that costs least to hide: small, and alone in as few sums as may be."""
        nodes, _ = self.members(equation)
        open_ = nodes[~self.of.hidden[nodes] & self.of.free[nodes]]
        open_ = open_[(self.of.value[open_] != 0) | (self.of.floor[open_] <= 0)]
        if not len(open_):
            return None
        size = np.abs(self.of.value[open_])
        if (size > 0).any():
            open_, size = open_[size > 0], size[size > 0]
        near = np.argsort(size, kind="stable")[:12]  # looking further changes little, costs much
        price = [size[i] * (1 + self._lonely(int(open_[i]), equation)) for i in near]
        return int(open_[near[int(np.argmin(price))]])

    def _lonely(self, node: int, equation: int) -> int:
        """How many other sums would get their first hidden cell."""
        return sum(
            other != equation and not self.of.hidden[self.members(int(other))[0]].any()
            for other in self.equations(node)
        )

    def widen(self, exposed: Ints) -> None:
        """Hide one more cell in every sum of cells that can still be worked out, or further away."""
        touched: set[int] = set()
        for node in exposed.tolist():
            grown = [self._hide_one(int(equation), touched) for equation in self.equations(node)]
            if not any(grown):
                self._reach(node, touched)
        if not touched:  # nothing is left to hide: tables that were published before say it alone
            raise Problem(
                both(
                    "이미 공개한 표만으로 작은 칸을 알아낼 수 있어 보호하지 못했습니다. 그 표부터 다시 보호해 주십시오.",
                    "Tables that are published already give a small cell away. Protect them again first.",
                )
            )
        self.cover(touched)

    def _hide_one(self, equation: int, touched: set[int]) -> bool:
        more = self._cheapest(equation)
        if more is None:
            return False
        self.of.hidden[more] = True
        touched.update(int(one) for one in self.equations(more))
        return True

    def _reach(self, node: int, touched: set[int]) -> None:
        """Walk along hidden cells to the nearest sum that still has one to hide."""
        seen, edge = {node}, [node]
        while edge:
            further: list[int] = []
            for one in edge:
                for equation in self.equations(one):
                    if self._hide_one(int(equation), touched):
                        return
                    inside = self.members(int(equation))[0]
                    further += [int(n) for n in inside[self.of.hidden[inside]] if n not in seen]
                    seen.update(further)
            edge = further

    def exposed(self) -> Ints:
        """Sensitive cells that a reader could still pin down."""
        found: list[Ints] = []
        for nodes, equations in self._parts():
            key = np.concatenate([nodes, [-1], equations]).tobytes()
            if key in self.proved:
                continue
            short = self._short(nodes, equations)
            if len(short):
                found.append(short)
            else:
                self.proved.add(key)
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def restore(self) -> None:
        """Show again, the largest first, what need not be hidden after all.

        Cells are tried together and, where that tells too much, in halves; each try is another proof
        of what they are connected with, and there are only so many as are quick.
        """
        spare = self.of.hidden & self.of.free & ~self.of.need.sensitive
        nodes = np.flatnonzero(spare)
        widest = max((len(part[0]) for part in self._parts()), default=1)
        tries = max(8, PROOFS // widest)
        nodes = nodes[np.argsort(-np.abs(self.of.value[nodes]), kind="stable")]
        size = max(1, -(-3 * len(nodes) // tries))
        waiting = [nodes[i : i + size] for i in range(0, len(nodes), size)][::-1]
        while waiting and tries:
            some = waiting.pop()
            if not len(some):
                continue
            tries -= 1
            self.of.hidden[some] = False
            if len(self.exposed()):
                self.of.hidden[some] = True
                if len(some) > 1:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]

    def _parts(self) -> list[tuple[Ints, Ints]]:
        """Hidden cells and the sums over them, in parts that no equation connects."""
        nodes = np.flatnonzero(self.of.hidden)
        part = coo_matrix(self.of.matrix[:, nodes])
        many = part.shape[0]
        size = many + len(nodes)
        graph = coo_matrix((np.ones(part.nnz), (part.row, part.col + many)), (size, size))
        _, label = connected_components(graph, directed=False)
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        made = []
        for group in np.split(order, cuts):
            inside = nodes[group[group >= many] - many]
            if len(inside) and self.of.need.sensitive[inside].any():
                made.append((inside, group[group < many]))
        return made

    def _short(self, nodes: Ints, equations: Ints) -> Ints:
        """Of one part, the cells whose bounds are too narrow."""
        matrix = csr_matrix(self.of.matrix[equations][:, nodes])
        # whatever the unit, the solver meets numbers of a size for which its tolerances are made
        unit = max(1.0, float(np.abs(self.of.value[nodes]).max()) / LARGEST)
        value, floor, need = self.of.value[nodes] / unit, self.of.floor[nodes] / unit, self.of.need
        known = np.asarray(matrix @ value)  # what is shown leaves exactly this to the hidden
        bounds = Bounds(matrix, known.ravel(), floor, self.of.ceiling[nodes] / unit)
        own = np.flatnonzero(need.sensitive[nodes]).astype(np.int64)
        up, down = need.up[nodes[own]] / unit, need.down[nodes[own]] / unit
        down = np.minimum(down, np.maximum(value[own] - floor[own], 0.0))
        short = np.union1d(
            bounds.short_of(own, value[own] + up, 1), bounds.short_of(own, value[own] - down, -1)
        ).astype(np.int64)
        return np.asarray(nodes[short])
