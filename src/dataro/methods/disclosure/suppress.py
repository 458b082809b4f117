"""Hide sensitive cells, and as few others as will keep every sum from giving them away.

Small cells are added to lonely ones first (quick), then linear programmes look for what a reader
could still work out, and more is hidden until nothing is found: what is returned has been proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, hstack
from scipy.sparse.csgraph import connected_components

from dataro.methods.disclosure.linear import Bounds
from dataro.methods.disclosure.sensitive import Need
from dataro.methods.disclosure.sums import Sums

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Hidden:
    """What is hidden: flags of cells and of totals."""

    cells: Flags
    totals: Flags


def suppress(value: Floats, sums: Sums, cells: Need, totals: Need, floor: float) -> Hidden:
    """Choose what to hide. ``floor`` is the least a hidden cell is known to be.

    A total is hidden where it is sensitive, or where nothing else is left that could cover a cell.
    """
    work = _Work(value, sums, cells, totals, floor)
    work.cover(range(len(work.total)))
    while len(exposed := work.exposed()):
        work.widen(exposed)
    return Hidden(work.hidden, work.hidden_totals)


class _Above:
    """Which sums are sums of sums: found from their cells, whatever columns made them."""

    def __init__(self, sums: Sums) -> None:
        self._member, self._margin = sums.member, sums.margin
        self._of_cell = sums.member.T.tocsr()
        self._size = np.diff(sums.member.indptr)

    def _shared(self, total: int) -> tuple[Ints, Ints]:
        """Sums that share cells with one, and how many each shares."""
        start, end = self._member.indptr[total : total + 2]
        cells = self._member.indices[start:end]
        spans = zip(self._of_cell.indptr[cells], self._of_cell.indptr[cells + 1], strict=True)
        met = [self._of_cell.indices[a:b] for a, b in spans]
        others, counts = np.unique(np.concatenate(met), return_counts=True)
        return others.astype(np.int64), counts

    def parents(self, total: int) -> list[int]:
        """Larger sums that hold all of its cells."""
        others, counts = self._shared(total)
        whole = (counts == self._size[total]) & (self._size[others] > self._size[total])
        return [int(one) for one in others[whole]]

    def parts(self, total: int, margin: int) -> Ints:
        """Sums of a margin whose cells all lie in this one."""
        others, counts = self._shared(total)
        return np.asarray(others[(self._margin[others] == margin) & (counts == self._size[others])])


class _Work:
    def __init__(self, value: Floats, sums: Sums, cells: Need, totals: Need, floor: float) -> None:
        self.value, self.need, self.need_totals, self.floor = value, cells, totals, floor
        self.member: csr_matrix = sums.member
        self.of_cell: csr_matrix = sums.member.T.tocsr()
        self.total: Floats = np.asarray(sums.member @ value).ravel()
        self.hidden: Flags = cells.sensitive.copy()
        self.hidden_totals: Flags = totals.sensitive.copy()
        self.free: Flags = np.ones(len(value), bool) if floor <= 0 else value != 0
        self.margin, self.above = sums.margin, _Above(sums)
        self.proved: set[bytes] = set()

    def members(self, total: int) -> Ints:
        """The cells of a total."""
        start, end = self.member.indptr[total : total + 2]
        return np.asarray(self.member.indices[start:end])

    def totals_of(self, cell: int) -> Ints:
        """The totals that a cell is part of."""
        start, end = self.of_cell.indptr[cell : cell + 2]
        return np.asarray(self.of_cell.indices[start:end])

    def cover(self, which: Iterable[int]) -> None:
        """Give each hidden cell company in each of its totals, until all have it."""
        waiting = list(which)
        while waiting:
            total = waiting.pop()
            if self.hidden_totals[total] and self.need_totals.sensitive[total]:
                waiting += self._cover_total(total)
            while not self._covered(total):
                cell = self._cheapest(total)
                if cell is None:
                    self.hidden_totals[total] = True
                    break
                self.hidden[cell] = True
                waiting += [int(other) for other in self.totals_of(cell) if other != total]

    def _cover_total(self, total: int) -> list[int]:
        """Hide sums beside a sensitive one in each sum over both, until it has room; those hidden."""
        found = []
        for parent in self.above.parents(total):
            if self.hidden_totals[parent]:
                continue
            beside = self.above.parts(parent, int(self.margin[total]))
            beside = beside[beside != total]
            room = self.total[beside[self.hidden_totals[beside]]].sum()
            shown = beside[~self.hidden_totals[beside] & (self.total[beside] != 0)]
            shown = shown[np.argsort(np.abs(self.total[shown]), kind="stable")]
            for one in shown:
                if room >= self.need_totals.up[total] - 1e-9:
                    break
                self.hidden_totals[one] = True
                room += self.total[one]
                found.append(int(one))
        return found

    def _covered(self, total: int) -> bool:
        """Whether the others hidden in a total leave each sensitive cell enough room."""
        cells = self.members(total)
        inside = cells[self.hidden[cells]]
        if self.hidden_totals[total]:
            return len(inside) > 0
        if not len(inside):
            return True
        if len(inside) == 1:
            return False
        room = (self.value[inside] - self.floor).sum() - (self.value[inside] - self.floor)
        return bool((room >= self.need.up[inside] - 1e-9).all())

    def _cheapest(self, total: int) -> int | None:
        """The shown cell that costs least to hide: small, and alone in as few totals as may be.

        Cells of zero make no room; they are taken only where nothing else is left.
        """
        cells = self.members(total)
        open_ = cells[~self.hidden[cells] & self.free[cells]]
        if not len(open_):
            return None
        size = np.abs(self.value[open_])
        if (size > 0).any():
            open_, size = open_[size > 0], size[size > 0]
        near = np.argsort(size, kind="stable")[:12]  # looking further changes little, costs much
        price = [size[i] * (1 + self._lonely(int(open_[i]), total)) for i in near]
        return int(open_[near[int(np.argmin(price))]])

    def _lonely(self, cell: int, total: int) -> int:
        """How many other totals would get their first hidden cell."""
        return sum(
            other != total
            and not self.hidden_totals[other]
            and not self.hidden[self.members(other)].any()
            for other in self.totals_of(cell)
        )

    def widen(self, exposed: Ints) -> None:
        """Hide one more cell in every total of cells that can still be worked out."""
        touched: set[int] = set()
        for cell in exposed:
            grown = False
            for total in self.totals_of(int(cell)):
                if self.hidden_totals[total]:
                    continue
                more = self._cheapest(int(total))
                if more is not None:
                    self.hidden[more] = grown = True
                    touched.update(int(one) for one in self.totals_of(more))
            if not grown:
                self.hidden_totals[self.totals_of(int(cell))] = True
        self.cover(touched)

    def exposed(self) -> Ints:
        """Sensitive cells that a reader could still pin down; a total stands for its cells."""
        found: list[Ints] = []
        for cells, totals in self._parts():
            key = np.concatenate([cells, [-1], totals[~self.hidden_totals[totals]]]).tobytes()
            if key in self.proved:
                continue
            short = self._short(cells, totals)
            if len(short):
                found.append(short)
            else:
                self.proved.add(key)
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    def _parts(self) -> list[tuple[Ints, Ints]]:
        """Hidden cells and the totals over them, in parts that no equation connects."""
        cells = np.flatnonzero(self.hidden)
        binding = ~self.hidden_totals | self.need_totals.sensitive
        part = coo_matrix(self.member[:, cells][binding])
        totals = np.flatnonzero(binding)
        size = len(totals) + len(cells)
        graph = coo_matrix((np.ones(part.nnz), (part.row, part.col + len(totals))), (size, size))
        _, label = connected_components(graph, directed=False)
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        made = []
        for nodes in np.split(order, cuts):
            inside = cells[nodes[nodes >= len(totals)] - len(totals)]
            above = totals[nodes[nodes < len(totals)]]
            if len(inside) and (
                self.need.sensitive[inside].any() or self.need_totals.sensitive[above].any()
            ):
                made.append((inside, above))
        return made

    def _short(self, cells: Ints, totals: Ints) -> Ints:
        """Of one part, the cells whose bounds are too narrow (those of a total that is)."""
        secret = totals[self.need_totals.sensitive[totals]]
        matrix = csr_matrix(self.member[totals][:, cells])
        known = np.asarray(matrix @ self.value[cells]).ravel()
        row_of = {int(total): i for i, total in enumerate(totals)}
        known[[row_of[int(total)] for total in secret]] -= self.total[secret]
        extra = coo_matrix(
            (
                -np.ones(len(secret)),
                ([row_of[int(total)] for total in secret], np.arange(len(secret))),
            ),
            (len(totals), len(secret)),
        )
        full = csr_matrix(hstack([matrix, extra])) if len(secret) else matrix
        floor = np.full(full.shape[1], self.floor)
        bounds = Bounds(full, known, floor)
        own = np.flatnonzero(self.need.sensitive[cells])
        at = np.concatenate([own, len(cells) + np.arange(len(secret))]).astype(np.int64)
        value = np.concatenate([self.value[cells[own]], self.total[secret]])
        up = np.concatenate([self.need.up[cells[own]], self.need_totals.up[secret]])
        down = np.concatenate([self.need.down[cells[own]], self.need_totals.down[secret]])
        down = np.minimum(down, np.maximum(value - self.floor, 0.0))
        short = np.union1d(
            bounds.short_of(at, value + up, 1), bounds.short_of(at, value - down, -1)
        ).astype(np.int64)
        of_totals = [self.members(int(secret[i - len(cells)])) for i in short if i >= len(cells)]
        return np.concatenate([cells[short[short < len(cells)]], *of_totals])
