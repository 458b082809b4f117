"""One place listed twice: pairs that stand at the same spot under names that are alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

METRES_PER_DEGREE = 111_195.0


def plain_name(name: str) -> str:
    """A name for comparison: letters and digits only, width and case evened out."""
    even = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\W_]+", "", re.sub(r"\((.*?)\)", r"\1", even))


def alike(a: str, b: str) -> float:
    """How alike two names are, 0 to 1, apart from the word at their end that both share.

    1 where one then contains the other: 시립햇살어린이집 and 햇살어린이집, not 무지개어린이집.
    """
    first, second = plain_name(a), plain_name(b)
    if first == second:
        return 1.0
    letters = zip(reversed(first), reversed(second), strict=False)
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], letters)))
    if shared >= 2:
        rest = first[: len(first) - shared], second[: len(second) - shared]
        if not all(rest):  # one name is the end of the other
            return 1.0
        first, second = rest
    if not first or not second:
        return 0.0
    if first in second or second in first:
        return 1.0
    return SequenceMatcher(None, first, second).ratio()


def same_places(
    names: Sequence[str], lon: Floats, lat: Floats, *, metres: float = 20.0, least: float = 0.5
) -> list[tuple[int, int]]:
    """Pairs (first, later) within ``metres`` of each other whose names are alike by ``least``.

    Coordinates are degrees, EPSG:4326; missing ones match nothing.
    """
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if known.size < 2:
        return []
    stretch = np.cos(np.radians(lat[known].mean()))
    points = np.column_stack([lon[known] * stretch, lat[known]]) * METRES_PER_DEGREE
    pairs = cKDTree(points).query_pairs(metres, output_type="ndarray")
    found = [(int(min(known[a], known[b])), int(max(known[a], known[b]))) for a, b in pairs]
    return sorted((a, b) for a, b in found if alike(names[a], names[b]) >= least)
