"""Neighbouring cities in the ministry's tables: smooth paths through a few published totals.

Nobody is simulated there: a peer is a line between published figures with a little noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import FIVES
from dataro.twin.targets import line

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peer:
    """One city by month (0 is the month before the first): ``people[t, sex]`` on the whole
    register, ``residents[t, sex, band]`` by ten-year band (11, the last 100 and over),
    ``households[t]`` of residents."""

    code: str
    name: str
    people: Ints
    residents: Ints
    households: Ints


def invent_peers(facts: Facts, first: int, months: int, scale: float, seed: int) -> list[Peer]:
    """The peers of the facts, at a scale."""
    rng = np.random.default_rng([seed, 3])
    axis = first - 1 + np.arange(months + 1, dtype=float)
    return [_peer(facts, code, axis, scale, rng) for code in sorted(facts.peer_names)]


def _peer(
    facts: Facts, code: str, axis: NDArray[np.float64], scale: float, rng: np.random.Generator
) -> Peer:
    known = [t for t in facts.peers if t.place == code]
    path = line([(t.when, float(t.people)) for t in known], axis)
    noise = np.convolve(rng.normal(0, 1, len(axis)), np.ones(5) / 5, "same")
    total = np.rint(path * (1 + 0.0004 * noise) * scale).astype(np.int64)
    men = line([(t.when, t.men / t.people) for t in known if t.men], axis)
    size = line([(t.when, t.people / t.households) for t in known if t.households], axis)
    of_men = np.rint(total * men).astype(np.int64)
    people = np.column_stack([of_men, total - of_men])
    ages = [a for a in facts.peer_ages if a.place == code]
    when = [a.when for a in ages]
    shares = np.stack(
        [np.interp(axis, when, [a.shares[b] for a in ages]) for b in range(len(ages[0].shares))], 1
    )
    oldest = shares[:, -1:] * np.array([0.855, 0.141, 0.004])  # 80s, 90s, 100 and over (assumption)
    shares = np.concatenate([shares[:, :-1], oldest], 1)
    here = np.rint(people * (1 - facts.settings["register"]["not_resident"])).astype(np.int64)
    residents = np.floor(here[:, :, None] * shares[:, None, :]).astype(np.int64)
    residents[:, :, 4] += here - residents.sum(2)  # what rounding left over
    households = np.rint(here.sum(1) / size).astype(np.int64)
    return Peer(code, facts.peer_names[code], people, residents, households)


def tens(fives: Ints) -> Ints:
    """Five-year groups (last axis, ``FIVES``) as ten-year bands, the last 100 and over."""
    pairs = fives[..., : FIVES - 1]
    summed = pairs.reshape(*pairs.shape[:-1], 10, 2).sum(-1)
    return np.concatenate([summed, fives[..., FIVES - 1 :]], -1)
