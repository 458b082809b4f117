"""Apartment complexes: finished where and when a cell's households grow, and the growth shaped
by their move-in dates in turn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.places import Places
from dataro.twin.targets import Targets

RAMP = np.minimum(1.0, np.array([0.28, 0.52, 0.68, 0.79, 0.87, 0.92, 0.96, 1.0]))
"""Share of a complex that is occupied in its first months (assumption)."""

FULL = 0.97
"""Share of dwellings that are lived in once a complex has filled (assumption)."""


@dataclass(frozen=True, slots=True)
class Complexes:
    """One entry per complex: its cell, dwellings and first month of moving in (0 is the month
    before the first; complexes finished earlier are below)."""

    cell: NDArray[np.int16]
    dwellings: NDArray[np.int32]
    opened: NDArray[np.int32]

    def capacity(self, t: int) -> NDArray[np.int64]:
        """Households each complex can take in month ``t``."""
        age = t - self.opened
        share = np.where(age < 0, 0.0, RAMP[np.clip(age, 0, len(RAMP) - 1)])
        return np.asarray(np.floor(self.dwellings * share * FULL), np.int64)


def build_complexes(
    facts: Facts, places: Places, targets: Targets, rng: np.random.Generator, scale: float
) -> Complexes:
    """Complexes of each cell up to its published share of dwellings, in the order of growth."""
    settings = facts.settings["dwellings"]
    parents = {d.code: d.parent for d in places.districts}
    households = targets.people / targets.size * scale
    mean = max(float(settings["mean_households"]) * min(1.0, scale * 4), 12.0)
    before = int(settings["before"]) * 12 - places.first + 1
    cells, dwellings, opened = [], [], []
    for c in range(places.cells):
        parent = parents[places.districts[places.leaf[c]].code]
        share = float(settings["share"].get(parent, np.mean(list(settings["share"].values()))))
        grown = np.maximum.accumulate(households[:, c])
        sizes = _sizes(share * grown[-1] / FULL, mean, rng)
        reached = np.cumsum(sizes) - sizes / 2
        room = share * grown / FULL
        # villages come first: complexes make up most of what a growing cell adds
        if grown[-1] > 1.3 * grown[0]:
            added = np.minimum(grown[-1] - grown[0], share * grown[-1]) / FULL
            room = share * grown[-1] / FULL - added * (grown[-1] - grown) / (grown[-1] - grown[0])
        months = np.searchsorted(room, reached)
        months = np.where(
            reached <= room[0],
            rng.integers(before, 1, len(sizes)),
            np.clip(months + rng.integers(-2, 2, len(sizes)), 1, len(room) - 1),
        )
        cells.append(np.full(len(sizes), c))
        dwellings.append(sizes)
        opened.append(months)
    return Complexes(
        np.concatenate(cells).astype(np.int16),
        np.concatenate(dwellings).astype(np.int32),
        np.concatenate(opened).astype(np.int32),
    )


def _sizes(whole: float, mean: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Sizes of complexes, skewed as real ones are, that add up to about ``whole``."""
    count = max(1, round(whole / mean))
    draw = np.clip(rng.lognormal(0.0, 0.62, count), 0.12, 3.2)
    sizes: NDArray[np.float64] = np.rint(draw * whole / draw.sum())
    return np.maximum(8, sizes).astype(np.int64)


def shape_growth(
    targets: Targets, places: Places, complexes: Complexes, knots: NDArray[np.int64]
) -> NDArray[np.float64]:
    """People by month and cell: between two knots, where known totals stand, growth follows the
    move-ins for two thirds and a straight line for the rest."""
    people = targets.people.copy()
    months = len(people)
    for c in range(places.cells):
        mine = complexes.cell == c
        lived = np.zeros(months)
        for opened, dwellings in zip(
            complexes.opened[mine], complexes.dwellings[mine], strict=True
        ):
            if opened > 0:
                age = np.clip(np.arange(months) - opened, -1, len(RAMP) - 1)
                lived += np.where(age < 0, 0.0, RAMP[age]) * dwellings
        for start, end in pairwise(knots):
            growth = people[end, c] - people[start, c]
            gain = lived[end] - lived[start]
            if growth <= 0 or gain <= 0 or end - start < 2:
                continue
            inner = np.arange(start, end + 1)
            burst = (lived[inner] - lived[start]) / gain
            straight = (inner - start) / (end - start)
            people[inner, c] = people[start, c] + growth * (0.65 * burst + 0.35 * straight)
    return people
