"""Siting and accessibility, timed: median, coverage, catchments.

    python bench/siting.py

Prints one line per task: size, seconds, value, bound, gap, status.
"""

from __future__ import annotations

import time

import numpy as np

from dataro.methods.spatial.accessibility import two_step
from dataro.methods.spatial.coverage import most_covered
from dataro.methods.spatial.median import smallest_mean
from dataro.methods.spatial.seats import smallest_mean_with_seats
from dataro.methods.spatial.siting import Conditions, Plan


def town(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random places and candidates in a square; need of 1 to 99 each."""
    rng = np.random.default_rng(seed)
    a, b = rng.random((size, 2)) * 100, rng.random((size, 2)) * 100
    return np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)), rng.integers(1, 100, size) * 1.0


def line(task: str, plan: Plan) -> None:
    print(
        f"{task:<34} {plan.seconds:7.2f} s  value {plan.value:>12,.2f}  bound {plan.bound:>12,.2f}"
        f"  gap {plan.gap:7.3%}  {plan.status}"
    )


def main() -> None:
    for size, k in ((100, 5), (200, 10), (500, 20)):
        minutes, need = town(size, 1)
        line(f"p-median {size} x {size}, p = {k}", smallest_mean(minutes, need, Conditions(new=k)))
    minutes, need = town(500, 1)
    proven = smallest_mean(minutes, need, Conditions(new=20), prove_seconds=60)
    line("p-median 500, p = 20, proof 60 s", proven)
    seats = np.full(500, need.sum() / 20 * 1.1)
    line("with seats, 2 s", smallest_mean_with_seats(minutes, need, seats, Conditions(new=20)))
    for limit in (5, 10, 15):
        plan = most_covered(minutes, need, limit, Conditions(new=20), seconds=30)
        line(f"coverage 500 x 500, within {limit}", plan)
    plan = most_covered(minutes, need, 10, Conditions(new=20), capacity=seats, seconds=2)
    line("coverage with seats, 2 s", plan)
    rng = np.random.default_rng(1)
    times = rng.uniform(0, 60, (2000, 300))
    people, capacity = rng.integers(1, 900, 2000), rng.integers(5, 99, 300)
    taken = []
    for _ in range(9):
        begun = time.perf_counter()
        two_step(times, people, capacity, 15)
        taken.append(time.perf_counter() - begun)
    print(f"{'two-step catchment 2,000 x 300':<34} {1000 * float(np.median(taken)):7.1f} ms")


if __name__ == "__main__":
    main()
