"""How a table protects the few: what it declares, and the build applies before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dataro.vocabulary.text import Text, both

SHOWN, HIDDEN = "shown", "hidden"
STATES: dict[str, Text] = {
    SHOWN: both("공개", "Shown"),
    HIDDEN: both("보호를 위해 비움", "Left out to protect people"),
}
"""States of a cell. One word for every hidden cell: which of them is small must not be seen."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The protection of a table: ``value`` counts or sums what people or firms did.

    ``contributors`` names a column that says how many stand behind a cell (the value itself where
    people are counted); ``largest`` and ``second`` the sums of the two largest of them. These
    columns may be of the frame only and not of the table. A cell is sensitive

    - with one to ``minimum`` − 1 contributors,
    - by the p% rule: where the second largest can estimate the largest to within ``percent`` %,
    - by the (1, k) rule: where the largest makes more than ``dominance`` % of the sum.

    ``margins`` are the groupings whose sums are known elsewhere: each a tuple of columns, ``()``
    the grand total. ``suppress`` empties sensitive cells, and as many others as it takes that no
    sum gives them away; ``round`` (counts) turns 1 and 2 into 0 or 3 by chance, the same at every
    query, near the true sum in each group of the first margin. ``also`` are columns made from the
    value, emptied with it. ``guarded`` says that whoever shows these totals takes them from the same
    protection, which may hide some of them; without it the build refuses a table that can only be
    protected by hiding totals that are not small themselves. The state stands in the column ``status``.

    ``together`` says that the table cuts what other tables of the answer cut too: the analysis
    protects them as one (``methods.disclosure.together``), and the build refuses rows that come
    without a state, or that show what has too few contributors.
    """

    value: str
    margins: tuple[tuple[str, ...], ...] = ()
    minimum: int = 3
    contributors: str | None = None
    largest: str | None = None
    second: str | None = None
    percent: float | None = None
    dominance: float | None = None
    method: Literal["suppress", "round"] = "suppress"
    also: tuple[str, ...] = ()
    guarded: bool = False
    together: bool = False
    status: str = "status"
