"""What a siting question may ask, and what an answer to it is: shared by coverage and median."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

Status = Literal["optimal", "time_limit", "bounded"]

TOLERANCE = 1e-9
"""Two values nearer than this share of each other are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a plan must keep to. Sites are positions in the list of candidates.

    ``new`` more sites may open. ``existing`` sites stand already; up to ``moves`` of them may
    close, each for one more that opens. ``pinned`` sites must be open, ``excluded`` ones must not
    (an existing one that is excluded closes without using up a move). ``cost`` of opening each
    candidate may add up to ``budget`` over the newly opened.
    """

    new: int
    existing: Sequence[int] = ()
    moves: int = 0
    pinned: Sequence[int] = ()
    excluded: Sequence[int] = ()
    cost: Sequence[float] | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The conditions as masks over all candidates, checked.

    ``most`` sites may be open, at least ``kept`` of the ``standing`` ones.
    """

    standing: Flags
    pinned: Flags
    allowed: Flags
    most: int
    kept: int
    cost: Floats | None
    budget: float

    @property
    def fixed(self) -> Flags:
        """Sites that are open in every plan."""
        return self.pinned | self.standing if self.kept == self.standing.sum() else self.pinned

    def permits(self, chosen: Flags) -> bool:
        """Whether the sites in ``chosen`` keep to every condition."""
        spent = self.cost[chosen & ~self.standing].sum() if self.cost is not None else 0.0
        return bool(
            chosen.sum() <= self.most
            and (chosen & self.standing).sum() >= self.kept
            and not (self.pinned & ~chosen).any()
            and not (chosen & ~self.allowed).any()
            and spent <= self.budget * (1 + TOLERANCE)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Sites to open, and how good that is proven to be.

    ``sites`` are all that are open then, ``opened`` and ``closed`` what changes. ``value`` is what
    the plan reaches; no plan whatever can be better than ``bound``. ``status`` is ``optimal`` only
    where value and bound meet; ``time_limit`` says that the search was cut short, ``bounded`` that
    it ended by itself with a gap. ``unreached`` are places that no candidate reaches.
    """

    sites: Ints
    opened: Ints
    closed: Ints
    value: float
    bound: float
    status: Status
    seconds: float
    unreached: Ints = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    @property
    def gap(self) -> float:
        """How far the plan can at most be from the best one, as a share of its value."""
        distance = abs(self.value - self.bound)
        if distance == 0:
            return 0.0
        return distance / abs(self.value) if self.value else float("inf")


def ground(conditions: Conditions, candidates: int) -> Ground:
    """Check the conditions against each other and the number of candidates.

    Raises ``Problem`` where no plan can meet them, saying which two contradict each other.
    """
    standing = _mask(conditions.existing, candidates)
    pinned = _mask(conditions.pinned, candidates)
    excluded = _mask(conditions.excluded, candidates)
    if (pinned & excluded).any():
        raise Problem(
            both(
                f"후보지 {np.flatnonzero(pinned & excluded).tolist()}번을 고정하면서 동시에 "
                "제외했습니다. 둘 중 하나만 고르십시오.",
                f"Candidates {np.flatnonzero(pinned & excluded).tolist()} are pinned and excluded "
                "at once. Choose one of the two.",
            )
        )
    most = conditions.new + int(standing.sum())
    standing &= ~excluded
    needed = int((pinned & ~standing).sum())
    if needed > conditions.new + conditions.moves:
        raise Problem(
            both(
                f"고정한 후보지가 {needed}곳인데 새로 열 수 있는 곳은 "
                f"{conditions.new + conditions.moves}곳입니다. 고정을 줄이거나 개수를 늘리십시오.",
                f"{needed} candidates are pinned, but only {conditions.new + conditions.moves} may "
                "open. Pin fewer or allow more.",
            )
        )
    cost = None if conditions.cost is None else np.asarray(conditions.cost, dtype=np.float64)
    budget = float("inf") if conditions.budget is None else conditions.budget
    if cost is not None and (cost.shape != (candidates,) or not (cost >= 0).all()):
        raise ValueError(f"cost has the shape {cost.shape}; expected ({candidates},), all >= 0")
    if cost is not None and cost[pinned & ~standing].sum() > budget:
        raise Problem(
            both(
                f"고정한 후보지만으로 예산 {budget:,.0f}을(를) 넘습니다"
                f"({cost[pinned & ~standing].sum():,.0f}). 예산을 늘리거나 고정을 푸십시오.",
                f"The pinned candidates alone cost {cost[pinned & ~standing].sum():,.0f}, more than "
                f"the budget of {budget:,.0f}. Raise the budget or unpin one.",
            )
        )
    kept = max(int(standing.sum()) - conditions.moves, int((standing & pinned).sum()))
    return Ground(standing, pinned, ~excluded, most, kept, cost, budget)


def plan(
    chosen: Flags,
    conditions: Conditions,
    value: float,
    bound: float,
    seconds: float,
    *,
    stopped: bool,
    unreached: Ints | None = None,
) -> Plan:
    """A plan of the sites in ``chosen``; optimal exactly where value and bound meet."""
    before = _mask(conditions.existing, chosen.size)
    met = abs(value - bound) <= TOLERANCE * max(1.0, abs(value))
    return Plan(
        sites=np.flatnonzero(chosen),
        opened=np.flatnonzero(chosen & ~before),
        closed=np.flatnonzero(before & ~chosen),
        value=value,
        bound=value if met else bound,
        status="optimal" if met else "time_limit" if stopped else "bounded",
        seconds=seconds,
        unreached=np.empty(0, dtype=np.intp) if unreached is None else unreached,
    )


def ranked(
    opened: Sequence[int], before: Sequence[int], worth: Callable[[Ints], float]
) -> list[tuple[int, float]]:
    """The opened sites in the order in which to open them, with what each adds to ``worth``.

    The next is always the one that adds most to what stands then; ``worth`` is of a set of sites
    (higher is better). The additions sum to the worth of all less that of ``before``.
    """
    standing, left = list(before), list(opened)
    reached = worth(np.array(standing, dtype=np.intp))
    order: list[tuple[int, float]] = []
    while left:
        values = [worth(np.array([*standing, site], dtype=np.intp)) for site in left]
        best = int(np.argmax(values))
        order.append((left[best], values[best] - reached))
        reached = values[best]
        standing.append(left.pop(best))
    return order


def weighted_need(people: ArrayLike, *groups: tuple[ArrayLike, float]) -> Floats:
    """Need of each place: ``people``, and each group once more times its factor.

    A group is people among them who weigh more (children, the elderly, households without a car):
    a factor of 1 counts each of its members twice. Raises ``ValueError`` on negative numbers.
    """
    need = np.array(people, dtype=np.float64)
    for members, factor in groups:
        need = need + factor * np.asarray(members, dtype=np.float64)
    if not np.isfinite(need).all() or (need < 0).any():
        raise ValueError("people, groups and factors must give finite needs of zero or more")
    return need


def _mask(sites: Sequence[int], candidates: int) -> Flags:
    mask = np.zeros(candidates, dtype=np.bool_)
    positions = np.asarray(sites, dtype=np.intp)
    if positions.size and (positions.min() < 0 or positions.max() >= candidates):
        raise ValueError(f"sites {positions.tolist()}: expected positions 0 to {candidates - 1}")
    mask[positions] = True
    return mask
