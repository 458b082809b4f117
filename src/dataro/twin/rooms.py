"""How large the dwellings of a complex are, and which households take which."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CLASSES = ("19평 이하", "20~25평", "26~32평", "33~39평", "40~49평", "50평 이상")
"""Floor-area classes as the housing department heads its columns."""

ROOM = np.array([0.2, 0.7, 1.2, 1.8, 1.9, 1.9])
"""How much room a family finds in each class: assumptions in the order of published pupils per
household, which rise to 33–39 pyeong and then stay."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def class_shares(complexes: int) -> Floats:
    """Share of each class in each complex (complexes, 6): most have one or two main sizes."""
    rng = np.random.default_rng([22, complexes])
    middle = rng.normal(2.1, 0.9, complexes)[:, None]
    main = np.exp(-(((np.arange(6) - middle) / 0.8) ** 2))
    shares = main / main.sum(axis=1, keepdims=True)
    return np.asarray(0.9 * shares + 0.1 * rng.dirichlet(np.ones(6), complexes))


def dwellings_by_class(dwellings: NDArray[np.int32]) -> Ints:
    """Dwellings of each complex by class (complexes, 6), adding up to all of its own."""
    exact = class_shares(dwellings.size) * dwellings[:, None]
    whole = np.floor(exact).astype(np.int64)
    left = dwellings - whole.sum(axis=1)
    order = np.argsort(whole - exact, axis=1, kind="stable")
    for place in range(6):
        rows = np.flatnonzero(left > place)
        whole[rows, order[rows, place]] += 1
    return whole


def by_room(doors: Ints, sizes: Ints, complexes: int) -> Ints:
    """The same free dwellings (complex of each) in another order: larger households, given by
    ``sizes``, tend to get those in roomier complexes. Both have the same length."""
    if not doors.size:
        return doors
    rng = np.random.default_rng([23, doors.size, int(doors[0])])
    room = (class_shares(complexes) @ ROOM)[doors] + rng.normal(0, 0.35, doors.size)
    want = np.minimum(sizes, 5) + rng.normal(0, 1.0, doors.size)
    placed = np.empty_like(doors)
    placed[np.argsort(want, kind="stable")] = doors[np.argsort(room, kind="stable")]
    return placed
