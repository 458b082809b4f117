"""Areas around peaks of a grid: every cell climbs to its highest neighbour, low saddles divide.

The persistence clustering of Chazal and others (ToMATo, 2013) on the cells of a square grid: the
number of areas need not be known, a town that is dense all over still falls into its centres, and
an area keeps its id as long as its highest cell does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AROUND = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]


def around_peaks(
    cells: NDArray[np.int64], height: NDArray[np.float64], *, least: float, saddle: float
) -> NDArray[np.int64]:
    """The index of its peak's cell for each cell, −1 for cells lower than ``least``.

    ``cells`` are (east, north) indexes, one row a cell. Two peaks become one area where the pass
    between them is at least ``saddle`` times the lower of them. Ties go to the south-west, so that
    the answer does not depend on the order of rows.
    """
    order = np.lexsort((cells[:, 1], cells[:, 0], -height))
    at = {(int(e), int(n)): i for i, (e, n) in enumerate(cells.tolist())}
    rank = np.empty(len(cells), dtype=np.int64)
    rank[order] = np.arange(len(cells))
    peak = np.full(len(cells), -1, dtype=np.int64)

    def top(i: int) -> int:
        while peak[i] != i:
            peak[i] = peak[peak[i]]
            i = int(peak[i])
        return i

    for i in order.tolist():
        if height[i] < least:
            break
        east, north = cells[i].tolist()
        found = (at.get((east + a, north + b)) for a, b in AROUND)
        near = [j for j in found if j is not None and peak[j] >= 0]
        if not near:
            peak[i] = i
            continue
        peak[i] = top(min(near, key=lambda j: rank[j]))
        meeting = sorted({top(j) for j in near}, key=lambda j: rank[j])
        for lower in meeting[1:]:
            if height[i] >= saddle * height[lower]:
                peak[lower] = meeting[0]
    return np.array([top(i) if peak[i] >= 0 else -1 for i in range(len(cells))], dtype=np.int64)
